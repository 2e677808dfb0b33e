"""The order in which rows of several discussions arrived: by `created_at`, then by id.

Ids alone do not give it: where a database is distributed, each place hands out ids of its own.
"""

from datetime import datetime
from typing import Any

OLDEST_FIRST = ("created_at", "pk")
NEWEST_FIRST = ("-created_at", "-pk")


def arrived_after(rows: Any, at: datetime, pk: int, column: str = "created_at") -> Any:
    """Return the rows after a position. `column` is the time that they are ordered by."""
    return rows.filter(**{f"{column}__gte": at}).exclude(**{column: at, "pk__lte": pk})


def arrived_before(rows: Any, at: datetime, pk: int, column: str = "created_at") -> Any:
    """Return the rows before a position. `column` is the time that they are ordered by."""
    return rows.filter(**{f"{column}__lte": at}).exclude(**{column: at, "pk__gte": pk})
