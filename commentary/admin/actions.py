"""Acts of moderation in the admin: one table of verbs, one page that asks for the reason.

The same page serves the button on one object and the action on many ticked ones.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import discussions
from ..discussions.editions import edition_of
from ..models import Comment, Discussion
from .editing import EditionAdmin
from .forms import CloseForm, ReasonForm

VERBS = {  # and what its button says
    "close": gettext_lazy("Close thread"),
    "reopen": gettext_lazy("Reopen thread"),
    "approve": gettext_lazy("Approve"),
    "keep": gettext_lazy("Keep"),
    "reject": gettext_lazy("Reject"),
    "mark_spam": gettext_lazy("Mark as spam"),
    "remove": gettext_lazy("Remove"),
}
OF_ALL = {  # the same, where all comments on an article are meant
    "close": gettext_lazy("Close comments"),
    "reopen": gettext_lazy("Reopen comments"),
}
CLOSINGS: dict[str, Callable[..., Any]] = {"close": discussions.close, "reopen": discussions.reopen}

FORMS: dict[str, type[ReasonForm]] = {"close": CloseForm}  # the others ask for a reason alone
MOST = 1_000  # rows of one act


def actor(request: HttpRequest) -> User:
    """Who acts: every page here is for accounts alone."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def moment(when: datetime) -> str:
    """A date with its time, as the admin prints it."""
    return date_format(localtime(when), "DATETIME_FORMAT")


def state(place: Comment | Discussion) -> str:
    """Whether a place is open or closed, in words: by which act, since when, until when, why, or
    that its age closed it."""
    entry, start, until = place.closed_entry, place.closed_from, place.closed_until
    age = place.closes_by_age_at if isinstance(place, Discussion) else None
    now = timezone.now()
    if entry is not None and not (until and until <= now):
        facts = {"who": entry.actor_name, "since": moment(start or entry.created_at)}
        words = _("Open; to be closed by %(who)s, from %(since)s") % facts
        if not (start and start > now):
            words = _("Closed by %(who)s, since %(since)s") % facts
        if until:
            words += ", " + _("until %(until)s") % {"until": moment(until)}
        return f"{words}. {entry.reason}".strip()
    if age and age <= now:
        return _("Closed by its age, since %(since)s.") % {"since": moment(age)}
    if age:
        return _("Open; its age closes it on %(when)s.") % {"when": moment(age)}
    return _("Open.")


def _back(request: HttpRequest) -> str:
    """The page of this site that an act was asked for on, and leads back to: `?next=`."""
    wish = request.GET.get("next", "")
    return wish if url_has_allowed_host_and_scheme(wish, allowed_hosts=None) else ""


def _seen(request: HttpRequest) -> Iterator[tuple[int, str]]:
    """The editions that the page which asks was made for, by the keys of the rows."""
    for value in request.POST.getlist("edition"):
        pk, _colon, edition = value.partition(":")
        if pk.isascii() and pk.isdigit():
            yield int(pk), edition


