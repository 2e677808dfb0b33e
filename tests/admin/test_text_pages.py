"""Editors write pages; every change keeps the earlier version."""

import pytest

from commentary.models import PageVersion, TextPage
from commentary.models.text_page import MAX_PAGES
from tests.conftest import edition

pytestmark = pytest.mark.django_db
LIST = "/admin/commentary/textpage/"


@pytest.fixture
def editor(client, ed):
    client.force_login(ed)
    return client


def add(client, **values):
    return client.post(
        f"{LIST}add/", {"title": "Imprint", "slug": "imprint", "position": 0} | values
    )


def change(client, page, **values):
    address = f"{LIST}{page.pk}/change/"
    sent = {"title": page.title, "text": page.text, "position": 0}
    return client.post(address, sent | {"edition": edition(client.get(address))} | values)


def test_a_page_is_added_and_published(editor):
    assert add(editor, text="*Us*", is_published="on", in_footer="on").status_code == 302
    assert editor.get("/pages/imprint/").status_code == 200
    assert TextPage.objects.get().text == "*Us*"


def test_every_change_keeps_the_earlier_version_with_who_made_it(editor, ed):
    add(editor, text="One")
    page = TextPage.objects.get()
    assert change(editor, page, text="Two").status_code == 302
    page.refresh_from_db()
    assert change(editor, page, is_published="on").status_code == 302  # no other words
    [kept] = PageVersion.objects.all()
    assert (kept.text, kept.editor) == ("One", ed)
    shown = editor.get(f"{LIST}{page.pk}/change/").content.decode()
    assert "<pre>One</pre>" in shown
    assert "Changed" in editor.get(f"{LIST}{page.pk}/history/").content.decode()


def test_its_slug_never_changes_and_it_is_never_deleted(editor):
    add(editor)
    page = TextPage.objects.get()
    change(editor, page, slug="other")
    page.refresh_from_db()
    assert page.slug == "imprint"
    assert editor.post(f"{LIST}{page.pk}/delete/").status_code == 403


def test_only_one_page_is_the_comment_policy(editor):
    add(editor, is_comment_policy="on")
    answer = add(editor, title="Other", slug="other", is_comment_policy="on")
    assert "Another page is the comment policy already." in answer.content.decode()


def test_their_number_is_limited(editor):
    TextPage.objects.bulk_create(TextPage(title=str(n), slug=f"p{n}") for n in range(MAX_PAGES))
    assert "pages already" in add(editor).content.decode()


def test_moderators_may_only_look(client, mo):
    client.force_login(mo)
    assert client.get(LIST).status_code == 200
    assert add(client).status_code == 403
