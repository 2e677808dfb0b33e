"""The progress of an import, and totals that agree with the ledger and the database."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from commentary.importing import comments as storing
from commentary.importing import store
from commentary.importing.report import ImportReport
from commentary.importing.source import SourceFile
from commentary.management.commands.import_commentary import progress_text
from commentary.models import Article, Comment, ImportRun
from tests.importing.exports import wxr, wxr_comment, wxr_item

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
SAMPLES = {
    "text": sorted(ROOT.glob("fixtures/*.txt")),
    "wordpress": sorted(ROOT.glob("fixtures/wordpress/*.xml")),
    "disqus": sorted(ROOT.glob("fixtures/disqus/*.xml")),
    "isso": sorted(path for path in ROOT.glob("fixtures/isso/*") if path.is_file()),
    "remark42": sorted(path for path in ROOT.glob("fixtures/remark42/*") if path.is_file()),
    "movable_type": sorted(ROOT.glob("tests/importing/movable_type/*.txt")),
    "html": [ROOT / "tests/importing/saved_pages/01-wordpress-html5.html"],
}
MANY = wxr(wxr_item(*(wxr_comment(number, f"Comment {number}") for number in range(1, 8))))


@pytest.mark.slow
@pytest.mark.parametrize("format", SAMPLES)
def test_the_totals_agree_with_the_ledger_and_the_database(format, capsys):
    assert SAMPLES[format]
    call_command("import_commentary", *map(str, SAMPLES[format]), report="json")
    printed = capsys.readouterr()
    reports = [json.loads(line) for line in printed.out.splitlines()]
    articles, comments = Article.objects.count(), Comment.objects.count()
    assert sum(report["counts"].get("articles", 0) for report in reports) == articles
    assert sum(report["counts"].get("comments", 0) for report in reports) == comments
    noun = "article" if articles == 1 else "articles"
    assert f"{articles:,} {noun} and {comments:,} comment" in printed.err.splitlines()[-1]
    runs = ImportRun.objects.order_by("pk")
    assert runs.count() == sum(
        report["outcome"] not in ("copy", "no article") for report in reports
    )
    for run in runs:
        check_run(run)


def check_run(run: ImportRun) -> None:
    """Check that the counts of a run are those of its ledger and of the rows it stored."""
    stored = Comment.objects.filter(import_run=run).count()
    assert run.counts["comments"] == stored
    assert run.counts["articles"] == run.source.articles.count()
    unit = store.UNITS.get(run.source.format, "items")
    uses = {
        name.removeprefix(f"{unit} "): count
        for name, count in run.counts.items()
        if name.startswith(f"{unit} ")
    }
    assert uses.pop("read") == sum(uses.values())
    if unit == "items":
        assert uses["comment"] == stored
        assert uses.get("article", 0) == sum(entry["use"] == "article" for entry in run.ledger)
        return
    owners = {entry["owner"] for entry in run.ledger if entry["use"] == "comment"}
    assert len(owners) == stored
    lines = sum(entry["last"] - entry["first"] + 1 for entry in run.ledger)
    assert lines == sum(uses.values())


def watched(data: bytes) -> list[tuple[int, int, int, int]]:
    """Import an export, and return the numbers that were reported: items read, comments stored,
    comments of the current article, and those written.
    """
    seen: list[tuple[int, int, int, int]] = []

    def watch(report: ImportReport) -> None:
        seen.append((report.items_read, report.counts["comments"], report.storing, report.stored))

    store.import_source(SourceFile.from_bytes("export.xml", data), watch=watch)
    return seen


def test_the_comments_of_a_huge_article_are_counted_while_they_are_stored(monkeypatch):
    monkeypatch.setattr(storing, "_TOLD_EVERY", 2)
    seen = watched(MANY)
    assert [(of, done) for _, _, of, done in seen] == [(7, 2), (7, 4), (7, 6), (0, 0)]
    assert seen[-1][:2] == (8, 7)  # a post and seven comments


def test_a_huge_article_is_announced_on_the_page_of_its_run(monkeypatch):
    monkeypatch.setattr(store, "MANY_COMMENTS", 5)
    saved = []
    monkeypatch.setattr(
        store._Import, "_save_progress", lambda self, counts, **fields: saved.append(counts)
    )
    watched(MANY)
    assert (saved[0]["being stored"], saved[0]["comments"]) == (7, 0)
    assert "being stored" not in saved[-1]


def test_every_article_of_many_small_ones_is_counted():
    items = (
        wxr_item(wxr_comment(number), number=number, link=f"https://quay.example/{number}/")
        for number in range(1, 6)
    )
    seen = watched(wxr(*items))
    assert [comments for _, comments, _, _ in seen] == [1, 2, 3, 4, 5]


def test_progress_names_what_is_read_and_stored():
    report = ImportReport("x.xml", counts={"articles": 1, "comments": 1_200})
    assert progress_text(report) == "1 article and 1,200 comments stored"
    report.items_read, report.storing, report.stored = 2_400, 900, 500
    assert progress_text(report) == (
        "2,400 items read, 1 article and 1,200 comments stored, 500 of 900 comments of the next article"
    )
