"""Dates: either an instant, or a local time whose time zone is unknown.

A local time is stored as if it were in UTC, and displayed unchanged regardless of TIME_ZONE. For
ordering and for grouping by day, month and year, it is assumed to be in the site's time zone:
`TimelineField` stores the resulting instant. A comment is therefore listed under the month that its
page shows. Imports nothing from the project.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext_noop

# Django's messages for the formats F and M, so that the catalogues have the names of CLDR. Django has
# capitals in Portuguese, and short names that nobody writes in French.
MONTHS = [
    gettext_noop("January"),
    gettext_noop("February"),
    gettext_noop("March"),
    gettext_noop("April"),
    gettext_noop("May"),
    gettext_noop("June"),
    gettext_noop("July"),
    gettext_noop("August"),
    gettext_noop("September"),
    gettext_noop("October"),
    gettext_noop("November"),
    gettext_noop("December"),
]
SHORT_MONTHS = [
    gettext_noop("jan"),
    gettext_noop("feb"),
    gettext_noop("mar"),
    gettext_noop("apr"),
    gettext_noop("may"),
    gettext_noop("jun"),
    gettext_noop("jul"),
    gettext_noop("aug"),
    gettext_noop("sep"),
    gettext_noop("oct"),
    gettext_noop("nov"),
    gettext_noop("dec"),
]

BATCH = 2_000  # rows per statement, to stay within the timeout of pages


FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def age_in_words(since: datetime) -> str:
    """Return how long ago a moment was, in its largest unit: "3 weeks"."""
    return timesince(since, depth=1).replace("\xa0", " ")


def milliseconds(moment: datetime) -> int:
    """Return the whole milliseconds since 1970, as scripts use them."""
    return (moment - EPOCH) // MILLISECOND


def from_milliseconds(text: str) -> datetime | None:
    """Parse the result of `milliseconds`, None if it is invalid."""
    if not (text.isascii() and text.isdigit() and len(text) <= 14):
        return None
    return EPOCH + int(text) * MILLISECOND


class Dated(NamedTuple):
    """When something was written: an instant, or with `is_local` a local time stored as if in UTC."""

    stored: datetime
    is_local: bool = False

    @property
    def clock(self) -> datetime:
        """The local time without a zone: the source's own, or the site's."""
        clock = self.stored.astimezone(UTC) if self.is_local else in_site_zone(self.stored)
        return clock.replace(tzinfo=None)

    @property
    def day(self) -> date:
        """The date that is displayed."""
        return self.clock.date()

    @property
    def instant(self) -> datetime:
        """The instant used for ordering. A local time is assumed to be in the site's time zone."""
        if not self.is_local:
            return self.stored
        try:
            return self.clock.replace(tzinfo=timezone.get_default_timezone()).astimezone(UTC)
        except OverflowError:  # the first or last day that datetime supports
            return self.stored


def in_site_zone(moment: datetime) -> datetime:
    """Return a moment in the site's time zone; unchanged on the first or last day that datetime
    supports, if it would be outside.
    """
    try:
        return moment.astimezone(timezone.get_default_timezone())
    except OverflowError:
        return moment


def day_in_words(day: date) -> str:
    """Return a date like "4 Jan 2025" in the language of the page."""
    return _in_words(day, get_language())[0]


@lru_cache(maxsize=4096)
def _in_words(day: date, language: str | None) -> tuple[str, str]:
    """Return a date in words, and what stands between it and a time of day."""
    return date_format(day, "DATE_FORMAT"), get_format("BEFORE_TIME")


def printed(when: datetime, is_local: bool) -> tuple[str, str, str]:
    """Return a time for `<time datetime>`, its date in words, and its time of day with what separates
    it from the date.

    A time without a time zone is printed unchanged, and without a zone for programs.
    """
    clock = when.replace(tzinfo=None) if is_local else in_site_zone(when)
    machine = clock.isoformat("T", "minutes")
    day, before_time = _in_words(clock.date(), get_language())
    return machine, day, f"{before_time}{machine[11:16]}"


def iso(when: datetime, is_local: bool = False) -> str:
    """Format for programs, to the second: in UTC with "Z", or without a zone for a local time.

    RFC 3339's "-00:00" would mean that the time in UTC is known.
    """
    text = when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    return text if is_local else f"{text}Z"


def from_iso(text: str | None) -> datetime | None:
    """Parse a datetime that `isoformat` wrote, None for an empty text."""
    return datetime.fromisoformat(text) if text else None


def begin_of(day: date) -> datetime:
    """Return the start of a day in the site's time zone."""
    return Dated(datetime.combine(day, time(), UTC), is_local=True).instant


def end_of(day: date) -> datetime:
    """Return the end of a day in the site's time zone."""
    return begin_of(day + timedelta(days=1))


def earlier(moment: datetime, by: timedelta) -> datetime:
    """Return a moment earlier by this time, or the first one that datetime supports."""
    return max(moment, FIRST_MOMENT + by) - by
