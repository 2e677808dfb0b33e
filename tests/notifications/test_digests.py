"""Editors get a digest of pending comments, at their interval and from their threshold on."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commentary.models import Comment, DigestPreference, OutboxMessage
from commentary.notifications.worker import tick

pytestmark = pytest.mark.django_db
Interval = DigestPreference.Interval


@pytest.fixture
def pending(comment):
    def add(hours: float = 0) -> Comment:
        made = comment("CANARY words", name="CANARY", status=Comment.Status.PENDING)
        at = timezone.now() - timedelta(hours=hours)
        Comment.objects.filter(pk=made.pk).update(created_at=at)
        return made

    return add


@pytest.fixture
def prefer(mo):
    """`prefer(interval=…)` sets the preferences of moderator Mo."""
    mo.email = "mo@example.org"
    mo.save()

    def set_(interval=Interval.DAILY, **columns):
        columns = {"interval": interval, "least_count": 1, "least_hours": None} | columns
        return DigestPreference.objects.update_or_create(user=mo, defaults=columns)[0]

    return set_


@pytest.fixture
def digests(work):
    """`digests()` lets a minute pass and returns how many digests were sent so far."""

    def count() -> int:
        tick()
        return len(work())

    return count


def test_a_digest_has_numbers_and_articles_and_no_texts(prefer, pending, sink, digests, article):
    prefer()
    pending(30)
    pending()
    assert digests() == 1
    (mail,) = sink.mails
    assert mail["To"] == "mo@example.org"
    assert mail["Subject"] == "2 comments are pending – Commentary"
    assert f"2 – {article.title}" in mail.get_content()
    assert "1 day" in mail.get_content()
    assert "https://comments.example.org/admin/moderation/" in mail.get_content()
    assert "CANARY" not in mail.as_string()
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("interval", list(DigestPreference.PERIODS))
def test_digests_come_at_their_interval(prefer, pending, digests, interval):
    own = prefer(interval)
    pending()
    assert digests() == 1
    assert digests() == 1
    own.refresh_from_db()
    own.sent_at -= DigestPreference.PERIODS[interval]
    own.save()
    assert digests() == 2


def test_a_digest_needs_the_number_or_the_age_that_was_chosen(prefer, pending, digests):
    prefer(least_count=2, least_hours=5)
    assert digests() == 0
    pending()
    assert digests() == 0
    pending()
    assert digests() == 1
    Comment.objects.update(created_at=timezone.now() - timedelta(hours=6))
    prefer(least_count=3, least_hours=5, sent_at=None)
    assert digests() == 2
    prefer(least_count=3, least_hours=7, sent_at=None)
    assert digests() == 2


def test_nobody_gets_a_digest_of_nothing(prefer, digests):
    prefer()
    assert digests() == 0
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("change", ["never", "inactive", "no permission", "other address"])
def test_a_digest_that_waits_is_sent_only_if_it_is_still_wanted(
    prefer, pending, sink, work, mo, change
):
    own = prefer()
    pending()
    tick()
    assert OutboxMessage.objects.count() == 1
    if change == "never":
        prefer(Interval.NEVER)
    elif change == "inactive":
        mo.is_active = False
    elif change == "no permission":
        mo.groups.clear()
    else:
        mo.email = "other@example.org"
    mo.save()
    assert work() == []
    assert own.user == mo


def test_a_click_in_the_mail_program_stops_digests(prefer, pending, sink, digests):
    own = prefer()
    pending()
    digests()
    address = (
        sink.mails[0]["List-Unsubscribe"].strip(" <>").removeprefix("https://comments.example.org")
    )
    assert Client().get(address).status_code == 200
    own.refresh_from_db()
    assert own.interval == Interval.DAILY
    done = Client(enforce_csrf_checks=True).post(address, {"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    own.refresh_from_db()
    assert own.interval == Interval.NEVER


def test_without_a_mail_server_no_digest_is_queued(prefer, pending, settings):
    prefer()
    pending()
    settings.EMAIL_TRANSPORT = {}
    tick()
    assert not OutboxMessage.objects.exists()
