"""Where the text of a whole page starts and ends."""

from itertools import pairwise

from .. import phrases
from ..head import declared_in, is_above_body
from ..lines import SHORT, CaptureRows, Row, fits, is_around, is_sentence
from .knowledge import SiteKnowledge
from .stamps import said, stamp_in
from .wording import ACCOUNT_LINK, NEXT_TO_BYLINE

FAR_APART = 13  # rows between sentences that belong to different texts
LEAST_TEXT = 250  # characters


def is_meta(row: Row) -> bool:
    """Return whether a row between title and body belongs to neither: a date, a byline, a button."""
    text = said(row)
    if is_above_body(row) or is_around(row) or len(text) < 3:
        return True
    if len(text) > SHORT * 2:
        return False
    if stamp_in(text) or declared_in(text) is not None or phrases.POST_DATA.fullmatch(text):
        return True
    if NEXT_TO_BYLINE.fullmatch(text):
        return True
    return bool(fits(phrases.UNDER_BODY, row) or fits(phrases.SHARING, row, 40))


def start_of_body(page: CaptureRows, end: int) -> int:
    """Return the row where the text starts: the first sentence of the longest run of text. If there
    is none above the comments, it is where they start, or 0 if there are a few words of text.
    """
    rows = page.rows
    best: list[int] = []
    run: list[int] = []
    size = most = 0
    for i in range(min(end, len(rows))):
        if not is_sentence(rows[i]):
            continue
        if run and i - run[-1] > FAR_APART:
            run, size = [], 0
        run.append(i)
        size += len(rows[i].text)
        if size > most:
            best, most = list(run), size
    if not best:
        has_words = any(map(is_short_text, rows[1:end]))
        return end if end < len(rows) and not has_words else 0
    above, first = 0, best[0]
    for i, following in pairwise(best):  # a motto or a notice above the title
        above += len(rows[i].text)
        if following - i > 2 and above < LEAST_TEXT and above * 5 < most:
            first = following
    return first


def is_short_text(row: Row) -> bool:
    """Return whether a row ends like a sentence, but is short."""
    is_link = is_around(row) or fits(ACCOUNT_LINK, row, 60)
    return bool(row.text.endswith((".", "!", "?")) and not is_link)


def end_of_article(page: CaptureRows, first: int, end: int, site: SiteKnowledge) -> int:
    """Return the row where the text of the article ends, above links, tags and an author's profile."""
    rows = page.rows
    texts = [i for i in range(first, end) if is_sentence(rows[i]) and not site.is_repeated(page, i)]
    if not texts:
        return end
    half = first + (texts[-1] - first) // 2
    for i in range(first, end):
        row = rows[i]
        is_below = (
            site.is_repeated(page, i)
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
