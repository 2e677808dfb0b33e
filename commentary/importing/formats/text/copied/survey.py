"""The first reading of a page: a summary."""

from array import array
from itertools import pairwise

from ..lines import SHORT, CaptureRows, Row, fits, is_around, is_sentence
from .knowledge import FEW, PageSummary, marks_at
from .layouts import CommentLayout, layouts_of
from .shapes import line_mark, mark_of
from .stamps import said
from .title import places_of_title, shares_of, title_candidates
from .wording import ELSEWHERE, FORM

EDGE = 25  # lines at the top and bottom by which pages of a site are recognised
MOST_LAYOUTS = 8
MOST_TITLES = 6


def summary_of(page: CaptureRows) -> PageSummary:
    """Return the summary of a page."""
    layouts = [one for one in layouts_of(page) if one.score > 0]
    inside = rows_inside(layouts)
    end = inside.start if len(inside) else len(page.rows)
    titles = sorted(shares_of(title_candidates(page, end, None, [])), key=lambda one: -one[1])
    outside: set[int] = set()
    for i in range(len(page.rows)):
        if i not in inside:
            outside |= marks_at(page, i)
    at_edges = [row for row in page.rows[:EDGE] + page.rows[-EDGE:] if is_distinctive(row)]
    return PageSummary(
        array("I", outside),
        array("I", {line_mark(said(row)) for row in at_edges} - {0}),
        line_mark(said(page.rows[titles[0][0]])) if titles else 0,
        [(one.key, one.score, one.buttons) for one in layouts[:MOST_LAYOUTS]],
        [
            (place, line_mark(said(page.rows[i])), share)
            for i, share in titles[:MOST_TITLES]
            for place in places_of_title(page, i)
        ],
        array("I", {mark_of(row.text) for row in page.rows if is_sentence(row)}),
    )


def is_distinctive(row: Row) -> bool:
    """Return whether a line may identify a site: no wording that many sites have."""
    return not (is_around(row) or fits(FORM, row, SHORT) or fits(ELSEWHERE, row, SHORT))


def rows_inside(layouts: list[CommentLayout]) -> range:
    """Return the rows of the best layout, in which repeated lines are buttons and short comments. The
    text of the last comment is taken to be as long as most others.
    """
    if not layouts or layouts[0].score < FEW:
        return range(0)
    headers = layouts[0].headers
    sizes = sorted(b.first - a.end for a, b in pairwise(headers))
    last = sizes[len(sizes) // 2] if sizes and not layouts[0].key.is_below else 0
    return range(headers[0].first, headers[-1].end + last)
