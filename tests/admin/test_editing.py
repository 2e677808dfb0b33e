"""Nobody overwrites, or decides on, changes they have not seen."""

import re
from html import unescape

import lxml.html
import pytest
from django.test import Client

from commentary import discussions
from commentary.discussions import Sender, corrections
from commentary.discussions.editions import changed, edition_of
from commentary.models import Article, Author, Byline, Comment, Discussion, Rule
from tests.conftest import edition

pytestmark = pytest.mark.django_db
S = Comment.Status
ANN = Sender(writer="ann", network="net-a")


def fields_of(page) -> dict[str, str]:
    """The data that a browser would submit with the main form of an admin page."""
    forms = lxml.html.fromstring(page.content.decode()).forms
    (form,) = (form for form in forms if "edition" in form.fields and "parent" not in form.fields)
    return dict(form.form_values())


def text(page) -> str:
    return unescape(page.content.decode())


def test_an_edition_shows_which_values_changed():
    seen = edition_of({"name": "Ann", "text": "a"})
    assert list(changed({"name": "Ann", "text": "a"}, seen)) == []
    assert list(changed({"name": "Ann", "text": "b"}, seen)) == ["text"]
    assert list(changed({"name": "Bo", "text": "b"}, "torn")) == ["name", "text"]


class TestForms:
    def test_a_correction_does_not_revert_an_edit_by_the_commenter(self, as_ed, article, no_rules):
        comment = discussions.submit(article.pk, None, "Frist words", ANN, "key", name="Ann")
        address = f"/admin/commentary/comment/{comment.key}/change/"
        sent = fields_of(as_ed.get(address)) | {"body": "First words"}
        discussions.edit_comment(comment, ANN, "Frist words, and more", "Ann")
        page = as_ed.post(address, sent)
        assert "changed while you were editing" in text(page)
        assert ">\nFirst words</textarea>" in text(page)
        assert 'readonly dir="auto">Frist words, and more</textarea>' in text(page)
        comment.refresh_from_db()
        assert comment.body == "Frist words, and more"
        # Submitting again confirms it.
        as_ed.post(address, sent | {"edition": fields_of(page)["edition"]})
        comment.refresh_from_db()
        assert comment.body == "First words"

    def test_two_editors_of_one_article_see_each_others_changes(self, as_ed, article, ed):
        address = f"/admin/commentary/article/{article.pk}/change/"
        other = Client()
        other.force_login(ed)
        mine, theirs = fields_of(as_ed.get(address)), fields_of(other.get(address))
        assert as_ed.post(address, mine | {"body": "One"}).status_code == 302
        page = other.post(address, theirs | {"body": "Two"})
        assert ">\nTwo</textarea>" in text(page) and ">One</textarea>" in text(page)
        assert Article.objects.get().body == "One"
        assert other.post(address, theirs | {"body": "Two", "edition": edition(page)[0]})
        assert Article.objects.get().body == "Two"

    def test_the_byline_is_part_of_an_articles_edition(self, as_ed, article):
        address = f"/admin/commentary/article/{article.pk}/change/"
        sent = fields_of(as_ed.get(address))
        Byline.objects.create(article=article, author=Author.objects.create(name="Mo", slug="mo"))
        assert ">Mo (0)</textarea>" in text(as_ed.post(address, sent))

    @pytest.mark.parametrize("model", ["discussion", "author", "rule"])
    def test_settings_rules_and_authors_are_not_overwritten_either(self, as_ed, article, model):
        pk, change, field, mine = {
            "discussion": (
                article.pk,
                lambda: Discussion.objects.update(auto_close_days=7),
                "auto_close_days",
                "9",
            ),
            "author": (
                Author.objects.create(name="Ann", slug="ann").pk,
                lambda: Author.objects.update(name="Anne"),
                "name",
                "Anna",
            ),
            "rule": (
                Rule.objects.create(kind="words", pattern="one").pk,
                lambda: Rule.objects.filter(kind="words").update(pattern="one\ntwo"),
                "pattern",
                "three",
            ),
        }[model]
        address = f"/admin/commentary/{model}/{pk}/change/"
        sent = fields_of(as_ed.get(address)) | {field: mine, "_save": "1"}
        change()
        page = as_ed.post(address, sent)
        assert page.status_code == 200
        assert "changed while you were editing" in text(page)
        assert len(re.findall("<textarea[^>]* readonly", text(page))) == 1
        assert page.context["adminform"].form[field].value() == mine

    def test_a_form_without_conflicting_changes_is_saved(self, as_ed, article):
        address = f"/admin/commentary/discussion/{article.pk}/change/"
        sent = fields_of(as_ed.get(address))
        assert as_ed.post(address, sent | {"auto_close_days": "9"}).status_code == 302
        assert Discussion.objects.get().auto_close_days == 9


class TestActs:
    def test_a_text_that_changed_is_not_approved_unseen(self, as_ed, article):
        comment = discussions.submit(article.pk, None, "Harmless", ANN, "key")
        address = f"/admin/commentary/comment/{comment.key}/approve/"
        page = as_ed.get(address)
        assert "Harmless" in text(page)
        discussions.edit_comment(comment, ANN, "Buy https://evil.example", "")
        again = as_ed.post(address, {"reason": "Fine", "edition": edition(page)})
        assert "changed after you opened the page" in text(again)
        assert "Buy https://evil.example" in text(again) and 'value="Fine"' in text(again)
        assert '<a href="https://evil' not in text(again)
        comment.refresh_from_db()
        assert comment.status == S.PENDING
        as_ed.post(address, {"reason": "Fine", "edition": edition(again)})
        comment.refresh_from_db()
        assert comment.status == S.APPROVED

    def test_selected_comments_are_shown_with_their_text_and_decided_as_seen(self, as_ed, article):
        one, two = (
            discussions.submit(article.pk, None, words, ANN, words) for words in ("One", "Two")
        )
        chosen = {"action": "approve", "_selected_action": [one.key, two.key]}
        listed = "/admin/commentary/comment/"
        page = as_ed.post(listed, chosen)
        assert "One" in text(page) and "Two" in text(page)
        discussions.edit_comment(two, ANN, "Other words", "")
        again = as_ed.post(listed, chosen | {"confirmed": "1", "edition": edition(page)})
        assert "Other words" in text(again)
        assert not Comment.objects.approved().exists()
        as_ed.post(listed, chosen | {"confirmed": "1", "edition": edition(again)})
        assert Comment.objects.approved().count() == 2

    @pytest.mark.parametrize("model", ["discussion", "article"])
    def test_a_closure_by_someone_else_is_not_reopened_unseen(self, as_ed, article, mo, model):
        discussion = article.discussion
        discussions.close(discussion, by="test")
        address = f"/admin/commentary/{model}/{article.pk}/reopen/"
        page = as_ed.get(address)
        discussions.reopen(discussion, by=mo)
        discussions.close(discussion, by=mo, reason="Threats")
        again = as_ed.post(address, {"edition": edition(page)})
        assert "changed after you opened the page" in text(again)
        assert Discussion.objects.get().is_closed

    def test_restoring_the_source_does_not_overwrite_unseen_changes(self, article, ed):
        made = discussions.import_comments(article.pk, [Comment(body="Source", name="Bo")], [None])[
            0
        ]
        seen = edition_of({"name": "Bo", "body": "Source"})
        discussions.correct(made, ed, "Bo", "Corrected")
        with pytest.raises(discussions.Stale):
            corrections._reword("restore", made, ("Bo", "Source"), ed, "", seen)
        made.refresh_from_db()
        assert made.body == "Corrected"
