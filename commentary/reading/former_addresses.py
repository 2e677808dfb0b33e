"""Redirects from URLs of earlier sites to what was imported from them."""

import re
from typing import NamedTuple
from urllib.parse import unquote, urlencode

from django.http import HttpRequest
from django.urls import reverse

from ..models import FormerAddress, FormerAnchor
from ..text.former_addresses import Asked, asked_by
from ..text.picture_sizes import largest_address

# The feeds of a whole site, as blogs name them.
SITE_FEEDS = {
    **dict.fromkeys(
        [
            "/feed",
            "/rss",
            "/rss2",
            "/atom",
            "/feed/atom",
            "/feed/rss2",
            "/feed.xml",
            "/rss.xml",
            "/atom.xml",
            "/index.xml",
            "/index.rdf",
            "/blog/feed",
            "/feeds/posts/default",
        ],
        "article_list_feed",
    ),
    **dict.fromkeys(
        ["/comments/feed", "/comments.xml", "/feeds/comments/default"], "comment_list_feed"
    ),
}

DATED = re.compile(r"/(?:blog/)?((?:19|20)\d\d)(?:/(0[1-9]|1[0-2]))?(?:/\d\d)?/?")
TOPIC = re.compile(
    r"/(?:category|categories|tag|tags|topics?|label|labels|search/label)/(?:.*/)?([^/]+)/?", re.I
)


class Present(NamedTuple):
    """The target of a former URL. `is_lasting` is False if it is only the closest list."""

    address: str
    is_lasting: bool = True


def present_address(request: HttpRequest) -> Present | None:
    """Return the target of a requested URL, or None if it is not a former URL.

    The target is always an existing page of this site.
    """
    feed = SITE_FEEDS.get(request.path.rstrip("/").lower())
    if feed:
        return Present(reverse(f"commentary:{feed}"))
    asked = asked_by(request.path, request.META.get("QUERY_STRING", ""))
    found = _find(asked, request.get_host().removeprefix("www."))
    if found is None:
        return _near(request.path)
    if found.file is not None and found.file.width:
        return Present(largest_address(found.file.sha256, found.file.width))
    article = found.article
    number = found.number
    if number is None and asked.comment:
        number = FormerAnchor.objects.number_of(article.pk, asked.comment)
    if number is not None:
        return Present(reverse("commentary:permalink", args=[article.slug, number]))
    if asked.is_feed:
        return Present(article.get_feed_url())
    last = article.discussion.last_number
    if FormerAnchor.objects.are_ambiguous(article.pk, last):
        return Present(reverse("commentary:former", args=[article.slug]))
    return Present(article.get_absolute_url())


def _near(path: str) -> Present | None:
    """Return the list that is closest to a list of a blog: a month, a category. Only on sites with
    former URLs.
    """
    if date := DATED.fullmatch(path):
        address = reverse("commentary:archive", args=[int(date[1]), *filter(None, [date[2]])])
    elif topic := TOPIC.fullmatch(path):
        words = unquote(topic[1]).replace("-", " ").replace("+", " ")
        address = f"{reverse('commentary:search')}?{urlencode({'q': words[:200]})}"
    else:
        return None
    return Present(address, False) if FormerAddress.objects.exists() else None


def _find(asked: Asked, host: str) -> FormerAddress | None:
    """Return the row of the first key found; among several, one of the requested host."""
    rows = FormerAddress.objects.filter(key__in=asked.keys, article__is_published=True)
    rows = rows.select_related("article__discussion", "file").defer("article__body").order_by("pk")
    found = list(rows[:50])
    for key in asked.keys:
        same = [row for row in found if row.key == key]
        for row in same:
            if f"//{host}/" in row.address.replace("//www.", "//"):
                return row
        if same:
            return same[0]
    return None
