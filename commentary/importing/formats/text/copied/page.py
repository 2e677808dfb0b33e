"""One whole page: title, body, comments and what surrounds them."""

import re
from itertools import takewhile

from ....doubts import Doubt
from ....messages import gettext as _
from ....messages import gettext_noop
from ....records import ArticleRecord
from .. import dates
from ..body import read_body
from ..entries import TextEntry, comment_records
from ..head import declare, declared_in, is_above_body
from ..lines import ENDS_SENTENCE, SHORT, CaptureRows, Start, fits, is_sentence
from ..names import byline_names, header_at
from ..phrases.patterns import lazy_re_compile
from ..start import what_follows
from ..styles import read_entries
from .certainty import weigh_page
from .forum import read_opening, take_opening, without_profile
from .head import end_of_article, start_of_body
from .knowledge import SiteKnowledge
from .layouts import is_comments_heading
from .stamps import said, stamp_in
from .thread import Thread, best_layout, pingbacks_below, read_thread
from .title import find_page_title, words_of_name
from .wording import ACCOUNT_LINK, MENU_LINK

_HOST_BEHIND = lazy_re_compile(
    r"\s\((?:self\.\w+|(?:[a-z0-9-]+\.)+[a-z]{2,12}(?:/\S{1,40})?)\)$", re.I
)
_STEP = lazy_re_compile(r"\s[»›>→]\s")
LEAST_STEPS = 3  # Forum » Boats » Title
_BETWEEN_LINKS = lazy_re_compile(r"\s[|·•]\s")
AT_EDGE = 2  # rows at the top and bottom that may be a menu
LEAST_LINKS, LONGEST_LINK, LONGEST_MENU = 5, 20, 300
LEAST_ABOVE = 8  # rows above the first sentence of a whole page
MOST_TOO_MANY = 1.5  # times the number in the heading
SHORT_LINK = 50  # characters
LEAST_IN_MENU = 8  # lines
LEAST_BELOW = 12  # rows below the first notice or form of a whole page
LEAST_REPEATED = 5  # rows that other pages of the site have
NEAR = 12  # rows between the heading of the comments and the first one


def is_whole_page(page: CaptureRows, site: SiteKnowledge) -> bool:
    """Return whether a text is a whole page: there are menus above its text or below its comments,
    or lines that other pages of the site have.
    """
    rows = page.rows
    texts = (i for i, row in enumerate(rows) if is_sentence(row) or begins_comments(page, i))
    if next(texts, 0) >= LEAST_ABOVE:
        return True
    if has_menu(page) or has_links_above(page) or has_menu_line(page):
        return True
    last = page.notices[0] if page.notices else len(rows)
    if len(rows) - last > LEAST_BELOW:
        return True
    return sum(site.is_repeated(page, i) for i in range(len(rows))) >= LEAST_REPEATED


def has_menu(page: CaptureRows) -> bool:
    """Return whether there are many lines in a row that are as short as the links of a menu."""
    run = 0
    for row in page.rows:
        text = said(row)
        is_link = len(text) < SHORT_LINK and not row.role and not ENDS_SENTENCE.search(text)
        run = run + 1 if is_link and not stamp_in(text) else 0
        if run >= LEAST_IN_MENU:
            return True
    return False


def has_menu_line(page: CaptureRows) -> bool:
    """Return whether one of the first or last lines is a menu: “News | Archive | About | Contact”."""
    for row in page.rows[:AT_EDGE] + page.rows[-AT_EDGE:]:
        parts = _BETWEEN_LINKS.split(row.text) if len(row.text) <= LONGEST_MENU else []
        if len(parts) >= LEAST_LINKS and all(len(part) <= LONGEST_LINK for part in parts[1:]):
            return True
    return False


def has_links_above(page: CaptureRows) -> bool:
    """Return whether a link to an account, or several of a menu, are above the first sentence."""
    above = list(takewhile(lambda row: not is_sentence(row), page.rows))
    menu = sum(bool(fits(MENU_LINK, row, SHORT_LINK)) for row in above)
    return menu > 1 or any(fits(ACCOUNT_LINK, row, SHORT_LINK) for row in above)


def begins_comments(page: CaptureRows, i: int) -> bool:
    """Return whether a row is the heading of the comments, or the name and time of one."""
    return page.rows[i].role == "heading" or header_at(page, i).is_certain


