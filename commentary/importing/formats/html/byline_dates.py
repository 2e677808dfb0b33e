"""Reads the date of an article, from attributes and from text."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from ..text.phrases.patterns import lazy_re_compile
from . import comment_dates as dates

Precision = Literal["", "day", "minute", "second"]
# Words for a change of the article after its publication.
MODIFIED = lazy_re_compile(
    r"updated|modified|last-?mod|\blast (?:change|edit|revis|review)\w*|\bre(?:vised|viewed)\b|\bchanged\b|aktualisiert|geändert|letzte änderung|bearbeitet|"
    r"^\W*stand\s*:|mise? à jour|modifié|dernière modif\w*|actualizad[oa]|actualización|modificad[oa]|atualizad[oa]|atualização|"
    r"aggiornat[oa]|aggiornamento|ultima modifica|bijgewerkt|gewijzigd|uppdaterad|ändrad|opdateret|ændret|oppdatert|endret|"
    r"zaktualizowan\w*|zmienion\w*|обновлен\w*|измен[её]н\w*|güncelle\w*|最終更新|更新|수정",
    re.I,
)
HAS_TIME = lazy_re_compile(r"\d\s?[:h時时]\s?\d\d|\d\s?[ap]\.?m\b|\d\.\d\d\s?(?:uhr|uur)", re.I)


def in_attributes(values: Iterable[str]) -> Iterator[tuple[datetime, Precision]]:
    for value in values:
        if value and (date := dates.machine_date(value)):
            has_time = bool(re.search(r"\d[T ]\d\d", value)) or len(value) > 12 and ":" in value
            yield date, ("second" if has_time else "day")


def in_words(words: str) -> Iterator[tuple[datetime, Precision]]:
    """Parse a date written for people."""
    found = dates.find_stamp(words)
    date, start, end = found or (None, 0, 0)
    if date is not None:
        has_time = bool(date.hour or date.minute or HAS_TIME.search(words[start : end + 1]))
        yield date, ("minute" if has_time else "day")


def before_date(words: str) -> str:
    """Return the beginning of a line, and everything before its first date."""
    found = dates.find_stamp(words)
    return words[: max(20, found[1])] if found else words[:20]
