"""Export articles with their comments as JSON.

One article has the form of the expected results of text captures; many articles have the ids of
their source.
"""

from datetime import datetime
from typing import NotRequired, TypedDict

from ..importing.records import id_given
from ..models import Article, Comment
from ..text.markup import plain_text


class ExportedBlock(TypedDict):
    """A block of an article's body, or a related link, which has `label` and `url`."""

    kind: str
    n: NotRequired[int]
    label: NotRequired[str]
    text: str
    url: NotRequired[str]


class PlacedComment(TypedDict):
    """A comment of a single article: its place in the tree, and the paragraphs of its text."""

    author: str | None
    depth: int
    parent_index: int | None
    text: list[str]
    date: NotRequired[str]
    type: NotRequired[str]
    status: NotRequired[str]


class OneArticle(TypedDict):
    """A single article, in the form of the expected results of text captures."""

    title: str | None
    authors: list[str]
    body_blocks: list[ExportedBlock]
    declared_count: int | None
    comments: list[PlacedComment]
    closed: bool


class ExportedComment(TypedDict):
    """A comment of one of many articles, with its own id and its parent's."""

    id: str | None
    parent_id: str | None
    author: str | None
    status: str
    type: str
    date: str | None
    text: str


class ExportedArticle(TypedDict):
    """One of many articles."""

    title: str | None
    url: str | None
    closed: bool
    comments: list[ExportedComment]


def article_as_dict(article: Article) -> OneArticle:
    """Return one article with all its comments, in reading order.

    ``date`` is a local time if the source gave no time zone, otherwise UTC. ``status`` and ``type``
    are omitted if they are "approved" and "comment".
    """
    blocks: list[ExportedBlock] = []
    for block in article.blocks:
        if block.number is None:
            blocks.append({"kind": block.kind, "text": block.text})
        else:
            blocks.append({"kind": block.kind, "n": block.number, "text": block.text})
    for link in article.related.all():
        related: ExportedBlock = {"kind": "related", "label": link.label, "text": link.caption}
        if link.url:
            related["url"] = link.url
        blocks.append(related)
    comments: list[PlacedComment] = []
    index: dict[int, int] = {}
    for row in Comment.objects.filter(discussion_id=article.pk).in_reading_order().iterator():
        index[row.pk] = len(comments)
        comments.append(_comment_as_dict(row, index))
    return {
        "title": article.title or None,
        "authors": [byline.author.name for byline in article.bylines.select_related("author")],
        "body_blocks": blocks,
        "declared_count": article.discussion.declared_count,
        "comments": comments,
        "closed": article.discussion.is_closed,
    }


def export_as_dict(article: Article) -> ExportedArticle:
    """Return one article for a list of many, with all its comments.

    Ids are those of the source, even if repeated or missing; comments written here have their
    numbers. ``date`` is in UTC with a Z, or a local time without it if the source gave no time
    zone. ``text`` has no markup.
    """
    comments: list[ExportedComment] = []
    ids: dict[int, str | None] = {}
    for row in Comment.objects.filter(discussion_id=article.pk).in_reading_order().iterator():
        ids[row.pk] = id_given(row.source_key) if row.source_key else str(row.number)
        comments.append(
            {
                "id": ids[row.pk],
                "parent_id": None if row.parent_id is None else ids[row.parent_id],
                "author": row.name or None,
                "status": str(row.status),
                "type": str(row.kind),
                "date": _iso_date(row.dated_at, row.date_is_local) if row.dated_at else None,
                "text": plain_text(row.body) if row.markup == Comment.Markup.HTML else row.body,
            }
        )
    return {
        "title": article.title or None,
        "url": article.source_url or None,
        "closed": article.discussion.is_closed,
        "comments": comments,
    }


def _iso_date(date: datetime, is_local: bool) -> str:
    return date.strftime("%Y-%m-%dT%H:%M:%S") + ("" if is_local else "Z")


def _comment_as_dict(comment: Comment, index: dict[int, int]) -> PlacedComment:
    made: PlacedComment = {
        "author": comment.name or None,
        "depth": comment.level,
        "parent_index": None if comment.parent_id is None else index[comment.parent_id],
        "text": comment.body.split("\n\n") if comment.body else [],
    }
    if comment.dated_at:
        shown = comment.dated_at.strftime("%Y-%m-%dT%H:%M")
        made["date"] = shown if comment.date_is_local else shown + "Z"
    if comment.kind != Comment.Kind.COMMENT:
        made["type"] = str(comment.kind)
    if comment.status != Comment.Status.APPROVED:
        made["status"] = str(comment.status)
    return made
