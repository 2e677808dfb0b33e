"""What all e-mails have in common."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings

TEXT = "text"  # the kind of a mail whose text was given when it was queued


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
