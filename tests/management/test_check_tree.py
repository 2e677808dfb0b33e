import pytest
from django.core.management import CommandError, call_command

from commentary.discussions import tree
from tests.discussions.test_tree import corrupt

pytestmark = pytest.mark.django_db


def test_a_correct_tree_has_no_problems(threads, capsys):
    call_command("check_tree")
    assert capsys.readouterr().out == "No problems found.\n"


def test_a_problem_names_the_comment_and_fails(threads, capsys):
    corrupt(threads[3], level=7)
    with pytest.raises(CommandError, match="check_tree --repair"):
        call_command("check_tree")
    assert f"comment #4 of discussion {threads[3].discussion_id}" in capsys.readouterr().err


def test_repair_reports_what_it_repaired(threads, capsys):
    corrupt(threads[3], level=7)
    call_command("check_tree", "--repair")
    assert " in 1 comment." in capsys.readouterr().out
    assert tree.check() == []
