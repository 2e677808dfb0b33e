"""The entries of the audit log that match a filter, as a file: CSV or JSON."""

import csv
import io
import json
from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from ..importing.review_table import FORMULAS
from ..models import AuditEntry
from ..models.audit_chain import time_in_chain
from ..models.queries.arrival import NEWEST_FIRST, arrived_before

ROWS_AT_ONCE = 1_000
COLUMNS = (
    *("entry", "date", "user", "action", "article", "comment", "reason", "before", "after"),
    *("batch", "undoes", "position", "digest"),
)
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


def audit_file(entries: QuerySet[AuditEntry], kind: str) -> StreamingHttpResponse:
    """Return the entries as a download, the newest first. `kind` is a key of TYPES.

    Reads some rows at a time, by key, so that neither memory nor a statement grows with the log.
    """
    lines = _csv(entries) if kind == "csv" else _json(entries)
    response = StreamingHttpResponse(lines, content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="audit-log.{kind}"'
    return response


def _values(entries: QuerySet[AuditEntry]) -> Iterator[list[object]]:
    """Yield the values of COLUMNS."""
    rows = entries.order_by(*NEWEST_FIRST).select_related(None).defer(None)
    rows = rows.select_related("discussion__article", "comment")
    rows = rows.only(
        *("pk", "created_at", "actor_name", "verb", "discussion_id", "reason", "before", "after"),
        *("batch", "undoes_id", "position", "digest", "discussion__article__slug"),
        *("comment__number", "comment__discussion_id"),
    )
    following = rows
    while some := list(following[:ROWS_AT_ONCE]):
        for entry in some:
            yield [
                str(entry.key),
                time_in_chain(entry.created_at),
                entry.actor_name,
                entry.verb,
                entry.discussion.article.slug,
                entry.comment and entry.comment.number,
                entry.reason,
                entry.before,
                entry.after,
                entry.batch and str(entry.batch),
                entry.undoes_id and f"{entry.discussion_id}-{entry.undoes_id}",
                entry.position,
                entry.digest,
            ]
        last = some[-1]
        following = arrived_before(rows, last.created_at, last.pk)


def _csv(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    yield _line(list(COLUMNS))
    for values in _values(entries):
        yield _line(values)


def _line(values: list[object]) -> str:
    """Return a line. Cells that a spreadsheet would evaluate get an apostrophe."""
    out = io.StringIO()
    cells = ("" if value is None else value for value in values)
    safe = (f"'{cell}" if str(cell).startswith(FORMULAS) else cell for cell in cells)
    csv.writer(out).writerow(safe)
    return out.getvalue()


def _json(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    """Yield an array of objects, each in a line."""
    start = "[\n"
    for values in _values(entries):
        row = dict(zip(COLUMNS, values, strict=True))
        yield start + json.dumps(row, ensure_ascii=False)
        start = ",\n"
    yield "[]\n" if start == "[\n" else "\n]\n"
