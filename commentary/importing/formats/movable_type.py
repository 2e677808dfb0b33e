"""Movable Type and TypePad exports (MTIF): entries with their comments and trackbacks.

An entry is lines of fields, then sections: each begins with its name and ends with a line of five
hyphens. A line of eight hyphens ends the entry. Comments have no ids, and name no parent.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ..fields import plain_line
from ..messages import gettext as _
from ..messages import gettext_noop
from ..records import ArticleRecord, CommentRecord, ItemLedger, comment_key, digest_key
from ..source import MARKS, MOVABLE_TYPE, SourceFile
from .html.fragment import normal_form
from .wordpress_content import paragraphs_as_typed

SUFFIXES = {".txt", ".mtif"}
SIGN = gettext_noop("fields such as AUTHOR: and TITLE:, then ----- and BODY:")
FIELD = re.compile(r"([A-Z][A-Z ]{1,30}):(?: (.*)|$)")
SECTION = re.compile(r"(BODY|EXTENDED BODY|EXCERPT|KEYWORDS|COMMENT|PING):\s*$")
SECTION_END = re.compile(r"-----\s*$")
ENTRY_END = re.compile(r"--------\s*$")
OF_COMMENT = {"AUTHOR", "EMAIL", "IP", "URL", "DATE"}
OF_PING = {"TITLE", "URL", "IP", "BLOG NAME", "DATE"}
DATES = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M")
# Values of CONVERT BREAKS for bodies that are HTML already.
HTML = {"0", "", "richtext", "html", "wysiwyg"}
MAX_SECTION = 20_000_000  # characters of a section


@dataclass(slots=True)
class _Section:
    name: str
    first: int
    fields: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    last: int = 0

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")


@dataclass(slots=True)
class _Entry:
    first: int
    fields: dict[str, str] = field(default_factory=dict)
    sections: list[_Section] = field(default_factory=list)
    last: int = 0


def detect(source: SourceFile) -> bool:
    """Return whether a file starts like an export of Movable Type."""
    head = source.ascii_head.removeprefix(b"\xef\xbb\xbf")
    return MOVABLE_TYPE.search(head) is not None


def read(source: SourceFile, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    """Yield the entries of an export."""
    keys: dict[str, int] = {}
    for place, entry in enumerate(_entries(source), 1):
        ledger.seen += 1
        if not entry.sections and not entry.fields:
            ledger.add("entry", entry.first, "ignored", reason=_("an empty entry"))
            continue
        record = _record(entry, ledger)
        record.key = _key(entry, source.name, place)
        count = keys[record.key] = keys.get(record.key, 0) + 1
        if count > 1:
            record.warnings.append(
                _("line %(first)s: another entry has the same address or date")
                % {"first": entry.first}
            )
            record.key = f"{record.key} ({count})"
        yield record
    if source.broken_off:
        ledger.is_whole = False
        ledger.warnings.append(
            _("the file is cut off: %(broken_off)s") % {"broken_off": source.broken_off}
        )


def _lines(source: SourceFile) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers. Lines that are not UTF-8 are read as Windows-1252."""
    wide = next((e for mark, e in MARKS if source.head.startswith(mark) and "utf-8" not in e), "")
    with source.stream() as stream:
        if wide:
            for number, line in enumerate(stream.read().decode(wide, "replace").splitlines(), 1):
                yield number, line
            return
        for number, data in enumerate(stream, 1):
            data = data.rstrip(b"\r\n")
            if number == 1:
                data = data.removeprefix(b"\xef\xbb\xbf")
            try:
                yield number, data.decode()
            except UnicodeDecodeError:
                yield number, data.decode("cp1252", "replace")


def _entries(source: SourceFile) -> Iterator[_Entry]:
    entry: _Entry | None = None
    section: _Section | None = None
    number = size = 0
    for number, line in _lines(source):
        entry = entry or _Entry(number)
        if ENTRY_END.fullmatch(line):
            entry.last = number
            yield entry
            entry, section = None, None
        elif section is None and (found := SECTION.fullmatch(line)):
            section, size = _Section(found[1], number), 0
        elif section is None:
            if found := FIELD.match(line):
                entry.fields.setdefault(found[1], (found[2] or "").strip())
        elif SECTION_END.fullmatch(line):
            section.last = number
            entry.sections.append(section)
            section = None
        elif not section.lines and (found := FIELD.match(line)) and _is_field(section, found[1]):
            section.fields[found[1]] = (found[2] or "").strip()
        elif size <= MAX_SECTION:
            section.lines.append(line)
            size += len(line)
    if entry is not None:
        if section is not None:
            section.last = number
            entry.sections.append(section)
        entry.last = number
        if entry.fields or entry.sections:
            yield entry


