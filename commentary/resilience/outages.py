"""What it looks like when a part that the site stands on fails, and how long anybody waits for it.

A part is down, hung or full; none of that is a fault of the request, so the answer is 503 and the
same request may work a moment later. Imports nothing of ours.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock
from time import monotonic

from django.db import Error


@dataclass(frozen=True)
class Outage:
    """Why a request could not be answered: `cause` for the log, `retry_after` in seconds, and
    whether it is certain that nothing was saved."""

    cause: str
    retry_after: int
    nothing_saved: bool = True


BUSY, UNREACHABLE, FULL = 5, 10, 60  # seconds after which it is worth another try

# SQLSTATE, or its first two characters, which are its class.
STATES = {
    "55P03": Outage("lock not available", BUSY),
    "57014": Outage("query took too long", BUSY),
    "40": Outage("conflict with another transaction", BUSY),
    "25006": Outage("database is read-only", FULL),
    "25P03": Outage("transaction was idle for too long", BUSY),
    "53100": Outage("disk full", FULL),
    "53300": Outage("too many database connections", UNREACHABLE),
    "53": Outage("database out of resources", UNREACHABLE),
    "57": Outage("database is shutting down", UNREACHABLE, nothing_saved=False),
    "58": Outage("database cannot read or write its files", FULL),
    "08": Outage("connection to the database lost", UNREACHABLE, nothing_saved=False),
}
NO_CONNECTION = Outage("no connection to the database", UNREACHABLE, nothing_saved=False)
# The primary result codes of SQLite: https://www.sqlite.org/rescode.html
SQLITE = {
    5: Outage("database is locked", BUSY),
    6: Outage("database is locked", BUSY),
    8: Outage("database is read-only", FULL),
    9: Outage("query took too long", BUSY),
    10: Outage("database cannot read or write its file", FULL),
    13: Outage("disk full", FULL),
    14: Outage("database cannot be opened", FULL),
}
CONNECTION_ERRORS = ("OperationalError", "InterfaceError")


def outage_of(error: BaseException | None) -> Outage | None:
    """The outage that `error` tells of; None for any other error, which is a fault of ours."""
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
    # The driver has no SQLSTATE to tell when there was no server to give one.
    return NO_CONNECTION if type(error).__name__ in CONNECTION_ERRORS else None


# --- how long to wait

_ends: ContextVar[float | None] = ContextVar("ends", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let what waits in this block give up after so many seconds, or sooner if a block around this
    one says so. Outside of any such block nothing gives up: commands take as long as they need."""
    end, outer = monotonic() + seconds, _ends.get()
    token = _ends.set(end if outer is None else min(end, outer))
    try:
        yield
    finally:
        _ends.reset(token)


def seconds_left() -> float | None:
    """How long the blocks around the caller let it wait; None for as long as it takes."""
    end = _ends.get()
    return None if end is None else end - monotonic()


class Breaker:
    """Spares callers the wait for a part that did not answer a moment ago.

    Once the part has failed, callers go on without it for `rest` seconds; then one of them tries
    it again, while the others still go on without. It mends itself as soon as the part answers.
    """

    def __init__(self, rest: float) -> None:
        self.rest = rest
        self._until: float | None = None
        self._lock = Lock()

    def is_open(self) -> bool:
        """Whether the caller should go on without the part. If not, it must say what came of it."""
        with self._lock:
            now = monotonic()
            if self._until is None:
                return False
            if now < self._until:
                return True
            self._until = now + self.rest
            return False

    def failed(self) -> bool:
        """The part did not answer in time. Whether that is news."""
        with self._lock:
            before, self._until = self._until, monotonic() + self.rest
            return before is None

    def answered(self) -> bool:
        """The part answered, be it with an error. Whether that is news."""
        with self._lock:
            before, self._until = self._until, None
            return before is not None
