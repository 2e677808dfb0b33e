"""Lists on which moderators decide: what the moderation queue and the links to points share.

Such a list is one page of the admin. GET shows one position in it, which the URL describes. POST runs
the action whose button was pressed, redirects to the next position, and offers to undo the action.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sized
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import ngettext

from .. import discussions
from ..models import AuditEntry
from . import parameters, undo
from .access import View, is_moderator, protect
from .labels import Label
from .parameters import MAX_BATCH

MAX_COUNTED = 10_000  # rows that are looked at for a count; more are shown as "10,000+"
MAX_CHOICES = 100  # options of a select
MAX_REFUSALS = 20  # refusals of one action that are named


@dataclass(frozen=True)
class ListFilters:
    """A position in a list, as its URL describes it: a tab, filters, the key that the page before
    ended with (`after`), and the selected item."""

    route: ClassVar[str]
    states: ClassVar[Collection[str]]  # one for each tab

    state: str = ""
    article: int = 0
    after: int = 0
    item: int = 0

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """From the query of a URL; values that make no sense are ignored."""
        values: dict[str, Any] = {}
        for field in fields(cls):
            text = query.get(field.name, "")
            values[field.name] = parameters.number(text) if field.type in (int, "int") else text
        if values["state"] not in cls.states:
            del values["state"]
        return cls(**values)

    def url(self, **changes: str | int) -> str:
        """The URL of this position, or of the one that differs from it by `changes`."""
        default = type(self)()
        values = vars(self) | changes
        query = {name: v for name, v in values.items() if v != getattr(default, name)}
        base = reverse(self.route)
        return f"{base}?{urlencode(query)}" if query else base


@dataclass
class Tab:
    """A tab with its count; `and_more` if there are more than were counted."""

    label: Label
    address: str
    is_current: bool
    count: int
    and_more: bool = False

    @classmethod
    def counting(cls, label: Label, address: str, is_current: bool, rows: QuerySet) -> Self:
        """A tab of `rows`, counted up to a limit so that no tab is slow."""
        count = rows.order_by()[: MAX_COUNTED + 1].count()
        return cls(label, address, is_current, min(count, MAX_COUNTED), count > MAX_COUNTED)

    @property
    def words(self) -> str:
        return number_format(self.count, force_grouping=True) + ("+" if self.and_more else "")


F = TypeVar("F", bound=ListFilters)
Action = Callable[[HttpRequest, F, str], str]


class ModerationList(Generic[F]):
    """A list for moderators. An action gets the value of its button and returns where to go next."""

    filters_class: type[F]
    decisions: ClassVar[Collection[str]]
    selection_error: Label  # with %(most)s, if none or too many are selected

    def __init__(self, site: AdminSite) -> None:
        self.site = site

    @classmethod
    def as_view(cls, site: AdminSite) -> View:
        """The page, for moderators only."""
        return protect(site, cls(site).serve, is_moderator)

    def serve(self, request: HttpRequest) -> HttpResponse:
        filters = self.filters_class.read(request.GET)
        if request.method != "POST":
            return self.show(request, filters)
        for name, action in self.actions().items():
            if name in request.POST:
                next_url = action(request, filters, request.POST[name])
                return HttpResponseRedirect(next_url, status=303)
        raise BadRequest("No action is named.")

    # --- what a list says about itself

    def actions(self) -> dict[str, Action[F]]:
        """The actions, by the names of their buttons."""
        return {"undo": self.undo, "one": self.decide_one, "bulk": self.decide_selected}

    def show(self, request: HttpRequest, filters: F) -> HttpResponse:
        """The page at one position."""
        raise NotImplementedError

    def rows(self, filters: F) -> QuerySet[Model]:
        """The rows of a tab, oldest first."""
        raise NotImplementedError

    def decide(
        self, request: HttpRequest, verb: str, picks: Mapping[int, str], reason: str
    ) -> discussions.Outcome:
        """Apply one of `decisions` to rows: their keys, and the version each was shown in."""
        raise NotImplementedError

    def subject(self, entry: AuditEntry) -> int:
        """The key of the row that an entry is about; 0 if there is none."""
        raise NotImplementedError

    def names(self, keys: Iterable[int]) -> dict[int, str]:
        """What messages call these rows."""
        raise NotImplementedError

    # --- actions

    def decide_one(self, request: HttpRequest, filters: F, value: str) -> str:
        """The button of one row: "approve:231:4"."""
        verb, _colon, pick = value.partition(":")
        key, version = read_pick(pick)
        reason = request.POST.get(f"reason-{key}", "")
        return self.apply(request, filters, verb, {key: version}, reason)

    def decide_selected(self, request: HttpRequest, filters: F, verb: str) -> str:
        """A button above the list, for all rows that are selected."""
        picks = request.POST.getlist("pick")
        if not self.may_take(request, picks):
            return filters.url()
        reason = request.POST.get("reason", "")
        return self.apply(request, filters, verb, dict(map(read_pick, picks)), reason)

    def may_take(self, request: HttpRequest, picks: Sized) -> bool:
        """Whether so many rows can be decided at once; the moderator is told if not."""
        if 0 < len(picks) <= MAX_BATCH:
            return True
        messages.error(request, str(self.selection_error) % {"most": f"{MAX_BATCH:,}"})
        return False

    def apply(
        self,
        request: HttpRequest,
        filters: F,
        verb: str,
        picks: Mapping[int, str],
        reason: str = "",
    ) -> str:
        """Decide, report what was refused, and go on with the next row."""
        if verb not in self.decisions:
            raise BadRequest("No such decision.")
        outcome = self.decide(request, verb, picks, reason)
        undo.remember(request, outcome.entries, outcome.batch)
        self.report_refused(request, outcome.refused)
        return self.next_url(filters, min(picks))

    def undo(self, request: HttpRequest, filters: F, value: str) -> str:
        """The button of the undo bar, or of an entry of the audit log."""
        return self.undo_entries(request, filters, undo.entries_of(value))

    def undo_entries(self, request: HttpRequest, filters: F, entries: QuerySet[AuditEntry]) -> str:
        chosen, outcome = undo.undo_entries(request, entries)
        subjects = {entry.pk: self.subject(entry) for entry in chosen}
        self.report_refused(request, {subjects[pk]: why for pk, why in outcome.refused.items()})
        restored = [key for entry in outcome.entries if (key := self.subject(entry))]
        return filters.url(item=min(restored, default=filters.item))

    def report_refused(self, request: HttpRequest, refused: Mapping[int, str]) -> None:
        """Name the rows that were skipped, and why."""
        keys = list(refused)[:MAX_REFUSALS]
        names = self.names(keys) if keys else {}
        for key in keys:
            messages.warning(request, ": ".join(filter(None, (names.get(key), refused[key]))))
        if more := len(refused) - len(keys):
            text = ngettext("%(n)d more was skipped.", "%(n)d more were skipped.", more)
            messages.warning(request, text % {"n": more})

    def next_url(self, filters: F, key: int) -> str:
        """Where to go on after row `key`: the next row of the tab, or the last on this page."""
        keys = self.rows(filters).values_list("pk", flat=True)
        following = keys.filter(pk__gte=key).first()
        if following is not None:
            return filters.url(item=following)
        # No row follows. Go on with the last on this page, or with the first of the tab.
        last = keys.filter(pk__gt=filters.after).last() or keys.first() or 0
        return filters.url(item=last, after=filters.after if last > filters.after else 0)


def read_pick(text: str) -> tuple[int, str]:
    """The key of a row and the version it was shown in: "231:4" or "12:suggested"."""
    key, _colon, version = text.partition(":")
    return parameters.key(key), version
