"""The undo bar: what an editor did last, kept in his session until his next act."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils.translation import ngettext

from .. import discussions
from ..models import AuditEntry
from ..reading.parameters import parse_key
from .actions import MOST, actor
from .queue import labels


def remember(request: HttpRequest, entries: list[AuditEntry], batch: uuid.UUID | None) -> None:
    """What the bar offers until the next act."""
    if len(entries) > 1:
        request.session["undo"] = f"batch:{batch}"
    elif entries:
        request.session["undo"] = f"entry:{entries[0].pk}"
    else:
        request.session.pop("undo", None)


def bar(request: HttpRequest) -> dict[str, Any] | None:
    """What was done last, while it can be undone: the value of the button and the words."""
    value = request.session.get("undo", "")
    entries = entries_of(value).standing() if value else AuditEntry.objects.none()
    places = entries.select_related("comment__discussion", "discussion__article", "point_link")
    first = places.order_by("pk").first()
    if first is None:
        return None
    count = entries.count() if value.startswith("batch") else 1
    return {"value": value, "entry": first, "verb": labels.PAST[first.verb], "count": count}


def entries_of(value: str) -> Any:
    """The entries that the value of an undo button names: "entry:12" or "batch:…"."""
    what, _colon, which = value.partition(":")
    try:
        if what == "batch":
            return AuditEntry.objects.filter(batch=uuid.UUID(which)).exclude(verb="undo")
        if what == "entry":
            return AuditEntry.objects.filter(pk=number(which))
    except ValueError:
        pass
    raise BadRequest("No such entry.")


def take_back(request: HttpRequest, entries: Any) -> tuple[list[AuditEntry], discussions.Outcome]:
    """Undo these, and say how many. Returns those that were chosen, and what became of them."""
    chosen = list(entries[: MOST + 1])  # a closing, and what it rejected
    outcome = discussions.undo_many(chosen, actor(request))
    request.session.pop("undo", None)
    if outcome.entries:
        text = ngettext("%(n)d decision undone.", "%(n)d decisions undone.", len(outcome.entries))
        messages.success(request, text % {"n": len(outcome.entries)})
    return chosen, outcome


def number(text: str) -> int:
    """A key that a button or a box sends."""
    key = parse_key(text)
    if key is None:
        raise BadRequest("No number.")
    return key
