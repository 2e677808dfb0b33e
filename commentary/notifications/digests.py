"""Digests for editors: how many comments are pending, sent when enough are or one is too old."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from ..models import (
    Comment,
    DigestPreference,
    Discussion,
    OutboxMessage,
    chosen_language,
    site,
    site_frame,
)
from ..text.dates import age_in_words
from .commenters import unsubscribe_headers
from .messages import Mail, full_address
from .tokens import UNSUBSCRIBE_DIGEST, make_token

DIGEST = "digest"  # the kind of message
MAX_COUNTED = 10_000
MAX_LISTED = 10  # articles


def queue_digests() -> None:
    """Add the digests that are due to the outbox. Call it in a transaction: who changes the time of
    the last digest first adds it.
    """
    now = timezone.now()
    wanted = DigestPreference.objects.exclude(interval=DigestPreference.Interval.NEVER)
    due = [
        preference
        for preference in wanted.filter(user__is_active=True).exclude(user__email="")
        if _is_due(preference, now)
    ]
    if not due:
        return
    count, oldest = site.pending_total(MAX_COUNTED), _oldest()
    for preference in due:
        hours = preference.least_hours
        is_old = oldest and hours and now - oldest >= timedelta(hours=hours)
        if count and (count >= preference.least_count or is_old):
            same = DigestPreference.objects.filter(Q(sent_at=preference.sent_at))
            if same.filter(pk=preference.pk).update(sent_at=now):
                user = preference.user
                OutboxMessage.objects.create(
                    kind=DIGEST, recipient=user.email, details={"user": user.pk}
                )


def _is_due(preference: DigestPreference, now: datetime) -> bool:
    period = DigestPreference.PERIODS[DigestPreference.Interval(preference.interval)]
    return preference.sent_at is None or now - preference.sent_at >= period


def _oldest() -> datetime | None:
    pending = Comment.objects.filter(status=Comment.Status.PENDING)
    return pending.order_by("created_at", "pk").values_list("created_at", flat=True).first()


def digest_mail(message: OutboxMessage) -> Mail | None:
    """Tell an editor how many comments are pending and on which articles, without their texts."""
    rows = DigestPreference.objects.exclude(interval=DigestPreference.Interval.NEVER)
    preference = rows.filter(pk=message.details["user"]).select_related("user").first()
    count, oldest = site.pending_total(MAX_COUNTED), _oldest()
    if preference is None or not count or oldest is None:
        return None
    user = preference.user
    if user.email != message.recipient or not user.has_perm("commentary.moderate"):
        return None  # is_active is part of has_perm
    with override(chosen_language(user)):
        told = ngettext("%(n)d comment is pending", "%(n)d comments are pending", count) % {
            "n": count
        }
        age = _("The oldest has waited for %(age)s.") % {"age": age_in_words(oldest)}
        found = Discussion.objects.filter(pending_count__gt=0).select_related("article")
        lines = [
            f"- {discussion.pending_count} – {discussion.article.title}"
            for discussion in found.order_by("-pending_count", "pk")[:MAX_LISTED]
        ]
        queue = full_address(reverse("admin:commentary_queue"))
        path = reverse("commentary:unsubscribe", args=[make_token(UNSUBSCRIBE_DIGEST, user.pk)])
        change = _("To change when you get this:")
        stop = _("To stop it:")
        preferences = full_address(reverse("admin:commentary_notifications"))
        name = site_frame().name
        articles = "\n".join(lines)
        body = (
            f"{told}. {age}\n\n{articles}\n\n{queue}\n\n"
            f"-- \n{name}\n{change}\n{preferences}\n{stop}\n{full_address(path)}\n"
        )
        return Mail(f"{told} – {name}", body, unsubscribe_headers(path))


def stop_digest(user_id: int) -> None:
    """Send this editor no more digests."""
    rows = DigestPreference.objects.filter(pk=user_id)
    rows.update(interval=DigestPreference.Interval.NEVER)
