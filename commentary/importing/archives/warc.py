"""WARC files (and the older ARC), compressed or not, and WACZ, which is a ZIP file of them.

Records are listed in one pass and read by offset, so only one is in memory. Truncated files and
unreadable records, which the library ignores silently, are reported.
"""

import gzip
import logging
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import DecompressingBufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeadersParserException

from ..fields import printable
from ..messages import gettext as _
from ..messages import ngettext
from ..records import SourceError
from ..source import open_regular
from . import http_body
from .addresses import resolve_url
from .capture import FoundCapture

PIECE = 1 << 16
# Raised by the library if headers are incomplete.
DAMAGED = (AttributeError, TypeError, LookupError)
UNREADABLE = (
    ArchiveLoadFailed,
    StatusAndHeadersParserException,
    ValueError,
    OSError,
    EOFError,
    zlib.error,
    *DAMAGED,
)
MAX_HEADERS = 4_000_000  # bytes of headers of one record
MAX_UNPACKED = 100  # maximum ratio for a file that is compressed as a whole
PAGES_OR_PARTS = {"response", "resource", "revisit"}
# Invalid URLs are reported with their page.
logging.getLogger("warcio").setLevel(logging.ERROR)


class _Reader(DecompressingBufferedReader):
    """Limits the headers of a record, which the library would read without end, and reports damage
    by an exception instead of a line on standard error.
    """

    left = MAX_HEADERS

    def _decompress(self, data: bytes) -> bytes:
        if self.decompressor and data and self.num_block_read:
            return bytes(self.decompressor.decompress(data))
        return bytes(super()._decompress(data))

    def readline(self, length: int | None = None) -> bytes:
        line: bytes = super().readline(min(length or self.left, self.left))
        self.left -= len(line)
        if self.left <= 0:
            raise ArchiveLoadFailed(_("a record has too many headers"))
        return line


class _Records(ArchiveIterator):
    """The records of a file. `err_count` is the number of those with a wrong length."""

    INC_RECORD = ""  # a warning that the library would print with the bytes of the record

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, arc2warc=True)
        self.reader = _Reader(self.fh, block_size=PIECE >> 2)

    def _next_record(self, next_line: bytes | None) -> ArcWarcRecord:
        self.reader.left = MAX_HEADERS
        return super()._next_record(next_line)


def entries(
    name: str,
    path: Path,
    redirects: list[tuple[str, str]],
    problems: list[str],
    damage: list[tuple[str, str]],
    scratch: Path,
) -> Iterator[FoundCapture]:
    """Yield the complete responses and resources of a file.

    Redirects are added to `redirects`, the reason why nothing could be read to `problems`, and what
    could not be read of a file to `damage`. `scratch` is a folder for temporary files.
    """
    if name.lower().endswith(".wacz"):
        yield from _inside_zip(name, path, redirects, problems, damage, scratch)
        return
    try:
        place = _with_offsets(name, path, scratch)
    except SourceError as refusal:
        problems.append(str(refusal))
        return
    whole = end = wrong = 0
    is_cut_off = False
    try:
        with open_regular(place, follow_links=False) as file:
            records = _Records(file)
            for record in records:
                is_whole = _is_whole(record)
                offset = records.get_record_offset()
                if records.err_count > wrong:
                    wrong = records.err_count
                    continue
                if not is_whole:
                    is_cut_off = True
                    continue
                is_cut_off = False
                whole += 1
                end = offset + records.get_record_length()
                if entry := _entry(record, name, f"{place}\0{offset}", redirects):
                    yield entry
            file.seek(end)
            is_cut_off |= not wrong and bool(file.read(PIECE).strip())
    except UNREADABLE:
        is_cut_off = True
    if wrong:
        text = ngettext(
            "%(n)s record is longer than declared, and skipped",
            "%(n)s records are longer than declared, and skipped",
            wrong,
        )
        damage.append((name, text % {"n": f"{wrong:,}"}))
    if not whole:
        problems.append(_("%(name)s: contains no complete WARC record") % {"name": name})
    elif is_cut_off:
        text = _("is cut off or damaged after record %(n)s; everything before was read")
        damage.append((name, text % {"n": f"{whole:,}"}))


def _with_offsets(name: str, path: Path, scratch: Path) -> Path:
    """Return a file whose records can be read by offset.

    For a file that is compressed as a whole, this is an uncompressed copy.
    """
    try:
        file = open_regular(path, follow_links=False)
    except OSError as failure:
        raise SourceError(
            name, 0, _("cannot be read: %(reason)s") % {"reason": failure.strerror}
        ) from failure
    try:
        with file:
            records = _Records(file)
            for _number in range(2):
                if next(records, None) is None:
                    break
    except UNREADABLE as failure:
        if "gzip" not in str(failure).lower():
            return path  # reading the whole file gives a better error
    else:
        return path
    copy = scratch / f"{uuid4().hex}.warc"
    left = path.stat().st_size * MAX_UNPACKED
    try:
        with open_regular(path, follow_links=False) as file, copy.open("wb") as unpacked:
            for piece in _unpacked(file):
                left -= len(piece)
                if left < 0:
                    why = _("unpacks to more than %(limit)s times its size") % {
                        "limit": MAX_UNPACKED
                    }
                    raise SourceError(name, 0, why)
                unpacked.write(piece)
    except OSError as failure:
        raise SourceError(
            name, 0, _("cannot be unpacked: %(reason)s") % {"reason": failure.strerror}
        ) from failure
    return copy


