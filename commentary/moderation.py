"""The only writer of status, and of open and closed. One audit entry for each decision.

Every page, admin action and command calls these functions; each is one transaction that holds
the discussion's row, so the entry, the counts and the version always agree with the outcome.
"""

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, groupby
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from . import revisions, screening, tree
from .models import (
    Article,
    AuditEntry,
    Author,
    Comment,
    Discussion,
    Report,
    Revision,
    Rule,
    Submission,
    Tie,
)
from .points import Found, Points

S = Comment.Status

DECISIONS = {  # verb: (may start from, ends in)
    "approve": ({S.PENDING, S.REJECTED, S.SPAM, S.REMOVED}, S.APPROVED),
    "keep": ({S.APPROVED}, S.APPROVED),
    "reject": ({S.PENDING}, S.REJECTED),
    "mark_spam": ({S.PENDING, S.APPROVED, S.REJECTED, S.REMOVED}, S.SPAM),
    "remove": ({S.APPROVED}, S.REMOVED),
}

TIES = {  # of a comment to a point; verb: (may start from, ends in)
    "tie": ({Tie.State.OFFERED, Tie.State.REFUSED}, Tie.State.CONFIRMED),
    "untie": ({Tie.State.OFFERED, Tie.State.CONFIRMED}, Tie.State.REFUSED),
}

# Where a discussion counts what came with its source.
SOURCE_COUNTS: dict[str, str] = {S.APPROVED: "source_count", S.REMOVED: "source_removed_count"}

# An account of this site, or the name of what acted without one: "source", "a reader".
Actor = User | str
WRITER = "its writer"


NO_POINTS = Points({})


class Refusal(Exception):
    """Something was not done, for a reason that whoever asked for it may read."""


class AlreadyDecided(Refusal):
    """The comment is no longer in a state from which this verb may start, or has changed since
    the moderator's page was made."""


class NotOpen(Refusal):
    """A comment was sent to a place that is closed, or that is not there any more."""


class NotYours(Refusal):
    """Somebody other than its writer tried to change a comment, or its time to be changed is
    over."""


class TooMany(Refusal):
    """A limit is reached; `retry_after` says in how many seconds to try again."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Duplicate(Refusal):
    """The same writer sent the same words to the same discussion before."""


def _entry(
    verb: str,
    discussion_id: int,
    comment_id: int | None,
    by: Actor,
    reason: str = "",
    before: str = "",
    after: str = "",
    **more: Any,
) -> AuditEntry:
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


def _record(*args: Any, **kwargs: Any) -> AuditEntry:
    entry = _entry(*args, **kwargs)
    entry.save(force_insert=True)
    return entry


# --- status


@dataclass
class Outcome:
    """What became of one act on many comments. `refused` says why, by the comment's key."""

    batch: uuid.UUID | None = None
    entries: list[AuditEntry] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def decide(
    verb: str,
    ids: Iterable[int],
    by: Actor,
    reason: str = "",
    versions: Mapping[int, int] | None = None,
    batch: uuid.UUID | None = None,
) -> Outcome:
    """Apply one of DECISIONS to comments, each discussion in one transaction.

    `versions` says for which state of each comment the moderator decided; one that has changed
    since is refused, and the refusal says who decided what. `batch` joins the entries to an act
    that began elsewhere.
    """
    found = Comment.objects.filter(pk__in=list(ids)).order_by("discussion_id", "pk")
    pairs = found.values_list("discussion_id", "pk")
    outcome = Outcome(batch=batch or (uuid.uuid4() if len(pairs) > 1 else None))
    for discussion_id, group in groupby(pairs, key=lambda pair: pair[0]):
        chosen = [pk for _, pk in group]
        with tree.claim(discussion_id) as discussion:
            _decide(verb, discussion, chosen, by, reason, versions or {}, outcome)
    return outcome


def _decide(
    verb: str,
    discussion: Discussion,
    ids: Sequence[int],
    by: Actor,
    reason: str,
    versions: Mapping[int, int],
    outcome: Outcome,
) -> None:
    """Decide in one claimed discussion, in a number of statements that does not grow."""
    allowed, status = DECISIONS[verb]
    entries = []
    befores: dict[int, tuple[str, bool]] = {}
    rows = Comment.objects.filter(pk__in=ids).order_by("pk")
    columns = ("pk", "status", "version", "import_run_id", "submission__is_reviewed")
    for pk, before, version, run, is_reviewed in rows.values_list(*columns):
        if before not in allowed or versions.get(pk, version) != version:
            outcome.refused[pk] = ""
            continue
        befores[pk] = (before, run is not None)
        more = {"batch": outcome.batch, "kept": {"unread": True} if is_reviewed is False else {}}
        entries.append(_entry(verb, discussion.pk, pk, by, reason, before, status, **more))
    if outcome.refused.keys() & set(ids):
        _explain(outcome.refused)
    if not entries:
        return
    AuditEntry.objects.bulk_create(entries)
    rows.filter(pk__in=befores).update(status=status, version=F("version") + 1)
    _count_replies({pk: (before, status) for pk, (before, _) in befores.items()})
    Submission.objects.filter(comment__in=befores, is_reviewed=False).update(is_reviewed=True)
    by_comment = {entry.comment_id: entry for entry in entries}
    answered = list(Report.objects.open().filter(comment__in=befores))
    for report in answered:
        report.closed_entry = by_comment[report.comment_id]
    Report.objects.bulk_update(answered, ["closed_entry"], batch_size=500)
    steps = [(before, status, imported) for before, imported in befores.values()]
    _count(discussion.pk, steps, discussion)
    outcome.entries += entries


