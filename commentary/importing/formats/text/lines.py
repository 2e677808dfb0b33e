"""The lines of a text capture: what stands where, and what becomes of each.

Everything is measured once, so that the rules above it may ask about any row at no cost.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from ...records import CommentKind, Ledger, Use
from . import dates, phrases

LONGEST = 2000  # a longer line is text, never a title, a name or a heading
SHORT = 100  # what names and dates fit into
TAB = 4  # columns to the next stop
# Signs without width or of direction alone, which hide what a line begins with.
UNSEEN = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
BLANKS = UNSEEN + "".join(sign for sign in map(chr, range(0x3001)) if sign.isspace())
STRONG_BULLETS = "•◦‣▪●○"  # the page's own
WEAK_BULLETS = "-*–·—+"  # typed by commenters as well
MARKER = re.compile(rf"(?:(\d{{1,7}})[.)]|([{STRONG_BULLETS}{re.escape(WEAK_BULLETS)}]))(?:\s+|$)")
DRAWING = re.compile(r"[\s*•·–—_=~#-]*")  # a line that only draws

# What a line is by its words alone: a closing notice or a reply form, the heading of the
# comments or of the pingbacks, a button, a link to other pages of the thread, or text.
Role = Literal["closed", "open", "heading", "pingbacks", "button", "paging", ""]


@dataclass
class Header:
    """What the first lines of an entry say about it; `lines` of them say nothing else. It is
    certain where a date, a “says:” or the like shows that this is no text, and doubtful where
    the name could as well be the first words, as in “Lovely pictures”."""

    author: str = ""
    date: datetime | None = None
    kind: CommentKind = "comment"
    lines: int = 0
    is_certain: bool = False
    is_doubtful: bool = False
    has_stamp: bool = False


@dataclass(slots=True)
class Row:
    """One line that is not blank: its number from 1, its column, its text without white space at
    the ends, and how many blank lines stand above it. `bullet` or `value` is set, and `rest` is
    what follows, where it begins like an entry of a list."""

    number: int
    column: int
    text: str
    gap: int
    bullet: str = ""
    value: int | None = None
    rest: str = ""
    role: Role = ""

    @property
    def is_marked(self) -> bool:
        return self.value is not None or bool(self.bullet)

    @property
    def is_margin_text(self) -> bool:
        return self.column == 0 and not self.is_marked

    @property
    def is_notice(self) -> bool:
        return self.role in ("closed", "open")


@dataclass
class Start:
    """Where the body ends and the comments begin. `heading` is the row of the heading, if any;
    `style` says how entries are told apart: list, blocks, signed, names, nameless or none."""

    body_end: int
    heading: int | None
    first: int
    style: str


class Page:
    """The rows of a capture, and what became of each of them. `owners` are the entries whose key
    a line is filed under, known when all are read."""

    def __init__(self, lines: list[str]) -> None:
        self.rows = list(rows_of(lines))
        begins_with_list = bool(self.rows) and put_back_indent(self.rows)
        margin = 0 if begins_with_list else min((row.column for row in self.rows), default=0)
        for row in self.rows:
            row.column -= margin
            row.role = role_of(row)
        self.is_unparted = not any(row.gap for row in self.rows[1:])  # by blank lines
        self.is_tight = self.is_unparted and (
            any(len(row.text) > SHORT for row in self.rows)
            or sum(1 for row in self.rows if signature(row)) > 1
        )
        if self.is_tight:
            self.part_lines()
        self._fates: dict[int, tuple[Use, object, str]] = {}
        self.leave_out_other_articles()
        self.has_strong_bullets = any(r.bullet and r.bullet in STRONG_BULLETS for r in self.rows)
        # The last row that reads like a sentence and not like the furniture of a page.
        self.last_sentence = max((i for i, r in enumerate(self.rows) if is_sentence(r)), default=-1)
        self.next_text = [len(self.rows)] * (len(self.rows) + 1)
        for i in range(len(self.rows) - 1, -1, -1):
            self.next_text[i] = self.next_text[i + 1] if self.rows[i].role else i
        # Rows of Typepad's where a name may be lost: two blank lines stand above them.
        is_typepad = any(
            fits(phrases.TYPEPAD_FEED, r) or fits(phrases.TYPEPAD_CLOSED, r) for r in self.rows
        )
        self.lost_names = [i for i, r in enumerate(self.rows) if is_typepad and r.gap > 1]
        self.last_heading = max(
            (i for i, r in enumerate(self.rows) if r.role == "heading"), default=-1
        )
        self.notices = [i for i, r in enumerate(self.rows) if r.is_notice]
        # The last button, form or notice.
        self.last_sign = max(
            (i for i, r in enumerate(self.rows) if r.is_notice or r.role == "button"), default=-1
        )
        self.signed = [i for i, r in enumerate(self.rows) if signature(r)]
        self.says_posted = bool(self.signed)
        bare = [] if self.signed else [i for i, r in enumerate(self.rows) if is_margin_signature(r)]
        last = (self.signed or bare or [-1])[-1]
        # Whether the last signature stands below its text: furniture follows, and no sentence.
        follows = self.rows[last + 1 : last + 2]
        self.ends_signed = last >= 0 and all(map(is_around, follows)) and last >= self.last_sentence
        self.signed = self.signed or (bare if self.ends_signed else [])
        # Votes with the date of a comment below them.
        self.votes = [
            i
            for i, r in enumerate(self.rows[:-1])
            if len(r.text) <= SHORT
            and phrases.DISCUZ_VOTES.fullmatch(r.text)
            and is_date_line(self.rows[i + 1].text)
        ]
        self.untold = ""  # what of the body may be comments
        self.doubts: list[str] = []  # why comments may have been told apart wrongly
        self.names: list[int] | None = None  # rows with a name above its text, once asked for
        self.headers: dict[
            int, Header
        ] = {}  # what an entry in this row would begin with, once asked
        self.warnings: list[str] = []

    def part_lines(self) -> None:
        """In a page without blank lines, but with long lines or names below texts, each line is a
        paragraph."""
        for row in self.rows[1:]:
            row.gap = int(row.is_margin_text)

    def leave_out_other_articles(self) -> None:
        """End the page at Blogger's list of other articles, which stands below everything."""
        is_end = (
            i for i, r in enumerate(self.rows) if i and fits(phrases.OTHER_ARTICLES, r, SHORT)
        )
        end = next(is_end, len(self.rows))
        for row in self.rows[end:]:
            self.assign(row, "furniture", "other articles")
        del self.rows[end:]

    def assign(self, row: Row, use: Use, reason: str = "", owner: object = None) -> None:
        """Decide what becomes of a row. `owner` has the key of a comment, at the latest in the end."""
        self._fates[row.number] = (use, owner, reason)

    def is_assigned(self, row: Row) -> bool:
        return row.number in self._fates

    def use_of(self, row: Row) -> Use | None:
        """What became of a row, if that is decided."""
        return self._fates[row.number][0] if row.number in self._fates else None

    def is_signed_below(self, i: int) -> bool:
        """Whether row `i` signs the text above it."""
        k = bisect_left(self.signed, i)
        return self.ends_signed and k < len(self.signed) and self.signed[k] == i

    def notice_from(self, i: int) -> int:
        """The first notice from row `i` on, or the end."""
        k = bisect_left(self.notices, i)
        return self.notices[k] if k < len(self.notices) else len(self.rows)

    def signed_from(self, i: int) -> list[int]:
        """The rows from `i` on that sign the text above them."""
        return self.signed[bisect_left(self.signed, i) :]

    def close(self, ledger: Ledger) -> None:
        """Hand every line of the source to the ledger."""
        filled = {row.number for row in self.rows} | self._fates.keys()
        for number in range(1, len(ledger.lines) + 1):
            if number in filled:
                use, owner, reason = self._fates.get(number, ("left over", None, "unrecognised"))
                ledger.add(number, use, getattr(owner, "key", ""), reason)
            else:
                ledger.add(number, "blank")


