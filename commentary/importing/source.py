"""Source files: the numbered lines of a text, or the stream of an export, with their digest.

Exports are never read into memory as a whole. Files that can't be a source are refused here, with a
reason that says what to do.
"""

import codecs
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import stat
import tempfile
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from . import unsupported
from .fields import printable
from .messages import gettext as _
from .messages import gettext_noop
from .records import SourceError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# Longest first: a UTF-32 byte order mark starts like a UTF-16 one.
MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
# The first character of XML also shows the encoding.
BEGINNINGS = [
    *MARKS,
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
]
# What declared encodings mean. A declaration that is readable as single bytes isn't in a wide
# encoding, and declared Latin-1 is Windows-1252, as in browsers.
MEANT = dict.fromkeys(("utf-16", "utf-16le", "utf-16be", "utf-32", "us-ascii", "ascii"), "utf-8")
MEANT |= dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252"), "cp1252")
LINE_END = re.compile(r"\r\n|\r|\n")  # no others: VT, FF, U+0085 and U+2028 stay inside lines
# Control characters that never occur in text; tab, VT, FF, the separators 1C-1F and ESC do.
CONTROL = re.compile("[\x01-\x08\x0e-\x1a]")
HTML_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
# Exports are passed as bytes to their format, which decodes and checks them.
EXPORT = re.compile(
    rb"<(?:\w+:)?(?:rss|disqus|feed)[\s>]|<\?xml[^>]*>\s*<!DOCTYPE\s+(?!html)|"
    rb"\A(?:SQLite format 3|\x1f\x8b|\s*<channel[\s>])",
    re.I,
)
# The first line of a source with the files of a static site.
STATIC_SITE = b"# Commentary: the posts and comments of a static site"
# A JSON object, or a list of them. A text may begin with a bracket too.
JSON = re.compile(rb"\A[\xef\xbb\xbf\xff\xfe\s]{0,10}(?:\[\s*)?\{\s*[\"}]")
# Fields of one entry, then a section separated by a line of hyphens.
MOVABLE_TYPE = re.compile(
    rb"\A[\xff\xfe\s]{0,10}(?:[A-Z][A-Z ]{1,30}:[^\r\n]*[\r\n]+){2,60}"
    rb"-----[ \t]*[\r\n]+"
    rb"(?:(?:EXTENDED )?BODY|EXCERPT|KEYWORDS|COMMENT|PING):"
)
XML = re.compile(r"\s*<(?:\?xml|rss|disqus)\b", re.I)
TAG_LINE = re.compile(
    r"\s*</?(?:article|a|b|blockquote|br|cite|div|footer|form|h[1-6]|header|img|li|link|main|meta|"
    r"nav|ol|p|script|section|span|style|strong|table|td|tr|ul)\b[^<>]{0,500}>",
    re.I,
)


DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")
HEAD = 1 << 16  # bytes that are examined to recognise a file
TEXT_HEAD = 4_000  # the part of those examined in files that don't start with a tag
GZIP = b"\x1f\x8b"
SQLITE = b"SQLite format 3\0"
MAX_UNPACKED = 100  # ratio of unpacked to packed size; real exports are about ten


def open_regular(path: Path, follow_links: bool = True) -> io.BufferedReader:
    """Open a regular file for reading, without blocking on a pipe.

    Raises OSError for anything else, and for a symbolic link unless `follow_links` is set.
    """
    flags = os.O_NONBLOCK | (0 if follow_links else os.O_NOFOLLOW)
    handle = os.open(path, os.O_RDONLY | flags)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(0, _("not a regular file"))
    return os.fdopen(handle, "rb")


