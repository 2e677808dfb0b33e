"""Isso's generic format (JSON): a list of threads with their comments.

It is what ``isso import -t generic`` reads, described in Isso's documentation under "Advanced
Migration". Its example has no parents; Isso reads none, but some exporters write them.
"""

import re
from collections.abc import Iterator

from ..fields import without_tracking
from ..json_stream import (
    JsonItems,
    as_line,
    as_list,
    as_object,
    as_text,
    date_of_comment,
    web_address,
)
from ..messages import gettext as _
from ..messages import gettext_noop
from ..records import ArticleRecord, CommentRecord, ItemLedger, SourceError, digest_key
from ..source import SourceFile
from ..spool import parents_first

SUFFIXES = {".json", ".gz"}
SIGN = gettext_noop('a list of threads with "id", "title" and "comments"')
VALUE = rb'(?:"(?:[^"\\]|\\.){0,2000}"|null|-?\d+)'
BEGINNING = re.compile(
    rb'\A[\xef\xbb\xbf\xff\xfe\s]{0,10}\[\s*\{\s*(?:"(?:id|title|url)"\s*:\s*'
    + VALUE
    + rb"\s*,\s*){0,3}"
    rb'"comments"\s*:\s*\[(?:\s*\]|\s*\{)'
)


def detect(source: SourceFile) -> bool:
    """Return whether a file starts like a list of threads."""
    return BEGINNING.match(source.ascii_head) is not None


def read(source: SourceFile, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    """Yield the threads with comments."""
    items = JsonItems(source, {""})
    keys: dict[str, int] = {}
    for place, item in enumerate(items, 1):
        ledger.seen += 1
        thread = as_object(item.value)
        name, title = as_text(thread.get("id")).strip(), as_line(thread.get("title"))
        comments = as_list(thread.get("comments"))
        if not comments or not (name or title):
            why = _("a thread without comments") if name or title else _("neither ID nor title")
            ledger.seen += len(comments)
            for _each in comments:
                ledger.add("comment", item.first, "left over", reason=why)
            ledger.add("thread", item.first, "left over" if comments else "ignored", name, why)
            continue
        # A title may be that of unrelated threads.
        key = f"isso generic {name or f'{source.name} #{place}'}"
        keys[key] = keys.get(key, 0) + 1
        record = ArticleRecord(
            key=key if keys[key] == 1 else f"{key} ({keys[key]})",
            title=title or name,
            url=without_tracking(name) if name.startswith(("/", "http")) else "",
            lines=(item.first, item.last),
            is_of_file=not name,
        )
        if keys[key] > 1:
            record.warnings.append(
                _("line %(first)s: another thread has the ID %(name)s too")
                % {"first": item.first, "name": name[:60]}
            )
        ledger.add("thread", item.first, "article", name)
        found = [_comment(as_object(c), item.first, item.last, record) for c in comments]
        ledger.seen += len(found)
        for _each in found:
            ledger.add("comment", item.first, "comment")
        record.comments = parents_first(found, record.warnings)
        yield record
    items.report_damage(ledger)
    if not ledger.seen:
        raise SourceError(source.name, 1, _("contains no threads"))


def _comment(value: dict, first: int, last: int, record: ArticleRecord) -> CommentRecord:
    number, parent = as_text(value.get("id")), as_text(value.get("parent"))
    date = date_of_comment(value.get("created"), number, record.warnings)
    comment = CommentRecord(
        key=number,
        text=as_text(value.get("text")).replace("\r\n", "\n").strip("\n"),
        markup="markdown",
        author=as_line(value.get("author")),
        author_url=web_address(value.get("website")),
        parent=parent if parent not in ("", "0") else None,
        date=date,
        lines=(first, last),
        old_ids=[f"#isso-{number}"] if number else [],
    )
    comment.key = number or digest_key(comment)
    return comment
