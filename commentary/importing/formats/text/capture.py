"""Plain-text captures of one article page with its comments.

Every rule serves one observation about such pages; the tables are in text_words and text_dates,
lines in text_lines, names in text_names, comments in text_thread. Where the page does not say,
text stays body text, or is left over with a reason, rather than becoming somebody's comment.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from ...records import ArticleRecord, Block, BlockKind, Ledger
from ...source import Source
from . import dates, words
from .lines import (
    ENDS_SENTENCE,
    LONGEST,
    MARKER,
    SHORT,
    WEAK_BULLETS,
    Page,
    Row,
    fits,
    is_around,
    is_date_line,
    is_navigation,
    is_sentence,
    paragraphs,
)
from .names import (
    ANY_SHORTENED,
    byline_names,
    clean_name,
    header_at,
    looks_like_name,
    signed_header,
)
from .thread import (
    Entry,
    all_names,
    begins_block,
    comment_records,
    digest,
    has_subject,
    name_above,
    nameless_from,
    names_from,
    read_blocks,
    read_list,
    read_nameless,
    read_names,
    read_signed,
    read_voted,
    warn_of_numbers,
)

SUFFIXES = {".txt"}


def detect(source: Source) -> bool:
    """Whether this may be a capture: any text that does not begin like XML."""
    return bool(source.lines) and not re.match(
        r"\s*<(?:\?xml|!doctype|rss|disqus)\b", "\n".join(source.lines[:5]), re.I
    )


def read(source: Source, ledger: Ledger) -> Iterator[ArticleRecord]:
    """The one article of a capture, with its comments."""
    warnings = dates.look_over(source.lines)
    page = Page(source.lines)
    page.warnings.extend(warnings)
    record = ArticleRecord(key="", lines=(1, len(source.lines)), warnings=page.warnings)
    if source.stray_bytes:
        page.warnings.append(f"{source.stray_bytes} bytes are not valid UTF-8; shown as �")
    title = find_title(page)
    start = find_start(page, title)
    first = read_head(page, title, start.body_end, record)
    if start.style == "none":
        warn_of_untold(page, first, start, record)
    read_body(page, first, start.body_end, record)
    read_heading(page, start, record)
    entries, tail = read_comments(page, start, record)
    read_tail(page, tail, record)
    record.comments = list(comment_records(entries))
    found = len(record.comments)
    if record.declared_count is not None and record.declared_count != found:
        page.warnings.append(f"expected {record.declared_count} comments, found {found}")
    record.key = content_key(record, source.lines)
    weigh(page, start, entries, record)
    record.doubts = page.doubts
    page.close(ledger)
    yield record


def content_key(record: ArticleRecord, lines: list[str]) -> str:
    """What names the article of a capture: its address if the page shows it, else its title,
    authors and body or, if it has no body, everything on the page."""
    if record.url:
        return digest("url", record.url)[:32]
    texts = [block.text for block in record.blocks]
    if texts:
        return digest(record.title, *record.authors, "", *texts)[:32]
    return digest("page", *lines)[:32]


# ---------------------------------------------------------------- title and byline


def find_title(page: Page) -> int:
    """The row of the title or, where there is none, of whatever comes first."""
    for i, row in enumerate(page.rows):
        is_feed = i and not row.gap and row.role == "heading"  # Feeds: / Posts / Comments
        is_above = bool(fits(words.ABOVE_TITLE, row, 60)) or is_navigation(row)
        is_above = is_above or i < 3 and bool(fits(words.ADDRESS, row, 500))
        is_above = is_above or is_date_line(row.text) and not is_dated_title(page, i)
        if not (is_above or is_feed):
            return i
    return 0


def is_dated_title(page: Page, i: int) -> bool:
    """Whether a date is the title itself: the heading of the comments quotes it, or the text
    begins with it again."""
    text = page.rows[i].text
    below = page.rows[i + 1].text if i + 1 < len(page.rows) else ""
    if below[: len(text)] == text and below[len(text) : len(text) + 1] in tuple(",:.;"):
        return True
    headings = (row.text for row in page.rows[i + 1 :] if row.role == "heading")
    return any(re.search(rf"[“\"«„‘'「《]\s?{re.escape(text)}", heading) for heading in headings)


def is_title(page: Page, i: int, end: int) -> bool:
    """The first content is the title, unless it is plainly the byline, a point or body text."""
    row = page.rows[i]
    below = page.rows[i + 1] if i + 1 < end else None
    if len(row.text) > LONGEST or words.RELATED.fullmatch(row.text[:300]):
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
        return is_date_line(page.rows[i + 1].text)  # else it is a paragraph of more than one line
    longest = SHORT if page.is_tight else 250
    return len(row.text) <= (60 if is_prose or goes_on else longest)


def is_below_lost_title(page: Page, i: int) -> bool:
    """A title that was a link leaves two blank lines below the date; what follows is a sentence
    of the body, or more than one line."""
    row = page.rows[i]
    if not i or row.gap < 2 or not is_date_line(page.rows[i - 1].text):
        return False
    goes_on = i + 1 < len(page.rows) and not page.rows[i + 1].gap
    goes_on = goes_on and not is_above_body(page.rows[i + 1])
    return goes_on or row.text.endswith((".", "…", "。", ":")) or len(row.text) > SHORT


def is_full_name(name: str) -> bool:
    """Two words or more with capitals: “By Candlelight” and “By the Canal” are titles."""
    parts = [part for part in name.split() if part not in words.PARTICLES]
    return (
        len(parts) > 1
        and all(part[0].isupper() for part in parts)
        and name[:4] not in ("the ", "The ")
    )


def read_head(page: Page, i: int, end: int, record: ArticleRecord) -> int:
    """Title, byline and date from row `i` on; the first row of the body."""
    for row in page.rows[: min(i, end)]:
        if is_date_line(row.text):
            record.date = record.date or dates.read_stamp(row.text)
            page.assign(row, "article")
        elif found := fits(words.ADDRESS, row, 500):
            read_address(page, row, found, record)
        else:
            page.assign(row, "furniture", "above the title")
    if i < end and is_title(page, i, end):
        record.title = " ".join(page.rows[i].text.split())
        page.assign(page.rows[i], "article")
        i += 1
    else:
        page.warnings.append("no title found")
    i = read_post_data(page, i, end, record)
    has_byline = False
    for row in page.rows[i : min(i + 4, end)]:
        names = None if has_byline else byline_names(row.text)
        if names is not None:
            record.authors, has_byline = names, True
        elif row.role in ("heading", "open"):
            page.assign(row, "furniture", "below the title")
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


def read_post_data(page: Page, i: int, end: int, record: ArticleRecord) -> int:
    """What the theme of a site shows of the article below its title, as a list or in one line:
    its date, its section, the number of its comments. The row below it."""
    if i < end and fits(words.POINTS, page.rows[i]):
        if found := words.POINTS_COMMENTS.search(page.rows[i].text):
            record.declared_heading, record.declared_count = page.rows[i].text, int(found[1])
        page.assign(page.rows[i], "furniture", "below the title")
        return i + 1
    stop = end_of_post_data(page, i)
    if not i < stop <= end:
        return i
    read_labels(page, page.rows[i:stop], record)
    return stop


def read_labels(page: Page, rows: list[Row], record: ArticleRecord) -> None:
    """Date, authors and number of comments from labels that a page shows of its article."""
    for row in rows:
        if is_date_line(row.rest):
            record.date = record.date or dates.read_stamp(row.rest)
        elif (number := declared_in(row.rest)) is not None:
            record.declared_count, record.declared_heading = number, row.rest
        elif names := byline_names(row.rest):
            record.authors = record.authors or names
        page.assign(row, "furniture", "labels of the article")


def start_of_labels(page: Page, first: int, end: int) -> int:
    """The row where the list of labels or tabs begins that ends above row `end`; `end` if none
    does."""
    above = end
    while above > first and page.rows[above - 1].bullet:
        above -= 1
    is_list = end_of_post_data(page, above) == end or below_tabs(page, above) >= end
    return above if above < end and is_list else end


def end_of_post_data(page: Page, first: int) -> int:
    """The row below a list of short labels, of which one is a date, a number of comments or the
    like: the page says so of its article, and nobody said it. `first` if there is none."""
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
    """“19 October 2019”, “1 comment”, “in Boats”, “Leave a comment”."""
    if is_date_line(label) or declared_in(label) is not None or words.OPEN.fullmatch(label):
        return True
    return bool(words.POST_DATA.fullmatch(label) or words.TAB.fullmatch(label))


def read_address(page: Page, row: Row, found: re.Match[str], record: ArticleRecord) -> None:
    """Take the address of the article from a line that shows it; the first one counts."""
    record.url = record.url or words.PART_OF_PAGE.sub("", found["url"])
    page.assign(row, "article")


def read_late_byline(page: Page, row: Row, record: ArticleRecord) -> None:
    """A byline below a line that introduces the article, if it names people in full."""
    names = byline_names(row.text) if row.gap and len(row.text) <= SHORT else None
    if names and all(is_full_name(name) for name in names):
        record.authors = names
        page.assign(row, "article")


# ---------------------------------------------------------------- where the comments begin


@dataclass
class Start:
    """Where the body ends and the comments begin. `heading` is the row of the heading, if any;
    `style` says how entries are told apart: list, blocks, signed, names, nameless or none."""

    body_end: int
    heading: int | None
    first: int
    style: str


def declared_in(text: str) -> int | None:
    """The number of comments a heading states."""
    if words.NO_COMMENTS.fullmatch(text):
        return 0
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
            found = start  # the page of the comments alone
        elif start.style and (i > title or fits(words.TYPEPAD_FEED, page.rows[i])):
            found = start if not found or found.style == "none" != start.style else found
    start = found or start_without_heading(page, title)
    while start.body_end - 1 > title and page.rows[start.body_end - 1].role == "heading":
        start.body_end -= 1
    return start


def has_byline_below(page: Page, i: int) -> bool:
    """Whether row `i`, which may read like a heading of comments, is a title with its byline."""
    below = page.rows[i + 1] if i + 1 < len(page.rows) else None
    return bool(below and not below.is_marked and byline_names(below.text))


def has_text_above(page: Page, title: int, heading: int) -> bool:
    """Whether the article stands above a heading, and not only its title, byline and date."""
    rows, first = page.rows, title + is_title(page, title, heading)
    return any(not rows[i].role and not is_above_body(rows[i]) for i in range(first, heading))


def counts_before(page: Page, start: Start, later: Start) -> bool:
    """Whether a heading with a list or blocks below it counts, and not the one further down: that
    may be quoted in a block, or stand beside the page, below the end of the thread."""
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
    """Whether the text of the article goes on in these rows."""
    return any(row.is_margin_text and len(row.text) > 60 for row in rows)


def warn_of_untold(page: Page, first: int, start: Start, record: ArticleRecord) -> None:
    """Say which lines of the body may be the heading of comments that cannot be told apart, or
    names above them: short lines two blank lines below the text, or one of them twice."""
    end = start.body_end
    for above, row in pairwise(page.rows[first:end]):
        if start.heading is None and row.role == "heading" and not above.text.endswith((":", "：")):
            page.warnings.append(
                f"line {row.number} looks like a comment heading, but the comments below it could not "
                "be told apart; kept as article text"
            )
            page.untold = page.warnings[-1]
            if declared_in(row.text) is not None:
                declare(page, row, record)
            break
    names = [i for i in all_names(page) if first <= i < end]
    texts = [page.rows[i].text for i in names]
    is_thread = len(names) > 1 and (page.rows[names[0]].gap > 1 or len(set(texts)) < len(texts))
    if is_thread:
        shown = ", ".join(str(page.rows[i].number) for i in names[:10])
        page.warnings.append(
            f"lines {shown}{' …' if len(names) > 10 else ''} look like names of commenters, "
            "but may be subheadings; kept as article text"
        )
        page.untold = page.warnings[-1]


def what_follows(page: Page, heading: int) -> tuple[int, str]:
    """The row where entries begin below a heading, and their style; an empty style where neither
    entries nor the end follow."""
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
            break  # more than a stray line of the page
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
    # “Two thoughts:” may go on as text; “2 thoughts” and “Two thoughts on “A Title”” do not.
    is_heading = re.search(r"[\d“\"„«]", rows[heading].text)
    if nameless_from(page, i, declared if is_heading else None):
        return i, "nameless"
    return i, "none" if i > page.last_sentence and declared is not None else ""


def below_tabs(page: Page, i: int) -> int:
    """The row below the tabs and the order of a thread: “Comments2”, “Pingbacks0”."""
    end = i
    while end < len(page.rows) and page.rows[end].bullet:
        if not words.TAB.fullmatch(page.rows[end].rest[:SHORT]):
            break
        end += 1
    return end


def begins_another_day(page: Page, i: int) -> bool:
    """Whether row `i`, below a heading, is a day without a time, and more headings follow: the
    next article of a page that shows several, each with the number of its comments."""
    if not is_date_line(page.rows[i].text) or page.last_heading < i:
        return False
    return dates.TIME.search(dates.plain_digits(page.rows[i].text)) is None


def may_begin_at_margin(page: Page, heading: int, first: int) -> bool:
    """Whether a list at the left margin is of comments: below a heading without a number it may
    be of points, unless it shows names or text below its entries."""
    if page.rows[first].bullet in WEAK_BULLETS and page.signed_from(first):
        return False  # speech or a list in a comment that is signed below
    if declared_in(page.rows[heading].text) is not None or header_at(page, first).is_certain:
        return True
    return any(row.column > 1 for row in page.rows[first + 1 : first + 3])


def start_without_heading(page: Page, title: int) -> Start:
    """Entries that show a name with a date, or a button, or stand two blank lines below the body
    and are the last thing on the page; otherwise the notice; otherwise there is nothing."""
    rows = page.rows
    if first := start_of_signed(page, title):
        return Start(first, None, first, "signed")
    if page.votes and (first := start_of_voted(page, title)):
        return Start(first, None, first, "voted")
    i = title if rows and rows[title].is_marked else title + 1
    teasers: Start | None = None  # names and dates, but of comments or of other articles?
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
            if words.NAME_SAID.fullmatch(rows[i].text[:300]):
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


def is_strong(page: Page, above: int, first: int, end: int) -> bool:
    """Whether a list shows better than the names with dates in row `above` and below it that it is
    made of comments: those have no text, or it has a name with a “says” in most of its items."""
    rows = page.rows
    if not any(is_sentence(row) for row in rows[above:first]):
        return True
    items = [i for i in range(first, end) if rows[i].is_marked]
    said = [i for i in items if header_at(page, i).is_certain]
    return len(said) > 1 and len(said) * 2 > len(items)


def start_of_voted(page: Page, title: int) -> int | None:
    """The row where the comments of wpDiscuz begin: at the line that sorts them, at the rank above
    the first name, or at a name above the text above the first votes."""
    rows, first = page.rows, page.votes[0]
    for i in range(title + 1, first):
        if fits(words.DISCUZ_SORT, rows[i]) or fits(words.DISCUZ_RANK, rows[i], 40):
            return i
    names = (i for i in range(first - 1, title, -1) if looks_like_name(rows[i].text))
    return next(names, None)


def start_of_signed(page: Page, title: int) -> int | None:
    """The row where comments that are signed below begin without a heading: two blank lines below
    the body, if they end the page. One alone may be the article, signed by its author, unless
    the byline names him. Movable Type's “Posted by Ann at” below the article and “Posted by: Bob
    at” below each comment tell them anywhere."""
    rows, body = page.rows, title + 1
    while body < len(rows) and is_above_body(rows[body]):
        body += 1
    signed = page.signed_from(body)
    own, *others = [bool(fits(words.SIGNS_COMMENT, rows[i])) for i in signed] or [True]
    if others and not own and all(others):
        return signed[0] + 1
    is_told = own or bool(signed) and ("|" in rows[signed[0]].text or page.says_posted)
    is_comment = bool(signed) and all(fits(words.COMMENT_SIGNED, rows[i]) for i in signed)
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
        f"line {rows[first].number}: the start of the first comment is unclear; "
        "the paragraph above the first name was used"
    )
    return first


def start_above_buttons(page: Page, title: int) -> int | None:
    """The row where the comment above the first buttons of Blogger, or the first of several likes,
    begins, where nothing else tells the comments: its paragraph, or its line where the page has no
    blank lines."""
    rows = page.rows
    margin = [i for i, row in enumerate(rows) if not row.column and len(row.text) <= 60]
    buttons = [i for i in margin if words.TWO_BUTTONS.fullmatch(rows[i].text)]
    likes = [i for i in margin if words.LIKES.fullmatch(rows[i].text)]
    above = next(iter(buttons or likes[: len(likes) > 1]), 0) - 1
    first = above
    while first > title and not rows[first].gap:
        first -= 1
    return first if first > title else above if above > title else None


def is_above_body(row: Row) -> bool:
    """A byline or a date."""
    if is_date_line(row.text) or fits(dates.DATE_THEN_FILED, row):
        return True
    return byline_names(row.text) is not None


def begins_list(page: Page, i: int) -> bool:
    """Whether a marked row at the margin shows a name. “— Ann, June 3, 2011” signs a letter."""
    return page.rows[i].bullet not in ("–", "—") and header_at(page, i).is_certain


def ends_list(rows: list[Row], first: int, k: int) -> bool:
    """Text at the margin, or another list that begins with 1 two blank lines below."""
    row = rows[k]
    begins_anew = row.value == 1 and row.gap > 1 and row.column <= rows[first].column
    return row.is_margin_text or begins_anew


def is_thread(page: Page, first: int, end: int) -> bool:
    """Whether a list without a heading is made of comments."""
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


def is_of_article(page: Page, first: int, end: int) -> bool:
    """Whether a list stands below a label of its own, or soon below a title that counts its
    items."""
    rows, title = page.rows, find_title(page)
    if first and fits(words.LIST_LABEL, rows[first - 1], 60):
        return True
    if first - title > 3:
        return False
    items = sum(row.is_marked and row.column == rows[first].column for row in rows[first:end])
    numbers = re.findall(r"\b\d{1,3}\b", rows[title].text[:SHORT])
    return items > 2 and items in map(int, numbers)


def is_message(page: Page, i: int) -> bool:
    """Whether the paragraph in row `i` is what a blogger says above the form, two blank lines below
    the comments, and ends the page."""
    row, end = page.rows[i], i + 1
    while end < len(page.rows) and not page.rows[end].gap:
        end += 1
    return row.gap > 1 and end > page.last_sentence and bool(fits(words.MESSAGE, row))


def is_list_of_voices(rows: list[Row], first: int, end: int) -> bool:
    """Sentences in an indented list that nothing introduces, one blank line below the body."""
    if not first or rows[first].value != 1 or rows[first - 1].text.endswith((":", "：")):
        return False
    return any(len(row.text) > 40 or ENDS_SENTENCE.search(row.text) for row in rows[first:end])


def begins_blocks(page: Page, i: int) -> bool:
    """Whether “NAME said...” in row `i` begins the comments: Blogger's ways of saying it are
    enough, and so is a date with it. Others are when they stand two blank lines below the body, or
    show a date with a time, and a button, a form or a notice follows."""
    text = page.rows[i].text
    header = header_at(page, i)
    if is_date_line(text) and header.lines > 1 and header.author and header.date:
        return header.date.time() != time.min  # LiveJournal: “Date: …”, “From: …”
    if not header.is_certain or page.is_signed_below(i) or is_date_line(text):
        return False
    if header.author and words.THREAD_LINKS.search(text[-SHORT:]):
        return True
    if dates.AT_TIME_BY.fullmatch(text):
        return False  # a byline
    is_apart = page.rows[i].gap > 1
    if dates.NAME_SAID_AT.fullmatch(text):
        return True
    at_time = dates.AT_TIME_NAME.fullmatch(text)
    if at_time and (said := words.NAME_SAID.fullmatch(at_time[2])):
        # “On June 3, 2011, the mayor said:” is speech in an article.
        is_account = bool(words.ACCOUNT_OR_NONE.match(at_time[2]))
        return is_account or is_apart or said[2] not in (None, ":")
    said = words.NAME_SAID.fullmatch(text)
    if said and header.date:
        return True
    if said and said[2] not in (None, ":") and (is_apart or looks_like_name(said[1])):
        return True
    if not header.author or not header.date or header.date.time() == time.min:
        return bool(said) and is_apart
    return is_apart or page.last_sign > i or text.endswith("(UTC)")  # LiveJournal


def are_blocks(page: Page, first: int, end: int) -> bool:
    """Whether indented text is made of comments that lost their numbers: it says more than once
    who said it, and ends the page."""
    rows = page.rows
    column = [i for i in range(first, end) if rows[i].column == rows[first].column]
    said = [i for i in column if rows[i].gap and begins_block(page, i)]
    return len(said) > 1 and (end > page.last_sentence or rows[end].is_notice)


# ---------------------------------------------------------------- the body


def read_body(page: Page, first: int, end: int, record: ArticleRecord) -> None:
    """Fill the blocks of the article from its rows."""
    end = end_of_body(page, first, end, record)
    label = ""
    for paragraph in paragraphs([row for row in page.rows[first:end] if not page.is_assigned(row)]):
        for row in paragraph:
            page.assign(row, "article")
        if found := related_label(paragraph[0]):
            label, caption = found
            lines = [line for line in [caption, *(row.text for row in paragraph[1:])] if line]
            if lines:
                record.blocks.append(block_of("related", paragraph, lines, label=label))
        elif label:
            record.blocks.extend(captions_in(paragraph, label))
        else:
            record.blocks.extend(blocks_in(paragraph))
    mark_headings(record.blocks)
    warn_of_numbers(page, [b.number for b in record.blocks if b.number is not None], "point")


def end_of_body(page: Page, first: int, end: int, record: ArticleRecord) -> int:
    """The row after the last of the body; what stands below it is accounted for. A reply form
    above the comments takes the names of its fields with it, and a filing line the number of
    comments above it."""
    text_end = end
    end = end_of_text(page, first, end)
    for row in page.rows[end:text_end]:
        page.assign(row, "furniture", "below the article")
    while end > first:
        if (above := start_of_labels(page, first, end)) < end:
            read_labels(page, page.rows[above:end], record)
            end = above
            continue
        fields = end
        while fields > first and fits(words.FURNITURE, page.rows[fields - 1]):
            fields -= 1
        if fields > first and page.rows[fields - 1].role == "open":
            for row in page.rows[fields:end]:
                page.assign(row, "furniture", "reply form")
            end = fields
        row = page.rows[end - 1]
        if end < text_end and row.role == "heading" and declared_in(row.text) is not None:
            declare(page, row, record)
        elif not is_under_body(page, row, record):
            break
        end -= 1
    return end


def end_of_text(page: Page, first: int, end: int) -> int:
    """The row where the text ends and only buttons and links follow: at the pages that link here,
    above the comments, or at “Share this” with short lines below it."""
    rows = page.rows
    last = max(
        (i for i in range(first, end) if is_sentence(rows[i]) or related_label(rows[i])),
        default=first,
    )
    for i in range(first + 1, end):
        is_list = i + 1 < end and rows[i + 1].is_marked
        if rows[i].role == "pingbacks" and end < len(rows) and (is_list or i > last):
            return i
        if i <= last or not rows[i].is_margin_text:
            continue
        if fits(words.SHARING, rows[i], 40) or fits(words.OTHER_PAGES, rows[i], 60):
            return i
    return end


def is_under_body(page: Page, row: Row, record: ArticleRecord) -> bool:
    """Account for a row that stands between the body and the comments and belongs to neither:
    share buttons, filing lines, and Blogger's “Posted by NAME at TIME”."""
    if not row.is_margin_text:
        return False
    if (found := fits(dates.POSTED_BY, row)) and not record.authors:
        record.authors = [name] if (name := clean_name(found[1])) else []
        record.date = record.date or dates.read_stamp(found[2])
        page.assign(row, "article")
    elif fits(words.BY_SOFTWARE, row, LONGEST):
        page.assign(row, "furniture", "by the software of the site")
        if words.ENDS_CLOSED.search(row.text):
            record.closed, record.closing_notice = True, row.text
    elif row.role != "open" and row.text[-1] in ".!?" and len(row.text.split()) > 4:
        return False
    elif fits(words.UNDER_BODY, row) or is_navigation(row) or row.role in ("open", "paging"):
        page.assign(row, "furniture", "below the article")
    else:
        return False
    return True


