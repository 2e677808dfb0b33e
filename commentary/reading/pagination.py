"""Which comments stand on which page, and on which page a comment stands.

Pages begin after a key, which an index finds; nothing is counted from the beginning, so a page of
a hundred thousand comments costs what one of three hundred does, and does not shift when comments
arrive. An article's page shows whole threads, of each its first replies in reading order; a
branch's page shows one comment and what is below it. Both nest LEVELS levels: deeper replies are
left to a branch's page, where they stand in the last list. A list of comments on several articles
shows the newest first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from itertools import groupby
from operator import attrgetter, or_
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When

from ..models import Comment
from .parameters import HIGHEST_NUMBER, ThreadCursor, TimelineCursor

SORTS = ("oldest", "newest", "replies")
ORDERS = {
    "oldest": ["tree_id"],
    "newest": ["-tree_id"],
    "replies": ["-reply_count", "tree_id"],
}
LEVELS = 8  # lists inside lists on one page
COUNT_MOST = 1_000  # threads that are counted one by one: beyond, a page says "more than 1,000"
MOST_RANGES = 200  # of tree ids in one statement; SQLite takes fewer than 1,000 tests joined by OR


def query(sort: str = SORTS[0], after: str = "") -> str:
    """The query of a page's address: nothing for the first page of the usual order."""
    parts = [f"sort={sort}"] if sort != SORTS[0] else []
    parts += [f"after={after}"] if after else []
    return "?" + "&".join(parts) if parts else ""


# --- the pages of an article


@dataclass(frozen=True)
class ThreadPage:
    """Some threads of a discussion, in one order.

    `rows` are for `outline`. `before` counts the threads on earlier pages and `total` all of them;
    None is more than COUNT_MOST. `next` and `previous` are what those pages begin after: "" is the
    beginning, None is no such page. `following` is how many threads the next page has, and
    `next_number` the number of the first.
    """

    rows: list[Any]
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
    """The threads that come after a key. `also` are comments that this reader is shown though
    others are not."""
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
    """What the article's page begins after that shows this comment; None if a branch's page alone
    does."""
    also = list(also)
    is_reply = comment.parent_id is not None
    if is_reply and (comment.level >= LEVELS or not _is_reached(comment, also)):
        return None
    replies = comment.reply_count
    if is_reply and sort == "replies":
        root = Comment.objects.filter(tree_id=comment.tree_id, lft=1)
        replies = root.values_list("reply_count", flat=True).get()
    number = comment.tree_id - comment.discussion_id * Comment.TREES
    earlier = _Threads(comment.discussion_id, sort, also).before(ThreadCursor(replies, number))
    size = settings.THREADS_PER_PAGE
    if len(earlier) < size:
        return ""
    # As far as threads are counted its page is one that "next" leads to; further on it begins there.
    at = len(earlier) % size if len(earlier) <= COUNT_MOST else 0
    return earlier[at].written(sort)


def _is_reached(comment: Comment, also: list[int]) -> bool:
    """Whether a reply is among the first of its thread, below a parent that is shown."""
    earlier = Comment.objects.filter(tree_id=comment.tree_id, lft__lt=comment.lft).shown(also)
    most = settings.REPLIES_PER_THREAD
    if earlier.order_by("lft")[: most + 1].count() > most:
        return False
    is_public = comment.is_public or comment.reply_count > 0
    return is_public or Comment.objects.filter(pk=comment.parent_id).shown().exists()


def _key(root: Any) -> ThreadCursor:
    return ThreadCursor(root.reply_count, root.number)


