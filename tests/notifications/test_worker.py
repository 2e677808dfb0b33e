"""The worker sends each message of the outbox, and keeps those that the mail server did not accept."""

import threading
from datetime import timedelta

import pytest
from django.core.mail import send_mail
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.utils import timezone

from commentary.models import OutboxMessage, Schedule
from commentary.models.outbox import GIVE_UP_AFTER, KEPT, LEASE, PAUSES
from commentary.notifications import worker as workers
from commentary.notifications.worker import Worker, tick
from tests.notifications.smtp_sink import free_port

pytestmark = pytest.mark.django_db


def later(message: OutboxMessage, pause: timedelta) -> OutboxMessage:
    """Let time pass until an attempt is due, and return the message."""
    message.refresh_from_db()
    assert message.next_attempt_at is not None
    message.next_attempt_at -= pause
    message.save()
    return message


def test_a_message_is_sent_once_and_deleted_when_the_server_has_accepted_it(queued, work):
    message = queued(subject="Grüße", body="Schöne Wörter")
    (mail,) = work()
    assert mail["To"] == "ann@example.org"
    assert mail["From"] == "Comments <comments@example.org>"
    assert mail["Subject"] == "Grüße"
    assert mail["Message-ID"] == f"<{message.message_id}@comments.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().strip() == "Schöne Wörter"
    assert not OutboxMessage.objects.exists()
    assert len(work()) == 1


def test_a_message_that_is_not_due_waits(queued, work):
    queued(next_attempt_at=timezone.now() + timedelta(minutes=1))
    assert work() == []
    assert OutboxMessage.objects.get().attempts == 0


def test_a_message_is_queued_only_if_its_transaction_commits(sink):
    with pytest.raises(DatabaseError), transaction.atomic():
        send_mail("Hello", "Words", None, ["ann@example.org"])
        raise DatabaseError
    assert not OutboxMessage.objects.exists()


def test_mails_sent_the_way_of_django_are_queued_for_each_recipient(work):
    assert send_mail("Hello", "Words", None, ["ann@example.org", "bo@example.org"]) == 1
    assert OutboxMessage.objects.count() == 2
    assert {mail["To"] for mail in work()} == {"ann@example.org", "bo@example.org"}


def test_a_line_break_in_a_subject_adds_no_header(work):
    send_mail("Hello\r\nBcc: eve@example.org\n", "Words", None, ["ann@example.org"])
    (mail,) = work()
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello Bcc: eve@example.org"


@pytest.mark.parametrize("recipient", ["ann@example.org\nBcc: eve@example.org", "", "é@[x"])
def test_an_invalid_recipient_stops_no_other_message(queued, work, recipient):
    queued(recipient)
    queued("bo@example.org")
    assert [mail["To"] for mail in work()] == ["bo@example.org"]


def test_nothing_is_sent_twice_while_a_worker_sends_it(queued, work):
    message = queued()
    assert OutboxMessage.objects.claim() == message
    assert OutboxMessage.objects.claim() is None
    assert work() == []


def test_a_message_of_a_killed_worker_is_sent_with_the_same_id_after_the_lease(queued, work):
    message = queued()
    OutboxMessage.objects.claim()  # by a worker that is killed now
    later(message, LEASE)
    (mail,) = work()
    assert message.message_id in mail["Message-ID"]


def test_a_claim_that_another_worker_was_faster_with_is_not_taken(queued, monkeypatch):
    message = queued()
    due = OutboxMessage.objects.filter(pk=message.pk)
    seen = due.get()
    assert OutboxMessage.objects.claim() == message
    rows = iter([seen, None])
    monkeypatch.setattr(type(OutboxMessage.objects.all()), "first", lambda self: next(rows))
    assert OutboxMessage.objects.claim() is None


