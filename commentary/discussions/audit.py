"""The audit log: one entry for each decision."""

from collections.abc import Mapping
from typing import TypedDict, Unpack
from uuid import UUID

from django.contrib.auth.models import User

from ..models import AuditEntry, PointLink

# An account of this site, or a description of an actor without one: "source", "a reader".
Actor = User | str
WRITER = "its writer"
SOURCE = AuditEntry.SOURCE
AUTHORSHIP = ("confirm", "unconfirm")  # verbs


class MoreColumns(TypedDict, total=False):
    """Further columns of an audit entry."""

    kept: Mapping[str, object]
    batch: UUID | None
    undoes: AuditEntry
    point_link: PointLink
    point_link_id: int | None


def new_entry(
    verb: str,
    discussion_id: int,
    comment_id: int | None,
    by: Actor,
    reason: str = "",
    before: str = "",
    after: str = "",
    **more: Unpack[MoreColumns],
) -> AuditEntry:
    """Return an unsaved audit entry. `more` sets further columns."""
    actor, name = (None, by) if isinstance(by, str) else (by, by.get_username())
    return AuditEntry(
        verb=verb,
        discussion_id=discussion_id,
        comment_id=comment_id,
        actor=actor,
        actor_name=name,
        reason=reason.strip()[:500],
        before=before,
        after=after,
        **more,
    )


def record(
    verb: str,
    discussion_id: int,
    comment_id: int | None,
    by: Actor,
    reason: str = "",
    before: str = "",
    after: str = "",
    **more: Unpack[MoreColumns],
) -> AuditEntry:
    """Create an audit entry like `new_entry` and save it."""
    entry = new_entry(verb, discussion_id, comment_id, by, reason, before, after, **more)
    entry.save(force_insert=True)
    return entry
