"""Items on a page of the moderation queue: comments, or decisions about them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NotRequired, TypedDict

from ... import discussions
from ...models import AuditEntry, Comment, Report, Submission
from ...models.queries.arrival import arrived_after, arrived_before
from ...reading.parameters import ArrivalCursor
from ..highlight import Segment, highlight
from ..labels import Label
from .filters import Filters, arrival, comments, decisions
from .labels import BUTTONS, SHORTCUTS
from .quick_edit import QuickEdit


class HeldReason(TypedDict):
    """Why a rule held a comment, as stored in the submission."""

    label: str
    why: str
    rule: int | None
    found: NotRequired[list[str]]


@dataclass
class Button:
    """A button for a decision about one comment; its value carries the version shown."""

    verb: str
    value: str
    label: Label
    shortcut: str
    is_main: bool


@dataclass
class Complaint:
    """A reason given in reports of a comment, how many people gave it, and their notes."""

    reason: str
    count: int
    notes: list[str]


@dataclass
class QueueItem:
    """One item of the queue."""

    comment: Comment
    pick: str
    text: list[Segment]
    held: list[HeldReason] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)
    complaint_count: int = 0
    buttons: list[Button] = field(default_factory=list)
    entry: AuditEntry | None = None
    obstacle: str = ""
    address: str = ""
    is_current: bool = False
    has_focus: bool = False  # the first row, if no comment is selected
    note_count: int = 0
    claim: str = ""  # who else is looking at it, in words
    edit: QuickEdit | None = None
    edit_address: str = ""

    @property
    def reply_verb(self) -> str:
        """How an editor may reply from the queue: "reply", "approve_reply", or "" for not at all."""
        return {"approved": "reply", "pending": "approve_reply"}.get(self.comment.status, "")


def queue_page(filters: Filters) -> tuple[list[QueueItem], ArrivalCursor | None]:
    """Return the items of one page, and the cursor of the next (None on the last page).

    The number of queries depends on neither the number of items nor the position.
    """
    if filters.is_decided:
        return _decisions_page(filters)
    found, column = comments(filters), arrival(filters)
    if filters.after:
        following = arrived_before if filters.is_newest_first else arrived_after
        found = following(found, *filters.after, column)
    rows: list[Comment] = list(found.for_queue()[: filters.size + 1])  # type: ignore[attr-defined]
    items = [_item(comment) for comment in rows[: filters.size]]
    _add_complaints(items)
    if len(rows) <= filters.size:
        return items, None
    last = rows[filters.size - 1]
    timed = last if column == "created_at" else last.submission
    return items, ArrivalCursor(timed.created_at, last.pk)


def first_waiting(most: int) -> list[QueueItem]:
    """Return the comments that have been pending longest. One query."""
    rows = comments(Filters()).for_queue()  # type: ignore[attr-defined]
    return [_item(comment) for comment in rows[:most]]


def _decisions_page(filters: Filters) -> tuple[list[QueueItem], ArrivalCursor | None]:
    found = decisions(filters)
    if filters.after:
        found = arrived_before(found, *filters.after)
    entries = list(found.select_related("undone_by")[: filters.size + 1])
    has_next = len(entries) > filters.size
    entries = entries[: filters.size]
    related = Comment.objects.filter(
        discussion__in={entry.discussion_id for entry in entries},
        pk__in={entry.comment_id for entry in entries if entry.comment_id},
    )
    by_key = {comment.pk: comment for comment in related.for_queue()}
    obstacles = discussions.obstacles(entries, together=False)
    items = []
    for entry in entries:
        item = _item(by_key[entry.comment_id or 0])
        item.entry, item.pick, item.buttons = entry, str(entry.key), []
        item.obstacle = obstacles.get(entry.key, "")
        items.append(item)
    return items, ArrivalCursor(entries[-1].created_at, entries[-1].pk) if has_next else None


def _item(comment: Comment) -> QueueItem:
    held = held_reasons(comment)
    return QueueItem(
        comment=comment,
        pick=f"{comment.key}:{comment.version}",
        text=highlight(
            comment.typed, (found for reason in held for found in reason.get("found", ()))
        ),
        held=held,
        buttons=buttons(comment),
    )


def buttons(comment: Comment) -> list[Button]:
    """Return buttons for the decisions of the queue that the comment's status allows."""
    verbs = [
        verb
        for verb, (allowed, _to) in discussions.DECISIONS.items()
        if verb in BUTTONS and comment.status in allowed
    ]
    pick = f"{comment.key}:{comment.version}"
    return [
        Button(verb, f"{verb}:{pick}", BUTTONS[verb], SHORTCUTS[verb], is_main=position == 0)
        for position, verb in enumerate(verbs)
    ]


def submission_of(comment: Comment) -> Submission | None:
    """Return the submission of a comment, or None if it was imported."""
    return getattr(comment, "submission", None)


def held_reasons(comment: Comment) -> list[HeldReason]:
    """Return why rules held a comment."""
    submission = submission_of(comment)
    return submission.held if submission else []


def _add_complaints(items: Sequence[QueueItem]) -> None:
    """Add the reports of all items. One query."""
    reports = Report.objects.open().filter(
        discussion__in={item.comment.discussion_id for item in items},
        comment__in=[item.comment.pk for item in items],
    )
    by_comment: dict[int, list[Report]] = {}
    for report in reports.order_by("pk"):
        by_comment.setdefault(report.comment_id, []).append(report)
    for item in items:
        # Only the first report of each person counts, and its note is shown.
        reports_of_item = reversed(by_comment.get(item.comment.pk, []))
        first_reports = list({r.person: r for r in reports_of_item}.values())[::-1]
        item.complaint_count = len(first_reports)
        counts = Counter(r.get_why_display() for r in first_reports)
        item.complaints = [
            Complaint(
                reason,
                count,
                [r.note for r in first_reports if r.note and r.get_why_display() == reason],
            )
            for reason, count in counts.items()
        ]
