"""Fixtures for e-mails."""

import pytest

from commentary.models import OutboxMessage
from commentary.notifications.worker import Worker
from tests.notifications.smtp_sink import smtp_sink


@pytest.fixture(scope="session")
def mail_server():
    with smtp_sink() as sink:
        yield sink


@pytest.fixture
def sink(mail_server, settings):
    """A mail server that the site uses. It has accepted nothing yet."""
    mail_server.accepted.clear()
    mail_server.refusals.clear()
    mail_server.data_refusals.clear()
    settings.EMAIL_TRANSPORT = mail_server.transport
    settings.EMAIL_BACKEND = "commentary.notifications.backend.OutboxBackend"
    settings.DEFAULT_FROM_EMAIL = "Comments <comments@example.org>"
    settings.SITE_URL = "https://comments.example.org"
    return mail_server


@pytest.fixture
def work(sink):
    """`work()` lets a worker send everything that is due and returns the accepted mails so far."""

    def send():
        Worker().drain()
        return sink.mails

    return send


@pytest.fixture
def queued(db):
    """`queued()` adds a message with a given text to the outbox."""

    def add(
        recipient: str = "ann@example.org", subject: str = "Hello", body: str = "Words", **more
    ):
        details = {"subject": subject, "body": body}
        return OutboxMessage.objects.create(
            kind="text", recipient=recipient, details=details, **more
        )

    return add
