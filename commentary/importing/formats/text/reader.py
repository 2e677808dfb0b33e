"""Plain-text captures of one article page with its comments: from lines to one record.

A text is either trimmed to the article and its comments, or a whole page with menus and forms,
which `copied` reads.

If a page is unclear, text stays in the article or is reported as unrecognised, rather than being
attributed to a commenter.
"""

import re
from collections.abc import Iterator

from ...doubts import Doubt, count_differs
from ...messages import gettext as _
from ...messages import gettext_noop
from ...records import ArticleRecord, Ledger
from ...source import SourceFile
from . import dates, phrases
from .body import read_body
from .copied.knowledge import ALONE, SiteKnowledge
from .copied.page import is_whole_page, read_whole_page
from .copied.thread import best_layout
from .copied.title import find_likely_title
from .doubts import warn_of_undetected, weigh
from .entries import comment_records, digest
from .head import declare, declared_in, find_title, read_address, read_title_lines
from .lines import SHORT, CaptureRows, Start, fits, is_around
from .start import find_start
from .styles import read_entries

SUFFIXES = {".txt"}
SIGN = gettext_noop("the text of a page")


def detect(source: SourceFile) -> bool:
    """Return whether this may be a capture: any text that doesn't start like XML."""
    return bool(source.lines) and not re.match(
        r"\s*<(?:\?xml|!doctype|rss|disqus)\b", "\n".join(source.lines[:5]), re.I
    )


def read(source: SourceFile, ledger: Ledger) -> Iterator[ArticleRecord]:
    """Yield the one article of a text, with its comments.

    `source.site` is what the copied pages of its site have in common, if there are others.
    """
    warnings = dates.look_over(source.lines)
    if source.stray_bytes:
        warnings.append(
            _("%(stray_bytes)s bytes are not valid UTF-8; shown as �")
            % {"stray_bytes": source.stray_bytes}
        )
    site = source.site if isinstance(source.site, SiteKnowledge) else ALONE
    page = CaptureRows(source.lines)
    start = None if is_whole_page(page, site) else find_start(page, find_title(page))
    if start is not None and start.style == "none" and best_layout(page, site):
        page, start = CaptureRows(source.lines), None  # comments with names and times
    page.warnings.extend(warnings)
    record = ArticleRecord(key="", lines=(1, len(source.lines)), warnings=page.warnings)
    if start is None:
        read_whole_page(page, record, site, source.name)
    else:
        read_trimmed(page, start, record)
    record.key = content_key(record, source.lines)
    record.doubts = page.doubts
    page.close(ledger)
    yield record


def read_trimmed(page: CaptureRows, start: Start, record: ArticleRecord) -> None:
    """Read a text that consists of the article and its comments."""
    title = find_title(page)
    if title != find_likely_title(page, title, start.body_end):
        page.doubts.append(Doubt(_("the title is uncertain"), "title"))
    first = read_title_lines(page, title, start.body_end, record)
    if start.style == "none":
        warn_of_undetected(page, first, start, record)
    read_body(page, first, start.body_end, record)
    read_heading(page, start, record)
    entries, tail = read_entries(page, start, record.declared_count)
    read_tail(page, tail, record)
    record.comments = list(comment_records(entries))
    found = len(record.comments)
    if record.declared_count is not None and record.declared_count != found:
        page.warnings.append(count_differs(record.declared_count, found))
    weigh(page, start, entries, record)


def content_key(record: ArticleRecord, lines: list[str]) -> str:
    """Return the key of a captured article.

    It is based on the URL if the page shows it, otherwise on title, authors and body, or on the
    whole page if there is no body.
    """
    if record.url:
        return digest("url", record.url)[:32]
    texts = [block.text for block in record.blocks]
    if texts:
        return digest(record.title, *record.authors, "", *texts)[:32]
    return digest("page", *lines)[:32]


def read_heading(page: CaptureRows, start: Start, record: ArticleRecord) -> None:
    """Read the heading of the comments, and what is between it and them."""
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
        elif row.role or row.bullet and phrases.TAB.fullmatch(row.rest[:SHORT]):
            page.assign(row, "furniture", gettext_noop("next to the comments heading"))
        else:
            page.assign(row, "left over", gettext_noop("between the heading and the comments"))
    if start.heading is None and start.style != "none":
        page.warnings.append(_("no comment heading found; comments detected from layout"))


def read_tail(page: CaptureRows, first: int, record: ArticleRecord) -> None:
    """Read the notice, and assign the page furniture below it."""
    rows = page.rows[first:]
    closed = next((row for row in rows if row.role == "closed"), None)
    if closed:
        record.closed, record.closing_notice = True, closed.text
    elif any(row.role == "open" for row in rows):
        record.closed = False
    elif record.closed is None:
        page.warnings.append(_("the page does not say whether comments are open"))
    is_below = False
    for row in rows:
        is_below = is_below or row.is_notice or bool(fits(phrases.FURNITURE, row))
        address = fits(phrases.ADDRESS, row, 500)
        if row is closed:
            page.assign(row, "article")
        elif address and address["label"] and not record.url:
            read_address(page, row, address, record)
        elif is_below or is_around(row) or fits(phrases.UNDER_BODY, row):
            page.assign(row, "furniture", gettext_noop("below the comments"))
        else:
            page.assign(row, "left over", gettext_noop("below the comments"))
