"""Positions in the moderation queue, the comments they list, and the choices of filters."""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict

from ... import discussions
from ...models import AuditEntry, Comment, Discussion, Report, RowKey, Rule, site
from ...models.queries.arrival import NEWEST_FIRST
from ..lists import MAX_CHOICES, MAX_COUNTED, Choices, ListFilters, Tab
from .labels import (
    BULK_ACTIONS,
    DECIDED,
    PENDING,
    REPORTED,
    SAME_COMMENTER_ACTIONS,
    STATUS_TABS,
    TABS,
    UNREVIEWED,
)

PAGE_SIZES = (25, 100, 1_000)
MAX_QUERY = 100  # characters


@dataclass(frozen=True)
class Filters(ListFilters):
    """A position in the queue. `same` lists all comments by the commenter of one comment; `edit` shows
    the form for the text of the selected one; with `asked`, only comments whose commenters asked for
    another look are listed.
    """

    route: ClassVar[str] = "admin:commentary_queue"
    states: ClassVar = TABS

    state: str = PENDING
    rule: int = 0
    by: int = 0
    q: str = ""
    same: RowKey | None = None
    size: int = PAGE_SIZES[0]
    edit: int = 0
    asked: int = 0

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        found = super().read(query)
        size = found.size if found.size in PAGE_SIZES else PAGE_SIZES[0]
        return replace(found, size=size, q=found.q.replace("\0", "").strip()[:MAX_QUERY])

    @property
    def is_narrowed(self) -> bool:
        return bool(self.article or self.rule or self.by or self.q or self.same or self.asked)

    @property
    def is_decided(self) -> bool:
        """Whether the tab lists decisions instead of comments."""
        return self.state == DECIDED and not self.same

    @property
    def is_newest_first(self) -> bool:
        """Whether the tab lists the newest comments first: those that are not pending."""
        return self.state in STATUS_TABS and not self.same

    @property
    def bulk_actions(self) -> tuple[str, ...]:
        return SAME_COMMENTER_ACTIONS if self.same else BULK_ACTIONS[self.state]


def comments(filters: Filters) -> QuerySet[Comment]:
    """Return the comments of a tab, oldest first, or newest first if they were decided."""
    if filters.same:
        found = Comment.objects.by_writer_of(filters.same)
    elif filters.state in STATUS_TABS:
        found = Comment.objects.filter(status=filters.state)
    else:
        found = getattr(Comment.objects.all(), filters.state)()
    if filters.article:
        found = found.in_discussion(filters.article)
    if filters.rule:
        found = found.held_by(filters.rule)
    if filters.asked:
        found = found.filter(submission__asked_at__isnull=False)
    order = NEWEST_FIRST if filters.is_newest_first else (arrival(filters), "pk")
    return found.with_words(filters.q).order_by(*order)


def arrival(filters: Filters) -> str:
    """Return the column with the time when the comments of a tab arrived. For unreviewed ones, it
    is the column of submissions, which is indexed.
    """
    is_unreviewed = filters.state == UNREVIEWED and not filters.same
    return "submission__created_at" if is_unreviewed else "created_at"


def decisions(filters: Filters) -> QuerySet[AuditEntry]:
    """Return decisions about comments, newest first."""
    found = AuditEntry.objects.filter(verb__in=discussions.DECISIONS)
    if filters.article:
        found = found.filter(discussion=filters.article)
    if filters.by:
        found = found.filter(actor=filters.by)
    if filters.q:
        found = found.filter(comment__in=Comment.objects.with_words(filters.q))
    return found.order_by(*NEWEST_FIRST)


def queue_tabs(filters: Filters, waiting: int) -> list[Tab]:
    """Return the tabs with their counts.

    The count of pending comments is given; the others are counted up to a limit, so that none is
    slow.
    """

    def counting(state: str, rows: QuerySet) -> Tab:
        return Tab.counting(TABS[state], *where(state), rows)

    def where(state: str) -> tuple[str, bool]:
        is_current = state == filters.state and not filters.same
        return Filters(state=state, size=filters.size).url(), is_current

    everything = Comment.objects.all()
    reported = Report.objects.open().filter(comment__status=Comment.Status.APPROVED)
    newest = AuditEntry.objects.order_by(*NEWEST_FIRST).values("verb")[: MAX_COUNTED + 1]
    entries = newest.aggregate(
        seen=Count("verb"), decided=Count("verb", filter=Q(verb__in=discussions.DECISIONS))
    )
    more = entries["seen"] > MAX_COUNTED
    return [
        Tab(TABS[PENDING], *where(PENDING), waiting),
        counting(REPORTED, reported.values("comment").order_by().distinct()),
        counting(UNREVIEWED, everything.unreviewed().order_by("submission__created_at", "pk")),
        *(
            Tab(TABS[status], *where(status), min(count, MAX_COUNTED), count > MAX_COUNTED)
            for status, count in site.status_totals(STATUS_TABS, MAX_COUNTED + 1).items()
        ),
        Tab(TABS[DECIDED], *where(DECIDED), entries["decided"], more),
    ]


def article_choices(filters: Filters) -> Choices:
    """Return the articles with the most pending comments, or on other tabs the most recently
    changed. The selected one is always included.
    """
    found = Discussion.objects.select_related("article").only("article__title")
    first = (
        found.filter(pending_count__gt=0).order_by("-pending_count", "pk")
        if filters.state == PENDING
        else found.order_by("-changed_at", "pk")
    )
    choices = [(d.pk, str(d)) for d in first[:MAX_CHOICES]]
    if filters.article and filters.article not in dict(choices):
        choices += [(d.pk, str(d)) for d in found.filter(pk=filters.article)]
    return choices


def rule_choices() -> Choices:
    """Return the rules, active ones first."""
    rules = Rule.objects.order_by("-is_active", "pk")
    return [(rule.pk, str(rule)) for rule in rules[:MAX_CHOICES]]
