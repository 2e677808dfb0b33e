"""Lists in which moderators decide: code shared by the moderation queue and the links to points.

A list is one page of the admin. GET shows a position in it, given by the URL. POST runs the action
of the button pressed, redirects to the next position and offers to undo the action.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Generic, Self, TypeVar

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext

from .. import discussions
from ..models import Article, AuditEntry, RowKey
from ..models.queries.arrival import arrived_after
from ..reading.parameters import ArrivalCursor
from ..text.counts import grouped
from . import parameters, undo
from .access import View, is_moderator, protect
from .labels import Label
from .parameters import MAX_BATCH

MAX_COUNTED = 10_000  # rows that are counted; more are shown as "10,000+"
MAX_CHOICES = 100  # options of a select element
OVERVIEW = "overview"  # the value of `back` in forms of the overview, to which they return
MAX_REFUSALS = 20  # refused rows that are listed individually

Choices = list[tuple[int, str]]


def busiest_articles(rows: QuerySet[Model], selected: int | None) -> Choices:
    """Return the articles with the most `rows` of discussions, always including the selected one."""
    counted = rows.order_by().values("discussion").annotate(count=Count("pk"))
    wanted = [row["discussion"] for row in counted.order_by("-count", "discussion")[:MAX_CHOICES]]
    if selected and selected not in wanted:
        wanted.append(selected)
    found = Article.objects.defer("body").in_bulk(wanted)
    return [(pk, str(found[pk])) for pk in wanted if pk in found]


def staff_choices() -> Choices:
    """Return the staff accounts."""
    staff = User.objects.filter(is_staff=True).order_by("username")
    return list(staff.values_list("pk", "username")[:MAX_CHOICES])


@dataclass(frozen=True)
class ListFilters:
    """A position in a list: a tab, filters, the last key of the previous page (`after`), and the
    selected item.
    """

    parsers: ClassVar[Mapping[object, Callable[[str], object]]] = {
        int: parameters.number,
        str: str,
        RowKey | None: RowKey.parse,
        ArrivalCursor | None: ArrivalCursor.parse,
    }

    route: ClassVar[str]
    states: ClassVar[Collection[str]]  # one per tab

    state: str = ""
    article: int = 0
    after: ArrivalCursor | None = None
    item: RowKey | None = None

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        """Parse the query of a URL. Invalid values are ignored."""
        values: dict[str, Any] = {
            field.name: cls.parsers[field.type](query.get(field.name, "")) for field in fields(cls)
        }
        if values["state"] not in cls.states:
            del values["state"]
        return cls(**values)

    def url(self, **changes: str | int | RowKey | ArrivalCursor | None) -> str:
        """Return the URL of this position, with `changes`."""
        default = type(self)()
        values = vars(self) | changes
        query = {name: str(v) for name, v in values.items() if v != getattr(default, name)}
        base = reverse(self.route)
        return f"{base}?{urlencode(query)}" if query else base


@dataclass
class Tab:
    """A tab with its count; `and_more` if there are more."""

    label: Label
    address: str
    is_current: bool
    count: int
    and_more: bool = False

    @classmethod
    def counting(cls, label: Label, address: str, is_current: bool, rows: QuerySet) -> Self:
        """Return a tab for `rows`, counted up to a limit so that no tab is slow, in their order, so
        that databases use its index.
        """
        count = rows[: MAX_COUNTED + 1].count()
        return cls(label, address, is_current, min(count, MAX_COUNTED), count > MAX_COUNTED)

    @property
    def words(self) -> str:
        return grouped(self.count) + ("+" if self.and_more else "")


F = TypeVar("F", bound=ListFilters)


def tabs_by_state(
    labels: Mapping[str, Label], filters: F, rows: Callable[[F], QuerySet]
) -> list[Tab]:
    """Return a tab for each state, with the number of `rows` at its position."""
    positions = [replace(filters, state=state, after=None, item=None) for state in labels]
    return [
        Tab.counting(labels[at.state], at.url(), at.state == filters.state, rows(at).order_by())
        for at in positions
    ]


Action = Callable[[HttpRequest, F, str], str | HttpResponse]


class ModerationList(Generic[F]):
    """A list for moderators. An action gets the value of its button and returns the URL to go to, or
    a page if it was refused.
    """

    filters_class: type[F]
    decisions: ClassVar[Collection[str]]
    selection_error: Label  # contains %(most)s; shown if no rows or too many are selected

    def __init__(self, site: AdminSite) -> None:
        self.site = site

    @classmethod
    def as_view(cls, site: AdminSite) -> View:
        """Return the view, for moderators only."""
        return protect(site, cls(site).serve, is_moderator)

    def serve(self, request: HttpRequest) -> HttpResponse:
        filters = self.filters_class.read(request.GET)
        if request.method != "POST":
            return self.show(request, filters)
        for name, action in self.actions().items():
            if name in request.POST:
                next_url = action(request, filters, request.POST[name])
                if isinstance(next_url, HttpResponse):
                    return next_url
                if request.POST.get("back") == OVERVIEW:
                    next_url = reverse("admin:index")
                return HttpResponseRedirect(next_url, status=303)
        raise BadRequest("No action given.")

    # --- implemented by subclasses

    def actions(self) -> dict[str, Action[F]]:
        """Return the actions by the names of their buttons."""
        return {"undo": self.undo, "one": self.decide_one, "bulk": self.decide_selected}

    def show(self, request: HttpRequest, filters: F) -> HttpResponse:
        """Render the page at one position."""
        raise NotImplementedError

    def list_context(
        self, request: HttpRequest, filters: F, tabs: list[Tab], after: ArrivalCursor | None
    ) -> dict[str, object]:
        """Return what decision_list.html shows of a position around its items. `after` begins the
        next page, if there is one.
        """
        return {
            **self.site.each_context(request),
            "filters": filters,
            "tabs": tabs,
            "all_count": next(min(tab.count, MAX_BATCH) for tab in tabs if tab.is_current),
            "here": filters.url(),
            "next_page": filters.url(after=after, item=None) if after else "",
            "first_page": filters.url(after=None, item=None) if filters.after else "",
            "bar": undo.undo_bar(request),
        }

    def rows(self, filters: F) -> QuerySet:
        """Return the rows of a tab, oldest first."""
        raise NotImplementedError

    def decide(
        self, request: HttpRequest, verb: str, picks: Mapping[RowKey, str], reason: str
    ) -> discussions.Outcome:
        """Apply one of `decisions` to rows, given as keys and the versions shown."""
        raise NotImplementedError

    def arrival(self, filters: F) -> str:
        """Return the column with the time when the rows of a tab arrived."""
        return "created_at"

    def subject(self, entry: AuditEntry) -> RowKey | None:
        """Return the key of the row that an entry is about, if any."""
        raise NotImplementedError

    def names(self, keys: Iterable[RowKey]) -> dict[RowKey, str]:
        """Return the names of rows for messages."""
        raise NotImplementedError

    def reason_in(self, request: HttpRequest, name: str) -> str:
        """Return the reason in the field with this name."""
        return request.POST.get(name, "")

    # --- actions

    def decide_one(self, request: HttpRequest, filters: F, value: str) -> str:
        """Handle the button of one row: "approve:3-231:4"."""
        verb, _colon, pick = value.partition(":")
        key, version = read_pick(pick)
        reason = self.reason_in(request, f"reason-{key}")
        return self.apply(request, filters, verb, {key: version}, reason)

    def decide_selected(self, request: HttpRequest, filters: F, verb: str) -> str:
        """Handle a button above the list, for all selected rows."""
        picks = request.POST.getlist("pick")
        if not self.may_take(request, picks):
            return filters.url()
        reason = self.reason_in(request, "reason")
        return self.apply(request, filters, verb, dict(map(read_pick, picks)), reason)

    def may_take(self, request: HttpRequest, picks: Sized) -> bool:
        """Return whether this many rows can be decided at once, and tell the moderator if not."""
        if 0 < len(picks) <= MAX_BATCH:
            return True
        messages.error(request, str(self.selection_error) % {"most": f"{MAX_BATCH:,}"})
        return False

    def apply(
        self,
        request: HttpRequest,
        filters: F,
        verb: str,
        picks: Mapping[RowKey, str],
        reason: str = "",
    ) -> str:
        """Decide, report what was refused, and return the URL of the next row."""
        if verb not in self.decisions:
            raise BadRequest("No such decision.")
        outcome = self.decide(request, verb, picks, reason)
        undo.offer_undo(request, outcome.entries, outcome.batch)
        self.report_refused(request, outcome.refused)
        return self.next_url(filters, next(iter(picks)))

    def undo(self, request: HttpRequest, filters: F, value: str) -> str:
        """Handle the button of the undo bar, or of an audit log entry."""
        keys = undo.keys_of(value)
        undo.undo_beside(request, value)
        return self.undo_entries(request, filters, keys) if keys else filters.url()

    def undo_entries(self, request: HttpRequest, filters: F, keys: Sequence[RowKey]) -> str:
        chosen, outcome = undo.undo_entries(request, keys)
        subjects = {entry.key: self.subject(entry) for entry in chosen}
        refused = {subjects.get(key) or key: why for key, why in outcome.refused.items()}
        self.report_refused(request, refused)
        restored = (subject for key, subject in subjects.items() if key not in outcome.refused)
        return filters.url(item=next(filter(None, restored), filters.item))

    def report_refused(self, request: HttpRequest, refused: Mapping[RowKey, str]) -> None:
        """Report the rows that were skipped, with the reasons."""
        keys = list(refused)[:MAX_REFUSALS]
        names = self.names(keys) if keys else {}
        for key in keys:
            parts = {"name": names.get(key), "why": refused[key]}
            words = gettext("%(name)s: %(why)s") % parts if key in names else refused[key]
            messages.warning(request, words)
        if more := len(refused) - len(keys):
            text = ngettext("%(n)d more was skipped.", "%(n)d more were skipped.", more)
            messages.warning(request, text % {"n": more})

    def next_url(self, filters: F, decided: RowKey) -> str:
        """Return the URL after deciding on the row with the key `decided`: the next row of the tab,
        or the last one on this page.
        """
        rows, column = self.rows(filters).only("discussion_id"), self.arrival(filters)
        everything = rows.model._default_manager.filter(discussion=decided.discussion_id)
        place = everything.filter(pk=decided.pk).values_list(column, "pk").first()
        if place and place[0]:
            following = arrived_after(rows, place[0], place[1] - 1, column).first()
            if following is not None:
                return filters.url(item=following.key)
        # Continue with the last row on this page, or with the first of the tab.
        on_page = arrived_after(rows, *filters.after, column) if filters.after else rows
        last = on_page.last()
        if last is not None:
            return filters.url(item=last.key)
        first = rows.first()
        return filters.url(item=first and first.key, after=None)


def read_pick(text: str) -> tuple[RowKey, str]:
    """Parse the key of a row and the version shown: "3-231:4" or "3-12:suggested"."""
    key, _colon, version = text.partition(":")
    return parameters.row_key(key), version
