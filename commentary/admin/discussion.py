"""Discussions: opened and closed as a whole."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ..models import Discussion
from .acts import ActsAdmin, ReadOnlyAdmin


class IsClosed(admin.SimpleListFilter):
    """Open or closed, as a whole."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("open", _("Open")), ("closed", _("Closed"))]

    def queryset(self, request, queryset):
        if self.value() in ("open", "closed"):
            return queryset.filter(closed_entry__isnull=self.value() == "open")
        return queryset


@admin.register(Discussion)
class DiscussionAdmin(ActsAdmin, ReadOnlyAdmin):
    """One row for each article; its state changes by the acts alone."""

    verbs = ("close", "reopen")
    list_display = ["article", "is_open", "approved_count", "declared_count"]
    list_filter = [IsClosed]
    list_select_related = ["article"]
    search_fields = ["article__title", "article__slug"]
    ordering = ["-pk"]
    fields = [
        "article",
        "is_open",
        "closed_entry",
        "approved_count",
        "source_count",
        "declared_count",
        "last_number",
        "version",
    ]
    readonly_fields = fields

    @admin.display(description=_("open"), boolean=True)
    def is_open(self, discussion: Discussion) -> bool:
        return not discussion.is_closed

    def offered(self, obj: Discussion) -> list[str]:
        return ["reopen"] if obj.is_closed else ["close"]
