import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from commentary.discussions import tree
from commentary.models import tallies
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


def test_a_wrong_article_count_is_reported(threads, capsys):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE commentary_tally SET articles = articles + 1 WHERE kind = 1")
    with pytest.raises(CommandError, match="1 problem found"):
        call_command("check_tree")
    assert "articles of month -1: wrong count" in capsys.readouterr().err
    call_command("check_tree", "--repair")
    assert tallies.wrong() == []
    assert tallies.count_undated().articles == 1
