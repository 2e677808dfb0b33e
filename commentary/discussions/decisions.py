"""Moderators' decisions about comments."""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Case, F, Max, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import AuditEntry, Comment, Discussion, Report, RowKey, Submission, with_keys
from . import tree
from .audit import AUTHORSHIP, Actor, MoreColumns, append, new_entry
from .errors import AlreadyDecided

S = Comment.Status


DECISIONS = {  # verb: (allowed current statuses, new status)
    "approve": ({S.PENDING, S.REJECTED, S.SPAM, S.REMOVED}, S.APPROVED),
    "keep": ({S.APPROVED}, S.APPROVED),
    "reject": ({S.PENDING}, S.REJECTED),
    "hold": ({S.APPROVED, S.REJECTED, S.SPAM}, S.PENDING),
    "mark_spam": ({S.PENDING, S.APPROVED, S.REJECTED, S.REMOVED}, S.SPAM),
    "remove": ({S.APPROVED}, S.REMOVED),
}
# Decisions about what an import read as a comment, made by repairs and not by buttons: that it is
# none.
DISCARDS = {"discard": ({S.PENDING, S.APPROVED}, S.REJECTED)}
STATUS_VERBS = DECISIONS | DISCARDS


# The columns that count imported comments, by status.
SOURCE_COUNTS: dict[str, str] = {S.APPROVED: "source_count", S.REMOVED: "source_removed_count"}


@dataclass
class Outcome:
    """The result of a decision about many items. `refused` maps the key of an item to the reason."""

    batch: uuid.UUID | None = None
    entries: list[AuditEntry] = field(default_factory=list)
    refused: dict[RowKey, str] = field(default_factory=dict)


def decide(
    verb: str,
    keys: Iterable[RowKey],
    by: Actor,
    reason: str = "",
    versions: Mapping[RowKey, int] | None = None,
    batch: uuid.UUID | None = None,
    kept: Mapping[str, object] | None = None,
    kept_of: Mapping[int, Mapping[str, object]] | None = None,
) -> Outcome:
    """Apply one of STATUS_VERBS to comments, in one transaction per discussion.

    `versions` maps the key of a comment to the version the moderator saw; a comment that has
    changed since is refused, with who decided what. A key without a comment in its discussion is
    refused too. `batch` adds the entries to an existing batch; `kept` is kept in each of them, and
    `kept_of` has more by the keys of the comments.
    """
    keys = set(keys)
    columns = ("discussion_id", "status", "version")
    rows = with_keys(Comment.objects.only(*columns).order_by("discussion_id", "pk"), keys)
    outcome = Outcome(batch=batch or (uuid.uuid4() if len(rows) > 1 else None))
    versions = versions or {}
    # Refuse stale comments before locking anything.
    chosen: dict[int, list[int]] = {}
    for row in rows:
        if _is_stale(verb, row.status, row.version, versions.get(row.key, row.version)):
            outcome.refused[row.key] = ""
        else:
            chosen.setdefault(row.discussion_id, []).append(row.pk)
    for discussion_id, group in chosen.items():
        with tree.lock_discussion(discussion_id, entries=len(group)) as discussion:
            more = {pk: {**(kept or {}), **(kept_of or {}).get(pk, {})} for pk in group}
            _decide(verb, discussion, group, by, reason, versions, outcome, more)
    if outcome.refused:
        _explain(outcome.refused)
    missing = keys - {row.key for row in rows}
    outcome.refused.update(dict.fromkeys(sorted(missing), _("Comment not found.")))
    return outcome


def _is_stale(verb: str, status: str, version: int, seen: int) -> bool:
    """Return whether a verb does not apply to this status, or the version has changed."""
    return status not in STATUS_VERBS[verb][0] or version != seen


def _decide(
    verb: str,
    discussion: Discussion,
    ids: Sequence[int],
    by: Actor,
    reason: str,
    versions: Mapping[RowKey, int],
    outcome: Outcome,
    kept: Mapping[int, Mapping[str, object]],
) -> None:
    """Decide in one locked discussion, with the same number of statements for any number of
    comments.
    """
    status = STATUS_VERBS[verb][1]
    entries = []
    befores: dict[int, tuple[str, bool]] = {}
    rows = Comment.objects.filter(pk__in=ids).order_by("pk")
    columns = ("pk", "status", "version", "import_run_id", "submission__is_reviewed")
    for pk, before, version, run, is_reviewed in rows.values_list(*columns):
        key = RowKey(discussion.pk, pk)
        if _is_stale(verb, before, version, versions.get(key, version)):
            outcome.refused[key] = ""
            continue
        befores[pk] = (before, run is not None)
        unread = {"unread": True} if is_reviewed is False else {}
        more: MoreColumns = {"batch": outcome.batch, "kept": {**kept[pk], **unread}}
        entries.append(new_entry(verb, discussion.pk, pk, by, reason, before, status, **more))
    if not entries:
        return
    append(entries)
    rows.filter(pk__in=befores).update(version=F("version") + 1, **new_status(status))
    move_reply_counts({pk: (before, status) for pk, (before, _) in befores.items()})
    Submission.objects.filter(comment__in=befores, is_reviewed=False).update(is_reviewed=True)
    if status != S.PENDING:  # what is pending is decided later, and its reports with it
        _answer_reports(entries)
    steps = [(before, status, imported) for before, imported in befores.values()]
    count(discussion, steps)
    outcome.entries += entries


