"""The key of a row that belongs to a discussion."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import QuerySet

WRITTEN = re.compile(r"([0-9]{1,19})-([0-9]{1,19})")
HIGHEST_KEY = 2**63 - 1  # the largest value of a key column


class RowKey(NamedTuple):
    """The discussion and the id of a comment, point link or audit entry.

    Forms and URLs of the admin carry both, so that a row is looked up only in its discussion.
    """

    discussion_id: int
    pk: int

    @classmethod
    def parse(cls, text: str) -> "RowKey | None":
        """Parse "3-231". Return None for anything else."""
        match = WRITTEN.fullmatch(text)
        found = cls(int(match[1]), int(match[2])) if match else None
        return found if found and max(found) <= HIGHEST_KEY else None

    def __str__(self) -> str:
        """Return the text that `parse` takes."""
        return f"{self.discussion_id}-{self.pk}"


class HasRowKey:
    """A row that belongs to a discussion."""

    discussion_id: int
    id: int

    @property
    def key(self) -> RowKey:
        """Return the key of this row, as forms and URLs contain it."""
        return RowKey(self.discussion_id, self.id)


def with_keys(rows: QuerySet, keys: Iterable[RowKey]) -> list:
    """Return the rows of a query that have one of these keys. One query.

    A key with the wrong discussion finds nothing.
    """
    wanted = set(keys)
    if not wanted:
        return []
    found = rows.filter(
        discussion__in={key.discussion_id for key in wanted}, pk__in={key.pk for key in wanted}
    )
    return [row for row in found if row.key in wanted]