def _explain(refused: dict[int, str]) -> None:
    """Say of each refused comment what was decided instead, and by whom."""
    last: dict[int | None, str] = {}
    for entry in AuditEntry.objects.filter(comment__in=refused, tie=None).order_by("pk"):
        last[entry.comment_id] = (
            f"{entry.actor_name} decided: {entry.verb.replace('_', ' ')}"
            if entry.verb not in ("submit", "edit", *AUTHORSHIP) and not entry.is_about_words
            else f"{entry.actor_name} changed it meanwhile"
        )
    states = dict(Comment.objects.filter(pk__in=refused).values_list("pk", "status"))
    for pk in refused:
        refused[pk] = f"It is {S(states[pk]).label} now. {last.get(pk, '')}".strip()


def _count(
    discussion_id: int,
    steps: Iterable[tuple[str | None, str, bool]],
    claimed: Discussion | None = None,
) -> None:
    """Move the counts of a claimed discussion: from one status (None if new) to another.

    When nobody could read it before or can now, the version of `claimed`, the row as the claim
    gave it, goes back to what it was, and so does the time of the last change: no public page or
    ETag tells of it.
    """
    moves: dict[str, int] = {}
    is_seen = False
    for before, after, imported in steps:
        is_seen = is_seen or bool({before, after} & {S.APPROVED, S.REMOVED})
        for status, step in ((before, -1), (after, +1)):
            if status is not None:
                moves[f"{status}_count"] = moves.get(f"{status}_count", 0) + step
                if imported and (name := SOURCE_COUNTS.get(status)):
                    moves[name] = moves.get(name, 0) + step
    changes: dict[str, Any] = {name: F(name) + step for name, step in moves.items() if step}
    if claimed is not None and not is_seen:
        changes |= {"version": claimed.version - 1, "changed_at": claimed.changed_at}
    else:
        changes["changed_at"] = timezone.now()
    Discussion.objects.filter(pk=discussion_id).update(**changes)


def _count_replies(changes: Mapping[int, tuple[str, str]]) -> None:
    """Move the counts of replies above comments that went from one status to another."""
    steps = {
        pk: (after == S.APPROVED) - (before == S.APPROVED)
        for pk, (before, after) in changes.items()
    }
    tree.count_replies(steps)


def _decide_one(verb: str, comment: Comment, by: Actor, reason: str) -> AuditEntry:
    outcome = decide(verb, [comment.pk], by, reason)
    if outcome.refused:
        raise AlreadyDecided(outcome.refused[comment.pk])
    return outcome.entries[0]


def approve(comment: Comment, by: Actor, reason: str = "") -> AuditEntry:
    """Show a comment to everybody. Raises AlreadyDecided."""
    return _decide_one("approve", comment, by, reason)


def keep(comment: Comment, by: Actor, reason: str = "") -> AuditEntry:
    """Leave a public comment as it is; this answers its reports. Raises AlreadyDecided."""
    return _decide_one("keep", comment, by, reason)


def reject(comment: Comment, by: Actor, reason: str = "") -> AuditEntry:
    """Refuse a waiting comment; nobody ever saw it. Raises AlreadyDecided."""
    return _decide_one("reject", comment, by, reason)


def mark_spam(comment: Comment, by: Actor, reason: str = "") -> AuditEntry:
    """Put a comment away as spam. Raises AlreadyDecided."""
    return _decide_one("mark_spam", comment, by, reason)


def remove(comment: Comment, by: Actor, reason: str = "") -> AuditEntry:
    """Take back a comment that was public; its replies stay. Raises AlreadyDecided."""
    return _decide_one("remove", comment, by, reason)


# --- arrival


def admit(
    discussion_id: int,
    comments: Sequence[Comment],
    parents: Sequence[int | Comment | None],
    statuses: Sequence[str] | None = None,
    points: Points = NO_POINTS,
) -> list[Comment]:
    """Store comments that come from a source, in the state they had there: approved, unless
    `statuses` says otherwise. See `tree.graft`. What they say of `points` is offered."""
    with tree.claim(discussion_id):
        for comment, status in zip(comments, statuses or [S.APPROVED] * len(comments), strict=True):
            comment.status = status
        stored = tree.graft(discussion_id, comments, parents)
        _count(discussion_id, ((None, c.status, c.import_run_id is not None) for c in stored))
        if points:
            known = (parent for parent in parents if isinstance(parent, Comment))
            numbers = {comment.pk: comment.number for comment in chain(stored, known)}
            answered = (None if c.parent_id is None else numbers.get(c.parent_id) for c in stored)
            _offer(zip(stored, answered, strict=True), points)
        return stored


