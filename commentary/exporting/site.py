"""Exports a whole site as JSON Lines, see `importing.site_lines`.

The same rows always make the same bytes: an export that was restored is exported identically.
"""

import base64
from collections import Counter
from collections.abc import Callable, Iterator
from typing import BinaryIO

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..importing.site_lines import (
    HEADER,
    TABLES,
    VERSION,
    ExportedTable,
    line_of,
    names_account,
    pieces_of,
)
from ..media import open_original
from ..models import Comment, MediaFile, Source

ROWS_AT_ONCE = 2_000
COLUMNS_OF_FILES = {"id", "name", "sha256"}

# Called with the type of a line and the number of lines of that type so far.
Progress = Callable[[str, int], None]
# Called with a row that has bytes, and a function that yields them. Returns the path of the file
# that it wrote, or None to have them in the export.
Keep = Callable[[Source | MediaFile, Iterator[bytes]], str]


class PictureMissing(Exception):
    """The storage doesn't have the original of a picture. The message names it."""


def site_lines(
    progress: Progress = lambda name, number: None,
    warn: Callable[[str], None] = lambda warning: None,
    keep: Keep | None = None,
) -> Iterator[str]:
    """Yield the lines of an export. Call it inside a `database_snapshot`.

    `keep` writes the bytes of sources and pictures to files; without it they are in the lines.
    `warn` is called for pictures whose bytes are missing.
    """
    rows: Counter[str] = Counter()
    yield line_of(
        {
            "type": HEADER,
            "version": VERSION,
            "language": settings.TEXT_LANGUAGE,
            "time_zone": settings.TIME_ZONE,
        }
    )
    names = mentioned_accounts().values_list("username", flat=True)
    for username in sorted(names):  # databases sort text differently
        rows["account"] += 1
        yield line_of({"type": "account", "username": username})
    for table in TABLES.values():
        for values in _rows(table).iterator(ROWS_AT_ONCE):
            rows[table.name] += 1
            if table.model in (Source, MediaFile):
                yield from _with_bytes(table, values, warn, keep)
            else:
                yield table.line(values)
            progress(table.name, rows[table.name])
    yield line_of({"type": "end", "rows": dict(rows)})


def count_rows() -> int:
    """Return the number of rows to export, without the accounts."""
    return sum(table.model._base_manager.count() for table in TABLES.values())


def mentioned_accounts() -> QuerySet:
    """Return the accounts that exported rows mention, such as entries of the audit log."""
    mentioned = [
        table.model._base_manager.exclude(**{field.name: None}).order_by().values(field.attname)
        for table in TABLES.values()
        for field in table.fields
        if names_account(field)
    ]
    first, *others = mentioned
    return get_user_model()._default_manager.filter(pk__in=first.union(*others))


def _rows(table: ExportedTable) -> QuerySet:
    """Return the rows of a table. Comments are in reading order, so that parents come first."""
    order = ("tree_id", "lft") if table.model is Comment else ("pk",)
    return table.model._base_manager.order_by(*order).values_list(*table.lookups)


def _with_bytes(
    table: ExportedTable,
    values: tuple[object, ...],
    warn: Callable[[str], None],
    keep: Keep | None,
) -> Iterator[str]:
    """Yield the line of a row with bytes, and those of its bytes."""
    columns = dict(zip(table.lookups, values, strict=True))
    row = table.model(**{name: columns[name] for name in COLUMNS_OF_FILES})
    assert isinstance(row, Source | MediaFile)
    try:
        parts = row.read() if isinstance(row, Source) else _picture(row)
    except PictureMissing as failure:
        warn(str(failure))
        yield table.line(values)
        return
    if keep is not None:
        yield table.line(values, path=keep(row, parts))
        return
    yield table.line(values)
    for piece in pieces_of(parts):
        yield line_of({"type": "bytes", "base64": base64.b64encode(piece).decode()})


def _picture(row: MediaFile) -> Iterator[bytes]:
    try:
        stream = open_original(row.sha256)
    except OSError as failure:
        why = failure.strerror or failure
        raise PictureMissing(
            _("picture %(name)s was exported without its bytes: %(why)s")
            % {"name": row.name, "why": why}
        ) from failure
    return _read(stream)


def _read(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        while data := stream.read(1 << 18):
            yield data
