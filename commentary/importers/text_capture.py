"""Plain-text captures of one article page with its comments.

Every rule below serves one observation about such pages. Where the page does not say, text stays
body text, or is left over with a reason, rather than becoming somebody's comment. All passes are
linear, and nothing recurses: a line may be a megabyte long and a reply 5,000 levels deep.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from . import text_dates as dates
from . import text_words as words
from .records import ArticleRecord, Block, CommentKind, CommentRecord, Ledger, Use
from .source import Source

SUFFIXES = {".txt"}

LONGEST = 2000  # a longer line is text, never a title, a name or a heading
TAB = 4  # columns to the next stop
# Signs without width or of direction alone, which hide what a line begins with.
UNSEEN = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
DIRECTION = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
STRONG_BULLETS = "•◦‣▪●○"  # the page's own
WEAK_BULLETS = "-*–·—+"  # typed by commenters as well
MARKER = re.compile(rf"(?:(\d{{1,7}})[.)]|([{STRONG_BULLETS}{re.escape(WEAK_BULLETS)}]))(?:\s+|$)")
RULE = re.compile(r"[\s*•·–—_=~#-]*")  # a line that only draws


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

    @property
    def is_marked(self) -> bool:
        return self.value is not None or bool(self.bullet)


@dataclass(slots=True, eq=False)
class Entry:
    """One contribution while it is read. `rows` are its lines in page order."""

    column: int
    parent: "Entry | None" = None
    rows: list[tuple[Row, str]] = field(default_factory=list)
    author: str = ""
    date: datetime | None = None
    kind: CommentKind = "comment"
    text: str = ""
    key: str = ""
    has_replies: bool = False
    has_button: bool = False
    last_number: int = 0  # of its numbered replies

    def says_something(self) -> bool:
        """Whether more was read of it than what may be its name."""
        return len(self.rows) > 1 or bool(self.rows) and not looks_like_name(self.rows[0][1])


class Page:
    """The rows of a capture, and what became of each of them."""

    def __init__(self, source: Source) -> None:
        self.rows = list(rows_of(source.lines))
        margin = min((row.column for row in self.rows), default=0)
        for row in self.rows:
            row.column -= margin
        # The last row that reads like a sentence and not like the furniture of a page.
        self.last_sentence = max((i for i, r in enumerate(self.rows) if is_sentence(r)), default=-1)
        self.signed = [i for i, r in enumerate(self.rows) if fits(dates.SIGNED_BELOW, r)]
        self.has_strong_bullets = any(r.bullet and r.bullet in STRONG_BULLETS for r in self.rows)
        self.fates: dict[int, tuple[Use, Entry | None, str]] = {}
        self.warnings: list[str] = []

    def put(self, row: Row, use: Use, reason: str = "", entry: Entry | None = None) -> None:
        self.fates[row.number] = (use, entry, reason)

    def close(self, ledger: Ledger) -> None:
        """Hand every line of the source to the ledger."""
        filled = {row.number for row in self.rows}
        for number in range(1, len(ledger.lines) + 1):
            if number not in filled:
                ledger.put(number, "blank")
                continue
            use, entry, reason = self.fates.get(number, ("left over", None, "not understood"))
            ledger.put(number, use, entry.key if entry else "", reason)


def detect(source: Source) -> bool:
    """Whether this may be a capture: any text that does not begin like XML."""
    return not re.match(r"\s*<(?:\?xml|!doctype|rss|disqus)\b", "\n".join(source.lines[:5]), re.I)


def read(source: Source, ledger: Ledger) -> Iterator[ArticleRecord]:
    """The one article of a capture, with its comments."""
    page = Page(source)
    record = ArticleRecord(key="", lines=(1, len(source.lines)))
    if source.stray_bytes:
        page.warnings.append(f"{source.stray_bytes} bytes are not UTF-8; � stands for them")
    title = find_title(page)
    start = find_start(page, title)
    body = read_head(page, title, start.body_end, record)
    read_body(page, body, start.body_end, record)
    entries, tail = read_comments(page, start, record)
    read_tail(page, tail, record)
    record.key = article_key(record)
    record.comments = comment_records(page, entries)
    compare_counts(page, record)
    record.warnings = page.warnings
    page.close(ledger)
    yield record


# ---------------------------------------------------------------- lines


def rows_of(lines: list[str]) -> Iterator[Row]:
    """The lines that hold something. Tabs and no-break spaces indent like spaces."""
    gap = 0
    for number, line in enumerate(lines, 1):
        text = line.strip().strip(UNSEEN).strip()
        if not text:
            gap += 1
            continue
        row = Row(number, column_of(line), text, gap)
        gap = 0
        found = MARKER.match(text)
        if found and found[1] and is_date_line(text):
            found = None  # 3. Juni 2011
        if found and not RULE.fullmatch(text[:100]):
            row.value = int(found[1]) if found[1] else None
            row.bullet = found[2] or ""
            row.rest = text[found.end() :].strip()
        elif found and text == found[0].strip() and (found[1] or text in STRONG_BULLETS):
            row.value = int(found[1]) if found[1] else None
            row.bullet = found[2] or ""
        yield row


def column_of(line: str) -> int:
    """How far a line is indented."""
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" not in indent:
        return len(indent)
    column = 0
    for sign in indent:
        column += TAB - column % TAB if sign == "\t" else 1
    return column


def fits(pattern: re.Pattern[str], row: Row, longest: int = 300) -> re.Match[str] | None:
    """A match of the whole line, if it is short enough to be what the pattern is about."""
    return pattern.fullmatch(row.text) if len(row.text) <= longest else None


def is_sentence(row: Row) -> bool:
    """A line too long for furniture, or a shorter one with a full stop, that is no notice."""
    if len(row.text) > 120:
        return True
    return len(row.text) > 40 and bool(ENDS_SENTENCE.search(row.text)) and not is_notice(row)


def is_notice(row: Row) -> bool:
    """A closing notice or a reply form, at the left margin."""
    return row.column == 0 and bool(fits(words.CLOSED, row) or fits(words.OPEN, row))


# ---------------------------------------------------------------- names

ENDS_SENTENCE = re.compile(r"[.!?…,;:。！？؟،؛][)\]”\"’'»]*$")
ENDS_SHORTENED = re.compile(
    r"(?:\b[^\W\d_]|\b(?:jr|sr|dr|ph\.?d|m\.?d|esq|inc|ltd|co|st))\.$", re.I
)
NAME_LINE = 100  # characters


def clean_name(name: str) -> str:
    """A name as it is kept; empty for Anonymous and its translations."""
    name = words.POST_AUTHOR.sub("", name)
    name = " ".join(name.translate(DIRECTION).strip(UNSEEN + " \t:|,–—·-").split())
    return "" if name.casefold() in words.ANONYMOUS else name


def looks_like_name(text: str) -> bool:
    """A short line that is not a sentence, as far as its words tell."""
    text = text.strip(UNSEEN + " ")
    parts = text.split()
    if (
        not parts
        or len(text) > 60
        or len(parts) > 6
        or not text[0].isalnum()
        and text[0] not in "@_~'’"
    ):
        return False
    if ENDS_SENTENCE.search(text) and not ENDS_SHORTENED.search(text):
        return False
    if MARKER.match(text) or "://" in text or re.search(r"[.!?…;]\s+\w", ENDS_DOTTED.sub("", text)):
        return False
    if has_sentence_words(parts) or words.NOT_NAME_START.match(text[0].lower() + text[1:]):
        return False
    plain = [p for p in parts[1:] if p[0].islower() and p.casefold() not in words.PARTICLES]
    starts = 2 if parts[0].casefold() in ("a", "an", "the") else 1
    return len(plain) < 3 and not (plain and len(plain) == len(parts) - 1 > starts)


ENDS_DOTTED = re.compile(r"\b(?:[^\W\d_]|mr|mrs|ms|dr|st|jr|sr|no|nr|prof|rev)\.", re.I)


def has_sentence_words(parts: list[str]) -> bool:
    """Whether one of the words shows a sentence. Names that are such words have a capital."""
    first = parts[0].casefold().strip("'’") if parts else ""
    return first in words.SENTENCE_WORDS - words.NAMES_TOO or any(
        part in words.SENTENCE_WORDS or part[:2] in ("I", "I'", "I’") for part in parts
    )


@dataclass
class Header:
    """What the first lines of an entry say about it; `lines` of them say nothing else."""

    author: str = ""
    date: datetime | None = None
    kind: CommentKind = "comment"
    lines: int = 0
    is_certain: bool = False


def read_header(lines: list[str], gaps: list[int]) -> Header:
    """Name and date of an entry from its first lines. `gaps` are the blank lines above each."""
    first = lines[0] if lines and len(lines[0]) <= NAME_LINE * 3 else ""
    if not first:
        return Header()
    if found := words.PINGBACK.fullmatch(first):
        kind: CommentKind = "trackback" if found[1][0] in "tT" else "pingback"
        return _with_date_below(Header(clean_name(found[2]), None, kind, 1, True), lines)
    header = signed_header(first) or _date_for_name(lines)
    if header:
        return _with_date_below(header, lines)
    dated_below = len(lines) > 1 and is_date_line(lines[1]) and gaps[1] < 2
    text_below = any(not is_date_line(line) for line in lines[1:3])
    said = words.NAME_SAID.fullmatch(first) or words.NAME_SAID_GLUED.fullmatch(first)
    if said and (dated_below or said[2] and _may_say(said[1])):
        return _with_date_below(Header(clean_name(said[1]), None, lines=1, is_certain=True), lines)
    if said and text_below and looks_like_name(said[1] or "Nobody"):
        return _with_date_below(Header(clean_name(said[1]), None, lines=1), lines)
    if said := words.SAID_NAME.fullmatch(first):
        return _with_date_below(Header(clean_name(said[1]), None, lines=1, is_certain=True), lines)
    if dated_below and text_below and len(first) <= NAME_LINE and not _is_long_sentence(first):
        return _with_date_below(Header(clean_name(first), None, lines=1, is_certain=True), lines)
    if len(lines) > 1 and gaps[1] and looks_like_name(first):
        return Header(clean_name(first), None, lines=1)
    return Header()


def _may_say(name: str) -> bool:
    """Whether “NAME says:” is about a person and not a sentence that goes on below."""
    parts = name.split()
    return len(parts) <= 6 and len(name) <= NAME_LINE and not has_sentence_words(parts)


def _is_long_sentence(text: str) -> bool:
    return bool(ENDS_SENTENCE.search(text)) and len(text.split()) > 3


def signed_header(first: str) -> Header | None:
    """A name and a time on one line: “NAME on DATE at TIME said:”, “NAME10:41 AM”, Blogger's."""
    found = dates.AT_TIME_NAME.fullmatch(first)
    if found and (said := words.NAME_SAID.fullmatch(found[2])):
        name = words.ACCOUNT_OR_NONE.sub("", said[1], count=1)
        return Header(clean_name(name), dates.read_stamp(found[1]), lines=1, is_certain=True)
    if found := dates.NAME_SAID_AT.fullmatch(first):
        name = words.ACCOUNT_OR_NONE.sub("", found[1], count=1)
        return Header(clean_name(name), dates.read_stamp(found[2]), lines=1, is_certain=True)
    said = words.NAME_SAID.fullmatch(first)
    before = said[1] if said and said[1] else first
    found = dates.STAMP_AT_END.fullmatch(dates.plain_digits(before))
    if not found or not found[1].strip():
        return None
    name = before[: found.end(1)]
    if inner := words.NAME_SAID.fullmatch(name.rstrip(" ,–—-|")):
        name = inner[1]
    elif not (said and said[1]) and not looks_like_name(name.strip(" ,–—-|·(")):
        return None
    return Header(clean_name(name), dates.read_stamp(found[2]), lines=1, is_certain=True)


