"""The overview of the admin: pending comments, recent decisions and upcoming closures.

Its queries are the same whatever the size of the site: each reads a limited number of rows, found by
an index.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Min, QuerySet
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import discussions
from ..models import (
    Article,
    AuditEntry,
    Comment,
    Discussion,
    ImportedArticle,
    Report,
    site,
    text_columns,
)
from ..models.queries.arrival import NEWEST_FIRST
from ..text.counts import grouped
from ..text.dates import age_in_words, begin_of
from . import undo
from .audit_lines import batch_in_words, entry_in_words
from .import_review import NOT_SURE, latest_import
from .lists import MAX_COUNTED, OVERVIEW
from .queue.filters import Filters
from .queue.items import QueueItem, first_waiting
from .queue.labels import REPORTED, UNREVIEWED
from .room import count_waiting

WAITING, PROBLEMS, CLOSURES, ACTS = 3, 3, 5, 5  # items shown in each block
DAYS = 7  # of the chart
CLOSING_WITHIN = timedelta(days=14)
LATE = timedelta(days=1)  # a comment that has waited longer is late
NEWEST_ENTRIES = 100  # in which the latest actions are looked for
# The decisions in the chart by their verb.
CHARTED: dict[str, str] = {
    "approve": "approved",
    "reject": "rejected",
    "mark_spam": "spam",
    "remove": "removed",
}
# In the chart, in pixels: the middle of the first day, the distance between days, the width of a
# bar, the base line, and the height of the highest bar.
MIDDLE, STEP, WIDTH, BASE, HEIGHT = 31, 58, 34, 128, 110


@dataclass
class Figure:
    """A number at the top, the page that lists its items, and a detail; `is_late` marks this."""

    count: str
    label: str
    address: str
    detail: str = ""
    is_late: bool = False


@dataclass
class ChartBar:
    """A part of the bar of one day: decisions of one kind."""

    kind: str
    x: int
    y: float
    height: float


@dataclass
class ChartDay:
    """One day of the chart, with the number of decisions of each kind."""

    day: date
    middle: int
    counts: dict[str, int]
    bars: list[ChartBar] = field(default_factory=list)
    top: float = BASE

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def label_at(self) -> float:
        """Where the number above the bar stands."""
        return round(self.top - 4, 1)


@dataclass
class DecisionChart:
    """The decisions of the last days. With `is_cut`, only the latest ones are counted."""

    days: list[ChartDay]
    is_cut: bool

    @property
    def sums(self) -> dict[str, int]:
        return {kind: sum(day.counts[kind] for day in self.days) for kind in CHARTED.values()}

    @property
    def total(self) -> int:
        return sum(self.sums.values())


@dataclass
class Closure:
    """A discussion or branch that will close, when, and by whom or what."""

    discussion: Discussion
    at: datetime
    detail: str
    branch: Comment | None = None


@dataclass
class RecentAct:
    """An audit log entry; `count` is the number of entries of its batch."""

    entry: AuditEntry
    count: int = 1

    @property
    def words(self) -> SafeString:
        """The action in a sentence."""
        if self.count > 1:
            return batch_in_words(self.entry, self.count)
        return entry_in_words(self.entry)

    @property
    def undo_page(self) -> str:
        """The URL of the page that undoes it, with its whole batch; "" if it can't be undone."""
        entry = self.entry
        if not discussions.is_reversible(entry) or getattr(entry, "undone_by", None) is not None:
            return ""
        address = reverse("admin:commentary_auditentry_undo", args=[entry.key])
        return f"{address}?batch" if self.count > 1 else address


