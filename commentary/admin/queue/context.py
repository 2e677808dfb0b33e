"""What the moderation queue shows next to the selected comment."""

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from ...models import Comment, Discussion, Submission, with_keys
from ..closures import closure_version
from ..highlight import Segment, highlight
from ..labels import Label
from ..lists import MAX_CHOICES
from .filters import Filters
from .items import HeldReason, held_reasons, submission_of
from .people import Person, person_of


@dataclass
class ClosureTarget:
    """A thread or branch that can be closed or reopened: the value of the button, and a label."""

    comment: Comment
    label: str = ""

    @property
    def value(self) -> str:
        return f"comment:{self.comment.key}:{closure_version(self.comment)}"


@dataclass
class Context:
    """What a moderator needs to know before deciding about a comment."""

    comment: Comment
    discussion: Discussion
    parent_text: list[Segment]
    parent_replies: int
    held: list[HeldReason]
    status_counts: list[tuple[Label, int]]  # other comments by the same commenter
    same_count: int
    closable: list[ClosureTarget]
    closed: list[ClosureTarget]
    revision_count: int
    person: Person

    @property
    def person_total(self) -> int:
        """The number of comments of this person, this one included."""
        return self.same_count + 1

    @property
    def links(self) -> list[str]:
        """The links found by rules."""
        return [text for reason in self.held for text in reason.get("found", ()) if "//" in text]

    @property
    def discussion_value(self) -> str:
        """The value of the buttons that close or reopen all comments on the article."""
        return f"discussion:{self.discussion.pk}:{closure_version(self.discussion)}"


def context(filters: Filters) -> Context | None:
    """Return the context of the selected comment, or None."""
    selected = [filters.item] if filters.item else []
    for comment in with_keys(Comment.objects.for_queue(), selected):
        return _context_of(comment)
    return None


def _context_of(comment: Comment) -> Context:
    discussions = Discussion.objects.select_related("article", "closed_entry")
    discussion = discussions.get(pk=comment.discussion_id)
    counts = _status_counts(comment)
    statuses = [s for s in Comment.Status if counts.get(s) or s != Comment.Status.PENDING]
    closed = _closed_in(discussion)
    parent = comment.parent
    return Context(
        comment=comment,
        discussion=discussion,
        parent_text=highlight(parent.typed) if parent else [],
        parent_replies=parent.replies.approved().count() if parent else 0,
        held=held_reasons(comment),
        status_counts=[(status.label, counts.get(status, 0)) for status in statuses],
        same_count=sum(counts.values()),
        closable=_closable(comment, closed),
        closed=[ClosureTarget(place) for place in closed],
        revision_count=comment.revisions.count(),
        person=person_of(comment),
    )


def _status_counts(comment: Comment) -> dict[str, int]:
    """Count the other comments by the same commenter by status."""
    submission = submission_of(comment)
    if submission is None:
        return {}
    others = Submission.objects.filter(writer=submission.writer).exclude(pk=comment.pk)
    counts = others.order_by().values_list("comment__status").annotate(count=Count("pk"))
    return dict(counts)


def _closed_in(discussion: Discussion) -> list[Comment]:
    """Return the branches that are or will be closed, latest closure first."""
    branches = Comment.objects.in_discussion(discussion.pk).with_closings()
    return list(branches.select_related("closed_entry").order_by("-closed_entry")[:MAX_CHOICES])


def _closable(comment: Comment, closed: list[Comment]) -> list[ClosureTarget]:
    """Return the thread of a comment and the branch it replies to, unless they are closed."""
    targets = []
    thread = comment.get_root()
    if thread not in closed:
        label = _("Close thread #%(number)d") % {"number": thread.number}
        targets.append(ClosureTarget(thread, label))
    parent = comment.parent
    if parent and parent != thread and parent not in closed:
        label = _("Close the replies to #%(number)d") % {"number": parent.number}
        targets.append(ClosureTarget(parent, label))
    return targets
