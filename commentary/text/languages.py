"""Detect the language of a text."""

import re
import threading
import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import chain
from pathlib import Path

from langdetect import PROFILES_DIRECTORY, DetectorFactory, detect_langs
from langdetect.lang_detect_exception import LangDetectException

from .function_words import LANGUAGES_OF_LETTER, LANGUAGES_OF_WORD, LETTERS, OWN, WORDS

LOOKED_AT = 4_000  # characters of a text
# Pieces of a longer text that are looked at, and the characters of each: enough to be sure.
PIECES, LENGTH = 4, 300
LEAST_LETTERS = 80  # fewer are ambiguous; an ideograph counts as three
SURE = 0.9
BEGINNING = 300  # characters of a comment in which frequent words are looked for
# How many of them tell a language: words or letters that only it has, or any if no other has more.
ENOUGH_OWN_WORDS, ENOUGH_OWN_LETTERS, ENOUGH = 3, 12, 3

# Scripts as Unicode names them, with the tag of a short text in each: its only language, or "und" for
# an unknown one. What is read aloud in a wrong language can't be understood at all.
TAGS_OF_SCRIPTS = {
    "ARABIC": "und-Arab",
    "CJK": "und-Hani",
    "CYRILLIC": "und-Cyrl",
    "DEVANAGARI": "und-Deva",
    "GREEK": "el",
    "HANGUL": "ko",
    "HEBREW": "he",
    "KANA": "ja",
    "LATIN": "und-Latn",
    "THAI": "th",
}
KANA = {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}
URL = re.compile(r"\bhttps?://\S+")  # always in Latin letters
LEAST_OF_SCRIPT, MOSTLY = 4, 0.9  # letters of another script, and their part of all letters
BEYOND_LATIN = "\u0370"  # scripts other than Latin begin here

TAGS = {"zh-cn": "zh-Hans", "zh-tw": "zh-Hant"}
TAG = re.compile(r"([a-z]{2,3})((?:-[a-z0-9]{1,8})*)", re.IGNORECASE)
LONGEST_TAG = 35
NO_LANGUAGE = {"mis", "mul", "und", "zxx"}  # undetermined, several, none
# Languages that the detector knows. It sometimes takes Norwegian for Danish.
TOLD_APART = {path.name.partition("-")[0] for path in Path(PROFILES_DIRECTORY).iterdir()} - {"no"}
# Languages and scripts written from right to left.
RIGHT_TO_LEFT = {
    "ar",
    "arc",
    "ckb",
    "dv",
    "fa",
    "he",
    "iw",
    "ks",
    "nqo",
    "pnb",
    "ps",
    "sd",
    "syr",
    "ug",
    "ur",
    "yi",
}
RIGHT_TO_LEFT_SCRIPTS = {"adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"}
DetectorFactory.seed = 0  # makes the detector deterministic
_loading = threading.Lock()  # held while the profiles are loaded at first use


def named_language(tag: str) -> str:
    """Return `tag` as a BCP 47 tag ("de_AT": "de-AT"), or "" if it names no language."""
    tag = tag.strip().replace("_", "-")
    match = TAG.fullmatch(tag)
    if not match or len(tag) > LONGEST_TAG or match[1].lower() in NO_LANGUAGE:
        return ""
    return match[1].lower() + match[2]


def direction_of(tag: str) -> str:
    """Return "rtl" or "ltr" for a language tag. A script in the tag ("az-Arab", "ks-Latn") takes
    precedence.
    """
    code, *more = tag.lower().split("-")
    script = next((part for part in more if len(part) == 4 and part.isalpha()), "")
    is_rtl = script in RIGHT_TO_LEFT_SCRIPTS if script else code in RIGHT_TO_LEFT
    return "rtl" if is_rtl else "ltr"


