"""The articles of import runs as a table, the least certain first.

The table stands on the page of a run, and on a page of its own for all files that were imported
together.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

from django.contrib.admin import AdminSite
from django.db.models import Count, Min, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..importing.doubts import LEVELS, SURE, level
from ..models import ImportedArticle, ImportRun
from .labels import Label
from .parameters import number
from .source_lines import UNITS

PAGE_SIZE = 50
LEVEL_NAMES: dict[str, Label] = {
    "sure": gettext_lazy("sure"),
    "uncertain": gettext_lazy("uncertain"),
    "doubtful": gettext_lazy("doubtful"),
}
KIND_NAMES: dict[str, Label] = {
    "heading": gettext_lazy("No comment heading"),
    "layout": gettext_lazy("Layout only"),
    "start": gettext_lazy("Start of comments"),
    "end": gettext_lazy("End of comments"),
    "title": gettext_lazy("Title"),
    "article": gettext_lazy("Article text"),
    "names": gettext_lazy("Names"),
    "count": gettext_lazy("Number of comments"),
    "empty": gettext_lazy("Comments without text"),
    "missed": gettext_lazy("Possible comments left"),
    "encoding": gettext_lazy("Encoding"),
    "no page": gettext_lazy("Not a page"),
    "other": gettext_lazy("Other"),
}
# What can be shown besides the articles with one kind of doubt.
UNSURE, HARMLESS = "unsure", "harmless"
NOT_SURE = Q(confidence__lt=SURE)
ONLY_WARNINGS = Q(confidence__gte=SURE) & ~Q(warnings=[])


class ReviewKey(NamedTuple):
    """The place of a row in the table: "60-123" in a URL."""

    confidence: int
    pk: int

    def __str__(self) -> str:
        return f"{self.confidence}-{self.pk}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        confidence, dash, pk = text.partition("-")
        place = cls(number(confidence, 100), number(pk))
        return place if dash and place.pk else None


@dataclass(frozen=True)
class ReviewFilters:
    """What the table shows: all articles, those that an editor should check, those with one kind of
    doubt, or those with other warnings only, which are harmless; and the last row of the previous
    page.
    """

    address: str
    kind: str = ""
    after: ReviewKey | None = None

    @classmethod
    def read(cls, query: QueryDict, address: str) -> Self:
        kind = query.get("kind", "")
        known = kind in KIND_NAMES or kind in (UNSURE, HARMLESS)
        return cls(address, kind if known else "", ReviewKey.parse(query.get("after", "")))

    def url(self) -> str:
        query = {"kind": self.kind, "after": str(self.after or "")}
        query = {name: value for name, value in query.items() if value}
        mark = "&" if "?" in self.address else "?"
        return f"{self.address}{mark}{urlencode(query)}" if query else self.address

    @property
    def condition(self) -> Q:
        return _condition(self.kind)


def _condition(kind: str) -> Q:
    special = {"": Q(), UNSURE: NOT_SURE, HARMLESS: ONLY_WARNINGS}
    return special[kind] if kind in special else Q(kinds__contains=f"|{kind}|")


@dataclass
class ReviewTab:
    """A filter with the number of its articles."""

    label: Label
    address: str
    is_current: bool
    count: int


@dataclass
class ReviewRow:
    """An article in the table. `unrecognised` is the number of lines or items of its file."""

    imported: ImportedArticle
    level: Label
    reasons: list[tuple[Label, str]]
    unrecognised: int


@dataclass
class ReviewTable:
    """One page of the table."""

    rows: list[ReviewRow]
    tabs: list[ReviewTab]
    kinds: list[ReviewTab]
    first_page: str
    next_page: str


def review_table(rows: QuerySet[ImportedArticle], query: QueryDict, address: str) -> ReviewTable:
    """Return the page of the table that a URL asks for. Two queries, whatever the number of rows."""
    filters = ReviewFilters.read(query, address)
    counts = _counts(rows)
    labels: dict[str, Label] = {
        "": _("All"),
        UNSURE: _("To check"),
        HARMLESS: _("Only other warnings"),
    }
    found = rows.filter(filters.condition).order_by("confidence", "pk")
    if after := filters.after:
        later = Q(confidence__gt=after.confidence) | Q(confidence=after.confidence, pk__gt=after.pk)
        found = found.filter(later)
    found = found.select_related("article", "run__source").defer(
        "article__body", "run__ledger", "run__warnings"
    )
    page = list(found[: PAGE_SIZE + 1])
    last = page[PAGE_SIZE - 1] if len(page) > PAGE_SIZE else None
    following = last and replace(filters, after=ReviewKey(last.confidence, last.pk))

    def tab(kind: str, label: Label) -> ReviewTab:
        there = replace(filters, kind=kind, after=None).url()
        return ReviewTab(label, there, kind == filters.kind, counts[kind])

    return ReviewTable(
        [_row(one) for one in page[:PAGE_SIZE]],
        [tab(kind, label) for kind, label in labels.items()],
        [
            tab(kind, label)
            for kind, label in KIND_NAMES.items()
            if counts[kind] or kind == filters.kind
        ],
        replace(filters, after=None).url() if filters.after else "",
        following.url() if following else "",
    )


def _counts(rows: QuerySet[ImportedArticle]) -> dict[str, int]:
    """Return the number of articles for each filter. One query."""
    kinds = ["", UNSURE, HARMLESS, *LEVELS]
    names = {kind: f"count_{place}" for place, kind in enumerate(kinds)}
    found = rows.order_by().aggregate(
        **{name: Count("pk", filter=_condition(kind)) for kind, name in names.items() if kind},
        count_0=Count("pk"),
    )
    return {kind: found[name] for kind, name in names.items()}


def _row(one: ImportedArticle) -> ReviewRow:
    counts = one.run.counts
    return ReviewRow(
        one,
        LEVEL_NAMES[level(one.confidence)],
        [(KIND_NAMES.get(kind, KIND_NAMES["other"]), text) for kind, text in one.doubts],
        sum(counts.get(f"{unit} left over", 0) for unit in UNITS),
    )


def review_address(batch: uuid.UUID) -> str:
    """Return the URL of the table of all files that were imported together."""
    return f"{reverse('admin:commentary_import_review')}?{urlencode({'batch': str(batch)})}"


def together(run: ImportRun) -> str:
    """Return the URL of the table of the files that were imported with a run, or "" if it was the
    only one. One query.
    """
    if run.batch is None:
        return ""
    others = ImportRun.objects.filter(batch=run.batch).exclude(pk=run.pk)
    return review_address(run.batch) if others.exists() else ""


def review_view(site: AdminSite) -> Callable[[HttpRequest], HttpResponse]:
    """Return the page with the articles of one import, by default of the latest one."""

    def view(request: HttpRequest) -> HttpResponse:
        runs = _runs_of(request.GET.get("batch", ""))
        facts = runs.order_by().aggregate(files=Count("pk"), started=Min("created_at"))
        rows = ImportedArticle.objects.filter(run__in=runs.order_by())
        sums = rows.order_by().aggregate(comments=Sum("comments"), declared=Sum("declared"))
        address = request.path
        if "batch" in request.GET:
            address += f"?{urlencode({'batch': request.GET['batch']})}"
        return TemplateResponse(
            request,
            "admin/commentary/import_review.html",
            {
                **site.each_context(request),
                "title": _("Imported articles"),
                "opts": ImportRun._meta,
                "facts": facts,
                "sums": sums,
                "review": review_table(rows, request.GET, address),
            },
        )

    return view


def latest_import() -> QuerySet[ImportedArticle]:
    """Return the articles of the latest import. One query finds it."""
    return ImportedArticle.objects.filter(run__in=_runs_of("").order_by())


def _runs_of(batch: str) -> QuerySet[ImportRun]:
    """Return the runs of an import. Raises Http404."""
    if not batch:
        latest = ImportRun.objects.order_by("-pk").only("pk", "batch").first()
        if latest is None:
            return ImportRun.objects.none()
        if latest.batch is None:  # imported by an earlier version
            return ImportRun.objects.filter(pk=latest.pk)
        return ImportRun.objects.filter(batch=latest.batch)
    try:
        runs = ImportRun.objects.filter(batch=uuid.UUID(batch))
    except ValueError as error:
        raise Http404 from error
    if not runs.exists():
        raise Http404
    return runs