def _date_for_name(lines: list[str]) -> Header | None:
    """A date where the name would stand; the name may follow it."""
    if not is_date_line(lines[0]):
        return None
    header = Header("", dates.read_stamp(lines[0]), lines=1, is_certain=True)
    if len(lines) > 1 and (said := words.NAME_SAID.fullmatch(lines[1][:NAME_LINE])) and said[2]:
        header.author, header.lines = clean_name(said[1]), 2
    return header


def _with_date_below(header: Header, lines: list[str]) -> Header:
    if len(lines) > header.lines and is_date_line(lines[header.lines]):
        header.date = header.date or dates.read_stamp(lines[header.lines])
        header.lines += 1
        header.is_certain = True
    return header


def is_date_line(text: str) -> bool:
    """A line that shows a point in time and nothing else."""
    return len(text) <= NAME_LINE and bool(dates.DATE_LINE.fullmatch(dates.plain_digits(text)))


def header_at(page: Page, i: int, end: int) -> Header:
    """What the header would say if an entry began at row `i`."""
    rows = page.rows[i : min(i + 4, end)]
    lines = [row.rest if k == 0 and row.is_marked else row.text for k, row in enumerate(rows)]
    for k, row in enumerate(rows[1:], 1):
        if row.is_marked and row.gap or rows[0].is_marked and row.column <= rows[0].column:
            lines = lines[:k]
            break
    return read_header(lines, [row.gap for row in rows])


