"""The head of the audit log is mailed every day to addresses outside the site."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from commentary import discussions
from commentary.models import AuditEntry, Discussion, Schedule
from commentary.notifications.worker import tick

pytestmark = pytest.mark.django_db(transaction=True)  # it is read from a snapshot


@pytest.fixture
def heads(settings, work):
    """`heads()` lets a minute pass and returns the mails so far."""
    settings.AUDIT_HEAD_TO = ["archive@example.org", "board@example.org"]

    def send():
        tick()
        return work()

    return send


def test_each_address_gets_the_head_once_a_day(comment, ed, heads):
    discussions.remove(comment("Words"), by=ed)
    mails = heads()
    assert {mail["To"] for mail in mails} == {"archive@example.org", "board@example.org"}
    out = StringIO()
    call_command("verify_audit_log", stdout=out)
    head = out.getvalue().split()[-1]
    assert all(f"Overall head: {head}" in mail.get_content() for mail in mails)
    assert {mail["Subject"] for mail in mails} == {"Head of the audit log – Commentary"}
    assert len(heads()) == 2
    Schedule.objects.update(last_at=timezone.now() - timedelta(days=1))
    assert len(heads()) == 4
    discussions.close(Discussion.objects.get(), by=ed)
    call_command("verify_audit_log", "--expect", head, stdout=out)


def test_a_changed_log_is_the_subject(comment, ed, heads):
    discussions.remove(comment("Words"), by=ed)
    Discussion.objects.update(log_length=2)
    assert AuditEntry.objects.count() == 1
    mail = heads()[0]
    assert mail["Subject"] == "The audit log was changed – Commentary"
    assert "Problems: 1" in mail.get_content()


def test_nothing_is_verified_without_an_address(heads, settings, db):
    settings.AUDIT_HEAD_TO = []
    assert heads() == []
