"""What the moderation queue shows: its tabs, its items, and what is known around one of them.

Only reads. Whatever a reader wrote leaves here as text, in pieces that the template escapes.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from .. import discussions
from ..models import AuditEntry, Comment, Discussion, Report, Rule, Submission, site

PENDING, REPORTED, UNREVIEWED, DECIDED = "pending", "reported", "unreviewed", "decided"
TABS = {
    PENDING: _("Pending"),
    REPORTED: _("Reported"),
    UNREVIEWED: _("Unreviewed"),
    DECIDED: _("Decided"),
}
HEADINGS = {
    PENDING: _("Pending comments"),
    REPORTED: _("Reported comments"),
    UNREVIEWED: _("Unreviewed comments"),
    DECIDED: _("Decisions"),
}
EMPTY = {
    PENDING: _("Pending: nothing is waiting."),
    REPORTED: _("Reported: no complaint is open."),
    UNREVIEWED: _("Unreviewed: everything public was seen by a moderator."),
    DECIDED: _("Decided: nothing yet."),
}
LABELS = {
    "approve": _("Approve"),
    "keep": _("Keep"),
    "reject": _("Reject"),
    "mark_spam": _("Spam"),
    "remove": _("Remove"),
    "undo": _("Undo"),
}
KEYS = {"approve": "a", "keep": "a", "reject": "r", "mark_spam": "s", "remove": "d"}
BULK = {
    PENDING: ("approve", "reject", "mark_spam"),
    REPORTED: ("keep", "mark_spam", "remove"),
    UNREVIEWED: ("keep", "mark_spam", "remove"),
    DECIDED: ("undo",),
}
PAST = {
    "approve": _("Approved"),
    "keep": _("Kept"),
    "reject": _("Rejected"),
    "mark_spam": _("Marked as spam:"),
    "remove": _("Removed"),
    "close": _("Closed"),
    "reopen": _("Reopened"),
    "tie": _("Tied"),
    "untie": _("Untied"),
}
SIZES = (25, 100, 1_000)
WITH_REASONS = 100  # items of a page that still has a field for a reason in each
COUNTED = 10_000  # rows that are looked at for a count; beyond it says "10,000+"
CHOICES = 100  # of a select
MARKED = 50  # different words of one text
HIGHEST = 2**63 - 1


@dataclass(frozen=True)
class Filters:
    """One position in the queue, as its address says it. `after` is the key that the page before
    ended with; `same` shows all that the writer of one comment sent."""

    state: str = PENDING
    article: int = 0
    rule: int = 0
    by: int = 0
    q: str = ""
    same: int = 0
    after: int = 0
    size: int = SIZES[0]
    item: int = 0

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        """From an address; what makes no sense there is left out."""

        def number(name: str) -> int:
            text = query.get(name, "")
            wish = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
            return min(wish, HIGHEST)

        state, size = query.get("state", PENDING), number("size")
        return cls(
            state=state if state in TABS else PENDING,
            size=size if size in SIZES else SIZES[0],
            q=query.get("q", "").replace("\0", "").strip()[:100],
            **{name: number(name) for name in ("article", "rule", "by", "same", "after", "item")},
        )

    def address(self, **changes: Any) -> str:
        """The address of this position, or of one beside it."""
        there, plain = replace(self, **changes), Filters()
        asked = {k: v for k, v in vars(there).items() if v != getattr(plain, k)}
        base = reverse("admin:commentary_queue")
        return f"{base}?{urlencode(asked)}" if asked else base

    @property
    def is_narrowed(self) -> bool:
        return bool(self.article or self.rule or self.by or self.q or self.same)

    @property
    def is_decided(self) -> bool:
        return self.state == DECIDED and not self.same

    @property
    def verbs(self) -> tuple[str, ...]:
        """What the bulk bar offers."""
        return ("approve", "mark_spam", "remove") if self.same else BULK[self.state]


# --- which


def comments(filters: Filters) -> QuerySet[Comment]:
    """The comments of a tab, oldest first."""
    found: Any = Comment.objects.all()
    if filters.same:
        found = found.by_writer_of(filters.same)
    else:
        found = getattr(found, filters.state)()
    if filters.article:
        found = found.in_discussion(filters.article)
    if filters.rule:
        found = found.held_by(filters.rule)
    return found.with_words(filters.q).order_by("pk")


def decisions(filters: Filters) -> QuerySet[AuditEntry]:
    """What was decided, newest first."""
    found: Any = AuditEntry.objects.filter(verb__in=discussions.DECISIONS)
    if filters.article:
        found = found.filter(discussion=filters.article)
    if filters.by:
        found = found.filter(actor=filters.by)
    if filters.q:
        found = found.filter(comment__in=Comment.objects.with_words(filters.q))
    return found.order_by("-pk")


@dataclass
class Tab:
    """One tab with its count; `and_more` when there are more than were counted."""

    label: Any
    address: str
    is_current: bool
    count: int
    and_more: bool = False

    @property
    def words(self) -> str:
        return number_format(self.count, force_grouping=True) + ("+" if self.and_more else "")


def tabs(filters: Filters) -> list[Tab]:
    """The tabs. What is pending is a sum; the others are counted up to a limit, so that none is slow."""
    waiting = site.pending_total(COUNTED + 1)
    found: Any = Comment.objects.order_by()
    newest = AuditEntry.objects.order_by("-pk").values("verb")[: COUNTED + 1]
    entries = newest.aggregate(
        seen=Count("verb"), decided=Count("verb", filter=Q(verb__in=discussions.DECISIONS))
    )
    reported = found.reported()[: COUNTED + 1].count()
    unreviewed = found.unreviewed()[: COUNTED + 1].count()
    counts = {
        PENDING: (waiting, False),
        REPORTED: (min(reported, COUNTED), reported > COUNTED),
        UNREVIEWED: (min(unreviewed, COUNTED), unreviewed > COUNTED),
        DECIDED: (entries["decided"], entries["seen"] > COUNTED),
    }
    return [
        Tab(
            label,
            Filters(state=state, size=filters.size).address(),
            state == filters.state and not filters.same,
            *counts[state],
        )
        for state, label in TABS.items()
    ]


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


# --- around one


@dataclass
class Context:
    """What a moderator wants to know before deciding upon one comment."""

    comment: Comment
    parent_text: list[tuple[str, bool]]
    parent_replies: int
    links: list[str]
    figures: list[tuple[Any, int]]
    same_count: int
    discussion: Discussion
    closable: list[tuple[Comment, Any]]
    closed: list[Comment]
    revisions: int

    @property
    def held(self) -> list[dict[str, Any]]:
        submission = getattr(self.comment, "submission", None)
        return submission.held if submission else []


def context(filters: Filters) -> Context | None:
    """What stands around the comment that `filters.item` names; None if there is none such."""
    queryset: Any = Comment.objects.filter(pk=filters.item)
    comment = queryset.for_queue().first() if filters.item else None
    if comment is None:
        return None
    discussion = Discussion.objects.select_related("article", "closed_entry").get(
        pk=comment.discussion_id
    )
    submission = getattr(comment, "submission", None)
    before: Any = Submission.objects.none()
    if submission:
        before = Submission.objects.filter(writer=submission.writer).exclude(pk=comment.pk)
    by_status = dict(before.order_by().values_list("comment__status").annotate(count=Count("pk")))
    states = [state for state in Comment.Status if by_status.get(state) or state != "pending"]
    here: Any = Comment.objects.all()
    closed = list(
        here.in_discussion(discussion.pk)
        .with_closings()
        .select_related("closed_entry")
        .order_by("-closed_entry")[:CHOICES]
    )
    closable = []
    if (thread := here.filter(tree_id=comment.tree_id, lft=1).get()) not in closed:
        closable.append((thread, _("Close thread #%(number)d") % {"number": thread.number}))
    if comment.parent and comment.parent != thread and comment.parent not in closed:
        words = _("Close the replies to #%(number)d") % {"number": comment.parent.number}
        closable.append((comment.parent, words))
    parent = comment.parent
    return Context(
        comment=comment,
        parent_text=marked(parent.typed, ()) if parent else [],
        parent_replies=parent.replies.approved().count() if parent else 0,
        links=[
            word
            for reason in (submission.held if submission else ())
            for word in reason.get("found", ())
            if "//" in word
        ],
        figures=[(state.label, by_status.get(state, 0)) for state in states],
        same_count=sum(by_status.values()),
        discussion=discussion,
        closable=closable,
        closed=closed,
        revisions=comment.revisions.count(),
    )


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
    "tie": _("tied to point %(point)s:"),
    "untie": _("untied from point %(point)s:"),
    "confirm": _("confirmed %(name)s as the author of"),
    "unconfirm": _("took back that %(name)s is the author of"),
}


@dataclass
class Line:
    """One entry of the audit trail in words, and why it cannot be undone."""

    entry: AuditEntry
    words: Any
    obstacle: str


def lines(entries: Iterable[AuditEntry], together: bool = False) -> list[Line]:
    """Entries as the trail shows them, in two queries. See `moderation.obstacles`."""
    entries = list(entries)
    obstacles = discussions.obstacles(entries, together)
    return [Line(entry, _done(entry), obstacles.get(entry.pk, "")) for entry in entries]


def _done(entry: AuditEntry) -> Any:
    if entry.verb == "undo" and entry.undoes is not None:
        return _("undid “%(verb)s” on") % {"verb": str(_done(entry.undoes)).rstrip(":")}
    words = DONE.get(entry.verb, entry.verb)
    has_place = entry.verb in (*discussions.TIES, *discussions.AUTHORSHIP)
    return words % entry.kept if has_place else words


# --- what the filters offer


def article_choices(filters: Filters) -> list[tuple[int, str]]:
    """The articles where most waits; on other tabs, where most happened. The chosen one always."""
    found = Discussion.objects.select_related("article").only("article__title")
    most = (
        found.filter(pending_count__gt=0).order_by("-pending_count", "pk")
        if filters.state == PENDING
        else found.order_by("-changed_at", "pk")
    )
    choices = [(d.pk, str(d)) for d in most[:CHOICES]]
    if filters.article and filters.article not in dict(choices):
        choices += [(d.pk, str(d)) for d in found.filter(pk=filters.article)]
    return choices


def rule_choices() -> list[tuple[int, str]]:
    return [(rule.pk, str(rule)) for rule in Rule.objects.order_by("-is_active", "pk")[:CHOICES]]


def people() -> list[tuple[int, str]]:
    staff = User.objects.filter(is_staff=True).order_by("username")
    return list(staff.values_list("pk", "username")[:CHOICES])