# ---------------------------------------------------------------- title and byline


def find_title(page: Page) -> int:
    """The row of the title or, where there is none, of whatever comes first."""
    for i, row in enumerate(page.rows):
        if not (is_date_line(row.text) or fits(words.ABOVE_TITLE, row, 60) or is_navigation(row)):
            return i
    return 0


def is_navigation(row: Row) -> bool:
    """« Older post | Main | Newer post », ← Previous, Home » News."""
    if len(row.text) > 300 or not re.search(r"[|«»←→‹›]", row.text):
        return False
    parts = re.split(r"[|«»←→‹›]", row.text)
    if any(words.NAVIGATION_WORD.fullmatch(part) for part in parts):
        return True
    return (
        row.text[0] in "←→"
        or row.text[-1] in "←→"
        or "|" in row.text
        and (row.text[0] in "«‹" or row.text[-1] in "»›")
    )


def is_title(page: Page, i: int, end: int) -> bool:
    """The first content is the title, unless it is plainly the byline, a point or body text."""
    row = page.rows[i]
    below = page.rows[i + 1] if i + 1 < end else None
    if len(row.text) > LONGEST or i >= end or words.RELATED.fullmatch(row.text[:300]):
        return False
    if below and byline_names(below.text) is not None:
        return True
    if row.value is not None and below and (row.column or starts_point(page, i, end)):
        return False
    if (names := byline_names(row.text)) is not None:
        return len(row.text.split()) < 3 and len(names) > 0
    if len(row.text) > 250:
        return False
    if below and not below.gap and len(row.text) > 60 and not below.is_marked:
        return False
    return not (row.text.endswith((".", "。")) and len(row.text) > 60)


def read_head(page: Page, i: int, end: int, record: ArticleRecord) -> int:
    """Title, byline and date; the index of the first row of the body."""
    for row in page.rows[: min(i, end)]:
        if is_date_line(row.text):
            record.date = record.date or dates.read_stamp(row.text)
            page.put(row, "article")
        else:
            page.put(row, "furniture", "above the title")
    if i < end and is_title(page, i, end):
        record.title = " ".join(page.rows[i].text.split())
        page.put(page.rows[i], "article")
        i += 1
    else:
        page.warnings.append("there is no title")
    for row in page.rows[i : min(i + 4, end)]:
        if is_date_line(row.text):
            record.date = record.date or dates.read_stamp(row.text)
        elif not record.authors and (names := byline_names(row.text)) is not None:
            record.authors = names
            if found := re.search(dates.STAMP, row.text, re.I):
                record.date = record.date or dates.read_stamp(found[0])
        else:
            break
        page.put(row, "article")
        i += 1
    return i


def byline_names(text: str) -> list[str] | None:
    """The authors a byline names, [] where they were lost; None if it is no byline."""
    if len(text) > 250:
        return None
    if found := dates.DATE_THEN_BY.fullmatch(text):
        text = found[2]
    byline = next(
        ((found[1].strip(), joints) for p, joints in words.BYLINES if (found := p.fullmatch(text))),
        None,
    )
    if byline is None:
        return None
    rest, conjunctions = byline
    cut = dates.AFTER_NAMES.search(rest)
    names = rest[: cut.start()] if cut else rest
    if ENDS_SENTENCE.search(rest) and not ENDS_SHORTENED.search(rest) and not cut:
        return None
    if not names.strip(" ,|–—-"):
        return [] if cut else None
    return split_names(names, conjunctions)


def split_names(names: str, conjunctions: list[str]) -> list[str] | None:
    """“A, B, and C” as three names; None if it reads like words and not like names."""
    joint = "|".join(re.escape(word) for word in conjunctions)
    found: list[str] = []
    for part in re.split(rf"\s*[,،、;]\s*(?:(?:{joint})\s+)?|\s+(?:{joint})\s+", names):
        name = clean_name(part)
        if found and words.NAME_SUFFIX.fullmatch(name):
            found[-1] += ", " + name
        elif name:
            found.append(name)
    if any(len(name.split()) > 6 or not is_byline_name(name) for name in found):
        return None
    return found


def is_byline_name(name: str) -> bool:
    """One word, or words of which one at least has a capital, where the script has any."""
    parts = name.split()
    if any(part in words.SENTENCE_WORDS for part in parts):
        return False
    cased = name.lower() != name.upper()
    return (
        len(parts) == 1
        or not cased
        or any(p[0].isupper() for p in parts)
        and (parts[0][0].isupper() or parts[0] in words.PARTICLES)
    )


