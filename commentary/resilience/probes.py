"""Health checks: whether this process is alive, and whether the site is ready.

Called by `middleware.ProbesMiddleware` before any other middleware.
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
from .read_only import is_read_only

SECONDS = 3  # timeout of the database check
LEAST_FREE = 50 << 20  # free bytes on the disk that holds VAR_DIR
OK = "ok"

_migrated = False


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer if this process is alive.

    Checks neither database nor cache, since restarting this process would not fix those.
    """
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Report the state of each dependency, one per line: 200, or 503 if a required one fails.

    The cache and the disk are not required: without a cache the site is slower, and on a full disk
    it is still readable.
    """
    with within(SECONDS):
        database = _database()
        parts = {
            "database": database,
            "migrations": _migrations() if database == OK else "unknown",
            "traffic": _traffic(),
            "cache": _cache(),
            "disk": _disk(),
        }
    if is_read_only():
        parts["mode"] = "read-only"
    needed = {parts["database"], parts["migrations"], parts["traffic"]}
    text = "".join(f"{part}: {state}\n" for part, state in parts.items())
    status = 200 if needed == {OK} else 503
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
    """Check for unapplied migrations; once all are applied, the result is cached."""
    global _migrated
    if not _migrated:
        try:
            executor = MigrationExecutor(connection)
            _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        except Error:
            return "unknown"
    return OK if _migrated else "not all applied"


def _traffic() -> str:
    """Check whether the operator wants no more traffic for this machine."""
    return "draining" if (Path(settings.VAR_DIR) / "drain").exists() else OK


def _cache() -> str:
    return OK if getattr(cache, "is_reachable", True) else "not reachable; the site is slower"


def _disk() -> str:
    folder = Path(settings.VAR_DIR)
    while not folder.is_dir():
        folder = folder.parent
    return OK if shutil.disk_usage(folder).free >= LEAST_FREE else "nearly full"


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": healthz,
    "/readyz": readyz,
}
