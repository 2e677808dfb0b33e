"""The import command: files, folders, standard input; its output and exit status."""

import csv
import io
import json
import os
import socket
from concurrent.futures.process import BrokenProcessPool

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from commentary.importing import store
from commentary.management.commands import import_commentary
from commentary.models import Article, ArticlePicture, Comment, ImportRun, Source
from tests.importing.archives.test_archive import HTML, warc
from tests.importing.exports import disqus, disqus_post, disqus_thread, wxr, wxr_comment, wxr_item
from tests.importing.test_doubts import MENU
from tests.importing.test_repair import HARBOUR, RIGHT
from tests.importing.test_store import CAPTURE
from tests.media.test_pictures import encoded

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "rain.txt").write_text(CAPTURE, encoding="utf-8")
    (tmp_path / "notes.odt").write_text("PK", encoding="utf-8")
    return tmp_path


def run(capsys, *args) -> tuple[str, str, str]:
    """Return standard output, standard error, and the failure."""
    failure = ""
    try:
        call_command("import_commentary", *(str(a) for a in args))
    except CommandError as error:
        failure = str(error)
    out, err = capsys.readouterr()
    return out, err, failure


def test_the_last_line_is_a_summary_in_one_sentence(folder, capsys):
    out, _, failure = run(capsys, folder)
    assert out.splitlines()[-1] == (
        "1 file: 1 article and 4 comments added (expected 5, found 4), "
        "0 unrecognised lines, 0 files unchanged, 0 refused."
    )
    assert "/articles/four-notes-on-rain/" in out
    assert failure == ""


def test_skipped_files_of_a_folder_are_reported(folder, capsys):
    _, err, _ = run(capsys, folder)
    assert f"{folder / 'notes.odt'}: skipped: unrecognised format" in err


def test_a_second_run_adds_nothing(folder, capsys):
    run(capsys, folder)
    out, _, failure = run(capsys, folder)
    assert "0 articles and 0 comments added, " in out
    assert "1 file unchanged" in out
    assert failure == ""


def test_no_progress_bar_is_drawn_in_a_pipe(folder, capsys):
    _, err, _ = run(capsys, folder)
    assert "%|" not in err


def test_a_dry_run_stores_nothing(folder, capsys):
    out, _, _ = run(capsys, folder, "--dry-run")
    assert out.rstrip().endswith("Dry run: nothing was stored.")
    assert not Article.objects.exists()


def test_bad_files_are_refused_with_one_line_each_and_others_imported(folder, capsys):
    (folder / "binary.txt").write_bytes(b"\x00\x01\x02\x03" * 50)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "dump.txt").write_text("-- MySQL dump 10.13\nINSERT INTO x VALUES (1);\n")
    _, err, failure = run(capsys, folder)
    for name in ("binary.txt", "empty.txt", "dump.txt"):
        lines = [line for line in err.splitlines() if line.startswith(str(folder / name) + ":")]
        assert len(lines) == 1, err
    assert failure == "3 of 4 files were refused; see above."
    assert Article.objects.count() == 1


@pytest.mark.parametrize("what", ["missing.txt", "nothing-in-it"])
def test_an_unreadable_file_is_refused(tmp_path, capsys, what):
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


def test_standard_input_is_imported(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(CAPTURE.encode())))
    run(capsys, "-")
    assert Comment.objects.count() == 4


def test_an_encoding_can_be_given(tmp_path, capsys):
    (tmp_path / "a.txt").write_bytes("Ж\n\nBy Ирина Мур\n\nТекст статьи.\n".encode("koi8-r"))
    run(capsys, tmp_path, "--encoding", "koi8-r")
    assert Article.objects.get().title == "Ж"


def test_the_json_report_has_one_line_per_file(folder, capsys):
    (folder / "empty.txt").write_bytes(b"")
    out, _, _ = run(capsys, folder, "--report", "json")
    reports = [json.loads(line) for line in out.splitlines()]
    assert [r["outcome"] for r in reports] == ["refused", "ok"]
    assert set(reports[0]) == {
        "file", "outcome", "articles", "counts", "warnings", "error",
        "confidence", "level", "reviews",
    }  # fmt: skip
    assert reports[0]["error"]
    assert reports[1]["articles"] == ["four-notes-on-rain"]


def test_strict_fails_on_unrecognised_lines(folder, capsys, monkeypatch):
    _, _, failure = run(capsys, folder, "--strict")
    assert failure == ""


