"""Admin pages without deletion, whose forms carry an edition: see `discussions.editions`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import BaseModelAdmin, InlineModelAdmin
from django.contrib.admin.utils import flatten, unquote
from django.contrib.admin.widgets import AdminSplitDateTime
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..discussions.editions import changed, edition_of
from ..models import Article, Comment, Discussion
from ..text.phrases import colon
from .paging import LimitedAdmin

Context = Mapping[str, object]
M = TypeVar("M", bound=models.Model)


class Edition:
    """The current values of a form's object, and which have changed since the form was loaded.

    `value` goes into the form; `changes` are labels and current values, shown to the sender.
    """

    def __init__(self, values: dict[str, str], seen: str | None) -> None:
        """`seen` is the edition that was submitted; None if no form was."""
        self.value, self.is_missing = edition_of(values), seen == ""
        names = () if seen is None else changed(values, seen)
        self.changes = [(name, values[name]) for name in names]

    def refuse_stale(self, form: forms.BaseForm) -> None:
        """Add an error if the form was made for another edition."""
        if self.is_missing:
            form.add_error(
                None,
                _(
                    "The form doesn’t say which version it was made for. Your version is still in the "
                    "form, and the current one is shown below. Save again to replace it."
                ),
            )
        elif self.changes:
            form.add_error(
                None,
                _(
                    "This was changed while you were editing. Your version is still in the form, and "
                    "the current one is shown below. Save again to replace it."
                ),
            )


class LabelledFields(BaseModelAdmin):
    """Gives a name to every control to which Django's pages give none: those of a date, and those in
    the table of an inline.
    """

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: object
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is None:
            return None
        if isinstance(field.widget, AdminSplitDateTime):
            for control, label in zip(field.widget.widgets, (_("Date"), _("Time")), strict=True):
                control.attrs["aria-label"] = f"{capfirst(field.label)}{colon()}{label}"
        elif isinstance(self, InlineModelAdmin):
            field.widget.attrs["aria-label"] = capfirst(field.label)
        return field


class PermanentAdmin(LabelledFields, LimitedAdmin):
    """Pages of objects that are never deleted.

    A change form refuses to overwrite changes that its sender has not seen, and each row of a list
    carries the edition shown.
    """

    change_form_template = "admin/commentary/actions_change_form.html"
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    listed_fields: tuple[str, ...] = ()  # list actions refuse rows in which one of these changed

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def edited_values(self, obj: models.Model | None) -> dict[str, str]:
        """Return the values that the form of `obj` edits, by label."""
        names = flatten(self.fields or [f.name for f in self.opts.fields if f.editable])
        columns = {field.name for field in self.opts.get_fields()}
        values = {}
        for name in names:
            if name in columns and name not in self.readonly_fields:
                field = self.opts.get_field(name)
                label = str(getattr(field, "verbose_name", name))
                values[label] = str(getattr(obj, name) if obj is not None else "")
        return values

    def key_of(self, obj: models.Model) -> str:
        """Return the key of a row, used in URLs and forms."""
        return str(obj.pk)

    def change_address(self, obj: models.Model) -> str:
        """Return the URL of the page on which a row is changed."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[self.key_of(obj)])

    def rows_of(self, object_id: str) -> models.QuerySet:
        """Return a query for the row named in a URL."""
        key = self.opts.pk.to_python(object_id) if object_id.isdigit() else None
        return self.model._default_manager.filter(pk=key)

    @contextmanager
    def editing(self, request: HttpRequest, object_id: str | None) -> Iterator[Edition | None]:
        """Yield the edition of an object, or None if it doesn't exist.

        On POST the object is locked, so nobody can change it between the check and the save.
        """
        with transaction.atomic():
            obj = None
            if object_id is not None:
                rows = self.rows_of(unquote(object_id))
                if request.method == "POST":
                    lock_row(rows)
                obj = rows.first()
            seen = request.POST.get("edition", "") if request.method == "POST" else None
            edition = Edition(self.edited_values(obj), seen) if obj is not None else None
            request.edition = edition  # type: ignore[attr-defined] # for the form, see `get_form`
            yield edition

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Context | None = None,
    ) -> HttpResponse:
        with self.editing(request, object_id) as edition:
            context = {"edition": edition, **(extra_context or {})}
            return self.own_form_page(request, object_id, edition) or super().changeform_view(
                request, object_id, form_url, context
            )

    def own_form_page(
        self, request: HttpRequest, object_id: str | None, edition: Edition | None
    ) -> HttpResponse | None:
        """Answer instead of Django's page with a form, or return None for that page."""
        return None

    def change_context(self, request: HttpRequest, obj: models.Model) -> dict[str, object]:
        """Return what the change page of an object shows in addition to its form."""
        return {}

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Context | None = None,
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        more = self.change_context(request, obj) if obj is not None else {}
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def get_form(
        self,
        request: HttpRequest,
        obj: models.Model | None = None,
        change: bool = False,
        **kwargs: object,
    ) -> type[forms.ModelForm]:
        base = super().get_form(request, obj, change=change, **kwargs)
        edition: Edition | None = getattr(request, "edition", None)
        if edition is None:
            return base

        class Form(base):  # type: ignore[misc, valid-type] # made for this request
            def clean(self) -> dict[str, object] | None:
                cleaned: dict[str, object] | None = super().clean()
                edition.refuse_stale(self)  # type: ignore[union-attr] # checked above
                return cleaned

        return Form

    # --- lists

    def listed_edition(self, obj: models.Model) -> str:
        """Return the edition of a row as shown in the list."""
        return edition_of({name: getattr(obj, name) for name in self.listed_fields})

    def action_checkbox(self, obj: models.Model) -> SafeString:
        """Return the checkbox of a row, with the row's edition for actions that check it."""
        label = _("Select this object for an action - {}").format(obj)  # in Django's translations
        box = forms.CheckboxInput(
            {"class": "action-select", "aria-label": label}, lambda _value: False
        )
        checkbox = box.render(ACTION_CHECKBOX_NAME, self.key_of(obj))
        if not self.listed_fields:
            return checkbox
        return format_html(
            '{}<input type="hidden" name="edition" value="{}:{}">',
            checkbox,
            self.key_of(obj),
            self.listed_edition(obj),
        )

    def unchanged(self, request: HttpRequest, chosen: models.QuerySet[M]) -> Iterator[M]:
        """Yield the selected rows that have not changed since the list was loaded, each while
        locked.

        Reports how many were skipped.
        """
        seen, skipped = seen_editions(request), 0
        for pk in list(chosen.order_by("pk").values_list("pk", flat=True)):
            with transaction.atomic():
                row = chosen.model._default_manager.filter(pk=pk)
                lock_row(row)
                obj = row.get()
                now = self.listed_edition(obj)
                if seen.get(self.key_of(obj)) == now:
                    yield obj
                else:
                    skipped += 1
        if skipped:
            text = ngettext(
                "%(n)d was skipped: it was changed after you opened the list.",
                "%(n)d were skipped: they were changed after you opened the list.",
                skipped,
            )
            messages.warning(request, text % {"n": skipped})


class ReadOnlyAdmin(PermanentAdmin):
    """Read-only pages."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


def seen_editions(request: HttpRequest) -> dict[str, str]:
    """Return the editions that the form's page showed, by row key."""
    editions = {}
    for value in request.POST.getlist("edition"):
        key, _colon, edition = value.partition(":")
        editions[key] = edition
    return editions


def lock_row(rows: models.QuerySet) -> None:
    """Lock a row until the transaction ends.

    For comments and articles this is the row of the discussion, as for all other writers.
    """
    if issubclass(rows.model, Comment | Article | Discussion):
        name = "discussion" if issubclass(rows.model, Comment) else "pk"
        key = rows.order_by().values_list(name, flat=True).first()
        rows = Discussion.objects.filter(pk=key)
    rows.order_by().select_for_update().values_list("pk").first()
