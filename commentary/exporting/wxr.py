"""Exports articles and comments in WordPress's own format, WXR 1.2."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple
from xml.sax.saxutils import escape

from django.conf import settings

from ..models import Article, Author, Comment, site_frame
from ..text.body import body_html
from ..text.dates import in_site_zone

NEVER = "0000-00-00 00:00:00"
NAMESPACES = {
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "wp": "http://wordpress.org/export/1.2/",
}
STATUSES = {
    Comment.Status.APPROVED: "1",
    Comment.Status.PENDING: "0",
    Comment.Status.SPAM: "spam",
    Comment.Status.REJECTED: "trash",
    Comment.Status.REMOVED: "trash",
}
# Characters that XML 1.0 can't contain, even as references.
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
PARAGRAPH_END = re.compile(r"</p>\s*(?:<p>)?|<p>")
BREAK = re.compile(r"<br\s*/?>\n?")
EMPTY = "<p></p>"
LINE_END = "\n"
COMMENTS_AT_ONCE = 1_000


class _Dates(NamedTuple):
    """A date as WordPress stores it: on a clock of the site, and in UTC."""

    local: str = NEVER
    utc: str = NEVER


def wxr(
    site: str,
    progress: Callable[[str, int], None] = lambda name, number: None,
) -> Iterator[str]:
    """Yield the parts of the file. `site` is the URL of the site. Call it inside a
    `database_snapshot`.
    """
    site = site.rstrip("/")
    yield '<?xml version="1.0" encoding="UTF-8" ?>\n<rss version="2.0"'
    yield "".join(f'\n\txmlns:{name}="{url}"' for name, url in NAMESPACES.items())
    yield ">\n<channel>\n"
    frame = site_frame()
    yield _element("title", frame.name)
    yield _element("link", site)
    yield _element("description", frame.tagline)
    yield _element("language", settings.TEXT_LANGUAGE)
    yield _element("wp:wxr_version", "1.2")
    yield _element("wp:base_site_url", site)
    yield _element("wp:base_blog_url", site)
    for author in Author.objects.order_by("pk").iterator():
        parts = (
            _element("wp:author_id", author.pk),
            _cdata("wp:author_login", _login(author)),
            _cdata("wp:author_email", ""),
            _cdata("wp:author_display_name", author.name),
            _cdata("wp:author_first_name", ""),
            _cdata("wp:author_last_name", ""),
        )
        # On one line: one of the parsers of WordPress's importer goes line by line.
        yield f"<wp:author>{''.join(parts).replace(LINE_END, '')}</wp:author>{LINE_END}"
    yield _element("generator", "Commentary")
    numbers, taken = count(1), set[tuple[str, str]]()
    articles = Article.objects.select_related("discussion").order_by("pk")
    for done, article in enumerate(articles.iterator(100), 1):
        yield from _item(article, site, numbers, taken)
        progress("articles", done)
    yield "</channel>\n</rss>\n"


def _item(
    article: Article, site: str, numbers: Iterator[int], taken: set[tuple[str, str]]
) -> Iterator[str]:
    """Yield an article with its comments. `taken` are the titles and dates of those before."""
    authors = [byline.author for byline in article.bylines.select_related("author")]
    address = f"{site}{article.get_absolute_url()}"
    dates = _own_dates(article, taken)
    yield "<item>\n"
    yield _cdata("title", article.title)
    yield _element("link", address)
    yield _cdata("dc:creator", _login(authors[0]) if authors else "")
    yield f'<guid isPermaLink="false">{escape(address)}</guid>\n'
    yield _element("description", "")
    content = _content(article, site)
    # WordPress doesn't store a post without title and content, nor its comments.
    yield _cdata("content:encoded", content if content or article.title.strip() else EMPTY)
    yield _cdata("excerpt:encoded", "")
    yield _element("wp:post_id", article.pk)
    yield _cdata("wp:post_date", dates.local)
    yield _cdata("wp:post_date_gmt", dates.utc)
    yield _cdata("wp:comment_status", "closed" if article.discussion.is_closed else "open")
    yield _cdata("wp:ping_status", "closed")
    yield _cdata("wp:post_name", article.slug)
    yield _cdata("wp:status", "publish" if article.is_published else "draft")
    yield _element("wp:post_parent", 0)
    yield _element("wp:menu_order", 0)
    yield _cdata("wp:post_type", "post")
    yield _cdata("wp:post_password", "")
    yield _element("wp:is_sticky", 0)
    for former in article.former_slugs.order_by("slug"):
        yield _meta("postmeta", "_wp_old_slug", former.slug)
    if len(authors) > 1:
        yield _meta("postmeta", "_commentary_authors", ", ".join(one.name for one in authors))
    # WordPress's importer finds only parents with a lower id, so ids are given in reading order.
    ids: dict[int, int] = {}
    comments = Comment.objects.filter(discussion=article.pk).in_reading_order()
    for comment in comments.iterator(COMMENTS_AT_ONCE):
        ids[comment.pk] = next(numbers)
        yield _comment(comment, ids)
    yield "</item>\n"


def _own_dates(article: Article, taken: set[tuple[str, str]]) -> _Dates:
    """Return the date of an article, moved by seconds if another one has its title and date.

    WordPress's importer takes two posts with the same title and date, or without a title and with
    the same date, for one.
    """
    title, when = " ".join(article.title.split()), article.published_at
    dates = _dates(when, article.date_is_local)
    while when is not None and (title, dates.local) in taken:
        when += timedelta(seconds=1)
        dates = _dates(when, article.date_is_local)
    taken |= {(title, dates.local), ("", dates.local)}
    return dates


def _dates(when: datetime | None, is_local: bool) -> _Dates:
    """Return a date for WordPress. If the time zone is unknown, only that on a clock is known."""
    if when is None:
        return _Dates()
    form = "%Y-%m-%d %H:%M:%S"
    if is_local:
        return _Dates(when.strftime(form))
    local = in_site_zone(when)
    return _Dates(local.strftime(form), when.strftime(form))


def _content(article: Article, site: str) -> str:
    """Return the body and the related links as HTML."""
    parts = [str(body_html(article.blocks, site))]
    for link in article.related.all():
        words = escape(link.caption)
        if link.url:
            words = f'<a href="{escape(link.url, {chr(34): "&quot;"})}">{words}</a>'
        parts.append(f"<p>{escape(link.label)} {words}</p>")
    return "\n".join(parts)


def _comment(comment: Comment, ids: dict[int, int]) -> str:
    dates = _dates(comment.dated_at, comment.date_is_local)
    is_comment = comment.kind == Comment.Kind.COMMENT
    parts = [
        "<wp:comment>\n",
        _element("wp:comment_id", ids[comment.pk]),
        _cdata("wp:comment_author", comment.name),
        _cdata("wp:comment_author_email", ""),
        _element("wp:comment_author_url", comment.author_url or ""),
        _cdata("wp:comment_author_IP", ""),
        _cdata("wp:comment_date", dates.local),
        _cdata("wp:comment_date_gmt", dates.utc),
        _cdata("wp:comment_content", _text(comment)),
        _cdata("wp:comment_approved", STATUSES[Comment.Status(comment.status)]),
        _cdata("wp:comment_type", "comment" if is_comment else str(comment.kind)),
        _element("wp:comment_parent", ids[comment.parent_id] if comment.parent_id else 0),
        _element("wp:comment_user_id", 0),
    ]
    if comment.status == Comment.Status.REJECTED:
        parts.append(_meta("commentmeta", "_commentary_status", "rejected"))
    return "".join([*parts, "</wp:comment>\n"])


def _text(comment: Comment) -> str:
    """Return the text as WordPress stores it: HTML with lines and empty lines, without `<p>`."""
    return BREAK.sub("\n", PARAGRAPH_END.sub("\n\n", comment.body_html)).strip("\n")


def _login(author: Author) -> str:
    """Return a user name that WordPress accepts: ASCII."""
    return author.slug if author.slug.isascii() else f"author-{author.pk}"


def _meta(kind: str, key: str, value: str) -> str:
    pair = _cdata("wp:meta_key", key) + _cdata("wp:meta_value", value)
    return f"<wp:{kind}>\n{pair}</wp:{kind}>\n"


def _element(name: str, value: object) -> str:
    return f"<{name}>{escape(NOT_IN_XML.sub('', str(value)))}</{name}>\n"


def _cdata(name: str, text: str) -> str:
    text = NOT_IN_XML.sub("", text).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{text}]]></{name}>\n"
