"""Admin pages of comments and audit entries.

Their URLs and checkboxes contain the key of the row, which includes its discussion. See
`models.row_key`.
"""

from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext

from ..models import RowKey, with_keys
from ..models.row_key import HasRowKey
from . import parameters
from .editing import Context, PermanentAdmin


class RowKeyChangeList(ChangeList):
    """A change list whose links contain row keys."""

    def url_for_result(self, result: HasRowKey) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[result.key])


class RowKeyAdmin(PermanentAdmin):
    """A model admin for rows that belong to a discussion."""

    def key_of(self, obj: HasRowKey) -> str:
        return str(obj.key)

    def rows_of(self, object_id: str) -> QuerySet:
        """Return a query for the row named in a URL. URLs made by Django, such as that of the
        history page, contain only the id.
        """
        key = RowKey.parse(object_id)
        if key is None:
            return super().rows_of(object_id)
        return self.model._default_manager.filter(discussion=key.discussion_id, pk=key.pk)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        key = RowKey.parse(object_id) if from_field is None else None
        if key is None:
            return super().get_object(request, object_id, from_field)
        rows = self.get_queryset(request)
        return rows.filter(discussion=key.discussion_id, pk=key.pk).first()

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Context | None = None
    ) -> HttpResponse:
        """Show Django's history page, which looks rows up by the id that it logged."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        return super().history_view(request, str(obj.pk), dict(extra_context or {}))

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        return RowKeyChangeList

    def selected(self, request: HttpRequest) -> list[HasRowKey]:
        """Return the selected rows. Keys without a row in their discussion are skipped and reported."""
        keys = {parameters.row_key(text) for text in request.POST.getlist(ACTION_CHECKBOX_NAME)}
        found = with_keys(self.model._default_manager.only("discussion_id"), keys)
        if skipped := len(keys) - len(found):
            text = ngettext(
                "%(n)d was skipped: not found.", "%(n)d were skipped: not found.", skipped
            )
            messages.warning(request, text % {"n": skipped})
        return found

    def response_action(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        """Run an action on the selected rows, or on the whole list."""
        if request.POST.get("select_across", "0") != "0":
            return super().response_action(request, queryset)
        found = self.selected(request)
        queryset = queryset.filter(discussion__in={row.discussion_id for row in found})
        sent, numbers = request.POST, request.POST.copy()
        numbers.setlist(ACTION_CHECKBOX_NAME, [str(row.id) for row in found])
        try:
            request.POST = numbers  # Django filters by ids
            return super().response_action(request, queryset)
        finally:
            request.POST = sent  # an error page may offer to send the form again
