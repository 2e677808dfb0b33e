"""Remark42 backups: JSON lines, usually compressed. The first line is about the site."""

import json
import re
from collections.abc import Iterator
from datetime import UTC

from ..fields import page_key, parse_date, plain_line
from ..messages import gettext as _
from ..messages import gettext_noop
from ..pages import Pages
from ..records import ArticleRecord, CommentRecord, ItemLedger, SourceError, Status
from ..source import SourceFile

SUFFIXES = {".gz", ".json", ".jsonl"}  # files with other names must be given explicitly
SIGN = gettext_noop('JSON Lines that begin with "version" or "id"')

DECODER = json.JSONDecoder()
BETWEEN = "[], \t\r\n\ufeff"
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def detect(source: SourceFile) -> bool:
    """Return whether a file starts like a backup."""
    return (
        re.match(rb'(?:\xef\xbb\xbf)?\s*\[?\s*\{\s*"(?:version"\s*:\s*\d|id"\s*:)', source.head)
        is not None
    )


def read(source: SourceFile, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    """Yield the pages of a backup, in the order of their first comments."""
    pages = Pages("remark42")
    closed: set[str] = set()
    for number, line in enumerate(source.stream(), 1):
        try:
            items = list(_objects(line))
        except (ValueError, RecursionError):
            ledger.seen += 1
            ledger.add("line", number, "left over", reason=_("is not valid JSON"))
            continue
        ledger.seen += len(items)
        for item in items:
            if not isinstance(item, dict):
                ledger.add("line", number, "left over", reason=_("is not a JSON object"))
            elif "version" in item and ("users" in item or "posts" in item):
                posts = [p for p in _list(item.get("posts")) if isinstance(p, dict)]
                closed |= {page_key(_text(p.get("url"))) for p in posts if p.get("read_only")}
                ledger.add("site", number, "ignored", reason=_("about the site"))
            else:
                _take(item, number, pages, ledger)
    if source.broken_off:
        ledger.is_whole = False
        ledger.seen += 1
        ledger.add(
            "rest",
            0,
            "left over",
            reason=_("the file is cut off: %(broken_off)s") % {"broken_off": source.broken_off},
        )
    if not ledger.used.get("comment") and not ledger.counts().get("ignored"):
        raise SourceError(source.name, 1, _("contains no Remark42 comments"))
    for record in pages.records(ledger):
        record.closed = page_key(record.url) in closed
        yield record


def _objects(line: bytes) -> Iterator[object]:
    """Yield the JSON values on a line; they may be in an array that spans several lines."""
    text = line.decode("utf-8", "replace").strip(BETWEEN)
    at = 0
    while at < len(text):
        item, at = DECODER.raw_decode(text, at)
        yield item
        while text[at : at + 1] in BETWEEN and at < len(text):
            at += 1


def _text(value: object) -> str:
    """Return a JSON string without characters that databases can't store."""
    return UNSTORABLE.sub("", "" if value is None else str(value))


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _take(item: dict[str, object], number: int, pages: Pages, ledger: ItemLedger) -> None:
    locator, user = item.get("locator"), item.get("user")
    url = _text(locator.get("url")) if isinstance(locator, dict) else ""
    if not url:
        ledger.add("comment", number, "left over", _text(item.get("id")), _("no page given"))
        return
    record = pages.page(url, number)
    if item.get("score") or item.get("votes"):
        ledger.dropped[gettext_noop("votes")] += 1
    if item.get("pin"):
        ledger.dropped[gettext_noop("pins")] += 1
    record.title = record.title or plain_line(_text(item.get("title")))
    status: Status = "removed" if item.get("delete") else "approved"
    written = _text(item.get("time"))
    date = parse_date(written, UTC)
    if date is None and written:
        record.warnings.append(
            _("line %(number)s: invalid date “%(written)s”")
            % {"number": number, "written": written[:40]}
        )
    ledger.add("comment", number, "comment", _text(item.get("id")))
    # The name of a deleted user is replaced with "deleted".
    name = user.get("name") if isinstance(user, dict) and user.get("id") != "deleted" else ""
    pages.add(
        record,
        CommentRecord(
            key=_text(item.get("id")),
            old_ids=[f"#remark42__comment-{_text(item.get('id'))}"],
            text=_text(item.get("text")),
            markup="html",
            author=plain_line(_text(name)),
            parent=_text(item.get("pid")) or None,
            date=date,
            status=status,
            lines=(number, number),
        ),
    )
