"""Finds and cleans the names of authors in bylines."""

import re

from ..text import calendar
from ..text.dates import any_name
from ..text.names import stored_name
from ..text.phrases.patterns import lazy_re_compile
from . import comment_dates as dates

LONGEST_NAME = 80
MAX_WORDS = 4  # of a name without "by"
# Participles and other words of which "by" follows, by language.
_PUBLISHED_BY = (
    r"(?:posted|written|published|submitted|created|added|reported|contributed|authored)\s+by|"
    r"(?:eingestellt|gepostet|geschrieben|verfasst|veröffentlicht|eingereicht|erstellt)\s+von|"
    r"(?:publi|post|envoy|propos|rédig)ée?\s+par|(?:écrite?|soumise?|mise?\s+en\s+ligne)\s+par|"
    r"(?:publicad|escrit|enviad|postad|inserid|subid|colocad)[oa]\s+por|(?:pubblicat|scritt|postat|inviat|inserit)[oa]\s+da|"
    r"(?:geplaatst|gepost|geschreven|ingediend|toegevoegd)\s+door|(?:upplagd|publicerad|publicerat|skriven|skrivet|inlagd)\s+av|"
    r"(?:lagt\s+inn|publisert|skrevet)\s+av|(?:indsendt|skrevet|udgivet|publiceret)\s+af|"
    r"(?:dodan[aey]|opublikowan[aey]|napisan[aey]|wysłan[aey])\s+przez|(?:publicat|postat|scris)\s+de|"
    r"(?:опубликован|размещ|добавлен|написан)\w*\s+(?:автором|пользователем)|diposkan\s+oleh|ditulis\s+oleh|được\s+đăng\s+bởi|"
    r"αναρτήθηκε\s+από|מאת|(?:נכתב|פורסם)\s+על\s+ידי|(?:نوشته|ارسال|منتشر)\s*شده\s+توسط|مرسلة\s+بواسطة"
)
_BY = (
    rf"{_PUBLISHED_BY}|(?:artikel|beitrag|article|artículo|artigo|articolo|ein\s+beitrag|ein\s+artikel)\s+(?:von|by|par|de|di)|interview|"
    r"(?:words|texte|texto|testo|tekst|story|reporting)(?=\s*[:：])|(?:story|text|words|article|post|text\s+and\s+(?:photos|pictures))\s+by|"
    r"by|von|par|por|di|da|door|av|af|przez|oleh|bởi|autore?|autor(?:in|ka|a)?|auteure?|author|text|redaktion|"
    r"opublikował[a]?|napisał[a]?|napsala?|vložila?|publikovala?|szerző|írta|bejegyezte|kirjoittanut|kirjoittaja|lähettänyt|julkaissut|"
    r"gönderen|yazan|yazar|συντάκτης|från|автор|опубликовал[аи]?|написал[аи]?|разместил[аи]?|добавил[аи]?|от|"
    r"نویسنده|توسط|به\s+قلم|نوشته|فرستنده|بقلم|بواسطة|الكاتبة?|كتبها?|كتبه|نشرها?|נכתב\s+על\s+ידי|"
    r"作成者|投稿者|著者|筆者|執筆者?|文責|作者|撰文|发布者|發佈者|发表者|張貼者|文|記|작성자|글쓴이|게시자|글|本报记者|记者|記者"
)
_BY_END = r"(?:\s*[:：]\s*|(?<=[^\x00-\x7f])\s*[/／｜](?=[^\W\d_])|\s+)"
LEAD = lazy_re_compile(rf"^\W{{0,3}}(?:{_BY}){_BY_END}", re.I)
BYLINE = lazy_re_compile(
    rf"(?:^|[|·•–—,]\s*|(?<=[.\d日分時])\s+|\bin\s.{{1,40}}\s)(?:{_BY}){_BY_END}(?P<name>[^\W\d_][^|·•\n]{{1,79}})",
    re.I,
)
# The same in the middle of a sentence.
EXPLICIT_BYLINE = lazy_re_compile(
    rf"(?:^|\s)(?:{_PUBLISHED_BY}){_BY_END}(?P<name>[^\W\d_][^|·•\n]{{1,79}})", re.I
)
# Weekdays that no name contains.
_WEEKDAY = any_name(sorted(name for name in calendar.DAYS if len(name) > 4))
NAME_END = lazy_re_compile(
    r"\s*(?:[|·•»(\[/]|(?<=\s)@|\s[-–—]\s|,\s*(?=\d|[^\W\d_]+\s\d{1,2},)|\s+(?:on|at|in|am|um|vom|auf|le|el|il|em|op|den|på|kl\.?|posted|published|updated|"
    r"filed|under|veröffentlicht|publicado|à|a las|alle|last|zuletzt|в|dnia|dne|klo|في|در|به)\b(?=\W)|"
    rf"[,\s]\s*{_WEEKDAY}(?!\w)|\s+\d)"
)
_LIST = lazy_re_compile(
    r"\s*(?:,|;|&|\band\b|\bund\b|\bet\b|\by\b|\be\b|\bog\b|\boch\b|、|・)\s+", re.I
)
_NO_NAME = lazy_re_compile(
    r"https?:|@|\d{3}|^\d{1,2}[.:]|^\d{1,2} [^\W\d_]|^(?:posted|published|publié|veröffentlicht|publicado|written|updated|submitted)$|^(?:comments?|share|view all|all posts|read more|more|about|follow|edit|permalink|website|profile|posts?|"
    r"kommentare?|alle beiträge|mehr|publisher|letzte aktualisierung|zuletzt|last updated|verifizierte[rs]?|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|monday|tuesday|wednesday|thursday|friday|saturday|sunday|الجمعة|السبت|الأحد|الاثنين|الثلاثاء|الأربعاء|الخميس)\b",
    re.I,
)
_ALL_POSTS = lazy_re_compile(
    r"^(?:view |see |zeige |show )?(?:all|alle) (?:posts|articles|entries|beiträge|artikel) (?:by|of|von|par|de) ",
    re.I,
)
_ROLE = lazy_re_compile(
    r"\s*(?:(?<=.)\s(?:veröffentlicht|publié|publicado|shares?|follow|staff writer|view all posts|all posts by|alle beiträge von).*|\(?(?:website|homepage|profile|profil)\)?)$",
    re.I,
)
# What somebody does for the site, after a name.
_ROLE_BEHIND = lazy_re_compile(
    r"\s*[,|(–—]\s*(?:[^\W\d_]\w*\s+){0,3}(?:correspondent|editor|reporter|columnist|staff writer|contributor|journalist|"
    r"redakteur(?:in)?|chefredakteur(?:in)?|korrespondent(?:in)?|journaliste?|redacteur|rédact(?:eur|rice)|correspondante?|"
    r"redactora?|corresponsal|redattore|redattrice|giornalista|inviat[oa])\b.*",
    re.I,
)
_EXPLICIT = lazy_re_compile(
    rf"(?:^|\s)(?:{_PUBLISHED_BY}|(?:asked|started)\s+by)\W*$",
    re.I,
)
_CREDITS = lazy_re_compile(
    r"\s*[.,;|/·•–—-]\s+(?:pictures?|photos?|fotos?|bilder|photograph\w*|images?|illustrations?)\s*(?:[:：]|by|von|par|por|di)",
    re.I,
)
# What joins a name to a date.
_JOINT = r"(?:\s*[,;|·•/()]|\s+[-–—]\s|\s*[–—])"
_BEFORE_DAY = lazy_re_compile(
    rf"{_JOINT}\s*(?:(?:the|le|el|il|am|on|em|op|den|vom|du|del|publi\w+|posted|veröffentlicht)\s+)*(?:[^\W\d_]{{2,12}},?\s*)?$",
    re.I,
)
_BEFORE_TIME = lazy_re_compile(r"(?:^|[–—|-])\s*([^–—|@]{3,60}?)\s*@\s*\d{1,2}:\d\d")
# A name in Chinese, Japanese or Korean, rather than a label before the date.
_EASTERN = lazy_re_compile(
    r"(?!.*(?:日期|时间|時間|发布|發佈|发表|更新|投稿|公開|日時|作成|日付|발행|작성|등록|게시|최종))[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af·]{2,6}"
)
_READING_TIME = lazy_re_compile(r"\s*\d{1,3}\s*min\w*\.?(?:\s+\w+){0,2}\s*", re.I)
_AFTER_DAY = lazy_re_compile(rf"^(?:\s+(?:uhr|h|hrs|[ECP][SD]T|UTC|GMT))?{_JOINT}\s*", re.I)
_PARTICLES = frozenset(
    [
        "de",
        "da",
        "di",
        "du",
        "del",
        "della",
        "der",
        "den",
        "des",
        "van",
        "von",
        "zu",
        "y",
        "e",
        "la",
        "le",
        "el",
        "dos",
        "do",
        "bin",
        "ibn",
    ]
)