def pour(
    discussion_id: int,
    comments: Iterable[Comment],
    parents: Sequence[int | Comment | None],
    statuses: Sequence[str],
    points: Points = NO_POINTS,
) -> int:
    """As `admit`, of any number of comments. See `tree.pour`."""
    arrived: Counter[tuple[str, bool]] = Counter()
    offers: list[Tie] = []

    def admitted() -> Iterator[Comment]:
        for i, (comment, status) in enumerate(zip(comments, statuses, strict=True)):
            comment.status = status
            arrived[status, comment.import_run_id is not None] += 1
            yield comment
            if points:  # it has its key and number now
                above = parents[i]
                answered = comment.number - i + above if isinstance(above, int) else None
                offers.extend(_offers(comment, points.found_in(comment.typed, answered)))

    with tree.claim(discussion_id):
        public = [status == S.APPROVED for status in statuses]
        stored = tree.pour(discussion_id, admitted(), parents, public)
        steps = ((None, status, imported) for status, imported in arrived.elements())
        _count(discussion_id, steps)
        Tie.objects.bulk_create(offers, batch_size=1_000)
        return stored


@dataclass(frozen=True)
class Sender:
    """Who sends a comment or a report. `writer` and `network` are keyed hashes; `editor` is set
    when somebody who may moderate is signed in."""

    writer: str
    network: str = ""
    editor: User | None = None


def submit(
    discussion_id: int,
    parent_id: int | None,
    body: str,
    sender: Sender,
    client_key: str,
    name: str = "",
    email: str = "",
    about: int | None = None,
    points: Points = NO_POINTS,
) -> Comment:
    """The one door for a comment written here: open?, screened, stored, recorded, or not at all.

    It is tied to the point that it is `about`; what else it says of `points`, those of the article,
    is offered. Sent twice with one `client_key` it is one comment. Raises NotOpen, TooMany,
    Duplicate, and `tree.TooDeep`; nothing is stored then.
    """
    comment = Comment(
        name=name,
        body=body,
        markup=Comment.Markup.MARKDOWN,
        dated_at=timezone.now(),
    )
    key = hashlib.sha256(f"{sender.writer}\0{client_key}".encode()).hexdigest()
    try:
        voices = int(comment.is_unnamed)
        with tree.claim(discussion_id, numbers=1, voices=voices) as discussion:
            parent = _submit(discussion, parent_id, comment, sender, key, email)
            chosen = [] if about is None else [_tie_of(comment, about, Tie.Origin.WRITER)]
            found = points.found_in(body, parent and parent.number)
            Tie.objects.bulk_create(
                chosen + _offers(comment, (f for f in found if f.point != about))
            )
    except IntegrityError:
        # The same form again, perhaps at the same moment: its first answer counts.
        sent = Submission.objects.filter(client_key=key).select_related("comment").first()
        if sent is None:
            raise
        return sent.comment
    return comment


def _submit(
    discussion: Discussion,
    parent_id: int | None,
    comment: Comment,
    sender: Sender,
    key: str,
    email: str,
) -> Comment | None:
    """Add a comment to a claimed discussion. Returns what it answers."""
    digest = hashlib.sha256(" ".join(screening.fold(comment.body).split()).encode()).hexdigest()
    seen = _what_came_before(discussion, sender, key, digest)
    if seen["same_key"]:
        raise IntegrityError("sent before")
    parent = _require_open(discussion, parent_id, sender)
    matches: list[screening.Match] = []
    if sender.editor is None:
        _keep_to_limits(discussion, seen)
        draft = screening.Draft(
            body=comment.body,
            name=comment.name,
            email=email,
            network=sender.network,
            approved_before=seen["approved"],
        )
        matches = screening.screen(draft, Rule.objects.in_force(discussion.pk))
    comment.status = _verdict(matches)
    tree.insert(discussion.pk, comment, parent_id, above=parent)
    Submission.objects.create(
        comment=comment,
        discussion_id=discussion.pk,
        writer=sender.writer,
        network=sender.network,
        email=email,
        client_key=key,
        digest=digest,
        held=[match.as_dict() for match in matches],
        is_reviewed=sender.editor is not None or comment.status != S.APPROVED,
    )
    _record(
        "submit",
        discussion.pk,
        comment.pk,
        sender.editor or "a reader",
        "; ".join(f"{m.rule.get_kind_display()}: {m.why}" for m in matches),
        after=comment.status,
    )
    _count(discussion.pk, [(None, comment.status, False)], discussion)
    return parent


def _verdict(matches: Sequence[screening.Match]) -> str:
    """The status that a draft arrives with."""
    if any(match.rule.action == Rule.Action.REJECT for match in matches):
        return S.REJECTED
    return S.PENDING if matches else S.APPROVED


