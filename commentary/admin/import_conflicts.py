"""Import conflicts: the three versions of a value side by side, and the choice between two of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.contrib.admin import AdminSite
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from .. import discussions
from ..models import (
    AuditEntry,
    Comment,
    ImportConflict,
    ImportRun,
    RowKey,
    text_columns,
    with_keys,
)
from ..models.import_conflict import date_of
from ..models.queries.arrival import OLDEST_FIRST, arrived_after
from ..reading.parameters import ArrivalCursor
from ..templatetags.commentary import timestamp
from ..text.differences import DiffPiece, differences
from ..text.markup import plain_text
from . import undo
from .access import View, actor, is_moderator, protect
from .labels import Label
from .lists import Action, ListFilters, ModerationList, busiest_articles, tabs_by_state
from .parameters import MAX_BATCH

Field, State = ImportConflict.Field, ImportConflict.State
PAGE_SIZE = 10
OF_ARTICLES = "commentary.change_article"  # the permission to decide about articles
TABS: dict[str, Label] = {
    State.OPEN: pgettext_lazy("import conflict", "Open"),
    State.OURS: gettext_lazy("Kept ours"),
    State.SOURCE: gettext_lazy("Used the source’s"),
    State.AGREED: gettext_lazy("Resolved by an import"),
}
EMPTY: dict[str, Label] = {
    State.OPEN: gettext_lazy("No import conflicts are waiting for a decision."),
    State.OURS: gettext_lazy("No conflicts were decided this way yet."),
    State.SOURCE: gettext_lazy("No conflicts were decided this way yet."),
    State.AGREED: gettext_lazy("No conflicts were resolved by a later import yet."),
}
BUTTONS: list[tuple[str, Label, str]] = [  # verb, label, shortcut
    (discussions.KEEP_OURS, gettext_lazy("Keep ours"), "a"),
    ("use_source", gettext_lazy("Use the source’s"), "r"),
]


@dataclass(frozen=True)
class ConflictFilters(ListFilters):
    """A position in the list of conflicts, perhaps only those of an article or import run."""

    route: ClassVar[str] = "admin:commentary_import_conflicts"
    states: ClassVar = TABS

    state: str = State.OPEN
    run: int = 0


@dataclass
class ConflictItem:
    """A conflict in the list: the value at the source before, and what changed there and here."""

    conflict: ImportConflict
    then: str
    now: list[DiffPiece]
    here: list[DiffPiece]

    @property
    def pick(self) -> str:
        return f"{self.conflict.key}:{discussions.conflict_edition(self.conflict)}"


class ConflictList(ModerationList[ConflictFilters]):
    """The list of import conflicts. Moderators decide about comments, editors about articles too."""

    filters_class = ConflictFilters
    decisions: ClassVar = discussions.CONFLICT_DECISIONS
    selection_error = gettext_lazy("Select between 1 and %(most)s conflicts.")

    def __init__(self, site: AdminSite, has_articles: bool = False) -> None:
        super().__init__(site)
        self.has_articles = has_articles

    @classmethod
    def as_view(cls, site: AdminSite) -> View:
        def serve(request: HttpRequest) -> HttpResponse:
            return cls(site, request.user.has_perm(OF_ARTICLES)).serve(request)

        return protect(site, serve, is_moderator)

    def actions(self) -> dict[str, Action[ConflictFilters]]:
        return {**super().actions(), "all": self.decide_all}

    def show(self, request: HttpRequest, filters: ConflictFilters) -> HttpResponse:
        """Show the conflicts of one tab. The number of queries doesn't depend on their number."""
        found = self.rows(filters)
        if filters.after:
            found = arrived_after(found, *filters.after)
        related = found.select_related(
            "comment__parent", "comment__discussion", "discussion__article", "run__source"
        ).defer(
            *("run__ledger", "run__warnings", "comment__search_text"),
            *("discussion__article__search_text", *text_columns("comment__parent")),
        )
        rows: list[ImportConflict] = list(related[: PAGE_SIZE + 1])
        last = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
        after = ArrivalCursor(last.created_at, last.pk) if last else None
        return TemplateResponse(
            request,
            "admin/commentary/import_conflicts.html",
            {
                **self.list_context(
                    request, filters, tabs_by_state(TABS, filters, self.rows), after
                ),
                "title": _("Import conflicts"),
                "run": filters.run and ImportRun.objects.filter(pk=filters.run).first(),
                "articles": self.article_choices(filters),
                "has_articles": self.has_articles,
                "items": [conflict_item(row) for row in rows[:PAGE_SIZE]],
                "empty": EMPTY[filters.state],
                "buttons": BUTTONS if filters.state == State.OPEN else [],
                "all_runs": filters.url(run=0, after=None, item=None) if filters.run else "",
            },
        )

    def rows(self, filters: ConflictFilters) -> QuerySet[ImportConflict]:
        """Return the conflicts of a tab that the user may decide, oldest first."""
        found = self.of_state(filters.state).order_by(*OLDEST_FIRST)
        if filters.article:
            found = found.filter(discussion=filters.article)
        return found.filter(run=filters.run) if filters.run else found

    def of_state(self, state: str) -> QuerySet[ImportConflict]:
        found = ImportConflict.objects.filter(state=state)
        return found if self.has_articles else found.exclude(comment=None)

    def article_choices(self, filters: ConflictFilters) -> list[tuple[int, str]]:
        """Return the articles with the most conflicts in this tab, always including the selected
        one.
        """
        return busiest_articles(self.of_state(filters.state), filters.article)

    def decide(
        self, request: HttpRequest, verb: str, picks: Mapping[RowKey, str], reason: str
    ) -> discussions.Outcome:
        about = with_keys(ImportConflict.objects.filter(comment=None), picks)
        refused = set() if self.has_articles else {conflict.key for conflict in about}
        chosen = picks.keys() - refused
        outcome = discussions.decide_conflicts(verb, chosen, actor(request), picks, reason)
        outcome.refused |= dict.fromkeys(sorted(refused), _("Only editors decide about articles."))
        return outcome

    def subject(self, entry: AuditEntry) -> RowKey | None:
        conflict = entry.kept.get("conflict")
        return RowKey(entry.discussion_id, conflict) if conflict else None

    def names(self, keys: Iterable[RowKey]) -> dict[RowKey, str]:
        rows = ImportConflict.objects.select_related("comment", "discussion__article")
        return {row.key: name_of(row) for row in with_keys(rows, keys)}

    def decide_all(self, request: HttpRequest, filters: ConflictFilters, verb: str) -> str:
        """Handle a button for every conflict of the tab, not only those on the page."""
        keys = [row.key for row in self.rows(filters).only("discussion_id")[:MAX_BATCH]]
        if verb not in self.decisions or not self.may_take(request, keys):
            return filters.url()
        outcome = discussions.decide_conflicts(verb, keys, actor(request))
        undo.offer_undo(request, outcome.entries, outcome.batch)
        self.report_refused(request, outcome.refused)
        return filters.url(after=None, item=None)


