"""Determines the parent of each comment from explicit references, nesting, and indentation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..text.phrases.patterns import lazy_re_compile
from .entries import Entry

DEPTH_NAME = lazy_re_compile(
    r"(?:^|\s)(?:comment-?|wc_comment_|wpd_comment_|thread-?)?(?:depth|level|indent|nest(?:ing)?|lvl|livello|niveau|nivel|nível|ebene|tiefe)[-_]?(\d{1,3})(?=\s|$)",
    re.I,
)
INDENTS = (
    re.compile(r"(?:margin|padding)-(?:left|inline-start)\s*:\s*(-?\d{1,4}(?:\.\d+)?)", re.I),
    re.compile(r"(?:margin|padding)\s*:\s*\S+\s+\S+\s+\S+\s+(-?\d{1,4}(?:\.\d+)?)", re.I),
    re.compile(r"(?:margin|padding)-right\s*:\s*(-?\d{1,4}(?:\.\d+)?)", re.I),
)


@dataclass(slots=True)
class EntryPlace:
    """The position of an entry: the id of its stated parent, the index of the entry that contains
    it, and its depth (from any base) by class or indentation.
    """

    named: str = ""
    above: int | None = None
    depth: float | None = None


def parents_of(places: Sequence[EntryPlace], numbers: Sequence[str]) -> list[int | None]:
    """Return the index of the parent of each entry, in page order; None for top-level comments."""
    by_number: dict[str, int] = {}
    for i, number in enumerate(numbers):
        if number:
            by_number.setdefault(number, i)
    nesting = _nesting(places)
    by_depth = _by_depth(places, nesting)
    found: list[int | None] = []
    for i, place in enumerate(places):
        named = by_number.get(place.named) if place.named else None
        if named is not None and named != i:
            found.append(named)
        elif by_depth is not None:
            found.append(by_depth[i])
        else:
            found.append(place.above)
    _break_circles(found)
    return found


def _nesting(places: Sequence[EntryPlace]) -> list[int]:
    """Return the nesting depth of each entry."""
    found: list[int] = []
    for i, place in enumerate(places):
        above = place.above
        found.append(found[above] + 1 if above is not None and above < i else 0)
    return found


def _by_depth(places: Sequence[EntryPlace], nesting: Sequence[int]) -> list[int | None] | None:
    """Return parents by depth: the nearest entry above with a smaller depth. None if depths add
    nothing to the nesting.
    """
    depths = [place.depth for place in places]
    known = [depth for depth in depths if depth is not None]
    if not known or len(set(known)) < 2:
        return None
    least = min(known)
    deeper = any(
        depth is not None and depth - least > nest
        for depth, nest in zip(depths, nesting, strict=True)
    )
    if not deeper:
        return None
    found: list[int | None] = []
    stack: list[tuple[float, int]] = []
    for i, depth in enumerate(depths):
        at = least if depth is None else depth
        while stack and stack[-1][0] >= at:
            stack.pop()
        above = places[i].above
        nearest = stack[-1][1] if stack else None
        found.append(above if depth is None and above is not None else nearest)
        stack.append((at, i))
    return found


def _break_circles(parents: list[int | None]) -> None:
    """Break cycles: of entries that would be replies to each other, one becomes a top-level comment."""
    done: set[int] = set()
    for i in range(len(parents)):
        path: list[int] = []
        on_path: set[int] = set()
        here: int | None = i
        while here is not None and here not in done and here not in on_path:
            path.append(here)
            on_path.add(here)
            here = parents[here]
        if here is not None and here in on_path:
            parents[here] = None
        done.update(path)


def depth_of(entry: Entry, depth_attribute: str = "", replies: str = "") -> float | None:
    """Return the depth of an entry by its classes or an attribute. `replies` is the class of entries
    that reply to one without it.
    """
    for root in entry.roots[:2]:
        attributes = root.attributes
        if replies:
            return float(replies in (attributes.get("class") or "").split())
        if depth_attribute and (value := attributes.get(depth_attribute) or "").isdigit():
            return float(value)
        if found := DEPTH_NAME.search(attributes.get("class") or ""):
            return float(found[1])
    return None


def indent_of(entry: Entry) -> float | None:
    """Return the indentation of an entry from its style, from the style of the element around it, or
    from a cell or an invisible picture before it.
    """
    nodes = [entry.roots[0], *(part.node for part in entry.parts[1:2])]
    if around := entry.roots[0].parent:
        nodes.append(around)
    for node in nodes:
        style = node.attributes.get("style") or ""
        for pattern in INDENTS:
            if found := pattern.search(style):
                return float(found[1])
    for part in entry.parts[:8]:
        value = part.attributes.get("indent") or ""
        if part.tag == "img" and (part.attributes.get("height") or "") in ("0", "1"):
            value = part.attributes.get("width") or ""
        if value.isdigit() and len(value) < 5:
            return float(value)
    return None


def indents_as_depths(indents: Sequence[float | None]) -> list[float | None]:
    """Convert indentations into depths if they increase in constant steps; otherwise return
    nothing. Without an indentation, an entry is at the margin.
    """
    if any(indents):
        indents = [indent or 0.0 for indent in indents]
    steps = sorted({indent for indent in indents if indent is not None})
    if len(steps) < 2:
        return [None] * len(indents)
    step = min(b - a for a, b in zip(steps, steps[1:], strict=False))
    if step <= 0 or any(
        abs((s - steps[0]) / step - round((s - steps[0]) / step)) > 0.1 for s in steps
    ):
        return [None] * len(indents)
    return [None if i is None else float(round((i - steps[0]) / step)) for i in indents]
