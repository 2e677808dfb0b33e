"""`export_commentary --format jsonl`, and its restore with `import_commentary`."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import bagit
import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from commentary import discussions
from commentary.discussions import tree
from commentary.discussions.verification import expected_heads, verify
from commentary.exporting.site import site_lines
from commentary.importing.site_lines import EXPORTED, LEFT_OUT, TABLES, export_schema, is_recomputed
from commentary.media import open_original, store_picture
from commentary.models import (
    Article,
    AuditEntry,
    AuditHead,
    Author,
    Comment,
    MediaFile,
    Rule,
    Source,
    tallies,
)
from commentary.models.snapshot import database_snapshot
from tests.conftest import make_article
from tests.exporting.sites import (
    empty_site,
    empty_tables,
    export,
    make_site,
    picture_bytes,
    rows,
)

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def site(ed, article, threads, tmp_path, settings):
    """A site with a row in every exported table."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    make_site(ed, article, threads, tmp_path)
    assert empty_tables() == []


@pytest.fixture
def small(article, threads, ed):
    """A site with one article and six comments, one of them removed by an editor."""
    discussions.remove(threads[2], by=ed, reason="Personal")


def restore(path: Path, *options: str) -> None:
    call_command("import_commentary", str(path), *options)


def killed(command: str, seconds: float, *arguments: str, **options: str) -> None:
    """Run a command in another process on the database of the test, and kill it."""
    program = f"""
from django.core.management import call_command
from django.db import connection
connection.settings_dict["NAME"] = {connection.settings_dict["NAME"]!r}
print("begun", flush=True)
call_command({command!r}, *{arguments!r}, **{options!r})
"""
    run = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", program],
        cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert run.stdout and run.stdout.readline() == b"begun\n"
    time.sleep(seconds)
    run.send_signal(signal.SIGKILL)
    run.communicate()


def changed(path: Path, old: str, new: str) -> Path:
    """Return a copy of an export in which a text is replaced."""
    text = path.read_text()
    assert old in text
    made = path.with_name("changed.jsonl")
    made.write_text(text.replace(old, new))
    return made


# --- completeness


def test_every_table_is_exported_or_left_out_for_a_reason():
    tables = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    exported = {model._meta.label for model in EXPORTED}
    assert exported | LEFT_OUT.keys() == tables
    assert not exported & LEFT_OUT.keys()
    assert all(LEFT_OUT.values())


def test_every_column_is_exported_or_recomputed():
    for table in TABLES.values():
        columns = {f.name for f in table.model._meta.concrete_fields}
        assert columns == {f.name for f in table.fields} | {
            f.name for f in table.model._meta.concrete_fields if is_recomputed(f)
        }
    left = {f"{m.__name__}.{f.name}" for m in EXPORTED for f in m._meta.fields if is_recomputed(f)}
    assert left == {
        "Article.search_text", "Article.timeline_at", "Author.search_text", "Author.skeleton",
        "Comment.body_html", "Comment.name_key", "Comment.search_text", "Comment.timeline_at",
        "Discussion.version", "SiteSettings.version",
    }  # fmt: skip


# --- export and restore


@pytest.mark.slow
def test_export_empty_database_import_export_is_byte_identical(site, client, tmp_path):
    one, stored = export(tmp_path / "one.jsonl", format="jsonl"), rows()
    pages = [
        "/",
        "/articles/bees/",
        "/articles/with-a-picture/",
        "/responses/",
        "/search/?q=corrected",
    ]
    before = [client.get(page).content for page in pages]
    pictures = sorted(p.name for p in Path(default_storage.path("")).rglob("*") if p.is_file())
    empty_site()
    for path in Path(default_storage.path("")).rglob("*"):
        if path.is_file():
            path.unlink()
    restore(tmp_path / "one.jsonl")
    assert rows() == stored
    assert export(tmp_path / "two.jsonl", format="jsonl") == one
    assert [client.get(page).content for page in pages] == before
    assert (
        sorted(p.name for p in Path(default_storage.path("")).rglob("*") if p.is_file()) == pictures
    )
    assert (tree.check(), tallies.wrong()) == ([], [])