def _answer_reports(entries: Iterable[AuditEntry]) -> None:
    """Close the open reports of the comments that were decided by these entries."""
    by_comment = {entry.comment_id: entry for entry in entries}
    answered = list(Report.objects.open().filter(comment__in=list(by_comment)))
    for report in answered:
        report.closed_entry = by_comment[report.comment_id]
    Report.objects.bulk_update(answered, ["closed_entry"], batch_size=500)


def new_status(status: str) -> dict[str, str | Case]:
    """Return the columns to update for this status. Sets `public_at` on newly approved comments."""
    if status != S.APPROVED:
        return {"status": status}
    was_public = When(status=S.APPROVED, then=F("public_at"))
    return {"status": status, "public_at": Case(was_public, default=Value(timezone.now()))}


def _explain(refused: dict[RowKey, str]) -> None:
    """Fill in for each refused comment its current status and the latest decision. Two queries."""
    last: dict[int | None, str] = {}
    comments = [key.pk for key in refused]
    entries = AuditEntry.objects.filter(discussion__in={key.discussion_id for key in refused})
    about = entries.filter(comment__in=comments, point_link=None).order_by()
    newest = about.values("comment").annotate(newest=Max("pk")).values("newest")
    for entry in entries.filter(pk__in=newest).select_related("undoes"):
        who = {"who": entry.actor_name, "what": entry.action}
        is_change = entry.verb in ("submit", "edit", *AUTHORSHIP) or entry.is_about_words
        last[entry.comment_id] = (
            _("%(who)s edited it in the meantime.")
            if is_change
            else _("Last decision: %(what)s, by %(who)s.")
        ) % who
    for row in with_keys(Comment.objects.only("discussion_id", "status"), refused):
        now = _("It is now %(state)s.") % {"state": S(row.status).label}
        refused[row.key] = f"{now} {last.get(row.pk, '')}".strip()


def count(discussion: Discussion, steps: Iterable[tuple[str | None, str, bool]]) -> None:
    """Update the counts of a locked discussion, and its version if readers see the change.

    `steps` are tuples: former status (None for a new comment), new status, whether it was imported.
    """
    moves: Counter[str] = Counter()
    for before, after, imported in steps:
        if before == after:
            continue
        if before in Comment.PUBLIC or after in Comment.PUBLIC:
            discussion.mark_visible()
        for status, step in ((before, -1), (after, +1)):
            if status is not None:
                moves[f"{status}_count"] += step
                if imported and (name := SOURCE_COUNTS.get(status)):
                    moves[name] += step
    discussion.move_counts(moves)


def move_reply_counts(changes: Mapping[int, tuple[str, str]]) -> None:
    """Update the reply counts of the ancestors. `changes` maps keys to (former, new status)."""
    steps = {
        pk: (after == S.APPROVED) - (before == S.APPROVED)
        for pk, (before, after) in changes.items()
    }
    tree.count_replies(steps)


def _decide_one(verb: str, comment: Comment, by: Actor, reason: str) -> AuditEntry:
    outcome = decide(verb, [comment.key], by, reason)
    if outcome.refused:
        raise AlreadyDecided(outcome.refused[comment.key])
    return outcome.entries[0]


def approve(comment: Comment, by: Actor, reason: str = "") -> AuditEntry:
    """Publish a comment. Raises AlreadyDecided."""
    return _decide_one("approve", comment, by, reason)


def keep(comment: Comment, by: Actor, reason: str = "") -> AuditEntry:
    """Leave a public comment as it is and resolve its reports. Raises AlreadyDecided."""
    return _decide_one("keep", comment, by, reason)


def reject(comment: Comment, by: Actor, reason: str = "") -> AuditEntry:
    """Reject a pending comment, which was never public. Raises AlreadyDecided."""
    return _decide_one("reject", comment, by, reason)


def hold(comment: Comment, by: Actor, reason: str = "") -> AuditEntry:
    """Make a comment pending again. Its reports stay open. Raises AlreadyDecided."""
    return _decide_one("hold", comment, by, reason)


def mark_spam(comment: Comment, by: Actor, reason: str = "") -> AuditEntry:
    """Mark a comment as spam. Raises AlreadyDecided."""
    return _decide_one("mark_spam", comment, by, reason)


def remove(comment: Comment, by: Actor, reason: str = "") -> AuditEntry:
    """Remove a public comment; its replies stay. Raises AlreadyDecided."""
    return _decide_one("remove", comment, by, reason)