@dataclass
class SourceFile:
    """One file.

    `name` is printable. `head` is its unpacked start. `lines` are the lines of a text, without line
    ends, in NFC; empty for an export, which its format decodes from `stream()`. The bytes are in
    the file at `path`, or in `data`. `broken_off` says why unpacking stopped early, if it did.
    `site` is what the format found in other files from the same place, to read this one with.
    """

    name: str
    head: bytes
    size: int
    sha256: str
    encoding: str
    lines: list[str] = field(default_factory=list)
    stray_bytes: int = 0
    data: bytes = b""
    path: Path | None = None
    follow_links: bool = True
    broken_off: str = ""
    site: object = None
    _opened: BinaryIO | None = None

    def __post_init__(self) -> None:
        self.name = printable(self.name)

    @property
    def ascii_head(self) -> bytes:
        """`head` without null bytes, so that the ASCII letters of UTF-16 are in a row."""
        return self.head.replace(b"\0", b"")

    def open(self) -> BinaryIO:
        """Return a stream of the bytes."""
        if self.path is None:
            return io.BytesIO(self.data)
        return open_regular(self.path, self.follow_links)

    def stream(self) -> BinaryIO:
        """Return a stream of the unpacked bytes, whose progress is `position`."""
        self._opened = self.open()
        if self.encoding != "gzip":
            return self._opened
        return io.BufferedReader(_Unpacked(self, self._opened))

    def close(self) -> None:
        """Close the stream of `stream`. Reading it then raises ValueError."""
        if self._opened is not None:
            self._opened.close()

    @property
    def position(self) -> int:
        """The number of bytes of the stream read so far."""
        if self._opened is None:
            return 0
        return self.size if self._opened.closed else self._opened.tell()

    @contextmanager
    def file(self) -> Iterator[Path]:
        """Yield the path of a file with the unpacked bytes, for formats that can't read a stream."""
        if self.path is not None and self.encoding != "gzip":
            yield self.path
            return
        with tempfile.NamedTemporaryFile() as copy:
            with self.stream() as stream:
                shutil.copyfileobj(stream, copy)
            if self.broken_off:
                raise SourceError(
                    self.name,
                    0,
                    _("the file is cut off: %(broken_off)s") % {"broken_off": self.broken_off},
                )
            copy.flush()
            yield Path(copy.name)

    @classmethod
    def from_path(
        cls,
        name: str,
        path: Path,
        *,
        encoding: str | None = None,
        max_bytes: int | None = None,
        follow_links: bool = True,
    ) -> "SourceFile":
        """Create a source like `from_bytes`, but keep only the start of an export in memory.

        Raises OSError for anything but a regular file, see `open_regular`.
        """
        name = printable(name)
        with open_regular(path, follow_links) as file:
            head = file.read(HEAD)
            unsupported.refuse(name, _unpacked(head))
            if not _is_export(head):
                data = head + file.read(-1 if max_bytes is None else max_bytes)
                return cls.from_bytes(name, data, encoding=encoding, max_bytes=max_bytes)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
        if encoding is not None:
            _check_encoding(name, encoding)
        encoding = encoding_of_export(head)
        return cls(
            name, _unpacked(head), size, digest, encoding, path=path, follow_links=follow_links
        )

    @classmethod
    def start_of(cls, name: str, path: Path) -> "SourceFile":
        """Create a source of the start of a file, only to recognise its format. Raises OSError."""
        with open_regular(path, follow_links=False) as file:
            head = file.read(HEAD)
        return cls(name, _unpacked(head), len(head), "", encoding_of_export(head), data=head)

    @classmethod
    def from_bytes(
        cls, name: str, data: bytes, *, encoding: str | None = None, max_bytes: int | None = None
    ) -> "SourceFile":
        """Decode `data`.

        `encoding` is used for data without a byte order mark that isn't UTF-8. `stray_bytes` counts
        invalid bytes in a file that is otherwise UTF-8. Raises SourceError for empty, binary, HTML
        or undecodable data, and for a text over the limit.
        """
        name = printable(name)
        if encoding is not None:
            _check_encoding(name, encoding)
        head, digest = data[:HEAD], hashlib.sha256(data).hexdigest()
        unsupported.refuse(name, _unpacked(head))
        if _is_export(head):
            encoding = encoding_of_export(head)
            return cls(name, _unpacked(head), len(data), digest, encoding, data=data)
        if max_bytes is not None and len(data) > max_bytes:
            raise SourceError(
                name,
                0,
                _("is larger than %(limit)s bytes; split it or raise IMPORT_MAX_BYTES")
                % {"limit": f"{max_bytes:,}"},
            )
        text, used, stray = _decode(name, data, encoding)
        text = text.removeprefix("\ufeff")
        if not text.strip("\ufeff\u200b\x00 \t\r\n\v\f\x1a\x85\xa0\u2028"):
            raise SourceError(name, 0, _("is empty; there is nothing to import"))
        _refuse_binary(name, text)
        _refuse_html(name, text)
        _refuse_json(name, text)
        lines = LINE_END.split(unicodedata.normalize("NFC", text))
        if not lines[-1]:
            lines.pop()
        return cls(name, head[:TEXT_HEAD], len(data), digest, used, lines, stray, data)


