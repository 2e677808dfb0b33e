"""Word forms: what "ropes" and "rope" have in common, in each language that has a Snowball stemmer.

A text is indexed under its folded words, each cut behind its stem: ``ropes`` as ``rope_s``. So the
index hardly grows, the word itself can still be found (its letters are all there), the beginning of
a word too, and all forms of a word begin alike. Where a word does not begin with its stem
(``happiness`` and ``happy`` are ``happi``), it is indexed as it is, and ``happi_`` beside it.
"""

import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

from .folding import FOLDING, LONGEST, words

CUT = "_"  # no word has it
LEAST = 3  # letters of a stem, and of a word that has one
LONGEST_ENDING = 12  # letters: what is longer is no ending
MARK = "_in_"  # what each text is indexed under, with the code of its stemmer behind it

# The stemmer of each language, by the first part of its tag.
STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "st": "sesotho", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_own = threading.local()  # a stemmer serves one thread


def stemmer_of(language: str) -> str:
    """The code of the stemmer for a BCP 47 tag ("pt-BR": "pt"), "" if there is none."""
    code = language.lower().replace("_", "-").partition("-")[0]
    return code if STEMMERS.get(code) in Stemmer.algorithms() else ""


class _Writing(dict[int, str]):
    """What becomes of each character where accents stay, which stemmers need: what parts words
    parts them here as well."""

    def __missing__(self, code: int) -> str:
        folded, char = FOLDING[code], chr(code)
        if not folded:
            kept = char if unicodedata.combining(char) else ""
        elif " " in folded:
            kept = folded
        else:
            kept = char.lower()
        self[code] = kept
        return kept


WRITING = _Writing()


def written(text: str) -> list[str]:
    """The words of `text` in small letters with their accents, as many as `words` finds."""
    folded, kept = words(text), text.translate(WRITING).split()
    return kept if len(kept) == len(folded) else folded


@lru_cache(maxsize=100_000)
def stem(word: str, code: str) -> str:
    """The folded stem of a word in small letters; the folded word itself where it has none."""
    folded = "".join(word.translate(FOLDING).split())[:LONGEST]
    if not code or not _may_have_forms(folded):
        return folded
    stemmers = _own.__dict__.setdefault("stemmers", {})
    if code not in stemmers:
        stemmers[code] = Stemmer.Stemmer(STEMMERS[code], 0)
    found = stemmers[code].stemWord(unicodedata.normalize("NFC", word))
    return "".join(found.translate(FOLDING).split()) or folded


def _may_have_forms(folded: str) -> bool:
    return LEAST <= len(folded) < LONGEST and not any(map(str.isdigit, folded))


@lru_cache(maxsize=200_000)
def _entry(folded: str, word: str, code: str) -> tuple[str, str]:
    """Under what a word is indexed, and what stands beside it ("" if nothing does)."""
    found = stem(word, code)
    if found == folded:
        return folded, ""
    ending = folded[len(found) :]
    if len(found) >= LEAST and folded.startswith(found) and len(ending) <= LONGEST_ENDING:
        return f"{found}{CUT}{ending}", ""
    return folded, f"{found}{CUT}"


def entries(text: str, code: str) -> tuple[list[str], set[str]]:
    """The words of `text` as they are indexed, in their order, and what stands beside them."""
    found = [_entry(*pair, code) for pair in zip(words(text), written(text), strict=True)]
    return [entry for entry, _ in found], {beside for _, beside in found} - {""}


def cuts(word: str) -> list[str]:
    """All that a folded word may be indexed as, whatever the language of the text."""
    if not _may_have_forms(word):
        return [word]
    first = max(LEAST, len(word) - LONGEST_ENDING)
    return [word, *(f"{word[:at]}{CUT}{word[at:]}" for at in range(first, len(word)))]


def stems(word: str, folded: str, codes: Iterable[str]) -> dict[str, list[str]]:
    """The stems of a word by the code of the language; of the word without its accents as well."""
    return {code: sorted({stem(word, code), stem(folded, code)}) for code in codes}


def index_text(name: str, title: str, body: str, code: str) -> str:
    """What a text is indexed by: a line for its name or its title, one for its body, and if `code`
    names a stemmer one for what stands beside them. Names have no other forms."""
    head, beside = entries(title, code)
    rest, more = entries(body, code)
    lines = [" ".join([*words(name), *head]), " ".join(rest)]
    if code:  # two spaces, so that no phrase is found here
        lines.append("  ".join([MARK + code, *sorted(beside | more)]))
    return "\n".join(f" {line} " for line in lines)
