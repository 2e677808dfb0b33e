"""Who is told by e-mail when a comment is answered or decided."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .child_key import ChildOneToOneKey

# How long a subscription that was not confirmed, or has ended, is kept: it stops its address from
# being used again at once.
UNCONFIRMED_KEPT = timedelta(days=7)
KEPT = timedelta(days=365)  # after which a subscription ends, and its address is deleted


def mailbox_of(email: str) -> str:
    """Return what all spellings of an address have in common: case and a "+tag" don't count."""
    local, _at, domain = email.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Subscriptions."""

    def confirmed(self) -> Self:
        """Return the subscriptions that are told about."""
        return self.filter(confirmed_at__isnull=False, ended_at__isnull=True)

    def unconfirmed(self) -> Self:
        """Return the subscriptions that wait for a confirmation."""
        return self.filter(confirmed_at__isnull=True, ended_at__isnull=True)

    def outdated(self) -> Self:
        """Return the subscriptions whose address is not needed any more."""
        now = timezone.now()
        is_over = Q(confirmed_at=None) | Q(ended_at__isnull=False)
        return self.filter(
            Q(is_over, created_at__lt=now - UNCONFIRMED_KEPT) | Q(created_at__lt=now - KEPT)
        )


class Subscription(models.Model):
    """The wish of a commenter to be told by e-mail when their comment is answered or decided.

    It counts only once it is confirmed by a link in an e-mail. `mailbox` is the same for all
    spellings of an address. `asked_at` is when this confirmation was asked for; None if another
    one of the same commenter was pending. `ended_at` is when they unsubscribed.
    """

    discussion = models.ForeignKey(
        "commentary.Discussion", on_delete=models.PROTECT, related_name="+"
    )
    comment = ChildOneToOneKey(
        "commentary.Comment", on_delete=models.PROTECT, related_name="subscription"
    )
    email = models.EmailField(_("e-mail address"))
    mailbox = models.CharField(max_length=254)
    created_at = models.DateTimeField(_("date"), default=timezone.now)
    asked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(pgettext_lazy("date", "confirmed"), null=True)
    ended_at = models.DateTimeField(pgettext_lazy("date", "ended"), null=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        indexes = [
            models.Index("mailbox", "asked_at", name="subscription_mailbox"),
            models.Index(
                "asked_at", condition=Q(asked_at__isnull=False), name="subscription_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"subscription to comment {self.comment_id}"

    @property
    def is_confirmed(self) -> bool:
        """Whether its address is told about answers and decisions."""
        return self.confirmed_at is not None and self.ended_at is None
