"""What the pages about imports show: source lines, later changes, and reports of import runs.

Reads only, and never a whole source, except saved pages, whose "lines" are their text nodes (see
`saved_pages`). Text from a source is passed on for templates to escape.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Generic, NotRequired, TypedDict, TypeVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..discussions import revisions
from ..models import Article, Comment, GoneComment, ImportRun, Source
from .labels import Label
from .saved_pages import texts_of_page

LINES = 200  # of a source on one page
AROUND = 8  # lines shown before and after those of an item
LONGEST = 2_000  # characters shown of a line
PAGE_SIZE = 25  # rows per list
SAMPLE = 12  # lines of an entry shown in a list
NEAR = 100  # entries closer than this number of lines are read together
STALLED_AFTER = timedelta(minutes=1)  # without an update of an unfinished run
WITH_LEDGER = ("text", "html")  # formats whose ledger has the use of each line or text
USES: dict[str, Label] = {  # how a line or item was used
    "article": _("article"),
    "comment": _("comment"),
    "furniture": _("page furniture (menus, ads)"),
    "blank": _("blank"),
    "left over": _("unrecognised"),
    "ignored": _("ignored"),
}

UNITS: dict[str, Label] = {"lines": _("Lines"), "items": _("Items"), "texts": _("Texts")}

T = TypeVar("T")
U = TypeVar("U")


class Span(TypedDict):
    """A range of lines or items of a source, and how it was used, as stored in ledgers."""

    first: int
    last: int
    use: NotRequired[str]
    owner: NotRequired[str]
    reason: NotRequired[str]


def spans_of(run: ImportRun) -> list[Span]:
    """Return the ledger of a run.

    In the ledger of a text capture, spans separated only by blank lines are merged. In that of an
    export, each entry is an item.
    """
    if run.source.format != "text":
        return list(run.ledger)
    spans: list[Span] = []
    reached = 0  # the last line covered by the latest span and the blank lines after it
    for span in run.ledger:
        is_next = span["first"] == reached + 1
        reached = span["last"]
        if span["use"] == "blank":
            continue
        if is_next and spans and _purpose(span) == _purpose(spans[-1]):
            spans[-1]["last"] = span["last"]
        else:
            spans.append(span.copy())
    return spans


def _purpose(span: Span) -> tuple[str, str, str]:
    return span["use"], span["owner"], span["reason"]


# --- lines


@dataclass
class Line:
    """One line of a source; `rest` is the number of characters not shown."""

    number: int
    text: str
    rest: int = 0

    @classmethod
    def of(cls, number: int, text: str) -> "Line":
        return cls(number, text[:LONGEST], max(len(text) - LONGEST, 0))


@dataclass
class Stretch:
    """Consecutive lines that either all belong to the item or don't."""

    is_marked: bool
    lines: list[Line] = field(default_factory=list)


@dataclass
class Window:
    """Some lines of a source. `earlier` and `later` are the first lines of the adjacent windows, or
    0.
    """

    stretches: list[Stretch]
    earlier: int
    later: int


def window(source: Source, first: int, last: int, spans: Sequence[Span] = ()) -> Window:
    """Return lines `first` to `last`, at most `LINES`, with those in `spans` marked."""
    first = max(first, 1)
    last = min(last, first + LINES - 1)
    found = source.excerpt(first, last + 1)
    spans = [span for span in spans if span["first"] <= last and span["last"] >= first]
    stretches: list[Stretch] = []
    for number, text in found:
        if number > last:
            break
        is_marked = any(span["first"] <= number <= span["last"] for span in spans)
        if not stretches or stretches[-1].is_marked != is_marked:
            stretches.append(Stretch(is_marked))
        stretches[-1].lines.append(Line.of(number, text))
    more = found and found[-1][0] > last
    return Window(stretches, max(first - LINES, 1) if first > 1 else 0, last + 1 if more else 0)


@dataclass
class SourcePlace:
    """The lines of an item in its source: its range, and the spans that are only its own."""

    source: Source
    first: int
    last: int
    spans: list[Span]


def source_place_of(item: Article | Comment) -> SourcePlace | None:
    """Return where an imported article or comment came from, or None."""
    first, last = item.first_line, item.last_line
    run_id = item.import_run_id if isinstance(item, Comment) else None
    if latest := revisions.last_update(item):
        run_id, (first, last) = latest.kept["run"], latest.kept["lines"]
    # Not through the run, whose ledger may be long.
    if isinstance(item, Article) and not latest:
        source = item.source
    else:
        source = Source.objects.filter(runs=run_id).first()
    if source is None or first is None or last is None:
        return None
    spans: list[Span] = [{"first": first, "last": last}]
    if source.format in WITH_LEDGER:
        # Texts of other items may be in between; the ledger distinguishes them.
        run = source.runs.exclude(finished_at=None).first()
        use = ("comment", item.source_key) if isinstance(item, Comment) else ("article", "")
        ledger = spans_of(run) if run else []
        spans = [span for span in ledger if (span["use"], span["owner"]) == use] or spans
    spans = [span for span in spans if span["first"]]
    if not spans:  # a comment on another page of the discussion
        return SourcePlace(source, 0, 0, [])
    return SourcePlace(source, spans[0]["first"], spans[-1]["last"], spans)


@dataclass
class Sightings:
    """The import runs that found a comment in its source first and last, and the first one that
    didn't, if it is gone.
    """

    first: ImportRun | None
    last: ImportRun | None
    gone_since: ImportRun | None


