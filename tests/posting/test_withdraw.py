import pytest
from django.test import Client

from commentary import discussions
from commentary.discussions import tree
from commentary.models import Comment, Discussion, Submission
from tests.conftest import Status

pytestmark = pytest.mark.django_db
ADDRESS = "/articles/why-bees-dance/"
WITHDRAW = f"{ADDRESS}comments/1/withdraw/"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def sent(client, respond) -> Comment:
    """A pending comment sent by `client`."""
    respond(client, "CANARY", name="CANARYNAME")
    return Comment.objects.get()


def test_get_asks_for_confirmation_and_changes_nothing(client, sent):
    page = text(client.get(WITHDRAW))
    assert "CANARY" in page
    assert "Withdraw comment" in page
    sent.refresh_from_db()
    assert sent.status == Status.PENDING


def test_a_withdrawn_pending_comment_is_gone_for_its_commenter_too(client, sent):
    before = Client().get(ADDRESS)
    response = client.post(WITHDRAW)
    assert (response.status_code, response["Location"]) == (303, f"{ADDRESS}?sent=1#responses")
    page = text(client.get(response["Location"]))
    assert "Your comment has been withdrawn." in page
    assert "CANARY" not in page
    assert Client().get(f"{ADDRESS}comments/1/").status_code == 404
    assert Client().get(ADDRESS)["ETag"] == before["ETag"]
    assert Discussion.objects.get().pending_count == 0
    assert tree.check() == []


def test_a_withdrawn_public_comment_leaves_a_placeholder_for_its_replies(client, sent, comment):
    discussions.approve(sent, by="test")
    comment("A reply that stays", parent=sent)
    client.post(WITHDRAW)
    page = text(Client().get(ADDRESS))
    assert "Withdrawn by its writer on" in page
    assert "by an editor" not in page
    assert "A reply that stays" in page
    assert "CANARY" not in page
    gone = Client().get(f"{ADDRESS}comments/1/")
    assert gone.status_code == 410
    assert "Its writer withdrew it on" in text(gone)
    assert "CANARY" not in text(gone)


def test_after_the_window_a_public_comment_stays(client, sent):
    discussions.approve(sent, by="test")
    Submission.objects.update(created_at="2026-01-01T00:00Z")
    assert client.get(WITHDRAW).status_code == 404
    response = client.post(WITHDRAW)
    assert response.status_code == 409
    assert "You can no longer edit or withdraw this comment." in text(response)
    sent.refresh_from_db()
    assert sent.status == Status.APPROVED


def test_withdrawing_twice_withdraws_once(client, sent):
    client.post(WITHDRAW)
    assert client.post(WITHDRAW).status_code == 409
    assert sent.audit_entries.filter(verb="withdraw").count() == 1


def test_for_everyone_else_the_page_is_a_404(respond, sent, mo):
    editor, other = Client(), Client()
    editor.force_login(mo)
    respond(other, "Another")
    for stranger in (Client(), editor, other):
        assert stranger.get(WITHDRAW).status_code == 404
        assert stranger.post(WITHDRAW).status_code == 404
    sent.refresh_from_db()
    assert sent.status == Status.PENDING


def test_a_token_is_required_and_other_methods_are_refused(client, sent):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(WITHDRAW).status_code == 403
    assert client.put(WITHDRAW).status_code == client.delete(WITHDRAW).status_code == 405
