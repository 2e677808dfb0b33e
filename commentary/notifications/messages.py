"""The texts of e-mails, made when they are sent from what the database has then."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings

from ..models import OutboxMessage

TEXT = "text"  # the kind of a mail whose text was given when it was queued


def is_mail_configured() -> bool:
    """Return whether this site sends e-mails."""
    return bool(settings.EMAIL_TRANSPORT)


@dataclass(frozen=True)
class Mail:
    """The text of an e-mail. The subject has no words of readers."""

    subject: str
    body: str
    headers: dict[str, str] = field(default_factory=dict)


def full_address(path: str) -> str:
    """Return the whole URL of a page of this site, for a reader of an e-mail."""
    return f"{settings.SITE_URL}{path}"


def mail_domain() -> str:
    """Return the domain in message IDs."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _given_text(message: OutboxMessage) -> Mail:
    return Mail(message.details["subject"], message.details["body"])


# For each kind of e-mail, what makes its text. None means that there is no reason any more to send it.
RENDERERS: dict[str, Callable[[OutboxMessage], Mail | None]] = {TEXT: _given_text}
