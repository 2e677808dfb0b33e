"""Rows to what the read API says of them. Its shapes are those of `openapi.json`, its names those
of the exports. Of a comment that is not public there is its place and nothing else."""

from collections.abc import Collection, Iterable
from typing import Any

from ..models import Article, Comment
from ..text.body import body_html
from ..text.dates import iso

Shape = dict[str, Any]


def article_line(article: Article, site: str) -> Shape:
    """An article in a list. `site` is the address of the site without a slash at its end, here and
    below."""
    discussion = article.discussion
    return {
        "id": article.pk,
        "title": article.title or None,
        "authors": [author.name for author in article.authors.all()],
        "date": article.published_at and iso(article.published_at, article.date_is_local),
        "changed": iso(article.changed_at),
        "closed": discussion.is_closed,
        "declared_count": discussion.declared_count,
        "comment_count": discussion.approved_count,
        "permalink": site + article.get_absolute_url(),
        "json": site + article.get_json_url(),
    }


def article_page(
    article: Article, comments: Collection[Comment], following: str | None, site: str
) -> Shape:
    """An article with its text and a page of its comments; `following` is the next page."""
    return article_line(article, site) | {
        "text": "\n\n".join(block.words for block in article.blocks),
        "html": body_html(article.blocks),
        "related": [
            {"label": link.label or None, "text": link.caption, "url": link.url or None}
            for link in article.related.all()
        ],
        "comments": [comment_shape(comment, article, site) for comment in comments],
        "next": following,
    }


def comment_shape(comment: Comment, article: Article, site: str) -> Shape:
    """A comment, or the place of one that is not public and has public replies."""
    shape: Shape = {
        "number": comment.number,
        "parent": comment.parent and comment.parent.number,
        "depth": comment.level,
        "reply_count": comment.reply_count,
        "status": "removed" if comment.status == Comment.Status.REMOVED else "hidden",
        "type": None,
        "author": None,
        "by_article_author": False,
        "date": None,
        "edited": None,
        "points": [],
        "text": None,
        "html": None,
        "permalink": None,
    }
    if comment.status != Comment.Status.APPROVED:
        return shape
    return shape | {
        "status": "approved",
        "type": str(comment.kind),
        "author": comment.name or None,
        "by_article_author": comment.author_id in {author.pk for author in article.authors.all()},
        "date": comment.dated_at and iso(comment.dated_at, comment.date_is_local),
        "edited": comment.edited_at and iso(comment.edited_at),
        "points": sorted(tie.point for tie in comment.ties.all() if tie.point in article.points),
        "text": comment.plain,
        "html": comment.body_html,
        "permalink": f"{site}{article.get_absolute_url()}comments/{comment.number}/",
    }


def found_shape(
    article: Article, comment: Comment | None, excerpt: Iterable[tuple[str, bool]], site: str
) -> Shape:
    """A text that a search found: a comment, or else the article. `excerpt` is in pieces, each with
    whether it is what was searched for."""
    return {
        "article": article_line(article, site),
        "comment": comment and comment_shape(comment, article, site),
        "excerpt": [{"text": text, "is_match": is_match} for text, is_match in excerpt],
    }
