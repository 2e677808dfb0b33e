"""The undo bar: the editor's last action, kept in the session until the next one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import ngettext

from .. import discussions
from ..models import AuditEntry, RowKey, with_keys
from ..models.queries.arrival import OLDEST_FIRST
from .access import actor
from .labels import DONE, Label
from .parameters import MAX_BATCH, row_key


@dataclass(frozen=True)
class UndoBar:
    """What can be undone: the value of the button, the first entry, the verb, and the number of
    entries.
    """

    value: str
    entry: AuditEntry
    verb: Label
    count: int


def offer_undo(
    request: HttpRequest, entries: Sequence[AuditEntry], batch: uuid.UUID | None = None
) -> None:
    """Offer to undo these entries until the next action."""
    if len(entries) > 1:
        request.session["undo"] = f"batch:{batch}"
    elif entries:
        request.session["undo"] = f"entry:{entries[0].key}"
    else:
        request.session.pop("undo", None)


def undo_bar(request: HttpRequest) -> UndoBar | None:
    """Return the last action of this session if it can be undone, else None."""
    value = request.session.get("undo", "")
    try:
        entries = chosen_entries(value).filter(undone_by=None)
    except BadRequest:  # empty, or stored by an earlier release
        return None
    related = entries.select_related("comment__discussion", "discussion__article", "point_link")
    first = related.order_by(*OLDEST_FIRST).first()
    if first is None:
        return None
    count = entries.count() if value.startswith("batch") else 1
    verb = "update" if "conflict" in first.kept and first.verb != "keep_ours" else first.verb
    return UndoBar(value, first, DONE[verb], count)


def chosen_entries(value: str) -> QuerySet[AuditEntry]:
    """Return the entries in the value of an undo button: "entry:3-12" or "batch:…"."""
    what, _colon, which = value.partition(":")
    if what == "entry":
        key = row_key(which)
        return AuditEntry.objects.filter(discussion=key.discussion_id, pk=key.pk)
    if what == "batch":
        try:
            return AuditEntry.objects.filter(batch=uuid.UUID(which)).exclude(verb="undo")
        except ValueError:
            pass
    raise BadRequest("No such entry.")


def keys_of(value: str) -> list[RowKey]:
    """Return the keys of the entries in the value of an undo button."""
    what, _colon, which = value.partition(":")
    if what == "entry":
        return [row_key(which)]
    entries = chosen_entries(value).only("discussion_id")[: MAX_BATCH + 1]
    return [entry.key for entry in entries]  # a closure and the comments it rejected


def undo_entries(
    request: HttpRequest, keys: Sequence[RowKey]
) -> tuple[list[AuditEntry], discussions.Outcome]:
    """Undo entries and report how many. Returns the entries and the outcome."""
    outcome = discussions.undo_many(keys, actor(request))
    request.session.pop("undo", None)
    report_undone(request, len(outcome.entries))
    return with_keys(AuditEntry.objects.order_by(*OLDEST_FIRST), keys), outcome


def report_undone(request: HttpRequest, count: int) -> None:
    """Report how many decisions were undone, if any."""
    if count:
        text = ngettext("%(n)d decision undone.", "%(n)d decisions undone.", count)
        messages.success(request, text % {"n": count})
