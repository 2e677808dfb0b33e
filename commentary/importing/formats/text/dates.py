"""Recognise and parse dates and times on pages in many languages."""

import re
import unicodedata
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from ...messages import gettext as _
from . import calendar
from .phrases import BUTTON_WORD, COMMENT_BY, SAID
from .phrases.patterns import any_of, lazy_re_compile, whole_line

# Names missing from CLDR, by month.
MORE_MONTHS = [
    "tammikuun",
    "fév helmikuun",
    "mrz maaliskuun",
    "huhtikuun",
    "toukokuun",
    "kesäkuun",
    "heinäkuun",
    "elokuun",
    "syyskuun",
    "lokakuun",
    "marraskuun",
    "joulukuun",
]
MONTHS = {
    name: number
    for months in (map(str.split, MORE_MONTHS), calendar.MONTHS)
    for number, names in enumerate(months, 1)
    for name in names
}
PERSIAN_MONTHS = [
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
]
_PERSIAN_MONTH = any_of(" ".join(PERSIAN_MONTHS))


def any_name(names: Iterable[str]) -> str:
    """Return a pattern for any of many names that examines each character of a text once."""
    branches: dict[str, list[str]] = {}
    for name in names:
        branches.setdefault(name[:1], []).append(name[1:])
    is_end = branches.pop("", None)
    parts = [
        (r"\s+" if sign == " " else re.escape(sign)) + any_name(sorted(set(rest)))
        for sign, rest in sorted(branches.items())
    ]
    if not parts:
        return ""
    pattern = parts[0] if len(parts) == 1 and not is_end else f"(?:{'|'.join(parts)})"
    return pattern + "?" if is_end else pattern


_MONTH = any_name({*MONTHS, *calendar.UNCLEAR}) + r"(?!\w)\.?"
# Names missing from CLDR.
MORE_DAYS = (
    "tues thur thurs sonnabend п'ятниця п’ятниця الإثنين پنج‌شنبه 月曜日 火曜日 水曜日 木曜日 "
    "金曜日 土曜日 日曜日 "
)
_WEEKDAY = any_name({*MORE_DAYS.split(), *calendar.DAYS})


# In Turkish and Hungarian the weekday follows the date.
_WEEKDAY_BEHIND = any_of(
    "pazartesi salı çarşamba perşembe cuma cumartesi pazar hétfő kedd szerda csütörtök péntek szombat vasárnap"
)


def _without_groups(pattern: str) -> str:
    """Return the pattern with non-capturing groups."""
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)


