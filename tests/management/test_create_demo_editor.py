"""`create_demo_editor`: an account for trying the admin, whose password is shown once."""

import re

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_the_printed_password_signs_in_as_an_editor(client, capsys):
    call_command("create_demo_editor", site="http://127.0.0.1:8001/")
    said = capsys.readouterr().out
    password = re.search(r"password (\S+) ", said).group(1)
    assert "http://127.0.0.1:8001/admin/" in said
    assert client.login(username="editor", password=password)
    assert client.get(reverse("admin:index")).status_code == 200
    editor = User.objects.get()
    assert [group.name for group in editor.groups.all()] == ["Editor"]
    assert editor.is_staff
    assert not editor.is_superuser


@pytest.mark.parametrize("is_required", [True, False])
def test_it_says_whether_a_second_factor_is_needed(settings, capsys, is_required):
    settings.REQUIRE_SECOND_FACTOR = is_required
    call_command("create_demo_editor")
    said = capsys.readouterr().out
    assert ("You then set up a second factor" in said) == is_required
    assert ("asks for no second factor" in said) != is_required


def test_a_second_run_changes_and_reveals_nothing(capsys):
    call_command("create_demo_editor")
    before = User.objects.values().get()
    capsys.readouterr()
    call_command("create_demo_editor")
    said = capsys.readouterr().out
    assert "changepassword editor" in said
    assert " with the password" not in said
    assert User.objects.values().get() == before
