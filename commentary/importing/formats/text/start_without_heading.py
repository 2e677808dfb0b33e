"""Find where the comments start without a heading, by names, dates, buttons or layout."""

import re
from datetime import time

from ...doubts import Doubt
from ...messages import gettext as _
from . import dates, phrases
from .blocks import begins_block, name_above
from .head import below_tabs, end_of_post_data, find_title, has_byline_below, is_above_body
from .lines import ENDS_SENTENCE, SHORT, CaptureRows, Row, Start, fits, is_date_line, is_sentence
from .names import header_at, looks_like_name


def start_without_heading(page: CaptureRows, title: int) -> Start:
    """Return the start of the comments, or of the notice if there are none.

    Entries count if they have a name with a date or a button, or if they are two blank lines below
    the body and end the page.
    """
    rows = page.rows
    if first := start_of_signed(page, title):
        return Start(first, None, first, "signed")
    if page.votes and (first := start_of_voted(page, title)):
        return Start(first, None, first, "voted")
    i = title if rows and rows[title].is_marked else title + 1
    teasers: Start | None = None  # names and dates, possibly of other articles
    while i < len(rows):
        if (end := max(end_of_post_data(page, i), below_tabs(page, i))) > i:
            i = end
        elif rows[i].is_marked and (rows[i].column or begins_list(page, i)):
            end = next((k for k in range(i + 1, len(rows)) if ends_list(rows, i, k)), len(rows))
            if is_thread(page, i, end) and (not teasers or is_strong(page, teasers.first, i, end)):
                return Start(i, None, i, "list")
            i = end
        elif teasers:
            i += 1
        elif rows[i].is_margin_text and rows[i].gap and begins_blocks(page, i):
            teasers = Start(i, None, i, "blocks")
            if phrases.NAME_SAID.fullmatch(rows[i].text[:300]):
                break
            i += 1
        elif rows[i].column and rows[i].gap and begins_block(page, i):
            end = next(
                (k for k in range(i, len(rows)) if rows[k].column < rows[i].column), len(rows)
            )
            if are_blocks(page, i, end):
                return Start(i, None, i, "blocks")
            i = end
        else:
            i += 1
    if teasers:
        return teasers
    if first := start_above_buttons(page, title):
        return Start(first, None, first, "nameless")
    body = title + 1
    while body < len(rows) and (rows[body].role or is_above_body(rows[body])):
        body += 1
    body = body if body < len(rows) else title + 1
    notices = (i for i in range(body, len(rows)) if rows[i].is_notice and i > page.last_sentence)
    notice = next(notices, len(rows))
    return Start(notice, None, notice, "none")


def is_strong(page: CaptureRows, above: int, first: int, end: int) -> bool:
    """Return whether a list looks more like comments than the names with dates from row `above` on.

    It does if those have no text, or if most of its items have a name with “says”.
    """
    rows = page.rows
    if not any(is_sentence(row) for row in rows[above:first]):
        return True
    items = [i for i in range(first, end) if rows[i].is_marked]
    said = [i for i in items if header_at(page, i).is_certain]
    return len(said) > 1 and len(said) * 2 > len(items)


def start_of_voted(page: CaptureRows, title: int) -> int | None:
    """Return the row where wpDiscuz comments start.

    That is the line with sort options, the rank above the first name, or a name above the first
    votes.
    """
    rows, first = page.rows, page.votes[0]
    for i in range(title + 1, first):
        if fits(phrases.DISCUZ_SORT, rows[i]) or fits(phrases.DISCUZ_RANK, rows[i], 40):
            return i
    names = (i for i in range(first - 1, title, -1) if looks_like_name(rows[i].text))
    return next(names, None)


def start_of_signed(page: CaptureRows, title: int) -> int | None:
    """Return the row where comments signed below their text start without a heading, or None.

    They start two blank lines below the body, if they end the page. A single one may be the
    article, signed by its author, unless a byline names the author. Movable Type's “Posted by Ann
    at” below the article and “Posted by: Bob at” below each comment identify them anywhere.
    """
    rows, body = page.rows, title + 1
    while body < len(rows) and is_above_body(rows[body]):
        body += 1
    signed = page.signed_from(body)
    own, *others = [bool(fits(phrases.SIGNS_COMMENT, rows[i])) for i in signed] or [True]
    if others and not own and all(others):
        return signed[0] + 1
    is_told = own or bool(signed) and ("|" in rows[signed[0]].text or page.says_posted)
    is_comment = bool(signed) and all(fits(phrases.COMMENT_SIGNED, rows[i]) for i in signed)
    repeats = [i for i in signed if name_above(page, i) is not None]
    if not (is_comment or repeats) and (
        not page.ends_signed
        or len(signed) < (1 if is_told and has_byline_below(page, title) else 2)
    ):
        return None
    apart = next((i for i in range(signed[0], body, -1) if rows[i].gap > 1), None)
    if apart is not None or not (is_comment or repeats):
        return apart
    if (first := name_above(page, signed[0])) is not None:
        return first if first > title else None
    first = signed[0] - 1
    while first > title and not rows[first].gap:
        first -= 1
    if first <= title:
        return None
    page.doubts.append(
        Doubt(
            _(
                "line %(number)s: the start of the first comment is unclear; the paragraph above the "
                "first name was used"
            )
            % {"number": rows[first].number},
            "start",
        )
    )
    return first


