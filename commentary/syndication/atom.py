"""Atom feeds (RFC 4287), in pages (RFC 5005): rows in, the text of a document out.

An entry's id is a tag URI made of its key, so it stays when a title or an address is edited;
`updated` is the last change of what the entry shows. `published` is left out where the source
named no time zone, for Atom cannot say so. The language of what people wrote is not known, and so
not named.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from django.conf import settings
from django.http.request import split_domain_port
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..models import Article, Comment
from ..text.body import body_html
from ..text.dates import iso

ATOM = "application/atom+xml"
NAMESPACES = {
    "xmlns": "http://www.w3.org/2005/Atom",
    "xmlns:thr": "http://purl.org/syndication/thread/1.0",
}
# What XML 1.0 cannot hold, not even as a reference.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # when a site with nothing on it changed last


class Feed(NamedTuple):
    """What a document says of the feed it is of. All addresses are complete.

    `site` is that of the site without a slash at its end, `page` of the page for people, `first`
    of the feed itself, which is its id; `here` and `older` of this document and the next.
    """

    title: str
    site: str
    page: str
    first: str
    here: str
    older: str
    since: datetime = NEVER


def document(
    feed: Feed, rows: Sequence[Article | Comment], acts: Mapping[int, datetime] | None = None
) -> str:
    """A document of articles and comments, see their `for_feed`. `acts` says when each comment
    became public or got other words, if it is not as it came."""
    changes = [
        row.changed_at if isinstance(row, Article) else (acts or {}).get(row.pk, row.created_at)
        for row in rows
    ]
    root = _head(feed, changes)
    for row, changed in zip(rows, changes, strict=True):
        if isinstance(row, Article):
            _article(root, feed, row, changed)
        else:
            _comment(root, feed, row, changed)
    text = ElementTree.tostring(root, "unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'


def _article(root: Element, feed: Feed, article: Article, changed: datetime) -> None:
    page = feed.site + article.get_absolute_url()
    entry = _entry(root, _tag(feed, "article", article), str(article), page)
    _dates(entry, changed, article.published_at, article.date_is_local)
    for author in article.authors.all():
        _author(entry, author.name, feed.site + author.get_absolute_url())
    replies = {
        "rel": "replies",
        "type": ATOM,
        "href": feed.site + article.get_feed_url(),
        "thr:count": str(article.discussion.approved_count),
    }
    _add(entry, "link", "", replies)
    _content(entry, page, body_html(article.blocks) + _related(article))


def _comment(root: Element, feed: Feed, comment: Comment, changed: datetime) -> None:
    article = comment.discussion.article
    name = comment.name or _("Anonymous")
    if not comment.name and comment.kind != Comment.Kind.COMMENT:
        name = comment.get_kind_display().capitalize()
    title = _("%(name)s on %(article)s") % {"name": name, "article": article}
    permalink = feed.site + comment.get_absolute_url()
    entry = _entry(root, _tag(feed, "comment", comment), title, permalink)
    _dates(entry, changed, comment.dated_at, comment.date_is_local)
    _author(entry, name)
    _answers(entry, feed, comment)
    _content(entry, feed.site + article.get_absolute_url(), comment.body_html)


def _head(feed: Feed, changes: Sequence[datetime]) -> Element:
    """A feed without its entries, which were last changed at these times."""
    root = Element("feed", NAMESPACES | {"xml:lang": get_language() or settings.LANGUAGE_CODE})
    _add(root, "id", feed.first)
    _add(root, "title", f"{feed.title} - {settings.SITE_NAME}")
    _add(root, "updated", iso(max(changes, default=feed.since)))
    _author(root, settings.SITE_NAME)
    _add(root, "link", "", {"rel": "self", "type": ATOM, "href": feed.here})
    _add(root, "link", "", {"rel": "alternate", "type": "text/html", "href": feed.page})
    _add(root, "link", "", {"rel": "first", "type": ATOM, "href": feed.first})
    if feed.older:
        _add(root, "link", "", {"rel": "next", "type": ATOM, "href": feed.older})
    return root


def _entry(root: Element, key: str, title: str, page: str) -> Element:
    entry = _add(root, "entry")
    _add(entry, "id", key)
    _add(entry, "title", title)
    _add(entry, "link", "", {"rel": "alternate", "type": "text/html", "href": page})
    return entry


def _dates(entry: Element, changed: datetime, dated: datetime | None, is_local: bool) -> None:
    _add(entry, "updated", iso(changed))
    if dated and not is_local:
        _add(entry, "published", iso(dated))


def _author(parent: Element, name: str, page: str = "") -> None:
    author = _add(parent, "author")
    _add(author, "name", name)
    if page:
        _add(author, "uri", page)


def _answers(entry: Element, feed: Feed, comment: Comment) -> None:
    """What a comment answers (RFC 4685): the article or another comment, if that is public."""
    article, parent = comment.discussion.article, comment.parent
    if parent is None:
        ref, href = _tag(feed, "article", article), article.get_absolute_url()
    elif parent.status == Comment.Status.APPROVED:
        ref = _tag(feed, "comment", parent)
        href = f"{article.get_absolute_url()}comments/{parent.number}/"
    else:
        return
    answered = {"ref": ref, "href": feed.site + href, "type": "text/html"}
    _add(entry, "thr:in-reply-to", "", answered)


def _content(entry: Element, page: str, html: str) -> None:
    _add(entry, "content", html, {"type": "html", "xml:base": page, "xml:lang": ""})


def _related(article: Article) -> SafeString:
    """What an article points to at its end, as HTML."""
    parts = SafeString()
    for link in article.related.all():
        words = format_html('<a href="{}">{}</a>', link.url, link.caption) if link.url else link
        parts += format_html("<p>{} {}</p>", link.label, words)
    return parts


def _tag(feed: Feed, kind: str, row: Article | Comment) -> str:
    """The id of an entry for ever (RFC 4151)."""
    host, _port = split_domain_port(feed.site.partition("//")[2])
    return f"tag:{host},{row.created_at:%Y-%m-%d}:{kind}-{row.pk}"


def _add(
    parent: Element, name: str, text: str = "", attributes: Mapping[str, str] | None = None
) -> Element:
    element = ElementTree.SubElement(parent, name, dict(attributes or {}))
    element.text = FORBIDDEN.sub("", text)
    return element