_OF = r"(?:de\s+|del\s+|of\s+|d['’]|ב)?"
_NTH = r"(?:st|nd|rd|th|er|re|º|ª|°|\.)?"
_YEAR = r"(?:1[3-9]|2[01])\d\d(?:\b|(?=at\d))"
DAY_MONTH_YEAR = rf"(\d{{1,2}}){_NTH}[\s-]+{_OF}({_MONTH})[,،]?[\s-]+{_OF}({_YEAR})"
MONTH_DAY_YEAR = rf"({_MONTH})\s*(\d{{1,2}}){_NTH},?\s+({_YEAR})"
YEAR_MONTH_DAY = r"(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?:\s?[日일]|\.?(?!\d))"
# Hungarian dates start with the year.
_YEAR_THEN_MONTH = any_of(
    "január február március április május június július augusztus szeptember október november december jan febr feb márc ápr "
    "máj jún júl aug szept okt nov dec januar februar marcius aprilis majus junius julius oktober"
)
YEAR_NAME_DAY = rf"({_YEAR})\.\s+({_YEAR_THEN_MONTH}\b\.?)\s+(\d{{1,2}})\.?(?!\d)"
DAY_MONTH_JAPANESE = rf"(\d{{1,2}})\s(\d{{1,2}})月\s({_YEAR})"
PERSIAN = (
    rf"(?:(\d{{1,2}})\s+({_PERSIAN_MONTH})|({_PERSIAN_MONTH})\s+(\d{{1,2}}))[,،]?\s+(1[34]\d\d)"
)
SHORT_DATE = r"(\d{1,2})([./-])\s?(\d{1,2})(?:[./-]\s?|\.?,\s)(\d{4}|\d\d)(?!\d)"
FIGURES = lazy_re_compile(r"(?<![\d./-])(\d{1,2})[./]\s?(\d{1,2})[./]\s?(?:\d{4}|\d\d)(?![\d./-])")
_DATE = (
    rf"(?:\b{_WEEKDAY}(?!\w)[.,،]*\s+)?(?:\b(?:the|le|el|den|il|lo|op)\s+|ב-)?"
    rf"(?:\d{{1,2}}{_NTH}[\s-]+{_OF}{_MONTH}(?:[,،]?[\s-]+{_OF}{_YEAR}(?:\s?[гр]\.|\.(?=\s\w{{1,2}}\s\d)|\s{_WEEKDAY_BEHIND}\b)?|-\d\d\b|\s['’]\d\d\b)?|"
    rf"{_MONTH}\s*\d{{1,2}}{_NTH}(?!\d)(?:,?\s+{_YEAR})?|{_without_groups(YEAR_NAME_DAY)}(?:,\s{_WEEKDAY_BEHIND}\b)?|"
    rf"{_without_groups(YEAR_MONTH_DAY)}(?:\s?(?:[日月火水木金土]曜日?|[(（][日月火水木金土](?:曜日?)?[)）]|"
    r"(?:星期|周|週)[一二三四五六日天]|[일월화수목금토]요일))?|"
    rf"{_without_groups(PERSIAN)}|{_without_groups(DAY_MONTH_JAPANESE)}|"
    r"\d{1,2}(?:[./-]\d{1,2}[./-](?:\d{4}|\d\d)|\.\s\d{1,2}\.\s\d{4}|\.\d{1,2}\.?,\s\d{4})(?!\d))"
)
_HALF = r"(?:[apef]\.?\s?m\b\.?|[πμ]\.?μ\b\.?|[дп]п\b|ق[.٫]ظ|ب[.٫]ظ|[صم]\b|오전|오후)"
TIME = lazy_re_compile(
    r"(?:(上午|下午|午前|午後|오전|오후)\s?)?(\d{1,2})(?:(?:\s?[:h時时시]\s?|\.)(\d\d)(?!\d)(?::\d\d)?"
    rf"(?:\s?min\b\.?|[分분])?(?:\s?({_HALF}))?|\s?({_HALF}))",
    re.I,
)
_ZONE = r"(?:\s?\(?(?:Z\b|[+-]\d\d:?\d\d|(?:UTC|GMT|[ECMP][SD]T|CES?T|MES?Z|[BIJ]ST)\b(?:\s?[+-]\d+)?)\)?)?"
_HOUR = r"(?:(?:上午|下午|午前|午後|오전|오후)\s?)?(?:2[0-3]|1\d|0?\d)"
_TIME = (
    rf"{_HOUR}(?:\s?[:h時时시]\s?[0-5]\d(?!\d)(?::\d\d)?(?:\s?min\b\.?|[分분])?(?:\s?{_HALF})?|"
    rf"(?:\.[0-5]\d)?\s?{_HALF}|\.[0-5]\d(?=\s?(?:uhr|uur)))(?:\s?(?:uhr|uur|hrs?|h)\b\.?)?{_ZONE}\)?"
)
_JOINT = (
    r"(?:\s*(?:[,،·•|@–—-]|//?(?=\s)))?\s*(?:T(?=\d)|at(?=\d)|(?:at|à|um|a\s+l(?:as?|es)|[àá]s|alle(?:\s+ore)?|ore|om|klo?|o(?:\s+godz)?|la|в|v|u|у|"
    r"saat|pukul|pada|στις|στο|о|ב|בשעה|en|در|ساعت|الساعة|في|عند)\b[.:-]?)?\s*\(?"
)
_AGO = (
    r"(?:(?:about|over|almost|more than)\s+)?(?:\d+|an?)\s+"
    r"(?:second|minute|hour|day|week|month|year)s?\s+ago|"
    r"vor\s+\d+\s+(?:stunden?|tag(?:en)?|wochen?|monat(?:en)?|jahr(?:en)?)|"
    r"il\s+y\s+a\s+\d+\s+(?:heures?|jours?|semaines?|mois|ans?)|"
    r"(?:hace|há)\s+\d+\s+(?:horas?|días?|dias?|semanas?|mes(?:es)?|años?|anos?)|"
    r"\d+\s+(?:uur|dag(?:en)?|we(?:ek|ken)|maand(?:en)?|jaar|jaren)\s+geleden|"
    r"\d+\s+(?:or[ae]|giorn[io]|settiman[ae]|mes[ei]|ann[io])\s+fa|"
    r"\d+\s+(?:час\w*|день|дня|дней|недел\w|месяц\w*|год\w?|лет)\s+назад|"
    r"(?:för\s+)?\d+\s+(?:timm\w+|dag(?:ar)?|veck\w+|månad(?:er)?|år)\s+sedan"
)
# A timestamp as comments show it: a date, a time or both, in either order.
STAMP = (
    rf"(?:(?:{_TIME}{_JOINT}(?:(?:on|le|am)\s+)?)?{_DATE}(?:{_JOINT}(?:{_TIME}|[012]?\d\.[0-5]\d\b))?|"
    rf"{_TIME}|{_AGO})"
)
# Every timestamp next to a name has three digits, an hour with AM or PM, or a relative time.
MAY_SHOW_STAMP = lazy_re_compile(rf"\d\D*\d\D*\d|\d\s?{_HALF}|{_AGO}", re.I)
# 3. Juni 2011; 3. 6. 2011: not the third item of a list.
DAY_AT_START = lazy_re_compile(
    rf"(?:{_without_groups(DAY_MONTH_YEAR)}|\d\d?\.\s?\d\d?\.\s?{_YEAR})", re.I
)
# A line with only a date; the number of a comment may come first.
DATE_LINE = whole_line(
    rf"(?:#?\d{{1,5}}\s+(?=[^\W\d]))?(?:(?:date|time|posted|published|written|added|updated|submitted|reply|publié|veröffentlicht|publicado|"
    rf"pubblicato|geplaatst|skrevet|skriven|on|le|am|el|il|den)\b[\s:]*){{0,2}}{STAMP}(?:\s*said)?"
    r"(?:[\s|#·•–—-]+(?:\(?(?:permalink|link|edit|#|reply|quote|\d{1,6})\)?)?){0,3}"
)
# A name followed by a timestamp, possibly without a space.
STAMP_AT_END = lazy_re_compile(
    rf"(.*?)[\s,|/·•–—(\[-]{{0,6}}(?:\b(?:on|at|le|am|el|il|em|en|in|den|op|på|pe|pada|dnia|dne|v|в|در|في)\b\s?|"
    rf"(?:发表于|發表於|于|於|在|より[:：]?)\s?)?({STAMP})"
    r"[\s)\]|/.:,#–—-]{0,8}"
    rf"[(\[]?\s?(?:{BUTTON_WORD})?\s?[)\]]?",
    re.I,
)
# Blogger: “At 9:46 AM, Blogger NAME said...” and “Blogger NAME said ... (4:17 PM) :”.
AT_TIME_NAME = lazy_re_compile(
    rf"(?:(?:at|on|um|am(?:/um)?|à|le|el|a\s+las?|il|alle(?:\s+ore)?|em|às|op|den|kl\.|в|o)\s+)?({STAMP})\s*[,:|–—-]?\s+(.*)",
    re.I,
)
AT_TIME_BY = lazy_re_compile(
    rf"(?:(?:posted|on|am|le|el|il|em|op|den|publié)\s+){{0,2}}({STAMP})(?:\s*\|\s*|\s*[,:–—-]?\s+"
    rf"(?:by|von|par|por|da|door|av|af|przez|schrieb|sagte|meinte|zei|schreef)\s+)(.{{1,60}}?)\s*:?",
    re.I,
)
NAME_SAID_AT = lazy_re_compile(rf"(.*?)\s{SAID}\s?(?:\.{{2,}}|…)?\s?\(({STAMP})\)\s?:?", re.I)
# Signatures below the text, as on Typepad.
SIGNED_BELOW = lazy_re_compile(
    rf"(?:(?:(?:posted|left|written)\s+by|posté\s+par|{COMMENT_BY})\s?:?|(?:rédigé\s+par|kommentiert\s+von|publicado\s+por|"
    rf"scritto\s+da|geplaatst\s+door|投稿)\s?[:：])\s?(?P<name>.{{0,80}}?)[\s|,–—-]{{0,6}}(?:\b(?:on|at|le|em|en|op)\s+)?"
    rf"(?:\d\d/\d\d\s+at\s+)?(?P<stamp>{STAMP})[\s|#.·•–—(\[-]{{0,6}}(?:permalink|link|{BUTTON_WORD})?[\s|)\]]{{0,4}}",
    re.I,
)
NAME_AND_DATE = lazy_re_compile(
    rf"(?P<name>[^|]{{1,60}}?)(?:\s*[|,]\s*|\s{{2,}})(?P<stamp>{STAMP})[\s|#.]{{0,6}}", re.I
)
# Squarespace: “DATE | Unregistered CommenterNAME”.
DATE_COMMENTER = lazy_re_compile(
    rf"(?P<stamp>{STAMP})\s*\|\s*(?:un)?registered\s+commenter\s?(?P<name>.{{0,60}})", re.I
)
# Words between a name and the time, by language.
_AT = r"(?:at|on|le|à|am|um|en|em|el|il|den|a\s+las?|às|alle(?:\s+ore)?|op|om|kl|o|в|στις|på)"
# Where the names of a byline end: at the publication, the section, the date.
AFTER_NAMES = lazy_re_compile(
    rf"\s*(?:[|/•·(\[]|[–—]|\s-\s|(?:^|[\s,]){_AT}\.?\s+{STAMP}|"
    rf"(?:^|,?\s+){STAMP}|(?:^|\s)(?:(?:\d{{1,5}}|one|no) (?:comments?|responses?)\b|(?:leave|add) a comment\b)|(?:^|\s)(?:in|for|under|dans|filed under)\s+\S)",
    re.I,
)
POSTED_BY = lazy_re_compile(
    rf"(?:(?:posted|published|submitted|written|~)\s+by|(?:publicado|postado|escrito)\s+por|(?:publié|posté|écrit)\s+par|"
    rf"(?:eingestellt|gepostet|veröffentlicht|geschrieben)\s+von|pubblicato\s+da|(?:geplaatst|gepost)\s+door|"
    rf"(?:upplagd|skrevet|lagt\s+inn|indsendt)\s+a[vf]|gönderen|lähettänyt|(?:autor|автор|opublikowane\s+przez))\s?:?\s+(.{{1,80}}?)\s+"
    rf"(?:(?:{_AT}\.?|a|på|на|klo|zaman:)\s+|\|\s*)({STAMP}|[012]?\d\.[0-5]\d\b)(?:\W*|\W.{{0,120}})",
    re.I,
)
# Shown by themes below a title: “DATE | Posted in Soup | 2 Comments”.
DATE_THEN_FILED = lazy_re_compile(
    rf"(?:(?:posted|published)\s+(?:on\s+)?)?{STAMP}\s*[|·•]\s*"
    r"(?:posted in|filed (?:in|under)|categor(?:y|ies):|tags?:|leave a|no|\d{1,4})\s.{1,200}",
    re.I,
)
DATE_THEN_BY = lazy_re_compile(
    r"(?:(?:posted|published|publié|veröffentlicht|geschrieben|erstellt|publicado|escrito|pubblicato|scritto|geplaatst|"
    r"gepubliceerd|publicera[td]|publisert|udgivet|opublikowano|опубликовано|نوشته\s+شده|投稿日\s?[:：])\s*"
    r"(?:(?:on|le|am|el|em|il|op|den|i|در)\s+)?)?"
    rf"(?:le\s+)?({STAMP})[\s|,·•–—-]*((?:by|par|von|por|da|door|a[vf]|przez|автором|توسط)\s.*|作成者\s?[:：].*)",
    re.I,
)