def start_above_buttons(page: CaptureRows, title: int) -> int | None:
    """Return the row where the comment above the first Blogger button, or the first of several
    likes, starts.

    Used if nothing else identifies the comments. It is the start of the paragraph, or the line
    above if the page has no blank lines.
    """
    rows = page.rows
    margin = [i for i, row in enumerate(rows) if not row.column and len(row.text) <= 60]
    buttons = [i for i in margin if phrases.TWO_BUTTONS.fullmatch(rows[i].text)]
    likes = [i for i in margin if phrases.LIKES.fullmatch(rows[i].text)]
    above = next(iter(buttons or likes[: len(likes) > 1]), 0) - 1
    first = above
    while first > title and not rows[first].gap:
        first -= 1
    return first if first > title else above if above > title else None


def begins_list(page: CaptureRows, i: int) -> bool:
    """Return whether a marked row at the margin has a name. “— Ann, June 3, 2011” signs a letter."""
    return page.rows[i].bullet not in ("–", "—") and header_at(page, i).is_certain


def ends_list(rows: list[Row], first: int, k: int) -> bool:
    """Return whether row `k` ends a list: text at the margin, or a new list two blank lines below."""
    row = rows[k]
    begins_anew = row.value == 1 and row.gap > 1 and row.column <= rows[first].column
    return row.is_margin_text or begins_anew


def is_thread(page: CaptureRows, first: int, end: int) -> bool:
    """Return whether a list without a heading contains comments."""
    rows = page.rows
    for i in range(first, end):
        if (
            rows[i].role == "button"
            and i > first
            or rows[i].is_marked
            and header_at(page, i).is_certain
        ):
            return True
    is_last = end > page.last_sentence or rows[end].is_notice
    is_last = is_last or rows[first].gap > 1 and is_message(page, end)
    below = rows[first + 1 : end]
    is_spaced = not any(row.is_marked for row in below) or any(row.gap for row in below)
    is_apart = rows[first].gap > 1 or is_list_of_voices(rows, first, end)
    is_apart = is_apart or not first and any(row.column > 3 and row.gap for row in below)
    is_apart = is_apart and not is_of_article(page, first, end)
    return is_apart and is_last and is_spaced


def is_of_article(page: CaptureRows, first: int, end: int) -> bool:
    """Return whether a list has its own label, or closely follows a title with the number of its
    items.
    """
    rows, title = page.rows, find_title(page)
    if first and fits(phrases.LIST_LABEL, rows[first - 1], 60):
        return True
    if first - title > 3:
        return False
    items = sum(row.is_marked and row.column == rows[first].column for row in rows[first:end])
    numbers = re.findall(r"\b\d{1,3}\b", rows[title].text[:SHORT])
    return items > 2 and items in map(int, numbers)


def is_message(page: CaptureRows, i: int) -> bool:
    """Return whether the paragraph in row `i` is a blogger's text above the form.

    It is two blank lines below the comments and ends the page.
    """
    row, end = page.rows[i], i + 1
    while end < len(page.rows) and not page.rows[end].gap:
        end += 1
    return row.gap > 1 and end > page.last_sentence and bool(fits(phrases.MESSAGE, row))


def is_list_of_voices(rows: list[Row], first: int, end: int) -> bool:
    """Return whether an indented list, one blank line below the body, has sentences and no
    introduction.
    """
    if not first or rows[first].value != 1 or rows[first - 1].text.endswith((":", "：")):
        return False
    return any(len(row.text) > 40 or ENDS_SENTENCE.search(row.text) for row in rows[first:end])


def begins_blocks(page: CaptureRows, i: int) -> bool:
    """Return whether “NAME said...” in row `i` starts the comments.

    Blogger's wording suffices, and so does a date. Other wording counts if it is two blank lines
    below the body, or has a date with a time and a button, form or notice follows.
    """
    text = page.rows[i].text
    header = header_at(page, i)
    if is_date_line(text) and header.lines > 1 and header.author and header.date:
        return header.date.time() != time.min  # LiveJournal: “Date: …”, “From: …”
    if not header.is_certain or page.is_signed_below(i) or is_date_line(text):
        return False
    if header.author and phrases.THREAD_LINKS.search(text[-SHORT:]):
        return True
    if dates.AT_TIME_BY.fullmatch(text):
        return False  # a byline
    is_apart = page.rows[i].gap > 1
    if dates.NAME_SAID_AT.fullmatch(text):
        return True
    at_time = dates.AT_TIME_NAME.fullmatch(text)
    if at_time and (said := phrases.NAME_SAID.fullmatch(at_time[2])):
        # “On June 3, 2011, the mayor said:” is a quotation in an article.
        is_account = bool(phrases.ACCOUNT_OR_NONE.match(at_time[2]))
        return is_account or is_apart or said[2] not in (None, ":")
    said = phrases.NAME_SAID.fullmatch(text)
    if said and header.date:
        return True
    if said and said[2] not in (None, ":") and (is_apart or looks_like_name(said[1])):
        return True
    if not header.author or not header.date or header.date.time() == time.min:
        return bool(said) and is_apart
    return is_apart or page.last_sign > i or text.endswith("(UTC)")  # LiveJournal


def are_blocks(page: CaptureRows, first: int, end: int) -> bool:
    """Return whether indented text contains comments that lost their numbers.

    It has several name lines and ends the page.
    """
    rows = page.rows
    column = [i for i in range(first, end) if rows[i].column == rows[first].column]
    said = [i for i in column if rows[i].gap and begins_block(page, i)]
    return len(said) > 1 and (end > page.last_sentence or rows[end].is_notice)
