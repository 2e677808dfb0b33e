"""What each import run changed, so that the run can be undone, and what an undo removed, so that it
can be redone.
"""

from django.db import models

from .provenance import ImportRun


class ImportChange(models.Model):
    """What one import run did to one article, recorded in the transaction that did it.

    `article_key` is not a foreign key, because the row outlives an article that an undo removes; 0
    stands for what the run made beside articles. `data` is described in `importing.run_changes`.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.PROTECT, related_name="changes")
    article_key = models.PositiveBigIntegerField(db_index=True)
    is_new = models.BooleanField(default=False)
    is_undone = models.BooleanField(default=False)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "article_key"], name="import_change_once")
        ]

    def __str__(self) -> str:
        return f"article {self.article_key} in run {self.run_id}"


class UndoneRows(models.Model):
    """Rows that the undo of a change removed or replaced, compressed; see `models.stored_rows`.

    `kind` says of what: the name of a model, or another name given by `importing.undo_run`.
    """

    change = models.ForeignKey(
        ImportChange, on_delete=models.CASCADE, related_name="undone_rows", db_index=False
    )
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    data = models.BinaryField()

    class Meta:
        ordering = ["change", "position"]
        constraints = [
            models.UniqueConstraint(fields=["change", "position"], name="undone_rows_position")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.change}"
