"""The title of a whole page, and where its text ends."""

import re
from collections.abc import Iterator

from .. import phrases
from ..head import declared_in, is_above_body
from ..lines import (
    ENDS_SENTENCE,
    SHORT,
    CaptureRows,
    Row,
    fits,
    is_around,
    is_date_line,
    is_sentence,
)
from ..names import byline_names
from .knowledge import SiteKnowledge
from .shapes import line_mark
from .stamps import said, stamp_in
from .wording import CAPTION

PLACE_BONUS = 6.0  # for a line in the place where other pages of the site have their title
CERTAIN = 6.0  # score of a certain title
LEAD = 1.0  # over the second best line
_QUOTED = re.compile(r"[“\"«„‘'「《»](.{3,})$")


def letters_of(text: str) -> str:
    """Return only the letters and digits of a text, for comparison."""
    return re.sub(r"\W+", "", text).casefold()


def find_page_title(
    page: CaptureRows, end: int, heading: int | None, site: SiteKnowledge
) -> tuple[int | None, bool]:
    """Return the row of the title, and whether it is certain."""
    best, best_score, second = None, 0.0, 0.0
    for i, score in title_candidates(page, end, heading):
        text = said(page.rows[i])
        if place_of_title(page, i) == site.title_place is not None:
            score += PLACE_BONUS
        elif site.is_repeated(text) and text != quoted_title(page, heading):
            score -= PLACE_BONUS
        if score >= best_score:
            best, best_score, second = i, score, best_score
        else:
            second = max(second, score)
    return best, best_score >= CERTAIN and best_score - second >= LEAD


def place_of_title(page: CaptureRows, i: int) -> int:
    """Return what identifies the place of a row on the pages of a site: the line above it."""
    return line_mark(said(page.rows[i - 1])) if i else 0


def title_candidates(
    page: CaptureRows, end: int, heading: int | None
) -> Iterator[tuple[int, float]]:
    """Yield the rows that may be the title, with a score."""
    rows = page.rows
    body = start_of_body(page, end)
    lines = [letters_of(said(row)) for row in rows]
    quoted = quoted_title(page, heading)
    whole = "\n".join(lines)
    distance = 0  # lines up to the body that belong to neither
    for i in range(min(body, len(rows) - 1), -1, -1):
        row, text = rows[i], lines[i]
        if i < body and not is_meta(rows[i + 1]) and i + 1 < body:
            distance += 1
        if not may_be_title(row) or len(text) < 3:
            continue
        score = 1.0
        if quoted and (
            text == quoted
            or len(text) > 8
            and (text in quoted or quoted in text and len(quoted) < len(text) * 1.3)
        ):
            score += 8
        words = len(said(row).split())
        elsewhere = whole.count(text) - 1 if len(text) > 11 else 0
        if elsewhere:  # in a breadcrumb or a link; menus are repeated too
            score += min(elsewhere, 2) if words > 3 else -1
        if ENDS_SENTENCE.search(said(row)) and not said(row).endswith(("?", "!", "…", "”", "“")):
            score -= 1.5 if len(said(row)) < 80 else 3
        if i and is_meta(rows[i - 1]) and stamp_in(said(rows[i - 1])):
            score += 1.5
        if len(said(row)) > 110:
            score -= 1.5
        if in_menu(page, i, body):
            score -= 2
        score += 3.0 - rows_to_head(page, i)
        score += 2.0 if words > 4 else 1.0 if words > 2 else 0.5 * (words == 2)
        score += max(0.0, 4.0 - distance * 0.5)
        yield i, score


def in_menu(page: CaptureRows, i: int, end: int) -> bool:
    """Return whether a row is among short lines, such as the entries of a menu."""
    near = page.rows[max(i - 2, 0) : min(i + 3, end)]
    return len(near) > 3 and all(len(said(row).split()) < 4 for row in near)


def quoted_title(page: CaptureRows, heading: int | None) -> str:
    """Return the title in the heading of the comments: 3 thoughts on “Title”."""
    if heading is None:
        return ""
    found = _QUOTED.search(page.rows[heading].text)
    return letters_of(found[1]) if found else ""


def may_be_title(row: Row) -> bool:
    """Return whether a row can be a title."""
    text = said(row)
    if not 2 < len(text) <= 200 or is_date_line(text):
        return False
    if row.role and row.role != "heading" or fits(phrases.ABOVE_TITLE, row, 60) or is_around(row):
        return False
    if (stamp := stamp_in(text)) and not stamp[0] and not stamp[2] or CAPTION.search(text):
        return False
    return byline_names(text) is None and not fits(phrases.ADDRESS, row, 500)


def is_meta(row: Row) -> bool:
    """Return whether a row between title and body belongs to neither: a date, a byline, a button."""
    text = said(row)
    if is_above_body(row) or is_around(row) or len(text) < 3:
        return True
    if len(text) > SHORT * 2:
        return False
    if stamp_in(text) or declared_in(text) is not None or phrases.POST_DATA.fullmatch(text):
        return True
    return bool(fits(phrases.UNDER_BODY, row) or fits(phrases.SHARING, row, 40))


def rows_to_head(page: CaptureRows, i: int) -> int:
    """Return how many lines are between a row and the date or byline below it, at most 3."""
    for between, row in enumerate(page.rows[i + 1 : i + 4]):
        text = said(row)
        is_short = len(text) <= SHORT * 2
        if is_short and (byline_names(text) or stamp_in(text) or declared_in(text) is not None):
            return between
        if len(text) > SHORT:
            break
    return 3


def start_of_body(page: CaptureRows, end: int) -> int:
    """Return the row where the text starts: the first sentence of the longest run of text."""
    rows = page.rows
    best, best_size = 0, 0
    start, size, short = -1, 0, 0
    for i in range(min(end, len(rows))):
        row = rows[i]
        if is_sentence(row):
            if start < 0:
                start, size = i, 0
            size += len(row.text)
            short = 0
            if size > best_size:
                best, best_size = start, size
        elif start >= 0:
            short += 1
            if short > 12:
                start = -1
    return best


def end_of_article(page: CaptureRows, first: int, end: int, site: SiteKnowledge) -> int:
    """Return the row where the text of the article ends, above links, tags and an author's profile."""
    rows = page.rows
    texts = [
        i for i in range(first, end) if is_sentence(rows[i]) and not site.is_repeated(said(rows[i]))
    ]
    if not texts:
        return end
    half = first + (texts[-1] - first) // 2
    for i in range(first, end):
        row = rows[i]
        is_below = (
            site.is_repeated(said(row))
            or fits(phrases.SHARING, row, 40)
            or fits(phrases.OTHER_PAGES, row, 60)
            or fits(phrases.OTHER_ARTICLES, row, SHORT)
        )
        if i >= half and is_below:
            return i
        if i > texts[-1] and (
            fits(phrases.UNDER_BODY, row) or is_around(row) or stamp_in(said(row))
        ):
            return i
    return end
