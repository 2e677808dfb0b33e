"""The query language: words, "phrases", -not, and a few fields.

Parsing never fails: parts that can't be used are explained in notes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..text.dates import begin_of
from ..text.folding import words
from ..text.stems import stems, written

LONGEST = 500  # characters of a query
MOST_TERMS = 20
LEAST_PREFIX = 3  # letters before the star; fewer would match half of all words
LEAST_BEGINNING = 4  # letters of a word that may also match longer words, if few texts contain it

MINUTE = 2**30  # see models/search.py
FIRST_MINUTE = datetime(1, 1, 1, tzinfo=UTC)
END = 2**63 - 1

TERM = re.compile(r'(-?)(?:(by|author|on|before|after|status):)?("[^"]*"?|[^\s"]+)', re.IGNORECASE)
DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
QUOTES = str.maketrans("“”„«»＂", '""""""')


@dataclass(frozen=True)
class Term:
    """A condition on texts: a word, consecutive words, or (`is_name`) words of a name.

    A single word also matches its other forms, unless it was quoted (`is_exact`). `typed` is the
    first word with accents, which stemmers need.
    """

    words: tuple[str, ...]
    is_not: bool = False
    is_prefix: bool = False
    is_name: bool = False
    is_exact: bool = False
    typed: str = field(default="", compare=False)

    @property
    def has_forms(self) -> bool:
        """Whether other forms of the word match."""
        return len(self.words) == 1 and not (self.is_prefix or self.is_name or self.is_exact)

    @property
    def may_begin(self) -> bool:
        """Whether longer words that start with this one may match."""
        return self.has_forms and not self.is_not and len(self.words[0]) >= LEAST_BEGINNING

    def stems(self, codes: Iterable[str]) -> dict[str, list[str]]:
        """Return the stems of the word by language code."""
        return stems(self.typed or self.words[0], self.words[0], codes)


@dataclass(frozen=True)
class Query:
    """A parsed query. `on` and `author` are as typed; `floor` and `ceiling` are moments of search
    rows.
    """

    text: str
    terms: tuple[Term, ...] = ()
    on: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    floor: int = 0
    ceiling: int = END
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the query has no conditions."""
        asks = self.terms or self.on or self.author or self.statuses
        return not asks and (self.floor, self.ceiling) == (0, END)

    @property
    def sought(self) -> list[Term]:
        """The terms that are highlighted and ranked."""
        return [term for term in self.terms if not term.is_not and not term.is_name]


def displayed_query(text: str) -> str:
    """Return `text` as one line of at most LONGEST characters, for displaying it again."""
    printable = text.encode(errors="ignore").decode().replace("\0", " ")
    return " ".join(printable[:LONGEST].split())


@dataclass
class _Reading:
    """The state of the parser."""

    terms: list[Term] = field(default_factory=list)
    on: list[str] = field(default_factory=list)
    author: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    floor: int = 0
    ceiling: int = END

    def query(self, text: str) -> Query:
        """Return the result as the query `text`."""
        return Query(
            text,
            tuple(self.terms),
            tuple(self.on),
            tuple(self.author),
            tuple(self.statuses),
            self.floor,
            self.ceiling,
            tuple(self.notes),
        )

    def add_term(self, is_not: bool, is_name: bool, value: str) -> None:
        """Add a word, phrase or name, which may be negated."""
        wanted = tuple(words(value))
        if not wanted:
            return
        is_prefix = value.endswith("*") and len(wanted) == 1 and not is_name
        if is_prefix and len(wanted[0]) < LEAST_PREFIX:
            note = _(
                "“*” needs at least %(n)d letters before it, so “%(word)s” was searched as a whole word."
            )
            self.notes.append(note % {"n": LEAST_PREFIX, "word": wanted[0]})
            is_prefix = False
        is_exact = len(wanted) == 1 and value.startswith('"')
        typed = written(value)[0]
        self.terms.append(Term(wanted, is_not, is_prefix, is_name, is_exact, typed=typed))

    def limit(self, name: str, value: str) -> None:
        """Limit to dates before the start, or after the end, of the year, month or day in `value`."""
        try:
            numbers = [int(n) for n in DAY.fullmatch(value).groups() if n]  # type: ignore[union-attr]
            first = date(*(numbers + [1, 1])[:3])
            if len(numbers) == 1:
                end = date(first.year + 1, 1, 1)
            elif len(numbers) == 2:
                end = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
            else:
                end = first + timedelta(days=1)
            moment = _moment(first if name == "before" else end)
        except (AttributeError, ValueError, OverflowError):
            note = _("“%(value)s” is not a valid date. Use %(name)s:2026-01-31, a month or a year.")
            self.notes.append(note % {"value": value, "name": name})
            return
        if name == "before":  # undated texts match neither
            self.ceiling = min(moment, self.ceiling)
            self.floor = max(MINUTE, self.floor)
        else:
            self.floor = max(moment, self.floor)


def parse_query(text: str, with_status: bool = False) -> Query:
    """Parse a query. `status:` is for editors; without `with_status` it is an ordinary word."""
    reading = _Reading()
    if len(" ".join(text.split())) > LONGEST:
        note = ngettext(
            "Only the first %(n)d character was searched.",
            "Only the first %(n)d characters were searched.",
            LONGEST,
        )
        reading.notes.append(note % {"n": LONGEST})
    query = displayed_query(text)
    found = list(TERM.finditer(query.translate(QUOTES)))
    if len(found) > MOST_TERMS:
        note = ngettext(
            "Only the first %(n)d word was searched.",
            "Only the first %(n)d words were searched.",
            MOST_TERMS,
        )
        reading.notes.append(note % {"n": MOST_TERMS})
    for minus, name, value in (match.groups("") for match in found[:MOST_TERMS]):
        name = name.lower()
        if name == "status" and not with_status:
            name, value = "", f"status {value}"
        if minus and name not in ("", "by"):
            note = _("“%(term)s” was ignored: you can exclude only words, phrases and by:.")
            reading.notes.append(note % {"term": f"-{name}:{value}"})
        elif name in ("before", "after"):
            reading.limit(name, value.strip('"'))
        elif name in ("on", "author", "status") and words(value):
            asked = {"on": reading.on, "author": reading.author, "status": reading.statuses}[name]
            asked.append(value.strip('"'))
        else:
            reading.add_term(minus == "-", name == "by", value)
    asked_for = reading.query(query)
    if query and asked_for.is_empty and not asked_for.notes:
        return replace(asked_for, notes=(_("Enter at least one word to search for."),))
    return asked_for


def _moment(day: date) -> int:
    """Return the start of `day` as a moment of search rows."""
    return (begin_of(day) - FIRST_MINUTE) // timedelta(minutes=1) * MINUTE
