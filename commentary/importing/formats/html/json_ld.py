"""Reads the JSON-LD of a page."""

import json
from collections.abc import Iterator

from ..text.phrases.patterns import lazy_re_compile
from .dom import Document

MAX_BYTES = 2_000_000
MAX_ITEMS = 5_000
MAX_DEPTH = 30
ARTICLE_TYPES = (
    "blogposting",
    "newsarticle",
    "article",
    "discussionforumposting",
    "reportagenewsarticle",
    "techarticle",
    "scholarlyarticle",
    "opinionnewsarticle",
    "analysisnewsarticle",
    "liveblogposting",
    "socialmediaposting",
    "advertisercontentarticle",
    "backgroundnewsarticle",
    "reviewnewsarticle",
    "report",
    "question",
    "recipe",
    "review",
    "podcastepisode",
    "qapage",
)
_WRAPPING = lazy_re_compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)\s*|\s*(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = lazy_re_compile(r",(\s*[}\]])")

Item = dict[str, object]


def read_items(document: Document) -> list[Item]:
    """Return all items at any depth, in page order. Invalid JSON is skipped."""
    found: list[Item] = []
    left = MAX_BYTES
    for script in document.css("script[type*='ld+json' i]"):
        text = script.text(deep=True)
        left -= len(text)
        if left < 0:
            break
        found += _items(_parse(text))
        if len(found) > MAX_ITEMS:
            break
    return found[:MAX_ITEMS]


def _parse(text: str) -> object:
    text = _WRAPPING.sub("", text).strip().rstrip(";")
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _items(value: object, depth: int = 0) -> Iterator[Item]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for part in value:
            yield from _items(part, depth + 1)
    elif isinstance(value, dict):
        yield value
        for part in value.values():
            if isinstance(part, dict | list):
                yield from _items(part, depth + 1)


def types_of(item: Item) -> set[str]:
    """Return the types of an item in lower case, without their vocabulary."""
    given = item.get("@type")
    names = given if isinstance(given, list) else [given]
    return {n.rpartition("/")[2].lower() for n in names if isinstance(n, str)}


def article_items(items: list[Item]) -> list[Item]:
    """Return the items that are articles, those with a headline first."""
    found = [item for item in items if not types_of(item).isdisjoint(ARTICLE_TYPES)]
    return sorted(found, key=lambda item: not (item.get("headline") or item.get("datePublished")))


def text_value(value: object) -> str:
    """Return a text, or the first of several, as one line without markup; "" for other values."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return " ".join(value.split()) if isinstance(value, str) else ""


def person_names(value: object, items: list[Item]) -> list[str]:
    """Return the names of the persons or organisations in a property."""
    found: list[str] = []
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, dict) and "name" not in part and isinstance(part.get("@id"), str):
            part = next((i for i in items if i.get("@id") == part["@id"] and "name" in i), part)
        if isinstance(part, dict):
            names = part.get("name")
            names = names if isinstance(names, list) else [names]
        else:
            names = [part]
        found += [" ".join(n.split()) for n in names if isinstance(n, str) and n.strip()]
    return list(dict.fromkeys(found))


def number_of(value: object) -> int | None:
    """Return the count in a property."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int) and 0 <= value < 10_000_000:
        return value
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 10:
        return int(value)
    return None


def comment_count(item: Item) -> int | None:
    """Return the number of comments of an article."""
    count = number_of(item.get("commentCount"))
    if count is not None:
        return count
    statistics = item.get("interactionStatistic")
    for part in statistics if isinstance(statistics, list) else [statistics]:
        if isinstance(part, dict):
            kind = part.get("interactionType")
            if isinstance(kind, dict):
                kind = kind.get("@type")
            if isinstance(kind, str) and "Comment" in kind:
                return number_of(part.get("userInteractionCount"))
    return None
