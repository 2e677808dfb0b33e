"""Delete personal data after the times that docs/security.md names.

Rows are changed in small transactions and found with an index, so a large table is purged while the
site is running. A purge that was interrupted is continued by the next one.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_noop

from ..models import (
    AuditEntry,
    Comment,
    Invitation,
    OutboxMessage,
    Report,
    Rule,
    SignInAttempt,
    StaffSession,
    Submission,
    Subscription,
)
from ..models.audit import NETWORKS_KEPT
from ..models.outbox import KEPT as MESSAGES_KEPT
from ..models.submission import HAS_TRACES

EMAILS_KEPT = timedelta(days=90)  # after the last decision on the comment
ATTEMPTS_KEPT = timedelta(days=90)
INVITATIONS_KEPT = timedelta(days=30)  # after they ended
BATCH = 1_000  # rows of one transaction

Purge = Callable[[datetime], Iterator[int]]


def purge_expired() -> Iterator[tuple[str, int]]:
    """Delete what is older than allowed. Yields what was deleted and how many, once a transaction."""
    now = timezone.now()
    for what, purge in PURGES.items():
        for count in purge(now):
            yield what, count


def _in_batches(
    rows: models.QuerySet, change: Callable[[models.QuerySet], object]
) -> Iterator[int]:
    """Apply `change`, after which a row is not in `rows` any more, to all of them."""
    model = rows.model
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        change(model._base_manager.filter(pk__in=keys))
        yield len(keys)
        if len(keys) < BATCH:
            return


def _delete(rows: models.QuerySet) -> Iterator[int]:
    return _in_batches(rows, lambda some: some.delete())


def _emails(now: datetime) -> Iterator[int]:
    """Delete the addresses of comments on which nothing was decided lately. Pending ones keep theirs."""
    before = now - EMAILS_KEPT
    recent = AuditEntry.objects.everywhere().filter(
        discussion=OuterRef("discussion"), comment=OuterRef("comment"), created_at__gte=before
    )
    rows = Submission.objects.everywhere().filter(
        HAS_TRACES, ~Exists(recent), email__gt="", created_at__lt=before
    )
    decided = rows.exclude(comment__status=Comment.Status.PENDING)
    return _in_batches(decided.order_by("created_at"), _erase_emails)


def _erase_emails(rows: models.QuerySet[Submission]) -> None:
    """Delete addresses, also from the reasons why a comment was held."""
    for row in rows.exclude(held=[]):
        for reason in row.held:
            reason["found"] = [text for text in reason.get("found", ()) if text != row.email]
        rows.filter(pk=row.pk).update(held=row.held)
    rows.update(email="")


def _networks(now: datetime) -> Iterator[int]:
    rows = Submission.objects.everywhere().filter(
        HAS_TRACES, network__gt="", created_at__lt=now - NETWORKS_KEPT
    )
    return _in_batches(rows.order_by("created_at"), lambda some: some.update(network=""))


def _networks_of_reports(now: datetime) -> Iterator[int]:
    rows = Report.objects.everywhere().filter(created_at__lt=now - NETWORKS_KEPT)
    return _in_batches(rows.exclude(network=""), lambda some: some.update(network=""))


def _networks_of_rules(now: datetime) -> Iterator[int]:
    """Delete the hashes of networks from rules that have ended, which nothing can match any more."""
    rows = Rule.objects.filter(kind=Rule.Kind.NETWORK, ends_at__lt=now).exclude(pattern="")
    return _in_batches(rows, lambda some: some.update(pattern=""))


def _networks_of_attempts(now: datetime) -> Iterator[int]:
    rows = SignInAttempt.objects.filter(created_at__lt=now - NETWORKS_KEPT).exclude(network="")
    return _in_batches(
        rows.order_by("created_at"), lambda some: some.update(network="", account="")
    )


def _attempts(now: datetime) -> Iterator[int]:
    rows = SignInAttempt.objects.filter(created_at__lt=now - ATTEMPTS_KEPT)
    return _delete(rows.order_by("created_at"))


def _sessions(now: datetime) -> Iterator[int]:
    return _delete(StaffSession.objects.filter(expire_date__lt=now))


def _invitations(now: datetime) -> Iterator[int]:
    return _delete(Invitation.objects.filter(ends_at__lt=now - INVITATIONS_KEPT))


def _messages(now: datetime) -> Iterator[int]:
    finished = OutboxMessage.objects.filter(next_attempt_at=None)
    return _delete(finished.filter(created_at__lt=now - MESSAGES_KEPT).order_by("created_at"))


def _subscriptions(now: datetime) -> Iterator[int]:
    return _delete(Subscription.objects.outdated())


PURGES: dict[str, Purge] = {
    gettext_noop("e-mail addresses of comments"): _emails,
    gettext_noop("networks of comments"): _networks,
    gettext_noop("networks of reports"): _networks_of_reports,
    gettext_noop("ended rules about networks"): _networks_of_rules,
    gettext_noop("networks of sign-in attempts"): _networks_of_attempts,
    gettext_noop("sign-in attempts"): _attempts,
    gettext_noop("sessions"): _sessions,
    gettext_noop("invitations"): _invitations,
    gettext_noop("finished messages"): _messages,
    gettext_noop("subscriptions"): _subscriptions,
}