@pytest.mark.parametrize("kind", ["jsonl", "archive"])
def test_the_picture_of_an_author_is_exported_and_restored(
    article, client, tmp_path, settings, kind
):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    data = picture_bytes("blue")
    author = article.authors.create(name="Ada", slug="ada", biography="Keeps bees.")
    author.picture = store_picture(data, "ada.png")
    author.save()
    page = client.get("/authors/ada/").content
    assert author.picture_path in page.decode()
    shown = b"".join(client.get(author.picture_path).streaming_content)
    if kind == "archive":
        call_command("export_archive", str(tmp_path / "made"))
    else:
        export(tmp_path / "made", format="jsonl")
    empty_site()
    shutil.rmtree(tmp_path / "media")
    restore(tmp_path / "made")
    with open_original(Author.objects.get().picture.sha256) as stored:
        assert stored.read() == data
    assert b"".join(client.get(author.picture_path).streaming_content) == shown
    assert client.get("/authors/ada/").content == page


def test_the_restored_site_goes_on(site, tmp_path):
    export(tmp_path / "one.jsonl", format="jsonl")
    empty_site()
    restore(tmp_path / "one.jsonl")
    article = Article.objects.get(slug="bees")
    account = User.objects.get(username="ed")
    assert (account.is_active, account.has_usable_password()) == (False, False)
    entry = AuditEntry.objects.filter(verb="remove", reason="Personal").get()
    assert entry.actor == account
    head = AuditHead.objects.get().head
    discussions.undo(entry, by=account)
    discussions.import_comments(article.pk, [Comment(body="One more")], [None])
    assert verify(expected_heads(head)).problems == []
    make_article("Written later")
    assert (tree.check(), tallies.wrong()) == ([], [])
    source = Source.objects.get(name__endswith="seeds.jsonl")
    assert b'"type": "commentary"' in b"".join(source.read())
    restored = Source.objects.get(name__endswith="eight-small-repairs.txt")
    assert restored.excerpt(1, 1) == [(1, restored.lines[0])]


@pytest.mark.slow
def test_the_other_database_makes_the_same_bytes(site, tmp_path):
    """The export of this database is restored on SQLite, each step in its own process."""
    one = export(tmp_path / "one.jsonl", format="jsonl")
    own = {"DATABASE_URL": f"sqlite:///{tmp_path}/other.sqlite3", "MEDIA_ROOT": str(tmp_path / "m")}
    for step in (
        ["migrate", "--verbosity", "0"],
        ["import_commentary", str(tmp_path / "one.jsonl")],
        ["export_commentary", "--format", "jsonl", "--output", str(tmp_path / "two.jsonl")],
    ):
        subprocess.run(
            [sys.executable, "manage.py", *step], cwd=ROOT, env=os.environ | own, check=True,
            capture_output=True,
        )  # fmt: skip
    assert (tmp_path / "two.jsonl").read_bytes() == one


def test_comments_are_in_reading_order_and_parents_come_first(site, tmp_path):
    export(tmp_path / "one.jsonl", format="jsonl")
    lines = list(map(json.loads, (tmp_path / "one.jsonl").read_text().split("\n")[:-1]))
    comments = [line for line in lines if line["type"] == "comment"]
    assert len(comments) == Comment.objects.count() > 30
    known = set()
    for comment in comments:
        assert comment.get("parent") in {None, *known}
        known.add(comment["id"])
    assert lines[-1]["rows"]["comment"] == len(comments)


def test_the_export_names_accounts_without_their_secrets(site, ed, tmp_path):
    ed.email = "ed@newsroom.example"
    ed.save()
    text = export(tmp_path / "one.jsonl", format="jsonl").decode()
    assert '{"type":"account","username":"ed"}\n' in text
    assert '{"type":"account","username":"repairer"}\n' in text
    assert "ed@newsroom.example" not in text
    assert ed.password not in text


def test_an_existing_account_keeps_its_decisions(small, tmp_path):
    export(tmp_path / "one.jsonl", format="jsonl")
    empty_site()
    mine = User.objects.create_user("ed", password="correct horse battery")
    restore(tmp_path / "one.jsonl")
    mine.refresh_from_db()
    assert mine.is_active
    assert AuditEntry.objects.get(verb="remove").actor == mine


def test_the_rules_of_the_export_replace_those_of_the_site(small, tmp_path):
    Rule.objects.all().delete()
    Rule.objects.create(kind="words", pattern="casino")
    export(tmp_path / "one.jsonl", format="jsonl")
    empty_site()
    Rule.objects.create(kind="everything")
    restore(tmp_path / "one.jsonl")
    assert [rule.kind for rule in Rule.objects.all()] == ["words"]


