from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.http import urlencode

from ... import discussions
from ...models import AuditEntry, Comment, Discussion, Rule, site
from ...reading.parameters import parse_key
from .labels import (
    BULK,
    CHOICES,
    COUNTED,
    DECIDED,
    PENDING,
    REPORTED,
    SIZES,
    TABS,
    UNREVIEWED,
)


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
            return parse_key(query.get(name, "")) or 0

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
