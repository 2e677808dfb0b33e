"""WordPress exports (WXR 1.0 to 1.2): posts and pages with their comments.

Elements are recognised by their names, regardless of namespace prefixes and URLs.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import BinaryIO, NamedTuple

from ..fields import page_key, parse_date, plain_line
from ..messages import gettext as _
from ..messages import gettext_noop
from ..records import ArticleRecord, CommentRecord, ItemLedger, SourceError, Status
from ..source import SourceFile
from ..spool import Spool
from ..xml_stream import Elements, XmlElement
from .wordpress_content import Attachment, Contents

SUFFIXES = {".xml", ".wxr"}
SIGN = gettext_noop("<rss> with the namespace wordpress.org/export")
SIGNS = (b"wordpress.org/export", b"<wp:", b"wxr_version")

# Post types of the site itself, without content by authors.
DISCARDED = ("trash", "auto-draft")  # states of posts that are in the trash or were never saved
FURNITURE = re.compile(
    r"attachment|revision|nav_menu_item|custom_css|customize_changeset|oembed_cache|user_request|"
    r"wp_(?:global_styles|navigation|template|template_part|font_family|font_face)|acf-field.*"
)
STATUSES: dict[str, Status] = {
    "1": "approved",
    "approve": "approved",
    "approved": "approved",
    "0": "pending",
    "hold": "pending",
    "": "pending",
    "spam": "spam",
    "trash": "removed",
    "post-trashed": "removed",
}
PINGS = {"pingback", "trackback"}
# Comment types for editors and plugins; other types are shown on pages.
HIDDEN = {"note", "order_note", "action_log", "webhook_delivery", "feedback"}
OF_THE_SITE = {"base_blog_url", "base_site_url", "language"}
VERSION = re.compile(r"\d+\.\d+")
OWN_STATUS = "_commentary_status"  # written by `export_commentary --format wxr`
NEVER = "0000-00-00 00:00:00"


def detect(source: SourceFile) -> bool:
    """Return whether a file starts like a WordPress export."""
    head = source.ascii_head
    return (b"<rss" in head or b"<channel" in head) and any(sign in head for sign in SIGNS)


def read(source: SourceFile, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    """Yield posts, pages, and other items that have comments."""
    elements = Elements(
        source.name,
        source.stream,
        {*OF_THE_SITE, "item", "comment", "author", "wp_author", "wxr_version"},
        {"item", "comment"},
        inner={"comment"},
    )
    contents = Contents(_attachments(source))
    writers: dict[str, Writer] = {}
    keys: dict[str, str] = {}
    site = version = language = ""
    spool, said = Spool(), list[str]()  # comments of the current item
    for element in elements:
        if element.name in ("author", "wp_author"):
            writer = _writer(element)
            writers[writer.login] = writer
        elif element.name == "base_blog_url":
            site = element.text.strip()
        # Of a network, whose blogs number their posts separately.
        elif element.name == "base_site_url":
            site = site or element.text.strip()
        elif element.name == "language":
            language = language or element.text.strip()
        elif element.name == "wxr_version":
            version = element.text.strip()
        elif element.name == "comment":
            ledger.seen += 1
            values = element.values()
            if why := _unusable(element, values):
                number = values.get("comment_id", "")
                ledger.add("comment", element.first, "left over", number, why)
            else:
                spool.add("", _comment(element, values, said, ledger))
        else:
            ledger.seen += 1
            record = _article(element, writers, ledger)
            record.comments = spool.comments_of("", warnings=said)
            record.warnings, spool, said = said, Spool(), []
            kind = element.value("post_type") or "post"
            if FURNITURE.fullmatch(kind) and not record.comments:
                ledger.add(
                    "item",
                    element.first,
                    "ignored",
                    reason=_("%(kind)s without comments") % {"kind": kind},
                )
                continue
            if (status := element.value("status")) in DISCARDED and not record.comments:
                ledger.add(
                    "item",
                    element.first,
                    "ignored",
                    reason=_("%(status)s without comments") % {"status": status},
                )
                continue
            number = element.value("post_id")
            record.source_html, record.markup = record.body_html, "rich"
            record.body_html, record.pictures = contents.laid_out(
                record.body_html, number, record.url
            )
            record.old_addresses = _old_addresses(element, record, site)
            record.old_addresses += contents.pages_of(number, site.rstrip("/"))
            record.key = _key(element, record, site, keys)
            record.language = language
            ledger.add("item", element.first, "article", reason=_draft(element))
            yield record
    elements.report_damage(ledger)
    if not ledger.seen and not VERSION.fullmatch(version):
        raise SourceError(source.name, 0, _("contains no posts and no WordPress export version"))


class Writer(NamedTuple):
    """An account that wrote posts."""

    login: str
    name: str
    account: str  # its id, as used by comments


def _writer(element: XmlElement) -> Writer:
    values = element.values()
    full = f"{values.get('author_first_name', '')} {values.get('author_last_name', '')}"
    login = values.get("author_login", "")
    name = plain_line(values.get("author_display_name", "")) or plain_line(full) or login
    return Writer(login, name, values.get("author_id", ""))


def _article(item: XmlElement, writers: dict[str, Writer], ledger: ItemLedger) -> ArticleRecord:
    creator = item.value("creator")
    writer = writers.get(creator)
    if creator and writer is None:
        # Exports of old versions have no list of authors.
        writer = writers[creator] = Writer(creator, plain_line(creator), "")
        ledger.warnings.append(
            _(
                "line %(first)s: no display name for the account “%(creator)s”; its login name is "
                "used as the author"
            )
            % {"first": item.first, "creator": creator}
        )
    contents = [c for c in item.children if c.name == "encoded" and "excerpt" not in c.tag]
    return ArticleRecord(
        key="",
        title=plain_line(item.value("title")),
        authors=[writer.name] if writer else [],
        accounts={writer.account: writer.name} if writer and writer.account else {},
        date=_moment(item.value("post_date_gmt"), item.value("post_date"))
        or _rfc_date(item.value("pubDate")),
        url=item.value("link"),
        body_html=contents[0].text.strip() if contents else "",
        closed={"open": False, "closed": True}.get(item.value("comment_status")),
        is_published=not _draft(item),
        lines=(item.first, item.last),
    )


def _attachments(source: SourceFile) -> Iterator[Attachment]:
    """Return the attachments listed anywhere in an export."""
    with source.stream() as stream:
        if not _holds(stream, b"attachment_url"):
            return
    # Comments are yielded separately, so that those of a whole item are never in memory.
    parts = {"item", "comment"}
    for item in Elements(source.name, source.stream, parts, parts, inner={"comment"}):
        if item.value("post_type") != "attachment":
            continue
        values = item.values()
        if not values.get("attachment_url"):
            continue
        metadata = {
            child.value("meta_key"): child.value("meta_value")
            for child in item.children
            if child.name == "postmeta"
        }
        excerpts = [c for c in item.children if c.name == "encoded" and "excerpt" in c.tag]
        yield Attachment(
            number=values.get("post_id", ""),
            url=values["attachment_url"],
            alt=metadata.get("_wp_attachment_image_alt", ""),
            caption=plain_line(excerpts[0].text) if excerpts else "",
            parent=values.get("post_parent", ""),
            page=values.get("link", ""),
        )


def _holds(stream: BinaryIO, word: bytes) -> bool:
    """Return whether a stream contains an ASCII word, in any encoding."""
    end = b""
    while piece := stream.read(1 << 20):
        piece = piece.replace(b"\0", b"")  # in UTF-16, keeps the ASCII letters
        if word in end + piece:
            return True
        end = piece[-len(word) :]
    return False


def _old_addresses(item: XmlElement, record: ArticleRecord, site: str) -> list[str]:
    """Return URLs of a post in WordPress other than its permalink."""
    number, guid = item.value("post_id"), item.value("guid")
    parameter = "page_id" if item.value("post_type") == "page" else "p"
    home = site.rstrip("/")
    found = [f"{home}/?{parameter}={number}"] if home and number else []
    if guid.startswith("http"):
        found.append(guid)
    if record.url.startswith("http") and "?" not in record.url:
        found.append(f"{record.url.rstrip('/')}/feed/")
        folder = record.url.rstrip("/").rpartition("/")[0]
        for child in item.children:
            if child.name == "postmeta" and child.value("meta_key") == "_wp_old_slug":
                found.append(f"{folder}/{child.value('meta_value')}/")
    return [address for address in dict.fromkeys(found) if address != record.url]


def _draft(item: XmlElement) -> str:
    """Return why an item isn't public at its source, "" if it is."""
    status = item.value("status") or "publish"
    if status not in ("publish", "inherit"):
        return _("%(status)s at its source; imported as a draft") % {"status": status}
    return (
        _("password-protected at its source; imported as a draft")
        if item.value("post_password")
        else ""
    )


