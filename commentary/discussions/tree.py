"""The only code that changes tree structure: parents, order and numbers of comments.

Every function locks the discussion before it loads the comments it changes. Each root has its own
MPTT tree, whose id is computed from the root's number.
"""

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Count, F, Max
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Comment, Discussion
from ..models.comment import TREES_PER_DISCUSSION
from ..models.discussion import lock_discussion
from ..models.fixtures import is_computed
from ..models.insert_rows import insert_rows
from .tree_rules import check as check


class TooDeep(Exception):
    """A reply would be deeper than COMMENT_MAX_DEPTH."""


class BadMove(Exception):
    """A comment can't be moved into its own branch or to another discussion."""


def _number(discussion: Discussion, comment: Comment) -> None:
    """Give a new comment of a locked discussion its permanent number and, if unnamed, its anonymous
    number.
    """
    comment.number = _take_numbers(discussion, 1)
    comment.anonymous_number = _next_anonymous_number(discussion) if comment.is_unnamed else None


def _take_numbers(discussion: Discussion, count: int) -> int:
    """Take the next `count` numbers and return the first."""
    discussion.last_number += max(count - discussion.numbers_reserved, 0)
    discussion.numbers_reserved = max(discussion.numbers_reserved - count, 0)
    return discussion.last_number - discussion.numbers_reserved - count + 1


def _next_anonymous_number(discussion: Discussion) -> int:
    """Take and return the next anonymous number."""
    if discussion.anonymous_numbers_reserved:
        discussion.anonymous_numbers_reserved -= 1
    else:
        discussion.last_anonymous_number += 1
    return discussion.last_anonymous_number - discussion.anonymous_numbers_reserved


def assign_anonymous_number(discussion: Discussion, comment: Comment) -> None:
    """Give a stored comment that has lost its name an anonymous number, in a locked discussion.

    A comment keeps the anonymous number it once had.
    """
    if not comment.is_unnamed or comment.anonymous_number is not None:
        return
    comment.anonymous_number = _next_anonymous_number(discussion)
    Comment.objects.filter(pk=comment.pk).update(anonymous_number=comment.anonymous_number)


def insert(discussion_id: int, comment: Comment, parent_id: int | None = None) -> Comment:
    """Add a new comment as the last reply to its parent, or as a root.

    Raises TooDeep, or Comment.DoesNotExist if the parent is not in this discussion.
    """
    with lock_discussion(
        discussion_id, numbers=1, anonymous_numbers=int(comment.is_unnamed)
    ) as discussion:
        here = Comment.objects.filter(discussion_id=discussion_id)
        place(discussion, comment, None if parent_id is None else here.get(pk=parent_id))
        comment.save(force_insert=True)
    return comment


def place(discussion: Discussion, comment: Comment, parent: Comment | None) -> None:
    """Give a new comment of a locked discussion its number, and its place as the last reply to
    `parent` or as a root. The caller stores it.

    `parent` was loaded since the discussion was locked. Raises TooDeep.
    """
    comment.discussion, comment.parent = discussion, None
    _number(discussion, comment)
    if parent is None:
        comment.tree_id, comment.lft, comment.rght, comment.level = comment.own_tree_id, 1, 2, 0
    else:
        if parent.level >= settings.COMMENT_MAX_DEPTH:
            raise TooDeep(
                ngettext(
                    "Replies can be at most %(n)s level deep. Reply to an earlier comment instead.",
                    "Replies can be at most %(n)s levels deep. Reply to an earlier comment instead.",
                    settings.COMMENT_MAX_DEPTH,
                )
                % {"n": settings.COMMENT_MAX_DEPTH}
            )
        _make_space(discussion.pk, parent.tree_id, parent.rght, 2, int(comment.is_public))
        comment.parent, comment.tree_id = parent, parent.tree_id
        comment.lft, comment.rght = parent.rght, parent.rght + 1
        comment.level = parent.level + 1
    if comment.status in Comment.PUBLIC:
        discussion.mark_visible()


