import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commentary import discussions
from commentary.discussions import revisions
from commentary.models import AuditEntry, Comment, Discussion, Revision, Rule, Submission
from tests.conftest import Status

pytestmark = pytest.mark.django_db
ADDRESS = "/articles/why-bees-dance/"
EDIT = f"{ADDRESS}comments/1/edit/"
NEW = {"body": "Better words", "name": "Ann"}


def text(response) -> str:
    return response.content.decode()


def send(client, data: dict[str, str], number: int = 1):
    """Submit the form of comment `number`, made for its current version."""
    current = revisions.edition(Comment.objects.get(number=number))
    return client.post(EDIT.replace("1", str(number)), {"edition": current} | data)


@pytest.fixture
def sent(client, respond) -> Comment:
    """A pending comment sent by `client`."""
    respond(client, "First words")
    return Comment.objects.get()


def test_a_commenter_can_edit_their_comment(client, sent):
    page = text(client.get(EDIT))
    assert "First words</textarea>" in page
    response = send(client, NEW)
    assert (response.status_code, response["Location"]) == (303, f"{ADDRESS}?sent=1#comment-1")
    sent.refresh_from_db()
    assert (sent.body, sent.name, sent.status) == ("Better words", "Ann", Status.PENDING)
    assert Revision.objects.get().body == "First words"
    assert "Your comment is awaiting moderation." in text(client.get(response["Location"]))


def test_an_edited_public_comment_is_marked_for_everyone(client, sent, no_rules):
    discussions.approve(sent, by="test")
    assert "edited" not in text(Client().get(ADDRESS))
    send(client, NEW)
    page = text(Client().get(ADDRESS))
    assert "Better words" in page
    assert "<span>edited <time" in page
    assert "First words" not in page


def test_an_edit_held_by_a_rule_takes_the_comment_off_the_page(client, sent):
    discussions.approve(sent, by="test")
    Rule.objects.create(kind=Rule.Kind.WORDS, pattern="better")
    send(client, NEW)
    assert "words" not in text(Client().get(ADDRESS)).split("responses-title")[1]
    assert "Awaiting moderation" in text(client.get(ADDRESS))
    assert Discussion.objects.get().approved_count == 0


def test_editing_a_pending_comment_changes_nothing_for_others(client, sent):
    before = Client().get(ADDRESS)
    send(client, NEW)
    after = Client().get(ADDRESS)
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])


def test_errors_keep_the_typed_text(client, sent):
    response = send(client, {"body": " ", "name": "admin"})
    page = text(response)
    assert response.status_code == 422
    assert "<title>Error: " in page
    assert '<a href="#edit-body">Write a response before posting</a>' in page
    assert 'value="admin"' in page


def test_after_the_window_an_edit_is_refused_and_the_text_kept(client, sent):
    discussions.approve(sent, by="test")
    Submission.objects.update(created_at="2026-01-01T00:00Z")
    assert client.get(EDIT).status_code == 404
    response = send(client, NEW)
    assert response.status_code == 409
    assert "You can no longer edit or withdraw this comment." in text(response)
    assert "Better words</textarea>" in text(response)
    sent.refresh_from_db()
    assert sent.body == "First words"


def test_a_pending_comment_can_be_changed_while_it_is_pending(client, sent):
    Submission.objects.update(created_at="2026-01-01T00:00Z")
    assert send(client, NEW).status_code == 303


@pytest.mark.parametrize("verb", ["reject", "mark_spam", "remove"])
def test_a_rejected_comment_cannot_be_changed(client, sent, verb):
    if verb == "remove":
        discussions.approve(sent, by="test")
    getattr(discussions, verb)(sent, by="test")
    assert client.get(EDIT).status_code == 404
    assert send(client, NEW).status_code == 409


def test_for_everyone_else_the_page_is_a_404(respond, sent, mo):
    editor, other, forger = Client(), Client(), Client()
    editor.force_login(mo)
    respond(other, "Another")
    forger.cookies["commentary_writer"] = "made-up:1vabcd:signature"
    missing = Client().get(f"{ADDRESS}comments/99/edit/").content
    for stranger in (Client(), editor, other, forger):
        for response in (stranger.get(EDIT), send(stranger, NEW)):
            assert response.status_code == 404
            assert b"First words" not in response.content
    assert Client().get(EDIT).content == missing
    sent.refresh_from_db()
    assert sent.body == "First words"


@pytest.mark.parametrize("number", ["0", "2", "2147483648", "9" * 30])
def test_an_unused_number_is_a_404(client, sent, number):
    assert client.get(f"{ADDRESS}comments/{number}/edit/").status_code == 404


def test_a_token_is_required_and_other_methods_are_refused(client, sent):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert send(strict, NEW).status_code == 403
    assert client.put(EDIT).status_code == client.delete(EDIT).status_code == 405


def test_additional_fields_change_nothing(client, sent):
    send(client, NEW | {"status": "approved", "number": "9", "parent": "1", "point": "3"})
    sent.refresh_from_db()
    assert (sent.status, sent.number, sent.parent) == (Status.PENDING, 1, None)
    assert not sent.point_links.exists()


def test_the_page_is_not_cached(client, sent):
    response = client.get(EDIT)
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