class KeptAdmin(EditionAdmin):
    """What is in the record stays in it: nobody deletes here."""

    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(KeptAdmin):
    """Pages that only show."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ActsAdmin(KeptAdmin):
    """Adds a page, a button and a list action for each verb in `verbs`."""

    verbs: ClassVar[tuple[str, ...]] = ()
    labels: ClassVar[dict[str, Any]] = VERBS

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may decide."""
        return request.user.has_perm("commentary.moderate")

    def places(self, chosen: Iterable[Model]) -> Iterable[Model]:
        """What the verbs are called on, for the rows that were chosen."""
        return chosen

    def offered(self, obj: Model) -> list[str]:
        """The verbs that would change something about this object now."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        info = self.opts.app_label, self.opts.model_name
        return [
            path(
                f"<path:object_id>/{verb.replace('_', '-')}/",
                self.act_view(verb),
                name="{}_{}_{}".format(*info, verb),
            )
            for verb in self.verbs
        ] + super().get_urls()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        if self.has_moderate_permission(request):
            for verb in self.verbs:
                actions[verb] = (self.list_action(verb), verb, self.labels[verb])
        return actions

    def list_action(self, verb: str) -> Callable[..., HttpResponse | None]:
        """The action of the list: asks for the reason, then acts on all that are ticked."""

        def action(
            model_admin: "ActsAdmin", request: HttpRequest, queryset: QuerySet
        ) -> HttpResponse | None:
            if queryset.count() > MOST:
                messages.error(request, _("Choose at most %(most)d at once.") % {"most": MOST})
                return None
            return model_admin.ask_or_act(request, verb, queryset, many=True)

        return action

    def act_view(self, verb: str) -> Callable[..., HttpResponse]:
        """The page behind a button: GET asks for the reason, POST acts."""
        inner = self.admin_site.admin_view(
            lambda request, object_id: self.act_on_one(request, verb, object_id)
        )

        def view(request: HttpRequest, object_id: str) -> HttpResponse:
            # Ahead of the admin's own check, which would answer with the page to sign in.
            if request.user.is_authenticated and not self.has_moderate_permission(request):
                raise PermissionDenied
            return inner(request, object_id)

        return view

    def act_on_one(self, request: HttpRequest, verb: str, object_id: str) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        chosen = self.model._default_manager.filter(pk=obj.pk)
        back = _back(request) or self.page_of(obj)
        return self.ask_or_act(request, verb, chosen) or redirect(back)

    def ask_or_act(
        self, request: HttpRequest, verb: str, chosen: QuerySet, many: bool = False
    ) -> HttpResponse | None:
        """The page that asks, or None when the act is done."""
        confirmed = request.method == "POST" and (not many or "confirmed" in request.POST)
        form = FORMS.get(verb, ReasonForm)(request.POST if confirmed else None)
        rows = list(self.with_places(chosen))
        editions = {row.pk: self.edition(verb, row) for row in rows}
        seen = dict(_seen(request))
        if confirmed and any(seen.get(pk, now) != now for pk, now in editions.items()):
            form.add_error(
                None,
                _("This was changed after you opened the page. Check the current version below."),
            )
        elif confirmed and form.is_valid():
            self.act(request, verb, rows, form.cleaned_data, seen)
            return None
        return TemplateResponse(
            request,
            "admin/commentary/act.html",
            {
                **self.admin_site.each_context(request),
                "title": self.labels[verb],
                "opts": self.opts,
                "verb": verb,
                "chosen": [(row, f"{row.pk}:{editions[row.pk]}") for row in rows],
                "many": many,
                "form": form,
                "page": _back(request) or self.page_of(rows[0]) if not many else "",
            },
        )

    def page_of(self, obj: Model) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])

    def with_places(self, chosen: QuerySet) -> QuerySet:
        """The rows with all that the page shows of each."""
        return chosen

    def edition(self, verb: str, row: Any) -> str:
        """Which state of a row a moderator decides on: the words and the status of a comment, or
        how a place is closed."""
        (place,) = self.places([row])
        if verb not in CLOSINGS:
            return str(place.version)  # type: ignore[attr-defined]
        names = ("closed_entry_id", "closed_from", "closed_until")
        return edition_of({name: getattr(place, name) for name in names})

    def act(
        self,
        request: HttpRequest,
        verb: str,
        chosen: Iterable[Any],
        said: dict[str, Any],
        seen: dict[int, str],
    ) -> None:
        """Decide on all that were chosen, as one act; say how many were so already. `seen` are the
        editions that the moderator decides on."""
        places = list(self.places(chosen))
        if verb in CLOSINGS:
            batch = uuid.uuid4() if len(places) > 1 else None
            who = actor(request)
            done = sum(CLOSINGS[verb](p, by=who, batch=batch, **said) is not None for p in places)
        else:
            ids = [place.pk for place in places]
            versions = {pk: int(version) for pk, version in seen.items() if version.isdigit()}
            outcome = discussions.decide(verb, ids, by=actor(request), versions=versions, **said)
            done = len(outcome.entries)
        already = len(places) - done
        if done:
            text = ngettext("%(verb)s: %(count)d done.", "%(verb)s: %(count)d done.", done)
            messages.success(request, text % {"verb": self.labels[verb], "count": done})
        if already:
            text = ngettext(
                "%(count)d was not in a state for it, or was so already.",
                "%(count)d were not in a state for it, or were so already.",
                already,
            )
            messages.warning(request, text % {"count": already})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        acts = []
        obj = self.get_object(request, unquote(object_id))
        if obj is not None and self.has_moderate_permission(request):
            acts = [(self.act_address(obj, verb), self.labels[verb]) for verb in self.offered(obj)]
            acts += self.links(obj)
        context = {"acts": acts, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def links(self, obj: Model) -> list[tuple[str, Any]]:
        """Addresses and labels of the pages beside this one that are for moderators."""
        return []

    def act_address(self, obj: Model, verb: str) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{verb}"
        return reverse(name, args=[obj.pk])
