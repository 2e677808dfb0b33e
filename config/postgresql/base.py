"""Django's PostgreSQL backend with limits that also hold behind PgBouncer in transaction mode.

There a connection of ours is not one of PostgreSQL: consecutive transactions may run on different
ones. So limits are neither start-up options, which PgBouncer refuses, nor set for the session, which
is somebody else's a moment later. `SET LOCAL` is sent in one message with the first statement of
each transaction, and with each statement that is a transaction by itself: no round trip is added.
"""

import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg import sql
from psycopg.pq import TransactionStatus

from commentary.resilience.outages import within
from config.postgresql.connection import Connection, health_seconds, open_connection

IDLE = TransactionStatus.IDLE
# What else runs outside of a transaction, such as VACUUM, may not share a message.
LIMITED_ALONE = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH|VALUES|\()", re.IGNORECASE)


Cursor: Any = base.Cursor  # which django-stubs does not describe


def limited(limits: dict[str, int]) -> Any:
    """A class of cursors that keep these limits: names of PostgreSQL's settings, and milliseconds."""
    statements = set_local(limits)

    class LimitedCursor(Cursor):
        def execute(self, query: Any, *args: Any, **kwargs: Any) -> Any:
            if self._conn.pgconn.transaction_status != IDLE:
                return super().execute(query, *args, **kwargs)
            if isinstance(query, str):
                if self._conn.autocommit and not LIMITED_ALONE.match(query):
                    return super().execute(query, *args, **kwargs)
                query = statements + query
            else:
                query = sql.SQL(statements) + query
            super().execute(query, *args, **kwargs)
            for _ in limits:  # each SET has a result of its own
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
    """The statements that set these limits until the end of the transaction."""
    return "".join(f"SET LOCAL {name} = {value};" for name, value in limits.items())


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes `limits` from OPTIONS. Its connections are given up when the server hangs."""

    Database = SimpleNamespace(**vars(psycopg) | {"connect": Connection.connect})  # type: ignore[assignment]

    @property
    def limits_sql(self) -> str:
        """Statements that put the limits back which a transaction has set aside."""
        reset = {"lock_timeout": "DEFAULT", "statement_timeout": "DEFAULT"}
        return set_local(reset | self.settings_dict["OPTIONS"].get("limits", {}))

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        params["cursor_factory"] = limited(params.pop("limits", {}))
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        return open_connection(lambda: super(DatabaseWrapper, self).get_new_connection(conn_params))

    def is_usable(self) -> bool:
        with within(health_seconds()):
            return bool(super().is_usable())

    def chunked_cursor(self) -> Any:
        """A cursor that reads bit by bit, inside of a transaction. Outside of one it would have to
        be kept by a session, so there all rows are read at once."""
        if self.get_autocommit():
            return self.cursor()
        if self.connection.pgconn.transaction_status == IDLE:
            self.connection.execute("")  # begins the transaction, with its limits
        return super().chunked_cursor()
