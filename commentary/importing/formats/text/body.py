"""The body of the article: paragraphs, points, subheadings and related links; and what follows it."""

import re
from collections.abc import Iterator

from ...messages import gettext_noop
from ...records import ArticleRecord, Block, BlockKind
from . import dates, phrases
from .entries import OF_POINTS, warn_of_numbers
from .head import declare, declared_in, read_labels, start_of_labels
from .lines import (
    LONGEST,
    MARKER,
    CaptureRows,
    Row,
    fits,
    is_navigation,
    is_sentence,
    row_paragraphs,
)
from .names import ANY_SHORTENED, stored_name


def read_body(page: CaptureRows, first: int, end: int, record: ArticleRecord) -> None:
    """Read the blocks of the article from its rows."""
    end = end_of_body(page, first, end, record)
    rows = [row for row in page.rows[first:end] if not page.is_assigned(row)]
    for row in rows:
        page.assign(row, "article")
    record.blocks.extend(blocks_of_rows(rows))
    warn_of_numbers(page, [b.number for b in record.blocks if b.number is not None], OF_POINTS)


def blocks_of_rows(rows: list[Row]) -> list[Block]:
    """Return the blocks in the rows of a body."""
    blocks: list[Block] = []
    label = ""
    for paragraph in row_paragraphs(rows):
        if found := related_label(paragraph[0]):
            label, caption = found
            lines = [line for line in [caption, *(row.text for row in paragraph[1:])] if line]
            if lines:
                blocks.append(block_of("related", paragraph, lines, label=label))
        elif label:
            blocks.extend(captions_in(paragraph, label))
        else:
            blocks.extend(blocks_in(paragraph))
    mark_headings(blocks)
    return blocks


def end_of_body(page: CaptureRows, first: int, end: int, record: ArticleRecord) -> int:
    """Return the row after the body, and assign what is below it.

    A reply form above the comments includes its field names, and a line with categories the number
    of comments above it.
    """
    text_end = end
    end = end_of_text(page, first, end)
    for row in page.rows[end:text_end]:
        page.assign(row, "furniture", gettext_noop("below the article"))
    while end > first:
        if (above := start_of_labels(page, first, end)) < end:
            read_labels(page, page.rows[above:end], record)
            end = above
            continue
        fields = end
        while fields > first and fits(phrases.FURNITURE, page.rows[fields - 1]):
            fields -= 1
        if fields > first and page.rows[fields - 1].role == "open":
            for row in page.rows[fields:end]:
                page.assign(row, "furniture", gettext_noop("reply form"))
            end = fields
        row = page.rows[end - 1]
        if end < text_end and row.role == "heading" and declared_in(row.text) is not None:
            declare(page, row, record)
        elif not is_under_body(page, row, record):
            break
        end -= 1
    return end


def end_of_text(page: CaptureRows, first: int, end: int) -> int:
    """Return the row where the text ends and only buttons and links follow.

    This is a list of pingbacks above the comments, or “Share this” followed by short lines.
    """
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
        if fits(phrases.SHARING, rows[i], 40) or fits(phrases.OTHER_PAGES, rows[i], 60):
            return i
    return end


def is_under_body(page: CaptureRows, row: Row, record: ArticleRecord) -> bool:
    """Assign a row between body and comments that belongs to neither. Returns False for other rows.

    Such rows are share buttons, categories, and Blogger's “Posted by NAME at TIME”.
    """
    if not row.is_margin_text:
        return False
    if (found := fits(dates.POSTED_BY, row)) and not record.authors:
        record.authors = [name] if (name := stored_name(found[1])) else []
        record.date = record.date or dates.read_stamp(found[2])
        page.assign(row, "article")
    elif fits(phrases.BY_SOFTWARE, row, LONGEST):
        page.assign(row, "furniture", gettext_noop("added by the site's software"))
        if phrases.ENDS_CLOSED.search(row.text):
            record.closed, record.closing_notice = True, row.text
    elif row.role != "open" and row.text[-1] in ".!?" and len(row.text.split()) > 4:
        return False
    elif fits(phrases.UNDER_BODY, row) or is_navigation(row) or row.role in ("open", "paging"):
        page.assign(row, "furniture", gettext_noop("below the article"))
    else:
        return False
    return True


def block_of(
    kind: BlockKind, rows: list[Row], lines: list[str], number: int | None = None, label: str = ""
) -> Block:
    return Block(kind, "\n".join(lines), number, label, lines=(rows[0].number, rows[-1].number))


def related_label(row: Row) -> tuple[str, str] | None:
    """Return the label of a related section, and its caption if it is on the same line."""
    if found := fits(phrases.RELATED, row):
        return found[1], found[2]
    return (row.text, "") if fits(phrases.RELATED_BARE, row, 40) else None


def captions_in(paragraph: list[Row], label: str) -> Iterator[Block]:
    """Yield one caption per paragraph, or per bullet."""
    if all(row.bullet for row in paragraph):
        for row in paragraph:
            yield block_of("related", [row], [row.rest], label=label)
    else:
        yield block_of("related", paragraph, [row.text for row in paragraph], label=label)


def blocks_in(paragraph: list[Row]) -> Iterator[Block]:
    """Split a paragraph into points and text.

    A line starts a point if it is the first line or continues the numbering.
    """
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
    """Return whether a row is “1. …” at the left margin, with text."""
    return row.column == 0 and row.value is not None and row.value < 1000 and bool(row.rest)


def counts_on(paragraph: list[Row], k: int) -> bool:
    """Return whether another line continues the numbering of row `k`."""
    return any(row.value == (paragraph[k].value or 0) + 1 for row in paragraph[k + 1 : k + 40])


def block_in(rows: list[Row], number: int | None) -> Block:
    if number is None or rows[0].value != number:
        return block_of("paragraph", rows, [row.text for row in rows])
    return block_of("point", rows, [rows[0].rest, *(row.text for row in rows[1:])], number)


def mark_headings(blocks: list[Block]) -> None:
    """Turn short lines without a full stop into subheadings, unless three or more follow each
    other.
    """
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
