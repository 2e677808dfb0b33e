"""Compare an export with earlier imports: which comments are stored, and how they differ.

A corrected export changes nothing that is stored; differences are reported, in one line per comment
and article. Texts and statuses changed on this site are compared as they were imported.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from .. import discussions
from ..discussions import revisions
from ..models import Article, AuditEntry, Comment, Revision


class Known(NamedTuple):
    """A stored comment: its key, the import run it came from, and its values as imported.

    `parent` is the source's key of its parent, even if that isn't stored.
    """

    pk: int
    run: int
    words: int  # hashes, valid within this process, to save memory
    name: int
    status: str
    date: datetime | None
    parent: str | None


def known(article: Article) -> dict[str, Known]:
    """Return the imported comments of an article by their keys at the source."""
    there = Comment.objects.in_discussion(article.pk).exclude(source_key="").order_by()
    pks = there.values("pk")
    # Ordered so that the first of several changes is the last value in the dictionary.
    entries = AuditEntry.objects.filter(comment__in=pks, verb__in=discussions.DECISIONS)
    states = dict(entries.order_by("-pk").values_list("comment_id", "before"))
    changed = Revision.objects.filter(comment__in=pks).order_by("-pk")
    words = {pk: (name, body) for pk, name, body in changed.values_list("comment", "name", "body")}
    rows = there.values_list(
        *("source_key", "pk", "import_run_id", "name", "body", "status", "dated_at"),
        *("parent__source_key", "source_parent_key"),
    )
    found = {}
    for key, pk, run, name, body, status, date, parent, waiting_for in rows.iterator():
        name, body = words.get(pk, (name, body))
        status = str(states.get(pk, status))
        found[key] = Known(pk, run, hash(body), hash(name), status, date, parent or waiting_for)
    return found


class Arriving(NamedTuple):
    """A comment of an export, as it would be stored."""

    key: str
    body: str
    name: str
    status: str
    date: datetime | None
    parent: str | None


def comment_differences(before: Known, now: Arriving) -> Iterator[str]:
    """Describe how a comment of an export differs from the stored one."""
    if before.words != hash(now.body):
        yield "the text changed"
    if before.name != hash(now.name):
        yield "the name changed"
    if before.status != now.status:
        yield f"was {before.status}, now {now.status}"
    if before.date != now.date:
        yield "the date changed"
    if before.parent != now.parent:
        yield f"was {_answers(before.parent)}, now {_answers(now.parent)}"


def _answers(parent: str | None) -> str:
    return f"a reply to {parent}" if parent else "a top-level comment"


def article_differences(
    article: Article, title: str, body: str, is_published: bool, closed: bool | None
) -> Iterator[str]:
    """Describe how an article of an export differs from the stored one.

    Fields that are empty in the export are ignored.
    """
    old = revisions.imported(article) or revisions.Text("", "")
    if title and title != old.name:
        yield "the title changed"
    if body and body != old.body:
        yield "the text changed"
    if is_published != article.is_published:
        yield "was published, now a draft" if article.is_published else "was a draft, now published"
    discussion = article.discussion
    decided = AuditEntry.objects.filter(discussion=discussion, comment=None)
    by_hand = decided.filter(verb__in=AuditEntry.CLOSINGS).exclude(actor=None).exists()
    if closed is not None and not by_hand and closed != (discussion.closed_entry_id is not None):
        yield f"its discussion is now {'closed' if closed else 'open'}"
