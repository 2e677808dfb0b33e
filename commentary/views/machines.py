"""Addresses for machines: feeds, sitemaps and robots.txt.

All but the last are public pages as those for people are, see `pages`. They show the same to
everybody: an editor sees no drafts here.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..models import Article, AuditEntry, Author, Comment, Discussion
from ..reading.page_cache import public_page
from ..syndication import sitemaps
from ..syndication.atom import ATOM, NEVER, Feed, document
from .reading import number_of

PER_FEED = 50  # entries of one document
XML = "application/xml"
FEED = f"{ATOM}; charset=utf-8"


def site_of(request: HttpRequest) -> str:
    """The address of this site, without a slash at its end."""
    return request.build_absolute_uri("/").rstrip("/")


def machine_page(
    request: HttpRequest,
    address: str,
    version: str,
    render: Callable[[], str],
    content_type: str,
) -> HttpResponse:
    """A public page that search engines may fetch and do not list."""
    response = public_page(request, address, version, render, content_type=content_type)
    response["X-Robots-Tag"] = "noindex"
    return response


def find_published(slug: str) -> Article:
    """A published article with the version of its page, in one query; else 404."""
    return get_object_or_404(Article.objects.published().for_version(), slug=slug)


def version_of(article: Article) -> str:
    """The version of what is about one article; with its key, for an address may change hands."""
    return f"{article.pk}.{article.discussion.page_version}"


def cursor_of(
    request: HttpRequest, name: str, read: Callable[[str], int | None] = number_of
) -> int | None:
    """Where in a list to go on: the number that the request names, None for the beginning."""
    asked = request.GET.get(name)
    cursor = None if asked is None else read(asked)
    if asked is not None and cursor is None:
        raise BadRequest(f"{name} must be a number.")
    return cursor


def keyset(rows: QuerySet, column: str, cursor: int | None, size: int) -> tuple[list[Any], str]:
    """The first `size` rows by `column` ("-pk" begins with the newest) that lie beyond the cursor,
    and the cursor of the page that follows; nothing if there is none."""
    name = column.removeprefix("-")
    if cursor is not None:
        rows = rows.filter(**{f"{name}__{'lt' if name != column else 'gt'}": cursor})
    found = list(rows.order_by(column)[: size + 1])
    return found[:size], str(getattr(found[size - 1], name)) if len(found) > size else ""


# --- feeds


@require_safe
def article_list_feed(request: HttpRequest) -> HttpResponse:
    """The articles, those added last first."""
    version, page = Discussion.objects.site_version(), reverse("commentary:article_list")
    return _feed(request, version, Article.objects.published(), "-pk", _("Articles"), page)


@require_safe
def author_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The articles of one author; 404 for somebody with drafts alone."""
    author = get_object_or_404(Author.objects.with_counts(), slug=slug)
    articles = Article.objects.published().filter(authors=author)
    title = _("Articles by %(name)s") % {"name": author}
    version, page = Discussion.objects.site_version(), author.get_absolute_url()
    return _feed(request, version, articles, "-pk", title, page)


@require_safe
def comment_list_feed(request: HttpRequest) -> HttpResponse:
    """The comments on all articles, those sent last first."""
    comments = Comment.objects.approved().of_published()
    version, page = Discussion.objects.site_version(), reverse("commentary:article_list")
    return _feed(request, version, comments, "-pk", _("Comments"), page)


@require_safe
def article_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The comments on one article."""
    article = find_published(slug)
    comments = Comment.objects.approved().filter(discussion_id=article.pk)
    title = _("Comments on %(article)s") % {"article": article}
    page = article.get_absolute_url()
    return _feed(request, version_of(article), comments, "-number", title, page, article.created_at)


@require_safe
def branch_feed(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A comment and all below it."""
    article = find_published(slug)
    if number_of(str(number)) is None:
        raise Http404
    shown = Comment.objects.filter(discussion_id=article.pk).shown()
    top = get_object_or_404(shown, number=number)
    comments = Comment.objects.approved().in_branch(top)
    title = _("Comment #%(number)s on %(article)s, and its replies") % {
        "number": number,
        "article": article,
    }
    page = reverse("commentary:branch_detail", args=[slug, number])
    return _feed(request, version_of(article), comments, "-number", title, page, article.created_at)


def _feed(
    request: HttpRequest,
    version: str,
    rows: Any,
    column: str,
    title: str,
    page: str,
    since: datetime = NEVER,
) -> HttpResponse:
    """The feed of articles or comments, newest first by `column`; `?before=` leads on, as each
    document says. `page` shows the same to people, `since` is when there was nothing yet."""
    site, first = site_of(request), request.build_absolute_uri(request.path)
    cursor = cursor_of(request, "before")
    here = first if cursor is None else f"{first}?before={cursor}"

    def render() -> str:
        shown, following = keyset(rows.for_feed(), column, cursor, PER_FEED)
        older = f"{first}?before={following}" if following else ""
        return feed_of(Feed(title, site, site + page, first, here, older, since), shown)

    return machine_page(request, here, version, render, FEED)


def feed_of(feed: Feed, rows: Sequence[Article | Comment]) -> str:
    """The document of these rows, see their `for_feed`; one query more if there are comments."""
    comments = [row.pk for row in rows if isinstance(row, Comment)]
    return document(feed, rows, AuditEntry.objects.changes(comments) if comments else {})


# --- for search engines


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The index of the maps."""
    return _sitemap(request, sitemaps.index)


@require_safe
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    """The map of lists."""
    return _sitemap(request, sitemaps.pages)


@require_safe
def sitemap_part(request: HttpRequest, section: str, part: int) -> HttpResponse:
    """The map of a part of the articles, or of the authors."""
    if section not in sitemaps.SECTIONS or number_of(str(part)) is None:
        raise Http404
    return _sitemap(request, lambda site: sitemaps.part(site, section, part))


def _sitemap(request: HttpRequest, write: Callable[[str], str | None]) -> HttpResponse:
    def render() -> str:
        text = write(site_of(request))
        if text is None:
            raise Http404
        return text

    here = request.build_absolute_uri(request.path)
    return machine_page(request, here, Discussion.objects.site_version(), render, XML)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be read by machines as well."""
    lines = (
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /*?reply=",
        "Disallow: /*?at=",
        "Disallow: /random/",
        f"Sitemap: {site_of(request)}{reverse('commentary:sitemap')}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
