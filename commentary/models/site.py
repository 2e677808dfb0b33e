"""Site-wide values: when closures start and end, and the number of pending comments.

The cost of each is independent of the number of articles, and writers of different articles never
wait for each other.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import inf
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from ..resilience.replica import reading_connection
from .distribution import is_distributed
from .marks import JOINS, LOOK, TOKENS, with_look

# The ages in days at which discussions close automatically, each found with one step in an index.
AGES = """ages (days) AS (
    SELECT min(auto_close_days) FROM commentary_discussion WHERE auto_close_days > 0
    UNION ALL
    SELECT (SELECT min(auto_close_days) FROM commentary_discussion WHERE auto_close_days > days)
    FROM ages WHERE days IS NOT NULL
), used (days) AS (
    SELECT days FROM ages WHERE days > 0 UNION SELECT CAST(%(default)s AS integer)
)"""
# Pages also change when a closure starts or ends. The latest such moment in the past stands for all
# of them, and the next one says how long a page stays as it is.
STATE = """
WITH {recursive} {ages}
SELECT {tokens}, {look},
    (SELECT max(closed_from) FROM commentary_discussion WHERE closed_from <= %(now)s),
    (SELECT max(closed_until) FROM commentary_discussion WHERE closed_until <= %(now)s),
    (SELECT {join}(days || ':' || coalesce(CAST(passed AS text), ''), ',') FROM (
        SELECT days, (
            SELECT coalesce(timeline_at, created_at) FROM commentary_article
            WHERE coalesce(timeline_at, created_at) <= {cutoff}
            ORDER BY coalesce(timeline_at, created_at) DESC LIMIT 1
        ) AS passed
        FROM used WHERE days > 0 ORDER BY days
    ) AS closed_by_age),
    (SELECT min(closed_from) FROM commentary_discussion WHERE closed_from > %(now)s),
    (SELECT min(closed_until) FROM commentary_discussion WHERE closed_until > %(now)s),
    (SELECT min({next_closed}) FROM (
        SELECT days, (
            SELECT coalesce(timeline_at, created_at) FROM commentary_article
            WHERE coalesce(timeline_at, created_at) > {cutoff}
            ORDER BY coalesce(timeline_at, created_at) LIMIT 1
        ) AS following
        FROM used WHERE days > 0
    ) AS closing_by_age)
"""
CLOSING_BY_AGE = """
WITH {recursive} {ages}
SELECT article.id FROM used
JOIN commentary_article AS article
    ON coalesce(timeline_at, created_at) > {cutoff} AND coalesce(timeline_at, created_at) <= {soon}
JOIN commentary_discussion AS discussion ON discussion.article_id = article.id
WHERE days > 0 AND is_published AND NOT is_set_by_hand
    AND coalesce(auto_close_days, CAST(%(default)s AS integer)) = days
ORDER BY {closes_at}, article.id LIMIT %(most)s
"""
# Citus can't answer a recursive query on rows of several nodes.
DISTRIBUTED_AGES = """used (days) AS (
    SELECT DISTINCT auto_close_days FROM commentary_discussion WHERE auto_close_days > 0
    UNION SELECT CAST(%(default)s AS integer)
)"""
DIALECTS = {
    "postgresql": {
        "recursive": "RECURSIVE",
        "ages": AGES,
        "join": JOINS["postgresql"],
        "tokens": TOKENS["postgresql"],
        "look": LOOK,
        "cutoff": "%(now)s - days * interval '1 day'",
        "next_closed": "following + days * interval '1 day'",
        "soon": "%(soon)s - days * interval '1 day'",
        "closes_at": "coalesce(timeline_at, created_at) + days * interval '1 day'",
    },
    "sqlite": {
        "recursive": "RECURSIVE",
        "ages": AGES,
        "join": JOINS["sqlite"],
        "tokens": TOKENS["sqlite"],
        "look": LOOK,
        "cutoff": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', %(now)s, '-' || days || ' days')",
        "next_closed": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', following, '+' || days || ' days')",
        "soon": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', %(soon)s, '-' || days || ' days')",
        "closes_at": "julianday(coalesce(timeline_at, created_at)) + days",
    },
}
DISTRIBUTED = DIALECTS["postgresql"] | {"recursive": "", "ages": DISTRIBUTED_AGES}


class SiteState(NamedTuple):
    """What the versions of pages about several articles are made of.

    `mark` is that of `mark_of_site`. `passed` has the times at which closures started or ended last;
    the next one does at `next`, in seconds since 1970.
    """

    mark: str
    passed: str
    next: float

    @property
    def version(self) -> str:
        """A string that changes whenever a list, a feed or a search result may change."""
        return f"{self.passed}/{self.mark}"


def state() -> SiteState:
    """Return the state of the site. One query, which reads one step in each index."""
    connection = reading_connection()
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            STATE.format(**_dialect()),
            {"now": now, "default": settings.AUTO_CLOSE_DAYS},
        )
        tokens, look, *moments = cursor.fetchone()
    passed = "/".join("" if at is None else str(at) for at in moments[:3])
    following = [_utc(at).timestamp() for at in moments[3:] if at is not None]
    return SiteState(with_look(tokens, look), passed, min(following, default=inf))


def _dialect() -> dict[str, str]:
    return DISTRIBUTED if is_distributed() else DIALECTS[connection.vendor]


def _utc(moment: str | datetime) -> datetime:
    """SQLite returns the results of functions as text without a zone."""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def pending_total(most: int) -> int:
    """Return the number of pending comments, which may be inexact above `most`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {PENDING_TOTAL}", [most])
        return cursor.fetchone()[0]


# Every listed discussion has at least one pending comment, so the first `most` of them suffice.
PENDING_TOTAL = """(SELECT coalesce(sum(pending_count), 0) FROM (
    SELECT pending_count FROM commentary_discussion
    WHERE pending_count > 0 ORDER BY pending_count DESC LIMIT %s
) AS pending)"""


def closing_by_age(within: timedelta, most: int) -> list[int]:
    """Return the keys of up to `most` published articles whose comments close automatically `within`
    this time, the first to close first. One query.
    """
    now = timezone.now()
    adapt = connection.ops.adapt_datetimefield_value
    values = {
        "now": adapt(now),
        "soon": adapt(now + within),
        "default": settings.AUTO_CLOSE_DAYS,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLOSING_BY_AGE.format(**_dialect()), values)
        return [key for (key,) in cursor.fetchall()]


def status_totals(statuses: Sequence[str], most: int) -> dict[str, int]:
    """Return the number of comments in each of these statuses, counted up to `most`. One query."""
    one = (
        "(SELECT count(*) FROM (SELECT 1 FROM commentary_comment WHERE status = %s LIMIT %s) AS c)"
    )
    values = [value for status in statuses for value in (status, most)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join([one] * len(statuses))}", values)
        return dict(zip(statuses, cursor.fetchone(), strict=True))
