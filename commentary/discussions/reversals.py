"""Changes of comments and reports that the undo or redo of an import makes, with the discussion
locked.
"""

from collections.abc import Iterable, Mapping

from django.db.models import F

from ..models import AuditEntry, Comment, Report
from ..models.derived import DerivedField
from ..models.stored_rows import columns_set, in_batches

FROM_TEXTS = ("body_html", "search_text", "name_key")


def set_columns(comment: Comment, values: Mapping[str, object]) -> None:
    """Set columns of a comment to values as JSON, with what follows from them, and give it a new
    version. Its parent is left to `tree.rebuild_tree`, which also updates the counts.
    """
    Comment.require_lock(comment.discussion_id)
    columns = columns_set(comment, values)
    columns.pop("parent_id", None)
    if {"name", "body", "language"} & values.keys():
        for name in FROM_TEXTS:
            field = comment._meta.get_field(name)
            assert isinstance(field, DerivedField)
            columns[name] = field.pre_save(comment, False)
    if {"dated_at", "date_is_local"} & values.keys():
        columns |= {"dated_at": comment.dated_at, "date_is_local": comment.date_is_local}
    Comment.objects.filter(pk=comment.pk).update(version=F("version") + 1, **columns)


def set_waiting(comment_id: int, parent_key: object) -> None:
    """Let a comment wait for a parent that is not stored yet, or for none. `parent_key` is the
    column's value as JSON.
    """
    key = parent_key if isinstance(parent_key, str) else None
    Comment.objects.filter(pk=comment_id).update(source_parent_key=key)


def open_reports(entries: Iterable[int]) -> list[tuple[int, int]]:
    """Open the reports again that these entries closed. Returns the keys of report and entry."""
    opened: list[tuple[int, int]] = []
    for some in in_batches(entries):
        reports = Report.objects.filter(closed_entry__in=some)
        opened += reports.values_list("pk", "closed_entry_id")
        reports.update(closed_entry=None)
    return opened


def close_reports(closed: Iterable[tuple[int, int]]) -> None:
    """Close reports that `open_reports` opened, unless they are closed or the entry is gone."""
    for report, entry in closed:
        if AuditEntry.objects.filter(pk=entry).exists():
            Report.objects.filter(pk=report, closed_entry=None).update(closed_entry=entry)
