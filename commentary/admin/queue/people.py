"""The commenter: other comments, notes by editors, and rules about this person.

Commenters are recognised by the key in their cookie, see `Submission.writer`. Those of imported
comments are unknown.
"""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator, normalize_newlines
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ... import discussions
from ...discussions import rules
from ...models import Comment, Rule, StaffNote, with_keys
from ...models.audit import ACTION_NAMES
from .. import undo
from ..access import actor
from ..labels import Label, measure_in_words
from ..parameters import MAX_BATCH, key, row_key
from .items import submission_of

MAX_HISTORY, MAX_NOTES = 10, 20  # shown beside a comment
EXCERPT = 90  # characters of an earlier comment
# What an editor may choose for all new comments of a person, and for how many days (0 without end).
MEASURES: dict[str, Label] = {
    Rule.Action.REJECT: gettext_lazy("Reject new comments"),
    Rule.Action.HOLD: gettext_lazy("Hold new comments"),
    Rule.Action.TRUST: gettext_lazy("Publish new comments at once"),
}
PERIODS: dict[str, Label] = {
    "7": gettext_lazy("for a week"),
    "30": gettext_lazy("for 30 days"),
    "365": gettext_lazy("for a year"),
    "0": gettext_lazy("without an end"),
}


@dataclass
class PastComment:
    """An earlier or later comment of the same person, and what was decided about it last."""

    comment: Comment
    decision: Label
    reason: str
    excerpt: str


@dataclass
class Person:
    """What the queue shows about a commenter. `rules` are those in force that name this person, even
    if they name others too.
    """

    history: list[PastComment]
    notes: list[StaffNote]
    rules: list[Rule]

    @property
    def measures(self) -> list[tuple[Rule, SafeString]]:
        """The rules, each with what it does in words."""
        return [(rule, measure_in_words(rule)) for rule in self.rules]


def person_of(comment: Comment) -> Person:
    """Return what is known about the commenter. Three queries."""
    writer = writer_of(comment)
    return Person(
        history=_history(comment, writer) if writer else [],
        notes=list(notes_about(comment, writer)[:MAX_NOTES]),
        rules=list(rules_about(writer)) if writer else [],
    )


def writer_of(comment: Comment) -> str:
    """Return the id of the commenter, "" if unknown."""
    submission = submission_of(comment)
    return submission.writer if submission else ""


def _history(comment: Comment, writer: str) -> list[PastComment]:
    others = Comment.objects.of_writer(writer).exclude(pk=comment.pk)
    others = others.select_related("submission", "discussion__article").defer(
        "discussion__article__body", "discussion__article__search_text", "search_text", "body_html"
    )
    return [
        PastComment(
            other,
            ACTION_NAMES.get(other.last_verb, "") if other.last_verb != "submit" else "",
            other.last_reason or "",
            Truncator(other.typed[:500]).chars(EXCERPT),
        )
        for other in others.order_by("-submission__created_at", "-pk")[:MAX_HISTORY]
    ]


def rules_about(writer: str) -> QuerySet[Rule]:
    """Return the rules in force that name this person."""
    still = Q(ends_at=None) | Q(ends_at__gt=timezone.now())
    about = Rule.objects.filter(still, kind=Rule.Kind.COMMENTER, is_active=True)
    return about.filter(pattern__contains=writer).order_by("-pk")


# --- notes


def notes_about(comment: Comment, writer: str) -> QuerySet[StaffNote]:
    """Return the notes on a comment and on all others of the same person, newest first."""
    about = Q(writer=writer) if writer else Q(discussion=comment.discussion_id, comment=comment.pk)
    found = StaffNote.objects.filter(about).select_related("comment__discussion__article")
    return found.defer(
        "comment__body",
        "comment__body_html",
        "comment__search_text",
        "comment__discussion__article__body",
        "comment__discussion__article__search_text",
    ).order_by("-created_at", "-pk")