# ---------------------------------------------------------------- where the comments begin


@dataclass
class Start:
    """Where the body ends and the comments begin. `heading` is the row of the heading, if any;
    `style` says how entries are told apart: list, blocks, signed, names or none."""

    body_end: int
    heading: int | None
    first: int
    style: str


def is_heading(row: Row) -> bool:
    return row.column == 0 and (
        any(fits(pattern, row) for pattern in words.HEADINGS) or bool(fits(words.HEADING_BARE, row))
    )


def declared_in(text: str) -> int | None:
    """The number of comments a heading states."""
    for pattern in words.HEADINGS:
        if found := pattern.fullmatch(text):
            number = next(group for group in found.groups() if group).casefold()
            if number in words.NUMBER_WORDS:
                return words.NUMBER_WORDS[number]
            return int("".join(sign for sign in number if sign.isdigit()))
    return None


def find_start(page: Page, title: int) -> Start:
    """The last heading that is followed by comments or by the end; without one, the first
    entries that cannot be anything else."""
    weak: Start | None = None
    blocks: Start | None = None
    for i in range(len(page.rows) - 1, title - 1, -1):
        if not is_heading(page.rows[i]):
            continue
        first, style = what_follows(page, i + 1, declared_in(page.rows[i].text))
        start = Start(group_of_headings(page, i, title), i, first, style)
        if style == "list" and not blocks:
            return weak if weak and is_quoted(page, start, weak) else start
        if style == "blocks":
            blocks = start  # one further down may be quoted in a comment
        elif style and i > title and (not weak or weak.style == "none" and style != "none"):
            weak = start
    return blocks or weak or start_without_heading(page, title)


def what_follows(page: Page, i: int, declared: int | None) -> tuple[int, str]:
    """The row where entries begin if a heading ends above row `i`, and their style; an empty
    style where neither entries nor the end follow."""
    rows = page.rows
    while i < len(rows) and (
        fits(words.PAGING, rows[i])
        or fits(words.BUTTON, rows[i])
        or is_notice(rows[i])
        or fits(words.PINGBACKS_HEADING, rows[i])
        or is_heading(rows[i])
    ):
        i += 1
    if i >= len(rows):
        return i, "none"
    for k in range(i, min(i + 4, len(rows))):
        if rows[k].is_marked and (rows[k].column or k == i):
            return k, "list"
        if len(rows[k].text) > NAME_LINE:
            break
    if rows[i].column == 0 and header_at(page, i, len(rows)).is_certain:
        return i, "blocks"
    if page.signed and page.signed[-1] > i:
        return i, "signed"
    names = len(names_in(page, i))
    if names and (names == declared or i <= page.last_sentence):
        return i, "names"
    return i, "none" if i > page.last_sentence else ""


def group_of_headings(page: Page, i: int, title: int) -> int:
    """The first of the headings that stand together with the one in row `i`."""
    while i - 1 > title and is_heading(page.rows[i - 1]):
        i -= 1
    return i


def is_quoted(page: Page, start: Start, later: Start) -> bool:
    """Whether the list under `start` belongs to the article, whose text goes on below it until
    the heading of `later`."""
    between = page.rows[start.first : later.heading]
    if start.style != "list" or later.style != "none" or any(is_notice(row) for row in between):
        return False
    return any(row.column == 0 and not row.is_marked and len(row.text) > 60 for row in between)


def start_without_heading(page: Page, title: int) -> Start:
    """Entries that show a name with a date, or a button, or stand two blank lines below the body
    and are the last thing on the page; otherwise the notice; otherwise there is nothing."""
    rows = page.rows
    i = title + 1
    while i < len(rows):
        if rows[i].is_marked and (rows[i].column or header_at(page, i, len(rows)).is_certain):
            end = end_of_list(page, i)
            if is_thread(page, i, end):
                return Start(i, None, i, "list")
            i = end
        elif rows[i].column == 0 and rows[i].gap and begins_blocks(page, i):
            return Start(i, None, i, "blocks")
        i += 1
    for i in range(title + 1, len(rows)):
        if is_notice(rows[i]) and i > page.last_sentence:
            return Start(i, None, i, "none")
    return Start(len(rows), None, len(rows), "none")


def end_of_list(page: Page, i: int) -> int:
    """The row where the left margin is reached again."""
    for end in range(i + 1, len(page.rows)):
        if page.rows[end].column == 0 and not page.rows[end].is_marked:
            return end
    return len(page.rows)


def is_thread(page: Page, first: int, end: int) -> bool:
    """Whether a list without a heading is made of comments."""
    rows = page.rows
    for i in range(first, end):
        if (
            rows[i].is_marked
            and len(rows[i].rest) <= NAME_LINE
            and header_at(page, i, end).is_certain
        ):
            return True
        if not rows[i].is_marked and fits(words.BUTTON, rows[i], 40) and i > first:
            return True
    is_last = end > page.last_sentence or is_notice(rows[end])
    spaced = any(row.gap for row in rows[first + 1 : end])
    return rows[first].gap > 1 and is_last and (spaced or end == first + 1)


def begins_blocks(page: Page, i: int) -> bool:
    """Whether “NAME said...” in row `i` begins the comments: Blogger's ways of saying it are
    enough, “NAME says:” is when it stands two blank lines below the body or comes twice."""
    text = page.rows[i].text
    if len(text) > NAME_LINE or not header_at(page, i, len(page.rows)).is_certain:
        return False
    if dates.AT_TIME_NAME.fullmatch(text) or dates.NAME_SAID_AT.fullmatch(text):
        return True
    said = words.NAME_SAID.fullmatch(text)
    if said and said[2] and said[2] != ":" and looks_like_name(said[1]):
        return True
    if page.rows[i].gap < 2:
        return False
    return bool(said) or bool(dates.STAMP_AT_END.fullmatch(text))


