"""Editors move branches to other articles, join the discussions of two articles, split a comment in
two, and merge two comments.

A comment that is no longer needed is hidden by a decision ("discard"), and one that is added is stored as
rejected and then approved, so the audit entries of a batch undo all of it. These entries keep where
the comment went or came from, so that its permalink redirects.
"""

import re
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Article, Comment
from . import tree
from .audit import Actor
from .corrections import correct
from .decisions import decide
from .errors import Refusal
from .places import move_comment
from .points import Points
from .submissions import import_comments

COPIED = (
    *("kind", "name", "author_id", "body", "markup", "language"),
    *("dated_at", "date_is_local", "edited_at", "edited_by_editor", "by_staff"),
    *("import_run_id", "first_line", "last_line", "author_url"),
)
MAX_MOVED = 1_000  # comments of one branch
PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


def _too_many() -> Refusal:
    words = ngettext(
        "At most %(n)d comment can be moved.", "At most %(n)d comments can be moved.", MAX_MOVED
    )
    return Refusal(words % {"n": MAX_MOVED})


def transfer(
    comment: Comment, article: Article, parent: Comment | None, by: Actor, reason: str = ""
) -> uuid.UUID:
    """Move a comment with its approved replies to another article, below `parent` or as a root.

    They get new numbers there, and are hidden here. Returns the batch of the entries. Raises Refusal.
    """
    batch = uuid.uuid4()
    with _both_locked(comment.discussion_id, article):
        branch = _approved_in_branch(comment)
        if not branch or branch[0].pk != comment.pk:
            raise Refusal(_("Only an approved comment can be moved to another article."))
        if len(branch) > MAX_MOVED:
            raise _too_many()
        _transfer(branch, article, parent, by, reason, batch)
    return batch


def join_discussions(
    discussion_id: int, article: Article, by: Actor, reason: str = ""
) -> tuple[uuid.UUID, int]:
    """Move the approved comments of a discussion to another article, as in `transfer`.

    At most MAX_MOVED move at once, in whole threads, the first ones first; call it again for the
    rest. Returns the batch of the entries and the number of comments moved. Raises Refusal.
    """
    batch = uuid.uuid4()
    with _both_locked(discussion_id, article):
        rows = Comment.objects.in_discussion(discussion_id).approved().in_reading_order()
        found = list(rows[: MAX_MOVED + 1])
        if not found:
            raise Refusal(_("This discussion has no approved comments."))
        branches = [list(branch) for _tree, branch in groupby(found, key=lambda one: one.tree_id)]
        if len(found) > MAX_MOVED:
            branches.pop()  # the end of this thread wasn't read
        moved = [one for branch in branches for one in branch]
        if not moved:
            raise _too_many()
        _transfer(moved, article, None, by, reason, batch)
    return batch, len(moved)


@contextmanager
def _both_locked(discussion_id: int, article: Article) -> Iterator[None]:
    """Lock two discussions until the transaction ends, always in the same order. Raises Refusal."""
    if discussion_id == article.pk:
        raise Refusal(_("The comments are on this article already. Enter another one."))
    with transaction.atomic():
        for key in sorted((discussion_id, article.pk)):
            with tree.lock_discussion(key):
                pass  # the row stays locked
        yield


def _approved_in_branch(comment: Comment) -> list[Comment]:
    branch = Comment.objects.get(pk=comment.pk).get_descendants(include_self=True)
    return list(branch.filter(status=Comment.Status.APPROVED).order_by("lft"))


