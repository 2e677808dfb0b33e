"""Names in the headers of comments on whole pages."""

import re

from .. import phrases
from ..lines import ENDS_SENTENCE, SHORT, is_date_line, is_heading
from ..names import ENDS_SHORTENED, has_sentence_words, looks_like_name, stored_name
from ..phrases.patterns import lazy_re_compile
from .wording import MEMBER_RANK, PICTURE_OF, TWICE

MOST_WORDS = 8
LONGEST = 70  # characters
_LABEL = lazy_re_compile(
    r"(?:comment(?:ary|ed)?|posted?|written|submitted|sent|added|message|reply|response|kommentar|kommentiert|geschrieben|"
    r"verfasst|gespeichert|eingereicht|gepostet|beitrag|antwort|commentaire|message|réponse|posté|rédigé|soumis|publié|envoyé|écrit|"
    r"comentario|comentário|comentado|respuesta|resposta|publicado|enviado|escrito|mensaje|commento|scritto|inviato|pubblicato|messaggio|"
    r"reactie|bericht|geplaatst|ingediend|geschreven|skrevet|skrivet|skrev|inlagd|indsendt|postat|innlegg|inlägg|komentarz|wysłane|"
    r"dodane|przesłane|napisane|napsal|odesláno|отправлено|написал|опубликовано)\s+"
    r"(?:by|from|von|vom|de|du|par|por|di|da|door|van|od|av|af|přez|przez|uživatelem|пользователем)\s*:?\s+(?=\S)|(?:author|name|from|user|autor|von|by)\s*:\s*(?=\S)",
    re.I,
)
_ROLE = lazy_re_compile(
    rf"(?:(?:\s|[(\[|•·–])\s*[(\[|•·–-]?\s*(?:{phrases.UNVERIFIED}|post author|author|autorin|autor|beitragsautor|auteur|autore|op|admin|administrator|moderator|mod|guest|gast|"
    r"subscriber|staff|editor|member|reply|antworten|permalink|#\d{1,4})\s*[)\]]?)+$",
    re.I,
)
# The button that hides a comment, before its name, and what is behind it: points, the number of an account.
_COLLAPSE = lazy_re_compile(r"^\[[–+-]\]\s*")
_BEHIND = lazy_re_compile(
    r"\s+(?:-?\d+ (?:points?|punkte?|pts|likes?|votes?|karma|reputation)|\(\s?\d{1,9}\s?\)|\[?score hidden\]?)$",
    re.I,
)
_POINTS = lazy_re_compile(r"\d+\s(?:points?|punkte?|pts)\b", re.I)  # 42 points by NAME
_SAID_GLUED = lazy_re_compile(
    r"(.+?)(?:says|said|sagte?|schreibt|schrieb|meint|dit|dice|dijo)\s?:", re.I
)
_COUNT = lazy_re_compile(r"\d[\d.,]*(?:\s?[km])?(?:\s[^\W\d]+)?", re.I)  # “122 posts”
_OTHER_STOP = lazy_re_compile(r"[。、！？]")  # in scripts that have no spaces between words
# A line of its own in a header that is no name: a role, a rank, a number.
LABEL_LINE = lazy_re_compile(
    r"(?:post |article |topic )?author|autorin|(?:beitrags|artikel)?autor|auteur(?: de l['’]article)?|autore|op|admin(?:istrator)?|"
    rf"moderator|{MEMBER_RANK.pattern}|guest|gast|invité|member|mitglied|subscriber|editor|staff|says?:?|sagte?:?|dit ?:?|\(?(?:{phrases.UNVERIFIED})\)?|"
    r"\d[\d.,]*[km]?\s(?:posts?|comments?|points?|reputation|followers?|articles?|reviews?|karma|beiträge|kommentare|punkte|messages|"
    r"commentaires|mensajes|comentarios|messaggi|commenti|berichten|reacties|inlägg|posty|komentarze|сообщени[йя]|комментари\w+)|avatar|gravatar|profile picture|profilbild|top rated|pinned|edited|new|verified|\W*[\d.,]{1,7}\W*",
    re.I,
)


def name_in(text: str) -> str | None:
    """Return the name in a line above or next to a time, "" for Anonymous, None for other lines."""
    text = " ".join(text.split()).strip(" |·•,").rstrip("–—-»› ")
    text = _BEHIND.sub("", _COLLAPSE.sub("", text))
    if not text or phrases.BUTTON.fullmatch(text.strip("↓↑→←»« ")) or TWICE.fullmatch(text):
        return None
    if _POINTS.match(text):
        return None
    if len(text) > SHORT or is_date_line(text) or phrases.PINGBACK.fullmatch(text):
        return None
    is_said = bool(found := spoken(text))
    if is_said:
        text = found
    elif text.endswith(":") and not _LABEL.match(text):
        return None  # “Date:”
    text = _LABEL.sub("", text, count=1)
    text = phrases.BEFORE_NAME.sub("", text, count=1)
    text = without_role(text).strip(" |·•,/:").rstrip("–—-@ ")
    text = PICTURE_OF.sub("", text, count=1)
    half = len(text) // 2
    if half > 1 and text[half] == " " and text[:half] == text[half + 1 :]:
        text = text[:half]  # also the alternative text of the picture
    sign = text[0] if text[:1] in ("@", "-") and text[1:2].isalnum() else ""
    text = text.removeprefix(sign)
    if not text.strip("@") or not (is_plausible(text) or is_said and text.isdigit()):
        return None
    name = stored_name(text)
    return sign + name if name else ""


def spoken(text: str) -> str:
    """Return the name in “NAME says:”, "" for other lines."""
    for pattern in (phrases.NAME_SAID, phrases.NAME_SAID_GLUED, _SAID_GLUED):
        if (found := pattern.fullmatch(text)) and found[1]:
            return found[1]
    return ""


def without_role(name: str) -> str:
    """Return a name without “Author” or another role behind it."""
    cut = _ROLE.sub("", name)
    return cut if len(cut) > 1 else name


def is_plausible(text: str) -> bool:
    """Return whether a line can be a name, next to a time that every comment of the page has."""
    if _COUNT.fullmatch(text):
        return False
    if looks_like_name(text):
        return True
    words = text.split()
    if len(text) > LONGEST or len(words) > MOST_WORDS or not any(map(str.isalnum, text)):
        return False
    if phrases.BUTTON.fullmatch(text) or is_heading(text) or _COUNT.fullmatch(text):
        return False
    if text[:3].casefold() in ("re:", "aw:"):  # a subject
        return False
    if ENDS_SENTENCE.search(text) and not ENDS_SHORTENED.search(text) and len(words) > 3:
        return False
    if text[0] in '“"«„[{→←' or "://" in text or _OTHER_STOP.search(text):
        return False
    return not (has_sentence_words(words) and len(words) > 3)
