"""Rows in reading order to what the flat loop of `article_detail.html` needs.

No recursion and one pass for each question, so that a chain of thousands of replies and a page of
a hundred thousand comments cost the same for each row. Values are strings where the template
prints them: it localises every number it is handed, which a permalink does not want.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Comment
from .models.discussion import is_in_force

Kind, Status = Comment.Kind, Comment.Status

LEVELS = 8  # lists inside lists; deeper replies stand in the last list, in reading order
TOP_FROM = 2  # the depth from which a comment links to the top of its thread
SORTS = ("oldest", "newest", "replies")


class Mine(NamedTuple):
    """What a reader is shown beside a comment of his own. `waits` and `is_refused` are the states
    in which nobody else sees it."""

    may_change: bool
    waits: bool = False
    is_refused: bool = False
    reason: str = ""


class Outline(NamedTuple):
    """The comments of a page, and the start of each thread for its index."""

    comments: list[dict[str, Any]]
    threads: list[dict[str, Any]]


# When and why a comment was removed, and whether by its own writer, by its id.
Removals = Mapping[int, tuple[datetime, str, bool]]


class Came(NamedTuple):
    """What a source brought of a discussion: shown comments and replies, and what was removed."""

    comments: int
    replies: int
    removed: int


def came(rows: Sequence[Any]) -> Came:
    """Count what of `rows` (see `CommentQuerySet.for_reading`) was imported."""
    imported = [row for row in rows if row.import_run_id]
    shown = [row for row in imported if row.status == Status.APPROVED]
    replies = sum(1 for row in shown if row.parent_id)
    removed = sum(1 for row in imported if row.status == Status.REMOVED)
    return Came(len(shown) - replies, replies, removed)


def any_removed(rows: Sequence[Any]) -> bool:
    """Whether any of `rows` may become a placeholder, which says when and why."""
    return any(row.status == Status.REMOVED for row in rows)


def outline(
    rows: Sequence[Any],
    removals: Removals,
    sort: str = "oldest",
    author_ids: frozenset[int] = frozenset(),
    address: str = "",
    is_open: bool = False,
    everywhere: bool = False,
    mine: Mapping[int, Mine] | None = None,
) -> Outline:
    """Lay out `rows` (see `CommentQuerySet.for_reading`).

    `removals` says when and why the removed were removed, `author_ids` who wrote the article,
    `mine` which rows the reader wrote. `sort` orders the threads; replies are always oldest first.
    What is not public is a placeholder where it has visible replies, and is left out where it has
    none.

    Where `is_open` says that the discussion is, and no act closes the comment or one above it,
    links to reply and report lead on from `address`, that of the article; for whoever may write
    `everywhere` from all of them.
    """
    mine = mine or {}
    index = {row.id: i for i, row in enumerate(rows)}
    above = [index.get(row.parent_id) for row in rows]
    visible = [row.status == Status.APPROVED or row.id in mine for row in rows]
    below = _below(visible, above)
    closed = _closed(rows, above)
    shown = [i for i in range(len(rows)) if below[i] or visible[i]]
    threads = _threads(shown, above, below, sort)
    nesting = [0] * len(rows)
    for i in shown:
        if (up := above[i]) is not None:
            nesting[i] = nesting[up] + 1
    labels = Labels(mine, _are_several_unnamed(rows, mine))
    comments: list[dict[str, Any]] = []
    for place, thread in enumerate(threads):
        top = _digits(rows[thread[0]].number)
        previous = None
        for step, i in enumerate(thread):
            depth = min(nesting[i], LEVELS - 1)
            after = min(nesting[thread[step + 1]], LEVELS - 1) if step + 1 < len(thread) else 0
            comment = _comment(rows[i], labels, removals, author_ids)
            comment["closed_by"] = act = closed[i]
            comment["is_closed"] = bool(act and act["id"] == rows[i].id)
            comment["is_open"] = is_open and closed[i] is None
            if rows[i].status == Status.APPROVED and (comment["is_open"] or everywhere):
                comment["actions"] = labels.actions(ACTIONS, address, comment["number"])
            if (own := mine.get(rows[i].id)) is not None:
                comment["mine"] = own
                comment["state"] = " is-pending" if own.waits or own.is_refused else ""
                if own.may_change:
                    comment["actions"] += labels.actions(OWN_ACTIONS, address, comment["number"])
            comment["links"] = bool(comment["actions"])
            comment["replies"] = labels.replies(below[i])
            comment["opens"] = after > depth
            comment["closes"] = range(depth - after)
            if (up := above[i]) is not None:
                comment["parent"] = _digits(rows[up].number)
                comment["parent_name"] = labels.name(rows[up])
                comment["answers_above"] = up == previous
                comment["links"] = comment["links"] or up == previous
            if nesting[i] >= TOP_FROM:
                comment["top"], comment["links"] = top, True
            comment["attributes"] = _attributes(comment)
            comments.append(comment)
            previous = i
        if place + 1 < len(threads):
            comments[-len(thread)]["next"] = _digits(rows[threads[place + 1][0]].number)
    starts = [
        {
            "number": _digits(rows[t[0]].number),
            "name": labels.name(rows[t[0]]),
            "replies": labels.replies(below[t[0]]),
        }
        for t in threads
    ]
    return Outline(comments, starts)


def _closed(rows: Sequence[Any], above: Sequence[int | None]) -> list[dict[str, Any] | None]:
    """For each row the act that closes it now: its own, or else that of the nearest above it."""
    closed: list[dict[str, Any] | None] = []
    for row, up in zip(rows, above, strict=True):
        act = row.closed_entry_id
        if act and is_in_force(act, row.closed_from, row.closed_until):
            closed.append(
                {
                    "closed_at_source": row.closed_entry__actor_name == "source",
                    "closed_at": row.closed_from or row.closed_entry__created_at,
                    "closed_until": row.closed_until,
                    "closed_reason": row.closed_entry__reason,
                    "id": row.id,
                }
            )
        else:
            closed.append(None if up is None else closed[up])
    return closed


def _are_several_unnamed(rows: Sequence[Any], mine: Mapping[int, Mine]) -> bool:
    """Whether the reader sees, or saw before one was removed, more than one unnamed comment. What
    waits counts for its writer alone: nothing on a public page may tell of it."""
    public = (Status.APPROVED, Status.REMOVED)
    unnamed = (r for r in rows if r.voice and not r.name and (r.status in public or r.id in mine))
    return len(list(islice(unnamed, 2))) == 2


def _below(visible: Sequence[bool], above: Sequence[int | None]) -> list[int]:
    """For each row the number of visible comments anywhere below it."""
    below = [0] * len(visible)
    for i in range(len(visible) - 1, -1, -1):
        if (up := above[i]) is not None:
            below[up] += below[i] + visible[i]
    return below


def _threads(
    shown: Sequence[int], above: Sequence[int | None], below: Sequence[int], sort: str
) -> list[list[int]]:
    """The shown rows, thread by thread in the order asked for."""
    threads: list[list[int]] = []
    for i in shown:
        if above[i] is None:
            threads.append([])
        threads[-1].append(i)
    if sort == "newest":
        threads.reverse()
    elif sort == "replies":
        threads.sort(key=lambda thread: -below[thread[0]])
    return threads


class Labels:
    """The words and names that many comments share, each translated and escaped once."""

    def __init__(self, mine: Mapping[int, Mine], several: bool = False) -> None:
        self.mine = mine
        self.unnamed = conditional_escape(_("Anonymous %(voice)s")) if several else ""
        self.removed = conditional_escape(_("Removed comment"))
        self.hidden = conditional_escape(_("Comment not shown"))
        self.names = {"": conditional_escape(_("Anonymous"))}
        self.kinds = {kind.value: conditional_escape(kind.label.capitalize()) for kind in Kind}
        self.counts = {0: conditional_escape(_("no replies"))}
        self.links = {
            "reply": _("Reply"),
            "report": _("Report"),
            "edit": _("Edit"),
            "withdraw": _("Withdraw"),
            "to": _("to"),
        }

    def actions(self, links: str, address: str, number: str) -> SafeString:
        """The links by which readers act on a comment. One expression for the template: see
        `_attributes`."""
        return format_html(links, address=address, number=number, **self.links)

    def name(self, row: Any) -> str:
        """Who speaks. A page that only links here is nobody, and so not Anonymous either."""
        if row.status != Status.APPROVED and row.id not in self.mine:
            return self.removed if row.status == Status.REMOVED else self.hidden
        if not row.name and row.kind != Kind.COMMENT:
            return self.kinds[row.kind]
        if not row.name and row.voice and self.unnamed:
            return SafeString(self.unnamed % {"voice": row.voice})
        if row.name not in self.names:
            self.names[row.name] = conditional_escape(row.name)
        return self.names[row.name]

    def replies(self, count: int) -> str:
        """ "3 replies"."""
        if count not in self.counts:
            words = ngettext("%(count)s reply", "%(count)s replies", count)
            self.counts[count] = conditional_escape(words % {"count": count})
        return self.counts[count]


def _digits(number: int) -> SafeString:
    return conditional_escape(str(number))


PLACE = 'id="comment-{0}" data-number="{0}" data-depth="{1}" aria-labelledby="comment-{0}-by"'
PLACE_BELOW = PLACE + ' data-parent="{2}"'


ACTIONS = (
    '<a href="{address}?reply={number}#reply-{number}" rel="nofollow" data-reply="reply-{number}">'
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


def _attributes(comment: dict[str, Any]) -> SafeString:
    """Where a comment stands, for links and for the script. Five expressions in the template took
    five times as long."""
    return format_html(
        PLACE_BELOW if comment["parent"] else PLACE,
        comment["number"],
        comment["depth"],
        comment["parent"],
    )


def _comment(
    row: Any, labels: Labels, removals: Removals, author_ids: frozenset[int]
) -> dict[str, Any]:
    """What the template needs of one row by itself. Every key is there in every row: a template
    searches long for one that is not."""
    comment = {
        "id": row.id,
        "number": _digits(row.number),
        "depth": _digits(row.level),
        "name": labels.name(row),
        "parent": "",
        "parent_name": "",
        "answers_above": False,
        "top": "",
        "links": False,
        "next": "",
        "point": "",
        "point_by_editor": False,
        "actions": SafeString(),
        "mine": None,
        "form": None,
    }
    if row.status != Status.APPROVED and row.id not in labels.mine:
        when, why, by_writer = removals.get(row.id, (None, "", False))
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
        "is_author": row.author_id in author_ids,
        "dated_at": row.dated_at,
        "is_local": row.date_is_local,
        "edited_at": row.edited_at,
        "html": row.body_html,
        "point": "" if row.point is None else _digits(row.point),
        "point_by_editor": row.import_run_id is not None,
    }
