"""Export articles with their comments as JSON.

One article has the form of the expected results of text captures; many articles have the ids of
their source.
"""

from collections import Counter
from datetime import datetime
from typing import NotRequired, TypedDict
from urllib.parse import unquote

from django.db.models import OuterRef
from django.db.models.functions import Coalesce

from ..importing.records import id_given
from ..models import Article, Comment, Source
from ..text.article_form import Form, PartCounts
from ..text.article_html import captioned
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
    """A comment in an export of many articles, with its own id and its parent's.

    ``kind`` is ``type``, "deleted" for the notice in place of a deleted comment, or "pending".
    ``old_ids`` are the URL fragments and URLs that led to the comment at its source. ``language`` is
    omitted if it is that of the article.
    """

    id: str | None
    parent_id: str | None
    parent_index: int | None
    author: str | None
    author_url: str | None
    status: str
    type: str
    kind: str
    date: str | None
    text: str
    old_ids: list[str]
    language: NotRequired[str]


class ExportedPicture(TypedDict):
    """A picture of an article. ``sha256`` is that of the original bytes, null if they are missing."""

    name: str
    alt: str
    caption: str | None
    sha256: str | None


class ExportedArticle(TypedDict):
    """One of many articles."""

    title: str | None
    authors: list[str]
    date: str | None
    url: str | None
    old_addresses: list[str]
    body_text: str
    blocks: PartCounts
    pictures: list[ExportedPicture]
    declared_count: int | None
    closed: bool
    comments: list[ExportedComment]


class PageCopy(TypedDict):
    """A saved page that shows an article which was read from another page."""

    name: str
    of: str | None


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
    index: dict[int, int] = {}
    is_page = article.source is not None and article.source.format == "html"
    for row in Comment.objects.filter(discussion_id=article.pk).in_reading_order().iterator():
        ids[row.pk] = id_given(row.source_key) if row.source_key else str(row.number)
        index[row.pk] = len(comments)
        is_html = row.markup == Comment.Markup.HTML
        made: ExportedComment = {
            "id": ids[row.pk],
            "parent_id": None if row.parent_id is None else ids[row.parent_id],
            "parent_index": None if row.parent_id is None else index[row.parent_id],
            "author": row.name or None,
            "author_url": row.author_url,
            "status": str(row.status),
            "type": str(row.kind),
            "kind": _kind(row, is_page and row.import_run_id is not None),
            "date": _iso_date(row.dated_at, row.date_is_local) if row.dated_at else None,
            "text": plain_text(row.body) if is_html else row.body,
            "old_ids": (row.source_ids or "").split(),
        }
        if row.language:
            made["language"] = row.language
        comments.append(made)
    is_rich = article.markup == Article.Markup.RICH
    form = Form(article.body) if is_rich else None
    addresses = article.former_addresses.filter(number=None, file=None).values_list(
        "address", flat=True
    )
    return {
        "title": article.title or None,
        "authors": [byline.author.name for byline in article.bylines.select_related("author")],
        "date": _iso_date(article.published_at, article.date_is_local)
        if article.published_at
        else None,
        "url": article.source_url or None,
        "old_addresses": [address for address in addresses if address != article.source_url],
        "body_text": form.words if form else article.plain,
        "blocks": form.counts if form else _counts(article),
        "pictures": _pictures(article) if is_rich else [],
        "declared_count": article.discussion.declared_count,
        "closed": article.discussion.is_closed,
        "comments": comments,
    }


def _kind(comment: Comment, is_page: bool) -> str:
    # For a comment that was deleted at its source, the page shows a notice.
    if comment.status == Comment.Status.REMOVED and is_page:
        return "deleted"
    return "pending" if comment.status == Comment.Status.PENDING else str(comment.kind)


def _counts(article: Article) -> PartCounts:
    kinds = Counter(block.kind for block in article.blocks)
    return PartCounts(
        headings=kinds["heading"],
        paragraphs=kinds["paragraph"] + kinds["point"],
        pictures=0,
        tables=0,
        quotes=0,
        code=0,
        embeds=0,
    )


def _pictures(article: Article) -> list[ExportedPicture]:
    """Return the pictures in the order of the text, with the last part of their URLs as names."""
    stored = article.pictures.exclude(file=None)
    addresses = dict(stored.values_list("file__sha256", "address"))
    return [
        {
            "name": unquote(
                (addresses.get(p.sha256, "") if p.sha256 else p.source).partition("?")[0]
            ).rpartition("/")[2],
            "alt": p.alt,
            "caption": caption,
            "sha256": p.sha256 or None,
        }
        for p, caption in captioned(article.body)
    ]


def pages_as_dict() -> tuple[list[str], list[PageCopy]]:
    """Return the names of saved pages without an article, and of copies with their articles."""
    no_articles: list[str] = []
    copies: list[PageCopy] = []
    own = Article.objects.filter(source=OuterRef("pk")).order_by("pk").values("source_url")[:1]
    pages = Source.objects.filter(format="html").order_by("pk")
    rows = pages.annotate(of=Coalesce("copy_of__source_url", own)).values_list(
        "name", "other_names", "no_article", "copy_of_id", "of"
    )
    for name, other_names, no_article, copy_of, url in rows.iterator():
        if no_article:
            no_articles += [] if copy_of else [name, *other_names]
        else:
            names = [name, *other_names] if copy_of else other_names
            copies += [{"name": each, "of": url} for each in names]
    return no_articles, copies


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