def names_in(page: Page, first: int) -> list[int]:
    """The rows that hold a name above its text, if the text from row `first` on is made of such
    pairs; [] if it cannot be told."""
    rows = page.rows
    found = [
        i
        for i in range(first, len(rows) - 1)
        if rows[i].gap
        and rows[i + 1].gap
        and rows[i].column == 0
        and not rows[i].is_marked
        and len(rows[i].text) <= 60
        and looks_like_name(rows[i].text)
        and not looks_like_name(rows[i + 1].text[:LONGEST])
        and not is_notice(rows[i])
        and not is_notice(rows[i + 1])
        and not fits(words.FURNITURE, rows[i])
    ]
    return found if found and found[0] == first else []


# ---------------------------------------------------------------- the body


def starts_point(page: Page, i: int, end: int) -> bool:
    """“1. …” at the left margin, with a text."""
    row = page.rows[i]
    return (
        row.column == 0
        and row.value is not None
        and row.value < 1000
        and bool(row.rest)
        and i < end
    )


def read_body(page: Page, first: int, end: int, record: ArticleRecord) -> None:
    """Fill the blocks of the article from its rows."""
    last = end
    while last > first and is_under_body(page, page.rows[last - 1], record):
        last -= 1
    label = ""
    for paragraph in paragraphs(page.rows[first:last]):
        for row in paragraph:
            page.put(row, "article")
        found = (
            words.RELATED.fullmatch(paragraph[0].text) if len(paragraph[0].text) <= 300 else None
        )
        if found or fits(words.RELATED_BARE, paragraph[0], 40):
            label = found[1] if found else paragraph[0].text
            captions = [found[2]] if found and found[2] else []
            rest = paragraph[1:]
            if rest or captions:
                text = "\n".join(captions + [row.text for row in rest])
                record.blocks.append(block("related", text, paragraph, label=label))
        elif label:
            for part in captions_of(paragraph):
                text = "\n".join(
                    row.rest if row.bullet in STRONG_BULLETS and row.bullet else row.text
                    for row in part
                )
                record.blocks.append(block("related", text, part, label=label))
        else:
            record.blocks.extend(body_blocks(paragraph))
    mark_headings(record)
    numbers = [b.number for b in record.blocks if b.number is not None]
    warn_of_numbers(page, numbers, "point")


def is_under_body(page: Page, row: Row, record: ArticleRecord) -> bool:
    """Account for a row that stands between the body and the comments and belongs to neither:
    share buttons, filing lines, and Blogger's “Posted by NAME at TIME”."""
    if row.column or row.is_marked:
        return False
    if (found := fits(dates.POSTED_BY, row)) and not record.authors:
        record.authors = [clean_name(found[1])]
        record.date = record.date or dates.read_stamp(found[2])
        page.put(row, "article")
    elif fits(words.UNDER_BODY, row) or is_navigation(row):
        page.put(row, "furniture", "below the article")
    else:
        return False
    return True


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


def block(kind, text: str, rows: list[Row], number: int | None = None, label: str = "") -> Block:
    return Block(kind, text, number, label, lines=(rows[0].number, rows[-1].number))


def captions_of(paragraph: list[Row]) -> Iterator[list[Row]]:
    """One caption a paragraph, or one a bullet."""
    if all(row.bullet for row in paragraph):
        for row in paragraph:
            yield [row]
    else:
        yield paragraph


def body_blocks(paragraph: list[Row]) -> Iterator[Block]:
    """A paragraph as points and text: a line begins a point when it is the first or goes on
    counting."""
    part: list[Row] = []
    number: int | None = None
    for k, row in enumerate(paragraph):
        begins = row.column == 0 and row.value is not None and row.value < 1000 and bool(row.rest)
        if (
            begins
            and k
            and (row.value != (number or 0) + 1 or number is None and not goes_on(paragraph, k))
        ):
            begins = False
        if begins and part:
            yield plain_block(part, number)
            part = []
        if begins:
            number = row.value
        part.append(row)
    yield plain_block(part, number)


def goes_on(paragraph: list[Row], k: int) -> bool:
    """Whether another line counts on from row `k`."""
    return any(row.value == paragraph[k].value + 1 for row in paragraph[k + 1 : k + 40])


def plain_block(rows: list[Row], number: int | None) -> Block:
    if number is None or rows[0].value != number:
        return block("paragraph", "\n".join(row.text for row in rows), rows)
    return block("point", "\n".join([rows[0].rest] + [row.text for row in rows[1:]]), rows, number)


def mark_headings(record: ArticleRecord) -> None:
    """Short lines without a full stop between paragraphs are sub-headings."""
    blocks = record.blocks
    may = [b.kind == "paragraph" and is_subheading(b.text) for b in blocks] + [False, False, False]
    for i, b in enumerate(blocks):
        follows = i + 1 < len(blocks) and blocks[i + 1].kind != "related"
        in_run = (
            may[i + 1] and may[i + 2] or i and may[i - 1] and (may[i + 1] or i > 1 and may[i - 2])
        )
        if may[i] and follows and not in_run:
            b.kind = "heading"


def is_subheading(text: str) -> bool:
    if len(text) > 80 or "\n" in text or len(text.split()) > 12 or MARKER.match(text):
        return False
    if re.search(r"[.!?;]\s", ENDS_DOTTED.sub("", text)):
        return False
    return (
        not re.search(r"[.!:;,…。！：；，،؛)\]”\"’'»–—-]$", text)
        and not text[0].islower()
        and text[0] not in "“\"«„‘'([*"
    )


def warn_of_numbers(page: Page, numbers: list[int], what: str) -> None:
    """Say which numbers are missing or come twice."""
    if not numbers:
        return
    counted = Counter(numbers)
    twice = [n for n in counted if counted[n] > 1]
    span = range(min(numbers), min(max(numbers), min(numbers) + 5000) + 1)
    missing = [n for n in span if n not in counted]
    for found, how in ((missing, "missing"), (twice, "there more than once")):
        if found:
            shown = ", ".join(map(str, found[:10])) + (" …" if len(found) > 10 else "")
            page.warnings.append(f"{what} numbers {how}: {shown}")
    if min(numbers) > 1:
        page.warnings.append(f"{what} numbers start at {min(numbers)}")


