"""What an address or a form names in its parameters: numbers, days and places in a list.

Each parser returns None for text that nothing here would have written, so that a page has one
address and no database is handed a number that it cannot store.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

HIGHEST_NUMBER = 2**31 - 1  # no number of a comment and no edge of a tree exceeds it
HIGHEST_KEY = 2**63 - 1  # no primary key does
DIGITS = re.compile(r"[0-9]{1,19}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
SEARCH_PLACE = re.compile(r"(?:(\d{1,6})\.)?(\d{1,19})", re.ASCII)
BEGINNING_OF_TIME = datetime(1, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def parse_number(text: str, highest: int = HIGHEST_NUMBER) -> int | None:
    """The number that `text` spells in ASCII digits, if it is no higher than `highest`."""
    number = int(text) if DIGITS.fullmatch(text) else None
    return number if number is not None and number <= highest else None


def parse_key(text: str) -> int | None:
    """The primary key that `text` spells."""
    return parse_number(text, HIGHEST_KEY)


def parse_day(text: str) -> date | None:
    """The day that "2026-01-31" names."""
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


class ThreadCursor(NamedTuple):
    """A thread's place in every order of an article's page: its replies, and the number of its
    first comment."""

    replies: int
    number: int

    @classmethod
    def parse(cls, text: str, sort: str) -> "ThreadCursor | None":
        """From "57", or from "12-57" if the most answered come first."""
        replies, dash, number = text.rpartition("-")
        if bool(dash) != (sort == "replies"):
            return None
        count, root = parse_number(replies) if dash else 0, parse_number(number)
        return None if count is None or root is None else cls(count, root)

    def written(self, sort: str) -> str:
        """As `parse` takes it."""
        return f"{self.replies}-{self.number}" if sort == "replies" else str(self.number)


class TimelineCursor(NamedTuple):
    """A comment's place in a list with the newest first: its `timeline_at`, and its key. Those
    without a known time come last."""

    at: datetime | None
    pk: int

    @classmethod
    def parse(cls, text: str) -> "TimelineCursor | None":
        """From the microseconds since the year 1, or "undated", and a key: "63113904000000000-7"."""
        when, _, key = text.partition("-")
        pk = parse_key(key)
        if pk is None:
            return None
        if when == "undated":
            return cls(None, pk)
        microseconds = parse_key(when)
        try:
            at = None if microseconds is None else BEGINNING_OF_TIME + microseconds * MICROSECOND
        except OverflowError:
            return None
        return None if at is None else cls(at, pk)

    def __str__(self) -> str:
        """As `parse` takes it."""
        if self.at is None:
            return f"undated-{self.pk}"
        return f"{(self.at - BEGINNING_OF_TIME) // MICROSECOND}-{self.pk}"


class SearchCursor(NamedTuple):
    """A result's place: its score, None by date, and its place in time."""

    score: int | None
    moment: int

    @classmethod
    def parse(cls, text: str, last_moment: int) -> "SearchCursor | None":
        """From "12.3400", or from "3400" by date. No moment comes after `last_moment`."""
        match = SEARCH_PLACE.fullmatch(text)
        if match is None or int(match[2]) > last_moment:
            return None
        return cls(int(match[1]) if match[1] else None, int(match[2]))

    def __str__(self) -> str:
        """As `parse` takes it."""
        return str(self.moment) if self.score is None else f"{self.score}.{self.moment}"
