"""The rules that every tree and every count keeps, and the check for them."""

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ..models import Article, Comment, Discussion
from ..models.comment import TREES_PER_DISCUSSION


@dataclass(frozen=True)
class BrokenRule:
    """A rule of the tree or of the counts that one comment or discussion breaks."""

    rule: str
    discussion_id: int
    number: int | None

    def __str__(self) -> str:
        text = (
            _("comment #%(number)s of discussion %(discussion)s: %(rule)s")
            if self.number
            else _("discussion %(discussion)s: %(rule)s")
        )
        return text % {
            "number": self.number,
            "discussion": self.discussion_id,
            "rule": _(self.rule),
        }


# With these four rules the intervals agree with the parent pointers: children lie inside their
# parents, every parent is exactly as wide as its children need, and no edge is used twice.
RULES = {
    gettext_noop("an article must have a discussion"): """
        SELECT a.id, NULL FROM {articles} a
        LEFT JOIN {discussions} d ON d.article_id = a.id WHERE d.article_id IS NULL
    """,
    gettext_noop("a root must have depth 0 and left edge 1, in its own tree"): """
        SELECT discussion_id, number FROM {table}
        WHERE parent_id IS NULL
          AND NOT (level = 0 AND lft = 1 AND tree_id = discussion_id * {trees} + number)
    """,
    gettext_noop(
        "a reply must be one level below its parent, within its edges, tree and discussion"
    ): """
        SELECT c.discussion_id, c.number FROM {table} c
        LEFT JOIN {table} p ON p.discussion_id = c.discussion_id AND p.id = c.parent_id
        WHERE c.parent_id IS NOT NULL
          AND (p.id IS NULL OR NOT (c.tree_id = p.tree_id AND c.level = p.level + 1
                                    AND c.lft > p.lft AND c.rght < p.rght))
    """,
    gettext_noop("the edges of a comment must leave exactly enough room for its replies"): """
        SELECT c.discussion_id, c.number FROM {table} c
        LEFT JOIN (SELECT discussion_id, parent_id, sum(CAST(rght AS bigint) - lft + 1) AS width
                   FROM {table} WHERE parent_id IS NOT NULL GROUP BY discussion_id, parent_id) r
               ON r.discussion_id = c.discussion_id AND r.parent_id = c.id
        WHERE c.rght - c.lft - 1 <> coalesce(r.width, 0)
    """,
    gettext_noop("the reply count must match the approved replies"): """
        SELECT c.discussion_id, c.number FROM {table} c
        LEFT JOIN (SELECT discussion_id, parent_id,
                          sum(CAST(reply_count AS bigint)
                              + CASE WHEN status = 'approved' THEN 1 ELSE 0 END) AS replies
                   FROM {table} WHERE parent_id IS NOT NULL GROUP BY discussion_id, parent_id) r
               ON r.discussion_id = c.discussion_id AND r.parent_id = c.id
        WHERE c.reply_count <> coalesce(r.replies, 0)
    """,
    gettext_noop("no two comments may share an edge of a tree"): """
        SELECT discussion_id, min(number) FROM (
            SELECT discussion_id, number, tree_id, lft AS edge FROM {table}
            UNION ALL
            SELECT discussion_id, number, tree_id, rght AS edge FROM {table}
        ) edges GROUP BY discussion_id, tree_id, edge HAVING count(*) > 1
    """,
    gettext_noop("no number may exceed the last number of the discussion"): """
        SELECT c.discussion_id, c.number FROM {table} c
        JOIN {discussions} d ON d.article_id = c.discussion_id
        WHERE c.number > d.last_number OR c.anonymous_number > d.last_anonymous_number
    """,
    gettext_noop("the counts of a discussion must match its comments"): """
        SELECT d.article_id, NULL FROM {discussions} d
        LEFT JOIN (SELECT discussion_id,
                          sum(CASE WHEN status = 'pending' THEN 1 ELSE 0 END) AS pending,
                          sum(CASE WHEN status = 'approved' THEN 1 ELSE 0 END) AS approved,
                          sum(CASE WHEN status = 'rejected' THEN 1 ELSE 0 END) AS rejected,
                          sum(CASE WHEN status = 'spam' THEN 1 ELSE 0 END) AS spam,
                          sum(CASE WHEN status = 'removed' THEN 1 ELSE 0 END) AS removed,
                          sum(CASE WHEN status = 'approved' AND import_run_id IS NOT NULL
                              THEN 1 ELSE 0 END) AS imported,
                          sum(CASE WHEN status = 'removed' AND import_run_id IS NOT NULL
                              THEN 1 ELSE 0 END) AS gone
                   FROM {table} GROUP BY discussion_id) c
               ON c.discussion_id = d.article_id
        WHERE d.pending_count <> coalesce(c.pending, 0)
           OR d.approved_count <> coalesce(c.approved, 0)
           OR d.rejected_count <> coalesce(c.rejected, 0)
           OR d.spam_count <> coalesce(c.spam, 0)
           OR d.removed_count <> coalesce(c.removed, 0)
           OR d.source_count <> coalesce(c.imported, 0)
           OR d.source_removed_count <> coalesce(c.gone, 0)
    """,
}


def check() -> list[BrokenRule]:
    """Return all broken rules of all trees, using SQL in time linear in the number of comments."""
    names = {
        "table": connection.ops.quote_name(Comment._meta.db_table),
        "articles": connection.ops.quote_name(Article._meta.db_table),
        "discussions": connection.ops.quote_name(Discussion._meta.db_table),
        "trees": TREES_PER_DISCUSSION,
    }
    broken = []
    with connection.cursor() as cursor:
        for rule, query in RULES.items():
            cursor.execute(query.format(**names))
            broken += [BrokenRule(rule, *row) for row in cursor.fetchall()]
    return broken