# ---------------------------------------------------------------- the comments


def read_comments(page: Page, start: Start, record: ArticleRecord) -> tuple[list[Entry], int]:
    """The entries in page order, and the row after the last of them."""
    rows = page.rows
    stop = start.first if start.style != "none" else (start.heading or start.first - 1) + 1
    for i in range(start.body_end, stop):
        row = rows[i]
        if is_heading(row) and (i == start.heading or declared_in(row.text) is not None):
            record.declared_heading = row.text
            record.declared_count = declared_in(row.text)
            page.put(row, "article")
        elif is_between(row):
            page.put(row, "furniture", "around the heading of the comments")
        else:
            page.put(row, "left over", "between the heading and the comments")
    if start.style == "none":
        return [], stop
    if start.heading is None:
        page.warnings.append("no heading above the comments; they were told by their layout")
    reader = {"list": read_list, "blocks": read_blocks, "signed": read_signed, "names": read_names}
    return reader[start.style](page, start.first)


def is_between(row: Row) -> bool:
    """What may stand between a heading and its comments, or between two of them."""
    return (
        is_heading(row)
        or is_notice(row)
        or any(fits(p, row) for p in (words.PAGING, words.BUTTON, words.PINGBACKS_HEADING))
    )


@dataclass
class Layout:
    """What holds for a whole list: the column of its first entry, whether blank lines part its
    entries, whether replies in it are numbered, and for each row where its siblings lead."""

    base: int
    bullet: str
    end: int
    is_spaced: bool = False
    numbered_replies: bool = False
    follower: list[int] = field(default_factory=list)
    run: list[int] = field(default_factory=list)
    after_run: list[int] = field(default_factory=list)
    after_siblings: list[int] = field(default_factory=list)


def layout_of(page: Page, first: int) -> Layout:
    """Look over the list that begins in row `first` once, from its end to its beginning."""
    rows, end = page.rows, len(page.rows)
    layout = Layout(rows[first].column, rows[first].bullet, end)
    size = end + 1
    layout.follower, layout.run = [end] * size, [1] * size
    layout.after_run, layout.after_siblings = [end] * size, [end] * size
    gaps = [0] * (size + 1)  # how many rows before this one have a blank line above them
    for i in range(end):
        gaps[i + 1] = gaps[i] + bool(rows[i].gap)
    replies: set[int] = set()
    later: list[int] = []  # rows that are nearer to the margin than those between
    for i in range(end - 1, first - 1, -1):
        while later and rows[later[-1]].column > rows[i].column:
            later.pop()
        following = layout.follower[i] = later[-1] if later else end
        later.append(i)
        if rows[i].is_marked and rows[i].column >= layout.base + 2 and shows_a_reply(page, i):
            replies.add(i)
            layout.numbered_replies |= rows[i].value is not None
        layout.after_run[i] = layout.after_siblings[i] = following
        if following < end and rows[i].is_marked and _are_siblings(rows[i], rows[following]):
            layout.after_siblings[i] = layout.after_siblings[following]
            if gaps[following + 1] == gaps[i + 1] and not replies.intersection((i, following)):
                layout.run[i] = layout.run[following] + 1
                layout.after_run[i] = layout.after_run[following]
        if rows[i].column < layout.base + 2:
            layout.is_spaced |= i > first and rows[i].is_marked and rows[i].gap > 0
    return layout


def _are_siblings(one: Row, other: Row) -> bool:
    return other.column == one.column and other.bullet == one.bullet and other.is_marked


def shows_a_reply(page: Page, i: int) -> bool:
    """Whether a marked row inside a comment can only begin a reply: it shows a name with a date,
    or text stands deeper below it."""
    rows = page.rows
    if len(rows[i].rest) <= NAME_LINE and header_at(page, i, len(rows)).is_certain:
        return True
    below = rows[i + 1] if i + 1 < len(rows) else None
    return bool(below and below.gap and not below.is_marked and below.column >= rows[i].column + 2)


def read_list(page: Page, first: int) -> tuple[list[Entry], int]:
    """Entries by numbers and bullets, replies by indentation."""
    rows, layout = page.rows, layout_of(page, first)
    returns = returns_of(page, layout, first)
    entries: list[Entry] = []
    stack: list[Entry] = []
    numbers: list[int] = []
    kind: CommentKind = "comment"
    is_margin_text = layout.base == 0 and not any(row.column for row in rows[first + 1 : first + 3])
    i = first
    while i < len(rows):
        row = rows[i]
        if is_notice(row) or stack and fits(words.PINGBACKS_HEADING, row, 60) and row.column == 0:
            if is_notice(row):
                break
            kind = "pingback"
            page.put(row, "furniture", "heading of the pingbacks")
            i += 1
            continue
        if stack and is_marked_button(row, layout):
            page.put(row, "furniture", "button")
            i += 1
            continue
        if row.is_marked and begins_entry(page, i, layout, stack, numbers):
            while stack and stack[-1].column > row.column - 2:
                stack.pop()
            entry = Entry(row.column, stack[-1] if stack else None, kind=kind)
            if not stack and row.value is not None:
                numbers.append(row.value)
            entry.rows.append((row, row.rest))
            if entry.parent:
                entry.parent.has_replies = True
                entry.parent.last_number = row.value or 0
            entries.append(entry)
            stack.append(entry)
            i += 1
            continue
        if row.is_marked and stack and row.column > stack[0].column:
            # A list inside a comment: all of the run belongs to it.
            owner = owner_of(stack, row.column)
            stop = layout.after_run[i] if layout.run[i] > 1 else i + 1
            for inner in rows[i:stop]:
                owner.rows.append((inner, inner.text))
            i = stop
            continue
        is_lost = not row.gap and row.column < stack[-1].column + 1 and not is_between(row)
        if row.column > layout.base or is_lost or is_margin_text and not is_between(row):
            owner = (
                stack[-1]
                if is_lost or is_margin_text and row.column == 0
                else owner_of(stack, row.column)
            )
            owner.rows.append((row, row.text))
            owner.has_button = owner.has_button or bool(fits(words.BUTTON, row, 60))
        elif row.column and not is_between(row):
            stack[-1].rows.append((row, row.text))
        elif is_between(row):
            page.put(row, "furniture", "between the comments")
        elif returns[i] is not None and returns[i] > (numbers[-1] if numbers else 0):
            page.put(row, "left over", "stands between the comments and belongs to none")
        else:
            break
        i += 1
    warn_of_numbers(page, numbers, "comment")
    return [entry for entry in entries if fill(page, entry)], i