def _key(item: XmlElement, record: ArticleRecord, site: str, keys: dict[str, str]) -> str:
    """Return a key that identifies an article in every export.

    `keys` has the keys used in this file, so that a repeated id does not hide another article.
    """
    number = item.value("post_id") or record.url or item.value("guid") or record.title
    # Without the site, ids can't be distinguished from those of other exports.
    whose = site or item.value("guid") or record.url or record.title
    key = f"wordpress {page_key(whose).strip()} {number}"
    record.names_site = bool(site or item.value("guid"))
    if keys.setdefault(key, record.title) == record.title:
        return key
    record.warnings.append(
        _("line %(first)s: another item has the ID %(number)s too; both were kept")
        % {"first": item.first, "number": number}
    )
    return f"{key} {record.title}"


def _unusable(comment: XmlElement, values: dict[str, str]) -> str:
    """Return why a comment can't be used, "" if it can."""
    if not comment.is_inner:
        return _("outside any item")
    if not values.get("comment_id") and not values.get("comment_content"):
        return _("has neither ID nor text")
    return ""


def _comment(
    element: XmlElement, values: dict[str, str], said: list[str], ledger: ItemLedger
) -> CommentRecord:
    number = values.get("comment_id", "")
    written = values.get("comment_approved", "")
    status = STATUSES.get(written)
    if status is None:
        said.append(
            _("line %(first)s: unknown status “%(written)s”; imported as pending")
            % {"first": element.first, "written": written}
        )
    kind = values.get("comment_type", "").lower()
    if kind in HIDDEN and status == "approved":
        said.append(
            _("comment %(number)s: is a “%(kind)s”, which is never public; imported as pending")
            % {"number": number, "kind": kind}
        )
        status = "pending"
    parent = values.get("comment_parent", "")
    utc, local = values.get("comment_date_gmt", ""), values.get("comment_date", "")
    date = _moment(utc, local)
    if date is None and {utc, local} - {"", NEVER}:
        said.append(
            _("line %(first)s: invalid date “%(date)s”")
            % {"first": element.first, "date": utc or local}
        )
    if written == "trash" and _commentary_status(element) == "rejected":
        status = "rejected"
    ledger.add("comment", element.first, "comment", number)
    _count_dropped(element, values, ledger)
    account = values.get("comment_user_id", "")
    return CommentRecord(
        key=number,
        text=values.get("comment_content", ""),
        markup="html",
        author=plain_line(values.get("comment_author", "")),
        parent=parent if parent not in ("", "0") else None,
        date=date,
        kind=kind if kind in PINGS else "comment",  # type: ignore[arg-type]
        status=status or "pending",
        lines=(element.first, element.last),
        account="" if account == "0" or kind in PINGS else account,
        author_url=values.get("comment_author_url", ""),
        old_ids=[f"#comment-{number}"] if number else [],
    )


def _commentary_status(element: XmlElement) -> str:
    """Return the status that our own export gives to a comment in WordPress's trash."""
    for child in element.children:
        if child.name == "commentmeta" and child.value("meta_key") == OWN_STATUS:
            return child.value("meta_value")
    return ""


def _count_dropped(element: XmlElement, values: dict[str, str], ledger: ItemLedger) -> None:
    """Count values of a comment that are not imported."""
    if "commentmeta" not in values:
        return
    for child in element.children:
        if child.name == "commentmeta" and child.value("meta_value"):
            key = child.value("meta_key").strip("_")
            if key == OWN_STATUS.strip("_"):
                continue
            is_rating = key in ("rating", "stars", "review_rating")
            ledger.dropped[
                gettext_noop("ratings")
                if is_rating
                else _("“%(key)s” (plugin data)") % {"key": key[:60]}
            ] += 1


def _moment(utc: str, local: str) -> datetime | None:
    """Return the time in UTC if available, otherwise the site's local time."""
    if utc != NEVER and (date := parse_date(utc, UTC)):
        return date
    return parse_date(local)


def _rfc_date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text else None
    except (TypeError, ValueError, OverflowError):  # such as a time zone of a billion hours
        return None