def _what_came_before(
    discussion: Discussion, sender: Sender, key: str, digest: str
) -> dict[str, int]:
    """All that limits and screening need of earlier submissions, in one query."""
    now = timezone.now()
    minute, hour = now - timedelta(minutes=1), now - timedelta(hours=1)
    same_network = Q(network=sender.network) & ~Q(network="")
    return Submission.objects.filter(
        Q(created_at__gte=hour) | Q(writer=sender.writer) | Q(client_key=key)
    ).aggregate(
        same_key=Count("pk", filter=Q(client_key=key)),
        same_text=Count(
            "pk", filter=Q(writer=sender.writer, digest=digest, discussion=discussion.pk)
        ),
        approved=Count(
            "pk", filter=Q(writer=sender.writer, comment__status=S.APPROVED, is_reviewed=True)
        ),
        network_minute=Count("pk", filter=same_network & Q(created_at__gte=minute)),
        network_hour=Count("pk", filter=same_network & Q(created_at__gte=hour)),
        article_minute=Count("pk", filter=Q(discussion=discussion.pk, created_at__gte=minute)),
        site_minute=Count("pk", filter=Q(created_at__gte=minute)),
    )


def _keep_to_limits(discussion: Discussion, seen: Mapping[str, int]) -> None:
    """Raise Duplicate or TooMany. Counted in the database, so that every process sees them."""
    if seen["same_text"]:
        raise Duplicate("You have sent these words to this article before.")
    for name, limit, seconds, what in (
        ("network_minute", settings.POSTS_PER_MINUTE, 60, "comments from your network a minute"),
        ("network_hour", settings.POSTS_PER_HOUR, 3600, "comments from your network an hour"),
        ("article_minute", settings.ARTICLE_POSTS_PER_MINUTE, 60, "comments on this article"),
        ("site_minute", settings.SITE_POSTS_PER_MINUTE, 60, "comments on this site a minute"),
    ):
        if seen[name] >= limit:
            raise TooMany(f"The limit is {limit} {what}.", seconds)
    waiting = Discussion.objects.aggregate(waiting=Sum("pending_count"))["waiting"] or 0
    if waiting >= settings.QUEUE_MAX:
        raise TooMany("More comments wait for an editor than can be read at the moment.", 3600)


def _require_open(discussion: Discussion, parent_id: int | None, sender: Sender) -> Comment | None:
    """The parent, or None for a root. Raises NotOpen unless a comment may be added here, also when
    the parent is not public any more. Editors may write in a closed place."""
    parent = None
    if parent_id is not None:
        parents = Comment.objects.filter(pk=parent_id, discussion_id=discussion.pk).approved()
        parents = parents.select_related("discussion__article").with_branch_closed()
        parent = parents.first()
        if parent is not None:
            discussion.article = parent.discussion.article  # its age is asked for next
    if sender.editor is None and discussion.is_closed:
        raise NotOpen("Comments are closed.")
    if parent_id is not None and parent is None:
        raise NotOpen("The comment you answer is not there any more.")
    if parent is not None and parent.branch_closed and sender.editor is None:
        raise NotOpen("This thread is closed.")
    return parent


# --- what writers do to their own


def may_change(comment: Comment, submission: Submission | None, writer: str) -> bool:
    """Whether this writer may still edit or withdraw: in the window, or while it is waiting."""
    if submission is None or not writer or submission.writer != writer:
        return False
    window = timedelta(seconds=settings.EDIT_WINDOW)
    if comment.status == S.APPROVED:
        return timezone.now() < submission.created_at + window
    return comment.status == S.PENDING


def _own(comment_id: int, sender: Sender) -> tuple[Comment, Submission]:
    """A claimed comment and its submission, if this writer may change it now."""
    comment = Comment.objects.select_related("submission").get(pk=comment_id)
    submission = getattr(comment, "submission", None)
    if submission is None or not may_change(comment, submission, sender.writer):
        raise NotYours("This comment can no longer be changed.")
    return comment, submission


def edit(
    comment: Comment, sender: Sender, body: str, name: str, points: Points = NO_POINTS
) -> Comment:
    """Change one's own comment. It is screened again, and looked through for `points` again; the
    old words are kept. Raises NotYours."""
    with tree.claim(comment.discussion_id) as discussion:
        comment, submission = _own(comment.pk, sender)
        if (body, name) == (comment.body, comment.name):
            return comment
        revisions.keep(comment)
        seen = Submission.objects.filter(
            writer=sender.writer, comment__status=S.APPROVED, is_reviewed=True
        ).exclude(comment=comment)
        draft = screening.Draft(
            body=body,
            name=name,
            email=submission.email,
            network=sender.network,
            approved_before=seen.count() + (comment.status == S.APPROVED),
        )
        matches = screening.screen(draft, Rule.objects.in_force(comment.discussion_id))
        before, after = comment.status, _verdict(matches)
        if before == S.PENDING and after == S.APPROVED:
            after = S.PENDING  # what was held once is seen by a moderator, whatever it becomes
        comment.body, comment.name, comment.edited_at = body, name, timezone.now()
        comment.save(update_fields=["body", "name", "edited_at"])
        tree.give_voice(discussion, comment)
        Comment.objects.filter(pk=comment.pk).update(status=after)
        _count_replies({comment.pk: (before, after)})
        submission.held = [m.as_dict() for m in matches] or submission.held
        submission.is_reviewed = after != S.APPROVED
        submission.save(update_fields=["held", "is_reviewed"])
        _record("edit", comment.discussion_id, comment.pk, WRITER, "", before, after)
        _count(comment.discussion_id, [(before, after, False)], discussion)
        _look_again(comment, points)
        comment.refresh_from_db()
        return comment


