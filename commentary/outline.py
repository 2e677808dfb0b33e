"""Rows in reading order to what the flat loop of `article_detail.html` needs.

No recursion and one pass for each question, so that a chain of thousands of replies and a page of
a hundred thousand comments cost the same for each row. Values are strings where the template
prints them: it localises every number it is handed, which a permalink does not want.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Comment

LEVELS = 8  # lists inside lists; deeper replies stand in the last list, in reading order
TOP_FROM = 2  # the depth from which a comment links to the top of its thread
SORTS = ("oldest", "newest", "replies")


class Outline(NamedTuple):
    """The comments of a page, and the start of each thread for its index."""

    comments: list[dict[str, Any]]
    threads: list[dict[str, Any]]


class Came(NamedTuple):
    """What a source brought of a discussion: shown comments and replies, and what was removed."""

    comments: int
    replies: int
    removed: int


def came(rows: Sequence[Any]) -> Came:
    """Count what of `rows` (see `CommentQuerySet.for_reading`) was imported."""
    imported = [row for row in rows if row.import_run_id]
    shown = [row for row in imported if row.status == Comment.Status.APPROVED]
    replies = sum(1 for row in shown if row.parent_id)
    return Came(len(shown) - replies, replies, len(imported) - len(shown))


def any_removed(rows: Sequence[Any]) -> bool:
    """Whether any of `rows` may become a placeholder, which says when and why."""
    return any(row.status == Comment.Status.REMOVED for row in rows)


def outline(
    rows: Sequence[Any],
    removals: dict[int, tuple[datetime, str]],
    sort: str = "oldest",
    author_ids: frozenset[int] = frozenset(),
) -> Outline:
    """Lay out `rows` (see `CommentQuerySet.for_reading`).

    `removals` says when and why the removed were removed, `author_ids` who wrote the article.
    `sort` orders the threads; replies are always oldest first. A placeholder without a visible
    reply is left out.
    """
    above = _above(rows)
    below = _below(rows, above)
    shown = [i for i, row in enumerate(rows) if below[i] or row.status == Comment.Status.APPROVED]
    threads = _threads(shown, above, below, sort)
    nesting = [0] * len(rows)
    for i in shown:
        if above[i] is not None:
            nesting[i] = nesting[above[i]] + 1
    counted = _reply_labels()
    comments: list[dict[str, Any]] = []
    for place, thread in enumerate(threads):
        top = str(rows[thread[0]].number)
        previous = None
        for step, i in enumerate(thread):
            depth = min(nesting[i], LEVELS - 1)
            after = min(nesting[thread[step + 1]], LEVELS - 1) if step + 1 < len(thread) else 0
            comment = _comment(rows[i], removals, author_ids)
            comment["replies"] = counted(below[i])
            comment["opens"] = after > depth
            comment["closes"] = range(depth - after) if after < depth else None
            # A parent that is not shown is not spoken of either.
            if (up := above[i]) is not None and rows[up].id == rows[i].parent_id:
                comment["parent"] = str(rows[up].number)
                comment["parent_name"] = _name(rows[up])
                comment["parent_is_unnamed"] = _is_unnamed(rows[up])
                comment["parent_is_above"] = up == previous
            if nesting[i] >= TOP_FROM:
                comment["top"] = top
            comments.append(comment)
            previous = i
        if place + 1 < len(threads):
            comments[-len(thread)]["next"] = str(rows[threads[place + 1][0]].number)
    starts = [
        {
            "number": str(rows[t[0]].number),
            "name": _name(rows[t[0]]),
            "replies": counted(below[t[0]]),
        }
        for t in threads
    ]
    return Outline(comments, starts)


def _above(rows: Sequence[Any]) -> list[int | None]:
    """For each row the index of the nearest row above it in its thread: its parent, if that is
    among `rows`. A parent still waiting for a decision is not."""
    above: list[int | None] = []
    stack: list[int] = []
    for i, row in enumerate(rows):
        while stack and (rows[stack[-1]].tree_id != row.tree_id or rows[stack[-1]].rght < row.lft):
            stack.pop()
        above.append(stack[-1] if stack else None)
        stack.append(i)
    return above


def _below(rows: Sequence[Any], above: Sequence[int | None]) -> list[int]:
    """For each row the number of visible comments anywhere below it."""
    below = [0] * len(rows)
    for i in range(len(rows) - 1, -1, -1):
        if (up := above[i]) is not None:
            below[up] += below[i] + (rows[i].status == Comment.Status.APPROVED)
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


def _reply_labels() -> Any:
    """A function from a number to "3 replies", which asks for each translation once."""
    known = {0: _("no replies")}

    def label(count: int) -> str:
        if count not in known:
            known[count] = ngettext("%(count)s reply", "%(count)s replies", count) % {
                "count": count
            }
        return known[count]

    return label


def _is_unnamed(row: Any) -> bool:
    return not row.name or row.status == Comment.Status.REMOVED


def _name(row: Any) -> str:
    """Who speaks, as the page says it."""
    if row.status == Comment.Status.REMOVED:
        return _("Removed comment")
    return row.name or _("Anonymous")


def _comment(
    row: Any, removals: dict[int, tuple[datetime, str]], author_ids: frozenset[int]
) -> dict[str, Any]:
    """What the template needs of one row by itself."""
    comment = {
        "id": row.id,
        "number": str(row.number),
        "depth": str(row.level),
        "name": _name(row),
        "is_unnamed": _is_unnamed(row),
        "parent": "",
        "parent_is_above": False,
        "top": "",
        "next": "",
        "is_closed": row.closed_entry_id is not None,
    }
    if row.closed_entry_id is not None:
        comment["closed_at_source"] = row.closed_entry__actor_name == "source"
        comment["closed_at"] = row.closed_entry__created_at
        comment["closed_reason"] = row.closed_entry__reason
    if row.status == Comment.Status.REMOVED:
        comment["is_removed"] = True
        comment["removed_at"], comment["removed_reason"] = removals.get(row.id, (None, ""))
        return comment
    comment["html"] = row.body_html
    comment["dated_at"] = row.dated_at
    comment["is_local"] = row.date_is_local
    if row.kind != Comment.Kind.COMMENT:
        comment["kind"] = Comment.Kind(row.kind).label.capitalize()
    if row.author_id is not None and row.author_id in author_ids:
        comment["is_author"] = True
    return comment
