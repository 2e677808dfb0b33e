"""Undo decisions."""

import uuid
from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db.models import F, Q
from django.utils.translation import gettext as _

from ..models import (
    Article,
    AuditEntry,
    Comment,
    Discussion,
    PointLink,
    Report,
    Revision,
    RowKey,
    Submission,
    with_keys,
)
from ..text.dates import from_iso
from . import revisions, tree
from .audit import AUTHORSHIP, Actor, append, new_entry
from .authorship import restore_author
from .closing import place_of, set_closing
from .conflicts import KEEP_OURS, reopen_conflicts
from .corrections import settle
from .decisions import STATUS_VERBS, Outcome, S, count, move_reply_counts, new_status
from .errors import AlreadyDecided
from .places import restore_date, restore_language, restore_place, restore_published
from .point_links import LINK_DECISIONS, note_point_link
from .proposals import DISMISS

# The decisions that can be undone, and what each changes. Only a later change of the same aspect
# prevents an undo.
REVERSIBLE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(STATUS_VERBS, ("status",)),
    **dict.fromkeys(AuditEntry.CLOSINGS, ("closing",)),
    **dict.fromkeys(AuditEntry.REWORDINGS, ("words",)),
    **dict.fromkeys(LINK_DECISIONS, ("link",)),
    **dict.fromkeys(AUTHORSHIP, ("author",)),
    "move": ("place",),
    "redate": ("date",),
    "set_language": ("language",),
    **dict.fromkeys(("publish", "unpublish"), ("published",)),
    KEEP_OURS: ("conflict",),
    DISMISS: ("proposal",),
}
# What each verb changes, including those of commenters.
ASPECTS: dict[str, tuple[str, ...]] = {
    **REVERSIBLE,
    "edit": ("status", "words"),
    "withdraw": ("status",),
    "ask_again": ("status",),
    AuditEntry.ERASE: ("status", "words", "author"),
}


def undo(entry: AuditEntry, by: Actor) -> AuditEntry:
    """Undo one decision and return the new audit entry.

    Raises AlreadyDecided if it was already undone, if someone has decided since, or if it can't be
    undone.
    """
    outcome = Outcome()
    with tree.lock_discussion(entry.discussion_id) as discussion:
        _undo(discussion, [entry.pk], by, outcome)
    if outcome.refused:
        raise AlreadyDecided(outcome.refused[entry.key])
    return outcome.entries[0]


def undo_many(keys: Iterable[RowKey], by: Actor) -> Outcome:
    """Undo many decisions, newest first, skipping those that someone has decided on since.
    Keys without an entry in their discussion are refused.

    Each discussion is one transaction. The number of statements depends on the number of closures
    and corrections, not of other decisions.
    """
    outcome = Outcome(batch=uuid.uuid4())
    keys = sorted(set(keys))
    if len({key.discussion_id for key in keys}) > 1:
        # No lock is needed here: an obstacle stays one. `_undo` checks the other keys again.
        wanted = with_keys(AuditEntry.objects.select_related("undone_by"), keys)
        outcome.refused.update(obstacles(wanted))
        outcome.refused.update(_not_found(keys, wanted))
        keys = [key for key in keys if key not in outcome.refused]
    for discussion_id, group in groupby(keys, key=lambda key: key.discussion_id):
        ids = [key.pk for key in group]
        with tree.lock_discussion(discussion_id, entries=len(ids)) as discussion:
            _undo(discussion, ids, by, outcome)
    return outcome


def _not_found(keys: Iterable[RowKey], found: Iterable[AuditEntry]) -> dict[RowKey, str]:
    """Return a refusal for each key without an entry."""
    missing = set(keys) - {entry.key for entry in found}
    return dict.fromkeys(sorted(missing), _("Entry not found."))


def _undo(discussion: Discussion, ids: Sequence[int], by: Actor, outcome: Outcome) -> None:
    """Undo entries of one locked discussion and add the results to `outcome`."""
    discussion_id = discussion.pk
    wanted = list(AuditEntry.objects.filter(pk__in=ids).select_related("undone_by").order_by("-pk"))
    refused = obstacles(wanted)
    outcome.refused.update(refused)
    outcome.refused.update(_not_found((RowKey(discussion_id, pk) for pk in ids), wanted))
    chosen = [entry for entry in wanted if entry.key not in refused]
    for entry in list(chosen):
        if entry.verb == "move":
            try:
                restore_place(entry)
            except tree.BadMove:
                outcome.refused[entry.key] = _("Its former parent is now one of its replies.")
                chosen.remove(entry)
    kept: dict[int, dict[str, int]] = {
        entry.pk: {"point": entry.kept["point"]} for entry in chosen if entry.verb in LINK_DECISIONS
    }
    for entry in chosen:
        if entry.is_about_words:
            kept[entry.pk] = {"revision": _restore_words(entry, discussion).pk}
    records = [
        new_entry(
            "undo",
            discussion_id,
            entry.comment_id,
            by,
            "",
            entry.after,
            entry.before,
            point_link_id=entry.point_link_id,
            kept=kept.get(entry.pk, {}),
            undoes=entry,
            batch=outcome.batch,
        )
        for entry in chosen
    ]
    append(records)
    outcome.entries += records
    reopen_conflicts(chosen)
    for entry in chosen:
        if entry.verb in AuditEntry.CLOSINGS:
            _restore_closing(discussion, entry)
        elif entry.verb in AUTHORSHIP:
            restore_author(discussion, entry)
        elif entry.verb == "redate":
            restore_date(entry)
        elif entry.verb == "set_language":
            restore_language(entry)
        elif entry.verb in ("publish", "unpublish"):
            restore_published(discussion, entry)
    # Entries are ordered newest first, so the last value written is the state before the oldest.
    states = {entry.point_link_id: entry.before for entry in chosen if entry.point_link_id}
    if states:
        for link in PointLink.objects.filter(pk__in=states).select_related("comment"):
            note_point_link(discussion, link, states[link.pk])
        for state in set(states.values()):
            changed = [pk for pk, before in states.items() if before == state]
            PointLink.objects.filter(pk__in=changed).update(state=state)
    decided = [entry for entry in chosen if entry.verb in STATUS_VERBS]
    if not decided:
        return
    back = {entry.comment_id: entry.before for entry in decided if entry.comment_id}
    rows = Comment.objects.filter(pk__in=back)
    found = rows.values_list("pk", "import_run_id", "status")
    imported = {pk: run is not None for pk, run, _ in found}
    statuses = {pk: status for pk, _, status in found}
    for status in S:
        to = [pk for pk, before in back.items() if before == status]
        if to:
            Comment.objects.filter(pk__in=to).update(version=F("version") + 1, **new_status(status))
    move_reply_counts({pk: (now, back[pk]) for pk, now in statuses.items()})
    count(discussion, ((now, back[pk], imported[pk]) for pk, now in statuses.items()))
    unread = [e.comment_id for e in decided if e.comment_id and e.kept.get("unread")]
    Submission.objects.filter(comment__in=unread).update(is_reviewed=False)
    Report.objects.filter(closed_entry__in=decided).update(closed_entry=None)


