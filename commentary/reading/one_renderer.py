"""One process renders a page that isn't stored; the readers who ask for it meanwhile wait.

The page cache has an entry for each page that is being rendered, so this works for all threads and
processes that share a cache. Nobody waits longer than SECONDS: then, or if the cache isn't
available, readers render the page themselves.
"""

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

from django.core.cache import cache

from ..resilience.outages import seconds_left

Page = TypeVar("Page")

SECONDS = 5.0
KEPT = 15  # seconds after which the entry of a process that has died is ignored
STEP = 0.02  # seconds between looks


def wait_for(name: str, find: Callable[[], Page | None]) -> Page | None:
    """Return what `find` returns as soon as another process has stored it. None if this process is
    to render it, and to call `rendered` then.
    """
    left = seconds_left()
    end = monotonic() + (SECONDS if left is None else min(SECONDS, left / 2))
    if cache.add(_key(name), 1, timeout=KEPT):
        page = find()  # the one before may have stored it since we looked
        if page is not None:
            rendered(name)
        return page
    while cache.get(_key(name)) is not None and monotonic() < end:
        sleep(STEP)
    return find()


def rendered(name: str) -> None:
    """Let the others look whether the page is stored now."""
    cache.delete(_key(name))


def _key(name: str) -> str:
    return f"rendering:{name}"