def is_marked_button(row: Row, layout: Layout) -> bool:
    """Blogger's reply link is the last item of the list of replies."""
    is_reply = row.is_marked and (row.column >= layout.base + 2 or bool(row.bullet))
    return is_reply and len(row.rest) <= 60 and bool(words.BUTTON.fullmatch(row.rest))


def returns_of(page: Page, layout: Layout, first: int) -> list[int | None]:
    """For each row the number with which the list goes on below it, before any notice."""
    found: list[int | None] = [None] * (len(page.rows) + 1)
    for i in range(len(page.rows) - 1, first - 1, -1):
        row = page.rows[i]
        found[i] = found[i + 1]
        if row.value is not None and abs(row.column - layout.base) < 2:
            found[i] = row.value
        elif row.column == 0 and is_notice(row):
            found[i] = None
    return found


def owner_of(stack: list[Entry], column: int) -> Entry:
    """The entry that text in this column belongs to; those deeper are over."""
    while len(stack) > 1 and stack[-1].column >= column:
        stack.pop()
    return stack[-1]


def begins_entry(
    page: Page, i: int, layout: Layout, stack: list[Entry], numbers: list[int]
) -> bool:
    """Whether a marked row begins a comment or a reply, and is not text of the one above."""
    row = page.rows[i]
    if not stack:
        return True
    if row.column < layout.base + 2:
        if row.value is not None:
            return layout.base > 0 or row.value > (numbers[-1] if numbers else 0)
        return row.bullet in STRONG_BULLETS or row.bullet == layout.bullet or shows_a_reply(page, i)
    owner = next(e for e in reversed(stack) if e is stack[0] or e.column <= row.column - 2)
    if len(row.rest) <= NAME_LINE and header_at(page, i, len(page.rows)).is_certain:
        return True
    if not owner.has_button and goes_on_below(page, layout.after_siblings[i], row.column):
        return False
    if row.value is not None:
        return begins_numbered_reply(page, i, layout, owner)
    if layout.is_spaced and layout.run[i] > 1 and owner.says_something():
        return False
    return row.bullet in STRONG_BULLETS or begins_weak_reply(page, i, layout, owner)


def begins_numbered_reply(page: Page, i: int, layout: Layout, owner: Entry) -> bool:
    """A paragraph of a comment may begin with a number. A number begins a reply only where other
    replies are numbered, and it goes on counting them."""
    row = page.rows[i]
    is_parted = row.gap > 0 or owner.has_button or not layout.is_spaced
    counts = row.value == 1 or 0 < owner.last_number < row.value
    return layout.numbered_replies and is_parted and counts and layout.run[i] < 2


def goes_on_below(page: Page, after: int, column: int) -> bool:
    """Whether below a row of bullets the comment around them goes on, with text or its button."""
    if after >= len(page.rows):
        return False
    row = page.rows[after]
    return row.column == column and not row.is_marked


def begins_weak_reply(page: Page, i: int, layout: Layout, owner: Entry) -> bool:
    """Dashes and asterisks: commenters type them as well, so a reply below another bullet, or
    one to a comment without text, or a signature, is none."""
    row = page.rows[i]
    if not owner.says_something() or page.has_strong_bullets:
        return False
    if shows_a_reply(page, i) or row.bullet == layout.bullet:
        return True
    return row.bullet in "-*+" and row.gap > 0 and not looks_like_name(row.rest)


def read_blocks(page: Page, first: int) -> tuple[list[Entry], int]:
    """Unnumbered entries: “NAME said...” at the left margin, text until the next such line."""
    rows = page.rows
    form = form_of(page, first)
    starts = [
        i
        for i in range(first, len(rows))
        if rows[i].column == 0
        and (rows[i].gap or i == first or form.endswith("...") or is_date_line(rows[i - 1].text))
        and len(rows[i].text) <= NAME_LINE * 2
        and header_at(page, i, len(rows)).is_certain
        and (i == first or form_of(page, i) in (form, "name and date"))
    ]
    return entries_between(page, starts)


def form_of(page: Page, i: int) -> str:
    """How the name line in row `i` ends: with which word and sign, or with a date; or that it is
    a date, or has one below it."""
    text = page.rows[i].text
    if is_date_line(text):
        return "date"
    if signed_header(text):
        return "name and date"
    said = words.NAME_SAID.fullmatch(text)
    return text[said.end(1) :].strip().replace("…", "...").casefold() if said else "date below"


def read_names(page: Page, first: int) -> tuple[list[Entry], int]:
    """A name, a blank line, paragraphs."""
    page.warnings.append("the comments were told apart by short lines that look like names")
    return entries_between(page, names_in(page, first))


def entries_between(page: Page, starts: list[int]) -> tuple[list[Entry], int]:
    """One entry from each start to the next; the last ends at the notice."""
    rows = page.rows
    end = end_of_blocks(page, starts[-1])
    entries = []
    for start, stop in zip(starts, [*starts[1:], end], strict=True):
        entry = Entry(0)
        entry.rows = [(row, row.text) for row in rows[start:stop]]
        entries.append(entry)
    return [entry for entry in entries if fill(page, entry)], end


