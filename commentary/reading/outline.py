"""Prepare rows in reading order for the flat loop in `_comments.html`.

There is no recursion, and one pass per question, so the cost per row is the same however deeply
comments are nested. Numbers are passed as strings, because templates would localise them.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice, pairwise
from typing import Any, NamedTuple

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..discussions import may_comment
from ..models import Comment
from ..models.discussion import is_in_force
from ..text.dates import milliseconds
from ..text.markup import NO_LINKS, plain_text, sanitise
from .pagination import LEVELS

Kind, Status = Comment.Kind, Comment.Status

LAST = LEVELS - 1  # the greatest depth on a page
TOP_FROM = 2  # from this depth on, comments link to the root of their thread


class OwnComment(NamedTuple):
    """What a commenter sees next to an own comment, and a moderator next to any pending one.

    If it `waits` or `is_refused`, nobody else sees it; `place` is then its (tree id, left edge), or
    None if its parent isn't on a page.
    """

    may_change: bool
    waits: bool = False
    is_refused: bool = False
    reason: str = ""
    place: tuple[int, int] | None = None
    is_own: bool = True


# By comment id: the linked points, each with whether an editor made the link.
PointLinks = Mapping[int, Sequence[tuple[int, bool]]]
# By comment id: when and why it was removed, and whether by the commenter.
Removals = Mapping[int, tuple[datetime, str, bool]]


class Reading(NamedTuple):
    """What a page is laid out for.

    `address` is the article's URL, `author_ids` its authors, `removals` the details of removed
    comments, `mine` the reader's own comments, `point_links` the links to points. Actions to reply
    and report are shown if the discussion `is_open` and neither the comment nor an ancestor is
    closed, and always to those who may write `everywhere`. `several_unnamed` is set if the
    discussion has more than one unnamed comment, even if the page shows only one.
    """

    address: str = ""
    author_ids: frozenset[int] = frozenset()
    removals: Removals = {}
    mine: Mapping[int, OwnComment] = {}
    point_links: PointLinks = {}
    is_open: bool = False
    everywhere: bool = False
    several_unnamed: bool = False


class BranchContext(NamedTuple):
    """The context of a branch on its own page.

    `rows` are the ancestors shown, root first. `closing` is the ancestor whose closure applies to
    the branch. `short` are the ids of rows that are shown in short form, to lead to others. On a
    later page `parents` are the parents shown on an earlier page, by id, and `closings` the rows of
    the branch whose closures apply to the first reply, outermost first.
    """

    rows: Sequence[Any] = ()
    closing: Any = None
    short: frozenset[int] = frozenset()
    parents: Mapping[int, Any] = {}
    closings: Sequence[Any] = ()


class Outline(NamedTuple):
    """The comments of a page; the roots for the index of threads; the ancestors of a branch; and
    the number of comments `shown` in full to everyone.
    """

    comments: list[dict[str, Any]]
    threads: list[dict[str, Any]]
    above: list[dict[str, Any]]
    shown: int


def removed_among(rows: Sequence[Any]) -> list[int]:
    """Return the ids of rows that may become placeholders with details of the removal."""
    return [row.id for row in rows if row.status == Status.REMOVED]


def outline(
    rows: Sequence[Any], reading: Reading, above: BranchContext | None = None, next_thread: str = ""
) -> Outline:
    """Lay out `rows` from `CommentQuerySet.for_reading`: parents before replies, threads in order.

    With `above`, the rows are one branch on its own page, and replies that are too deep to nest are
    listed at the last level. `next_thread` is the link from the last thread.
    """
    base = rows[0].level if rows else 0
    placed = {row.id for row in rows} | (above.parents.keys() if above else set())
    # Own comments below a comment that isn't on the page are omitted.
    rows = [row for row in rows if row.level == base or row.parent_id in placed]
    several = are_several_unnamed([*rows, *(above.rows if above else ())], reading.mine)
    labels = Labels(reading, several or reading.several_unnamed)
    layout = _Layout(rows, reading, above or BranchContext(), labels)
    threads = _threads(layout.depths)
    comments: list[dict[str, Any]] = []
    for thread in threads:
        comments += (layout.comment(i, thread) for i in thread)
        if above is None:
            for comment, i in zip(comments[thread.start :], thread, strict=True):
                if layout.depths[i] == LAST and layout.below[i]:
                    comment["rest"] = labels.continued(layout.below[i], comment["number"])
            _link_rest(comments[thread.start :], layout.below[thread.start : thread.stop], labels)
    for thread, following in pairwise(threads):
        comments[thread.start]["next"] = f"#comment-{rows[following.start].number}"
    if threads:
        comments[threads[-1].start]["next"] = next_thread
    return Outline(
        comments,
        [
            {"number": c["number"], "name": c["name"], "replies": c["replies"]}
            for c in (comments[thread.start] for thread in threads)
        ],
        [_comment(row, labels) for row in layout.above.rows],
        sum(row.status == Status.APPROVED and row.id not in layout.above.short for row in rows),
    )


def flat_list(
    rows: Sequence[Any], parents: Sequence[Any], reading: Reading
) -> list[dict[str, Any]]:
    """Lay out comments without their threads, each linked to its permalink. `parents` are the rows
    of their parents.
    """
    labels, above = Labels(reading, reading.several_unnamed), {row.id: row for row in parents}
    comments = []
    for row in rows:
        comment = _comment(row, labels)
        comment |= {"is_short": "", "is_closed": "", "closed_by": None, "opens": "", "closes": ()}
        if (parent := above.get(row.parent_id)) is not None:
            comment["parent"] = _digits(parent.number)
            comment["parent_name"] = labels.name(parent)
            comment["parent_address"] = f"{reading.address}comments/{parent.number}/"
        comment["attributes"] = format_html(PLACE, comment["number"], comment["depth"])
        comment["ways"] = labels.link(IN_THREAD, number=comment["number"])
        if row.reply_count:
            comment["replies"] = labels.replies(row.reply_count)
            comment["rest"] = labels.flat_list(row.reply_count, comment["number"])
        comments.append(comment)
    return comments


EXCERPTS = 2  # shown next to each point
EXCERPT_MOST = 90  # characters of each


class Note(NamedTuple):
    """The note next to a point: how many comments are linked to it, and the first few."""

    total: int
    excerpts: list[dict[str, str]]


def notes(
    first: Sequence[tuple[int, int, int]], rows: Sequence[Any], on_page: set[int], reading: Reading
) -> dict[int, Note]:
    """Return the notes by point.

    `first` comes from `PointLinkQuerySet.first_of_each`, and `rows` has its comments. A comment
    that isn't `on_page` is linked by its permalink.
    """
    labels, by_id = Labels(reading, reading.several_unnamed), {row.id: row for row in rows}
    beside: dict[int, Note] = {}
    for point, comment, count in first:
        row = by_id[comment]
        place = f"#comment-{row.number}" if row.id in on_page else f"comments/{row.number}/"
        beside.setdefault(point, Note(count, [])).excerpts.append(
            {
                "number": _digits(row.number),
                "name": labels.name(row),
                "address": place if row.id in on_page else reading.address + place,
                "text": _excerpt(row.body_html),
            }
        )
    return beside


def _excerpt(html: str) -> str:
    """Cut the beginning of a comment at a word boundary."""
    words = " ".join(plain_text(html[: 8 * EXCERPT_MOST]).split())
    cut = words[:EXCERPT_MOST].rsplit(" ", 1)[0] if len(words) > EXCERPT_MOST else words
    return cut if cut == words else f"{cut.rstrip(' ,;:–-')}…"


class _Layout:
    """Relations between the rows of one page.

    All are lists with one entry per row: `up` is the index of the parent or None, `depths` the
    nesting on the page, `below` the number of replies in the branch on any page, `closed` the
    closure that applies.
    """

    def __init__(
        self, rows: Sequence[Any], reading: Reading, above: BranchContext, labels: "Labels"
    ) -> None:
        index = {row.id: i for i, row in enumerate(rows)}
        self.rows, self.reading, self.above, self.labels = rows, reading, above, labels
        self.up = [index.get(row.parent_id) for row in rows]
        self.depths = _depths(rows, self.up, above.parents)
        self.below = _below(rows, reading.mine)
        self.closed = _closed(rows, self.up, above)
        self.before, self.after = _siblings(rows)
        self.over = {row.level: row for row in above.rows}

    def comment(self, i: int, thread: range) -> dict[str, Any]:
        """Return row `i` of a thread as the template prints it."""
        row, labels, below = self.rows[i], self.labels, self.below[i]
        depth = self.depths[i]
        next_depth = self.depths[i + 1] if i + 1 in thread else 0
        comment = _comment(row, labels)
        comment["is_short"] = row.id in self.above.short
        comment["replies"] = labels.replies(below)
        comment["opens"] = next_depth > depth
        comment["closes"] = [""] * (depth - next_depth)
        self._say_who_may(comment, row, self.closed[i])
        self._link(comment, i, thread.start)
        return comment

    def _say_who_may(self, comment: dict[str, Any], row: Any, act: dict[str, Any] | None) -> None:
        """Set which actions the reader has on a comment, and why not."""
        number, labels = comment["number"], self.labels
        comment["closed_by"] = act
        comment["is_closed"] = bool(act and act["id"] == row.id)
        is_closed = not self.reading.is_open
        comment["is_open"] = may_comment(is_closed, act is not None)
        may_answer = may_comment(is_closed, act is not None, self.reading.everywhere)
        if row.status == Status.APPROVED and may_answer:
            comment["actions"] = labels.link(ACTIONS, number=number)
        if (own := self.reading.mine.get(row.id)) is not None:
            comment["mine"] = own
            comment["state"] = " is-pending" if own.waits or own.is_refused else ""
            if not own.is_own:  # a pending comment of someone else: no link is followed by accident
                comment["html"] = sanitise(comment["html"], NO_LINKS)
            if own.may_change:
                comment["actions"] += labels.link(OWN_ACTIONS, number=number)

    def _link(self, comment: dict[str, Any], i: int, first: int) -> None:
        """Add links from row `i` to its parent, siblings and root."""
        row, up, labels = self.rows[i], self.up[i], self.labels
        elsewhere = self.above.parents.get(row.parent_id)
        parent = self.rows[up] if up is not None else elsewhere or self.over.get(row.level - 1)
        if parent is not None:
            comment["parent"] = _digits(parent.number)
            comment["parent_address"] = f"#comment-{parent.number}"
            comment["parent_name"] = labels.name(parent)
            # At the last level a reply is not indented below its parent, so it names the parent.
            is_below = up is not None and self.depths[i] > self.depths[up]
            comment["answers_above"] = is_below and up == i - 1
        if elsewhere is not None:
            comment["parent_address"] = f"{self.reading.address}comments/{elsewhere.number}/"
        if comment["answers_above"]:
            parts = {"number": comment["parent"], "name": comment["parent_name"]}
            comment["ways"] += labels.link(PARENT, **parts)
        if row.level >= TOP_FROM:
            top = self.over.get(0, self.rows[first])
            comment["ways"] += labels.link(TOP, number=top.number)
        for way, j in ((PREVIOUS, self.before[i]), (NEXT, self.after[i])):
            if j is not None:
                parts = {"number": self.rows[j].number, "parent": comment["parent"]}
                comment["ways"] += labels.link(way, **parts)
        is_dated = row.status == Status.APPROVED and row.public_at is not None
        comment["attributes"] = format_html(
            (PLACE_BELOW if comment["parent"] else PLACE) + PUBLIC_AT,
            comment["number"],
            comment["depth"],
            comment["parent"],
            milliseconds(row.public_at) if is_dated else "",
        )


def _below(rows: Sequence[Any], mine: Mapping[int, OwnComment]) -> list[int]:
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
    rows: Sequence[Any], up: Sequence[int | None], elsewhere: Mapping[int, Any]
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
    rows: Sequence[Any], up: Sequence[int | None], above: BranchContext
) -> list[dict[str, Any] | None]:
    """Return for each row the closure that applies: its own, or that of the nearest closed
    ancestor.
    """
    from_above = None if above.closing is None else _act(above.closing)
    closed: list[dict[str, Any] | None] = []
    for row, parent in zip(rows, up, strict=True):
        if is_in_force(row.closed_entry_id, row.closed_from, row.closed_until):
            closed.append(_act(row))
        elif parent is not None:
            closed.append(closed[parent])
        elif row.parent_id in above.parents:
            between = [c for c in above.closings if c.lft < row.lft < c.rght]
            closed.append(_act(between[-1]) if between else closed[0])
        else:
            closed.append(from_above)
    return closed


def are_several_unnamed(rows: Sequence[Any], mine: Mapping[int, OwnComment]) -> bool:
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


def _act(row: Any) -> dict[str, Any]:
    """Return what is shown of the closure of a row."""
    return {
        "closed_at_source": row.closed_entry__actor_name == "source",
        "closed_at": row.closed_from or row.closed_entry__created_at,
        "closed_until": row.closed_until,
        "closed_reason": row.closed_entry__reason,
        "id": row.id,
    }


def _siblings(rows: Sequence[Any]) -> tuple[list[int | None], list[int | None]]:
    """Return for each reply the index of the sibling before and after it."""
    before: list[int | None] = [None] * len(rows)
    after = list(before)
    last: dict[int, int] = {}
    for i, row in enumerate(rows):
        if row.parent_id is None:
            continue
        if row.parent_id in last:
            before[i], after[last[row.parent_id]] = last[row.parent_id], i
        last[row.parent_id] = i
    return before, after


def _threads(depths: Sequence[int]) -> list[range]:
    """Return the range of rows of each thread."""
    starts = [i for i, depth in enumerate(depths) if depth == 0]
    return [range(*pair) for pair in pairwise([*starts, len(depths)])]


def _link_rest(thread: list[dict[str, Any]], below: Sequence[int], labels: "Labels") -> None:
    """Link to the replies of a thread that are neither on this page nor behind another link."""
    shown = sum(not comment["is_placeholder"] for comment in thread[1:])
    continued = sum(count for c, count in zip(thread, below, strict=True) if c["rest"])
    rest = below[0] - shown - continued
    if rest < 1:
        return
    link = labels.more(rest, thread[0]["number"], thread[-1]["number"])
    if len(thread) > 1:
        thread[-1]["closes"][-1] = link
    else:
        thread[0]["rest"] = link


class Labels:
    """Words and names shared by many comments, translated and escaped once."""

    def __init__(self, reading: Reading, several_unnamed: bool) -> None:
        self.reading = reading
        self.unnamed = conditional_escape(_("Anonymous %(number)s")) if several_unnamed else ""
        self.removed = conditional_escape(_("Removed comment"))
        self.hidden = conditional_escape(_("Hidden comment"))
        self.names = {"": conditional_escape(_("Anonymous"))}
        self.kinds = {kind.value: conditional_escape(kind.label.capitalize()) for kind in Kind}
        self.counts = {0: conditional_escape(_("no replies"))}
        self.words = {
            "address": reading.address,
            "reply": _("Reply"),
            "report": _("Report"),
            "edit": _("Edit"),
            "withdraw": _("Withdraw"),
            "to": _("to"),
            "parent_word": _("Parent"),
            "top": _("Top"),
            "of_thread": _("of thread"),
            "previous": _("Previous"),
            "next": _("Next"),
            "reply_to": _("reply to"),
            "in_thread": _("View in thread"),
        }
        self.prepared: dict[str, str] = {}

    def link(self, links: str, **parts: Any) -> SafeString:
        """Format the links of a comment. One expression, since many are slow in templates."""
        if links not in self.prepared:
            self.prepared[links] = self._with_words(links)
        return format_html(self.prepared[links], **parts)

    def _with_words(self, links: str) -> str:
        """Insert the words that are the same for every comment into `links`."""
        for name, word in self.words.items():
            escaped = conditional_escape(word).replace("{", "{{").replace("}", "}}")
            links = links.replace(f"{{{name}}}", escaped)
        return links

    def is_shown(self, row: Any) -> bool:
        """Return whether this reader may read the text of a row."""
        return row.status == Status.APPROVED or row.id in self.reading.mine

    def name(self, row: Any) -> str:
        """Return the name shown. Unnamed pingbacks and trackbacks have a label instead of
        Anonymous.
        """
        if not self.is_shown(row):
            return self.removed if row.status == Status.REMOVED else self.hidden
        if not row.name and row.kind != Kind.COMMENT:
            return self.kinds[row.kind]
        if not row.name and row.anonymous_number and self.unnamed:
            return SafeString(self.unnamed % {"number": row.anonymous_number})
        if row.name not in self.names:
            self.names[row.name] = conditional_escape(row.name)
        return self.names[row.name]

    def about(self, links: Sequence[tuple[int, bool]]) -> SafeString:
        """ "On point 3, point 5 (linked by an editor)", with links to them."""
        if not links:
            return SafeString()
        places = [
            format_html(
                '<a href="{}#point-{}">{}</a>{}',
                self.reading.address,
                number,
                _("point %(number)s") % {"number": number},
                f" {_('(linked by an editor)')}" if by_editor else "",
            )
            for number, by_editor in links
        ]
        listed = format_html_join(", ", "{}", ((place,) for place in places))
        return format_html('<p class="about-point">{} {}</p>\n', _("On"), listed)

    def replies(self, count: int) -> str:
        """ "3 replies"."""
        if count not in self.counts:
            words = ngettext("%(count)s reply", "%(count)s replies", count)
            self.counts[count] = conditional_escape(words % {"count": count})
        return self.counts[count]

    def continued(self, count: int, number: str) -> SafeString:
        """Return the link to replies that are too deep to nest."""
        words = ngettext(
            "Continue this thread: %(count)s more reply",
            "Continue this thread: %(count)s more replies",
            count,
        )
        return self.link(MORE, number=number, end="", words=words % {"count": count})

    def flat_list(self, count: int, number: str) -> SafeString:
        """Return the link to the replies of a comment shown without them."""
        words = ngettext("Show %(count)s reply", "Show %(count)s replies", count)
        return self.link(MORE, number=number, end="", words=words % {"count": count})

    def more(self, count: int, number: str, last: str) -> SafeString:
        """Return the link to further replies of a thread, after comment `last`."""
        words = ngettext(
            "Show %(count)s more reply in this thread",
            "Show %(count)s more replies in this thread",
            count,
        )
        end = f"#comment-{last}"
        return self.link(MORE, number=number, end=end, words=words % {"count": count})


def _digits(number: int) -> SafeString:
    return conditional_escape(str(number))


PLACE = 'id="comment-{0}" data-number="{0}" data-depth="{1}" aria-labelledby="comment-{0}-by"'
PLACE_BELOW = PLACE + ' data-parent="{2}"'
PUBLIC_AT = ' data-at="{3}"'

ACTIONS = (
    '<a href="{address}reply/{number}/#reply-{number}" rel="nofollow" data-reply="reply-{number}">'
    '{reply}<span class="hidden-text"> {to} #{number}</span></a>\n'
    '<a href="{address}comments/{number}/report/" rel="nofollow">'
    '{report}<span class="hidden-text"> #{number}</span></a>\n'
)
OWN_ACTIONS = (
    '<a href="{address}comments/{number}/edit/">'
    '{edit}<span class="hidden-text"> #{number}</span></a>\n'
    '<a href="{address}comments/{number}/withdraw/">'
    '{withdraw}<span class="hidden-text"> #{number}</span></a>\n'
)
PARENT = '<a href="#comment-{number}">{parent_word}<span class="hidden-text"> #{number} {name}</span></a>\n'
TOP = '<a href="#comment-{number}">{top}<span class="hidden-text"> {of_thread}</span></a>\n'
PREVIOUS = (
    '<a href="#comment-{number}">{previous}'
    '<span class="hidden-text"> {reply_to} #{parent}</span></a>\n'
)
NEXT = (
    '<a href="#comment-{number}">{next}<span class="hidden-text"> {reply_to} #{parent}</span></a>\n'
)
IN_THREAD = '<a href="{address}comments/{number}/">{in_thread}<span class="hidden-text"> #{number}</span></a>\n'
MORE = '<a class="more-replies" href="{address}branches/{number}/{end}">{words}</a>'


def _comment(row: Any, labels: Labels) -> dict[str, Any]:
    """Return the values of one row for the template.

    Every row has every key, because template lookups of missing keys are slow.
    """
    reading = labels.reading
    comment = {
        "id": row.id,
        "number": _digits(row.number),
        "depth": _digits(row.level),
        "name": labels.name(row),
        "parent": "",
        "parent_name": "",
        "parent_address": "",
        "answers_above": False,
        "next": "",
        "about": "",
        "actions": SafeString(),
        "ways": SafeString(),
        "rest": SafeString(),
        "mine": None,
        "form": None,
        "is_placeholder": not labels.is_shown(row),
    }
    if comment["is_placeholder"]:
        when, why, by_writer = reading.removals.get(row.id, (None, "", False))
        return comment | {
            "state": " is-removed",
            "by_state": " is-unnamed",
            "kind": "",
            "is_author": False,
            "dated_at": None,
            "is_local": False,
            "edited_at": None,
            "html": "",
            "is_removed": row.status == Status.REMOVED,
            "removed_at": when,
            "removed_reason": why,
            "removed_by_writer": by_writer,
        }
    is_link = row.kind != Kind.COMMENT
    return comment | {
        "state": "",
        "by_state": "" if row.name or is_link else " is-unnamed",
        "kind": labels.kinds[row.kind] if is_link and row.name else "",
        "is_author": row.author_id in reading.author_ids,
        "dated_at": row.dated_at,
        "is_local": row.date_is_local,
        "edited_at": row.edited_at,
        "html": row.body_html,
        "about": labels.about(reading.point_links.get(row.id, ())),
    }
