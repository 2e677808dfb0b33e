"""WordPress exports (WXR 1.0 to 1.2): posts and pages with their comments.

Whatever prefix the namespaces have, or whichever address, the names of the elements are enough.
"""

import html
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .records import ArticleRecord, CommentRecord, ItemLedger, Status
from .source import Source
from .threads import parents_first
from .xml_stream import Element, Elements

SUFFIXES = {".xml", ".wxr"}
SIGNS = (b"wordpress.org/export", b"<wp:", b"wxr_version")

# Post types that are furniture of a site, and hold nobody's words.
FURNITURE = {"attachment", "nav_menu_item", "revision", "custom_css", "customize_changeset"}
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
TAG = re.compile(r"<[^<>]{1,2000}>")


def detect(source: Source) -> bool:
    """Whether a file begins as a WordPress export does."""
    head = source.head
    return b"<rss" in head and any(sign in head for sign in SIGNS)


def read(source: Source, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    """The posts and pages of an export, and other items that have comments."""
    elements = Elements(source.name, source.stream(), {"item", "author", "base_blog_url"})
    names: dict[str, str] = {}
    site = ""
    for element in elements:
        if element.name == "author":
            login = element.value("author_login")
            names[login] = element.value("author_display_name") or login
        elif element.name == "base_blog_url":
            site = element.text.strip()
        else:
            comments = [child for child in element.children if child.name == "comment"]
            kind = element.value("post_type") or "post"
            if kind in FURNITURE and not comments:
                ledger.put("item", element.first, "ignored", reason=f"{kind} without comments")
                continue
            ledger.put("item", element.first, "article")
            yield _article(element, comments, names, site, ledger)
    elements.account(ledger)


def _article(
    item: Element, comments: list[Element], names: dict[str, str], site: str, ledger: ItemLedger
) -> ArticleRecord:
    number = item.value("post_id")
    creator = item.value("creator")
    contents = [c for c in item.children if c.name == "encoded" and "excerpt" not in c.prefix]
    status = item.value("status") or "publish"
    record = ArticleRecord(
        key=f"wordpress {site or item.value('guid')} {number or item.value('link')}",
        title=_words(item.value("title")),
        authors=[names.get(creator, creator)] if creator else [],
        date=_moment(item.value("post_date_gmt"), item.value("post_date"))
        or _rfc_date(item.value("pubDate")),
        url=item.value("link"),
        body_html=contents[0].text.strip() if contents else "",
        closed={"open": False, "closed": True}.get(item.value("comment_status")),
        is_published=status == "publish" and not item.value("post_password"),
        lines=(item.first, item.last),
    )
    if not record.is_published:
        record.warnings.append(f"“{record.title}” is not public at its source ({status}): a draft")
    record.comments = parents_first(_comments(comments, record, ledger), record.warnings)
    return record


def _comments(
    elements: Iterable[Element], record: ArticleRecord, ledger: ItemLedger
) -> Iterator[CommentRecord]:
    for element in elements:
        written = element.value("comment_approved")
        status = STATUSES.get(written)
        if status is None:
            record.warnings.append(f"line {element.first}: unknown state “{written}”: pending")
        kind = element.value("comment_type")
        parent = element.value("comment_parent")
        utc, local = element.value("comment_date_gmt"), element.value("comment_date")
        date = _moment(utc, local)
        if date is None and (utc or local):
            record.warnings.append(
                f"line {element.first}: no date can be read from “{utc or local}”"
            )
        content = element.find("comment_content")
        ledger.put("comment", element.first, "comment", element.value("comment_id"))
        yield CommentRecord(
            key=element.value("comment_id"),
            text=content.text.strip() if content is not None else "",
            markup="html",
            author=_words(element.value("comment_author")),
            parent=parent if parent not in ("", "0") else None,
            date=date,
            kind=kind if kind in ("pingback", "trackback") else "comment",  # type: ignore[arg-type]
            status=status or "pending",
            lines=(element.first, element.last),
        )


def _words(text: str) -> str:
    """A title or a name: WordPress writes entities and tags into them."""
    return " ".join(html.unescape(TAG.sub("", text)).split())


def _moment(utc: str, local: str) -> datetime | None:
    """The moment in UTC if it is there, else the wall clock of the site."""
    for text, zone in ((utc, UTC), (local, None)):
        try:
            return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)
        except ValueError:
            continue
    return None


def _rfc_date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text else None
    except (TypeError, ValueError):
        return None
