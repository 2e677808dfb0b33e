"""Author badges: editors confirm which comments were written by authors of articles."""

from django.db.models import F

from ..models import AuditEntry, Author, Comment, Discussion
from . import tree
from .audit import Actor, record


def confirm(
    comment: Comment, author: Author | None, by: Actor, reason: str = ""
) -> AuditEntry | None:
    """Record that `author` wrote this comment, or with None remove the badge.

    Readers see the badge under this author's articles. Returns the audit entry, or None if nothing
    changed.
    """
    with tree.lock_discussion(comment.discussion_id) as discussion:
        comment = Comment.objects.select_related("author").get(pk=comment.pk)
        if comment.author == author:
            return None
        named = author or comment.author
        kept = {"author": comment.author_id, "name": named and named.name}
        _set_author(discussion, comment, author)
        verb = "confirm" if author else "unconfirm"
        return record(verb, discussion.pk, comment.pk, by, reason, kept=kept)


def _set_author(discussion: Discussion, comment: Comment, author: Author | None) -> None:
    Comment.objects.filter(pk=comment.pk).update(author=author, version=F("version") + 1)
    if comment.status in Comment.PUBLIC:
        discussion.mark_visible()


def restore_author(discussion: Discussion, entry: AuditEntry) -> None:
    """Restore the author from before `entry`, or no author if that one has been deleted."""
    comment = Comment.objects.get(pk=entry.comment_id or 0)
    author = Author.objects.filter(pk=entry.kept["author"]).first()
    _set_author(discussion, comment, author)
