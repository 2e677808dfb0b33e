"""Editors and repairs move comments and correct their dates."""

from datetime import datetime
from uuid import UUID

from ..models import AuditEntry, Comment
from ..text.dates import from_iso
from . import tree
from .audit import Actor, record


def move_comment(
    comment: Comment,
    parent_id: int | None,
    by: Actor,
    reason: str = "",
    batch: UUID | None = None,
    run: int | None = None,
) -> AuditEntry | None:
    """Move a comment with its replies below another of the same discussion, or make it a root.

    Replies to one comment stay in the order of their numbers. `run` is the import run of a repair
    that moves it. Returns the audit entry, or None if it is there already. Raises tree.BadMove, or
    Comment.DoesNotExist if the parent is not in the discussion.
    """
    with tree.lock_discussion(comment.discussion_id):
        comment = Comment.objects.get(pk=comment.pk)
        if comment.parent_id == parent_id:
            return None
        kept = {"parent": comment.parent_id, "before": _next_sibling(comment), "run": run}
        later = Comment.objects.filter(parent_id=parent_id, number__gt=comment.number)
        before = parent_id and later.order_by("lft").values_list("pk", flat=True).first()
        tree.move(comment.discussion_id, comment.pk, parent_id, before)
        return record("move", comment.discussion_id, comment.pk, by, reason, kept=kept, batch=batch)


def _next_sibling(comment: Comment) -> int | None:
    if comment.parent_id is None:
        return None
    siblings = Comment.objects.filter(parent_id=comment.parent_id, lft__gt=comment.lft)
    return siblings.order_by("lft").values_list("pk", flat=True).first()


def restore_place(entry: AuditEntry) -> None:
    """Move a comment back to its place before `entry`; call with the discussion locked.

    Raises tree.BadMove if its former parent is now among its replies.
    """
    kept = entry.kept
    tree.move(entry.discussion_id, entry.comment_id or 0, kept["parent"], kept["before"])


def redate(
    comment: Comment,
    date: datetime | None,
    is_local: bool,
    by: Actor,
    reason: str = "",
    batch: UUID | None = None,
) -> AuditEntry | None:
    """Set when a comment was written. Returns the audit entry, or None if nothing changed."""
    with tree.lock_discussion(comment.discussion_id):
        comment = Comment.objects.get(pk=comment.pk)
        if (comment.dated_at, comment.date_is_local) == (date, is_local):
            return None
        kept = {
            "dated_at": comment.dated_at and comment.dated_at.isoformat(),
            "is_local": comment.date_is_local,
        }
        _set_date(comment, date, is_local)
        return record(
            "redate", comment.discussion_id, comment.pk, by, reason, kept=kept, batch=batch
        )


def _set_date(comment: Comment, date: datetime | None, is_local: bool) -> None:
    comment.dated_at, comment.date_is_local = date, is_local
    comment.save(update_fields=["dated_at", "date_is_local"])


def restore_date(entry: AuditEntry) -> None:
    """Restore the date from before `entry`; call with the discussion locked."""
    comment = Comment.objects.get(pk=entry.comment_id or 0)
    _set_date(comment, from_iso(entry.kept["dated_at"]), entry.kept["is_local"])
