"""Finds and cleans the names of authors in bylines."""

import re

from ..text.names import stored_name
from . import comment_dates as dates

LONGEST_NAME = 80
MAX_WORDS = 4  # of a name without "by"
_BY = (
    r"(?:artikel|beitrag|article|artículo|artigo|articolo|ein\s+beitrag|ein\s+artikel)\s+(?:von|by|par|de|di)|interview|(?:words|texte|texto|testo|tekst|story|reporting)(?=\s*[:：])|(?:posted|written|published|submitted|story|text|words|reported|article|post|created|added)\s+by|by|von|par|por|di|da|door|av|af|autore?|autor(?:in)?|"
    r"auteure?|author|text|redaktion|scritto\s+da|publicado\s+por|escrito\s+por|publié\s+par|écrit\s+par|rédigé\s+par|enviado\s+por|postado\s+por|inviato\s+da|pubblicato\s+da|soumis\s+par|proposé\s+par|eingereicht\s+von|ingediend\s+door|geplaatst\s+door|skrivet\s+av|"
    r"veröffentlicht\s+von|geschrieben\s+von|verfasst\s+von|erstellt\s+von|przez|автор|от|نویسنده|توسط|作成者|投稿者|作者|文"
)
LEAD = re.compile(rf"^\W{{0,3}}(?:{_BY})(?:\s*[:：]\s*|\s+)", re.I)
BYLINE = re.compile(
    rf"(?:^|[|·•–—,]\s*|(?<=[.\d])\s+|\bin\s.{{1,40}}\s)(?:{_BY})(?:\s*[:：]\s*|\s+)(?P<name>[^\W\d_][^|·•\n]{{1,79}})",
    re.I,
)
NAME_END = re.compile(
    r"\s*(?:[|·•»(\[/]|\s[-–—]\s|,\s*(?=\d|[^\W\d_]+\s\d{1,2},)|\s+(?:on|at|in|am|um|vom|auf|le|el|il|em|op|den|på|kl\.?|posted|published|updated|"
    r"filed|under|veröffentlicht|publicado|à|a las|alle|last|zuletzt)\b(?=\W)|\s+\d)"
)
_LIST = re.compile(r"\s*(?:,|;|&|\band\b|\bund\b|\bet\b|\by\b|\be\b|\bog\b|\boch\b|、|・)\s+", re.I)
_NO_NAME = re.compile(
    r"https?:|@|\d{3}|^\d{1,2}[.:]|^\d{1,2} [^\W\d_]|^(?:posted|published|publié|veröffentlicht|publicado|written|updated|submitted)$|^(?:comments?|share|view all|all posts|read more|more|about|follow|edit|permalink|website|profile|posts?|"
    r"kommentare?|alle beiträge|mehr|publisher|letzte aktualisierung|zuletzt|last updated|verifizierte[rs]?|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|monday|tuesday|wednesday|thursday|friday|saturday|sunday|الجمعة|السبت|الأحد|الاثنين|الثلاثاء|الأربعاء|الخميس)\b",
    re.I,
)
_ALL_POSTS = re.compile(
    r"^(?:view |see |zeige |show )?(?:all|alle) (?:posts|articles|entries|beiträge|artikel) (?:by|of|von|par|de) ",
    re.I,
)
_ROLE = re.compile(
    r"\s*(?:(?<=.)\s(?:veröffentlicht|publié|publicado|shares?|follow|staff writer|view all posts|all posts by|alle beiträge von).*|\(?(?:website|homepage|profile|profil)\)?)$",
    re.I,
)
_EXPLICIT = re.compile(
    r"\b(?:posted|submitted|asked|started|written|published|created|added|eingereicht|eingestellt|verfasst|geschrieben|"
    r"veröffentlicht|publié|soumis|proposé|publicado|enviado|escrito|postado|pubblicato|inviato|scritto|geplaatst|geschreven)"
    r"\s+(?:by|von|par|por|da|door)\W*$",
    re.I,
)
_CREDITS = re.compile(
    r"\s*[.,;|/·•–—-]\s+(?:pictures?|photos?|fotos?|bilder|photograph\w*|images?|illustrations?)\s*(?:[:：]|by|von|par|por|di)",
    re.I,
)
# What joins a name to a date.
_JOINT = r"(?:\s*[,;|·•/()]|\s+[-–—]\s|\s*[–—])"
_BEFORE_DAY = re.compile(
    rf"{_JOINT}\s*(?:(?:the|le|el|il|am|on|em|op|den|vom|du|del|publi\w+|posted|veröffentlicht)\s+)*(?:[^\W\d_]{{2,12}},?\s*)?$",
    re.I,
)
_AFTER_DAY = re.compile(rf"^(?:\s+(?:uhr|h|hrs|[ECP][SD]T|UTC|GMT))?{_JOINT}\s*", re.I)
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


def is_explicit(before: str) -> bool:
    """Return whether the words before a name say that a person published the article."""
    return bool(_EXPLICIT.search(before))


def name_beside_date(words: str) -> str:
    """Return the name next to a date, "" if none is there: "Ann Lee, 3 May 2012", "3 May • Ann Lee"."""
    found = dates.find_stamp(words)
    if not found or found[0] is None:
        return ""
    before, after = words[: found[1]], words[found[2] :]
    if joint := _BEFORE_DAY.search(before):
        name = before[: joint.start()]
        return name if _is_full_name(name) else ""
    if not before.strip(" ([") and (joint := _AFTER_DAY.match(after)):
        name = re.split(_JOINT, after[joint.end() :], maxsplit=1)[0]
        return name if _is_full_name(name) else ""
    return ""


def _is_full_name(name: str) -> bool:
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
        and not any(dates.find_stamp(f"{w} 3, 2012") for w in words)
    )


def _letters(word: str) -> str:
    return re.sub(r"(?<=\w)[-’'.](?=\w|$)", "", word)
