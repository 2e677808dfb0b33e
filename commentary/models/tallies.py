"""Counts of articles by year, month and author, and of their comments.

Triggers keep the counts by month in UTC (see the migration "tallies"), so lists don't have to read
articles to count them. Months and years in TIME_ZONE start some hours before or after those in UTC;
the articles of these hours are counted with an index.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import MAXYEAR, UTC, datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Count, Sum, Value
from django.db.models.functions import Coalesce

from .article import Article, Author
from .distribution import is_distributed
from .queries.dated import MONTHS, month_start, utc_month_start
from .row_key import HIGHEST_KEY

MONTH, AUTHOR, PART = 1, 2, 3  # kinds of counts, as in the migration
KINDS = {MONTH: "month", AUTHOR: "author", PART: "sitemap"}
PER_PART = 1_000  # article keys per count
UNDATED = -1
AT_ONCE = 100  # ranges of articles counted in one statement

SUMS = """
SELECT key, sum(articles), sum(responses), max(changed_at) FROM commentary_tally
WHERE kind = %s AND key BETWEEN %s AND %s GROUP BY key ORDER BY key
"""
AUTHOR_PARTS = f"""
SELECT key / {PER_PART}, sum(articles), sum(responses), max(changed_at) FROM commentary_tally
WHERE kind = {AUTHOR} GROUP BY key / {PER_PART} HAVING sum(articles) > 0 ORDER BY key / {PER_PART}
"""
AUTHORS = f"""
SELECT author.id, author.name, author.slug, counted.article_count, count(*) OVER () AS author_count
FROM (
    SELECT key, sum(articles) AS article_count FROM commentary_tally
    WHERE kind = {AUTHOR} GROUP BY key HAVING sum(articles) > 0
) AS counted JOIN commentary_author AS author ON author.id = counted.key
ORDER BY counted.article_count DESC, author.name, author.id LIMIT %s OFFSET %s
"""


class Tally(NamedTuple):
    """The numbers of published articles and approved comments, and the time of the last visible
    change.
    """

    articles: int = 0
    responses: int = 0
    changed_at: datetime | None = None

    def __add__(self, other: "Tally") -> "Tally":  # type: ignore[override]
        moments = [tally.changed_at for tally in (self, other) if tally.changed_at is not None]
        return Tally(
            self.articles + other.articles,
            self.responses + other.responses,
            max(moments, default=None),
        )


NONE = Tally()


def add_up(tallies: Iterable[Tally]) -> Tally:
    """Return the sum of counts."""
    total = NONE
    for tally in tallies:
        total += tally
    return total


def count_by_year() -> dict[int | None, Tally]:
    """Return the number of articles by year, latest first; None is for unknown dates. Two queries,
    one in UTC.
    """
    months = _read(MONTH, UNDATED, MONTHS * (MAXYEAR + 1))
    undated = months.pop(UNDATED, NONE)
    # An article from the first hours of a year may be counted in the last month of the year before.
    years = sorted({key // MONTHS + step for key in months for step in (-1, 0, 1)})
    starts = sorted({year * MONTHS for year in years} | {(year + 1) * MONTHS for year in years})
    periods = _by_period(starts, months)
    counted: dict[int | None, Tally] = {
        year: periods[year * MONTHS] for year in reversed(years) if periods[year * MONTHS].articles
    }
    return counted | ({None: undated} if undated.articles else {})


def count_by_month(year: int) -> dict[int, Tally]:
    """Return the number of articles by month of a year (1 to 12). Two queries, one in UTC."""
    first = year * MONTHS
    months = _read(MONTH, max(first - 1, 0), first + MONTHS)
    counted = _by_period(range(first, first + MONTHS + 1), months)
    return {
        n: counted[first + n - 1] for n in range(1, MONTHS + 1) if counted[first + n - 1].articles
    }


def count_by_year_and_month() -> dict[int | None, dict[int, Tally]]:
    """Return the number of articles by year, latest first, and by month of each (1 to 12). None is
    for unknown dates, in the month 0. The queries of `count_by_year`.
    """
    months = _read(MONTH, UNDATED, MONTHS * (MAXYEAR + 1))
    undated = months.pop(UNDATED, NONE)
    near = {key + step for key in months for step in (-1, 0, 1)}
    starts = sorted(near | {key + 1 for key in near})
    counted: dict[int | None, dict[int, Tally]] = {}
    for key, tally in sorted(_by_period(starts, months).items(), reverse=True):
        if tally.articles:
            counted.setdefault(key // MONTHS, {})[key % MONTHS + 1] = tally
    return counted | ({None: {0: undated}} if undated.articles else {})


def count_undated() -> Tally:
    """Count the articles with an unknown date."""
    return _read(MONTH, UNDATED, UNDATED).get(UNDATED, NONE)


def count_of_author(key: int) -> Tally:
    """Count the articles of one author."""
    return _read(AUTHOR, key, key).get(key, NONE)


def count_by_author(first: int, end: int) -> dict[int, Tally]:
    """Count by author, for author keys from `first` up to but not including `end`."""
    found = _read(AUTHOR, first, end - 1)
    return {key: tally for key, tally in found.items() if tally.articles}


def busiest_authors(start: int, stop: int) -> tuple[list[Author], int]:
    """Return the authors of published articles from `start` to `stop` in their list, those with
    most articles first, each with `article_count`; and how many there are, 0 if none is in this
    range. One query, which reads the counts of all authors but none of their articles.
    """
    found = list(Author.objects.raw(AUTHORS, [stop - start, start]))
    return found, found[0].author_count if found else 0  # type: ignore[attr-defined]


def count_by_author_part() -> dict[int, Tally]:
    """Count by range of 1,000 author keys; an article with two authors may count twice. The
    database adds up, so that a site with many authors doesn't load a row for each of them.
    """
    return _fetch(AUTHOR_PARTS, [])


def count_by_part() -> dict[int, Tally]:
    """Count by range of 1,000 article keys."""
    found = _read(PART, 0, HIGHEST_KEY)
    return {key: tally for key, tally in found.items() if tally.articles}


def newest_articles(start: int, stop: int) -> list[Article]:
    """Return the published articles from `start` to `stop` in the list, newest first, with
    everything that the list shows and their beginnings. Those before are skipped by their monthly counts without reading
    them.
    """
    months = _read(MONTH, 0, MONTHS * (MAXYEAR + 1))
    count = sum(tally.articles for tally in months.values())
    found: list[Article] = []
    public = Article.objects.published().newest_first().for_list().with_beginnings()
    if start < count:
        rest, end = start, None
        for key in sorted(months, reverse=True):
            if rest < months[key].articles:
                break
            rest, end = rest - months[key].articles, utc_month_start(key)
        dated = public.filter(timeline_at__isnull=False)
        rows = dated if end is None else dated.filter(timeline_at__lt=end)
        found += rows[rest : rest + stop - start]
    if stop > count:
        found += public.in_year(None)[max(start - count, 0) : stop - count]
    return found


def _read(kind: int, first: int, last: int) -> dict[int, Tally]:
    return _fetch(SUMS, [kind, first, last])


def _fetch(statement: str, values: list[int]) -> dict[int, Tally]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return {
            key: Tally(int(articles), int(responses), _moment(changed))
            for key, articles, responses, changed in cursor.fetchall()
        }


def _moment(value: str | datetime | None) -> datetime | None:
    """SQLite returns dates as text."""
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value


def _by_period(starts: Sequence[int], months: dict[int, Tally]) -> dict[int, Tally]:
    """Return counts by first month, for the site's periods that start with the months `starts` and
    end where the next one starts. The last period has no end.
    """
    counted = dict.fromkeys(starts, NONE)
    for key, tally in months.items():
        if place := bisect_right(starts, key):
            counted[starts[place - 1]] += tally
    hours = {}
    for start in starts:
        here, utc = month_start(start), utc_month_start(start)
        if here < utc and months.get(start - 1, NONE).articles:
            hours[start] = (here, utc)  # counted in the month before
        elif here > utc and months.get(start, NONE).articles:
            hours[start] = (utc, here)  # counted in this month
    for start, moved in _count_ranges(hours).items():
        is_earlier = month_start(start) < utc_month_start(start)
        counted[start] = _moved(counted[start], moved, 1 if is_earlier else -1)
        if place := starts.index(start):
            before = starts[place - 1]
            counted[before] = _moved(counted[before], moved, -1 if is_earlier else 1)
    return counted


def _moved(tally: Tally, by: Tally, sign: int) -> Tally:
    return tally._replace(
        articles=tally.articles + sign * by.articles,
        responses=tally.responses + sign * by.responses,
    )


def _count_ranges(ranges: dict[int, tuple[datetime, datetime]]) -> dict[int, Tally]:
    """Count articles in each range between two times."""
    found, items = {}, list(ranges.items())
    for first in range(0, len(items), AT_ONCE):
        one, *others = (
            Article.objects.published()
            .between(*ends)
            .order_by()
            .annotate(start=Value(start))
            .values("start")
            .annotate(number=Count("pk"), responses=Coalesce(Sum("discussion__approved_count"), 0))
            for start, ends in items[first : first + AT_ONCE]
        )
        for row in one.union(*others, all=True):
            found[row["start"]] = Tally(row["number"], row["responses"])
    return found


# --- check and repair

UTC_MONTH = {
    "postgresql": "coalesce(extract(year FROM timeline_at AT TIME ZONE 'UTC') * 12"
    " + extract(month FROM timeline_at AT TIME ZONE 'UTC') - 1, -1)::bigint",
    "sqlite": "coalesce(CAST(strftime('%%Y', timeline_at) AS integer) * 12"
    " + CAST(strftime('%%m', timeline_at) AS integer) - 1, -1)",
}
COUNTED = f"""
SELECT kind, key, count(*) AS articles, coalesce(sum(approved_count), 0) AS responses,
    max(changed_at) FROM (
    SELECT {MONTH} AS kind, {{month}} AS key, id FROM commentary_article WHERE is_published
    UNION ALL SELECT {PART}, id / {PER_PART}, id FROM commentary_article WHERE is_published
    UNION ALL SELECT {AUTHOR}, author_id, commentary_article.id FROM commentary_byline
        JOIN commentary_article ON commentary_article.id = article_id WHERE is_published
) AS counted LEFT JOIN commentary_discussion ON article_id = counted.id GROUP BY kind, key
"""
# In a distributed database the rows of a count are on the node of their articles: one per shard.
DISTRIBUTED = f"""
INSERT INTO commentary_tally (article_id, kind, key, articles, responses, changed_at)
SELECT min(article_id), kind, key, count(*), coalesce(sum(approved_count), 0), max(changed_at) FROM (
    SELECT {MONTH} AS kind, {{month}} AS key, id FROM commentary_article WHERE is_published
    UNION ALL SELECT {PART}, id / {PER_PART}, id FROM commentary_article WHERE is_published
    UNION ALL SELECT {AUTHOR}, author_id, commentary_article.id FROM commentary_byline
        JOIN commentary_article ON commentary_article.id = article_id WHERE is_published
) AS counted JOIN commentary_discussion ON article_id = counted.id
GROUP BY kind, key, get_shard_id_for_distribution_column('commentary_discussion', article_id)
"""
# The stored and the computed counts, in one statement so that both are from the same moment.
BOTH = """
SELECT 0, kind, key, sum(articles), sum(responses) FROM commentary_tally GROUP BY kind, key
HAVING sum(articles) <> 0 OR sum(responses) <> 0
UNION ALL SELECT 1, kind, key, articles, responses FROM ({counted}) AS computed
"""
LOCK = """
LOCK TABLE commentary_article, commentary_byline, commentary_discussion IN SHARE ROW EXCLUSIVE MODE
"""


def wrong() -> list[tuple[int, int]]:
    """Return the kind and key of counts that differ from their rows."""
    stored: dict[tuple[int, int], tuple[int, ...]] = {}
    counted: dict[tuple[int, int], tuple[int, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute(BOTH.format(counted=_counted()), [])
        for is_counted, kind, key, *numbers in cursor.fetchall():
            (counted if is_counted else stored)[kind, key] = tuple(map(int, numbers))
    keys = sorted(stored.keys() | counted.keys())
    return [key for key in keys if stored.get(key) != counted.get(key)]


def repair_tallies() -> None:
    """Recompute all counts while writers are locked out."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(LOCK)
        cursor.execute("DELETE FROM commentary_tally")
        if is_distributed():
            cursor.execute(fill_distributed())
            return
        columns = "(kind, key, articles, responses, changed_at)"
        cursor.execute(f"INSERT INTO commentary_tally {columns} {_counted()}", [])


def fill_distributed() -> str:
    """Return the statement that fills the counts of a distributed database."""
    return DISTRIBUTED.format(month=UTC_MONTH["postgresql"])


def _counted() -> str:
    return COUNTED.format(month=UTC_MONTH[connection.vendor])