def test_strict_fails_on_items_not_imported(tmp_path, capsys):
    (tmp_path / "cut.xml").write_bytes(wxr(wxr_item(wxr_comment(1)), wxr_item(number=11))[:-40])
    _, _, failure = run(capsys, tmp_path, "--strict")
    assert failure == "1 of 1 file was not imported completely."
    assert Comment.objects.count() == 1


def test_ctrl_c_reports_what_is_stored_and_the_next_run_continues(tmp_path, capsys, monkeypatch):
    items = [wxr_item(wxr_comment(n), wxr_comment(n + 1), number=n) for n in range(1, 9, 2)]
    (tmp_path / "export.xml").write_bytes(wxr(*items))
    store_comments, calls = store.store_comments, []

    def press_at_the_third(*args):
        calls.append(args)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return store_comments(*args)

    monkeypatch.setattr(store, "store_comments", press_at_the_third)
    with pytest.raises(CommandError) as stop:
        call_command("import_commentary", str(tmp_path))
    assert stop.value.returncode == 130
    assert "2 articles and 4 comments are stored; no article is incomplete." in str(stop.value)
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


def test_postgresql_statistics_are_updated_after_a_large_import(tmp_path, capsys, monkeypatch):
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
    monkeypatch.setattr(import_commentary, "MIN_TO_ANALYZE", 29)
    run(capsys, tmp_path / "second.xml")
    assert known() == [("vector",)]


def skipped(err: str) -> dict[str, str]:
    """Return what was skipped, and why."""
    lines = [line.partition(": skipped: ") for line in err.splitlines() if ": skipped: " in line]
    return {name: why for name, _, why in lines}


def test_a_folder_is_read_without_following_links_or_opening_special_files(tmp_path, capsys):
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    (outside / "more").mkdir(parents=True)
    inside.mkdir()
    (outside / "secret.txt").write_text(CAPTURE.replace("Rain", "Secrets"))
    (outside / "more" / "secret.txt").write_text(CAPTURE.replace("Rain", "More"))
    (inside / "rain.txt").write_text(CAPTURE)
    (inside / "file.txt").symlink_to(outside / "secret.txt")
    (inside / "folder").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    (inside / "dangling.txt").symlink_to("nowhere")
    (inside / "self.txt").symlink_to("self.txt")
    os.mkfifo(inside / "pipe.txt")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(inside / "socket.txt"))
    listening.close()
    (inside / ".hidden.txt").write_text(CAPTURE.replace("Rain", "Hidden"))
    (inside / ".git").mkdir()
    (inside / ".git" / "note.txt").write_text(CAPTURE.replace("Rain", "Git"))
    _, err, failure = run(capsys, inside)
    assert [a.title for a in Article.objects.all()] == ["Four Notes on Rain"]
    link, no_file = "symbolic link", "not a regular file"
    assert skipped(err) == {
        str(inside / name): why
        for name, why in {
            "file.txt": link,
            "folder": link,
            "loop": link,
            "dangling.txt": link,
            "self.txt": link,
            "pipe.txt": no_file,
            "socket.txt": no_file,
            ".hidden.txt": "hidden",
            ".git": "hidden",
        }.items()
    }
    assert failure == ""


def test_a_file_replaced_by_a_link_or_pipe_after_listing_is_refused(tmp_path, capsys, monkeypatch):
    (tmp_path / "secret").write_text(CAPTURE)
    (tmp_path / "a.txt").write_text(CAPTURE)
    (tmp_path / "b.txt").write_text(CAPTURE)
    listed = import_commentary.open_input

    def then_swapped(path, skip):
        found = listed(path, skip)
        (tmp_path / "a.txt").unlink()
        (tmp_path / "a.txt").symlink_to(tmp_path / "secret")
        (tmp_path / "b.txt").unlink()
        os.mkfifo(tmp_path / "b.txt")
        return found

    monkeypatch.setattr(import_commentary, "open_input", then_swapped)
    _, err, failure = run(capsys, tmp_path)
    assert failure == "2 of 2 files were refused; see above."
    assert f"{tmp_path / 'b.txt'}:0: cannot be read: not a regular file" in err
    assert not Article.objects.exists()


def test_a_path_given_explicitly_may_be_a_link(tmp_path, capsys):
    (tmp_path / "rain.txt").write_text(CAPTURE)
    (tmp_path / "link").symlink_to(tmp_path / "rain.txt")
    run(capsys, tmp_path / "link")
    assert Article.objects.count() == 1


