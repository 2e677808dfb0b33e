"""The comments of a page as entries: their own nodes and ids.

An entry is one comment in the tree: one element or several siblings. The content of a nested entry
belongs only to the nested one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from os.path import commonprefix

from ..text.phrases.patterns import lazy_re_compile
from .dom import BLOCKS, UNSHOWN, Node, is_hidden
from .field_patterns import BODY_CLASS

NUMBER = lazy_re_compile(r"(?<![0-9])(\d[0-9a-f]{15,}|\d+)(?![0-9])")
# The part of an id that is different for each comment.
LETTERS = lazy_re_compile(r"[A-Za-z0-9]{1,40}(?:-[A-Za-z0-9]{1,40}){0,5}")
# wpDiscuz uses the ids of a comment and of its parent.
PAIR = lazy_re_compile(r"(?:wpd|wc)-comm-(\d+)_(\d+)")
# The prefix of a comment's id, as opposed to ids of its buttons and counters.
OWN_ID = lazy_re_compile(
    r"(?:li|div|article|art|dt|a)?[-_]?(?:comment|cmt|ljcmt|comm|c|t|p|k|post|msg|message|reply|response|"
    r"kommentar|commentaire|comentario|forum|note|review|opinion|serendipity_comment|comment-cmt)?[-_]?",
    re.I,
)


@dataclass(slots=True)
class EntryText:
    """A text node, with its line and the part that directly contains it."""

    node: Node
    text: str
    line: int
    part: int


@dataclass(slots=True)
class EntryPart:
    """An element of an entry: its classes and other names, its pieces of text, and the line where it
    starts.
    """

    node: Node
    tag: str
    names: str
    attributes: dict[str, str | None]
    parent: int
    first: int = 0
    last: int = 0
    line: int = 0


@dataclass(slots=True)
class Entry:
    """One comment of the page. `roots` are its outermost nodes in page order, `above` is the index
    of the entry that contains it, `number` its id, `ids` the URL fragments that lead to it. The opening post of
    a thread is no comment, but the article.
    """

    roots: list[Node]
    above: int | None = None
    number: str = ""
    ids: list[str] = field(default_factory=list)
    parts: list[EntryPart] = field(default_factory=list)
    pieces: list[EntryText] = field(default_factory=list)
    nested: set[int] = field(default_factory=set)
    by_id: dict[int, int] = field(default_factory=dict)
    is_opening: bool = False

    def text(self, first: int, last: int) -> str:
        """Return the text of pieces from `first` up to but not including `last`, in one line."""
        out: list[str] = []
        line = -1
        for piece in self.pieces[first:last]:
            if out and piece.line != line:
                out.append(" ")
            line = piece.line
            out.append(piece.text)
        return " ".join("".join(out).split())

    def lines(self) -> Iterator[tuple[int, int]]:
        """Yield each line as the index of its first piece and the index after its last piece."""
        first = 0
        for at in range(1, len(self.pieces) + 1):
            if at == len(self.pieces) or self.pieces[at].line != self.pieces[first].line:
                yield first, at
                first = at

    def line_of(self, at: int) -> tuple[int, int]:
        """Return the line of piece `at`."""
        line = self.pieces[at].line
        first = last = at
        while first and self.pieces[first - 1].line == line:
            first -= 1
        while last < len(self.pieces) and self.pieces[last].line == line:
            last += 1
        return first, last

    def is_in(self, part: int, outer: int) -> bool:
        """Return whether a part is inside another one, or the same."""
        while part >= 0:
            if part == outer:
                return True
            part = self.parts[part].parent
        return False


def scan(entry: Entry, starts: dict[int, int], own: int) -> None:
    """Collect the parts and pieces of entry `own`, without entries nested in it.

    `starts` maps nodes to the index of the entry that starts there.
    """
    line = 0
    for before, root in zip([None, *entry.roots], entry.roots, strict=False):
        line += not (_is_inline(before) and _is_inline(root))
        stack: list[tuple[Node | None, int]] = [(root, -1)]
        while stack:
            node, parent = stack.pop()
            if node is None:  # the end of part `parent`
                part = entry.parts[parent]
                part.last = len(entry.pieces)
                # A table cell of several lines is apart from the next cell.
                is_tall = part.tag == "td" and line > part.line
                line += part.tag in BLOCKS or is_tall
                continue
            if node.is_text_node:
                text = node.text_content or ""
                if parent < 0:
                    parent = _add_part(entry, node, "-text", -1)
                    stack.append((None, parent))
                if text.strip():
                    entry.pieces.append(EntryText(node, text, line, parent))
                elif entry.pieces and entry.pieces[-1].line == line:
                    entry.pieces[-1].text += " "
                continue
            if not node.is_element_node:
                continue
            if starts.get(node.mem_id, own) != own:
                entry.nested.add(node.mem_id)
                line += 1
                continue
            tag = node.tag or ""
            if tag == "br":
                line += 1
                continue
            if node is not root and is_hidden(node) and not _is_kept(node):
                continue
            number = _add_part(entry, node, tag, parent)
            line += tag in BLOCKS
            entry.parts[number].line = line
            stack.append((None, number))
            child = node.last_child
            while child is not None:
                stack.append((child, number))
                child = child.prev


def _first_name(entry: Entry) -> str:
    """Return the id of an entry, or of the first element in it."""
    nodes = [entry.roots[0], *(part.node for part in entry.parts[1:2])]
    return next((name for node in nodes for name in names_of(node.attributes or {})), "")


def _is_inline(root: Node | None) -> bool:
    """Return whether a root may share its line with the next one: text and what marks parts of it."""
    return root is not None and (
        root.is_text_node or root.tag in ("a", "b", "i", "em", "strong", "font")
    )


def _add_part(entry: Entry, node: Node, tag: str, parent: int) -> int:
    attributes = node.attributes or {}
    names = attributes.get("class") or ""
    for key in ("itemprop", "property", "id"):
        if value := attributes.get(key):
            names += " " + value
    number = len(entry.parts)
    first = len(entry.pieces)
    entry.parts.append(EntryPart(node, tag, names.lower(), attributes, parent, first, first))
    entry.by_id[node.mem_id] = number
    return number


def _is_kept(node: Node) -> bool:
    """Return whether the attributes of a hidden element may still be useful."""
    attributes = node.attributes
    if node.tag == "time" or "content" in attributes or "href" in attributes:
        return True
    return node.tag not in UNSHOWN and bool(BODY_CLASS.search(attributes.get("class") or ""))


def scan_all(entries: list[Entry]) -> None:
    """Collect the content of each entry, and the entry that contains it."""
    starts = {root.mem_id: i for i, entry in enumerate(entries) for root in entry.roots}
    for i, entry in enumerate(entries):
        scan(entry, starts, i)
    for i, entry in enumerate(entries):
        for inner in entry.nested:
            entries[starts[inner]].above = i
    for entry in entries:
        find_ids(entry)
    _number_by_letters(entries)


def _number_by_letters(entries: list[Entry]) -> None:
    """Number the entries by their ids if these have letters where others have a number, as in
    "comment-x7Gh2" or "comment-3f2b8c1e-07aa-…".
    """
    names = [_first_name(entry) for entry in entries]
    if not all(names) or any(PAIR.search(name) for name in names):
        return
    pairs = zip(names, entries, strict=True)
    if all(e.number and re.fullmatch(rf"\D*{e.number}", name) for name, e in pairs):
        return
    shared = re.match(r".*[-_:.]|", commonprefix(names) if len(names) > 1 else names[0])
    rests = [name[shared.end() if shared else 0 :] for name in names]
    if len(set(rests)) < len(rests) or not all(map(LETTERS.fullmatch, rests)):
        return
    for entry, name, rest in zip(entries, names, rests, strict=True):
        entry.number = rest
        if name not in entry.ids:
            entry.ids.insert(0, name)


def own_number(node: Node) -> str:
    """Return the number in the id of an element, or ""."""
    attributes = node.attributes or {}
    if pair := PAIR.search(f"{attributes.get('id') or ''} {attributes.get('class') or ''}"):
        return pair[1]
    for name in names_of(attributes):
        if numbers := numbers_in(name):
            return numbers[0]
    return (attributes.get("data-comment-id") or attributes.get("data-tid") or "").removeprefix("t")


def find_ids(entry: Entry) -> None:
    """Return the ids of an entry: those of its elements, and of empty anchors directly before it."""
    found: list[str] = []
    for root in entry.roots:
        found += names_of(root.attributes or {})
    before = [
        name for anchor in anchors_before(entry.roots[0]) for name in names_of(anchor.attributes)
    ]
    anchors = set(before)
    for part in entry.parts:
        found += names_of(part.attributes)
        if part.tag == "a" and not part.attributes.get("href"):
            anchors.update(names_of(part.attributes))
    entry.number = own_number(entry.roots[0])
    if not entry.number:
        numbered = (numbers_in(name) for name in [*before, *found])
        entry.number = next((numbers[0] for numbers in numbered if numbers), "")
    found = before + found
    roots = {name for root in entry.roots for name in names_of(root.attributes or {})}
    for name in found:
        is_own = name in roots or (
            entry.number
            and name.endswith(entry.number)
            and (name in anchors or OWN_ID.fullmatch(_before(name, entry)))
        )
        if is_own and (entry.number in name) and name not in entry.ids:
            entry.ids.append(name)


def _before(name: str, entry: Entry) -> str:
    return name[: len(name) - len(entry.number)]


def numbers_in(name: str) -> list[str]:
    """Return the decimal or hexadecimal numbers in an id."""
    return NUMBER.findall(name)


def names_of(attributes: dict[str, str | None]) -> list[str]:
    """Return the URL fragments of an element: its id, and its name if it is an anchor."""
    names = [attributes.get("id"), attributes.get("name")]
    return [name.strip() for name in names if name and name.strip()]


def anchors_before(node: Node) -> list[Node]:
    """Return the empty anchors directly before an element."""
    found: list[Node] = []
    here = node.prev
    while here is not None and len(found) < 4:
        if here.is_element_node:
            is_anchor = here.tag in ("a", "span", "div") and here.first_child is None
            if not is_anchor or not names_of(here.attributes):
                break
            found.append(here)
        elif here.is_text_node and not here.is_empty_text_node:
            break
        here = here.prev
    return found[::-1]
