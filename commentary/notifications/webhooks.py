"""Webhooks: each decision is sent to the URLs that an administrator entered, signed as Standard
Webhooks describes (https://www.standardwebhooks.com/).
"""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, timedelta
from http.client import HTTPException

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import AuditEntry, OutboxMessage, Webhook
from .messages import full_address
from .outgoing import RefusedUrl, post
from .transport import Deferred, Undeliverable

WEBHOOK = "webhook"  # the kind of message
# The verbs that are sent.
SENT = ("approve", "keep", "reject", "hold", "mark_spam", "remove", "discard", "undo") + (
    AuditEntry.CLOSINGS
)
AFTER_FAILURE = timedelta(minutes=1)  # in which nothing else is sent to a URL that failed


def webhook_messages(entry: AuditEntry) -> list[OutboxMessage]:
    """Return a message about a decision for each active webhook."""
    if entry.verb not in SENT:
        return []
    place = {"discussion": entry.discussion_id, "entry": entry.pk}
    return [
        OutboxMessage(kind=WEBHOOK, details={"webhook": webhook.pk, **place})
        for webhook in Webhook.objects.filter(is_active=True)
    ]


def deliver(message: OutboxMessage) -> None:
    """Send one decision to one URL. Raises Undeliverable if it can't be sent any more, or Deferred."""
    place = message.details
    webhook = Webhook.objects.filter(pk=place["webhook"], is_active=True).first()
    entries = AuditEntry.objects.filter(discussion=place["discussion"], pk=place["entry"])
    entry = entries.select_related("comment", "discussion__article").first()
    if webhook is None or entry is None:
        raise Undeliverable(_("The webhook or the decision no longer exists."))
    body = json.dumps(payload(entry), ensure_ascii=False).encode()
    number, at = f"msg_{message.message_id}", str(int(time.time()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Commentary",
        "webhook-id": number,
        "webhook-timestamp": at,
        "webhook-signature": webhook_signature(webhook.key, number, at, body),
    }
    try:
        status = post(webhook.url, body, headers)
    except RefusedUrl as error:
        raise Deferred(str(error)) from error
    except (OSError, HTTPException) as error:
        _pause(webhook)  # it may have taken long, and the others wait for the same
        raise Deferred(f"{type(error).__name__}: {error}") from error
    if status == 410:  # gone: the receiver wants no more
        raise Undeliverable("HTTP 410")
    if not 200 <= status < 300:
        raise Deferred(f"HTTP {status}")


def webhook_signature(key: bytes, number: str, at: str, body: bytes) -> str:
    """Return the value of the header webhook-signature."""
    signed = b".".join([number.encode(), at.encode(), body])
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def payload(entry: AuditEntry) -> dict[str, object]:
    """Return what is sent about a decision. It has no text, name or address of a commenter."""
    article, comment = entry.discussion.article, entry.comment
    made: dict[str, object] = {
        "id": str(entry.key),
        "verb": entry.verb,
        "before": entry.before,
        "after": entry.after,
        "by": entry.actor_name,
        "reason": entry.reason,
        "article": {
            "slug": article.slug,
            "title": article.title,
            "url": full_address(article.get_absolute_url()),
        },
    }
    if comment is not None:
        place = reverse("commentary:permalink", args=[article.slug, comment.number])
        made["comment"] = {"number": comment.number, "url": full_address(place)}
    at = entry.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return {"type": f"decision.{entry.verb}", "timestamp": at, "data": made}


def _pause(webhook: Webhook) -> None:
    """Postpone the other messages to a URL."""
    until = timezone.now() + AFTER_FAILURE
    waiting = OutboxMessage.objects.filter(kind=WEBHOOK, details__webhook=webhook.pk)
    waiting.filter(next_attempt_at__lt=until).update(next_attempt_at=until)