def _transfer(
    moved: Sequence[Comment],
    article: Article,
    parent: Comment | None,
    by: Actor,
    reason: str,
    batch: uuid.UUID,
) -> None:
    """Move approved comments of one discussion, given in reading order. Each stays below the nearest
    comment above it that moves too, or else goes below `parent`.
    """
    parents: list[int | Comment | None] = []
    above: list[int] = []  # indexes in `moved`, from the root down to the comment before
    for i, one in enumerate(moved):
        while above and not _is_above(moved[above[-1]], one):
            above.pop()
        parents.append(above[-1] if above else parent)
        above.append(i)
    here = moved[0].discussion_id
    of_article = Article.objects.get(pk=here).text_language
    with tree.lock_discussion(article.pk):
        made = import_comments(
            article.pk,
            [
                _copy(one, language=_language_in(article, one.language or of_article))
                for one in moved
            ],
            parents,
            ["rejected"] * len(moved),
            Points(article.points),
        )
        came = {
            new.pk: {"moved_from": [here, one.number]} for one, new in zip(moved, made, strict=True)
        }
        decide("approve", [one.key for one in made], by, reason, batch=batch, kept_of=came)
    with tree.lock_discussion(here):
        went = {
            one.pk: {"moved_to": [article.pk, new.number]}
            for one, new in zip(moved, made, strict=True)
        }
        decide("discard", [one.key for one in moved], by, reason, batch=batch, kept_of=went)


def _language_in(article: Article, language: str) -> str | None:
    """Return the language of a comment as it is stored below `article`."""
    return None if language == article.text_language else language


def _is_above(comment: Comment, later: Comment) -> bool:
    """Return whether `later`, after `comment` in reading order, is one of its descendants."""
    return comment.tree_id == later.tree_id and later.lft < comment.rght


def _copy(comment: Comment, **values: object) -> Comment:
    """Return a new comment with the text and origin of another. It has no key at the source, so later
    imports don't change it.
    """
    return Comment(**{name: getattr(comment, name) for name in COPIED} | values)


def paragraphs_of_comment(comment: Comment) -> list[str]:
    """Return the paragraphs of a comment, between which it can be split."""
    return [part for part in PARAGRAPHS.split(comment.body.strip()) if part.strip()]


def split_comment(comment: Comment, at: int, name: str, by: Actor, reason: str = "") -> uuid.UUID:
    """Make the paragraphs of a comment from number `at` on (from 0) a comment of its own, signed
    `name`, with the same parent and date. Returns the batch. Raises Refusal.
    """
    batch = uuid.uuid4()
    with tree.lock_discussion(comment.discussion_id):
        comment = Comment.objects.select_related("parent").get(pk=comment.pk)
        parts = paragraphs_of_comment(comment)
        if comment.status != Comment.Status.APPROVED or not 0 < at < len(parts):
            raise Refusal(_("Only an approved comment can be split, between two paragraphs."))
        rest = _copy(comment, name=name, body="\n\n".join(parts[at:]), author_id=None)
        article = Article.objects.get(pk=comment.discussion_id)
        made = import_comments(
            comment.discussion_id, [rest], [comment.parent], ["rejected"], Points(article.points)
        )
        decide("approve", [made[0].key], by, reason, batch=batch)
        correct(comment, by, comment.name, "\n\n".join(parts[:at]), reason, batch)
    return batch


def merge_comment(comment: Comment, into: Comment, by: Actor, reason: str = "") -> uuid.UUID:
    """Append the text of a comment to another of the same discussion, move its replies below that, and
    hide it. Returns the batch. Raises Refusal.
    """
    batch = uuid.uuid4()
    with tree.lock_discussion(comment.discussion_id):
        comment, into = (Comment.objects.get(pk=one.pk) for one in (comment, into))
        is_possible = comment.pk != into.pk and comment.markup == into.markup
        is_possible &= {comment.status, into.status} == {Comment.Status.APPROVED}
        if not is_possible or into.is_descendant_of(comment):
            raise Refusal(
                _("Only two approved comments can be merged, and not a comment into its reply.")
            )
        correct(into, by, into.name, f"{into.body.rstrip()}\n\n{comment.body}", reason, batch)
        for reply in _replies(comment):
            move_comment(reply, into.pk, by, reason, batch)
        kept = {"moved_to": [into.discussion_id, into.number]}
        decide("discard", [comment.key], by, reason, batch=batch, kept=kept)
    return batch


def _replies(comment: Comment) -> Iterable[Comment]:
    return list(Comment.objects.filter(parent_id=comment.pk).order_by("lft"))
