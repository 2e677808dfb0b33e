"""Which comments are on which page, and which page a comment is on.

Pages start after a key that an index finds. Nothing is counted from the start, so a page of a
hundred thousand comments costs the same as one of three hundred, and pages don't shift when
comments are added.

An article's page shows whole threads, each with its first replies in reading order; a branch's page
shows one comment and its branch. Both nest LEVELS levels; deeper replies are on a branch's page, at
its last level. Lists across articles show the newest first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from itertools import groupby
from operator import attrgetter, or_
from typing import NamedTuple, TypeVar

from django.conf import settings
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When

from ..models import Comment
from ..models.queries.comments import CommentQuerySet, CommentRow
from .parameters import HIGHEST_NUMBER, ThreadCursor, TimelineCursor

Taken = TypeVar("Taken")
SORTS = ("oldest", "newest", "replies")
ORDERS = {
    "oldest": ["tree_id"],
    "newest": ["-tree_id"],
    "replies": ["-reply_count", "tree_id"],
}
LEVELS = 8  # nested lists on one page
COUNT_MOST = 1_000  # threads that are counted; above that, pages say "more than 1,000"
# of tree ids in one statement; SQLite allows fewer than 1,000 conditions joined by OR
MOST_RANGES = 200


def query(sort: str = SORTS[0], after: str = "") -> str:
    """Return the query string of a page, "" for the first page in the default order."""
    parts = [f"sort={sort}"] if sort != SORTS[0] else []
    parts += [f"after={after}"] if after else []
    return "?" + "&".join(parts) if parts else ""


# --- the pages of an article


@dataclass(frozen=True)
class ThreadPage:
    """Some threads of a discussion, in one order.

    `rows` are for `outline`. `before` counts the threads on earlier pages and `total` all threads;
    None means more than COUNT_MOST. `previous` and `next` are the cursors of those pages: "" for
    the first page, None if there is none. `following` is the number of threads on the next page,
    `next_number` the number of the first.
    """

    rows: list[CommentRow]
    count: int
    before: int | None = 0
    total: int | None = 0
    previous: str | None = None
    next: str | None = None
    following: int = 0
    next_number: int = 0
    most = COUNT_MOST


def thread_page(
    discussion_id: int,
    sort: str = SORTS[0],
    after: ThreadCursor | None = None,
    also: Iterable[int] = (),
) -> ThreadPage:
    """Return the threads after a cursor. `also` are keys of comments that only this reader sees."""
    size = settings.THREADS_PER_PAGE
    threads = _Threads(discussion_id, sort, also)
    found = threads.after(after, 2 * size)
    here, following = found[:size], found[size:]
    if not here:
        return ThreadPage(rows=[], count=0)
    before: int | None = 0
    previous = None
    if after is not None:
        earlier = threads.before(_key(here[0]))
        before = len(earlier) if len(earlier) <= COUNT_MOST else None
        if earlier:
            previous = earlier[size].written(sort) if len(earlier) > size else ""
    if following or before is None:
        total = threads.count()
    else:
        total = before + len(here)
    return ThreadPage(
        rows=threads.rows(here),
        count=len(here),
        before=before,
        total=total,
        previous=previous,
        next=_key(here[-1]).written(sort) if following else None,
        following=len(following),
        next_number=following[0].number if following else 0,
    )


def page_of(comment: Comment, sort: str = SORTS[0], also: Iterable[int] = ()) -> str | None:
    """Return the cursor of the article's page that shows this comment, or None if only a branch's
    page does.
    """
    also = list(also)
    is_reply = comment.parent_id is not None
    if is_reply and (comment.level >= LEVELS or not _is_reached(comment, also)):
        return None
    replies = comment.reply_count
    if is_reply and sort == "replies":
        replies = comment.get_root().reply_count
    number = comment.tree_id - comment.discussion_id * Comment.TREES
    earlier = _Threads(comment.discussion_id, sort, also).before(ThreadCursor(replies, number))
    size = settings.THREADS_PER_PAGE
    if len(earlier) < size:
        return ""
    # Within COUNT_MOST, use a page that "next" leads to; beyond it, a page that starts with the
    # thread.
    at = len(earlier) % size if len(earlier) <= COUNT_MOST else 0
    return earlier[at].written(sort)


def _is_reached(comment: Comment, also: list[int]) -> bool:
    """Return whether a reply is among the first of its thread, below a parent that is shown."""
    earlier = Comment.objects.filter(tree_id=comment.tree_id, lft__lt=comment.lft).shown(also)
    most = settings.REPLIES_PER_THREAD
    if earlier.order_by("lft")[: most + 1].count() > most:
        return False
    if comment.is_public or comment.reply_count > 0 or comment.parent_id is None:
        return True
    parent = Comment.objects.filter(discussion_id=comment.discussion_id, pk=comment.parent_id)
    return parent.shown().exists()


class ThreadRoot(NamedTuple):
    """The root of a thread; `cut` is the left edge of the first reply that doesn't fit."""

    number: int
    reply_count: int
    tree_id: int
    cut: int | None


