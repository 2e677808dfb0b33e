"""Connections to PostgreSQL that never wait for ever.

The limits of PostgreSQL itself (`statement_timeout`) end what the server still works on. They do
nothing when the server, its machine or the way to it hangs: the client has to look at the clock.
"""

from collections.abc import Callable
from time import monotonic
from typing import Any

import psycopg
from django.conf import settings
from psycopg.abc import RV, PQGen

from commentary.resilience.outages import Breaker, seconds_left, within

INTERVAL = 0.1  # seconds between looks at the clock
HEALTH_SHARE = 1 / 3  # of QUERY_SECONDS, for an answer to "SELECT 1"
HUNG_SECONDS = 0.9  # a server that refuses a connection does so at once
LEAST_SECONDS = 0.3  # even when the time of a request is over: to roll back takes one statement

breaker = Breaker(rest=3)  # seconds; longer than it takes to try to connect


class Unresponsive(psycopg.OperationalError):
    """The server did not answer in time; the connection is closed."""


class Connection(psycopg.Connection[Any]):
    """A connection that is given up when an answer takes too long (see `outages.within`)."""

    def wait(self, gen: PQGen[RV], interval: float = INTERVAL, timeout: float | None = None) -> RV:
        left = seconds_left()
        if left is None:
            return super().wait(gen, interval, timeout)
        end = monotonic() + max(min(left, settings.QUERY_SECONDS), LEAST_SECONDS)
        try:
            return super().wait(_until(gen, end), min(interval, INTERVAL), timeout)
        except Unresponsive:
            self.close()  # what it still waits for would be taken for the answer to the next query
            raise


def _until(gen: PQGen[RV], end: float) -> PQGen[RV]:
    """`gen`, which raises Unresponsive when nothing has come by `end`."""
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if not ready and monotonic() >= end:
                gen.close()
                raise Unresponsive("The database did not answer in time.")
            wanted = gen.send(ready)
    except StopIteration as done:
        result: RV = done.value
        return result


def health_seconds() -> float:
    """How long to wait for a first sign of life on a connection that is new or was kept."""
    return settings.QUERY_SECONDS * HEALTH_SHARE


def open_connection(connect: Callable[[], Any]) -> Any:
    """What `connect` returns, if the server answers a first question at once: behind a PgBouncer
    one can connect while PostgreSQL hangs. None is tried while it hangs, except by one request
    every few seconds."""
    if seconds_left() is None:
        return connect()
    if breaker.is_open():
        raise psycopg.OperationalError("The database did not answer a moment ago.")
    began = monotonic()
    try:
        connection = connect()
        with within(health_seconds()):
            connection.autocommit = True
            psycopg.Cursor(connection).execute("SELECT 1")
            connection.autocommit = False
    except BaseException:
        if monotonic() - began < HUNG_SECONDS:
            breaker.answered()
        else:
            breaker.failed()
        raise
    breaker.answered()
    return connection
