from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from ... import discussions
from ...models import AuditEntry, Comment, Discussion, Submission
from .filters import Filters
from .items import DONE, marked
from .labels import CHOICES

# --- around one


@dataclass
class Context:
    """What a moderator wants to know before deciding upon one comment."""

    comment: Comment
    parent_text: list[tuple[str, bool]]
    parent_replies: int
    links: list[str]
    figures: list[tuple[Any, int]]
    same_count: int
    discussion: Discussion
    closable: list[tuple[Comment, Any]]
    closed: list[Comment]
    revisions: int

    @property
    def held(self) -> list[dict[str, Any]]:
        submission = getattr(self.comment, "submission", None)
        return submission.held if submission else []


def context(filters: Filters) -> Context | None:
    """What stands around the comment that `filters.item` names; None if there is none such."""
    queryset: Any = Comment.objects.filter(pk=filters.item)
    comment = queryset.for_queue().first() if filters.item else None
    if comment is None:
        return None
    discussion = Discussion.objects.select_related("article", "closed_entry").get(
        pk=comment.discussion_id
    )
    submission = getattr(comment, "submission", None)
    before: Any = Submission.objects.none()
    if submission:
        before = Submission.objects.filter(writer=submission.writer).exclude(pk=comment.pk)
    by_status = dict(before.order_by().values_list("comment__status").annotate(count=Count("pk")))
    states = [state for state in Comment.Status if by_status.get(state) or state != "pending"]
    here: Any = Comment.objects.all()
    closed = list(
        here.in_discussion(discussion.pk)
        .with_closings()
        .select_related("closed_entry")
        .order_by("-closed_entry")[:CHOICES]
    )
    closable = []
    if (thread := here.filter(tree_id=comment.tree_id, lft=1).get()) not in closed:
        closable.append((thread, _("Close thread #%(number)d") % {"number": thread.number}))
    if comment.parent and comment.parent != thread and comment.parent not in closed:
        words = _("Close the replies to #%(number)d") % {"number": comment.parent.number}
        closable.append((comment.parent, words))
    parent = comment.parent
    return Context(
        comment=comment,
        parent_text=marked(parent.typed, ()) if parent else [],
        parent_replies=parent.replies.approved().count() if parent else 0,
        links=[
            word
            for reason in (submission.held if submission else ())
            for word in reason.get("found", ())
            if "//" in word
        ],
        figures=[(state.label, by_status.get(state, 0)) for state in states],
        same_count=sum(by_status.values()),
        discussion=discussion,
        closable=closable,
        closed=closed,
        revisions=comment.revisions.count(),
    )


@dataclass
class Line:
    """One entry of the audit trail in words, and why it cannot be undone."""

    entry: AuditEntry
    words: Any
    obstacle: str


def lines(entries: Iterable[AuditEntry], together: bool = False) -> list[Line]:
    """Entries as the trail shows them, in two queries. See `moderation.obstacles`."""
    entries = list(entries)
    obstacles = discussions.obstacles(entries, together)
    return [Line(entry, _done(entry), obstacles.get(entry.pk, "")) for entry in entries]


def _done(entry: AuditEntry) -> Any:
    if entry.verb == "undo" and entry.undoes is not None:
        return _("undid “%(verb)s” on") % {"verb": str(_done(entry.undoes)).rstrip(":")}
    words = DONE.get(entry.verb, entry.verb)
    has_place = entry.verb in (*discussions.LINK_DECISIONS, *discussions.AUTHORSHIP)
    return words % entry.kept if has_place else words