def overview(request: HttpRequest) -> dict[str, object]:
    """Return what the overview shows to this user."""
    may = request.user.has_perm
    shown: dict[str, object] = {"figures": [], "quick": _quick_links(request)}
    figures: list[Figure] = []
    if may("commentary.moderate"):
        waiting = count_waiting(request)
        longest = first_waiting(WAITING)
        figures += [_waiting(waiting, longest), _reported(), _unreviewed()]
        shown |= {
            "is_moderator": True,
            "waiting": longest,
            "waiting_count": _counted(waiting),
            "queue": Filters().url(),
            "bar": undo.undo_bar(request),
            "here": Filters().url(),
            "back_to": OVERVIEW,
        }
    if may("commentary.view_article"):
        figures.append(_drafts())
    if may("commentary.view_importrun"):
        doubtful = latest_import().filter(NOT_SURE)
        figures += _files_to_check(doubtful)
        shown["problems"] = _problems(doubtful)
        shown["review"] = f"{reverse('admin:commentary_import_review')}?kind=unsure"
    if may("commentary.view_discussion"):
        shown["closures"] = closing_soon()
    if may("commentary.view_auditentry"):
        shown |= {"chart": decision_chart(), "acts": recent_acts()}
    return {**shown, "figures": figures}


def _counted(number: int) -> str:
    """Return a number that was counted up to a limit, in words."""
    words = grouped(min(number, MAX_COUNTED))
    return f"{words}+" if number > MAX_COUNTED else words


def _waiting(count: int, longest: Sequence[QueueItem]) -> Figure:
    since = longest[0].comment.created_at if longest else None
    detail = _("oldest %(age)s") % {"age": age_in_words(since)} if since else ""
    is_late = since is not None and timezone.now() - since > LATE
    return Figure(_counted(count), _("waiting"), Filters().url(), detail, is_late)


def _reported() -> Figure:
    """Count the comments with open reports, and these reports. One query."""
    reports = Report.objects.open().filter(comment__status=Comment.Status.APPROVED).order_by()
    counted = reports.values("comment", "pk")[: MAX_COUNTED + 1]
    found = counted.aggregate(comments=Count("comment", distinct=True), reports=Count("pk"))
    number = found["reports"]
    detail = ngettext("%(n)s report", "%(n)s reports", number) % {"n": _counted(number)}
    address = Filters(state=REPORTED).url()
    return Figure(_counted(found["comments"]), _("reported"), address, detail if number else "")


def _unreviewed() -> Figure:
    """Count the comments that were published without a decision, since when. One query."""
    # In the order of the index of unreviewed submissions, by which SQLite then finds them.
    rows = Comment.objects.unreviewed().order_by("submission__created_at", "pk")
    rows = rows.values("submission__created_at")
    found = rows[: MAX_COUNTED + 1].aggregate(
        count=Count("submission__created_at"), first=Min("submission__created_at")
    )
    address = Filters(state=UNREVIEWED).url()
    detail = _("oldest %(age)s") % {"age": age_in_words(found["first"])} if found["first"] else ""
    return Figure(_counted(found["count"]), _("published, not yet read"), address, detail)


def _drafts() -> Figure:
    """Count the articles that are not published. One query."""
    drafts = Article.objects.filter(is_published=False).order_by()[: MAX_COUNTED + 1].count()
    address = f"{reverse('admin:commentary_article_changelist')}?is_published__exact=0"
    return Figure(_counted(drafts), _("drafts"), address)


def _files_to_check(doubtful: QuerySet[ImportedArticle]) -> list[Figure]:
    """Count the articles of the latest import that an editor should check. One query."""
    found = doubtful.order_by().values("pk", "run__created_at")[: MAX_COUNTED + 1]
    counts = found.aggregate(count=Count("pk"), last=Min("run__created_at"))
    detail = (
        _("imported %(age)s ago") % {"age": age_in_words(counts["last"])} if counts["last"] else ""
    )
    address = f"{reverse('admin:commentary_import_review')}?kind=unsure"
    return [Figure(_counted(counts["count"]), _("imported articles to check"), address, detail)]


def _problems(doubtful: QuerySet[ImportedArticle]) -> list[ImportedArticle]:
    """Return the least certain articles of the latest import. One query."""
    rows = doubtful.select_related("article", "run__source").order_by("confidence", "pk")
    return list(rows.defer(*text_columns("article"), "run__ledger", "run__warnings")[:PROBLEMS])