class _Unpacked(io.RawIOBase):
    """A stream of unpacked gzip data, up to the first error."""

    def __init__(self, source: SourceFile, packed: BinaryIO) -> None:
        self._source, self._packed = source, packed
        self._gzip = gzip.GzipFile(fileobj=packed)
        self._left = source.size * MAX_UNPACKED + 1_000_000

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read unpacked data. Raises SourceError if it is too large for its packed size."""
        free = memoryview(buffer)
        try:
            data = self._gzip.read1(len(free))
        except (OSError, EOFError, zlib.error) as failure:
            self._source.broken_off = str(failure)
            return 0
        self._left -= len(data)
        if self._left < 0:
            raise SourceError(
                self._source.name,
                0,
                _("unpacks to more than %(limit)s times its size") % {"limit": MAX_UNPACKED},
            )
        free[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._packed.close()
        super().close()


def _is_export(head: bytes) -> bool:
    """Return whether data is an export, by its first tag or its start.

    A text may mention such a tag further down.
    """
    head = head.replace(b"\0", b"")
    if (
        head.startswith(STATIC_SITE)
        or JSON.match(head)
        or MOVABLE_TYPE.search(head.removeprefix(b"\xef\xbb\xbf"))
    ):
        return True
    begins_with_tag = head[:100].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")
    return EXPORT.search(head if begins_with_tag else head[:TEXT_HEAD]) is not None


def _unpacked(head: bytes) -> bytes:
    """Return the start of a file, unpacked if necessary."""
    if not head.startswith(GZIP):
        return head
    try:
        return zlib.decompressobj(31).decompress(head, HEAD)
    except zlib.error:
        return b""


def encoding_of_export(head: bytes) -> str:
    """Return the encoding by byte order mark or declaration, otherwise UTF-8.

    "gzip" stands for packed UTF-8, "binary" for data without lines.
    """
    if head.startswith(SQLITE):
        return "binary"
    if head.startswith(GZIP):
        return "gzip"
    for mark, encoding in BEGINNINGS:
        if head.startswith(mark):
            return encoding
    declared = DECLARED.search(head[:400])
    encoding = declared[1].decode("ascii") if declared else "utf-8"
    encoding = MEANT.get(encoding.lower().replace("_", "-"), encoding)
    # A file converted to UTF-8 often still declares its former encoding.
    return "utf-8" if encoding == "cp1252" and _is_utf_8(head) else encoding


def _is_utf_8(head: bytes) -> bool:
    """Return whether data has non-ASCII characters and is valid UTF-8."""
    try:
        return not codecs.getincrementaldecoder("utf-8")().decode(head).isascii()
    except UnicodeDecodeError:
        return False


def _check_encoding(name: str, encoding: str) -> None:
    try:
        "a".encode(encoding)  # checks the name, and that it is a text encoding
    except (LookupError, ValueError) as failure:
        raise SourceError(
            name,
            0,
            _("“%(encoding)s” is not a known encoding; try utf-8, cp1252 or iso-8859-2")
            % {"encoding": encoding},
        ) from failure


def _decode(name: str, data: bytes, encoding: str | None) -> tuple[str, str, int]:
    """Return the text, its encoding, and the number of bytes that aren't valid UTF-8."""
    for mark, marked in MARKS:
        if data.startswith(mark):
            return _strictly(name, data, marked), marked, 0
    try:
        text = data.decode("utf-8")
        # ASCII in UTF-16 without a mark is valid UTF-8, with every other character NUL.
        if encoding is None or "\0" not in text:
            return text, "utf-8", 0
    except UnicodeDecodeError:
        pass
    if encoding is not None:
        return _strictly(name, data, encoding), encoding, 0
    if stray := _stray_bytes(data):
        return data.decode("utf-8", "replace"), "utf-8", stray
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as failure:
        if b"\0" in data:
            raise SourceError(name, 0, _(BINARY)) from failure
        line = len(re.findall(rb"\r\n|\r|\n", data[: failure.start])) + 1
        raise SourceError(
            name, line, _("unknown encoding; specify it with --encoding")
        ) from failure
    if _is_garbled(text):
        raise SourceError(name, 0, _("unknown encoding; specify it with --encoding"))
    return text, "cp1252", 0


