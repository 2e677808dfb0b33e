"""Reads the date of an article, from attributes and from text."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from . import comment_dates as dates

Precision = Literal["", "day", "minute", "second"]
_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAY_DATE = re.compile(
    rf"\b({'|'.join(_WEEKDAYS)})[a-z]{{0,6}},?\s+(\d{{1,2}})/(\d{{1,2}})/(\d{{4}})(?:\s*-?\s*(\d{{1,2}}):(\d\d))?",
    re.I,
)
HAS_TIME = re.compile(r"\d\s?[:h時时]\s?\d\d|\d\s?[ap]\.?m\b|\d\.\d\d\s?(?:uhr|uur)", re.I)


def in_attributes(values: Iterable[str]) -> Iterator[tuple[datetime, Precision]]:
    for value in values:
        if value and (date := dates.machine_date(value)):
            has_time = bool(re.search(r"\d[T ]\d\d", value)) or len(value) > 12 and ":" in value
            yield date, ("second" if has_time else "day")


def in_words(words: str) -> Iterator[tuple[datetime, Precision]]:
    """Parse a date written for people."""
    if told := _by_weekday(words):
        yield told
        return
    found = dates.find_stamp(words)
    date, start, end = found or (None, 0, 0)
    if date is not None:
        has_time = bool(date.hour or date.minute or HAS_TIME.search(words[start : end + 1]))
        yield date, ("minute" if has_time else "day")


def _by_weekday(words: str) -> tuple[datetime, Precision] | None:
    """Parse a date with slashes whose order is given by its weekday (Drupal writes these)."""
    found = _WEEKDAY_DATE.search(words)
    if not found:
        return None
    name, one, other, year, hour, minute = found.groups()
    weekday = _WEEKDAYS.index(name.lower())
    for month, day in ((int(one), int(other)), (int(other), int(one))):
        try:
            date = datetime(int(year), month, day, int(hour or 0), int(minute or 0))
        except ValueError:
            continue
        if date.weekday() == weekday:
            return date, "minute" if hour else "day"
    return None
