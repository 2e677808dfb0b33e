"""Entries: convert the rows of one comment to name, date and text, and to a record."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from ...messages import gettext as _
from ...messages import gettext_noop, ngettext
from ...records import CommentKind, CommentRecord
from . import dates, phrases
from .lines import (
    ENDS_SENTENCE,
    LONGEST,
    MARKER,
    SHORT,
    CaptureRows,
    Header,
    Row,
    bare_signature,
    is_date_line,
    match_signature,
)
from .names import looks_like_name, read_header, signed_header, stored_name


@dataclass(slots=True, eq=False)
class TextEntry:
    """One comment while it is being read. `rows` are its lines in page order, each with its text."""

    column: int = 0
    parent: "TextEntry | None" = None
    rows: list[tuple[Row, str]] = field(default_factory=list)
    said: list[tuple[Row, str]] = field(default_factory=list)  # `rows` without buttons
    author: str = ""
    date: datetime | None = None
    kind: CommentKind = "comment"
    text: str = ""
    key: str = ""
    header_lines: int = 0  # of its name and date, if they are certain
    is_signed: bool = False  # has a name with “says” or a date
    is_signed_below: bool = False  # its name is below its text
    has_replies: bool = False
    has_button: bool = False
    last_number: int = 0  # of its numbered replies

    def says_something(self) -> bool:
        """Return whether more than a possible name has been read."""
        return len(self.rows) > 1 or bool(self.rows) and not looks_like_name(self.rows[0][1])

    def introduces(self) -> bool:
        """Return whether a list of its own may follow.

        True if the entry has only a name so far, or its last line ends with a colon or starts with
        a number.
        """
        last = self.rows[-1][1]
        return not self.says_something() or last.endswith((":", "：")) or bool(MARKER.match(last))


def filled(page: CaptureRows, entries: list[TextEntry]) -> list[TextEntry]:
    """Set name, date and text of the entries; empty entries become unrecognised.

    If most names were lost, a doubtful name is treated as text.
    """
    for entry in entries:
        drop_buttons(page, entry)
    headers = headers_of(entries)
    named = sum(1 for header in headers if header.author and not header.is_doubtful)
    for i, header in enumerate(headers):
        if header.is_doubtful and named * 2 < len(entries):
            headers[i] = Header()
    undated = sum(1 for header in headers if header.has_stamp and not header.date)
    if undated:
        page.warnings.append(
            ngettext(
                "%(n)s comment date could only be partly parsed",
                "%(n)s comment dates could only be partly parsed",
                undated,
            )
            % {"n": undated}
        )
    return [e for e, header in zip(entries, headers, strict=True) if fill_entry(page, e, header)]


def headers_of(entries: list[TextEntry]) -> list[Header]:
    """Return the header of each entry.

    “NAME:” above a text is a header if more than half of the entries start like that.
    """
    headers = [header_of(entry) for entry in entries]
    with_colon = {}
    for i, entry in enumerate(entries):
        first = entry.said[0][1] if len(entry.said) > 1 and not headers[i].lines else ""
        if first.endswith(":") and looks_like_name(first[:-1]):
            with_colon[i] = Header(stored_name(first), lines=1)
    if len(with_colon) > 1 and len(with_colon) * 2 > len(entries):
        headers = [with_colon.get(i, header) for i, header in enumerate(headers)]
    return without_numbers(headers)


def without_numbers(headers: list[Header]) -> list[Header]:
    """Remove numbers before names if all names have them: “1 Ann”, “2 Bob”."""
    named = [header for header in headers if header.author]
    counted = [phrases.COUNTED_NAME.fullmatch(header.author) for header in named]
    numbers = [int(found[1]) for found in counted if found]
    is_first = numbers == [1] and named[0].has_stamp
    counts_up = len(numbers) > 1 and numbers == sorted(set(numbers))
    if len(numbers) == len(named) and (is_first or counts_up):
        for header, found in zip(named, counted, strict=True):
            header.author = stored_name(found[2]) if found else ""
    return headers


def drop_buttons(page: CaptureRows, entry: TextEntry) -> None:
    """Remove “Reply” and similar buttons from the end of an entry."""
    within, last = entry.rows[:-1], entry.rows[-1:]
    entry.said = [part for part in within if not phrases.TWO_BUTTONS.fullmatch(part[1])] + last
    entry.said = [(row, text) for row, text in entry.said if text]
    if len(entry.said) > 1 and is_own_number(*entry.said[0]):
        page.assign(entry.said.pop(0)[0], "furniture", gettext_noop("number"))
    for k in (2, 1):
        if k < len(entry.said) and phrases.POST_AUTHOR.fullmatch(entry.said[k][1][:SHORT]):
            page.assign(entry.said.pop(k)[0], "furniture", gettext_noop("article author label"))
    while len(entry.said) > 1 and is_button(entry.said[-1][1]):
        page.assign(entry.said.pop()[0], "furniture", gettext_noop("button"))


def is_own_number(row: Row, text: str) -> bool:
    """Return whether a line is the comment's own number: “#3”, or “3” after the marker “3.”."""
    return text.lstrip("#") == str(row.value) or bool(phrases.OWN_NUMBER.fullmatch(text[:SHORT]))


