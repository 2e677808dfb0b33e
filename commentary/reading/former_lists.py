"""The lists of an earlier site: categories, tags, authors, months, feeds and pages of posts."""

import re
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from ..models import Author, FormerAddress
from ..text.former_addresses import Asked

# The feeds of a whole site, as blogs name them.
FEEDS = {
    **dict.fromkeys(
        ["/feed", "/rss", "/rss2", "/atom", "/feed/atom", "/feed/rss", "/feed/rss2", "/feed/rdf"]
        + ["/feed.xml", "/rss.xml", "/rss2.xml", "/atom.xml", "/index.xml", "/index.rdf"]
        + [
            "/feeds/posts/default",
            "/feeds/posts/summary",
            "/feed.atom",
            "/feed.rss",
            "/posts.atom",
        ],
        "article_list_feed",
    ),
    **dict.fromkeys(
        ["/comments/feed", "/comments/feed/atom", "/comments/feed/rss2", "/comments.xml"]
        + ["/feeds/comments/default", "/comments/atom.xml"],
        "comment_list_feed",
    ),
}
BLOG = r"(?:/(?:blog|weblog|journal|news))?"
MONTH = re.compile(
    rf"{BLOG}(?:/(?:archives?|date))?/((?:19|20)\d\d)(?:[/_-](0[1-9]|1[0-2]))?(?:[/_-]\d\d)?"
    r"(?:_archive)?(?:\.html?)?"
)
TOPIC = re.compile(
    rf"{BLOG}/(?:category|categories|tag|tags|topics?|label|labels|search/label|cat)/(?:.*/)?([^/]+)"
)
AUTHOR = re.compile(rf"{BLOG}/(?:author|authors|user|users|profile|archives/author)/([^/]+)")
HOME = re.compile(rf"{BLOG}(?:/(?:home|archives?|articles|posts|category|tags?|page/\d+))?")
DATE = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])?(?:[0-9]{2})?")


def list_address(asked: Asked, is_home: bool) -> str | None:
    """Return the URL of the list or feed that is closest to a list of an earlier site, or None.

    The list exists, but may be empty. `is_home` is set if the request is for our home page. Only on
    sites with former URLs, except for feeds of the site.
    """
    if feed := FEEDS.get(asked.whole.removeprefix("/blog")):
        return reverse(f"commentary:{feed}")
    found = _by_query(asked, is_home) if asked.path == "/" else _by_path(asked)
    return found if found and FormerAddress.objects.exists() else None


def _by_path(asked: Asked) -> str | None:
    if date := MONTH.fullmatch(asked.path):
        return _month(date[1], date[2])
    if topic := TOPIC.fullmatch(asked.path):
        return _topic(topic[1], asked.is_feed)
    if author := AUTHOR.fullmatch(asked.path):
        return _author(author[1], asked.is_feed)
    return reverse("commentary:home") if HOME.fullmatch(asked.path) else None


def _by_query(asked: Asked, is_home: bool) -> str | None:
    query = dict(reversed(asked.pairs))  # the first of each name
    if "feed" in query and not query.keys() & {"cat", "tag", "author", "author_name"}:
        is_comments = query["feed"].startswith("comments")
        return reverse(f"commentary:{'comment_list_feed' if is_comments else 'article_list_feed'}")
    if topic := query.get("tag") or query.get("cat", "").strip("0123456789,-+ "):
        return _topic(topic.rpartition("/")[2], asked.is_feed)
    if author := query.get("author_name") or query.get("author", "").strip("0123456789"):
        return _author(author, asked.is_feed)
    if "author" in query:
        return reverse("commentary:authors")
    if query.get("s", "").strip():
        return _search(query["s"], False)
    month = query.get("monthnum", "")
    date = f"{query['year']}{month:0>2}" if "year" in query and month else query.get("year")
    if found := DATE.fullmatch(date or query.get("m", "")):
        return _month(found[1], found[2])
    is_list = not is_home or query.keys() & {"cat", "paged", "tag"}
    return reverse("commentary:home") if is_list else None


def _month(year: str, month: str | None) -> str:
    return reverse("commentary:archive", args=[int(year), *filter(None, [month])])


def _topic(name: str, is_feed: bool) -> str | None:
    """Return the search for the name of a category or tag, which articles here don't have."""
    return _search(re.sub(r"[-_+\s]+", " ", name), is_feed)


def _search(words: str, is_feed: bool) -> str:
    address = reverse(f"commentary:{'search_feed' if is_feed else 'search'}")
    return f"{address}?{urlencode({'q': words.strip()[:200]})}"


def _author(name: str, is_feed: bool) -> str:
    """Return the page of the author with this slug, or of all authors."""
    words = re.sub(r"[-_+.\s]+", " ", name).strip()[:100]
    slug = words.replace(" ", "-")
    named = Q(slug=slug) | Q(former_slugs__slug=slug) | Q(name__iexact=words)
    found = Author.objects.with_counts().filter(named).values_list("slug", flat=True).first()
    if found is None:
        return reverse("commentary:authors")
    return reverse(f"commentary:{'author_feed' if is_feed else 'author'}", args=[found])
