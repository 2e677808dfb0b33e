"""Where the pages and pictures of earlier sites are now."""

import re
from typing import NamedTuple
from urllib.parse import unquote, urlencode

from django.http import HttpRequest
from django.urls import reverse

from ..models import Comment, FormerAddress
from ..text.former_addresses import Asked, asked_by
from ..text.picture_sizes import address_of, widths_of

# The feeds of a whole site, as blogs name them.
SITE_FEEDS = {
    **dict.fromkeys(
        (
            "/feed",
            "/rss",
            "/rss2",
            "/atom",
            "/feed/atom",
            "/feed/rss2",
            "/rss.xml",
            "/atom.xml",
            "/index.xml",
        )
        + ("/feeds/posts/default", "/index.rdf", "/feed.xml", "/blog/feed"),
        "article_list_feed",
    ),
    **dict.fromkeys(
        ("/comments/feed", "/feeds/comments/default", "/comments.xml"), "comment_list_feed"
    ),
}

DATED = re.compile(r"/(?:blog/)?((?:19|20)\d\d)(?:/(0[1-9]|1[0-2]))?(?:/\d\d)?/?")
TOPIC = re.compile(
    r"/(?:category|categories|tag|tags|topics?|label|labels|search/label)/(?:.*/)?([^/]+)/?", re.I
)


class Present(NamedTuple):
    """Where a former URL leads. `is_lasting` is False for a page that only comes near."""

    address: str
    is_lasting: bool = True


def present_address(request: HttpRequest) -> Present | None:
    """Return where the requested URL leads now, or None if no earlier site had it.

    The answer is always a URL of this site, and of a page that exists.
    """
    feed = SITE_FEEDS.get(request.path.rstrip("/").lower())
    if feed:
        return Present(reverse(f"commentary:{feed}"))
    asked = asked_by(request.path, request.META.get("QUERY_STRING", ""))
    found = _find(asked, request.get_host().removeprefix("www."))
    if found is None:
        return _near(request.path) if FormerAddress.objects.exists() else None
    if found.file is not None and found.file.width:
        return Present(address_of(found.file.sha256, widths_of(found.file.width)[-1]))
    article = found.article
    number = found.number
    if number is None and asked.comment:
        rows = Comment.objects.filter(discussion_id=article.pk, source_key=asked.comment)
        number = rows.values_list("number", flat=True).first()
    if number is not None:
        return Present(reverse("commentary:permalink", args=[article.slug, number]))
    if asked.is_feed:
        return Present(article.get_feed_url())
    return Present(article.get_absolute_url())


def _near(path: str) -> Present | None:
    """Return the list here that comes closest to a list of a blog: a month, a category, an author."""
    if date := DATED.fullmatch(path):
        return Present(f"/archive/{int(date[1])}/" + (f"{date[2]}/" if date[2] else ""), False)
    if topic := TOPIC.fullmatch(path):
        words = unquote(topic[1]).replace("-", " ").replace("+", " ")
        return Present(f"{reverse('commentary:search')}?{urlencode({'q': words[:200]})}", False)
    return None


def _find(asked: Asked, host: str) -> FormerAddress | None:
    """The row of the first key that has one; of several, one of the host that was asked."""
    rows = FormerAddress.objects.filter(key__in=asked.keys, article__is_published=True)
    found = list(rows.select_related("article", "file").order_by("pk")[:50])
    for key in asked.keys:
        same = [row for row in found if row.key == key]
        for row in same:
            if f"//{host}/" in row.address.replace("//www.", "//"):
                return row
        if same:
            return same[0]
    return None
