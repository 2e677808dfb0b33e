"""Distribute the database in one transaction.

Nothing is changed unless everything succeeds, including the checks at the end. An interrupted run
leaves the database as it was, and can be repeated.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ...discussions import tree
from ...models import distribution, tallies
from ..backups.databases import count_rows_of
from . import triggers
from .keys import changed_foreign_keys, changed_uniques, stored_keys
from .tables import DISTRIBUTED, LOCAL, REFERENCE

SETTINGS = {
    "statement_timeout": "0",
    "lock_timeout": "'5s'",
    "idle_in_transaction_session_timeout": "0",
    # Tables with foreign keys to reference tables can't be created by several connections at once.
    "citus.multi_shard_modify_mode": "'sequential'",
    # The triggers write only to the node on which they run, see triggers.py.
    "citus.enable_unsafe_triggers": "on",
    "client_min_messages": "warning",
}
WITHOUT_MODELS = ("commentary_tally", "commentary_site_change")
IDENTITIES = """
SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name)
FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ANY(%s)
    AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL
ORDER BY table_name
"""


class Failure(Exception):
    """The converted data is wrong; the message says how. Nothing was changed."""


class Step(NamedTuple):
    """Statements, and what they do."""

    title: str
    statements: list[str]


# For all connections: an article can then be changed in the transaction that changes its discussion.
FOR_ALL = "ALTER DATABASE {} SET citus.multi_shard_modify_mode = 'sequential'"


def plan(shards: int) -> Iterator[Step]:
    """Yield the steps in their order."""
    keys = stored_keys()
    uniques, foreign = list(changed_uniques(keys)), list(changed_foreign_keys(keys))
    kept = [change for change in foreign if change.definition]
    with connection.cursor() as cursor:
        cursor.execute(triggers.DROPPED, [list(triggers.TRIGGERS_OF)])
        dropped = [row[0] for row in cursor.fetchall()]
    yield Step(_("Drop triggers and their functions"), dropped)
    yield Step(_("Drop foreign keys"), [change.drop for change in foreign])
    yield Step(
        _("Add the discussion to tables of counts"),
        [
            "DELETE FROM commentary_tally",
            *(f"ALTER TABLE {table} ADD COLUMN article_id bigint" for table in WITHOUT_MODELS),
            "UPDATE commentary_site_change SET article_id = id",
            *(f"ALTER TABLE {table} ALTER article_id SET NOT NULL" for table in WITHOUT_MODELS),
        ],
    )
    yield Step(
        _("Add the discussion to unique keys"),
        [statement for change in uniques for statement in (change.drop, change.add)]
        # Rows are also found by the rest of their key.
        + [
            f"CREATE INDEX {change.key.table}_{change.key.columns[0]}_alone "
            f"ON {change.key.table} ({change.key.columns[0]})"
            for change in uniques
            if change.key.kind == "p"
        ],
    )
    yield Step(
        _("Copy tables to every node"),
        [f"SELECT create_reference_table('{table}')" for table in REFERENCE],
    )
    first, *others = DISTRIBUTED
    yield Step(
        _("Distribute tables"),
        [
            f"SELECT create_distributed_table('{first}', '{DISTRIBUTED[first]}', "
            f"colocate_with => 'none', shard_count => {shards})",
            *(
                f"SELECT create_distributed_table('{table}', '{DISTRIBUTED[table]}', "
                f"colocate_with => '{first}')"
                for table in others
            ),
        ],
    )
    yield Step(_("Add foreign keys"), [change.add for change in kept])
    yield Step(_("Count the articles of lists"), [tallies.fill_distributed()])
    yield Step(_("Add triggers"), triggers.statements())


def lost_keys() -> list[str]:
    """Return the names of the foreign keys that a distributed database can't have."""
    return [
        f"{change.key.table} ({', '.join(change.key.columns)})"
        for change in changed_foreign_keys(stored_keys())
        if change.definition is None
    ]


def convert(shards: int, told: Callable[[str], object]) -> None:
    """Distribute all tables, check them, and commit."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        for name, value in SETTINGS.items():
            cursor.execute(f"SET LOCAL {name} = {value}")
        tables = [*DISTRIBUTED, *REFERENCE]
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        if tree.check() or tallies.wrong():
            raise Failure(_("There are problems in the data. Run check_tree --repair first."))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        before = _row_counts()
        for step in plan(shards):
            told(step.title)
            for statement in step.statements:
                cursor.execute(statement)
        told(_("Restore the next keys of tables"))
        _reset_keys()
        name = connection.ops.quote_name(str(connection.settings_dict["NAME"]))
        cursor.execute(FOR_ALL.format(name))
        distribution.forget()
        told(_("Check the data"))
        _verify(before)


def _row_counts() -> dict[str, int]:
    counted = count_rows_of([*DISTRIBUTED, *REFERENCE, *LOCAL])
    # Its rows are written again, one per count and shard.
    del counted["commentary_tally"]
    return counted


def _reset_keys() -> None:
    """Continue identity columns after the highest key: creating a reference table restarts them."""
    tables = {*DISTRIBUTED, *REFERENCE, *LOCAL} - set(WITHOUT_MODELS)  # their new keys are random
    with connection.cursor() as cursor:
        cursor.execute(IDENTITIES, [sorted(tables)])
        for table, column, sequence in cursor.fetchall():
            following = f"(SELECT coalesce(max({column}), 0) + 1 FROM {table})"
            cursor.execute(f"SELECT setval(%s, {following}, false)", [sequence])


def _verify(before: dict[str, int]) -> None:
    after = _row_counts()
    if different := [name for name in before if before[name] != after[name]]:
        raise Failure(
            _("The number of rows changed: %(tables)s.")
            % {
                "tables": ", ".join(
                    f"{name} {before[name]} → {after[name]}" for name in sorted(different)
                )
            }
        )
    if problems := len(tree.check()) + len(tallies.wrong()):
        raise Failure(_("Problems in the converted data: %(n)s.") % {"n": problems})
