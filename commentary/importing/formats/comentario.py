"""Comentario exports (JSON, version 3): pages, comments and commenters, each with a UUID.

The fields are those of the DTOs that Comentario's exporter writes: DomainPage, Comment, Commenter.
"""

import re
from collections.abc import Iterator

from ..json_stream import (
    Item,
    JsonItems,
    as_flag,
    as_line,
    as_object,
    as_text,
    date_of_comment,
    web_address,
)
from ..messages import gettext as _
from ..messages import gettext_noop
from ..pages import Pages
from ..records import ArticleRecord, CommentRecord, ItemLedger, SourceError, Status
from ..source import SourceFile

SUFFIXES = {".json", ".gz"}
SIGN = gettext_noop('"version": 3 with "pages"')
BEGINNING = re.compile(
    rb'\A[\xef\xbb\xbf\xff\xfe\s]{0,10}\{\s*"version"\s*:\s*3\s*,\s*"(?:pages|comments|commenters)"\s*:'
)
NOBODY = re.compile("[0-]*")  # the UUID of Comentario's anonymous user


def detect(source: SourceFile) -> bool:
    """Return whether a file starts like an export of Comentario 3."""
    return BEGINNING.match(source.ascii_head) is not None


def read(source: SourceFile, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    """Yield the pages. Commenters come after the comments, so the file is read twice."""
    pages, found, commenters = Pages("comentario"), dict[str, ArticleRecord](), dict[str, dict]()
    first = JsonItems(source, {"pages", "commenters"})
    for item in first:
        value = as_object(item.value)
        number = as_text(value.get("id"))
        if item.path == "commenters":
            commenters[number] = value
            continue
        path = as_text(value.get("path"))
        if not number or not path:
            ledger.seen += 1
            ledger.add("page", item.first, "left over", number, _("a page without ID or path"))
            continue
        key = f"{as_text(value.get('domainId'))} {path}"
        record = found[number] = pages.page(path, item.first, key)
        record.title = record.title or as_line(value.get("title"))
        if as_flag(value.get("isReadonly")):
            record.closed = True
    items = JsonItems(source, {"comments"})
    for item in items:
        ledger.seen += 1
        _take(item, commenters, found, pages, ledger)
    items.report_damage(ledger)
    if not ledger.seen and not found:
        raise SourceError(source.name, 1, _("contains no pages of Comentario"))
    yield from pages.records(ledger)


def _take(
    item: Item,
    commenters: dict[str, dict],
    found: dict[str, ArticleRecord],
    pages: Pages,
    ledger: ItemLedger,
) -> None:
    value = as_object(item.value)
    number, page = as_text(value.get("id")), as_text(value.get("pageId"))
    if page not in found:
        why = _("page %(page)s not found") % {"page": page[:60]} if page else _("no page given")
        ledger.add("comment", item.first, "left over", number, why)
        return
    record, by = found[page], as_text(value.get("userCreated"))
    commenter = commenters.get(by, {})
    if by not in commenters and not NOBODY.fullmatch(by) and not value.get("authorName"):
        record.warnings.append(
            _("comment %(number)s: commenter %(commenter)s not found")
            % {"number": number, "commenter": by[:60]}
        )
    status = _status(value)
    text = "" if status == "removed" else as_text(value.get("markdown"))
    date = date_of_comment(value.get("createdTime"), number, record.warnings)
    ledger.dropped[gettext_noop("votes")] += bool(value.get("score"))
    ledger.dropped[gettext_noop("pins")] += as_flag(value.get("isSticky"))
    ledger.add("comment", item.first, "comment", number)
    pages.add(
        record,
        CommentRecord(
            key=number,
            # A comment imported into Comentario may have only HTML.
            text=text or ("" if status == "removed" else as_text(value.get("html"))),
            markup="markdown" if text else "html",
            author=as_line(value.get("authorName")) or as_line(commenter.get("name")),
            author_url=web_address(commenter.get("websiteUrl")),
            parent=as_text(value.get("parentId")).strip() or None,
            date=date,
            status=status,
            lines=(item.first, item.last),
            old_ids=[f"#comentario-{number}"] if number else [],
        ),
    )


def _status(value: dict) -> Status:
    if as_flag(value.get("isDeleted")):
        return "removed"
    if as_flag(value.get("isPending")):
        return "pending"
    return "approved" if as_flag(value.get("isApproved")) else "rejected"
