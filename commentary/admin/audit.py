"""The audit trail, to be read."""

from django.contrib import admin

from ..models import AuditEntry
from .acts import ReadOnlyAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who decided what, and why."""

    list_display = ["created_at", "actor_name", "verb", "discussion", "comment", "reason"]
    list_filter = ["verb", "created_at"]
    list_select_related = ["discussion__article", "comment"]
    search_fields = ["actor_name", "reason", "discussion__article__title"]
    show_full_result_count = False
