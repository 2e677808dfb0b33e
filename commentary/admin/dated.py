"""Dates in the admin: shown and typed as the pages print them."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..templatetags.commentary import timestamp
from ..text.dates import Dated


class ClockField(forms.SplitDateTimeField):
    """The wall clock of a source that named no zone, stored as if it were UTC."""

    def prepare_value(self, value: Any) -> Any:
        """An aware value comes from the database, and is shown as the source has it."""
        return Dated(value, is_local=True).clock if getattr(value, "tzinfo", None) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> datetime | None:
        """No zone of the site may move it, nor refuse the hour that its clocks skip in spring."""
        parts = value or ["", ""]
        if not any(parts):
            return None
        day, hour = (field.clean(part) for field, part in zip(self.fields, parts, strict=True))
        if day is None or hour is None:
            return super().clean(value)  # says what is missing
        return datetime.combine(day, hour, UTC)


class DatedAdmin(admin.ModelAdmin):
    """Rows with a date in `date_field`, of which the zone is unknown if `date_is_local`."""

    date_field: str

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        field: Any = form.base_fields.get(self.date_field)
        if field is not None and obj is not None and obj.date_is_local:
            form.base_fields[self.date_field] = ClockField(
                label=field.label,
                required=False,
                widget=field.widget,
                help_text=_("Time zone unknown: this is the clock of the source."),
            )
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever may only look sees the date as readers do."""
        fields = super().get_fields(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fields
        return [
            tuple(self._printed(name) for name in line)
            if isinstance(line, tuple)
            else self._printed(line)
            for line in fields
        ]

    def _printed(self, name: Any) -> Any:
        return "printed_date" if name == self.date_field else name

    @admin.display(description=_("date"))
    def printed_date(self, obj: Model) -> str:
        """As the pages print it, with the hour."""
        row: Any = obj
        return timestamp(getattr(row, self.date_field), row.date_is_local) or "-"

    @admin.display(description=_("date"), ordering="timeline_at")
    def shown_date(self, obj: Model) -> datetime | None:
        """As the pages print it."""
        row: Any = obj
        when = getattr(row, self.date_field)
        return when and Dated(when, row.date_is_local).clock
