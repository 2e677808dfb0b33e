"""Forms of the admin that carry the edition they were made for: see `commentary.editions`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten, unquote
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from ..discussions.editions import changed, edition_of
from ..models import Article, Comment, Discussion


class Edition:
    """What a form edits, as it is stored now, and what of it has changed since the form was made.

    `value` goes into the form; `changes` are labels and present values, for whoever sent the form.
    """

    def __init__(self, values: dict[str, str], seen: str) -> None:
        self.value = edition_of(values)
        self.changes = [(name, values[name]) for name in changed(values, seen)]

    def refuse_stale(self, form: Any) -> None:
        """Add an error to a form that was made for another edition."""
        if self.changes:
            form.add_error(None, refusal())


def refusal() -> str:
    return _(
        "This was changed while you were editing. Your version is still in the form, and the current "
        "one is shown below. Save again to replace it."
    )


class EditionAdmin(admin.ModelAdmin):
    """A change form that refuses to overwrite what its sender has not seen."""

    change_form_template = "admin/commentary/acts_change_form.html"

    def edited_values(self, obj: Any) -> dict[str, str]:
        """What the form of `obj` edits, by label."""
        names = flatten(self.fields or [f.name for f in self.opts.fields if f.editable])
        values = {}
        for name in names:
            if name not in self.readonly_fields:
                field = self.opts.get_field(name)
                label = str(getattr(field, "verbose_name", name))
                values[label] = str(getattr(obj, name) if obj is not None else "")
        return values

    @contextmanager
    def editing(self, request: HttpRequest, object_id: str | None) -> Iterator[Edition | None]:
        """The edition of an object, None if there is none such. While its form is being saved, the
        object is locked: nobody changes it between the look and the save."""
        with transaction.atomic():
            obj = None
            if object_id is not None:
                key = self.opts.pk.to_python(unquote(object_id)) if object_id.isdigit() else None
                if request.method == "POST":
                    _lock(self.model, key)
                obj = self.model._default_manager.filter(pk=key).first()
            seen = request.POST.get("edition", "")
            edition = Edition(self.edited_values(obj), seen) if obj is not None else None
            request.edition = edition  # type: ignore[attr-defined] # for the form, see `get_form`
            yield edition

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        with self.editing(request, object_id) as edition:
            context = {"edition": edition, **(extra_context or {})}
            return super().changeform_view(request, object_id, form_url, context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        base: Any = super().get_form(request, obj, change=change, **kwargs)
        edition: Edition | None = getattr(request, "edition", None)
        if edition is None:
            return base

        class Form(base):
            def clean(self) -> Any:
                cleaned = super().clean()
                edition.refuse_stale(self)  # type: ignore[union-attr] # not None here
                return cleaned

        return Form


def _lock(model: type[models.Model], key: Any) -> None:
    """Lock a row until the transaction ends; of comments and articles that of the discussion, as
    every other writer does."""
    rows: Any = model._default_manager.filter(pk=key)
    if issubclass(model, Comment):
        key = rows.values_list("discussion", flat=True).first()
    if issubclass(model, Comment | Article | Discussion):
        rows = Discussion.objects.filter(pk=key)
    rows.order_by().select_for_update().values_list("pk").first()
