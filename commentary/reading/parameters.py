"""Parsers for query and form parameters: numbers, days and cursors.

Each returns None for text that this site would not have written, so that a page has one URL and
databases never get a number they can't store.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from ..models.row_key import HIGHEST_KEY

HIGHEST_NUMBER = 2**31 - 1  # the largest number of a comment and edge of a tree
DIGITS = re.compile(r"[0-9]{1,19}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
SEARCH_PLACE = re.compile(r"(?:(\d{1,6})\.)?(\d{1,19})", re.ASCII)
BEGINNING_OF_TIME = datetime(1, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
RANKED = ("replies", "active")  # orders of threads in which a cursor has a rank


def parse_number(text: str, highest: int = HIGHEST_NUMBER) -> int | None:
    """Parse ASCII digits up to `highest`."""
    number = int(text) if DIGITS.fullmatch(text) else None
    return number if number is not None and number <= highest else None


def parse_key(text: str) -> int | None:
    """Parse a primary key."""
    return parse_number(text, HIGHEST_KEY)


def parse_day(text: str) -> date | None:
    """Parse a day such as "2026-01-31"."""
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def in_microseconds(moment: datetime | None) -> int:
    """Return the microseconds since the year 1, 0 for None."""
    return 0 if moment is None else (moment - BEGINNING_OF_TIME) // MICROSECOND


class ThreadCursor(NamedTuple):
    """The position of a thread in any order: its rank and the number of its root.

    The rank is its number of replies or, by activity, the time of its last comment in microseconds
    since the year 1.
    """

    rank: int
    number: int

    @classmethod
    def parse(cls, text: str, sort: str) -> "ThreadCursor | None":
        """Parse "57", or "12-57" when sorted by replies or by activity."""
        before, dash, number = text.rpartition("-")
        if bool(dash) != (sort in RANKED):
            return None
        rank, root = parse_key(before) if dash else 0, parse_number(number)
        return None if rank is None or root is None else cls(rank, root)

    def written(self, sort: str) -> str:
        """Return the text that `parse` accepts."""
        return f"{self.rank}-{self.number}" if sort in RANKED else str(self.number)


class TimelineCursor(NamedTuple):
    """The position of a comment in a list, newest first: `timeline_at` and key. Undated comments
    are last.
    """

    at: datetime | None
    pk: int

    @classmethod
    def parse(cls, text: str) -> "TimelineCursor | None":
        """Parse microseconds since the year 1, or "undated", and a key: "63113904000000000-7"."""
        when, _, key = text.partition("-")
        pk = parse_key(key)
        if when == "undated" and pk is not None:
            return cls(None, pk)
        dated = ArrivalCursor.parse(text)
        return dated and cls(*dated)

    def __str__(self) -> str:
        """Return the text that `parse` accepts."""
        return f"undated-{self.pk}" if self.at is None else str(ArrivalCursor(self.at, self.pk))


class RepliesCursor(NamedTuple):
    """The position of a comment in a list, most replies first: their number and its key."""

    replies: int
    pk: int

    @classmethod
    def parse(cls, text: str) -> "RepliesCursor | None":
        """Parse "12-57"."""
        before, _, after = text.partition("-")
        replies, pk = parse_number(before), parse_key(after)
        return None if replies is None or pk is None else cls(replies, pk)

    def __str__(self) -> str:
        """Return the text that `parse` accepts."""
        return f"{self.replies}-{self.pk}"


class ArrivalCursor(NamedTuple):
    """The position of a row in a list ordered by arrival: `created_at` and key."""

    at: datetime
    pk: int

    @classmethod
    def parse(cls, text: str) -> "ArrivalCursor | None":
        """Parse microseconds since the year 1 and a key: "63113904000000000-7"."""
        when, _, key = text.partition("-")
        microseconds, pk = parse_key(when), parse_key(key)
        if microseconds is None or pk is None:
            return None
        try:
            return cls(BEGINNING_OF_TIME + microseconds * MICROSECOND, pk)
        except OverflowError:
            return None

    def __str__(self) -> str:
        """Return the text that `parse` accepts."""
        return f"{in_microseconds(self.at)}-{self.pk}"


class SearchCursor(NamedTuple):
    """The position of a search result: its score (None when sorted by date) and its `moment`."""

    score: int | None
    moment: int

    @classmethod
    def parse(cls, text: str, last_moment: int) -> "SearchCursor | None":
        """Parse "12.3400", or "3400" when sorted by date. `last_moment` is the maximum."""
        match = SEARCH_PLACE.fullmatch(text)
        if match is None or int(match[2]) > last_moment:
            return None
        return cls(int(match[1]) if match[1] else None, int(match[2]))

    def __str__(self) -> str:
        """Return the text that `parse` accepts."""
        return str(self.moment) if self.score is None else f"{self.score}.{self.moment}"
