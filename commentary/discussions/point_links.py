"""Ties of comments to the points of their articles."""

import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from ..models import Article, AuditEntry, Comment, Discussion, Tie
from . import tree
from .audit import Actor, new_entry
from .decisions import Outcome
from .points import Found, Points

TIES = {  # of a comment to a point; verb: (may start from, ends in)
    "tie": ({Tie.State.OFFERED, Tie.State.REFUSED}, Tie.State.CONFIRMED),
    "untie": ({Tie.State.OFFERED, Tie.State.CONFIRMED}, Tie.State.REFUSED),
}


def tie_of(comment: Comment, point: int, origin: str, found: Sequence[str] = ()) -> Tie:
    """A tie, not stored yet, as it begins."""
    known = origin == Tie.Origin.WRITER
    return Tie(
        discussion_id=comment.discussion_id,
        comment_id=comment.pk,
        point=point,
        origin=origin,
        state=Tie.State.CONFIRMED if known else Tie.State.OFFERED,
        found=list(found),
    )


def offers_of(comment: Comment, found: Iterable[Found]) -> list[Tie]:
    """What was found in a comment, as ties not stored yet."""
    origins = {True: Tie.Origin.QUOTATION, False: Tie.Origin.MENTION}
    return [tie_of(comment, f.point, origins[f.is_quotation], f.words) for f in found]


def offer(comments: Iterable[tuple[Comment, int | None]], points: Points) -> None:
    """Offer what many comments, each with the number of what it answers, say of `points`. What is
    tied, offered or refused already stays as it is."""
    offers: list[Tie] = []
    for comment, answered in comments:
        offers += offers_of(comment, points.found_in(comment.typed, answered))
    Tie.objects.bulk_create(offers, batch_size=1_000, ignore_conflicts=True)


def look_again(comment: Comment, points: Points) -> None:
    """Offer what a comment says of `points` now that it has other words. What nobody decided upon
    was found in words that may be gone."""
    if points:
        comment.ties.filter(state=Tie.State.OFFERED, audit_entries=None).delete()
        offer([(comment, comment.parent and comment.parent.number)], points)


def look_for_ties(article_id: int) -> None:
    """Offer what the comments of an article say of its points, after these were edited. Ties to a
    point that is gone stay as they are, and come back with it."""
    points = Points(Article.objects.get(pk=article_id).points)
    if not points:
        return
    found = Comment.objects.filter(discussion_id=article_id).select_related("parent")
    found = found.only("discussion_id", "body", "markup", "parent__number")
    comments = found.iterator(chunk_size=1_000)
    offer(((c, c.parent and c.parent.number) for c in comments), points)


def decide_ties(
    verb: str, ids: Iterable[int], by: Actor, states: Mapping[int, str] | None = None
) -> Outcome:
    """Tie or untie, one or many, each discussion in one transaction; see TIES.

    `states` says in which state each was when the editor decided; what others have decided since
    is refused.
    """
    found = Tie.objects.filter(pk__in=list(ids)).order_by("discussion_id", "pk")
    rows = list(found.only("discussion_id", "state"))
    outcome = Outcome(batch=uuid.uuid4() if len(rows) > 1 else None)
    chosen: dict[int, list[int]] = {}
    for row in rows:
        if not _refuse_stale(verb, row, states or {}, outcome):
            chosen.setdefault(row.discussion_id, []).append(row.pk)
    for discussion_id, group in chosen.items():
        with tree.lock_discussion(discussion_id) as discussion:
            _decide_ties(verb, discussion, group, by, outcome, states or {})
    return outcome


def _refuse_stale(verb: str, row: Tie, states: Mapping[int, str], outcome: Outcome) -> bool:
    """Whether the verb may not start from the state of a tie, or was chosen for another one; the
    outcome says so then."""
    is_stale = row.state not in TIES[verb][0] or states.get(row.pk, row.state) != row.state
    if is_stale:
        outcome.refused[row.pk] = _("It is %(state)s already.") % {"state": row.get_state_display()}
    return is_stale


def tie(comment: Comment, point: int, by: Actor) -> AuditEntry | None:
    """Tie a comment to a point by hand. Returns the entry, or None when it was tied already."""
    with tree.lock_discussion(comment.discussion_id) as discussion:
        row, _ = Tie.objects.get_or_create(
            comment=comment,
            point=point,
            defaults={
                "discussion_id": comment.discussion_id,
                "origin": Tie.Origin.EDITOR,
                "state": Tie.State.REFUSED,
            },
        )
        outcome = Outcome()
        _decide_ties("tie", discussion, [row.pk], by, outcome, {})
    return outcome.entries[0] if outcome.entries else None


def untie(comment: Comment, point: int, by: Actor) -> AuditEntry | None:
    """Refuse or take back a tie. Returns the entry, or None when there was none."""
    ids = comment.ties.filter(point=point).values_list("pk", flat=True)
    outcome = decide_ties("untie", ids, by)
    return outcome.entries[0] if outcome.entries else None


def _decide_ties(
    verb: str,
    discussion: Discussion,
    ids: Sequence[int],
    by: Actor,
    outcome: Outcome,
    states: Mapping[int, str],
) -> None:
    """Decide in one locked discussion, in a number of statements that does not grow."""
    state = TIES[verb][1]
    rows = Tie.objects.filter(pk__in=ids).select_related("comment").order_by("pk")
    rows = rows.only("comment_id", "point", "state", "comment__status")
    entries = []
    for row in rows:
        if _refuse_stale(verb, row, states, outcome):
            continue
        more = {"tie": row, "batch": outcome.batch, "kept": {"point": row.point}}
        entry = new_entry(verb, discussion.pk, row.comment_id, by, "", row.state, state, **more)
        entries.append(entry)
        note_tie(discussion, row, state)
    AuditEntry.objects.bulk_create(entries)
    Tie.objects.filter(pk__in=[entry.tie_id for entry in entries]).update(state=state)
    outcome.entries += entries


def note_tie(discussion: Discussion, tie: Tie, state: str) -> None:
    """Note in a locked discussion that a tie goes to another state: readers see what is confirmed
    of public comments."""
    if tie.comment.status == Comment.Status.APPROVED and Tie.State.CONFIRMED in (tie.state, state):
        discussion.mark_visible()