def test_a_dry_run_restores_nothing(small, tmp_path, capsys):
    export(tmp_path / "one.jsonl", format="jsonl")
    empty_site()
    restore(tmp_path / "one.jsonl", "--dry-run")
    assert "1 article and 6 comments added" in capsys.readouterr().out
    assert len(empty_tables()) == len(TABLES)


def test_a_picture_without_its_file_is_reported(site, tmp_path, capsys):
    one = export(tmp_path / "one.jsonl", format="jsonl")
    picture = MediaFile.objects.get(name="red.png")
    default_storage.delete(f"originals/{picture.sha256[:2]}/{picture.sha256}")
    two = export(tmp_path / "two.jsonl", format="jsonl")
    assert "red.png was exported without its bytes" in capsys.readouterr().err
    assert len(two) < len(one)
    empty_site()
    restore(tmp_path / "two.jsonl")
    assert export(tmp_path / "three.jsonl", format="jsonl") == two


# --- refusals


def refused(path: Path, capsys) -> str:
    """Return why an export is refused. Nothing may be stored."""
    capsys.readouterr()
    with pytest.raises(CommandError):
        restore(path)
    assert len(empty_tables()) == len(TABLES)
    return capsys.readouterr().err


def test_a_site_with_content_is_refused_and_kept(small, tmp_path, capsys):
    export(tmp_path / "one.jsonl", format="jsonl")
    before = rows()
    capsys.readouterr()
    with pytest.raises(CommandError):
        restore(tmp_path / "one.jsonl")
    assert "can only be restored into an empty one, and this site already has articles" in (
        capsys.readouterr().err
    )
    assert rows() == before


def test_a_cut_off_export_is_refused(small, tmp_path, capsys):
    lines = export(tmp_path / "one.jsonl", format="jsonl").splitlines(keepends=True)
    empty_site()
    cut = tmp_path / "cut.jsonl"
    for kept in (1, 5, len(lines) - 1):
        cut.write_bytes(b"".join(lines[:kept]))
        assert "the file is cut off" in refused(cut, capsys)
    cut.write_bytes(b"".join(lines)[:-20])
    assert f"cut.jsonl:{len(lines)}: is not valid JSON" in refused(cut, capsys)
    cut.write_bytes(b"".join(lines[:8] + lines[9:]))
    assert refused(cut, capsys)


CHANGES = [
    ('"status":"removed"', '"status":"gone"', "status: must be"),
    ('"type":"comment"', '"type":"remark"', "type: is unknown; the export may come from a later"),
    ('"version":1,"lang', '"version":2,"lang', "version: must be 1"),
    ('"lft":2,"rght":3', '"lft":3,"rght":4', "problem"),
    ('"status":"removed"', '"status":"approved"', "problem"),
    ('"slug":"why-bees-dance"', '"slug":"../why"', "slug: may contain only"),
    ('"actor":"ed"', '"actor":"mallory"', "no line above has the account “mallory”"),
    ('"level":1', '"level":1,"depth":1', "depth: is not a field of this type of line"),
    ('"name":"Cleo"', '"name":"Cl\\u0000eo"', "name: contains U+0000"),
    ('"number":6', '"number":5', "can't be stored"),
]


@pytest.mark.parametrize(("old", "new", "why"), CHANGES)
def test_a_changed_export_is_refused(small, tmp_path, capsys, old, new, why):
    export(tmp_path / "one.jsonl", format="jsonl")
    empty_site()
    assert why in refused(changed(tmp_path / "one.jsonl", old, new), capsys)


@pytest.mark.parametrize("key", [999_999, 1_000_000])
def test_a_row_that_refers_to_a_missing_one_is_refused(small, tmp_path, capsys, key):
    lines = export(tmp_path / "one.jsonl", format="jsonl").decode().split("\n")
    empty_site()
    at = next(n for n, line in enumerate(lines) if '"audit_entry"' in line)
    lines[at] = re.sub(r'"comment":\d+', f'"comment":{key}', lines[at])
    made = tmp_path / "changed.jsonl"
    made.write_text("\n".join(lines))
    assert "a row refers to one that is missing" in refused(made, capsys)