def test_a_file_name_that_is_not_utf_8_is_imported(tmp_path, capsys):
    (tmp_path / os.fsdecode(b"r\xe9gen.txt")).write_text(CAPTURE)
    (tmp_path / os.fsdecode(b"\xff.html")).write_text("")
    out, err, failure = run(capsys, tmp_path)
    assert failure == ""
    assert f"{tmp_path}/r\\xe9gen.txt: ok" in out
    assert skipped(err) == {f"{tmp_path}/\\xff.html": "unrecognised format"}
    assert ImportRun.objects.get().source.name == f"{tmp_path}/r\\xe9gen.txt"


HOSTILE = {
    "escape\x1b[2Jred\x1b[31m.txt": "escape\\x1b[2Jred\\x1b[31m.txt",
    "line\nok: 9 files\r.txt": "line\\x0aok: 9 files\\x0d.txt",
    "bidi\u202etxt.exe\u2066.txt": "bidi\\u202etxt.exe\\u2066.txt",
    "c1\x9b31m\u2028.txt": "c1\\x9b31m\\u2028.txt",
    "نامه\u200cها.txt": "نامه\u200cها.txt",
}


@pytest.mark.parametrize("text", [CAPTURE, ""], ids=["imported", "refused"])
@pytest.mark.parametrize("args", [[], ["--report", "json"]], ids=["plain", "json"])
def test_file_names_are_printed_on_one_line_without_control_characters(
    tmp_path, capsys, text, args
):
    for number, name in enumerate(HOSTILE):
        (tmp_path / name).write_text(text and text.replace("Rain", f"Rain {number}"))
        (tmp_path / name.replace(".txt", ".html")).write_text("")
    out, err, _ = run(capsys, tmp_path, *args)
    lines = [*out.split("\n"), *err.split("\n")]
    assert not [line for line in lines if not line.replace("\u200c", "").isprintable()]
    for shown in HOSTILE.values():
        told = [line for line in lines if shown.replace("\\", "\\\\" if args else "\\") in line]
        assert told, shown
        assert f"{tmp_path}/{shown.replace('.txt', '.html')}" in skipped(err)
    stored = {source.name for source in Source.objects.all()}
    assert stored == ({f"{tmp_path}/{shown}" for shown in HOSTILE.values()} if text else set())


def test_content_of_files_is_printed_without_control_characters(tmp_path, capsys):
    state = "\u202eno\x9bw"
    comment = wxr_comment(1, comment_approved=state)
    (tmp_path / "export.xml").write_bytes(wxr(wxr_item(comment)))
    _, err, _ = run(capsys, tmp_path)
    assert "unknown status “\\u202eno\\x9bw”; imported as pending" in err
    assert ImportRun.objects.get().warnings == [w.partition("xml: ")[2] for w in err.splitlines()]


@pytest.mark.slow
def test_of_500_files_with_hostile_names_the_good_ones_are_imported(tmp_path, capsys):
    for number in range(500):
        name = os.fsencode(f"{number:03}\x1b[0m\n") + bytes([0x80 + number % 120])
        path = tmp_path / os.fsdecode(name + (b".txt" if number % 10 else b".pdf"))
        if number % 10 == 1:
            path.symlink_to("/etc/passwd")
        elif number % 100 == 2:
            text = CAPTURE.replace("5 Responses", "4 Responses")
            path.write_text(text.replace("Rain", f"Rain {number}"))
        else:
            path.write_bytes(b"")
    out, err, failure = run(capsys, tmp_path)
    assert Article.objects.count() == 5
    refused = [line for line in err.splitlines() if ":0: is empty" in line]
    assert (len(skipped(err)), len(refused)) == (100, 395)
    assert len(err.splitlines()) == 495
    assert len(out.splitlines()) == 6
    assert failure == "395 of 400 files were refused; see above."


@pytest.mark.parametrize("path", ["x" * 300 + ".txt", "no/such\x1b[1m/file.txt"])
def test_a_path_that_cannot_be_opened_is_refused_with_one_line(tmp_path, capsys, path):
    _, err, failure = run(capsys, tmp_path / path)
    assert len([line for line in err.splitlines() if line]) == 1
    assert "\x1b" not in err
    assert failure == "1 of 1 file was refused; see above."


def test_the_summary_counts_items_of_exports_as_items(tmp_path, capsys):
    export = disqus(disqus_thread(2), disqus_post(11, 2), disqus_post(12, 99))
    (tmp_path / "export.xml").write_bytes(export)
    (tmp_path / "rain.txt").write_text(CAPTURE)
    out, _, _ = run(capsys, tmp_path)
    assert out.splitlines()[-1] == (
        "2 files: 2 articles and 5 comments added (expected 5, found 4; 1 more found where no "
        "number was declared), 0 unrecognised lines, 1 item not imported, 0 files unchanged, 0 refused."
    )