def _key(root: ThreadRoot) -> ThreadCursor:
    return ThreadCursor(root.reply_count, root.number)


class _Threads:
    """The threads of a discussion that a reader sees, in one order."""

    def __init__(self, discussion_id: int, sort: str, also: Iterable[int]) -> None:
        self.discussion_id, self.sort, self.also = discussion_id, sort, list(also)
        self.first_tree = discussion_id * Comment.TREES
        self.all = Comment.objects.threads(discussion_id).shown(self.also)

    def after(self, key: ThreadCursor | None, most: int) -> list[ThreadRoot]:
        """Return the threads after a cursor. `cut` is the left edge of the first reply that doesn't
        fit on the page, or None.
        """
        tree = (
            Comment.objects.filter(discussion=OuterRef("discussion"), tree_id=OuterRef("tree_id"))
            .shown(self.also)
            .order_by("lft")
        )
        room = settings.REPLIES_PER_THREAD + 1
        # A comment has two edges, so the root's right edge usually shows that everything fits.
        is_long = When(rght__gt=2 * room, then=Subquery(tree.values("lft")[room : room + 1]))
        threads = self.all.annotate(cut=Case(is_long, default=None))
        parts = [threads.order_by(*ORDERS[self.sort])] if key is None else self._parts(threads, key)
        columns = [part.values_list(*ThreadRoot._fields) for part in parts]
        return [ThreadRoot(*root) for root in _take(columns, most)]

    def before(self, key: ThreadCursor) -> list[ThreadCursor]:
        """Return the threads before a cursor, nearest first, at most COUNT_MOST + 1."""
        parts = self._parts(self.all, key, backwards=True)
        pairs = [part.values_list("reply_count", "number") for part in parts]
        return [ThreadCursor(*pair) for pair in _take(pairs, COUNT_MOST + 1)]

    def count(self) -> int | None:
        """Return the number of threads, or None if there are more than COUNT_MOST."""
        counted = self.all.order_by("tree_id")[: COUNT_MOST + 1].count()
        return counted if counted <= COUNT_MOST else None

    def rows(self, roots: list[ThreadRoot]) -> list[CommentRow]:
        """Return the roots and their first replies, in the order of the roots.

        One query per MOST_RANGES ranges.
        """
        tests, place = self._tests(roots), {root.tree_id: i for i, root in enumerate(roots)}
        rows: list[CommentRow] = []
        for start in range(0, len(tests), MOST_RANGES):
            wanted = reduce(or_, tests[start : start + MOST_RANGES])
            here = Comment.objects.filter(wanted, discussion_id=self.discussion_id)
            rows += here.filter(level__lt=LEVELS).shown(self.also).for_reading()
        # The reader's own reply may be in a thread of another page.
        rows = [row for row in rows if row.tree_id in place]
        return sorted(rows, key=lambda row: (place[row.tree_id], row.lft))

    def _tests(self, roots: list[ThreadRoot]) -> list[Q]:
        """Return conditions that find the rows of these threads with the index on reading order.

        A thread with too many replies is read up to its `cut`. Consecutive whole threads are one
        range. When sorted by replies they are rarely consecutive, and are one list instead: a
        statement with a condition per thread would exceed the limits of databases.
        """
        whole = [root.tree_id for root in roots if root.cut is None]
        cut = [Q(tree_id=r.tree_id, lft__lt=r.cut) for r in roots if r.cut is not None]
        if self.sort == "replies":
            return ([Q(tree_id__in=whole)] if whole else []) + cut
        runs = groupby(sorted(roots, key=attrgetter("tree_id")), key=lambda r: r.cut is None)
        ids = [[root.tree_id for root in run] for is_whole, run in runs if is_whole]
        return [Q(tree_id__gte=run[0], tree_id__lte=run[-1]) for run in ids] + cut

    def _parts(
        self, threads: CommentQuerySet, key: ThreadCursor, backwards: bool = False
    ) -> list[CommentQuerySet]:
        """Return the threads after or before a key as consecutive parts.

        Each part is in the order of an index, which the whole is not.
        """
        tree_id = self.first_tree + key.number
        if (self.sort != "newest") != backwards:
            beside = threads.filter(tree_id__gt=tree_id).order_by("tree_id")
        else:
            beside = threads.filter(tree_id__lt=tree_id).order_by("-tree_id")
        if self.sort != "replies":
            return [beside]
        equal = beside.filter(reply_count=key.replies)
        if backwards:
            more = threads.filter(reply_count__gt=key.replies)
            return [equal, more.order_by("reply_count", "-tree_id")]
        fewer = threads.filter(reply_count__lt=key.replies)
        return [equal, fewer.order_by(*ORDERS["replies"])]


