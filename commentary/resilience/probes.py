"""What monitors ask: whether this process lives, and whether the site can do its work.

`middleware.ProbesMiddleware` answers with these before anything else looks at the request.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .outages import outage_of, within

SECONDS = 3  # for the database to answer
LEAST_FREE = 50 << 20  # bytes of the disk on which VAR_DIR is
OK = "ok"

_migrated = False


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether this process answers. It asks nothing of the database or the cache: no restart of
    this process would mend those."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """What the site stands on, a line for each part: 200, or 503 if one it cannot do without is
    missing. Without a cache it is slower, and on a full disk it can still be read."""
    with within(SECONDS):
        database = _database()
        parts = {
            "database": database,
            "migrations": _migrations() if database == OK else "unknown",
            "cache": _cache(),
            "disk": _disk(),
        }
    needed = (parts["database"], parts["migrations"])
    text = "".join(f"{part}: {state}\n" for part, state in parts.items())
    status = 200 if needed == (OK, OK) else 503
    return HttpResponse(text, content_type="text/plain", status=status)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        outage = outage_of(error)
        return outage.cause if outage else "failed"
    return OK


def _migrations() -> str:
    """Looked up until all are applied, then remembered."""
    global _migrated
    if not _migrated:
        try:
            executor = MigrationExecutor(connection)
            _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        except Error:
            return "unknown"
    return OK if _migrated else "not all applied"


def _cache() -> str:
    return OK if getattr(cache, "is_reachable", True) else "does not answer; the site is slower"


def _disk() -> str:
    folder = Path(settings.VAR_DIR)
    while not folder.is_dir():
        folder = folder.parent
    return OK if shutil.disk_usage(folder).free >= LEAST_FREE else "nearly full"


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": healthz,
    "/readyz": readyz,
}
