"""Patterns for the fields of comments: classes for names, dates and texts, and notices on pending
and deleted comments.
"""

import re

from ..text import phrases
from ..text.names import is_nobody, stored_name
from ..text.phrases.patterns import lazy_re_compile
from . import comment_dates as dates

LONGEST_NAME = 100
SHORT = 160

AUTHOR_CLASS = lazy_re_compile(
    r"author|reviewer|auteur|\bautor|verfasser|commenter|commentator|user-?_?name|nick-?_?name|screen-?name|"
    r"display-?name|poster-?name|comment-?user|foaf:name"
)
NAME_CLASS = lazy_re_compile(
    r"(?:^|[\s_-])(?:user|name|poster|by|von|who|nick|from|person|profile)(?:$|[\s_-])"
)
NO_NAME_CLASS = lazy_re_compile(
    r"avatar|gravatar|image|img|photo|icon|picture|author-?(?:info|bio|badge|rank|title|role|posts)|"
    r"usertitle|user-?(?:title|rank|role|posts|info|actions)|badge"
)
DATE_CLASS = lazy_re_compile(
    r"(?:^|[\s_-])(?:date|datetime|time|timestamp|posted|published|created|age|when|datum|fecha|data|"
    r"comment-?date|comment-?time|commentdate|commenttime|permalink|meta|metadata|commentmetadata|"
    r"comment-?meta|submitted|stamp)(?:$|[\s_-])|date|time(?!line)"
)
BODY_CLASS = lazy_re_compile(
    r"(?:^|[\s_-])(?:content|text|body|message|msg|copy|excerpt|commenttext|commentbody|commentcontent|"
    r"comment-?content|comment-?text|comment-?body|comment-?message|contenttext|e-content|entry-content|"
    r"commenttext|post-?text|post-?body|usertext|description|inhalt|texto|texte)(?:$|[\s_-])|"
    r"comment(?:text|body|content|message|copy)"
)
FURNITURE_CLASS = lazy_re_compile(
    r"(?:^|[\s_-])(?:reply|replies|reply-?link|replylink|answer|antworten|edit|likes?|liked|dislike|karma|"
    r"votes?|voting|share|sharing|permalink|says|actions?|buttons?|report|flag|toolbar|tools|moderate|"
    r"delete|counter|admin|badge|rank|tooltip|thumbs?|heartbeats|quote-?link|number|"
    r"comment-?number|score|points|reply-?to|respond|links|cancel|toggle|footer-?meta|awaiting-?moderation|"
    r"item-control)(?:$|[\s_-])"
)
ALWAYS_FURNITURE_CLASS = lazy_re_compile(
    r"(?:^|[\s_-])(?:signature|signatur|signatuur|allekirjoitus|assinatura|podpis|sharedaddy|jp-relatedposts|likebtn[\w-]*|[cp][ds]-rating|cld-[\w-]*|wprm-\S*rating\S*|"
    r"comment-likes|comment-reply|comment-reply-link|comment-awaiting-moderation|screen-reader-text|"
    r"avatar|gravatar|user-?pic|sociable|wpulike|wp-ulike\S*)(?:$|[\s_-])"
)
FURNITURE_TAGS = frozenset(("button", "form", "nav", "label", "input", "img", "figure"))
SUBJECT_CLASS = lazy_re_compile(
    r"(?:^|[\s_-])(?:title|subject|betreff|sujet|asunto|oggetto|onderwerp)(?=$|[\s_-])"
)
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
STRONG = frozenset(("b", "strong", "cite", "h2", "h3", "h4", "h5", "h6", "a", "em", "dt"))
_WORDS = (
    r"on|at|by|from|the|in|of|posted|post|comment|comments|commented|written|submitted|left|added|date|time|name|"
    r"reply|replied|permalink|link|uhr|hrs?|h|von|vom|am|um|schrieb|schreibt|le|la|à|a|par|de|du|posté|el|las?|los|por|"
    r"da|di|il|alle|ore|op|om|door|van|kommentar(?:e|er)?|commentaire|comentario|comentário|commento|reactie|"
    r"pingback|trackback|utc|gmt|says|said|wrote|en|em|às|dia|den|kl|av|af|на|в|от|пишет|"
    r"geschrieben|verfasst|eingetragen|published|publié|publicado|author|autor|auteur|edit|edited|"
    r"visitor|guest|gast|in reply to|this is|on:|und|and|et|y|gesagt|hat|has|"
    r"コメント|投稿|作成者|より|の|在|于|於|发表|發表|گفت|نوشت|در|ساعت|قال|في"
)
META = lazy_re_compile(rf"(?:[\W\d_]|(?<!\w)(?:{_WORDS}|{phrases.SAID})(?!\w))*", re.I)
# A link to the parent by its author: "replied to a comment from Ann".
COMMENT_FROM = lazy_re_compile(
    r"(?:the )?(?:comments? (?:from|by)|kommentar (?:von|av|af)|commentaire d[e'’]|comentario de|comentário de|commento di|reactie van|"
    r"комментарий от)\s*\S.{0,80}",
    re.I,
)
# The end of a link to the parent, after its author.
PARENT_AT_END = lazy_re_compile(r"\S\s*(?:さん)?(?:への|に対する|への?コメントに?)返信\W*$")
# Text after a link to the parent.
PARENT_BEHIND = lazy_re_compile(
    r"\s*(?:さん)?(?:から|へ|に)?の?(?:コメント)?(?:に対する|への|に|へ)?の?返信.*"
)
PARENT = lazy_re_compile(
    r"\(?\s*(?:parent|up|thread parent|уровень выше|parent comment|↑|in (?:reply|response|answer) to|repl(?:y|ied|ying) to|replied to a|"
    r"(?:als )?antwort auf|(?:en )?réponse à|en respuesta a|responde a|(?:em )?resposta a|respondendo a|in risposta a|"
    r"(?:als )?(?:reactie|antwoord) op|(?:som )?svar (?:på|til)|в ответ на|ответ на|odpowiedź na|w odpowiedzi na|"
    r"yanıt olarak|в отговор на|返信先|回复|回覆|در پاسخ به|ردا? على)\b.{0,80}",
    re.I,
)
DELETED = lazy_re_compile(
    r"\W{0,3}(?:(?:this|the|a|your)\s+)?(?:comment|post|message|reply|entry)?\s*(?:has been|was|is|been)?\s*"
    r"(?:deleted|removed|suppressed|hidden)(?: (?:by|because|comment|post|message|for)\b.{0,60})?\W{0,3}|"
    r"\W{0,2}deleted comment\W{0,2}|\W{0,2}удал[её]нн(?:ый комментарий|ое сообщение)\W{0,2}|"
    r"\W{0,2}gelöschter kommentar\W{0,2}|\W{0,2}commentaire (?:supprimé|effacé)\W{0,2}|"
    r"\W{0,2}coment[aá]rio (?:eliminado|borrado|excluído|removido|apagado)\W{0,2}|\W{0,2}commento (?:eliminato|cancellato)\W{0,2}|"
    r"ce (?:commentaire|message) a été (?:supprimé|retiré|effacé).{0,60}|"
    r"(?:dieser|der) (?:kommentar|beitrag) wurde .{0,50}(?:entfernt|gelöscht)\W{0,2}|\W{0,2}kommentar (?:gelöscht|entfernt)\W{0,2}|"
    r"(?:este|el) (?:comentario|mensaje) (?:ha sido|fue) (?:eliminado|borrado|suprimido).{0,60}|"
    r"(?:este|o) (?:comentário|mensagem) foi (?:removid[oa]|excluíd[oa]|eliminad[oa]|apagad[oa]).{0,60}|"
    r"questo (?:commento|post) è stato (?:eliminato|rimosso|cancellato).{0,60}|"
    r"deze (?:reactie|opmerking) is verwijderd.{0,60}|"
    r"(?:den här|denna) kommentaren? har tagits bort.{0,60}|denne kommentar(?:en)? (?:er|har) (?:blevet |blitt )?(?:fjernet|slettet).{0,60}|"
    r"(?:этот )?(?:комментарий|сообщение) (?:был )?удал[её]н(?:о)?.{0,60}|ten komentarz został usunięty.{0,60}|"
    r"bu yorum .{0,40}(?:silindi|kaldırıldı)\W{0,2}|このコメントは.{0,20}削除されました.{0,3}|(?:此|该)评论已被?.{0,10}删除.{0,3}|"
    r"댓글(?:이|을)? .{0,20}삭제.{0,10}|این (?:دیدگاه|نظر) حذف شد.{0,20}|(?:تم حذف|حذف) هذا التعليق.{0,40}",
    re.I,
)
PENDING = lazy_re_compile(
    r"\W{0,3}(?:your |this )?comment (?:is |has been |was )?(?:awaiting|waiting for|held for|queued for|pending) "
    r"(?:moderation|approval).{0,200}|(?:dein|ihr|der) kommentar (?:wartet|muss).{0,120}|"
    r"(?:votre|ce) commentaire (?:est en attente|doit être).{0,120}|(?:tu|su) comentario está (?:pendiente|a la espera|esperando|en espera).{0,120}|"
    r"(?:o seu|seu) comentário (?:está|aguarda).{0,120}|il tuo commento è in attesa.{0,120}|je reactie wacht.{0,120}|"
    r"ваш комментарий (?:ожидает|на модерации).{0,120}|あなたのコメントは承認待ちです.{0,40}|您的评论正在等待审核.{0,40}|"
    r"دیدگاه شما در انتظار.{0,60}|تعليقك في انتظار.{0,60}",
    re.I,
)
BEHIND_DATE = lazy_re_compile(r"\s*[)\]]?\s*[:：]\s*(\S.*)", re.S)
# Text between a date and the name after it: "Le 3 mai par Ann".
BESIDE_DATE = lazy_re_compile(
    r"^\W*(?:(?:le|el|il|am|um|on|at|den|op|em|в)[\s,]+)?"
    r"(?:par|von|by|por|da|di|door|av|af|schrieb|sagte|wrote|said|a écrit|escribió|ha scritto|от|przez)[\s:]+(?=\S)",
    re.I,
)
# Buttons behind the name in a line: "Ann, | # | Reply".
BUTTONS_BEHIND = lazy_re_compile(r"(?<=\w)\s*,?\s*\|.*")
# How much a member of a forum has written, beside a post.
_WRITTEN = r"(?:posts|entries|messages|threads|beiträge|mensajes|messaggi|berichten|сообщени[йя]|inlägg|postów)"
WRITER_COUNT = lazy_re_compile(
    rf"{_WRITTEN}\s*[:：]?\s*\d[\d.,]*|\d[\d.,]*\s+{_WRITTEN}|(?:joined|join date|registered|registriert(?: seit)?)\s*[:：].{{4,30}}",
    re.I,
)
# The line above the text in a guestbook.
TEXT_LABEL = lazy_re_compile(
    r"\W*(?:comments?|message|text|kommentar|nachricht|commentaire|comentario|mensaje|commento|messaggio|reactie|bericht|комментарий|сообщение)\s*[:：]\W*",
    re.I,
)
# The line with the name in a guestbook.
NAME_LABEL = lazy_re_compile(
    r"\W*(?:your |dein |ihr )?(?:name|nom|nombre|nome|naam|namn|navn|imię|имя|名前|お名前|이름|姓名)\s*[:：]\s*(\S.{0,80})",
    re.I,
)
# A name with the sign behind it by which Japanese weblogs and boards tell people apart: "Ann #-".
SIGNED_NAME = lazy_re_compile(r"[\s|｜]*(\S.{0,60}?)\s+[#◆](?:-|[\w./+]{6,12})\W*")
WEB_LABEL = lazy_re_compile(
    r"\W*(?:www|web|web ?site|homepage|home ?page|site|url|link|blog|profile?|webseite|página|sito|сайт)\W*",
    re.I,
)
SCREENED = lazy_re_compile(r"\W*(?:screened|suspicious) comment\W*", re.I)
# Links below comments on LiveJournal and similar sites.
THREAD_BUTTON = lazy_re_compile(
    r"\W*(?:thread|parent|link|expand|collapse|hide|show|track this|flat|freeze|screen|select|top|"
    r"segnala(?: (?:un )?abuso)?|denunciar(?: abuso)?|reportar(?: abuso)?|(?:missbrauch|beitrag|kommentar)? ?melden|signaler(?: (?:un abus|ce commentaire))?|"
    r"rapporteer(?: misbruik)?|anmäl(?: missbruk)?|rapporter(?: misbruk)?|zgłoś(?: nadużycie)?|пожаловаться|report abuse|通報(?:する)?|举报|신고|"
    r"уровень выше|ветвь дискуссии|ссылка|развернуть|свернуть|скрыть|к началу)\W*",
    re.I,
)
WAYBACK = lazy_re_compile(r"https?://web\.archive\.org/web/\d{4,14}(?:[a-z]{2}_)?/(?=https?://)")