def count_notes(comments: Sequence[Comment]) -> dict[int, int]:
    """Return the number of notes about the commenter of each comment, by the comment's key. Comments
    without notes are omitted. One query.
    """
    by_writer = {writer_of(comment) for comment in comments} - {""}
    imported = [comment.pk for comment in comments if not writer_of(comment)]
    of_imported = Q(
        discussion__in={comment.discussion_id for comment in comments}, comment__in=imported
    )
    notes = StaffNote.objects.filter(Q(writer__in=by_writer) | of_imported)
    rows = list(notes.values_list("writer", "comment")[:MAX_BATCH])
    of_writers = Counter(writer for writer, _comment in rows if writer)
    of_comments = Counter(comment for writer, comment in rows if not writer)
    counts = {c.pk: of_writers[writer_of(c)] or of_comments[c.pk] for c in comments}
    return {pk: count for pk, count in counts.items() if count}


def add_note(request: HttpRequest, value: str) -> None:
    """Store the note typed about the comment with this key."""
    comment = _comment_at(value)
    text = normalize_newlines(request.POST.get("text", "")).replace("\0", "").strip()
    if not text:
        messages.error(request, _("Write a note before saving it."))
        return
    if len(text) > StaffNote.MAX_LENGTH:
        why = _("The note was not saved: use at most %(most)d characters.")
        messages.error(request, why % {"most": StaffNote.MAX_LENGTH})
        messages.info(request, _("Your note: %(text)s") % {"text": text})
        return
    author = actor(request)
    StaffNote.objects.create(
        discussion_id=comment.discussion_id,
        comment=comment,
        writer=writer_of(comment),
        author=author,
        author_name=author.get_username(),
        body=text,
    )
    messages.success(request, _("Note saved. Only editors see it."))


def delete_note(request: HttpRequest, value: str) -> None:
    """Delete a note that the user wrote."""
    chosen = row_key(value)
    notes = StaffNote.objects.filter(discussion=chosen.discussion_id, pk=chosen.pk)
    deleted, _rows = notes.filter(author=actor(request)).delete()
    if not deleted:
        messages.warning(request, _("That note was deleted, or someone else wrote it."))
        return
    messages.success(request, _("Note deleted."))


def _comment_at(value: str) -> Comment:
    """Return the comment of a button with its submission. Raises Http404."""
    rows = Comment.objects.select_related("submission", "discussion")
    for comment in with_keys(rows, [row_key(value)]):
        return comment
    raise Http404


# --- rules about one person


def block(request: HttpRequest, site: AdminSite, value: str) -> None:
    """Add a rule about the commenter of the comment with this key, who is blocked or trusted. If asked
    to, mark this person's pending comments as spam (`spam`), or all that are pending or public
    (`spam=all`).

    A rule about only this person that is in force is replaced.
    """
    if not request.user.has_perm("commentary.add_rule"):
        raise PermissionDenied
    comment = _comment_at(value)
    writer = writer_of(comment)
    measure, days = request.POST.get("measure", ""), request.POST.get("days", "")
    if not writer or measure not in MEASURES or days not in PERIODS:
        raise BadRequest("No such rule.")
    ends_at = timezone.now() + timedelta(days=int(days)) if days != "0" else None
    rules.disable_rules(rules_about(writer).filter(pattern=writer), actor(request))
    rule = Rule(kind=Rule.Kind.COMMENTER, pattern=writer, action=measure, ends_at=ends_at)
    rules.save_rule(rule, actor(request))
    site.get_model_admin(Rule).log_addition(request, rule, [{"added": {}}])
    batch, marked = uuid.uuid4(), []
    if "spam" in request.POST and measure != Rule.Action.TRUST:
        theirs = Comment.objects.filter(submission__writer=writer).order_by("pk")
        public = theirs.filter(status__in=(Comment.Status.PENDING, Comment.Status.APPROVED))
        chosen = public if request.POST["spam"] == "all" else theirs.pending()
        keys = [row.key for row in chosen.only("discussion_id")[:MAX_BATCH]]
        marked = discussions.decide("mark_spam", keys, actor(request), batch=batch).entries
    undo.offer_undo(request, marked, batch, rule=rule)


def unblock(request: HttpRequest, value: str) -> None:
    """Disable the rule with this key."""
    undo.end_rules(request, Rule.objects.filter(kind=Rule.Kind.COMMENTER, pk=key(value)))
