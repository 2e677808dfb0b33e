"""Text to the words it is found by, the same on every database. Imports nothing of ours.

Case and accents are folded here and not by a database, since no two of them fold alike. A word is
a run of letters and digits; in scripts that are written without spaces each letter is a word, and
what was typed there is found as letters in a row."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import accumulate

LONGEST = 64  # letters of a word; what is longer is cut, in texts and in queries alike
MOST = 200_000  # characters of a text that are indexed: PostgreSQL takes a megabyte of words

WORD = re.compile("[^ ]+")  # of a folded text
# First and last letters of scripts without spaces between words: Thai and Lao, Myanmar, Khmer,
# kana, and the ideographs.
UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x31F0, 0x31FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip
# One letter on two keyboards, what decomposes into no accent, and the line that stretches a word.
SAME = {"ي": "ی", "ى": "ی", "ك": "ک", "ـ": "", "ı": "i", "ł": "l", "ø": "o", "đ": "d"}


class _Folding(dict[int, str]):
    """What becomes of each character: nothing of an accent, a space of what parts words."""

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
        return ""  # an accent, or what joins and turns the letters round it
    if kind == "Nd":
        return str(unicodedata.digit(char))
    if kind[0] not in "LNM":
        return " "
    return f" {char} " if any(a <= ord(char) <= z for a, z in UNSPACED) else char


FOLDING = _Folding()


def words(text: str) -> list[str]:
    """The folded words of `text`, in their order."""
    found = text.translate(FOLDING).split()
    return (
        found if len(max(found, key=len, default="")) <= LONGEST else [w[:LONGEST] for w in found]
    )


def spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Each folded word of `text`, and from where to where in `text` it stands."""
    folded = text.translate(FOLDING)
    if all(len(FOLDING[ord(char)]) == 1 for char in set(text)):  # as in most texts
        for found in WORD.finditer(folded):
            yield found[0][:LONGEST], found.start(), found.end()
        return
    ends = list(accumulate(len(FOLDING[ord(char)]) for char in text))
    at = place = 0  # in `folded`, and the character of `text` it comes from
    for word in folded.split():
        at = folded.index(word, at)
        while ends[place] <= at:
            place += 1
        first, at = place, at + len(word)
        while ends[place] < at:
            place += 1
        last = place + 1
        while last < len(text) and not FOLDING[ord(text[last])]:
            last += 1  # the accents that follow the last letter are its own
        yield word[:LONGEST], first, last


def _lines(*texts: str) -> str:
    return "\n".join(f" {' '.join(words(text))} " for text in texts)
