"""Elements of a large XML export, one after the other, with the lines they came from.

Expat reads, so nothing outside the file is ever opened and no entity is expanded: a DOCTYPE is
refused. Before it stands a filter for what exports get wrong and no reader should stumble over:
characters that XML forbids, bare ampersands, names of entities that only HTML knows, bytes before
the first tag. Each mend is counted and said.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from .records import ItemLedger, SourceError
from .source import encoding_of_export

CHUNK = 1 << 16
DEEPEST = 200  # elements inside elements; exports have about six
HOLD_BACK = 64  # characters at a chunk's end that could be part of a longer sign

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
BAD_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")
BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")
CDATA = re.compile(r"<!\[CDATA\[|\]\]>")


@dataclass(slots=True)
class Element:
    """One element: `name` and the names of attributes without their prefix, `prefix` as written."""

    name: str
    prefix: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list["Element"] = field(default_factory=list)
    first: int = 0
    last: int = 0

    def find(self, name: str) -> "Element | None":
        """The first child of this name."""
        return next((child for child in self.children if child.name == name), None)

    def value(self, name: str) -> str:
        """The text of the first child of this name, without white space around it."""
        child = self.find(name)
        return child.text.strip() if child is not None else ""


class Elements:
    """The elements named in `wanted`, as they end, wherever they stand outside one another.

    After the last, `root` is the name of the outermost element, `mended` counts what the filter
    changed, and `broken` says where and why reading stopped before the end, if it did; the element
    that was being read then is yielded with what it had.
    """

    def __init__(self, name: str, stream: BinaryIO, wanted: set[str]) -> None:
        self.name, self.stream, self.wanted = name, stream, wanted
        self.root = ""
        self.mended: dict[str, int] = {}
        self.broken: tuple[str, int, str] | None = None
        self._stack: list[Element] = []
        self._texts: list[list[str]] = []
        self._ready: list[Element] = []
        self._depth = 0

    def __iter__(self) -> Iterator[Element]:
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.StartDoctypeDeclHandler = self._doctype
        self._parser = parser
        try:
            for text in self._filtered():
                parser.Parse(text, False)
                yield from self._take()
            parser.Parse("", True)
        except expat.ExpatError as failure:
            self.broken = (self.name, failure.lineno, expat.ErrorString(failure.code))
            yield from self._take()
            if self._stack:
                while self._stack:
                    self._end(self._stack[-1].name)
        yield from self._take()

    def _take(self) -> list[Element]:
        ready, self._ready = self._ready, []
        return ready

    def account(self, ledger: ItemLedger) -> None:
        """Say in the ledger what was mended, and where the file broke off if it did.

        Raises SourceError for a file of which nothing could be read.
        """
        for what, count in self.mended.items():
            ledger.warnings.append(f"{count} {what} mended")
        if self.broken and not ledger.entries:
            raise SourceError(*self.broken)
        if self.broken:
            _, line, why = self.broken
            ledger.is_whole = False
            ledger.warnings.append(f"line {line}: the file breaks off: {why}")
            ledger.put("rest", line, "left over", reason=f"the file breaks off: {why}")

    # --- what expat tells us

    def _doctype(self, *_: object) -> None:
        raise SourceError(
            self.name,
            self._parser.CurrentLineNumber,
            "has a DOCTYPE, which no export needs and which can do harm; remove it",
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        prefix, _, local = name.rpartition(":")
        self._depth += 1
        if self._depth > DEEPEST:
            raise SourceError(
                self.name, self._parser.CurrentLineNumber, "elements are nested too deep"
            )
        if not self.root:
            self.root = local
        if self._stack or local in self.wanted:
            element = Element(
                local,
                prefix,
                {key.rpartition(":")[2]: value for key, value in attributes.items()},
                first=self._parser.CurrentLineNumber,
            )
            if self._stack:
                self._stack[-1].children.append(element)
            self._stack.append(element)
            self._texts.append([])

    def _end(self, name: str) -> None:
        self._depth -= 1
        if not self._stack:
            return
        element = self._stack.pop()
        element.text = "".join(self._texts.pop())
        element.last = self._parser.CurrentLineNumber
        if not self._stack:
            self._ready.append(element)

    def _data(self, data: str) -> None:
        if self._texts:
            self._texts[-1].append(data)

    # --- the filter

    def _mend(self, what: str, count: int) -> None:
        if count:
            self.mended[what] = self.mended.get(what, 0) + count

    def _filtered(self) -> Iterator[str]:
        """The text, mended. Line ends are kept, so that line numbers stay those of the file."""
        held, in_cdata, begun = "", False, False
        for last, text in self._decoded():
            held += text
            if not begun:
                start = held.find("<")
                if start < 0 and not last:
                    continue
                junk = held[:start].strip("\ufeff \t\r\n") if start >= 0 else ""
                self._mend("characters before the first tag", len(junk))
                held, begun = held[max(start, 0) :], True
            cut = len(held) if last else max(len(held) - HOLD_BACK, 0)
            # What is held back starts before a sign that may go on, and never inside one.
            if not last:
                for sign in "&<]":
                    at = held.rfind(sign, max(cut - HOLD_BACK, 0), cut)
                    cut = at if 0 <= at < cut else cut
            ready, held = held[:cut], held[cut:]
            parts, at = [], 0
            for mark in CDATA.finditer(ready):
                closing = mark.group() == "]]>"
                if in_cdata and not closing:
                    continue  # inside CDATA an opening is text
                parts.append(self._clean(ready[at : mark.start()], in_cdata))
                bare = closing and not in_cdata
                self._mend("bare ]]>", int(bare))
                parts.append("]]&gt;" if bare else mark.group())
                in_cdata, at = not closing, mark.end()
            parts.append(self._clean(ready[at:], in_cdata))
            yield "".join(parts)

    def _clean(self, text: str, in_cdata: bool) -> str:
        text, count = FORBIDDEN.subn("", text)
        self._mend("characters that XML forbids", count)
        if not in_cdata and "&" in text:
            text, count = BAD_REFERENCE.subn(_allowed_reference, text)
            text, count = BARE_AMPERSAND.subn("&amp;", text)
            self._mend("bare ampersands", count)
        return text

    def _decoded(self) -> Iterator[tuple[bool, str]]:
        """(is it the last?, text) for each chunk, by mark, declaration, or as UTF-8."""
        head = self.stream.read(CHUNK)
        encoding = encoding_of_export(head)
        try:
            decoder = codecs.getincrementaldecoder(encoding)("replace")
        except LookupError as unknown:
            raise SourceError(
                self.name, 1, f"declares the unknown encoding “{encoding}”"
            ) from unknown
        chunk = head
        while chunk:
            following = self.stream.read(CHUNK)
            text = decoder.decode(chunk, not following)
            self._mend("bytes that are not of its encoding", text.count("\ufffd"))
            yield not following, text
            chunk = following


def _allowed_reference(reference: re.Match[str]) -> str:
    """A character reference, or nothing where XML does not allow the character."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    fits = number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE
    return reference.group() if fits or 0x10000 <= number <= 0x10FFFF else ""
