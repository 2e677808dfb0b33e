"""What the moderation queue shows: its tabs, its items, and what is known around one of them.

Only reads. Whatever a reader wrote leaves here as text, in pieces that the template escapes."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from ... import discussions
from ...models import AuditEntry, Comment, Report, Submission
from .filters import Filters, comments, decisions
from .labels import KEYS, LABELS, PAST

MARKED = 50  # different words of one text


# --- items


@dataclass
class Button:
    """One act on one comment; its value carries the version it was offered for."""

    verb: str
    value: str
    label: Any
    key: str
    is_main: bool


@dataclass
class Item:
    """One line of the queue."""

    comment: Comment
    pick: str
    text: list[tuple[str, bool]]
    held: list[dict[str, Any]] = field(default_factory=list)
    complaints: list[tuple[Any, int, list[str]]] = field(default_factory=list)
    complaint_count: int = 0
    buttons: list[Button] = field(default_factory=list)
    entry: AuditEntry | None = None
    obstacle: str = ""
    address: str = ""
    is_current: bool = False

    @property
    def submission(self) -> Submission | None:
        return getattr(self.comment, "submission", None)

    @property
    def past(self) -> Any:
        return PAST[self.entry.verb] if self.entry else ""


def buttons(comment: Comment) -> list[Button]:
    """The decisions that this comment's state allows."""
    verbs = [
        verb for verb, (allowed, _to) in discussions.DECISIONS.items() if comment.status in allowed
    ]
    return [
        Button(verb, f"{verb}:{comment.pk}:{comment.version}", LABELS[verb], KEYS[verb], not at)
        for at, verb in enumerate(verbs)
    ]


def page(filters: Filters) -> tuple[list[Item], int]:
    """The items of one page, and the key that the next begins after: 0 on the last page.

    The same number of queries for few and many, near or far.
    """
    if filters.is_decided:
        return _decided_page(filters)
    found: Any = comments(filters).filter(pk__gt=filters.after)
    rows = list(found.for_queue()[: filters.size + 1])
    items = [_item(comment) for comment in rows[: filters.size]]
    _add_complaints(items)
    return items, rows[filters.size - 1].pk if len(rows) > filters.size else 0


def _decided_page(filters: Filters) -> tuple[list[Item], int]:
    found = decisions(filters)
    if filters.after:
        found = found.filter(pk__lt=filters.after)
    entries = list(found.select_related("undone_by")[: filters.size + 1])
    more = len(entries) > filters.size
    entries = entries[: filters.size]
    queryset: Any = Comment.objects.filter(pk__in={entry.comment_id for entry in entries})
    by_key = {comment.pk: comment for comment in queryset.for_queue()}
    obstacles = discussions.obstacles(entries, together=False)
    items = []
    for entry in entries:
        item = _item(by_key[entry.comment_id])
        item.entry, item.pick, item.buttons = entry, str(entry.pk), []
        item.obstacle = obstacles.get(entry.pk, "")
        items.append(item)
    return items, entries[-1].pk if more else 0


def _item(comment: Comment) -> Item:
    submission = getattr(comment, "submission", None)
    held = submission.held if submission else []
    words = [word for reason in held for word in reason.get("found", ())]
    return Item(
        comment=comment,
        pick=f"{comment.pk}:{comment.version}",
        text=marked(comment.typed, words),
        held=held,
        buttons=buttons(comment),
    )


def _add_complaints(items: Sequence[Item]) -> None:
    """What readers complain of, for all items in one query."""
    reports = Report.objects.open().filter(comment__in=[item.comment.pk for item in items])
    by_comment: dict[int, list[Report]] = {}
    for report in reports.order_by("pk"):
        by_comment.setdefault(report.comment_id, []).append(report)
    for item in items:
        # Of one person the first report counts, and the first note is shown.
        mine = list({r.person: r for r in reversed(by_comment.get(item.comment.pk, []))}.values())
        mine.reverse()
        item.complaint_count = len(mine)
        item.complaints = [
            (label, count, [r.note for r in mine if r.note and r.get_why_display() == label])
            for label, count in Counter(r.get_why_display() for r in mine).items()
        ]


def marked(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """`text` in pieces: what is to be marked, because a rule found it, and the rest.

    A word counts as a whole; between the words of a phrase may stand what is no letter.
    """
    text = unicodedata.normalize("NFC", text).strip()
    patterns = []
    for word in list(dict.fromkeys(words))[:MARKED]:
        if word.lower().startswith(("http://", "https://")):
            patterns.append(re.escape(word))
        elif parts := word.split():
            patterns.append(r"(?<!\w)" + r"\W++".join(map(re.escape, parts)) + r"(?!\w)")
    if not patterns:
        return [(text, False)]
    pieces, at = [], 0
    for match in re.finditer("|".join(patterns), text):
        pieces += [(text[at : match.start()], False), (match.group(), True)]
        at = match.end()
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


# --- the trail

DONE = {
    "submit": _("sent"),
    "edit": _("edited"),
    "withdraw": _("withdrew"),
    "approve": _("approved"),
    "keep": _("kept"),
    "reject": _("rejected"),
    "mark_spam": _("marked as spam"),
    "remove": _("removed"),
    "close": _("closed"),
    "reopen": _("reopened"),
    "correct": _("corrected"),
    "restore": _("restored the source’s text of"),
    "link": _("linked to point %(point)s:"),
    "unlink": _("unlinked from point %(point)s:"),
    "confirm": _("confirmed %(name)s as the author of"),
    "unconfirm": _("took back that %(name)s is the author of"),
}
