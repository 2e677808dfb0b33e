"""Import conflicts: values that were changed here and in the source. An editor keeps ours or uses
the source's.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import (
    Article,
    AuditEntry,
    Comment,
    Discussion,
    ImportConflict,
    ImportRun,
    RowKey,
    with_keys,
)
from ..models.import_conflict import date_of
from . import places, revisions, tree
from .audit import Actor, record
from .corrections import Update, update_texts
from .decisions import DECISIONS, Outcome, decide
from .editions import edition_of

Field, State = ImportConflict.Field, ImportConflict.State
KEEP_OURS = "keep_ours"
CONFLICT_DECISIONS = {KEEP_OURS: State.OURS, "use_source": State.SOURCE}  # verb: new state
# How the status of a source is set here.
VERB_OF_STATUS = {
    "approved": "approve",
    "spam": "mark_spam",
    "removed": "remove",
    "rejected": "reject",
}


def conflict_edition(conflict: ImportConflict) -> str:
    """Return the edition of what a form shows of a conflict: its values and its state."""
    values = {"state": conflict.state, "now": conflict.now, "here": conflict.here}
    return edition_of(values)


class Found(NamedTuple):
    """A conflict that an import found: the value at the source before and now, and its lines there."""

    discussion_id: int
    comment: int | None
    field: str
    then: str
    now: str
    lines: tuple[int, int]
    markup: str = ""


def note_conflict(found: Found, run: ImportRun, stored: ImportConflict | None) -> None:
    """Store a conflict, or update the one that is `stored` for this value."""
    row = stored or ImportConflict(
        discussion_id=found.discussion_id,
        comment_id=found.comment,
        field=found.field,
        now=found.then,
    )
    is_waiting = stored is not None and stored.is_open
    if is_waiting and row.now == found.now:
        return
    if not is_waiting:  # else the editor has not seen the value in between
        row.then, row.created_at = row.now, timezone.now()
    row.now, row.markup, row.run, row.state = found.now, found.markup, run, State.OPEN
    row.first_line, row.last_line = found.lines
    row.save()


def note_value(conflict: ImportConflict, now: str, is_resolved: bool) -> None:
    """Note the value that the source has now, and whether this resolves the conflict."""
    conflict.now = now
    if is_resolved:
        conflict.state = State.AGREED
    conflict.save(update_fields=["now", "state"])


def decide_conflicts(
    verb: str,
    keys: Iterable[RowKey],
    by: Actor,
    editions: Mapping[RowKey, str] | None = None,
    reason: str = "",
) -> Outcome:
    """Keep ours or use the source's, in one transaction per discussion.

    `editions` maps the key of a conflict to the edition that the editor saw; one that has changed
    since is refused. A key without a conflict in its discussion is refused too.
    """
    keys = set(keys)
    rows = with_keys(ImportConflict.objects.only("discussion_id"), keys)
    outcome = Outcome(batch=uuid.uuid4() if len(rows) > 1 else None)
    chosen: dict[int, list[int]] = {}
    for row in sorted(rows, key=lambda row: row.key):
        chosen.setdefault(row.discussion_id, []).append(row.pk)
    for discussion_id, ids in chosen.items():
        with tree.lock_discussion(discussion_id) as discussion:
            _decide(verb, discussion, ids, by, editions, reason, outcome)
    missing = keys - {row.key for row in rows}
    outcome.refused.update(dict.fromkeys(sorted(missing), _("Conflict not found.")))
    return outcome


def _decide(
    verb: str,
    discussion: Discussion,
    ids: Sequence[int],
    by: Actor,
    editions: Mapping[RowKey, str] | None,
    reason: str,
    outcome: Outcome,
) -> None:
    rows = ImportConflict.objects.filter(discussion=discussion.pk, pk__in=ids).order_by("pk")
    done = []
    # Read one by one: each changes the comment that the next one may be about too.
    for conflict in rows.select_related("comment__parent", "discussion__article"):
        if not conflict.is_open:
            outcome.refused[conflict.key] = _("Already decided.")
            continue
        place: Comment | Article
        if conflict.comment_id is not None:
            comments = Comment.objects.select_related("parent")
            place = conflict.comment = comments.get(pk=conflict.comment_id)
        else:
            place = conflict.discussion.article = Article.objects.get(pk=discussion.pk)
        if editions is not None and editions.get(conflict.key) != conflict_edition(conflict):
            outcome.refused[conflict.key] = _("It was changed after you opened the page.")
            continue
        if verb == KEEP_OURS:
            kept = {"conflict": conflict.pk}
            states = (conflict.state, State.OURS)
            entries = [
                record(
                    verb, discussion.pk, conflict.comment_id, by, reason, *states,
                    kept=kept, batch=outcome.batch,
                )
            ]  # fmt: skip
        else:
            entries = _use_source(conflict, place, by, reason, outcome)
            if conflict.key in outcome.refused:
                continue
        outcome.entries += entries
        done.append(conflict.pk)
    rows.filter(pk__in=done).update(state=CONFLICT_DECISIONS[verb])


def _use_source(
    conflict: ImportConflict, place: Comment | Article, by: Actor, reason: str, outcome: Outcome
) -> list[AuditEntry]:
    """Store the value of the source. Returns the entries, none if it is stored by now."""
    discussion_id, run = conflict.discussion_id, conflict.run_id
    kept = {"run": run, "conflict": conflict.pk}
    field, now, batch = conflict.field, conflict.now, outcome.batch
    entry: AuditEntry | None = None
    if field in (Field.TEXT, Field.BODY, Field.NAME, Field.TITLE):
        is_name = field in (Field.NAME, Field.TITLE)
        here = revisions.text_of(place)
        text = here._replace(name=now) if is_name else here._replace(body=now)
        if not is_name and isinstance(place, Article):
            text = text._replace(markup=conflict.markup)
        lines = (conflict.first_line, conflict.last_line)
        update = Update(place, text, lines, ("name",) if is_name else ("body",), conflict.pk)
        return update_texts(discussion_id, [update], run, batch, by)
    if field == Field.DATE:
        entry = places.redate(place, *date_of(now), by, reason, batch, kept)
    elif field == Field.PUBLISHED and isinstance(place, Article):
        entry = places.publish(place, now == "published", by, batch, kept)
    elif isinstance(place, Comment) and field == Field.STATUS:
        return _use_status(conflict, place, by, reason, kept, outcome)
    elif isinstance(place, Comment) and field == Field.PARENT:
        entry = _use_parent(conflict, place, by, reason, outcome)
    return [entry] if entry else []


def _use_status(
    conflict: ImportConflict,
    place: Comment,
    by: Actor,
    reason: str,
    kept: places.Kept,
    outcome: Outcome,
) -> list[AuditEntry]:
    if place.status == conflict.now:
        return []
    verb = VERB_OF_STATUS.get(conflict.now, "")
    if not verb or place.status not in DECISIONS[verb][0]:
        state = Comment.Status(conflict.now).label
        outcome.refused[conflict.key] = _("A moderator can’t set it to “%(state)s”.") % {
            "state": state
        }
        return []
    return decide(verb, [place.key], by, reason, batch=outcome.batch, kept=kept).entries


def _use_parent(
    conflict: ImportConflict, place: Comment, by: Actor, reason: str, outcome: Outcome
) -> AuditEntry | None:
    parent = None
    if conflict.now:
        ours = Comment.objects.filter(discussion=conflict.discussion_id, source_key=conflict.now)
        parent = ours.values_list("pk", flat=True).first()
        if parent is None:
            outcome.refused[conflict.key] = _("The comment that it replies to isn’t stored.")
            return None
    try:
        return places.move_comment(
            place, parent, by, reason, outcome.batch, conflict.run_id, conflict.pk
        )
    except tree.BadMove:
        outcome.refused[conflict.key] = _("It would become a reply to one of its replies.")
        return None


def reopen_conflicts(entries: Iterable[AuditEntry]) -> None:
    """Reopen the conflicts that these entries decided, when they are undone."""
    decided = [entry.kept["conflict"] for entry in entries if entry.kept.get("conflict")]
    if decided:
        ImportConflict.objects.filter(pk__in=decided).update(state=State.OPEN)