def block_of(
    kind: BlockKind, rows: list[Row], lines: list[str], number: int | None = None, label: str = ""
) -> Block:
    return Block(kind, "\n".join(lines), number, label, lines=(rows[0].number, rows[-1].number))


def related_label(row: Row) -> tuple[str, str] | None:
    """The label of a related section, and the caption where it stands on the same line."""
    if found := fits(words.RELATED, row):
        return found[1], found[2]
    return (row.text, "") if fits(words.RELATED_BARE, row, 40) else None


def captions_in(paragraph: list[Row], label: str) -> Iterator[Block]:
    """One caption a paragraph, or one a bullet."""
    if all(row.bullet for row in paragraph):
        for row in paragraph:
            yield block_of("related", [row], [row.rest], label=label)
    else:
        yield block_of("related", paragraph, [row.text for row in paragraph], label=label)


def blocks_in(paragraph: list[Row]) -> Iterator[Block]:
    """A paragraph as points and text: a line begins a point when it is the first or goes on
    counting."""
    part: list[Row] = []
    last: int | None = None
    for k, row in enumerate(paragraph):
        if starts_point(row) and (
            not part or row.value == (last or 0) + 1 and (last or counts_on(paragraph, k))
        ):
            if part:
                yield block_in(part, last)
            part, last = [], row.value
        part.append(row)
    yield block_in(part, last)


