"""Django's PostgreSQL backend, with timeouts that also work behind PgBouncer in transaction mode.

There, consecutive transactions may run on different server connections. Timeouts can't be start-up
options, which PgBouncer rejects, nor session settings, which would leak to other clients. Instead,
`SET LOCAL` is sent in one message with the first statement of each transaction, and with each
statement in autocommit mode, so no round trip is added.
"""

import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg import sql
from psycopg.pq import TransactionStatus
from psycopg.types.datetime import TimestamptzLoader

from commentary.resilience.outages import health_seconds, within
from config.postgresql.connection import Connection, open_connection

IDLE = TransactionStatus.IDLE
# Other statements outside a transaction, such as VACUUM, can't share a message.
LIMITED_ALONE = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH|VALUES|\()", re.IGNORECASE)


# not described by django-stubs
Cursor: Any = base.Cursor
ServerSideCursor: Any = base.ServerSideCursor


def limited(limits: dict[str, int]) -> Any:
    """Return a cursor class with these timeouts: PostgreSQL setting to milliseconds."""
    statements = set_local(limits)
    # For a statement that is its own transaction, which is never idle.
    of_one = {name: value for name, value in limits.items() if not name.startswith("idle")}
    statements_of_one = set_local(of_one)

    class LimitedCursor(Cursor):
        def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
            if self._conn.pgconn.transaction_status != IDLE:
                return super().execute(query, *args, **kwargs)
            is_one = self._conn.autocommit
            if is_one and isinstance(query, str) and not LIMITED_ALONE.match(query):
                return super().execute(query, *args, **kwargs)
            before = statements_of_one if is_one else statements
            query = before + query if isinstance(query, str) else sql.SQL(before) + query
            super().execute(query, *args, **kwargs)
            for _ in of_one if is_one else limits:  # each SET returns a result
                self.nextset()
            return self

        def executemany(self, *args: Any, **kwargs: Any) -> None:
            self._begin()
            super().executemany(*args, **kwargs)

        def copy(self, *args: Any, **kwargs: Any) -> Any:
            self._begin()
            return super().copy(*args, **kwargs)

        def _begin(self) -> None:
            if self._conn.pgconn.transaction_status == IDLE and not self._conn.autocommit:
                super().execute(statements)

    return LimitedCursor if limits else Cursor


def set_local(limits: Mapping[str, int | str]) -> str:
    """Return statements that set these limits until the end of the transaction."""
    return "".join(f"SET LOCAL {name} = {value};" for name, value in limits.items())


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes `limits` from OPTIONS. Connections are closed if the server stops responding."""

    Database = SimpleNamespace(**vars(psycopg) | {"connect": Connection.connect})  # type: ignore[assignment]

    @property
    def limits_sql(self) -> str:
        """Statements that restore limits changed within a transaction."""
        reset = {"lock_timeout": "DEFAULT", "statement_timeout": "DEFAULT"}
        return set_local(reset | self.settings_dict["OPTIONS"].get("limits", {}))

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        params["cursor_factory"] = limited(params.pop("limits", {}))
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open a connection, on which times are read in C. Django replaces their time zone in Python,
        which takes five times as long, and is UTC on its connections anyway.
        """
        opened = open_connection(
            lambda: super(DatabaseWrapper, self).get_new_connection(conn_params), self.alias
        )
        opened.adapters.register_loader("timestamptz", TimestamptzLoader)
        return opened

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor like Django, without its check of how times are read."""
        if name is None:
            return self.connection.cursor()
        return ServerSideCursor(
            self.connection, name=name, scrollable=False, withhold=self.connection.autocommit
        )

    def is_usable(self) -> bool:
        with within(health_seconds()):
            return bool(super().is_usable())

    def chunked_cursor(self) -> Any:
        """Return a server-side cursor inside a transaction.

        Outside one, the cursor would need a session, so all rows are fetched at once instead.
        """
        if self.get_autocommit():
            return self.cursor()
        if self.connection.pgconn.transaction_status == IDLE:
            self.connection.execute("")  # begins the transaction and sets its limits
        return super().chunked_cursor()
