"""Elements of a large XML export, one after the other, with the lines they came from.

Expat reads, so nothing outside the file is ever opened and no entity is expanded: a DOCTYPE is
refused. Before it stands a filter for what exports get wrong and no reader should stumble over:
characters that XML forbids, bare ampersands and angle brackets, names of entities that only HTML
knows, bytes before the first tag. Each mend is counted and said. What cannot be mended costs the
element it stands in, and reading goes on behind it.
"""

import codecs
import html
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from html.entities import html5
from typing import BinaryIO
from xml.parsers import expat

from .records import ItemLedger, SourceError
from .source import encoding_of_export

CHUNK = 1 << 16
DEEPEST = 200  # elements inside elements; exports have about six
LINED = 2  # depth of elements that know their lines; asking the parser takes its time
MOST_NAMES = 1_000  # that are split once; exports have about sixty
HOLD_BACK = 64  # characters at a chunk's end that could be part of a longer sign
RESTARTS = 1_000  # behind what cannot be read; a file with more of it is no export

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
BAD_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")
FOREIGN_AMPERSAND = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)([A-Za-z][A-Za-z0-9]{1,31};)?"
)
BARE_LESS = re.compile(r"<(?![A-Za-z_][\w:.-]*[\s/>]|/[A-Za-z_]|!DOCTYPE)")
MARK = re.compile(r"<!\[CDATA\[|\]\]>|<!--|<\?")
CLOSING = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}


# Elements that hold other elements, and no words of their own.
HOLDERS = {"comment", "author", "postmeta", "commentmeta"}


@dataclass(slots=True)
class Element:
    """One element: `name` and the names of attributes without their prefix, `prefix` as written.
    `first` and `last`, its lines, are those of elements that are handed out.
    """

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

    def values(self) -> dict[str, str]:
        """The texts of all children by name, without white space around them; the first counts."""
        return {child.name: child.text.strip() for child in reversed(self.children)}


