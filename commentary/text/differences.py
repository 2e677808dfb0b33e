"""How two texts differ."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

MAX_COMPARED = 1_000_000  # pairs of words, up to which texts are compared word by word
UNCHANGED = 2  # lines shown around a change


@dataclass
class DiffPiece:
    """A piece of a comparison.

    `kind` is "same", "del" (only in the old text), "ins" (only in the new one), or "gap" (`count` equal lines).
    """

    kind: str
    text: str = ""
    count: int = 0


def differences(old: str, new: str, most: int = MAX_COMPARED) -> list[DiffPiece]:
    """Compare texts by lines, and changed lines by words; [] if they are equal. More than `most` pairs
    of lines or words are not compared: all is then changed.
    """
    if old == new:
        return []
    a, b = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if len(a) * len(b) > most:
        return [DiffPiece("del", old), DiffPiece("ins", new)]
    pieces: list[DiffPiece] = []
    at = 0
    for hunk in SequenceMatcher(None, a, b).get_grouped_opcodes(UNCHANGED):
        if (skipped := hunk[0][1] - at) > 0:
            pieces.append(DiffPiece("gap", count=skipped))
        for kind, a1, a2, b1, b2 in hunk:
            before, after = "".join(a[a1:a2]), "".join(b[b1:b2])
            pieces += (
                [DiffPiece("same", before)] if kind == "equal" else _by_words(before, after, most)
            )
        at = hunk[-1][2]
    if len(a) > at:
        pieces.append(DiffPiece("gap", count=len(a) - at))
    return pieces


def _by_words(old: str, new: str, most: int) -> Iterator[DiffPiece]:
    a, b = (re.findall(r"\w+|\s+|[^\w\s]", text) for text in (old, new))
    if len(a) * len(b) > most:
        yield DiffPiece("del", old)
        yield DiffPiece("ins", new)
        return
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, a, b).get_opcodes():
        if kind == "equal":
            yield DiffPiece("same", "".join(a[a1:a2]))
            continue
        if a2 > a1:
            yield DiffPiece("del", "".join(a[a1:a2]))
        if b2 > b1:
            yield DiffPiece("ins", "".join(b[b1:b2]))
