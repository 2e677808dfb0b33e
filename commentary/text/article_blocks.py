"""Divides formatted text of articles (see `article_html`) into points and the text between them.

Which items become points: an article has one numbering of points.

- A top-level list (``<ol>``) with decimal numbers that rise, and a top-level paragraph that begins
  with "3. ", are numbered. Lists of footnotes, tables of contents (links within the article only),
  reversed lists and lists with letters are not.
- A list or paragraph continues the latest numbering whose last number it follows, with at most
  `MAX_GAP` missing; otherwise it starts a new one. Text in between doesn't matter.
- The numbering with the most items, at least two, becomes the points; among equals, the first.
  All others stay as they are, so a number never means two points.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from .article_display import TAG, Seen, seen_after
from .article_html import BLOCK_EDGE, BLOCK_TAGS, clean

VOID = {"br", "hr", "img"}
TEXT_BLOCKS = BLOCK_TAGS
MAX_GAP = 3
LEAST = 2  # items of a numbering
MAX_POINT = 999_999
ATTRIBUTE = re.compile(r"([a-z]+)(?:=\"([^\"]*)\")?")
ID = re.compile(r"\sid=\"([^\"]*)\"")
NUMBERED = re.compile(
    r"\s*(?P<opened>(?:<(?:strong|b|em|i)>\s*)*)(?P<number>\d{1,6})\."
    r"(?P<closed>(?:</(?:strong|b|em|i)>)*)(?:\s|&nbsp;)+(?=\S)"
)
WITHOUT_WORDS = re.compile(r"<(strong|b|em|i)>\s*</\1>")
LINK_WITHIN = re.compile(
    r"\s*(?:<p>)?\s*<a\s[^<>]*href=\"#[^<>]*>(?:(?!<a\s).)*</a>\s*(?:</p>)?\s*", re.S
)
NUMBERS_OF_LIST = {"", "1"}  # its `type`


class ArticlePart(NamedTuple):
    """A part of an article: a point if `number` is set. `seen` is the state before it."""

    html: str
    number: int | None
    seen: Seen


class _Element(NamedTuple):
    """An element and where it is in the text."""

    tag: str
    attributes: dict[str, str]
    start: int
    inside: tuple[int, int]
    end: int


@dataclass
class _Numbering:
    """Numbered items in order. `places` are the ranges of text that they replace."""

    last: int
    points: list[tuple[int, str]] = field(default_factory=list)
    places: list[tuple[int, int, list[tuple[int, str]]]] = field(default_factory=list)


def split(fragment: str) -> list[ArticlePart]:
    """Return the parts of a text, cleaned to the normal form. Ids that are repeated are removed."""
    text = _without_repeated_ids(clean(fragment))
    parts: list[ArticlePart] = []
    at, seen = 0, Seen()

    def add(piece: str, number: int | None = None) -> None:
        nonlocal seen
        if piece.strip():
            parts.append(ArticlePart(piece, number, seen))
            seen = seen_after(piece, seen)

    for start, end, points in _chosen(text):
        add(text[at:start])
        for number, words in points:
            add(words, number)
        at = end
    add(text[at:])
    return parts


def with_lines(fragment: str) -> str:
    """Return a text with each of its blocks on lines of its own, for editing."""
    text = clean(fragment)
    blocks, at = [], 0
    for element in _children(text, 0, len(text)):
        if element.tag in TEXT_BLOCKS:
            blocks += [text[at : element.start], text[element.start : element.end]]
            at = element.end
    return "\n\n".join(block.strip() for block in [*blocks, text[at:]] if block.strip())


def _chosen(text: str) -> list[tuple[int, int, list[tuple[int, str]]]]:
    """Return the ranges of a text that are points, with the points of each."""
    numberings: list[_Numbering] = []
    for element in _children(text, 0, len(text)):
        points = _points_of(element, text)
        if not points:
            continue
        first = points[0][0]
        numbering = next(
            (n for n in reversed(numberings) if n.last < first <= n.last + 1 + MAX_GAP), None
        )
        if numbering is None:
            numbering = _Numbering(last=first)
            numberings.append(numbering)
        numbering.last = points[-1][0]
        numbering.points += points
        numbering.places.append((element.start, element.end, points))
    longest = max(numberings, key=lambda n: len(n.points), default=None)
    return longest.places if longest and len(longest.points) >= LEAST else []


def _points_of(element: _Element, text: str) -> list[tuple[int, str]]:
    if element.tag == "ol":
        return _items(element, text)
    if element.tag != "p":
        return []
    inner = text[slice(*element.inside)]
    found = NUMBERED.match(inner)
    if not found or not 1 <= int(found["number"]) <= MAX_POINT:
        return []
    rest = WITHOUT_WORDS.sub("", found["opened"] + found["closed"] + inner[found.end() :])
    return [(int(found["number"]), f"<p{_id(element)}>{rest}</p>")]


def _items(element: _Element, text: str) -> list[tuple[int, str]]:
    """Return the items of a list with their numbers, or [] if it isn't a list of points."""
    given = element.attributes
    if "reversed" in given or given.get("type", "") not in NUMBERS_OF_LIST:
        return []
    items = [e for e in _children(text, *element.inside) if e.tag == "li"]
    inner = [text[slice(*item.inside)] for item in items]
    are_notes = any(item.attributes.get("id", "").startswith("fn-") for item in items)
    if are_notes or all(map(LINK_WITHIN.fullmatch, inner)):
        return []
    number = int(given.get("start") or 1) - 1
    points = []
    for item, words in zip(items, inner, strict=True):
        follows = int(item.attributes.get("value") or number + 1)
        if not max(number, 0) < follows <= MAX_POINT:
            return []
        number = follows
        points.append((number, _paragraphs(words, item)))
    return points


def _paragraphs(inner: str, item: _Element) -> str:
    """Return the content of a list item with its first words in a paragraph."""
    edge = BLOCK_EDGE.search(inner)
    while edge and edge[0].startswith("<br"):
        edge = BLOCK_EDGE.search(inner, edge.end())
    first = inner[: edge.start()] if edge else inner
    if not first.strip():
        return inner
    return f"<p{_id(item)}>{first.strip()}</p>{inner[len(first) :]}"


def _id(element: _Element) -> str:
    mark = element.attributes.get("id", "")
    return f' id="{mark}"' if mark else ""


def _children(text: str, start: int, end: int) -> Iterator[_Element]:
    """Yield the outermost elements of a range of text. Normal form is well-formed."""
    depth, opened = 0, None
    for tag in TAG.finditer(text, start, end):
        if tag[2] in VOID:
            continue
        if not tag[1]:
            if depth == 0:
                opened = tag
            depth += 1
            continue
        depth -= 1
        if depth == 0 and opened:
            attributes = dict(ATTRIBUTE.findall(opened[3]))
            inside = (opened.end(), tag.start())
            yield _Element(opened[2], attributes, opened.start(), inside, tag.end())


def _without_repeated_ids(text: str) -> str:
    seen: set[str] = set()

    def kept(tag: re.Match[str]) -> str:
        mark = ID.search(tag[3])
        if mark is None:
            return tag[0]
        if mark[1] in seen:
            return tag[0].replace(mark[0], "", 1)
        seen.add(mark[1])
        return tag[0]

    return TAG.sub(kept, text)
