"""Dates in the admin, shown and entered as on the pages."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..models import Article, Comment
from ..templatetags.commentary import timestamp
from ..text.dates import Dated

DatedModel = Article | Comment
Field = str | Sequence[str]


class ClockField(forms.SplitDateTimeField):
    """A date and time without a time zone, stored as if it were UTC."""

    def prepare_value(self, value: object) -> object:
        """Convert an aware value from the database to the local time of the source."""
        if isinstance(value, datetime) and value.tzinfo:
            return Dated(value, is_local=True).clock
        return value

    def has_changed(self, initial: object, data: object) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Sequence[str] | None) -> datetime | None:
        """Ignore the site's time zone, which would shift the value or reject the hour skipped in
        spring.
        """
        parts = value or ["", ""]
        if not any(parts):
            return None
        day, hour = (field.clean(part) for field, part in zip(self.fields, parts, strict=True))
        if day is None or hour is None:
            return super().clean(value)  # reports what is missing
        return datetime.combine(day, hour, UTC)


class DatedAdmin(admin.ModelAdmin):
    """Rows with a date in `date_field`, whose time zone is unknown if `date_is_local`."""

    date_field: str

    def get_form(
        self,
        request: HttpRequest,
        obj: Model | None = None,
        change: bool = False,
        **kwargs: object,
    ) -> type[forms.ModelForm]:
        form = super().get_form(request, obj, change, **kwargs)
        field = form.base_fields.get(self.date_field)
        if field is not None and getattr(obj, "date_is_local", False):
            form.base_fields[self.date_field] = ClockField(
                label=field.label,
                required=False,
                widget=field.widget,
                help_text=_("Time zone unknown; stored as if UTC."),
            )
        return form

    def get_fields(self, request: HttpRequest, obj: DatedModel | None = None) -> Sequence[Field]:
        """Show the date as readers see it to users who can only view."""
        fields = super().get_fields(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fields
        return [
            tuple(self._printed(name) for name in line)
            if isinstance(line, tuple | list)
            else self._printed(str(line))
            for line in fields
        ]

    def _printed(self, name: str) -> str:
        return "printed_date" if name == self.date_field else name

    @admin.display(description=_("date"))
    def printed_date(self, obj: DatedModel) -> str:
        """The date and time as shown on pages."""
        return timestamp(getattr(obj, self.date_field), obj.date_is_local) or "-"

    @admin.display(description=_("date"), ordering="timeline_at")
    def shown_date(self, obj: DatedModel) -> datetime | None:
        """The date as shown on pages."""
        when: datetime | None = getattr(obj, self.date_field)
        return when and Dated(when, obj.date_is_local).clock
