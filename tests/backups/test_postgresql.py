"""Backups use the programs of PostgreSQL, and pass on what those say."""

import os

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db(transaction=True)


def test_missing_programs_are_named(db, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="pg_dump was not found. Install the client programs"):
        call_command("backup", str(tmp_path / "backups"))


def test_programs_that_are_older_than_the_server_are_refused(db, tmp_path, monkeypatch):
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(CommandError, match="has version 9, and the server [0-9]+"):
        call_command("backup", str(tmp_path / "backups"))


def test_the_words_of_pg_dump_are_passed_on(db, tmp_path, monkeypatch):
    fake = tmp_path / "pg_dump"
    fake.write_text(
        "#!/bin/sh\ntest \"$1\" = --version && echo 'pg_dump (PostgreSQL) 99.1' && exit\n"
        "echo 'pg_dump: error: No space left on device' >&2; exit 1\n"
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(CommandError, match="pg_dump failed: .*No space left on device"):
        call_command("backup", str(tmp_path / "backups"))
