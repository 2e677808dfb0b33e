"""The order in which rows of several discussions arrived: by `created_at`, then by id.

Ids alone do not give it: where a database is distributed, each place hands out ids of its own.
"""

from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

OLDEST_FIRST = ("created_at", "pk")
NEWEST_FIRST = ("-created_at", "-pk")

Rows = TypeVar("Rows", bound=QuerySet)


def arrived_after(rows: Rows, at: datetime, pk: int, column: str = "created_at") -> Rows:
    """Return the rows after a position. `column` is the time that they are ordered by."""
    return rows.filter(**{f"{column}__gte": at}).exclude(**{column: at, "pk__lte": pk})


def arrived_before(rows: Rows, at: datetime, pk: int, column: str = "created_at") -> Rows:
    """Return the rows before a position. `column` is the time that they are ordered by."""
    return rows.filter(**{f"{column}__lte": at}).exclude(**{column: at, "pk__gte": pk})
