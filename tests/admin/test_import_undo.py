"""The pages on which editors undo and redo an import run."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from commentary import discussions
from commentary.admin import import_undo
from commentary.models import Article, Comment, ImportRun
from tests.importing.exports import wxr, wxr_comment, wxr_item
from tests.importing.test_undo_run import bring, comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(db) -> ImportRun:
    return bring(wxr(wxr_item(wxr_comment(1), wxr_comment(2)), wxr_item(number=11)))


@pytest.fixture
def editor(client, ed):
    client.force_login(ed)
    return client


def page_of(run: ImportRun) -> str:
    return reverse("admin:commentary_importrun_change", args=[run.pk])


def undo_page_of(run: ImportRun) -> str:
    return reverse("admin:commentary_importrun_undo", args=[run.pk])


def test_an_editor_undoes_and_redoes_a_run(editor, run, ed):
    assert undo_page_of(run) in editor.get(page_of(run)).text
    page = editor.get(undo_page_of(run))
    assert "Undo this import" in page.text
    assert page.context["plan"].articles == 2
    answer = editor.post(undo_page_of(run), {"act": "undo"}, follow=True)
    assert answer.redirect_chain == [(page_of(run), 303)]
    assert "Import undone." in answer.text
    assert "Redo this import" in answer.text
    assert not Article.objects.exists()
    run.refresh_from_db()
    assert run.reversals[0]["by"] == "ed"
    assert LogEntry.objects.get().object_id == str(run.pk)
    assert "Redo this import" in editor.get(undo_page_of(run)).text
    assert Comment.objects.count() == 0
    answer = editor.post(undo_page_of(run), {"act": "redo"}, follow=True)
    assert "Import redone." in answer.text
    assert Comment.objects.count() == 2


def test_what_is_kept_is_listed_first_with_links(editor, run, ed):
    discussions.remove(comment(2), by=ed)
    discussions.import_comments(
        comment(1).discussion_id, [Comment(body="A")], [comment(1)], ["approved"]
    )
    page = editor.get(undo_page_of(run)).text
    first, second = (comment(key).get_absolute_url() for key in (1, 2))
    assert page.index("2 exceptions are kept") < page.index(first) < page.index(second)
    assert page.index(second) < page.index("What the undo does")
    assert "answered here" in page
    assert "decided here" in page


def test_a_page_that_was_loaded_before_the_undo_does_not_redo_it(editor, run):
    editor.post(undo_page_of(run), {"act": "undo"})
    editor.post(undo_page_of(run), {"act": "undo"})
    assert not Article.objects.exists()


def test_a_long_undo_is_continued(editor, run, monkeypatch):
    monkeypatch.setattr(import_undo, "SECONDS", -1.0)
    answer = editor.post(undo_page_of(run), {"act": "undo"}, follow=True)
    assert "Not finished: 2 articles left." in answer.text
    assert "Continue" in answer.text
    monkeypatch.undo()
    editor.post(undo_page_of(run), {"act": "undo"})
    assert not Article.objects.exists()


def test_an_article_with_too_many_comments_needs_the_command(editor, run, monkeypatch):
    monkeypatch.setattr(import_undo, "MAX_COMMENTS", 1)
    assert f"manage.py undo_import {run.pk}</code>" in editor.get(undo_page_of(run)).text
    editor.post(undo_page_of(run), {"act": "undo"})
    assert Article.objects.count() == 2
    monkeypatch.setattr(import_undo, "MAX_OF_RUN", 1)
    assert "--dry-run" in editor.get(undo_page_of(run)).text


def test_a_run_without_a_record_can_not_be_undone(editor, run):
    ImportRun.objects.update(undo_state="unrecorded")
    assert "Undo this import" not in editor.get(page_of(run)).text
    answer = editor.get(undo_page_of(run), follow=True)
    assert "earlier version" in answer.text


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_moderator_can_not_undo_imports(client, mo, run, method):
    client.force_login(mo)
    assert undo_page_of(run) not in client.get(page_of(run)).text
    assert getattr(client, method)(undo_page_of(run), {"act": "undo"}).status_code == 403
    assert Article.objects.count() == 2


def test_a_visitor_signs_in_first(client, run):
    assert client.post(undo_page_of(run), {"act": "undo"}).status_code == 302
    assert Article.objects.count() == 2


def test_the_pages_of_an_undone_run_and_its_source_can_be_read(editor, run):
    editor.post(undo_page_of(run), {"act": "undo"})
    source = reverse("admin:commentary_source_lines", args=[run.source_id])
    for page in (page_of(run), source, reverse("admin:commentary_importrun_changelist")):
        assert editor.get(page).status_code == 200
    assert "undone" in editor.get(reverse("admin:commentary_importrun_changelist")).text