# Whether the page being read puts the month before the day; None if its dates don't show it.
_MONTH_FIRST: ContextVar[bool | None] = ContextVar("month_first", default=None)


# The language of the page, if a month name on it has another meaning in another language.
_LANGUAGE: ContextVar[str] = ContextVar("language", default="")
UNCLEAR_MONTH = lazy_re_compile(
    rf"(?<=\d[\s.-])\s?{any_name(calendar.UNCLEAR)}(?!\w)|\b{any_name(calendar.UNCLEAR)}\.?\s\d",
    re.I,
)
# Letters and words that occur in only one of these languages.
LANGUAGES = {
    "hr": lazy_re_compile(
        r"đ|\b(?:sam|nije|što|kao|koji|koja|odgovori|komentara?|kaže|rekao|rekla|napisao|napisala|ali|samo|više|bio|bila|jer|ako|"
        r"ovo|ovaj|objavio|objavljeno|siječnja|veljače|ožujka|travnja|svibnja|lipnja|srpnja|kolovoza|rujna|studenoga?|prosinca|"
        r"ponedjeljak|utorak|srijeda|četvrtak|petak|subota|nedjelja)\b"
    ),
    "pl": lazy_re_compile(
        r"[ąęłńśźż]|\b(?:jest|komentarzy|komentarz|komentarze|odpowiedz|pisze|przez|ale|tylko|tego|stycznia|lutego|marca|kwietnia|maja|"
        r"czerwca|lipca|sierpnia|grudnia|wtorek|czwartek|sobota|niedziela)\b"
    ),
    "cs": lazy_re_compile(
        r"[ěřůťď]|\b(?:jsem|není|komentář[eů]?|napsal|napsala|který|která|jako|také|nebo|ledna|února|března|dubna|května|června|července|"
        r"srpna|září|října|prosince|pondělí|úterý|středa|čtvrtek|pátek|sobota)\b"
    ),
}