def split_names(words: str) -> list[str]:
    """Split a byline into names."""
    words = _ROLE.sub("", LEAD.sub("", _ALL_POSTS.sub("", _after_date(words.strip()))))
    words = _CREDITS.split(words, maxsplit=1)[0]
    if any(map(str.isdigit, words)):
        words = NAME_END.split(words, maxsplit=1)[0]
    words = _ROLE_BEHIND.split(words, maxsplit=1)[0]
    parts = [p for p in _LIST.split(words) if p.strip()]
    if len(parts) > 1 and all(len(p.split()) in (2, 3, 4) or len(p) < 3 for p in parts):
        return parts
    return [words]


def _after_date(words: str) -> str:
    """Remove a date before a name: "Sat, 06/02/2010 - 09:12 — Jo"."""
    found = dates.find_stamp(words)
    rest = words[found[2] :].lstrip() if found and found[1] < 6 else ""
    return rest.lstrip("-–—|·, ") if rest[:1] in tuple("-–—|·") else words


def clean_author(name: str) -> str:
    """Remove surrounding words from a name; return "" if nothing is left."""
    name = LEAD.sub("", _ALL_POSTS.sub("", " ".join(name.split())))
    name = (
        NAME_END.split(_ROLE.sub("", name), maxsplit=1)[0]
        if len(name) > 25 or re.search(r"\d", name)
        else name
    )
    name = stored_name(name.strip(" ,;:|-–—·•\u200e\u200f"))
    return (
        ""
        if len(name) > LONGEST_NAME or _NO_NAME.search(name) or not any(map(str.isalpha, name))
        else name
    )


