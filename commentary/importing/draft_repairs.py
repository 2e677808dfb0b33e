"""The draft of a repair, and the stored versions."""

from django.contrib.auth.models import User
from django.utils import timezone

from ..models import Repair, Source
from .repair import Mark
from .store_repair import first_reading, stored_lines


def versions_of(source: Source) -> list[Repair]:
    """Return the stored versions of a source, newest first. The first one is the import."""
    return list(source.repairs.exclude(stored_at=None).select_related("editor").defer("reading"))


def current_repair(source: Source) -> Repair | None:
    """Return the draft of a source, or the version in force, or None."""
    draft = source.repairs.filter(stored_at=None).first()
    return draft or source.repairs.filter(undone_at=None).order_by("-stored_at").first()


def edition_of_repair(source: Source) -> str:
    """Return the edition that a form about the marks of a source carries."""
    draft = source.repairs.filter(stored_at=None).only("pk", "edition").first()
    if draft is not None:
        return f"draft {draft.pk}.{draft.edition}"
    last = source.repairs.order_by("-pk").only("pk", "undone_at").first()
    return f"version {last.pk}{'-undone' if last.undone_at else ''}" if last else "import"


def lock_source(source: Source) -> None:
    """Lock a source until the transaction ends, so that forms about its repair take turns."""
    Source.objects.select_for_update().values_list("pk").get(pk=source.pk)


def open_draft(source: Source, by: User) -> Repair:
    """Return the draft of a source, made from the version in force if there is none. Call with the
    source locked. Raises NotRepairable.
    """
    draft = source.repairs.filter(stored_at=None).first()
    if draft is not None:
        return draft
    if not source.repairs.exists():
        reading = first_reading(source, stored_lines(source))
        imported = source.runs.exclude(finished_at=None).first()
        at = imported.finished_at if imported else timezone.now()
        Repair.objects.create(source=source, reading=reading.as_json(), stored_at=at)
    current = current_repair(source)
    marks = current.marks if current is not None else []
    return Repair.objects.create(source=source, editor=by, marks=marks)


def change_draft(draft: Repair, marks: list[Mark], by: User) -> None:
    """Replace the marks of a draft."""
    draft.marks = [mark.as_json() for mark in marks]
    draft.edition += 1
    draft.editor, draft.changed_at = by, timezone.now()
    draft.save(update_fields=["marks", "edition", "editor", "changed_at"])