class Elements:
    """The elements named in `wanted`, as they end, wherever they stand outside one another. Those
    named in `inner` are handed out as they end as well, ahead of what they stand in, which then
    holds them no more: it may have any number of them.

    `parts` are the names of those, and of elements in them, at which reading can start anew behind
    what is not well-formed. `mended` counts what the filter changed; `breaks` says where and why
    something could not be read. The element that was being read then is yielded with what it had.
    """

    def __init__(
        self,
        name: str,
        stream: BinaryIO,
        wanted: set[str],
        parts: Collection[str] = (),
        inner: Collection[str] = (),
    ) -> None:
        self.name, self.stream, self.wanted, self.parts = name, stream, wanted, parts
        self.inner = inner
        self.mended: dict[str, int] = {}
        self.breaks: list[tuple[int, str]] = []
        self._start_tag = re.compile(
            rb"<((?:[\w.-]+:)?(?:%b))(?:\s[^<>]*)?(?<!/)>" % b"|".join(p.encode() for p in parts)
        )
        self._open: list[str] = []  # the names of all open elements, as written
        self._outer: list[str] = []  # of those around the element that was read last
        self._stack: list[Element] = []
        self._texts: list[list[str]] = []
        self._ready: list[Element] = []
        self._names: dict[str, tuple[str, str, str]] = {}
        self._lost = self._lost_in_cdata = self._replaying = False
        self._begin()

    def __iter__(self) -> Iterator[Element]:
        for text in self._filtered():
            self._feed(text.encode())
            yield from self._take()
        if not self._lost:
            try:
                self._parser.Parse(b"", True)
            except expat.ExpatError as failure:
                self._break(failure, "the file breaks off")
        while self._stack:
            self._close()
        yield from self._take()

    def _take(self) -> list[Element]:
        ready, self._ready = self._ready, []
        return ready

    def account(self, ledger: ItemLedger) -> None:
        """Say in the ledger what was mended, and where something could not be read.

        Raises SourceError for a file of which nothing could be read.
        """
        for what, count in self.mended.items():
            ledger.warnings.append(f"{count} {what} mended")
        for line, why in self.breaks:
            if not ledger.seen:
                raise SourceError(self.name, line, why)
            ledger.is_whole = False
            ledger.warnings.append(f"line {line}: {why}")
            ledger.seen += 1
            ledger.put("rest", line, "left over", reason=why)

    # --- reading, and starting anew

    def _begin(self, above: tuple[str, ...] = (), line: int = 1) -> None:
        """A new parser that stands inside the elements named in `above`, at `line`."""
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._replaying = True
        prefix = "".join(f"<{name}>" for name in above).encode()
        self._parser.Parse(prefix, False)
        self._replaying = False
        self._fed, self._lines_before = len(prefix), line - 1

    def _line(self) -> int:
        return self._lines_before + self._parser.CurrentLineNumber

    def _feed(self, data: bytes) -> None:
        while data:
            if self._lost:
                data = self._found_again(data)
                continue
            try:
                self._parser.Parse(data, False)
                self._fed += len(data)
                return
            except expat.ExpatError as failure:
                behind = "the file goes on behind its end" if self._outer and not self._open else ""
                self._break(failure, behind or "what follows cannot be read")
                at = max(self._parser.ErrorByteIndex - self._fed, 0)
                self._lost, self._line_now, data = True, self.breaks[-1][0], data[at + 1 :]

    def _break(self, failure: expat.ExpatError, what: str) -> None:
        line = self._lines_before + failure.lineno
        self.breaks.append((line, f"{what}: {expat.ErrorString(failure.code)}"))

    def _found_again(self, data: bytes) -> bytes:
        """`data` from where reading can start anew, or nothing; what is inside CDATA is no tag."""
        at = 0
        while True:
            if self._lost_in_cdata:
                end = data.find(b"]]>", at)
                if end < 0:
                    break
                at, self._lost_in_cdata = end, False
            cdata = data.find(b"<![CDATA[", at)
            until = cdata if cdata >= 0 else len(data)
            if (tag := self._next_tag(data, at, until)) is not None:
                self._begin(tuple(self._open), self._line_now + data.count(b"\n", 0, tag))
                self._lost = False
                return data[tag:]
            if cdata < 0:
                break
            at, self._lost_in_cdata = cdata, True
        self._line_now += data.count(b"\n")
        return b""

    def _next_tag(self, data: bytes, at: int, until: int) -> int | None:
        """Where the next part begins, or the element being read ends. What that ends is closed."""
        if len(self.breaks) > RESTARTS or not self.parts:
            return None
        starts = self._start_tag.finditer(data, at, until)
        if not self._stack:
            start = next((tag for tag in starts if _local(tag) in self.wanted), None)
            if start:
                known = self._open[: len(self._outer)] == self._outer
                self._open = list(self._outer) if known or not self._open else self._open
            return start and start.start()
        depth = len(self._open) - len(self._stack)
        start = next(starts, None)
        end = data.find(f"</{self._open[depth]}>".encode(), at, until)
        if end >= 0 and (start is None or end < start.start()):
            self._leave(depth + 1)
            return end
        if start:
            self._leave(depth if _local(start) in self.wanted else depth + 1)
        return start and start.start()

    def _leave(self, depth: int) -> None:
        """Close the elements that are open below `depth`."""
        while len(self._open) > depth:
            self._end(self._open[-1])

    # --- what expat tells us

    def _doctype(self, *_: object) -> None:
        raise SourceError(
            self.name,
            self._line(),
            "has a DOCTYPE, which no export needs and which can do harm; remove it",
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._replaying:
            return
        prefix, _, local = self._names.get(name) or self._split(name)
        self._open.append(name)
        if len(self._open) > DEEPEST:
            raise SourceError(self.name, self._line(), "elements are nested too deep")
        if self._stack or local in self.wanted:
            if not self._stack:
                self._outer = self._open[:-1]
            element = Element(local, prefix)
            if attributes:
                element.attributes = {k.rpartition(":")[2]: v for k, v in attributes.items()}
            if self._stack:
                self._stack[-1].children.append(element)
            if len(self._stack) < LINED:
                element.first = self._line()
            self._stack.append(element)
            self._texts.append([])

    def _split(self, name: str) -> tuple[str, str, str]:
        """A name in its parts, which are the same each time it is met."""
        if len(self._names) < MOST_NAMES:
            return self._names.setdefault(name, name.rpartition(":"))
        return name.rpartition(":")

    def _end(self, name: str) -> None:
        self._open.pop()
        if self._stack:
            self._close()

    def _close(self) -> None:
        element = self._stack.pop()
        element.text = "".join(self._texts.pop())
        if len(self._stack) < LINED:
            element.last = self._line()
        if not self._stack:
            self._ready.append(element)
        elif len(self._stack) == 1 and element.name in self.inner:
            self._ready.append(self._stack[0].children.pop())
        elif not (self._stack[-1].name in self.wanted or self._stack[-1].name in HOLDERS):
            # Markup that should have been escaped belongs to the text that it stands in.
            name, text = element.name, element.text
            self._texts[-1].append(f"<{name}>{text}</{name}>" if text else f"<{name}/>")

    def _data(self, data: str) -> None:
        if self._texts:
            self._texts[-1].append(data)

    # --- the filter

    def _mend(self, what: str, count: int) -> None:
        if count:
            self.mended[what] = self.mended.get(what, 0) + count

    def _filtered(self) -> Iterator[str]:
        """The text, mended. Line ends are kept, so that line numbers stay those of the file."""
        held, inside, begun = "", "", False
        for last, text in self._decoded():
            held += text
            if not begun:
                start = len(held) if (at := held.find("<")) < 0 else at
                if start == len(held) and not last:
                    continue
                before, held, begun = held[:start], held[start:], True
                self._mend("characters before the first tag", len(before.strip("\ufeff \t\r\n")))
                held = "\n" * before.count("\n") + held
            cut = len(held) if last else _safe_cut(held)
            ready, held = held[:cut], held[cut:]
            ready, count = FORBIDDEN.subn("", ready)
            self._mend("characters that XML forbids", count)
            parts, at = [], 0
            while at < len(ready):
                if inside:
                    end = ready.find(CLOSING[inside], at)
                    closed = end + len(CLOSING[inside]) if end >= 0 else len(ready)
                    # Of comments and instructions nothing is kept but their lines.
                    kept = inside == "<![CDATA["
                    parts.append(ready[at:closed] if kept else "\n" * ready.count("\n", at, closed))
                    at, inside = closed, inside if end < 0 else ""
                    continue
                mark = MARK.search(ready, at)
                parts.append(self._markup(ready[at : mark.start() if mark else len(ready)]))
                if mark is None:
                    break
                at = mark.end()
                if mark.group() == "]]>":
                    self._mend("bare ]]>", 1)
                    parts.append("]]&gt;")
                else:
                    inside = mark.group()
                    parts.append(inside if inside == "<![CDATA[" else "")
            yield "".join(parts)

    def _markup(self, text: str) -> str:
        if "&" in text:
            text, count = BAD_REFERENCE.subn(_allowed_reference, text)
            text = FOREIGN_AMPERSAND.sub(self._ampersand, text)
        if BARE_LESS.search(text):
            text, count = BARE_LESS.subn("&lt;", text)
            self._mend("bare <", count)
        return text

    def _ampersand(self, found: re.Match[str]) -> str:
        sign = html5.get(found[1] or "")
        self._mend("names of characters that only HTML knows" if sign else "bare ampersands", 1)
        return html.escape(sign) if sign else f"&amp;{found[1] or ''}"

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


def _local(tag: re.Match[bytes]) -> str:
    return tag[1].rpartition(b":")[2].decode()


def _safe_cut(text: str) -> int:
    """Where `text`, which goes on, can be cut: near its end, and inside no sign or tag."""
    cut = max(len(text) - HOLD_BACK, 0)
    for sign in "&<":
        at = text.rfind(sign, max(cut - HOLD_BACK, 0), cut)
        cut = at if at >= 0 else cut
    while cut and len(text) - cut < 2 * HOLD_BACK and text[cut - 1] in "]-?":
        cut -= 1
    return cut


def _allowed_reference(reference: re.Match[str]) -> str:
    """A character reference, or nothing where XML does not allow the character."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    fits = number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE
    return reference.group() if fits or 0x10000 <= number <= 0x10FFFF else ""
