"""The page with all links and actions of one comment."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from ..models import Article, Comment
from .article_base import find_article, find_comment, gone_page, own_comments
from .outlined import OwnComment
from .page_cache import NOINDEX, public_page
from .pagination import neighbours
from .site_page import Context
from .versions import article_version

TOP_FROM = 2  # from this depth on, the root of the thread is not the parent


class Way(NamedTuple):
    """A link to another comment: its number, and whether it is a reply or the start of a thread."""

    number: int
    is_reply: bool


@require_safe
def more(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """List what can be done with a comment: where to go from it, cite, report, and for its writer
    edit and withdraw.

    The script loads the list into the page of the comment. 410 or 404 if the comment isn't shown.
    """
    article = find_article(request, slug)
    mine = own_comments(request, article.pk)
    comment = find_comment(article, number, mine)
    if not (comment.is_public or comment.pk in mine):
        return gone_page(request, article, comment)
    return public_page(
        request,
        request.build_absolute_uri(request.path),
        article_version(article),
        lambda: render_to_string(
            "commentary/more.html", _context(article.pk, comment, mine), request
        ),
        own=bool(mine),
        headers=NOINDEX,
    )


def _context(article_pk: int, comment: Comment, mine: dict[int, OwnComment]) -> Context:
    article = Article.objects.get(pk=article_pk)
    around, is_reply = neighbours(comment, mine), comment.parent_id is not None
    own = mine.get(comment.pk)
    here = Comment.objects.filter(discussion_id=article_pk)
    return {
        "article": article,
        "address": article.get_absolute_url(),
        "comment": comment,
        "parent": None if comment.parent_id is None else here.filter(pk=comment.parent_id).first(),
        "root": comment.tree_id - comment.discussion_id * Comment.TREES
        if comment.level >= TOP_FROM
        else None,
        "previous": around.previous and Way(around.previous, is_reply),
        "next": around.next and Way(around.next, is_reply),
        "public_history": settings.PUBLIC_HISTORY,
        "may_change": own is not None and own.may_change,
    }
