"""Read the elements of a large XML export one by one, with their line numbers.

The parser is expat, which never opens other files; a DOCTYPE is refused, so no entities are
expanded. A well-formed file is parsed directly. At the first error, reading starts again through
`xml_repair`, skipping elements already yielded. Repairs are counted and reported. Only an element
with an error that can't be repaired is lost, and reading continues after it.
"""

import re
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from itertools import islice
from typing import BinaryIO
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import TreeBuilder
from xml.parsers import expat

from .messages import gettext as _
from .records import ItemLedger, SourceError
from .source import encoding_of_export
from .xml_repair import UTF_8, Repairs

CHUNK = 1 << 16
DEEPEST = 200  # nested elements; exports have about six
MOST_NAMES = 1_000  # tag names that are cached; exports have about sixty
RESTARTS = 1_000  # after unreadable parts; a file with more isn't an export


class XmlElement:
    """An element with the accessors that exports need.

    `first` and `last`, its lines, are set for elements that are yielded; `is_inner` means that it
    was inside another one.
    """

    __slots__ = ("_node", "first", "is_inner", "last")

    def __init__(self, node: Node, first: int = 0, last: int = 0, is_inner: bool = False) -> None:
        self._node, self.first, self.last, self.is_inner = node, first, last, is_inner

    @property
    def tag(self) -> str:
        """The name as written."""
        return self._node.tag

    @property
    def name(self) -> str:
        """The name without its prefix."""
        return _bare(self._node.tag)

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes, with names without prefix."""
        return {_bare(name): value for name, value in self._node.attrib.items()}

    @property
    def children(self) -> list["XmlElement"]:
        """The child elements, without the text between them."""
        return [XmlElement(node) for node in self._node]

    @property
    def text(self) -> str:
        """The whole text. Markup that should have been escaped is part of the text."""
        return _text(self._node)

    def find(self, name: str) -> "XmlElement | None":
        """Return the first child with this name, or None."""
        return next((XmlElement(node) for node in self._node if _bare(node.tag) == name), None)

    def value(self, name: str) -> str:
        """Return the text of the first child with this name, without surrounding white space."""
        child = self.find(name)
        return child.text.strip() if child is not None else ""

    def values(self) -> dict[str, str]:
        """Return the texts of children by name, without surrounding white space; the first one
        counts.
        """
        values: dict[str, str] = {}
        for node in self._node:
            text = _text(node) if len(node) else node.text or ""
            values.setdefault(_bare(node.tag), text.strip())
        return values


@lru_cache(MOST_NAMES)
def _bare(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]


def _text(node: Node) -> str:
    text = node.text or ""
    if not len(node):
        return text
    return text + "".join([f"{_markup(child)}{child.tail or ''}" for child in node])


def _markup(node: Node) -> str:
    """Return the markup of an element."""
    name, text = _bare(node.tag), _text(node)
    return f"<{name}>{text}</{name}>" if text else f"<{name}/>"


class Elements:
    """Yields the elements in `wanted` when they end, unless inside one another.

    Elements in `inner` are also yielded when they end, before the element that contains them, and
    removed from it, since it may have any number. `parts` are the names of those and of elements
    inside them, at which parsing can resume after an error. `repairs` counts repairs; `breaks` has
    lines and reasons of unreadable parts. An element in which an error occurs is yielded with what
    it had.
    """

    def __init__(
        self,
        name: str,
        stream: Callable[[], BinaryIO],
        wanted: set[str],
        parts: Collection[str] = (),
        inner: Collection[str] = (),
    ) -> None:
        self.name, self.stream, self.wanted, self.parts = name, stream, wanted, parts
        self.inner = inner
        self.repairs = Repairs(name, CHUNK)
        self.breaks: list[tuple[int, str]] = []
        self._start_tag = re.compile(
            rb"<((?:[\w.-]+:)?(?:%b))(?:\s[^<>]*)?(?<!/)>" % b"|".join(p.encode() for p in parts)
        )

    def __iter__(self) -> Iterator[XmlElement]:
        handed = 0
        try:
            for element in self._as_it_is():
                handed += 1
                yield element
        except expat.ExpatError:
            # Everything before the error is parsed identically, so skip it.
            yield from islice(self._with_care(), handed, None)

    def _as_it_is(self) -> Iterator[XmlElement]:
        """Yield the elements of a well-formed UTF-8 file. Raises ExpatError at the first error, or
        at once for another encoding.
        """
        self._begin_anew()
        with self.stream() as stream:
            data = stream.read(CHUNK)
            if encoding_of_export(data).lower() not in UTF_8:
                raise expat.ExpatError(_("has a different encoding"))
            while data:
                self._parser.Parse(data, False)
                yield from self._take()
                data = stream.read(CHUNK)
            self._parser.Parse(b"", True)
            yield from self._take()

    def _with_care(self) -> Iterator[XmlElement]:
        """Yield the elements of a malformed file, repairing what can be repaired."""
        self._begin_anew()
        with self.stream() as stream:
            for text in self.repairs.text(stream):
                self._feed(text.encode())
                yield from self._take()
        if not self._lost:
            try:
                self._parser.Parse(b"", True)
            except expat.ExpatError as failure:
                self._break(failure, _("the file is cut off"))
        while self._builder:
            self._end(self._open[-1])
        yield from self._take()

    def report_damage(self, ledger: ItemLedger) -> None:
        """Report in the ledger what was repaired and what could not be read.

        Raises SourceError for a file of which nothing could be read.
        """
        for what, count in self.repairs.counts.items():
            ledger.warnings.append(
                _("repaired: %(what)s (%(count)s)") % {"what": _(what), "count": f"{count:,}"}
            )
        for line, why in self.breaks:
            if not ledger.seen:
                raise SourceError(self.name, line, why)
            ledger.is_whole = False
            ledger.seen += 1
            ledger.add("rest", line, "left over", reason=why)

    # --- parsing and restarting

    def _begin_anew(self) -> None:
        """Reset the state to the start of the file."""
        self._open: list[str] = []  # names of all open elements, as written
        self._outer: list[str] = []  # those around the latest wanted element
        self._builder: TreeBuilder | None = None  # of the current wanted element
        self._ready: list[XmlElement] = []
        self._lost = self._lost_in_cdata = False
        self._begin()

    def _begin(self, above: tuple[str, ...] = (), line: int = 1) -> None:
        """Create a parser inside the elements named in `above`, at `line`."""
        self._parser = expat.ParserCreate("utf-8")
        prefix = "".join(f"<{name}>" for name in above).encode()
        self._parser.Parse(prefix, False)
        self._fed, self._lines_before = len(prefix), line - 1
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._builder.data if self._builder else None
        self._parser.StartDoctypeDeclHandler = self._doctype

    def _take(self) -> list[XmlElement]:
        """Return the elements that ended since the last call."""
        ready, self._ready = self._ready, []
        return ready

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
                behind = (
                    _("the file continues after its end") if self._outer and not self._open else ""
                )
                self._break(failure, behind or _("the rest cannot be read"))
                at = max(self._parser.ErrorByteIndex - self._fed, 0)
                # After the end of the document, the tag is correct but misplaced.
                at += bool(self._open)
                self._lost, self._line_now, data = True, self.breaks[-1][0], data[at:]

    def _break(self, failure: expat.ExpatError, what: str) -> None:
        line = self._lines_before + failure.lineno
        self.breaks.append((line, f"{what}: {expat.ErrorString(failure.code)}"))

    def _found_again(self, data: bytes) -> bytes:
        """Return `data` from where parsing can resume, or nothing. Ignores tags inside CDATA."""
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
        """Return the position where the next part starts or the current element ends. Closes
        elements that this ends.
        """
        if len(self.breaks) > RESTARTS or not self.parts:
            return None
        starts = self._start_tag.finditer(data, at, until)
        if not self._builder:
            start = next((tag for tag in starts if _name(tag) in self.wanted), None)
            if start:
                known = self._open[: len(self._outer)] == self._outer
                self._open = list(self._outer) if known or not self._open else self._open
                # After the end of the document there is no outer element.
                self._open = self._open or ["export"]
            return start and start.start()
        depth = len(self._outer)
        start = next(starts, None)
        end = data.find(f"</{self._open[depth]}>".encode(), at, until)
        if end >= 0 and (start is None or end < start.start()):
            self._leave(depth + 1)
            return end
        if start:
            is_outer = _name(start) in self.wanted and _name(start) not in self.inner
            self._leave(depth if is_outer else depth + 1)
        return start and start.start()

    def _leave(self, depth: int) -> None:
        """Close the open elements below `depth`."""
        while len(self._open) > depth:
            self._end(self._open[-1])

    # --- handlers of expat

    def _doctype(self, *_declared: object) -> None:
        raise SourceError(
            self.name,
            self._line(),
            _("DOCTYPE is not allowed; remove it"),
        )

    # The next two are called for each of about twenty elements per comment.

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._open.append(tag)
        depth = len(self._open)
        if depth > DEEPEST:
            raise SourceError(self.name, self._line(), _("elements are nested too deeply"))
        if self._builder is None:
            if _bare(tag) not in self.wanted:
                return
            self._outer = self._open[:-1]
            self._builder = TreeBuilder()
            self._parser.CharacterDataHandler = self._builder.data
            self._node, self._first = self._builder.start(tag, attributes), self._line()
            return
        if depth == len(self._outer) + 2 and self.inner:
            self._inner_first = self._line()
        self._builder.start(tag, attributes)

    def _end(self, tag: str) -> None:
        self._open.pop()
        if self._builder is None:
            return
        node = self._builder.end(tag)
        depth = len(self._open) - len(self._outer)
        if depth > 1:
            return
        if depth == 1 and _bare(tag) in self.inner:
            self._ready.append(XmlElement(node, self._inner_first, self._line(), is_inner=True))
            del self._node[-1]
        elif depth == 0:
            self._ready.append(XmlElement(node, self._first, self._line()))
            self._builder = self._parser.CharacterDataHandler = None


def _name(tag: re.Match[bytes]) -> str:
    return tag[1].rpartition(b":")[2].decode()