def starts_point(row: Row) -> bool:
    """“1. …” at the left margin, with a text."""
    return row.column == 0 and row.value is not None and row.value < 1000 and bool(row.rest)


def counts_on(paragraph: list[Row], k: int) -> bool:
    """Whether another line counts on from row `k`."""
    return any(row.value == (paragraph[k].value or 0) + 1 for row in paragraph[k + 1 : k + 40])


def block_in(rows: list[Row], number: int | None) -> Block:
    if number is None or rows[0].value != number:
        return block_of("paragraph", rows, [row.text for row in rows])
    return block_of("point", rows, [rows[0].rest, *(row.text for row in rows[1:])], number)


def mark_headings(blocks: list[Block]) -> None:
    """Short lines without a full stop between paragraphs are sub-headings; three of them in a
    row are a list."""
    may = [False, False]
    may += [block.kind == "paragraph" and is_subheading(block.text) for block in blocks]
    may += [False, False]
    for i, block in enumerate(blocks[:-1]):
        around = may[i : i + 5]
        in_run = any(all(around[k : k + 3]) for k in range(3))
        if around[2] and not in_run and blocks[i + 1].kind != "related":
            block.kind = "heading"


def is_subheading(text: str) -> bool:
    if len(text) > 80 or "\n" in text or len(text.split()) > 12 or MARKER.match(text):
        return False
    if text[0].islower() or text[0] in "“\"«„‘'([*":
        return False
    if re.search(r"[.!?;]\s", ANY_SHORTENED.sub("", text)):
        return False
    return not re.search(r"[.!:;,…。！：；，،؛)\]”\"’'»–—-]$", text)


