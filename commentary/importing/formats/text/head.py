"""The head of a page: title, byline, date, and other data that a theme shows below the title."""

import re

from ...messages import gettext as _
from ...messages import gettext_noop
from ...records import ArticleRecord
from . import dates, phrases
from .lines import (
    ENDS_SENTENCE,
    LONGEST,
    SHORT,
    CaptureRows,
    Row,
    fits,
    is_date_line,
    is_navigation,
)
from .names import byline_names


def find_title(page: CaptureRows) -> int:
    """Return the row of the title, or of the first content if there is none."""
    for i, row in enumerate(page.rows):
        is_feed = i and not row.gap and row.role == "heading"  # Feeds: / Posts / Comments
        is_above = bool(fits(phrases.ABOVE_TITLE, row, 60)) or is_navigation(row)
        is_above = is_above or i < 3 and bool(fits(phrases.ADDRESS, row, 500))
        is_above = is_above or is_date_line(row.text) and not is_dated_title(page, i)
        if not (is_above or is_feed):
            return i
    return 0


def is_dated_title(page: CaptureRows, i: int) -> bool:
    """Return whether a date is itself the title.

    It is if the comment heading quotes it, or if the text starts with it again.
    """
    text = page.rows[i].text
    below = page.rows[i + 1].text if i + 1 < len(page.rows) else ""
    if below[: len(text)] == text and below[len(text) : len(text) + 1] in tuple(",:.;"):
        return True
    headings = (row.text for row in page.rows[i + 1 :] if row.role == "heading")
    return any(re.search(rf"[“\"«„‘'「《]\s?{re.escape(text)}", heading) for heading in headings)


def is_title(page: CaptureRows, i: int, end: int) -> bool:
    """Return whether the first content is the title: not a byline, a point or body text."""
    row = page.rows[i]
    below = page.rows[i + 1] if i + 1 < end else None
    if len(row.text) > LONGEST or phrases.RELATED.fullmatch(row.text[:300]):
        return False
    if is_below_lost_title(page, i):
        return False
    if below and byline_names(below.text) is not None:
        return True
    if names := byline_names(row.text):
        return not all(is_full_name(name) for name in names)
    if names is not None or row.value is not None and row.rest and below:
        return False
    goes_on = below and not below.gap and not below.is_marked
    is_prose = row.text.endswith((".", "。"))
    if goes_on and is_prose and not page.is_unparted:
        return is_date_line(page.rows[i + 1].text)  # otherwise it is a paragraph of several lines
    longest = SHORT if page.is_tight else 250
    return len(row.text) <= (60 if is_prose or goes_on else longest)


def is_below_lost_title(page: CaptureRows, i: int) -> bool:
    """Return whether a title above row `i` was lost.

    A title that was a link leaves two blank lines below the date, followed by a sentence or several
    lines of the body.
    """
    row = page.rows[i]
    if not i or row.gap < 2 or not is_date_line(page.rows[i - 1].text):
        return False
    goes_on = i + 1 < len(page.rows) and not page.rows[i + 1].gap
    goes_on = goes_on and not is_above_body(page.rows[i + 1])
    return goes_on or row.text.endswith((".", "…", "。", ":")) or len(row.text) > SHORT


def is_full_name(name: str) -> bool:
    """Return whether a name has several capitalised words; “By Candlelight” and “By the Canal” are
    titles.
    """
    parts = [part for part in name.split() if part not in phrases.PARTICLES]
    return (
        len(parts) > 1
        and all(part[0].isupper() for part in parts)
        and name[:4] not in ("the ", "The ")
    )


def read_title_lines(page: CaptureRows, i: int, end: int, record: ArticleRecord) -> int:
    """Read title, byline and date from row `i` on. Returns the first row of the body."""
    for row in page.rows[: min(i, end)]:
        if is_date_line(row.text):
            record.date = record.date or dates.read_stamp(row.text)
            page.assign(row, "article")
        elif found := fits(phrases.ADDRESS, row, 500):
            read_address(page, row, found, record)
        else:
            page.assign(row, "furniture", gettext_noop("above the title"))
    if i < end and is_title(page, i, end):
        record.title = " ".join(page.rows[i].text.split())
        page.assign(page.rows[i], "article")
        i += 1
    else:
        page.warnings.append(_("no title found"))
    i = read_post_data(page, i, end, record)
    has_byline = False
    for row in page.rows[i : min(i + 4, end)]:
        names = None if has_byline else byline_names(row.text)
        if names is not None:
            record.authors, has_byline = names, True
        elif row.role in ("heading", "open"):
            page.assign(row, "furniture", gettext_noop("below the title"))
            i += 1
            continue
        elif not (is_date_line(row.text) or fits(dates.DATE_THEN_FILED, row)):
            break
        stamp = re.search(dates.STAMP, dates.plain_digits(row.text), re.I)
        record.date = record.date or (dates.read_stamp(stamp[0]) if stamp else None)
        page.assign(row, "article")
        i += 1
    if not has_byline and i + 1 < end:
        read_late_byline(page, page.rows[i + 1], record)
    return i


