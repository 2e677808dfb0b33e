"""No query runs or waits for long, however it reaches PostgreSQL.

`make test-pgbouncer` runs this behind PgBouncer in transaction mode, where consecutive statements
of a connection may run in different sessions.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from commentary import discussions
from commentary.models import Article, Comment, Discussion

pytestmark = [pytest.mark.django_db(transaction=True)]

SLOW = "SELECT pg_sleep(30)"


@contextmanager
def limited(**limits: int) -> Iterator[None]:
    """Apply the limits of web processes to this thread's connection."""
    options = connection.settings_dict["OPTIONS"]
    before = options["limits"]
    connection.close()
    options["limits"] = limits
    try:
        yield
    finally:
        connection.close()
        options["limits"] = before


def run(statement: str, *params: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, params or None)
        return cursor.fetchone()


def test_a_slow_query_is_aborted():
    with limited(statement_timeout=50), pytest.raises(OperationalError, match="statement timeout"):
        run(SLOW)


def test_a_slow_query_in_a_transaction_is_aborted_too():
    with limited(statement_timeout=50):
        with pytest.raises(OperationalError, match="statement timeout"), transaction.atomic():
            run(SLOW)
        with pytest.raises(OperationalError, match="statement timeout"), transaction.atomic():
            run("SELECT 1")
            run(SLOW)


def test_each_of_many_queries_is_aborted_in_any_session():
    with limited(statement_timeout=50):
        for _ in range(3):
            assert run("SELECT 1") == (1,)
            with pytest.raises(OperationalError, match="statement timeout"):
                run(SLOW)


def test_a_long_wait_for_a_lock_is_aborted(article):
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Discussion.objects.select_for_update().get(pk=article.pk)
            held.set()
            done.wait(60)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(60)
        with limited(lock_timeout=50):
            with pytest.raises(OperationalError, match="lock timeout"):
                discussions.import_comments(article.pk, [Comment(body="Words")], [None])
            with pytest.raises(OperationalError, match="lock timeout"):
                Discussion.objects.filter(pk=article.pk).update(version=1)
    finally:
        done.set()
        holder.join()


def test_limits_leave_nothing_in_the_session():
    """Another client of the pooler gets the session next."""
    with limited(statement_timeout=1234):
        assert run("SHOW statement_timeout") != ("1234ms",)  # not a query: it is sent separately
        assert run("SELECT current_setting('statement_timeout')") == ("1234ms",)
        with transaction.atomic():
            assert run("SHOW statement_timeout") == ("1234ms",)
        assert run("SHOW statement_timeout") != ("1234ms",)


@pytest.mark.parametrize("is_atomic", [True, False])
def test_results_are_those_of_the_query_itself(is_atomic, article):
    def check() -> None:
        assert run("SELECT %s + 1", 1) == (2,)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE commentary_article SET title = title WHERE id = %s", [article.pk]
            )
            assert cursor.rowcount == 1
            assert not cursor.nextset()

    with limited(statement_timeout=5000, lock_timeout=3000):
        if is_atomic:
            with transaction.atomic():
                check()
        else:
            check()


def test_rows_are_streamed_in_a_transaction_with_limits():
    with limited(statement_timeout=1234), transaction.atomic():
        rows = Discussion.objects.iterator(chunk_size=1)
        assert list(rows) == []
        assert run("SHOW statement_timeout") == ("1234ms",)


def test_times_are_in_utc_however_they_are_read(article):
    times = Article.objects.values_list("created_at", flat=True)
    with transaction.atomic():
        assert {time.tzinfo for time in [*times, *times.iterator(chunk_size=1)]} == {UTC}


def test_rows_are_read_outside_a_transaction(article):
    assert [row.pk for row in Discussion.objects.iterator(chunk_size=1)] == [article.pk]


def test_statements_that_cannot_run_in_a_transaction_still_work():
    with limited(statement_timeout=5000), connection.cursor() as cursor:
        cursor.execute("VACUUM commentary_rule")


def test_behind_pgbouncer_pgbouncer_really_answers():
    """Otherwise `make test-pgbouncer` could pass without it."""
    if os.environ.get("PGBOUNCER") == "1":
        with pytest.raises(psycopg.OperationalError, match="unsupported startup parameter"):
            psycopg.connect(os.environ["DATABASE_URL"], options="-c lock_timeout=1")
