"""Fold text into searchable words, the same on every database. Imports nothing from the project.

Case and accents are folded here because databases do it differently. A word is a run of letters and
digits. In scripts written without spaces each letter is a word, and a query matches consecutive
letters.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import accumulate

LONGEST = 64  # letters of a word; longer ones are truncated in texts and queries
# characters of a text that are indexed: PostgreSQL limits a text's words to a megabyte
MOST = 200_000

WORD = re.compile("[^ ]+")  # in folded text
# Ranges of scripts written without spaces: Thai and Lao, Myanmar, Khmer, kana, ideographs.
UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x31F0, 0x31FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip
# Letters with two code points, letters that don't decompose, and the Arabic tatweel.
SAME = {"ي": "ی", "ى": "ی", "ك": "ک", "ـ": "", "ı": "i", "ł": "l", "ø": "o", "đ": "d"}


class _Folding(dict[int, str]):
    """A translation table: accents become "", separators a space."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFKD", chr(code)).casefold()
        folded = "".join(map(_folded, unicodedata.normalize("NFKD", decomposed)))
        self[code] = folded
        return folded


def _folded(char: str) -> str:
    kind = unicodedata.category(char)
    if char in SAME:
        return SAME[char]
    if unicodedata.combining(char) or kind == "Cf":
        return ""  # an accent, or a joining or direction mark
    if kind == "Nd":
        return str(unicodedata.digit(char))
    if kind[0] not in "LNM":
        return " "
    return f" {char} " if any(a <= ord(char) <= z for a, z in UNSPACED) else char


FOLDING = _Folding()


def words(text: str) -> list[str]:
    """Return the folded words of `text`, in order."""
    found = text.translate(FOLDING).split()
    return (
        found if len(max(found, key=len, default="")) <= LONGEST else [w[:LONGEST] for w in found]
    )


def spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each folded word of `text` with its start and end in `text`."""
    folded = text.translate(FOLDING)
    if all(len(FOLDING[ord(char)]) == 1 for char in set(text)):  # the case for most texts
        for found in WORD.finditer(folded):
            yield found[0][:LONGEST], found.start(), found.end()
        return
    ends = list(accumulate(len(FOLDING[ord(char)]) for char in text))
    at = place = 0  # position in `folded`, and the character of `text` that it comes from
    for word in folded.split():
        at = folded.index(word, at)
        while ends[place] <= at:
            place += 1
        first, at = place, at + len(word)
        while ends[place] < at:
            place += 1
        last = place + 1
        while last < len(text) and not FOLDING[ord(text[last])]:
            last += 1  # combining accents belong to the last letter
        yield word[:LONGEST], first, last


def _lines(*texts: str) -> str:
    return "\n".join(f" {' '.join(words(text))} " for text in texts)