def test_a_temporary_refusal_is_tried_again_with_growing_pauses_and_the_same_id(
    queued, sink, work, caplog
):
    message = queued()
    sink.refusals["ann@example.org"] = "451 Greylisted"
    for attempt, pause in enumerate(PAUSES, 1):
        before = timezone.now()
        assert work() == []
        message.refresh_from_db()
        assert message.attempts == attempt
        assert message.last_error == "451 Greylisted"
        assert before + pause <= message.next_attempt_at <= timezone.now() + pause
        later(message, pause)
    sink.refusals.clear()
    (mail,) = work()
    assert message.message_id in mail["Message-ID"]
    assert "ann@" not in caplog.text


@pytest.mark.parametrize("refused_at", ["refusals", "data_refusals"])
def test_a_permanent_refusal_is_not_tried_again_and_stays_listed(queued, sink, work, refused_at):
    message, other = queued(), queued("bo@example.org")
    getattr(sink, refused_at)["ann@example.org"] = "550 No such mailbox"
    assert [mail["To"] for mail in work()] == [other.recipient]
    message.refresh_from_db()
    assert message.is_finished
    assert message.last_error == "550 No such mailbox"


def test_a_message_is_given_up_after_some_days(queued, sink, work):
    message = queued(created_at=timezone.now() - GIVE_UP_AFTER - timedelta(minutes=1))
    sink.refusals["ann@example.org"] = "451 Greylisted"
    work()
    message.refresh_from_db()
    assert message.is_finished


def test_while_the_mail_server_is_down_only_one_message_is_tried(queued, sink, settings):
    settings.EMAIL_TRANSPORT = sink.transport | {"port": free_port()}
    for _ in range(3):
        queued()
    worker = Worker()
    worker.drain()
    assert sorted(OutboxMessage.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    assert worker.rest > 0
    worker.drain()
    assert worker.rest <= workers.MAX_REST
    settings.EMAIL_TRANSPORT = sink.transport
    OutboxMessage.objects.update(next_attempt_at=timezone.now())
    worker.drain()
    assert len(sink.mails) == 3
    assert worker.rest == 0


def test_without_a_mail_server_queued_messages_stay(queued, sink, settings):
    settings.EMAIL_TRANSPORT = {}
    message = queued()
    Worker().drain()
    message.refresh_from_db()
    assert message.last_error == "EMAIL_URL is not set."
    assert not message.is_finished


def test_a_message_that_cannot_be_made_stops_no_other(queued, work):
    queued(subject=None)
    OutboxMessage.objects.create(kind="of a later version", recipient="ann@example.org")
    queued("bo@example.org")
    assert [mail["To"] for mail in work()] == ["bo@example.org"]
    assert OutboxMessage.objects.count() == 2


def test_messages_that_were_given_up_are_deleted_after_some_time(queued, sink):
    old = queued(next_attempt_at=None, created_at=timezone.now() - KEPT - timedelta(days=1))
    new, waiting = queued(next_attempt_at=None), queued(created_at=old.created_at)
    tick()
    assert set(OutboxMessage.objects.all()) == {new, waiting}


def test_a_periodic_task_is_begun_by_one_worker_and_again_if_it_was_interrupted(db):
    day = timedelta(days=1)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert Schedule.objects.take_turn("task", day)
        raise ZeroDivisionError
    assert Schedule.objects.take_turn("task", day)
    assert not Schedule.objects.take_turn("task", day)
    Schedule.objects.update(last_at=timezone.now() - day)
    assert Schedule.objects.take_turn("task", day)


def test_the_command_sends_what_is_due_and_ends(queued, sink):
    queued()
    call_command("run_worker", "--once")
    assert len(sink.mails) == 1


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_stopped_finishes_its_message_and_leaves_the_others(queued, sink):
    queued()
    queued()
    worker = Worker()
    send = worker.transport.send

    def sent(message, mail):
        worker.stop()  # as by SIGTERM
        send(message, mail)

    worker.transport.send = sent
    worker.run()
    assert len(sink.mails) == 1
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_message_once(queued, sink):
    for n in range(40):
        queued(f"reader{n}@example.org")
    threads = [threading.Thread(target=drain) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sink.mails) == 40
    assert not OutboxMessage.objects.exists()


def drain() -> None:
    from django.db import connection

    Worker().drain()
    connection.close()
