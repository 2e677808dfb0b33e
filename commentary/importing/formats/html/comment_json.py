"""Reads comments from data in scripts: JSON-LD, and the preloaded data of Substack."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ..text.phrases.patterns import lazy_re_compile
from . import comment_dates as dates
from .dom import Document, paragraphs_of_node, parse

MAX_SCRIPT = 5_000_000  # characters
MAX_VALUES = 200_000  # number of values that are read from one script
MAX_COMMENTS = 20_000
PRELOADS = lazy_re_compile(
    r"window\._preloads\s*=\s*(?:JSON\.parse\(\s*(\"(?:[^\"\\]|\\.)*\")\s*\)|(\{))", re.S
)
COUNTED = lazy_re_compile(r"(?:https?://schema\.org/)?(?:CommentAction|UserComments)$")


@dataclass(slots=True)
class DataComment:
    """A comment from JSON; `parent` is the index of its parent in the list."""

    key: str = ""
    author: str = ""
    author_url: str = ""
    date: datetime | None = None
    text: str = ""
    parent: int | None = None


@dataclass(slots=True)
class PageData:
    """Data about comments in the scripts of a page. `preloaded` maps the id of a comment to its
    exact date and parent.
    """

    comments: list[DataComment] = field(default_factory=list)
    count: int | None = None
    preloaded: dict[str, tuple[datetime | None, str]] = field(default_factory=dict)


def read_data(document: Document) -> PageData:
    """Read the data in the scripts of a page."""
    data = PageData()
    for script in document.css("script[type='application/ld+json']"):
        for item in _dicts(_loaded(script.text())):
            _read_item(item, data)
    if "_preloads" in document.text:
        for script in document.css("script"):
            text = script.text()
            if "_preloads" in text and (value := _preloads(text)):
                _read_preloaded(value, data)
    return data


def _loaded(text: str) -> object:
    if len(text) > MAX_SCRIPT:
        return None
    text = text.strip().removeprefix("<!--").removesuffix("-->")
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _dicts(value: object) -> Iterator[dict[str, object]]:
    """Yield the objects that describe the page: top level, @graph, main entity."""
    stack = [value]
    seen = 0
    while stack and seen < 1000:
        here = stack.pop()
        seen += 1
        if isinstance(here, list):
            stack += reversed(here[:1000])
        elif isinstance(here, dict):
            yield here
            stack += [
                here[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in here
            ]


def _read_item(item: dict[str, object], data: PageData) -> None:
    count = item.get("commentCount")
    if data.count is None and (number := _number(count)) is not None:
        data.count = number
    statistics = item.get("interactionStatistic")
    for statistic in statistics if isinstance(statistics, list) else [statistics]:
        if data.count is None and isinstance(statistic, dict):
            kind = statistic.get("interactionType")
            kind = kind.get("@type") if isinstance(kind, dict) else kind
            if isinstance(kind, str) and COUNTED.search(kind):
                data.count = _number(statistic.get("userInteractionCount"))
    _read_comments(item.get("comment"), data)


def _number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int) and 0 <= value < 10_000_000:
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 8 else None


def _read_comments(value: object, data: PageData) -> None:
    """Read comments with their nested replies, in order."""
    stack: list[tuple[object, int | None]] = [(value, None)]
    by_id: dict[str, int] = {}
    while stack and len(data.comments) < MAX_COMMENTS:
        here, parent = stack.pop()
        if isinstance(here, list):
            stack += [(inner, parent) for inner in reversed(here[:MAX_COMMENTS])]
        elif isinstance(here, dict):
            number = _add_comment(here, parent, by_id, data)
            stack.append((here.get("comment") or here.get("replies"), number))


def _add_comment(
    item: dict[str, object], parent: int | None, by_id: dict[str, int], data: PageData
) -> int | None:
    text = _text(item.get("text") or item.get("commentText") or item.get("articleBody"))
    if not text:
        return parent
    author, url = _person(item.get("author") or item.get("creator"))
    above = item.get("parentItem")
    above = above.get("@id") if isinstance(above, dict) else above
    if parent is None and isinstance(above, str):
        parent = by_id.get(above)
    key = next(
        (
            v
            for v in (item.get("@id"), item.get("url"), item.get("identifier"))
            if isinstance(v, str)
        ),
        "",
    )
    date = next(
        (v for v in (item.get("dateCreated"), item.get("datePublished")) if isinstance(v, str)), ""
    )
    number = len(data.comments)
    if key:
        by_id.setdefault(key, number)
    data.comments.append(DataComment(key, author, url, dates.machine_date(date), text, parent))
    return number


def _person(value: object) -> tuple[str, str]:
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, str):
        return " ".join(value.split()), ""
    if not isinstance(value, dict):
        return "", ""
    name, url = value.get("name"), value.get("url")
    name = " ".join(name.split()) if isinstance(name, str) else ""
    is_web = isinstance(url, str) and url.startswith(("http://", "https://"))
    return name, str(url) if is_web else ""


def _text(value: object) -> str:
    """Return a text that may contain HTML as plain text."""
    if not isinstance(value, str) or len(value) > 1_000_000:
        return ""
    if not re.search(r"</?[a-z][^<>]{0,200}>|&\w{2,8};|&#\d", value, re.I):
        return re.sub(r"\n{2,}", "\n\n", value.replace("\r\n", "\n")).strip()
    try:
        body = parse(value).tree.body
    except ValueError:
        return ""
    return paragraphs_of_node(body) if body is not None else ""


def _preloads(script: str) -> object:
    found = PRELOADS.search(script[:MAX_SCRIPT])
    if not found:
        return None
    try:
        if found[1]:
            return json.loads(json.loads(found[1]))
        return json.JSONDecoder().raw_decode(script, found.start(2))[0]
    except (ValueError, RecursionError):
        return None


def _read_preloaded(value: object, data: PageData) -> None:
    comments = value.get("comments") if isinstance(value, dict) else None
    stack: list[tuple[object, str]] = [(comments, "")]
    seen = 0
    while stack and seen < MAX_VALUES:
        here, parent = stack.pop()
        seen += 1
        if isinstance(here, list):
            stack += [(inner, parent) for inner in reversed(here[:MAX_VALUES])]
        elif isinstance(here, dict):
            number = str(here.get("id", ""))
            date = here.get("date")
            when = dates.machine_date(date) if isinstance(date, str) else None
            if number:
                data.preloaded[number] = (when, parent)
            stack.append((here.get("children"), number or parent))