def withdraw(comment: Comment, sender: Sender) -> AuditEntry:
    """Take back one's own comment. Raises NotYours."""
    with tree.claim(comment.discussion_id) as discussion:
        comment, _ = _own(comment.pk, sender)
        before = comment.status
        after = S.REMOVED if before == S.APPROVED else S.REJECTED
        Comment.objects.filter(pk=comment.pk).update(status=after, version=F("version") + 1)
        _count_replies({comment.pk: (before, after)})
        _count(comment.discussion_id, [(before, after, False)], discussion)
        return _record("withdraw", comment.discussion_id, comment.pk, WRITER, "", before, after)


def report(comment: Comment, sender: Sender, why: str, note: str = "") -> Report:
    """Complain about a public comment; counted once for each reader.

    Raises TooMany, and NotOpen when the comment is not public any more.
    """
    with tree.claim(comment.discussion_id) as discussion:
        _count(comment.discussion_id, [], discussion)
        if not Comment.objects.filter(pk=comment.pk).approved().exists():
            raise NotOpen("This comment is not there any more.")
        since = timezone.now() - timedelta(hours=1)
        recent = Report.objects.filter(created_at__gte=since).filter(
            Q(reporter=sender.writer) | (Q(network=sender.network) & ~Q(network=""))
        )
        mine, _ = Report.objects.get_or_create(
            comment=comment,
            reporter=sender.writer,
            defaults={"network": sender.network, "why": why, "note": note},
        )
        if recent.count() > settings.POSTS_PER_HOUR:
            raise TooMany(f"The limit is {settings.POSTS_PER_HOUR} reports an hour.", 3600)
        if mine.withdrawn_at is not None:
            mine.why, mine.note, mine.withdrawn_at = why, note, None
            mine.save(update_fields=["why", "note", "withdrawn_at"])
        return mine


def withdraw_report(comment: Comment, sender: Sender) -> bool:
    """Take one's complaint back; whether there was one."""
    mine = Report.objects.open().filter(comment=comment, reporter=sender.writer)
    return bool(mine.update(withdrawn_at=timezone.now()))


# --- words


def correct(
    place: Comment | Article, by: Actor, name: str, body: str, reason: str = ""
) -> AuditEntry | None:
    """Change the words of a comment, or the title (`name`) and body of an article.

    What stood there is kept. Returns the entry, or None when these are its words already.
    """
    return _reword("correct", place, (name, body), by, reason)


def restore(place: Comment | Article, by: Actor, reason: str = "") -> AuditEntry | None:
    """Give an imported comment or article the words of its source again. None if it has them, or
    never had any."""
    words = revisions.imported(place)
    return _reword("restore", place, words, by, reason) if words else None


def _reword(
    verb: str, place: Comment | Article, words: revisions.Words, by: Actor, reason: str
) -> AuditEntry | None:
    discussion_id, comment_id = revisions.where(place)
    with tree.claim(discussion_id) as discussion:
        place = type(place)._default_manager.get(pk=place.pk)
        if revisions.words(place) == words:
            return None
        edited_at = place.edited_at if isinstance(place, Comment) else None
        # What its source says is not edited.
        now = None if words == revisions.imported(place) else timezone.now()
        before = revisions.replace(place, words, now)
        kept = {"revision": before.pk, "edited_at": edited_at and edited_at.isoformat()}
        _settle(place, before, discussion)
        return _record(verb, discussion_id, comment_id, by, reason, kept=kept)


def _settle(place: Comment | Article, before: Revision, discussion: Discussion) -> None:
    """What follows when a comment or an article of a claimed discussion has other words."""
    if isinstance(place, Comment):
        tree.give_voice(discussion, place)
        step = (place.status, place.status, place.import_run_id is not None)
        _count(discussion.pk, [step], discussion)
        _look_again(place, Points(Article.objects.get(pk=discussion.pk).points))
    elif place.body != before.body:
        look_for_ties(place.pk)


# --- who wrote it

AUTHORSHIP = ("confirm", "unconfirm")


def confirm(
    comment: Comment, author: Author | None, by: Actor, reason: str = ""
) -> AuditEntry | None:
    """Say that an author of articles wrote this comment, or with None that this is not known any
    more. Readers see it marked under the articles of theirs. None if it was said before."""
    with tree.claim(comment.discussion_id) as discussion:
        comment = Comment.objects.select_related("author").get(pk=comment.pk)
        if comment.author == author:
            return None
        named = author or comment.author
        kept = {"author": comment.author_id, "name": named and named.name}
        _set_author(comment.pk, author)
        step = (comment.status, comment.status, comment.import_run_id is not None)
        _count(discussion.pk, [step], discussion)
        verb = "confirm" if author else "unconfirm"
        return _record(verb, discussion.pk, comment.pk, by, reason, kept=kept)


def _set_author(comment_id: int | None, author: Author | None) -> None:
    Comment.objects.filter(pk=comment_id).update(author=author, version=F("version") + 1)


