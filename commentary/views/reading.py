"""GET pages: what everybody reads. See `pages` for how their bytes are kept."""

from collections.abc import Callable
from datetime import MAXYEAR, timedelta
from typing import Any

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.db import DatabaseError, connection
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .. import moderation
from ..forms import CommentForm
from ..models import Article, AuditEntry, Author, Comment, Discussion
from ..outline import SORTS, Mine, any_removed, came, outline
from ..pages import has_session, public_page
from ..senders import editor_of, known_writer

AUTHORS_BESIDE = 6  # beside the list of articles; all of them have a page of their own
INDEX_MOST = 100  # threads; a longer index would be a second page beside the first
HIGHEST = 2**31 - 1  # a number that no comment's column can exceed
ACTS_PER_PAGE = 50  # of the public list of closings and removals


# --- lists of articles


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """Home: the articles, newest first, with the archive and the authors beside them."""

    def beside() -> dict[str, Any]:
        authors = Author.objects.with_counts()
        return {
            "years": Article.objects.published().count_by_year(),
            "authors": authors[:AUTHORS_BESIDE],
            "author_count": authors.count(),
        }

    return _list_page(request, "article_list", Article.objects.published(), beside, here="articles")


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
    return site_page(
        request,
        request.build_absolute_uri(request.path),
        "author_list",
        lambda: {"authors": list(Author.objects.with_counts()), "here": "authors"},
    )


def _list_page(
    request: HttpRequest,
    name: str,
    articles: Any,
    beside: Callable[[], dict[str, Any]] = dict,
    **context: Any,
) -> HttpResponse:
    """One page of `articles`, in the template `name`. A page that does not exist is a 404."""
    asked = request.GET.get("page", "1")
    here = request.build_absolute_uri(request.path)

    def content() -> dict[str, Any]:
        paginator = Paginator(articles.newest_first().for_list(), settings.ARTICLES_PER_PAGE)
        try:
            page = paginator.page(asked)
        except InvalidPage as invalid:
            raise Http404 from invalid
        return {
            **context,
            **beside(),
            "page": page,
            "pages": paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
            "totals": articles.aggregate(responses=Sum("discussion__approved_count")),
        }

    number = number_of(asked)
    if number is None:
        raise Http404
    return site_page(request, here if number == 1 else f"{here}?page={number}", name, content)


