"""Add new comments, from readers and from imports."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from django.contrib.auth.models import User
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Comment, Discussion, PointLink, Submission
from ..models.new_rows import insert_together
from ..text.languages import other_language
from . import limits, screening, tree
from .audit import READER, add_to_chain, announce, new_entry
from .decisions import S, count
from .errors import Duplicate, NotOpen, TooMany
from .permission import require_may_comment
from .point_links import new_point_link, suggestions_in
from .points import Points
from .reserved_names import read_as, reservation_reason
from .rules import in_force, read_rules

NO_POINTS = Points({})
Rows = TypeVar("Rows", bound=Iterable[Comment])


def import_comments(
    discussion_id: int,
    comments: Rows,
    parents: Sequence[int | Comment | None],
    statuses: Sequence[str] | None = None,
    points: Points = NO_POINTS,
) -> Rows:
    """Store imported comments, approved unless `statuses` says otherwise.

    Suggests links to `points`. `comments` may be a list, or an iterator of any length that is not
    held in memory. Returns `comments`; those of a list then have their keys, numbers and places.
    See `tree.bulk_insert`.
    """
    statuses = statuses or [S.APPROVED] * len(parents)
    arrived: Counter[tuple[str, bool]] = Counter()
    suggestions: list[PointLink] = []

    def arriving() -> Iterator[Comment]:
        for i, (comment, status) in enumerate(zip(comments, statuses, strict=True)):
            comment.status = status
            arrived[status, comment.import_run_id is not None] += 1
            yield comment
            if points:  # the comment has its key and number by now
                above = parents[i]
                answered = comment.number - i + above if isinstance(above, int) else None
                if isinstance(above, Comment):
                    answered = above.number
                found = points.found_in(comment.typed, answered)
                suggestions.extend(suggestions_in(comment, found))

    with tree.lock_discussion(discussion_id) as discussion:
        public = [status == S.APPROVED for status in statuses]
        tree.bulk_insert(discussion_id, arriving(), parents, public)
        count(discussion, ((None, status, imported) for status, imported in arrived.elements()))
        PointLink.objects.bulk_create(suggestions, batch_size=1_000)
    return comments


@dataclass(frozen=True)
class Sender:
    """The commenter who sends a comment or report.

    `writer` and `network` are keyed hashes, `networks` all hashes under which the network may be
    stored. `account` is the signed-in user, and `editor` the same user if they may moderate.
    """

    writer: str
    network: str = ""
    editor: User | None = None
    account: User | None = None
    networks: tuple[str, ...] = ()

    @property
    def known_networks(self) -> set[str]:
        return {self.network, *self.networks} - {""}


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
    text_language: str = "",
) -> Comment:
    """Screen and store a comment written here, in one transaction.

    `about` is the point chosen by the commenter; other references to `points` are suggested.
    `text_language` is that of the article; a comment in another one has its own. The same
    `client_key` always gives the same comment. Raises NotOpen, TooMany, Duplicate or `tree.TooDeep`,
    and then stores nothing.
    """
    key = hashlib.sha256(f"{sender.writer}\0{client_key}".encode()).hexdigest()
    owner = reservation_reason(name, sender.account)
    language = other_language(body, text_language)
    for _attempt in range(ATTEMPTS):
        comment = Comment(
            name=name,
            body=body,
            markup=Comment.Markup.MARKDOWN,
            language=language,
            dated_at=timezone.now(),
            by_staff=True if sender.editor else None,
        )
        try:
            _submit(discussion_id, parent_id, comment, sender, key, email, owner, about, points)
        except Overtaken:
            continue
        except IntegrityError:
            # The same form was sent again, perhaps at the same time: return the first comment.
            sent = Submission.objects.filter(client_key=key).select_related("comment").first()
            if sent is None:
                raise
            return sent.comment
        return comment
    raise TooMany(_("The moderation rules are being updated. Please try again in a moment."), 1)


ATTEMPTS = 3


class Overtaken(Exception):
    """The screening rules or the commenter's earlier approvals changed before the discussion was
    locked.
    """


def _submit(
    discussion_id: int,
    parent_id: int | None,
    comment: Comment,
    sender: Sender,
    key: str,
    email: str,
    owner: str,
    about: int | None,
    points: Points,
) -> None:
    """Screen a comment, then lock its discussion and add it.

    Raises Overtaken if the facts used for screening have changed by then.
    """
    digest = hashlib.sha256(" ".join(screening.fold(comment.body).split()).encode()).hexdigest()
    is_editor = sender.editor is not None
    sent = limits.Sql("EXISTS (SELECT 1 FROM commentary_submission WHERE client_key = %s)", (key,))
    same_text = limits.Sql(
        """EXISTS (
            SELECT 1 FROM commentary_submission
            WHERE writer = %s AND digest = %s AND discussion_id = %s AND client_key <> %s
        )""",
        (sender.writer, digest, discussion_id, key),
    )

    def ask(locks: Sequence[str] = ()) -> tuple[limits.Fact, ...]:
        """Return the facts that screening depends on. Raises Duplicate or TooMany."""
        bounds = [] if is_editor else limits.for_posts(discussion_id, sender.known_networks, key)
        facts = screened_by(discussion_id, comment, sender)
        refusal, (is_sent, is_repeated, *known) = limits.ask(
            discussion_id, bounds, sent, same_text, *facts, locks=locks
        )
        if is_sent and not locks:
            raise IntegrityError("sent before")
        if is_repeated and not is_editor:
            raise Duplicate(_("You’ve already posted this comment."))
        if refusal:
            raise refusal
        return tuple(known)

    known = ask()
    matches = screen_submission(comment, sender, email, owner, known)
    with tree.lock_discussion(
        discussion_id, numbers=1, anonymous_numbers=int(comment.is_unnamed), comments=1
    ) as discussion:
        parent = _require_open(discussion, parent_id, sender)
        comment.pk, comment.status = discussion.comment_keys.pop(), verdict(matches)
        tree.place(discussion, comment, parent)
        submission = Submission(
            comment=comment,
            discussion_id=discussion_id,
            writer=sender.writer,
            network=sender.network,
            email=email,
            client_key=key,
            digest=digest,
            held=[match.as_dict() for match in matches],
            is_reviewed=is_editor or comment.status != S.APPROVED,
        )
        entry = new_entry(
            "submit",
            discussion_id,
            comment.pk,
            sender.editor or READER,
            "; ".join(f"{m.label}: {m.why}" for m in matches),
            after=comment.status,
        )
        add_to_chain(discussion, [entry])
        insert_together([comment, submission, entry])
        announce(discussion, [entry])
        chosen = [] if about is None else [new_point_link(comment, about, PointLink.Origin.WRITER)]
        found = points.found_in(comment.body, parent and parent.number)
        PointLink.objects.bulk_create(
            chosen + suggestions_in(comment, (f for f in found if f.point != about))
        )
        count(discussion, [(None, comment.status, False)])
        # Last, because the site-wide lock it takes is held until the commit.
        if not is_editor and ask(limits.post_locks(sender.known_networks)) != known:
            raise Overtaken


def screened_by(discussion_id: int, comment: Comment, sender: Sender) -> list[limits.Sql]:
    """Return the expressions of the facts for `screen_submission`, for `limits.ask`: whether an
    earlier comment of this commenter was reviewed and approved, and the rules.

    They are read again once the discussion is locked.
    """
    return [read_as(sender.writer, comment), in_force(discussion_id)]


def screen_submission(
    comment: Comment, sender: Sender, email: str, owner: str, facts: Sequence[limits.Fact]
) -> list[screening.Match]:
    """Return the reasons to hold this new or edited comment; always empty for editors.

    `owner` comes from `reserved_names.reservation_reason`, `facts` are the values of `screened_by`.
    """
    if sender.editor is not None:
        return []
    is_read, rules = facts
    draft = screening.Draft(
        body=comment.body,
        name=comment.name,
        email=email,
        network=sender.network,
        former_networks=sender.networks,
        approved_before=int(bool(is_read)),
        name_owner=owner,
        markup=comment.markup,
        writer=sender.writer,
    )
    return screening.screen(draft, read_rules(cast(str | None, rules)))


def verdict(matches: Sequence[screening.Match]) -> str:
    """Return the initial status of a comment."""
    if any(match.rejects for match in matches):
        return S.REJECTED
    return S.PENDING if matches else S.APPROVED


def _require_open(discussion: Discussion, parent_id: int | None, sender: Sender) -> Comment | None:
    """Return the parent, or None for a root.

    Raises NotOpen if no comment may be added here or the parent is no longer public.
    """
    parent = None
    if parent_id is not None:
        parent = Comment.objects.to_answer(discussion.pk, parent_id)
    require_may_comment(discussion, None, sender.editor is not None)
    if parent_id is not None and parent is None:
        raise NotOpen(_("That comment no longer exists."))
    require_may_comment(discussion, parent, sender.editor is not None)
    return parent
