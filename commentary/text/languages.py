"""The language a text is in, told from the text itself. Imports nothing of ours."""

import re
import threading
from pathlib import Path

from langdetect import PROFILES_DIRECTORY, DetectorFactory, detect_langs
from langdetect.lang_detect_exception import LangDetectException

LOOKED_AT = 4_000  # characters of a text
LEAST_LETTERS = 80  # fewer may be read as nearly any language; an ideograph counts as three
SURE = 0.9

TAGS = {"zh-cn": "zh-Hans", "zh-tw": "zh-Hant"}
TAG = re.compile(r"([a-z]{2,3})((?:-[a-z0-9]{1,8})*)", re.IGNORECASE)
LONGEST_TAG = 35
NO_LANGUAGE = {"mis", "mul", "und", "zxx"}  # unknown, several, none
# What the detector tells apart. Norwegian it takes for Danish at times.
TOLD_APART = {path.name.partition("-")[0] for path in Path(PROFILES_DIRECTORY).iterdir()} - {"no"}
DetectorFactory.seed = 0  # the same text is always in the same language
_loading = threading.Lock()  # the profiles are loaded by whoever asks first


def named_language(tag: str) -> str:
    """`tag` as a BCP 47 tag ("de_AT": "de-AT"), or "" if it names no language."""
    tag = tag.strip().replace("_", "-")
    match = TAG.fullmatch(tag)
    if not match or len(tag) > LONGEST_TAG or match[1].lower() in NO_LANGUAGE:
        return ""
    return match[1].lower() + match[2]


def language_of(text: str, declared: str = "") -> str:
    """The BCP 47 tag of the language of `text`, or "" if it is short or could be another.

    `declared` is what its site says of all its texts: it counts unless the text is certainly in
    another language.
    """
    declared = named_language(declared)
    code = declared.partition("-")[0]
    found = _detected(text)
    if declared and (not found or code == found.partition("-")[0] or code not in TOLD_APART):
        return declared
    return found


def _detected(text: str) -> str:
    text = text[:LOOKED_AT]
    letters = sum((3 if char >= "\u3000" else 1) for char in text if char.isalpha())
    if letters < LEAST_LETTERS:
        return ""
    try:
        with _loading:
            best = detect_langs(text)[0]
    except LangDetectException:  # it has no letters that tell languages apart
        return ""
    return TAGS.get(best.lang, best.lang) if best.prob >= SURE else ""