def _restore_author(entry: AuditEntry) -> None:
    """Give back who was known as the author before; nobody, if that author is gone."""
    _set_author(entry.comment_id, Author.objects.filter(pk=entry.kept["author"]).first())


# --- open and closed


def close(
    place: Comment | Discussion,
    by: Actor,
    reason: str = "",
    start: datetime | None = None,
    until: datetime | None = None,
    batch: uuid.UUID | None = None,
) -> AuditEntry | None:
    """Close a whole discussion, or a comment and all below it, to new comments.

    At once and for good, unless `start` or `until` say otherwise. Returns the entry, or None when
    an act closes the place already: nothing is changed then.
    """
    discussion_id, comment_id, rows = _place(place)
    with tree.claim(discussion_id):
        now = rows.get()
        in_force = now.is_closed_by_act if isinstance(now, Discussion) else now.is_closed
        if in_force or (now.closed_entry_id and start == now.closed_from and start is not None):
            return None
        kept: dict[str, Any] = {
            "start": start and start.isoformat(),
            "until": until and until.isoformat(),
        }
        kept["was"] = _closing(now)
        entry = _record(
            "close", discussion_id, comment_id, by, reason, "open", "closed", kept=kept, batch=batch
        )
        _set_closing(rows, discussion_id, entry.pk, start, until)
        return entry


def reopen(
    place: Comment | Discussion, by: Actor, reason: str = "", batch: uuid.UUID | None = None
) -> AuditEntry | None:
    """Undo the act that closed this very place; what was closed by other acts stays closed.

    A discussion that its age closed opens too, and is not closed by age again. Returns the entry,
    or None when the place was not closed.
    """
    discussion_id, comment_id, rows = _place(place)
    with tree.claim(discussion_id):
        now = rows.get()
        by_age = isinstance(now, Discussion) and now.is_closed_by_age
        if now.closed_entry_id is None and not by_age:
            return None
        kept = {"was": _closing(now)}
        _set_closing(rows, discussion_id, None, None, None)
        return _record(
            "reopen",
            discussion_id,
            comment_id,
            by,
            reason,
            "closed",
            "open",
            kept=kept,
            batch=batch,
        )


def _place(place: Comment | Discussion) -> tuple[int, int | None, QuerySet]:
    """The ids and the row that a close or reopen is about."""
    if isinstance(place, Comment):
        return place.discussion_id, place.pk, Comment.objects.filter(pk=place.pk)
    discussions = Discussion.objects.select_related("article")
    return place.pk, None, discussions.filter(pk=place.pk)


def _closing(place: Comment | Discussion) -> dict[str, Any]:
    """How a place is closed now, for whoever undoes what comes next."""
    by_hand = {"by_hand": place.is_set_by_hand} if isinstance(place, Discussion) else {}
    return by_hand | {
        "entry": place.closed_entry_id,
        "start": place.closed_from and place.closed_from.isoformat(),
        "until": place.closed_until and place.closed_until.isoformat(),
    }


def _set_closing(
    rows: QuerySet,
    discussion_id: int,
    entry_id: int | None,
    start: datetime | None,
    until: datetime | None,
    by_hand: bool = True,
) -> None:
    """Write how a place is closed. Whoever does it by hand ends closing by age there."""
    columns: dict[str, Any] = {
        "closed_entry_id": entry_id,
        "closed_from": start,
        "closed_until": until,
    }
    if rows.model is Discussion:
        columns["is_set_by_hand"] = by_hand
    rows.update(**columns)
    now = timezone.now()
    changes: dict[str, Any] = {"changed_at": now}
    moments = [moment.timestamp() for moment in (start, until) if moment and moment > now]
    if moments:
        schedule = Discussion.objects.values_list("schedule", flat=True).get(pk=discussion_id)
        changes["schedule"] = schedule + moments
    Discussion.objects.filter(pk=discussion_id).update(**changes)


# --- ties to points


def _tie_of(comment: Comment, point: int, origin: str, found: Sequence[str] = ()) -> Tie:
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


def _offers(comment: Comment, found: Iterable[Found]) -> list[Tie]:
    """What was found in a comment, as ties not stored yet."""
    origins = {True: Tie.Origin.QUOTATION, False: Tie.Origin.MENTION}
    return [_tie_of(comment, f.point, origins[f.is_quotation], f.words) for f in found]


def _offer(comments: Iterable[tuple[Comment, int | None]], points: Points) -> None:
    """Offer what many comments, each with the number of what it answers, say of `points`. What is
    tied, offered or refused already stays as it is."""
    offers: list[Tie] = []
    for comment, answered in comments:
        offers += _offers(comment, points.found_in(comment.typed, answered))
    Tie.objects.bulk_create(offers, batch_size=1_000, ignore_conflicts=True)


def _look_again(comment: Comment, points: Points) -> None:
    """Offer what a comment says of `points` now that it has other words. What nobody decided upon
    was found in words that may be gone."""
    if points:
        comment.ties.filter(state=Tie.State.OFFERED, audit_entries=None).delete()
        _offer([(comment, comment.parent and comment.parent.number)], points)


