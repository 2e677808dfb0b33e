"""The one notion of time: an instant, or the wall clock of a source that named no zone.

A wall clock is stored as if it were UTC, and shown as it is, whatever TIME_ZONE says. To be put in
order with everything else, and into a day, a month and a year, it is taken for a clock of the site:
`TimelineField` keeps the instant at which that one shows the same. So a comment stands in the month
that its page prints. Imports nothing of ours."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

BATCH = 2_000  # rows of one statement: it may not outlast the time limit of a page


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def milliseconds(moment: datetime) -> int:
    """A moment as scripts have it: the whole milliseconds since 1970."""
    return (moment - EPOCH) // MILLISECOND


def from_milliseconds(text: str) -> datetime | None:
    """The moment that `text` spells as `milliseconds` has it, if it spells one."""
    if not (text.isascii() and text.isdigit() and len(text) <= 14):
        return None
    return EPOCH + int(text) * MILLISECOND


class Dated(NamedTuple):
    """When something was written: `stored` is the instant, or, if `is_local`, a wall clock of no
    known zone as if it were UTC."""

    stored: datetime
    is_local: bool = False

    @property
    def clock(self) -> datetime:
        """What a clock would show, without a zone: that of the source, or else that of the site."""
        zone = UTC if self.is_local else timezone.get_default_timezone()
        return self.stored.astimezone(zone).replace(tzinfo=None)

    @property
    def day(self) -> date:
        """The day that it is shown with and filed under."""
        return self.clock.date()

    @property
    def instant(self) -> datetime:
        """Where it stands among all others: of a wall clock, when the site's clock shows it."""
        if not self.is_local:
            return self.stored
        try:
            return self.clock.replace(tzinfo=timezone.get_default_timezone()).astimezone(UTC)
        except OverflowError:  # the first or the last day that there is
            return self.stored


def iso(when: datetime, is_local: bool = False) -> str:
    """For programs, to the second: in UTC, or without a zone where it is a wall clock. RFC 3339's
    “-00:00” would say that the time in UTC is known."""
    text = when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    return text if is_local else f"{text}Z"


def begin_of(day: date) -> datetime:
    """When a day begins, by the clock of the site."""
    return datetime.combine(day, time(), timezone.get_default_timezone())


def end_of(day: date) -> datetime:
    """When a day is over, by the clock of the site."""
    return begin_of(day + timedelta(days=1))
