"""Editors correct texts and restore imported ones; imports update them."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Article, AuditEntry, Comment, Discussion, Revision
from ..text.languages import other_language
from . import revisions, tree
from .audit import SOURCE, Actor, record
from .errors import Stale
from .point_links import look_again, suggest_point_links
from .points import Points


def correct(
    place: Comment | Article,
    by: Actor,
    name: str,
    body: str,
    reason: str = "",
    batch: UUID | None = None,
    seen: str | None = None,
) -> AuditEntry | None:
    """Change the text of a comment, or the title (`name`) and body of an article, whose markup may
    have been changed before.

    The earlier version is kept. `seen` is the edition that the editor saw; raises Stale if the text
    has changed since. Returns the audit entry, or None if the text is unchanged.
    """
    markup = place.markup if isinstance(place, Article) else ""
    text = revisions.Text(name, body, markup)
    return _reword("correct", place, text, by, reason, seen, batch)


def restore(
    place: Comment | Article, by: Actor, reason: str = "", seen: str | None = None
) -> AuditEntry | None:
    """Restore the imported text of a comment or article.

    `seen` is the edition that the editor saw; raises Stale if the text has changed since. Returns
    None if the text is already the imported one or was not imported.
    """
    text = revisions.imported(place)
    return _reword("restore", place, text, by, reason, seen) if text else None


class Update(NamedTuple):
    """A new text of the source for a comment or article, with the lines that it was read from.

    `fields` are those that come from the source; the other one is the text here.
    """

    place: Comment | Article
    text: revisions.Text
    lines: tuple[int, int]
    fields: tuple[str, ...] = ("name", "body")
    conflict: int | None = None


def update_texts(
    discussion_id: int,
    updates: Iterable[Update],
    run: int,
    batch: UUID | None,
    by: Actor = SOURCE,
) -> list[AuditEntry]:
    """Replace texts by those that an import run read, or that an editor has it read. Call with the
    discussion locked.

    Readers don't see them as edited; the former texts are kept, and editors can undo each update.
    """
    discussion = Comment.require_lock(discussion_id)
    context: TextContext | None = None
    entries = []
    for place, text, lines, fields, conflict in updates:
        edited_at = place.edited_at if isinstance(place, Comment) else None
        is_ours = len(fields) < len(revisions.FIELDS)  # in part
        by_editor = isinstance(place, Comment) and bool(place.edited_by_editor)
        before = revisions.replace(
            place, text, edited_at if is_ours else None, by_editor and is_ours
        )
        kept = {
            "revision": before.pk,
            "by_editor": by_editor,
            "edited_at": edited_at and edited_at.isoformat(),
            "run": run,
            "lines": lines,
            "fields": fields,
            **({"conflict": conflict} if conflict else {}),
        }
        if isinstance(place, Comment) and context is None:
            context = TextContext.of(discussion_id)
        settle(place, before, discussion, context)
        comment_id = revisions.where(place)[1]
        entries.append(record("update", discussion_id, comment_id, by, kept=kept, batch=batch))
    return entries


def require_seen(place: Comment | Article, seen: str | None) -> None:
    """Raise Stale unless the edition `seen` is that of the current text. None, from a program,
    overwrites any text; an empty one, from a form without an edition, is never current. Call with the
    lock held.
    """
    if seen == "":
        raise Stale(
            _("The form doesn’t say which version it was made for. Check it and try again.")
        )
    if seen is not None and seen != revisions.edition(place):
        raise Stale(_("The text was changed after you opened this page. Check it and try again."))


def _reword(
    verb: str,
    place: Comment | Article,
    text: revisions.Text,
    by: Actor,
    reason: str,
    seen: str | None = None,
    batch: UUID | None = None,
) -> AuditEntry | None:
    discussion_id, comment_id = revisions.where(place)
    with tree.lock_discussion(discussion_id) as discussion:
        place = type(place)._default_manager.get(pk=place.pk)
        if revisions.text_of(place) == text:
            return None
        require_seen(place, seen)
        edited_at = place.edited_at if isinstance(place, Comment) else None
        # The text of the source does not count as edited.
        now = None if text == revisions.imported(place) else timezone.now()
        by_editor = isinstance(place, Comment) and bool(place.edited_by_editor)
        before = revisions.replace(place, text, now, by_editor=now is not None)
        kept = {
            "revision": before.pk,
            "edited_at": edited_at and edited_at.isoformat(),
            "by_editor": by_editor,
        }
        settle(place, before, discussion)
        return record(verb, discussion_id, comment_id, by, reason, kept=kept, batch=batch)


class TextContext(NamedTuple):
    """What the texts of comments are read with: the language and the points of their article."""

    language: str
    points: Points

    @classmethod
    def of(cls, discussion_id: int) -> "TextContext":
        article = Article.objects.get(pk=discussion_id)
        return cls(article.text_language, Points(article.points))


def settle(
    place: Comment | Article,
    before: Revision,
    discussion: Discussion,
    context: TextContext | None = None,
) -> None:
    """Update what depends on the text of a comment or article, in a locked discussion. A language that
    an editor set stays.
    """
    if isinstance(place, Comment):
        tree.assign_anonymous_number(discussion, place)
        context = context or TextContext.of(discussion.pk)
        former = Comment(body=before.body, markup=place.markup)
        was_in, is_in = (other_language(one.typed, context.language) for one in (former, place))
        if place.language == was_in != is_in:
            place.language = is_in
            place.save(update_fields=["language"])
        look_again(place, context.points)
    elif place.body != before.body:
        suggest_point_links(place.pk)