PARENT_ATTRIBUTES = frozenset(
    (
        "data-parent",
        "data-parent-id",
        "data-parentid",
        "data-comment-parent",
        "data-parent-comment-id",
        "data-reply-to",
        "data-in-reply-to",
        "data-pid",
    )
)


def tidy_name(text: str, is_exact: bool, is_apart: bool = False) -> str:
    """Normalise a name; "" for anonymous commenters. `is_exact` means that the page marks it as the
    name only, and `is_apart` that no date is next to it.
    """
    text = " ".join(text.split())
    if is_exact:
        text = LABEL.sub("", text)
        said = phrases.NAME_SAID.fullmatch(text)
        if said and said[1] and (said[2] or text.endswith(("…", ":"))):
            text = said[1]
        text = END_OF_NAME.sub("", phrases.STANDING.sub("", text)).strip(" \u200b\ufeff")
        return "" if is_nobody(text) else text
    text = YEARLESS.sub("", OPEN_END.sub("", text))
    text = REPLIED.sub("", phrases.ADDRESSEE.sub("", text))
    if (said := phrases.NAME_SAID.fullmatch(text)) or (
        said := phrases.NAME_SAID_GLUED.fullmatch(text)
    ):
        text = said[1]
    text = phrases.BEFORE_NAME.sub("", text, count=1)
    text = JUNK.sub("", text)
    if not (is_apart and ARTICLE.match(text)):
        text = AT_EDGE.sub("", text)
    text = phrases.ACCOUNT.sub("", text)
    name = stored_name(JUNK.sub("", text))
    is_open = any(name.count(a) != name.count(b) for a, b in ("()", "[]"))
    return name.strip("()[]") if is_open or name[:1] in "([" else name