def look_for_ties(article_id: int) -> None:
    """Offer what the comments of an article say of its points, after these were edited. Ties to a
    point that is gone stay as they are, and come back with it."""
    points = Points(Article.objects.get(pk=article_id).points)
    if not points:
        return
    found = Comment.objects.filter(discussion_id=article_id).select_related("parent")
    found = found.only("discussion_id", "body", "markup", "parent__number")
    comments = found.iterator(chunk_size=1_000)
    _offer(((c, c.parent and c.parent.number) for c in comments), points)


def decide_ties(
    verb: str, ids: Iterable[int], by: Actor, states: Mapping[int, str] | None = None
) -> Outcome:
    """Tie or untie, one or many, each discussion in one transaction; see TIES.

    `states` says in which state each was when the editor decided; what others have decided since
    is refused.
    """
    found = Tie.objects.filter(pk__in=list(ids)).order_by("discussion_id", "pk")
    pairs = found.values_list("discussion_id", "pk")
    outcome = Outcome(batch=uuid.uuid4() if len(pairs) > 1 else None)
    for discussion_id, group in groupby(pairs, key=lambda pair: pair[0]):
        chosen = [pk for _, pk in group]
        with tree.claim(discussion_id) as discussion:
            _decide_ties(verb, discussion, chosen, by, outcome, states or {})
    return outcome


def tie(comment: Comment, point: int, by: Actor) -> AuditEntry | None:
    """Tie a comment to a point by hand. Returns the entry, or None when it was tied already."""
    with tree.claim(comment.discussion_id) as discussion:
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
    """Decide in one claimed discussion, in a number of statements that does not grow."""
    allowed, state = TIES[verb]
    rows = Tie.objects.filter(pk__in=ids).select_related("comment").order_by("pk")
    rows = rows.only("comment_id", "point", "state", "comment__status")
    entries, is_seen = [], False
    for row in rows:
        if row.state not in allowed or states.get(row.pk, row.state) != row.state:
            outcome.refused[row.pk] = f"It is {row.get_state_display()} already."
            continue
        more = {"tie": row, "batch": outcome.batch, "kept": {"point": row.point}}
        entry = _entry(verb, discussion.pk, row.comment_id, by, "", row.state, state, **more)
        entries.append(entry)
        is_seen = is_seen or _is_seen(entry, row.comment.status)
    AuditEntry.objects.bulk_create(entries)
    Tie.objects.filter(pk__in=[entry.tie_id for entry in entries]).update(state=state)
    if not is_seen:
        _count(discussion.pk, [], discussion)
    outcome.entries += entries


def _is_seen(entry: AuditEntry, status: str) -> bool:
    """Whether readers see what a decision on a tie changed."""
    return status == S.APPROVED and Tie.State.CONFIRMED in (entry.before, entry.after)


# --- undo

CLOSINGS = ("close", "reopen")
# What each verb changes. Only what changes the same stands in the way of an undo.
ASPECTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(DECISIONS, ("status",)),
    **dict.fromkeys(CLOSINGS, ("closing",)),
    **dict.fromkeys(AuditEntry.REWORDINGS, ("words",)),
    **dict.fromkeys(TIES, ("tie",)),
    **dict.fromkeys(AUTHORSHIP, ("author",)),
    "edit": ("status", "words"),
    "withdraw": ("status",),
}


def undo(entry: AuditEntry, by: Actor) -> AuditEntry:
    """Take one decision back, by a second one. Raises AlreadyDecided when it was taken back
    before, when others have decided since, or when this verb has no inverse."""
    outcome = Outcome()
    with tree.claim(entry.discussion_id) as discussion:
        _undo(discussion, [entry.pk], by, outcome)
    if outcome.refused:
        raise AlreadyDecided(outcome.refused[entry.pk])
    return outcome.entries[0]


def undo_many(entries: Iterable[AuditEntry], by: Actor) -> Outcome:
    """Take back many, the newest first; what others have decided upon since is left and named.

    Each discussion is one transaction, in a number of statements that grows with the closings
    taken back and not with the decisions.
    """
    outcome = Outcome(batch=uuid.uuid4())
    pairs = sorted((entry.discussion_id, entry.pk) for entry in entries)
    for discussion_id, group in groupby(pairs, key=lambda pair: pair[0]):
        with tree.claim(discussion_id) as discussion:
            _undo(discussion, [pk for _, pk in group], by, outcome)
    return outcome