def end_of_blocks(page: Page, last: int) -> int:
    """The row where the text of the last block ends: at the last closing notice, at the form, or
    at what stands around the page."""
    rows = page.rows
    notices = [i for i in range(last + 1, len(rows)) if is_notice(rows[i])]
    closed = [i for i in notices if fits(words.CLOSED, rows[i])]
    end = notices[0] if notices else len(rows)
    if closed and end == closed[0]:
        forms = [i for i in notices if i not in set(closed)]
        end = closed[-1] if not forms or forms[0] > closed[-1] else end
    while end - 1 > last and (
        is_between(rows[end - 1])
        or fits(words.FURNITURE, rows[end - 1])
        or is_navigation(rows[end - 1])
    ):
        end -= 1
    return end


def read_signed(page: Page, first: int) -> tuple[list[Entry], int]:
    """Entries with name and date below their text: “Posted by: NAME | DATE”."""
    rows = page.rows
    entries, start = [], first
    for i in page.signed:
        if i < first:
            continue
        entry = Entry(0)
        entry.rows = [(row, row.text) for row in rows[start : i + 1]]
        entries.append(entry)
        start = i + 1
    return [entry for entry in entries if fill(page, entry)], start


# ---------------------------------------------------------------- one comment


def fill(page: Page, entry: Entry) -> bool:
    """Name, date and text of an entry from its rows. False for one that holds nothing."""
    rows = [(row, text) for row, text in entry.rows if text]
    drop_buttons(page, entry, rows)
    lines = [text for _, text in rows[:4]]
    gaps = [row.gap for row, _ in rows[:4]]
    header = read_header(lines, gaps)
    entry.author, entry.date = header.author, header.date
    if header.kind != "comment":
        entry.kind = header.kind
    rows = rows[header.lines :]
    while rows and header.lines and fits(words.BUTTON, rows[0][0], 60):
        page.put(rows.pop(0)[0], "furniture", "button")
    rows = read_footer(entry, rows)
    entry.text = joined(rows)
    if entry.kind == "comment" and words.EXCERPT.fullmatch(entry.text[:LONGEST]):
        entry.kind = "pingback"
    is_empty = not (entry.text or entry.author or entry.date or entry.has_replies)
    for row, _ in entry.rows:
        if is_empty:
            page.put(row, "left over", "an entry of the list without text")
        elif row.number not in page.fates:
            page.put(row, "comment", entry=entry)
    return not is_empty


def drop_buttons(page: Page, entry: Entry, rows: list[tuple[Row, str]]) -> None:
    """Take `Reply` and the like off the end of an entry."""
    while len(rows) > 1 and len(rows[-1][1]) <= 60 and words.BUTTON.fullmatch(rows[-1][1]):
        page.put(rows.pop()[0], "furniture", "button")


def read_footer(entry: Entry, rows: list[tuple[Row, str]]) -> list[tuple[Row, str]]:
    """A date, or who wrote it and when, below the text."""
    if len(rows) < 2 or len(rows[-1][1]) > NAME_LINE * 2:
        return rows
    last = rows[-1][1]
    if not entry.author and (found := dates.SIGNED_BELOW.fullmatch(last)):
        entry.author, entry.date = clean_name(found[1]), dates.read_stamp(found[2])
        return rows[:-1]
    if entry.date is None and is_date_line(last) and (rows[-1][0].gap or ":" in last):
        entry.date = dates.read_stamp(last)
        return rows[:-1]
    return rows


def joined(rows: list[tuple[Row, str]]) -> str:
    """Paragraphs parted by an empty line, with their line breaks. Rows of a comment that are not
    neighbours in the source are paragraphs too."""
    parts: list[str] = []
    last = 0
    for row, text in rows:
        if parts:
            parts.append("\n" if not row.gap and row.number == last + 1 else "\n\n")
        parts.append(text)
        last = row.number
    return "".join(parts)


# ---------------------------------------------------------------- the end of a page


def read_tail(page: Page, first: int, record: ArticleRecord) -> None:
    """The notice, and the furniture below it."""
    rows = page.rows[first:]
    notices = [row for row in rows if is_notice(row)]
    closed = next((row for row in notices if fits(words.CLOSED, row)), None)
    if closed:
        record.closed, record.closing_notice = True, closed.text
    elif notices:
        record.closed = False
    else:
        page.warnings.append("the page does not say whether the discussion is open")
    below = False
    for row in rows:
        below = below or is_notice(row)
        if row is closed:
            page.put(row, "article")
        elif below or is_between(row) or fits(words.FURNITURE, row) or is_navigation(row):
            page.put(row, "furniture", "below the comments")
        else:
            page.put(row, "left over", "below the comments, and no notice above it")


def compare_counts(page: Page, record: ArticleRecord) -> None:
    """Say where the page declares another number than was found."""
    found = len(record.comments)
    if record.declared_count is not None and record.declared_count != found:
        page.warnings.append(
            f"the page declares {record.declared_count} comments, {found} are here"
        )


# ---------------------------------------------------------------- keys


def digest(*parts: str) -> str:
    """A name for content: what differs in any part differs in it."""
    told = "\0".join(" ".join(part.casefold().split()) for part in parts)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def article_key(record: ArticleRecord) -> str:
    return digest(record.title, *record.authors, "", *(b.text for b in record.blocks))[:32]


def comment_records(page: Page, entries: list[Entry]) -> list[CommentRecord]:
    """The entries as records, with keys that do not depend on where on the page they stand."""
    seen: Counter[str] = Counter()
    records = []
    for entry in entries:
        parent = entry.parent.key if entry.parent else ""
        date = entry.date.isoformat() if entry.date else ""
        key = digest(parent, entry.author, date, entry.kind, entry.text)[:16]
        seen[key] += 1
        entry.key = key if seen[key] == 1 else f"{key}-{seen[key]}"
        numbers = [row.number for row, _ in entry.rows]
        records.append(
            CommentRecord(
                key=entry.key,
                text=entry.text,
                author=entry.author,
                parent=parent or None,
                date=entry.date,
                kind=entry.kind,
                lines=(min(numbers), max(numbers)),
            )
        )
    return records
