"""Lines with the time of a comment: by itself, or next to a name or a button."""

import re
from dataclasses import dataclass, replace

from .. import dates, phrases
from ..lines import CaptureRows, Row
from ..phrases.patterns import lazy_re_compile
from .names import spoken
from .shapes import stamp_shape
from .wording import BETWEEN_BUTTONS, BUTTON_TOO, INTRODUCES_TIME, PROFILE_LABEL, TWICE

LONGEST = 200  # characters of a line with a time
_PERIOD = r"(?:\d+|an?|one)\s+[^\W\d]{1,12}(?:,?\s+\d+\s+[^\W\d]{1,12}){0,2}"
_RELATIVE = (
    rf"(?:(?:vor|il\s+y\s+a|hace|há)\s+{_PERIOD}|"
    rf"{_PERIOD}\.?\s+(?:ago|her|zuvor|geleden|fa|atrás|sedan|siden|temu|назад))\b"
)
# Not within a word, but a number or a capitalised month may be glued to a name: “AnnMay 21, 2012”.
_CAPITALS = "A-ZÀ-ÖØ-ÞА-ЯЁ"
_GLUED = rf"(?-i:(?<=[^\W_{_CAPITALS}]|[.)])(?=[{_CAPITALS}]))"
_STAMP = lazy_re_compile(rf"(?:(?<![^\W\d_])|(?=\d)|{_GLUED})(?:{_RELATIVE}|{dates.STAMP})", re.I)
_GLUED_BUTTONS = lazy_re_compile(rf"(?<=[^\W_{_CAPITALS}]|[.)])(?=[{_CAPITALS}])")
_DOTS_IN_DATE = lazy_re_compile(
    r"(?<=\d)\.(?=[^\W\d_]{3,9}\.\d{4}\b)|(?<=\d\.[^\W\d_]{3})\.(?=\d{4}\b)"
)
_APART = lazy_re_compile(rf"(?<![\w.:/-])(?:{_RELATIVE}|{dates.STAMP})", re.I)
_COMPACT = lazy_re_compile(
    r"(?:^|(?<=[·•|] ))(?P<n>\d{1,3})\s?(?:yrs?|mos?|wks?|hrs?|mins?|sem|mes|[ymwdhj]|(?:std|wo|tg|min|j|an)\b)\.?(?=$| [·•|])|"
    r"^\d{1,3}[ymwdh](?= )",
    re.I,
)
_MAY_BE = lazy_re_compile(rf"{_RELATIVE}|{dates.MAY_SHOW_STAMP.pattern}", re.I)
_NUMBER_ON = lazy_re_compile(r"\d+\s+(?:on|at|am|um|le|el|il|op|den|em)\s+(?=\d)")
_COUNTER = lazy_re_compile(r"^\W{0,3}#\d{1,5}\b\W{0,3}(?:\s|$)")  # “#12 Piet”, “#12 — 4 years ago”
_PREPOSITION = lazy_re_compile(
    r"\s(?:on|at|am|um|vom|le|el|il|op|den|em|於|于|在)$"
)  # “Le” is also a surname
_SHORT_NAME = lazy_re_compile(r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{1,3}")
_LABEL_BEFORE = lazy_re_compile(r"\w\s?[:：]\s*$")
_OTHER_BULLETS = ("o ", "§ ", "▪ ", "# ")
_AROUND = " \t\xa0,;:|/·•–—-@()[]#»«>✎"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time in a row, the words before and after it, and its format.

    `before` is "" if the time starts the line, apart from words such as “Posted on”.
    """

    row: int
    text: str
    before: str
    after: str
    shape: str
    is_labelled: bool = False  # a colon is before it, as in “Joined: March 2012”
    is_byline: bool = False  # “Posted by NAME on DATE”, as below an article
    is_behind_buttons: bool = False  # “Like · Reply · 3 hours ago”, as below a comment


def said(row: Row) -> str:
    """Return the text of a row without a list marker. Converters also mark lists with “o” and “+”."""
    if row.is_marked:
        return row.rest
    return row.text[2:].lstrip() if row.column and row.text.startswith(_OTHER_BULLETS) else row.text


def stamps_of(page: CaptureRows) -> list[Stamp]:
    """Return the times in all short rows."""
    stamps = []
    leads: dict[int, str] = {}
    for i, row in enumerate(page.rows):
        if found := stamp_in(said(row), with_bylines=True):
            before, text, after = found
            shown = " ".join(said(row).split())
            lead = shown[: shown.find(text)].strip(_AROUND)
            is_labelled = bool(before and _LABEL_BEFORE.search(shown[: shown.find(text)]))
            is_labelled = is_labelled and not spoken(before + ":")
            is_labelled = is_labelled or bool(
                i and not before and is_profile_label(page.rows[i - 1])
            )
            byline = not after and is_byline(before)
            is_behind = bool(lead and not before and not after and has_only_buttons(lead))
            one = Stamp(i, text, before, after, stamp_shape(text), is_labelled, byline, is_behind)
            stamps.append(one)
            leads[i] = lead
    inline = {stamp.shape for stamp in stamps if stamp.before}
    return [with_name(stamp, leads[stamp.row], inline) for stamp in stamps]


def is_profile_label(row: Row) -> bool:
    """Return whether a row is “Joined” or similar, as above a date in the profile of a member."""
    return len(row.text) < 40 and bool(PROFILE_LABEL.fullmatch(said(row)))


def with_name(stamp: Stamp, lead: str, inline: set[str]) -> Stamp:
    """Take a name for a name that is also a weekday, as in “Sam June 3, 2011” and “Me • 3 weeks
    ago”, if other lines with the rest of the format have names.
    """
    if not stamp.before and stamp.shape in inline and _SHORT_NAME.fullmatch(lead):
        return replace(stamp, before=lead)
    if stamp.before or not stamp.shape.startswith("a ") or stamp.shape[2:] not in inline:
        return stamp
    name, _, text = stamp.text.partition(" ")
    return replace(stamp, text=text, before=name, shape=stamp.shape[2:])


def compact_in(text: str) -> tuple[str, str, str] | None:
    """Return “5y” and the words around it, if it stands between dots, bars or at an end."""
    found = _COMPACT.search(text)
    if not found or found[0] == text and found[0][-1] in "dhmw":
        return None
    before, after = text[: found.start()].strip(_AROUND), text[found.end() :].strip(_AROUND)
    if not found["n"] and not has_only_buttons(after):
        return None  # “2w Reply”
    if before and has_only_buttons(before):
        before = ""
    return before, found[0], after


def is_button_line(text: str) -> bool:
    """Return whether a line consists of buttons and numbers: “3 Reply Share ›”."""
    return bool(TWICE.fullmatch(text)) or has_only_buttons(text)


def has_only_buttons(text: str) -> bool:
    """Return whether a line consists of buttons and numbers, without those that are a word twice:
    “Roberto Roberto” is a name.
    """
    if phrases.BUTTON.fullmatch(text.strip("↓↑→← ")):
        return True
    parts = [part for part in BETWEEN_BUTTONS.split(_GLUED_BUTTONS.sub(" ", text)) if part]
    return any(map(phrases.BUTTON.fullmatch, parts)) and all(
        phrases.BUTTON.fullmatch(part) or BUTTON_TOO.fullmatch(part) for part in parts
    )


def is_byline(before: str) -> bool:
    """Return whether the words before a time are “By NAME”, as below a title."""
    return bool(before and phrases.BYLINES[0][0].fullmatch(before))


def stamp_in(text: str, with_bylines: bool = False) -> tuple[str, str, str] | None:
    """Return the words before a time, the time, and the words after it; None without a time."""
    if len(text) > LONGEST:
        return None
    plain = _DOTS_IN_DATE.sub(" ", " ".join(dates.plain_digits(text).split()))
    if not _MAY_BE.search(plain):
        return compact_in(" ".join(text.split()))
    text = " ".join(text.split())
    # “Zeus35 July 14, 2015”: a number that ends a name starts no time that is better without it.
    matches = [*_APART.finditer(plain), *_STAMP.finditer(plain)]
    found = max(matches, key=lambda match: len(match[0]), default=None)
    if found is None or len(found[0].strip()) < 4:
        return None
    start, stamp = found.start(), found[0]
    if glued := _NUMBER_ON.match(stamp):  # “piet78 on 21 Jan. 2015”
        start, stamp = start + glued.end(), stamp[glued.end() :]
    before, after = text[:start].rstrip(_AROUND), text[found.end() :].strip(_AROUND)
    before = _COUNTER.sub("", before, count=1)
    if before[:1] not in ("@", "-", "(") or not before[1:2].isalnum():  # otherwise it is a name
        before = before.lstrip(_AROUND)
    before = _PREPOSITION.sub("", before)
    if before.rpartition("(")[1] and ")" not in before.rpartition("(")[2]:
        before += ")"
    is_introduction = len(before) < 24 and INTRODUCES_TIME.fullmatch(before)
    if before and (is_introduction or has_only_buttons(before)):
        before = ""
    if len(after) > 80 or not with_bylines and not after and is_byline(before):
        return None
    return before, stamp.strip(), after