def is_account(name: str) -> bool:
    """Return whether a name can be that of an account, which may be in lower case."""
    return bool(re.fullmatch(r"[\w.@-]{2,30}", name))


def is_name(name: str) -> bool:
    """Return whether the words after "by" can be a name: few, with a capital first letter."""
    words = name.split()
    ends_sentence = name.endswith(("?", "!")) or name.endswith(".") and len(words[-1]) > 4
    return 1 <= len(words) <= 5 and not name[:1].islower() and not ends_sentence


def is_lower_nickname(name: str) -> bool:
    """Return whether a name can be a nickname of several words in lower case: "the hedge clerk"."""
    return len(name.split()) <= MAX_WORDS and not re.search(r"[.?!:;\d]", name)


def is_explicit(before: str) -> bool:
    """Return whether the words before a name say that a person published the article."""
    return bool(_EXPLICIT.search(before))


def name_after_by(words: str) -> str:
    """Return the name at the start of what follows "by", without a date or place after it."""
    name = NAME_END.split(words, maxsplit=1)[0]
    found = dates.find_stamp(name)
    return name[: found[1]].rstrip(" ,.") if found and found[1] > 3 else name


def name_beside_date(words: str) -> str:
    """Return the name next to a date or a time, "" if none is there: "Ann Lee, 3 May 2012",
    "3 May • Ann Lee", "Filed under: Soup — Ann Lee @ 10:12 pm".
    """
    found = dates.find_stamp(words)
    if not found or found[0] is None:
        named = _BEFORE_TIME.search(words)
        is_named = named and (is_first_and_last(named[1]) or is_account(named[1]))
        return named[1] if named and is_named else ""
    before, after = words[: found[1]], words[found[2] :]
    if joint := _BEFORE_DAY.search(before):
        name = before[: joint.start()].strip()
        return name if is_first_and_last(name) or _EASTERN.fullmatch(name) else ""
    if not before.strip(" ([") and (joint := _AFTER_DAY.match(after)):
        parts = re.split(_JOINT, after[joint.end() :])
        read = parts[1:] if _READING_TIME.fullmatch(parts[0]) else parts
        return read[0] if read and is_first_and_last(read[0]) else ""
    return ""


def is_first_and_last(name: str) -> bool:
    """Return whether words are a first and a last name, as only capital letters can tell."""
    words = name.split()
    return (
        2 <= len(words) <= MAX_WORDS
        and all(
            w in _PARTICLES or w[:1].isupper() and w.strip(".’'-").isalpha()
            for w in map(_letters, words)
        )
        and words[0][:1].isupper()
        and words[-1][:1].isupper()
        and not dates.find_stamp(f"{words[-1]} 3, 2012")
        and words[0].casefold() not in calendar.DAYS
    )


def _letters(word: str) -> str:
    return re.sub(r"(?<=\w)[-’'.](?=\w|$)", "", word)