def _unpacked(file: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of a gzip file. If it is truncated, the last record will be incomplete."""
    stream = gzip.GzipFile(fileobj=file)
    try:
        while piece := stream.read1(PIECE):
            yield piece
    except (EOFError, zlib.error, OSError):
        return


def _inside_zip(
    name: str,
    path: Path,
    redirects: list[tuple[str, str]],
    problems: list[str],
    damage: list[tuple[str, str]],
    scratch: Path,
) -> Iterator[FoundCapture]:
    """Yield the records of the WARC files in a ZIP file."""
    try:
        # Opened here, because ZipFile would wait for a pipe.
        with open_regular(path, follow_links=False) as file, zipfile.ZipFile(file) as packed:
            left = path.stat().st_size * MAX_UNPACKED
            for member in packed.infolist():
                lower = member.filename.lower()
                if not lower.endswith((".warc", ".warc.gz")):
                    continue
                inner = f"{name}/{printable(member.filename)}"
                left -= member.file_size
                if left < 0:
                    problems.append(_("%(inner)s: is too large when unpacked") % {"inner": inner})
                    continue
                # Never at the path that the ZIP file gives.
                copy = scratch / f"{uuid4().hex}{'.warc.gz' if lower.endswith('gz') else '.warc'}"
                with packed.open(member) as inside, copy.open("wb") as unpacked:
                    shutil.copyfileobj(inside, unpacked, PIECE)
                yield from entries(inner, copy, redirects, problems, damage, scratch)
    except OSError as failure:
        problems.append(
            _("%(name)s: cannot be read: %(reason)s")
            % {"name": name, "reason": failure.strerror or failure}
        )
    except MemoryError:
        problems.append(_("%(name)s: cannot be read: it lists too many files") % {"name": name})
    except (*UNREADABLE, zipfile.BadZipFile, NotImplementedError, RuntimeError) as failure:
        problems.append(
            _("%(name)s: cannot be read: %(reason)s")
            % {"name": name, "reason": printable(str(failure))}
        )


def _is_whole(record: ArcWarcRecord) -> bool:
    """Read a record, and return whether it is as long as its header says."""
    if record.length is None or record.length < 0:
        return False
    stream = record.raw_stream
    while stream.read(PIECE):
        pass
    # For a limited stream, the number of bytes still missing.
    return int(getattr(stream, "limit", 0)) <= 0


def _entry(
    record: ArcWarcRecord, name: str, place: str, redirects: list[tuple[str, str]]
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
    media_type, _separator, parameters = declared.partition(";")
    return FoundCapture(
        name=address,
        place=place,
        address=address,
        media_type=media_type.strip().lower(),
        charset=_parameter(parameters, "charset"),
        bundle=name,
        digest=record.rec_headers.get_header("WARC-Payload-Digest") or "",
        is_revisit=kind == "revisit",
        status="" if status.startswith("2") else status,
    )


def _parameter(parameters: str, wanted: str) -> str:
    for parameter in parameters.split(";"):
        key, _separator, value = parameter.partition("=")
        if key.strip().lower() == wanted:
            return value.strip(" \"'")
    return ""


def read_record(entry: FoundCapture, limit: int) -> bytes:
    """Return at most `limit` + 1 bytes of a record's content, decoded."""
    path, _separator, offset = entry.place.rpartition("\0")
    try:
        with open_regular(Path(path), follow_links=False) as file:
            file.seek(int(offset))
            record = next(_Records(file))
            address = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<> ")
            if address != entry.address:
                raise SourceError(
                    entry.name, 0, _("changed while it was read; import the file again")
                )
            stream, pieces, size = record.raw_stream, [], 0
            while size <= limit and (piece := stream.read(PIECE)):
                pieces.append(piece)
                size += len(piece)
            data = b"".join(pieces)
    except (*UNREADABLE, StopIteration) as failure:
        raise SourceError(
            entry.name, 0, _("is damaged or has changed; import the file again")
        ) from failure
    headers = record.http_headers
    if headers is None or size > limit:
        return data[: limit + 1]
    if (headers.get_header("Transfer-Encoding") or "").strip().lower() == "chunked":
        data = http_body.unchunked(data)
    return http_body.decoded(data, headers.get_header("Content-Encoding") or "", limit)
