"""The audit log: one entry for each decision."""

from typing import Any

from django.contrib.auth.models import User

from ..models import AuditEntry

# An account of this site, or a description of an actor without one: "source", "a reader".
Actor = User | str
WRITER = "its writer"
SOURCE = AuditEntry.SOURCE
AUTHORSHIP = ("confirm", "unconfirm")  # verbs


def new_entry(
    verb: str,
    discussion_id: int,
    comment_id: int | None,
    by: Actor,
    reason: str = "",
    before: str = "",
    after: str = "",
    **more: Any,
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


def record(*args: Any, **kwargs: Any) -> AuditEntry:
    """Create an audit entry like `new_entry` and save it."""
    entry = new_entry(*args, **kwargs)
    entry.save(force_insert=True)
    return entry
