"""Closing and reopening whole discussions and branches."""

import uuid
from datetime import datetime
from typing import TypeAlias

from django.db.models import QuerySet
from django.utils import timezone

from ..models import AuditEntry, Comment, Discussion
from . import tree
from .audit import SOURCE, Actor, record

# What an undo needs to restore a closure.
Closure: TypeAlias = dict[str, str | int | bool | None]


def close(
    place: Comment | Discussion,
    by: Actor,
    reason: str = "",
    start: datetime | None = None,
    until: datetime | None = None,
    batch: uuid.UUID | None = None,
) -> AuditEntry | None:
    """Close a discussion, or a comment and its branch, to new comments.

    Takes effect immediately and without an end unless `start` or `until` is given. Returns the
    audit entry, or None (changing nothing) if the place was already closed by hand.
    """
    discussion_id, comment_id, rows = place_of(place)
    with tree.lock_discussion(discussion_id) as discussion:
        now = rows.get()
        in_force = now.is_closed_by_act if isinstance(now, Discussion) else now.is_closed
        if in_force or (now.closed_entry_id and start == now.closed_from and start is not None):
            return None
        kept: dict[str, str | Closure | None] = {
            "start": start.isoformat() if start else None,
            "until": until.isoformat() if until else None,
        }
        kept["was"] = _closing(now)
        entry = record(
            "close", discussion_id, comment_id, by, reason, "open", "closed", kept=kept, batch=batch
        )
        set_closing(rows, discussion, entry.pk, start, until)
        return entry


def reopen(
    place: Comment | Discussion, by: Actor, reason: str = "", batch: uuid.UUID | None = None
) -> AuditEntry | None:
    """Reopen a place that was closed itself; closures of other places stay.

    A discussion that closed automatically because of its age also reopens, and is never auto-closed
    again, unless only its source reopens it. Returns the audit entry, or None if the place was not
    closed.
    """
    discussion_id, comment_id, rows = place_of(place)
    with tree.lock_discussion(discussion_id) as discussion:
        now = rows.get()
        by_age = isinstance(now, Discussion) and now.is_closed_by_age
        if now.closed_entry_id is None and not by_age:
            return None
        kept = {"was": _closing(now)}
        set_closing(rows, discussion, None, None, None, by_hand=by != SOURCE)
        return record(
            "reopen",
            discussion_id,
            comment_id,
            by,
            reason,
            "closed",
            "open",
            kept=kept,
            batch=batch,
        )


def place_of(place: Comment | Discussion) -> tuple[int, int | None, QuerySet]:
    """Return the discussion id, the comment id (or None) and a queryset of the row to update."""
    if isinstance(place, Comment):
        rows = Comment.objects.filter(discussion=place.discussion_id, pk=place.pk)
        return place.discussion_id, place.pk, rows
    discussions = Discussion.objects.select_related("article")
    return place.pk, None, discussions.filter(pk=place.pk)


def _closing(place: Comment | Discussion) -> Closure:
    """Return the current closure of a place as stored in `kept`, so that it can be restored."""
    by_hand = {"by_hand": place.is_set_by_hand} if isinstance(place, Discussion) else {}
    return {
        **by_hand,
        "entry": place.closed_entry_id,
        "start": place.closed_from.isoformat() if place.closed_from else None,
        "until": place.closed_until.isoformat() if place.closed_until else None,
    }


def set_closing(
    rows: QuerySet,
    discussion: Discussion,
    entry_id: int | None,
    start: datetime | None,
    until: datetime | None,
    by_hand: bool = True,
) -> None:
    """Write the closure of a place in a locked discussion.

    `by_hand` exempts a discussion from auto-closing.
    """
    columns: dict[str, int | datetime | bool | None] = {
        "closed_entry_id": entry_id,
        "closed_from": start,
        "closed_until": until,
    }
    if rows.model is Discussion:
        columns["is_set_by_hand"] = by_hand
    rows.update(**columns)
    discussion.mark_visible()
    now = timezone.now()
    moments = [moment.timestamp() for moment in (start, until) if moment and moment > now]
    if moments:
        schedule = Discussion.objects.values_list("schedule", flat=True).get(pk=discussion.pk)
        to_come = [moment for moment in schedule if moment > now.timestamp()]
        Discussion.objects.filter(pk=discussion.pk).update(schedule=to_come + moments)
