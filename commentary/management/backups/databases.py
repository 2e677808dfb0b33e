"""Copies of the database: by the programs of PostgreSQL, and by the online backup of SQLite."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from psycopg.conninfo import make_conninfo

from ...models.snapshot import database_snapshot
from .folder import BackupError, Watch

FILES = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}
POLL = 0.2  # seconds between two looks at the size of a dump


def dump(target: Path, watch: Watch) -> dict[str, int]:
    """Write the database to a file, and return the number of rows of each table in it."""
    return DUMPS[connection.vendor](target, watch)


def count_rows_of(tables: list[str]) -> dict[str, int]:
    """Return the number of rows of each table."""
    rows = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            rows[table] = cursor.fetchone()[0]
    return rows


def our_tables() -> list[str]:
    """Return the tables of the site that the database has, in order. Virtual ones of SQLite, which show
    what others contain, are left out.
    """
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    ours.add(MigrationRecorder.Migration._meta.db_table)
    there = connection.introspection.table_names()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL %%'", [])
            there = sorted({*there} - {name for (name,) in cursor.fetchall()})
    return sorted(name for name in there if name in ours or name.startswith("commentary_"))


# --- PostgreSQL


def program(name: str) -> str:
    """Return the path of a program of PostgreSQL that is not older than the server."""
    path = shutil.which(name)
    if path is None:
        raise BackupError(
            _(
                "%(program)s was not found. Install the client programs of PostgreSQL (on Debian: "
                "apt-get install postgresql-client), or add their folder to PATH."
            )
            % {"program": name}
        )
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)(?:\.|\b)", said.partition(")")[2])
    connection.ensure_connection()
    server = connection.connection.info.server_version // 10_000
    if found and int(found[1]) < server:
        raise BackupError(
            _(
                "%(program)s has version %(version)s, and the server %(server)s. Install the client "
                "programs of PostgreSQL %(server)s, and put their folder first in PATH, for example "
                "/usr/lib/postgresql/%(server)s/bin."
            )
            % {"program": path, "version": found[1], "server": server}
        )
    return path


def _access() -> tuple[str, dict[str, str]]:
    """Return how programs connect: a connection string without the password, and the environment
    with it.
    """
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    params = {k: v for k, v in connection.get_connection_params().items() if k in known}
    environment = os.environ | {"PGOPTIONS": ""}
    if password := params.pop("password", None):
        environment["PGPASSWORD"] = str(password)
    return make_conninfo(**params), environment


def _dump_postgresql(target: Path, watch: Watch) -> dict[str, int]:
    path = program("pg_dump")
    tables = our_tables()
    access, environment = _access()
    with database_snapshot():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        command = [
            path, "--format=custom", "--no-owner", "--no-privileges", "--no-password",
            f"--snapshot={snapshot}", f"--file={target}", f"--dbname={access}",
        ]  # fmt: skip
        with tempfile.TemporaryFile() as said, _running(command, environment, said) as process:
            rows = count_rows_of(tables)
            size = 0
            while process.poll() is None:
                try:
                    process.wait(POLL)
                except subprocess.TimeoutExpired:
                    now = target.stat().st_size if target.exists() else 0
                    watch(_("database"), now - size)
                    size = now
            if process.returncode:
                said.seek(0)
                raise BackupError(
                    _("pg_dump failed: %(reason)s") % {"reason": _last_words(said.read())}
                )
    return rows


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], said: object
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program, which is stopped if this is."""
    process = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=said,  # type: ignore[call-overload]
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _last_words(said: bytes) -> str:
    lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
    return " ".join(line.strip() for line in lines[-3:])[:500] or _("it gave no reason")


def _load_postgresql(source: Path, watch: Watch) -> None:
    """Replace the tables by those of a dump, in one transaction: all of it or nothing."""
    script, restore = program("psql"), program("pg_restore")
    access, environment = _access()
    quoted = connection.ops.quote_name
    drops = "".join(f"DROP TABLE IF EXISTS {quoted(name)} CASCADE;\n" for name in our_tables())
    connection.close()  # it must not keep locks
    with tempfile.TemporaryFile() as said:
        reading = subprocess.Popen(
            [
                restore,
                "--clean",
                "--if-exists",
                "--no-owner",
                "--no-privileges",
                "--file=-",
                source,
            ],
            stdout=subprocess.PIPE,
            stderr=said,
            env=environment,
        )
        writing = subprocess.Popen(
            [script, "--single-transaction", "--set=ON_ERROR_STOP=1", "--quiet", "--no-psqlrc",
             "--no-password", f"--dbname={access}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=environment,
        )  # fmt: skip
        assert reading.stdout
        assert writing.stdin
        try:
            writing.stdin.write(drops.encode())
            while piece := reading.stdout.read(1 << 16):
                writing.stdin.write(piece)
                watch(_("database"), len(piece))
            if reading.wait():  # without its end, the script must not be committed
                writing.kill()
            writing.stdin.close()
        except BrokenPipeError:
            pass  # psql has said why
        finally:
            for process in (reading, writing):
                if process.poll() is None and process is reading:
                    process.kill()
                process.wait()
        if reading.returncode or writing.returncode:
            said.seek(0)
            raise BackupError(
                _("Nothing was changed: the database could not be restored: %(reason)s")
                % {"reason": _last_words(said.read())}
            )


def _check_postgresql(source: Path) -> None:
    """Check that a dump can be read to its end."""
    done = subprocess.run(
        [program("pg_restore"), "--file=/dev/null", source], capture_output=True, check=False
    )
    if done.returncode:
        raise BackupError(
            _("%(name)s can't be read: %(reason)s")
            % {"name": source.name, "reason": _last_words(done.stderr)}
        )


# --- SQLite


def _dump_sqlite(target: Path, watch: Watch) -> dict[str, int]:
    """Copy the database with what is in its write-ahead log, while others write."""
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        problem = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if problem != "ok":
            raise BackupError(_("the database is damaged: %(problem)s") % {"problem": problem})
        rows = {
            name: copy.execute(
                f"SELECT count(*) FROM {connection.ops.quote_name(name)}"
            ).fetchone()[0]
            for name in our_tables()
        }
    watch(_("database"), target.stat().st_size)
    return rows


def _load_sqlite(source: Path, watch: Watch) -> None:
    """Replace the database in one transaction. Processes that have it open see it at once."""
    connection.close()
    connection.ensure_connection()
    with closing(
        sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    ) as copy:
        copy.backup(connection.connection)
    connection.close()
    watch(_("database"), source.stat().st_size)


def _check_sqlite(source: Path) -> None:
    try:
        with closing(
            sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        ) as copy:
            problem = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as failure:
        raise BackupError(
            _("%(name)s can't be read: %(reason)s") % {"name": source.name, "reason": failure}
        ) from failure
    if problem != "ok":
        raise BackupError(
            _("%(name)s is damaged: %(problem)s") % {"name": source.name, "problem": problem}
        )


DUMPS = {"postgresql": _dump_postgresql, "sqlite": _dump_sqlite}
LOADS = {"postgresql": _load_postgresql, "sqlite": _load_sqlite}
CHECKS = {"postgresql": _check_postgresql, "sqlite": _check_sqlite}
