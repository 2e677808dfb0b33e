"""Actions on objects that someone else has changed since the page was opened."""

import re

import pytest
from django.urls import reverse

from commentary import discussions
from commentary.models import Article, Comment

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
