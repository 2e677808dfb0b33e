"""Find where the body ends and the comments start, using the heading above them."""

import re

from . import dates, phrases
from .blocks import begins_block, has_subject, nameless_from, names_from
from .head import below_tabs, declared_in, has_byline_below, is_above_body, is_title
from .lines import ENDS_SENTENCE, SHORT, WEAK_BULLETS, CaptureRows, Row, Start, fits, is_date_line
from .names import header_at
from .start_without_heading import start_without_heading


def find_start(page: CaptureRows, title: int) -> Start:
    """Return the last heading followed by comments or by the end of the page.

    Without one, return the first entries that can't be anything else.
    """
    found: Start | None = None
    for i in range(len(page.rows) - 1, title - 1, -1):
        if page.rows[i].role != "heading" or i == title and has_byline_below(page, i):
            continue
        start = Start(i, i, *what_follows(page, i))
        if start.style in ("list", "blocks"):
            if found and not counts_before(page, start, found):
                break
            found = start
        elif start.style == "nameless" and not has_text_above(page, title, i):
            if i > title or found or not re.fullmatch(r"\d+ \w+", page.rows[i].text):
                continue
            found = start  # the page has only comments
        elif start.style and (i > title or fits(phrases.TYPEPAD_FEED, page.rows[i])):
            found = start if not found or found.style == "none" != start.style else found
    start = found or start_without_heading(page, title)
    while start.body_end - 1 > title and page.rows[start.body_end - 1].role == "heading":
        start.body_end -= 1
    return start


def has_text_above(page: CaptureRows, title: int, heading: int) -> bool:
    """Return whether the article is above a heading, not just its title, byline and date."""
    rows, first = page.rows, title + is_title(page, title, heading)
    return any(not rows[i].role and not is_above_body(rows[i]) for i in range(first, heading))


def counts_before(page: CaptureRows, start: Start, later: Start) -> bool:
    """Return whether a heading with a list or blocks below it counts, rather than a later one.

    The later one may be quoted in a comment, or be page furniture after the end of the thread.
    """
    if later.style == "blocks" == start.style:
        return True
    between = page.rows[start.first : later.body_end]
    notice = next((k for k, row in enumerate(between) if row.is_notice), None)
    if later.style in ("list", "blocks"):
        return notice is not None and not has_prose(between[notice:])
    return (
        start.style == "blocks"
        or later.style != "none"
        or notice is not None
        or not has_prose(between)
    )


def has_prose(rows: list[Row]) -> bool:
    """Return whether the text of the article continues in these rows."""
    return any(row.is_margin_text and len(row.text) > 60 for row in rows)


def what_follows(page: CaptureRows, heading: int) -> tuple[int, str]:
    """Return the row where entries start below a heading, and their style.

    The style is "" if neither entries nor the end of the page follow.
    """
    rows, i = page.rows, page.next_text[heading + 1]
    declared = declared_in(rows[heading].text)
    i = below_tabs(page, i)
    if i >= len(rows) or declared == 0 and any(row.is_notice for row in rows[heading + 1 : i]):
        return i, "none"
    if page.votes and page.votes[-1] > i:
        return i, "voted"
    for k in range(i, min(i + 4, len(rows))):
        if rows[k].is_marked and (
            rows[k].column or k == i and may_begin_at_margin(page, heading, k)
        ):
            return k, "list"
        if len(rows[k].text) > SHORT or ENDS_SENTENCE.search(rows[k].text):
            break  # not just a stray line of the page
    if begins_another_day(page, i):
        return i, ""
    if not (rows[i].column and rows[i].is_marked) and begins_block(page, i):
        return i, "blocks"
    if page.signed and page.signed[-1] > i:
        return i, "signed"
    if has_subject(page, i):
        return i, "blocks"
    names = names_from(page, i)
    if names and (i <= page.last_sentence or len(names) == declared):
        return i, "names"
    # “Two thoughts:” may continue as text; “2 thoughts” and “Two thoughts on “A Title”” don't.
    is_heading = re.search(r"[\d“\"„«]", rows[heading].text)
    if nameless_from(page, i, declared if is_heading else None):
        return i, "nameless"
    return i, "none" if i > page.last_sentence and declared is not None else ""


def begins_another_day(page: CaptureRows, i: int) -> bool:
    """Return whether the next article of a page with several articles starts at row `i`.

    That is a date without a time, with more headings further down.
    """
    if not is_date_line(page.rows[i].text) or page.last_heading < i:
        return False
    return dates.TIME.search(dates.plain_digits(page.rows[i].text)) is None


def may_begin_at_margin(page: CaptureRows, heading: int, first: int) -> bool:
    """Return whether a list at the left margin contains comments.

    Below a heading without a number it may contain points, unless it has names or text below its
    entries.
    """
    if page.rows[first].bullet in WEAK_BULLETS and page.signed_from(first):
        return False  # dialogue, or a list in a comment that is signed below
    if declared_in(page.rows[heading].text) is not None or header_at(page, first).is_certain:
        return True
    return any(row.column > 1 for row in page.rows[first + 1 : first + 3])
