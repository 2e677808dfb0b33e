from collections.abc import Sequence
from typing import cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..models import Article, AuditEntry, Author, Comment
from ..models.queries.articles import ArticleQuerySet
from ..models.queries.comments import CommentQuerySet
from ..reading.machine_page import (
    arrival_of,
    cursor_of,
    find_published,
    keyset,
    machine_page,
    newest_arrivals,
    site_of,
)
from ..reading.parameters import HIGHEST_NUMBER
from ..reading.versions import LookedUpVersion, article_version, site_version
from ..text.names import name_key
from .atom import ATOM, NEVER, Feed, document

PER_FEED = 50  # entries per document
FEED = f"{ATOM}; charset=utf-8"


# --- feeds


@require_safe
def article_list_feed(request: HttpRequest) -> HttpResponse:
    """The articles, most recently added first."""
    version, page = site_version(), reverse("commentary:home")
    return _feed(request, version, Article.objects.published(), _("Articles"), page)


@require_safe
def author_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """List the articles of one author. 404 for an author who has only drafts."""
    author = get_object_or_404(Author.objects.with_counts(), slug=slug)
    articles = Article.objects.published().filter(authors=author)
    title = _("Articles by %(name)s") % {"name": author}
    version, page = site_version(), author.get_absolute_url()
    return _feed(request, version, articles, title, page)


@require_safe
def commenter_feed(request: HttpRequest, name: str) -> HttpResponse:
    """The comments signed with a name, most recently added first. 404 if there are none."""
    signed = name_key(name, _("Anonymous"))
    comments = Comment.objects.signed(signed)
    if not signed or signed != name or not comments.exists():
        raise Http404
    title = _("Comments signed %(name)s") % {"name": signed}
    version, page = site_version(), reverse("commentary:commenter", args=[name])
    return _feed(request, version, comments, title, page)


@require_safe
def comment_list_feed(request: HttpRequest) -> HttpResponse:
    """The comments on all articles, most recently added first."""
    comments = Comment.objects.approved().of_published()
    version, page = site_version(), reverse("commentary:home")
    return _feed(request, version, comments, _("Latest responses"), page)


@require_safe
def article_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The comments on one article."""
    article = find_published(slug)
    comments = Comment.objects.approved().filter(discussion_id=article.pk)
    title = _("Responses to %(article)s") % {"article": article}
    page = article.get_absolute_url()
    return _feed(request, article_version(article), comments, title, page, article)


@require_safe
def branch_feed(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A comment and its branch."""
    article = find_published(slug)
    if number > HIGHEST_NUMBER:
        raise Http404
    shown = Comment.objects.filter(discussion_id=article.pk).shown()
    top = get_object_or_404(shown, number=number)
    comments = Comment.objects.approved().in_branch(top)
    title = _("Comment #%(number)s on %(article)s and its replies") % {
        "number": number,
        "article": article,
    }
    page = reverse("commentary:branch", args=[slug, number])
    return _feed(request, article_version(article), comments, title, page, article)


def _feed(
    request: HttpRequest,
    version: LookedUpVersion,
    rows: ArticleQuerySet | CommentQuerySet,
    title: str,
    page: str,
    article: Article | None = None,
) -> HttpResponse:
    """Return a feed of articles or comments, newest first; `?before=` continues.

    `page` is the HTML page with the same content. The comments of one `article` are sorted by
    number, everything else by arrival.
    """
    site, first = site_of(request), request.build_absolute_uri(request.path)
    since = article.created_at if article else NEVER  # the last change if the feed is empty
    number = cursor_of(request, "before") if article else None
    arrival = None if article else arrival_of(request, "before", rows)
    cursor = arrival if number is None else number
    here = first if cursor is None else f"{first}?before={cursor}"

    def render() -> str:
        found = cast("QuerySet[Article | Comment]", rows.for_feed())
        if article:
            shown, following = keyset(found, "-number", number, PER_FEED)
        else:
            shown, following = newest_arrivals(found, arrival, PER_FEED)
        older = f"{first}?before={following}" if following else ""
        return feed_of(Feed(title, site, site + page, first, here, older, since), shown)

    return machine_page(request, here, version, render, FEED)


def feed_of(feed: Feed, rows: Sequence[Article | Comment]) -> str:
    """Return the document for rows loaded with `for_feed`. One query, if there are comments."""
    comments = [row for row in rows if isinstance(row, Comment)]
    return document(feed, rows, AuditEntry.objects.changes(comments) if comments else {})
