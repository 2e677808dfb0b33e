"""Personal data is deleted after the times that docs/security.md names."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commentary import discussions
from commentary.models import (
    Comment,
    Invitation,
    OutboxMessage,
    Report,
    Rule,
    Schedule,
    SignInAttempt,
    StaffSession,
    Submission,
)
from commentary.notifications.worker import tick
from commentary.privacy import purging

pytestmark = pytest.mark.django_db
ANN = "ann@example.org"


@pytest.fixture
def purge(monkeypatch, capsys):
    """`purge(after=days)` runs the command as if that many days had passed, and returns its output."""

    def run(after: float = 0) -> str:
        then = timezone.now() + timedelta(days=after)
        with monkeypatch.context() as patch:
            patch.setattr(purging, "timezone", SimpleNamespace(now=lambda: then))
            call_command("purge_expired")
        return capsys.readouterr().out

    return run


@pytest.fixture
def sent(client, respond) -> Submission:
    """A pending comment of Ann with her address."""
    respond(client, "Words", name="Ann", email=ANN)
    return Submission.objects.get()


def test_an_address_is_deleted_90_days_after_the_decision(sent, purge, mo):
    discussions.approve(sent.comment, by=mo)
    purge(after=89)
    assert Submission.objects.get().email == ANN
    assert "e-mail addresses of comments: 1" in purge(after=91)
    assert Submission.objects.get().email == ""
    assert Comment.objects.get().body == "Words"


def test_a_pending_comment_keeps_its_address(sent, purge):
    purge(after=1_000)
    assert Submission.objects.get().email == ANN


def test_a_comment_that_no_one_decided_on_counts_from_its_date(sent, purge, mo):
    discussions.approve(sent.comment, by=mo)
    old = timezone.now() - timedelta(days=200)
    Submission.objects.update(created_at=old)
    purge()
    assert Submission.objects.get().email == ANN, "it was decided on today"


def test_the_reason_why_a_comment_was_held_loses_the_address(client, respond, purge, mo):
    Rule.objects.create(kind=Rule.Kind.EMAIL, pattern=ANN)
    respond(client, "Words", name="Ann", email=ANN)
    assert ANN in str(Submission.objects.get().held)
    discussions.reject(Comment.objects.get(), by=mo)
    purge(after=91)
    assert ANN not in str(Submission.objects.get().held)
    assert "e-mail address listed in the rule" in str(Submission.objects.get().held)


def test_networks_are_deleted_after_30_days(sent, purge, client):
    report = Report.objects.create(
        discussion_id=sent.discussion_id, comment=sent.comment, reporter="r", network="n"
    )
    rule = Rule.objects.create(kind=Rule.Kind.NETWORK, pattern=sent.network)
    SignInAttempt.objects.create(account="a", network="n", outcome="wrong")
    purge(after=29)
    assert Submission.objects.get().network
    out = purge(after=31)
    for what in ("comments", "reports", "sign-in attempts"):
        assert f"networks of {what}: 1" in out
    assert Submission.objects.get().network == ""
    report.refresh_from_db()
    rule.refresh_from_db()
    assert (report.network, rule.pattern) == ("", "")
    assert SignInAttempt.objects.values_list("account", "network").get() == ("", "")


def test_what_has_expired_is_deleted(purge, as_ed):
    SignInAttempt.objects.create(account="a", network="n", outcome="wrong")
    Invitation.objects.create(email=ANN, group=Group.objects.all()[0])
    OutboxMessage.objects.create(kind="confirm", recipient=ANN, next_attempt_at=None)
    assert StaffSession.objects.exists()
    out = purge(after=91)
    for model in (SignInAttempt, Invitation, OutboxMessage, StaffSession):
        assert not model.objects.exists(), model
    assert "sessions: 1" in out
    assert purge(after=91) == "Nothing to delete.\n"


def test_what_has_not_expired_stays(purge, as_ed, sent):
    SignInAttempt.objects.create(account="a", network="n", outcome="wrong")
    Invitation.objects.create(email=ANN, group=Group.objects.all()[0])
    OutboxMessage.objects.create(kind="confirm", recipient=ANN)
    assert purge() == "Nothing to delete.\n"


@pytest.fixture
def many(article):
    """`many(25)` stores this many submissions of published comments."""

    def store(count: int, **fields) -> None:
        rows = [Comment(body=f"x {i}") for i in range(count)]
        comments = discussions.import_comments(article.pk, rows, [None] * count)
        Submission.objects.bulk_create(
            Submission(
                comment=comment,
                discussion=article.discussion,
                writer="w",
                client_key=str(comment.pk),
                digest="d",
                **fields,
            )
            for comment in comments
        )

    return store


def test_many_rows_are_changed_in_batches(many, purge, monkeypatch):
    monkeypatch.setattr(purging, "BATCH", 10)
    many(25, email=ANN, network="n")
    with CaptureQueriesContext(connection) as queries:
        out = purge(after=100)
    assert "e-mail addresses of comments: 25" in out
    assert "networks of comments: 25" in out
    updates = [q["sql"] for q in queries if q["sql"].startswith("UPDATE")]
    assert len(updates) == 6
    assert not Submission.objects.exclude(email="", network="").exists()


def test_submissions_without_traces_are_not_read(many):
    many(2_000)
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        with CaptureQueriesContext(connection) as queries:
            list(purging.purge_expired())
        reads = [q["sql"] for q in queries if 'FROM "commentary_submission"' in q["sql"]]
        assert len(reads) == 2
        for sql in reads:
            cursor.execute(f"{explain} {sql}")
            plan = "\n".join(str(line) for line in cursor.fetchall())
            assert "submission_traces" in plan, plan


def test_the_worker_purges_once_a_day(sent, mo):
    discussions.approve(sent.comment, by=mo)
    Submission.objects.update(created_at=timezone.now() - timedelta(days=31))
    tick(lambda: True)  # it is about to stop: the first batch is finished
    assert Submission.objects.get().network == ""
    Submission.objects.update(network="n")
    tick()
    assert Submission.objects.get().network == "n"
    Schedule.objects.update(last_at=timezone.now() - timedelta(days=1))
    tick()
    assert Submission.objects.get().network == ""
