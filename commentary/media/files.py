"""Reads and writes the bytes of pictures in the site's default storage."""

from typing import BinaryIO, cast

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from ..text.picture_sizes import NAME


def original_path(sha256: str) -> str:
    return f"originals/{sha256[:2]}/{sha256}"


def copy_path(sha256: str, width: int) -> str:
    return f"copies/{sha256[:2]}/{sha256}-{width}.webp"


def write_bytes(path: str, data: bytes) -> None:
    """Store bytes under a path made from their digest, unless it exists already. An incomplete file
    of an interrupted import is replaced.
    """
    if default_storage.exists(path):
        if default_storage.size(path) == len(data):
            return
        default_storage.delete(path)
    stored = default_storage.save(path, ContentFile(data))
    if stored != path:  # another import has just stored it
        default_storage.delete(stored)


def open_original(sha256: str) -> BinaryIO:
    """Open the original. Raises OSError if the storage doesn't have it."""
    return cast(BinaryIO, default_storage.open(original_path(sha256)))


def open_copy(name: str) -> BinaryIO | None:
    """Open the copy that is served as `name`. Return None if there is none."""
    found = NAME.fullmatch(name)
    if not found:
        return None
    try:
        return cast(BinaryIO, default_storage.open(copy_path(found[1], int(found[2]))))
    except OSError:
        return None


def delete_file(path: str) -> None:
    """Delete a file, if there is one."""
    default_storage.delete(path)
