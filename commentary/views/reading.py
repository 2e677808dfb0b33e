"""GET pages: what everybody reads. See `pages` for how their bytes are kept."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import MAXYEAR, date, timedelta
from typing import Any

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from .. import discussions
from ..discussions.cookies import has_session
from ..discussions.identity import editor_of, known_writer
from ..models import Article, AuditEntry, Author, Comment, Discussion, Tie
from ..reading import snapshot
from ..reading.comment_form import CommentForm
from ..reading.linked_data import article_data
from ..reading.outline import (
    EXCERPTS,
    Above,
    Mine,
    Note,
    Reading,
    apart,
    are_several_unnamed,
    notes,
    outline,
    removed_among,
)
from ..reading.page_cache import public_page
from ..reading.pagination import (
    COUNT_MOST,
    HIGHEST,
    SORTS,
    Key,
    Moment,
    NewestPage,
    NoSuchPage,
    branch_page,
    neighbours,
    newest_page,
    number_in,
    page_of,
    query,
    thread_page,
)
from ..text.dates import end_of, from_milliseconds
from ..text.names import signature

AUTHORS_BESIDE = 6  # beside the list of articles; all of them have a page of their own
MINE_MOST = 200  # comments of his own that a writer is shown on the pages of one article
CAME_MOST = 1_000  # comments of a discussion in which what came with its source is told apart
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MONTHS = [f"{month:02}" for month in range(1, 13)]
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
    """The articles of one year, with its months beside them."""
    return _archive(request, year)


@require_safe
def archive_month(request: HttpRequest, year: int, month: str) -> HttpResponse:
    """The articles of one month, which is named by two digits: "03"."""
    if month not in MONTHS:
        raise Http404
    return _archive(request, year, MONTHS.index(month) + 1)


@require_safe
def archive_undated(request: HttpRequest) -> HttpResponse:
    """The articles whose date is not known."""
    return _archive(request, None)


def _archive(request: HttpRequest, year: int | None, month: int | None = None) -> HttpResponse:
    if year is not None and not 1 <= year <= MAXYEAR:
        raise Http404
    articles = Article.objects.published()
    found = articles.in_month(year, month) if year and month else articles.in_year(year)

    def beside() -> dict[str, Any]:
        return {"months": articles.count_by_month(year) if year else []}

    day = date(year, month, 1) if year and month else None
    return _list_page(request, "archive", found, beside, here="archive", year=year, month=day)


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


@require_safe
def random_article(request: HttpRequest) -> HttpResponse:
    """To any article; home where there is none. Nobody keeps the answer."""
    article = Article.objects.published().any_one()
    response = redirect(article or "commentary:article_list")
    response["Cache-Control"] = "no-store"
    return response


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


# --- comments on several articles


@require_safe
def response_list(request: HttpRequest) -> HttpResponse:
    """The newest comments on all articles; `?after=` a moment leads on."""
    return _responses_page(request, "response_list", Comment.objects.approved().of_published())


@require_safe
def commenter_detail(request: HttpRequest, name: str) -> HttpResponse:
    """The comments signed with a name, the newest first; 404 where there is none. However the name
    is written, its page has one address. Who gave no name has none."""
    signed = signature(name, gettext("Anonymous"))
    if not signed:
        raise Http404
    if signed != name:
        return redirect("commentary:commenter_detail", signed)
    comments = Comment.objects.signed(signed)

    def about(page: NewestPage) -> dict[str, Any]:
        if not page.comments:
            raise Http404
        # As the newest of them writes it.
        newest = page.comments[0].name
        return {"name": newest, "extent": comments.extent(COUNT_MOST), "most": COUNT_MOST}

    return _responses_page(request, "commenter_detail", comments, about)


def _responses_page(
    request: HttpRequest,
    name: str,
    comments: Any,
    about: Callable[[NewestPage], dict[str, Any]] = lambda page: {},
) -> HttpResponse:
    """One page of `comments` in the template `name`, with what is to be said `about` them."""
    after: Moment | None = _after(request, Moment.read)

    def content() -> dict[str, Any]:
        page = newest_page(comments.for_list(), after)
        return about(page) | {"page": page, "is_later": after is not None, "path": request.path}

    here = request.build_absolute_uri(request.path)
    return site_page(request, here + query(after=str(after or "")), name, content)


# --- one article


@require_safe
def article_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """An article and its comments: one query when the page is kept ready, a handful when not.

    `?reply=7` or `?reply=article` asks for the page with a form in place, the latter with the
    `&point=3` that it is about; `?point=3` alone for the responses on that point, `?at=2026-01-31`
    for the page as it was at the end of that day. `?since=2026-01-31` marks what came from that day
    on. Who wrote here before sees what of his own nobody else sees, with a word on what he just
    `?sent=9`.
    """
    article = find_article(request, slug)
    if "reply" in request.GET:
        return _asked_form(request, article, request.GET["reply"])
    if "point" in request.GET:
        return _point_detail(request, article)
    if "at" in request.GET:
        return _as_it_was(request, article, request.GET["at"])
    sort = _sort(request)
    after = _after(request, lambda text: Key.read(text, sort))
    here = query(sort, after.written(sort) if after else "")
    mine = _mine(request, article.pk)
    sent = _sent(request, article)
    since = _since(request)
    if "since" in request.GET and since is None:
        return _no_such_day(request, article, None, 400)

    def content() -> dict[str, Any]:
        context = article_context(request, article.pk, sort, after, mine)
        return context | {"sent": sent, "new": since and _new(context, since)}

    return public_page(
        request,
        request.build_absolute_uri(request.path) + _with_day(here, since),
        _version(article),
        lambda: render_to_string("commentary/article_detail.html", content(), request),
        own=bool(mine or sent),
    )


def _since(request: HttpRequest) -> date | None:
    """The day that `?since=` asks for, if it asks for one."""
    return _day(request.GET.get("since", ""))


def _with_day(here: str, since: date | None) -> str:
    """The query `here`, which goes on asking for what is new since a day."""
    return here if since is None else f"{here}{'&' if here else '?'}since={since}"


def _new(context: dict[str, Any], since: date) -> dict[str, Any]:
    """Mark what of the page came from a day on, each with the way to the next; how many there are
    here and in all, None for more than are counted."""
    address, came = context["address"], Comment.objects.came_since(context["article"].pk, since)
    shown = {comment["id"]: comment for comment in context["comments"]}
    here = set(came.filter(pk__in=shown).values_list("pk", flat=True))
    marked = [comment for pk, comment in shown.items() if pk in here]
    following = [f"#comment-{comment['number']}" for comment in marked[1:]]
    if marked:
        following.append(f"{address}new/?since={since}&from={marked[-1]['number']}")
    for comment, way in zip(marked, following, strict=True):
        comment["state"] += " is-new"
        comment["next_new"] = way
    in_all = came[: COUNT_MOST + 1].count()
    return {
        "since": since,
        "here": len(marked),
        "in_all": in_all if in_all <= COUNT_MOST else None,
        "first": f"#comment-{marked[0]['number']}" if marked else f"{address}new/?since={since}",
    }


@require_safe
def comment_new(request: HttpRequest, slug: str) -> HttpResponse:
    """To the first comment in reading order that came from the day `?since=` on, or became public
    after the moment `?seen=`; behind the comment `?from=`, if it is named. To the responses if there
    is none."""
    article = find_article(request, slug)
    since, seen = _since(request), from_milliseconds(request.GET.get("seen", ""))
    if "since" in request.GET and since is None:
        return _no_such_day(request, article, None, 400)
    if since is not None:
        came = Comment.objects.came_since(article.pk, since)
    elif seen is not None:
        came = Comment.objects.public_after(article.pk, seen)
    else:
        raise Http404
    start = number_of(request.GET.get("from", ""))
    if start is not None:
        came = came.behind(_find_comment(article, start))
    following = came.in_reading_order().first()
    if following is None:
        return redirect(f"{article.get_absolute_url()}#responses")
    page, _, anchor = _place(article, following).partition("#")
    path, mark, asked = page.partition("?")
    return redirect(f"{path}{_with_day(mark + asked, since)}#{anchor}")


def _as_it_was(request: HttpRequest, article: Article, asked: str) -> HttpResponse:
    """The page as everybody could read it at the end of a day; a page that says why not, where that
    is no day, not over, or before the article was there."""
    day = _day(asked)
    if day is None:
        return _no_such_day(request, article, None, 400)
    if day >= timezone.localdate() or not snapshot.was_there(article, end_of(day)):
        return _no_such_day(request, article, day, 404)
    after = _after(request, number_in)
    here = f"?at={day}" + (f"&after={after}" if after is not None else "")
    return public_page(
        request,
        request.build_absolute_uri(request.path) + here,
        _version(article),
        lambda: render_to_string(
            "commentary/article_as_it_was.html",
            past_context(request, article.pk, day, after),
            request,
        ),
    )


def _day(text: str) -> date | None:
    """The day that "2026-01-31" names."""
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def _no_such_day(
    request: HttpRequest, article: Article, day: date | None, status: int
) -> HttpResponse:
    context = {
        "article": Article.objects.get(pk=article.pk),
        "day": day,
        "is_over": day is not None and day < timezone.localdate(),
    }
    return render(request, "commentary/no_such_day.html", context, status=status)


@require_safe
def branch_detail(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One comment and what is below it, with what is above it in short; `?after=7` goes on. Gone or
    missing where nothing of it is shown."""
    article = find_article(request, slug)
    mine = _mine(request, article.pk)
    top = _find_comment(article, number, mine)
    if not (top.is_public or top.reply_count or top.pk in mine):
        return _gone(request, article, top)
    after = _after(request, number_in)
    here = query(after="" if after is None else str(after))
    return public_page(
        request,
        request.build_absolute_uri(request.path) + here,
        _version(article),
        lambda: render_to_string(
            "commentary/branch_detail.html",
            branch_context(request, article.pk, top, after, mine),
            request,
        ),
        own=bool(mine),
    )


