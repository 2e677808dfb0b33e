"""Erase a person from the site, and repeat erasures after a backup was restored."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from ..discussions import erase_comment
from ..discussions.audit import Actor
from ..discussions.rules import save_rule
from ..models import (
    Comment,
    ImportChange,
    ImportedArticle,
    ImportRun,
    Repair,
    Report,
    Rule,
    StaffNote,
    StaffSession,
    Submission,
    Subscription,
    UndoneRows,
)
from ..models.stored_rows import packed, unpacked
from ..models.subscription import mailbox_of
from ..search.indexing import drop_deleted_words
from .erasures import Erasure, add_erasures, hash_of
from .import_records import erase_from_change, erase_from_rows
from .person import DataSubject, Texts, messages_to, person_of_comments, sources_quoting

OPERATOR = "operator"  # who erases, in the audit log


@dataclass
class Erased:
    """What was erased, and the sources that still quote the person."""

    comments: int
    sources: list[str]


def erase_person(person: DataSubject, keep_text: bool, by: Actor = OPERATOR) -> Erased:
    """Erase a person. If it is interrupted, it can be called again with the same person.

    It is noted outside the database first, so that it is repeated after a restore.
    """
    people = {hash_of(writer) for writer in person.writers}
    if person.email:
        people.add(hash_of(mailbox_of(person.email)))
    add_erasures(
        [
            Erasure(
                timezone.now().isoformat(),
                tuple((comment.discussion_id, comment.number) for comment in person.comments),
                tuple(sorted(people)),
                keep_text,
            )
        ]
    )
    return _erase(person, keep_text, by)


def _erase(person: DataSubject, keep_text: bool, by: Actor) -> Erased:
    sources = [] if keep_text else list(sources_quoting(person))
    texts = person.texts(with_bodies=not keep_text)
    count = sum(
        erase_comment(comment.discussion_id, comment.pk, by, keep_text)
        for comment in person.comments
    )
    _erase_imports(person, texts)
    _erase_traces(person, texts, by)
    _erase_submissions(person)  # last: by them the person is found again after an interruption
    drop_deleted_words()
    cache.clear()
    return Erased(count, sources)


def _erase_traces(person: DataSubject, texts: Texts, by: Actor) -> None:
    """Erase what is not part of a comment."""
    messages_to(person).delete()
    StaffNote.objects.everywhere().filter(writer__in=person.writers).delete()
    for report in Report.objects.everywhere().filter(reporter__in=person.writers):
        # one reporter reports a comment once
        values = {"reporter": f"erased {report.pk}", "network": "", "note": ""}
        Report.objects.everywhere().filter(pk=report.pk).update(**values)
    if person.email:
        for rule in Rule.objects.filter(kind=Rule.Kind.EMAIL, pattern__icontains=person.email):
            rest = [line for line in rule.patterns if line.lower() != person.email.lower()]
            if rest != rule.patterns:
                rule.pattern, rule.is_active = "\n".join(rest), rule.is_active and bool(rest)
                save_rule(rule, by)
    keys = [str(comment.pk) for comment in person.comments]
    kind = ContentType.objects.get_for_model(Comment)
    LogEntry.objects.filter(content_type=kind, object_id__in=keys).delete()
    for session in StaffSession.objects.iterator(200):
        if texts.are_in(session.get_decoded()):
            session.delete()


def _erase_submissions(person: DataSubject) -> None:
    keys = [comment.pk for comment in person.comments]
    about = Q(comment__in=keys)
    if person.email:
        about |= Q(mailbox=mailbox_of(person.email))
    Subscription.objects.filter(about).delete()
    for key in keys:
        values = {"writer": "", "network": "", "email": "", "digest": "", "held": []}
        sent = Submission.objects.everywhere().filter(pk=key)
        sent.update(**values, client_key=f"erased {key}")


# --- what imports keep


def _erase_imports(person: DataSubject, texts: Texts) -> None:
    """Erase what import runs recorded of these comments, for undo, redo and repairs."""
    imported = [comment for comment in person.comments if comment.import_run_id]
    if not imported:
        return
    discussions = {comment.discussion_id for comment in imported}
    changes = ImportChange.objects.filter(article_key__in=discussions)
    runs = ImportRun.objects.filter(Q(changes__in=changes) | Q(comments__in=imported)).distinct()
    of_runs = ImportedArticle.objects.filter(run__in=runs)
    repairs = Repair.objects.filter(source__runs__in=runs).distinct()
    _erase_from(changes, texts, "data")
    _erase_from(runs, texts, "ledger", "warnings")
    _erase_from(of_runs, texts, "doubts", "warnings")
    _erase_from(repairs, texts, "marks", "reading", "kept")
    keys = {comment.pk for comment in imported}
    for change in changes.iterator(20):
        if erase_from_change(change.data, keys):
            ImportChange.objects.filter(pk=change.pk).update(data=change.data)
    for rows in UndoneRows.objects.filter(change__in=changes).iterator(20):
        data = unpacked(rows.data)
        if erase_from_rows(rows.kind, data, keys) or texts.are_in(data):
            UndoneRows.objects.filter(pk=rows.pk).update(data=packed(texts.erased_from(data)))


def _erase_from(rows: models.QuerySet, texts: Texts, *columns: str) -> None:
    """Empty texts in JSON columns."""
    for row in rows.iterator(20):
        found = {name: getattr(row, name) for name in columns if texts.are_in(getattr(row, name))}
        values = {name: texts.erased_from(value) for name, value in found.items()}
        if values:
            type(row)._base_manager.filter(pk=row.pk).update(**values)


# --- after a restore


def repeat_erasures(erasures: Iterable[Erasure]) -> int:
    """Erase again what a restored backup has brought back. Returns the number of comments."""
    count = 0
    for erasure in erasures:
        keys = {(discussion, number) for discussion, number in erasure.comments}
        here = Comment.objects.everywhere().filter(discussion__in={key for key, _ in keys})
        found = [
            row for row in here.only("pk", "discussion", "number")
            if (row.discussion_id, row.number) in keys
        ]  # fmt: skip
        email, more = _recognised(erasure)
        person = person_of_comments([*found, *more], with_others=False)
        person.email = email
        person.writers = {
            s.writer for c in person.comments if (s := getattr(c, "submission", None))
        }
        person.writers.discard("")
        if person.comments or person.email:
            count += _erase(person, erasure.keep_text, OPERATOR).comments
    return count


def _recognised(erasure: Erasure) -> tuple[str, list[Comment]]:
    """Return the address of a person, and their comments from before the erasure that have another
    place in the backup.
    """
    before = parse_datetime(erasure.at)
    sent = Submission.objects.everywhere().filter(created_at__lte=before)
    email, keys = "", []
    for pk, writer, address in sent.values_list("pk", "writer", "email").iterator(2_000):
        if address and erasure.names(mailbox_of(address)):
            email = address
            keys.append(pk)
        elif erasure.names(writer):
            keys.append(pk)
    for address in Subscription.objects.values_list("email", flat=True).iterator(2_000):
        if erasure.names(mailbox_of(address)):
            email = address
    return email, list(Comment.objects.everywhere().filter(pk__in=keys))
