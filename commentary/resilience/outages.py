"""Recognise outages of the parts that the site depends on, and limit how long requests wait.

An outage (a part is down, unresponsive or full) is no fault of the request, so the answer is 503
and a retry may succeed. Imports nothing from the project.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import Error
from django.utils.translation import gettext_noop as _


@dataclass(frozen=True)
class Outage:
    """Why a request could not be answered.

    `cause` is in English, for the log, `retry_after` in seconds; `nothing_saved` is set if it is certain that
    nothing was stored, and `is_read_only` if the site can be read as usual.
    """

    cause: str
    retry_after: int
    nothing_saved: bool = True
    is_read_only: bool = False


# The causes of BUSY are translated where commands show them.
BUSY, UNREACHABLE, FULL = 5, 10, 60  # seconds after which a retry makes sense

# SQLSTATE, or its first two characters (the class).
STATES = {
    "55P03": Outage(_("lock not available"), BUSY),
    "57014": Outage(_("query took too long"), BUSY),
    "40": Outage(_("conflict with another transaction"), BUSY),
    "25006": Outage("database is read-only", FULL, is_read_only=True),
    "25P03": Outage(_("transaction was idle for too long"), BUSY),
    "53100": Outage("disk full", FULL),
    "53300": Outage("too many database connections", UNREACHABLE),
    "53": Outage("database out of resources", UNREACHABLE),
    "57": Outage("database is shutting down", UNREACHABLE, nothing_saved=False),
    "58": Outage("database cannot read or write its files", FULL),
    "08": Outage("connection to the database lost", UNREACHABLE, nothing_saved=False),
}
NO_CONNECTION = Outage("no connection to the database", UNREACHABLE, nothing_saved=False)
# Primary result codes of SQLite: https://www.sqlite.org/rescode.html
SQLITE = {
    5: Outage(_("database is locked"), BUSY),
    6: Outage(_("database is locked"), BUSY),
    8: Outage("database is read-only", FULL, is_read_only=True),
    9: Outage(_("query took too long"), BUSY),
    10: Outage("database cannot read or write its file", FULL),
    13: Outage("disk full", FULL),
    14: Outage("database cannot be opened", FULL),
}
CONNECTION_ERRORS = ("OperationalError", "InterfaceError")


def outage_of(error: BaseException | None) -> Outage | None:
    """Return the outage that an exception indicates, or None if it is a bug."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Outage("disk full", FULL)
    if not isinstance(error, Error):
        return None
    cause = error.__cause__ or error
    state = getattr(cause, "sqlstate", None)
    if state:
        return STATES.get(state) or STATES.get(state[:2])
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return SQLITE.get(code & 0xFF)
    # Without a connection to a server there is no SQLSTATE.
    return NO_CONNECTION if type(error).__name__ in CONNECTION_ERRORS else None


# --- deadlines

HEALTH_SHARE = 1 / 3  # of QUERY_SECONDS, for the first answer on a connection

_ends: ContextVar[float | None] = ContextVar("ends", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Set a deadline for waits in this block; an earlier one of an outer block applies.

    Without such a block nothing times out: commands may take as long as they need.
    """
    end, outer = monotonic() + seconds, _ends.get()
    token = _ends.set(end if outer is None else min(end, outer))
    try:
        yield
    finally:
        _ends.reset(token)


def seconds_left() -> float | None:
    """Return the time until the deadline, or None if there is none."""
    end = _ends.get()
    return None if end is None else end - monotonic()


def health_seconds() -> float:
    """Return how long to wait for the first answer on a new or reused connection."""
    return settings.QUERY_SECONDS * HEALTH_SHARE


@contextmanager
def instead_of_health_check(database: Any) -> Iterator[None]:
    """Let the query in this block stand for Django's check of a reused connection, which would be
    another query. It may fail where the check would have made a new connection, which the next
    query then does.
    """
    was_checked, database.health_check_done = database.health_check_done, True
    try:
        with nullcontext() if was_checked else within(health_seconds()):
            yield
    except Error:
        database.close()
        raise


class Breaker:
    """A circuit breaker: saves callers from waiting for a part that has just failed.

    After a failure, callers work without the part for `rest` seconds. Then one of them tries it
    again while the others still work without it. The breaker closes as soon as the part answers.
    """

    def __init__(self, rest: float) -> None:
        self.rest = rest
        self._until: float | None = None
        self._lock = Lock()

    def is_open(self) -> bool:
        """Return whether to work without the part. Otherwise the caller must report the result."""
        with self._lock:
            now = monotonic()
            if self._until is None:
                return False
            if now < self._until:
                return True
            self._until = now + self.rest
            return False

    def failed(self) -> bool:
        """Report that the part did not answer in time. Returns whether this is a change."""
        with self._lock:
            before, self._until = self._until, monotonic() + self.rest
            return before is None

    def answered(self) -> bool:
        """Report that the part answered, even with an error. Returns whether this is a change."""
        with self._lock:
            before, self._until = self._until, None
            return before is not None
