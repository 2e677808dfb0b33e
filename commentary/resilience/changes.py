"""When readers could last see a change, for pages that are served without asking the database.

Kept in the cache beside the pages, by every process that writes.
"""

import time
from functools import partial

from django.core.cache import cache
from django.db import transaction

KEEP = 8 * 24 * 3600  # seconds; longer than any page is kept
SITE = "site"  # what every page about several articles is about


def note(*discussion_ids: int) -> None:
    """Readers can see a change in these discussions, or their articles, once the transaction ends."""
    if discussion_ids:
        transaction.on_commit(partial(_mark, discussion_ids), robust=True)


def _mark(discussion_ids: tuple[int, ...]) -> None:
    subjects = [SITE, *map(str, discussion_ids)]
    cache.set_many(dict.fromkeys(map(_key, subjects), time.time()), timeout=KEEP)


def came_after(subject: str, moment: float) -> bool:
    """Whether something changed after a moment: in a discussion, given by its key, or anywhere."""
    last = cache.get(_key(subject))
    return last is not None and last >= moment


def _key(subject: str) -> str:
    return f"changed:{subject}"
