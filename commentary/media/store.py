"""Stores a picture: the original, which is never served, and the copies for pages."""

import hashlib
from contextlib import suppress

from ..models import MediaFile
from ..text.picture_sizes import widths_of
from . import files
from .pictures import Unsafe, read_picture


def store_picture(data: bytes, name: str) -> MediaFile:
    """Store a picture unless its bytes are stored already, and return its row. `name` is its file
    name at the source.

    Files are written before the row, so that every row has its files. A picture that cannot be
    shown is kept too, with the reason in `problem`.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    if stored := MediaFile.objects.filter(sha256=sha256).first():
        return stored
    files.write_bytes(files.original_path(sha256), data)
    row = MediaFile(sha256=sha256, name=name[-300:], size=len(data))
    try:
        picture = read_picture(data)
    except Unsafe as refusal:
        row.problem = str(refusal)
    else:
        row.kind, row.width, row.height = picture.kind, picture.width, picture.height
        for width, copy in picture.copies.items():
            files.write_bytes(files.copy_path(sha256, width), copy)
    made, _is_new = MediaFile.objects.get_or_create(
        sha256=sha256,
        defaults={
            field: getattr(row, field)
            for field in ("name", "kind", "size", "width", "height", "problem")
        },
    )
    return made


def restore_picture(file: MediaFile, data: bytes) -> bool:
    """Store the files of a picture whose row exists. Return False if its size in pixels is wrong.

    A picture that wasn't shown where it comes from is not shown here either.
    """
    if file.width is not None:
        try:
            picture = read_picture(data)
        except Unsafe:
            return False
        if (picture.width, picture.height) != (file.width, file.height):
            return False
        for width, copy in picture.copies.items():
            files.write_bytes(files.copy_path(file.sha256, width), copy)
    files.write_bytes(files.original_path(file.sha256), data)
    return True


def remove_copies(sha256: str, width: int | None) -> None:
    """Delete the copies of a picture, so that it is no longer served. The original stays, so that
    `restore_copies` can make them again.
    """
    for step in widths_of(width) if width else ():
        files.delete_file(files.copy_path(sha256, step))


def restore_copies(sha256: str) -> None:
    """Make the copies of a picture again. A picture that cannot be shown has none."""
    with files.open_original(sha256) as original:
        data = original.read()
    with suppress(Unsafe):
        for width, copy in read_picture(data).copies.items():
            files.write_bytes(files.copy_path(sha256, width), copy)
