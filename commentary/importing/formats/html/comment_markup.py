"""Keeps links, emphasis, quotations and pictures in the texts of comments, as HTML.

The text is laid out as without them. Marks in it stand for the tags, and become tags once the text is
escaped.
"""

import re
from collections.abc import Callable, Container, Iterable, Mapping
from html import escape

from ..text.phrases.patterns import lazy_re_compile
from .dom import BLOCKS, EMPTY_LINES, Node, all_paragraphs, one_line
from .pictures import is_no_picture

EMPHASIS = frozenset(("em", "strong", "b", "i", "code", "del", "s", "q", "sub", "sup"))
MARKED = EMPHASIS | {"a", "img", "blockquote"}
MAX_MARKS = 2_000  # per comment
_MARK = lazy_re_compile("\x02(/?)(\\d+)\x03")
_SPACE_AFTER_START = lazy_re_compile("((?:\x02\\d+\x03)+)( +)")
_SPACE_BEFORE_END = lazy_re_compile("( +)((?:\x02/\\d+\x03)+)")
_EMPTY = lazy_re_compile("\x02(\\d+)\x03(\\s*)\x02/\\1\x03")
_SPACES = lazy_re_compile(" {2,}")


class CommentMarkup:
    """The marks in one comment; `resolve` makes URLs absolute, "" for those that are no links."""

    def __init__(self, resolve: Callable[[str], str]) -> None:
        self.resolve = resolve
        self.tags: list[tuple[str, str]] = []
        self.with_blocks: set[int] = set()

    def html(
        self, nodes: Iterable[Node], skip: Container[int], instead: Mapping[int, str]
    ) -> tuple[str, str]:
        """Return the text of some nodes as HTML, and without tags; "" if nothing is marked."""
        nodes = list(nodes)
        self.with_blocks = _with_blocks(nodes)
        marked = all_paragraphs(nodes, skip, instead, self.marks_of)
        marked = _SPACE_BEFORE_END.sub(r"\2\1", _SPACE_AFTER_START.sub(r"\2\1", marked))
        while (rest := _EMPTY.sub(r"\2", marked)) != marked:
            marked = rest
        marked = "\n".join(_SPACES.sub(" ", line).strip(" ") for line in marked.split("\n"))
        marked = EMPTY_LINES.sub("\n\n", marked).strip("\n")
        if not _MARK.search(marked):
            return "", ""
        html = _MARK.sub(self._tag, escape(marked, quote=False))
        html = html.replace("<blockquote>\n\n", "<blockquote>")
        html = html.replace("\n\n</blockquote>", "</blockquote>")
        return html, _MARK.sub("", marked)

    def _tag(self, found: re.Match[str]) -> str:
        return self.tags[int(found[2])][bool(found[1])]

    def marks_of(self, node: Node) -> tuple[str, str] | None:
        """Return the marks before and after an element, None if it has no meaning in a comment."""
        tag = node.tag or ""
        if tag not in MARKED or len(self.tags) >= MAX_MARKS:
            return None
        made = self._picture(node) if tag == "img" else self._element(node, tag)
        if made is None:
            return None
        self.tags.append(made)
        number = len(self.tags) - 1
        return f"\x02{number}\x03", f"\x02/{number}\x03" if made[1] else ""

    def _element(self, node: Node, tag: str) -> tuple[str, str] | None:
        if tag == "blockquote":
            return "<blockquote>", "</blockquote>"
        if node.mem_id in self.with_blocks:
            return None
        if tag != "a":
            return f"<{tag}>", f"</{tag}>"
        address = self.resolve(node.attributes.get("href") or "")
        if not address or address == one_line(node):
            return None  # bare addresses become links when the comment is shown
        return f'<a href="{escape(address)}">', "</a>"

    def _picture(self, node: Node) -> tuple[str, str] | None:
        if is_no_picture(node.attributes):
            return None
        address = self.resolve(node.attributes.get("src") or "")
        alt = " ".join((node.attributes.get("alt") or "").split())
        return (f'<img src="{escape(address)}" alt="{escape(alt)}">', "") if address else None


def _with_blocks(nodes: Iterable[Node]) -> set[int]:
    """Return the elements that contain a block or a line break, each visited at most twice."""
    found: set[int] = set()
    for node in nodes:
        for inner in node.traverse():
            if inner.tag in BLOCKS or inner.tag == "br":
                above = inner.parent
                while above is not None and above.mem_id not in found:
                    found.add(above.mem_id)
                    above = above.parent
    return found