class TestLimit:
    def test_edits_above_the_limit_are_refused_with_the_text_kept(self, client, sent, settings):
        settings.POSTS_PER_HOUR = 5
        answers = [send(client, {"body": f"Words {i}", "name": "Ann"}) for i in range(15)]
        assert [answer.status_code for answer in answers] == [303] * 5 + [429] * 10
        assert answers[-1]["Retry-After"] == "3600"
        assert "Words 14</textarea>" in text(answers[-1])
        assert Revision.objects.count() == 5
        assert AuditEntry.objects.filter(verb="edit").count() == 5

    def test_the_limit_counts_all_comments_of_one_writer_only(
        self, client, sent, respond, settings
    ):
        settings.POSTS_PER_HOUR = 3
        respond(client, "Second words")
        other = Client()
        respond(other, "Words of somebody else", name="Bo")
        for number in (1, 2, 1, 2):
            send(client, {"body": f"{Revision.objects.count()}"}, number)
        assert Revision.objects.count() == 3
        answer = send(other, {"body": "Other words", "name": "Bo"}, 3)
        assert answer.status_code == 303

    def test_the_number_of_revisions_of_a_comment_is_limited(self, client, sent, settings):
        settings.EDITS_PER_COMMENT = 2
        answers = [send(client, {"body": f"Words {i}"}).status_code for i in range(3)]
        assert answers == [303, 303, 409]
        client.post(EDIT.replace("edit", "withdraw"))
        sent.refresh_from_db()
        assert sent.status == Status.REJECTED

    def test_an_edit_that_changes_nothing_is_not_recorded(self, client, sent):
        for _ in range(5):
            assert send(client, {"body": "First words", "name": ""}).status_code == 303
        assert not Revision.objects.exists()
        assert not AuditEntry.objects.filter(verb="edit").exists()

    def test_a_flood_of_edits_is_refused_without_locking_the_discussion(
        self, client, sent, settings
    ):
        settings.POSTS_PER_HOUR = 1
        with CaptureQueriesContext(connection) as accepted:
            assert send(client, NEW).status_code == 303
        with CaptureQueriesContext(connection) as refused:
            assert send(client, {"body": "Even better words"}).status_code == 429
        assert "last_number = " in str(accepted.captured_queries)
        assert "last_number = " not in str(refused.captured_queries)
        assert send(client, NEW).status_code == 303  # the same text again is not an edit

    def test_a_full_queue_refuses_edits_without_locking_the_discussion(
        self, client, sent, settings
    ):
        discussions.approve(sent, by="test")
        Rule.objects.create(kind=Rule.Kind.WORDS, pattern="better")
        settings.QUEUE_MAX = 0
        with CaptureQueriesContext(connection) as refused:
            assert send(client, NEW).status_code == 429
        assert "last_number = " not in str(refused.captured_queries)

    def test_an_edit_is_refused_if_the_queue_is_full(self, client, sent, settings):
        discussions.approve(sent, by="test")
        Rule.objects.create(kind=Rule.Kind.WORDS, pattern="better")
        settings.QUEUE_MAX = 0
        assert send(client, NEW).status_code == 429
        sent.refresh_from_db()
        assert (sent.body, sent.status) == ("First words", Status.APPROVED)


def test_an_edit_does_not_revert_an_editors_correction(client, sent, ed):
    page = text(client.get(EDIT))
    seen = re.search('name="edition" value="([^"]*)"', page)[1]
    discussions.correct(sent, ed, "", "Corrected words")
    refused = send(client, NEW | {"edition": seen})
    assert refused.status_code == 409
    assert "The text was changed after you opened this page. Check it and try again." in text(
        refused
    )
    assert "Better words</textarea>" in text(refused)
    assert "Corrected words</textarea>" in text(refused)
    sent.refresh_from_db()
    assert sent.body == "Corrected words"
    now = re.search('name="edition" value="([^"]*)"', text(refused))[1]
    assert send(client, NEW | {"edition": now}).status_code == 303
    sent.refresh_from_db()
    assert sent.body == "Better words"


@pytest.mark.parametrize("edition", [{}, {"edition": ""}, {"edition": "made up"}])
def test_a_form_without_a_version_overwrites_nothing(client, sent, edition):
    """Nobody can tell what its sender saw: both versions are shown, and nothing is stored."""
    refused = client.post(EDIT, NEW | edition)
    assert refused.status_code == 409
    assert "Better words</textarea>" in text(refused)
    assert "First words</textarea>" in text(refused)
    sent.refresh_from_db()
    assert sent.body == "First words"
    assert not Revision.objects.exists()
    now = re.search('name="edition" value="([^"]*)"', text(refused))[1]
    assert client.post(EDIT, NEW | {"edition": now}).status_code == 303


def test_an_invalid_form_gets_no_newer_version_than_its_sender_saw(client, sent, ed):
    seen = re.search('name="edition" value="([^"]*)"', text(client.get(EDIT)))[1]
    discussions.correct(sent, ed, "", "Corrected words")
    for edition in (seen, ""):
        invalid = client.post(EDIT, {"body": " ", "edition": edition})
        assert invalid.status_code == 422
        assert f'name="edition" value="{edition}"' in text(invalid)


def test_a_decision_meanwhile_does_not_prevent_an_edit(client, sent):
    seen = re.search('name="edition" value="([^"]*)"', text(client.get(EDIT)))[1]
    discussions.approve(sent, by="test")
    assert send(client, NEW | {"edition": seen}).status_code == 303
