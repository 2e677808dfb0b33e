from collections.abc import Mapping
from datetime import datetime

from django.db import models
from django.db.models.functions import Cast
from django.db.models.signals import pre_save
from django.utils import timezone

from ..text.dates import Dated
from .derived import DerivedField

# The type of a value for a column in an UPDATE.
Value = datetime | str | bool | int | None | models.Model | models.expressions.Combinable


class TimelineField(DerivedField, models.DateTimeField):
    """The instant of the date column `source`, computed at every save; see `Dated.instant`."""

    arguments = ("source",)
    always = {"editable": False, "null": True}
    source: str

    def contribute_to_class(  # type: ignore[override] # its bases differ among themselves
        self, cls: type[models.Model], name: str, private_only: bool = False
    ) -> None:
        super().contribute_to_class(cls, name, private_only=private_only)
        pre_save.connect(self._fill_raw, sender=cls)

    def _fill_raw(self, instance: models.Model, raw: bool, **kwargs: object) -> None:
        """Recompute it in `loaddata`: the dump may come from a site with another time zone."""
        if raw:
            self.pre_save(instance, True)

    def pre_save(self, instance: models.Model, add: bool) -> datetime | None:
        is_local = instance.date_is_local  # type: ignore[attr-defined]
        value = self.placed(getattr(instance, self.source), is_local)
        setattr(instance, self.attname, value)
        return value

    def placed(self, stored: Value, is_local: bool) -> datetime | None:
        """Return the instant for a value of the `source` column."""
        when = self.to_python(stored)
        if when is not None and timezone.is_naive(when):
            when = timezone.make_aware(when, timezone.get_default_timezone())  # as Django does
        return when and Dated(when, is_local).instant

    def updates(self, values: Mapping[str, Value]) -> dict[str, object]:
        """Return the value that an update() of these columns must write here."""
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