def test_a_row_that_refers_to_another_discussion_is_refused(small, comment, tmp_path, capsys):
    other = make_article("Another")
    discussions.import_comments(other.pk, [Comment(body="There")], [None])
    lines = export(tmp_path / "one.jsonl", format="jsonl").decode().split("\n")
    there = Comment.objects.get(body="There").pk
    empty_site()
    at = next(n for n, line in enumerate(lines) if '"audit_entry"' in line)
    lines[at] = re.sub(r'"comment":\d+', f'"comment":{there}', lines[at])
    made = tmp_path / "changed.jsonl"
    made.write_text("\n".join(lines))
    assert "AuditEntry.comment refers to another discussion" in refused(made, capsys)


def test_files_with_other_bytes_are_refused(site, tmp_path, capsys):
    text = export(tmp_path / "one.jsonl", format="jsonl").decode()
    empty_site()
    made = tmp_path / "changed.jsonl"
    made.write_text(re.sub(r'("type":"bytes","base64":")....', r"\1AAAA", text))
    assert "sha256: is not that of the bytes" in refused(made, capsys)


def test_html_in_an_export_is_rendered_again(small, tmp_path, client):
    export(tmp_path / "one.jsonl", format="jsonl")
    empty_site()
    made = changed(
        tmp_path / "one.jsonl", '"body":"How so?"', '"body":"<script>x()</script>","markup":"html"'
    )
    made.write_text(made.read_text().replace('"markup":"html","markup":"text"', '"markup":"html"'))
    restore(made)
    assert "x()" not in client.get("/articles/why-bees-dance/").content.decode()


def test_a_slug_and_the_whole_site_exclude_each_other(article):
    with pytest.raises(CommandError, match="leave out the slug"):
        call_command("export_commentary", article.slug, format="jsonl")
    with pytest.raises(CommandError, match="or add --all"):
        call_command("export_commentary")


# --- schema


def test_the_schema_in_the_documentation_is_current():
    stored = json.loads((ROOT / "docs" / "export.schema.json").read_text())
    assert stored == export_schema(), "run tools/import_schema.py"
    Draft202012Validator.check_schema(stored)


def test_the_schema_accepts_every_line(site, tmp_path):
    validator = Draft202012Validator(export_schema())
    checked = set()
    for line in export(tmp_path / "one.jsonl", format="jsonl").decode().split("\n")[:-1]:
        values = json.loads(line)
        if values["type"] not in checked or values["type"] == "comment":
            assert list(validator.iter_errors(values)) == []
        checked.add(values["type"])
    assert checked == {*TABLES, "commentary-export", "account", "bytes", "end"}


# --- other processes


def test_an_export_shows_one_moment_while_others_write(small, article):
    with database_snapshot():
        lines = site_lines()
        first = [next(lines) for _ in range(2)]
        failures = []

        def write() -> None:
            try:
                discussions.import_comments(article.pk, [Comment(body="Later")], [None])
            except Exception as failure:  # noqa: BLE001
                failures.append(failure)
            finally:
                connection.close()

        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
        assert failures == []
        text = "".join([*first, *lines])
    assert "Later" not in text
    assert json.loads(text.split("\n")[-2])["rows"]["comment"] == 6
    assert Comment.objects.count() == 7


@pytest.mark.slow
def test_a_killed_export_leaves_no_file(small, tmp_path):
    found = tmp_path / "to" / "site.jsonl"
    found.parent.mkdir()
    for when in range(4):
        killed("export_commentary", 0.02 * when, format="jsonl", output=str(found))
        assert not found.exists() or found.read_bytes().endswith(b"}}\n")


@pytest.mark.slow
def test_a_killed_archive_leaves_no_folder(site, tmp_path):
    folder = tmp_path / "to" / "archive"
    for when in range(4):
        killed("export_archive", 0.3 * when, str(folder))
        if folder.exists():
            bagit.Bag(str(folder)).validate()
            shutil.rmtree(folder)


@pytest.mark.slow
def test_a_killed_restore_stores_nothing(site, tmp_path):
    one = export(tmp_path / "one.jsonl", format="jsonl")
    for when in range(4):
        empty_site()
        killed("import_commentary", 0.2 * when, str(tmp_path / "one.jsonl"))
        if Article.objects.exists():
            assert export(tmp_path / "two.jsonl", format="jsonl") == one
        else:
            assert len(empty_tables()) == len(TABLES)
