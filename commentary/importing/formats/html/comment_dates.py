"""Reads the dates of comments, from attributes and from text.

A date without a zone is the local time of the page. Relative dates ("3 years ago") are ignored.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from weakref import WeakKeyDictionary

from ..text import dates as shown
from ..text.phrases.patterns import lazy_re_compile
from .dom import Document

ISO = lazy_re_compile(
    r"\s*((?:1[6-9]|20|21)\d\d-?\d\d-?\d\d)(?:[T ]\s?(\d\d:?\d\d(?::?\d\d)?)(?:[.,]\d+)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?(?![\d/])"
)
RFC = lazy_re_compile(
    r"\s*(?:[A-Z][a-z]{2},\s)?\d{1,2}\s[A-Z][a-z]{2}\s\d{4}\s\d\d:\d\d(?::\d\d)?\s[+A-Z-]"
)
EPOCH = lazy_re_compile(r"\s*(\d{10}|\d{13})\s*")
SHOW_COMMENT = lazy_re_compile(r"[?&]showComment=(\d{12,14})\b")
# Names of zones that are not ambiguous, in hours from UTC.
ZONES = {"EST": -5, "EDT": -4, "PST": -8, "PDT": -7, "CEST": 2, "MESZ": 2, "CET": 1, "MEZ": 1}
ZONE_AFTER = lazy_re_compile(
    rf"\d\s?(?:[ap]\.?m\.?|uhr)?\s?\(?(UTC|GMT|Z|[+-]\d\d:?\d\d|{'|'.join(ZONES)})(?:\)|[\s.,;]|$)",
    re.I,
)
SLASHED = lazy_re_compile(
    r"([/-])(\d{1,2})\1(?:\d{4}|\d\d)(?![\d/-])"
)  # without the first digit, so that candidates are found fast
FIRST = lazy_re_compile(r"(?<![\d/-])(\d{1,2})$")
# Day and month before a time of 12 hours, as American forums write them, without the first two
# digits.
TWELVE_HOURS = lazy_re_compile(r"-\d\d-\d{4},? \d\d:\d\d [AP]M\b")
DIGIT = lazy_re_compile(r"\d")
FIRST_OF_TWO = lazy_re_compile(r"(?<!\d)\d\d$")
STAMP = lazy_re_compile(rf"(?<!\w){shown.STAMP}", re.I)
_WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAY_DATE = lazy_re_compile(
    rf"\b({'|'.join(_WEEKDAYS)})[a-z]{{0,6}},?\s+(\d{{1,2}})/(\d{{1,2}})/(\d{{4}})(?:\s*-?\s*(\d{{1,2}}):(\d\d)(?!\s?[ap]\.?m)(?::\d\d)?)?",
    re.I,
)
RELATIVE = lazy_re_compile(
    r"\W*(?:(?:posted|updated|edited)\W+)?(?:(?:about |over |almost |ca\. )?(?:\d+|an?|ein(?:em|er|e)?|un[ea]?|uno)\s*"
    r"(?:s|m|h|d|w|mo|y|yr|secs?|mins?|hrs?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|sekunden?|minuten?|"
    r"stunden?|tagen?|tage?|wochen?|monate?n?|jahre?n?|segundos?|minutos?|horas?|d[ií]as?|semanas?|mes(?:es)?|a[ñn]os?|"
    r"jours?|heures?|semaines?|mois|ans?|anni?|mesi?|giorn[oi]|or[ae]|uur|dagen|weken|maanden|jaar)\W*"
    r"(?:ago|her|fa|geleden|atrás|назад)?|"
    r"(?:vor|il y a|hace|há|för)\s+\S+\s+\S+(?:\s+sedan)?|"
    r"(?:just now|today|yesterday|heute|gestern|aujourd['’]hui|hier|hoy|ayer|oggi|ieri|hoje|ontem|vandaag|gisteren|"
    r"idag|igår|сегодня|вчера|今日|昨日|今天|昨天|دیروز|امروز|أمس|اليوم)(?:\W.{0,20})?)\W*",
    re.I,
)
STAMPS_KEPT = 20_000
LONGEST = 200  # number of characters in which a date is searched
# "at" and "on" between a day and a time, with more punctuation than the tables contain.
LOOSE = lazy_re_compile(r"\s*(?://|\||@|—|–|·|•)\s*|\s+-\s+")
# Languages that write the day first in dates with slashes.
DAY_FIRST = frozenset(
    [
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "nl",
        "da",
        "sv",
        "nb",
        "no",
        "nn",
        "fi",
        "pl",
        "cs",
        "sk",
        "ru",
        "uk",
        "be",
        "bg",
        "el",
        "tr",
        "ro",
        "hr",
        "sr",
        "sl",
        "et",
        "lv",
        "lt",
        "hu",
        "ca",
        "gl",
        "eu",
        "id",
        "ms",
        "vi",
        "th",
        "ar",
        "he",
        "hi",
        "bn",
        "ta",
    ]
)


def read_order(document: Document) -> bool | None:
    """Return whether dates on a page put the month before the day, as in 9/15/2012. None if they
    are ambiguous or contradict each other.
    """
    if document not in _ORDERS:
        _ORDERS[document] = _read_order(document)
    return _ORDERS[document]


# Orders are stored with their documents.
_ORDERS: WeakKeyDictionary[Document, bool | None] = WeakKeyDictionary()


def _read_order(document: Document) -> bool | None:
    body = document.tree.body
    text = body.text() if body is not None else ""
    firsts: set[bool] = set()
    for found in SLASHED.finditer(text):
        before = FIRST.search(text, max(0, found.start() - 3), found.start())
        if before and (int(before[1]) > 12) != (int(found[2]) > 12):
            firsts.add(int(found[2]) > 12)
    hours = TWELVE_HOURS.finditer(text)
    if not firsts and any(
        FIRST_OF_TWO.search(text, max(0, at.start() - 3), at.start()) for at in hours
    ):
        return True
    return firsts.pop() if len(firsts) == 1 else None


def order_of_language(language: str) -> bool | None:
    """Return the order of day and month in dates with slashes; None if the language doesn't
    determine it.
    """
    language = language.replace("_", "-").casefold()
    if language in ("en-us", "en-ph"):
        return True
    if language.startswith("en"):
        return False if language in ("en-gb", "en-au", "en-nz", "en-ie", "en-in", "en-za") else None
    return False if language.partition("-")[0] in DAY_FIRST else None


def use(language: str, month_first: bool | None) -> None:
    """Parse later dates in the language of a page, and in its order of day and month if known."""
    if month_first is None:
        month_first = order_of_language(language)
    shown.use_conventions(language.partition("-")[0].casefold(), month_first)


def machine_date(text: str) -> datetime | None:
    """Parse a date from an attribute."""
    text = text[:64]
    if found := ISO.match(text):
        day, time, zone = found.groups()
        zone = "" if zone is None else "+00:00" if zone in ("UTC", "GMT", "Z") else zone
        try:
            return _plausible(datetime.fromisoformat(f"{day}T{time}{zone}" if time else day))
        except ValueError:
            return None
    if RFC.match(text):
        try:
            return _plausible(parsedate_to_datetime(text.strip()))
        except (ValueError, TypeError, IndexError):
            return None
    if found := EPOCH.fullmatch(text):
        return _from_epoch(int(found[1]), 1000 if len(found[1]) == 13 else 1)
    return None


def _plausible(date: datetime | None) -> datetime | None:
    return date if date is not None and 1970 <= date.year < 2200 else None


def _from_epoch(number: int, per_second: int) -> datetime | None:
    date = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=number * 1000 // per_second)
    return date if 1990 <= date.year < 2200 else None


def date_of_link(address: str, clock: datetime | None) -> datetime | None:
    """Return the exact time from a Blogger link, in the zone in which the page shows `clock`."""
    found = SHOW_COMMENT.search(address)
    instant = _from_epoch(int(found[1]), 1000) if found else None
    if instant is None or clock is None or clock.tzinfo is not None:
        return instant
    offset = clock - instant.replace(second=0, microsecond=0, tzinfo=None)
    quarters = round(offset / timedelta(minutes=15))
    if abs(quarters) > 56 or abs(offset - quarters * timedelta(minutes=15)) > timedelta(minutes=1):
        return instant
    return instant.astimezone(timezone(quarters * timedelta(minutes=15)))


def is_relative(text: str) -> bool:
    """Return whether a text is a point in time relative to the visit, and nothing else."""
    return len(text) < 60 and _is_relative(text)


@lru_cache(maxsize=STAMPS_KEPT)
def _is_relative(text: str) -> bool:
    return bool(RELATIVE.fullmatch(text))


def find_stamp(text: str) -> tuple[datetime | None, int, int] | None:
    """Find the first date in a short text. Return it with its position; it is None if it is
    relative or incomplete. Return None if there is no date.
    """
    if len(text) > LONGEST or not (DIGIT.search(text) or "ago" in text.casefold()):
        return None
    return _find_stamp(text, shown.conventions())


@lru_cache(maxsize=STAMPS_KEPT)
def _find_stamp(
    text: str, _conventions: tuple[str, bool | None]
) -> tuple[datetime | None, int, int] | None:
    """Cached, because several readers look for dates in the same lines."""
    plain = shown.plain_digits(text)
    if not shown.MAY_SHOW_STAMP.search(plain):
        return None
    if told := _by_weekday(plain):
        return told
    first: tuple[datetime | None, int, int] | None = None
    for found in STAMP.finditer(plain):
        start, end = found.span()
        date = _plausible(shown.read_stamp(found[0]))
        if date is not None:
            end = _with_time(plain, end) if (date.hour, date.minute) == (0, 0) else end
            date = shown.read_stamp(plain[start:end]) or date
            return _in_zone(date, plain[start : end + 12]), start, end
        first = first or (None, start, end)
    return first


def _by_weekday(words: str) -> tuple[datetime, int, int] | None:
    """Find a date with slashes whose order is given by its weekday (Drupal writes these)."""
    found = WEEKDAY_DATE.search(words)
    if not found:
        return None
    name, one, other, year, hour, minute = found.groups()
    weekday = _WEEKDAYS.index(name.lower())
    for month, day in ((int(one), int(other)), (int(other), int(one))):
        try:
            date = datetime(int(year), month, day, int(hour or 0), int(minute or 0))
        except ValueError:
            continue
        if date.weekday() == weekday:
            return date, found.start(), found.end()
    return None


def _with_time(text: str, end: int) -> int:
    """Extend a date to the time that follows it."""
    loose = LOOSE.match(text, end)
    found = shown.TIME.match(text, loose.end()) if loose else None
    return found.end() if found else end


def _in_zone(date: datetime, text: str) -> datetime:
    found = ZONE_AFTER.search(text)
    if not found:
        return date
    zone = found[1].upper()
    if zone in ("UTC", "GMT", "Z"):
        return date.replace(tzinfo=UTC)
    if zone in ZONES:
        return date.replace(tzinfo=timezone(timedelta(hours=ZONES[zone])))
    sign, digits = zone[0], zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if offset > timedelta(hours=14):
        return date
    return date.replace(tzinfo=timezone(-offset if sign == "-" else offset))


def closer(machine: datetime | None, text: datetime | None) -> datetime | None:
    """Return the more exact of two dates of one comment, or combine the day of one with the time of
    the other.
    """
    if machine is None or text is None:
        return machine or text
    is_day = machine.tzinfo is None and (machine.hour, machine.minute) == (0, 0)
    return text if is_day and machine.date() == text.date() else machine
