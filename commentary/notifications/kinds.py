"""What the worker does with each kind of row in the outbox."""

from collections.abc import Callable

from ..models import OutboxMessage
from ..models.outbox import DECISION
from . import commenters, decisions, subscriptions
from .messages import TEXT, Mail


def _given_text(message: OutboxMessage) -> Mail:
    return Mail(message.details["subject"], message.details["body"])


# Makes the text of an e-mail, or returns None if there is no reason any more to send it.
RENDERERS: dict[str, Callable[[OutboxMessage], Mail | None]] = {
    TEXT: _given_text,
    subscriptions.CONFIRM: commenters.confirmation,
    decisions.ANSWERED: commenters.answer,
    decisions.DECIDED: commenters.decision,
}
# Adds rows in one transaction with the deletion of this one.
STEPS: dict[str, Callable[[OutboxMessage], None]] = {DECISION: decisions.spread}
