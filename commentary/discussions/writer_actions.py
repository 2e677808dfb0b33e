"""Actions of commenters on their own comments, and reports by readers."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import AuditEntry, Comment, Report, Submission
from ..models.queries.comments import KEPT
from ..text.languages import other_language
from . import limits, revisions, tree
from .audit import WRITER, record
from .corrections import require_seen
from .decisions import S, count, move_reply_counts, new_status
from .errors import NotOpen, NotYours, TooMany
from .point_links import look_again
from .points import Points
from .reserved_names import reservation_reason
from .rules import in_force
from .submissions import (
    ATTEMPTS,
    NO_POINTS,
    Overtaken,
    Sender,
    screen_submission,
    screened_by,
    verdict,
)


def may_change(comment: Comment, submission: Submission | None, writer: str) -> bool:
    """Return whether `writer` may edit or withdraw: within EDIT_WINDOW, or while it is pending."""
    if submission is None or not writer or submission.writer != writer:
        return False
    window = timedelta(seconds=settings.EDIT_WINDOW)
    if comment.status == S.APPROVED:
        return timezone.now() < submission.created_at + window
    return comment.status == S.PENDING


def _own(comment_id: int, sender: Sender) -> tuple[Comment, Submission]:
    """Return a locked comment and its submission. Raises NotYours if `sender` may not change it."""
    comment = Comment.objects.select_related("submission").get(pk=comment_id)
    submission = getattr(comment, "submission", None)
    if submission is None or not may_change(comment, submission, sender.writer):
        raise NotYours(_("You can no longer edit or withdraw this comment."))
    return comment, submission


def edit_comment(
    comment: Comment,
    sender: Sender,
    body: str,
    name: str,
    points: Points = NO_POINTS,
    seen: str | None = None,
    text_language: str = "",
) -> Comment:
    """Change the sender's own comment and return it.

    The new text is screened like a new comment, since an earlier approval was for other words, and
    searched for `points`. The earlier version is kept. `seen` is the edition that the sender
    edited. `text_language` is that of the article; the language of the comment is detected again
    unless an editor set it. Raises NotYours, TooMany, or Stale if the text has changed since.
    """
    owner = reservation_reason(name, sender.account)
    for _attempt in range(ATTEMPTS):
        try:
            return _edit(comment, sender, body, name, owner, points, seen, text_language)
        except Overtaken:
            continue
    raise TooMany(_("The moderation rules are being updated. Please try again in a moment."), 1)


def _edit(
    comment: Comment,
    sender: Sender,
    body: str,
    name: str,
    owner: str,
    points: Points,
    seen: str | None,
    text_language: str,
) -> Comment:
    """Screen the new text, then lock the discussion and store it.

    Raises Overtaken if the facts used for screening have changed by then.
    """
    discussion_id = comment.discussion_id
    new = Comment(pk=comment.pk, body=body, name=name, markup=comment.markup, kind=comment.kind)
    facts = screened_by(discussion_id, new, sender)
    is_limited = sender.editor is None

    def ask(bounds: list[limits.Limit], locks: Sequence[str] = ()) -> tuple[limits.Fact, ...]:
        """Return the facts that screening depends on. Raises TooMany."""
        refusal, known = limits.ask(discussion_id, bounds, *facts, locks=locks)
        if refusal:
            raise refusal
        return known

    is_changed = (body, name) != (comment.body, comment.name)
    known = ask(limits.for_edits(sender.writer) if is_limited and is_changed else [])
    email = Submission.objects.filter(pk=comment.pk).values_list("email", flat=True).first() or ""
    matches = screen_submission(new, sender, email, owner, known)
    was_in, is_in = (other_language(text, text_language) for text in (comment.body, body))
    if is_limited and is_changed and verdict(matches) == S.PENDING != comment.status:
        ask([limits.for_queue()])
    with tree.lock_discussion(discussion_id) as discussion:
        comment, submission = _own(comment.pk, sender)
        if (body, name) == (comment.body, comment.name):
            return comment
        require_seen(comment, seen)
        before, after = comment.status, verdict(matches)
        if before == S.PENDING and after == S.APPROVED and is_limited:
            after = S.PENDING  # a comment that was held stays pending until a moderator sees it
        if is_limited:
            if submission.edits >= settings.EDITS_PER_COMMENT:
                raise NotYours(_("You can no longer edit or withdraw this comment."))
            is_queued = after == S.PENDING != before
            bounds = limits.for_edits(sender.writer) + [limits.for_queue()] * is_queued
            if ask(bounds, limits.edit_locks(sender.writer, is_queued)) != known:
                raise Overtaken
        kept = {"revision": revisions.keep_revision(comment).pk}
        now = timezone.now()
        comment.body, comment.name, comment.edited_at = body, name, now
        if comment.language == was_in:
            comment.language = is_in
        comment.save(update_fields=["body", "name", "language", "edited_at"])
        tree.assign_anonymous_number(discussion, comment)
        Comment.objects.filter(pk=comment.pk).update(**new_status(after))
        move_reply_counts({comment.pk: (before, after)})
        submission.held = [m.as_dict() for m in matches] or submission.held
        submission.is_reviewed = after != S.APPROVED or sender.editor is not None
        submission.edits, submission.edited_at = submission.edits + 1, now
        submission.save(update_fields=["held", "is_reviewed", "edits", "edited_at"])
        record("edit", discussion_id, comment.pk, WRITER, "", before, after, kept=kept)
        count(discussion, [(before, after, False)])
        look_again(comment, points)
        comment.refresh_from_db()
        return comment


def withdraw_comment(comment: Comment, sender: Sender) -> AuditEntry:
    """Withdraw the sender's own comment. Raises NotYours."""
    with tree.lock_discussion(comment.discussion_id) as discussion:
        comment = _own(comment.pk, sender)[0]
        before = comment.status
        after = S.REMOVED if before == S.APPROVED else S.REJECTED
        Comment.objects.filter(pk=comment.pk).update(status=after, version=F("version") + 1)
        move_reply_counts({comment.pk: (before, after)})
        count(discussion, [(before, after, False)])
        return record("withdraw", comment.discussion_id, comment.pk, WRITER, "", before, after)


