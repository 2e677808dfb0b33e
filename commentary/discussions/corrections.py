"""Words that editors put right, and those of a source that they bring back."""

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
    """Change the words of a comment, or the title (`name`) and body of an article.

    What stood there is kept. Returns the entry, or None when these are its words already.
    """
    return _reword("correct", place, (name, body), by, reason)


def restore(
    place: Comment | Article, by: Actor, reason: str = "", seen: str = ""
) -> AuditEntry | None:
    """Give an imported comment or article the words of its source again. None if it has them, or
    never had any. `seen` is the edition that the editor saw; raises Stale when it is not the
    present one."""
    words = revisions.imported(place)
    return _reword("restore", place, words, by, reason, seen) if words else None


def require_seen(place: Comment | Article, seen: str) -> None:
    """Raise Stale if `seen`, an edition, is not that of the present words of what is locked."""
    if seen and seen != revisions.edition(place):
        raise Stale(_("The text was changed after you opened this page."))


def _reword(
    verb: str,
    place: Comment | Article,
    words: revisions.Words,
    by: Actor,
    reason: str,
    seen: str = "",
) -> AuditEntry | None:
    discussion_id, comment_id = revisions.where(place)
    with tree.lock_discussion(discussion_id) as discussion:
        place = type(place)._default_manager.get(pk=place.pk)
        if revisions.words(place) == words:
            return None
        require_seen(place, seen)
        edited_at = place.edited_at if isinstance(place, Comment) else None
        # What its source says is not edited.
        now = None if words == revisions.imported(place) else timezone.now()
        before = revisions.replace(place, words, now)
        kept = {"revision": before.pk, "edited_at": edited_at and edited_at.isoformat()}
        settle(place, before, discussion)
        return record(verb, discussion_id, comment_id, by, reason, kept=kept)


def settle(place: Comment | Article, before: Revision, discussion: Discussion) -> None:
    """What follows when a comment or an article of a locked discussion has other words."""
    if isinstance(place, Comment):
        tree.assign_anonymous_number(discussion, place)
        look_again(place, Points(Article.objects.get(pk=discussion.pk).points))
    elif place.body != before.body:
        suggest_point_links(place.pk)
