"""What the copied pages of a site have in common."""

from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from ..lines import CaptureRows
from .layouts import LayoutKey
from .shapes import repetition_marks
from .stamps import said

FEW = 3  # pages for which repetition is evidence
ALIKE = 0.8  # of the sentences of two pages with one title: they are copies of one page
MOST_COPIES = 20  # of one title that are compared
COMMON = 0.5  # of the pages; lines on more of them are page furniture


@dataclass(frozen=True, slots=True)
class SiteKnowledge:
    """The marks of lines on most pages of a site; the layout of its comments and the lines they end
    with; and the place of the title.
    """

    repeated: frozenset[int] = frozenset()
    layout: LayoutKey | None = None
    buttons: frozenset[str] = frozenset()
    title_place: int | None = None

    def is_repeated(self, page: CaptureRows, i: int) -> bool:
        """Return whether a row is on most pages of the site."""
        return bool(self.repeated) and not self.repeated.isdisjoint(marks_at(page, i))


def marks_at(page: CaptureRows, i: int) -> set[int]:
    """Return the marks that tell whether other pages have a row too."""
    rows = page.rows
    above = said(rows[i - 1]) if i else ""
    below = said(rows[i + 1]) if i + 1 < len(rows) else ""
    return repetition_marks(above, said(rows[i]), below)


ALONE = SiteKnowledge()


@dataclass(slots=True)
class PageSummary:
    """The first reading of a page: the marks of its lines outside the comments, of those at the top
    and bottom, of its most probable title, and its possible layouts with their scores and buttons.
    """

    marks: "array[int]"
    edges: "array[int]"
    title: int = 0
    layouts: list[tuple[LayoutKey, float, set[str]]] = field(default_factory=list)
    titles: list[tuple[int, int, float]] = field(default_factory=list)  # places, marks, scores
    texts: "array[int]" = field(default_factory=lambda: array("I"))  # marks of its sentences


def common_knowledge(summaries: list[PageSummary]) -> SiteKnowledge:
    """Return what the pages of a site have in common."""
    summaries = without_copies(summaries)
    if len(summaries) < 2:
        return ALONE
    least = max(FEW, len(summaries) * COMMON)
    counts = Counter(mark for summary in summaries for mark in summary.marks)
    repeated = frozenset(mark for mark, count in counts.items() if count >= least)
    scores: defaultdict[LayoutKey, float] = defaultdict(float)
    buttons: defaultdict[LayoutKey, Counter[str]] = defaultdict(Counter)
    for summary in summaries:
        for key, score, ends in summary.layouts:
            scores[key] += score
            buttons[key].update(ends)
    places: defaultdict[int, list[float]] = defaultdict(list)
    lines: defaultdict[int, set[int]] = defaultdict(set)
    for summary in summaries:
        for place, mark, score in summary.titles:
            places[place].append(score)
            lines[place].add(mark)
    told = {
        place: sum(found)
        for place, found in places.items()
        if len(found) >= least and len(lines[place]) > 1  # not the name of the site
    }
    title_place = max(told, key=lambda place: told[place], default=None)
    best = max(scores, key=lambda key: scores[key], default=None)
    found = buttons[best].items() if best else ()
    common = frozenset(shape for shape, n in found if n > 1)
    return SiteKnowledge(repeated, best, common, title_place)


def without_copies(summaries: list[PageSummary]) -> list[PageSummary]:
    """Return the summaries without further copies of the same page, which repeat more than
    furniture.
    """
    kept: list[PageSummary] = []
    by_title: defaultdict[int, list[set[int]]] = defaultdict(list)
    for summary in summaries:
        marks, same = set(summary.texts or summary.marks), by_title[summary.title]
        if any(len(marks & other) >= ALIKE * len(marks | other) for other in same[:MOST_COPIES]):
            continue
        same.append(marks)
        kept.append(summary)
    return kept
