"""Convert database rows to the models of `schemas`.

Of a comment that isn't public, only the placeholder is included.
"""

from collections.abc import Iterable
from typing import cast

from .. import models
from ..text.body import body_html
from ..text.dates import iso
from .schemas import (
    ArticleLine,
    ArticleLink,
    ArticleWithComments,
    AuthorData,
    CommentOfArticle,
    ExcerptPart,
    Kind,
    PublicComment,
    SearchResult,
)


def article_line(article: models.Article, site: str) -> ArticleLine:
    """Return an article for a list. `site` is the URL of the site without a trailing slash."""
    discussion = article.discussion
    return ArticleLine(
        id=article.pk,
        title=article.title or None,
        authors=[author.name for author in article.authors.all()],
        date=iso(article.published_at, article.date_is_local) if article.published_at else None,
        changed=iso(article.changed_at),
        closed=discussion.is_closed,
        declared_count=discussion.declared_count,
        comment_count=discussion.approved_count,
        permalink=site + article.get_absolute_url(),
        json=site + article.get_json_url(),
    )


def article_page(
    article: models.Article,
    comments: Iterable[models.Comment],
    following: str | None,
    site: str,
) -> ArticleWithComments:
    """Return an article with its text and a page of its comments; `following` is the next page's
    URL.
    """
    return ArticleWithComments(
        **article_line(article, site).model_dump(),
        author_details=[
            AuthorData(
                name=author.name,
                biography=author.biography or None,
                picture=site + author.picture_path if author.picture_path else None,
                permalink=site + author.get_absolute_url(),
            )
            for author in article.authors.all()
        ],
        text="\n\n".join(block.words for block in article.blocks),
        html=body_html(article.blocks, site),
        related=[
            ArticleLink(label=link.label or None, text=link.caption, url=link.url or None)
            for link in article.related.all()
        ],
        comments=[comment_of(comment, article, site) for comment in comments],
        next=following,
    )


def comment_of(comment: models.Comment, article: models.Article, site: str) -> PublicComment:
    """Return a comment, or a placeholder for one that isn't public but has public replies."""
    parent = comment.parent and comment.parent.number
    if comment.status != models.Comment.Status.APPROVED:
        is_removed = comment.status == models.Comment.Status.REMOVED
        return PublicComment(
            number=comment.number,
            parent=parent,
            depth=comment.level,
            reply_count=comment.reply_count,
            status="removed" if is_removed else "hidden",
        )
    return PublicComment(
        number=comment.number,
        parent=parent,
        depth=comment.level,
        reply_count=comment.reply_count,
        status="approved",
        type=cast(Kind, str(comment.kind)),
        author=comment.name or None,
        by_article_author=comment.author_id in {author.pk for author in article.authors.all()},
        by_staff=bool(comment.by_staff),
        date=iso(comment.dated_at, comment.date_is_local) if comment.dated_at else None,
        edited=iso(comment.edited_at) if comment.edited_at else None,
        edited_by_editor=bool(comment.edited_by_editor),
        points=sorted(
            link.point for link in comment.point_links.all() if link.point in article.points
        ),
        language=comment.language or article.language or None,
        text=comment.plain,
        html=comment.body_html,
        permalink=f"{site}{article.get_absolute_url()}comments/{comment.number}/",
    )


def comment_with_article(
    comment: models.Comment, article: models.Article, site: str
) -> CommentOfArticle:
    """Return a comment with its article."""
    return CommentOfArticle(
        **comment_of(comment, article, site).model_dump(), article=article_line(article, site)
    )


def found(
    article: models.Article,
    comment: models.Comment | None,
    excerpt: Iterable[tuple[str, bool]],
    site: str,
) -> SearchResult:
    """Return a search result: a comment, or the article itself.

    `excerpt` has pieces of text, each with whether it matches.
    """
    return SearchResult(
        article=article_line(article, site),
        comment=comment and comment_of(comment, article, site),
        excerpt=[ExcerptPart(text=text, is_match=is_match) for text, is_match in excerpt],
    )
