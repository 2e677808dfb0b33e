"""The pages on which names are merged and discussions joined."""

import re

import pytest
from django.urls import reverse

from commentary import discussions
from commentary.models import AuditEntry, Comment
from tests.conftest import drawing, make_article

pytestmark = pytest.mark.django_db
NAMES = "/admin/names/"


def text_of(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_merge_of_names_is_previewed_first(as_ed, comment):
    comment("First.", name="J. Smith")
    comment("Second.", name="John Smith")
    asked = {"old": "J. Smith", "new": "John Smith", "reason": "one person"}
    page = text_of(as_ed.get(NAMES, asked))
    assert "1 comment gets the name “John Smith”" in page
    assert "1 comment has this name already." in page
    assert Comment.objects.filter(name="J. Smith").exists()
    done = as_ed.post(f"{NAMES}?old=J.+Smith&new=John+Smith&reason=one+person", follow=True)
    assert "1 comment renamed." in text_of(done)
    batch = AuditEntry.objects.get(verb="correct").batch
    assert f"of_batch={batch}" in text_of(done)
    assert not Comment.objects.filter(name="J. Smith").exists()


def test_names_that_nobody_uses_and_empty_ones_are_explained(as_ed):
    assert "No comments are signed “Nobody”" in text_of(
        as_ed.get(NAMES, {"old": "Nobody", "new": "A"})
    )
    page = text_of(as_ed.get(NAMES, {"old": "anonymous 3", "new": "A"}))
    assert "Comments without one can’t be merged." in page


def test_a_merge_out_of_time_is_continued_from_the_page(as_ed, comment, monkeypatch):
    monkeypatch.setattr(discussions.renaming, "AT_ONCE", 1)
    monkeypatch.setattr(discussions.renaming, "monotonic", iter(range(0, 9999, 10)).__next__)
    for _ in range(2):
        comment("Said.", name="J. Smith")
    address = f"{NAMES}?old=J.+Smith&new=John&reason="
    assert as_ed.post(address)["Location"] == address
    page = text_of(as_ed.get(address))
    assert "Not all comments are renamed yet." in page and "1 comment gets the name" in page


def test_the_discussion_of_an_article_is_joined_with_another(as_ed, article, threads):
    other = make_article("Why bees dance, again", slug="again")
    change = as_ed.get(reverse("admin:commentary_article_change", args=[article.pk]))
    here = f"/admin/join/?of={article.pk}"
    assert here in text_of(change)
    assert "6 approved comments move." in text_of(as_ed.get(here))
    page = text_of(as_ed.post(here, {"article": "again", "reason": "imported twice"}))
    assert "The comments of “Why bees dance” move to “Why bees dance, again”" in page
    assert drawing(other) == ""
    asked = {"article": "again", "reason": "imported twice", "confirm": "1"}
    page = text_of(as_ed.post(here, asked, follow=True))
    assert "6 comments moved." in page and "Undo in the audit log" in page
    assert drawing(other) == "1\n  2\n  3\n    4\n5\n6"
    assert "This discussion has no approved comments." in text_of(
        as_ed.post(here, asked, follow=True)
    )


@pytest.mark.parametrize("name", ["nowhere", "Why bees dance", ""])
def test_a_discussion_is_joined_only_with_another_one(as_ed, article, threads, name):
    page = text_of(as_ed.post(f"/admin/join/?of={article.pk}", {"article": name, "confirm": "1"}))
    assert "errorlist" in page
    assert drawing(article) == "1\n  2\n  3\n    4\n5\n6"


def test_only_editors_may_merge_and_join(as_mo, article):
    for address in (NAMES, f"/admin/join/?of={article.pk}"):
        assert as_mo.get(address).status_code == 403


@pytest.mark.parametrize("key", ["", "x", "0", "9" * 30])
def test_a_discussion_that_does_not_exist_leads_to_the_list_of_articles(as_ed, key):
    response = as_ed.get(f"/admin/join/?of={key}")
    assert (response.status_code, response["Location"]) == (302, "/admin/commentary/article/")