def look_over(lines: list[str]) -> list[str]:
    """Find out how a page writes its dates, and return warnings about unclear ones.

    9/15/2012 shows which number is the month in 9/11/2012, and other words show which month
    “listopad” is. Contradictory dates are ignored.
    """
    firsts = set()
    for line in lines:
        if len(line) < 300 and (found := FIGURES.search(line)):
            first, second = int(found[1]), int(found[2])
            if (first > 12) != (second > 12):
                firsts.add(second > 12)
    _MONTH_FIRST.set(firsts.pop() if len(firsts) == 1 else None)
    unclear = next(filter(None, map(UNCLEAR_MONTH.search, lines)), None)
    _LANGUAGE.set(_language(lines) if unclear else "")
    if not unclear or _LANGUAGE.get():
        return []
    return [
        _(
            "“%(unclear)s” means different months in Croatian and in Polish or Czech, and the "
            "language of the page is unclear; dates with it were skipped"
        )
        % {"unclear": unclear[0]}
    ]


def use_conventions(language: str, month_first: bool | None) -> None:
    """Parse later dates as in pages in `language` (a two-letter code), with the month first or last
    if known.
    """
    _MONTH_FIRST.set(month_first)
    _LANGUAGE.set(language if language in LANGUAGES else "")


def conventions() -> tuple[str, bool | None]:
    """Return the language and the order of months and days in which dates are parsed."""
    return _LANGUAGE.get(), _MONTH_FIRST.get()