def _take(parts: Iterable[QuerySet[Comment, Taken]], most: int) -> list[Taken]:
    """Return the first `most` rows of consecutive parts."""
    found: list[Taken] = []
    for part in parts:
        if len(found) < most:
            found += part[: most - len(found)]
    return found


# --- the pages of a branch


@dataclass(frozen=True)
class BranchPage:
    """A comment and its branch in reading order, one page at a time.

    `rows` are for `outline`, the comment first. On a later page, `short` has the ids of the comment
    and of the nearest ancestors of the first reply, up to the nesting of a page. `parents` are the
    parents that are on an earlier page, by id. `closings` are the rows between the comment and the
    first reply that are closed, outermost first. `context` are the root and the parent of the
    comment; `between` the numbers of up to six comments between those, nearest first.
    """

    rows: list[CommentRow]
    context: list[CommentRow]
    between: list[int]
    short: frozenset[int] = frozenset()
    parents: dict[int, CommentRow] = field(default_factory=dict)
    closings: list[CommentRow] = field(default_factory=list)
    previous: str | None = None
    next: str | None = None


class Neighbours(NamedTuple):
    """The numbers of the comment's previous and next sibling, and of the root of the next thread."""

    previous: int | None
    next: int | None
    next_thread: int | None


def neighbours(comment: Comment, also: Iterable[int] = ()) -> Neighbours:
    """Return where to continue from a branch. For a thread, its neighbours are the other threads."""
    also = list(also)
    threads = Comment.objects.threads(comment.discussion_id).shown(also)
    later = threads.filter(tree_id__gt=comment.tree_id).order_by("tree_id")
    if comment.parent_id is None:
        before = threads.filter(tree_id__lt=comment.tree_id).order_by("-tree_id")
        after = later
    else:
        siblings = Comment.objects.filter(
            discussion_id=comment.discussion_id, parent_id=comment.parent_id
        ).shown(also)
        before = siblings.filter(lft__lt=comment.lft).order_by("-lft")
        after = siblings.filter(lft__gt=comment.lft).order_by("lft")
    numbers = [found.values_list("number", flat=True).first() for found in (before, after, later)]
    return Neighbours(*numbers)


class NoSuchPage(Exception):
    """The cursor names a comment that isn't on this page: it is in another branch, or wasn't public
    on that day.
    """


def branch_page(top: Comment, after: int | None = None, also: Iterable[int] = ()) -> BranchPage:
    """Return the replies below `top` after comment `after`, in reading order. Raises NoSuchPage."""
    also = list(also)
    size = settings.COMMENTS_PER_PAGE
    below = top.get_descendants().shown(also).order_by("lft")
    unread = below.filter(lft__gt=top.lft if after is None else _edge_after(top, after))
    cut = unread.values_list("lft", flat=True)[size : size + 1].first()
    new = unread.filter(lft__lt=cut or HIGHEST_NUMBER).for_reading()
    if after is not None and not new:
        raise NoSuchPage
    path = [] if after is None else _path(top, new[0])
    here = Comment.objects.filter(discussion_id=top.discussion_id)
    above = here.filter(pk__in=[top.pk, top.parent_id or top.pk, *path]).for_reading()
    if top.level > 1:  # a separate query, since no index covers both
        above = Comment.objects.filter(tree_id=top.tree_id, lft=1).for_reading() + above
    leading = [row for row in above if row.level >= top.level]
    rows = leading + new
    parents = {} if after is None else _parents_elsewhere(top.discussion_id, rows, also)
    return BranchPage(
        rows=rows,
        context=[row for row in above if row.level < top.level],
        between=[number for _, number in _ancestors(top.discussion_id, top.pk)][1 : top.level - 1],
        short=frozenset() if after is None else frozenset(row.id for row in leading),
        parents=parents,
        closings=_closings_between(top, new[0]) if parents else [],
        previous=None if after is None else _previous(below, new[0].lft, size),
        next=str(new[-1].number) if cut else None,
    )


