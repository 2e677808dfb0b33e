"""Distinguishes data tables from layout tables."""

from .outline import PageOutline

LONG_CELL = 1_200  # characters; a longer cell is part of a page layout
_PAGE_PARTS = frozenset(["table", "h1", "h2", "h3", "form", "article", "section", "iframe"])


def is_layout(outline: PageOutline, number: int) -> bool:
    """Return whether a table is only used for layout."""
    if outline.value(number, "role") in ("presentation", "none"):
        return True
    rows = _rows(outline, number)
    tags = set(outline.tags[number + 1 : outline.end[number]])
    if "table" in tags:
        return True
    if "th" in tags or "caption" in tags:
        return not rows
    cells = [cell for row in rows for cell in row]
    if not cells or max(map(len, rows)) < 2 or len(rows) < 2:
        return True
    if any(outline.size(cell) > LONG_CELL for cell in cells):
        return True
    if tags & _PAGE_PARTS:
        return True
    filled = [row for row in rows if sum(1 for cell in row if outline.size(cell)) > 1]
    return not filled


def _rows(outline: PageOutline, number: int) -> list[list[int]]:
    """Return the cells of each row of a table, without those of nested tables."""
    rows: list[list[int]] = []
    at, end = number + 1, outline.end[number]
    while at < end:
        tag = outline.tags[at]
        if tag == "table":
            at = outline.end[at]
            continue
        if tag == "tr":
            rows.append([])
        elif tag in ("td", "th") and rows:
            rows[-1].append(at)
        at += 1
    return [row for row in rows if row]
