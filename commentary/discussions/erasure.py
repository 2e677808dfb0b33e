"""Erase what a person wrote, for good. The comment keeps its place, so its replies stay."""

from django.db.models import F

from ..models import (
    AuditEntry,
    Comment,
    ImportConflict,
    PointLink,
    Report,
    Revision,
    StaffNote,
)
from . import tree
from .audit import Actor, erase_reason, record
from .decisions import S, count, move_reply_counts

# What becomes of the statuses that would let a text return.
WITHOUT_TEXT = {S.APPROVED: S.REMOVED, S.PENDING: S.REJECTED}


def erase_comment(discussion_id: int, pk: int, by: Actor, keep_text: bool = False) -> bool:
    """Erase the name of a comment, its text unless `keep_text`, and what the database has copied from
    them: earlier versions, quotations, notes, and the reasons of decisions, which may name a person.
    Returns False if that has been done before.

    A public comment becomes removed, with a placeholder; with `keep_text` it becomes anonymous. The
    audit log says that it was erased, and keeps the digests of reasons, see `erase_reason`.
    """
    with tree.lock_discussion(discussion_id) as discussion:
        comment = Comment.objects.get(pk=pk)
        is_done = not comment.name and (keep_text or not comment.body)
        entries = AuditEntry.objects.filter(comment=pk)
        if is_done and entries.filter(verb=AuditEntry.ERASE).exists():
            return False
        comment.name, comment.author, comment.author_url = "", None, None
        if not keep_text:
            comment.body, comment.language = "", None
        comment.save(update_fields=["name", "author", "author_url", "body", "language"])
        tree.assign_anonymous_number(discussion, comment)
        before = comment.status
        after = before if keep_text else str(WITHOUT_TEXT.get(S(before), before))
        Comment.objects.filter(pk=pk).update(status=after, version=F("version") + 1)
        move_reply_counts({pk: (before, after)})
        count(discussion, [(before, after, comment.import_run_id is not None)])
        discussion.mark_visible()
        _erase_copies(pk, keep_text)
        for entry in entries.exclude(reason="").order_by("pk"):
            erase_reason(entry, by)
        record(AuditEntry.ERASE, discussion_id, pk, by, "", before, after)
    return True


def _erase_copies(pk: int, keep_text: bool) -> None:
    """Erase what other tables of the locked discussion have of a comment's words."""
    former = Revision.objects.filter(comment=pk)
    former.update(name="") if keep_text else former.update(name="", body="")
    names = ImportConflict.objects.filter(comment=pk)
    if keep_text:
        names = names.filter(field=ImportConflict.Field.NAME)
    names.update(then="", now="")
    StaffNote.objects.filter(comment=pk).delete()
    if not keep_text:
        PointLink.objects.filter(comment=pk).update(found=[])
        Report.objects.filter(comment=pk).update(note="")