# ---------------------------------------------------------------- the comments


def read_heading(page: Page, start: Start, record: ArticleRecord) -> None:
    """The heading of the comments, and what stands between it and them."""
    stop = start.first
    if start.style == "none":
        stop = start.first if start.heading is None else start.heading + 1
    for i in range(start.body_end, stop):
        row = page.rows[i]
        if row.role == "heading" and (i == start.heading or declared_in(row.text) is not None):
            declare(page, row, record)
        elif row.role == "closed" and not record.closed:
            record.closed, record.closing_notice = True, row.text
            page.assign(row, "article")
        elif row.role or row.bullet and words.TAB.fullmatch(row.rest[:SHORT]):
            page.assign(row, "furniture", "around the heading of the comments")
        else:
            page.assign(row, "left over", "between the heading and the comments")
    if start.heading is None and start.style != "none":
        page.warnings.append("no comment heading found; comments detected from layout")


def declare(page: Page, heading: Row, record: ArticleRecord) -> None:
    """Take the number of comments from their heading."""
    record.declared_heading = heading.text
    record.declared_count = declared_in(heading.text)
    page.assign(heading, "article")


def read_comments(page: Page, start: Start, record: ArticleRecord) -> tuple[list[Entry], int]:
    """The entries in page order, and the row after the last of them."""
    if start.style == "none":
        return [], start.first if start.heading is None else start.heading + 1
    readers = {
        "list": read_list,
        "voted": read_voted,
        "blocks": read_blocks,
        "signed": read_signed,
        "names": read_names,
    }
    if start.style == "nameless":
        return read_nameless(page, start.first, record.declared_count)
    return readers[start.style](page, start.first)


