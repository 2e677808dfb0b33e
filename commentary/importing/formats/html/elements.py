"""A small element tree for articles in normal form, and its HTML output.

`write` produces only tags and attributes of the normal form, and escapes all text.
"""

from dataclasses import dataclass, field
from html import escape

from ....text.article_html import ATTRIBUTES, ATTRIBUTES_OF_ALL, BLOCK_TAGS, INLINE_TAGS

INLINE = INLINE_TAGS - {"u"}  # underlining is lost
BLOCK = BLOCK_TAGS
VOID = frozenset(("br", "hr", "img"))
# Blocks that contain other blocks. Their content is written on separate lines.
_OUTER = frozenset(
    ["ul", "ol", "dl", "figure", "table", "thead", "tbody", "tfoot", "tr", "blockquote", "details"]
)


@dataclass(slots=True, eq=False)
class Element:
    """An element of an article. `marks` are the ids that links on the page use for it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    @property
    def is_block(self) -> bool:
        return self.tag in BLOCK


Child = Element | str


def write(children: list[Child]) -> str:
    """Return the HTML of an article or part of one."""
    parts: list[str] = []
    for child in children:
        _write(child, parts)
    return "".join(parts).strip("\n")


def _write(child: Child, parts: list[str]) -> None:
    if isinstance(child, str):
        parts.append(escape(child, quote=False))
        return
    tag = child.tag
    if tag not in INLINE and tag not in BLOCK:
        for inner in child.children:
            _write(inner, parts)
        return
    allowed = (*ATTRIBUTES.get(tag, ()), *ATTRIBUTES_OF_ALL)
    written = "".join(
        f' {name}="{escape(child.attributes[name])}"'
        for name in allowed
        if child.attributes.get(name) is not None
    )
    parts.append(f"<{tag}{written}>")
    if tag in VOID:
        if tag == "hr":
            parts.append("\n")
        return
    if tag in _OUTER:
        parts.append("\n")
    for inner in child.children:
        _write(inner, parts)
    parts.append(f"</{tag}>")
    if tag in BLOCK:
        parts.append("\n")


def words_of(children: list[Child]) -> str:
    """Return the text of part of an article, in one line."""
    parts: list[str] = []
    _collect(children, parts)
    return " ".join("".join(parts).split())


def _collect(children: list[Child], parts: list[str]) -> None:
    for child in children:
        if isinstance(child, str):
            parts.append(child)
        else:
            is_apart = child.tag in BLOCK or child.tag == "br"
            parts.append(" " if is_apart else "")
            _collect(child.children, parts)
            parts.append(" " if is_apart else "")


def find_all(children: list[Child], *tags: str) -> list[Element]:
    """Return the elements with these tags, in order, at any depth."""
    found: list[Element] = []
    for child in children:
        if isinstance(child, Element):
            if child.tag in tags:
                found.append(child)
            found.extend(find_all(child.children, *tags))
    return found
