"""Queries on comments in SQL, for what is asked with every post: Django takes longer to compile such
a statement than the database to answer it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, connections, models
from django.utils import timezone

from .dated import M, ModelClass

# In the order of the fields.
ANSWERED = (
    *("id", "discussion_id", "number", "tree_id", "lft", "rght", "level"),
    *("reply_count", "status"),
)
TO_ANSWER = f"""
SELECT {", ".join(ANSWERED)}, EXISTS (
    SELECT 1 FROM commentary_comment AS above
    WHERE above.discussion_id = comment.discussion_id AND above.tree_id = comment.tree_id
        AND above.lft <= comment.lft AND above.rght >= comment.rght
        AND above.closed_entry_id IS NOT NULL
        AND (above.closed_from IS NULL OR above.closed_from <= %s)
        AND (above.closed_until IS NULL OR above.closed_until > %s)
)
FROM commentary_comment AS comment
WHERE discussion_id = %s AND id = %s AND status = 'approved'
"""
THREADS_TO = """
SELECT tree_id, max(replies), count(*), sum(text) FROM (
    SELECT tree_id, CASE WHEN parent_id IS NULL THEN reply_count END AS replies,
        CASE WHEN status = 'approved' {own} THEN {octets} ELSE 0 END AS text
    FROM commentary_comment
    WHERE discussion_id = %s AND tree_id > %s AND tree_id <= %s
        AND (status = 'approved' OR reply_count > 0 {own})
    LIMIT %s
) AS shown
GROUP BY tree_id ORDER BY tree_id
"""


class ThreadSize(NamedTuple):
    """How much of a page the comments of a thread take, and when the last one was written."""

    comments: int
    weight: int = 0
    active_at: datetime | None = None
    has_root: bool = True


class CommentStatements(models.QuerySet[M]):
    """The methods of `CommentQuerySet` that are written in SQL."""

    model: ModelClass

    def to_answer(self, discussion_id: int, pk: int) -> M | None:
        """Return an approved comment with only what a reply needs, and `branch_closed`: whether it or
        one of its ancestors is closed. One query.
        """
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(TO_ANSWER, [now, now, discussion_id, pk])
            row = cursor.fetchone()
        if row is None:
            return None
        comment = self.model.from_db(self.db, ANSWERED, row[:-1])
        comment.branch_closed = bool(row[-1])
        return comment

    def threads_to(
        self, discussion_id: int, tree_id: int, most: int, also: Sequence[int] = ()
    ) -> dict[int, tuple[int, ThreadSize]]:
        """Return the threads of a discussion up to one, in reading order: by tree id the reply count
        of the root, and the size as `thread_sizes` does. Threads whose root isn't shown are left out.

        Empty if they have more than `most` comments. One query.
        """
        own = f"OR id IN ({', '.join(['%s'] * len(also))})" if also else ""
        octets = "length(CAST(body_html AS BLOB))"
        connection = connections[self.db]
        if connection.vendor == "postgresql":
            octets = "octet_length(body_html)"
        first = discussion_id * self.model.TREES
        with connection.cursor() as cursor:
            cursor.execute(
                THREADS_TO.format(own=own, octets=octets),
                [*also, discussion_id, first, tree_id, *also, most + 1],
            )
            rows = cursor.fetchall()
        if sum(row[2] for row in rows) > most:
            return {}
        return {
            tree: (replies, ThreadSize(count, count * self.model.WEIGHT + text))
            for tree, replies, count, text in rows
            if replies is not None
        }
