"""Unpacks ZIP files, such as the parts of a WordPress export or a download from Google Takeout."""

import os
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from .messages import gettext as _
from .records import SourceError
from .source import MAX_UNPACKED, open_regular

MAX_FILES = 200_000
SPARE = 10_000_000  # bytes that small files may unpack to in any case
CHUNK = 1 << 20
SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")  # of a ZIP file, and of an empty one
# Of the others, some need as much memory as the file says.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


def is_zip(path: str) -> bool:
    """Return whether a file is a ZIP file by its name and its start."""
    if not path.lower().endswith(".zip"):
        return False
    try:
        with open_regular(Path(path)) as file:
            return file.read(4) in SIGNATURES
    except OSError:
        return False


def unpack(path: Path, folder: Path, skip: Callable[[str, str], None]) -> None:
    """Unpack a ZIP file into an empty folder. `skip` is called with each member that is left out.

    Only regular files below the folder are written, and never more than 100 times the size of the
    file. Raises SourceError if it can't be read or unpacks to more.
    """
    try:
        with open_regular(path) as file, zipfile.ZipFile(file) as packed:
            left = os.fstat(file.fileno()).st_size * MAX_UNPACKED + SPARE
            members = packed.infolist()
            if len(members) > MAX_FILES:
                raise SourceError(
                    str(path),
                    0,
                    _("contains more than %(limit)s files") % {"limit": f"{MAX_FILES:,}"},
                )
            for member in members:
                name = member.filename
                if member.is_dir() or name.startswith("__MACOSX/"):
                    continue
                if why := _unsafe(member):
                    skip(name, why)
                    continue
                left -= _write(packed, member, folder / name, left, skip)
                if left < 0:
                    raise SourceError(
                        str(path),
                        0,
                        _("unpacks to more than %(limit)s times its size")
                        % {"limit": MAX_UNPACKED},
                    )
    except UNREADABLE as failure:
        raise SourceError(
            str(path), 0, _("cannot be unpacked: %(reason)s") % {"reason": failure}
        ) from failure


def _unsafe(member: zipfile.ZipInfo) -> str:
    """Return why a member is not unpacked, "" if it is."""
    parts = member.filename.split("/")
    if member.flag_bits & 0x1:
        return _("encrypted")
    if member.compress_type not in METHODS:
        return _("compressed by another method than Deflate")
    if stat.S_ISLNK(member.external_attr >> 16):
        return _("symbolic link")
    if any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts):
        return _("its path is not inside the ZIP file")
    return ""


def _write(
    packed: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    target: Path,
    limit: int,
    skip: Callable[[str, str], None],
) -> int:
    """Write a member, and return the number of bytes. Stops after `limit` bytes."""
    size = 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with packed.open(member) as stream, target.open("xb") as out:
            while size <= limit and (data := stream.read(CHUNK)):
                size += len(data)
                out.write(data)
    except FileExistsError:
        skip(member.filename, _("another file has the same name"))
    except OSError as failure:
        skip(
            member.filename,
            _("cannot be unpacked: %(reason)s") % {"reason": failure.strerror or failure},
        )
    return size
