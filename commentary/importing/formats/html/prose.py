"""Measures how much each part of a page looks like the text of an article."""

from bisect import bisect_left
from collections.abc import Callable
from itertools import accumulate

from .outline import BLOCKS, WIDE, PageOutline

SHORT = 25  # characters; a shorter block says little about where the article is
LONG = 80
MOSTLY = 0.75  # share of a block in links, from which it is no paragraph
MAX_PIECES = 1_000  # text nodes of a block that are read by line
STOPS = frozenset(".!?…:;。！？」”\"'»)،؟۔")
_LEAVES = ("p", "li", "dd", "pre")  # parts of an article, but rarely a whole one
_SHORT_SHARE = {"p": 0.5, "div": 0.15, "li": 0.15, "td": 0.1, "blockquote": 0.5, "pre": 0.5}


class Prose:
    """Prose increases a weight; links and lists of links decrease it. `blocks` are the elements
    that directly contain text, in document order, `weights` their weights, and `texts` their text
    nodes, without those of blocks inside them.
    """

    def __init__(self, outline: PageOutline) -> None:
        self.outline = outline
        self.texts: dict[int, list[int]] = {}
        sizes: dict[int, int] = {}
        linked: dict[int, int] = {}
        last: dict[int, str] = {}
        owner: list[int] = []
        tags, parents = outline.tags, outline.parent
        for number, text in enumerate(outline.text):
            parent = parents[number]
            if text is None:
                owner.append(number if parent < 0 or tags[number] in BLOCKS else owner[parent])
                continue
            block = owner[parent]
            owner.append(block)
            size = outline.size(number)
            if size:
                sizes[block] = sizes.get(block, 0) + size
                linked[block] = linked.get(block, 0) + outline.linked(number)
                last[block] = text.rstrip()[-1:]
                self.texts.setdefault(block, []).append(number)
        self.blocks = sorted(sizes)
        self.weights = {
            block: _weight(tags[block], sizes[block], linked[block], last[block])
            for block in self.blocks
        }
        self.leave_out(lambda block: False)

    def words(self, block: int) -> str:
        """Return the text of a block without that of blocks inside it."""
        texts = self.outline.text
        return " ".join("".join(texts[n] or "" for n in self.texts[block]).split())

    def apart(self, block: int) -> str:
        """Return the text of a block like `words`, with "·" between words of different elements that
        only their style separates: "Ann Lee·3 May".
        """
        outline, before = self.outline, -1
        parts: list[str] = []
        for number in self.texts[block][:MAX_PIECES]:
            text = outline.text[number] or ""
            if before >= 0 and self._is_glued(before, number):
                parts.append(" · ")
            parts.append(text)
            before = number
        return " ".join("".join(parts).split())

    def _is_glued(self, before: int, number: int) -> bool:
        outline = self.outline
        left, right = (outline.text[before] or "")[-2:], (outline.text[number] or "")[:1]
        if len(left) < 2 or not (left.isalpha() and right.isalnum()) or WIDE.search(left + right):
            return False
        if left[-1].islower() and (right.isupper() or right.isdigit()):
            return True
        one, other = outline.parent[before], outline.parent[number]
        return not (outline.is_below(one, other) or outline.is_below(other, one))

    def lines(self, block: int) -> list[str]:
        """Return the text of a block without that of blocks inside it, by its line breaks. Only the
        first `MAX_PIECES` text nodes count.
        """
        outline, last = self.outline, block
        lines: list[list[str]] = [[]]
        for number in self.texts[block][:MAX_PIECES]:
            tags = outline.tags[last:number]
            if "br" in tags or "hr" in tags:
                lines.append([])
            lines[-1].append(outline.text[number] or "")
            last = number
        return [line for parts in lines if (line := " ".join("".join(parts).split()))]

    def leave_out(self, is_out: Callable[[int], bool]) -> None:
        """Ignore the blocks for which `is_out` returns True from now on."""
        counted = (0.0 if is_out(b) else self.weights[b] for b in self.blocks)
        self._before = [0.0, *accumulate(counted)]

    def value(self, number: int) -> float:
        """Return how much the content of a node looks like an article."""
        start = bisect_left(self.blocks, number)
        return (
            self._before[bisect_left(self.blocks, self.outline.end[number], start)]
            - self._before[start]
        )

    def densest(self) -> int:
        """Return the smallest element with nearly all of the page's prose."""
        outline = self.outline
        best, found = 0.0, 0
        for number, tag in enumerate(outline.tags):
            if tag not in BLOCKS:
                continue
            value = self.value(number)
            is_below = found <= number < outline.end[found]
            if value > best * 1.001 or (is_below and value >= best * 0.95 and value > 0):
                best, found = max(best, value), number
        return outline.parent[found] if outline.tags[found] in _LEAVES else found


def _weight(tag: str, size: int, linked: int, last: str) -> float:
    if linked > (MOSTLY if tag == "p" else 0.5) * size:
        return -float(min(linked, 60))
    if size < SHORT:
        return _SHORT_SHARE.get(tag, 0.0) * (size - linked)
    if size >= LONG or last in STOPS:
        return float(size - linked)
    return 0.4 * (size - linked)
