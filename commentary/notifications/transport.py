"""Hand e-mails to the mail server, over one connection for several of them."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from ..models import OutboxMessage
from .messages import Mail, mail_domain

TIMEOUT = 20  # seconds for each answer of the mail server


class Undeliverable(Exception):
    """The mail server refused this message for good."""


class Deferred(Exception):
    """The mail server refused this message for now."""


class ServerUnavailable(Exception):
    """The mail server can't be reached or used now, for no fault of the message."""


class MailTransport:
    """A connection to the mail server of EMAIL_URL, opened when needed."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def send(self, message: OutboxMessage, mail: Mail) -> None:
        """Hand a mail to the server. Raises Undeliverable, Deferred or ServerUnavailable."""
        email = EmailMessage(
            " ".join(mail.subject.split()),
            mail.body,
            settings.DEFAULT_FROM_EMAIL,
            [message.recipient],
            headers={
                "Message-ID": f"<{message.message_id}@{mail_domain()}>",
                "Auto-Submitted": "auto-generated",
                **mail.headers,
            },
        )
        try:
            self._open().send_messages([email])
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as refused:
            self.close()  # some servers accept nothing more after a refusal
            kind = Undeliverable if all(500 <= c < 600 for c, _ in _answers(refused)) else Deferred
            raise kind(_told(refused)) from refused
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise ServerUnavailable(_told(error)) from error

    def _open(self) -> BaseEmailBackend:
        if self._connection is None:
            connection = get_connection(timeout=TIMEOUT, **settings.EMAIL_TRANSPORT)
            connection.open()
            self._connection = connection
        return self._connection

    def close(self) -> None:
        """End the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (OSError, smtplib.SMTPException):
                pass  # it is gone already


def _answers(error: Exception) -> list[tuple[int, bytes | str]]:
    """Return the answers of the server: codes and texts."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return list(error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return [(error.smtp_code, error.smtp_error)]
    return []


def _told(error: Exception) -> str:
    """Return what the server said."""
    answers = _answers(error)
    if not answers:
        return f"{type(error).__name__}: {error}"
    return "; ".join(
        f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
        for code, text in answers
    )
