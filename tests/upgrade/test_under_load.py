"""A site is upgraded while its previous version is running: readers read, writers write, and nothing
that they were told is stored is lost.

The statements of the previous version are those that name the columns of its tables.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from commentary.models.comment import TREES_PER_DISCUSSION
from tests.upgrade.make import ROOT, run
from tests.upgrade.test_upgrade import ON_POSTGRESQL, opened

pytestmark = pytest.mark.skipif(
    not ON_POSTGRESQL, reason="SQLite has one writer, so a migration waits for the others"
)
LONGEST = 8.0  # seconds that a request may take, on a busy machine
LIMITS = "SET lock_timeout = 3000; SET statement_timeout = 4000"


class Load:
    """Threads that do something again and again, and what they saw."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.stop = threading.Event()
        self.done: list[int] = []
        self.slowest = 0.0
        self.errors: list[Exception] = []

    def repeat(self, act: Callable[[psycopg.Connection], int]) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(LIMITS)
            connection.commit()
            while not self.stop.is_set():
                began = time.monotonic()
                try:
                    with connection.transaction():
                        key = act(connection)
                    self.done.append(key)
                except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
                    pass  # 503 with Retry-After: what was sent was kept
                except psycopg.Error as error:
                    self.errors.append(error)
                    return
                self.slowest = max(self.slowest, time.monotonic() - began)
                time.sleep(0.01)


@contextmanager
def running(load: Load, *acts: Callable[[psycopg.Connection], int]) -> Iterator[None]:
    threads = [threading.Thread(target=load.repeat, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        load.stop.set()
        for thread in threads:
            thread.join()


@pytest.fixture
def site(tmp_path) -> Iterator[str]:
    """A site of the first version whose migrations are kept."""
    with opened("postgresql", "site", tmp_path) as url:
        yield url


def columns_of(connection: psycopg.Connection, table: str) -> list[str]:
    rows = connection.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table]
    )
    return [name for (name,) in rows]


def test_a_site_is_upgraded_while_the_previous_version_reads_and_writes(site):
    with psycopg.connect(site) as connection:
        columns = [c for c in columns_of(connection, "commentary_comment") if c != "id"]
        articles = ", ".join(columns_of(connection, "commentary_article"))
        discussion, model = connection.execute(
            "SELECT discussion_id, id FROM commentary_comment WHERE parent_id IS NULL "
            "AND status = 'approved' ORDER BY id LIMIT 1"
        ).fetchall()[0]
        before = connection.execute("SELECT count(*) FROM commentary_comment").fetchall()[0][0]
    placed = {
        "number": "%(number)s", "tree_id": "%(tree)s", "lft": "1", "rght": "2", "level": "0",
        "reply_count": "0", "parent_id": "NULL", "closed_entry_id": "NULL", "import_run_id": "NULL",
        "source_key": "''", "anonymous_number": "NULL",
    }  # fmt: skip
    values = ", ".join(placed.get(name, name) for name in columns)

    def write(connection: psycopg.Connection) -> int:
        """Add a comment like the previous version: lock the discussion, take a number, insert."""
        number = connection.execute(
            "UPDATE commentary_discussion SET last_number = last_number + 1, "
            "approved_count = approved_count + 1, changed_at = now() "
            "WHERE article_id = %s RETURNING last_number", [discussion],
        ).fetchall()[0][0]  # fmt: skip
        connection.execute(
            f"INSERT INTO commentary_comment ({', '.join(columns)}) "
            f"SELECT {values} FROM commentary_comment WHERE id = %(model)s",
            {
                "number": number,
                "tree": discussion * TREES_PER_DISCUSSION + number,
                "model": model,
            },
        )
        return number

    def read(connection: psycopg.Connection) -> int:
        connection.execute(f"SELECT {articles} FROM commentary_article").fetchall()
        names = ", ".join(columns)
        rows = connection.execute(
            f"SELECT {names} FROM commentary_comment WHERE discussion_id = %s", [discussion]
        ).fetchall()
        assert rows
        return 0

    writers, readers = Load(site), Load(site)
    with running(writers, write), running(readers, read, read):
        time.sleep(0.5)
        run(site, "migrate", "--verbosity", "0")
        writers_at_end = len(writers.done)
        time.sleep(1)
    assert writers.errors == []
    assert readers.errors == []
    assert 0 < writers_at_end < len(writers.done), "it writes before and after"
    assert max(writers.slowest, readers.slowest) < LONGEST
    with psycopg.connect(site) as connection:
        stored = connection.execute(
            "SELECT number FROM commentary_comment WHERE discussion_id = %s", [discussion]
        ).fetchall()
        assert set(writers.done) <= {number for (number,) in stored}
        after = connection.execute("SELECT count(*) FROM commentary_comment").fetchall()[0][0]
    assert after == before + len(writers.done)
    assert "No problems found." in run(site, "check_tree")


@pytest.mark.parametrize(
    "held",
    [
        "SELECT count(*) FROM commentary_comment",  # a report or a backup, which takes long
        "LOCK auth_user IN ROW EXCLUSIVE MODE",  # foreign keys to it are added at the end of a migration
    ],
)
def test_a_migration_that_waits_for_a_table_lets_others_pass_and_tries_again(site, held):
    env = os.environ | {"DATABASE_URL": site, "DJANGO_SETTINGS_MODULE": "config.settings"}
    readers = Load(site)

    def read(connection: psycopg.Connection) -> int:
        connection.execute("SELECT count(*) FROM commentary_comment")
        return 0

    with psycopg.connect(site) as slow:
        slow.execute(held)
        migrating = subprocess.Popen(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert migrating.stderr
        with running(readers, read):
            assert "A table is in use (lock not available)" in migrating.stderr.readline()
        slow.rollback()
        _out, rest = migrating.communicate(timeout=300)
    assert migrating.returncode == 0, rest
    assert readers.errors == []
    assert readers.slowest < LONGEST
    assert "No planned migration" in run(site, "migrate", "--plan")
