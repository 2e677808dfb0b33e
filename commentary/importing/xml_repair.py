"""Repair common errors of XML exports before parsing.

Handles characters that XML forbids, bare ampersands and angle brackets, HTML entities, attributes
without quotes, and bytes before the first tag.
"""

import codecs
import html
import re
from collections.abc import Iterator
from html.entities import html5
from typing import BinaryIO

from .messages import gettext as _
from .messages import gettext_noop
from .records import SourceError
from .source import encoding_of_export

UTF_8 = {"utf-8", "utf8", "utf-8-sig"}
HOLD_BACK = 64  # characters at the end of a chunk that may be part of a longer token
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
BAD_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")
FOREIGN_AMPERSAND = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#0*[0-9]{1,7}|#x0*[0-9a-fA-F]{1,6});)([A-Za-z][A-Za-z0-9]{1,31};)?"
)
BARE_LESS = re.compile(r"<(?![^\W\d][\w:.-]*[\s/>]|/[^\W\d]|!DOCTYPE)")
UNQUOTED = re.compile(
    r"(<[^\W\d][\w:.-]*(?:\s+[\w:.-]+=(?:\"[^\"<>]*\"|'[^'<>]*'))*\s+[\w:.-]+=)"
    r"([\w:.-]+)(?=\s|/?>)"
)
MARK = re.compile(r"<!\[CDATA\[|\]\]>|<!--|<\?")
DECLARATION = re.compile(r"<\?xml\s")
# Python's representation of bytes that aren't UTF-8 (surrogateescape).
STRAY_BYTE = re.compile("[\udc80-\udcff]")
CLOSING = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>"}


class Repairs:
    """The repairs of the file `name`, which is read in blocks of `chunk` bytes. `counts` has the
    number of repairs by kind.
    """

    def __init__(self, name: str, chunk: int) -> None:
        self.name, self.chunk = name, chunk
        self.counts: dict[str, int] = {}

    def _count(self, what: str, count: int) -> None:
        if count:
            self.counts[what] = self.counts.get(what, 0) + count

    def text(self, stream: BinaryIO) -> Iterator[str]:
        """Yield the repaired text. Line ends are kept, so line numbers match the file."""
        held, inside, begun = "", "", False
        for last, text in self._decoded(stream):
            held += text
            if not begun:
                start = _beginning(held)
                if start == len(held) and not last:
                    continue
                before, held, begun = held[:start], held[start:], True
                self._count(
                    gettext_noop("characters before the first tag"),
                    len(before.strip("\ufeff \t\r\n")),
                )
                held = "\n" * before.count("\n") + held
            cut = len(held) if last else _safe_cut(held)
            ready, held = held[:cut], held[cut:]
            ready, count = FORBIDDEN.subn("", ready)
            self._count(gettext_noop("characters not allowed in XML"), count)
            parts, at = [], 0
            while at < len(ready):
                if inside:
                    end = ready.find(CLOSING[inside], at)
                    closed = end + len(CLOSING[inside]) if end >= 0 else len(ready)
                    # Comments and processing instructions are dropped, except for their newlines.
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
                    self._count("bare ]]>", 1)
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
            self._count("bare <", count)
        if "=" in text:
            text, count = UNQUOTED.subn(r'\1"\2"', text)
            self._count(gettext_noop("attributes without quotes"), count)
        return text

    def _ampersand(self, found: re.Match[str]) -> str:
        sign = html5.get(found[1] or "")
        self._count(gettext_noop("HTML entities") if sign else gettext_noop("bare ampersands"), 1)
        return html.escape(sign) if sign else f"&amp;{found[1] or ''}"

    def _decoded(self, stream: BinaryIO) -> Iterator[tuple[bool, str]]:
        """Yield (is it the last chunk?, text), decoded by byte order mark, declaration, or as
        UTF-8.
        """
        head = stream.read(self.chunk)
        encoding = encoding_of_export(head)
        is_utf_8 = encoding.lower() in UTF_8
        try:
            "a".encode(encoding)  # rejects codecs that aren't for text
            decoder = codecs.getincrementaldecoder(encoding)(
                "surrogateescape" if is_utf_8 else "replace"
            )
            decoder.decode(b"")
        except (LookupError, UnicodeError) as unknown:
            raise SourceError(
                self.name,
                1,
                _("declares an unknown encoding, “%(encoding)s”") % {"encoding": encoding},
            ) from unknown
        chunk = head
        while chunk:
            following = stream.read(self.chunk)
            text = decoder.decode(chunk)
            if is_utf_8:
                text, strays = STRAY_BYTE.subn(_as_windows, text)
            else:
                strays = text.count("\ufffd")
            if not following:  # counts bytes of a truncated character
                strays += len(decoder.getstate()[0])
            self._count(gettext_noop("bytes not valid in its encoding"), strays)
            yield not following, text
            chunk = following


def _beginning(text: str) -> int:
    """Return where an export starts: at its declaration, even after other output, or at its first
    tag.
    """
    declared = DECLARATION.search(text)
    if declared and "<!" not in text[: declared.start()]:
        return declared.start()
    return len(text) if (at := text.find("<")) < 0 else at


def _as_windows(stray: re.Match[str]) -> str:
    """Decode a byte that isn't UTF-8 as Windows-1252, its most likely origin."""
    return bytes([ord(stray.group()) - 0xDC00]).decode("cp1252", "replace")


def _safe_cut(text: str) -> int:
    """Return where incomplete `text` can be cut: near its end, outside any token or tag."""
    cut = max(len(text) - HOLD_BACK, 0)
    for sign in "&<":
        at = text.rfind(sign, max(cut - HOLD_BACK, 0), cut)
        cut = at if at >= 0 else cut
    while cut and len(text) - cut < 2 * HOLD_BACK and text[cut - 1] in "]-?":
        cut -= 1
    return cut


def _allowed_reference(reference: re.Match[str]) -> str:
    """Return a character reference, or "" if XML doesn't allow the character."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    fits = number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0xFFFE
    return reference.group() if fits or 0x10000 <= number <= 0x10FFFF else ""
