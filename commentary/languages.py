"""The language a text is in, told from the text itself. Imports nothing of ours."""

import threading

from langdetect import DetectorFactory, detect_langs
from langdetect.lang_detect_exception import LangDetectException

LOOKED_AT = 4_000  # characters of a text
LEAST_LETTERS = 80  # fewer may be read as nearly any language; an ideograph counts as three
SURE = 0.9

TAGS = {"zh-cn": "zh-Hans", "zh-tw": "zh-Hant"}
DetectorFactory.seed = 0  # the same text is always in the same language
_loading = threading.Lock()  # the profiles are loaded by whoever asks first


def language_of(text: str) -> str:
    """The BCP 47 tag of the language of `text`, or "" if it is short or could be another."""
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
