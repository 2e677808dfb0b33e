"""Code shared by the pages of an article. See `page_cache` for how they are cached."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypedDict, TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString

from .. import discussions
from ..discussions.identity import has_permission, known_writer
from ..models import Article, Author, Comment, Discussion, PointLink
from ..models.queries.comments import CommentRow
from .linked_data import article_data
from .outline import (
    EXCERPTS,
    Note,
    ThreadLine,
    are_several_unnamed,
    notes,
    outline,
    removed_among,
)
from .outlined import OutlinedComment, OwnComment, ReadingContext
from .pagination import SORTS, VIEWS, ThreadPage, page_of, query, thread_page
from .parameters import HIGHEST_NUMBER, ThreadCursor, parse_number

Cursor = TypeVar("Cursor")

LEAST_THREADS = 3  # with replies, for an index of threads
MINE_MOST = 200  # own comments shown to a commenter on the pages of one article
CAME_MOST = 1_000  # up to this many comments, imported replies are counted for an article's page


class EditorLinks(TypedDict):
    """The links to the admin shown on a page."""

    may_edit_article: bool
    may_edit_comments: bool
    may_moderate: bool
    may_act: bool


class SharedContext(EditorLinks):
    """The template variables of all pages of an article."""

    article: Article
    address: str
    discussion: Discussion
    closed_since: datetime | None
    is_open: bool
    may_respond: bool
    authors: list[Author]
    public_audit: bool


class ArticleContext(SharedContext):
    """The template variables of an article page."""

    canonical: str
    linked_data: SafeString
    reading: ReadingContext
    comments: list[OutlinedComment]
    threads: list[ThreadLine]
    notes: dict[int, Note]
    shown: int
    page: ThreadPage
    is_later: bool
    next_page: str | None
    previous_page: str | None
    came_replies: int | None
    sort: str
    view: str
    view_query: str
    has_replies: bool


class SentNotice(TypedDict):
    """The result of a comment just posted: its number and status, a link to it, and the key under
    which the script stored its draft.
    """

    number: str
    status: str
    place: str
    draft: str


def parse_sort(request: HttpRequest) -> str:
    sort = request.GET.get("sort", "")
    return sort if sort in SORTS else SORTS[0]


def parse_view(request: HttpRequest) -> str:
    view = request.GET.get("view", "")
    return view if view in VIEWS else VIEWS[0]


def parse_after(request: HttpRequest, parse: Callable[[str], Cursor | None]) -> Cursor | None:
    """Parse the cursor in `?after=`. Raises Http404 if it is invalid."""
    text = request.GET.get("after", "")
    cursor = parse(text) if text else None
    if text and cursor is None:
        raise Http404
    return cursor


def find_comment(article: Article, number: int, also: Iterable[int] = ()) -> Comment:
    """Return a comment that the reader may know of.

    Raises Http404 otherwise. Pending comments take the same time as missing ones, so timing doesn't
    reveal them.
    """
    if number > HIGHEST_NUMBER:
        raise Http404
    known = Comment.objects.filter(discussion_id=article.pk).known(also)
    return get_object_or_404(known, number=number)


def comment_address(
    article: Article, comment: Comment, sort: str = SORTS[0], also: Iterable[int] = ()
) -> str:
    """Return the URL at which a comment is shown."""
    after = page_of(comment, sort, also)
    page = f"branches/{comment.number}/" if after is None else query(sort, after)
    return f"{article.get_absolute_url()}{page}#comment-{comment.number}"


def gone_page(request: HttpRequest, article: Article, comment: Comment) -> HttpResponse:
    """Answer 410 for a removed comment, with when, why and by whom, and a link to its replies.

    Raises Http404 for other comments that are not shown.
    """
    if comment.status != Comment.Status.REMOVED:
        raise Http404
    removals = Comment.objects.filter(discussion_id=article.pk, pk=comment.pk).removals()
    when, why, by_writer = removals.get(comment.pk, (None, "", False))
    context = {
        "comment": comment,
        "article": Article.objects.get(pk=article.pk),
        "removed_at": when,
        "reason": why,
        "is_by_writer": by_writer,
        "replies": comment.reply_count,
        "place": comment_address(article, comment) if comment.reply_count else "",
    }
    return render(request, "410.html", context, status=410)


def find_article(request: HttpRequest, slug: str) -> Article:
    """Return a readable article with its page version, in one query.

    Raises Http404 otherwise. Editors can also read drafts.
    """
    article = get_object_or_404(Article.objects.for_version().with_slug(slug))
    if not article.is_published and not has_permission(request, "view_article"):
        raise Http404
    return article


def article_context(
    request: HttpRequest,
    pk: int,
    sort: str = SORTS[0],
    after: ThreadCursor | None = None,
    mine: dict[int, OwnComment] | None = None,
    is_former: bool = False,
    view: str = "",
) -> ArticleContext:
    """Return the context of an article's page, with the reader's own comments (`mine`) in place.

    If the page `is_former`, it has only the fragments of the source; see `former`.

    Raises Http404 if no thread comes after `after`.
    """
    mine = mine or {}
    shared = shared_context(request, pk)
    page = thread_page(pk, sort, after, mine, view)
    if after is not None and not page.rows:
        raise Http404
    address, discussion = shared["address"], shared["discussion"]
    following = None if page.next is None else address + query(sort, page.next, view)
    reading = reading_context(shared, page.rows, mine)
    if is_former:
        reading = reading._replace(numbers_at=address)
    laid = outline(page.rows, reading, active_at=page.active_at)
    is_usual = sort == SORTS[0] and not view
    here = query(after=after.written(sort)) if after and is_usual else ""
    return {
        **shared,
        "canonical": request.build_absolute_uri(address + here),
        "linked_data": article_data(
            shared["article"],
            shared["authors"],
            laid.comments,
            request.build_absolute_uri(address),
        ),
        "reading": reading,
        "comments": laid.comments,
        "threads": laid.threads if len(laid.threads) >= LEAST_THREADS and not view else [],
        "notes": _notes(shared["article"], reading, {c.id for c in laid.comments}),
        "shown": laid.shown,
        "page": page,
        "is_later": after is not None,
        "next_page": following,
        "previous_page": None
        if page.previous is None
        else address + query(sort, page.previous, view),
        "came_replies": _came_replies(discussion) if discussion.counts_differ else None,
        "sort": sort,
        "view": view,
        "view_query": f"&view={view}" if view else "",
        "has_replies": any(row.reply_count for row in page.rows),
    }


def shared_context(request: HttpRequest, pk: int) -> SharedContext:
    """Return the context shared by all pages of an article."""
    article = Article.objects.for_page(pk).get()
    discussion = article.discussion
    closing, editing = discussion.closed_entry, _editing(request)
    return {
        **editing,
        "article": article,
        "address": article.get_absolute_url(),
        "discussion": discussion,
        "closed_since": discussion.closed_from or (closing.created_at if closing else None),
        "is_open": discussions.may_comment(discussion.is_closed),
        "may_respond": discussions.may_comment(
            discussion.is_closed, is_editor=editing["may_moderate"]
        ),
        "authors": list(article.authors.all()),
        "public_audit": settings.PUBLIC_AUDIT,
    }


def _notes(article: Article, reading: ReadingContext, on_page: set[int]) -> dict[int, Note]:
    """Return the notes next to points. Two queries, or none if the article has no points."""
    if not article.points:
        return {}
    links = PointLink.objects.accepted().of_public().filter(discussion=article.pk)
    first = links.filter(point__in=article.points).first_of_each(EXCERPTS)
    linked = [comment for _, comment, _ in first]
    rows = Comment.objects.filter(discussion_id=article.pk, pk__in=linked)
    return notes(first, rows.for_reading() if first else [], on_page, reading)


def _links(article: Article, rows: Sequence[CommentRow]) -> dict[int, list[tuple[int, bool]]]:
    """Return by comment the linked points, and whether an editor made the link. One query, or none
    if the article has no points.
    """
    links: dict[int, list[tuple[int, bool]]] = {}
    if article.points and rows:
        found = PointLink.objects.accepted().filter(
            discussion=article.pk, comment__in=[row.id for row in rows]
        )
        found = found.filter(point__in=article.points).order_by("comment", "point")
        for comment, point, origin in found.values_list("comment", "point", "origin"):
            links.setdefault(comment, []).append((point, origin == PointLink.Origin.EDITOR))
    return links


def reading_context(
    shared: SharedContext, rows: Sequence[CommentRow], mine: dict[int, OwnComment]
) -> ReadingContext:
    """Return the `ReadingContext` for the rows of a page."""
    removed = removed_among(rows)
    here = Comment.objects.filter(discussion_id=shared["article"].pk)
    return ReadingContext(
        address=shared["address"],
        author_ids=frozenset(author.pk for author in shared["authors"]),
        removals=here.filter(pk__in=removed).removals() if removed else {},
        mine=mine,
        point_links=_links(shared["article"], rows),
        is_open=shared["is_open"],
        everywhere=shared["may_moderate"],
        several_unnamed=_are_several_unnamed(shared["discussion"], rows, mine),
        points=shared["article"].points,
        is_draft=not shared["article"].is_published,
        language=shared["article"].language,
    )


def _are_several_unnamed(
    discussion: Discussion, rows: Sequence[CommentRow], mine: dict[int, OwnComment]
) -> bool:
    """Return whether a discussion has several unnamed comments. Queries only if the page doesn't
    show two.
    """
    if discussion.last_anonymous_number < 2 or are_several_unnamed(rows, mine):
        return discussion.last_anonymous_number > 1
    return Comment.objects.in_discussion(discussion.pk).unnamed(mine)[:2].count() > 1


def _came_replies(discussion: Discussion) -> int | None:
    """Return how many of the imported comments are replies, or None if there are too many to count."""
    if discussion.last_number > CAME_MOST:
        return None
    return Comment.objects.in_discussion(discussion.pk).came_as_replies().count()


def own_comments(request: HttpRequest, article_pk: int) -> dict[int, OwnComment]:
    """Return by id what the reader sees of their own latest comments in this article.

    Moderators also see pending comments of others. One query for commenters and one for moderators;
    none for others.
    """
    mine = _waiting(article_pk) if has_permission(request, "moderate") else {}
    writer = known_writer(request)
    if not writer:
        return mine  # even `.none()` would be compiled by Django
    own = Comment.objects.filter(discussion_id=article_pk)
    own = own.shown_to_writer(writer, timedelta(seconds=settings.EDIT_WINDOW))
    for comment in own.select_related("submission", "parent").order_by("-pk")[:MINE_MOST]:
        refused = comment.status in (Comment.Status.REJECTED, Comment.Status.SPAM)
        mine[comment.pk] = OwnComment(
            may_change=discussions.may_change(comment, comment.submission, writer),
            is_pending=comment.status == Comment.Status.PENDING,
            is_refused=refused,
            place=None if comment.is_public else hidden_place(comment),
            reason=comment.last_reason if refused and comment.last_verb != "submit" else "",
            ask=f"{comment.number}/ask/" if discussions.may_ask_again(comment, writer) else "",
            was_asked=comment.submission.asked_at is not None,
        )
    return mine


def _waiting(article_pk: int) -> dict[int, OwnComment]:
    """Return the latest pending comments, shown to moderators in place."""
    waiting = Comment.objects.in_discussion(article_pk).pending().select_related("parent")
    return {
        comment.pk: OwnComment(
            may_change=False, is_pending=True, is_own=False, place=hidden_place(comment)
        )
        for comment in waiting.order_by("-pk")[:MINE_MOST]
    }


def hidden_place(comment: Comment) -> tuple[int, int] | None:
    """Return the place of a comment that is not public, or None if its parent isn't on a page."""
    above = comment.parent
    has_place = above is None or above.is_public or above.reply_count > 0
    return (comment.tree_id, comment.lft) if has_place else None


def sent_notice(request: HttpRequest, article: Article) -> SentNotice | None:
    """Return the result of the comment just posted, edited or withdrawn: `?sent=9`."""
    number = parse_number(request.GET.get("sent", ""))
    if number is None or not (writer := known_writer(request)):
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
        "place": f"{article.get_absolute_url()}comments/{number}/",
        "draft": f"{article.get_absolute_url()}#{anchor}",
    }


def with_place(sent: SentNotice | None, comments: Iterable[OutlinedComment]) -> SentNotice | None:
    """Let a notice lead to its comment on this page, if it is one of `comments`."""
    if sent is None or all(comment.number != sent["number"] for comment in comments):
        return sent
    return {**sent, "place": f"#comment-{sent['number']}"}


# --- for editors


def _editing(request: HttpRequest) -> EditorLinks:
    """Return which links to the admin the page shows."""
    may_edit = has_permission(request, "change_comment")
    may_moderate = has_permission(request, "moderate")
    return {
        "may_edit_article": has_permission(request, "change_article"),
        "may_edit_comments": may_edit,
        "may_moderate": may_moderate,
        "may_act": may_edit or may_moderate,
    }
