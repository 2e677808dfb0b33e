"""The stored comments of an article, as they were imported last and as they are now."""

from datetime import datetime
from typing import NamedTuple

from .. import discussions
from ..models import Article, AuditEntry, Comment, Revision


class Known(NamedTuple):
    """A stored comment: its key, the import run it came from, and its values as imported last.

    `parent` is the source's key of its parent, even if that isn't stored. `text_here` and
    `status_here` are the present values, and `is_reworded` and `is_decided` say whether someone
    changed the text or decided on the comment here. `updated_in` is the import run that updated the
    text last.
    """

    pk: int
    run: int
    words: int  # hashes, valid within this process, to save memory
    name: int
    status: str
    date: datetime | None
    parent: str | None
    text_here: int
    is_reworded: bool
    status_here: str
    is_decided: bool
    updated_in: int | None


def stored_comments(article: Article) -> dict[str, Known]:
    """Return the imported comments of an article by their keys at the source."""
    there = Comment.objects.in_discussion(article.pk).exclude(source_key="").order_by()
    pks = there.values("pk")
    verbs = [*discussions.STATUS_VERBS, "update"]
    entries = AuditEntry.objects.filter(comment__in=pks, verb__in=verbs).order_by("pk")
    states: dict[int, str] = {}
    decided: set[int] = set()
    updates: dict[int, dict[str, int]] = {}
    columns = ("comment_id", "verb", "before", "after", "actor_id", "actor_name", "kept")
    for pk, verb, before, after, actor, actor_name, kept in entries.values_list(*columns):
        if verb == "update":
            updates[pk] = kept
        elif actor is None and actor_name == discussions.SOURCE:
            states[pk] = after
        else:
            decided.add(pk)
            states.setdefault(pk, before)
    # Ordered so that the first change since the last update is the last value in the dictionary.
    changed = Revision.objects.filter(comment__in=pks).order_by("-pk")
    words = {
        of: (name, body)
        for of, pk, name, body in changed.values_list("comment", "pk", "name", "body")
        if of not in updates or pk > updates[of]["revision"]
    }
    rows = there.values_list(
        *("source_key", "pk", "import_run_id", "name", "body", "status", "dated_at"),
        *("parent__source_key", "source_parent_key"),
    )
    found = {}
    for key, pk, run, name, body, status, date, parent, waiting_for in rows.iterator():
        then_name, then_body = words.get(pk, (name, body))
        found[key] = Known(
            pk,
            run,
            hash(then_body),
            hash(then_name),
            str(states.get(pk, status)),
            date,
            parent or waiting_for,
            hash((name, body)),
            (name, body) != (then_name, then_body),
            status,
            pk in decided,
            updates[pk]["run"] if pk in updates else None,
        )
    return found
