"""Links from comments to the points of their articles."""

import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from ..models import Article, AuditEntry, Comment, Discussion, PointLink, RowKey, with_keys
from . import tree
from .audit import Actor, append, new_entry
from .decisions import Outcome
from .points import PointMention, Points

LINK_DECISIONS = {  # verb: (allowed current states, new state)
    "link": ({PointLink.State.SUGGESTED, PointLink.State.DISMISSED}, PointLink.State.ACCEPTED),
    "unlink": ({PointLink.State.SUGGESTED, PointLink.State.ACCEPTED}, PointLink.State.DISMISSED),
}


def new_point_link(
    comment: Comment, point: int, origin: str, found: Sequence[str] = ()
) -> PointLink:
    """Return an unsaved point link. A link chosen by the commenter is accepted."""
    known = origin == PointLink.Origin.WRITER
    return PointLink(
        discussion_id=comment.discussion_id,
        comment_id=comment.pk,
        point=point,
        origin=origin,
        state=PointLink.State.ACCEPTED if known else PointLink.State.SUGGESTED,
        found=list(found),
    )


def suggestions_in(comment: Comment, found: Iterable[PointMention]) -> list[PointLink]:
    """Return unsaved, suggested point links for what was found in a comment."""
    origins = {True: PointLink.Origin.QUOTATION, False: PointLink.Origin.MENTION}
    return [new_point_link(comment, f.point, origins[f.is_quotation], f.words) for f in found]


def suggest(comments: Iterable[tuple[Comment, int | None]], points: Points) -> None:
    """Suggest links to `points` for many comments. Existing links are not changed.

    `comments` are pairs of a comment and the number of its parent (None for a root).
    """
    suggestions: list[PointLink] = []
    for comment, answered in comments:
        suggestions += suggestions_in(comment, points.found_in(comment.typed, answered))
    PointLink.objects.bulk_create(suggestions, batch_size=1_000, ignore_conflicts=True)


def look_again(comment: Comment, points: Points) -> None:
    """Suggest links to `points` again after the text of a comment has changed.

    Undecided suggestions are deleted, because their words may be gone.
    """
    if points:
        undecided = comment.point_links.filter(state=PointLink.State.SUGGESTED, audit_entries=None)
        undecided._raw_delete(undecided.db)  # no audit entry refers to them, so nothing cascades
        suggest([(comment, comment.parent and comment.parent.number)], points)


def suggest_point_links(article_id: int) -> None:
    """Suggest links for all comments of an article whose points were edited.

    Links to a removed point are kept, and shown again if the point comes back.
    """
    points = Points(Article.objects.get(pk=article_id).points)
    if not points:
        return
    found = Comment.objects.filter(discussion_id=article_id).select_related("parent")
    found = found.only("discussion_id", "body", "markup", "parent__number")
    comments = found.iterator(chunk_size=1_000)
    suggest(((c, c.parent and c.parent.number) for c in comments), points)


def decide_point_links(
    verb: str, keys: Iterable[RowKey], by: Actor, states: Mapping[RowKey, str] | None = None
) -> Outcome:
    """Apply one of LINK_DECISIONS to links, in one transaction per discussion.

    `states` maps the key of a link to the state the editor saw; a link that has changed since is
    refused. A key without a link in its discussion is refused too.
    """
    keys = set(keys)
    found = PointLink.objects.only("discussion_id", "state").order_by("discussion_id", "pk")
    rows = with_keys(found, keys)
    outcome = Outcome(batch=uuid.uuid4() if len(rows) > 1 else None)
    chosen: dict[int, list[int]] = {}
    for row in rows:
        if not _refuse_stale(verb, row, states or {}, outcome):
            chosen.setdefault(row.discussion_id, []).append(row.pk)
    for discussion_id, group in chosen.items():
        with tree.lock_discussion(discussion_id, entries=len(group)) as discussion:
            _decide_point_links(verb, discussion, group, by, outcome, states or {})
    missing = keys - {row.key for row in rows}
    outcome.refused.update(dict.fromkeys(sorted(missing), _("Link not found.")))
    return outcome


def _refuse_stale(
    verb: str, row: PointLink, states: Mapping[RowKey, str], outcome: Outcome
) -> bool:
    """Return whether a verb does not apply to a link, or its state has changed; note it in
    `outcome`.
    """
    is_stale = (
        row.state not in LINK_DECISIONS[verb][0] or states.get(row.key, row.state) != row.state
    )
    if is_stale:
        outcome.refused[row.key] = _("Already %(state)s.") % {"state": row.get_state_display()}
    return is_stale


def link(comment: Comment, point: int, by: Actor) -> AuditEntry | None:
    """Link a comment to a point by hand. Returns the entry, or None if it was already linked."""
    with tree.lock_discussion(comment.discussion_id) as discussion:
        row, _ = PointLink.objects.get_or_create(
            comment=comment,
            point=point,
            defaults={
                "discussion_id": comment.discussion_id,
                "origin": PointLink.Origin.EDITOR,
                "state": PointLink.State.DISMISSED,
            },
        )
        outcome = Outcome()
        _decide_point_links("link", discussion, [row.pk], by, outcome, {})
    return outcome.entries[0] if outcome.entries else None


def unlink(comment: Comment, point: int, by: Actor) -> AuditEntry | None:
    """Dismiss a link. Returns the entry, or None if there was none."""
    links = comment.point_links.filter(discussion=comment.discussion_id, point=point)
    outcome = decide_point_links("unlink", [link.key for link in links], by)
    return outcome.entries[0] if outcome.entries else None


def _decide_point_links(
    verb: str,
    discussion: Discussion,
    ids: Sequence[int],
    by: Actor,
    outcome: Outcome,
    states: Mapping[RowKey, str],
) -> None:
    """Decide in one locked discussion, with the same number of statements for any number of links."""
    state = LINK_DECISIONS[verb][1]
    rows = PointLink.objects.filter(pk__in=ids).select_related("comment").order_by("pk")
    rows = rows.only("discussion_id", "comment_id", "point", "state", "comment__status")
    entries = []
    for row in rows:
        if _refuse_stale(verb, row, states, outcome):
            continue
        entries.append(
            new_entry(
                verb,
                discussion.pk,
                row.comment_id,
                by,
                before=row.state,
                after=state,
                point_link=row,
                batch=outcome.batch,
                kept={"point": row.point},
            )
        )
        note_point_link(discussion, row, state)
    append(entries)
    PointLink.objects.filter(pk__in=[entry.point_link_id for entry in entries]).update(state=state)
    outcome.entries += entries


def note_point_link(discussion: Discussion, link: PointLink, state: str) -> None:
    """Mark a locked discussion as changed if readers see that this link gets another state."""
    if link.comment.status == Comment.Status.APPROVED and PointLink.State.ACCEPTED in (
        link.state,
        state,
    ):
        discussion.mark_visible()