LABEL = lazy_re_compile(
    r"^(?:(?:comment|kommentar|commentaire|comentario|comentário|commento|reactie|комментарий)\s+)?(?:from|by|von|de|da|от|van)\s*[:：]\s*(?=\S)",
    re.I,
)
OPEN_END = lazy_re_compile(r"\s+(?:on|am|le|el|il|op|em)\s*\.$", re.I)  # before a date
ARTICLE = lazy_re_compile(r"(?:le|el|il)\s+\w")  # of a nickname, rather than of a day
# A date without a year after a name.
YEARLESS = lazy_re_compile(
    r"\s+(?:on|am|le|el|il|op|em)\s+\d{1,2}[/.]\d{1,2}\.?(?:\s+(?:at|um|à|a las|alle|om|às)\b.*)?$",
    re.I,
)
COUNTER = lazy_re_compile(r"[#№]?\d{1,4}[.)]?")
JUNK = lazy_re_compile(r"[\s—–@|,/•·:：、#¶-]+$")
END_OF_NAME = lazy_re_compile(r"(?<=[\w.)])[\s,:：|]+$")
# Text after a name in "A replied to B".
REPLIED = lazy_re_compile(r"\s+(?:replied to|replies to|said in reply to|in reply to)\b.*", re.I)


AT_EDGE = lazy_re_compile(
    r"^(?:kommentar|comment|comentario|commentaire|(?-i:on|am|at|um|von|by|le|el|il)|At|Am|Um|On)\s*[:：,]*\s+(?=\S)|"
    r"\s+(?:on|at|am|um|le|à|el|a las|il|alle|op|om|в|den|kl|,|said|in)\s*$",
    re.I,
)


