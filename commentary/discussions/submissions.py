"""Comments that come in: from readers, and from sources."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import IntegrityError
from django.db.models import Exists
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Comment, Discussion, PointLink, Rule, Submission
from . import limits, screening, tree
from .audit import record
from .decisions import S, count
from .errors import Duplicate, NotOpen, TooMany
from .permission import require_may_comment
from .point_links import new_point_link, suggestions_in
from .points import Points
from .reserved_names import owner_of, read_as

NO_POINTS = Points({})
Rows = TypeVar("Rows", bound=Iterable[Comment])


def import_comments(
    discussion_id: int,
    comments: Rows,
    parents: Sequence[int | Comment | None],
    statuses: Sequence[str] | None = None,
    points: Points = NO_POINTS,
) -> Rows:
    """Store comments that come from a source, in the state they had there: approved, unless
    `statuses` says otherwise. Suggests links to `points`. See `tree.bulk_insert`.

    `comments` may be a list, or an iterator over any number of comments, which are not kept. Returns
    what was given: the comments of a list have their keys, numbers and places then.
    """
    statuses = statuses or [S.APPROVED] * len(parents)
    arrived: Counter[tuple[str, bool]] = Counter()
    suggestions: list[PointLink] = []

    def arriving() -> Iterator[Comment]:
        for i, (comment, status) in enumerate(zip(comments, statuses, strict=True)):
            comment.status = status
            arrived[status, comment.import_run_id is not None] += 1
            yield comment
            if points:  # it has its key and number now
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
    """Who sends a comment or a report. `writer` and `network` are keyed hashes; `account` is who is
    signed in, and `editor` the same where they may moderate. `networks` are all hashes under which
    the network may be stored."""

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
) -> Comment:
    """The one door for a comment written here: open?, screened, stored, recorded, or not at all.

    It is linked to the point that it is `about`; what else it says of `points`, those of the article,
    is offered. Sent twice with one `client_key` it is one comment. Raises NotOpen, TooMany,
    Duplicate, and `tree.TooDeep`; nothing is stored then.
    """
    key = hashlib.sha256(f"{sender.writer}\0{client_key}".encode()).hexdigest()
    owner = owner_of(name, sender.account)
    for _attempt in range(ATTEMPTS):
        comment = Comment(
            name=name,
            body=body,
            markup=Comment.Markup.MARKDOWN,
            dated_at=timezone.now(),
        )
        try:
            _submit(discussion_id, parent_id, comment, sender, key, email, owner, about, points)
        except Overtaken:
            continue
        except IntegrityError:
            # The same form again, perhaps at the same moment: its first answer counts.
            sent = Submission.objects.filter(client_key=key).select_related("comment").first()
            if sent is None:
                raise
            return sent.comment
        return comment
    raise TooMany(_("The rules are being changed. Send it again in a moment."), 1)


ATTEMPTS = 3


class Overtaken(Exception):
    """What a comment was screened by has changed before its discussion was locked."""


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
    """Screen a comment, then lock its discussion and add it, unless what was asked before the lock
    is not so any more."""
    digest = hashlib.sha256(" ".join(screening.fold(comment.body).split()).encode()).hexdigest()
    is_editor = sender.editor is not None
    sent = Submission.objects.everywhere().filter(client_key=key)
    same_text = Submission.objects.filter(
        writer=sender.writer, digest=digest, discussion=discussion_id
    ).exclude(client_key=key)

    def ask(locks: Sequence[str] = ()) -> tuple[Any, ...]:
        """What the screening goes by. Raises Duplicate and TooMany."""
        bounds = [] if is_editor else limits.for_posts(discussion_id, sender.known_networks, key)
        facts = screened_by(discussion_id, comment, sender)
        refusal, (is_sent, is_repeated, *known) = limits.ask(
            discussion_id, bounds, Exists(sent), Exists(same_text), *facts, locks=locks
        )
        if is_sent and not locks:
            raise IntegrityError("sent before")
        if is_repeated and not is_editor:
            raise Duplicate(_("You have sent these words to this article before."))
        if refusal:
            raise refusal
        return tuple(known)

    known = ask()
    matches = screen(discussion_id, comment, sender, email, owner, known[0])
    with tree.lock_discussion(
        discussion_id, numbers=1, anonymous_numbers=int(comment.is_unnamed)
    ) as discussion:
        parent = _require_open(discussion, parent_id, sender)
        comment.status = verdict(matches)
        tree.insert(discussion_id, comment, parent_id, above=parent)
        Submission.objects.create(
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
        record(
            "submit",
            discussion_id,
            comment.pk,
            sender.editor or "a reader",
            "; ".join(f"{m.label}: {m.why}" for m in matches),
            after=comment.status,
        )
        chosen = [] if about is None else [new_point_link(comment, about, PointLink.Origin.WRITER)]
        found = points.found_in(comment.body, parent and parent.number)
        PointLink.objects.bulk_create(
            chosen + suggestions_in(comment, (f for f in found if f.point != about))
        )
        count(discussion, [(None, comment.status, False)])
        # Last, since nobody on the site can finish a comment from here to the commit.
        if not is_editor and ask(limits.post_locks(sender.known_networks)) != known:
            raise Overtaken


def screened_by(discussion_id: int, comment: Comment, sender: Sender) -> list[Any]:
    """Expressions of what `screen` goes by, for `limits.ask`: whether a comment of this writer was
    read and approved, and the state of the rules. Asked again once the discussion is locked."""
    is_read = Exists(Submission.objects.everywhere().filter(read_as(sender.writer, comment)))
    return [is_read, *Rule.objects.in_force(discussion_id).state()]


def screen(
    discussion_id: int, comment: Comment, sender: Sender, email: str, owner: str, is_read: bool
) -> list[screening.Match]:
    """Why this comment, new or with new words, is held; nothing for editors. `owner` is who its name
    belongs to, `is_read` whether one of theirs was read and approved: see `identity`."""
    if sender.editor is not None:
        return []
    draft = screening.Draft(
        body=comment.body,
        name=comment.name,
        email=email,
        network=sender.network,
        former_networks=sender.networks,
        approved_before=int(is_read),
        name_owner=owner,
        markup=comment.markup,
    )
    return screening.screen(draft, Rule.objects.in_force(discussion_id))


def verdict(matches: Sequence[screening.Match]) -> str:
    """The status that a draft arrives with."""
    if any(match.rejects for match in matches):
        return S.REJECTED
    return S.PENDING if matches else S.APPROVED


def _require_open(discussion: Discussion, parent_id: int | None, sender: Sender) -> Comment | None:
    """The parent, or None for a root. Raises NotOpen unless a comment may be added here, also if
    the parent is no longer public."""
    parent = None
    if parent_id is not None:
        parents = Comment.objects.filter(pk=parent_id, discussion_id=discussion.pk).approved()
        parents = parents.select_related("discussion__article").with_branch_closed()
        parent = parents.first()
        if parent is not None:
            discussion.article = parent.discussion.article  # its age is asked for next
    require_may_comment(discussion, None, sender.editor is not None)
    if parent_id is not None and parent is None:
        raise NotOpen(_("The comment you answer is not there any more."))
    require_may_comment(discussion, parent, sender.editor is not None)
    return parent