def rows_of(lines: list[str]) -> Iterator[Row]:
    """The lines that hold something. Tabs and no-break spaces indent like spaces."""
    gap, has_glued = 0, False
    for number, line in enumerate(lines, 1):
        text = line.strip().strip(UNSEEN).strip()
        if not text:
            gap += 1
            continue
        column = column_of(line)
        glued = phrases.TWO_BUTTONS.fullmatch(text)
        has_glued = has_glued or bool(glued and glued[2])
        if has_glued and not glued:
            glued = phrases.LONE_DELETE.fullmatch(text)
        if glued and glued[2]:
            yield Row(number, column, glued[1], gap)
            text, gap = glued[2].strip(), 0
        row = Row(number, column, text, gap)
        gap = 0
        found = MARKER.match(text)
        if found and is_marker(text, found):
            row.value = int(found[1]) if found[1] else None
            row.bullet = found[2] or ""
            row.rest = text[found.end() :].strip()
        yield row


def put_back_indent(rows: list[Row]) -> bool:
    """Whether the page begins with an indented list. Its first line may have lost its blanks, as the
    list goes on deeper, with text deeper still below its first item."""
    first = rows[0]
    if first.value is None:
        return False
    next_one = (r for r in rows[1:] if r.column == 0 or r.value == first.value + 1)
    deeper = next(next_one, first).column
    if not first.column and deeper:
        first.column = deeper
    return first.column > 0


