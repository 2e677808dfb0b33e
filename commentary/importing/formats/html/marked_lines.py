"""The text nodes of a saved page as lines that an editor can mark, and the part of a page that
consists of some of them.
"""

import html
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from ..text.phrases.patterns import lazy_re_compile
from . import dom
from .comment_markup import CommentMarkup
from .dom import BLOCKS, Node
from .fragment import normal_form

MAX_DEPTH = 4  # elements in the path of a text node
ALTERNATING = lazy_re_compile(
    r"\d|^(?:odd|even|alt|first|last|active|current|hover|clearfix|cf|open|closed|thread-\S*)$",
    re.I,
)
KEPT_TAGS = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "br",
        "hr",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "figure",
        "figcaption",
        "code",
        "em",
        "strong",
        "b",
        "i",
        "u",
        "s",
        "del",
        "ins",
        "sub",
        "sup",
        "small",
        "q",
        "abbr",
        "cite",
        "kbd",
        "samp",
        "var",
        "time",
        "a",
        "img",
        "div",
        "section",
        "article",
        "main",
    ]
)
KEPT_ATTRIBUTES = (
    "href",
    "src",
    "alt",
    "title",
    "width",
    "height",
    "start",
    "value",
    "lang",
    "dir",
)
VOID = frozenset(("br", "hr", "img"))


class PageLine(NamedTuple):
    """A text node: its text, what separates it from the one above ("\\n\\n" for a paragraph, "\\n"
    for a line break, " " or ""), and the elements that contain it.
    """

    text: str
    joint: str
    path: str


def page_lines(data: bytes, encoding: str) -> list[PageLine]:
    """Return the text nodes of a page, as numbered by `dom.text_nodes`. Raises UnreadablePage."""
    document = dom.parse(dom.decode(data, encoding).text)
    return list(_lines(document.root))


def _lines(root: Node) -> Iterator[PageLine]:
    joint = ""
    for here, is_end in dom.walk_with_ends(root):
        tag = here.tag or ""
        if here.is_text_node:
            raw = here.text_content or ""
            if here.is_empty_text_node:
                joint = joint or " "
                continue
            is_pre = here.parent is not None and here.parent.tag == "pre"
            text = raw.strip("\r\n") if is_pre else " ".join(raw.split())
            before = joint or (" " if raw[:1].isspace() else "")
            yield PageLine(unicodedata.normalize("NFC", text), before, _path(here))
            joint = " " if raw[-1:].isspace() else ""
        elif tag in BLOCKS:
            joint = "\n\n"
        elif tag == "br" and not is_end:
            joint = "\n" if joint in ("", " ") else "\n\n"
        elif tag in ("td", "th") and not is_end:
            joint = joint or " "


def _path(node: Node) -> str:
    """Return the elements that contain a text node, outermost first, as in “div.post > b.name”."""
    parts: list[str] = []
    above = node.parent
    while above is not None and above.tag not in (None, "body", "html") and len(parts) < MAX_DEPTH:
        classes = [
            name
            for name in (above.attributes.get("class") or "").split()
            if not ALTERNATING.search(name)
        ]
        parts.append(".".join([above.tag or "", *classes[:2]]))
        above = above.parent
    return " > ".join(reversed(parts))


def part_of_page(
    data: bytes, encoding: str, numbers: Collection[int], address: str
) -> tuple[str, dict[str, list[str]]]:
    """Return the text nodes with these numbers, with their formatting and the pictures between
    them, in normal form, and for each `src` in it the URLs of the image. Raises UnreadablePage.
    """
    document = dom.parse(dom.decode(data, encoding).text)
    if not numbers:
        return "", {}
    return normal_form("".join(_part(document.root, numbers)), address)


def marked_texts(
    data: bytes, encoding: str, texts: Sequence[Collection[int]]
) -> list[tuple[str, str]]:
    """Return each of some groups of text nodes as HTML with its links and emphasis, and without;
    ("", "") if it has none. Raises UnreadablePage.
    """
    document = dom.parse(dom.decode(data, encoding).text)
    nodes = document.texts
    found = []
    for numbers in texts:
        wanted = {nodes[n - 1].mem_id for n in numbers if 0 < n <= len(nodes)}
        box = _box([nodes[n - 1] for n in numbers if 0 < n <= len(nodes)])
        if box is None:
            found.append(("", ""))
            continue
        skip = {node.mem_id for node in dom.text_nodes(box) if node.mem_id not in wanted}
        skip |= {image.mem_id for image in box.css("img")}  # perhaps avatars
        found.append(CommentMarkup(_web_address).html([box], skip, {}))
    return found


def _web_address(href: str) -> str:
    """Return an absolute URL, or "" for others, whose base is unknown here."""
    return href.strip() if href.strip().startswith(("http://", "https://")) else ""


def _box(nodes: Sequence[Node]) -> Node | None:
    """Return the innermost element that contains all of these nodes."""
    if not nodes:
        return None
    chains = []
    for node in (nodes[0], nodes[-1]):
        chain = []
        above = node.parent
        while above is not None:
            chain.append(above)
            above = above.parent
        chains.append(chain)
    last = {node.mem_id for node in chains[1]}
    return next((node for node in chains[0] if node.mem_id in last), None)


def _part(root: Node, numbers: Collection[int]) -> Iterator[str]:
    wanted, first, last, number = set(numbers), min(numbers), max(numbers), 0
    for here, is_end in dom.walk_with_ends(root):
        tag = here.tag or ""
        if here.is_text_node:
            if here.is_empty_text_node:
                yield " "
                continue
            number += 1
            if number in wanted:
                yield html.escape(here.text_content or "")
        elif tag not in KEPT_TAGS or tag in VOID and (is_end or not first <= number < last):
            continue
        elif is_end:
            yield f"</{tag}>"
        else:
            own = here.attributes or {}
            kept = ((name, own.get(name)) for name in KEPT_ATTRIBUTES)
            attributes = (f' {name}="{html.escape(value)}"' for name, value in kept if value)
            yield f"<{tag}{''.join(attributes)}>"
