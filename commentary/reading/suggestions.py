"""What a reader may have looked for at an address that is missing: articles with its words."""

import re

from django.http import HttpRequest

from .. import search as engine
from ..models import Article
from .misses import Budget, is_of_reader

MAX_WORDS = 6
MAX_SUGGESTED = 5
RANKED = 20  # articles of which the best are suggested
EXTENSION = re.compile(r"\.\w{2,5}$")
WORD = re.compile(r"[^\W\d_]{3,40}")
# Parts of addresses that say nothing about what is there.
OF_ROUTES = frozenset(
    [
        "archive",
        "archives",
        "article",
        "articles",
        "author",
        "authors",
        "blog",
        "branches",
        "category",
        "comment",
        "comments",
        "feed",
        "former",
        "history",
        "html",
        "index",
        "node",
        "page",
        "pages",
        "php",
        "point",
        "points",
        "post",
        "posts",
        "reply",
        "respond",
        "search",
        "site",
        "tag",
        "tags",
        "title",
    ]
)

budget = Budget(30)  # searches of this process, and one more every second


def asked_words(request: HttpRequest) -> list[str]:
    """Return the words of a missing address, from the part that has most."""
    if not is_of_reader(request):
        return []
    parts = [WORD.findall(EXTENSION.sub("", part)) for part in request.path.split("/")]
    named = [[word for word in part if word.lower() not in OF_ROUTES] for part in parts]
    return max(reversed(named), key=len, default=[])[:MAX_WORDS]


def suggested(words: list[str]) -> list[Article]:
    """Return published articles with these words, or else with the longest of them, best first.

    Takes no longer than searches may, and finds nothing if many addresses are missing at once.
    """
    if not words or not budget.take():
        return []
    longest = sorted(words, key=len, reverse=True)[:2]
    tried = dict.fromkeys((" ".join(words), " ".join(sorted(longest)), longest[0]))
    try:
        query, found = engine.find_first([engine.parse_query(text) for text in tried], RANKED)
    except engine.TooBroad:
        return []
    if not found.total:
        return []
    best = engine.rank(query, found.newest[:RANKED])[:MAX_SUGGESTED]
    keys = [hit.article_id for _score, hit in best]
    articles = Article.objects.published().for_titles().in_bulk(keys)
    return [articles[key] for key in keys if key in articles]
