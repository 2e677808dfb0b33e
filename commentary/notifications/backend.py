"""Django's way to send e-mails, which adds them to the outbox: `send_mail` takes no time."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from ..models import OutboxMessage
from .messages import TEXT


class OutboxBackend(BaseEmailBackend):
    """The EMAIL_BACKEND of the site. Mails have a text and no attachments; the sender is EMAIL_FROM."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue each mail for each of its recipients, in the current transaction if there is one.
        Returns how many mails were queued.
        """
        rows = []
        for mail in email_messages:
            if mail.attachments:
                raise ValueError("The outbox sends no attachments.")
            details = {"subject": str(mail.subject), "body": str(mail.body)}
            rows += [
                OutboxMessage(kind=TEXT, recipient=recipient, details=details)
                for recipient in mail.recipients()
            ]
        OutboxMessage.objects.bulk_create(rows)
        return len(email_messages)
