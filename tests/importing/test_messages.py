"""The messages of imports are in the language of whoever reads them."""

import json

import pytest
from django.core.management import call_command
from django.utils.translation import get_language, override

from commentary.importing import messages
from commentary.importing.workers import Workers

# A comment whose date can't be read, which is found by the thread that reads ahead.
EXPORT = [
    {
        "id": "/bees/",
        "title": "Bees",
        "comments": [{"id": 7, "author": "Ann", "text": "Yes.", "created": "soon", "parent": None}],
    }
]


@pytest.fixture
def in_german(settings, monkeypatch):
    """A German site whose messages begin with their language."""
    settings.LANGUAGE_CODE = "de"
    monkeypatch.setattr(
        "django.utils.translation.gettext", lambda message: f"{get_language()}: {message}"
    )
    with override("de"):
        yield


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "threads.json"
    path.write_text(json.dumps(EXPORT))
    return path


@pytest.mark.django_db
def test_warnings_are_in_the_language_of_the_site(in_german, export, capsys):
    call_command("import_commentary", export, dry_run=True)
    assert "threads.json: de: comment 7: invalid date" in capsys.readouterr().err


@pytest.mark.django_db
def test_reports_for_programs_are_in_english(in_german, export, capsys):
    call_command("import_commentary", export, dry_run=True, report="json")
    report = json.loads(capsys.readouterr().out)
    assert report["warnings"] == ["en: comment 7: invalid date"]


def test_worker_processes_use_the_language_of_their_parent():
    with override("de"):
        here = messages.gettext("Comments")
        with Workers() as workers:
            found = [there for _message, there in workers.in_order(messages.gettext, ["Comments"])]
    assert found == [here]
    assert here != "Comments"


def test_a_process_without_django_has_english_messages():
    with Workers() as workers:
        results = workers.in_order(messages.gettext, ["Comments"])
        assert [there for _message, there in results] == ["Comments"]
