"""When readers could last see a change, for serving cached pages without the database.

Written to the cache, next to the pages, by every process that makes a change.
"""

import time
from functools import partial

from django.core.cache import cache
from django.db import transaction

KEEP = 8 * 24 * 3600  # seconds; longer than any page is kept
SITE = "site"  # the subject of all pages about several articles


def note(*discussion_ids: int) -> None:
    """Record a visible change of these discussions, or their articles, when the transaction
    commits.
    """
    if discussion_ids:
        transaction.on_commit(partial(_mark, discussion_ids), robust=True)


def note_site() -> None:
    """Record a visible change of all pages when the transaction commits."""
    transaction.on_commit(partial(_mark, ()), robust=True)


def _mark(discussion_ids: tuple[int, ...]) -> None:
    subjects = [SITE, *map(str, discussion_ids)]
    cache.set_many(dict.fromkeys(map(_key, subjects), time.time()), timeout=KEEP)


def came_after(subject: str, moment: float) -> bool:
    """Return whether a discussion, given by its key, or SITE changed at or after a time."""
    last = cache.get(_key(subject))
    return last is not None and last >= moment


def _key(subject: str) -> str:
    return f"changed:{subject}"
