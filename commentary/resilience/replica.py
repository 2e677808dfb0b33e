"""Render public pages from a read replica, if the site has one (DATABASE_REPLICA_URL).

Versions of pages are always read from the primary database, so a reader never sees what has been
removed. A page is rendered from the replica only if the replica already has that version;
otherwise, and while the replica is down, from the primary. Editors, commenters with pending
comments and everything that writes use the primary.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from .outages import Breaker, outage_of

logger = logging.getLogger(__name__)

REPLICA = "replica"
REST = 10  # seconds without the replica after it failed

breaker = Breaker(REST)
_is_reading: ContextVar[bool] = ContextVar("is_reading", default=False)


class Router:
    """Sends the queries of a `replica_read` block to the replica."""

    def db_for_read(self, model: type[Model], **hints: object) -> str | None:
        return REPLICA if _is_reading.get() else None

    def db_for_write(self, model: type[Model], **hints: object) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: object) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        return db == DEFAULT_DB_ALIAS


def reading_connection() -> BaseDatabaseWrapper:
    """Return the connection that raw queries of public pages use."""
    return connections[REPLICA if _is_reading.get() else DEFAULT_DB_ALIAS]


def from_replica(version: str, current: Callable[[], str], render: Callable[[], str]) -> str | None:
    """Return what `render` makes of the replica.

    Returns None if the site has no replica, if it is down, or if what `current` reads from it isn't
    `version` yet.
    """
    if REPLICA not in connections.settings or breaker.is_open():
        return None
    try:
        with _replica_read():
            page = render() if current() == version else None
    except Error as error:
        outage = outage_of(error)
        if outage is None:
            raise
        if breaker.failed():
            logger.warning("The replica is not used for %s seconds: %s.", REST, outage.cause)
        return None
    if breaker.answered():
        logger.warning("The replica is used again.")
    return page


@contextmanager
def _replica_read() -> Iterator[None]:
    token = _is_reading.set(True)
    try:
        yield
    finally:
        _is_reading.reset(token)
