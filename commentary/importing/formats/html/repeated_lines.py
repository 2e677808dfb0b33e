"""Finds the lines that nearly all comments of a page have, such as labels and buttons of an unknown
program in any language: "Member", "Posts", "53", "Quote Report".
"""

from collections import Counter
from collections.abc import Sequence

from ..text.phrases.patterns import lazy_re_compile
from .entries import Entry
from .entry_view import Reading

MIN_ENTRIES = 3
MOST_ENTRIES = 0.8  # of the comments have the line
LONGEST_LINE = 60  # characters
_DIGITS = lazy_re_compile(r"\d+")


def with_zeros(line: str) -> str:
    """Return a line with each number replaced by 0, so that those that count something are equal."""
    return _DIGITS.sub("0", line)


def repeated_lines(entries: Sequence[Entry], readings: Sequence[Reading]) -> frozenset[str]:
    """Return the short lines, without their numbers, that are in the texts of most comments. Each of
    these comments also has another line, which is its text.
    """
    if len(entries) < MIN_ENTRIES:
        return frozenset()
    lines = [_lines_of_text(*pair) for pair in zip(entries, readings, strict=True)]
    counts = Counter(line for found in lines for line in found)
    many = MOST_ENTRIES * len(entries)
    often = {line for line, n in counts.items() if n >= many and len(line) <= LONGEST_LINE}
    if any(found and found <= often for found in lines):
        return frozenset()
    return frozenset(often)


def _lines_of_text(entry: Entry, reading: Reading) -> set[str]:
    return {
        with_zeros(entry.text(first, last))
        for first, last in entry.lines()
        if "body" in reading.uses[first:last]
    }
