"""The languages of texts in the admin: their own, or that of the article."""

import re

import pytest
from django.urls import reverse

from commentary import discussions
from commentary.models import Comment
from tests.conftest import Status, make_article, member

pytestmark = pytest.mark.django_db
LANG = re.compile(r'dir="auto"(?: lang="([^"]+)")?[^>]*>(?:<p>)?(Ein|Une|Words)')


@pytest.fixture
def as_ed(client):
    client.force_login(member("ed", "Editor"))
    return client


@pytest.fixture
def waiting(db) -> list[Comment]:
    article = make_article("Häuser", slug="houses", body="1. Ein Haus.", language="de")
    rows = [
        Comment(body="Ein Wort."),
        Comment(body="Une parole.", language="fr"),
        Comment(body="Words.", language="en"),
    ]
    states = [Status.APPROVED, Status.PENDING, Status.PENDING]
    return discussions.import_comments(article.pk, rows, [None, 0, 0], states)


def languages(page) -> set[tuple[str, str]]:
    return set(LANG.findall(page.content.decode()))


def test_the_queue_states_the_languages_of_texts(as_ed, waiting):
    shown = languages(as_ed.get(reverse("admin:commentary_queue"), {"item": str(waiting[1].key)}))
    assert shown == {("de", "Ein"), ("fr", "Une"), ("", "Words")}  # the page is in English


def test_the_overview_states_them(as_ed, waiting):
    assert languages(as_ed.get(reverse("admin:index"))) >= {("fr", "Une"), ("", "Words")}


def test_a_decision_is_asked_for_with_them(as_ed, waiting):
    address = reverse("admin:commentary_comment_remove", args=[waiting[0].key])
    assert languages(as_ed.get(address)) == {("de", "Ein")}


def test_in_the_language_of_an_editor_only_others_are_stated(as_ed, waiting, settings):
    settings.LANGUAGE_CODE = "fr"
    shown = languages(as_ed.get(reverse("admin:commentary_queue"), {"item": str(waiting[1].key)}))
    assert shown == {("de", "Ein"), ("", "Une"), ("en", "Words")}
