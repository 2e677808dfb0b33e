"""A worker that is killed at any time loses no mail, and sends hardly any of them twice.

``make faults`` kills twenty among 10,000 mails: MAILS=10000 MAIL_KILLS=20.
"""

import os
import random
import time
from collections import Counter
from subprocess import Popen

import pytest
from django.utils import timezone

from commentary import discussions
from commentary.models import Comment, OutboxMessage, Subscription
from commentary.notifications.decisions import ANSWERED
from commentary.notifications.subscriptions import end_subscription
from tests.conftest import make_article
from tests.faults.imports import finish, start_command
from tests.notifications.smtp_sink import SmtpSink, smtp_sink

MAILS = int(os.environ.get("MAILS", "150"))
KILLS = int(os.environ.get("MAIL_KILLS", "2"))


def start_worker(sink: SmtpSink, *options: str) -> Popen[str]:
    settings = {
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "EMAIL_FROM": "comments@example.org",
        "SITE_URL": "https://comments.example.org",
    }
    return start_command("run_worker", *options, env=settings)


def queue_answers() -> None:
    """Subscribe MAILS readers, and a twentieth more, to comments that were answered."""
    count = MAILS + MAILS // 20
    article = make_article("Why bees dance")
    rows = [Comment(body=f"Words {n}") for n in range(2 * count)]
    parents = [None if n < count else n - count for n in range(2 * count)]
    made = discussions.import_comments(article.pk, rows, parents)
    now = timezone.now()
    subscriptions = Subscription.objects.bulk_create(
        Subscription(
            comment=comment,
            discussion_id=article.pk,
            email=f"reader{n}@example.org",
            mailbox=f"reader{n}@example.org",
            confirmed_at=now,
        )
        for n, comment in enumerate(made[:count])
    )
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            kind=ANSWERED,
            recipient=subscription.email,
            details={"subscription": subscription.pk, "reply": reply.pk},
        )
        for subscription, reply in zip(subscriptions, made[count:], strict=True)
    )


def unsubscribe_some() -> set[str]:
    """Unsubscribe a twentieth of the readers, and return their addresses."""
    chosen = random.Random(20261129).sample(list(Subscription.objects.all()), MAILS // 20)
    for subscription in chosen:
        end_subscription(subscription.pk)
    return {subscription.email for subscription in chosen}


@pytest.mark.django_db(transaction=True)
def test_killed_workers_send_each_mail_at_least_once_and_hardly_any_twice(counted):
    queue_answers()
    unsubscribed = unsubscribe_some()
    messages = OutboxMessage.objects.exclude(recipient__in=unsubscribed)
    ids = dict(messages.values_list("recipient", "message_id"))
    assert len(ids) == MAILS
    dice = random.Random(20261130)
    with smtp_sink() as sink:
        for kill in range(1, KILLS + 1):
            wanted = len(sink.accepted) + (MAILS - len(sink.accepted)) // (KILLS - kill + 2)
            worker = start_worker(sink)
            while len(sink.accepted) < wanted and worker.poll() is None:
                time.sleep(0.005)
            time.sleep(dice.uniform(0, 0.02))
            assert worker.poll() is None
            worker.kill()
            worker.communicate()
        in_flight = OutboxMessage.objects.filter(next_attempt_at__gt=timezone.now())
        interrupted = in_flight.update(next_attempt_at=timezone.now())  # the leases are over
        finish(start_worker(sink, "--once"))
        sent = [(mail["To"], mail["Message-ID"]) for mail in sink.mails]
    assert not OutboxMessage.objects.exists()
    assert {address for address, _id in sent} == ids.keys()  # and nobody who has unsubscribed
    assert len(set(sent)) == MAILS  # a mail that was sent twice has one Message-ID
    assert all(ids[address] in message_id for address, message_id in sent)
    twice = sum(times - 1 for times in Counter(sent).values())
    assert twice <= max(KILLS, MAILS // 1_000)
    counted(
        f"{MAILS} mails, {KILLS} workers killed, {interrupted} of them while "
        f"sending: all sent, {twice} twice, "
        f"none to the {len(unsubscribed)} who had unsubscribed"
    )


@pytest.mark.django_db(transaction=True)
def test_a_worker_ends_after_sigterm():
    with smtp_sink() as sink:
        OutboxMessage.objects.create(
            kind="text", recipient="ann@example.org", details={"subject": "Hello", "body": "Words"}
        )
        worker = start_worker(sink)
        while not sink.accepted and worker.poll() is None:
            time.sleep(0.005)
        worker.terminate()
        finish(worker)
    assert len(sink.accepted) == 1
    assert not OutboxMessage.objects.exists()
