"""Wording around the comments of whole pages, in addition to `phrases`."""

import re

from ..phrases.patterns import any_of, whole_line

# A line of a comment form, or the invitation above it.
FORM = re.compile(
    r"(?:kommentar (?:verfassen|schreiben|abgeben|hinterlassen|hinzufügen)|schreibe? (?:hier )?(?:einen?|deinen|ihren|uns einen?) kommentar|"
    r"(?:gib|geben sie) hier (?:deinen|ihren) kommentar ein|trage deine daten unten ein|sag(?:en sie)? (?:uns )?was du denkst|deine meinung|"
    r"enter your comment here|fill in your details below|(?:write|post|add|submit|leave) (?:a|your) (?:comment|reply|response|thought)s?|"
    r"(?:what do you think|join the (?:discussion|conversation)|have your say|share your thoughts|speak your mind|your (?:comment|reply|turn|thoughts))|"
    r"(?:laisse[rz]|écri(?:re|vez)|poster|ajouter) (?:un|votre) commentaire|votre commentaire|saisissez votre commentaire|"
    r"(?:deja|escribe|añad[ei]r?) (?:un|tu) comentario|(?:lascia|scrivi|aggiungi) un commento|(?:geef|plaats|schrijf) een reactie|"
    r"(?:dodaj|napisz|skomentuj) komentarz|zostaw (?:komentarz|odpowiedź)|оставить комментарий|добавить комментарий|"
    r"comment (?:form|as:?|box|author|policy|rules)|kommentarregeln|rate (?:this|the) recipe|recipe rating|"
    r"(?:your )?(?:name|e-?mail|email|mail|website|url|kommentar|comment|nachricht|message|nom|courriel|nombre|nome|correo|naam|imię)"
    r"(?:[- ]?(?:adresse|address|adres))?\s*(?:\*|\(.{3,60}\)|: ?\*))"
    r"[\s.:!?…*↓]*",
    re.I,
)
# A word twice, as in “LikeLiked by 2 people”: a button and its label. “Ivar Ivarson” is a name.
TWICE = re.compile(r"(\w{3,14}?)\1\w{0,3}(?:\s.{0,30})?|(\w{3,14})\s\2", re.I)
# The address of a comment, to be shared.
OWN_LINK = re.compile(r"https?://\S{3,500}#(?:comment|kommentar|c)-?\d+", re.I)
# The alternative text of a commenter's picture: “Avatar Ann”, “Profile picture of Ann”.
PICTURE_OF = re.compile(
    r"(?:user |author )?(?:gr)?avatar(?: image)?(?:\s(?:of|for|von|für|de|di|van|por|para))?\s+(?=\S)|"
    r"(?:profile|user) (?:picture|photo|image)(?:\s(?:of|for))?\s+(?=\S)|(?:profil|benutzer|nutzer)bild(?:\s(?:von|für))?\s+(?=\S)|"
    r"photo (?:de profil )?de\s+(?=\S)|foto (?:de perfil |del profilo |di profilo )?(?:de|di|van|von|do|da)\s+(?=\S)|profielfoto van\s+(?=\S)|"
    r"(?:picture|photo|image) of\s+(?=\S)|zdjęcie profilowe\s+(?=\S)",
    re.I,
)
# What is between buttons, and words next to them.
BETWEEN_BUTTONS = re.compile(r"[\s•|›»·/(),-]+")
BUTTON_TOO = re.compile(
    r"\d+|share|link|permalink|likes?|votes?|up|down|report|flag|quote|edit|teilen|melden|zitieren|gefällt|mir|partager|signaler|compartir|"
    r"citar|citer|rispondi|condividi",
    re.I,
)
# A weekday before a date.
_DAYS = any_of(
    "mon tue tues wed thu thur thurs fri sat sun mo di mi do fr sa so lun mar mer jeu ven sam dim lu ma me je ve "
    "mié jue vie sáb dom gio sab ma wo vr za zo pon wt śr czw pt sob nd пн вт ср чт пт сб вс"
)
INTRODUCES_TIME = re.compile(
    r"(?:(?:[^\W\d]+\s+)?(?:posted|published|commented|written|added|submitted|said|wrote|veröffentlicht|geschrieben|"
    r"verfasst|publié|posté|publicado|pubblicato|geplaatst|date|datum|fecha|data|envoyé|écrit)\b\s*)?"
    rf"(?:\b(?:on|at|am|vom|den|der|le|el|il|em|op|à|en|do|dne|dnia|the)\b)?\s*(?:{_DAYS}\b\.?)?\W*",
    re.I,
)
# The caption of a picture names its source.
CAPTION = re.compile(
    r"(?:[(\[]|\b)(?:foto|bild|photo|image|picture|quelle|source|credit|crédit|fuente)(?:s|o|credit|quelle)?\s?[:©]|^©",
    re.I,
)
# Headings of lists of other comments or articles: nothing below them is a comment of the page.
ELSEWHERE = whole_line(
    r"(?:recent|latest|newest|last|top|popular) (?:comments?|posts?|articles?|entries|stories)",
    r"(?:neue(?:ste)?|letzte|aktuelle|beliebte(?:ste)?) (?:kommentare|beiträge|artikel|posts|einträge)",
    r"(?:derniers?|récents?) (?:commentaires|articles|billets)|(?:commentaires|articles) récents",
    r"(?:comentarios|entradas|artículos) recientes|(?:commenti|articoli) recenti|recente (?:reacties|berichten)",
    r"(?:ähnliche|verwandte|weitere|andere) (?:beiträge|artikel|posts|themen)|(?:related|similar|more) (?:posts?|articles?|stories|content)",
    r"articles? (?:similaires?|liés|connexes)|das könnte (?:dich|sie|dir|ihnen) auch (?:interessieren|gefallen)|you (?:may|might) also (?:like|enjoy).{0,20}",
    r"beitrags-?navigation|post navigation|navigation (?:de l['’]article|des articles)|archiv(?:e|es|o|i)?|kategorien|categories|catégories|schlagwörter|tags|"
    r"blogroll|meta|search|suche|newsletter|subscribe|abonnieren|follow|share this|teilen|about|über mich|impressum",
)
