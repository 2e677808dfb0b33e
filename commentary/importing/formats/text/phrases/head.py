"""Wording at the head of a page: lines above the title, URLs, bylines."""

import re

from .patterns import lazy_re_compile, whole_line

# Links above the title.
ABOVE_TITLE = whole_line(
    r"pages?|sidor|seiten|páginas|pagine|pagina['’]?s|strony|страницы|sayfalar|sivut",
    r"feeds|posts|beiträge|articles|articoli|entradas|berichten|inlägg|wpisy|записи|yazılar",
    r"(?:main\s+)?menu",
    r"skip to (?:main |primary |secondary )?(?:content|navigation)",
    r"home",
    r"search(?: for:?| this (?:blog|site))?",
    r"navigation",
    r"advertisements?",
    r"toggle navigation",
    r"subscribe(?: to .{0,40})?",
    r"skip to .{3,20}",
    r"aller au contenu(?: principal)?",
    r"zum inhalt(?: springen)?",
    r"accueil",
    r"startseite",
    r"inicio",
    r"log ?in",
    r"sign in",
    r"saltar al contenido",
    r"ir al contenido",
    r"blog",
    r"post navigation",
    r"leave a comment",
)
# A line with the URL of the captured page.
ADDRESS = lazy_re_compile(
    r"(?P<label>(?:url|source|address|permalink|link|original|page|web page|(?:retrieved|archived|saved|captured) from|adresse|quelle|origine|"
    r"fuente|fonte|bron|källa|źródło|источник)\s?[:：]\s?)?<?(?P<url>https?://[^\s<>\"]{4,480})>?",
    re.I,
)
# The part of a URL that leads to a section of the page.
PART_OF_PAGE = lazy_re_compile(
    r"#.*$|/comment-page-\d+/?(?=$|[?#])|[?&](?:cpage|comment_page)=\d+", re.I
)
# Occurs in no name.
NO_NAME = lazy_re_compile(
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d\d?:\d\d|\b(?:19|20)\d\d\b.*\d|^(?:written|posted|submitted|comment(?:ed)?|kommentar|"
    r"commentaire|comentario) (?:by|von|par|por|de)\b|\|.*\||https?://|^(?:home|about|contact|login|log in|search|menu|archives?|"
    r"categories|next|previous|share|guest|member)$",
    re.I,
)
NAVIGATION_WORD = lazy_re_compile(
    r"\W*(?:main|home|older|newer|previous|next|prev|back|accueil|startseite|inicio|"
    r"(?:older|newer|previous|next|earlier|later) (?:posts?|entry|entries|article|page|story)|"
    r"(?:article|billet|page) (?:précédente?|suivante?)|précédent|suivant|zurück|weiter|vorheriger|"
    r"nächster|anterior|siguiente|entrada más (?:reciente|antigua))\W*",
    re.I,
)
# Bylines by language: the words before the names, and conjunctions between names.
_BYLINE_WORDS = [
    (
        r"(?:(?:written|posted|published|submitted|words|story|text|guest post)\s+)?by\b:?",
        "and & with",
    ),
    (r"(?:author|posted by|written by)s?\s*:", "and &"),
    (r"(?:(?:écrit|publié|rédigé|posté)\s+)?par\b(?:\s?:)?|auteure?s?\s*:", "et &"),
    (
        r"(?:(?:geschrieben|verfasst|veröffentlicht|eingestellt|gepostet)\s+)?von\b:?|autor(?:in|en)?\s*:|text\s*:",
        "und &",
    ),
    (r"(?:(?:escrito|publicado|postado)\s+)?por\b:?|autora?\s*:", "y e &"),
    (r"(?:(?:scritto|pubblicato|postato)\s+)?(?:di|da)\b:?|autore\s*:", "e &"),
    (r"(?:(?:geschreven|geplaatst|gepost)\s+)?door\b:?|auteur\s*:", "en &"),
    (
        r"(?:(?:skriven|skrevet|publicerad|publisert|upplagd|posta[td]|lagt inn|indsendt|text)\s+)?(?:av|af)\b:?|(?:text|tekst)\s*:",
        "och og &",
    ),
    (r"(?:napisane\s+)?przez\b:?|autor\s*:", "i &"),
    (r"(?:kirjoittanut|julkaissut)\b:?|kirjoittaja\s*:", "ja &"),
    (r"(?:szerző|írta)\s*:", "és &"),
    (r"(?:scris|publicat|postat)\s+de\b:?", "și &"),
    (r"(?:napsal|publikoval|vložil)a?\b:?", "a &"),
    (r"oleh\b:?|penulis\s*:", "dan &"),
    (r"(?:публикувано\s+)?от\b:?", "и &"),
    (r"автор\w*\s*:?|написал[аи]?\s*:?", "и &"),
    (r"(?:(?:نوشته\s+شده\s+)?توسط|نوشته[‌ٔ]?\s*(?:ی|از)?|به\s+قلم|به[‌ ]?دست|نویسنده)\s*:?", "و"),
    (r"(?:بقلم|بواسطة|كتبه?|الكاتب)\s*:?", "و"),
    (r"(?:מאת|נכתב על ידי)\s*:?", "ו"),
    (r"(?:yazan|yazar)\s*:?", "ve &"),
    (r"(?:αναρτήθηκε\s+)?από\b:?|συντάκτης\s*:", "και &"),
    (r"(?:文|作者|著者?|執筆|投稿者|作成者|글쓴이|글|작성자)\s*[/:：]", "、 和 と"),
]
BYLINES = [
    (re.compile(rf"(?:{word})(?:\s+|$|(?<=[:：/ ‌]))(.*)", re.I), conjunctions.split())
    for word, conjunctions in _BYLINE_WORDS
]
NAME_SUFFIX = lazy_re_compile(r"(?:jr|sr|ii|iii|iv|ph\.?\s?d|m\.?d|esq|m\.?a|d\.?phil)\.?", re.I)
