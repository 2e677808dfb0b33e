"""Whether the tables are distributed over several database servers by Citus.

Some statements are then written in another way: PostgreSQL answers with one query what a distributed
database only answers with two, or with the key of the discussion.
"""

from typing import Any

from django.db import connection

_known: dict[str, bool] = {}  # by name of the database


def is_distributed() -> bool:
    """Return whether `manage.py distribute` has converted this database. Asks once per process."""
    if connection.vendor != "postgresql":
        return False
    name = str(connection.settings_dict["NAME"])
    if name not in _known:
        connection.ensure_connection()
        database: Any = connection.connection  # of psycopg, so that no query is counted
        row = database.execute("SELECT to_regclass('pg_dist_partition')").fetchone()
        found = row[0] is not None
        if found:
            has_tables = (
                "SELECT count(*) > 0 FROM pg_dist_partition WHERE logicalrelid = %s::regclass"
            )
            (found,) = database.execute(has_tables, ["commentary_discussion"]).fetchone()
        _known[name] = found
    return _known[name]


def forget() -> None:
    """Ask again, because the database was converted."""
    _known.clear()
