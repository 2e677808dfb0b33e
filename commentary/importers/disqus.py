"""Disqus exports: threads (pages) first, then all posts (comments), which name their thread."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from .records import ArticleRecord, CommentRecord, ItemLedger, Status
from .source import Source
from .threads import parents_first
from .xml_stream import Element, Elements

SUFFIXES = {".xml"}


def detect(source: Source) -> bool:
    """Whether a file begins as a Disqus export does."""
    return b"<disqus" in source.head


def read(source: Source, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    """The threads of an export that have an address, a title or posts."""
    elements = Elements(source.name, source.stream(), {"thread", "post"})
    threads: dict[str, ArticleRecord] = {}
    by_address: dict[str, ArticleRecord] = {}
    for element in elements:
        number = element.attributes.get("id", "")
        if element.name == "thread":
            record = _thread(element, number)
            # One page under http and https is one page.
            address = re.sub(r"^https?://", "", record.url).rstrip("/")
            threads[number] = by_address.setdefault(address, record) if address else record
            continue
        place = element.find("thread")
        thread = threads.get(place.attributes.get("id", "") if place else "")
        if thread is None:
            ledger.put("post", element.first, "left over", number, "its thread is not here")
            continue
        thread.comments.append(_post(element, number, thread))
        ledger.put("post", element.first, "comment", number)
    kept = {id(record): record for record in threads.values()}
    for record in kept.values():
        if not record.comments and not record.url and not record.title:
            ledger.put("thread", record.lines[0], "ignored", reason="an empty shell")
            continue
        ledger.put("thread", record.lines[0], "article")
        record.title = record.title or record.url
        record.comments = parents_first(record.comments, record.warnings)
        yield record
    elements.account(ledger)


def _thread(element: Element, number: str) -> ArticleRecord:
    author = element.find("author")
    name = author.value("name") if author is not None else ""
    deleted = element.value("isDeleted") == "true"
    return ArticleRecord(
        key=f"disqus {element.value('forum')} {number}",
        title=" ".join(element.value("title").split()),
        authors=[name] if name else [],
        date=_moment(element.value("createdAt")),
        url=element.value("link"),
        body_html=element.value("message"),
        closed=element.value("isClosed") == "true",
        is_published=not deleted,
        lines=(element.first, element.last),
    )


def _post(element: Element, number: str, thread: ArticleRecord) -> CommentRecord:
    parent = element.find("parent")
    author = element.find("author")
    status: Status = "approved"
    if element.value("isSpam") == "true":
        status = "spam"
    elif element.value("isDeleted") == "true":
        status = "removed"
    elif element.value("isApproved") == "false":
        status = "pending"
    written = element.value("createdAt")
    date = _moment(written)
    if date is None and written:
        thread.warnings.append(f"line {element.first}: no date can be read from “{written}”")
    return CommentRecord(
        key=number,
        text=element.value("message"),
        markup="html",
        author=" ".join((author.value("name") if author is not None else "").split()),
        parent=parent.attributes.get("id") or None if parent is not None else None,
        date=date,
        status=status,
        lines=(element.first, element.last),
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
