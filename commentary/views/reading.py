"""GET pages: what everybody reads. See `pages` for how their bytes are kept."""

from datetime import MAXYEAR
from typing import Any

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.db import DatabaseError, connection
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ..models import Article, Author, Comment
from ..outline import SORTS, any_removed, came, outline
from ..pages import is_personal, public_page

AUTHORS_BESIDE = 6  # beside the list of articles; all of them have a page of their own
INDEX_MOST = 100  # threads; a longer index would be a second page beside the first
HIGHEST = 2**31 - 1  # a number that no comment's column can exceed


# --- lists of articles


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """Home: the articles, newest first, with the archive and the authors beside them."""
    articles = Article.objects.published()
    authors = Author.objects.with_counts()
    beside = {
        "years": articles.count_by_year(),
        "authors": authors[:AUTHORS_BESIDE],
        "author_count": authors.count(),
    }
    return _list_page(request, "article_list", articles, here="articles", **beside)


@require_safe
def archive_year(request: HttpRequest, year: int) -> HttpResponse:
    """The articles of one year."""
    if not 1 <= year <= MAXYEAR:
        raise Http404
    return _archive(request, year)


@require_safe
def archive_undated(request: HttpRequest) -> HttpResponse:
    """The articles whose date is not known."""
    return _archive(request, None)


def _archive(request: HttpRequest, year: int | None) -> HttpResponse:
    articles = Article.objects.published().in_year(year)
    return _list_page(request, "archive", articles, here="archive", year=year)


@require_safe
def author_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The articles of one author; 404 for somebody with drafts alone."""
    author = get_object_or_404(Author.objects.with_counts(), slug=slug)
    articles = Article.objects.published().filter(authors=author)
    return _list_page(request, "author_detail", articles, here="authors", author=author)


@require_safe
def author_list(request: HttpRequest) -> HttpResponse:
    """Everybody who wrote a published article."""
    authors = list(Author.objects.with_counts())
    return _page(request, "author_list", {"authors": authors, "here": "authors"})


def _list_page(request: HttpRequest, name: str, articles: Any, **context: Any) -> HttpResponse:
    """One page of `articles`, in the template `name`. A page that does not exist is a 404."""
    paginator = Paginator(articles.newest_first().for_list(), settings.ARTICLES_PER_PAGE)
    try:
        page = paginator.page(request.GET.get("page", 1))
    except InvalidPage as invalid:
        raise Http404 from invalid
    here = request.build_absolute_uri(request.path)
    context |= {
        "page": page,
        "pages": paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "totals": articles.aggregate(responses=Sum("discussion__approved_count")),
        "address": here if page.number == 1 else f"{here}?page={page.number}",
    }
    return _page(request, name, context)


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """A public page without a version: made each time, sent when it changed."""
    context.setdefault("address", request.build_absolute_uri(request.path))
    return public_page(
        request,
        context["address"],
        None,
        lambda: render_to_string(f"commentary/{name}.html", context, request),
    )


# --- one article


@require_safe
def article_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """An article and its comments: one query when the page is kept ready, a handful when not."""
    found = _find(request, slug)
    sort = request.GET.get("sort", "")
    plain = address = request.build_absolute_uri(request.path)
    if sort in SORTS[1:]:
        address += f"?sort={sort}"
    else:
        sort = SORTS[0]
    return public_page(
        request,
        address,
        # The key as well: another article may take over an address.
        f"{found.pk}.{found.discussion.page_version}",
        lambda: render_to_string(
            "commentary/article_detail.html",
            _article_context(found.pk, sort) | _editing(request) | {"canonical": plain},
            request,
        ),
    )


@require_safe
def comment_permalink(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """To the comment's place on its article; 410 if it was removed, 404 if it is not public."""
    article = _find(request, slug)
    if number > HIGHEST:
        raise Http404
    here = Comment.objects.filter(discussion_id=article.pk, number=number)
    comment = get_object_or_404(here.readable())
    if comment.status == Comment.Status.REMOVED:
        return _gone(request, comment)
    return redirect(f"{reverse('commentary:article_detail', args=[slug])}#comment-{number}")


def _gone(request: HttpRequest, comment: Comment) -> HttpResponse:
    """410, with when and why, and what of the thread is still there."""
    removals = Comment.objects.filter(pk=comment.pk).removals()
    when, why, by_writer = removals.get(comment.pk, (None, "", False))
    context = {
        "comment": comment,
        "article": Article.objects.get(pk=comment.discussion_id),
        "removed_at": when,
        "reason": why,
        "is_by_writer": by_writer,
        "replies": comment.get_descendants().approved().count(),
    }
    return render(request, "410.html", context, status=410)


def _find(request: HttpRequest, slug: str) -> Article:
    """The article, with what its page's version needs, in one query. Drafts are there for editors;
    for anybody else they are a 404 like any other."""
    article = get_object_or_404(Article.objects.for_version(), slug=slug)
    if not article.is_published and not _may(request, "view_article"):
        raise Http404
    return article


def _article_context(pk: int, sort: str) -> dict[str, Any]:
    """What the page of an article shows to everybody."""
    article = Article.objects.for_page().get(pk=pk)
    authors = list(article.authors.all())
    comments = Comment.objects.filter(discussion_id=pk)
    rows = comments.for_reading()
    laid = outline(
        rows,
        comments.removals() if any_removed(rows) else {},
        sort,
        frozenset(author.pk for author in authors),
    )
    discussion = article.discussion
    closing = discussion.closed_entry
    return {
        "article": article,
        "discussion": discussion,
        "closed_since": discussion.closed_from or (closing and closing.created_at),
        "authors": authors,
        "comments": laid.comments,
        "threads": laid.threads if 1 < len(laid.threads) <= INDEX_MOST else [],
        "came": came(rows),
        "sort": sort,
    }


# --- for editors


def _may(request: HttpRequest, permission: str) -> bool:
    """Whether an editor with this permission asks. Nobody without our cookie opens a session."""
    return is_personal(request) and request.user.has_perm(f"commentary.{permission}")


def _editing(request: HttpRequest) -> dict[str, bool]:
    """Which links into the admin the page shows."""
    may_edit, may_moderate = _may(request, "change_comment"), _may(request, "moderate")
    return {
        "may_edit_article": _may(request, "change_article"),
        "may_edit_comments": may_edit,
        "may_moderate": may_moderate,
        "may_act": may_edit or may_moderate,
    }


# --- for machines


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether this process answers and reaches its database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database down", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be read by machines as well."""
    return HttpResponse("User-agent: *\nDisallow: /admin/\n", content_type="text/plain")
