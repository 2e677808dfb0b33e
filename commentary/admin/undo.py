"""The undo bar: the editor's last action, kept in the session until the next one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from .. import discussions
from ..models import AuditEntry, Comment, RowKey, Rule, with_keys
from ..models.queries.arrival import OLDEST_FIRST
from .access import actor
from .labels import DONE, Label
from .parameters import MAX_BATCH, number, row_key


@dataclass(frozen=True)
class UndoBar:
    """What can be undone: the value of the button, the first entry, the verb, and the number of
    entries; or a rule about a commenter, with the number of comments marked as spam with it. `reply`
    is a reply that was posted with the entry.
    """

    value: str
    entry: AuditEntry | None
    verb: Label
    count: int
    rule: Rule | None = None
    reply: Comment | None = None


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


def offer_undo_of_rule(request: HttpRequest, rule: Rule, batch: uuid.UUID | None = None) -> None:
    """Offer to undo a rule, and the decisions that were made with it."""
    request.session["undo"] = f"rule:{rule.pk}:{batch}" if batch else f"rule:{rule.pk}"


def offer_undo_of_reply(request: HttpRequest, entry: AuditEntry, reply: Comment) -> None:
    """Offer to undo an approval and to remove the reply posted with it."""
    request.session["undo"] = f"reply:{entry.key}:{reply.key}"


def undo_bar(request: HttpRequest) -> UndoBar | None:
    """Return the last action of this session if it can be undone, else None."""
    value = request.session.get("undo", "")
    if rule := _rule_of(value):
        return UndoBar(value, None, "", len(keys_of(value)), rule) if rule.is_active else None
    reply = _reply_of(value)
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
    return UndoBar(value, first, DONE[verb], count, reply=reply)


def _rule_of(value: str) -> Rule | None:
    """Return the rule in the value of an undo button, if it is about one."""
    what, _colon, rest = value.partition(":")
    found = Rule.objects.filter(pk=number(rest.partition(":")[0])) if what == "rule" else None
    return found.first() if found is not None else None


def _reply_of(value: str) -> Comment | None:
    """Return the reply in the value of an undo button, if there is one."""
    what, _colon, rest = value.partition(":")
    key = RowKey.parse(rest.partition(":")[2]) if what == "reply" else None
    if key is None:
        return None
    replies = Comment.objects.filter(discussion=key.discussion_id, pk=key.pk)
    return replies.select_related("discussion").first()


def undo_beside(request: HttpRequest, value: str) -> None:
    """Undo what the value of a button names beside audit entries: disable its rule, or remove its
    reply.
    """
    rule = _rule_of(value)
    if rule is not None:
        disable_rules(request, Rule.objects.filter(pk=rule.pk))
    reply = _reply_of(value)
    if reply is not None and reply.is_public:
        discussions.decide("remove", [reply.key], actor(request))


def disable_rules(request: HttpRequest, rules: QuerySet[Rule]) -> None:
    """Disable rules, and tell the editor. Raises PermissionDenied."""
    if not request.user.has_perm("commentary.change_rule"):
        raise PermissionDenied
    if rules.filter(is_active=True).update(is_active=False, changed_at=timezone.now()):
        request.session.pop("undo", None)
        messages.success(request, gettext("Rule disabled."))


def chosen_entries(value: str) -> QuerySet[AuditEntry]:
    """Return the entries in the value of an undo button: "entry:3-12", "batch:…", "reply:3-12:3-40"
    or "rule:7:…".
    """
    what, _colon, which = value.partition(":")
    if what == "reply":
        what, which = "entry", which.partition(":")[0]
    elif what == "rule":
        what, which = "batch", which.partition(":")[2]
        if not which:
            return AuditEntry.objects.none()
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
    if what in ("entry", "reply"):
        return [row_key(which.partition(":")[0])]
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
