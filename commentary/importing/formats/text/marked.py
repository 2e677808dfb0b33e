"""Reads comments, bylines and the body from lines that an editor has marked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypedDict

from ...records import Block, CommentKind
from . import dates
from .body import blocks_of_rows
from .entries import TextEntry, filled
from .lines import SHORT, CaptureRows, Row, is_date_line, role_of, rows_of
from .names import byline_names, looks_like_name, read_header, stored_name
from .phrases.patterns import lazy_re_compile

POSTED = lazy_re_compile(
    r"(?:posted|written|published)?\s*(?:by\b|von\b|par\b|por\b|da\b)\s*:?", re.I
)


class MarkedLine(Protocol):
    """A line of a text, or a text node of a page; see `repair.SourceLine`."""

    @property
    def text(self) -> str: ...
    @property
    def joint(self) -> str: ...


class Details(TypedDict, total=False):
    """Values of a comment that an editor gave: its name, its date (ISO 8601, "" for unknown), and a
    line of its parent (0 for none).
    """

    name: str
    date: str
    parent: int


@dataclass
class MarkedEntry:
    """A comment to read: the numbers of its lines, those that have only its name or date, and the
    values given by the editor. The other fields are filled by `read_marked`.
    """

    numbers: list[int]
    bylines: list[int]
    details: Details
    author: str = ""
    date: datetime | None = None
    kind: CommentKind = "comment"
    text: str = ""
    furniture: list[int] = field(default_factory=list)
    is_empty: bool = False


def read_date(text: str) -> datetime | None:
    """Return the date in a text: ISO 8601, or as pages write dates."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return dates.read_stamp(text)


def byline_of(text: str) -> tuple[list[str], datetime | None]:
    """Return the names and the date in a line with nothing else."""
    text = " ".join(text.split())[:300]
    names = byline_names(text)
    plain = dates.plain_digits(text)
    found = re.search(dates.STAMP, plain, re.I)
    date = dates.read_stamp(found[0]) if found else None
    if names is None:
        header = read_header([text, ""], [0, 1])
        date = date or header.date
        rest = text if not found else text[: found.start()] + " " + text[found.end() :]
        rest = POSTED.sub(" ", rest, count=1)
        rest = re.sub(r"\s+(?:on|at|am|le|el|il|op|um)?\s*$", "", " " + rest)
        name = header.author or ("" if is_date_line(text) else stored_name(rest))
        names = [name] if name else []
    return names, date


def marked_blocks(lines: list[str]) -> list[Block]:
    """Return the blocks of an article's body, from lines of which all others are blank."""
    return blocks_of_rows(CaptureRows(lines).rows)


def read_marked(lines: Sequence[MarkedLine], entries: list[MarkedEntry]) -> None:
    """Read name, date and text of comments from their lines."""
    dates.look_over([line.text for line in lines])
    page = CaptureRows([])
    made: list[tuple[MarkedEntry, TextEntry, dict[int, list[int]]]] = []
    for entry in entries:
        # A gap in the numbering keeps the comments apart.
        rows, numbers = _rows(lines, entry.numbers, page.rows[-1].number + 1 if page.rows else 0)
        page.rows += rows
        _take_bylines(lines, entry, rows)
        made.append(
            (entry, TextEntry(rows=[_content(i, row) for i, row in enumerate(rows)]), numbers)
        )
    page.rows.append(Row(0, 0, "", 0))  # no comment is cut off by the end
    whole = [text_entry for _, text_entry, _ in made if text_entry.rows]
    kept = {id(text_entry) for text_entry in filled(page, whole)}
    for entry, read, numbers in made:
        if id(read) in kept:
            entry.kind, entry.text = read.kind, read.text
            entry.author = entry.author or read.author
            entry.date = entry.date or read.date
            entry.furniture = [
                number
                for row, _ in read.rows
                if page.use_of(row) == "furniture"
                for number in numbers[row.number]
            ]
        if "name" in entry.details:
            entry.author = stored_name(entry.details["name"])
        if "date" in entry.details:
            given = entry.details["date"]
            entry.date = read_date(given) if given else None
        entry.is_empty = not (entry.text or entry.author or entry.date)


def _rows(
    lines: Sequence[MarkedLine], numbers: list[int], taken: int
) -> tuple[list[Row], dict[int, list[int]]]:
    """Return the visible lines of a comment as rows numbered after `taken`, and the numbers of the
    source lines in each. Text nodes of one visible line are joined.
    """
    texts: list[str] = []
    parts: list[list[int]] = []
    last = 0
    for number in numbers:
        between = [lines[n - 1] for n in range(last + 1, number + 1)] if last else []
        has_blank = any(not line.text.strip() for line in between)
        joints = {line.joint for line in between}
        is_apart = has_blank or "\n\n" in joints or last and number - last > 1
        text = lines[number - 1].text
        if texts and not is_apart and joints <= {"", " "}:
            texts[-1] += lines[number - 1].joint + text
            parts[-1].append(number)
        else:
            if texts and is_apart:
                texts.append("")
                parts.append([])
            texts.append(text)
            parts.append([number])
        last = number
    rows = list(rows_of(texts))
    found = {}
    for row in rows:
        row.role = role_of(row)
        source_lines = parts[row.number - 1]
        row.number += taken
        found[row.number] = source_lines
    return rows, found


def _content(index: int, row: Row) -> tuple[Row, str]:
    """Return a row with its text; the number or bullet of a list before a comment is left out."""
    return row, row.rest if index == 0 and row.is_marked and row.rest else row.text


def _take_bylines(lines: Sequence[MarkedLine], entry: MarkedEntry, rows: list[Row]) -> None:
    """Read the lines marked as byline. If the editor gave a name or a date, a short line that shows
    only these is one too, and is removed from `rows`.
    """
    for number in entry.bylines:
        names, date = byline_of(lines[number - 1].text)
        entry.author = entry.author or (names[0] if names else "")
        entry.date = entry.date or date
    name = str(entry.details.get("name") or "").casefold()
    if name and rows and len(rows) > 1 and len(rows[0].text) <= SHORT:
        header = read_header([row.text for row in rows[:4]], [row.gap for row in rows[:4]])
        is_name = name in rows[0].text.casefold() and not rows[0].text.endswith((".", "!", "?"))
        if not header.lines and (is_name or looks_like_name(rows[0].text) and is_name):
            entry.date = entry.date or byline_of(rows[0].text)[1]
            del rows[0]
    if entry.details.get("date"):
        for row in [*rows[:2], *rows[-1:]]:
            if len(rows) > 1 and is_date_line(row.text) and row in rows:
                rows.remove(row)
