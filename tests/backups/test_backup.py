"""A backup is made while the site is running, and restored: every row and every picture."""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection

from commentary import discussions
from commentary.discussions.verification import verify
from commentary.management.backups import databases
from commentary.management.backups.folder import MANIFEST
from commentary.models import (
    Article,
    Comment,
    Discussion,
    OutboxMessage,
    StaffSession,
    Submission,
)
from commentary.models.site import state
from commentary.privacy.erasures import erasure_file
from tests.pseudo_locale import english_in_output, pseudo_language, with_other_letters
from tests.upgrade.make import ROOT
from tests.upgrade.test_upgrade import ON_POSTGRESQL

pytestmark = pytest.mark.django_db(transaction=True)


def table_rows() -> dict[str, list[str]]:
    """Return all rows of all tables. Versions are new after a restore, and no session is left."""
    rows = {}
    with connection.cursor() as cursor:
        for table in databases.our_tables():
            if table in ("commentary_staffsession", "commentary_site_change"):
                continue
            columns = [
                c.name for c in connection.introspection.get_table_description(cursor, table)
            ]
            columns = [name for name in columns if name not in ("changed_at", "version")]
            names = ", ".join(map(connection.ops.quote_name, columns))
            cursor.execute(f"SELECT {names} FROM {connection.ops.quote_name(table)}")
            rows[table] = sorted(
                repr([_plain(value) for value in row]) for row in cursor.fetchall()
            )
    return rows


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def files(folder: str) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in Path(folder).rglob("*")
        if path.is_file()
    }


def test_a_restored_site_has_every_row_and_every_picture(site, backup, settings, tmp_path, mo):
    before, pictures = table_rows(), files(settings.MEDIA_ROOT)
    assert sum(map(len, before.values())) > 300
    assert pictures
    folder = backup()
    discussions.close(site.discussion, by=mo)
    Article.objects.filter(pk=site.pk).update(title="Changed after the backup")
    settings.MEDIA_ROOT = str(tmp_path / "elsewhere")
    with pytest.raises(CommandError, match="This site has content"):
        call_command("restore", str(folder))
    assert Article.objects.get(pk=site.pk).title == "Changed after the backup"
    call_command("restore", str(folder), "--replace")
    assert table_rows() == before
    assert files(settings.MEDIA_ROOT) == pictures
    assert verify().problems == []
    # New rows get new keys.
    [added] = discussions.import_comments(site.pk, [Comment(body="After it")], [None])
    assert added.pk > max(Comment.objects.exclude(pk=added.pk).values_list("pk", flat=True))


def test_nothing_from_before_counts_as_current(site, backup, as_ed):
    OutboxMessage.objects.create(kind="confirm", recipient="ann@example.org")
    assert StaffSession.objects.exists()
    versions = set(Discussion.objects.values_list("version", flat=True))
    lists = state().version
    folder = backup()
    cache.set("page", "stored")
    call_command("restore", str(folder), "--replace")
    assert not versions & set(Discussion.objects.values_list("version", flat=True))
    assert state().version != lists
    assert cache.get("page") is None
    assert not StaffSession.objects.exists()
    message = OutboxMessage.objects.get(recipient="ann@example.org")
    assert message.is_finished
    assert "restored backup" in message.last_error


def test_erasures_since_the_backup_are_repeated(client, respond, article, backup, tmp_path, capsys):
    respond(client, "Words of theirs", name="Zzname", email="zz@example.org")
    folder = backup()
    call_command("privacy_erase", "--email", "zz@example.org", "--yes")
    elsewhere = tmp_path / "erasures-kept-elsewhere.jsonl"
    erasure_file().rename(elsewhere)
    call_command("restore", str(folder), "--replace")
    assert Comment.objects.get().body == "Words of theirs"
    call_command("restore", str(folder), "--replace", "--erasures", str(elsewhere))
    assert "Erased again: 1 comment." in capsys.readouterr().out
    assert (Comment.objects.get().name, Comment.objects.get().body) == ("", "")
    assert Submission.objects.get().email == ""
    assert verify().problems == []
    call_command("restore", str(folder), "--replace")  # this machine knows it now
    assert Comment.objects.get().body == ""
    assert "zz@" not in erasure_file().read_text()
    with pytest.raises(CommandError, match="there is no such file"):
        call_command("restore", str(folder), "--erasures", "/nowhere")


def test_only_the_owner_can_read_a_backup_and_it_has_no_secrets(site, backup, settings):
    folder = backup()
    assert folder.stat().st_mode & 0o777 == 0o700
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    manifest = json.loads((folder / MANIFEST).read_text())
    assert manifest["database"] == connection.vendor
    assert manifest["rows"]["commentary_comment"] == Comment.objects.count()
    template = (folder / "settings.env").read_text()
    assert "SECRET_KEY=\n" in template
    assert settings.SECRET_KEY not in template
    assert "DATABASE_URL=\n" in template
    assert "ALLOWED_HOSTS=testserver" in template


def test_the_output_is_in_the_language_of_the_site(db, backup, settings, tmp_path, capsys):
    with pseudo_language("de-xa", with_other_letters, settings, tmp_path / "locale"):
        call_command("backup", str(tmp_path / "backups"))
        (folder,) = (tmp_path / "backups").iterdir()
        call_command("restore", "--verify", str(folder))
        call_command("restore", "--replace", str(folder))
        with pytest.raises(CommandError) as refusal:
            call_command("restore", str(tmp_path))
    output = "".join([*capsys.readouterr(), str(refusal.value)])
    assert len(output.splitlines()) >= 6, output
    assert english_in_output(output) == []