def is_marker(text: str, found: re.Match[str]) -> bool:
    """Whether a number or bullet begins an entry: not “3. Juni 2011”, and not “* * *”. “2. May” is
    one: May and April are names as well, and a date has another number."""
    if found[1]:
        is_bare = not any(map(str.isdigit, text[found.end() : SHORT]))
        return is_bare or not (is_date_line(text) or dates.DAY_AT_START.match(text))
    return text in STRONG_BULLETS or len(text) > SHORT or not DRAWING.fullmatch(text)


def column_of(line: str) -> int:
    """How far a line is indented. Signs of direction between the blanks have no width."""
    indent = line[: len(line) - len(line.lstrip(BLANKS))]
    indent = "".join(sign for sign in indent if sign not in UNSEEN)
    if "\t" not in indent:
        return len(indent)
    column = 0
    for sign in indent:
        column += TAB - column % TAB if sign == "\t" else 1
    return column


def fits(pattern: re.Pattern[str], row: Row, longest: int = 300) -> re.Match[str] | None:
    """A match of the whole line, if it is short enough to be what the pattern is about."""
    return pattern.fullmatch(row.text) if len(row.text) <= longest else None


def signature(row: Row) -> re.Match[str] | None:
    """Who wrote the text above the row and when, where a word tells that it is signed."""
    return fits(dates.SIGNED_BELOW, row) or fits(dates.DATE_COMMENTER, row)


def is_margin_signature(row: Row) -> bool:
    """“NAME | DATE”, “NAME, DATE” or “NAME  DATE” on a line of its own."""
    is_near = row.column <= 2 and not row.is_marked
    return is_near and row.gap > 0 and bool(bare_signature(row))


def bare_signature(row: Row) -> re.Match[str] | None:
    """The name and the date of a row that shows both, and is no date with a comma."""
    found = fits(dates.NAME_AND_DATE, row, SHORT)
    return None if found and is_date_line(row.text) else found


def role_of(row: Row) -> Role:
    """What a line is by its words. Notices and headings stand at the left margin."""
    if len(row.text) <= 300 and row.column == 0:
        if phrases.CLOSED.fullmatch(row.text):
            return "closed"
        if phrases.OPEN.fullmatch(row.text):
            return "open"
        if is_heading(row.text) or phrases.TYPEPAD_FEED.fullmatch(row.text):
            return "heading"
        if fits(phrases.PINGBACKS_HEADING, row, SHORT):
            return "pingbacks"
    if fits(phrases.BUTTON, row, 60):
        return "button"
    return "paging" if fits(phrases.PAGING, row, SHORT) else ""


def is_heading(text: str) -> bool:
    """A heading of comments. “Two responses to this are possible.” is a sentence, but a title that
    lost its closing quotation mark may end in its own full stop."""
    if text.endswith(".") and len(text.split()) > 4 and not phrases.UNCLOSED.search(text):
        return False
    return any(
        p.fullmatch(text) for p in (*phrases.HEADINGS, phrases.NO_COMMENTS, phrases.HEADING_BARE)
    )


def is_date_line(text: str) -> bool:
    """A line that shows a point in time and nothing else."""
    if len(text) > SHORT:
        return False
    return bool(dates.DATE_LINE.fullmatch(" ".join(dates.plain_digits(text).split())))


ENDS_SENTENCE = re.compile(r"[.!?…,;:。！？؟،؛][)\]”\"’'»]*$")


def is_sentence(row: Row) -> bool:
    """A line too long for furniture, or a shorter one with a full stop that is none."""
    if len(row.text) > 120:
        return not row.is_notice
    return len(row.text) > 40 and bool(ENDS_SENTENCE.search(row.text)) and not is_around(row)


def is_navigation(row: Row) -> bool:
    """« Older post | Main | Newer post », ← Previous, Home » News."""
    text = row.text
    if len(text) > 300 or not re.search(r"[|«»←→‹›]", text):
        return False
    if any(phrases.NAVIGATION_WORD.fullmatch(part) for part in re.split(r"[|«»←→‹›]", text)):
        return True
    if text[0] in "←→" or text[-1] in "←→":
        return True
    return "|" in text and (text[0] in "«‹" or text[-1] in "»›")


def is_around(row: Row) -> bool:
    """Whether a row is of the page and not of its text: a notice, a button, a link, a label."""
    if row.role or fits(phrases.FURNITURE, row) or is_navigation(row):
        return True
    return bool(fits(phrases.BY_SOFTWARE, row, LONGEST))


def paragraphs(rows: list[Row]) -> Iterator[list[Row]]:
    """Rows without a blank line between them."""
    paragraph: list[Row] = []
    for row in rows:
        if row.gap and paragraph:
            yield paragraph
            paragraph = []
        paragraph.append(row)
    if paragraph:
        yield paragraph
