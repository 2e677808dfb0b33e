"""Articles and comments as everyone could read them at the end of a day in the past.

Statuses come from the audit log (`CommentQuerySet.with_status_at`), texts from the edit history,
and closures from their audit entries. Comments removed since are placeholders; later comments are
omitted. Byline, related links and links to points are the current ones, because no earlier versions
are stored.

A page examines a fixed number of comments in reading order. Comments deeper than a page nests are
listed at the last level, with a link to their parent.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import starmap
from typing import NamedTuple, TypedDict

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from ..models import Article, AuditEntry, Comment, Discussion, Revision
from ..models.queries.comments import CommentQuerySet, CommentRow
from ..text.dates import from_iso
from ..text.markup import RENDERERS
from ..text.names import name_key
from .pagination import COUNT_MOST, LEVELS, NoSuchPage, fit, weight_of

S = Comment.Status


def was_there(article: Article, moment: datetime) -> bool:
    """Return whether an article existed: since its own date, or since it was stored if it is
    undated.
    """
    return (article.timeline_at or article.created_at) < moment


def give_words(article: Article, moment: datetime) -> None:
    """Set the title and body of an article to those at a moment. One query."""
    changes = Revision.objects.filter(
        discussion=article.pk, article=article, created_at__gte=moment
    )
    if (before := changes.order_by("pk").first()) is not None:
        article.title, article.body, article.markup = before.name, before.body, before.markup


# --- comments


class PastPage(NamedTuple):
    """Comments as of a moment.

    `rows` are for `outline`. `short` has the ids of ancestors from earlier pages, `partly` those
    whose replies continue on other pages. `total` is the number of comments public then and now,
    None if there are too many to count. The next page starts after comment `next`, if any.
    """

    rows: list[CommentRow]
    short: frozenset[int]
    partly: frozenset[int]
    total: int | None
    next: int | None


def past_page(discussion_id: int, moment: datetime, after: int | None = None) -> PastPage:
    """Return comments that were public at a moment, after comment `after` in reading order.

    Raises NoSuchPage. A page examines a fixed number of comments and leaves out those published
    later, so its timing doesn't reveal how many those are.
    """
    in_discussion = Comment.objects.filter(discussion_id=discussion_id)
    there = Comment.objects.in_discussion(discussion_id).readable().come_by(moment)
    keys = _keys(there, in_discussion, after)
    found = _rows(
        in_discussion.filter(pk__in=keys[: settings.COMMENTS_PER_PAGE]).with_status_at(moment)
    )
    looked_at = found[: fit(map(weight_of, found))]
    more = len(keys) > len(looked_at)
    here = [row for row in looked_at if row.was == S.APPROVED]
    end = looked_at[-1] if more else None
    above = _above(here, in_discussion, moment)
    earlier = {row.id for row in above if _place(row) < _place(looked_at[0])}
    rows = _nested([_as_it_was(row) for row in sorted([*here, *above], key=_place)])
    return PastPage(
        rows=_with_words(rows, discussion_id, moment),
        short=frozenset(row.id for row in above if row.id in earlier and row.was == S.APPROVED),
        partly=frozenset(row.id for row in rows if row.id in earlier or _goes_on(row, end)),
        total=_total(there, in_discussion, moment),
        next=end.number if end else None,
    )


def _keys(there: CommentQuerySet, in_discussion: CommentQuerySet, after: int | None) -> list[int]:
    """Return the keys of the comments that a page examines, and one more."""
    if after is not None:
        before = in_discussion.filter(number=after).readable()
        place = before.values_list("tree_id", "lft", "rght", named=True).first()
        if place is None:
            raise NoSuchPage
        there = there.behind(place)
    found = there.in_reading_order().values_list("pk", flat=True)
    keys = list(found[: settings.COMMENTS_PER_PAGE + 1])
    if after is not None and not keys:
        raise NoSuchPage
    return keys


def _total(there: CommentQuerySet, in_discussion: CommentQuerySet, moment: datetime) -> int | None:
    """Return how many comments were public then and are public now."""
    some = list(there.in_reading_order().values_list("pk", flat=True)[: COUNT_MOST + 1])
    if len(some) > COUNT_MOST:
        return None
    then = in_discussion.filter(pk__in=some).with_status_at(moment).filter(Q(("was", S.APPROVED)))
    return then.approved().count()


def _goes_on(row: CommentRow, end: CommentRow | None) -> bool:
    """Return whether a row may have replies after the `end` of a page."""
    return end is not None and row.tree_id == end.tree_id and row.rght > end.rght


def _rows(comments: CommentQuerySet) -> list[CommentRow]:
    """Like `for_reading`, with `was`."""
    return list(starmap(CommentRow, comments.in_reading_order().values_list(*CommentRow._fields)))


def _place(row: CommentRow) -> tuple[int, int]:
    return row.tree_id, row.lft


def _above(
    here: Sequence[CommentRow], in_discussion: CommentQuerySet, moment: datetime
) -> list[CommentRow]:
    """Return the nearest ancestors that are not among the comments of a page, as many as a page
    nests. Two queries.
    """
    shown = {row.id for row in here}
    orphans = [row.id for row in here if row.parent_id is not None and row.parent_id not in shown]
    steps = ["parent" + "__parent" * i for i in range(LEVELS - 1)]
    chains = in_discussion.filter(pk__in=orphans).values_list(*(f"{step}__pk" for step in steps))
    wanted: set[int] = set()
    for chain in chains:
        for pk in chain:
            if pk is None or pk in shown:
                break
            wanted.add(pk)
    return _rows(in_discussion.filter(pk__in=wanted).with_status_at(moment))


def _as_it_was(row: CommentRow) -> CommentRow:
    """Return a row with the status to show: unchanged if it was public, otherwise a plain
    placeholder.
    """
    if row.was == S.APPROVED or row.was == row.status == S.REMOVED:
        return row
    return row._replace(status=S.PENDING)


def _nested(rows: Sequence[CommentRow]) -> list[CommentRow]:
    """Set for each row, in reading order, its depth on this page and its number of replies here."""
    depths: dict[int, int] = {}
    parents: dict[int, int | None] = {}
    counts = dict.fromkeys((row.id for row in rows), 0)
    for row in rows:
        parents[row.id] = row.parent_id if row.parent_id in depths else None
        above = parents[row.id]
        depths[row.id] = 0 if above is None else min(depths[above] + 1, LEVELS - 1)
    for row in reversed(rows):
        if (above := parents[row.id]) is not None:
            counts[above] += counts[row.id] + (row.status == S.APPROVED)
    return [
        row._replace(
            parent_id=parents[row.id],
            level=depths[row.id],
            # nothing is nested, or can be folded, at the last level
            reply_count=0 if depths[row.id] == LEVELS - 1 else counts[row.id],
        )
        for row in rows
    ]


def _with_words(
    rows: Sequence[CommentRow], discussion_id: int, moment: datetime
) -> list[CommentRow]:
    """Return rows with their texts at a moment. One query."""
    public = [row.id for row in rows if row.status == S.APPROVED]
    kept: dict[int, list[Revision]] = {}
    revisions = Revision.objects.filter(discussion_id=discussion_id, comment__in=public)
    for revision in revisions.order_by("pk"):
        if revision.comment_id is not None:
            kept.setdefault(revision.comment_id, []).append(revision)
    changed = Comment.objects.filter(discussion_id=discussion_id, pk__in=kept).values_list(
        "pk", "markup"
    )
    markups = dict(changed) if kept else {}
    return [
        _reworded(row, kept[row.id], markups[row.id], moment) if row.id in kept else row
        for row in rows
    ]


def _reworded(
    row: CommentRow, kept: Sequence[Revision], markup: str, moment: datetime
) -> CommentRow:
    """Return a row with its text from before the first change after a moment, if there was one."""
    earlier = [revision for revision in kept if revision.created_at < moment]
    if len(earlier) == len(kept):
        return row
    then, first = kept[len(earlier)], kept[0]
    is_as_brought = row.import_run_id is not None and (then.name, then.body) == (
        first.name,
        first.body,
    )
    return row._replace(
        name=then.name,
        name_key=None if row.name_key is None else name_key(then.name, _("Anonymous")),
        body_html=RENDERERS[markup](then.body),
        edited_at=earlier[-1].created_at if earlier and not is_as_brought else None,
        edited_by_editor=None,  # the present row says who edited it by now
    )


# --- closures


class ClosingState(TypedDict, total=False):
    """A closure of a place: its start and end, its entry, and whether it was made by hand."""

    start: str | None
    until: str | None
    entry: int | None
    by_hand: bool


class Closings:
    """The closures of a discussion and its branches at a moment in the past."""

    def __init__(self, discussion: Discussion, comments: Iterable[int], moment: datetime) -> None:
        """Load the audit entries of the discussion and some of its comments, in one query."""
        self.discussion, self.moment = discussion, moment
        acts = AuditEntry.objects.filter(discussion_id=discussion.pk).select_related("undoes")
        acts = acts.filter(Q(comment=None) | Q(comment__in=list(comments)))
        closings = AuditEntry.CLOSINGS
        acts = acts.filter(Q(verb__in=closings) | Q(undoes__verb__in=closings)).order_by("pk")
        self.acts: dict[int | None, list[AuditEntry]] = {}
        self.by_key = {act.pk: act for act in acts}
        for act in acts:
            self.acts.setdefault(act.comment_id, []).append(act)

    def is_closed(self) -> bool | None:
        """Return whether the whole discussion was closed.

        None if it was closed at the source and the moment is before the import, since the date is
        unknown.
        """
        acts = self.acts.get(None, [])
        if acts and acts[0].created_at >= self.moment and acts[0].actor_name == AuditEntry.SOURCE:
            return None
        state = self._state(None)
        # Evaluate auto-closing as it was then.
        self.discussion.is_set_by_hand = bool(state.get("by_hand"))
        at = self.discussion.closes_by_age_at
        return self._in_force(state) is not None or (at is not None and at < self.moment)

    def on(self, row: CommentRow) -> CommentRow:
        """Return a row with the closure that applied then, or none."""
        act = self._in_force(self._state(row.id))
        if act is None:
            return row._replace(closed_entry_id=None, closed_from=None, closed_until=None)
        return row._replace(
            closed_entry_id=act.pk,
            closed_from=from_iso(act.kept.get("start")),
            closed_until=None,
            closed_entry__actor_name=act.actor_name,
            closed_entry__created_at=act.created_at,
            closed_entry__reason=act.reason,
        )

    def _state(self, comment_id: int | None) -> ClosingState:
        """Return the closure of a place, in the form that `discussions.closing` stores for undo."""
        state: ClosingState = {}
        for act in self.acts.get(comment_id, ()):
            if act.created_at >= self.moment:
                break
            if act.undoes is not None:
                state = act.undoes.kept.get("was", {})
            elif act.verb == "close":
                state = act.kept | {"entry": act.pk, "by_hand": True}
            else:
                state = {"by_hand": True}
        return state

    def _in_force(self, state: ClosingState) -> AuditEntry | None:
        start, until = from_iso(state.get("start")), from_iso(state.get("until"))
        if (start and start >= self.moment) or (until and until < self.moment):
            return None
        return self.by_key.get(state.get("entry") or 0)