def sightings_of(comment: Comment) -> Sightings:
    """Return when a comment was found in its source. Three queries."""
    runs = ImportRun.objects.select_related("source").defer("ledger", "warnings")
    gone = GoneComment.objects.filter(discussion=comment.discussion_id, comment=comment.pk)
    since = runs.filter(gone_comments__in=gone).first()
    of_article = runs.filter(imported_articles__article=comment.discussion_id)
    if since is not None:
        of_article = of_article.filter(pk__lt=since.pk)
    first = runs.filter(pk=comment.import_run_id or 0).first()
    return Sightings(first, of_article.order_by("-pk").first() or first, since)


# --- changes


# --- import runs


@dataclass
class ListPage(Generic[T]):
    """Some rows of a list, with the numbers of the adjacent pages."""

    rows: list[T]
    number: int
    pages: int
    count: int

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def next(self) -> int:
        return self.number + 1 if self.number < self.pages else 0

    def map(self, change: Callable[[list[T]], list[U]]) -> "ListPage[U]":
        """Return the same page with converted rows."""
        return ListPage(change(self.rows), self.number, self.pages, self.count)


def list_page(rows: Sequence[T] | QuerySet, number: int) -> ListPage[T]:
    """Return one page of `rows`. A number beyond the last page gives the last page."""
    count = rows.count() if isinstance(rows, QuerySet) else len(rows)
    pages = max(-(-count // PAGE_SIZE), 1)
    number = min(max(number, 1), pages)
    return ListPage(list(rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]), number, pages, count)


@dataclass
class LedgerEntry:
    """A ledger entry with its first lines.

    `more` is the number of lines not shown, `owner` the comment that they belong to, if any.
    """

    span: Span
    lines: list[Line]
    more: int
    owner: Comment | None = None

    @property
    def use(self) -> Label:
        return USES.get(self.span["use"], self.span["use"])


def ledger_entries(source: Source, spans: Sequence[Span]) -> list[LedgerEntry]:
    """Return spans with their text. Nearby spans are read together.

    Gzipped sources would have to be unpacked from the start for each span, so their text is
    omitted.
    """
    owners = _owners(source, spans)
    texts: dict[int, str] = {}
    if source.format == "html":
        texts = texts_of_page(source)
    elif source.encoding not in ("gzip", "binary"):
        for first, last in _together(spans):
            texts.update(source.excerpt(first, last))
    shown = []
    for span in spans:
        numbers = range(span["first"], _sampled(span) + 1)
        lines = [Line.of(number, texts[number]) for number in numbers if number in texts]
        more = span["last"] - _sampled(span)
        shown.append(LedgerEntry(_in_words(span), lines, more, owners.get(span["owner"])))
    return shown


def _in_words(span: Span) -> Span:
    """Return an entry with its reason translated. Most are stored in English."""
    if not span.get("reason"):
        return span
    translated = span.copy()
    translated["reason"] = gettext(span["reason"])
    return translated


def _owners(source: Source, spans: Sequence[Span]) -> dict[str, Comment]:
    """Return the comments by the keys in the ledger of a text capture or saved page.

    The ledger of an export doesn't list items that became comments.
    """
    if source.format not in WITH_LEDGER:
        return {}
    keys = {span["owner"] for span in spans if span["use"] == "comment"}
    found = Comment.objects.filter(discussion__article__source=source, source_key__in=keys)
    return {comment.source_key: comment for comment in found.select_related("discussion")}


def _sampled(span: Span) -> int:
    """Return the last line of an entry that a list shows."""
    return min(span["last"], span["first"] + SAMPLE - 1)


def _together(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Return the ranges of lines to read for `spans`, merging nearby ones."""
    ranges: list[tuple[int, int]] = []
    for span in sorted(spans, key=lambda span: span["first"]):
        first, last = span["first"], _sampled(span)
        if ranges and first - ranges[-1][1] <= NEAR:
            first, last = ranges[-1][0], max(ranges.pop()[1], last)
        ranges.append((first, last))
    return ranges


@dataclass
class UsageReport:
    """The counts of a run: how its lines or items were used, and whether the sum is the number
    read.
    """

    unit: str
    uses: list[tuple[Label, int]]
    read: int

    @property
    def unit_label(self) -> Label:
        return UNITS[self.unit]

    @property
    def sum(self) -> int:
        return sum(count for _use, count in self.uses)


def usage_report(run: ImportRun) -> UsageReport | None:
    """Return how the lines or items of a run were used, or None before they are counted."""
    for unit in UNITS:
        counts = {
            name.removeprefix(f"{unit} "): count
            for name, count in run.counts.items()
            if name.startswith(f"{unit} ")
        }
        if counts:
            return UsageReport(
                unit,
                [(USES.get(use, use), n) for use, n in counts.items() if use != "read"],
                counts["read"],
            )
    return None


@dataclass
class Progress:
    """The progress of an unfinished run: the part of the file and the number of items read, what is
    stored, and the number of comments that are being stored with their article.
    """

    percent: int
    items: int
    articles: int
    comments: int
    being_stored: int
    is_stalled: bool


def progress(run: ImportRun) -> Progress | None:
    """Return the progress of a run, or None if it is finished."""
    if run.finished_at is not None:
        return None
    return Progress(
        percent=min(100 * run.bytes_read // (run.source.size or 1), 100),
        items=run.counts.get("read so far", 0),
        articles=run.counts.get("articles", 0),
        comments=run.counts.get("comments", 0),
        being_stored=run.counts.get("being stored", 0),
        is_stalled=timezone.now() - run.updated_at > STALLED_AFTER,
    )
