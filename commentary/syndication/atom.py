"""Atom feeds (RFC 4287), in pages (RFC 5005), with what each comment replies to (RFC 4685): rows in,
the text of a document out.

An entry's id is a tag URI made of its key, so it stays when a title or an address is edited;
`updated` is the last change of what the entry shows. `published` is left out where the source
named no time zone, for Atom cannot say so. The language of what people wrote is not known, and so
not named.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.http.request import split_domain_port
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator

from ..models import Article, Comment
from ..text.body import body_html

ATOM = "application/atom+xml"
THREADING = "http://purl.org/syndication/thread/1.0"
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


class Reply(NamedTuple):
    """What a comment replies to: the id of its entry, and its page."""

    ref: str
    href: str


class AtomFeed(Atom1Feed):
    """Django's Atom feed with what it lacks: links between documents, any number of authors, whole
    texts, and threads."""

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:thr": THREADING}

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        for rel in ("first", "next"):
            if address := self.feed[rel]:
                _link(handler, rel, address)

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name, page in item["authors"]:
            handler.startElement("author", AttributesImpl({}))
            handler.addQuickElement("name", _allowed(name))
            if page:
                handler.addQuickElement("uri", page)
            handler.endElement("author")
        if item["replies"] is not None:
            address, count = item["replies"]
            _link(handler, "replies", address, {"thr:count": str(count)})
        if item["reply_to"] is not None:
            answered = {**item["reply_to"]._asdict(), "type": "text/html"}
            handler.addQuickElement("thr:in-reply-to", "", answered)
        about = {"type": "html", "xml:base": item["base"], "xml:lang": ""}
        handler.addQuickElement("content", _allowed(item["content"]), about)

    def latest_post_date(self) -> datetime:
        """When an entry changed last; the dates of the texts themselves do not matter."""
        changes: list[datetime] = [item["updateddate"] for item in self.items]
        return max(changes, default=self.feed["since"])


def document(
    feed: Feed, rows: Sequence[Article | Comment], acts: Mapping[int, datetime] | None = None
) -> str:
    """A document of articles and comments, see their `for_feed`. `acts` says when each comment
    became public or got other words, if it is not as it came."""
    atom = AtomFeed(
        title=_allowed(f"{feed.title} - {settings.SITE_NAME}"),
        link=feed.page,
        description=None,
        language=get_language() or settings.LANGUAGE_CODE,
        author_name=_allowed(settings.SITE_NAME),
        feed_url=feed.here,
        feed_guid=feed.first,
        first=feed.first,
        next=feed.older,
        since=_utc(feed.since),
    )
    for row in rows:
        if isinstance(row, Article):
            _add_article(atom, feed, row)
        else:
            _add_comment(atom, feed, row, (acts or {}).get(row.pk, row.created_at))
    return atom.writeString("utf-8")


def _add_article(atom: AtomFeed, feed: Feed, article: Article) -> None:
    page = feed.site + article.get_absolute_url()
    atom.add_item(
        title=_allowed(str(article)),
        link=page,
        description=None,  # type: ignore[arg-type] # Django takes None, its stubs do not
        unique_id=_tag(feed, "article", article),
        pubdate=_published(article.published_at, article.date_is_local),
        updateddate=_utc(article.changed_at),
        authors=[(a.name, feed.site + a.get_absolute_url()) for a in article.authors.all()],
        replies=(feed.site + article.get_feed_url(), article.discussion.approved_count),
        reply_to=None,
        base=page,
        content=body_html(article.blocks) + _related(article),
    )


def _add_comment(atom: AtomFeed, feed: Feed, comment: Comment, changed: datetime) -> None:
    article = comment.discussion.article
    name = comment.name or _("Anonymous")
    if not comment.name and comment.kind != Comment.Kind.COMMENT:
        name = comment.get_kind_display().capitalize()
    title = _("%(name)s on %(article)s") % {"name": name, "article": article}
    atom.add_item(
        title=_allowed(title),
        link=feed.site + comment.get_absolute_url(),
        description=None,  # type: ignore[arg-type] # Django takes None, its stubs do not
        unique_id=_tag(feed, "comment", comment),
        pubdate=_published(comment.dated_at, comment.date_is_local),
        updateddate=_utc(changed),
        authors=[(name, "")],
        replies=None,
        reply_to=_reply_to(feed, comment),
        base=feed.site + article.get_absolute_url(),
        content=comment.body_html,
    )


def _reply_to(feed: Feed, comment: Comment) -> Reply | None:
    """The article or the comment that a comment replies to; None if that is not public."""
    article, parent = comment.discussion.article, comment.parent
    page = feed.site + article.get_absolute_url()
    if parent is None:
        return Reply(_tag(feed, "article", article), page)
    if parent.status == Comment.Status.APPROVED:
        return Reply(_tag(feed, "comment", parent), f"{page}comments/{parent.number}/")
    return None


def _published(dated: datetime | None, is_local: bool) -> datetime | None:
    return _utc(dated) if dated and not is_local else None


def _utc(moment: datetime) -> datetime:
    """A time as Django's feeds write it with a Z and without fractions of a second."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None)


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


def _link(
    handler: SimplerXMLGenerator, rel: str, address: str, more: Mapping[str, str] | None = None
) -> None:
    attributes = {"rel": rel, "type": ATOM, "href": address, **(more or {})}
    handler.addQuickElement("link", "", attributes)


def _allowed(text: str) -> str:
    """`text` without what XML cannot hold, which Django's writer refuses."""
    return FORBIDDEN.sub("", text)