def _is_field(section: _Section, name: str) -> bool:
    wanted = {"COMMENT": OF_COMMENT, "PING": OF_PING}.get(section.name, set())
    return name in wanted and name not in section.fields


def _record(entry: _Entry, ledger: ItemLedger) -> ArticleRecord:
    fields = entry.fields
    author = plain_line(fields.get("AUTHOR", ""))
    status = fields.get("STATUS", "Publish").casefold()
    url = fields.get("UNIQUE URL", "")
    warnings: list[str] = []
    date = _date(fields.get("DATE", ""), entry.first, warnings)
    body, pictures = _body(entry, url)
    is_published = status in ("publish", "")
    reason = (
        ""
        if is_published
        else _("%(status)s at its source; imported as a draft") % {"status": status}
    )
    ledger.add("entry", entry.first, "article", reason=reason)
    comments: list[CommentRecord] = []
    counts: Counter[str] = Counter()
    for section in entry.sections:
        if section.name in ("COMMENT", "PING"):
            ledger.seen += 1
            comment = _comment(section, warnings, ledger)
            key = digest_key(comment)
            counts[key] += 1
            comment.key = comment_key(key, counts[key])
            comments.append(comment)
    return ArticleRecord(
        key="",
        is_of_file=not url,
        title=plain_line(fields.get("TITLE", "")),
        authors=[author] if author else [],
        date=date,
        url=url if url.startswith(("http://", "https://")) else "",
        body_html=body,
        markup="rich",
        is_published=is_published,
        closed={"1": False, "2": True, "0": True}.get(fields.get("ALLOW COMMENTS", "")),
        lines=(entry.first, entry.last),
        pictures=pictures,
        warnings=warnings,
        names_site=bool(url),
        comments=comments,
    )


def _key(entry: _Entry, file: str, place: int) -> str:
    """Return the key of an entry: its URL, otherwise its file and what distinguishes it there. Words
    such as the title may be the same in unrelated entries, and be corrected.
    """
    fields = entry.fields
    if url := fields.get("UNIQUE URL", ""):
        return f"movable type {' '.join(url.split())}"
    named = f"{fields.get('BASENAME', '')} {fields.get('DATE', '')}".split()
    return f"movable type {file} {' '.join(named) or f'#{place}'}"


def _body(entry: _Entry, url: str) -> tuple[str, dict[str, list[str]]]:
    """The body and its continuation in normal form, and the URLs of its pictures."""
    parts = [s.text for s in entry.sections if s.name in ("BODY", "EXTENDED BODY")]
    typed = "\n\n".join(part for part in parts if part.strip())
    if entry.fields.get("CONVERT BREAKS", "__default__").casefold() not in HTML:
        typed = "".join(paragraphs_as_typed(typed))
    return normal_form(typed, url)


def _comment(section: _Section, warnings: list[str], ledger: ItemLedger) -> CommentRecord:
    fields, is_ping = section.fields, section.name == "PING"
    website = fields.get("URL", "")
    record = CommentRecord(
        key="",
        text=section.text,
        author=plain_line(fields.get("BLOG NAME" if is_ping else "AUTHOR", "")),
        date=_date(fields.get("DATE", ""), section.first, warnings),
        kind="trackback" if is_ping else "comment",
        markup="html",
        lines=(section.first, section.last),
        author_url=website if website.startswith(("http://", "https://")) else "",
    )
    ledger.add("comment", section.first, "comment")
    return record


def _date(text: str, line: int, warnings: list[str]) -> datetime | None:
    """A date in the local time of the source."""
    for form in DATES:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    if text:
        warnings.append(
            _("line %(line)s: invalid date “%(text)s”") % {"line": line, "text": text[:40]}
        )
    return None
