from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, Self, TypeAlias, TypeVar

from django.db import models
from django.db.models import F
from django.utils import timezone

from ...text.dates import BATCH, Dated
from ..timeline import TimelineField, Value

M = TypeVar("M", bound=models.Model)
# The model of a queryset. Its module imports this one, so it can't be imported here.
ModelClass: TypeAlias = type[Any]
MONTHS = 12


def month_start(month: int) -> datetime:
    """Return the start of a month in the time zone of the site. Months are counted from the year 0."""
    return _within_calendar(
        month, lambda year, number: timezone.make_aware(datetime(year, number, 1)).astimezone(UTC)
    )


def utc_month_start(month: int) -> datetime:
    """Return the start of a month in UTC. Months are counted from the year 0."""
    return _within_calendar(month, lambda year, number: datetime(year, number, 1, tzinfo=UTC))


def _within_calendar(month: int, start: Callable[[int, int], datetime]) -> datetime:
    """Call `start` with year and month; return the first or last datetime that Python supports for
    months outside its range.
    """
    year, number = divmod(month, MONTHS)
    try:
        return start(year, number + 1)
    except (ValueError, OverflowError):
        return (datetime.min if year <= 1 else datetime.max).replace(tzinfo=UTC)


class Place(Protocol):
    """The position of a comment in its tree."""

    @property
    def tree_id(self) -> int: ...
    @property
    def lft(self) -> int: ...
    @property
    def rght(self) -> int: ...


class RowOfDiscussion(Protocol):
    """A row of one discussion."""

    @property
    def pk(self) -> int: ...
    @property
    def discussion_id(self) -> int: ...


class DatedQuerySet(models.QuerySet[M]):
    """Rows with a TimelineField."""

    def update(self, **kwargs: Value) -> int:
        """Update like Django, and keep the timeline column in step with the date."""
        return super().update(**self._timeline.updates(kwargs), **kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    @property
    def _timeline(self) -> TimelineField:
        fields = self.model._meta.concrete_fields
        return next(field for field in fields if isinstance(field, TimelineField))

    def between(self, first: datetime, end: datetime) -> Self:
        """Return rows dated from `first` up to but excluding `end`, as one range of an index."""
        return self.filter(timeline_at__gte=first, timeline_at__lt=end)

    def replace_clocks(self) -> int:
        """Recompute the instants of dates without a time zone for the current TIME_ZONE. Returns
        how many changed.
        """
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
