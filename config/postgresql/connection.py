"""PostgreSQL connections that never wait forever.

PostgreSQL's own timeouts (`statement_timeout`) don't help if the server, its machine or the network
hangs, so the client has to watch the time.
"""

from collections import defaultdict
from collections.abc import Callable
from time import monotonic
from typing import Any

import psycopg
from django.conf import settings
from psycopg.abc import RV, PQGen

from commentary.resilience.outages import Breaker, health_seconds, seconds_left, within

INTERVAL = 0.1  # seconds between checks of the time
HUNG_SECONDS = 0.9  # a server that refuses a connection does so sooner
LEAST_SECONDS = 0.3  # granted even after the deadline of a request, so that it can roll back

REST = 3  # seconds; longer than a connection attempt takes
breakers: defaultdict[str, Breaker] = defaultdict(lambda: Breaker(REST))  # by alias


class Unresponsive(psycopg.OperationalError):
    """The server did not answer in time. The connection is closed."""


class Connection(psycopg.Connection[Any]):
    """A connection that is closed if an answer takes too long (see `outages.within`)."""

    breaker = Breaker(REST)  # `open_connection` sets that of the server

    def wait(self, gen: PQGen[RV], interval: float = INTERVAL, timeout: float | None = None) -> RV:
        left = seconds_left()
        if left is None:
            return super().wait(gen, interval, timeout)
        is_whole = left >= settings.QUERY_SECONDS
        end = monotonic() + max(min(left, settings.QUERY_SECONDS), LEAST_SECONDS)
        try:
            return super().wait(_until(gen, end), min(interval, INTERVAL), timeout)
        except Unresponsive:
            self.close()  # a late answer would be taken for the answer to the next query
            if is_whole:  # longer than the server's own time limit for a query
                self.breaker.failed()
            raise


def _until(gen: PQGen[RV], end: float) -> PQGen[RV]:
    """Wrap `gen` so that it raises Unresponsive if nothing has arrived by `end`."""
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


def open_connection(connect: Callable[[], Any], alias: str) -> Any:
    """Return the result of `connect` if the server answers a first query in time. `alias` names the
    database.

    Behind PgBouncer, connecting succeeds even while PostgreSQL hangs. While it hangs, only one
    request every few seconds tries to connect.
    """
    if seconds_left() is None:
        return connect()
    breaker = breakers[alias]
    if breaker.is_open():
        raise psycopg.OperationalError("The database was not reachable a moment ago.")
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
    connection.breaker = breaker
    return connection
