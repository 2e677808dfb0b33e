"""What follows from a decision: who is told about it.

The transaction of a decision only adds one row to the outbox. The worker turns it into a message for
each recipient.
"""

from datetime import timedelta

from django.utils import timezone

from ..models import AuditEntry, Comment, OutboxMessage, Submission, Subscription
from ..models.outbox import is_mail_configured
from .webhooks import webhook_messages

ANSWERED, DECIDED = "answered", "decided"  # kinds of messages to commenters
# Commenters are told after this time, so that an undo within it sends nothing.
PAUSE = timedelta(minutes=1)
# The verbs of moderators that commenters are told about.
TOLD = ("approve", "reject", "remove", "undo")


def spread(message: OutboxMessage) -> list[OutboxMessage]:
    """Return a message for each recipient of a decision."""
    place = message.details
    entries = AuditEntry.objects.filter(discussion=place["discussion"], pk=place["entry"])
    entry = entries.select_related("comment").first()
    if entry is None:  # removed by the undo of an import
        return []
    rows = webhook_messages(entry)
    if entry.comment is None or entry.before == entry.after or not is_mail_configured():
        return rows
    _move_subscription(entry)
    is_first = not _was_before(entry)
    if entry.actor_id and entry.verb in TOLD and is_first:
        rows += [_message(DECIDED, one, entry=entry.pk) for one in _subscriptions(entry.comment_id)]
    if entry.after == Comment.Status.APPROVED and is_first:
        rows += _answer_messages(entry.comment)
    return rows


def _was_before(entry: AuditEntry) -> bool:
    """Return whether the comment had this status before, so that everyone was told already."""
    earlier = AuditEntry.objects.filter(
        discussion=entry.discussion_id, comment=entry.comment_id, pk__lt=entry.pk
    )
    return earlier.filter(after=entry.after).exists()


def _answer_messages(reply: Comment) -> list[OutboxMessage]:
    """Return messages about a reply that was written here, except to its own commenter."""
    rows = Submission.objects.filter(discussion=reply.discussion_id)
    writers = dict(rows.filter(comment__in=[reply.pk, reply.parent_id]).values_list("pk", "writer"))
    if reply.pk not in writers or writers.get(reply.parent_id or 0) == writers[reply.pk]:
        return []
    return [_message(ANSWERED, one, reply=reply.pk) for one in _subscriptions(reply.parent_id)]


def _subscriptions(comment_id: int | None) -> list[Subscription]:
    return list(Subscription.objects.confirmed().filter(comment=comment_id)) if comment_id else []


def _message(kind: str, subscription: Subscription, **details: int) -> OutboxMessage:
    return OutboxMessage(
        kind=kind,
        recipient=subscription.email,
        details={"subscription": subscription.pk, **details},
        next_attempt_at=timezone.now() + PAUSE,
    )


def _move_subscription(entry: AuditEntry) -> None:
    """Let a subscription follow its comment to another article."""
    if entry.verb != "discard" or not (moved := entry.kept.get("moved_to")):
        return
    new = Comment.objects.filter(discussion=moved[0], number=moved[1]).first()
    if new is not None and not Subscription.objects.filter(comment=new.pk).exists():
        rows = Subscription.objects.filter(comment=entry.comment_id)
        rows.update(discussion=new.discussion_id, comment=new.pk)
