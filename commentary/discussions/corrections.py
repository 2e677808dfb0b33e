"""Corrections of texts by editors, and the restoring of imported texts."""

from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Article, AuditEntry, Comment, Discussion, Revision
from . import revisions, tree
from .audit import Actor, record
from .errors import Stale
from .point_links import look_again, suggest_point_links
from .points import Points


def correct(
    place: Comment | Article, by: Actor, name: str, body: str, reason: str = ""
) -> AuditEntry | None:
    """Change the text of a comment, or the title (`name`) and body of an article.

    The former text is kept. Returns the entry, or None if this is its text already.
    """
    return _reword("correct", place, revisions.Text(name, body), by, reason)


def restore(
    place: Comment | Article, by: Actor, reason: str = "", seen: str = ""
) -> AuditEntry | None:
    """Give an imported comment or article the text of its source again. None if it has it, or was
    written here. `seen` is the edition that the editor saw; raises Stale when it is not the
    present one."""
    text = revisions.imported(place)
    return _reword("restore", place, text, by, reason, seen) if text else None


def require_seen(place: Comment | Article, seen: str) -> None:
    """Raise Stale if `seen`, an edition, is not that of the present text of what is locked."""
    if seen and seen != revisions.edition(place):
        raise Stale(_("The text was changed after you opened this page."))


def _reword(
    verb: str,
    place: Comment | Article,
    text: revisions.Text,
    by: Actor,
    reason: str,
    seen: str = "",
) -> AuditEntry | None:
    discussion_id, comment_id = revisions.where(place)
    with tree.lock_discussion(discussion_id) as discussion:
        place = type(place)._default_manager.get(pk=place.pk)
        if revisions.text_of(place) == text:
            return None
        require_seen(place, seen)
        edited_at = place.edited_at if isinstance(place, Comment) else None
        # What its source says is not edited.
        now = None if text == revisions.imported(place) else timezone.now()
        before = revisions.replace(place, text, now)
        kept = {"revision": before.pk, "edited_at": edited_at and edited_at.isoformat()}
        settle(place, before, discussion)
        return record(verb, discussion_id, comment_id, by, reason, kept=kept)


def settle(place: Comment | Article, before: Revision, discussion: Discussion) -> None:
    """What follows when a comment or an article of a locked discussion has another text."""
    if isinstance(place, Comment):
        tree.assign_anonymous_number(discussion, place)
        look_again(place, Points(Article.objects.get(pk=discussion.pk).points))
    elif place.body != before.body:
        suggest_point_links(place.pk)
