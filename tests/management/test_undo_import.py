"""`undo_import` undoes a run or shows what it would do, and redoes it."""

import pytest
from django.core.management import CommandError, call_command

from commentary import discussions
from commentary.models import Article, Comment, ImportRun
from tests.importing.exports import wxr, wxr_comment, wxr_item
from tests.importing.test_undo_run import bring, comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(db) -> ImportRun:
    return bring(wxr(wxr_item(wxr_comment(1), wxr_comment(2)), wxr_item(number=11)))


def test_a_run_is_undone_and_redone(run, capsys):
    call_command("undo_import", run.pk)
    assert capsys.readouterr().out == (
        f"Run {run.pk} (export.xml): 2 articles and 2 comments removed, 0 items restored, "
        "0 exceptions kept.\n"
    )
    assert not Article.objects.exists()
    call_command("undo_import", run.pk, "--redo")
    assert capsys.readouterr().out == f"Run {run.pk} redone: 2 articles.\n"
    assert Comment.objects.count() == 2
    run.refresh_from_db()
    assert [r["by"] for r in run.reversals] == ["undo_import", "undo_import"]


def test_a_dry_run_lists_exceptions_first_and_changes_nothing(run, ed, capsys):
    discussions.remove(comment(2), by=ed)
    call_command("undo_import", run.pk, "--dry-run")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Kept: /articles/ropes-knots/comments/2/ was decided on."
    assert lines[1].endswith("1 exception kept. Dry run: nothing was changed.")
    assert Comment.objects.count() == 2
    run.refresh_from_db()
    assert run.undo_state == ""


def test_an_account_can_be_named(run, ed):
    call_command("undo_import", run.pk, "--by", "ed")
    run.refresh_from_db()
    assert run.reversals[0]["by"] == "ed"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{other}"], "There is no import run"),
        (["{run}", "--redo"], "can’t be redone: It was not undone."),
        (["{run}", "--by", "nobody"], "There is no account nobody."),
    ],
)
def test_a_run_or_account_that_does_not_exist_is_refused(run, arguments, message):
    known = [a.format(run=run.pk, other=run.pk + 1) for a in arguments]
    with pytest.raises(CommandError, match=message):
        call_command("undo_import", *known)


def test_a_run_that_was_undone_is_refused(run):
    call_command("undo_import", run.pk)
    with pytest.raises(CommandError, match="It was undone already."):
        call_command("undo_import", run.pk)
