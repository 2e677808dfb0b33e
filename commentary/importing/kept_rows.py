"""Rows that an undo of an import removes, kept for its redo."""

from django.db import connection, models
from django.db.models import Max

from ..models import ImportChange, UndoneRows
from ..models.stored_rows import columns_of, delete_rows, in_batches, packed, read_rows
from .run_changes import label_of


def without_limits() -> None:
    """Let the statements of this transaction take as long as they need."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


class Keeper:
    """Keeps rows for the redo, in the order in which it writes them back."""

    def __init__(self, change: ImportChange) -> None:
        self.change = change
        last = change.undone_rows.aggregate(last=Max("position"))["last"]
        self.position = -1 if last is None else last
        self.files: set[int] = set()

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

    def remove(self, rows: models.QuerySet) -> None:
        """Keep rows and delete them."""
        model = rows.model
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        for some in in_batches(keys):
            chosen = model._base_manager.filter(pk__in=some)
            self.keep_rows(chosen.order_by("pk"))
            delete_rows(chosen)
