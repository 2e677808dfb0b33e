"""The header of a comment: the lines with its name and time."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .. import dates, phrases
from ..lines import SHORT, CaptureRows, is_sentence
from ..names import signed_header, stored_name
from ..phrases.patterns import lazy_re_compile
from .names import LABEL_LINE, name_in, spoken, without_role
from .shapes import frequent, line_shape
from .stamps import Stamp, is_button_line, said
from .wording import PICTURE, PICTURE_OF

# Where the name is: in a line above the time, below it, before or after it on its line, or nowhere;
# "said" is a line “NAME says:” without a time; "around" a name above the text and a time below it.
Place = Literal["above", "below", "before", "after", "none", "said", "around"]
FAR = 400  # rows; no comment is longer
MOST_HEADER_ROWS = 4
NEAR_HEADING = 9  # rows between the heading of the comments and the first one
_NICKNAME = lazy_re_compile(r"[^\W\d_]\d+$")  # “piet78”, whose number belongs to no time
_PARTS = lazy_re_compile(r"\s[|–—•·:-]+(?:\s|$)|[#\[\]|]")
_LINK = lazy_re_compile(r"\W*(?:url|web|link|homepage|website|ip|id)?\W*|\W*\d+\W*", re.I)


@dataclass(slots=True)
class HeaderRows:
    """The name and time of one comment, in rows `first` up to, but not including, `end`. The first
    row may be its subject.
    """

    first: int
    end: int
    name: str
    date: datetime | None = None
    has_stamp: bool = True
    has_subject: bool = False
    stamp_below: int | None = None  # the row of the time, if it is below the text
    is_introduced: bool = False  # the name has a label such as “by” or “says”


def labels_near(page: CaptureRows, rows: list[int]) -> set[str]:
    """Return the shapes of lines that are next to most of these rows, such as “Author”."""
    if len(rows) < 3:
        return set()
    near = [{line_shape(said(r)) for r in page.rows[max(i - 3, 0) : i]} for i in rows]
    return frequent(near, max(3, len(rows) * 0.8))


def header_rows(
    page: CaptureRows, stamp: Stamp, place: Place, labels: set[str]
) -> HeaderRows | None:
    """Return the header with this time if its name is in this place."""
    rows, i = page.rows, stamp.row
    date = dates.read_stamp(stamp.text)
    if place == "none":
        return HeaderRows(i, i + 1, "", date)
    if place == "before":
        is_numbered = _NICKNAME.search(stamp.before)
        header = None if is_numbered else signed_header(said(rows[i]))
        name = name_in(header.author if header else stamp.before)
        if header and name is None:
            name = without_role(header.author)
        if name is None and phrases.BUTTON.fullmatch(stamp.after):
            name = stored_name(stamp.before)  # however long, as the title of a page that links here
        if name is None:
            return None
        if name and stamp.before in (f"@{name}", f"-{name}"):
            name = stamp.before
        return HeaderRows(start_of_header(page, i, name, labels), i + 1, name, date)
    if place == "below":
        k = i + 1
        while k < min(i + MOST_HEADER_ROWS, len(rows)) and is_label_line(said(rows[k])):
            k += 1  # such as “#2”
        if k >= len(rows) or len(rows[k].text) > SHORT:
            return None
        below = said(rows[k])
        if is_button_line(below):
            return None
        labelled = phrases.LABELLED_NAME.fullmatch(below)
        is_spoken = spoken(below.rstrip(",") + ":")
        if labelled or is_spoken:
            name = name_in(labelled[1] if labelled else below.rstrip(",") + ":")
        else:
            is_near = rows[k].gap < 2 and not is_header_label(below, labels)
            name = name_in(below) if is_near else None
        if name is None:
            return None
        return HeaderRows(i, k + 1, name, date, is_introduced=bool(labelled or is_spoken))
    if place == "after":
        if not stamp.after or phrases.BUTTON.fullmatch(stamp.after):
            return None
        name, is_by = name_after(stamp.after)
        return None if name is None else HeaderRows(i, i + 1, name, date, is_introduced=is_by)
    k = i - 1
    while k > i - MOST_HEADER_ROWS and k >= 0 and is_header_label(said(rows[k]), labels):
        k -= 1
    if k < 0 or rows[k].is_notice or rows[i].gap > 1:
        return None
    name = name_in(said(rows[k]))
    if name is None:
        return None
    return HeaderRows(start_of_header(page, k, name, labels), i + 1, name, date)


def name_after(text: str) -> tuple[str | None, bool]:
    """Return the name in the words after a time, and whether “by” or similar is before it."""
    for part in map(str.strip, _PARTS.split(text)):
        if not part or _LINK.fullmatch(part) or phrases.BUTTON.fullmatch(part):
            continue
        by = phrases.BEFORE_NAME.match(part)
        return name_in(part), bool(by)
    return None, False


def is_label_line(text: str) -> bool:
    """Return whether a line in a header is a role, a rank or a number."""
    return len(text) <= SHORT and bool(LABEL_LINE.fullmatch(text))


def is_header_label(text: str, labels: set[str]) -> bool:
    """Return whether a line in a header is a role, a number or a repeated label."""
    return is_label_line(text) or len(text) <= SHORT and line_shape(text) in labels


def start_of_header(page: CaptureRows, named: int, name: str, labels: set[str]) -> int:
    """Return the first row of a header: above the name may be the same name, a number or an avatar."""
    first, rows = named, page.rows
    for k in range(named - 1, max(named - MOST_HEADER_ROWS, -1), -1):
        text = said(rows[k])
        if len(text) > SHORT or rows[k].role:
            break
        bare = PICTURE_OF.sub("", text, count=1).strip(" :")
        named_text = name or said(rows[named])
        is_picture = text != named_text and PICTURE.fullmatch(text.removeprefix(named_text))
        if name and bare in (name, f"@{name}") or phrases.AVATAR.match(text) or is_picture:
            first = k
        elif not (LABEL_LINE.fullmatch(text) and not rows[k + 1].gap > 1):
            break
        elif phrases.COUNTER.fullmatch(text):
            first = k
    return first


def above_first(page: CaptureRows, stamp: int) -> int:
    """Return the row above the name of the text that ends above a time."""
    first = max(stamp - 1, 0)
    for i in range(stamp - 1, max(stamp - FAR, 0), -1):
        row = page.rows[i]
        if row.role not in ("", "button") or first - i > NEAR_HEADING:
            break
        if is_sentence(row):
            first = i
    while first > 0 and not is_name_line(said(page.rows[first - 1])) and stamp - first < FAR:
        first -= 1
    return first - 2


def is_name_line(text: str) -> bool:
    """Return whether a line may be the name above a text, and not its first words."""
    return bool(not text.endswith((",", ":")) and name_in(text))


def is_above_name(text: str) -> bool:
    """Return whether a line above a name is a label, or a button of the comment above."""
    return bool(len(text) <= SHORT and LABEL_LINE.fullmatch(text)) or is_button_line(text)


def named_below(page: CaptureRows, above: int, stamp: int) -> HeaderRows:
    """Return the header below a row, of the comment that ends with a time."""
    rows = page.rows
    first = end = above + 1
    while end < stamp - 2 and is_above_name(said(rows[end])):
        end += 1
    while end < stamp - 2 and said(rows[end + 1]) == said(rows[end]):
        end += 1
    name = name_in(said(rows[end])) if end < stamp and is_name_line(said(rows[end])) else None
    date = dates.read_stamp(said(rows[stamp]))
    header = HeaderRows(first, first if name is None else end + 1, name or "", date)
    header.stamp_below = stamp
    return header