def header_of(entry: TextEntry) -> Header:
    """Return name and date from the first rows of an entry."""
    if entry.is_signed_below:
        last = entry.said[-1][0]
        found = match_signature(last) or bare_signature(last)
        if (
            found
            and len(entry.said) > 2
            and stored_name(entry.said[0][1]) == stored_name(found["name"])
        ):
            return Header(lines=1)  # the name above the text is the same
        # “#1” above the text is the number of the comment.
        return Header(lines=1) if phrases.COUNTER.fullmatch(entry.said[0][1][:SHORT]) else Header()
    below = entry.said[1][1] if len(entry.said) > 1 else ""
    if len(below) <= SHORT and phrases.BY.match(below) and signed_header(below):
        entry.said[:2] = reversed(entry.said[:2])  # a subject is above the name
    first = entry.said[:4]
    return read_header([text for _, text in first], [row.gap for row, _ in first])


def fill_entry(page: CaptureRows, entry: TextEntry, header: Header) -> bool:
    """Set name, date and text from the rows of an entry. Returns False if it is empty."""
    rows = entry.said
    entry.author, entry.date = header.author, header.date
    if header.kind != "comment":
        entry.kind = header.kind
    rows = rows[header.lines :]
    while rows and header.lines and is_button(rows[0][1]):
        page.assign(rows.pop(0)[0], "furniture", gettext_noop("button"))
    rows = read_footer(entry, rows)
    entry.text = joined(rows)
    text_rows = {id(row) for row, _line in rows}  # a button may be in the same line
    if entry.kind == "comment":
        read_excerpt(entry)
    is_cut = entry.rows[-1][0] is page.rows[-1] and header.lines > 0 and not entry.has_replies
    if is_cut and not entry.text and entry.kind == "comment":
        page.warnings.append(
            _("line %(number)s: the page ends with a name and no text")
            % {"number": entry.rows[0][0].number}
        )
        entry.author, entry.date = "", None
    is_empty = not (entry.text or entry.author or entry.date or entry.has_replies)
    for row, _line in entry.rows:
        if is_empty:
            page.assign(row, "left over", gettext_noop("list item without text"))
        elif id(row) in text_rows or not page.is_assigned(row):
            page.assign(row, "comment", owner=entry)
    return not is_empty


def read_excerpt(entry: TextEntry) -> None:
    """Recognise “[…] … […]”, by itself or below the title of the linking page, as a pingback."""
    if phrases.EXCERPT.fullmatch(entry.text[:LONGEST]):
        entry.kind = "pingback"
        return
    title, _, excerpt = entry.text.partition("\n\n")
    is_title = not entry.author and len(title) <= 200 and not ENDS_SENTENCE.search(title)
    if is_title and excerpt and phrases.EXCERPT.fullmatch(excerpt[:LONGEST]):
        entry.kind, entry.author, entry.text = "pingback", stored_name(title), excerpt


