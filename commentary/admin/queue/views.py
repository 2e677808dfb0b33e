"""The moderation queue: one page of the admin that shows what waits and takes every act on it.

GET shows one position; POST acts at once, answers with a redirect to the same position, and
leaves the means to undo in the session until the next act.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ... import discussions
from ...models import AuditEntry, Comment, Discussion
from .. import undo
from ..actions import MOST, actor
from ..forms import ARTICLE_REASONS, THREAD_REASONS, CloseHereForm
from . import context, items, labels
from .filters import Filters, article_choices, comments, people, rule_choices, tabs

NAMED = 20  # refusals of one act that are named
LATEST = 5  # entries of the trail below the queue


def page_of(site: AdminSite) -> Callable[..., HttpResponse]:
    """The view, for moderators alone: 403 for others who are signed in, and the page to sign in
    for everybody else."""

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    def inner(request: HttpRequest) -> HttpResponse:
        filters = Filters.read(request.GET)
        if request.method == "POST":
            return act(request, filters)
        return show(request, filters, site)

    protected = site.admin_view(inner)

    def queue(request: HttpRequest) -> HttpResponse:
        # Ahead of the admin's own check, which would answer with the page to sign in.
        if request.user.is_authenticated and not request.user.has_perm("commentary.moderate"):
            raise PermissionDenied
        return protected(request)

    return queue


# --- GET


def show(request: HttpRequest, filters: Filters, site: AdminSite) -> HttpResponse:
    """One page of the queue, with the context of one comment beside it."""
    on_page, after = items.page(filters)
    for item in on_page:
        item.address = f"{filters.address(item=item.comment.pk)}#context"
    current = next((item for item in on_page if item.comment.pk == filters.item), None)
    if current:
        current.is_current = True
    heading = _("From the same writer") if filters.same else labels.HEADINGS[filters.state]
    return TemplateResponse(
        request,
        "admin/commentary/queue.html",
        {
            **site.each_context(request),
            "title": _("Moderation"),
            "filters": filters,
            "heading": heading,
            "tabs": tabs(filters),
            "items": on_page,
            "nothing": labels.EMPTY[filters.state],
            "bulk": [(verb, labels.LABELS[verb]) for verb in filters.verbs],
            "with_reasons": filters.size <= labels.WITH_REASONS,
            "may_reject": not filters.same and filters.state == labels.PENDING,
            "here": filters.address(),
            "next_page": filters.address(after=after, item=0) if after else "",
            "first_page": filters.address(after=0, item=0) if filters.after else "",
            "sizes": [(n, filters.address(size=n, after=0, item=0)) for n in labels.SIZES],
            "context": context.context(filters),
            "back": f"#item-{filters.item}" if current else "#queue",
            "thread_reasons": THREAD_REASONS.items(),
            "article_reasons": ARTICLE_REASONS.items(),
            "articles": article_choices(filters),
            "rules": rule_choices(),
            "people": people() if filters.is_decided else [],
            "bar": undo.bar(request),
            "latest": context.lines(AuditEntry.objects.with_places()[:LATEST]),
            "may_edit_rules": request.user.has_perm("commentary.change_rule"),
        },
    )


# --- POST


def act(request: HttpRequest, filters: Filters) -> HttpResponse:
    """Do the one thing that the pressed button says, and go back to where it was pressed."""
    for name, do in ACTS.items():
        if name in request.POST:
            return HttpResponseRedirect(do(request, filters, request.POST[name]), status=303)
    raise BadRequest("No act is named.")


def _one(request: HttpRequest, filters: Filters, value: str) -> str:
    verb, _colon, pick = value.partition(":")
    pk, version = _pick(pick)
    return _decide(request, filters, verb, {pk: version}, request.POST.get(f"reason-{pk}", ""))


def _bulk(request: HttpRequest, filters: Filters, verb: str) -> str:
    picks = request.POST.getlist("pick")
    if not picks or len(picks) > MOST:
        text = _("Select at least one and at most %(most)s.") % {"most": f"{MOST:,}"}
        messages.error(request, text)
        return filters.address()
    if verb == "undo":
        return _take_back(
            request, filters, AuditEntry.objects.filter(pk__in=map(undo.number, picks))
        )
    return _decide(request, filters, verb, dict(map(_pick, picks)), request.POST.get("reason", ""))


def _decide(
    request: HttpRequest, filters: Filters, verb: str, picks: dict[int, int], reason: str
) -> str:
    if verb not in discussions.DECISIONS:
        raise BadRequest("No such decision.")
    outcome = discussions.decide(verb, picks, actor(request), reason[:500], picks)
    undo.remember(request, outcome.entries, outcome.batch)
    _say_refused(request, outcome.refused)
    return _following(filters, min(picks))


def _undo(request: HttpRequest, filters: Filters, value: str) -> str:
    return _take_back(request, filters, undo.entries_of(value))


def _take_back(request: HttpRequest, filters: Filters, entries: Any) -> str:
    chosen, outcome = undo.take_back(request, entries)
    about = {entry.pk: entry.comment_id or 0 for entry in chosen}
    _say_refused(request, {about[pk]: why for pk, why in outcome.refused.items()})
    back = [entry.comment_id for entry in outcome.entries if entry.comment_id]
    return filters.address(item=min(back) if back else filters.item)


def _close(request: HttpRequest, filters: Filters, value: str) -> str:
    place = _place(value)
    form = CloseHereForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
        return filters.address()
    batch = uuid.uuid4()
    entry = discussions.close(
        place, actor(request), form.reason, until=form.cleaned_data["until"], batch=batch
    )
    if entry is None:
        messages.warning(request, _("It is closed already."))
        return filters.address()
    entries = [entry]
    if isinstance(place, Discussion) and form.cleaned_data["pending"] == "reject":
        queryset: Any = Comment.objects.all()
        waiting = queryset.in_discussion(place.pk).pending().order_by("pk")
        ids = waiting.values_list("pk", flat=True)[:MOST]
        entries += discussions.decide(
            "reject", list(ids), actor(request), form.reason, batch=batch
        ).entries
    undo.remember(request, entries, batch)
    return filters.address()


def _reopen(request: HttpRequest, filters: Filters, value: str) -> str:
    entry = discussions.reopen(_place(value), actor(request))
    if entry is None:
        messages.warning(request, _("It is open already."))
    else:
        undo.remember(request, [entry], None)
    return filters.address()


ACTS: dict[str, Callable[[HttpRequest, Filters, str], str]] = {
    "one": _one,
    "bulk": _bulk,
    "undo": _undo,
    "close": _close,
    "reopen": _reopen,
}


def _place(value: str) -> Comment | Discussion:
    """What is closed or reopened: "comment:12" or "discussion:3"."""
    what, _colon, which = value.partition(":")
    if what == "comment":
        return get_object_or_404(Comment, pk=undo.number(which))
    if what == "discussion":
        return get_object_or_404(Discussion, pk=undo.number(which))
    raise BadRequest("No such place.")


def _pick(text: str) -> tuple[int, int]:
    """A comment's key and the version it was shown in: "231:4"."""
    pk, _colon, version = text.partition(":")
    return undo.number(pk), undo.number(version)


def _say_refused(request: HttpRequest, refused: dict[int, str]) -> None:
    """Name what was not done, and what was decided instead."""
    pks = list(refused)[:NAMED]
    numbers = dict(Comment.objects.filter(pk__in=pks).values_list("pk", "number")) if pks else {}
    for pk in pks:
        about = f"#{numbers[pk]}: " if pk in numbers else ""
        messages.warning(request, f"{about}{refused[pk]}")
    if more := len(refused) - len(pks):
        text = ngettext("%(n)d more was refused.", "%(n)d more were refused.", more)
        messages.warning(request, text % {"n": more})


def _following(filters: Filters, pk: int) -> str:
    """Where to go on: the next comment of the tab on this page, or the last one before it."""
    left = comments(filters).values_list("pk", flat=True)
    found = left.filter(pk__gte=pk).first()
    if found is not None:
        return filters.address(item=found)
    # Nothing stands behind it. On this page the last is next, or the queue begins again.
    found = left.filter(pk__gt=filters.after).last() or left.first() or 0
    return filters.address(item=found, after=filters.after if found > filters.after else 0)