def _language(lines: list[str]) -> str:
    """Return which of the languages with the same month names a page is in, "" if unclear."""
    text = "\n".join(lines)[:200_000].casefold()
    seen = sorted((len(pattern.findall(text)), name) for name, pattern in LANGUAGES.items())
    return seen[-1][1] if seen[-1][0] > 2 * seen[-2][0] else ""


def plain_digits(text: str) -> str:
    """Return `text` with digits of every script replaced by 0 to 9, in the same positions."""
    if text.isascii():
        return text
    return _OTHER_DIGIT.sub(lambda sign: str(unicodedata.decimal(sign[0], sign[0])), text)


_OTHER_DIGIT = lazy_re_compile(r"[^\D0-9]")


def read_stamp(text: str) -> datetime | None:
    """Parse a timestamp as local time.

    None for a time without a date, a date without a year, and a date that is invalid or ambiguous.
    """
    text = plain_digits(text)
    for pattern, in_order in DATES:
        if found := pattern.search(text):
            rest = text[: found.start()] + " " + text[found.end() :]
            try:
                return datetime(*in_order(found), *_read_time(rest))
            except ValueError:
                return None
    return None


def _read_time(text: str) -> tuple[int, int]:
    """Return hour and minute from the rest of a timestamp without its date; midnight if missing."""
    found = TIME.search(text)
    if not found:
        return 0, 0
    before, hour, minute, after, alone = found.groups()
    half = re.sub(r"[.٫\s]", "", after or alone or "").casefold()
    if int(hour) > 12:
        half = ""  # in “16:05 am 3. Juni”, “am” is a preposition
    late = half in ("pm", "em", "пп", "μμ", "بظ", "م", "오후") or before in ("下午", "午後", "오후")
    early = half in ("am", "fm", "дп", "πμ", "قظ", "ص", "오전") or before in (
        "上午",
        "午前",
        "오전",
    )
    if late or early:
        return int(hour) % 12 + 12 * late, int(minute or 0)
    return int(hour), int(minute or 0)


