"""The pages of lists of comments across articles."""

from typing import NamedTuple, TypeAlias

from django.db.models import QuerySet

from ..models import Comment
from .parameters import RepliesCursor, TimelineCursor

COMMENTS_PER_LIST = 20  # of which each page shows the beginning
LIST_SORTS = ("newest", "oldest", "replies")
ListCursor: TypeAlias = TimelineCursor | RepliesCursor
Comments: TypeAlias = QuerySet[Comment]


class CommentList(NamedTuple):
    """Comments in one order, and the cursor of the next page ("" if there is none)."""

    comments: list[Comment]
    next: str


def comment_list(
    comments: Comments, sort: str = LIST_SORTS[0], after: ListCursor | None = None
) -> CommentList:
    """Return the comments after a cursor, as many as fit on a page. Undated ones are last in any
    order by date.
    """
    if sort == "replies":
        parts = _by_replies(comments, after if isinstance(after, RepliesCursor) else None)
    else:
        in_order = _oldest if sort == "oldest" else _newest
        parts = in_order(comments, after if isinstance(after, TimelineCursor) else None)
    found = [comment for part in parts for comment in part[: COMMENTS_PER_LIST + 1]]
    here = found[:COMMENTS_PER_LIST]
    if len(found) == len(here):
        return CommentList(here, "")
    last = here[-1]
    by_replies, by_date = (last.reply_count, last.pk), (last.timeline_at, last.pk)
    end = RepliesCursor(*by_replies) if sort == "replies" else TimelineCursor(*by_date)
    return CommentList(here, str(end))


def _newest(comments: Comments, after: TimelineCursor | None) -> list[Comments]:
    ordered = comments.order_by("-timeline_at", "-pk")
    dated, undated = ordered.filter(timeline_at__isnull=False), ordered.filter(timeline_at=None)
    if after is None:
        return [dated, undated]
    at, pk = after
    if at is None:
        return [undated.filter(pk__lt=pk)]
    return [dated.filter(timeline_at__lte=at).exclude(timeline_at=at, pk__gte=pk), undated]


def _oldest(comments: Comments, after: TimelineCursor | None) -> list[Comments]:
    ordered = comments.order_by("timeline_at", "pk")
    dated, undated = ordered.filter(timeline_at__isnull=False), ordered.filter(timeline_at=None)
    if after is None:
        return [dated, undated]
    at, pk = after
    if at is None:
        return [undated.filter(pk__gt=pk)]
    return [dated.filter(timeline_at__gte=at).exclude(timeline_at=at, pk__lte=pk), undated]


def _by_replies(comments: Comments, after: RepliesCursor | None) -> list[Comments]:
    ordered = comments.order_by("-reply_count", "-pk")
    if after is None:
        return [ordered]
    later = ordered.filter(reply_count__lte=after.replies)
    return [later.exclude(reply_count=after.replies, pk__gte=after.pk)]
