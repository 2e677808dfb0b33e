"""How editors are told about pending comments."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


def new_feed_key() -> str:
    """Return a key for a feed address, which nobody can guess."""
    return secrets.token_urlsafe(32)


class DigestPreference(models.Model):
    """When an editor gets a digest of pending comments, and the secret key of their feed.

    A digest is sent if at least `least_count` comments wait, or one has waited for `least_hours`.
    """

    class Interval(models.TextChoices):
        NEVER = "never", _("Never")
        HOURLY = "hourly", _("Every hour")
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Every week")

    PERIODS = {
        Interval.HOURLY: timedelta(hours=1),
        Interval.DAILY: timedelta(days=1),
        Interval.WEEKLY: timedelta(days=7),
    }

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    interval = models.CharField(
        _("digest by e-mail"), max_length=6, choices=Interval.choices, default=Interval.NEVER
    )
    least_count = models.PositiveIntegerField(
        _("if at least this many comments wait"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
    )
    least_hours = models.PositiveIntegerField(
        _("or if one has waited for this many hours"),
        null=True,
        blank=True,
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
        help_text=_("Leave blank to look only at the number."),
    )
    sent_at = models.DateTimeField(null=True, editable=False)
    feed_key = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001

    class Meta:
        verbose_name = _("digest preference")
        verbose_name_plural = _("digest preferences")

    def __str__(self) -> str:
        return f"{self.user}: {self.interval}"