def may_ask_again(comment: Comment, writer: str) -> bool:
    """Return whether `writer` may ask for another look at this comment, which comes from
    `of_writer`: once, as long as its rejection by an editor is shown to them.
    """
    submission = getattr(comment, "submission", None)
    return (
        submission is not None
        and submission.writer == writer
        and submission.asked_at is None
        and comment.status == S.REJECTED
        and comment.last_verb == "reject"
        and comment.last_at >= timezone.now() - KEPT
    )


def ask_again(comment: Comment, sender: Sender, note: str = "") -> Comment:
    """Make the sender's own rejected comment pending again, marked with their note, and return it.

    Raises NotYours if they may not ask, or if a rule would reject the comment now, and TooMany if
    the queue is full.
    """
    discussion_id = comment.discussion_id
    email = Submission.objects.filter(pk=comment.pk).values_list("email", flat=True).first() or ""
    _refusal, (rules,) = limits.ask(discussion_id, [], in_force(discussion_id))
    matches = screen_submission(comment, sender, email, "", (True, rules))
    if verdict(matches) == S.REJECTED:
        raise NotYours(_("You can’t ask for another look at this comment."))
    bounds = [limits.for_queue()] if sender.editor is None else []
    with tree.lock_discussion(discussion_id) as discussion:
        own = Comment.objects.of_writer(sender.writer).filter(discussion=discussion_id)
        found = own.filter(pk=comment.pk).first()
        if found is None or not may_ask_again(found, sender.writer):
            raise NotYours(_("You can’t ask for another look at this comment."))
        refusal, _facts = limits.ask(discussion_id, bounds, locks=[limits.POSTS])
        if refusal:
            raise refusal
        Comment.objects.filter(pk=found.pk).update(status=S.PENDING, version=F("version") + 1)
        asked = {"rule": None, "label": _("Asked for another look"), "why": note or _("no note")}
        found.submission.held = [*found.submission.held, asked]
        found.submission.asked_at = timezone.now()
        found.submission.save(update_fields=["held", "asked_at"])
        count(discussion, [(S.REJECTED, S.PENDING, False)])
        record("ask_again", discussion_id, found.pk, WRITER, note, S.REJECTED, S.PENDING)
    found.refresh_from_db(fields=["status", "version"])
    return found


def report_comment(comment: Comment, sender: Sender, why: str, note: str = "") -> Report:
    """Report a public comment; one report per network counts: see `Report.person`.

    Raises TooMany, or NotOpen if the comment is no longer public.
    """
    known = sender.known_networks
    reports = Report.objects.filter(
        discussion=comment.discussion_id, comment=comment, reporter=sender.writer
    )

    def require_allowed(locks: Sequence[str] = ()) -> None:
        bounds = limits.for_reports(sender.writer, known)
        refusal, _facts = limits.ask(comment.discussion_id, bounds, locks=locks)
        if refusal:
            raise refusal

    if not reports.exists():
        require_allowed()
    with tree.lock_discussion(comment.discussion_id):
        if not Comment.objects.filter(pk=comment.pk).approved().exists():
            raise NotOpen(_("That comment no longer exists."))
        mine = reports.first()
        if mine is None:
            require_allowed(limits.report_locks(sender.writer, known))
            same = Report.objects.filter(comment=comment, network__in=known).first()
            return Report.objects.create(
                discussion_id=comment.discussion_id,
                comment=comment,
                reporter=sender.writer,
                # reuse the stored hash, since the key changes with time
                network=same.network if same else sender.network,
                why=why,
                note=note,
            )
        if mine.withdrawn_at is not None:
            mine.why, mine.note, mine.withdrawn_at = why, note, None
            mine.save(update_fields=["why", "note", "withdrawn_at"])
        return mine


def withdraw_report(comment: Comment, sender: Sender) -> bool:
    """Withdraw the sender's report. Returns whether there was one."""
    mine = Report.objects.open().filter(comment=comment, reporter=sender.writer)
    return bool(mine.update(withdrawn_at=timezone.now()))
