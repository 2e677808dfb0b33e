"""What the worker does with each kind of row in the outbox."""

from collections.abc import Callable

from ..models import OutboxMessage
from ..models.outbox import DECISION
from . import audit_head, commenters, decisions, digests, subscriptions, webhooks
from .messages import TEXT, Mail


def _given_text(message: OutboxMessage) -> Mail:
    return Mail(message.details["subject"], message.details["body"])


# Makes the text of an e-mail, or returns None if there is no reason any more to send it.
RENDERERS: dict[str, Callable[[OutboxMessage], Mail | None]] = {
    TEXT: _given_text,
    subscriptions.CONFIRM: commenters.confirmation,
    decisions.ANSWERED: commenters.answer,
    decisions.DECIDED: commenters.decision,
    digests.DIGEST: digests.digest_mail,
    audit_head.HEAD: audit_head.head_mail,
}
# Returns messages to add, in one transaction with the deletion of this row.
STEPS: dict[str, Callable[[OutboxMessage], list[OutboxMessage]]] = {
    DECISION: decisions.spread,
    audit_head.VERIFY: audit_head.verify_log,
}
# Sends something else than an e-mail. The row stays listed.
DELIVERIES: dict[str, Callable[[OutboxMessage], None]] = {webhooks.WEBHOOK: webhooks.deliver}
