"""The nodes of a parsed page in document order, with frequently needed data: where each node ends,
how much linked and other text it contains, and which nodes match a selector.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from weakref import WeakKeyDictionary

from ..text.phrases.patterns import lazy_re_compile
from . import dom
from .dom import Document, Node

BLOCKS = dom.BLOCKS | {"td", "th"}
# Elements whose text is not shown.
SILENT = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "head",
        "title",
        "svg",
        "object",
        "iframe",
        "noembed",
        "noframes",
        "textarea",
        "select",
        "datalist",
        "applet",
        "canvas",
        "map",
    ]
)
FEW = 2_000  # characters; a page with less text may have it in `noscript`
MAX_COMMENTS = 200
WIDE = lazy_re_compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_HIDDEN = lazy_re_compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
UNSEEN_CLASSES = frozenset(
    [
        "screen-reader-text",
        "visually-hidden",
        "visuallyhidden",
        "sr-only",
        "element-invisible",
        "assistive-text",
        "u-hidden-visually",
        "show-for-sr",
    ]
)
# A class, id or attribute value that must exist on the page for a selector to match.
_NEEDED = lazy_re_compile(r"\.([\w-]+)|#([\w-]+)|\[itemprop[~^*$|]?=[\"']?([\w-]+)")
_ARGUMENT = lazy_re_compile(r":\w[\w-]*\([^)]*\)|:[\w-]+")
_ATTRIBUTE = lazy_re_compile(
    r"\[(?!itemprop)[^\]]*\]"
)  # its value may contain dots: "viewtopic.php"

Attributes = dict[str, str | None]


def size_of(text: str) -> int:
    """Return the amount of text in characters. Chinese, Japanese and Korean characters count twice."""
    text = text.strip()
    return len(text) if text.isascii() else len(text) + len(WIDE.findall(text))


class PageOutline:
    """A page as lists over its nodes, in document order. Built in one pass; the tree must not be
    changed afterwards.

    `end[i]` is the number after the last node below `i`; `parent[i]` is -1 for the root. `text[i]`
    is the text of a text node, and None for other nodes. Hidden nodes and those without visible
    text (scripts, styles) are `silent` and are not counted.
    """

    def __init__(self, document: Document, *, shows_noscript: bool = False) -> None:
        self._tree = document.tree
        self.nodes: list[Node] = []
        self.tags: list[str] = []
        self.parent: list[int] = []
        self.end: list[int] = []
        self.text: list[str | None] = []
        self.attributes: list[Attributes] = []
        self.silent: list[bool] = []
        self.comments: list[str] = []
        self._index: dict[int, int] = {}
        self._before = [0]
        self._linked_before = [0]
        self.all_names: list[str] = []
        self._used: set[str] | None = None
        self._found: dict[str, list[int]] = {}  # by selector: readers share many
        root = document.root
        self._read(root.parent or root, SILENT - {"noscript"} if shows_noscript else SILENT)

    def _read(self, top: Node, silent_tags: frozenset[str]) -> None:
        """Add all nodes, without recursion because pages are deep."""
        nodes, ends, silents, index = self.nodes, self.end, self.silent, self._index
        add_node, add_tag, add_text = nodes.append, self.tags.append, self.text.append
        add_parent, add_end, add_silent = self.parent.append, ends.append, silents.append
        add_attributes, add_names = self.attributes.append, self.all_names.append
        add_before, add_linked = self._before.append, self._linked_before.append
        none: Attributes = {}
        above: list[int] = []
        up, is_silent_above = -1, False
        total = linked = number = 0
        link_end = -1  # the depth at which the open link ends
        node: Node | None = top
        while node is not None:
            tag = node.tag or ""
            child: Node | None = None
            text: str | None = None
            own, names = none, ""
            is_silent = is_silent_above
            if tag == "-text":
                text = node.text_content or ""
                if not is_silent and not text.isspace():
                    size = size_of(text)
                    total += size
                    if link_end >= 0:
                        linked += size
            elif tag[:1] == "-" or not tag:
                if tag == "-comment" and len(self.comments) < MAX_COMMENTS:
                    self.comments.append(node.comment_content or "")
                child = node.first_child
            else:
                own = node.attributes or none
                index[node.mem_id] = number
                if own:
                    classes, name = own.get("class"), own.get("id")
                    if classes or name:
                        names = f"{classes or ''} {name or ''}".lower()
                    is_silent = is_silent or _is_hidden(tag, own, classes)
                is_silent = is_silent or tag in silent_tags
                if tag != "script" and tag != "style":
                    child = node.first_child
            add_node(node)
            add_tag(tag)
            add_text(text)
            add_parent(up)
            add_end(number + 1)
            add_silent(is_silent)
            add_attributes(own)
            add_names(names)
            add_before(total)
            add_linked(linked)
            if child is not None:
                if link_end < 0 and tag == "a" and "href" in own:
                    link_end = len(above)
                above.append(number)
                up, is_silent_above = number, is_silent
                node = child
                number += 1
                continue
            number += 1
            following = node.next if above else None
            while following is None and above:
                up = above.pop()
                ends[up] = number
                if link_end >= len(above):
                    link_end = -1
                following = nodes[up].next if above else None
            if above:
                up = above[-1]
                is_silent_above = silents[up]
            node = following

    def __len__(self) -> int:
        return len(self.nodes)

    # --- finding elements

    def number(self, node: Node) -> int:
        """Return the number of an element; -1 if it is not on this page."""
        return self._index.get(node.mem_id, -1)

    def numbers(self, nodes: Iterable[Node]) -> list[int]:
        """Return the numbers of the elements that are on this page."""
        return [number for node in nodes if (number := self._index.get(node.mem_id, -1)) >= 0]

    def css(self, selector: str) -> list[int]:
        """Return the elements that match a selector, in document order."""
        found = self._found.get(selector)
        if found is None:
            found = self._found[selector] = self._search(selector)
        return found

    def _search(self, selector: str) -> list[int]:
        names = self.names_used
        wanted = [part for part, needed in _parts(selector) if needed <= names]
        if not wanted:
            return []
        # The parser returns an element once for each part of the selector that matches.
        return sorted(set(self.numbers(self._tree.css(", ".join(wanted)))))

    @property
    def names_used(self) -> set[str]:
        """Return all classes, ids and properties on the page, in lower case."""
        if self._used is None:
            values = {
                *self.all_names,
                *(own["itemprop"] or "" for own in self.attributes if "itemprop" in own),
            }
            self._used = {name for value in values for name in value.lower().split()}
        return self._used

    # --- content of a node

    def size(self, number: int) -> int:
        """Return the amount of text in a node."""
        return self._before[self.end[number]] - self._before[number]

    def linked(self, number: int) -> int:
        """Return the amount of linked text in a node."""
        return self._linked_before[self.end[number]] - self._linked_before[number]

    def words(self, number: int) -> str:
        """Return the visible text of a node, in one line."""
        parts = []
        for at in range(number, self.end[number]):
            if self.silent[at]:
                continue
            text = self.text[at]
            if text is not None:
                parts.append(text)
            elif self.tags[at] in BLOCKS or self.tags[at] == "br":
                parts.append(" ")
        return " ".join("".join(parts).split())

    def all_text(self, number: int) -> str:
        """Return the text of a node including hidden text, in one line."""
        return " ".join("".join(t for t in self.text[number : self.end[number]] if t).split())

    def children(self, number: int) -> Iterator[int]:
        """Yield the children of a node."""
        at, end = number + 1, self.end[number]
        while at < end:
            yield at
            at = self.end[at]

    def above(self, number: int) -> Iterator[int]:
        """Yield the ancestors of a node, innermost first."""
        number = self.parent[number]
        while number >= 0:
            yield number
            number = self.parent[number]

    def is_below(self, number: int, above: int) -> bool:
        """Return whether a node is inside another one, or the same."""
        return above <= number < self.end[above]

    def value(self, number: int, name: str) -> str:
        """Return an attribute of a node; "" if it has none."""
        return self.attributes[number].get(name) or ""

    def names(self, number: int) -> str:
        """Return the classes and the id of an element, in lower case."""
        return self.all_names[number]


# An outline is made once and kept as long as its document.
_OUTLINES: WeakKeyDictionary[Document, PageOutline] = WeakKeyDictionary()


def outline_of(document: Document) -> PageOutline:
    """Return the outline of a page as browsers show it. A page with its text only in `noscript` is
    read as browsers without scripts show it.
    """
    outline = _OUTLINES.get(document)
    if outline is None:
        outline = PageOutline(document)
        if outline.size(0) < FEW and "noscript" in outline.tags:
            other = PageOutline(document, shows_noscript=True)
            if other.size(0) > 2 * outline.size(0) and other.size(0) > FEW // 4:
                outline = other
        _OUTLINES[document] = outline
    return outline


@lru_cache(maxsize=1_000)
def _parts(selector: str) -> list[tuple[str, frozenset[str]]]:
    """Return the alternatives of a selector, each with the names that it needs on the page."""
    parts = []
    for part in re.split(r",\s*(?![^\[(]*[\])])", selector):
        plain = _ARGUMENT.sub("", _ATTRIBUTE.sub("", part))
        names = {a or b or c for a, b, c in _NEEDED.findall(plain)}
        parts.append((part.strip(), frozenset(name.lower() for name in names)))
    return parts


def _is_hidden(tag: str, attributes: Attributes, classes: str | None) -> bool:
    if tag in ("html", "body", "main"):
        return False
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    style = attributes.get("style")
    if style and _HIDDEN.search(style):
        return True
    return bool(classes) and not UNSEEN_CLASSES.isdisjoint((classes or "").split())


class Spans:
    """A set of parts of a page: elements with all their descendants."""

    def __init__(self, outline: PageOutline, numbers: Iterable[int] = ()) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        last = 0
        for number in sorted(set(numbers)):
            if number >= last:
                last = outline.end[number]
                self._starts.append(number)
                self._ends.append(last)

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self._starts, number) - 1
        return at >= 0 and number < self._ends[at]

    def __iter__(self) -> Iterator[int]:
        return iter(self._starts)

    def __bool__(self) -> bool:
        return bool(self._starts)
