"""Lists of the admin end after some thousand rows."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commentary.admin import paging
from commentary.admin.paging import LimitedPaginator
from commentary.models import Comment, SavedText, Webhook
from tests.conftest import member

pytestmark = pytest.mark.django_db
LIST = "admin:commentary_comment_changelist"
NOTE = "Only the first 3 are listed."


@pytest.fixture
def as_ed(client):
    client.force_login(member("ed", "Editor"))
    return client


def test_a_list_counts_and_shows_only_the_first_rows(as_ed, comment, monkeypatch):
    for number in range(1, 6):
        comment(f"Comment {number}")
    assert NOTE not in as_ed.get(reverse(LIST)).content.decode()
    monkeypatch.setattr(paging, "MOST_ROWS", 3)
    monkeypatch.setattr(admin.site.get_model_admin(Comment), "list_per_page", 2)
    with CaptureQueriesContext(connection) as queries:
        pages = [as_ed.get(reverse(LIST), {"p": number}) for number in (1, 2)]
    shown = [[row.number for row in page.context["cl"].result_list] for page in pages]
    assert shown == [[5, 4], [3]]
    page = pages[0]
    assert NOTE in page.content.decode()
    about_comments = [
        query["sql"]
        for query in queries
        if "SELECT COUNT" in query["sql"] and "comment" in query["sql"]
    ]
    assert about_comments
    for statement in about_comments:
        assert re.search(r"LIMIT 3\b", statement), statement


def test_rows_further_on_are_found_by_a_search(as_ed, comment, monkeypatch):
    comment("The one about bees")
    for number in range(5):
        comment(f"Comment {number}")
    monkeypatch.setattr(paging, "MOST_ROWS", 3)
    page = as_ed.get(reverse(LIST), {"q": "bees"})
    assert [row.body for row in page.context["cl"].result_list] == ["The one about bees"]


def test_a_page_beyond_the_end_leads_to_the_first(as_ed, comment):
    comment("One")
    page = as_ed.get(reverse(LIST), {"p": "5000"}, follow=True)
    assert page.status_code == 200
    assert [row.body for row in page.context["cl"].result_list] == ["One"]


def test_no_list_of_rows_that_grow_with_the_archive_counts_all():
    allowed = {SavedText, Webhook}  # as many as people type
    others = {
        model
        for model, page in admin.site._registry.items()
        if model._meta.app_label == "commentary" and page.paginator is not LimitedPaginator
    }
    assert others == allowed