def test_an_export_without_declared_numbers_is_not_reported_as_declaring_none(tmp_path, capsys):
    comments = [wxr_comment(number) for number in range(1, 1_501)]
    (tmp_path / "export.xml").write_bytes(wxr(wxr_item(*comments)))
    out, _, _ = run(capsys, tmp_path)
    assert out.splitlines()[-1] == (
        "1 file: 1 article and 1,500 comments added (1,500 found where no number was declared), "
        "0 items not imported, 0 files unchanged, 0 refused."
    )
    assert ImportRun.objects.get().counts["declared"] is None


def test_two_pages_of_one_article_declare_its_comments_once(tmp_path, capsys):
    falls = "It falls on the whole of the town, from the hills to the harbour."
    page = CAPTURE.replace("It falls.", falls)
    head, _, rest = page.partition("  2. And it snows.")
    (tmp_path / "rain-1.txt").write_text(head)
    (tmp_path / "rain-2.txt").write_text(
        head[: head.index("  1. Ada")] + "  2. And it snows." + rest
    )
    out, _, _ = run(capsys, tmp_path)
    assert Article.objects.count() == 1
    assert "1 article and 4 comments added (expected 5, found 4), " in out.splitlines()[-1]


def test_an_article_in_several_items_is_named_and_counted_once(tmp_path, capsys):
    items = [wxr_item(wxr_comment(1)), wxr_item(wxr_comment(1), wxr_comment(2))]
    (tmp_path / "export.xml").write_bytes(wxr(*items))
    out, _, _ = run(capsys, tmp_path)
    assert out.splitlines()[0].endswith("ok, /articles/ropes-knots/")
    assert "1 article and 2 comments added (2 found where no number was declared)" in out
    assert ImportRun.objects.get().counts["articles"] == 1


def test_a_worker_that_is_killed_ends_the_import_with_a_reason(tmp_path, capsys, monkeypatch):
    (tmp_path / "page.html").write_text("<html><body><p>x</p></body></html>")

    def killed(*args):
        raise BrokenProcessPool
        yield

    monkeypatch.setattr(import_commentary, "import_site", killed)
    _, _, failure = run(capsys, tmp_path)
    assert failure.startswith("A worker process was killed, probably because memory ran out.")
    assert "Run the same command again to continue." in failure


PAGE = (
    "<html><head><title>Ferry</title></head><body><article class=hentry><h1 class=entry-title>Ferry</h1>"
    "<div class=entry-content><p>It stopped in winter.</p><p><img src='Ferry_files/a.png' alt=x></p></div>"
    "</article></body></html>"
)


def test_the_files_of_a_page_may_be_given_with_it(tmp_path, capsys, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    pages = tmp_path / "pages"
    (pages / "Ferry_files").mkdir(parents=True)
    (pages / "Ferry.html").write_text(PAGE)
    (pages / "Ferry_files" / "a.png").write_bytes(encoded("PNG", (40, 30)))
    call_command("import_commentary", *sorted(map(str, pages.iterdir())))
    said = capsys.readouterr()
    assert said.err == f"{pages}/Ferry_files: skipped: imported with its page\n"
    assert "0 refused" in said.out
    assert ArticlePicture.objects.get().file is not None


def test_a_truncated_warc_file_is_imported_up_to_the_cut(tmp_path, capsys):
    records = [
        (f"http://a.example/{n}/", "200 OK", HTML, PAGE.replace("Ferry", n * 9).encode())
        for n in "12"
    ]
    (tmp_path / "site.warc.gz").write_bytes(warc(records)[:-20])
    call_command("import_commentary", str(tmp_path / "site.warc.gz"))
    said = capsys.readouterr()
    assert said.err == (
        "site.warc.gz: is cut off or damaged after record 1; everything before was read\n"
    )
    assert "site.warc.gz: partial\n" in said.out
    assert Article.objects.get().title == "1" * 9
    with pytest.raises(CommandError, match="1 of 2 files was not imported completely"):
        call_command("import_commentary", str(tmp_path / "site.warc.gz"), strict=True)


def test_a_folder_is_tried_as_a_table_with_the_least_certain_article_first(folder, capsys):
    (folder / "menu.txt").write_text(MENU.replace("A Door", "=1+1"), encoding="utf-8")
    (folder / "table.txt").write_text("a,b\n1,2\n3,4\n5,6\n", encoding="utf-8")
    out, err, _ = run(capsys, folder, "--dry-run", "--report", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["outcome"], row["level"]) for row in rows] == [
        ("refused", ""),
        ("uncertain", "uncertain"),
        ("ok", "sure"),
    ]
    assert rows[1]["file"].endswith("menu.txt")
    assert "layout" in rows[1]["kinds"].split()
    assert "as short as menu items" in rows[1]["reasons"]
    assert rows[1]["title"] == "'=1+1"  # not a formula
    assert (rows[2]["title"], rows[2]["comments"], rows[2]["confidence"]) == (
        "Four Notes on Rain", "4", "100"
    )  # fmt: skip
    assert err.rstrip().endswith("Dry run: nothing was stored.")
    assert not Article.objects.exists()