def _make_space(discussion_id: int, tree_id: int, edge: int, width: int, replies: int) -> None:
    """Shift everything from the right `edge` of a comment by `width` edges, and add `replies` to
    the reply counts of the comment and its ancestors. One UPDATE.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE commentary_comment SET
                lft = CASE WHEN lft > %s THEN lft + %s ELSE lft END,
                rght = rght + %s,
                reply_count = CASE WHEN lft < %s THEN reply_count + %s ELSE reply_count END
            WHERE discussion_id = %s AND tree_id = %s AND rght >= %s
            """,
            [edge, width, width, edge, replies, discussion_id, tree_id, edge],
        )


def count_replies(steps: Mapping[int, int]) -> None:
    """Update the reply counts of ancestors, under a lock.

    `steps` maps the keys of comments to +1 (became approved) or -1 (no longer approved). One UPDATE
    for each of the two.
    """
    held = Comment.require_lock()
    if any(steps.values()):
        held.mark_visible()
    table = connection.ops.quote_name(Comment._meta.db_table)
    for step in (+1, -1):
        ids = [pk for pk, moved in steps.items() if moved == step]
        if not ids:
            continue
        marks = ", ".join(["%s"] * len(ids))
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                WITH RECURSIVE above (id) AS (
                    SELECT parent_id FROM {table}
                    WHERE discussion_id = %s AND id IN ({marks}) AND parent_id IS NOT NULL
                    UNION ALL
                    SELECT c.parent_id FROM {table} c JOIN above ON c.id = above.id
                    WHERE c.discussion_id = %s AND c.parent_id IS NOT NULL
                )
                UPDATE {table} SET reply_count = reply_count + %s * n.replies
                FROM (SELECT id, count(*) AS replies FROM above GROUP BY id) AS n
                WHERE {table}.discussion_id = %s AND {table}.id = n.id
                """,
                [held.pk, *ids, held.pk, step, held.pk],
            )


def move(
    discussion_id: int, comment_id: int, parent_id: int | None, before: int | None = None
) -> None:
    """Move a comment with its branch, to be the last reply to another or a root (`parent_id` None).

    With `before`, it comes before this reply to the same parent instead. Raises BadMove, or
    Comment.DoesNotExist if one of them is not in this discussion.
    """
    with lock_discussion(discussion_id) as discussion:
        comments = Comment.objects.filter(discussion_id=discussion_id)
        comment = comments.get(pk=comment_id)
        if comment.parent_id == parent_id:
            return
        discussion.mark_visible()
        parent = None if parent_id is None else comments.get(pk=parent_id)
        if parent and parent.is_descendant_of(comment, include_self=True):
            raise BadMove(_("A comment can’t become a reply to itself or to one of its replies."))
        moved = comment.reply_count + comment.is_public
        comment.get_ancestors().update(reply_count=F("reply_count") - moved)
        sibling = parent and before and comments.filter(pk=before, parent_id=parent_id).first()
        if sibling:
            Comment.objects._move_node(comment, sibling, "left")
        else:
            Comment.objects._move_node(comment, parent, "last-child")
        Comment.objects.filter(pk=comment_id).update(parent_id=parent_id)
        comments.get(pk=comment_id).get_ancestors().update(reply_count=F("reply_count") + moved)


# --- bulk insert


def bulk_insert(
    discussion_id: int,
    comments: Iterable[Comment],
    parents: Sequence[int | Comment | None],
    public: Sequence[bool] | None = None,
) -> None:
    """Store many new comments of a discussion, in linear time.

    `parents` has for each comment the index of an earlier comment, a stored comment of the same
    discussion, or None for a root. Numbers are given in this order. `public` says for each whether
    it is approved; it may be omitted if `comments` is a list. `comments` may be an iterator, even
    one that yields the same instance again.

    Raises ValueError if a parent comes after its reply. The depth limit does not apply to imported
    comments.
    """
    if not parents:
        return
    if public is None:
        comments = list(comments)
        public = [comment.is_public for comment in comments]
    with lock_discussion(discussion_id) as discussion:
        first = _take_numbers(discussion, len(parents))
        if any(public):
            discussion.mark_visible()
        stored = _store(_placed(discussion, first, comments, parents, public))
        if stored != len(parents):
            raise RuntimeError(f"{len(parents)} comments were given, but {stored} were stored.")


def _placed(
    discussion: Discussion,
    first: int,
    comments: Iterable[Comment],
    parents: Sequence[int | Comment | None],
    public: Sequence[bool],
) -> Iterator[Comment]:
    """Yield the comments with their keys, their numbers from `first` on, and their places."""
    widths = _sums(parents, [2] * len(parents))
    approved = _sums(parents, public)
    tops = _make_room(discussion.pk, parents, widths, approved)
    keys = _take_keys(len(parents))
    trees, edges, levels = array("q", keys), array("l", keys), array("l", keys)
    for i, (comment, parent) in enumerate(zip(comments, parents, strict=True)):
        comment.pk, comment.number = keys[i], first + i
        if comment.discussion_id != discussion.pk:  # not for one that comes again
            comment.discussion = discussion
        if isinstance(parent, int):
            comment.parent_id, comment.tree_id = keys[parent], trees[parent]
            comment.lft, comment.level = edges[parent], levels[parent] + 1
            edges[parent] += widths[i]
        elif parent is None:
            comment.parent_id, comment.tree_id = None, comment.own_tree_id
            comment.lft, comment.level = 1, 0
        else:
            comment.parent_id = parent.pk
            comment.tree_id, comment.lft, comment.level = tops[i]
        comment.rght = comment.lft + widths[i] - 1
        comment.reply_count = approved[i] - public[i]
        trees[i], edges[i], levels[i] = comment.tree_id, comment.lft + 1, comment.level
        comment.anonymous_number = (
            _next_anonymous_number(discussion) if comment.is_unnamed else None
        )
        yield comment
        comment._state.adding, comment._state.db = False, DEFAULT_DB_ALIAS


def _sums(parents: Sequence[int | Comment | None], own: Sequence[int]) -> "array[int]":
    """Return for each comment the sum of `own` over its branch."""
    sums = array("l", own)
    for i in range(len(parents) - 1, -1, -1):
        parent = parents[i]
        if isinstance(parent, int):
            if not 0 <= parent < i:
                raise ValueError(f"comment {i} replies to {parent}, which does not come before it")
            sums[parent] += sums[i]
    return sums


def _make_room(
    discussion_id: int,
    parents: Sequence[int | Comment | None],
    widths: "array[int]",
    approved: "array[int]",
) -> dict[int, tuple[int, int, int]]:
    """Make room in stored trees for replies to stored comments.

    Returns (tree id, first edge, depth) by index. Each parent is widened once, from left to right,
    so that no place computed earlier has to shift again.
    """
    below: dict[int, list[int]] = {}
    for i, parent in enumerate(parents):
        if isinstance(parent, Comment):
            below.setdefault(parent.pk, []).append(i)
    found = Comment.objects.filter(pk__in=below, discussion_id=discussion_id) if below else ()
    stored = sorted((c.tree_id, c.rght, c.level, c.pk) for c in found)
    if len(stored) < len(below):
        raise Comment.DoesNotExist(f"A parent is not in discussion {discussion_id}.")
    places, shifted = {}, dict.fromkeys((tree_id for tree_id, *_ in stored), 0)
    for tree_id, rght, level, pk in stored:
        edge = rght + shifted[tree_id]
        width = sum(widths[i] for i in below[pk])
        _make_space(discussion_id, tree_id, edge, width, sum(approved[i] for i in below[pk]))
        shifted[tree_id] += width
        for i in below[pk]:
            places[i] = (tree_id, edge, level + 1)
            edge += widths[i]
    return places


def _take_keys(count: int) -> Sequence[int]:
    """Reserve primary keys for `count` new rows."""
    table = Comment._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The name of the sequence is looked up once.
            cursor.execute(
                "SELECT array_agg(nextval(name)) "
                "FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name OFFSET 0) AS s, "
                "generate_series(1, %s)",
                [table, count],
            )
            return array("q", cursor.fetchone()[0])
        # SQLite: we hold the write lock, and AUTOINCREMENT remembers the highest key.
        cursor.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()[0]
        return range(last + 1, last + 1 + count)


Column = str | int | datetime | None  # the value of a column of a comment
# Types that the driver accepts as they are.
PLAIN = {int, str, bool, type(None)}
PLAIN |= {datetime} if connection.vendor == "postgresql" else set()


def _store(comments: Iterator[Comment]) -> int:
    """Write numbered comments and return how many. Columns that compute their value do so here."""
    fields = [field for field in Comment._meta.concrete_fields if field.column]
    filling = [(f.attname, f.pre_save) for f in fields if is_computed(f)]
    others = [(name, fill) for name, fill in filling if name not in Comment.DERIVED]
    values_of = itemgetter(*(f.attname for f in fields))
    now = timezone.now()
    stamp = connection.ops.adapt_datetimefield_value(now)

    def row(comment: Comment) -> list[Column]:
        values = comment.__dict__
        values["created_at"] = now
        if comment.derived is not None:
            values.update(zip(Comment.DERIVED, comment.derived, strict=True))
        for name, fill in filling if comment.derived is None else others:
            values[name] = fill(comment, True)
        return [v if type(v) in PLAIN else prepared(v) for v in values_of(values)]

    def prepared(value: str | datetime) -> Column:
        """Convert a value for the driver: choices and SafeString become plain str."""
        if isinstance(value, str):
            return str.__str__(value)
        return stamp if value is now else connection.ops.adapt_datetimefield_value(value)

    return insert_rows(Comment, [str(field.column) for field in fields], map(row, comments))


# --- repair


def repair(discussion_id: int) -> int:
    """Rebuild structure and counts of one discussion from parent pointers and statuses.

    Returns the number of comments changed; correct ones are not written. A parent in another
    discussion is dropped, and so is that of the oldest comment in a circular reply chain; both
    become roots. Siblings keep their order. An article without a discussion gets one.
    """
    Discussion.objects.get_or_create(article_id=discussion_id)
    with lock_discussion(discussion_id) as discussion:
        rows = _rows_in_order(discussion_id)
        parent_of = {
            pk: row.parent_id if row.parent_id in rows else None for pk, row in rows.items()
        }
        for pk in _circle_openings(parent_of, {pk: row.number for pk, row in rows.items()}):
            parent_of[pk] = None
        children: dict[int | None, list[int]] = {}
        for pk, parent in parent_of.items():
            children.setdefault(parent, []).append(pk)
        return _settle(discussion, rows, parent_of, children)


class _Placed(NamedTuple):
    """A comment with its place in the structure: the columns of `PLACE`, then two others."""

    id: int
    parent_id: int | None
    tree_id: int
    lft: int
    rght: int
    level: int
    reply_count: int
    number: int
    status: str


def _rows_in_order(discussion_id: int) -> dict[int, _Placed]:
    """Return all comments by their key, in reading order."""
    rows = Comment.objects.filter(discussion_id=discussion_id).order_by("tree_id", "lft", "number")
    return {row[0]: _Placed._make(row) for row in rows.values_list(*_Placed._fields)}


def rebuild_tree(
    discussion_id: int, parents: Mapping[int, int | None], places: Mapping[int, int | None]
) -> None:
    """Recompute structure and counts after rows were removed or written back by the undo or redo of
    an import.

    `parents` are new parents by comment. `places` has for each comment that gets a place among its
    siblings the one before it, None if it is the first. One that no longer exists counts as
    the last one.
    """
    with lock_discussion(discussion_id) as discussion:
        rows = _rows_in_order(discussion_id)
        parent_of = {pk: parents.get(pk, row.parent_id) for pk, row in rows.items()}
        children: dict[int | None, list[int]] = {}
        placed: dict[int | None, dict[int | None, list[int]]] = {}
        for pk in rows:
            if pk not in places:
                children.setdefault(parent_of[pk], []).append(pk)
        for pk, before in places.items():
            if pk in rows:
                placed.setdefault(parent_of[pk], {}).setdefault(before, []).append(pk)
        for parent, following in placed.items():
            children[parent] = list(_with_placed(children.get(parent, []), following))
        discussion.mark_visible()
        _settle(discussion, rows, parent_of, children)


def _with_placed(siblings: Sequence[int], following: dict[int | None, list[int]]) -> Iterator[int]:
    """Yield siblings, each followed by those whose place is after it."""

    def after(place: int | None) -> Iterator[int]:
        waiting = following.pop(place, [])[::-1]
        while waiting:
            pk = waiting.pop()
            yield pk
            waiting += following.pop(pk, [])[::-1]

    yield from after(None)
    for pk in siblings:
        yield pk
        yield from after(pk)
    for place in list(following):
        yield from after(place)


def _settle(
    discussion: Discussion,
    rows: Mapping[int, _Placed],
    parent_of: Mapping[int, int | None],
    children: Mapping[int | None, Sequence[int]],
) -> int:
    """Write structure and counts of a locked discussion. Returns the number of comments changed."""
    changed = []
    replies = dict.fromkeys(rows, 0)
    for root in children.get(None, ()):
        tree_id = discussion.pk * TREES_PER_DISCUSSION + rows[root].number
        lefts: list[int] = []
        edge, stack = 1, [(root, False)]
        while stack:
            pk, leaving = stack.pop()
            if leaving:
                lft = lefts.pop()
                above = parent_of[pk]
                if above is not None:
                    replies[above] += replies[pk] + (rows[pk].status == Comment.Status.APPROVED)
                place = (above, tree_id, lft, edge, len(lefts), replies[pk])
                if place != rows[pk][1:7]:
                    changed.append((pk, *place))
            else:
                lefts.append(edge)
                stack.append((pk, True))
                stack.extend((child, False) for child in reversed(children.get(pk, ())))
            edge += 1
    if changed:
        _rewrite(discussion.pk, changed)
    ours = Comment.objects.filter(discussion_id=discussion.pk)
    by_status = dict(ours.order_by().values_list("status").annotate(Count("pk")))
    counts = {f"{status}_count": by_status.get(status, 0) for status in Comment.Status}
    counts["source_count"] = ours.approved().exclude(import_run=None).count()
    counts["source_removed_count"] = ours.removed().exclude(import_run=None).count()
    if changed or any(getattr(discussion, name) != n for name, n in counts.items()):
        discussion.mark_visible()
    Discussion.objects.filter(pk=discussion.pk).update(
        **counts,
        last_number=Greatest("last_number", max((row.number for row in rows.values()), default=0)),
        last_anonymous_number=Greatest(
            "last_anonymous_number", ours.aggregate(most=Max("anonymous_number"))["most"] or 0
        ),
    )
    return len(changed)


def _circle_openings(parent_of: dict[int, int | None], numbers: dict[int, int]) -> list[int]:
    """Return the comment with the lowest number in each circular reply chain."""
    openings, settled = [], set()
    for start in parent_of:
        path: list[int] = []
        on_path = set()
        pk: int | None = start
        while pk is not None and pk not in settled and pk not in on_path:
            path.append(pk)
            on_path.add(pk)
            pk = parent_of[pk]
        if pk in on_path:
            openings.append(min(path[path.index(pk) :], key=numbers.__getitem__))
        settled |= on_path
    return openings


PLACE = {
    "id": "bigint",
    "parent_id": "bigint",
    "tree_id": "bigint",
    "lft": "integer",
    "rght": "integer",
    "level": "integer",
    "reply_count": "integer",
}


def _rewrite(discussion_id: int, rows: Sequence[tuple[int | None, ...]]) -> None:
    """Write rows with the columns of `PLACE` in one UPDATE."""
    if connection.vendor == "postgresql":
        columns = ", ".join(f"{name} {kind}" for name, kind in PLACE.items())
        source = f"jsonb_to_recordset(%s::jsonb) AS n({columns})"
    else:
        columns = ", ".join(f"value ->> '{name}' AS {name}" for name in PLACE)
        source = f"(SELECT {columns} FROM json_each(%s)) AS n"
    assignments = ", ".join(f"{name} = n.{name}" for name in PLACE if name != "id")
    table = connection.ops.quote_name(Comment._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {assignments} FROM {source} "
            f"WHERE {table}.discussion_id = {int(discussion_id)} AND {table}.id = n.id",
            [json.dumps([dict(zip(PLACE, row, strict=True)) for row in rows])],
        )