def may_be_name(text: str, name: str) -> bool:
    """Return whether the result for `text` is a name, or means an anonymous commenter."""
    if not name:
        return bool(text) and is_nobody(tidy_raw(text))
    if len(name) > LONGEST_NAME or phrases.BUTTON.fullmatch(name):
        return False
    return any(sign.isalnum() for sign in name) or len(name) < 12


def tidy_raw(text: str) -> str:
    """Remove "said" and "by", to check whether the rest means anonymous."""
    said = phrases.NAME_SAID.fullmatch(text)
    text = said[1] if said and said[1] else text
    text = AT_EDGE.sub("", phrases.BEFORE_NAME.sub("", text, count=1))
    text = phrases.STANDING.sub("", STRAY_DAY.sub("", text))
    return text.strip(" :,.|—–-…")


# What is left of a date next to a name: "on Thu,".
STRAY_DAY = lazy_re_compile(
    r"\s+(?:on|am|le|el|il|op|em|в|den)?\s*[^\W\d_]{2,4}\.?\s*,?\s*[-–—]?\s*\.?$", re.I
)


def without_stamp(text: str) -> str:
    found = dates.find_stamp(text)
    return (text[: found[1]] + " " + text[found[2] :]).strip() if found else text


def is_label(text: str) -> bool:
    if META.fullmatch(text) or PARENT.fullmatch(text):
        return True
    if len(text) >= 60:
        return False
    return bool(phrases.BUTTON.fullmatch(text) or META.fullmatch(without_stamp(text)))


def without_joints(text: str) -> str:
    """Remove the separators between a name and the rest of its line."""
    return (
        re.sub(r"^[\s:：|–—-]+(?=\S)", "", text).strip() if text[:1] in ":：|–—-" else text.strip()
    )
