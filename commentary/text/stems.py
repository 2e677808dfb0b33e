"""Word stems: what "ropes" and "rope" have in common, using Snowball stemmers.

Texts are indexed by folded words, with a mark after the stem: ``ropes`` as ``rope_s``. The index
hardly grows, exact words and word beginnings can still be found, and all forms of a word share a
prefix. If a word doesn't start with its stem (``happiness`` and ``happy`` have ``happi``), it is
indexed unchanged, and ``happi_`` in addition.
"""

import threading
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

import Stemmer

from .folding import FOLDING, LONGEST, words

CUT = "_"  # occurs in no word
LEAST = 3  # letters of a stem, and of a word that has one
LONGEST_ENDING = 12  # letters; longer endings are not endings
MARK = "_in_"  # prefix of the entry that records a text's stemmer

# Stemmers by the first part of the language tag.
STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "st": "sesotho", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_own = threading.local()  # stemmers are not thread-safe


@lru_cache
def stemmer_of(language: str) -> str:
    """Return the code of the stemmer for a BCP 47 tag ("pt-BR": "pt"), or ""."""
    code = language.lower().replace("_", "-").partition("-")[0]
    return code if STEMMERS.get(code) in Stemmer.algorithms() else ""


class _Writing(dict[int, str]):
    """A translation table that keeps accents, which stemmers need, and separates words like
    FOLDING.
    """

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
    """Return the words of `text` in lower case with accents, as many as `words` returns."""
    folded, kept = words(text), text.translate(WRITING).split()
    return kept if len(kept) == len(folded) else folded


@lru_cache(maxsize=100_000)
def stem(word: str, code: str) -> str:
    """Return the folded stem of a lower-case word, or the folded word if it has none."""
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


def _entry(folded: str, word: str, code: str) -> tuple[str, str]:
    """Return the index entry of a word, and its additional entry or ""."""
    found = stem(word, code)
    if found == folded:
        return folded, ""
    ending = folded[len(found) :]
    if len(found) >= LEAST and folded.startswith(found) and len(ending) <= LONGEST_ENDING:
        return f"{found}{CUT}{ending}", ""
    return folded, f"{found}{CUT}"


@cache
def _entries_in(code: str) -> Callable[[str], tuple[str, list[str]]]:
    """Return a function of a text without white space, which returns its index entries, separated by
    spaces, and the additional entries. Most have been seen before.
    """

    @lru_cache(maxsize=50_000)
    def entries(part: str) -> tuple[str, list[str]]:
        found = [_entry(*pair, code) for pair in zip(words(part), written(part), strict=True)]
        return " ".join(entry for entry, _ in found), [beside for _, beside in found if beside]

    return entries


def index_entries(text: str, code: str) -> tuple[list[str], set[str]]:
    """Return the index entries of `text` in order, and the additional entries. White space always
    separates words.
    """
    found = [*map(_entries_in(code), text.split())]
    return [entries for entries, _ in found if entries], {
        entry for _, beside in found if beside for entry in beside
    }


def cuts(word: str) -> list[str]:
    """Return all index entries that a folded word may have, in any language."""
    if not _may_have_forms(word):
        return [word]
    first = max(LEAST, len(word) - LONGEST_ENDING)
    return [word, *(f"{word[:at]}{CUT}{word[at:]}" for at in range(first, len(word)))]


def stems(word: str, folded: str, codes: Iterable[str]) -> dict[str, list[str]]:
    """Return the stems of a word, with and without accents, by language code."""
    return {code: sorted({stem(word, code), stem(folded, code)}) for code in codes}


def index_text(name: str, title: str, body: str, code: str) -> str:
    """Return the indexed text: a line for the name or title, one for the body, and one for
    additional entries if `code` names a stemmer. Names are not stemmed.
    """
    head, beside = index_entries(title, code)
    rest, more = index_entries(body, code)
    lines = [" ".join([*words(name), *head]), " ".join(rest)]
    if code:  # two spaces, so that no phrase matches here
        lines.append("  ".join([MARK + code, *sorted(beside | more)]))
    return "\n".join(f" {line} " for line in lines)
