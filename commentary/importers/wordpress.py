"""WordPress exports (WXR 1.0 to 1.2): posts and pages with their comments.

Whatever prefix the namespaces have, or whichever address, the names of the elements are enough.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .plain import moment, words
from .records import ArticleRecord, CommentRecord, ItemLedger, SourceError, Status
from .source import Source
from .threads import parents_first
from .xml_stream import Element, Elements

SUFFIXES = {".xml", ".wxr"}
SIGNS = (b"wordpress.org/export", b"<wp:", b"wxr_version")

# Post types that are furniture of a site, and hold nobody's words.
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
# What editors and plugins write for themselves; pages show every other kind.
HIDDEN = {"note", "order_note", "action_log", "webhook_delivery", "feedback"}
VERSION = re.compile(r"\d+\.\d+")
NEVER = "0000-00-00 00:00:00"


def detect(source: Source) -> bool:
    """Whether a file begins as a WordPress export does."""
    head = source.head.replace(b"\0", b"")  # of UTF-16, the letters
    return (b"<rss" in head or b"<channel" in head) and any(sign in head for sign in SIGNS)


def read(source: Source, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    """The posts and pages of an export, and other items that have comments."""
    elements = Elements(
        source.name,
        source.stream(),
        {"item", "author", "base_blog_url", "wxr_version"},
        {"item", "comment"},
    )
    names: dict[str, str] = {}
    keys: dict[str, str] = {}
    site = version = ""
    for element in elements:
        if element.name == "author":
            login = element.value("author_login")
            names[login] = words(element.value("author_display_name")) or login
        elif element.name == "base_blog_url":
            site = element.text.strip()
        elif element.name == "wxr_version":
            version = element.text.strip()
        else:
            comments = [child for child in element.children if child.name == "comment"]
            kind = element.value("post_type") or "post"
            if FURNITURE.fullmatch(kind) and not comments:
                ledger.put("item", element.first, "ignored", reason=f"{kind} without comments")
                continue
            record = _article(element, names)
            record.key = _key(element, record, site, keys)
            record.comments = parents_first(_comments(comments, record, ledger), record.warnings)
            ledger.put("item", element.first, "article", reason=_draft(element))
            yield record
    elements.account(ledger)
    if not ledger.entries and not VERSION.fullmatch(version):
        raise SourceError(
            source.name, 0, "holds no posts, and says no version of WordPress exports"
        )


def _article(item: Element, names: dict[str, str]) -> ArticleRecord:
    creator = item.value("creator")
    contents = [c for c in item.children if c.name == "encoded" and "excerpt" not in c.prefix]
    return ArticleRecord(
        key="",
        title=words(item.value("title")),
        authors=[names.get(creator, words(creator))] if creator else [],
        date=_moment(item.value("post_date_gmt"), item.value("post_date"))
        or _rfc_date(item.value("pubDate")),
        url=item.value("link"),
        body_html=contents[0].text.strip() if contents else "",
        closed={"open": False, "closed": True}.get(item.value("comment_status")),
        is_published=not _draft(item),
        lines=(item.first, item.last),
    )


def _draft(item: Element) -> str:
    """Why an item is not public at its source; empty when it is."""
    status = item.value("status") or "publish"
    if status not in ("publish", "inherit"):
        return f"{status} at its source: a draft"
    return "with a password at its source: a draft" if item.value("post_password") else ""


def _key(item: Element, record: ArticleRecord, site: str, keys: dict[str, str]) -> str:
    """What names an article whenever it is read. `keys` holds those given in this file: a number
    that stands for another article there does not hide this one."""
    number = item.value("post_id") or record.url or item.value("guid") or record.title
    key = f"wordpress {site or item.value('guid')} {number}"
    if keys.setdefault(key, record.title) == record.title:
        return key
    record.warnings.append(f"line {item.first}: another item has the number {number}: kept as well")
    return f"{key} {record.title}"


def _comments(
    elements: Iterable[Element], record: ArticleRecord, ledger: ItemLedger
) -> Iterator[CommentRecord]:
    for element in elements:
        number = element.value("comment_id")
        written = element.value("comment_approved")
        status = STATUSES.get(written)
        if status is None:
            record.warnings.append(f"line {element.first}: unknown state “{written}”: pending")
        kind = element.value("comment_type").lower()
        if kind in HIDDEN and status == "approved":
            record.warnings.append(f"comment {number}: is a “{kind}”, which no page shows: pending")
            status = "pending"
        parent = element.value("comment_parent")
        utc, local = element.value("comment_date_gmt"), element.value("comment_date")
        date = _moment(utc, local)
        if date is None and (utc or local):
            record.warnings.append(
                f"line {element.first}: no date can be read from “{utc or local}”"
            )
        content = element.find("comment_content")
        ledger.put("comment", element.first, "comment", number)
        yield CommentRecord(
            key=number,
            text=content.text.strip() if content is not None else "",
            markup="html",
            author=words(element.value("comment_author")),
            parent=parent if parent not in ("", "0") else None,
            date=date,
            kind=kind if kind in PINGS else "comment",  # type: ignore[arg-type]
            status=status or "pending",
            lines=(element.first, element.last),
        )


def _moment(utc: str, local: str) -> datetime | None:
    """The moment in UTC if it is there, else the wall clock of the site."""
    if utc != NEVER and (date := moment(utc, UTC)):
        return date
    return moment(local)


def _rfc_date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text else None
    except (TypeError, ValueError):
        return None
