"""Isso databases: one SQLite file with the tables `threads` and `comments`."""

import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from ..fields import page_key, plain_line, without_tracking
from ..messages import gettext as _
from ..messages import gettext_noop
from ..records import ArticleRecord, CommentRecord, ItemLedger, SourceError, Status
from ..source import SQLITE, SourceFile
from ..spool import Spool

SUFFIXES = {".db", ".sqlite", ".sqlite3"}
SIGN = gettext_noop("an SQLite database")
# Steps of SQLite's virtual machine, to abort on a file made to consume time.
STEPS, STEPS_PER_BYTE = 100_000_000, 5
# Bits; the last one that is set counts.
MODES: tuple[tuple[int, Status], ...] = ((4, "removed"), (2, "pending"), (1, "approved"))
DAMAGE = (sqlite3.Error, OverflowError, UnicodeError)  # raised when reading a damaged file
# Offset of the byte that is 2 in write-ahead-log mode, when a -wal file may hold more data.
WROTE_AHEAD = 18


def detect(source: SourceFile) -> bool:
    """Return whether a file is an SQLite database; `read` refuses those that aren't Isso's."""
    return source.head.startswith(SQLITE)


def read(source: SourceFile, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    """Yield the threads with comments.

    The file is never written, and files next to it are not read.
    """
    with source.file() as path:
        yield from _read(path, source, ledger)


def _read(path: Path, source: SourceFile, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    # Used by one thread at a time.
    database = sqlite3.connect(address, uri=True, check_same_thread=False)
    left = [(STEPS + STEPS_PER_BYTE * path.stat().st_size) // 1_000]

    def tick() -> int:
        left[0] -= 1
        return left[0] < 0

    database.set_progress_handler(tick, 1_000)
    try:
        database.text_factory = lambda text: text.decode("utf-8", "replace")
        database.execute("PRAGMA trusted_schema = OFF")
        tables = {
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        if not {"threads", "comments"} <= tables:
            raise SourceError(source.name, 0, _("is an SQLite database, but not an Isso one"))
        if source.head[WROTE_AHEAD] == 2:
            ledger.warnings.append(
                _(
                    "recent changes may still be in the -wal file beside it, which is not read; make a "
                    "complete copy with: sqlite3 FILE '.backup COPY'"
                )
            )
        ledger.seen += database.execute("SELECT count(*) FROM comments").fetchone()[0]
        columns = _columns(
            *(database, "comments", "tid", "id", "parent", "created", "mode", "text", "author"),
            *("website", "likes", "dislikes"),
        )
        titles = _columns(database, "threads", "id", "uri", "title")
        pages: dict[str, ArticleRecord] = {}
        threads: dict[object, ArticleRecord] = {}
        for number, uri, title in database.execute(f"SELECT {titles} FROM threads ORDER BY id"):
            ledger.seen += 1
            record = _thread(number, uri, title)
            page = page_key(record.url) if record.url else f"thread {number}"
            threads[number] = pages.setdefault(page, record)
            if record is not pages[page]:
                pages[page].other_keys.append(record.key)
                pages[page].title = pages[page].title or record.title
        spool, talked = Spool(), set[object]()
        comments = database.execute(
            f"SELECT {columns} FROM comments "  # noqa: S608
            "WHERE tid IN (SELECT id FROM threads) ORDER BY tid, id"
        )
        damage: Exception | None = None
        try:
            for thread, *row, website, likes, dislikes in comments:
                ledger.dropped[gettext_noop("votes")] += bool(likes or dislikes)
                record = threads[thread]
                comment = _comment(tuple(row), record, ledger)
                comment.author_url = website or ""
                spool.add(record.key, comment)
                talked.add(thread)
        except DAMAGE as failure:
            if not ledger.used:
                raise
            damage = failure  # raised again once everything readable is stored
        for number in threads:
            fate = "article" if number in talked else "ignored"
            why = (
                ""
                if number in talked
                else _("thread %(number)s has no comments") % {"number": number}
            )
            ledger.add("thread", 0, fate, str(number), why)
        for record in pages.values():
            if record.key in spool.names:
                record.title = record.title or record.url
                record.comments = spool.comments_of(record.key, warnings=record.warnings)
                yield record
        if damage:
            raise damage
        orphans = database.execute(
            "SELECT id FROM comments WHERE NOT EXISTS "
            "(SELECT 1 FROM threads WHERE threads.id = comments.tid)"
        )
        for (number,) in orphans:
            ledger.add("comment", 0, "left over", str(number), _("its thread was not found"))
    except DAMAGE as failure:
        if not ledger.used:
            raise SourceError(
                source.name, 0, _("cannot be read as SQLite: %(reason)s") % {"reason": failure}
            ) from failure
        ledger.is_whole = False
        ledger.seen = sum(ledger.used.values()) + 1
        ledger.add(
            "rest",
            0,
            "left over",
            reason=_("the file is damaged: %(reason)s") % {"reason": failure},
        )
    finally:
        database.close()


def _thread(number: object, uri: object, title: object) -> ArticleRecord:
    return ArticleRecord(
        key=f"isso {number if uri is None else uri}",
        title=plain_line(_text(title)),
        url=without_tracking(plain_line(_text(uri))),
    )


def _columns(database: sqlite3.Connection, table: str, *names: str) -> str:
    """Return the columns to select; those missing in older versions of Isso are NULL."""
    there = {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
    return ", ".join(name if name in there else f"NULL AS {name}" for name in names)


def _comment(row: tuple, record: ArticleRecord, ledger: ItemLedger) -> CommentRecord:
    number, parent, created, mode, text, author = row
    bits = 1 if mode is None else mode if isinstance(mode, int) else 0
    status = next((status for bit, status in MODES if bits & bit), None)
    if status is None:
        record.warnings.append(
            _("comment %(number)s: unknown mode %(mode)s; imported as pending")
            % {"number": number, "mode": f"{mode!r}"}
        )
    try:
        date = datetime.fromtimestamp(float(created), UTC).replace(microsecond=0)
    except (TypeError, ValueError, OverflowError, OSError):
        date = None
        record.warnings.append(
            _("comment %(number)s: invalid date %(date)s")
            % {"number": number, "date": f"{str(created)[:40]!r}"}
        )
    ledger.add("comment", 0, "comment", str(number))
    return CommentRecord(
        key=str(number),
        old_ids=[f"#isso-{number}"],
        text=_text(text),
        markup="markdown",
        author=plain_line(_text(author)),
        parent=str(parent) if parent else None,
        date=date,
        status=status or "pending",
    )


def _text(value: object) -> str:
    """Convert a value of any column type to text."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return "" if value is None else re.sub("\r\n?", "\n", str(value)).replace("\0", "").strip("\n")
