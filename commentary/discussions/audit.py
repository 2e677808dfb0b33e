"""The audit log: one entry for each decision."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypedDict, Unpack
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection, transaction

from ..models import AuditEntry, Comment, Discussion, OutboxMessage, PointLink, SiteAuditEntry
from ..models.audit_chain import START, chain, digest_of_reason
from ..models.discussion import lock_discussion
from ..models.outbox import DECISION, is_mail_configured
from ..observability.events import log_event
from .limits import lock_key

# An account of this site, or the name of an actor without one, see AuditEntry.NO_ACCOUNT.
Actor = User | str
SOURCE, READER, WRITER = AuditEntry.SOURCE, AuditEntry.READER, AuditEntry.WRITER
AUTHORSHIP = ("confirm", "unconfirm")  # verbs
# The verbs that nobody outside is told about.
NOT_TOLD = (*AUTHORSHIP, *AuditEntry.REWORDINGS, *AuditEntry.OF_IMPORTS, AuditEntry.ERASE_REASON)


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
    """Create an audit entry like `new_entry` and save it. Call with the discussion locked."""
    entry = new_entry(verb, discussion_id, comment_id, by, reason, before, after, **more)
    append([entry])
    return entry


def append_to_site(verb: str, details: Mapping[str, object], by: Actor) -> SiteAuditEntry:
    """Add an entry to the log of the site. Locks it until the transaction ends; the caller may hold
    a discussion, and locks none afterwards.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_key("site audit log")])
    last = SiteAuditEntry.objects.first()
    entry = SiteAuditEntry(
        position=last.position + 1 if last else 1,
        actor_name=by if isinstance(by, str) else by.get_username(),
        verb=verb,
        details=dict(details),
    )
    entry.digest = entry.digest_after(last.digest if last else START)
    entry.save(force_insert=True)
    account = None if isinstance(by, str) else by.pk
    transaction.on_commit(lambda: log_event("decision", verb=verb, account=account))
    return entry


def erase_reason(entry: AuditEntry, by: Actor) -> AuditEntry | None:
    """Erase the reason of an entry for good, for example because it names a person. The digest of
    the reason stays, so the chain does. Returns the new entry, or None if there is no reason.
    """
    with lock_discussion(entry.discussion_id) as discussion:
        rows = AuditEntry.objects.filter(discussion=discussion.pk, pk=entry.pk)
        now = rows.get()
        if not now.reason or now.position is None:
            return None
        digest = digest_of_reason(now.salt, now.reason)
        rows.update(reason="", salt="", reason_digest=digest)
        kept = {"position": now.position}
        discussion.mark_visible()  # readers see the reasons of closures and removals
        verb = AuditEntry.ERASE_REASON
        return record(verb, now.discussion_id, now.comment_id, by, kept=kept)


def append(entries: Sequence[AuditEntry]) -> None:
    """Add new entries to the log of the locked discussion. One statement if their keys were
    reserved with the lock.
    """
    if not entries:
        return
    discussion = Comment.require_lock(entries[0].discussion_id)
    add_to_chain(discussion, entries)
    AuditEntry.objects.bulk_create(entries)
    announce(discussion, entries)


def add_to_chain(discussion: Discussion, entries: Sequence[AuditEntry]) -> None:
    """Give new entries their keys, and their places in the log of a locked discussion. The caller
    stores and announces them.
    """
    for entry, key in zip(entries, discussion.take_entry_keys(len(entries)), strict=True):
        entry.pk = key
    head = (discussion.log_length or 0, discussion.log_head or START)
    discussion.log_length, discussion.log_head = chain(entries, *head)


def announce(discussion: Discussion, entries: Sequence[AuditEntry]) -> None:
    """Log and queue entries that were just stored."""
    _log(entries)
    _queue(discussion, entries)


def _log(entries: Sequence[AuditEntry]) -> None:
    """Log which accounts decided what, once it is certain."""
    done = [(entry.verb, entry.actor_id) for entry in entries if entry.actor_id]
    if not done:
        return

    def log() -> None:
        for verb, account in done:
            log_event("decision", verb=verb, account=account)

    transaction.on_commit(log)


def _queue(discussion: Discussion, entries: Iterable[AuditEntry]) -> None:
    """Add decisions to the outbox if anyone is to be told. One statement; the worker does the rest."""
    if not discussion.has_webhooks and not (discussion.has_subscriptions and is_mail_configured()):
        return
    OutboxMessage.objects.bulk_create(
        OutboxMessage(kind=DECISION, details={"discussion": entry.discussion_id, "entry": entry.pk})
        for entry in entries
        if entry.point_link_id is None and entry.verb not in NOT_TOLD
    )