class _Threads:
    """The threads of a discussion that a reader is shown, in one order."""

    def __init__(self, discussion_id: int, sort: str, also: Iterable[int]) -> None:
        self.sort, self.also = sort, list(also)
        self.first_tree = discussion_id * Comment.TREES
        self.all = Comment.objects.threads(discussion_id).shown(self.also)

    def after(self, key: ThreadCursor | None, most: int) -> list[Any]:
        """Those that come after a key; with `cut`, the left edge of the first reply that the page
        has no room for."""
        tree = (
            Comment.objects.filter(discussion=OuterRef("discussion"), tree_id=OuterRef("tree_id"))
            .shown(self.also)
            .order_by("lft")
        )
        room = settings.REPLIES_PER_THREAD + 1
        # A comment has two edges, so most threads show by their last one that there is room.
        is_long = When(rght__gt=2 * room, then=Subquery(tree.values("lft")[room : room + 1]))
        threads = self.all.annotate(cut=Case(is_long, default=None))
        columns = ("number", "reply_count", "tree_id", "cut")
        parts = [threads.order_by(*ORDERS[self.sort])] if key is None else self._parts(threads, key)
        return _take([part.values_list(*columns, named=True) for part in parts], most)

    def before(self, key: ThreadCursor) -> list[ThreadCursor]:
        """Those that come before a key, the nearest first: as many as are counted, and one more."""
        parts = self._parts(self.all, key, backwards=True)
        pairs = [part.values_list("reply_count", "number") for part in parts]
        return [ThreadCursor(*pair) for pair in _take(pairs, COUNT_MOST + 1)]

    def count(self) -> int | None:
        """How many there are; None if there are more than COUNT_MOST."""
        counted = self.all.order_by("tree_id")[: COUNT_MOST + 1].count()
        return counted if counted <= COUNT_MOST else None

    def rows(self, roots: list[Any]) -> list[Any]:
        """The roots and their first replies, in the order of the roots. One query, on a page of
        more than MOST_RANGES ranges one for each so many."""
        tests, place = self._tests(roots), {root.tree_id: i for i, root in enumerate(roots)}
        rows: list[Any] = []
        for start in range(0, len(tests), MOST_RANGES):
            wanted = reduce(or_, tests[start : start + MOST_RANGES])
            found = Comment.objects.filter(wanted, level__lt=LEVELS).shown(self.also)
            rows += found.for_reading()
        # A reader's own reply may stand in a thread that has no place here.
        rows = [row for row in rows if row.tree_id in place]
        return sorted(rows, key=lambda row: (place[row.tree_id], row.lft))

    def _tests(self, roots: list[Any]) -> list[Q]:
        """What finds the rows of these threads by the index of the reading order.

        A thread with more replies than the page has room for is read to its `cut`. Whole threads
        are one range as far as they follow each other, and by most replies, where they do not,
        one list: a statement that names each thread grows with the page until no database takes it.
        """
        whole = [root.tree_id for root in roots if root.cut is None]
        cut = [Q(tree_id=r.tree_id, lft__lt=r.cut) for r in roots if r.cut is not None]
        if self.sort == "replies":
            return ([Q(tree_id__in=whole)] if whole else []) + cut
        runs = groupby(sorted(roots, key=attrgetter("tree_id")), key=lambda r: r.cut is None)
        ids = [[root.tree_id for root in run] for is_whole, run in runs if is_whole]
        return [Q(tree_id__gte=run[0], tree_id__lte=run[-1]) for run in ids] + cut

    def _parts(
        self, threads: QuerySet, key: ThreadCursor, backwards: bool = False
    ) -> list[QuerySet]:
        """What comes after a key, or before it, in parts that follow each other. An index has each
        part in this order, which it has not for the whole."""
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


def _take(parts: list[QuerySet], most: int) -> list[Any]:
    """The first rows of the parts together."""
    found: list[Any] = []
    for part in parts:
        if len(found) < most:
            found += part[: most - len(found)]
    return found


# --- the pages of a branch


@dataclass(frozen=True)
class BranchPage:
    """A comment and what is below it, in reading order, some of it at a time.

    `rows` are for `outline`, the comment itself first. Those in `short` only lead to the others:
    on a later page the comment, and the nearest comments above the first reply there, no more than
    a page nests. `parents` are those of rows whose parent is on an earlier page, by id, and
    `closings` the rows between the comment and the first reply whose act closes them, outermost
    first. `context` are the first comment of the thread and the parent, `between` the numbers of up
    to six that stand between those, the nearest first.
    """

    rows: list[Any]
    context: list[Any]
    between: list[int]
    short: frozenset[int] = frozenset()
    parents: dict[int, Any] = field(default_factory=dict)
    closings: list[Any] = field(default_factory=list)
    previous: str | None = None
    next: str | None = None


class Neighbours(NamedTuple):
    """The numbers of comments around one: the replies before and after it to the same, and the
    first of the next thread."""

    previous: int | None
    next: int | None
    next_thread: int | None


def neighbours(comment: Comment, also: Iterable[int] = ()) -> Neighbours:
    """Where to go on from a branch. Of a thread it is the threads before and after it."""
    also = list(also)
    threads = Comment.objects.threads(comment.discussion_id).shown(also)
    later = threads.filter(tree_id__gt=comment.tree_id).order_by("tree_id")
    if comment.parent_id is None:
        before = threads.filter(tree_id__lt=comment.tree_id).order_by("-tree_id")
        after = later
    else:
        siblings = Comment.objects.filter(parent_id=comment.parent_id).shown(also)
        before = siblings.filter(lft__lt=comment.lft).order_by("-lft")
        after = siblings.filter(lft__gt=comment.lft).order_by("lft")
    numbers = [found.values_list("number", flat=True).first() for found in (before, after, later)]
    return Neighbours(*numbers)


