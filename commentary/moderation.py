"""The only writer of status, and of open and closed. One audit entry for each decision.

Every page, admin action and command calls these functions; each is one transaction that holds
the discussion's row, so the entry, the counts and the version always agree with the outcome.
"""

from django.contrib.auth.models import User
from django.db.models import F, QuerySet

from . import tree
from .models import AuditEntry, Comment, Discussion

S = Comment.Status

DECISIONS = {  # verb: (may start from, ends in)
    "approve": ({S.PENDING, S.REJECTED, S.SPAM, S.REMOVED}, S.APPROVED),
    "reject": ({S.PENDING}, S.REJECTED),
    "mark_spam": ({S.PENDING, S.REJECTED}, S.SPAM),
    "remove": ({S.APPROVED}, S.REMOVED),
}

# An account of this site, or the name of what acted without one: "source", "a command".
Actor = User | str


class AlreadyDecided(Exception):
    """The comment is no longer in a state from which this verb may start."""


def _record(
    verb: str,
    discussion_id: int,
    comment_id: int | None,
    by: Actor,
    reason: str,
    before: str,
    after: str,
) -> AuditEntry:
    actor, name = (None, by) if isinstance(by, str) else (by, by.get_username())
    return AuditEntry.objects.create(
        verb=verb,
        discussion_id=discussion_id,
        comment_id=comment_id,
        actor=actor,
        actor_name=name,
        reason=reason.strip()[:500],
        before=before,
        after=after,
    )


# --- status


def _decide(verb: str, comment: Comment, by: Actor, reason: str) -> AuditEntry:
    allowed, status = DECISIONS[verb]
    with tree.claim(comment.discussion_id):
        rows = Comment.objects.filter(pk=comment.pk)
        before, imported = rows.values_list("status", "import_run_id").get()
        moved = rows.filter(status__in=allowed).update(status=status)
        if not moved:
            raise AlreadyDecided(f"#{comment.number} is {S(before).label} already.")
        step = (status == S.APPROVED) - (before == S.APPROVED)
        if step:
            _count(comment.discussion_id, step, step if imported else 0)
        return _record(verb, comment.discussion_id, comment.pk, by, reason, before, status)


def _count(discussion_id: int, approved: int, from_source: int) -> None:
    """Move the counts of a claimed discussion by so many."""
    Discussion.objects.filter(pk=discussion_id).update(
        approved_count=F("approved_count") + approved, source_count=F("source_count") + from_source
    )


def approve(comment: Comment, by: Actor, reason: str = "") -> AuditEntry:
    """Show a comment to everybody. Raises AlreadyDecided."""
    return _decide("approve", comment, by, reason)


def reject(comment: Comment, by: Actor, reason: str = "") -> AuditEntry:
    """Refuse a waiting comment; nobody ever saw it. Raises AlreadyDecided."""
    return _decide("reject", comment, by, reason)


def mark_spam(comment: Comment, by: Actor, reason: str = "") -> AuditEntry:
    """Put a comment away as spam. Raises AlreadyDecided."""
    return _decide("mark_spam", comment, by, reason)


def remove(comment: Comment, by: Actor, reason: str = "") -> AuditEntry:
    """Take back a comment that was public; its replies stay. Raises AlreadyDecided."""
    return _decide("remove", comment, by, reason)


def admit(
    discussion_id: int, comments: list[Comment], parents: list[int | Comment | None]
) -> list[Comment]:
    """Store comments that a source published: approved, as they were there. See `tree.graft`."""
    with tree.claim(discussion_id):
        for comment in comments:
            comment.status = S.APPROVED
        stored = tree.graft(discussion_id, comments, parents)
        if stored:
            _count(discussion_id, len(stored), sum(1 for c in stored if c.import_run_id))
        return stored


# --- open and closed


def close(place: Comment | Discussion, by: Actor, reason: str = "") -> AuditEntry | None:
    """Close a whole discussion, or a comment and all below it, to new comments.

    Returns the entry, or None when the place was closed already: nothing is changed then.
    """
    discussion_id, comment_id, rows = _place(place)
    with tree.claim(discussion_id):
        if not rows.filter(closed_entry=None).exists():
            return None
        entry = _record("close", discussion_id, comment_id, by, reason, "open", "closed")
        rows.update(closed_entry=entry)
        return entry


def reopen(place: Comment | Discussion, by: Actor, reason: str = "") -> AuditEntry | None:
    """Undo the act that closed this very place; what was closed by other acts stays closed.

    Returns the entry, or None when the place was not closed by an act of its own.
    """
    discussion_id, comment_id, rows = _place(place)
    with tree.claim(discussion_id):
        if not rows.exclude(closed_entry=None).update(closed_entry=None):
            return None
        return _record("reopen", discussion_id, comment_id, by, reason, "closed", "open")


def _place(place: Comment | Discussion) -> tuple[int, int | None, QuerySet]:
    """The ids and the row that a close or reopen is about."""
    if isinstance(place, Comment):
        return place.discussion_id, place.pk, Comment.objects.filter(pk=place.pk)
    return place.pk, None, Discussion.objects.filter(pk=place.pk)