def _is_garbled(text: str) -> bool:
    """Return whether most letters have accents, as when text in another script is read as
    Windows-1252.
    """
    letters = [sign for sign in text if sign.isalpha()]
    return sum(not sign.isascii() for sign in letters) * 2 > len(letters)


def _strictly(name: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeError as failure:
        start = getattr(failure, "start", 0)
        line = len(re.findall(rb"\r\n|\r|\n", data[:start])) + 1
        raise SourceError(
            name,
            line,
            _(
                "cannot be decoded as %(encoding)s; save it as UTF-8 or specify its encoding with "
                "--encoding"
            )
            % {"encoding": encoding},
        ) from failure


def _stray_bytes(data: bytes) -> int:
    """Return the number of invalid bytes in a text that is otherwise clearly UTF-8.

    It may be truncated within a character or have minor damage. 0 for a text in another encoding.
    """
    text = data.decode("utf-8", "replace")
    stray = text.count("\ufffd")
    multibyte = sum(1 for c in text if c > "\x7f" and c != "\ufffd")
    return stray if multibyte > 4 * stray else 0


BINARY = gettext_noop("is a binary file, not text (UTF-16 needs a byte order mark or --encoding)")


def _refuse_binary(name: str, text: str) -> None:
    if at := text.find("\0") + 1:
        raise SourceError(name, len(LINE_END.findall(text, 0, at)) + 1, _(BINARY))
    if len(CONTROL.findall(text)) > len(text) // 100:
        raise SourceError(name, 0, _(BINARY))


def _refuse_json(name: str, text: str) -> None:
    """Refuse a text that is a JSON value, since no text capture is one."""
    if text.lstrip()[:1] not in ("{", "["):
        return
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return
    raise SourceError(name, 1, _("is JSON, but not a list of objects as in an export"))


def _refuse_html(name: str, text: str) -> None:
    """Refuse an HTML page or fragment.

    A page starts like one; a fragment has tags at the start of many lines. A text that mentions a
    tag is neither, and XML is left to its format.
    """
    is_page = bool(HTML_PAGE.match(text))
    if not is_page and not XML.match(text):
        lines = [line for line in LINE_END.split(text) if line.strip()]
        tagged = sum(1 for line in lines if TAG_LINE.match(line))
        is_page = tagged * 3 > len(lines) and (tagged > 1 or len(lines) == 1)
    if is_page:
        raise SourceError(
            name, 0, _("is HTML, but not a saved page; save the whole page as an .html file")
        )