def read_post_data(page: CaptureRows, i: int, end: int, record: ArticleRecord) -> int:
    """Read what a theme shows below the title: date, section, number of comments.

    It may be a list or one line. Returns the row after it.
    """
    if i < end and fits(phrases.POINTS, page.rows[i]):
        if found := phrases.POINTS_COMMENTS.search(page.rows[i].text):
            record.declared_heading, record.declared_count = page.rows[i].text, int(found[1])
        page.assign(page.rows[i], "furniture", gettext_noop("below the title"))
        return i + 1
    stop = end_of_post_data(page, i)
    if not i < stop <= end:
        return i
    read_labels(page, page.rows[i:stop], record)
    return stop


def read_labels(page: CaptureRows, rows: list[Row], record: ArticleRecord) -> None:
    """Read date, authors and number of comments from the labels of an article."""
    for row in rows:
        if is_date_line(row.rest):
            record.date = record.date or dates.read_stamp(row.rest)
        elif (number := declared_in(row.rest)) is not None:
            record.declared_count, record.declared_heading = number, row.rest
        elif names := byline_names(row.rest):
            record.authors = record.authors or names
        page.assign(row, "furniture", gettext_noop("article tags"))


def start_of_labels(page: CaptureRows, first: int, end: int) -> int:
    """Return the row where a list of labels or tabs that ends above row `end` starts, otherwise
    `end`.
    """
    above = end
    while above > first and page.rows[above - 1].bullet:
        above -= 1
    is_list = end_of_post_data(page, above) == end or below_tabs(page, above) >= end
    return above if above < end and is_list else end


def end_of_post_data(page: CaptureRows, first: int) -> int:
    """Return the row after a list of short labels about the article, or `first` if there is none.

    At least a third of them are dates, numbers of comments or the like.
    """
    rows, end = page.rows, first
    while end < len(rows) and rows[end].bullet and rows[end].column == rows[first].column:
        label = rows[end].rest
        if len(label) > 60 or ENDS_SENTENCE.search(label):
            return first
        end += 1
    if end < len(rows) and rows[end].column > rows[first].column:
        return first  # text of the last item
    labels = [row.rest for row in rows[first:end]]
    told = sum(is_post_data(label) for label in labels)
    return end if len(labels) > 1 and told and told * 3 >= len(labels) else first


def is_post_data(label: str) -> bool:
    """Return whether a label is about the article: “19 October 2019”, “1 comment”, “in Boats”."""
    if is_date_line(label) or declared_in(label) is not None or phrases.OPEN.fullmatch(label):
        return True
    return bool(phrases.POST_DATA.fullmatch(label) or phrases.TAB.fullmatch(label))


def read_address(page: CaptureRows, row: Row, found: re.Match[str], record: ArticleRecord) -> None:
    """Read the URL of the article from a line that shows it; the first one counts."""
    record.url = record.url or phrases.PART_OF_PAGE.sub("", found["url"])
    page.assign(row, "article")


def read_late_byline(page: CaptureRows, row: Row, record: ArticleRecord) -> None:
    """Read a byline below an introductory line, if it has full names."""
    names = byline_names(row.text) if row.gap and len(row.text) <= SHORT else None
    if names and all(is_full_name(name) for name in names):
        record.authors = names
        page.assign(row, "article")


def is_above_body(row: Row) -> bool:
    """Return whether a row is a byline or a date."""
    if is_date_line(row.text) or fits(dates.DATE_THEN_FILED, row):
        return True
    return byline_names(row.text) is not None


def has_byline_below(page: CaptureRows, i: int) -> bool:
    """Return whether row `i`, which looks like a comment heading, is a title with a byline below
    it.
    """
    below = page.rows[i + 1] if i + 1 < len(page.rows) else None
    return bool(below and not below.is_marked and byline_names(below.text))


def below_tabs(page: CaptureRows, i: int) -> int:
    """Return the row after the tabs of a thread: “Comments2”, “Pingbacks0”."""
    end = i
    while end < len(page.rows) and page.rows[end].bullet:
        if not phrases.TAB.fullmatch(page.rows[end].rest[:SHORT]):
            break
        end += 1
    return end


def declared_in(text: str) -> int | None:
    """Return the number of comments stated in a heading, or None."""
    if phrases.NO_COMMENTS.fullmatch(text):
        return 0
    for pattern in phrases.HEADINGS:
        if found := pattern.fullmatch(text):
            number = next(group for group in found.groups() if group).casefold()
            if number in phrases.NUMBER_WORDS:
                return phrases.NUMBER_WORDS[number]
            return int("".join(sign for sign in number if sign.isdigit()))
    if " | " in text and len(text) <= SHORT * 2:  # Title | 5 comments | Log in
        counts = (declared_in(part) for part in text.split(" | ")[1:])
        return next((count for count in counts if count is not None), None)
    return None


def declare(page: CaptureRows, heading: Row, record: ArticleRecord) -> None:
    """Read the number of comments from their heading."""
    record.declared_heading = heading.text
    record.declared_count = declared_in(heading.text)
    page.assign(heading, "article")
