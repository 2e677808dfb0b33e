"""The undo bar: the editor's last action, kept in the session until the next one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from .. import discussions
from ..discussions import rules as moderation_rules
from ..models import Article, AuditEntry, Comment, RowKey, Rule, with_keys
from ..models.queries.arrival import OLDEST_FIRST
from ..text.phrases import in_html
from .access import actor
from .labels import COMMENTS_DONE, DISCUSSION_DONE, DONE, THREAD_DONE, measure_in_words
from .parameters import MAX_BATCH, number, row_key


@dataclass(frozen=True)
class UndoBar:
    """What can be undone: the value of the button, and what was done, in words."""

    value: str
    words: SafeString


def offer_undo(
    request: HttpRequest,
    entries: Sequence[AuditEntry],
    batch: uuid.UUID | None = None,
    *,
    rule: Rule | None = None,
    reply: Comment | None = None,
) -> None:
    """Offer to undo these entries until the next action, and with them a rule or a reply."""
    named = {
        "rule": rule and rule.pk,
        "reply": reply and reply.key,
        "batch": batch if len(entries) > 1 else None,
        "entry": entries[0].key if len(entries) == 1 else None,
    }
    value = " ".join(f"{kind}:{which}" for kind, which in named.items() if which)
    request.session.pop("undo", None)
    if value:
        request.session["undo"] = value


def _named_in(value: str) -> dict[str, str]:
    """Return what the value of an undo button names, by kind: "entry:3-12" or "batch:…", and a rule
    or a reply beside it, as in "rule:7 batch:…".
    """
    parts = (part.partition(":") for part in value.split())
    return {kind: which for kind, _colon, which in parts}


def undo_bar(request: HttpRequest) -> UndoBar | None:
    """Return the last action of this session if it can be undone, else None."""
    value = request.session.get("undo", "")
    if rule := _rule_of(value):
        if not rule.is_active:
            return None
        return UndoBar(value, _rule_in_words(rule, len(keys_of(value))))
    try:
        entries = chosen_entries(value).filter(undone_by=None)
    except BadRequest:  # empty, or stored by an earlier release
        return None
    related = entries.select_related("comment__discussion", "discussion__article", "point_link")
    first = related.order_by(*OLDEST_FIRST).first()
    if first is None:
        return None
    count = entries.count() if "batch" in _named_in(value) else 1
    return UndoBar(value, _done_in_words(first, count, _reply_of(value)))


def _rule_in_words(rule: Rule, spam: int) -> SafeString:
    """Return what a rule about a person does, and how many comments were marked as spam with it."""
    words = measure_in_words(rule)
    if not spam:
        return words
    return format_html("{} {}", words, COMMENTS_DONE["mark_spam"] % {"n": spam})


def _done_in_words(first: AuditEntry, count: int, reply: Comment | None) -> SafeString:
    """Return what was done, from the first of `count` entries, and the reply posted with it."""
    verb, comment = first.verb, first.comment
    number = _strong(comment) if comment else ""
    if verb in AuditEntry.CLOSINGS:
        if comment:
            return in_html(THREAD_DONE[verb], what=number)
        return _closure_in_words(first, count - 1)
    is_conflict = "conflict" in first.kept
    if is_conflict and verb != "keep_ours":
        verb = "update"
    if count > 1:
        return format_html("{}", COMMENTS_DONE[verb] % {"n": count})
    if is_conflict:
        what = number or _isolated(first.discussion.article)
    elif first.point_link:
        return in_html(DONE[verb], what=number, point=first.point_link.point)
    else:
        name = comment.commenter if comment else ""
        what = in_html(gettext("%(comment)s by %(name)s"), comment=number, name=name)
    if reply:
        words = gettext("Approved %(what)s, and replied as %(reply)s.")
        return in_html(words, what=what, reply=_strong(reply))
    return in_html(DONE[verb], what=what)


def _strong(comment: Comment) -> SafeString:
    return format_html("<strong>#{}</strong>", comment.number)


def _isolated(article: Article) -> SafeString:
    return format_html("<strong><bdi>{}</bdi></strong>", article)


def _closure_in_words(entry: AuditEntry, rejected: int) -> SafeString:
    """Return that comments on an article were closed or reopened, and how many were rejected."""
    words = in_html(DISCUSSION_DONE[entry.verb], article=_isolated(entry.discussion.article))
    if not rejected:
        return words
    return format_html("{} {}", words, COMMENTS_DONE["reject"] % {"n": rejected})


def _rule_of(value: str) -> Rule | None:
    """Return the rule in the value of an undo button, if there is one."""
    pk = _named_in(value).get("rule")
    return Rule.objects.filter(pk=number(pk)).first() if pk else None


def _reply_of(value: str) -> Comment | None:
    """Return the reply in the value of an undo button, if there is one."""
    key = RowKey.parse(_named_in(value).get("reply", ""))
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
        end_rules(request, Rule.objects.filter(pk=rule.pk))
    reply = _reply_of(value)
    if reply is not None and reply.is_public:
        discussions.decide("remove", [reply.key], actor(request))


def end_rules(request: HttpRequest, rules: QuerySet[Rule]) -> None:
    """Disable rules, and tell the editor. Raises PermissionDenied."""
    if not request.user.has_perm("commentary.change_rule"):
        raise PermissionDenied
    if moderation_rules.disable_rules(rules, actor(request)):
        request.session.pop("undo", None)
        messages.success(request, gettext("Rule disabled."))


def chosen_entries(value: str) -> QuerySet[AuditEntry]:
    """Return the entries in the value of an undo button, see `_named_in`. Raises BadRequest."""
    named = _named_in(value)
    if "entry" in named:
        key = row_key(named["entry"])
        return AuditEntry.objects.filter(discussion=key.discussion_id, pk=key.pk)
    if "batch" in named:
        try:
            batch = uuid.UUID(named["batch"])
        except ValueError as error:
            raise BadRequest("No such batch.") from error
        return AuditEntry.objects.filter(batch=batch).exclude(verb="undo")
    if "rule" in named:
        return AuditEntry.objects.none()
    raise BadRequest("No such entry.")


def keys_of(value: str) -> list[RowKey]:
    """Return the keys of the entries in the value of an undo button. Raises BadRequest."""
    named = _named_in(value)
    if "entry" in named:
        return [row_key(named["entry"])]
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
