"""A page with its resources in one file: MHTML, and Safari's webarchive."""

import email
import email.policy
import plistlib
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from ..records import SourceError
from ..source import open_regular
from .capture import FoundCapture

LARGEST = 200_000_000  # bytes of a bundle, which is read into memory
MOST = 10_000  # parts


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
        path, _, number = entry.place.rpartition("\0")
        return self._read(entry.bundle, path)[int(number)][1]

    def _read(self, name: str, path: str) -> list[tuple[FoundCapture, bytes]]:
        if path != self._path:
            try:
                with open_regular(Path(path), follow_links=False) as file:
                    data = file.read(LARGEST + 1)
            except OSError as failure:
                raise SourceError(name, 0, f"cannot be read: {failure.strerror}") from failure
            if len(data) > LARGEST:
                raise SourceError(name, 0, f"is larger than {LARGEST:,} bytes")
            is_plist = name.lower().endswith(".webarchive")
            parts = _webarchive(name, data) if is_plist else _mhtml(data)
            self._parts = [
                (_placed(entry, name, f"{path}\0{number}", part), part)
                for number, (entry, part) in enumerate(parts[:MOST])
            ]
            self._path = path
        if not self._parts:
            raise SourceError(name, 0, "contains no page; save it again in the browser")
        return self._parts


def _placed(entry: FoundCapture, name: str, place: str, data: bytes) -> FoundCapture:
    entry.bundle, entry.place, entry.size = name, place, len(data)
    entry.name = entry.name or name
    return entry


def _mhtml(data: bytes) -> list[tuple[FoundCapture, bytes]]:
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    page_address = _header(message, "Snapshot-Content-Location")
    parts: list[tuple[FoundCapture, bytes]] = []
    for part in message.walk():
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            continue
        address = _header(part, "Content-Location")
        media_type = part.get_content_type()
        is_page = not any(e.media_type == "text/html" for e, _ in parts)
        entry = FoundCapture(
            name="" if media_type == "text/html" and is_page else address,
            place="",
            address=(page_address or address) if is_page and media_type == "text/html" else address,
            media_type=media_type,
            charset=_charset(part),
            content_id=_header(part, "Content-ID").strip("<>"),
        )
        parts.append((entry, payload))
    return parts


def _header(message: Message, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset() or ""
    except (LookupError, ValueError):
        return ""


def _webarchive(name: str, data: bytes) -> list[tuple[FoundCapture, bytes]]:
    try:
        plist = plistlib.loads(data)
    except (plistlib.InvalidFileException, ValueError, ExpatError, RecursionError, OverflowError):
        plist = None
    if not isinstance(plist, dict):
        raise SourceError(name, 0, "is damaged; save the page again in the browser")
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


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _resource(resource: dict[str, object], is_page: bool) -> FoundCapture:
    address = str(resource.get("WebResourceURL") or "")
    return FoundCapture(
        name="" if is_page else address,
        place="",
        address=address,
        media_type=str(resource.get("WebResourceMIMEType") or ""),
        charset=str(resource.get("WebResourceTextEncodingName") or ""),
    )
