"""The one notion of time: an instant, or the wall clock of a source that named no zone.

A wall clock is stored as if it were UTC, and shown as it is, whatever TIME_ZONE says. To be put in
order with everything else, and into a day, a month and a year, it is taken for a clock of the site:
`TimelineField` keeps the instant at which that one shows the same. So a comment stands in the month
that its page prints. Imports nothing of ours.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import models
from django.db.models import F
from django.db.models.functions import Cast
from django.db.models.signals import pre_save
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


class TimelineField(models.DateTimeField):
    """`Dated.instant` of the column `source` and of `date_is_local`, made anew whenever the row is
    written."""

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:
        self.source = source
        kwargs.update(editable=False, null=True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.update(source=self.source)
        return name, path, args, kwargs

    def contribute_to_class(self, cls: Any, name: str, **kwargs: Any) -> None:  # type: ignore[override]
        super().contribute_to_class(cls, name, **kwargs)
        pre_save.connect(self._fill_raw, sender=cls)

    def _fill_raw(self, instance: models.Model, raw: bool, **kwargs: Any) -> None:
        """What `loaddata` stores comes from a site that may have another zone."""
        if raw:
            self.pre_save(instance, True)

    def pre_save(self, instance: models.Model, add: bool) -> datetime | None:
        is_local = instance.date_is_local  # type: ignore[attr-defined]
        value = self.placed(getattr(instance, self.source), is_local)
        setattr(instance, self.attname, value)
        return value

    def placed(self, stored: Any, is_local: bool) -> datetime | None:
        """The instant of what stands in `source`, or is to be written there."""
        when = self.to_python(stored)
        if when is not None and timezone.is_naive(when):
            when = timezone.make_aware(when, timezone.get_default_timezone())  # as Django does
        return when and Dated(when, is_local).instant

    def updates(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What an update() of these columns is to write here."""
        if self.source not in values:
            if "date_is_local" in values:
                raise TypeError(f"Update date_is_local together with {self.source}.")
            return {}
        zoned, clock = (self.placed(values[self.source], is_local) for is_local in (False, True))
        if "date_is_local" in values:
            return {self.attname: clock if values["date_is_local"] else zoned}
        if zoned == clock:
            return {self.attname: zoned}
        kind = models.DateTimeField()
        is_local = models.When(date_is_local=True, then=models.Value(clock, kind))
        either = models.Case(is_local, default=models.Value(zoned, kind))
        return {self.attname: Cast(either, kind)}


class DatedQuerySet(models.QuerySet):
    """Rows with a TimelineField."""

    model: Any

    def update(self, **kwargs: Any) -> int:
        """As Django's, and the place in time changes with the date."""
        return super().update(**self._timeline.updates(kwargs), **kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    @property
    def _timeline(self) -> TimelineField:
        fields = self.model._meta.concrete_fields
        return next(field for field in fields if isinstance(field, TimelineField))

    def between(self, first: datetime, end: datetime) -> Any:
        """Those from a moment on, and before another: one range of an index."""
        return self.filter(timeline_at__gte=first, timeline_at__lt=end)

    def replace_clocks(self) -> int:
        """Put each wall clock where this TIME_ZONE has it, and count those that stood elsewhere."""
        source, count, last = self._timeline.source, 0, 0
        clocks = self.filter(date_is_local=True, **{f"{source}__isnull": False}).order_by("pk")
        columns = ("pk", source, "timeline_at")
        while rows := list(clocks.filter(pk__gt=last).values_list(*columns)[:BATCH]):
            last = rows[-1][0]
            shifted: dict[timedelta, list[int]] = {}
            for pk, stored, at in rows:
                if (instant := Dated(stored, True).instant) != at:
                    shifted.setdefault(instant - stored, []).append(pk)
            for shift, keys in shifted.items():
                count += self.filter(pk__in=keys).update(timeline_at=F(source) + shift)
        return count