def language_of(text: str, declared: str = "") -> str:
    """Return the BCP 47 tag of the language of `text`, or "" if it is short or ambiguous.

    `declared` is what the site says about all its texts; it is used unless the text is certainly in
    another language.
    """
    declared = named_language(declared)
    code = declared.partition("-")[0]
    found = _detected(text)
    if declared and (not found or code == found.partition("-")[0] or code not in TOLD_APART):
        return declared
    return found


def other_language(text: str, expected: str) -> str | None:
    """Return the language of a comment if it is certainly not `expected`, the tag of the language of
    its article; otherwise None.

    A short text in another script has at least the tag of that. The detector takes milliseconds, so
    it is asked only if the text has another script, or more frequent words of another language.
    """
    code = expected.lower().partition("-")[0]
    if code not in OWN:
        return None
    if script := _foreign_script(text[:BEGINNING], code):
        return _detected(text) or TAGS_OF_SCRIPTS.get(script)
    if len(text) < LEAST_LETTERS and max(text, default="") < "\u3000":
        return None
    beginning = text[:BEGINNING].lower()
    words = beginning.split()
    if code in WORDS:
        is_expected = len(OWN[code].intersection(words)) >= ENOUGH_OWN_WORDS
    else:
        is_expected = len(OWN[code].intersection(beginning)) >= ENOUGH_OWN_LETTERS
    if is_expected:
        return None
    found = _frequent(beginning, words)
    least = max(ENOUGH - 1, found[code])
    if all(count <= least for count in found.values()):
        return None
    tag = _detected(text)
    return tag if found[tag.partition("-")[0]] > least else None


def _foreign_script(text: str, code: str) -> str:
    """Return the script of a text if it isn't one of the language `code`, otherwise ""."""
    own = SCRIPTS[code]
    if "LATIN" in own and max(text, default="") < BEYOND_LATIN:
        return ""
    found = Counter(map(_script, filter(str.isalpha, URL.sub("", text))))
    if found["KANA"]:
        found["KANA"] += found.pop("CJK", 0)
    if found.total() < LEAST_OF_SCRIPT:
        return ""
    ((script, count),) = found.most_common(1)
    return "" if script in own or count < MOSTLY * found.total() else script


@lru_cache(10_000)
def _script(letter: str) -> str:
    """Return the script of a letter, as the first word of its name in Unicode."""
    script = unicodedata.name(letter, "").partition(" ")[0]
    return "KANA" if script in KANA else script


SCRIPTS = {  # by language
    code: {_script(letter) for letter in letters if letter.isalpha()}
    for code, letters in (WORDS | LETTERS).items()
}
SCRIPTS["ja"].add("CJK")
SCRIPTS["ko"].add("CJK")


def _frequent(text: str, words: list[str]) -> Counter[str]:
    """Return for each language how many of its frequent words and letters a text has."""
    languages = (LANGUAGES_OF_WORD[word] for word in LANGUAGES_OF_WORD.keys() & words)
    found = Counter(chain.from_iterable(languages))
    if not text.isascii():
        letters = LANGUAGES_OF_LETTER.keys() & text
        found.update(chain.from_iterable(LANGUAGES_OF_LETTER[letter] for letter in letters))
    return found


def _detected(text: str) -> str:
    text = _sample(text[:LOOKED_AT])
    letters = sum((3 if char >= "\u3000" else 1) for char in text if char.isalpha())
    if letters < LEAST_LETTERS:
        return ""
    try:
        with _loading:
            best = detect_langs(text)[0]
    except LangDetectException:  # no letters that distinguish languages
        return ""
    return TAGS.get(best.lang, best.lang) if best.prob >= SURE else ""


def _sample(text: str) -> str:
    """Return pieces of a text from its beginning, middle and end, in whole words where it has any."""
    if len(text) <= PIECES * LENGTH:
        return text
    starts = (number * (len(text) - LENGTH) // (PIECES - 1) for number in range(PIECES))
    pieces = [text[start : start + LENGTH] for start in starts]
    return " ".join(piece.partition(" ")[2] or piece for piece in pieces)