def _numeric(year: int, month: int, day: int) -> tuple[int, int, int]:
    """Convert a numeric date with a four-digit year; years 1300 to 1471 are Persian."""
    return _from_persian(year, month, day) if 1300 <= year < 1472 else (year, month, day)


def _named_persian(found: re.Match[str]) -> tuple[int, int, int]:
    month = PERSIAN_MONTHS.index(found[2] or found[3]) + 1
    return _numeric(int(found[5]), month, int(found[1] or found[4]))


def _from_persian(year: int, month: int, day: int) -> tuple[int, int, int]:
    """Convert a Persian date from 1300 to 1471, when leap years follow a cycle of 33 years.

    Raises ValueError for an invalid day.
    """
    length = 31 if month < 7 else 30 if month < 12 or _is_persian_leap(year) else 29
    if not (1 <= month <= 12 and 1 <= day <= length):
        raise ValueError("no such day")
    leaps = sum(_is_persian_leap(y) for y in range(1300, year))
    days = 365 * (year - 1300) + leaps + 30 * (month - 1) + min(month - 1, 6) + day - 1
    found = date(1921, 3, 21) + timedelta(days=days)
    return found.year, found.month, found.day


def _is_persian_leap(year: int) -> bool:
    return year % 33 in (1, 5, 9, 13, 17, 22, 26, 30)


def _month(name: str) -> int:
    """Return the number of a month.

    Raises ValueError for a name that means different months in different languages if the language
    of the page is unknown.
    """
    key = unicodedata.normalize("NFC", " ".join(name.casefold().rstrip(".").split()))
    if key not in calendar.UNCLEAR:
        return MONTHS[key]
    found = [
        number
        for number, languages in calendar.UNCLEAR[key].items()
        if _LANGUAGE.get() in languages
    ]
    if not found:
        raise ValueError("ambiguous month")
    return found[0]


def _short(found: re.Match[str]) -> tuple[int, int, int]:
    """Parse a numeric date: 3.6.2011 is 3 June.

    6/3/2011 is ambiguous, and raises ValueError, unless one number is too large for a month or
    other dates of the page show the order.
    """
    first, sign, second, year = int(found[1]), found[2], int(found[3]), int(found[4])
    if year < 100:
        year += 2000 if year < 70 else 1900
    if second > 12:
        return year, first, second
    is_known = _MONTH_FIRST.get() is not None if sign != "-" else _MONTH_FIRST.get()
    if first <= 12 and is_known:
        return (year, first, second) if _MONTH_FIRST.get() else (year, second, first)
    if sign == "/" and first <= 12 and first != second:
        raise ValueError("ambiguous order of day and month")
    return year, second, first


DATES = [
    (lazy_re_compile(DAY_MONTH_YEAR, re.I), lambda d: (int(d[3]), _month(d[2]), int(d[1]))),
    (lazy_re_compile(MONTH_DAY_YEAR, re.I), lambda d: (int(d[3]), _month(d[1]), int(d[2]))),
    (lazy_re_compile(YEAR_NAME_DAY, re.I), lambda d: (int(d[1]), _month(d[2]), int(d[3]))),
    (lazy_re_compile(PERSIAN), lambda d: _named_persian(d)),
    (lazy_re_compile(DAY_MONTH_JAPANESE), lambda d: (int(d[3]), int(d[2]), int(d[1]))),
    (lazy_re_compile(YEAR_MONTH_DAY), lambda d: _numeric(int(d[1]), int(d[2]), int(d[3]))),
    (lazy_re_compile(SHORT_DATE), _short),
]
