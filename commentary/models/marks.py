"""Marks: what a stored page is compared with before it is sent.

Each is read in one short statement, whatever the size of the archive, because every request for a
stored page reads one. Joins and ordered subqueries would take longer to plan than to run.
"""

from ..resilience.replica import reading_connection

LOOK = "(SELECT version FROM commentary_sitesettings WHERE id = 1)"
OF_ARTICLE = f"SELECT version, {LOOK} FROM commentary_discussion WHERE article_id = %s"
# A trigger replaces one row of `commentary_site_change` with every visible change of a discussion,
# in the same transaction; concurrent transactions replace different rows (see the migration
# "site_changes"). The table therefore differs after every commit, in whatever order they commit.
JOINS = {"postgresql": "string_agg", "sqlite": "group_concat"}
TOKENS = {
    vendor: f"(SELECT {join}(CAST(token AS text), '-')"
    " FROM (SELECT token FROM commentary_site_change ORDER BY id) AS tokens)"
    for vendor, join in JOINS.items()
}


def mark_of_article(key: int) -> str:
    """Return a string that changes with every visible change of an article or its discussion, and
    of the site's settings; "" if there is no such article.
    """
    return _read(OF_ARTICLE, [key])


def mark_of_site() -> str:
    """Return a string that changes with every visible change of anything."""
    return _read(f"SELECT {TOKENS[reading_connection().vendor]}, {LOOK}", [])


def mark_of_look() -> str:
    """Return a string that changes with the site's settings."""
    return _read(f"SELECT '', {LOOK}", [])


def with_look(version: str | int | None, look: str | int | None) -> str:
    """Add the version of the site's settings to a version or mark."""
    return f"{version or ''}@{look or ''}"


def look_of(version: str) -> str:
    """Return the version of the site's settings in a version or mark, "" if there are none."""
    return version.rpartition("@")[2]


def _read(statement: str, values: list[int]) -> str:
    with reading_connection().cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return with_look(*row) if row else ""
