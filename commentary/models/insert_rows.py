"""Insert many rows as plain values, without instances: COPY on PostgreSQL, executemany on SQLite."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from django.db import connection, models

ROWS_PER_COPY = 5_000  # about half a second, so that a statement stays within the timeout of pages

Row = Sequence[Any]  # values as the driver takes them, in the order of the columns


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert rows with these columns and return how many. They are not held in memory.

    Rows are taken while PostgreSQL receives them, so only the first one may use the database.
    """
    quoted = connection.ops.quote_name
    table, names = quoted(model._meta.db_table), ", ".join(map(quoted, columns))
    inserted = 0
    # COPY would raise the errors of psycopg instead of those of Django.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        for some in _in_parts(iter(rows)):
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in some:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(some))
            inserted += cursor.rowcount
    return inserted


def _in_parts(rows: Iterator[Row]) -> Iterator[Iterator[Row]]:
    """Yield an iterator for each statement, as long as there is a row for it."""
    for first in rows:
        yield chain([first], islice(rows, ROWS_PER_COPY - 1))