class NoSuchPage(Exception):
    """An address names a page that would begin after a comment which has no place there: it is of
    another branch, or nobody could read it on that day."""


def branch_page(top: Comment, after: int | None = None, also: Iterable[int] = ()) -> BranchPage:
    """What is below `top` and comes after comment `after` in reading order. Raises NoSuchPage."""
    also = list(also)
    size = settings.COMMENTS_PER_PAGE
    below = Comment.objects.filter(tree_id=top.tree_id, lft__gt=top.lft, lft__lt=top.rght)
    below = below.shown(also).order_by("lft")
    unread = below.filter(lft__gt=top.lft if after is None else _edge_after(top, after))
    cut = unread.values_list("lft", flat=True)[size : size + 1].first()
    new = unread.filter(lft__lt=cut or HIGHEST_NUMBER).for_reading()
    if after is not None and not new:
        raise NoSuchPage
    path = [] if after is None else _path(top, new[0])
    above = Comment.objects.filter(pk__in=[top.pk, top.parent_id, *path]).for_reading()
    if top.level > 1:  # asked apart: together no index would find them
        above = Comment.objects.filter(tree_id=top.tree_id, lft=1).for_reading() + above
    leading = [row for row in above if row.level >= top.level]
    rows = leading + new
    parents = {} if after is None else _parents_elsewhere(rows, also)
    return BranchPage(
        rows=rows,
        context=[row for row in above if row.level < top.level],
        between=[number for _, number in _ancestors(top.pk)][1 : top.level - 1],
        short=frozenset() if after is None else frozenset(row.id for row in leading),
        parents=parents,
        closings=_closings_between(top, new[0]) if parents else [],
        previous=None if after is None else _previous(below, new[0].lft, size),
        next=str(new[-1].number) if cut else None,
    )


def _edge_after(top: Comment, after: int) -> int:
    """The edge after which a later page begins: that of comment `after`."""
    found = Comment.objects.filter(discussion_id=top.discussion_id, number=after).first()
    if found is None or not (found.tree_id == top.tree_id and top.lft < found.lft < top.rght):
        raise NoSuchPage
    return found.lft


def _path(top: Comment, first: Any) -> list[int]:
    """The keys of the nearest comments above row `first` and below `top`: so many that they and
    the row nest."""
    most = min(first.level - top.level - 1, LEVELS - 2)
    return [pk for pk, _ in _ancestors(first.id)][:most]


def _parents_elsewhere(rows: list[Any], also: list[int]) -> dict[int, Any]:
    """What rows of a branch answer that is shown on an earlier page, by id. At most one query."""
    here = {row.id for row in rows}
    wanted = {row.parent_id for row in rows[1:]} - here
    if not wanted:
        return {}
    found = Comment.objects.filter(pk__in=wanted).shown(also).for_reading()
    return {row.id: row for row in found}


def _closings_between(top: Comment, first: Any) -> list[Any]:
    """The rows between `top` and row `first` that an act of their own closes now."""
    above = Comment.objects.filter(
        tree_id=top.tree_id, lft__gt=top.lft, lft__lt=first.lft, rght__gt=first.rght
    )
    return above.closed().for_reading()


def _ancestors(pk: int) -> list[tuple[int, int]]:
    """ThreadCursor and number of the nearest comments above one, the parent first: no more than a page
    nests, by way of their pointers, since an interval would have to be searched for."""
    steps = ["parent" + "__parent" * i for i in range(LEVELS - 1)]
    columns = [f"{step}__{name}" for step in steps for name in ("pk", "number")]
    values = Comment.objects.filter(pk=pk).values_list(*columns).get()
    pairs = zip(values[::2], values[1::2], strict=True)
    return [pair for pair in pairs if pair[0] is not None]


def _previous(below: QuerySet, first: int, size: int) -> str:
    """What the page begins after that ends before edge `first`."""
    earlier = below.filter(lft__lt=first).order_by("-lft").values_list("number", flat=True)
    return "".join(str(number) for number in earlier[size : size + 1])


# --- the pages of a list

RESPONSES_PER_PAGE = 20


class NewestPage(NamedTuple):
    """Some comments, the newest first, and what the next page begins after: "" if there is none."""

    comments: list[Comment]
    next: str


def newest_page(comments: QuerySet[Comment], after: TimelineCursor | None = None) -> NewestPage:
    """Those of `comments` that come after a moment, as many as a page has room for."""
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
