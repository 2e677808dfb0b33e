"""Actions on objects that someone else has changed since the page was opened."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from commentary import discussions
from commentary.models import Article, Comment, Discussion
from tests.admin.test_editing import fields_of

pytestmark = pytest.mark.django_db
QUEUE = "/admin/moderation/"


def test_a_queue_button_refuses_a_closure_that_changed(client, mo, ed, threads):
    client.force_login(mo)
    page = client.get(QUEUE, {"item": str(threads[0].key)}).content.decode()
    value = re.search(rf'name="close" value="(comment:{threads[0].key}:[^"]+)"', page)[1]
    discussions.close(threads[0], by=ed)
    discussions.reopen(threads[0], by=ed)
    discussions.close(threads[0], by=ed, reason="Heated")
    answer = client.post(QUEUE, {"close": value, "why": "other"}, follow=True)
    assert "was closed or reopened after you opened the page" in answer.content.decode()
    assert Comment.objects.get(pk=threads[0].pk).closed_entry.reason == "Heated"


def test_the_list_refuses_to_unpublish_an_article_that_changed(client, ed, article):
    client.force_login(ed)
    address = reverse("admin:commentary_article_changelist")
    page = client.get(address).content.decode()
    edition = re.search(r'name="edition" value="([^"]+)"', page)[1]
    Article.objects.filter(pk=article.pk).update(title="Other")
    sent = {"action": "unpublish", "_selected_action": [article.pk], "edition": edition}
    answer = client.post(address, sent, follow=True)
    assert "1 was skipped: it was changed" in answer.content.decode()
    assert Article.objects.get().is_published


@pytest.mark.django_db(transaction=True)
def test_an_unsupported_database_lookup_is_a_bad_request(client, ed, article):
    client.force_login(ed)
    address = reverse("admin:commentary_article_changelist")
    assert client.get(address, {"pk__regex": "("}).status_code == 400


class TestWithoutAnEdition:
    """A form without an edition overwrites nothing."""

    @pytest.fixture
    def plain(self, ed, mo):
        """A client that sends only what a test passes, as a program would. Ed has all permissions."""
        client = Client()
        client.force_login(ed)
        return client

    def test_a_change_form_is_shown_again_with_the_current_version(self, plain, article):
        address = reverse("admin:commentary_article_change", args=[article.pk])
        form = fields_of(plain.get(address)) | {"title": "Unseen"}
        edition = form.pop("edition")
        refused = plain.post(address, form).content.decode()
        assert "doesn’t say which version it was made for" in refused
        assert 'value="Unseen"' in refused
        assert Article.objects.get().title == "Why bees dance"
        assert edition in refused
        assert plain.post(address, form | {"edition": edition}).status_code == 302
        assert Article.objects.get().title == "Unseen"

    def test_the_form_of_a_discussion_is_refused_too(self, plain, article):
        address = reverse("admin:commentary_discussion_change", args=[article.pk])
        assert plain.post(address, {"auto_close_days": "7"}).status_code == 200
        assert Discussion.objects.get().auto_close_days is None

    def test_an_action_of_a_list_skips_the_row(self, plain, article):
        address = reverse("admin:commentary_article_changelist")
        sent = {"action": "unpublish", "_selected_action": [article.pk]}
        assert "1 was skipped" in plain.post(address, sent, follow=True).content.decode()
        assert Article.objects.get().is_published

    def test_the_page_of_an_action_is_shown_again(self, plain, threads):
        address = reverse("admin:commentary_comment_remove", args=[threads[0].pk])
        answer = plain.post(address, {"reason": "x"})
        assert "This was changed after you opened the page" in answer.content.decode()
        assert Comment.objects.get(pk=threads[0].pk).status == Comment.Status.APPROVED

    @pytest.mark.parametrize("verb", ["close", "reopen"])
    def test_a_stale_button_of_the_queue_closes_and_reopens_nothing(self, plain, threads, verb):
        if verb == "reopen":
            discussions.close(threads[0], by="test")
        for value in (f"comment:{threads[0].key}", f"comment:{threads[0].key}:"):
            answer = plain.post(QUEUE, {verb: value, "why": "other"}, follow=True)
            assert "was closed or reopened after you opened the page" in answer.content.decode()
        assert Comment.objects.get(pk=threads[0].pk).is_closed == (verb == "reopen")
