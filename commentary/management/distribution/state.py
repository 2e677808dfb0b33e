"""Whether a database can be distributed, and whether it is already."""

from dataclasses import dataclass, field

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from .tables import DISTRIBUTED, LOCAL, REFERENCE

OLDEST = (12, 0)  # of Citus
STORED = """
SELECT relname, CASE WHEN partmethod = 'h' THEN 'distributed'
    WHEN partmethod = 'n' AND repmodel = 't' THEN 'reference' ELSE 'other' END
FROM pg_dist_partition JOIN pg_class ON pg_class.oid = logicalrelid
"""
NODES = """
SELECT (SELECT groupid = 0 FROM pg_dist_local_group),
    count(*) FILTER (WHERE groupid = 0) > 0,
    count(*) FILTER (WHERE shouldhaveshards AND noderole = 'primary'),
    count(*) FILTER (WHERE NOT isactive OR groupid <> 0 AND NOT metadatasynced)
FROM pg_dist_node
"""
# Citus itself connects to the coordinator, too.
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend'
    AND pid <> pg_backend_pid() AND coalesce(application_name, '') NOT LIKE 'citus%%'
"""


@dataclass(frozen=True)
class Facts:
    """What matters about a database. Without a `version` it doesn't have the extension."""

    version: str = ""
    stored: dict[str, str] = field(default_factory=dict)  # by table that Citus manages: how
    is_coordinator: bool = True
    is_listed: bool = True  # the coordinator, among the nodes
    nodes: int = 0  # that can have shards
    unusable: int = 0
    others: int = 0  # connections
    is_migrated: bool = True

    @property
    def ours(self) -> dict[str, str]:
        """Return those of `stored` that are tables of this site."""
        known = {*DISTRIBUTED, *REFERENCE, *LOCAL}
        return {table: kind for table, kind in self.stored.items() if table in known}

    @property
    def is_done(self) -> bool:
        """Whether the database is distributed as it should be."""
        wanted = dict.fromkeys(DISTRIBUTED, "distributed") | dict.fromkeys(REFERENCE, "reference")
        return self.ours == wanted


def read_facts() -> Facts:
    """Read everything that can be checked without a change. Only on PostgreSQL."""
    executor = MigrationExecutor(connection)
    is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    with connection.cursor() as cursor:
        cursor.execute(OTHERS)
        (others,) = cursor.fetchone()
        cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'citus'")
        row = cursor.fetchone()
        if row is None:
            return Facts(others=others, is_migrated=is_migrated)
        cursor.execute(STORED)
        stored = dict(cursor.fetchall())
        cursor.execute(NODES)
        is_coordinator, is_listed, nodes, unusable = cursor.fetchone()
    return Facts(row[0], stored, is_coordinator, is_listed, nodes, unusable, others, is_migrated)


def why_not_ready(facts: Facts) -> str | None:
    """Return why a database can't be distributed now and what to do, or None."""
    if not facts.version:
        return _(
            "This database doesn't have the extension citus. Run CREATE EXTENSION citus on the "
            "coordinator and on every node, then add the nodes with citus_add_node()."
        )
    if _numbers(facts.version) < OLDEST:
        return _("Citus %(version)s is too old: 12.0 or newer is required.") % {
            "version": facts.version
        }
    if not facts.is_coordinator:
        return _("This is not the coordinator. Run the command on the coordinator.")
    if facts.ours:
        return _(
            "Some tables are already distributed, but not by this command, which converts all or "
            "none (%(tables)s). Restore a backup into a database without distributed tables, then "
            "run it again."
        ) % {"tables": ", ".join(sorted(facts.ours)[:5])}
    if not facts.is_listed:
        return _(
            "The coordinator is not in its own list of nodes. Run SELECT "
            "citus_set_coordinator_host('HOST', PORT)."
        )
    if not facts.nodes:
        return _("There are no nodes. Add them with citus_add_node().")
    if facts.unusable:
        return _("Some nodes are inactive or out of sync, see the table pg_dist_node.")
    if not facts.is_migrated:
        return _("Some migrations are not applied. Run migrate first.")
    if facts.others:
        return _(
            "Other programs are connected to this database (connections: %(n)s). Stop the web "
            "processes, the worker and everything else that uses it."
        ) % {"n": facts.others}
    return None


def _numbers(version: str) -> tuple[int, ...]:
    """Return (13, 2) for "13.2-1"."""
    return tuple(int(part) for part in version.split("-")[0].split("."))
