"""Comments that editors moved to another article, or merged into another comment, after someone may
have linked to them.
"""

from typing import TypedDict

from django.http import HttpRequest

from ..discussions.identity import has_permission
from ..models import Article, AuditEntry, Comment
from ..models.queries.articles import ArticleQuerySet
from .parameters import HIGHEST_NUMBER


class CommentPlace(TypedDict):
    """The arguments of the routes of a comment."""

    slug: str
    number: int


def readable_articles(request: HttpRequest) -> ArticleQuerySet[Article]:
    """Return the articles that the user may read."""
    may_read_drafts = has_permission(request, "view_article")
    return Article.objects.all() if may_read_drafts else Article.objects.published()


def present_comment(request: HttpRequest, article_id: int, number: int) -> CommentPlace | None:
    """Return where the comment that had this number in this article is now, or None if it wasn't
    moved, or if the user may not read it there. One query if it wasn't.
    """
    if number > HIGHEST_NUMBER:
        return None
    place = AuditEntry.objects.present_place((article_id, number))
    if place is None:
        return None
    there = Comment.objects.filter(discussion=place[0], number=place[1]).readable()
    slug = readable_articles(request).filter(pk=place[0]).values_list("slug", flat=True).first()
    return CommentPlace(slug=slug, number=place[1]) if slug and there.exists() else None