def _undo(discussion: Discussion, ids: Sequence[int], by: Actor, outcome: Outcome) -> None:
    """Take back entries of one claimed discussion, and add to the outcome what became of them."""
    discussion_id = discussion.pk
    wanted = list(AuditEntry.objects.filter(pk__in=ids).select_related("undone_by").order_by("-pk"))
    refused = obstacles(wanted)
    outcome.refused.update(refused)
    chosen = [entry for entry in wanted if entry.pk not in refused]
    records = [
        _entry(
            "undo",
            discussion_id,
            entry.comment_id,
            by,
            "",
            entry.after,
            entry.before,
            tie_id=entry.tie_id,
            kept={"point": entry.kept["point"]} if entry.verb in TIES else {},
            undoes=entry,
            batch=outcome.batch,
        )
        for entry in chosen
    ]
    AuditEntry.objects.bulk_create(records)
    outcome.entries += records
    for entry in chosen:
        if entry.verb in CLOSINGS:
            _restore_closing(entry)
        elif entry.verb in AUTHORSHIP:
            _restore_author(entry)
        elif entry.is_about_words:
            _restore_words(entry, discussion)
    # The newest came first, so what is written last here is what stood before the oldest.
    ties = {entry.tie_id: entry.before for entry in chosen}
    for state in Tie.State:
        if changed := {pk for pk, before in ties.items() if pk and before == state}:
            Tie.objects.filter(pk__in=changed).update(state=state)
    decided = [entry for entry in chosen if entry.verb in DECISIONS]
    if not decided:
        return
    back = {entry.comment_id: entry.before for entry in decided}
    rows = Comment.objects.filter(pk__in=back)
    found = rows.values_list("pk", "import_run_id", "status")
    imported = {pk: run is not None for pk, run, _ in found}
    statuses = {pk: status for pk, _, status in found}
    for status in S:
        to = [pk for pk, before in back.items() if before == status]
        if to:
            Comment.objects.filter(pk__in=to).update(status=status, version=F("version") + 1)
    _count_replies({pk: (now, back[pk]) for pk, now in statuses.items()})
    _count(
        discussion_id,
        ((e.after, e.before, imported[e.comment_id]) for e in decided),
    )
    unread = [entry.comment_id for entry in decided if entry.kept.get("unread")]
    Submission.objects.filter(comment__in=unread).update(is_reviewed=False)
    Report.objects.filter(closed_entry__in=decided).update(closed_entry=None)


def _restore_closing(entry: AuditEntry) -> None:
    """Close, or open, the place of a close or reopen as it was before."""
    was = entry.kept.get("was", {})
    _, _, rows = _place(_place_of(entry))
    _set_closing(
        rows,
        entry.discussion_id,
        was.get("entry"),
        _moment(was.get("start")),
        _moment(was.get("until")),
        was.get("by_hand", True),
    )


def _restore_words(entry: AuditEntry, discussion: Discussion) -> None:
    """Give back the words that stood before a correction."""
    model, pk = (Comment, entry.comment_id) if entry.comment_id else (Article, discussion.pk)
    place = model._default_manager.get(pk=pk)
    before = Revision.objects.get(pk=entry.kept["revision"])
    edited_at = _moment(entry.kept["edited_at"])
    replaced = revisions.replace(place, (before.name, before.body), edited_at)
    _settle(place, replaced, discussion)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _place_of(entry: AuditEntry) -> Comment | Discussion:
    """What an entry is about."""
    if entry.comment_id is not None:
        return Comment.objects.get(pk=entry.comment_id)
    return Discussion.objects.select_related("article").get(pk=entry.discussion_id)


def is_reversible(entry: AuditEntry) -> bool:
    """Whether its verb has an inverse, whatever happened since."""
    reversible = (*DECISIONS, *CLOSINGS, *TIES, *AuditEntry.REWORDINGS, *AUTHORSHIP)
    return entry.verb in reversible


def obstacles(entries: Iterable[AuditEntry], together: bool = True) -> dict[int, str]:
    """What of these cannot be taken back, and why, by the entry's key: the preview of undo.

    Two queries. What is taken back together stands in nobody's way; with `together` False each
    is asked about alone.
    """
    wanted = sorted(entries, key=lambda entry: -entry.pk)
    since: dict[tuple[int, int | None, str], list[AuditEntry]] = {}
    if wanted:
        later = AuditEntry.objects.filter(
            Q(comment__in={e.comment_id for e in wanted if e.comment_id}) | Q(comment=None),
            discussion__in={entry.discussion_id for entry in wanted},
            pk__gt=wanted[-1].pk,
            verb__in=ASPECTS,
            undone_by=None,
        )
        for entry in later.order_by("pk"):
            for subject in _subjects(entry):
                since.setdefault(subject, []).append(entry)
    taken = set(AuditEntry.objects.filter(undoes__in=wanted).values_list("undoes", flat=True))
    found: dict[int, str] = {}
    gone: set[int] = set()
    for entry in wanted:
        others = (e for subject in _subjects(entry) for e in since.get(subject, ()))
        other = next((e for e in others if e.pk > entry.pk and e.pk not in gone), None)
        if not is_reversible(entry):
            found[entry.pk] = "This has no inverse."
        elif entry.pk in taken:
            found[entry.pk] = "It was taken back already."
        elif other is not None:
            verb = other.verb.replace("_", " ")
            found[entry.pk] = f"{other.actor_name} has decided since: {verb}."
        elif together:
            gone.add(entry.pk)
    return found


def _subjects(entry: AuditEntry) -> list[tuple[int, int | None, str]]:
    """What a later entry must be about to stand in the way of undoing this one."""
    aspects = ASPECTS.get(entry.verb, ())
    if entry.verb in TIES:
        aspects = (f"tie {entry.tie_id}",)
    return [(entry.discussion_id, entry.comment_id, aspect) for aspect in aspects]
