"""Remark42's backups: JSON lines, usually compressed. The first line is about the site."""

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from .records import ArticleRecord, CommentRecord, ItemLedger, SourceError, Status
from .source import Source
from .threads import parents_first

SUFFIXES = {".gz"}  # other names have to be given as files
GZIP = b"\x1f\x8b"
LARGEST = 20  # times the size of the compressed file; real backups are about five


def detect(source: Source) -> bool:
    """Whether a file begins as a backup does."""
    head = source.head
    if head.startswith(GZIP):
        try:
            head = zlib.decompressobj(31).decompress(head, 4_000)
        except zlib.error:
            return False
    return re.match(rb'\s*\{"(?:version|id)"\s*:', head) is not None


def read(source: Source, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    """The pages of a backup, in the order of their first comments."""
    pages: dict[str, ArticleRecord] = {}
    closed: set[str] = set()
    for number, line in enumerate(_lines(source, ledger), 1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
        except (ValueError, RecursionError):
            ledger.put("line", number, "left over", reason="is not JSON")
            continue
        if not isinstance(item, dict):
            ledger.put("line", number, "left over", reason="is not an object")
        elif "version" in item and "locator" not in item:
            posts = [p for p in _list(item.get("posts")) if isinstance(p, dict)]
            closed |= {str(p.get("url")) for p in posts if p.get("read_only")}
            ledger.put("site", number, "ignored", reason="about the site")
        else:
            _take(item, number, pages, ledger)
    if not pages and not ledger.counts().get("ignored"):
        raise SourceError(source.name, 1, "holds no comments of a Remark42 backup")
    for url, record in pages.items():
        record.closed = url in closed
        record.comments = parents_first(record.comments, record.warnings)
        ledger.put("page", record.lines[0], "article")
        yield record


def _lines(source: Source, ledger: ItemLedger) -> Iterator[bytes]:
    if not source.head.startswith(GZIP):
        yield from source.stream()
        return
    left = source.size * LARGEST + 1_000_000
    try:
        with gzip.open(source.stream()) as lines:
            while line := lines.readline(left + 1):
                left -= len(line)
                if left < 0:
                    raise SourceError(source.name, 0, f"unpacks to over {LARGEST} times its size")
                yield line
    except (OSError, EOFError, zlib.error) as failure:
        ledger.is_whole = False
        ledger.put("rest", 0, "left over", reason=f"the file breaks off: {failure}")
        ledger.warnings.append(f"the file breaks off: {failure}")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _take(
    item: dict[str, Any], number: int, pages: dict[str, ArticleRecord], ledger: ItemLedger
) -> None:
    locator, user = item.get("locator"), item.get("user")
    url = str(locator.get("url") or "") if isinstance(locator, dict) else ""
    if not url:
        ledger.put("comment", number, "left over", str(item.get("id")), "names no page")
        return
    record = pages.setdefault(
        url, ArticleRecord(key=f"remark42 {url}", url=url, lines=(number, number))
    )
    record.title = record.title or " ".join(str(item.get("title") or "").split()) or url
    status: Status = "removed" if item.get("delete") else "approved"
    written = str(item.get("time") or "")
    date = _moment(written)
    if date is None:
        record.warnings.append(f"line {number}: no date can be read from “{written[:40]}”")
    ledger.put("comment", number, "comment", str(item.get("id")))
    name = user.get("name") if isinstance(user, dict) else ""
    record.comments.append(
        CommentRecord(
            key=str(item.get("id") or ""),
            text=str(item.get("text") or ""),
            markup="html",
            author=" ".join(str(name or "").split()),
            parent=str(item["pid"]) if item.get("pid") else None,
            date=date,
            status=status,
            lines=(number, number),
        )
    )


def _moment(text: str) -> datetime | None:
    # Go writes nanoseconds, of which Python reads six digits.
    short = re.sub(r"(\.\d{6})\d+", r"\1", text[:64]).replace("Z", "+00:00")
    try:
        moment = datetime.fromisoformat(short)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