def _edge_after(top: Comment, after: int) -> int:
    """Return the left edge of comment `after`. Raises NoSuchPage if it isn't below `top`."""
    found = Comment.objects.filter(discussion_id=top.discussion_id, number=after).first()
    if found is None or not (found.tree_id == top.tree_id and top.lft < found.lft < top.rght):
        raise NoSuchPage
    return found.lft


def _path(top: Comment, first: CommentRow) -> list[int]:
    """Return the keys of the nearest ancestors of row `first` below `top`, as many as a page can
    nest.
    """
    most = min(first.level - top.level - 1, LEVELS - 2)
    return [pk for pk, _ in _ancestors(top.discussion_id, first.id)][:most]


def _parents_elsewhere(
    discussion_id: int, rows: list[CommentRow], also: list[int]
) -> dict[int, CommentRow]:
    """Return by id the parents of rows that are shown on an earlier page. At most one query."""
    here = {row.id for row in rows}
    wanted = {row.parent_id for row in rows[1:] if row.parent_id} - here
    if not wanted:
        return {}
    found = Comment.objects.filter(discussion_id=discussion_id, pk__in=wanted).shown(also)
    return {row.id: row for row in found.for_reading()}


def _closings_between(top: Comment, first: CommentRow) -> list[CommentRow]:
    """Return the rows between `top` and row `first` that are closed now."""
    above = Comment.objects.filter(
        tree_id=top.tree_id, lft__gt=top.lft, lft__lt=first.lft, rght__gt=first.rght
    )
    return above.closed().for_reading()


def _ancestors(discussion_id: int, pk: int) -> list[tuple[int, int]]:
    """Return key and number of the nearest ancestors, parent first, as many as a page nests.

    Follows the parent pointers, since no index supports the interval.
    """
    steps = ["parent" + "__parent" * i for i in range(LEVELS - 1)]
    columns = [f"{step}__{name}" for step in steps for name in ("pk", "number")]
    here = Comment.objects.filter(discussion_id=discussion_id)
    values = here.filter(pk=pk).values_list(*columns).get()
    pairs = zip(values[::2], values[1::2], strict=True)
    return [pair for pair in pairs if pair[0] is not None]


def _previous(below: CommentQuerySet, first: int, size: int) -> str:
    """Return the cursor of the page that ends before edge `first`."""
    earlier = below.filter(lft__lt=first).order_by("-lft").values_list("number", flat=True)
    return "".join(str(number) for number in earlier[size : size + 1])


# --- the pages of a list

RESPONSES_PER_PAGE = 20


class NewestPage(NamedTuple):
    """Comments, newest first, and the cursor of the next page ("" if there is none)."""

    comments: list[Comment]
    next: str


def newest_page(comments: QuerySet[Comment], after: TimelineCursor | None = None) -> NewestPage:
    """Return the comments after a cursor, as many as fit on a page."""
    ordered = comments.order_by("-timeline_at", "-pk")
    dated, undated = ordered.filter(timeline_at__isnull=False), ordered.filter(timeline_at=None)
    if after is None:
        parts = [dated, undated]
    elif after.at is None:
        parts = [undated.filter(pk__lt=after.pk)]
    else:
        at, pk = after
        parts = [dated.filter(timeline_at__lte=at).exclude(timeline_at=at, pk__gte=pk), undated]
    found = [comment for part in parts for comment in part[: RESPONSES_PER_PAGE + 1]]
    here = found[:RESPONSES_PER_PAGE]
    last = here[-1] if len(found) > len(here) else None
    return NewestPage(here, str(TimelineCursor(last.timeline_at, last.pk)) if last else "")
