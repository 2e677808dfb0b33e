"""Site-wide values: the version of lists, and the number of pending comments.

The cost of each is independent of the number of articles, and writers of different articles never
wait for each other.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from ..resilience.replica import reading_connection

# The ages in days at which discussions close automatically, each found with one step in an index.
AGES = """ages (days) AS (
    SELECT min(auto_close_days) FROM commentary_discussion WHERE auto_close_days > 0
    UNION ALL
    SELECT (SELECT min(auto_close_days) FROM commentary_discussion WHERE auto_close_days > days)
    FROM ages WHERE days IS NOT NULL
), used (days) AS (
    SELECT days FROM ages WHERE days > 0 UNION SELECT CAST(%(default)s AS integer)
)"""
# A trigger replaces one row of `commentary_site_change` with every visible change of a discussion,
# in the same transaction; concurrent transactions replace different rows (see the migration
# "site_changes"). The table therefore differs after every commit, in whatever order they commit.
# Pages also change when a closure starts or ends; the latest such moment in the past stands for all
# of them. The version of the site's settings covers its name, its look and the links of its footer.
VERSION = """
WITH RECURSIVE {ages}
SELECT
    (SELECT {join}(CAST(token AS text), '-')
     FROM (SELECT token FROM commentary_site_change ORDER BY id) AS tokens),
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
    (SELECT CAST(version AS text) FROM commentary_sitesettings WHERE id = 1)
"""
CLOSING_BY_AGE = """
WITH RECURSIVE {ages}
SELECT article.id FROM used
JOIN commentary_article AS article
    ON coalesce(timeline_at, created_at) > {cutoff} AND coalesce(timeline_at, created_at) <= {soon}
JOIN commentary_discussion AS discussion ON discussion.article_id = article.id
WHERE days > 0 AND is_published AND NOT is_set_by_hand
    AND coalesce(auto_close_days, CAST(%(default)s AS integer)) = days
ORDER BY {closes_at}, article.id LIMIT %(most)s
"""
DIALECTS = {
    "postgresql": {
        "ages": AGES,
        "join": "string_agg",
        "cutoff": "%(now)s - days * interval '1 day'",
        "soon": "%(soon)s - days * interval '1 day'",
        "closes_at": "coalesce(timeline_at, created_at) + days * interval '1 day'",
    },
    "sqlite": {
        "ages": AGES,
        "join": "group_concat",
        "cutoff": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', %(now)s, '-' || days || ' days')",
        "soon": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', %(soon)s, '-' || days || ' days')",
        "closes_at": "julianday(coalesce(timeline_at, created_at)) + days",
    },
}


def version() -> str:
    """Return a string that changes whenever a list, a feed or a search result may change. One
    query.
    """
    connection = reading_connection()
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            VERSION.format(**DIALECTS[connection.vendor]),
            {"now": now, "default": settings.AUTO_CLOSE_DAYS},
        )
        *parts, look = ("" if part is None else str(part) for part in cursor.fetchone())
    return with_look("/".join(parts), look)


def with_look(version: str, look: str | int | None) -> str:
    """Add the version of the site's settings to the version of a page."""
    return f"{version}@{look or ''}"


def look_of(version: str) -> str:
    """Return the version of the site's settings in the version of a page, "" if there are none."""
    return version.rpartition("@")[2]


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
        cursor.execute(CLOSING_BY_AGE.format(**DIALECTS[connection.vendor]), values)
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
