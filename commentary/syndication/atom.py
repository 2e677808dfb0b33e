"""Write Atom feeds (RFC 4287) with paging (RFC 5005) and threading (RFC 4685).

The id of an entry is a tag URI made from its key, so it survives changes of the title or slug.
`updated` is the last change of what the entry shows. `published` is omitted if the source gave no
time zone, which Atom can't express. The content has the language of its text, "" if that is unknown.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.http.request import split_domain_port
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator

from ..models import Article, Comment, site_frame
from ..text.body import body_html

ATOM = "application/atom+xml"
THREADING = "http://purl.org/syndication/thread/1.0"
# Characters that XML 1.0 can't contain, not even as references.
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # the last change of an empty site


class Feed(NamedTuple):
    """Metadata of a feed document. All URLs are absolute.

    `site` is the URL of the site without a trailing slash, `page` the HTML page with the same
    content, `first` the feed itself, which is its id; `here` and `older` are this document and the
    next.
    """

    title: str
    site: str
    page: str
    first: str
    here: str
    older: str
    since: datetime = NEVER


class Reply(NamedTuple):
    """What a comment replies to: the id of the entry, and its page."""

    ref: str
    href: str


class AtomFeed(Atom1Feed):
    """Django's Atom feed, with links between documents, several authors, full content and
    threading.
    """

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:thr": THREADING}

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        for rel in ("first", "next"):
            if address := self.feed[rel]:
                _link(handler, rel, address)

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict) -> None:
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
        about = {"type": "html", "xml:base": item["base"], "xml:lang": item["language"]}
        handler.addQuickElement("content", _allowed(item["content"]), about)

    def latest_post_date(self) -> datetime:
        """Return when an entry last changed; the dates of the texts don't matter."""
        changes: list[datetime] = [item["updateddate"] for item in self.items]
        return max(changes, default=self.feed["since"])


def document(
    feed: Feed, rows: Sequence[Article | Comment], acts: Mapping[int, datetime] | None = None
) -> str:
    """Return the document for articles and comments loaded with `for_feed`.

    `acts` maps comments to when they were published or edited, unless they are unchanged since they
    arrived.
    """
    frame = site_frame()
    atom = AtomFeed(
        title=_allowed(f"{feed.title} - {frame.name}"),
        link=feed.page,
        description=None,
        subtitle=_allowed(frame.tagline) or None,
        language=get_language() or settings.LANGUAGE_CODE,
        author_name=_allowed(frame.name),
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
        content=body_html(article.blocks, feed.site) + _related(article),
        language=article.language,
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
        language=comment.language or article.language,
    )


def _reply_to(feed: Feed, comment: Comment) -> Reply | None:
    """Return the article or comment that a comment replies to, None if that isn't public."""
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
    """Convert a time so that Django's feeds write it with a Z and without fractions."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None)


def _related(article: Article) -> SafeString:
    """Return the related links of an article as HTML."""
    parts = SafeString()
    for link in article.related.all():
        words = format_html('<a href="{}">{}</a>', link.url, link.caption) if link.url else link
        parts += format_html("<p>{} {}</p>", link.label, words)
    return parts


def _tag(feed: Feed, kind: str, row: Article | Comment) -> str:
    """Return the permanent id of an entry (RFC 4151)."""
    host, _port = split_domain_port(feed.site.partition("//")[2])
    return f"tag:{host},{row.created_at:%Y-%m-%d}:{kind}-{row.pk}"


def _link(
    handler: SimplerXMLGenerator, rel: str, address: str, more: Mapping[str, str] | None = None
) -> None:
    attributes = {"rel": rel, "type": ATOM, "href": address, **(more or {})}
    handler.addQuickElement("link", "", attributes)


def _allowed(text: str) -> str:
    """Remove characters that XML can't contain, which Django's writer rejects."""
    return FORBIDDEN.sub("", text)
