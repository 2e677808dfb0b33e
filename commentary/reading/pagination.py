"""Which comments are on which page, and which page a comment is on.

A page is as long as its weight allows: it has at most COMMENTS_PER_PAGE comments, and PAGE_BYTES of
them, where a comment weighs the bytes of its text and `Comment.WEIGHT` more. `fit` is this rule.

Pages start after a key that an index finds, so pages don't shift when comments are added. Where
they start is found from the sums of the threads before, up to SUMMED_MOST comments; above that,
nothing is counted from the start, so a page of a hundred thousand comments costs the same as one of
ten thousand.

An article's page shows whole threads. A thread that doesn't fit starts the next page, or is cut if
the page isn't half full; a branch's page continues it. Both nest LEVELS levels; deeper replies are
listed at the last level. See `comment_lists` for lists across articles.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, reduce
from itertools import groupby, islice, takewhile
from operator import attrgetter, or_
from typing import NamedTuple, TypeVar

from django.conf import settings
from django.db.models import Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ..models import Comment
from ..models.queries.comments import CommentQuerySet, CommentRow, ThreadSize
from .parameters import HIGHEST_NUMBER, ThreadCursor, in_microseconds

Taken = TypeVar("Taken")
SORTS = ("oldest", "newest", "replies", "active")
ORDERS = {
    "oldest": ["tree_id"],
    "newest": ["-tree_id"],
    "replies": ["-reply_count", "tree_id"],
}
ROOTS = "roots"  # the view that shows the first comment of each thread only
VIEWS = ("", ROOTS)
LEVELS = 8  # nested lists on one page
COUNT_MOST = 1_000  # threads that are counted; above that, pages say "more than 1,000"
SUMMED_MOST = 10_000  # comments whose weights are summed to find where pages start
MOST_AT_ONCE = 2_000  # comments whose threads are read together with their weights
# of tree ids in one statement; SQLite allows fewer than 1,000 conditions joined by OR
MOST_RANGES = 200


def query(sort: str = SORTS[0], after: str = "", view: str = "", default: str = SORTS[0]) -> str:
    """Return the query string of a page, "" for the first page in the default order."""
    parts = [f"sort={sort}"] if sort != default else []
    parts += [f"view={view}"] if view else []
    parts += [f"after={after}"] if after else []
    return "?" + "&".join(parts) if parts else ""


class Room(NamedTuple):
    """What fits on a page, or is left of it."""

    comments: int
    weight: int

    @classmethod
    def of_page(cls) -> "Room":
        return cls(settings.COMMENTS_PER_PAGE, settings.PAGE_BYTES)

    def without(self, comments: int, weight: int) -> "Room":
        return Room(self.comments - comments, self.weight - weight)

    @property
    def is_exceeded(self) -> bool:
        return self.comments < 0 or self.weight < 0


def fit(weights: Iterable[int]) -> int:
    """Return how many comments of these weights fit on a page, at least one if there are any."""
    return _fit(weights, Room.of_page())


def _fit(weights: Iterable[int], room: Room) -> int:
    count = 0
    for weight in weights:
        room = room.without(1, weight)
        if room.is_exceeded and count:
            break
        count += 1
    return count


def weight_of(row: CommentRow, also: Iterable[int] = ()) -> int:
    """Return the weight of a comment, as `CommentQuerySet.thread_sizes` sums it."""
    is_shown = row.status == Comment.Status.APPROVED or row.id in also
    return Comment.WEIGHT + (len(row.body_html.encode()) if is_shown else 0)


# --- the pages of an article


@dataclass(frozen=True)
class ThreadPage:
    """Some threads of a discussion, in one order.

    `rows` are for `outline`. `before` counts the threads on earlier pages and `total` all threads;
    None means more than COUNT_MOST. `previous` and `next` are the cursors of those pages: "" for
    the first page, None if there is none. `following` is the number of threads on the next page.
    `active_at` has by tree id when the last comment of a
    thread was written, if known.
    """

    rows: list[CommentRow]
    count: int
    before: int | None = 0
    total: int | None = 0
    previous: str | None = None
    next: str | None = None
    following: int = 0
    active_at: dict[int, datetime | None] = field(default_factory=dict)
    most = COUNT_MOST


def thread_page(
    discussion_id: int,
    sort: str = SORTS[0],
    after: ThreadCursor | None = None,
    also: Iterable[int] = (),
    view: str = "",
) -> ThreadPage:
    """Return the threads after a cursor. `also` are keys of comments that only this reader sees."""
    threads = _Threads(discussion_id, sort, also, view)
    size = settings.COMMENTS_PER_PAGE
    found = threads.after(after, 2 * size)
    if not found:
        return ThreadPage(rows=[], count=0)
    near = list(islice(found, _needed(found, 3 * size)))
    sizes = threads.sizes(near)
    here = _fill([sizes[root.tree_id] for root in near])
    following = _fill([sizes[root.tree_id] for root in near[here.threads :]])
    before: int | None = 0
    previous = None
    if after is not None:
        earlier = threads.before(threads.key(found[0]), COUNT_MOST + 1)
        before = len(earlier) if len(earlier) <= COUNT_MOST else None
        previous = _previous(threads, earlier) if earlier else None
    if following.threads or before is None:
        total = threads.count()
    else:
        total = before + here.threads
    shown = near[: here.threads]
    return ThreadPage(
        rows=threads.rows(shown, here.room if here.is_cut else None),
        count=here.threads,
        before=before,
        total=total,
        previous=previous,
        next=threads.key(shown[-1]).written(sort) if following.threads else None,
        following=following.threads,
        active_at={root.tree_id: sizes[root.tree_id].active_at for root in shown},
    )


def page_of(comment: Comment, sort: str = SORTS[0], also: Iterable[int] = ()) -> str | None:
    """Return the cursor of the article's page that shows this comment, or None if only a branch's
    page does.
    """
    also = list(also)
    if not _is_below_shown(comment):
        return None
    threads = _Threads(comment.discussion_id, sort, also)
    roots, sizes = threads.up_to(comment) if sort == SORTS[0] else ([], {})
    if not roots:
        own = threads.root_of(comment)
        earlier = threads.before(threads.key(own), COUNT_MOST + 1)
        roots = [*reversed(earlier), own]
    # Within the limits, use a page that "next" leads to; beyond them, a page that starts with the
    # thread.
    start = len(roots) - 1
    if sizes:
        start = _starts([sizes[root.tree_id] for root in roots])[-1]
    elif threads.are_few(roots):
        sizes = threads.sizes(roots)
        start = _starts([sizes[root.tree_id] for root in roots])[-1]
    else:
        sizes = threads.sizes(roots[-1:])
    page = _fill([sizes[root.tree_id] for root in roots[start:]])
    if page.is_cut and comment.parent_id is not None:
        first = Comment.objects.filter(tree_id=comment.tree_id, lft__lte=comment.lft).shown(also)
        read = first.thread_sizes(also)[comment.tree_id]
        if page.room.without(read.comments, read.weight).is_exceeded:
            return None
    return threads.key(roots[start - 1]).written(sort) if start else ""


def _is_below_shown(comment: Comment) -> bool:
    """Return whether a comment is public or a root, or below a parent that is shown."""
    if comment.is_public or comment.reply_count > 0 or comment.parent_id is None:
        return True
    return comment.parent is not None and (
        comment.parent.is_public or comment.parent.reply_count > 0
    )


class ThreadRoot(NamedTuple):
    """The root of a thread. `active` is when its last comment was written, in microseconds, if
    threads are in this order; 0 if unknown.
    """

    number: int
    reply_count: int
    tree_id: int
    active: int = 0


class Filled(NamedTuple):
    """How many threads are on a page, whether the last one is cut, and the room for that one."""

    threads: int
    is_cut: bool
    room: Room


def _fill(sizes: Sequence[ThreadSize]) -> Filled:
    """Fill one page with the first of these threads."""
    page = left = Room.of_page()
    for i, size in enumerate(sizes):
        rest = left.without(size.comments, size.weight)
        if rest.is_exceeded:
            is_half_full = 2 * left.comments < page.comments or 2 * left.weight < page.weight
            return Filled(i, False, left) if is_half_full else Filled(i + 1, True, left)
        left = rest
    return Filled(len(sizes), False, left)


def _starts(sizes: Sequence[ThreadSize]) -> list[int]:
    """Return at which of these threads pages start."""
    starts = [0]
    while (end := starts[-1] + _fill(sizes[starts[-1] :]).threads) < len(sizes):
        starts.append(end)
    return starts


def _needed(roots: Sequence[ThreadRoot], comments: int) -> int:
    """Return how many of these threads are enough to fill pages with this many comments."""
    most, count = settings.COMMENTS_PER_PAGE, 0
    for i, root in enumerate(roots):
        count += min(root.reply_count + 1, most)
        if count > comments:
            return i + 1
    return len(roots)


def _previous(threads: "_Threads", earlier: list[ThreadRoot]) -> str:
    """Return the cursor of the page before one, from the threads before it, nearest first."""
    if threads.are_few(earlier):
        roots = earlier[::-1]
        sizes = threads.sizes(roots)
        start = _starts([sizes[root.tree_id] for root in roots])[-1]
        return threads.key(roots[start - 1]).written(threads.sort) if start else ""
    near = earlier[: _needed(earlier, settings.COMMENTS_PER_PAGE)]
    sizes = threads.sizes(near)
    page = _fill([sizes[root.tree_id] for root in near])
    at = max(page.threads - page.is_cut, 1)
    return threads.key(earlier[at]).written(threads.sort) if at < len(earlier) else ""


class _Threads:
    """The threads of a discussion that a reader sees, in one order."""

    def __init__(
        self, discussion_id: int, sort: str, also: Iterable[int] = (), view: str = ""
    ) -> None:
        self.discussion_id, self.sort, self.also = discussion_id, sort, list(also)
        self.first_tree = discussion_id * Comment.TREES
        self.is_roots_only = view == ROOTS
        self._by_activity: list[ThreadRoot] | None = None

    @cached_property
    def all(self) -> CommentQuerySet:
        return Comment.objects.threads(self.discussion_id).shown(self.also)

    def key(self, root: ThreadRoot) -> ThreadCursor:
        """Return the position of a thread in this order."""
        rank = root.active if self.sort == "active" else root.reply_count
        return ThreadCursor(rank, root.number)

    def root_of(self, comment: Comment) -> ThreadRoot:
        """Return the root of the thread that a comment is in."""
        number = comment.tree_id - self.first_tree
        for root in self._active() if self.sort == "active" else []:
            if root.number == number:
                return root
        top = comment if comment.parent_id is None else comment.get_root()
        return ThreadRoot(number, top.reply_count, comment.tree_id)

    def up_to(self, comment: Comment) -> tuple[list[ThreadRoot], dict[int, ThreadSize]]:
        """Return the threads from the oldest to that of a comment, and their sizes, if they are few
        and none is long; nothing otherwise. One query.
        """
        found = Comment.objects.threads_to(
            self.discussion_id, comment.tree_id, MOST_AT_ONCE, self.also
        )
        roots = [
            ThreadRoot(tree - self.first_tree, replies, tree)
            for tree, (replies, _size) in found.items()
        ]
        is_usual = comment.tree_id in found and len(roots) <= COUNT_MOST
        if not is_usual or any(map(self._is_long, roots)):
            return [], {}
        return roots, {tree: size for tree, (_replies, size) in found.items()}

    def after(self, key: ThreadCursor | None, most: int) -> list[ThreadRoot]:
        """Return at most `most` threads after a cursor."""
        if self.sort == "active":
            later = (root for root in self._active() if key is None or self.key(root) < key)
            return list(islice(later, most))
        if key is None:
            parts = [self.all.order_by(*ORDERS[self.sort])]
        else:
            parts = self._parts(self.all, key)
        return self._roots(parts, most)

    def before(self, key: ThreadCursor, most: int) -> list[ThreadRoot]:
        """Return at most `most` threads before a cursor, nearest first."""
        if self.sort == "active":
            earlier = list(takewhile(lambda root: self.key(root) > key, self._active()))
            return earlier[::-1][:most]
        return self._roots(self._parts(self.all, key, backwards=True), most)

    def _roots(self, parts: Iterable[CommentQuerySet], most: int) -> list[ThreadRoot]:
        columns = [part.values_list("number", "reply_count", "tree_id") for part in parts]
        return [ThreadRoot(*root) for root in _take(columns, most)]

    def _active(self) -> list[ThreadRoot]:
        """Return all threads, those with the latest comments first. No index has this order, so all
        comments are read, once.
        """
        if self._by_activity is None:
            here = Comment.objects.in_discussion(self.discussion_id).shown(self.also)
            sizes = here.thread_sizes(self.also).items()
            roots = (
                ThreadRoot(
                    tree - self.first_tree, s.comments - 1, tree, in_microseconds(s.active_at)
                )
                for tree, s in sizes
                if s.has_root
            )
            self._by_activity = sorted(roots, key=self.key, reverse=True)
        return self._by_activity

    def count(self) -> int | None:
        """Return the number of threads, or None if there are more than COUNT_MOST."""
        counted = self.all.order_by("tree_id")[: COUNT_MOST + 1].count()
        return counted if counted <= COUNT_MOST else None

    def are_few(self, roots: Sequence[ThreadRoot]) -> bool:
        """Return whether the weights of these threads can be summed."""
        if len(roots) > COUNT_MOST:
            return False
        summed = (root.reply_count + 1 for root in roots if not self._is_long(root))
        return self.is_roots_only or sum(summed) <= SUMMED_MOST

    @staticmethod
    def _is_long(root: ThreadRoot) -> bool:
        """Return whether a thread has too many comments to fit on a page, however light they are."""
        return root.reply_count > max(COUNT_MOST, settings.COMMENTS_PER_PAGE)

    def sizes(self, roots: Sequence[ThreadRoot]) -> dict[int, ThreadSize]:
        """Return the sizes of threads by tree id. Very long ones are not summed. One query, or one
        per MOST_RANGES ranges.
        """
        sizes = {root.tree_id: ThreadSize(root.reply_count + 1) for root in roots}
        tests = self._tests(roots, are_long_left_out=not self.is_roots_only)
        for start in range(0, len(tests), MOST_RANGES):
            rows = self._rows(reduce(or_, tests[start : start + MOST_RANGES]))
            sizes |= rows.thread_sizes(self.also)
        return sizes

    def rows(self, roots: Sequence[ThreadRoot], cut: Room | None = None) -> list[CommentRow]:
        """Return the comments of these threads, in the order of the roots. With `cut`, as many of
        the last thread as fit in this room.

        One query per MOST_RANGES ranges.
        """
        whole = roots if cut is None else roots[:-1]
        tests, place = self._tests(whole), {root.tree_id: i for i, root in enumerate(roots)}
        if cut is not None:
            tests.append(self._first_of(roots[-1], max(cut.comments, 1)))
        rows: list[CommentRow] = []
        for start in range(0, len(tests), MOST_RANGES):
            rows += self._rows(reduce(or_, tests[start : start + MOST_RANGES])).for_reading()
        # The reader's own reply may be in a thread of another page.
        rows = [row for row in rows if row.tree_id in place]
        rows.sort(key=lambda row: (place[row.tree_id], row.lft))
        if cut is None:
            return rows
        last = [row for row in rows if row.tree_id == roots[-1].tree_id]
        left_out = len(last) - _fit((weight_of(row, self.also) for row in last), cut)
        return rows[: len(rows) - left_out]

    def _rows(self, wanted: Q) -> CommentQuerySet:
        here = Comment.objects.filter(wanted, discussion_id=self.discussion_id)
        return (here.filter(parent=None) if self.is_roots_only else here).shown(self.also)

    def _first_of(self, root: ThreadRoot, most: int) -> Q:
        """Return the condition for the first comments of a thread."""
        tree = Comment.objects.filter(tree_id=root.tree_id).shown(self.also).order_by("lft")
        end = Coalesce(Subquery(tree.values("lft")[most : most + 1]), HIGHEST_NUMBER)
        return Q(tree_id=root.tree_id, lft__lt=end)

    def _tests(self, roots: Sequence[ThreadRoot], are_long_left_out: bool = False) -> list[Q]:
        """Return conditions that find the rows of these threads with the index on reading order.

        Consecutive threads are one range. In other orders they are rarely consecutive, and are one
        list instead: a statement with a condition per thread would exceed the limits of databases.
        """

        def is_left_out(root: ThreadRoot) -> bool:
            return are_long_left_out and self._is_long(root)

        if self.sort in ("replies", "active"):
            trees = [root.tree_id for root in roots if not is_left_out(root)]
            return [Q(tree_id__in=trees)] if trees else []
        runs = groupby(sorted(roots, key=attrgetter("tree_id")), key=is_left_out)
        ids = [[root.tree_id for root in run] for left_out, run in runs if not left_out]
        return [Q(tree_id__gte=run[0], tree_id__lte=run[-1]) for run in ids]

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
        equal = beside.filter(reply_count=key.rank)
        if backwards:
            more = threads.filter(reply_count__gt=key.rank)
            return [equal, more.order_by("reply_count", "-tree_id")]
        fewer = threads.filter(reply_count__lt=key.rank)
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
    end = unread.values_list("lft", flat=True)[size : size + 1].first()
    found = unread.filter(lft__lt=end or HIGHEST_NUMBER).for_reading()
    if after is not None and not found:
        raise NoSuchPage
    new = found[: fit(weight_of(row, also) for row in found)]
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
        previous=None if after is None else _previous_replies(below, new[0].lft, also),
        next=str(new[-1].number) if end or len(new) < len(found) else None,
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


def _previous_replies(below: CommentQuerySet, first: int, also: list[int]) -> str:
    """Return the cursor of the page that ends before edge `first`."""
    size = settings.COMMENTS_PER_PAGE
    before = below.filter(lft__lt=first).order_by("-lft").with_weight(also)
    earlier = list(before.values_list("number", "weight")[: size + 1])
    at = fit(weight for _number, weight in earlier)
    return str(earlier[at][0]) if at < len(earlier) else ""
