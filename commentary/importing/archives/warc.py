"""WARC files (and the older ARC), compressed or not, and WACZ, which is a ZIP file of them.

Records are listed in one pass and read by offset, so only one is in memory. Truncated files and
unreadable records, which the library ignores silently, are reported.
"""

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from ..records import SourceError
from ..source import open_regular
from .addresses import resolve_url
from .capture import FoundCapture

PIECE = 1 << 16
# Raised by the library if headers are incomplete.
DAMAGED = (AttributeError, TypeError, LookupError)
UNREADABLE = (ArchiveLoadFailed, ValueError, OSError, EOFError, zlib.error, *DAMAGED)
MAX_UNPACKED = 100  # maximum ratio for a file that is compressed as a whole
PAGES_OR_PARTS = {"response", "resource", "revisit"}


def entries(
    name: str,
    path: Path,
    redirects: list[tuple[str, str]],
    problems: list[str],
    scratch: Path,
) -> Iterator[FoundCapture]:
    """Yield the complete responses and resources of a file.

    Redirects are added to `redirects`, and problems to `problems`; `scratch` is a folder for
    temporary files.
    """
    if name.lower().endswith(".wacz"):
        yield from _inside_zip(name, path, redirects, problems, scratch)
        return
    try:
        place = _with_offsets(name, path, scratch)
    except SourceError as refusal:
        problems.append(str(refusal))
        return
    whole = end = 0
    is_cut_off = False
    try:
        with open_regular(place, follow_links=False) as file:
            records = ArchiveIterator(file, arc2warc=True)
            for record in records:
                offset = records.get_record_offset()
                if not _is_whole(record):
                    is_cut_off = True
                    continue
                is_cut_off = False
                whole += 1
                end = offset + records.get_record_length()
                if entry := _entry(record, name, f"{place}\0{offset}", redirects):
                    yield entry
            file.seek(end)
            is_cut_off |= bool(file.read(PIECE).strip())
    except UNREADABLE:
        is_cut_off = True
    if not whole:
        problems.append(f"{name}: contains no complete WARC record")
    elif is_cut_off:
        problems.append(
            f"{name}: is cut off or damaged after record {whole:,}; everything before was read"
        )


def _with_offsets(name: str, path: Path, scratch: Path) -> Path:
    """Return a file whose records can be read by offset.

    For a file that is compressed as a whole, this is an uncompressed copy.
    """
    try:
        with open_regular(path, follow_links=False) as file:
            records = ArchiveIterator(file, arc2warc=True)
            for _ in range(2):
                if next(records, None) is None:
                    break
    except UNREADABLE as failure:
        if "gzip" not in str(failure).lower():
            return path  # reading the whole file gives a better error
    else:
        return path
    copy = scratch / f"{uuid4().hex}.warc"
    left = path.stat().st_size * MAX_UNPACKED
    with open_regular(path, follow_links=False) as file, copy.open("wb") as unpacked:
        stream = gzip.GzipFile(fileobj=file)
        try:
            while piece := stream.read1(PIECE):
                unpacked.write(piece)
                left -= len(piece)
                if left < 0:
                    raise SourceError(
                        name, 0, f"unpacks to more than {MAX_UNPACKED} times its size"
                    )
        except (EOFError, zlib.error, OSError):
            pass  # truncated: the last record will be found incomplete
    return copy


def _inside_zip(
    name: str,
    path: Path,
    redirects: list[tuple[str, str]],
    problems: list[str],
    scratch: Path,
) -> Iterator[FoundCapture]:
    """Yield the records of the WARC files in a ZIP file."""
    try:
        with zipfile.ZipFile(path) as packed:
            for member in packed.infolist():
                lower = member.filename.lower()
                if not lower.endswith((".warc", ".warc.gz")):
                    continue
                copy = scratch / f"{uuid4().hex}{'.warc.gz' if lower.endswith('gz') else '.warc'}"
                if member.file_size > path.stat().st_size * MAX_UNPACKED:
                    problems.append(f"{name}: {member.filename} is too large when unpacked")
                    continue
                with packed.open(member) as inside, copy.open("wb") as unpacked:
                    shutil.copyfileobj(inside, unpacked, PIECE)
                yield from entries(f"{name}/{member.filename}", copy, redirects, problems, scratch)
    except (*UNREADABLE, zipfile.BadZipFile, NotImplementedError, RuntimeError) as failure:
        problems.append(f"{name}: cannot be read: {failure}")


def _is_whole(record: Any) -> bool:
    """Read a record, and return whether it is as long as its header says."""
    if record.length is None or record.length < 0:
        return False
    stream = record.raw_stream
    while stream.read(PIECE):
        pass
    # For a limited stream, the number of bytes still missing.
    return int(getattr(stream, "limit", 0)) <= 0


def _entry(
    record: Any, name: str, place: str, redirects: list[tuple[str, str]]
) -> FoundCapture | None:
    """Return a record as a capture, or None if it is neither a page nor a resource."""
    kind = record.rec_type
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    address = address.strip("<> ")
    if kind not in PAGES_OR_PARTS or not address.lower().startswith(("http://", "https://")):
        return None
    headers = record.http_headers
    status = (headers.get_statuscode() or "") if headers is not None else ""
    if headers is not None:
        location = headers.get_header("Location")
        if status.startswith("3") and location:
            redirects.append((address, resolve_url(address, location)))
        if not status.startswith(("2", "4", "5")) and not (kind == "revisit" and not status):
            return None
    declared = (headers.get_header("Content-Type") if headers is not None else "") or ""
    if headers is None:
        declared = record.rec_headers.get_header("Content-Type") or ""
    media_type, _, parameters = declared.partition(";")
    return FoundCapture(
        name=address,
        place=place,
        address=address,
        media_type=media_type.strip().lower(),
        charset=_parameter(parameters, "charset"),
        size=max(0, record.length or 0),
        saved_at=_moment(record.rec_headers.get_header("WARC-Date")),
        bundle=name,
        digest=record.rec_headers.get_header("WARC-Payload-Digest") or "",
        is_revisit=kind == "revisit",
        status="" if status.startswith("2") else status,
    )


def _parameter(parameters: str, wanted: str) -> str:
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == wanted:
            return value.strip(" \"'")
    return ""


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return None


def read_record(entry: FoundCapture, limit: int) -> bytes:
    """Return at most `limit` + 1 bytes of a record's content, decoded."""
    path, _, offset = entry.place.rpartition("\0")
    try:
        with open_regular(Path(path), follow_links=False) as file:
            file.seek(int(offset))
            record = next(ArchiveIterator(file, arc2warc=True))
            stream = record.content_stream()
            pieces, size = [], 0
            while size <= limit and (piece := stream.read(PIECE)):
                pieces.append(piece)
                size += len(piece)
            return b"".join(pieces)[: limit + 1]
    except (*UNREADABLE, StopIteration) as failure:
        raise SourceError(entry.name, 0, f"cannot be read: {failure}") from failure
