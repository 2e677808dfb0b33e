"""The pages of lists of comments across articles."""

from typing import NamedTuple

from django.db.models import QuerySet

from ..models import Comment
from .parameters import TimelineCursor

COMMENTS_PER_LIST = 20  # of which each page shows the beginning


class CommentList(NamedTuple):
    """Comments, newest first, and the cursor of the next page ("" if there is none)."""

    comments: list[Comment]
    next: str


def newest_comments(
    comments: QuerySet[Comment], after: TimelineCursor | None = None
) -> CommentList:
    """Return the comments after a cursor, as many as fit on a page."""
    ordered = comments.order_by("-timeline_at", "-pk")
    dated, undated = ordered.filter(timeline_at__isnull=False), ordered.filter(timeline_at=None)
    if after is None:
        parts = [dated, undated]
    elif after.at is None:
        parts = [undated.filter(pk__lt=after.pk)]
    else:
        at, pk = after
        parts = [dated.filter(timeline_at__lte=at).exclude(timeline_at=at, pk__gte=pk), undated]
    found = [comment for part in parts for comment in part[: COMMENTS_PER_LIST + 1]]
    here = found[:COMMENTS_PER_LIST]
    last = here[-1] if len(found) > len(here) else None
    return CommentList(here, str(TimelineCursor(last.timeline_at, last.pk)) if last else "")
