"""Dates, parents and languages of comments, and dates and publication of articles: changed by editors,
repairs and imports, and undone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from ..models import Article, AuditEntry, Comment, Discussion
from ..models.import_conflict import date_text
from ..text.dates import from_iso
from . import revisions, tree
from .audit import Actor, record

Kept = Mapping[str, object]  # of an entry by which an import changed something: "run", "conflict"


class KeptDate(TypedDict):
    """The date before a "redate", as its entry keeps it."""

    dated_at: str | None
    is_local: bool


def move_comment(
    comment: Comment,
    parent_id: int | None,
    by: Actor,
    reason: str = "",
    batch: UUID | None = None,
    run: int | None = None,
    conflict: int | None = None,
) -> AuditEntry | None:
    """Move a comment with its replies below another of the same discussion, or make it a root.

    Replies to one comment stay in the order of their numbers. `run` is the import run, perhaps of a
    repair, that moves it. Returns the audit entry, or None if it is there already. Raises
    tree.BadMove, or Comment.DoesNotExist if the parent is not in the discussion.
    """
    with tree.lock_discussion(comment.discussion_id):
        comment = Comment.objects.select_related("parent").get(pk=comment.pk)
        if comment.parent_id == parent_id:
            return None
        waited = comment.source_parent_key
        kept: dict[str, object] = {"parent": comment.parent_id, "before": _next_sibling(comment)}
        kept |= {"to": parent_id, "run": run}
        kept |= {"waited": waited} if waited else {}
        kept |= {"conflict": conflict} if conflict else {}
        later = Comment.objects.filter(parent_id=parent_id, number__gt=comment.number)
        before = parent_id and later.order_by("lft").values_list("pk", flat=True).first()
        tree.move(comment.discussion_id, comment.pk, parent_id, before)
        if waited:  # it must not move again when that parent is imported
            Comment.objects.filter(pk=comment.pk).update(source_parent_key=None)
        return record("move", comment.discussion_id, comment.pk, by, reason, kept=kept, batch=batch)


def _next_sibling(comment: Comment) -> int | None:
    if comment.parent_id is None:
        return None
    siblings = Comment.objects.filter(parent_id=comment.parent_id, lft__gt=comment.lft)
    return siblings.order_by("lft").values_list("pk", flat=True).first()


def restore_place(entry: AuditEntry) -> None:
    """Move a comment back to its place before `entry`; call with the discussion locked.

    Raises tree.BadMove if its former parent is now among its replies.
    """
    kept = entry.kept
    tree.move(entry.discussion_id, entry.comment_id or 0, kept["parent"], kept["before"])
    if waited := kept.get("waited"):
        Comment.objects.filter(pk=entry.comment_id or 0).update(source_parent_key=waited)


def redate(
    place: Comment | Article,
    date: datetime | None,
    is_local: bool,
    by: Actor,
    reason: str = "",
    batch: UUID | None = None,
    kept: Kept | None = None,
) -> AuditEntry | None:
    """Set when a comment was written, or an article published. Returns the audit entry, or None if
    nothing changed.
    """
    discussion_id, comment_id = revisions.where(place)
    with tree.lock_discussion(discussion_id):
        place = type(place)._default_manager.get(pk=place.pk)
        was = place.dated_at if isinstance(place, Comment) else place.published_at
        if (was, place.date_is_local) == (date, is_local):
            return None
        values = {
            "dated_at": was and was.isoformat(),
            "is_local": place.date_is_local,
            "to": date_text(date, is_local),
            **(kept or {}),
        }
        _set_date(place, date, is_local)
        return record("redate", discussion_id, comment_id, by, reason, kept=values, batch=batch)


def date_before(kept: KeptDate) -> str:
    """Return the date before a "redate", as `date_text` does."""
    return date_text(from_iso(kept["dated_at"]), kept["is_local"])


def _set_date(place: Comment | Article, date: datetime | None, is_local: bool) -> None:
    column = "dated_at" if isinstance(place, Comment) else "published_at"
    setattr(place, column, date)
    place.date_is_local = is_local
    place.save(update_fields=[column, "date_is_local"])


def restore_date(entry: AuditEntry) -> None:
    """Restore the date from before `entry`; call with the discussion locked."""
    place: Comment | Article
    if entry.comment_id:
        place = Comment.objects.get(pk=entry.comment_id)
    else:
        place = Article.objects.get(pk=entry.discussion_id)
    _set_date(place, from_iso(entry.kept["dated_at"]), entry.kept["is_local"])


def set_language(comment: Comment, language: str | None, by: Actor) -> AuditEntry | None:
    """Set the language of a comment, None for that of its article, and index its text in it. Returns
    the audit entry, or None if nothing changed.
    """
    with tree.lock_discussion(comment.discussion_id):
        comment = Comment.objects.get(pk=comment.pk)
        if (comment.language or None) == (language or None):
            return None
        values = {"language": comment.language, "to": language or None}
        _set_language(comment, language)
        return record("set_language", comment.discussion_id, comment.pk, by, kept=values)


def _set_language(comment: Comment, language: str | None) -> None:
    comment.language = language or None
    comment.save(update_fields=["language"])


def restore_language(entry: AuditEntry) -> None:
    """Restore the language from before `entry`; call with the discussion locked."""
    _set_language(Comment.objects.get(pk=entry.comment_id or 0), entry.kept["language"])


def publish(
    article: Article, wish: bool, by: Actor, batch: UUID | None = None, kept: Kept | None = None
) -> AuditEntry | None:
    """Publish an article, or with `wish` False make it a draft. Returns the entry, or None if nothing
    changed.
    """
    with tree.lock_discussion(article.pk):
        article = Article.objects.get(pk=article.pk)
        if article.is_published == wish:
            return None
        _set_published(article, wish)
        states = ("draft", "published") if wish else ("published", "draft")
        verb = "publish" if wish else "unpublish"
        return record(verb, article.pk, None, by, "", *states, batch=batch, kept={**(kept or {})})


def _set_published(article: Article, wish: bool) -> None:
    article.is_published = wish
    article.save(update_fields=["is_published"])


def restore_published(discussion: Discussion, entry: AuditEntry) -> None:
    """Restore whether an article was published before `entry`."""
    _set_published(Article.objects.get(pk=discussion.pk), entry.verb == "unpublish")
