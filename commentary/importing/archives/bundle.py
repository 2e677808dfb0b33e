"""A page with its resources in one file: MHTML, and Safari's webarchive."""

import binascii
import email.policy
import os
import plistlib
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from itertools import islice
from pathlib import Path
from xml.parsers.expat import ExpatError

from ..messages import gettext as _
from ..records import SourceError
from ..source import open_regular
from .capture import FoundCapture

MAX_BYTES = 100_000_000  # bytes of a bundle, which is read into memory
MAX_PARTS = 10_000
MAX_NESTED = 8  # multipart bodies inside each other; browsers write one
MAX_HEADERS = 100_000  # bytes of headers of a part
HEADERS = BytesHeaderParser(policy=email.policy.compat32)
HEADERS_END = re.compile(rb"\r?\n\r?\n")
# Raised for property lists that are damaged, or built to exhaust memory.
DAMAGED = (
    plistlib.InvalidFileException,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    ExpatError,
    RecursionError,
    OverflowError,
    MemoryError,
)
NO_HEADERS = re.compile(rb"\r?\n")


class Bundles:
    """Reads bundles. The parts of the last one stay in memory, since they are requested together."""

    def __init__(self) -> None:
        self._path = ""
        self._parts: list[tuple[FoundCapture, bytes]] = []

    def entries(self, name: str, path: Path, problems: list[str]) -> Iterator[FoundCapture]:
        """Yield the parts of a bundle, the page first."""
        try:
            yield from (entry for entry, _data in self._read(name, str(path)))
        except SourceError as refusal:
            problems.append(str(refusal))

    def read(self, entry: FoundCapture) -> bytes:
        """Return the bytes of one part."""
        path, _separator, number = entry.place.rpartition("\0")
        parts = self._read(entry.bundle, path)
        if int(number) >= len(parts):
            raise SourceError(entry.name, 0, _("changed while it was read; import the file again"))
        return parts[int(number)][1]

    def _read(self, name: str, path: str) -> list[tuple[FoundCapture, bytes]]:
        if path != self._path:
            try:
                with open_regular(Path(path), follow_links=False) as file:
                    # A larger buffer would be allocated whatever the size of the file.
                    data = file.read(min(os.fstat(file.fileno()).st_size, MAX_BYTES) + 1)
            except OSError as failure:
                raise SourceError(
                    name, 0, _("cannot be read: %(reason)s") % {"reason": failure.strerror}
                ) from failure
            if len(data) > MAX_BYTES:
                raise SourceError(
                    name,
                    0,
                    _("is larger than %(limit)s bytes") % {"limit": f"{MAX_BYTES:,}"},
                )
            is_plist = name.lower().endswith(".webarchive")
            parts = _webarchive(name, data) if is_plist else _mhtml(data)
            self._parts = [
                (_placed(entry, name, f"{path}\0{number}"), part)
                for number, (entry, part) in enumerate(parts[:MAX_PARTS])
            ]
            self._path = path
        if not self._parts:
            raise SourceError(name, 0, _("contains no page; save it again in the browser"))
        return self._parts


def _placed(entry: FoundCapture, name: str, place: str) -> FoundCapture:
    entry.bundle, entry.place = name, place
    entry.name = entry.name or name
    return entry


def _mhtml(data: bytes) -> list[tuple[FoundCapture, bytes]]:
    """Return the parts of a MIME message. The parser of the standard library would need several
    times the memory, and recursion.
    """
    page_address = ""
    parts: list[tuple[FoundCapture, bytes]] = []
    waiting = [(0, len(data), 0)]
    while waiting and len(parts) < MAX_PARTS:
        start, end, depth = waiting.pop()
        headers, start = _headers_at(data, start, end)
        page_address = page_address or _header(headers, "Snapshot-Content-Location")
        boundary = _boundary(headers)
        if boundary and depth < MAX_NESTED:
            inside = islice(_between(data, start, end, boundary), MAX_PARTS)
            waiting += reversed([(*span, depth + 1) for span in inside])
            continue
        if headers.get_content_maintype() == "multipart":
            continue
        is_html = headers.get_content_type() == "text/html"
        is_page = is_html and not any(e.media_type == "text/html" for e, _ in parts)
        address = _header(headers, "Content-Location")
        entry = FoundCapture(
            name="" if is_page else address,
            place="",
            address=(page_address or address) if is_page else address,
            media_type=headers.get_content_type(),
            charset=_charset(headers),
            content_id=_header(headers, "Content-ID").strip("<>"),
        )
        parts.append((entry, _decoded(data[start:end], headers)))
    return parts


def _headers_at(data: bytes, start: int, end: int) -> tuple[Message, int]:
    """Return the headers that begin at `start`, and where the body begins."""
    if found := NO_HEADERS.match(data, start, end):
        return Message(), found.end()
    found = HEADERS_END.search(data, start, min(end, start + MAX_HEADERS))
    stop, body = (found.start(), found.end()) if found else (min(end, start + MAX_HEADERS), end)
    return HEADERS.parsebytes(data[start:stop]), body


def _between(data: bytes, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int]]:
    """Yield start and end of each part between lines with a boundary."""
    line = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?(?:\n|\Z)", re.M)
    part = None
    for found in line.finditer(data, start, end):
        if part is not None:
            stop = max(part, found.start() - 1)  # the line end belongs to the boundary
            yield part, stop - 1 if stop > part and data[stop - 1 : stop] == b"\r" else stop
        part = found.end()
        if found[1]:
            return
    if part is not None:
        yield part, end


def _boundary(headers: Message) -> bytes:
    if headers.get_content_maintype() != "multipart":
        return b""
    try:
        boundary = headers.get_boundary() or ""
    except (LookupError, ValueError, TypeError):
        return b""
    return boundary.encode("utf-8", "surrogateescape")


def _decoded(body: bytes, headers: Message) -> bytes:
    """Undo the transfer encoding of a part. What is damaged is decoded as far as possible."""
    encoding = _header(headers, "Content-Transfer-Encoding").lower()
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding == "base64":
        try:
            return binascii.a2b_base64(body + b"==")
        except binascii.Error:
            return b""
    return body


def _header(message: Message, name: str) -> str:
    text = str(message.get(name, ""))
    return " ".join(text.encode("utf-8", "replace").decode().split())


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset() or ""
    except (LookupError, ValueError):
        return ""


def _webarchive(name: str, data: bytes) -> list[tuple[FoundCapture, bytes]]:
    try:
        plist = plistlib.loads(data)
    except DAMAGED:
        plist = None
    if not isinstance(plist, dict):
        raise SourceError(name, 0, _("is damaged; save the page again in the browser"))
    main = plist.get("WebMainResource")
    resources = [main, *_listed(plist.get("WebSubresources"))]
    for frame in _listed(plist.get("WebSubframeArchives")):
        if isinstance(frame, dict):
            resources += _listed(frame.get("WebSubresources"))
    return [
        (_resource(resource, is_page=resource is main), resource["WebResourceData"])
        for resource in resources
        if isinstance(resource, dict) and isinstance(resource.get("WebResourceData"), bytes)
    ]


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _resource(resource: dict[str, object], is_page: bool) -> FoundCapture:
    address = _text(resource.get("WebResourceURL"))
    return FoundCapture(
        name="" if is_page else address,
        place="",
        address=address,
        media_type=_text(resource.get("WebResourceMIMEType")),
        charset=_text(resource.get("WebResourceTextEncodingName")),
    )


def _text(value: object) -> str:
    """Return a value as text that can be stored: without lone surrogates."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
