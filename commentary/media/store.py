"""Keep a picture: the original for the record, and the copies that are served."""

import hashlib

from ..models import MediaFile
from . import files
from .pictures import Unsafe, read_picture


def keep(data: bytes, name: str) -> MediaFile:
    """The stored picture with these bytes; stored now if it was not before. `name` is that of its
    file at the source.

    Files come before the row: a row never promises what the storage does not have. What cannot be
    shown is kept as well, with the reason in `problem`.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    if stored := MediaFile.objects.filter(sha256=sha256).first():
        return stored
    files.write(files.original_path(sha256), data)
    row = MediaFile(sha256=sha256, name=name[-300:], size=len(data))
    try:
        picture = read_picture(data)
    except Unsafe as refusal:
        row.problem = str(refusal)
    else:
        row.kind, row.width, row.height = picture.kind, picture.width, picture.height
        for width, copy in picture.copies.items():
            files.write(files.copy_path(sha256, width), copy)
    made, _is_new = MediaFile.objects.get_or_create(
        sha256=sha256,
        defaults={
            field: getattr(row, field)
            for field in ("name", "kind", "size", "width", "height", "problem")
        },
    )
    return made
