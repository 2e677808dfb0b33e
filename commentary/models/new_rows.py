"""New rows of several tables, inserted in one message."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models


def insert_together(rows: Sequence[models.Model]) -> None:
    """Insert new rows that have their keys, in this order. On PostgreSQL in one round trip.

    Columns are computed as by save(), but no signals are sent, and Django compiles no statement.
    """
    statements = [(_insert_into(type(row)), _values_of(row)) for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            together = "; ".join(sql for sql, _values in statements)
            cursor.execute(together, [value for _sql, values in statements for value in values])
        else:
            for sql, values in statements:
                cursor.execute(sql, values)
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


@cache
def _insert_into(model: type[models.Model]) -> str:
    quote = connection.ops.quote_name
    fields = model._meta.concrete_fields
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks})"


def _values_of(row: models.Model) -> list[Any]:
    return [
        field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for field in row._meta.concrete_fields
    ]
