"""Whole rows as they are stored: read, removed, and written back exactly.

Nothing is computed: a row that is written back has its key, its dates and its search text as
before. Only the undo and redo of an import use this, with the discussion locked.
"""

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models

from .insert_rows import insert_rows

T = TypeVar("T")
Row = list[Any]  # the values of all columns, as JSON
PLAIN = (str, int, float, bool, type(None), list, dict)


def columns_of(model: type[models.Model]) -> list[str]:
    """Return the names of the attributes of all columns."""
    return [field.attname for field in model._meta.concrete_fields]


def column_as_json(value: object) -> object:
    """Return the value of a column as JSON can hold it."""
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, str):
        return str.__str__(value)  # a SafeString or a choice as plain text
    return value if isinstance(value, PLAIN) else str(value)


def column_from_json(field: models.Field, value: Any) -> Any:
    """Return the value of a column that `column_as_json` converted."""
    if value is None or isinstance(field, models.JSONField):
        return value
    if isinstance(field, models.BinaryField):
        return base64.b64decode(value)
    if isinstance(field, models.ForeignKey):
        return column_from_json(field.target_field, value)
    return field.to_python(value)


def read_rows(rows: models.QuerySet) -> list[Row]:
    """Return all columns of the rows of a query."""
    found = rows.values_list(*columns_of(rows.model))
    return [[column_as_json(value) for value in row] for row in found]


def write_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows that `read_rows` returned. Columns that were added since get their default."""
    if not rows:
        return
    known = {field.attname: field for field in model._meta.concrete_fields}
    fields = [known[name] for name in columns if name in known]
    places = [at for at, name in enumerate(columns) if name in known]
    later = [field for name, field in known.items() if name not in columns]
    more = [field.get_db_prep_save(field.get_default(), connection) for field in later]
    values = (
        [
            *(
                field.get_db_prep_value(column_from_json(field, row[at]), connection)
                for field, at in zip(fields, places, strict=True)
            ),
            *more,
        ]
        for row in rows
    )
    insert_rows(model, [str(field.column) for field in [*fields, *later]], values)


def columns_set(row: models.Model, values: Mapping[str, object]) -> dict[str, Any]:
    """Set attributes of a row to values that `column_as_json` converted, and return them."""
    fields = {field.attname: field for field in row._meta.concrete_fields}
    columns = {n: column_from_json(fields[n], value) for n, value in values.items() if n in fields}
    for name, value in columns.items():
        setattr(row, name, value)
    return columns


def in_batches(keys: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """Yield the keys in lists of at most `size`."""
    rest = iter(keys)
    while some := list(islice(rest, size)):
        yield some


def delete_rows(rows: models.QuerySet) -> None:
    """Delete the rows of a query and nothing else. Foreign keys are checked at the commit."""
    rows = rows.order_by()
    rows._raw_delete(rows.db)


def packed(value: object) -> bytes:
    """Return JSON in compressed form."""
    return zlib.compress(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"), 1)


def unpacked(data: bytes | memoryview) -> Any:
    """Return what `packed` compressed."""
    return json.loads(zlib.decompress(bytes(data)).decode("utf-8", "surrogatepass"))


def highest_keys(models_: Iterable[type[models.Model]]) -> list[int]:
    """Return the highest key in the table of each model. One query."""
    quoted = connection.ops.quote_name
    parts = ", ".join(
        f"(SELECT coalesce(max({quoted(str(model._meta.pk.column))}), 0) "
        f"FROM {quoted(model._meta.db_table)})"
        for model in models_
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {parts}")
        return list(cursor.fetchone())