def name_of(conflict: ImportConflict) -> str:
    """Return what a conflict is about: "#3, text"."""
    comment = conflict.comment
    about = f"#{comment.number}" if comment else str(conflict.discussion.article)
    return f"{about}, {conflict.get_field_display()}"


def conflict_item(conflict: ImportConflict) -> ConflictItem:
    """Return a conflict with its values as people read them, compared with the earlier one."""
    values = (conflict.then, conflict.now, conflict.here)
    comment = conflict.comment
    if conflict.field == Field.TEXT and comment and comment.markup == Comment.Markup.HTML:
        plain = then, now, here = tuple(map(plain_text, values))
        if len(set(plain)) < len(set(values)):  # the tags differ
            then, now, here = values
    else:
        then, now, here = (_shown(conflict, value) for value in values)
    return ConflictItem(conflict, then, _pieces(then, now), _pieces(then, here))


def _pieces(old: str, new: str) -> list[DiffPiece]:
    return differences(old, new) or [DiffPiece("same", new)]


def _shown(conflict: ImportConflict, value: str) -> str:
    field = conflict.field
    if field == Field.STATUS:
        return str(Comment.Status(value).label) if value in Comment.Status.values else value
    if field == Field.DATE:
        return timestamp(*date_of(value)) or _("no date") if value else _("no date")
    if field == Field.PARENT:
        if not value:
            return _("the article")
        return (
            value if value.startswith("#") else _("comment %(key)s of the source") % {"key": value}
        )
    if field == Field.PUBLISHED:
        return {"published": pgettext("article", "published"), "draft": _("draft")}.get(
            value, value
        )
    if field == Field.NAME:
        return value or _("Anonymous")
    return value
