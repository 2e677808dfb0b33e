"""Rows that an undo of an import removes, kept for its redo."""

from collections.abc import Iterable, Sequence

from django.db import connection, models
from django.db.models import Max

from ..discussions.audit import Actor, append_to_site
from ..models import AuditEntry, Discussion, ImportChange, ImportRun, UndoneRows
from ..models.audit_chain import Span, removed_spans
from ..models.stored_rows import Row, columns_of, delete_rows, in_batches, packed, read_rows
from .run_changes import label_of


def without_limits() -> None:
    """Let the statements of this transaction take as long as they need."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def positions_of(columns: Sequence[str], rows: Iterable[Row]) -> dict[int, str]:
    """Return the digests of rows of the audit log, by their positions in the chain."""
    position, digest = columns.index("position"), columns.index("digest")
    return {row[position]: row[digest] for row in rows if row[position] is not None}


def log_of_site(verb: str, key: int, run: ImportRun, by: Actor) -> None:
    """Note in the log of the site what happened to the article with this key and its own log."""
    length, head = Discussion.objects.values_list("log_length", "log_head").get(pk=key)
    details = {"article": key, "run": run.pk, "length": length or 0, "head": head or ""}
    append_to_site(verb, details, by)


class Keeper:
    """Keeps rows for the redo, in the order in which it writes them back."""

    def __init__(self, change: ImportChange) -> None:
        self.change = change
        last = change.undone_rows.aggregate(last=Max("position"))["last"]
        self.position = -1 if last is None else last
        self.files: set[int] = set()
        self.entries: dict[int, str] = {}  # digests of audit entries, by their positions

    def keep(self, kind: str, value: object) -> None:
        """Keep a value under a name that no model has."""
        self.position += 1
        UndoneRows.objects.create(
            change=self.change, position=self.position, kind=kind, data=packed(value)
        )

    def keep_rows(self, rows: models.QuerySet) -> None:
        """Keep whole rows."""
        model, columns = rows.model, columns_of(rows.model)
        if found := read_rows(rows):
            self.keep(label_of(model), {"columns": columns, "rows": found})
            if "file_id" in columns:
                at = columns.index("file_id")
                self.files |= {row[at] for row in found if row[at]}
            if model is AuditEntry:
                self.entries |= positions_of(columns, found)

    @property
    def removed(self) -> dict[str, list[Span]]:
        """The audit entries that were removed, as the entry about it says."""
        return {"removed": removed_spans(self.entries)} if self.entries else {}

    def remove(self, rows: models.QuerySet) -> None:
        """Keep rows and delete them."""
        model = rows.model
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        for some in in_batches(keys):
            chosen = model._base_manager.filter(pk__in=some)
            self.keep_rows(chosen.order_by("pk"))
            delete_rows(chosen)
