"""The edit history: current texts of comments and articles, and their earlier versions.

Callers lock the discussion and record who changed the text and why.
"""

from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from ..models import Article, AuditEntry, Comment, Revision
from .editions import edition_of


class Text(NamedTuple):
    """Name and body of a comment, or title, body and markup of an article."""

    name: str
    body: str
    markup: str = ""


def where(place: Comment | Article) -> tuple[int, int | None]:
    """Return the discussion id and the comment id (None for an article), as in audit entries."""
    if isinstance(place, Comment):
        return place.discussion_id, place.pk
    return place.pk, None


def text_of(place: Comment | Article) -> Text:
    """Return the current text."""
    if isinstance(place, Comment):
        return Text(place.name, place.body)
    return Text(place.title, place.body, place.markup)


def text_kept(revision: Revision) -> Text:
    """Return the text of an earlier version."""
    return Text(revision.name, revision.body, revision.markup)


def edition(place: Comment | Article) -> str:
    """Return the edition of the current text, which forms carry."""
    text = text_of(place)
    return edition_of({"name": text.name, "body": text.body})


FIELDS = ("name", "body")  # of a text, as entries of updates list them


def imported(place: Comment | Article, with_repairs: bool = True) -> Text | None:
    """Return the text as imported last, or None if it was written here.

    `with_repairs` says whether texts that an editor had read again count.
    """
    source = place.import_run_id if isinstance(place, Comment) else place.source_id
    if source is None:
        return None
    since = dict.fromkeys(FIELDS, 0)  # the revision that the last update of a field replaced
    for entry in _updates(place):
        if not (with_repairs or _is_of_source(entry)):
            continue
        for name in entry.kept.get("fields", FIELDS):
            since[name] = since[name] or entry.kept["revision"]
    ours = place.revisions.filter(discussion=where(place)[0])
    found = {}
    for pk in set(since.values()):
        first = ours.filter(pk__gt=pk).order_by("pk").first()
        found[pk] = text_kept(first) if first else text_of(place)
    name, body = found[since["name"]], found[since["body"]]
    return Text(name.name, body.body, body.markup)


def _is_of_source(entry: AuditEntry) -> bool:
    return AuditEntry.follows_source(entry.actor_id, entry.actor_name, entry.kept)


def last_update(place: Comment | Article) -> AuditEntry | None:
    """Return the latest entry by which an import updated the text, even if it was undone."""
    return next(iter(_updates(place)[:1]), None)


def _updates(place: Comment | Article) -> QuerySet[AuditEntry]:
    """Return the entries by which imports updated the text, the latest first."""
    discussion_id, comment_id = where(place)
    entries = AuditEntry.objects.filter(discussion=discussion_id, comment=comment_id)
    return entries.filter(verb="update").order_by("-pk")


def keep_revision(place: Comment | Article) -> Revision:
    """Store the current text as a revision before it changes."""
    about = {"comment": place} if isinstance(place, Comment) else {"article": place}
    return Revision.objects.create(
        discussion_id=where(place)[0], **text_of(place)._asdict(), **about
    )


def replace(
    place: Comment | Article, new: Text, edited_at: datetime | None, by_editor: bool = False
) -> Revision:
    """Store a new text and return the revision with the former one. Readers see `edited_at`, and
    whether an editor changed the words of a comment.
    """
    kept = keep_revision(place)
    if isinstance(place, Comment):
        place.name, place.body = new.name, new.body
        place.edited_at = edited_at
        place.edited_by_editor = by_editor or None
        place.save(update_fields=["name", "body", "edited_at", "edited_by_editor"])
    else:
        place.title, place.body, place.markup = new
        place.save(update_fields=["title", "body", "markup"])
    return kept


def around(entry: AuditEntry) -> tuple[Text, Text] | None:
    """Return the text before and after an entry that changed it, or None. Two queries, or three if
    it is the latest change.
    """
    kept = entry.kept.get("revision")
    rows = Revision.objects.filter(discussion=entry.discussion_id)
    before = rows.filter(pk=kept).first() if kept else None
    if before is None:
        return None
    place = before.comment or before.article
    if place is None:
        return None
    later = place.revisions.filter(discussion=entry.discussion_id, pk__gt=before.pk)
    after = later.order_by("pk").first()
    return text_kept(before), text_kept(after) if after else text_of(place)
