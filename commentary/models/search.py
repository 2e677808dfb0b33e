"""What search looks into: one row for each article and comment, in the order of their dates."""

from django.db import models

from .child_key import ChildKey


class SearchRow(models.Model):
    """Where a text stands in time, and whose it is. Triggers write it; see the migration "search".

    Comments are not indexed themselves: every reply rewrites rows of its tree, and an index of
    words would be rewritten with each. `moment` is the minute of the text's date, 0 if it is not
    known, times 2**30, and below that its key: sorted by it, texts are sorted by date, and nothing
    else is needed to go on from a place. What is not approved is found by editors alone; an article
    is what its publication says. Beside these columns PostgreSQL keeps a `vector` of the words;
    SQLite has a table of its own for them, whose row ids are the moments.
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
