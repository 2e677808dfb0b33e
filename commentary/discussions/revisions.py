"""The words of comments and articles: whoever changes those that are stored keeps what stood there.

Called by `moderation`, which holds the discussion and records who changed them and why.
"""

from datetime import datetime

from ..models import Article, AuditEntry, Comment, Revision
from .editions import edition_of

# Name and text of a comment, or title and body of an article.
Words = tuple[str, str]


def where(place: Comment | Article) -> tuple[int, int | None]:
    """The keys of the discussion and of the comment, if it is one, as audit entries name them."""
    if isinstance(place, Comment):
        return place.discussion_id, place.pk
    return place.pk, None


def words(place: Comment | Article) -> Words:
    """Its words as they are now."""
    return (place.name if isinstance(place, Comment) else place.title), place.body


def edition(place: Comment | Article) -> str:
    """What a form carries that was made for its words as they are now."""
    name, body = words(place)
    return edition_of({"name": name, "body": body})


def imported(place: Comment | Article) -> Words | None:
    """The words that its source brought, whatever was made of them; None if it was written here."""
    source = place.import_run_id if isinstance(place, Comment) else place.source_id
    if source is None:
        return None
    first = place.revisions.order_by("pk").first()
    return (first.name, first.body) if first else words(place)


def keep(place: Comment | Article) -> Revision:
    """Keep its words as they are now, for they are about to change."""
    name, body = words(place)
    about = {"comment": place} if isinstance(place, Comment) else {"article": place}
    return Revision.objects.create(discussion_id=where(place)[0], name=name, body=body, **about)


def replace(place: Comment | Article, new: Words, edited_at: datetime | None) -> Revision:
    """Store other words, and return those that stood there. Readers are told of `edited_at`."""
    kept = keep(place)
    if isinstance(place, Comment):
        place.name, place.body = new
        place.edited_at = edited_at
        place.save(update_fields=["name", "body", "edited_at"])
    else:
        place.title, place.body = new
        place.save(update_fields=["title", "body"])
    return kept


def around(entry: AuditEntry) -> tuple[Words, Words] | None:
    """The words before an act that changed them, and after it; None for other acts. Two queries,
    one more for the newest."""
    kept = entry.kept.get("revision")
    before = Revision.objects.filter(pk=kept).first() if kept else None
    if before is None:
        return None
    place = before.comment or before.article
    if place is None:
        return None
    after = place.revisions.filter(pk__gt=before.pk).order_by("pk").first()
    return (before.name, before.body), (after.name, after.body) if after else words(place)
