"""Moderation in Django's admin: a table of actions, and a page that asks for the reason.

The same page serves the button of one object and the action on selected rows of a list.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import discussions
from ..models import AuditEntry, Comment, Discussion, RowKey
from .access import View, actor, is_moderator, protect
from .closures import closure_version
from .editing import PermanentAdmin, seen_editions
from .forms import CloseForm, ReasonForm
from .labels import ACTIONS, COMMENTS_DONE, DISCUSSIONS_DONE, THREADS_DONE, Label
from .parameters import MAX_BATCH

Target = Comment | Discussion
Link = tuple[str, Label]  # a URL and its label

CLOSURES: dict[str, Callable[..., AuditEntry | None]] = {
    "close": discussions.close,
    "reopen": discussions.reopen,
}
FORMS: dict[str, type[ReasonForm]] = {"close": CloseForm}  # the others ask only for a reason


def return_address(request: HttpRequest) -> str:
    """Return the page of this site to go back to after an action (`?next=`), or ""."""
    address = request.GET.get("next", "")
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""


class ActionsAdmin(PermanentAdmin):
    """Adds a page, a button and a list action for each of `verbs`."""

    verbs: ClassVar[tuple[str, ...]] = ()
    labels: ClassVar[Mapping[str, Label]] = ACTIONS

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return is_moderator(request)

    # --- implemented by subclasses

    def targets(self, rows: Iterable[Model]) -> Sequence[Target]:
        """Return the comments or discussions that the actions change, for rows of this model."""
        return [row for row in rows if isinstance(row, Comment | Discussion)]

    def allowed_actions(self, obj: Model) -> list[str]:
        """Return the actions that would change this object now."""
        raise NotImplementedError

    def related_pages(self, obj: Model) -> list[Link]:
        """Return further links about this object for moderators."""
        return []

    def with_related(self, rows: QuerySet) -> QuerySet:
        """Fetch everything that the page shows of each row."""
        return rows

    # --- pages

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        pages = [
            path(
                f"<path:object_id>/{verb.replace('_', '-')}/",
                self.action_view(verb),
                name=f"{name}_{verb}",
            )
            for verb in self.verbs
        ]
        return pages + super().get_urls()

    def action_view(self, verb: str) -> View:
        """Return the page behind a button: GET asks for the reason, POST acts."""

        def view(request: HttpRequest, object_id: str) -> HttpResponse:
            obj = self.get_object(request, unquote(object_id))
            if obj is None:
                raise Http404
            chosen = self.rows_of(self.key_of(obj))
            back = return_address(request) or self.change_address(obj)
            return self.confirm_or_apply(request, verb, chosen) or redirect(back)

        return protect(self.admin_site, view, self.has_moderate_permission)

    def get_actions(self, request: HttpRequest) -> Mapping[str, tuple[Callable, str, Label] | None]:
        actions = super().get_actions(request)
        if self.has_moderate_permission(request):
            for verb in self.verbs:
                actions[verb] = (self.list_action(verb), verb, self.labels[verb])
        return actions

    def list_action(self, verb: str) -> Callable[..., HttpResponse | None]:
        """Return the action of the list: it asks for the reason, then acts on all selected rows."""

        def action(
            model_admin: "ActionsAdmin", request: HttpRequest, queryset: QuerySet
        ) -> HttpResponse | None:
            if queryset.count() > MAX_BATCH:
                text = _("Select at most %(most)d at once.")
                messages.error(request, text % {"most": MAX_BATCH})
                return None
            return model_admin.confirm_or_apply(request, verb, queryset, many=True)

        return action

    def confirm_or_apply(
        self, request: HttpRequest, verb: str, chosen: QuerySet, many: bool = False
    ) -> HttpResponse | None:
        """Return the page that asks for the reason, or None once the action is done."""
        confirmed = request.method == "POST" and (not many or "confirmed" in request.POST)
        form = FORMS.get(verb, ReasonForm)(request.POST if confirmed else None)
        rows = list(self.with_related(chosen))
        versions = {self.key_of(row): self.version(verb, row) for row in rows}
        seen = seen_editions(request)
        if confirmed and any(seen.get(key) != now for key, now in versions.items()):
            text = _("This was changed after you opened the page. Check the current version below.")
            form.add_error(None, text)
        elif confirmed and form.is_valid():
            self.apply(request, verb, rows, form.cleaned_data, seen)
            return None
        back = "" if many else return_address(request) or self.change_address(rows[0])
        return TemplateResponse(
            request,
            "admin/commentary/action.html",
            {
                **self.admin_site.each_context(request),
                "title": self.labels[verb],
                "opts": self.opts,
                "verb": verb,
                "chosen": [(row, key, versions[key]) for row in rows for key in [self.key_of(row)]],
                "many": many,
                "form": form,
                "back": back,
            },
        )

    def version(self, verb: str, row: Model) -> str:
        """Return the version a decision applies to: of a comment's text and status, or of a
        closure.
        """
        (target,) = self.targets([row])
        return closure_version(target) if verb in CLOSURES else str(target.version)

    def apply(
        self,
        request: HttpRequest,
        verb: str,
        rows: Sequence[Model],
        details: Mapping[str, str | datetime | None],
        seen: Mapping[str, str],
    ) -> None:
        """Decide on all rows in one action, and report how many were skipped.

        `seen` maps rows to the versions that the moderator saw.
        """
        targets = self.targets(rows)
        if verb in CLOSURES:
            batch = uuid.uuid4() if len(targets) > 1 else None
            by = actor(request)
            entries = [CLOSURES[verb](t, by=by, batch=batch, **details) for t in targets]
            done = len(entries) - entries.count(None)
        else:
            keys = [target.key for target in targets if isinstance(target, Comment)]
            versions = {
                key: int(version)
                for text, version in seen.items()
                if (key := RowKey.parse(text)) and version.isdigit()
            }
            reason = str(details.get("reason") or "")
            done = len(discussions.decide(verb, keys, actor(request), reason, versions).entries)
        self.report(request, verb, targets, done)

    def report(self, request: HttpRequest, verb: str, targets: Sequence[Target], done: int) -> None:
        """Report how many were changed, and how many were skipped."""
        if done:
            if isinstance(targets[0], Discussion):
                text = DISCUSSIONS_DONE[verb]
            else:
                text = THREADS_DONE[verb] if verb in CLOSURES else COMMENTS_DONE[verb]
            messages.success(request, text % {"n": done})
        if skipped := len(targets) - done:
            text = ngettext(
                "%(n)d was skipped: it was already handled.",
                "%(n)d were skipped: they were already handled.",
                skipped,
            )
            messages.warning(request, text % {"n": skipped})

    def action_address(self, obj: Model, verb: str) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{verb}"
        return reverse(name, args=[self.key_of(obj)])

    def change_context(self, request: HttpRequest, obj: Model) -> dict[str, object]:
        pages: list[Link] = []
        if self.has_moderate_permission(request):
            verbs = self.allowed_actions(obj)
            pages = [(self.action_address(obj, verb), self.labels[verb]) for verb in verbs]
            pages += self.related_pages(obj)
        return {**super().change_context(request, obj), "pages": pages}
