"""The shape of a line: its words without what differs between pages or comments."""

import zlib
from collections import Counter
from collections.abc import Iterable

from ..phrases.patterns import lazy_re_compile

LONGEST = 120  # characters of a line that is compared with others
_NUMBER = lazy_re_compile(r"\d+(?:[.,]\d+)*")
_SENTENCE = lazy_re_compile(r"\w[.!?…。！？][)\]”\"’'»」]*$")
_WORD = lazy_re_compile(r"[^\W\d_]+\.?")


def line_shape(text: str) -> str:
    """Return a line with all numbers replaced by 0: “12 comments” and “3 comments” are alike.

    "" for a line that is too long to be compared.
    """
    if len(text) > LONGEST:
        return ""
    return _NUMBER.sub("0", " ".join(text.casefold().split()))


def stamp_shape(stamp: str) -> str:
    """Return a timestamp with numbers replaced by 0 and words by a: its format."""
    return " ".join(_WORD.sub("a", _NUMBER.sub("0", stamp)).split())


def frequent(shapes: Iterable[set[str]], least: float) -> set[str]:
    """Return the shapes that occur in at least `least` of the given sets."""
    counts = Counter(shape for found in shapes for shape in found)
    return {shape for shape, count in counts.items() if shape and count >= least}


def line_mark(text: str) -> int:
    """Return a number that lines of the same shape have; 0 for a line that isn't compared."""
    return mark_of(line_shape(text))


def mark_of(shape: str) -> int:
    """Return a number that stands for a shape; 0 for ""."""
    return zlib.crc32(shape.encode(errors="replace")) if shape else 0


def repetition_marks(above: str, text: str, below: str) -> set[int]:
    """Return what is counted to find out whether a line is on other pages too.

    Menus and forms repeat a line at its place. Two commenters may both write “Thanks for this.”, and
    articles may quote each other, so sentences and numbers only count together with the line above or below.
    """
    shape = line_shape(text)
    if not shape:
        return set()
    if not _SENTENCE.search(text) and any(map(str.isalpha, shape)):
        return {mark_of(shape)}
    return {mark_of(f"{line_shape(above)}\n{shape}"), mark_of(f"{shape}\n{line_shape(below)}")}