def test_verify_changes_nothing_and_finds_damage(site, backup, capsys):
    folder = backup()
    before = table_rows()
    call_command("restore", "--verify", str(folder))
    assert "is complete" in capsys.readouterr().out
    assert table_rows() == before
    picture = next(path for path in (folder / "media").rglob("*") if path.is_file())
    data = picture.read_bytes()
    picture.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    for options in (["--verify"], ["--replace"]):
        with pytest.raises(CommandError, match=f"media/.*{picture.name} is damaged"):
            call_command("restore", str(folder), *options)
    picture.write_bytes(data)
    (folder / "more").write_text("x")
    with pytest.raises(CommandError, match="more is not part of the backup"):
        call_command("restore", "--verify", str(folder))
    (folder / "more").unlink()
    database = folder / databases.FILES[connection.vendor]
    database.write_bytes(database.read_bytes()[:-100])
    with pytest.raises(CommandError, match=f"{database.name} is damaged"):
        call_command("restore", str(folder), "--replace")
    database.unlink()
    with pytest.raises(CommandError, match=f"{database.name}: No such file"):
        call_command("restore", str(folder), "--replace")
    assert table_rows() == before


def test_a_dump_that_can_t_be_loaded_changes_nothing(site, backup):
    folder = backup()
    before = table_rows()
    database = folder / databases.FILES[connection.vendor]
    database.write_bytes(b"x" * 5_000)
    with pytest.raises(databases.BackupError):
        databases.CHECKS[connection.vendor](database)
    with pytest.raises((databases.BackupError, sqlite3.DatabaseError)):
        databases.LOADS[connection.vendor](database, lambda what, count: None)
    assert table_rows() == before


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"format": "zip"}, "is not a backup of Commentary"),
        ({"version": 2}, "was made by a later version"),
        ({"rows": None, "more": 1}, "manifest.json is damaged"),
        ({"database": "oracle"}, "This is a backup of oracle"),
        ({"migrations": ["commentary.9999_later"]}, "later version of Commentary .migration comm"),
    ],
)
def test_what_is_not_a_backup_of_such_a_site_is_refused(db, backup, change, why):
    folder = backup()
    manifest = json.loads((folder / MANIFEST).read_text()) | change
    (folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(CommandError, match=why):
        call_command("restore", str(folder))


def test_a_folder_that_is_no_backup_is_refused(db, tmp_path):
    with pytest.raises(CommandError, match="is not a backup: manifest.json: No such file"):
        call_command("restore", str(tmp_path))


def test_a_failed_backup_leaves_nothing(site, tmp_path, monkeypatch):
    def full(target, watch):
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setitem(databases.DUMPS, connection.vendor, full)
    with pytest.raises(CommandError, match="No backup was made: .*No space left on device"):
        call_command("backup", str(tmp_path / "backups"))
    assert list((tmp_path / "backups").iterdir()) == []


def test_old_backups_are_deleted_if_asked(db, backup, tmp_path):
    old, other = backup(), tmp_path / "backups" / "commentary-notes"
    manifest = json.loads((old / MANIFEST).read_text())
    (old / MANIFEST).write_text(json.dumps(manifest | {"created_at": "2020-01-01T00:00:00+00:00"}))
    old.rename(old.with_name("commentary-20200101-000000"))
    other.mkdir()
    new = backup("--keep-days", "35")
    assert sorted(path.name for path in new.parent.iterdir()) == sorted([new.name, other.name])


@pytest.mark.parametrize("database", ["sqlite", "postgresql"] if ON_POSTGRESQL else ["sqlite"])
def test_a_backup_is_restored_into_a_new_empty_database(database, tmp_path, capsys):
    """From another process, as on another machine, without --replace."""

    def run(url: str, *command: str) -> str:
        env = os.environ | {
            "DATABASE_URL": url, "VAR_DIR": str(tmp_path / "var2"),
            "DJANGO_SETTINGS_MODULE": "config.settings", "MEDIA_ROOT": str(tmp_path / "media2"),
        }  # fmt: skip
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=env, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip

    (tmp_path / "var2").mkdir()
    if database == "sqlite":
        urls = [f"sqlite:///{tmp_path}/{name}.sqlite3" for name in ("from", "to")]
        _restore_elsewhere(run, urls, tmp_path)
        return
    server = os.environ.get("DIRECT_DATABASE_URL", os.environ["DATABASE_URL"])
    names = [f"backup_{os.getpid()}_{part}" for part in ("from", "to")]
    with psycopg.connect(server, autocommit=True) as admin:
        for name in names:
            admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        urls = [urlunsplit(urlsplit(server)._replace(path=f"/{name}")) for name in names]
        try:
            _restore_elsewhere(run, urls, tmp_path)
        finally:
            for name in names:
                admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _restore_elsewhere(run, urls: list[str], tmp_path: Path) -> None:
    run(urls[0], "migrate", "--verbosity", "0")
    run(urls[0], "import_commentary", "fixtures/a-bakery-without-a-sign.txt")
    exported = run(urls[0], "export_commentary", "--all")
    made = run(urls[0], "backup", str(tmp_path / "elsewhere"))
    folder = made.partition("Backup: ")[2].splitlines()[0]
    run(urls[1], "restore", folder)
    assert run(urls[1], "export_commentary", "--all") == exported
    assert "No problems found." in run(urls[1], "check_tree")
    assert "No planned migration" in run(urls[1], "migrate", "--plan")
