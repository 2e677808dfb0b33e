"""Disqus exports: threads (pages) first, then posts (comments) that refer to their thread."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC

from ..fields import page_key, parse_date, plain_line, without_tracking
from ..messages import gettext as _
from ..messages import gettext_noop, ngettext
from ..records import ArticleRecord, CommentRecord, ItemLedger, Status
from ..source import SourceFile
from ..spool import Spool
from ..xml_stream import Elements, XmlElement

SUFFIXES = {".xml", ".gz"}
SIGN = gettext_noop("the element <disqus>")
ROOT = re.compile(rb"<(?:\w+:)?disqus\b")


def detect(source: SourceFile) -> bool:
    """Return whether a file starts like a Disqus export."""
    return ROOT.search(source.ascii_head) is not None


def read(source: SourceFile, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    """Yield the threads of an export that have a URL, a title or posts."""
    elements = Elements(source.name, source.stream, {"thread", "post"}, {"thread", "post"})
    threads: dict[str, ArticleRecord] = {}
    by_page: dict[str, ArticleRecord] = {}
    empty: list[str] = []
    spool = Spool()
    said: defaultdict[str, list[str]] = defaultdict(list)
    for element in elements:
        if element.name == "thread":
            number = _number(element)
            record = _thread(element, number)
            address = record.url
            if address:
                record = _one_page(by_page.setdefault(page_key(address), record), record)
            # An empty element that repeats a thread's id says nothing about it.
            if number not in threads or address:
                threads[number] = record
            continue
        # A post may come before its thread.
        ledger.seen += 1
        thread = _named(element, "thread")
        spool.add(thread, _post(element, said[thread]))
    numbers: dict[int, list[str]] = {}
    for number, record in threads.items():
        numbers.setdefault(id(record), []).append(number)
    for record in {id(record): record for record in threads.values()}.values():
        ledger.seen += 1
        for number in numbers[id(record)]:
            record.warnings += said[number]
        record.comments = spool.comments_of(*numbers[id(record)], warnings=record.warnings)
        if not record.comments and not record.url and not record.title:
            ledger.add("thread", record.lines[0], "ignored", reason=_("an empty thread"))
            continue
        if not record.comments and not record.body_html:
            # Disqus creates a thread whenever a page is opened, even a draft or a missing page.
            empty.append(record.url or record.title)
            why = _("a thread without posts: %(url)s") % {"url": empty[-1]}
            ledger.add("thread", record.lines[0], "ignored", numbers[id(record)][0], why)
            continue
        ledger.add("thread", record.lines[0], "article")
        for comment in record.comments:
            ledger.add("post", comment.lines[0], "comment", comment.key)
        record.title = record.title or record.url
        yield record
    for thread in spool.names - threads.keys():
        reason = (
            _("thread %(thread)s not found") % {"thread": thread}
            if thread
            else _("no thread given")
        )
        for comment in spool.comments_of(thread, warnings=[]):
            ledger.add("post", comment.lines[0], "left over", comment.key, reason)
    if empty:
        listed = ", ".join(empty[:MAX_LISTED])
        if more := len(empty[MAX_LISTED:]):
            listed = _("%(list)s and %(n)s more") % {"list": listed, "n": f"{more:,}"}
        text = ngettext(
            "%(n)s thread without posts not imported: %(list)s",
            "%(n)s threads without posts not imported: %(list)s",
            len(empty),
        )
        ledger.warnings.append(text % {"n": f"{len(empty):,}", "list": listed})
    elements.report_damage(ledger)


MAX_LISTED = 20  # URLs listed in one warning


def _one_page(first: ArticleRecord, other: ArticleRecord) -> ArticleRecord:
    """Merge two threads of one page into the first.

    A page opened through different links, for example with tracking parameters, has several
    threads.
    """
    if first is other:
        first.url = without_tracking(first.url)
        return first
    first.other_keys.append(other.key)
    first.title = first.title or other.title
    first.is_published = first.is_published or other.is_published
    return first


def _number(element: XmlElement) -> str:
    """Return the id of a thread or post; a post may have only the id of its origin."""
    return element.attributes.get("id", "").strip() or element.value("id")


def _named(post: XmlElement, name: str) -> str:
    """Return the id of the thread or parent that a post refers to."""
    place = post.find(name)
    return place.attributes.get("id", "").strip() if place else ""


def _thread(element: XmlElement, number: str) -> ArticleRecord:
    """Return the page of a thread. The thread's creator is the forum's owner, not the page's
    author.
    """
    link, name = element.value("link"), element.value("id")
    return ArticleRecord(
        key=f"disqus {element.value('forum')} {number}",
        title=plain_line(element.value("title")),
        date=parse_date(element.value("createdAt"), UTC),
        url=link or (name if name.startswith(("http://", "https://")) else ""),
        body_html=element.value("message"),
        closed=_says(element, "isClosed"),
        is_published=not _says(element, "isDeleted"),
        lines=(element.first, element.last),
    )


def _post(element: XmlElement, said: list[str]) -> CommentRecord:
    author = element.find("author")
    status: Status = "approved"
    if _says(element, "isSpam"):
        status = "spam"
    elif _says(element, "isDeleted"):
        status = "removed"
    elif element.value("isApproved").lower() in ("false", "0"):
        status = "pending"
    written = element.value("createdAt")
    date = parse_date(written, UTC)
    if date is None and written:
        said.append(
            _("line %(first)s: invalid date “%(written)s”")
            % {"first": element.first, "written": written}
        )
    number = _number(element)
    return CommentRecord(
        key=number,
        old_ids=[f"#comment-{number}"] if number else [],
        text=element.value("message"),
        markup="html",
        author=plain_line(author.value("name") or author.value("username")) if author else "",
        parent=_named(element, "parent") or None,
        date=date,
        status=status,
        lines=(element.first, element.last),
    )


def _says(element: XmlElement, name: str) -> bool:
    return element.value(name).lower() in ("true", "1")
