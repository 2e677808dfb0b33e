"""Keys and foreign keys of the tables, as they are and as a distributed database takes them.

A unique key must contain the column by which its table is distributed, and so must a foreign key to
a distributed table. Constraints keep their names.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection

from .tables import DISTRIBUTED, REFERENCE

FOUND = """
SELECT con.contype, own.relname, con.conname, pg_get_constraintdef(con.oid), target.relname,
    ARRAY(SELECT attname FROM unnest(conkey) WITH ORDINALITY AS k (n, place)
        JOIN pg_attribute ON attrelid = conrelid AND attnum = n ORDER BY place),
    ARRAY(SELECT attname FROM unnest(confkey) WITH ORDINALITY AS k (n, place)
        JOIN pg_attribute ON attrelid = confrelid AND attnum = n ORDER BY place)
FROM pg_constraint AS con JOIN pg_class AS own ON own.oid = conrelid
LEFT JOIN pg_class AS target ON target.oid = confrelid
WHERE connamespace = current_schema()::regnamespace AND contype IN ('p', 'u', 'f')
ORDER BY own.relname, con.conname
"""


class Key(NamedTuple):
    """A primary key ("p"), unique ("u") or foreign key ("f")."""

    kind: str
    table: str
    name: str
    definition: str
    target: str | None
    columns: list[str]
    target_columns: list[str]


class ChangedKey(NamedTuple):
    """A key and its definition in the distributed database, or None if it can't be kept."""

    key: Key
    definition: str | None

    @property
    def drop(self) -> str:
        return f"ALTER TABLE {self.key.table} DROP CONSTRAINT {_quoted(self.key.name)}"

    @property
    def add(self) -> str:
        return (
            f"ALTER TABLE {self.key.table} ADD CONSTRAINT {_quoted(self.key.name)} "
            f"{self.definition}"
        )


def stored_keys() -> list[Key]:
    """Return the keys of all tables."""
    with connection.cursor() as cursor:
        cursor.execute(FOUND)
        return [Key(*row) for row in cursor.fetchall()]


def changed_uniques(keys: list[Key]) -> Iterator[ChangedKey]:
    """Yield the primary and unique keys of distributed tables without the column of distribution."""
    for key in keys:
        column = DISTRIBUTED.get(key.table)
        if key.kind in "pu" and column and column not in key.columns:
            yield ChangedKey(key, key.definition.replace("(", f"({column}, ", 1))


def changed_foreign_keys(keys: list[Key]) -> Iterator[ChangedKey]:
    """Yield the foreign keys from and to distributed and reference tables, all of which are created
    again.

    A key between tables of different kinds can't be kept, except from a distributed to a reference
    table.
    """
    for key in keys:
        if key.kind != "f" or key.target is None:
            continue
        kinds = [_kind(key.table), _kind(key.target)]
        if kinds == ["local", "local"]:
            continue
        if kinds == ["distributed", "distributed"]:
            yield ChangedKey(key, _with_discussion(key))
        elif kinds[1] == "reference" and kinds[0] != "local":
            yield ChangedKey(key, key.definition)
        else:
            yield ChangedKey(key, None)


def _with_discussion(key: Key) -> str:
    own, target = DISTRIBUTED[key.table], DISTRIBUTED[key.target or ""]
    if own in key.columns:
        return key.definition
    before, after = key.definition.split(" REFERENCES ")
    return (
        before.replace("(", f"({own}, ", 1) + " REFERENCES " + after.replace("(", f"({target}, ", 1)
    )


def _kind(table: str) -> str:
    if table in DISTRIBUTED:
        return "distributed"
    return "reference" if table in REFERENCE else "local"


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
