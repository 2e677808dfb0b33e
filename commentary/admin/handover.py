"""The hand-over page: decisions by others since the user's last visit, the user's own decisions that
were reversed, and the comments that have been pending longest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import discussions
from ..models import AuditEntry, SignInAttempt, SiteAuditEntry
from ..models.queries.arrival import NEWEST_FIRST
from .access import READ, View, actor, is_moderator, protect
from .audit_lines import rule_in_words
from .labels import Label
from .overview import RecentAct, grouped_acts
from .queue.filters import Filters
from .queue.items import first_waiting

NEWEST_ENTRIES = 2_000  # of the audit log that are looked at
SHOWN, OLDEST = 50, 5  # actions and waiting comments listed
DEFAULT = timedelta(days=7)  # if there was no earlier visit
# Periods that one may choose instead of the last visit, in days.
PERIODS: dict[str, Label] = {
    "": gettext_lazy("Your last visit"),
    "1": gettext_lazy("A day"),
    "7": gettext_lazy("A week"),
    "30": gettext_lazy("30 days"),
}


@dataclass
class Reversal:
    """A decision of the user, and the later entry that undid or replaced it."""

    mine: AuditEntry
    theirs: AuditEntry
    is_undone: bool


def last_visit(user: User) -> datetime:
    """Return when the user signed in the time before this one. One query."""
    accepted = SignInAttempt.objects.filter(user=user, outcome=SignInAttempt.Outcome.ACCEPTED)
    times = list(accepted.order_by("-pk").values_list("created_at", flat=True)[:2])
    return times[1] if len(times) > 1 else timezone.now() - DEFAULT


def entries_of_others(user: User, since: datetime) -> list[AuditEntry]:
    """Return the audit log entries of other accounts since a moment, newest first. One query."""
    newest = AuditEntry.objects.filter(created_at__gte=since).order_by(*NEWEST_FIRST)
    some = AuditEntry.objects.filter(pk__in=newest.values("pk")[:NEWEST_ENTRIES])
    others = some.filter(actor__isnull=False).exclude(actor=user).with_places()
    return list(others.order_by(*NEWEST_FIRST))


def rule_changes(user: User, since: datetime) -> list[tuple[SiteAuditEntry, str]]:
    """Return the changes of rules by others since a moment, newest first, each with what the rule
    does now. One query.
    """
    latest = SiteAuditEntry.objects.order_by("-position")[:SHOWN]
    verbs = (SiteAuditEntry.ADD_RULE, SiteAuditEntry.CHANGE_RULE)
    return [
        (entry, rule_in_words(entry))
        for entry in latest
        if entry.verb in verbs
        and entry.created_at >= since
        and entry.actor_name != user.get_username()
    ]


def reversals(user: User, entries: Sequence[AuditEntry]) -> list[Reversal]:
    """Return which of these entries undid a decision of the user, or decided otherwise about the
    same comment. One query.
    """
    about = [entry for entry in entries if entry.comment_id and entry.verb in discussions.DECISIONS]
    mine = AuditEntry.objects.filter(
        discussion__in={entry.discussion_id for entry in about},
        comment__in={entry.comment_id for entry in about},
        actor=user,
        verb__in=discussions.DECISIONS,
        undone_by=None,
    )
    decided: dict[int | None, list[AuditEntry]] = {}
    for own in mine.with_places().order_by("pk") if about else ():
        decided.setdefault(own.comment_id, []).append(own)
    found = []
    for entry in entries:
        if entry.undoes is not None and entry.undoes.actor_id == user.pk:
            found.append(Reversal(entry.undoes, entry, is_undone=True))
        elif entry.verb in discussions.DECISIONS:
            before = [own for own in decided.get(entry.comment_id, ()) if own.pk < entry.pk]
            if before and before[-1].after != entry.after:
                found.append(Reversal(before[-1], entry, is_undone=False))
    return found


def handover_view(site: AdminSite) -> View:
    """Return the hand-over page, for moderators."""

    def view(request: HttpRequest) -> HttpResponse:
        user, days = actor(request), request.GET.get("days", "")
        days = days if days in PERIODS else ""
        since = timezone.now() - timedelta(days=int(days)) if days else last_visit(user)
        entries = entries_of_others(user, since)
        acts: list[RecentAct] = grouped_acts(entries)
        reversed_ = reversals(user, entries)
        context = {
            **site.each_context(request),
            "title": _("Since your last visit"),
            "since": since,
            "is_moderator": True,
            "periods": PERIODS.items(),
            "days": days,
            "acts": acts[:SHOWN],
            "more": len(acts) > SHOWN,
            "rule_changes": rule_changes(user, since),
            "reversals": reversed_[:SHOWN],
            "oldest": first_waiting(OLDEST),
            "queue": Filters().url(),
        }
        return TemplateResponse(request, "admin/commentary/handover.html", context)

    return protect(site, view, is_moderator, READ)
