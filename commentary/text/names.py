"""Names as people see them: which are clean, and which could be taken for somebody else's. Pure."""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path


def _prototypes() -> dict[int, str]:
    """What Unicode says each character could be taken for; see tools/confusables.py."""
    found = {}
    for line in (Path(__file__).parent / "confusables.txt").read_text().splitlines():
        if not line.startswith("#"):
            prototype, _semicolon, sources = line.partition(";")
            text = "".join(chr(int(code, 16)) for code in prototype.split())
            found.update({int(code, 16): text for code in sources.split()})
    return found


PROTOTYPES = _prototypes()
# What Unicode's table tells apart and people read as a Latin letter all the same: small capitals,
# letters of other scripts that it takes for those, and digits.
LOOKS_LIKE = {
    ord(letter): latin
    for latin, letters in {
        "a": "ᴀα@4", "b": "ʙвьβ8", "c": "ᴄς¢", "d": "ᴅđԁ", "e": "ᴇҽєꞓε3", "f": "ꜰƒ", "g": "ɢ9",
        "h": "ʜнη", "i": "ɪᏆl1!|", "j": "ᴊ", "k": "ᴋĸк", "l": "ʟ", "m": "ᴍʍм", "n": "ɴпπո", "o": "ᴏσօø",
        "p": "ᴘ", "q": "ꞯԛ", "r": "ʀгᴦ", "s": "ꜱ5$", "t": "ᴛтτ7", "u": "ᴜս", "v": "ᴠѵ", "w": "ᴡшѡ",
        "x": "хχ", "y": "ʏүγ", "z": "ᴢ2",
    }.items()
    for letter in letters
}  # fmt: skip
# White letters on black, and those of which flags are made.
LOOKS_LIKE |= {first + i: chr(97 + i) for first in (0x1F150, 0x1F170, 0x1F1E6) for i in range(26)}
LOOKS_LIKE[ord("ʟ")] = "i"  # as "l" is
PROTOTYPES[ord("Ғ")] = "F"  # which is another letter's when it is small
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


@lru_cache(maxsize=65_536)
def skeleton(name: str) -> str:
    """What is left of a name to the eye: two with one skeleton could be taken for each other.

    As in UTS #39, and wider: without accents, case, and all but letters and digits.
    """
    letters = unicodedata.normalize("NFKC", name)
    for _ in range(2):  # what looks alike may do so in one case only
        letters = _without_marks(letters).translate(PROTOTYPES).casefold()
    letters = _without_marks(letters).translate(LOOKS_LIKE)
    letters = "".join(c for c in letters if c.isalnum())
    for pair, one in PAIRS.items():
        letters = letters.replace(pair, one)
    return letters


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


WORD_ENDS = re.compile(r"[\W_]+|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
MOST_WORDS = 12  # of a name that are looked at in rows


def skeletons(name: str) -> set[str]:
    """The skeletons of a name and of its parts: each word, and each row of words. A word ends where
    its case or digits say so, too: "AdminTeam", "admin2"; single letters in a row are one word."""
    found = {skeleton(name)}
    for text in {name, HUMPS.sub(" ", name), WORD_ENDS.sub(" ", name)}:
        words = [word for part in re.split(r"[\W_]+", text) if (word := skeleton(part))]
        words = _spelled_out(words)[:MOST_WORDS]
        for start in range(len(words)):
            found.update("".join(words[start:end]) for end in range(start + 1, len(words) + 1))
    return found - {""}


def _spelled_out(words: list[str]) -> list[str]:
    """`words` with runs of single letters made one."""
    joined: list[str] = []
    was_letter = False
    for word in words:
        if was_letter and len(word) == 1:
            joined[-1] += word
        else:
            joined.append(word)
        was_letter = len(word) == 1
    return joined


MAX_NAME_KEY_LENGTH = 200
NUMBERED = re.compile(r"\W*\d+$")


@lru_cache(maxsize=4096)
def name_key(name: str, anonymous: str = "Anonymous") -> str:
    """`name` as the address of its page has it: the same however its letters are written.

    Nothing for who gave no name, or the word for that (`anonymous` is the site's), with a number or
    without; nor for a name that no address can hold.
    """
    folded = unicodedata.normalize("NFKC", clean_name(name)).casefold()
    folded = clean_name(unicodedata.normalize("NFKC", folded))
    looks = skeleton(NUMBERED.sub("", folded))
    if looks and looks in (skeleton("anonymous"), skeleton(anonymous)):
        return ""
    fits = len(folded) <= MAX_NAME_KEY_LENGTH and not {"", ".", ".."} & set(folded.split("/"))
    return folded if fits else ""
