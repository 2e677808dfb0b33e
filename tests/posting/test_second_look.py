"""A commenter whose comment was rejected may ask once for another look."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from commentary import discussions
from commentary.discussions.verification import verify
from commentary.models import AuditEntry, Comment, Discussion, Rule
from tests.conftest import Status

pytestmark = pytest.mark.django_db
ADDRESS = "/articles/why-bees-dance/"
ASK = f"{ADDRESS}comments/1/ask/"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def rejected(client, respond, ed) -> Comment:
    """A comment sent by `client` that an editor rejected."""
    respond(client, "CANARY", name="CANARYNAME")
    made = Comment.objects.get()
    discussions.reject(made, by=ed, reason="Off topic")
    made.refresh_from_db()
    return made


def test_the_commenter_sees_the_reason_and_asks(client, rejected):
    page = text(client.get(ADDRESS))
    assert "Reason: Off topic" in page and ASK in page
    form = text(client.get(ASK))
    assert "Reason: Off topic" in form and "CANARY" in form
    answer = client.post(ASK, {"note": " It answers  point 2 "})
    assert answer.status_code == 303
    rejected.refresh_from_db()
    assert rejected.status == Status.PENDING
    page = text(client.get(answer["Location"]))
    assert "Your comment is awaiting moderation." in page
    assert "You asked for another look." in page
    entry = AuditEntry.objects.get(verb="ask_again")
    assert (entry.actor_name, entry.reason) == ("its writer", "It answers point 2")
    assert (entry.before, entry.after) == (Status.REJECTED, Status.PENDING)
    assert Discussion.objects.get().pending_count == 1
    assert verify().problems == []


def test_what_readers_get_does_not_change(client, rejected):
    before = Client().get(ADDRESS)
    client.post(ASK)
    after = Client().get(ADDRESS)
    assert (after["ETag"], after.content) == (before["ETag"], before.content)
    assert Client().get(f"{ADDRESS}comments/1/").status_code == 404


def test_it_returns_to_the_queue_marked_so_and_can_be_filtered(client, rejected, respond, ed):
    respond(Client(), "Another")
    client.post(ASK, {"note": "It answers point 2"})
    client.force_login(ed)
    page = client.get("/admin/moderation/", {"asked": "1"})
    (item,) = page.context["items"]
    assert item.comment.pk == rejected.pk
    assert "Asked for another look" in text(page) and "It answers point 2" in text(page)
    assert len(client.get("/admin/moderation/").context["items"]) == 2


def test_it_is_asked_only_once(client, rejected, ed):
    client.post(ASK)
    assert client.post(ASK).status_code == 409  # it is pending
    discussions.reject(Comment.objects.get(), by=ed, reason="Still off topic")
    page = text(client.get(ADDRESS))
    assert "Still off topic" in page and ASK not in page
    assert "An editor has looked at it again." in page
    assert client.get(ASK).status_code == 404
    assert client.post(ASK).status_code == 409
    assert AuditEntry.objects.filter(verb="ask_again").count() == 1


def test_someone_else_cannot_ask(rejected, respond):
    other = Client()
    respond(other, "Mine")
    for asker in (Client(), other):
        assert asker.get(ASK).status_code == asker.post(ASK).status_code == 404
    rejected.refresh_from_db()
    assert rejected.status == Status.REJECTED


@pytest.mark.parametrize("state", ["pending", "approved", "spam", "removed", "withdrawn", "rule"])
def test_only_a_rejection_by_an_editor_is_asked_about(client, respond, ed, state):
    if state == "rule":
        Rule.objects.create(kind="words", pattern="canary", action="reject")
    respond(client, "CANARY")
    made = Comment.objects.get()
    if state in ("approved", "removed"):
        discussions.approve(made, by=ed)
    if state == "removed":
        discussions.remove(made, by=ed)
    if state == "spam":
        discussions.mark_spam(made, by=ed)
    if state == "withdrawn":
        client.post(f"{ADDRESS}comments/1/withdraw/")
    assert client.get(ASK).status_code == 404
    assert ASK not in text(client.get(ADDRESS))
    assert client.post(ASK).status_code == 409
    assert not AuditEntry.objects.filter(verb="ask_again").exists()


def test_after_thirty_days_it_is_too_late(client, rejected):
    later = timezone.now() + timedelta(days=31)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        sender = discussions.Sender(writer=rejected.submission.writer)
        with pytest.raises(discussions.NotYours):
            discussions.ask_again(rejected, sender)


def test_a_blocked_commenter_cannot_ask(client, rejected):
    writer = rejected.submission.writer
    Rule.objects.create(kind="commenter", pattern=writer, action="reject")
    answer = client.post(ASK)
    assert answer.status_code == 409
    assert "You can’t ask for another look at this comment." in text(answer)


def test_a_full_queue_refuses_and_keeps_the_note(client, rejected, settings):
    settings.QUEUE_MAX = 0
    answer = client.post(ASK, {"note": "It answers point 2"})
    assert answer.status_code == 429 and answer["Retry-After"]
    assert "It answers point 2" in text(answer)
    rejected.refresh_from_db()
    assert rejected.status == Status.REJECTED and rejected.submission.asked_at is None


def test_a_note_that_is_too_long_is_refused(client, rejected):
    answer = client.post(ASK, {"note": "x" * 201})
    assert answer.status_code == 422 and "x" * 201 in text(answer)


def test_the_page_is_private(client, rejected):
    answer = client.get(ASK)
    assert "private" in answer["Cache-Control"] and "no-store" in answer["Cache-Control"]
    assert "noindex" in text(answer)
