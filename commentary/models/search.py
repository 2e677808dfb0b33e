"""The search index: one row per article and comment, ordered by date."""

from django.db import models

from .child_key import ChildKey


class SearchRow(models.Model):
    """The position of a text in the search index. Written by triggers; see the migration "search".

    Comments have a separate table because every reply rewrites rows of its tree, and a full-text
    index would be rewritten too. `moment` is the text's date in minutes (0 if unknown) times 2**30,
    plus its key. Sorting by it sorts texts by date and makes it a unique cursor. Texts with
    `is_approved` False are found only by editors; for an article this is whether it is published.
    PostgreSQL also has a `vector` of the words; SQLite has a separate full-text table whose row ids
    are the moments.
    """

    moment = models.BigIntegerField(primary_key=True)
    article = models.ForeignKey(
        "commentary.Article", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False
    )
    comment = ChildKey(
        "commentary.Comment",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
    )
    is_approved = models.BooleanField()

    def __str__(self) -> str:
        return str(self.moment)
