"""The page of the moderation queue."""

import secrets
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ... import discussions
from ...models import AuditEntry, Claim, Comment, Discussion, RowKey, with_keys
from ...models.queries.arrival import arrived_before
from .. import parameters, undo
from ..access import actor
from ..audit_lines import entry_lines
from ..closures import closure_version
from ..editing import lock_row
from ..forms import ARTICLE_REASONS, THREAD_REASONS, CloseHereForm
from ..lists import Action, ModerationList, read_pick, staff_choices
from ..parameters import MAX_BATCH
from ..room import count_waiting
from . import items, labels, news, people, quick_edit, replies
from .context import context
from .filters import (
    PAGE_SIZES,
    Filters,
    arrival,
    article_choices,
    comments,
    queue_tabs,
    rule_choices,
)
from .quick_edit import QuickEdit

MAX_WITH_REASONS = 100  # items up to which each has a field for a reason
LATEST_ENTRIES = 5  # entries of the audit log shown below the queue


class Queue(ModerationList[Filters]):
    """The moderation queue."""

    filters_class = Filters
    decisions: ClassVar = discussions.DECISIONS
    selection_error = gettext_lazy("Select between 1 and %(most)s comments.")

    def actions(self) -> dict[str, Action[Filters]]:
        return {
            **super().actions(),
            "close": self.close,
            "close-week": self.close_for_a_week,
            "reopen": self.reopen,
            "note": self.about_person(people.add_note),
            "delete-note": self.about_person(people.delete_note),
            "block": self.about_person(self.block),
            "unblock": self.about_person(people.unblock),
            "correct": self.correct,
        }

    def about_person(self, act: Callable[[HttpRequest, str], None]) -> Action[Filters]:
        """Return an action after which the same comment stays selected."""

        def action(request: HttpRequest, filters: Filters, value: str) -> str:
            act(request, value)
            return filters.url()

        return action

    def block(self, request: HttpRequest, value: str) -> None:
        people.block(request, self.site, value)

    def correct(self, request: HttpRequest, filters: Filters, value: str) -> str | HttpResponse:
        """Store the text typed in a row. A refused form is shown again, with what was typed."""
        refused = quick_edit.save_quick_edit(request, value)
        here = replace(filters, item=parameters.row_key(value), edit=int(refused is not None))
        return self.show(request, here, refused) if refused else here.url()

    def prepare(
        self,
        filters: Filters,
        on_page: list[items.QueueItem],
        claims: Mapping[RowKey, str],
        refused: QuickEdit | None,
    ) -> None:
        """Add to the items of a page what does not depend on their comments only. One query."""
        notes = people.count_notes([item.comment for item in on_page])
        is_edited, filters = bool(filters.edit), replace(filters, edit=0)
        for item in on_page:
            key = item.comment.key
            item.note_count = notes.get(item.comment.pk, 0)
            item.address = f"{filters.url(item=key)}#context"
            item.edit_address = filters.url(item=key, edit=1)  # a fragment would take the focus
            item.claim = claims.get(key, "")
            item.is_current = key == filters.item
            if item.is_current and is_edited and not item.entry:
                item.edit = refused or quick_edit.quick_edit(item.comment)

    def show(
        self, request: HttpRequest, filters: Filters, refused: QuickEdit | None = None
    ) -> HttpResponse:
        """Show one page of the queue, with the context of the selected comment, which others see as
        claimed.
        """
        on_page, after = items.queue_page(filters)
        selected = context(filters)
        if selected:
            Claim.make(actor(request), selected.comment.key)
        claims = Claim.of_others(actor(request))
        self.prepare(filters, on_page, claims, refused)
        filters = replace(filters, edit=0)
        is_listed = any(item.is_current for item in on_page)
        if on_page and not is_listed:
            on_page[0].has_focus = True
        return TemplateResponse(
            request,
            "admin/commentary/queue.html",
            {
                **self.site.each_context(request),
                "title": _("Moderation"),
                "filters": filters,
                "heading": _("From the same commenter")
                if filters.same
                else labels.HEADINGS[filters.state],
                "tabs": queue_tabs(filters, count_waiting(request)),
                "items": on_page,
                "empty": labels.EMPTY[filters.state],
                "bulk": [
                    (verb, labels.BUTTONS[verb], labels.SHORTCUTS.get(verb, ""))
                    for verb in filters.bulk_actions
                ],
                "with_reasons": filters.size <= MAX_WITH_REASONS,
                "may_reject": not filters.same and filters.state == labels.PENDING,
                "newest_first": filters.is_newest_first,
                "here": filters.url(),
                "next_page": filters.url(after=after, item=None) if after else "",
                "first_page": filters.url(after=None, item=None) if filters.after else "",
                "sizes": [(n, filters.url(size=n, after=None, item=None)) for n in PAGE_SIZES],
                "context": selected,
                "claim": claims.get(filters.item, "") if filters.item else "",
                "news": news.news_address(filters, news.newest_arrival(filters), not after),
                "saved": replies.saved_texts(),
                "nonce": secrets.token_urlsafe(16),
                "signature": replies.signature_of(request),
                "measures": people.MEASURES.items(),
                "periods": people.PERIODS.items(),
                "may_block": request.user.has_perm("commentary.add_rule"),
                "may_save_texts": request.user.has_perm("commentary.add_savedtext"),
                "may_edit": request.user.has_perm("commentary.change_comment"),
                "back": f"#item-{filters.item.pk}" if filters.item and is_listed else "#queue",
                "thread_reasons": THREAD_REASONS.items(),
                "article_reasons": ARTICLE_REASONS.items(),
                "articles": article_choices(filters),
                "rules": rule_choices(),
                "people": staff_choices() if filters.is_decided else [],
                "bar": undo.undo_bar(request),
                "latest": entry_lines(AuditEntry.objects.with_places()[:LATEST_ENTRIES]),
                "may_edit_rules": request.user.has_perm("commentary.change_rule"),
            },
            status=409 if refused else 200,
        )

    def reason_in(self, request: HttpRequest, name: str) -> str:
        return replies.reason_in(request.POST.dict(), name)

    def decide_one(self, request: HttpRequest, filters: Filters, value: str) -> str:
        """Decide, or reply, as the button of one row says."""
        verb, _colon, pick = value.partition(":")
        if verb not in replies.REPLY_VERBS:
            return super().decide_one(request, filters, value)
        key, version = read_pick(pick)
        if replies.post_reply(request, verb, key, version):
            return self.next_url(filters, key)
        return filters.url(item=key)

    def next_url(self, filters: Filters, decided: RowKey) -> str:
        """Return the URL of the next row: in lists with the newest comments first, an older one."""
        if not filters.is_newest_first:
            return super().next_url(filters, decided)
        rows = self.rows(filters).only("discussion_id")
        here = Comment.objects.filter(discussion=decided.discussion_id, pk=decided.pk)
        place = here.values_list("created_at", "pk").first()
        older = arrived_before(rows, place[0], place[1] + 1).first() if place else None
        following = older or rows.first()
        return filters.url(item=following and following.key)

    def rows(self, filters: Filters) -> QuerySet[Comment]:
        return comments(filters)

    def arrival(self, filters: Filters) -> str:
        return arrival(filters)

    def decide(
        self, request: HttpRequest, verb: str, picks: Mapping[RowKey, str], reason: str
    ) -> discussions.Outcome:
        versions = {key: parameters.key(version) for key, version in picks.items()}
        return discussions.decide(
            verb, versions, actor(request), reason[: replies.MAX_REASON], versions
        )

    def subject(self, entry: AuditEntry) -> RowKey | None:
        return RowKey(entry.discussion_id, entry.comment_id) if entry.comment_id else None

    def names(self, keys: Iterable[RowKey]) -> dict[RowKey, str]:
        found = with_keys(Comment.objects.only("discussion_id", "number"), keys)
        return {comment.key: f"#{comment.number}" for comment in found}

    def decide_selected(self, request: HttpRequest, filters: Filters, verb: str) -> str:
        """Decide as in other lists; on the tab of decisions, undo the selected ones."""
        if verb != "undo":
            return super().decide_selected(request, filters, verb)
        picks = request.POST.getlist("pick")
        if not self.may_take(request, picks):
            return filters.url()
        return self.undo_entries(request, filters, list(map(parameters.row_key, picks)))

    def close_for_a_week(self, request: HttpRequest, filters: Filters, value: str) -> str:
        """Close as in `close`, until a week from now."""
        return self.close(request, filters, value, timezone.now() + timedelta(days=7))

    def close(
        self, request: HttpRequest, filters: Filters, value: str, end: datetime | None = None
    ) -> str:
        """Close a branch, or all comments on an article and optionally reject the pending ones, until
        `end` or the end in the form.
        """
        read_target(value)
        form = CloseHereForm(request.POST)
        if not form.is_valid():
            errors = (str(error) for errors in form.errors.values() for error in errors)
            messages.error(request, " ".join(errors))
            return filters.url()
        batch = uuid.uuid4()
        with transaction.atomic():
            target, is_stale = closure_target(value)
            if is_stale:
                return self.refuse_stale(request, filters)
            until = end or form.cleaned_data["until"]
            entry = discussions.close(target, actor(request), form.reason, until=until, batch=batch)
        if entry is None:
            messages.warning(request, _("Already closed."))
            return filters.url()
        entries = [entry]
        if isinstance(target, Discussion) and form.cleaned_data["pending"] == "reject":
            pending = Comment.objects.in_discussion(target.pk).pending().order_by("pk")
            keys = [comment.key for comment in pending.only("discussion_id")[:MAX_BATCH]]
            entries += discussions.decide(
                "reject", keys, actor(request), form.reason, batch=batch
            ).entries
        undo.offer_undo(request, entries, batch)
        return filters.url()

    def reopen(self, request: HttpRequest, filters: Filters, value: str) -> str:
        """Reopen a branch, or all comments on an article."""
        with transaction.atomic():
            target, is_stale = closure_target(value)
            if is_stale:
                return self.refuse_stale(request, filters)
            entry = discussions.reopen(target, actor(request))
        if entry is None:
            messages.warning(request, _("Already open."))
        else:
            undo.offer_undo(request, [entry])
        return filters.url()

    def refuse_stale(self, request: HttpRequest, filters: Filters) -> str:
        """Tell the moderator that someone else closed or reopened this."""
        text = _("This was closed or reopened after you opened the page. Check it and try again.")
        messages.warning(request, text)
        return filters.url()


def closure_target(value: str) -> tuple[Comment | Discussion, bool]:
    """Return the locked comment or discussion of a button, and whether its closure has changed.

    `value` is "comment:3-12:…" or "discussion:3:…", with the version that the page showed.
    """
    rows, discussion_id, version = read_target(value)
    lock_row(Discussion.objects.filter(pk=discussion_id))
    target = rows.first()
    if target is None:
        raise Http404
    return target, version != closure_version(target)


def read_target(value: str) -> tuple[QuerySet, int, str]:
    """Parse the value of a button into a query for its target, the discussion and the version."""
    what, _colon, pick = value.partition(":")
    if what == "comment":
        key, version = read_pick(pick)
        thread = Comment.objects.filter(discussion=key.discussion_id, pk=key.pk)
        return thread, key.discussion_id, version
    if what == "discussion":
        number, _colon, version = pick.partition(":")
        discussion_id = parameters.key(number)
        return Discussion.objects.filter(pk=discussion_id), discussion_id, version
    raise BadRequest("Not a thread or discussion.")
