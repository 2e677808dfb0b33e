"""Samples of export formats, each with everything that is expected of its import.

A sample is a file or folder beside `NAME.expected.json`, which has the form of the expected results
of exports: the articles as `export_commentary --all` prints them, and the outcome of each file.
"""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from commentary.exporting.json import export_as_dict
from commentary.models import Article, Comment, ImportRun, Source

SAMPLES = Path(__file__).parent / "samples"
EXPECTED = sorted(SAMPLES.rglob("*.expected.json"))


def input_of(expected: Path) -> Path:
    """Return the file or folder that a sample imports."""
    name = expected.name.removesuffix(".expected.json")
    (found,) = (
        path
        for path in expected.parent.iterdir()
        if path != expected and path.name.partition(".")[0] == name
    )
    return found


def imported(path: Path, capsys, *options: str) -> list[dict]:
    """Import a path and return the report of each file."""
    call_command("import_commentary", str(path), *options, report="json")
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def stored() -> list[dict]:
    """Return everything that is stored, as far as samples compare it."""
    return [
        export_as_dict(article)
        | {"is_published": article.is_published, "language": article.language}
        for article in Article.objects.order_by("pk")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "expected", EXPECTED, ids=lambda path: f"{path.parent.name}-{path.name.partition('.')[0]}"
)
def test_a_sample_is_imported_as_expected(expected, capsys):
    path, wanted = input_of(expected), json.loads(expected.read_text())
    reports = imported(path, capsys)
    assert [report["outcome"] for report in reports] == wanted["outcomes"]
    assert [w for report in reports for w in report["warnings"]] == wanted["warnings"]
    assert stored() == wanted["articles"]
    assert sum(r["counts"]["comments"] for r in reports) == Comment.objects.count()
    again = imported(path, capsys)
    assert {report["outcome"] for report in again} == {"unchanged"}
    assert stored() == wanted["articles"]


@pytest.mark.django_db
def test_a_page_without_the_first_post_waits_for_it(capsys):
    folder = SAMPLES / "discourse" / "pages"
    later, first = folder / "topic-42-page-2.json", folder / "topic-42.json"
    with pytest.raises(CommandError):
        call_command("import_commentary", str(later))
    assert "import the file with the article first" in capsys.readouterr().err
    assert not Article.objects.exists()
    assert not Source.objects.exists() and not ImportRun.objects.exists()
    imported(first, capsys)
    imported(later, capsys)
    assert Comment.objects.get(source_key="12").parent.source_key == "11"


@pytest.mark.django_db
@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.parent.name)
def test_samples_have_addresses_that_must_not_be_stored(expected, capsys):
    imported(input_of(expected), capsys)
    everything = json.dumps(stored())
    assert "@mail.example" not in everything and "192.0.2." not in everything
