"""Messages to send, and when the worker began each periodic task."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# How long a worker has to send a message. If it is killed meanwhile, another one sends it then.
# Longer than all timeouts of one delivery together.
LEASE = timedelta(minutes=5)
# Pauses before the next attempts; the last one is repeated.
PAUSES = [timedelta(minutes=n) for n in (1, 5, 15, 60, 180, 360)]
GIVE_UP_AFTER = timedelta(days=5)
KEPT = timedelta(days=30)  # how long a finished message is listed
MAX_ERROR = 300  # characters
DECISION = "decision"  # the kind of the row that a decision adds; the worker finds who is told


def is_mail_configured() -> bool:
    """Return whether this site sends e-mails."""
    return bool(settings.EMAIL_TRANSPORT)


def new_message_id() -> str:
    """Return an id for a message. It stays the same when the message is sent again."""
    return uuid.uuid4().hex


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    """Messages to send."""

    def due(self) -> Self:
        """Return the messages whose next attempt is due, the one that has waited longest first."""
        return self.filter(next_attempt_at__lte=timezone.now()).order_by("next_attempt_at", "pk")

    def claim(self) -> "OutboxMessage | None":
        """Return a message that is due and that no other worker takes before LEASE is over, or None
        if none is due.

        Nothing stays locked while it is sent. Whoever changes the time of the next attempt first has
        it.
        """
        while (message := self.due().first()) is not None:
            seen, message.next_attempt_at = message.next_attempt_at, timezone.now() + LEASE
            message.attempts += 1
            same = self.filter(pk=message.pk, next_attempt_at=seen)
            if same.update(next_attempt_at=message.next_attempt_at, attempts=F("attempts") + 1):
                return message
        return None


class OutboxMessage(models.Model):
    """A message that a worker sends, and sends again until it is accepted.

    `kind` says what is in it, and `details` what it is about: the text is made when it is sent.
    Written in the transaction of the event that it is about. An e-mail is deleted when the mail
    server has accepted it, a webhook stays listed. `next_attempt_at` is None for a finished message.
    """

    message_id = models.CharField(
        _("message ID"), max_length=32, unique=True, default=new_message_id, editable=False
    )
    kind = models.CharField(_("kind"), max_length=20)
    recipient = models.CharField(_("recipient"), max_length=320, blank=True)
    details = models.JSONField(_("details"), default=dict)
    created_at = models.DateTimeField(_("date"), default=timezone.now)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now, null=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=MAX_ERROR, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("message to send")
        verbose_name_plural = _("messages to send")
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(next_attempt_at__isnull=False),
                name="outbox_due",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(next_attempt_at__isnull=True),
                name="outbox_finished",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"

    @property
    def is_finished(self) -> bool:
        """Whether no further attempt will be made."""
        return self.next_attempt_at is None

    def postpone(self, error: str) -> None:
        """Record a failed attempt, and try again later. After GIVE_UP_AFTER, it is the last one."""
        now = timezone.now()
        if now - self.created_at > GIVE_UP_AFTER:
            self.give_up(error)
            return
        pause = PAUSES[min(max(self.attempts, 1), len(PAUSES)) - 1]
        self._record(error, now + pause)

    def give_up(self, error: str) -> None:
        """Record why no further attempt makes sense. The message stays listed for a while."""
        self._record(error, None)

    def finish(self) -> None:
        """Record that it was accepted. It stays listed for a while."""
        self._record("", None)

    def _record(self, error: str, next_attempt_at: datetime | None) -> None:
        self.last_error = " ".join(error.split())[:MAX_ERROR]
        self.next_attempt_at = next_attempt_at
        rows = OutboxMessage.objects.filter(pk=self.pk)
        rows.update(last_error=self.last_error, next_attempt_at=next_attempt_at)


class ScheduleManager(models.Manager["Schedule"]):
    """Periodic tasks of the worker."""

    def take_turn(self, name: str, interval: timedelta) -> bool:
        """Return whether a task was not begun within `interval`, and mark it as begun now.

        Only one caller is told so. Call it in the transaction that does the task, so that a task
        that was interrupted is begun again.
        """
        self.get_or_create(name=name)
        now = timezone.now()
        is_due = Q(last_at=None) | Q(last_at__lte=now - interval)
        return bool(self.filter(is_due, name=name).update(last_at=now))


class Schedule(models.Model):
    """When a periodic task of the worker was last begun."""

    name = models.CharField(max_length=40, primary_key=True)
    last_at = models.DateTimeField(null=True)

    objects = ScheduleManager()

    def __str__(self) -> str:
        return self.name
