"""Commento exports (JSON, version 1): comments, then the commenters they refer to.

Comentario 2 wrote the same format, with other names for some fields. Commento's
domain_export.go and Comentario's importer show the fields of both.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

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
from ..source import JSON, SourceFile

SUFFIXES = {".json", ".gz"}
SIGN = gettext_noop('"comments" with "commentHex"')
BEGINNING = re.compile(
    rb'\A[\xef\xbb\xbf\xff\xfe\s]{0,10}\{\s*"version"\s*:\s*1\s*,\s*"comment(?:s|ers)"\s*:|"commentHex"\s*:'
)
# "flagged" comments were found to be spam by Akismet.
STATUSES: dict[str, Status] = {
    "": "approved",
    "approved": "approved",
    "unapproved": "pending",
    "flagged": "spam",
}
DELETED = ("", "[deleted]")  # the text of a deleted comment
NOBODY = re.compile("anonymous|0*")


class Commenter(NamedTuple):
    """The name and website of a commenter."""

    name: str
    website: str


def detect(source: SourceFile) -> bool:
    """Return whether a file starts like an export of Commento."""
    head = source.ascii_head
    return JSON.match(head) is not None and BEGINNING.search(head) is not None


def read(source: SourceFile, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    """Yield the pages. Commenters come after the comments, so the file is read twice."""
    commenters = {
        as_text(item.value.get("commenterHex")): Commenter(
            as_line(item.value.get("name")),
            web_address(item.value.get("link") or item.value.get("websiteUrl")),
        )
        for item in JsonItems(source, {"commenters"})
        if isinstance(item.value, dict)
    }
    pages = Pages("commento")
    items = JsonItems(source, {"comments"})
    for item in items:
        ledger.seen += 1
        _take(item, commenters, pages, ledger)
    items.report_damage(ledger)
    if not ledger.seen:
        raise SourceError(source.name, 1, _("contains no comments of Commento"))
    yield from pages.records(ledger)


def _take(item: Item, commenters: dict[str, Commenter], pages: Pages, ledger: ItemLedger) -> None:
    value = as_object(item.value)
    number, path = as_text(value.get("commentHex")), as_text(value.get("path") or value.get("url"))
    host = "".join(as_text(value.get("domain") or value.get("host")).split()).strip("/")
    if not path and not host:
        ledger.add("comment", item.first, "left over", number, _("no page given"))
        return
    path = "/" + path.strip().lstrip("/")
    record = pages.page(f"https://{host}{path}" if host else path, item.first)
    text, by = as_text(value.get("markdown")), as_text(value.get("commenterHex"))
    status = STATUSES.get(as_text(value.get("state")))
    if status is None:
        state = as_text(value.get("state"))[:40]
        record.warnings.append(
            _("comment %(number)s: unknown state “%(state)s”; imported as pending")
            % {"number": number, "state": state}
        )
    if as_flag(value.get("deleted")) or text in DELETED:
        status, text = "removed", ""
    commenter = commenters.get(by, Commenter("", ""))
    if by not in commenters and not NOBODY.fullmatch(by):
        record.warnings.append(
            _("comment %(number)s: commenter %(commenter)s not found")
            % {"number": number, "commenter": by[:60]}
        )
    date = date_of_comment(value.get("creationDate"), number, record.warnings)
    parent = as_text(value.get("parentHex"))
    ledger.dropped[gettext_noop("votes")] += bool(value.get("score"))
    ledger.add("comment", item.first, "comment", number)
    pages.add(
        record,
        CommentRecord(
            key=number,
            text=text,
            markup="markdown",
            author=commenter.name,
            author_url=commenter.website,
            parent=None if parent in ("", "root") or not parent.strip("0") else parent,
            date=date,
            status=status or "pending",
            lines=(item.first, item.last),
            old_ids=[f"#commento-{number}"] if number else [],
        ),
    )
