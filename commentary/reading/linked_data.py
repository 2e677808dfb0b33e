"""Structured data for search engines and archives: JSON-LD with schema.org types."""

from collections.abc import Sequence
from typing import TypeAlias

from django.utils.safestring import SafeString
from django.utils.text import Truncator

from ..models import Article, Author
from ..text.dates import iso
from ..text.markup import data_block, rendered_text
from .outlined import OutlinedComment

Json: TypeAlias = "str | int | list[Json] | dict[str, Json]"

MOST = 100  # comments; the whole text of a page would double its size
LETTERS = 160  # characters of a comment, enough to recognise it


def article_data(
    article: Article, authors: Sequence[Author], comments: Sequence[OutlinedComment], address: str
) -> SafeString:
    """Return JSON-LD of an article and the first comments of its page, with nested replies.

    `comments` come from `outline`; `address` is an absolute URL.
    """
    site = address.removesuffix(article.get_absolute_url())
    data: dict[str, Json] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": str(article),
        "url": address,
        "dateModified": iso(article.changed_at),
        "author": [
            {"@type": "Person", "name": author.name, "url": site + author.get_absolute_url()}
            for author in authors
        ],
        "commentCount": article.discussion.approved_count,
    }
    if article.language:
        data["inLanguage"] = article.language
    if picture := article.picture_path:
        data["image"] = site + picture
    if article.published_at:
        data["datePublished"] = iso(article.published_at, article.date_is_local)
    shapes, replies = {"": data}, dict[str, list[Json]]()
    for comment in comments:
        if len(shapes) > MOST:
            break
        if comment.html and not comment.classes:  # neither a placeholder nor pending
            shape = _comment(comment, address)
            above = comment.parent if comment.parent in shapes else ""
            if above not in replies:
                shapes[above]["comment"] = replies[above] = []
            replies[above].append(shape)
            shapes[comment.number] = shape
    return data_block(data, "application/ld+json")


def _comment(comment: OutlinedComment, address: str) -> dict[str, Json]:
    """Return one comment without its replies. It states its language if that isn't the article's."""
    words = " ".join(rendered_text(comment.html).split())
    shape: dict[str, Json] = {
        "@type": "Comment",
        "url": f"{address}comments/{comment.number}/",
        "author": {"@type": "Person", "name": comment.name},
        "text": Truncator(words).chars(LETTERS),
    }
    if comment.row.language:
        shape["inLanguage"] = comment.row.language
    if comment.row.dated_at:
        shape["dateCreated"] = iso(comment.row.dated_at, comment.row.date_is_local)
    return shape
