"""Author badges: recorded in the audit log, and undoable."""

import pytest
from django.urls import reverse

from commentary import discussions
from commentary.models import AuditEntry, Author, Byline, Comment, Discussion
from tests.conftest import Status, edition, keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(article) -> Author:
    """Author Ada, who wrote the article."""
    ada = Author.objects.create(name="Ada", slug="ada")
    Byline.objects.create(article=article, author=ada)
    return ada


def test_readers_see_a_badge_until_it_is_removed(client, article, comment, ada, ed):
    signed = comment("I wrote this.", name="Ada")
    page = article.get_absolute_url()
    tag = client.get(page)["ETag"]
    assert "Article author" not in client.get(page).content.decode()
    entry = discussions.confirm(signed, ada, ed, "she told us")
    assert (entry.verb, entry.actor, entry.reason) == ("confirm", ed, "she told us")
    seen = client.get(page, headers={"If-None-Match": tag})
    assert "Article author" in seen.content.decode()
    discussions.undo(entry, ed)
    seen = client.get(page, headers={"If-None-Match": seen["ETag"]})
    assert "Article author" not in seen.content.decode()


def test_a_matching_name_gets_no_badge(client, article, comment, ada):
    comment("I wrote this.", name="Ada")
    assert "Article author" not in client.get(article.get_absolute_url()).content.decode()


def test_confirming_twice_records_nothing(comment, ada, ed):
    signed = comment("I wrote this.")
    assert discussions.confirm(signed, None, ed) is None
    assert discussions.confirm(signed, ada, ed)
    assert discussions.confirm(signed, ada, ed) is None
    assert AuditEntry.objects.count() == 1


def test_undo_restores_the_previous_author(comment, ada, ed):
    bo = Author.objects.create(name="Bo", slug="bo")
    signed = comment("I wrote this.")
    discussions.confirm(signed, ada, ed)
    entry = discussions.confirm(signed, bo, ed)
    discussions.undo(entry, ed)
    assert Comment.objects.get().author == ada
    entry = discussions.confirm(signed, None, ed)
    assert entry.verb == "unconfirm"
    discussions.undo(entry, ed)
    assert Comment.objects.get().author == ada


def test_a_later_confirmation_prevents_an_undo_but_a_decision_does_not(comment, ada, ed, mo):
    signed = comment("I wrote this.")
    first = discussions.confirm(signed, ada, ed)
    discussions.remove(signed, by=mo)
    assert discussions.obstacles([first]) == {}
    discussions.confirm(signed, None, mo)
    with pytest.raises(discussions.AlreadyDecided, match="mo made a later decision"):
        discussions.undo(first, ed)


def test_a_deleted_author_is_not_restored(comment, ed):
    gone = Author.objects.create(name="Gone", slug="gone")
    signed = comment("I wrote this.")
    discussions.confirm(signed, gone, ed)
    entry = discussions.confirm(signed, None, ed)
    gone.delete()
    discussions.undo(entry, ed)
    assert Comment.objects.get().author is None


def test_a_pending_comments_badge_changes_no_public_page(comment, ada, ed):
    waiting = comment("I wrote this.", status=Status.PENDING)
    before = Discussion.objects.get().version
    discussions.confirm(waiting, ada, ed)
    assert Discussion.objects.get().version == before


def test_the_admin_form_uses_the_same_function(client, comment, ada, ed):
    client.force_login(ed)
    signed = comment("I wrote this.", name="Ada")
    form = {"name": "Ada", "body": "I wrote this.", "point": "", "dated_at_0": "", "dated_at_1": ""}
    address = reverse("admin:commentary_comment_change", args=[signed.pk])
    chosen = {"author": ada.pk, "edition": edition(client.get(address))}
    assert client.post(address, form | chosen).status_code == 302
    assert Comment.objects.get().author == ada
    assert AuditEntry.objects.get().verb == "confirm"
    queue = client.get(reverse("admin:commentary_queue"), {"state": "decided"})
    assert queue.status_code == 200
    undo = reverse("admin:commentary_auditentry_undo", args=[AuditEntry.objects.get().pk])
    assert "added the author badge of Ada to" in client.get(undo).content.decode()
    client.post(undo, {"confirmed": "yes", "_selected_action": keys(AuditEntry.objects.all())})
    assert Comment.objects.get().author is None