def decision_chart() -> DecisionChart:
    """Return the decisions of the last seven days, today included. One query."""
    today = timezone.localdate()
    first = today - timedelta(days=DAYS - 1)
    rows = AuditEntry.objects.filter(created_at__gte=begin_of(first), verb__in=CHARTED)
    newest = rows.order_by(*NEWEST_FIRST).values("pk")[: MAX_COUNTED + 1]
    by_day = AuditEntry.objects.filter(pk__in=newest).order_by().values(day=TruncDate("created_at"))
    counts: dict[date, dict[str, int]] = {}
    for row in by_day.annotate(n=Count("pk")).values_list("day", "verb", "n"):
        day, verb, number = row
        counts.setdefault(day, {})[CHARTED[verb]] = number
    days = []
    for position in range(DAYS):
        day = first + timedelta(days=position)
        of_day = {kind: counts.get(day, {}).get(kind, 0) for kind in CHARTED.values()}
        days.append(ChartDay(day, MIDDLE + STEP * position, of_day))
    chart = DecisionChart(days, is_cut=sum(day.total for day in days) > MAX_COUNTED)
    _draw(chart)
    return chart


def _draw(chart: DecisionChart) -> None:
    """Compute the bars of a chart."""
    highest = max(day.total for day in chart.days) or 1
    for day in chart.days:
        for kind, count in day.counts.items():
            if count:
                height = round(count * HEIGHT / highest, 1)
                day.top = round(day.top - height, 1)
                day.bars.append(ChartBar(kind, day.middle - WIDTH // 2, day.top, height))


def closing_soon() -> list[Closure]:
    """Return the discussions and branches that close next, by hand or automatically. Four queries."""
    now = timezone.now()
    found = Discussion.objects.select_related("article", "closed_entry").defer(
        *text_columns("article")
    )
    by_hand = found.filter(closed_from__gt=now, closed_entry__isnull=False)
    closures = []
    for discussion in by_hand.order_by("closed_from", "pk")[:CLOSURES]:
        entry, at = discussion.closed_entry, discussion.closed_from
        assert entry is not None and at is not None
        closures.append(Closure(discussion, at, _("Closed by %(who)s") % {"who": entry.who}))
    branches = Comment.objects.filter(closed_from__gt=now, closed_entry__isnull=False)
    branches = branches.select_related("discussion__article", "closed_entry")
    branches = branches.defer(*text_columns("discussion__article"), "body", "body_html")
    for branch in branches.order_by("closed_from", "pk")[:CLOSURES]:
        entry, at = branch.closed_entry, branch.closed_from
        assert entry is not None and at is not None
        detail = _("Closed by %(who)s") % {"who": entry.who}
        closures.append(Closure(branch.discussion, at, detail, branch))
    for discussion in found.filter(pk__in=site.closing_by_age(CLOSING_WITHIN, CLOSURES)):
        days, at = discussion.closes_after_days, discussion.closes_by_age_at
        assert at is not None
        text = ngettext(
            "Automatically, %(n)s day after publication",
            "Automatically, %(n)s days after publication",
            days,
        )
        closures.append(Closure(discussion, at, text % {"n": days}))
    closures.sort(key=lambda closure: (closure.at, closure.discussion.pk))
    return closures[:CLOSURES]


def recent_acts() -> list[RecentAct]:
    """Return the latest actions by accounts, each batch as one. One query."""
    newest = AuditEntry.objects.with_places().order_by(*NEWEST_FIRST)[:NEWEST_ENTRIES]
    return grouped_acts(entry for entry in newest if entry.actor_id is not None)[:ACTS]


def grouped_acts(entries: Iterable[AuditEntry]) -> list[RecentAct]:
    """Return entries as actions, each batch as one."""
    acts: dict[object, RecentAct] = {}
    for entry in entries:
        known = acts.get(entry.batch) if entry.batch else None
        if known:
            known.count += 1
        else:
            acts[entry.batch or entry.pk] = RecentAct(entry)
    return list(acts.values())


def _quick_links(request: HttpRequest) -> list[tuple[str, str]]:
    """Return (URL, label) of what the user may start from here."""
    pages = [
        ("commentary.add_article", "commentary_article_add", _("Write an article")),
        ("commentary.view_importrun", "commentary_import_review", _("Check imported articles")),
        ("commentary.add_rule", "commentary_rule_add", _("Add a rule")),
    ]
    return [
        (reverse(f"admin:{name}"), label)
        for permission, name, label in pages
        if request.user.has_perm(permission)
    ]
