"""Names as people see them: which are clean, and which could be taken for somebody else's. Pure."""

import re
import unicodedata
from functools import lru_cache

# Letters that look like a Latin one, beside those that NFKC already makes the same.
LOOKS_LIKE = {
    letter: latin
    for latin, letters in {
        "a": "аαɑ@4", "b": "вьβ8", "c": "сϲς¢", "d": "ԁđ", "e": "еεҽєé3", "f": "ƒ", "g": "ɡ9",
        "h": "һнη", "j": "јϳ", "k": "кκ", "l": "ӏіιıi1!|", "m": "м", "n": "пո", "o": "оοσօø0",
        "p": "рρ", "q": "ԛ", "r": "гʀ", "s": "ѕ5$", "t": "тτ7", "u": "υսц", "v": "νѵ", "w": "ԝωш",
        "x": "хχ", "y": "уγүʏ", "z": "ᴢ2",
    }.items()
    for letter in letters
}  # fmt: skip
PAIRS = {"rn": "m", "vv": "w"}
# Letters by their category, and yet nothing to see.
BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def is_invisible(character: str) -> bool:
    """Whether it prints nothing: a space, a control, a mark that only turns or joins others."""
    return (
        character in BLANKS
        or unicodedata.category(character)[0] in "CZ"
        or 0xFE00 <= ord(character) <= 0xFE0F
        or 0x180B <= ord(character) <= 0x180F
        or 0xE0000 <= ord(character) <= 0xE0FFF
    )


def is_blank(text: str) -> bool:
    """Whether there is nothing to see in `text`."""
    return all(is_invisible(character) for character in text)


def clean_name(name: str) -> str:
    """`name` composed, without what turns or hides the letters round it, with single spaces."""
    composed = unicodedata.normalize("NFC", name)
    kept = (c if not is_invisible(c) else " " if c.isspace() else "" for c in composed)
    return " ".join("".join(kept).split())


def skeleton(name: str) -> str:
    """What is left of a name to the eye: two with one skeleton could be taken for each other."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    letters = "".join(LOOKS_LIKE.get(c, c) for c in folded if not unicodedata.combining(c))
    letters = "".join(c for c in letters if c.isalnum())
    for pair, one in PAIRS.items():
        letters = letters.replace(pair, one)
    return letters


LONGEST_SIGNATURE = 200
NUMBERED = re.compile(r"\W*\d+$")


@lru_cache(maxsize=4096)
def signature(name: str, anonymous: str = "Anonymous") -> str:
    """`name` as the address of its page has it: the same however its letters are written.

    Nothing for who gave no name, or the word for that (`anonymous` is the site's), with a number or
    without; nor for a name that no address can hold.
    """
    folded = unicodedata.normalize("NFKC", clean_name(name)).casefold()
    folded = clean_name(unicodedata.normalize("NFKC", folded))
    looks = skeleton(NUMBERED.sub("", folded))
    if looks and looks in (skeleton("anonymous"), skeleton(anonymous)):
        return ""
    fits = len(folded) <= LONGEST_SIGNATURE and not {"", ".", ".."} & set(folded.split("/"))
    return folded if fits else ""
