import pytest
from django.core.management import CommandError, call_command

from commentary.discussions import tree
from tests.discussions.test_tree import corrupt

pytestmark = pytest.mark.django_db


def test_a_sound_tree_is_said_to_be_sound(threads, capsys):
    call_command("check_tree")
    assert capsys.readouterr().out == "Every tree is sound.\n"


def test_a_broken_rule_names_the_comment_and_fails(threads, capsys):
    corrupt(threads[3], level=7)
    with pytest.raises(CommandError, match="check_tree --repair"):
        call_command("check_tree")
    assert f"comment #4 of discussion {threads[3].discussion_id}" in capsys.readouterr().err


def test_it_repairs_when_asked(threads, capsys):
    corrupt(threads[3], level=7)
    call_command("check_tree", "--repair")
    assert "mended, 1 comments changed." in capsys.readouterr().out
    assert tree.check() == []