def is_button(text: str) -> bool:
    """Return whether a line is “Reply” or a similar button."""
    return len(text) <= 60 and bool(phrases.BUTTON.fullmatch(text))


def read_footer(entry: TextEntry, rows: list[tuple[Row, str]]) -> list[tuple[Row, str]]:
    """Take a date, or a name with a date, from below the text. Returns the remaining rows."""
    if len(rows) < 2 or len(rows[-1][1]) > SHORT * 2:
        return rows
    last, text = rows[-1]
    found = match_signature(last)
    if entry.is_signed_below or "|" in text:  # “Leeds, June 3, 2011” may be text
        found = found or bare_signature(last)
    if not entry.author and found:
        entry.author = stored_name(found["name"])
        entry.date = dates.read_stamp(found["stamp"])
        return rows[:-1]
    if entry.date is None and is_date_line(text) and (last.gap or ":" in text):
        entry.date = dates.read_stamp(text)
        return rows[:-1]
    return rows


def joined(rows: list[tuple[Row, str]]) -> str:
    """Join rows into paragraphs separated by empty lines, keeping line breaks.

    Rows that aren't adjacent in the source are separate paragraphs.
    """
    parts: list[str] = []
    last = 0
    for row, text in rows:
        if parts:
            parts.append("\n" if not row.gap and row.number == last + 1 else "\n\n")
        parts.append(text)
        last = row.number
    return "".join(parts)


class NumberWarnings(NamedTuple):
    """The warnings about the numbers of comments or points."""

    start: str
    missing: str
    repeated: str


OF_COMMENTS = NumberWarnings(
    gettext_noop("comment numbers start at %(start)s"),
    gettext_noop("comment numbers missing: %(numbers)s"),
    gettext_noop("comment numbers repeated: %(numbers)s"),
)
OF_POINTS = NumberWarnings(
    gettext_noop("point numbers start at %(start)s"),
    gettext_noop("point numbers missing: %(numbers)s"),
    gettext_noop("point numbers repeated: %(numbers)s"),
)


def warn_of_numbers(page: CaptureRows, numbers: list[int], warnings: NumberWarnings) -> None:
    """Warn about numbers that are missing, repeated or don't start at 1."""
    if not numbers:
        return
    counted, start = Counter(numbers), min(numbers)
    if start > 1:
        page.warnings.append(_(warnings.start) % {"start": start})
    missing = [n for n in range(start, min(max(numbers), start + 5000)) if n not in counted]
    twice = [n for n in counted if counted[n] > 1]
    for found, text in ((missing, warnings.missing), (twice, warnings.repeated)):
        if found:
            shown = ", ".join(map(str, found[:10])) + (" …" if len(found) > 10 else "")
            page.warnings.append(_(text) % {"numbers": shown})


def digest(*parts: str) -> str:
    """Return a hash of texts that ignores case and white space."""
    told = "\0".join(" ".join(part.casefold().split()) for part in parts)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def comment_records(entries: list[TextEntry]) -> Iterator[CommentRecord]:
    """Convert entries to records, with keys that don't depend on their position on the page."""
    seen: Counter[str] = Counter()
    for entry in entries:
        parent = entry.parent.key if entry.parent else ""
        date = entry.date.isoformat() if entry.date else ""
        key = digest(parent, entry.author, date, entry.kind, entry.text)[:16]
        seen[key] += 1
        entry.key = key if seen[key] == 1 else f"{key}-{seen[key]}"
        numbers = [row.number for row, _ in entry.rows]
        yield CommentRecord(
            key=entry.key,
            text=entry.text,
            author=entry.author,
            parent=parent or None,
            date=entry.date,
            kind=entry.kind,
            lines=(min(numbers), max(numbers)),
        )
