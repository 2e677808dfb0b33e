"""Versions of pages, which decide whether a stored page may be sent."""

import time
from math import inf
from typing import NamedTuple

from ..models import Article, site
from ..models.marks import mark_of_article, mark_of_look, mark_of_site, with_look
from ..resilience.changes import SITE
from ..resilience.outages import instead_of_health_check
from ..resilience.replica import reading_connection

LOOK = "look"  # the subject of pages that show only the site's settings


class LookedUpVersion(NamedTuple):
    """The version of a page, which was looked up before the page is rendered.

    `text` is part of the ETag: it differs whenever the page does. `mark` is looked up faster: while
    `current_mark` of the subject `about` (the key of an article, SITE or LOOK) is the same, and
    until the time `until`, so is the page.
    """

    text: str
    about: str
    mark: str
    until: float
    read_at: float


def article_version(article: Article) -> LookedUpVersion:
    """Return the version of all pages about an article from `ArticleQuerySet.for_version`.

    It starts with the key, because a slug can pass to another article.
    """
    discussion, look = article.discussion, article.site_look  # type: ignore[attr-defined]
    return LookedUpVersion(
        with_look(f"{article.pk}.{discussion.page_version}", look),
        str(article.pk),
        with_look(discussion.version, look),
        discussion.page_changes_at,
        time.time(),
    )


def site_version() -> LookedUpVersion:
    """Return the version of a page that any visible change may change. One query."""
    read_at, state = time.time(), site.state()
    return LookedUpVersion(state.version, SITE, state.mark, state.next, read_at)


def look_version() -> LookedUpVersion:
    """Return the version of a page that shows only what all pages show."""
    read_at, mark = time.time(), mark_of_look()
    return LookedUpVersion(mark, LOOK, mark, inf, read_at)


def current_mark(about: str) -> str:
    """Return the mark that a page about this subject has now. One query."""
    with instead_of_health_check(reading_connection()):
        if about == SITE:
            return mark_of_site()
        return mark_of_look() if about == LOOK else mark_of_article(int(about))