def site_page(
    request: HttpRequest, address: str, name: str, content: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """A public page about several articles: its version is that of the site."""
    return public_page(
        request,
        address,
        Discussion.objects.site_version(),
        lambda: render_to_string(
            f"commentary/{name}.html", content() | {"address": address}, request
        ),
    )


# --- one article


@require_safe
def article_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """An article and its comments: one query when the page is kept ready, a handful when not.

    `?reply=7` or `?reply=article` asks for the page with a form in place. Who wrote here before
    sees what of his own nobody else sees, with a word on what he just `?sent=9`.
    """
    article = find_article(request, slug)
    if "reply" in request.GET:
        return _asked_form(request, article, request.GET["reply"])
    sort = request.GET.get("sort", "")
    plain = address = request.build_absolute_uri(request.path)
    if sort in SORTS[1:]:
        address += f"?sort={sort}"
    else:
        sort = SORTS[0]
    mine = _mine(request, article.pk)
    sent = _sent(request, article)
    return public_page(
        request,
        address,
        f"{article.pk}.{article.discussion.page_version}",  # the key, for an address may change hands
        lambda: render_to_string(
            "commentary/article_detail.html",
            article_context(request, article.pk, sort, mine) | {"canonical": plain, "sent": sent},
            request,
        ),
        own=bool(mine or sent),
    )


@require_safe
def comment_permalink(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """To the comment's place on its article; 410 if it was removed, 404 if it is not shown to
    whoever asks."""
    article = find_article(request, slug)
    if number > HIGHEST:
        raise Http404
    here = Comment.objects.filter(discussion_id=article.pk, number=number)
    comment = here.readable().first()
    if comment is None and not _shown_to(request, here).exists():
        raise Http404
    if comment is not None and comment.status == Comment.Status.REMOVED:
        return _gone(request, comment)
    return redirect(f"{article.get_absolute_url()}#comment-{number}")


def _gone(request: HttpRequest, comment: Comment) -> HttpResponse:
    """410, with when, why and by whom, and what of the thread is still there."""
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


def find_article(request: HttpRequest, slug: str) -> Article:
    """A readable article with the version of its page, in one query; else 404. Drafts are there
    for editors."""
    article = get_object_or_404(Article.objects.for_version(), slug=slug)
    if not article.is_published and not _may(request, "view_article"):
        raise Http404
    return article


def article_context(
    request: HttpRequest, pk: int, sort: str = SORTS[0], mine: dict[int, Mine] | None = None
) -> dict[str, Any]:
    """What the page of an article shows, with `mine` of the reader's own in place."""
    article = Article.objects.for_page().get(pk=pk)
    authors = list(article.authors.all())
    comments = Comment.objects.filter(discussion_id=pk)
    rows = comments.for_reading(mine or ())
    editing = _editing(request)
    is_open = not article.discussion.is_closed
    laid = outline(
        rows,
        comments.removals() if any_removed(rows) else {},
        sort,
        frozenset(author.pk for author in authors),
        address=article.get_absolute_url(),
        is_open=is_open,
        everywhere=editing["may_moderate"],
        mine=mine,
    )
    discussion = article.discussion
    closing = discussion.closed_entry
    return editing | {
        "article": article,
        "address": article.get_absolute_url(),
        "discussion": discussion,
        "closed_since": discussion.closed_from or (closing and closing.created_at),
        "is_open": is_open,
        "authors": authors,
        "comments": laid.comments,
        "threads": laid.threads if 1 < len(laid.threads) <= INDEX_MOST else [],
        "came": came(rows),
        "sort": sort,
        "public_audit": settings.PUBLIC_AUDIT,
    }


# --- one article, for somebody who writes


def form_page(
    request: HttpRequest, article: Article, form: CommentForm, status: int = 200
) -> HttpResponse:
    """The page of an article with `form` in place: under the comment it answers, or at the foot.

    In a closed place stands why, and the text if there is one; a form that was not sent yet asks
    for a comment that is there, or is 404. The page is nobody's but the asker's.
    """
    context = article_context(request, article.pk, mine=_mine(request, article.pk))
    answered = next(
        (
            comment
            for comment in context["comments"]
            if comment["number"] == str(form.answers) and comment["html"]
        ),
        None,
    )
    if form.answers is not None and answered is None and not form.is_bound:
        raise Http404
    is_moved = form.answers is not None and answered is None
    if is_moved:
        form.answers = None  # what it answered is gone: sent again, it is a response to the article
    context |= {
        "form": form,
        "is_moved": is_moved,
        "answered": answered,
        "closed_by": answered and context["is_open"] and answered["closed_by"],
        "may_write": context["may_moderate"] or (answered or context)["is_open"],
        "canonical": request.build_absolute_uri(context["address"]),
        "is_preview": form.is_bound and form.is_preview and not form.errors,
    }
    if answered:
        answered["form"] = form
    response = render(request, "commentary/article_detail.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _asked_form(request: HttpRequest, article: Article, asked: str) -> HttpResponse:
    answers = number_of(asked)
    if answers is None and asked != "article":
        raise Http404
    form = CommentForm(article=article, answers=answers, is_editor=editor_of(request) is not None)
    return form_page(request, article, form)


def number_of(text: str) -> int | None:
    """The number of a comment that `text` spells, if it could be one."""
    is_number = text.isascii() and text.isdigit() and len(text) <= 10
    return int(text) if is_number and int(text) <= HIGHEST else None


def _shown_to(request: HttpRequest, comments: Any) -> Any:
    """Those of `comments` that the asker wrote, and is shown though others may not be."""
    writer = known_writer(request)
    if not writer:
        return comments.none()
    return comments.shown_to_writer(writer, timedelta(seconds=settings.EDIT_WINDOW))


def _mine(request: HttpRequest, article_pk: int) -> dict[int, Mine]:
    """What the asker is shown of his own here, by the comment's key. A query for writers alone."""
    writer = known_writer(request)
    mine = {}
    for comment in _shown_to(request, Comment.objects.filter(discussion_id=article_pk)):
        refused = comment.status in (Comment.Status.REJECTED, Comment.Status.SPAM)
        mine[comment.pk] = Mine(
            may_change=moderation.may_change(comment, comment.submission, writer),
            waits=comment.status == Comment.Status.PENDING,
            is_refused=refused,
            reason=comment.last_reason if refused and comment.last_verb != "submit" else "",
        )
    return mine


def _sent(request: HttpRequest, article: Article) -> dict[str, str] | None:
    """What became of the comment that the asker just sent, edited or withdrew: `?sent=9`."""
    number, writer = number_of(request.GET.get("sent", "")), known_writer(request)
    if number is None or not writer:
        return None
    own = Comment.objects.filter(discussion_id=article.pk, number=number).of_writer(writer)
    comment = own.select_related("submission", "parent").first()
    if comment is None:
        return None
    anchor = f"reply-{comment.parent.number}" if comment.parent else "reply"
    is_withdrawn = comment.last_verb == "withdraw"
    return {
        "number": str(number),
        "status": "withdrawn" if is_withdrawn else comment.status,
        # The script forgets the draft of this form: it has arrived.
        "draft": f"{article.get_absolute_url()}#{anchor}",
    }


# --- what editors did


@require_safe
def audit_list(request: HttpRequest) -> HttpResponse:
    """The closings and removals that stand, newest first, with their reasons; 404 if the site
    keeps them to itself. `?before=` a key leads on."""
    if not settings.PUBLIC_AUDIT:
        raise Http404
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) <= 18):
        raise Http404
    here = request.build_absolute_uri(request.path)

    def content() -> dict[str, Any]:
        acts = AuditEntry.objects.public().order_by("-pk")
        if before:
            acts = acts.filter(pk__lt=int(before))
        page = list(acts[: ACTS_PER_PAGE + 1])
        older = str(page[ACTS_PER_PAGE - 1].pk) if len(page) > ACTS_PER_PAGE else ""
        return {"acts": page[:ACTS_PER_PAGE], "before": before, "older": older}

    return site_page(
        request, f"{here}?before={int(before)}" if before else here, "audit_list", content
    )


# --- for editors


def _may(request: HttpRequest, permission: str) -> bool:
    """Whether an editor with this permission asks. Nobody without our cookie opens a session."""
    return has_session(request) and request.user.has_perm(f"commentary.{permission}")


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
    return HttpResponse(
        "User-agent: *\nDisallow: /admin/\nDisallow: /*?reply=\n", content_type="text/plain"
    )
