"""The versions of a comment: what was changed by whom, and a way back."""

import pytest
from django.urls import reverse

from commentary import discussions
from commentary.models import AuditEntry, Comment
from tests.conftest import edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def corrected(comment, ed):
    """A comment that was corrected twice."""
    made = comment("Bees danse", name="Ann")
    discussions.correct(made, ed, "Ann", "Bees dance", "a typo")
    discussions.correct(made, ed, "Ann", "Wasps dance")
    return Comment.objects.get(pk=made.pk)


@pytest.fixture
def page(corrected):
    return reverse("admin:commentary_comment_versions", args=[corrected.key])


def test_all_versions_are_shown_with_their_changes(client, ed, page):
    client.force_login(ed)
    answer = client.get(page)
    text = answer.content.decode()
    versions = answer.context["versions"]
    assert [version.revision.body for version in versions] == ["Bees dance", "Bees danse"]
    assert all(version.change.entry.actor_name == "ed" for version in versions)
    for word in ("danse", "Wasps"):
        assert word in text


def test_any_version_can_be_restored(client, ed, page, corrected):
    client.force_login(ed)
    first = corrected.revisions.order_by("pk").first()
    seen = edition(client.get(page))[0]
    answer = client.post(page, {"restore": first.pk, "edition": seen, "reason": "as it was"})
    assert answer.status_code == 303
    corrected.refresh_from_db()
    assert (corrected.body, corrected.edited_by_editor) == ("Bees danse", True)
    entry = AuditEntry.objects.first()
    assert (entry.verb, entry.reason) == ("correct", "as it was")
    discussions.undo(entry, by=ed)
    assert Comment.objects.get(pk=corrected.pk).body == "Wasps dance"


def test_a_stale_page_restores_nothing(client, ed, page, corrected):
    client.force_login(ed)
    seen = edition(client.get(page))[0]
    discussions.correct(corrected, ed, "Ann", "Hornets dance")
    first = corrected.revisions.order_by("pk").first()
    for value in (seen, ""):
        client.post(page, {"restore": first.pk, "edition": value})
        assert Comment.objects.get(pk=corrected.pk).body == "Hornets dance"


def test_a_version_of_another_comment_is_refused(client, ed, page, corrected, comment):
    client.force_login(ed)
    other = comment("Other words")
    discussions.correct(other, ed, "", "More words")
    seen = edition(client.get(page))[0]
    foreign = other.revisions.get().pk
    for value in (foreign, "x", ""):
        assert client.post(page, {"restore": value, "edition": seen}).status_code == 400


def test_moderators_see_the_versions_and_restore_none(client, mo, page, corrected):
    client.force_login(mo)
    assert "Restore this version" not in client.get(page).content.decode()
    first = corrected.revisions.order_by("pk").first()
    assert client.post(page, {"restore": first.pk, "edition": "x"}).status_code == 403


def test_the_page_of_a_comment_links_to_its_versions(client, ed, page, corrected, comment):
    client.force_login(ed)
    change = "admin:commentary_comment_change"
    assert page in client.get(reverse(change, args=[corrected.key])).content.decode()
    other = comment("Never edited")
    assert "versions/" not in client.get(reverse(change, args=[other.key])).content.decode()