def read_tail(page: Page, first: int, record: ArticleRecord) -> None:
    """The notice, and the furniture below it."""
    rows = page.rows[first:]
    closed = next((row for row in rows if row.role == "closed"), None)
    if closed:
        record.closed, record.closing_notice = True, closed.text
    elif any(row.role == "open" for row in rows):
        record.closed = False
    elif record.closed is None:
        page.warnings.append("the page does not say whether comments are open")
    is_below = False
    for row in rows:
        is_below = is_below or row.is_notice or bool(fits(words.FURNITURE, row))
        address = fits(words.ADDRESS, row, 500)
        if row is closed:
            page.assign(row, "article")
        elif address and address["label"] and not record.url:
            read_address(page, row, address, record)
        elif is_below or is_around(row) or fits(words.UNDER_BODY, row):
            page.assign(row, "furniture", "below the comments")
        else:
            page.assign(row, "left over", "below the comments, and no notice above it")


# ---------------------------------------------------------------- doubts


def weigh(page: Page, start: Start, entries: list[Entry], record: ArticleRecord) -> None:
    """Collect why the comments may have been told wrongly, and whether this is a page at all."""
    found, declared = len(record.comments), record.declared_count
    signed = [e for e in entries if e.is_signed or e.date or e.has_button or says_who(e)]
    record.is_recognised = bool(
        found
        or record.authors
        or record.date
        or record.url
        or record.declared_heading
        or page.untold
        or start.heading is not None
        or any(row.role and row.role != "paging" for row in page.rows)
        or any(byline_names(row.text) is not None for row in page.rows[:4])
        or any(block.kind == "related" for block in record.blocks)
    )
    doubt = page.doubts.append
    if not record.title and not record.blocks and not found:
        doubt("no title, text or comments found")
    if start.style == "none" and page.untold:
        doubt(page.untold)
    agrees = declared == found
    if start.style == "names" and not agrees and not page.lost_names:
        doubt("comments detected only from short lines that look like names")
    if start.style == "nameless" and not agrees and start.heading is None:
        doubt("names of commenters are missing, and no heading shows where comments begin")
    if start.style == "list" and start.heading is None and not signed:
        doubt("comments detected only from layout")
    odd = next((e.author for e in entries if words.NO_NAME.search(e.author)), None)
    if odd:
        doubt(f"“{odd}” may not be a name")
    mute = sum(1 for e in entries if not e.text and e.kind == "comment" and not e.has_replies)
    if mute > 1 and mute * 3 > len(entries):
        doubt(f"{mute} comments have no text")
    is_labels = len(entries) > 2 and not any(len(e.text) > 30 for e in entries)
    is_labels = is_labels and not any(ENDS_SENTENCE.search(e.text) for e in entries)
    if start.style == "list" and not signed and is_labels:
        doubt("the comments are as short as menu items")
    people = sum(1 for entry in entries if entry.kind == "comment")
    if declared is not None and people > declared + max(2, declared // 2):
        doubt(f"expected {declared} comments, found {people}")
    if declared and not found:
        doubt(f"expected {declared} comments, found none")
    doubt_heads(page, start, entries)


def says_who(entry: Entry) -> bool:
    """Whether “NAME says” stands above the text of an entry."""
    return bool(entry.author and words.NAME_SAID.fullmatch(entry.rows[0][1][:SHORT]))


def doubt_heads(page: Page, start: Start, entries: list[Entry]) -> None:
    """Say which lines in the text of comments, or of the article, look like the name and date
    above another comment, or like the button below one."""
    inside = [
        row
        for entry in entries
        for row, _ in entry.said[1:]
        if row.gap and len(row.text) <= SHORT and shows_name_and_date(row.text)
    ]
    heads_and_ends = {
        row.number for entry in entries for row, _ in entry.said[:2] + entry.said[-1:]
    }
    inside = [row for row in inside if row.number not in heads_and_ends]
    if inside:
        page.doubts.append(
            f"line {inside[0].number} looks like the name and date of another comment"
        )
    body = [row for row in page.rows[: start.body_end] if page.use_of(row) == "article"]
    buttons = [row for row in body if row.role == "button"]
    heads = [row for row in body[2:] if row.gap and shows_name_and_date(row.text)]
    for rows, what in (
        (buttons, "the button of a comment"),
        (heads, "the name and date of a comment"),
    ):
        if len(rows) > 1:
            page.doubts.append(f"line {rows[0].number} looks like {what}, but was kept as text")


def shows_name_and_date(text: str) -> bool:
    """Whether a line shows a name and a moment, and nothing else."""
    header = signed_header(text) if len(text) <= SHORT else None
    return bool(header and header.author)
