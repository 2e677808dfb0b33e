"""Test databases on a cluster of PostgreSQL servers with Citus, for `make test-citus`.

`CITUS_URL` is the URL of a database on the coordinator that has the extension and knows the nodes.
Each test database is created on all of them, migrated, and distributed.
"""

import os
from io import StringIO
from typing import Any

import psycopg
from django.core.management import call_command
from django.db.backends.postgresql.creation import DatabaseCreation
from psycopg import sql

SHARDS = 4
# They look on the coordinator for a wait that happens on a node, and would never end.
ENDLESS = ("test_counts_stay_exact_if_an_article_is_changed_twice_at_once",)
Address = tuple[str, int]


def set_up() -> None:
    """Let Django create its test databases on the cluster."""
    url = os.environ["CITUS_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(
            "SELECT nodename, nodeport FROM pg_dist_node ORDER BY groupid <> 0, nodeid"
        ).fetchall()
        user, password = connection.info.user, connection.info.password
    coordinator, *nodes = [(name, port) for name, port in found]

    def run(address: Address, database: str, *statements: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(
            host=address[0],
            port=address[1],
            user=user,
            password=password,
            dbname=database,
            autocommit=True,
        ) as connection:
            for statement in statements:
                connection.execute(statement)

    def drop(name: str) -> None:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        for address in (coordinator, *nodes):
            run(address, "postgres", statement)

    def create(self: Any, parameters: dict[str, str], keepdb: bool = False) -> None:
        name = parameters["dbname"].strip('"')
        drop(name)
        for address in (coordinator, *nodes):
            statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
            run(address, "postgres", statement)
            run(address, name, sql.SQL("CREATE EXTENSION citus"))
        host, port = map(sql.Literal, coordinator)
        run(
            coordinator,
            name,
            sql.SQL("SELECT citus_set_coordinator_host({}, {})").format(host, port),
            *(
                sql.SQL("SELECT citus_add_node({}, {})").format(*map(sql.Literal, node))
                for node in nodes
            ),
        )

    migrated = DatabaseCreation.create_test_db

    def create_distributed(self: Any, *args: Any, **kwargs: Any) -> str:
        name = migrated(self, *args, **kwargs)
        call_command("distribute", shards=SHARDS, stdout=StringIO())
        self.connection.close()
        return name

    def destroy(self: Any, name: str, verbosity: int) -> None:
        self.connection.close()
        drop(name)

    changed: Any = DatabaseCreation
    changed._execute_create_test_db = lambda self, cursor, *args, **kwargs: create(
        self, *args, **kwargs
    )
    changed.create_test_db = create_distributed
    changed._destroy_test_db = destroy