def test_the_json_report_has_the_articles_of_a_file_with_their_confidence(folder, capsys):
    (folder / "menu.txt").write_text(MENU, encoding="utf-8")
    out, _, _ = run(capsys, folder, "--dry-run", "--report", "json")
    menu, rain = map(json.loads, out.splitlines())
    assert (menu["level"], rain["level"], rain["confidence"]) == ("uncertain", "sure", 100)
    assert [review["title"] for review in menu["reviews"]] == ["A Door"]
    assert {reason["kind"] for reason in menu["reviews"][0]["reasons"]} >= {"layout"}


def test_new_articles_can_be_imported_as_drafts(folder, capsys):
    (folder / "Ferry.html").write_text(PAGE)
    run(capsys, folder, "--draft")
    assert Article.objects.count() == 2
    assert not Article.objects.filter(is_published=True).exists()


def test_the_runs_of_one_command_share_a_batch(folder, capsys):
    (folder / "menu.txt").write_text(MENU, encoding="utf-8")
    run(capsys, folder)
    assert len(set(ImportRun.objects.values_list("batch", flat=True)) - {None}) == 1


class TestProfile:
    """`--profile` reads the files of a site as an editor taught."""

    RULES = """
name = "Harbour"
format = "text"
[article]
title_line = 3
authors = "Posted by NAME on DATE"
heading = "NUMBER people have something to say"
[comments]
starts = ["NAME said on DATE", "NAME >> PARENT"]
bylines = ["DATE"]
[page]
furniture = ["reply · share · flag", "Home | About | Archive | Subscribe", "Show NUMBER more"]
"""

    @pytest.fixture
    def rules(self, tmp_path) -> str:
        path = tmp_path / "harbour.toml"
        path.write_text(self.RULES, encoding="utf-8")
        return str(path)

    def test_a_file_is_read_with_a_profile(self, db, tmp_path, rules):
        file = tmp_path / "harbour.txt"
        file.write_text(HARBOUR, encoding="utf-8")
        options = {"profile": rules, "stdout": io.StringIO(), "stderr": (err := io.StringIO())}
        call_command("import_commentary", str(file), **options)
        article = Article.objects.get()
        assert (article.title, article.is_published) == ("What the gauge remembers", True)
        rows = Comment.objects.in_reading_order().values_list("name", "level", "body")
        assert list(rows) == [
            ("T. Brandvik", 0, "It was not dry. The pole was moved."),
            ("keeper", 1, "Moved by whom? I painted it myself."),
            ("Old Hand", 0, "By the ice of 1963, I should think."),
        ]
        assert article.discussion.declared_count == 118
        assert "read with the profile “Harbour”" in err.getvalue()
        run = ImportRun.objects.get()
        assert run.counts["lines comment"] == 7 and run.counts["lines read"] == 18

    def test_a_profile_that_does_not_fit_is_a_warning(self, db, tmp_path, rules):
        file = tmp_path / "right.txt"
        file.write_text(RIGHT, encoding="utf-8")
        options = {"profile": rules, "stdout": io.StringIO(), "stderr": (err := io.StringIO())}
        call_command("import_commentary", str(file), **options)
        assert "doesn’t fit this file" in err.getvalue()
        assert Comment.objects.count() == 3

    @pytest.mark.parametrize("text", ["starts = ", 'format = "text"'])
    def test_a_wrong_profile_is_refused_before_anything_is_imported(self, db, tmp_path, text):
        (tmp_path / "x.toml").write_text(text)
        (tmp_path / "x.txt").write_text(HARBOUR)
        with pytest.raises(CommandError, match="x.toml:0: "):
            call_command(
                "import_commentary", str(tmp_path / "x.txt"), profile=str(tmp_path / "x.toml")
            )
        with pytest.raises(CommandError, match="can’t be read"):
            call_command("import_commentary", str(tmp_path / "x.txt"), profile="/nowhere.toml")
        assert not Article.objects.exists()
