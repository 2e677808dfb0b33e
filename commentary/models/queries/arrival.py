"""Sorts rows of several discussions in the order in which they arrived: by `created_at`, then by
id.

Ids alone are not enough, because each node of a distributed database assigns its own.
"""

from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

OLDEST_FIRST = ("created_at", "pk")
NEWEST_FIRST = ("-created_at", "-pk")

Rows = TypeVar("Rows", bound=QuerySet)


def arrived_after(rows: Rows, at: datetime, pk: int, column: str = "created_at") -> Rows:
    """Return the rows after a position. `column` contains the time by which they are sorted."""
    return rows.filter(**{f"{column}__gte": at}).exclude(**{column: at, "pk__lte": pk})


def arrived_before(rows: Rows, at: datetime, pk: int, column: str = "created_at") -> Rows:
    """Return the rows before a position. `column` contains the time by which they are sorted."""
    return rows.filter(**{f"{column}__lte": at}).exclude(**{column: at, "pk__gte": pk})
