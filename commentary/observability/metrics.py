"""The metrics that the processes of this site count, in the format of Prometheus.

Labels have few values: names of routes, never paths. If METRICS_TOKEN is set, all processes of this
machine count in files in METRICS_DIR, so that any of them can add up.
"""

import atexit
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter

from django.conf import settings
from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

disable_created_metrics()  # times at which counting began
IS_SHARED = bool(settings.METRICS_TOKEN)
if IS_SHARED:
    Path(settings.METRICS_DIR).mkdir(parents=True, exist_ok=True)

REQUESTS = Counter(
    "commentary_requests", "Requests by method, route and status.", ["method", "route", "status"]
)
REQUEST_SECONDS = Histogram(
    "commentary_request_seconds", "Time to answer a request.", ["route"], buckets=SECONDS
)
PAGE_CACHE = Counter("commentary_page_cache", "Public pages by where they came from.", ["result"])
IMPORTED = Counter("commentary_import_comments", "Comments that imports have added.")
LOCK_WAIT = Histogram("commentary_lock_wait_seconds", "Time to lock a discussion.", buckets=SECONDS)


def count_request(method: str, route: str, status: int, seconds: float, page: str) -> None:
    """Count a request. `page` says where a public page came from: "hit" from the cache, "miss" if
    it was rendered, "not_modified" if the client had it, or "" if it is none.
    """
    REQUESTS.labels(method, route, str(status)).inc()
    REQUEST_SECONDS.labels(route).observe(seconds)
    if page:
        PAGE_CACHE.labels(page).inc()


@contextmanager
def lock_wait() -> Iterator[None]:
    """Measure how long it takes to get the lock of a discussion, or to be refused it."""
    began = perf_counter()
    try:
        yield
    finally:
        LOCK_WAIT.observe(perf_counter() - began)


def count_imported(comments: int) -> None:
    IMPORTED.inc(comments)


def render_counts() -> bytes:
    """Return what all processes have counted, in the format of Prometheus."""
    if not IS_SHARED:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)


def start_again() -> None:
    """Remove what the processes of an earlier start counted."""
    for path in Path(settings.METRICS_DIR).glob("*.db"):
        path.unlink(missing_ok=True)


@atexit.register
def _forget_if_idle() -> None:
    """Remove the files of a process that counted nothing, such as a command of manage.py."""
    if not IS_SHARED:
        return
    ours = (metric for metric in REGISTRY.collect() if metric.name.startswith("commentary_"))
    if not any(sample.value for metric in ours for sample in metric.samples):
        for path in Path(settings.METRICS_DIR).glob(f"*_{os.getpid()}.db"):
            with suppress(OSError):
                path.unlink()