def read_whole_page(
    page: CaptureRows, record: ArticleRecord, site: SiteKnowledge, name: str
) -> None:
    """Read a whole page from a file with this name."""
    page.read_indented_roles()
    layout = best_layout(page, site)
    opening = take_opening(page, layout, site) if layout else None
    thread = read_thread(page, layout, site, opening) if layout and layout.headers else None
    heading = heading_of(page, thread, site)
    end = heading if heading is not None else thread.first if thread else len(page.rows)
    title, certain = find_page_title(page, end, heading, site, words_of_name(name))
    first = read_page_head(page, title, end, record)
    if opening:
        first, end = read_opening(page, opening, first, end, record)
    stop = end_of_article(page, first, end, site)
    if opening and thread:
        first, stop = without_profile(page, first, stop, opening.name, thread.edges)
    for row in page.rows[stop:end]:
        if not page.is_assigned(row):
            page.assign(row, "furniture", gettext_noop("below the article"))
    read_body(page, first, stop, record)
    if heading is not None:
        declare(page, page.rows[heading], record)
    entries = thread.entries if thread else read_otherwise(page, heading, record)
    read_rest(page, thread, record)
    record.comments = list(comment_records(entries))
    record.is_recognised = bool(record.comments or record.title and record.blocks)
    weigh_page(page, record, thread, site, certain)


def read_otherwise(
    page: CaptureRows, heading: int | None, record: ArticleRecord
) -> list[TextEntry]:
    """Read comments below a heading as on a trimmed page, if they have no layout with names and
    times.
    """
    if heading is not None and (found := pingbacks_below(page, heading + 1)):
        return found
    if heading is None or not record.declared_count and not page.lost_names:
        return []
    first, style = what_follows(page, heading)
    if style in ("", "none"):
        return []
    declared = record.declared_count
    entries = read_entries(page, Start(heading, heading, first, style), declared)[0]
    roots = sum(entry.parent is None for entry in entries)  # some headings count only these
    if declared and roots > declared * MOST_TOO_MANY:  # the lists of a sidebar too
        for row in page.rows[first:]:
            page.assign(row, "left over", gettext_noop("below the heading of the comments"))
        return []
    page.doubts.append(Doubt(_("comments detected only from what separates them"), "layout"))
    return entries


def heading_of(page: CaptureRows, thread: Thread | None, site: SiteKnowledge) -> int | None:
    """Return the row of the heading of the comments."""
    if thread is None:
        body = start_of_body(page, len(page.rows))
        has_button = any(row.role == "button" for row in page.rows)
        found = [
            i
            for i in range(len(page.rows))
            if is_comments_heading(page, i)
            and (declared_in(page.rows[i].text) is not None or page.lost_names)
            and (i > body or has_button or page.lost_names)
        ]
        return found[-1] if found else None
    near = range(thread.first - 1, max(thread.first - NEAR, -1), -1)
    found = [i for i in near if is_comments_heading(page, i)]
    counted = [i for i in found if declared_in(page.rows[i].text) is not None]
    return next(iter(counted or found), None)


def read_page_head(page: CaptureRows, title: int | None, end: int, record: ArticleRecord) -> int:
    """Read title, byline and date. Returns the first row of the body."""
    rows = page.rows
    if title is None:
        page.warnings.append(_("no title found"))
        first = start_of_body(page, end)
        first = first if first < len(rows) and is_sentence(rows[first]) else end
        for row in rows[:first]:
            page.assign(row, "furniture", gettext_noop("above the text"))
        return first
    for row in rows[:title]:
        page.assign(row, "furniture", gettext_noop("above the title"))
    record.title = title_in(" ".join(said(rows[title]).split()))
    page.assign(rows[title], "article")
    i = title + 1
    while i < min(end, title + 8) and len(rows[i].text) <= SHORT * 2:
        row = rows[i]
        names = byline_names(row.text)
        if names is None and not is_above_body(row):
            break
        if names and not record.authors:
            record.authors = names
        stamp = dates.read_stamp(row.text)
        record.date = record.date or stamp
        page.assign(row, "article")
        i += 1
    return i


def title_in(text: str) -> str:
    """Return a title without the path to the page before it, and the host of a link behind it."""
    path = _STEP.split(text)
    return _HOST_BEHIND.sub("", path[-1] if len(path) >= LEAST_STEPS else text)


def read_rest(page: CaptureRows, thread: Thread | None, record: ArticleRecord) -> None:
    """Read the closing notice, and assign everything else."""
    first = thread.end if thread else 0
    for row in page.rows[first:]:
        if row.role == "closed" and record.closed is None and not page.is_assigned(row):
            record.closed, record.closing_notice = True, row.text
            page.assign(row, "article")
        elif row.role == "open" and record.closed is None:
            record.closed = False
    for row in page.rows:
        if not page.is_assigned(row):
            page.assign(row, "furniture", gettext_noop("outside the article and its comments"))