def _version(article: Article) -> str:
    """What every page of an article changes with. Its key too: an address may change hands."""
    return f"{article.pk}.{article.discussion.page_version}"


def _sort(request: HttpRequest) -> str:
    sort = request.GET.get("sort", "")
    return sort if sort in SORTS else SORTS[0]


def _after(request: HttpRequest, read: Callable[[str], Any]) -> Any:
    """What the page asked for begins after; 404 for what cannot be that."""
    text = request.GET.get("after", "")
    try:
        return read(text) if text else None
    except ValueError as unreadable:
        raise Http404 from unreadable


def _find_comment(article: Article, number: int, also: Iterable[int] = ()) -> Comment:
    """A comment that the asker may know of, or 404: not even the time it takes tells one that waits
    from one that does not exist."""
    if number > HIGHEST:
        raise Http404
    known = Comment.objects.filter(discussion_id=article.pk).known(also)
    return get_object_or_404(known, number=number)


@require_safe
def comment_permalink(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """To the page on which the comment stands, in the order asked for; 410 if it was removed, 404
    if it is not shown to whoever asks."""
    article = find_article(request, slug)
    mine = _mine(request, article.pk)
    comment = _find_comment(article, number, mine)
    also = () if comment.is_public else mine
    if not (comment.is_public or comment.pk in also):
        return _gone(request, article, comment)
    return redirect(_place(article, comment, _sort(request), also))


def _place(
    article: Article, comment: Comment, sort: str = SORTS[0], also: Iterable[int] = ()
) -> str:
    """The address at which a comment is to be seen."""
    after = page_of(comment, sort, also)
    page = f"branches/{comment.number}/" if after is None else query(sort, after)
    return f"{article.get_absolute_url()}{page}#comment-{comment.number}"


def _gone(request: HttpRequest, article: Article, comment: Comment) -> HttpResponse:
    """410 for what was removed, with when, why and by whom, and what of the thread is still there;
    else 404, as if it had never been sent."""
    if comment.status != Comment.Status.REMOVED:
        raise Http404
    removals = Comment.objects.filter(pk=comment.pk).removals()
    when, why, by_writer = removals.get(comment.pk, (None, "", False))
    context = {
        "comment": comment,
        "article": Article.objects.get(pk=article.pk),
        "removed_at": when,
        "reason": why,
        "is_by_writer": by_writer,
        "replies": comment.reply_count,
        "place": _place(article, comment) if comment.reply_count else "",
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
    request: HttpRequest,
    pk: int,
    sort: str = SORTS[0],
    after: Key | None = None,
    mine: dict[int, Mine] | None = None,
) -> dict[str, Any]:
    """What a page of an article shows, with `mine` of the reader's own in place. 404 where no
    thread comes after `after`."""
    mine = mine or {}
    shared = _shared_context(request, pk)
    page = thread_page(pk, sort, after, mine)
    if after is not None and not page.rows:
        raise Http404
    address, discussion = shared["address"], shared["discussion"]
    following = None if page.next is None else address + query(sort, page.next)
    reading = _reading(shared, page.rows, mine)
    laid = outline(
        page.rows,
        reading,
        next_thread=f"{following}#comment-{page.next_number}" if following else "",
    )
    is_usual = sort == SORTS[0]
    here = query(after=after.written(sort)) if after and is_usual else ""
    return shared | {
        "canonical": request.build_absolute_uri(address + here),
        "linked_data": article_data(
            shared["article"],
            shared["authors"],
            laid.comments,
            request.build_absolute_uri(address),
        ),
        "comments": laid.comments,
        "threads": laid.threads if len(laid.threads) > 1 else [],
        "notes": _notes(shared["article"], reading, {c["id"] for c in laid.comments}),
        "shown": laid.shown,
        "page": page,
        "is_later": after is not None,
        "next_page": following,
        "previous_page": None if page.previous is None else address + query(sort, page.previous),
        "came_replies": _came_replies(discussion) if discussion.counts_differ else None,
        "sort": sort,
    }


def past_context(request: HttpRequest, pk: int, day: date, after: int | None) -> dict[str, Any]:
    """What the page of an article shows as it was at the end of a day: nothing that anybody could
    answer, edit or decide upon."""
    shared = _shared_context(request, pk)
    article, moment = shared["article"], end_of(day)
    snapshot.give_words(article, moment)
    try:
        page = snapshot.past_page(pk, moment, after)
    except snapshot.NoSuchPage as missing:
        raise Http404 from missing
    closings = snapshot.Closings(shared["discussion"], [row.id for row in page.rows], moment)
    rows = [closings.on(row) for row in page.rows]
    reading = _reading(shared, rows, {})._replace(is_open=False, everywhere=False)
    laid = outline(rows, reading, Above(short=page.short))
    for comment in laid.comments:
        if comment["id"] in page.partly:
            comment["replies"] = gettext("Replies")
    here = f"{shared['address']}?at={day}"
    return shared | {
        "may_act": False,
        "notes": {},
        "day": day,
        "here": here,
        "is_closed": closings.is_closed(),
        "comments": laid.comments,
        "page": page,
        "is_later": after is not None,
        "next_page": f"{here}&after={page.next}" if page.next else "",
    }


def branch_context(
    request: HttpRequest,
    pk: int,
    top: Comment,
    after: int | None = None,
    mine: dict[int, Mine] | None = None,
) -> dict[str, Any]:
    """What a page of one branch shows. 404 where nothing comes after `after`."""
    mine = mine or {}
    shared = _shared_context(request, pk)
    try:
        page = branch_page(top, after, mine)
    except NoSuchPage as missing:
        raise Http404 from missing
    closing = Comment.objects.closing(top)
    above = Above(page.context, closing, page.short, page.parents, page.closings)
    laid = outline(page.rows, _reading(shared, [*page.rows, *page.context], mine), above)
    address = shared["address"]
    here = f"{address}branches/{top.number}/"
    root = str(top.tree_id - top.discussion_id * Comment.TREES)
    among = page_of(top, also=mine)
    if after is None:
        laid.comments[0]["state"] += " is-focus"
    return shared | {
        "canonical": request.build_absolute_uri(here + query(after=str(after or ""))),
        "comments": laid.comments,
        "above": laid.above,
        "between": [str(number) for number in reversed(page.between)],
        "uncounted": max(top.level - 2 - len(page.between), 0),
        "top": laid.comments[0],
        "root": root,
        "first": None if after is None else str(page.rows[len(page.short)].number),
        "shown": laid.shown - (after is None and top.is_public),
        "among": f"{address}comments/{root}/"
        if among is None
        else f"{address}{query(after=among)}#comment-{top.number}",
        "next_page": None if page.next is None else here + query(after=page.next),
        "previous_page": None if page.previous is None else here + query(after=page.previous),
        "around": neighbours(top, mine),
    }


def _shared_context(request: HttpRequest, pk: int) -> dict[str, Any]:
    """What every page of an article shows beside its comments."""
    article = Article.objects.for_page().get(pk=pk)
    discussion = article.discussion
    closing, editing = discussion.closed_entry, _editing(request)
    return editing | {
        "article": article,
        "address": article.get_absolute_url(),
        "discussion": discussion,
        "closed_since": discussion.closed_from or (closing and closing.created_at),
        "is_open": not discussion.is_closed,
        "may_respond": not discussion.is_closed or editing["may_moderate"],
        "authors": list(article.authors.all()),
        "public_audit": settings.PUBLIC_AUDIT,
    }


def _notes(article: Article, reading: Reading, on_page: set[int]) -> dict[int, Note]:
    """What stands beside the points of an article. Two queries, none where it has no points."""
    if not article.points:
        return {}
    ties = Tie.objects.confirmed().of_public().filter(discussion=article.pk)
    first = ties.filter(point__in=article.points).first_of_each(EXCERPTS)
    rows = Comment.objects.filter(pk__in=[comment for _, comment, _ in first])
    return notes(first, rows.for_reading() if first else [], on_page, reading)


def _ties(article: Article, rows: Sequence[Any]) -> dict[int, list[tuple[int, bool]]]:
    """The points that each of `rows` is tied to, and whether an editor linked it. One query, none
    for an article without points."""
    ties: dict[int, list[tuple[int, bool]]] = {}
    if article.points and rows:
        found = Tie.objects.confirmed().filter(comment__in=[row.id for row in rows])
        found = found.filter(point__in=article.points).order_by("comment", "point")
        for comment, point, origin in found.values_list("comment", "point", "origin"):
            ties.setdefault(comment, []).append((point, origin == Tie.Origin.EDITOR))
    return ties


def _reading(shared: dict[str, Any], rows: list[Any], mine: dict[int, Mine]) -> Reading:
    """What the rows of a page are laid out for."""
    removed = removed_among(rows)
    return Reading(
        address=shared["address"],
        author_ids=frozenset(author.pk for author in shared["authors"]),
        removals=Comment.objects.filter(pk__in=removed).removals() if removed else {},
        mine=mine,
        ties=_ties(shared["article"], rows),
        is_open=shared["is_open"],
        everywhere=shared["may_moderate"],
        several_unnamed=_are_several_unnamed(shared["discussion"], rows, mine),
    )


def _are_several_unnamed(discussion: Discussion, rows: list[Any], mine: dict[int, Mine]) -> bool:
    """Whether several unnamed speak in a discussion: asked where the page does not show two."""
    if discussion.last_voice < 2 or are_several_unnamed(rows, mine):
        return discussion.last_voice > 1
    return Comment.objects.in_discussion(discussion.pk).unnamed(mine)[:2].count() > 1


def _came_replies(discussion: Discussion) -> int | None:
    """How many of the source's responses are replies; None where it would take long to tell."""
    if discussion.last_number > CAME_MOST:
        return None
    return Comment.objects.in_discussion(discussion.pk).came_as_replies().count()


# --- the responses on one point


def _point_detail(request: HttpRequest, article: Article) -> HttpResponse:
    """The public responses that are tied to `?point=3`, the oldest first; `&after=7` goes on."""
    point, after = number_of(request.GET["point"]), _after(request, number_in)
    if point is None:
        raise Http404
    here = request.build_absolute_uri(request.path) + _point_query(point, after)
    return public_page(
        request,
        here,
        _version(article),
        lambda: render_to_string(
            "commentary/point_detail.html",
            point_context(request, article.pk, point, after) | {"canonical": here},
            request,
        ),
    )


def _point_query(point: int, after: int | None) -> str:
    return f"?point={point}" if after is None else f"?point={point}&after={after}"


def point_context(
    request: HttpRequest, pk: int, point: int, after: int | None = None
) -> dict[str, Any]:
    """What a page of the responses on one point shows. 404 for a point that is not there, or where
    nothing comes after `after`."""
    shared, size = _shared_context(request, pk), settings.COMMENTS_PER_PAGE
    points, address = shared["article"].points, shared["address"]
    if point not in points:
        raise Http404
    ties = Tie.objects.confirmed().of_public().filter(discussion=pk, point=point)
    unread = ties.filter(comment__number__gt=after or 0).order_by("comment__number")
    found = list(unread.values_list("comment", "comment__number")[: size + 1])
    if after is not None and not found:
        raise Http404
    tied = Comment.objects.filter(pk__in=[comment for comment, _ in found[:size]])
    rows = sorted(tied.for_reading(), key=lambda row: row.number)
    parents = Comment.objects.filter(pk__in={row.parent_id for row in rows} - {None}).for_reading()
    more = len(found) > size
    return shared | {
        "point": point,
        "text": points[point],
        "blocks": [block for block in shared["article"].blocks if block.number == point],
        "count": ties.count(),
        "comments": apart(rows, parents, _reading(shared, rows, {})),
        "next_page": address + _point_query(point, found[size - 1][1]) if more else None,
        "is_later": after is not None,
    }


# --- one article, for somebody who writes


def form_page(
    request: HttpRequest, article: Article, form: CommentForm, status: int = 200
) -> HttpResponse:
    """The page with `form` in place: under the comment it answers, or at the foot of the article.

    In a closed place stands why, and the text if there is one; a form that was not sent yet asks
    for a comment that is there, or is 404. The page is nobody's but the asker's.
    """
    mine = _mine(request, article.pk)
    comment = None
    if form.answers is not None:
        here = Comment.objects.filter(discussion_id=article.pk, number=form.answers)
        comment = here.approved().first()
    if form.answers is not None and comment is None and not form.is_bound:
        raise Http404
    is_moved = form.answers is not None and comment is None
    if is_moved:
        form.answers = None  # what it answered is gone: sent again, it is a response to the article
    template, context = _page_with(request, article, comment, mine)
    answered = None
    if comment is not None:
        answered = next(c for c in context["comments"] if c["id"] == comment.pk)
        answered["form"] = form
    context |= {
        "form": form,
        "is_moved": is_moved,
        "answered": answered,
        "closed_by": answered and context["is_open"] and answered["closed_by"],
        "may_write": context["may_moderate"] or (answered or context)["is_open"],
        "is_preview": form.is_bound and form.is_preview and not form.errors,
    }
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _page_with(
    request: HttpRequest, article: Article, comment: Comment | None, mine: dict[int, Mine]
) -> tuple[str, dict[str, Any]]:
    """Template and context of the page on which a comment stands; without one, the article's."""
    after = "" if comment is None else page_of(comment, also=mine)
    if comment is not None and after is None:
        context = branch_context(request, article.pk, comment, mine=mine)
        return "commentary/branch_detail.html", context
    key = Key.read(after, SORTS[0]) if after else None
    context = article_context(request, article.pk, after=key, mine=mine)
    return "commentary/article_detail.html", context


def _asked_form(request: HttpRequest, article: Article, asked: str) -> HttpResponse:
    answers = number_of(asked)
    if answers is None and asked != "article":
        raise Http404
    point, is_editor = number_of(request.GET.get("point", "")), editor_of(request) is not None
    form = CommentForm(article=article, answers=answers, point=point, is_editor=is_editor)
    return form_page(request, article, form)


def number_of(text: str) -> int | None:
    """The number of a comment that `text` spells, if it could be one."""
    try:
        return number_in(text)
    except ValueError:
        return None


def _mine(request: HttpRequest, article_pk: int) -> dict[int, Mine]:
    """What the asker is shown of their own here, the newest, by the comment's key; a moderator also
    what is pending of others. A query for writers and one for moderators; readers cost none."""
    mine = _waiting(article_pk) if _may(request, "moderate") else {}
    writer = known_writer(request)
    if not writer:
        return mine  # not even `.none()`, which Django compiles before it returns nothing
    own = Comment.objects.filter(discussion_id=article_pk)
    own = own.shown_to_writer(writer, timedelta(seconds=settings.EDIT_WINDOW))
    for comment in own.select_related("submission", "parent").order_by("-pk")[:MINE_MOST]:
        refused = comment.status in (Comment.Status.REJECTED, Comment.Status.SPAM)
        mine[comment.pk] = Mine(
            may_change=discussions.may_change(comment, comment.submission, writer),
            waits=comment.status == Comment.Status.PENDING,
            is_refused=refused,
            place=None if comment.is_public else _hidden_place(comment),
            reason=comment.last_reason if refused and comment.last_verb != "submit" else "",
        )
    return mine


def _waiting(article_pk: int) -> dict[int, Mine]:
    """What waits for a decision, the newest, as moderators are shown it in its place."""
    waiting: Any = Comment.objects.in_discussion(article_pk).pending().select_related("parent")
    return {
        comment.pk: Mine(may_change=False, waits=True, is_own=False, place=_hidden_place(comment))
        for comment in waiting.order_by("-pk")[:MINE_MOST]
    }


def _hidden_place(comment: Any) -> tuple[int, int] | None:
    """Where a comment that is not public stands, if what it answers is on a page."""
    above = comment.parent
    has_place = above is None or above.is_public or above.reply_count > 0
    return (comment.tree_id, comment.lft) if has_place else None


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
