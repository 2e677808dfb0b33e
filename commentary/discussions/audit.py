"""The audit log: one entry for each decision."""

from typing import Any

from django.contrib.auth.models import User

from ..models import AuditEntry

# An account of this site, or the name of what acted without one: "source", "a reader".
Actor = User | str
WRITER = "its writer"
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
    """An entry that is not stored yet; `more` are further columns of it."""
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
    """As `new_entry`, and stored."""
    entry = new_entry(*args, **kwargs)
    entry.save(force_insert=True)
    return entry
