"""Discussions: close and reopen as a whole."""

from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..models import Discussion, text_columns
from ..models.queries.closures import closed_now
from .actions import ActionsAdmin
from .closures import describe_closure
from .labels import DISCUSSION_ACTIONS

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


class IsClosed(admin.SimpleListFilter):
    """Filter by whether a moderator closed all comments on the article."""

    title = _("state")
    parameter_name = "state"

    def lookups(
        self, request: HttpRequest, model_admin: "admin.ModelAdmin[Discussion]"
    ) -> "list[tuple[str, StrOrPromise]]":
        return [
            ("open", pgettext_lazy("discussion", "Open")),
            ("closed", _("Closed by a moderator")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Discussion]
    ) -> QuerySet[Discussion]:
        if self.value() in ("open", "closed"):
            return queryset.filter(closed_now() if self.value() == "closed" else ~closed_now())
        return queryset


@admin.register(Discussion)
class DiscussionAdmin(ActionsAdmin):
    """Discussions, one per article.

    Only actions close or reopen them; editors set the number of days until they close
    automatically.
    """

    verbs = ("close", "reopen")
    labels = DISCUSSION_ACTIONS
    list_display = ["article", "is_open", "approved_count", "declared_count"]
    list_filter = [IsClosed]
    search_fields = ["article__title", "article__slug"]
    ordering = ["-article__created_at", "-pk"]
    fields = [
        "article",
        "state",
        "auto_close_days",
        "is_set_by_hand",
        "approved_count",
        "source_count",
        "declared_count",
        "last_number",
        "version",
    ]
    readonly_fields = [name for name in fields if name != "auto_close_days"]  # type: ignore[misc]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Discussion]:
        discussions = super().get_queryset(request).select_related("article", "closed_entry")
        return discussions.defer(*text_columns("article"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Discussion, form: forms.ModelForm, change: bool
    ) -> None:
        """Save only the column that is edited here, since others may have changed meanwhile."""
        obj.save(update_fields=["auto_close_days"])
        Discussion.objects.filter(pk=obj.pk).touch()

    @admin.display(description=_("state"))
    def state(self, discussion: Discussion) -> str:
        return describe_closure(discussion)

    @admin.display(description=pgettext_lazy("discussion", "open"), boolean=True)
    def is_open(self, discussion: Discussion) -> bool:
        return not discussion.is_closed

    def allowed_actions(self, obj: Discussion) -> list[str]:
        return ["reopen"] if obj.is_closed else ["close"]
