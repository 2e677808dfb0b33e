"""Lay out rows in reading order, for the flat loop in `cards`.

Makes several passes without recursion, so the time per row is the same at any depth.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice, pairwise
from typing import NamedTuple, TypedDict

from django.utils.html import format_html
from django.utils.translation import ngettext

from ..discussions import may_comment
from ..models import Comment
from ..models.discussion import is_in_force
from ..models.queries.comments import CommentRow
from ..text.markup import NO_LINKS, plain_text, sanitise
from .outlined import (
    Act,
    Labels,
    OutlinedComment,
    OwnComment,
    ReadingContext,
    act_of,
    cut_at_word,
    mark_former,
    outlined,
)
from .pagination import LEVELS

Status = Comment.Status

LAST = LEVELS - 1  # the greatest depth on a page


class BranchContext(NamedTuple):
    """The context of a branch on its own page.

    `rows` are the ancestors shown, root first. `closing` is the ancestor whose closure applies to
    the branch. `short` are the ids of rows that are shown in short form, to lead to others. On a
    later page `parents` are the parents shown on an earlier page, by id, and `closings` the rows of
    the branch whose closures apply to the first reply, outermost first.
    """

    rows: Sequence[CommentRow] = ()
    closing: CommentRow | None = None
    short: frozenset[int] = frozenset()
    parents: Mapping[int, CommentRow] = {}
    closings: Sequence[CommentRow] = ()


class ThreadLine(TypedDict):
    """A thread in the index of threads: its first comment, how that begins and in which language, the
    number of replies, and when the last comment was written, if known.
    """

    number: str
    address: str
    name: str
    begin: str
    language: str
    reply_count: str
    replies: str
    active_at: datetime | None


class Outline(NamedTuple):
    """The comments of a page; the threads with replies, for their index; the ancestors of a branch; and
    the number of comments `shown` in full to everyone.
    """

    comments: list[OutlinedComment]
    threads: list[ThreadLine]
    above: list[OutlinedComment]
    shown: int


def removed_among(rows: Sequence[CommentRow]) -> list[int]:
    """Return the ids of rows that may become placeholders with details of the removal."""
    return [row.id for row in rows if row.status == Status.REMOVED]


def outline(
    rows: Sequence[CommentRow],
    reading: ReadingContext,
    above: BranchContext | None = None,
    active_at: Mapping[int, datetime | None] | None = None,
) -> Outline:
    """Lay out `rows` from `CommentQuerySet.for_reading`: parents before replies, threads in order.

    With `above`, the rows are one branch on its own page, and replies that are too deep to nest are
    listed at the last level. `active_at` has by tree id when the last comment of a thread was
    written.
    """
    base = rows[0].level if rows else 0
    placed = {row.id for row in rows} | (above.parents.keys() if above else set())
    # Own comments below a comment that isn't on the page are omitted.
    rows = [row for row in rows if row.level == base or row.parent_id in placed]
    several = are_several_unnamed([*rows, *(above.rows if above else ())], reading.mine)
    labels = Labels(reading, several or reading.several_unnamed)
    layout = _Layout(rows, reading, above or BranchContext(), labels)
    threads = _threads(layout.depths)
    comments: list[OutlinedComment] = []
    for thread in threads:
        comments += (layout.comment(i, thread) for i in thread)
        if above is None:
            _link_rest(comments[thread.start :], layout.below[thread.start], reading.address)
    mark_former(comments, rows, has_own=not reading.numbers_at)
    return Outline(
        comments,
        [
            _thread_line(comments[thread.start], rows[thread.start], reading, active_at or {})
            for thread in threads
            if layout.below[thread.start]
        ],
        [layout.ancestor(row) for row in layout.above.rows],
        sum(row.status == Status.APPROVED and row.id not in layout.above.short for row in rows),
    )


def flat_list(
    rows: Sequence[CommentRow], parents: Sequence[CommentRow], reading: ReadingContext
) -> list[OutlinedComment]:
    """Lay out comments without their threads, each linked to its permalink. `parents` are the rows
    of their parents.
    """
    labels, above = Labels(reading, reading.several_unnamed), {row.id: row for row in parents}
    comments = []
    for row in rows:
        comment = outlined(row, labels)
        comment.is_flat = True
        if (parent := above.get(row.parent_id or 0)) is not None:
            comment.parent = str(parent.number)
            comment.parent_name = labels.name(parent)
            comment.parent_address = f"{reading.address}comments/{parent.number}/"
        if row.reply_count:
            comment.below = row.reply_count
            comment.rest = _link_to_replies(reading.address, row.number, row.reply_count)
        comments.append(comment)
    return comments


BEGIN_MOST = 60  # characters of a thread's first comment in the index of threads


def _thread_line(
    comment: OutlinedComment,
    row: CommentRow,
    reading: ReadingContext,
    active_at: Mapping[int, datetime | None],
) -> ThreadLine:
    return {
        "number": comment.number,
        "address": comment.address,
        "name": comment.name,
        "begin": _excerpt(comment.html, BEGIN_MOST),
        "language": row.language or reading.language,
        "reply_count": str(comment.below),
        "replies": comment.replies,
        "active_at": active_at.get(row.tree_id),
    }


EXCERPTS = 2  # shown next to each point
EXCERPT_MOST = 90  # characters of each


class Note(NamedTuple):
    """The note next to a point: how many comments are linked to it, and the first few."""

    total: int
    excerpts: list[dict[str, str]]


def notes(
    first: Sequence[tuple[int, int, int]],
    rows: Sequence[CommentRow],
    on_page: set[int],
    reading: ReadingContext,
) -> dict[int, Note]:
    """Return the notes by point.

    `first` comes from `PointLinkQuerySet.first_of_each`, and `rows` has its comments. A comment
    that isn't `on_page` is linked by its permalink.
    """
    labels, by_id = Labels(reading, reading.several_unnamed), {row.id: row for row in rows}
    beside: dict[int, Note] = {}
    for point, comment, count in first:
        row = by_id[comment]
        beside.setdefault(point, Note(count, [])).excerpts.append(
            {
                "number": str(row.number),
                "name": labels.name(row),
                "address": reading.place(row.number)
                if row.id in on_page
                else f"{reading.address}comments/{row.number}/",
                "text": _excerpt(row.body_html),
                "language": row.language or reading.language,
            }
        )
    return beside


def _excerpt(html: str, most: int = EXCERPT_MOST) -> str:
    """Cut the beginning of a comment at a word boundary."""
    words = " ".join(plain_text(html[: 8 * most]).split())
    return cut_at_word(words, most)


class _Layout:
    """Relations between the rows of one page.

    All are lists with one entry per row: `up` is the index of the parent or None, `depths` the
    nesting on the page, `below` the number of replies in the branch on any page, `closed` the
    closure that applies.
    """

    def __init__(
        self,
        rows: Sequence[CommentRow],
        reading: ReadingContext,
        above: BranchContext,
        labels: "Labels",
    ) -> None:
        index = {row.id: i for i, row in enumerate(rows)}
        self.rows, self.reading, self.above, self.labels = rows, reading, above, labels
        self.up = [index.get(row.parent_id or 0) for row in rows]
        self.depths = _depths(rows, self.up, above.parents)
        self.below = _below(rows, reading.mine)
        self.closed = _closed(rows, self.up, above)
        self.over = {row.level: row for row in above.rows}

    def comment(self, i: int, thread: range) -> OutlinedComment:
        """Return row `i` of a thread."""
        row, depth = self.rows[i], self.depths[i]
        next_depth = self.depths[i + 1] if i + 1 in thread else 0
        comment = outlined(row, self.labels)
        comment.below = self.below[i]
        if next_depth > depth:
            comment.opens = True
        elif depth > next_depth:
            comment.closes = [""] * (depth - next_depth)
        if row.id in self.above.short:
            comment.is_short = True
            comment.address = f"{self.reading.address}comments/{row.number}/"
        self._say_who_may(comment, self.closed[i])
        if row.parent_id is not None:
            self._link_parent(comment, i)
        return comment

    def ancestor(self, row: CommentRow) -> OutlinedComment:
        """Return a row above the branch, in short form unless it is the parent."""
        comment = outlined(row, self.labels)
        comment.address = f"{self.reading.address}comments/{row.number}/"
        comment.is_short = row.id != self.rows[0].parent_id
        return comment

    def _say_who_may(self, comment: OutlinedComment, act: Act | None) -> None:
        """Set whether the reader may answer a comment, and why not."""
        row, is_closed = comment.row, not self.reading.is_open
        if act is not None:
            comment.closed_by = act
            comment.is_closed = act["id"] == row.id
        comment.is_open = may_comment(is_closed, act is not None)
        comment.may_answer = may_comment(is_closed, act is not None, self.reading.everywhere)
        if (own := self.reading.mine.get(row.id)) is not None:
            comment.mine = own
            comment.classes = " is-pending" if own.is_pending or own.is_refused else ""
            if not own.is_own:  # a pending comment of someone else: no link is followed by accident
                comment.html = sanitise(comment.html, NO_LINKS)

    def _link_parent(self, comment: OutlinedComment, i: int) -> None:
        """Link row `i` to its parent."""
        row, up = comment.row, self.up[i]
        elsewhere = self.above.parents.get(row.parent_id or 0)
        parent = self.rows[up] if up is not None else elsewhere or self.over.get(row.level - 1)
        if parent is not None:
            comment.parent = str(parent.number)
            comment.parent_address = self.reading.place(parent.number)
            comment.parent_name = self.labels.name(parent)
            # At the last level a reply is not indented below its parent, so it names the parent.
            is_below = up is not None and self.depths[i] > self.depths[up]
            comment.answers_above = is_below and up == i - 1
        if elsewhere is not None:
            comment.parent_address = f"{self.reading.address}comments/{elsewhere.number}/"


def _below(rows: Sequence[CommentRow], mine: Mapping[int, OwnComment]) -> list[int]:
    """Return for each row the number of replies in its branch that this reader is shown, on any
    page.
    """
    own = sorted(m.place for m in mine.values() if m.place)
    if not own:
        return [row.reply_count for row in rows]
    return [
        row.reply_count
        + bisect_left(own, (row.tree_id, row.rght))
        - bisect_right(own, (row.tree_id, row.lft))
        for row in rows
    ]


def _depths(
    rows: Sequence[CommentRow], up: Sequence[int | None], elsewhere: Mapping[int, CommentRow]
) -> list[int]:
    """Return the nesting of each row on the page.

    A reply to a comment on an earlier page is placed below the first row. Nothing is deeper than
    the last level.
    """
    depths: list[int] = []
    for row, above in zip(rows, up, strict=True):
        if above is None:
            depths.append(1 if row.parent_id in elsewhere else 0)
        else:
            depths.append(min(depths[above] + 1, LAST))
    return depths


def _closed(
    rows: Sequence[CommentRow], up: Sequence[int | None], above: BranchContext
) -> list[Act | None]:
    """Return for each row the closure that applies: its own, or that of the nearest closed
    ancestor.
    """
    from_above = None if above.closing is None else act_of(above.closing)
    closed: list[Act | None] = []
    for row, parent in zip(rows, up, strict=True):
        if is_in_force(row.closed_entry_id, row.closed_from, row.closed_until):
            closed.append(act_of(row))
        elif parent is not None:
            closed.append(closed[parent])
        elif row.parent_id in above.parents:
            between = [c for c in above.closings if c.lft < row.lft < c.rght]
            closed.append(act_of(between[-1]) if between else closed[0])
        else:
            closed.append(from_above)
    return closed


def are_several_unnamed(rows: Sequence[CommentRow], mine: Mapping[int, OwnComment]) -> bool:
    """Return whether `rows` contain more than one unnamed comment that the reader can see, or could
    see before its removal.

    Pending comments count only for their commenter, so that public pages don't reveal them.
    """
    public = (Status.APPROVED, Status.REMOVED)
    unnamed = (
        r
        for r in rows
        if r.anonymous_number and not r.name and (r.status in public or r.id in mine)
    )
    return len(list(islice(unnamed, 2))) == 2


def _threads(depths: Sequence[int]) -> list[range]:
    """Return the range of rows of each thread."""
    starts = [i for i, depth in enumerate(depths) if depth == 0]
    return [range(*pair) for pair in pairwise([*starts, len(depths)])]


def _link_rest(thread: list[OutlinedComment], below: int, address: str) -> None:
    """Link to the replies of a thread that are not on this page."""
    first, last = thread[0], thread[-1]
    rest = below - sum(comment.is_shown for comment in thread[1:])
    if rest < 1:
        return
    if len(thread) > 1:
        after = _link_to_more(address, first.row.number, last.row.number, rest)
        last.closes = [*last.closes[:-1], after]
    else:
        first.rest = _link_to_replies(address, first.row.number, rest)


MORE = '<a class="more-replies" href="{}branches/{}/{}">{}</a>'


def _link_to_replies(address: str, number: int, count: int) -> str:
    """Return the link to the replies of a comment shown without them."""
    words = ngettext("Show %(count)s reply", "Show %(count)s replies", count)
    return format_html(MORE, address, number, "", words % {"count": count})


def _link_to_more(address: str, number: int, last: int, count: int) -> str:
    """Return the link to further replies of a thread, after comment `last`."""
    words = ngettext(
        "Show %(count)s more reply in this thread",
        "Show %(count)s more replies in this thread",
        count,
    )
    end = f"?after={last}#responses"
    return format_html(MORE, address, number, end, words % {"count": count})
