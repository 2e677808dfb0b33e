"""Readers see which comments an editor changed."""

import pytest
from django.test import Client

from commentary import discussions
from commentary.discussions import Sender
from commentary.models import AuditEntry, Comment
from tests.discussions.test_verification import tampering

pytestmark = pytest.mark.django_db
ARTICLE = "/articles/why-bees-dance/"
MARK, BY_WRITER = "<span>edited by an editor <time", "<span>edited <time"


def pages() -> tuple[str, str, bool]:
    """Return the article, the history of comment 1 and what the API says about it."""
    client = Client()
    api = client.get(f"{ARTICLE}comments/1.json").json()
    history = client.get(f"{ARTICLE}comments/1/history/").content.decode()
    return client.get(ARTICLE).content.decode(), history, api["edited_by_editor"]


@pytest.fixture
def written(article, no_rules):
    """A comment written here, which its writer has edited."""
    sender = Sender(writer="ann", network="n")
    made = discussions.submit(article.pk, None, "Bees danse", sender, "key", "Ann")
    discussions.edit_comment(made, sender, "Bees danse round", "Ann")
    return Comment.objects.get(pk=made.pk)


def test_an_edit_by_the_writer_is_not_marked_as_an_editors(written):
    page, history, by_editor = pages()
    assert (BY_WRITER in page, MARK in page, by_editor) == (True, False, False)
    assert "Edited by an editor." not in history


def test_a_correction_is_marked_until_it_is_undone(written, ed, mo):
    entry = discussions.correct(written, ed, "Ann", "Bees dance round")
    page, history, by_editor = pages()
    assert (BY_WRITER in page, MARK in page, by_editor) == (False, True, True)
    assert "Edited by an editor." in history
    again = discussions.correct(written, ed, "Ann", "Bees dance around")
    discussions.undo(again, by=mo)
    assert MARK in pages()[0]
    discussions.undo(entry, by=mo)
    assert (BY_WRITER in pages()[0], MARK in pages()[0]) == (True, False)


def test_the_mark_stays_when_the_writer_edits_again(written, ed):
    discussions.correct(written, ed, "Ann", "Bees dance round")
    sender = Sender(writer="ann", network="n")
    discussions.edit_comment(
        Comment.objects.get(pk=written.pk), sender, "Bees dance round and round", "Ann"
    )
    assert MARK in pages()[0]


def test_the_undo_of_a_former_versions_entry_keeps_the_mark_of_the_one_before(written, ed):
    """Those entries don't say whether an editor had changed the words before."""
    discussions.correct(written, ed, "Ann", "Bees dance round")
    entry = discussions.correct(written, ed, "Ann", "Bees dance around")
    with tampering(keeps=True):
        for row in AuditEntry.objects.filter(verb="correct"):
            row.kept = {name: value for name, value in row.kept.items() if name != "by_editor"}
            row.save()
    discussions.undo(entry, by=ed)
    assert MARK in pages()[0]


def test_the_text_of_the_source_is_not_marked(article, comment, ed):
    made = comment("Bees danse")
    entry = discussions.correct(made, ed, "", "Bees dance")
    assert MARK in pages()[0]
    discussions.undo(entry, by=ed)
    assert MARK not in pages()[0]