def _restore_closing(discussion: Discussion, entry: AuditEntry) -> None:
    """Restore the closure from before a close or reopen."""
    was = entry.kept.get("was", {})
    _, _, rows = place_of(_place_in(entry))
    set_closing(
        rows,
        discussion,
        was.get("entry"),
        from_iso(was.get("start")),
        from_iso(was.get("until")),
        was.get("by_hand", True),
    )


def _restore_words(entry: AuditEntry, discussion: Discussion) -> Revision:
    """Restore the text from before a correction; return the revision with the corrected text."""
    model, pk = (Comment, entry.comment_id) if entry.comment_id else (Article, discussion.pk)
    place = model._default_manager.get(pk=pk)
    before = Revision.objects.get(pk=entry.kept["revision"])
    edited_at = from_iso(entry.kept["edited_at"])
    by_editor = edited_at is not None and _was_edited_by_editor(entry)
    replaced = revisions.replace(place, revisions.text_kept(before), edited_at, by_editor)
    settle(place, replaced, discussion)
    return replaced


def _was_edited_by_editor(entry: AuditEntry) -> bool:
    """Return whether an editor had changed the words before `entry`. Entries of earlier versions
    don't say it, but the earlier ones do.
    """
    if "by_editor" in entry.kept:
        return bool(entry.kept["by_editor"])
    earlier = AuditEntry.objects.filter(
        discussion=entry.discussion_id,
        comment=entry.comment_id,
        pk__lt=entry.pk,
        verb__in=("correct", "restore"),
        undone_by=None,
    )
    return earlier.exclude(actor=None).exists()


def _place_in(entry: AuditEntry) -> Comment | Discussion:
    """Return the comment or discussion that an entry is about."""
    if entry.comment_id is not None:
        return Comment.objects.get(pk=entry.comment_id)
    return Discussion.objects.select_related("article").get(pk=entry.discussion_id)


def is_reversible(entry: AuditEntry) -> bool:
    """Return whether this kind of decision can be undone, regardless of later decisions."""
    return entry.verb in REVERSIBLE


def obstacles(entries: Iterable[AuditEntry], together: bool = True) -> dict[RowKey, str]:
    """Return why entries can't be undone, by key; used for the preview.

    Two queries. With `together`, entries that are undone along with a later one don't prevent it;
    otherwise each entry is checked on its own.
    """
    wanted = sorted(entries, key=lambda entry: -entry.pk)
    within = {entry.discussion_id for entry in wanted}
    since: dict[tuple[int, int | None, str], list[AuditEntry]] = {}
    if wanted:
        later = AuditEntry.objects.filter(
            Q(comment__in={e.comment_id for e in wanted if e.comment_id}) | Q(comment=None),
            discussion__in=within,
            pk__gt=wanted[-1].pk,
            verb__in=ASPECTS,
            undone_by=None,
        )
        for entry in later.order_by("pk"):
            for subject in _subjects(entry):
                since.setdefault(subject, []).append(entry)
    undos = AuditEntry.objects.filter(discussion__in=within, undoes__in=wanted)
    taken = set(undos.values_list("undoes", flat=True))
    found: dict[RowKey, str] = {}
    gone: set[int] = set()
    for entry in wanted:
        others = (e for subject in _subjects(entry) for e in since.get(subject, ()))
        other = next((e for e in others if e.pk > entry.pk and e.pk not in gone), None)
        if not is_reversible(entry):
            found[entry.key] = _("This action can’t be undone.")
        elif entry.pk in taken:
            found[entry.key] = _("Already undone.")
        elif other is not None:
            who = {"who": other.actor_name, "what": other.action}
            found[entry.key] = _("%(who)s made a later decision: %(what)s.") % who
        elif together:
            gone.add(entry.pk)
    return found


def _subjects(entry: AuditEntry) -> list[tuple[int, int | None, str]]:
    """Return keys of what an entry changes. A later entry with the same key prevents its undo."""
    aspects = ASPECTS.get(entry.verb, ())
    if entry.verb in LINK_DECISIONS:
        aspects = (f"link {entry.point_link_id}",)
    elif entry.verb == KEEP_OURS:
        aspects = (f"conflict {entry.kept['conflict']}",)
    return [(entry.discussion_id, entry.comment_id, aspect) for aspect in aspects]
