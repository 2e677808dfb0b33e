"""The command operators use: files, folders, standard input; what is said, and how it ends."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from commentary.importers import load as loading
from commentary.management.commands import import_commentary
from commentary.models import Article, Comment, ImportRun

from ..importers.exports import wxr, wxr_comment, wxr_item
from ..importers.test_load import CAPTURE

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "rain.txt").write_text(CAPTURE, encoding="utf-8")
    (tmp_path / "page.html").write_text("<html></html>", encoding="utf-8")
    return tmp_path


def run(capsys, *args) -> tuple[str, str, str]:
    """Standard output, standard error, and how it failed."""
    failure = ""
    try:
        call_command("import_commentary", *(str(a) for a in args))
    except CommandError as error:
        failure = str(error)
    out, err = capsys.readouterr()
    return out, err, failure


def test_the_last_line_is_one_sentence_of_counts(folder, capsys):
    out, _, failure = run(capsys, folder)
    assert out.splitlines()[-1] == (
        "1 files: 1 articles and 4 comments added (5 declared, 4 preserved), "
        "0 lines left over, 0 files unchanged, 0 refused."
    )
    assert "/articles/four-notes-on-rain/" in out
    assert failure == ""


def test_a_folder_says_what_it_passed_over(folder, capsys):
    _, err, _ = run(capsys, folder)
    assert f"{folder / 'page.html'}: passed over" in err


def test_a_second_run_adds_nothing(folder, capsys):
    run(capsys, folder)
    out, _, failure = run(capsys, folder)
    assert "0 articles and 0 comments added" in out
    assert "1 files unchanged" in out
    assert failure == ""


def test_no_progress_bar_in_a_pipe(folder, capsys):
    _, err, _ = run(capsys, folder)
    assert "%|" not in err


def test_a_dry_run_stores_nothing(folder, capsys):
    out, _, _ = run(capsys, folder, "--dry-run")
    assert out.rstrip().endswith("Dry run: nothing was stored.")
    assert not Article.objects.exists()


def test_bad_files_are_refused_one_line_each_and_the_others_load(folder, capsys):
    (folder / "binary.txt").write_bytes(b"\x00\x01\x02\x03" * 50)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "html.txt").write_text("<!DOCTYPE html><html><body><p>Hi</p></body></html>")
    _, err, failure = run(capsys, folder)
    for name in ("binary.txt", "empty.txt", "html.txt"):
        lines = [line for line in err.splitlines() if line.startswith(str(folder / name) + ":")]
        assert len(lines) == 1, err
    assert failure == "3 of 4 files were refused; see above."
    assert Article.objects.count() == 1


@pytest.mark.parametrize("what", ["missing.txt", "nothing-in-it"])
def test_what_cannot_be_read_is_refused(tmp_path, capsys, what):
    (tmp_path / "nothing-in-it").mkdir()
    _, err, failure = run(capsys, tmp_path / what)
    assert f"{tmp_path / what}:0: " in err
    assert "refused" in failure


def test_a_file_over_the_limit_is_refused(folder, capsys, settings):
    settings.IMPORT_MAX_BYTES = 100
    _, err, failure = run(capsys, folder)
    assert "100" in err
    assert "refused" in failure
    assert not Article.objects.exists()


def test_standard_input(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(CAPTURE.encode())))
    run(capsys, "-")
    assert Comment.objects.count() == 4


def test_an_encoding_may_be_given(tmp_path, capsys):
    (tmp_path / "a.txt").write_bytes("Ж\n\nBy Ирина Мур\n\nТекст статьи.\n".encode("koi8-r"))
    run(capsys, tmp_path, "--encoding", "koi8-r")
    assert Article.objects.get().title == "Ж"


def test_the_report_is_one_json_line_a_file(folder, capsys):
    (folder / "empty.txt").write_bytes(b"")
    out, _, _ = run(capsys, folder, "--report", "json")
    reports = [json.loads(line) for line in out.splitlines()]
    assert [r["outcome"] for r in reports] == ["refused", "ok"]
    assert set(reports[0]) == {"file", "outcome", "articles", "counts", "warnings", "error"}
    assert reports[0]["error"]
    assert reports[1]["articles"] == ["four-notes-on-rain"]


def test_strict_fails_when_lines_are_left_over(folder, capsys, monkeypatch):
    _, _, failure = run(capsys, folder, "--strict")
    assert failure == ""


def test_strict_fails_when_items_are_left_over(tmp_path, capsys):
    (tmp_path / "cut.xml").write_bytes(wxr(wxr_item(wxr_comment(1)), wxr_item(number=11))[:-40])
    _, _, failure = run(capsys, tmp_path, "--strict")
    assert failure == "1 of 1 files have lines or items left over."
    assert Comment.objects.count() == 1


def test_ctrl_c_says_what_is_stored_and_the_next_run_goes_on(tmp_path, capsys, monkeypatch):
    items = [wxr_item(wxr_comment(n), wxr_comment(n + 1), number=n) for n in range(1, 9, 2)]
    (tmp_path / "export.xml").write_bytes(wxr(*items))
    store, calls = loading._store_comments, []

    def press_at_the_third(*args):
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return store(*args)

    monkeypatch.setattr(loading, "_store_comments", press_at_the_third)
    with pytest.raises(CommandError) as stop:
        call_command("import_commentary", str(tmp_path))
    assert stop.value.returncode == 130
    assert "2 articles and 4 comments are stored, each article whole." in str(stop.value)
    assert (Article.objects.count(), Comment.objects.count()) == (2, 4)
    monkeypatch.undo()
    run(capsys, tmp_path)
    assert (Article.objects.count(), Comment.objects.count()) == (4, 8)
    assert ImportRun.objects.get().counts["comments"] == 8


def test_an_export_may_be_larger_than_a_text(tmp_path, capsys, settings):
    settings.IMPORT_MAX_BYTES = 100
    (tmp_path / "export.xml").write_bytes(wxr(wxr_item(wxr_comment(1))))
    run(capsys, tmp_path)
    assert Comment.objects.count() == 1


def test_postgresql_looks_at_an_archive_that_came_in_at_once(tmp_path, capsys, monkeypatch):
    if connection.vendor != "postgresql":
        return  # SQLite plans without statistics

    def known() -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT attname FROM pg_stats WHERE tablename = 'commentary_searchrow'"
                " AND 'gannet' = ANY(most_common_elems::text::text[])"
            )
            return cursor.fetchall()

    words = [wxr_comment(n, f"gannet number {n}") for n in range(1, 60)]
    (tmp_path / "first.xml").write_bytes(wxr(wxr_item(*words[:30])))
    (tmp_path / "second.xml").write_bytes(wxr(wxr_item(*words[30:], number=12)))
    run(capsys, tmp_path / "first.xml")
    assert known() == []
    monkeypatch.setattr(import_commentary, "MANY", 29)
    run(capsys, tmp_path / "second.xml")
    assert known() == [("vector",)]
