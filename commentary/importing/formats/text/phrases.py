"""What the pages of many sites and languages say: the tables the text reader goes by.

Each table is a regular expression or a set; all are meant for one short line. Nothing here
decides anything; the modules that use a table say where it counts.
"""

import re


def any_of(words: str) -> str:
    """An alternation of the words, parted by white space; `_` stands for a space in a word."""
    found = {word.replace("_", " ") for word in words.split()}
    longest_first = sorted(found, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first) + ")"


def set_of(words: str) -> set[str]:
    """The words, parted by white space; `_` stands for a space in a word."""
    return {word.replace("_", " ") for word in words.split()}


def whole_line(*patterns: str) -> re.Pattern[str]:
    """A pattern for a whole line, in any case."""
    return re.compile(r"\W{0,4}(?:" + "|".join(patterns) + r")\W{0,6}", re.I)


def button_line(*patterns: str) -> re.Pattern[str]:
    """A pattern for a whole line that is a button: arrows and brackets, but no end of a sentence."""
    return re.compile(r"[\W]{0,3}(?:" + "|".join(patterns) + r")[\s↓→»›>)\]…]{0,4}", re.I)


# ---------------------------------------------------------------- names

# The sign some pages set behind the name of the one who wrote the article.
POST_AUTHOR = re.compile(
    r"(?:post author|article author|auteur de l[’']article|beitragsautor(?:in)?|autor de la entrada|"
    r"berichtauteur|autore articolo|autor do post|inläggs(?:ets )?författare|innleggsforfatter(?:en)?|indlæggets forfatter|"
    r"автор записи|autor wpisu|autor articol|autor de l['’]entrada|kirjoittaja|投稿作成者|文章作者|نویسنده(?: نوشته)?)\W*$",
    re.I,
)
BEFORE_NAME = re.compile(
    r"^(?:(?:#?\d{1,5}\.?\s+)?(?:(?:posted|written|submitted|comment) )?(?:by|from)|(?:kommentar|geschrieben|verfasst|gepostet) von|"
    r"commentaire (?:n°\d+ )?(?:posté )?(?:de|par)|(?:posté|écrit|rédigé|publié) par|comentario (?:de|por)|"
    r"(?:escrito|publicado|enviado|postado) por|commento di|(?:scritto|inviato|postato) da|reactie (?:van|door)|"
    r"(?:geplaatst|geschreven) door|(?:postat|skrivet|skrevet) av|(?-i:Von|Par|Por|Door|Av)|reply|#\d{1,5})\s*:?\s+(?=\S)",
    re.I,
)
# “Submitted by NAME on DATE”, “by NAME on DATE”: a subject may stand above it.
BY = re.compile(
    r"(?:(?:posted|submitted|written) )?by |(?:verfasst |geschrieben )?von |(?:publié |soumis )?par |enviado por ",
    re.I,
)
# A name on a line of its own, behind a word that says so.
LABELLED_NAME = re.compile(
    r"(?:(?:comment|commented|posted|written|submitted) (?:by|from)|from(?=\s?:)|kommentar von|commentaire de|comentario de|"
    r"commento di|reactie van|postat av|skrivet av|publicerad av|投稿者|名前)\s?[:：]\s*(\S.{0,60})",
    re.I,
)
# “(not verified)”, “[Visitor]”: what a site knows about somebody.
STANDING = re.compile(
    r"\s*[\[(](?:not verified|unverified|visitor|guest|member|unregistered|nicht überprüft|besucher|gast|non vérifié|invité|"
    r"visiteur|no verificado|visitante|não verificado)[\])]$",
    re.I,
)
# “Unknown’s avatar”, “Ann’s avatar” above Ann’s name: what is left of a picture.
AVATAR = re.compile(
    r"^(?:avatar (?:de|di|von|van|of) )?(?:inconnu|desconocido|desconhecido|unbekannt|sconosciuto|onbekend|unknown|"
    r"(?P<who>.{1,40}?)(?=(?:['’]s avatar)?\s(?P=who)$))(?:['’]s avatar)?\s+(?=\S)",
    re.I,
)
# “#1” above a comment.
COUNTER = re.compile(r"#?\d{1,4}\.?")
# SAPO: “De NAME a DATE”.
BETWEEN_DE_AND_A = re.compile(r"^De (.+) a$")
# A link beside the name, which stayed as a word.
AFTER_NAME = re.compile(r"[\s|/–—-]+\(?(?:permalink|link|#\d{0,6}|reply)\)?[\s|/]*$", re.I)
OWN_NUMBER = re.compile(r"#\d{1,5}")
# What says that a comment is signed below its text, by language.
COMMENT_BY = (
    r"(?:comment(?:ed)? by|kommentar (?:von|av|af|fra)|commentaire (?:par|de)|comentario (?:por|de)|comentário (?:por|de)|commento (?:di|da)|"
    r"reactie (?:door|van)|komentarz (?:od|autorstwa|przez)|комментарий от|коментар (?:от|від)|komentář od|komentar od|yorum yapan|comentari (?:de|per)|"
    r"kommentti|hozzászólás|comentariu de)"
)
COMMENT_SIGNED = re.compile(rf"{COMMENT_BY}\s.*", re.I)
SIGNS_COMMENT = re.compile(rf"(?:posted|comment|left|written) by:.*|{COMMENT_BY}\s.*", re.I)
COUNTED_NAME = re.compile(r"#?(\d{1,5})\.?\s+(.*[^\W\d_].*)")
# What parts a name from its words. The first group needs nothing after it.
SAID = any_of(
    "הגיב אמר כתב הגיבה אמרה כתבה אמר/ה says said wrote writes commented asks replied dit a_dit écrit a_écrit sagt sagte schrieb schreibt "
    "meint meinte dijo dice escribió comentó ha_dicho disse diz escreveu comentou ha_detto ha_scritto scrive zegt "
    "zei schreef schrijft säger skriver skrev sade sa sier siger mówi pisze powiedział powiedział(a) "
    "napisał napisała napisał(a) говорит пишет сказал сказала сказал(а) написал написала написал(а) "
    "каже коментує сказав říká řekl řekl(a) napsal napsala napsal(a) mondja mondta írta szerint "
    "dedi_ki diyor_ki yazdı a_spus spune sanoo kirjoitti λέει είπε hat_gesagt hat_geschrieben heeft_gezegd sagde ha_dit "
    "комментирует kaže spunea گفت گفته می‌گوید می_گوید نوشت يقول قال قالت تقول كتب كتبت "
    "diu ha_dit va_dir seier ezt_mondja zice powiedział/a řekl/a píše povedal povedal(a) pravi je_napisao napisao "
    "пише сказав каза казва рече אומר mengatakan berkata nói sako parašė"
)
NAME_SAID = re.compile(rf"(.*?)(?:^|\s){SAID}\s?(:|\.{{2,}}|…|：)?\s?:?", re.I)
NAME_SAID_GLUED = re.compile(
    r"(.+?)\s?(?:より|(?:さん)?の(?:コメント|発言)|说道|說道|说|說|表示|提到|님의 말| ?말하길|(?:님의 |님 |의 )?댓글)\s*([:：]|\.{3}|…)\s*"
)
SAID_NAME = re.compile(r"(?:يقول|قال|كتب)\s+(.{1,60}?)\s*:")
# What is left of “NAME on DATE” and of “NAME said, DATE” when the date stands on the next line.
BEFORE_DATE = re.compile(rf"\s+(?:on|at|le|am|el|il|em|op|den|{SAID},)$", re.I)
# “Ann in reply to Bob”, “Ann → Bob”: only the first of them speaks.
ADDRESSEE = re.compile(
    r"\s+(?:in (?:reply|response) to|en réponse à|als antwort auf|en respuesta a|in risposta a|→)\s.*",
    re.I,
)
ACCOUNT = re.compile(r"^(?:blogger|openid|livejournal|typepad|wordpress|ο/η)\s+(?=\S)", re.I)
ACCOUNT_OR_NONE = re.compile(ACCOUNT.pattern + r"|^anonymous\s+(?=\S)", re.I)
ANONYMOUS = set_of(
    "anonymous anon anonyme anonym anonymus anónimo anônimo anonimo anoniem anonymní anonim "
    "anonimowy аноним anonyymi anonymt ανώνυμος isimsiz adsız ناشناس بی_نام مجهول غير_معرف 匿名 "
    "匿名さん 익명 says said..."
)
# Words that sentences are made of and names are not.
SENTENCE_WORDS = set_of(
    "i i'm i’m i've i’ve i'd i’d is are was were am be been has have had do does did don't "
    "don’t can can't can’t will would should could this that these those it it's it’s its you "
    "your you're you’re we they he she my our their his her me us them not so very too if when "
    "why how what where which because but just also here there thanks thank please agree agreed "
    "yes yeah hi hello hey dear sorry wow lol congratulations congrats hooray sure really "
    "exactly indeed absolutely amen nope ditto je j’ai c’est c'est j'ai est suis sont merci pas "
    "très bonjour que qui vous nous ich ist sind war bin nicht sehr danke das wir ihr habe hat "
    "hallo es son está estoy gracias muy que hola yo non sono grazie molto che ciao dank "
    "bedankt niet ik tack jag är inte takk tak jeg است بود شما این که سلام ممنون هذا شكرا "
    "olá oi salut coucou hej hei hoi cześć witam привет здравствуйте merhaba selam liebe lieber querida querido "
    "estimado estimada cher chère kära kjære kære"
)
# Those of them that join what somebody says to a sentence: “What Ann said:”.
JOINING_WORDS = set_of("when why how what where which because but also if here there yes no")
# Those of them that name nobody before a “said”: “And then he said...”
POINTING_WORDS = set_of("i he she they we you it this that")
# Those of them that are names as well when they begin a line.
NAMES_TOO = {
    "will",
    "can",
    "an",
    "das",
    "so",
    "do",
    "he",
    "su",
    "es",
    "son",
    "dank",
    "hello",
    "que",
}
# Short openings that stand where a name would; a name follows none of them.
NOT_NAME_START = re.compile(
    r"(?i:great|nice|good|well|excellent|interesting|awesome|amazing|beautiful|lovely|love|wonderful|"
    r"fantastic|brilliant|perfect|gorgeous|so|no|oh|ah|and|or|edit|update|note|first|second|one|two|"
    r"as|in|on|at|with|about|another|more|some|all|any|every|a few|a couple|poor|sounds|looks|welcome|sending|"
    r"take|keep|back|off|vote|spoiler|trigger|big|definitely|count|quote|"
    r"super|bravo|toll|schön|gut|genau|bueno|excelente|bello|bella|mooi|bra|"
    r"belle|bonne|bon|qué|buen|buena|un|una|muito|boa|bom|очень|спасибо|с|خیلی)\b\s+(?=[^\W\d_A-ZÀ-ÖА-Я])",
)
# Others, whatever follows them.
GREETING = re.compile(
    r"(?:happy (?:birthday|new|easter|holidays?|thanksgiving|anniversary|christmas|belated|(?:mon|tues|wednes|thurs|"
    r"fri|satur|sun)day)|merry (?:christmas|xmas)|(?:best|kind|warm) (?:wishes|regards)|(?:greetings|regards|hello) from|"
    r"frohe[s]?|(?:liebe|viele|schöne|herzliche) grüße|(?:schöne|gute|tolle|guter|schöner|toller) (?=[A-ZÄÖÜ])|"
    r"joyeux noël|bonne année|feliz (?:navidad|año|natal)|с новым годом|(?:go|to|for|from|by|re|point|number|option|"
    r"question|answer) (?=\S))\b",
    re.I,
)
# A line of these alone is a voice, and nobody's name.
EXCLAMATIONS = set_of(
    "no brilliant awesome amazing beautiful excellent fantastic wonderful gorgeous lovely interesting cool great nice "
    "perfect super wow haha hahaha hehe lol omg rofl hm hmm hmmm mm mmm mmmm yum yummy ha heh ah oh ouch oops ugh meh "
    "yay hurrah hooray yep yup nope first second third true right wrong false indeed word bravo kudos congrats "
    "hello hi hey following subscribed bookmarked test testing hugs xoxo xo ditto same this snap agreed absolutely exactly "
    "seconded thirded hear_hear me_too same_here well_said enough_said nuff_said well_done well_put point_taken fair_enough fair_point "
    "of_course quote update edit edited correction note addendum spoiler ps p.s genial super klasse toll schön genau "
    "richtig stimmt danke exactement magnifique superbe chapeau félicitations bellissimo bellissima auguri "
    "complimenti bravissimo parabéns lindo linda felicidades genial gracias abrazos besos отлично спасибо супер "
    "класс браво согласен согласна да нет عالی ممنون آفرین"
)
PARTICLES = set_of(
    "de da do das dos del della der den dem des di du van von vom zu zur zum la le les el al "
    "bin ibn ben abu of the and in y e et und och og ter ten te af av st ap ó o’ a an"
)

# ---------------------------------------------------------------- the head of a page

# Lines above the title that lead elsewhere.
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
# The address that the capture of a page shows of it.
ADDRESS = re.compile(
    r"(?P<label>(?:url|source|address|permalink|link|original|page|web page|(?:retrieved|archived|saved|captured) from|adresse|quelle|origine|"
    r"fuente|fonte|bron|källa|źródło|источник)\s?[:：]\s?)?<?(?P<url>https?://[^\s<>\"]{4,480})>?",
    re.I,
)
# What leads to a part of it.
PART_OF_PAGE = re.compile(
    r"#.*$|/comment-page-\d+/?(?=$|[?#])|[?&](?:cpage|comment_page)=\d+", re.I
)
# What no name holds.
NO_NAME = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d\d?:\d\d|\b(?:19|20)\d\d\b.*\d|^(?:written|posted|submitted|comment(?:ed)?|kommentar|"
    r"commentaire|comentario) (?:by|von|par|por|de)\b|\|.*\||https?://|^(?:home|about|contact|login|log in|search|menu|archives?|"
    r"categories|next|previous|share|guest|member)$",
    re.I,
)
NAVIGATION_WORD = re.compile(
    r"\W*(?:main|home|older|newer|previous|next|prev|back|accueil|startseite|inicio|"
    r"(?:older|newer|previous|next|earlier|later) (?:posts?|entry|entries|article|page|story)|"
    r"(?:article|billet|page) (?:précédente?|suivante?)|précédent|suivant|zurück|weiter|vorheriger|"
    r"nächster|anterior|siguiente|entrada más (?:reciente|antigua))\W*",
    re.I,
)
# Who wrote it, by language: the words before the names, and those between two names.
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
NAME_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|ph\.?\s?d|m\.?d|esq|m\.?a|d\.?phil)\.?", re.I)

# ---------------------------------------------------------------- the body

RELATED = re.compile(
    r"((?:(?:related|more|recommended|similar|further)\s+(?:videos?|articles?|posts?|stor(?:y|ies)|links?|"
    r"reading|coverage|content|news|podcasts?|pictures?|photos?)|related|see also|read also|read more|"
    r"(?:vidéos?|articles?|liens?|billets?)\s+(?:liée?s?|connexes?|similaires?|associée?s?)|(?:à lire|voir|lire) aussi|"
    r"(?:verwandte|ähnliche|weitere|passende)r?s?\s+(?:videos?|artikel|beiträge|links?)|zum thema|siehe auch|mehr zum thema|"
    r"(?:vídeos?|videos?|artículos?|entradas?|artigos?|noticias?)\s+relacionad[oa]s?|ver también|veja também|"
    r"(?:video|articoli|articolo)\s+correlat[oi]|leggi anche|vedi anche|"
    r"(?:gerelateerde?|verwante)\s+(?:video['’]?s?|artikel(?:en)?|berichten)|lees ook|zie ook|"
    r"(?:relaterade?|liknande)\s+(?:videor?|artiklar|inlägg)|läs även|se även|(?:powiązane|podobne)\s+\w+|zobacz też|"
    r"(?:похожие|связанные)\s+\w+|читайте также|см\. также|ویدیوی? مرتبط|مطالب مرتبط|مقالات ذات صلة|اقرأ أيضا?ً?)"
    r"\s?[:：])\s*(.*)",
    re.I,
)
RELATED_BARE = whole_line(
    r"related (?:videos?|articles?|posts?|stor(?:y|ies)|links?|reading)",
    r"articles (?:similaires|liés|connexes)|sur le même thème|ähnliche beiträge|relacionado|(?:entradas|artículos|posts) relacionad[oa]s|"
    r"(?:articoli )?correlati|gerelateerd|relaterade|powiązane|похожее|関連",
)
_LIKE_WORDS = (
    "like j’aime j'aime gefällt_mir me_gusta curtir gosto mi_piace vind_ik_leuk gilla liker synes_godt_om lubię_to "
    "нравится beğen いいね suka tykkää "
)
_LIKE = any_of(_LIKE_WORDS)
# What page builders put between the body and the comments.
UNDER_BODY = whole_line(
    r"share(?: this| on .{1,20})?(?: post| article)?:?",
    r"like this:?(?: like)?(?: loading\.*)?",
    r"like loading\.*",
    r"loading\.*",
    r"tweet",
    r"print",
    r"e?-?mail(?: this)?",
    r"pin it",
    r"facebook",
    r"twitter",
    r"pinterest",
    r"linkedin",
    r"reddit",
    r"tumblr",
    r"whatsapp",
    r"telegram",
    r"advertisements?",
    r"report this ad",
    r"similar posts:?",
    r"email this ?blogthis! ?share to .*",
    r"post navigation",
    r"(?:filed under|filed in|posted in|tagged(?: with| as)?)\s*:?\s.{1,200}",
    r"(?:tags|labels|categor(?:y|ies)|topics|étiquettes|libellés|catégories?|schlagw[oö]rte?r?|kategorien?|"
    r"etiquetas|categorías?|marcadores|etichette|etiketter|etykiety|ярлыки|метки|рубрики|etiketler|tunnisteet|štítky|"
    r"برچسب\u200c?ها|التسميات|ラベル|タグ|カテゴリー|标签|標籤)\s*[:：]\s?.{1,200}",
    r"bookmark the permalink.{0,60}",
    r"permalink|wordpress:",
    r"trackbacks?(?: \(\d+\))?",
    r"trackback url(?: for this entry:?)?.{0,200}",
    r"listed below are links to (?:we)?blogs that reference.{0,200}",
    r"https?://\S*/(?:t/)?trackback/?\S*",
    r"(?:feed )?you can follow (?:this|the) (?:conversation|discussion|responses|any responses).{0,250}",
    r"posted by (?:picasa|hello|picnik)",
    r"(?:read|see|view) (?:full|the full|the rest of this) (?:post|entry|article|story).{0,10}",
    r"(?:links to this post|create a link):?",
    r"print this (?:entry|post|page)",
    r"(?:e-?mail|tweet|like|share)(?: (?:e-?mail|tweet|like|share|print))+",
    r"(?:partager|teilen(?: mit)?|comparte esto|compartir|compartilhe isso|condividi|delen|dela(?: detta)?|del|"
    r"udostępnij|поделиться ссылкой|bunu paylaş)\s?:?",
    rf"{_LIKE}(?: (?:ceci|das|esto|isso|questo|dit|detta|to))?\s?:?"
    r"(?: (?:chargement|wird geladen|cargando|carregando|caricamento|laden|laddar|wczytywanie|загрузка).{0,5})?",
    r".{1,50}(?:blogthis|postalo sul blog|escribe un blog|wrzuć na bloga|dit bloggen) ?!?.{0,120}",
    r"(?:navigation (?:de l['’]article|des articles)|(?:beitrags|artikel)-?navigation|navegación de (?:la )?entradas?|"
    r"navegação d[eo] posts?|navigazione articol[io]|bericht-?navigatie|inläggsnavigering|innleggsnavigasjon|"
    r"indlægsnavigation|artikkelien selaus|nawigacja wpisu|навигация по записям|yazı (?:dolaşımı|gezinmesi)|"
    r"投稿ナビゲーション|文章导航|文章導覽|راهبری نوشته)",
)

# What stands above a list that belongs to the article.
LIST_LABEL = whole_line(
    r"(?:directions?|instructions?|ingredients?|method|preparation|steps|procedure|you (?:will )?need)",
    r"(?:references|(?:foot)?notes|sources|bibliography|works cited|further reading|credits|citations)",
    r"(?:zutaten|zubereitung|quellen|literatur|anmerkungen|ingrédients|préparation|étapes|références|sources)",
    r"(?:ingredientes|preparación|preparo|modo de preparo|fuentes|referencias|ingredienti|preparazione|fonti|note)",
    r"(?:ingrediënten|bereiding|bronnen|ingredienser|källor|składniki|przygotowanie|źródła|ингредиенты|источники)",
)
# What the software of sites writes about an article by itself, wherever it stands.
BY_SOFTWARE = whole_line(
    r"this entry was (?:posted (?:in|on|by)|tagged|filed under) .{1,600}",
    r"view all posts by .{1,60}",
    r"(?:blog )?comments powered by disqus\.?",
    r"please enable javascript to view the comments? powered by disqus\.?",
    r"this site uses akismet to reduce spam\..{0,80}",
    r"%d bloggers like this:?",
    r"related posts plugin for wordpress, blogger",
    r"related posts with thumbnails",
    r"linkwithin(?: .{0,60})?",
    r"this page is powered by blogger\..{0,20}",
)
# Labels above the names of other articles.
OTHER_PAGES = whole_line(
    r"more (?:from|on|in) (?:this|the|our) (?:site|blog|author|writer|category|section|topic|series)|more (?:stories|articles|posts|news)",
    r"(?:recent|latest|newest|popular|other|related|similar|featured|trending|top) (?:posts?|articles?|stories|news|entries|topics?)",
    r"you (?:may|might)(?: also)? (?:like|enjoy|be interested in)(?: .{1,20})?|most (?:read|popular|viewed|shared)|read next|keep reading|"
    r"what to read next|don['’]t miss",
    r"(?:mehr|weiteres) (?:von|aus|zu) .{1,40}|(?:neueste|letzte|aktuelle|weitere|ähnliche|beliebte) (?:beiträge|artikel|themen)|"
    r"das könnte (?:sie|dich)(?: auch)? interessieren|meistgelesen",
    r"(?:articles|billets) (?:récents|populaires|similaires)|derniers articles|à lire aussi|sur le même sujet|vous aimerez aussi",
    r"(?:entradas|artículos|noticias) (?:recientes|populares|relacionadas|relacionados)|te puede interesar|lo más leído",
    r"(?:articoli|post) (?:recenti|correlati|popolari)|potrebbe(?:ro)? interessarti(?: anche)?|(?:posts|artigos|notícias) (?:recentes|relacionados)|"
    r"(?:recente|populaire|meer) (?:berichten|artikelen)|(?:senaste|fler) (?:inlägg|artiklar)|(?:ostatnie|najnowsze|podobne) wpisy|(?:свежие|похожие) записи",
)
# The tabs above a thread, and how it can be sorted: “Comments2”, “Pingbacks (0)”, “Newest”.
TAB = whole_line(
    r"(?:comments?|responses?|replies|discussion|pingbacks?|trackbacks?|pings?|kommentare?|commentaires?|comentarios?|comentários?|commenti|"
    r"reacties|kommentarer|wordpress|blogger|site|facebook|google\+?|twitter|disqus|webmentions?|mentions?|reactions?|likes?|shares?|tweets?|ratings?|all|"
    r"newest|oldest|best|most (?:voted|liked|popular|recent|replies)|recent|popular|top|newest first|oldest first|login|subscribe|rss)"
    r"\s?[:(\[]?\s?\d{0,6}\s?[)\]]?",
)
# wpDiscuz: how its threads are sorted, what stands above a name, its votes, and whom a reply is for.
DISCUZ_SORT = whole_line(
    r"newest ?oldest(?: ?most voted)?|(?:newest|oldest|most voted)(?: (?:newest|oldest|most voted)){1,2}"
)
DISCUZ_RANK = whole_line(
    r"guest|member|admin|administrator|author|editor|contributor|subscriber|active member|noble member|new member|trusted member"
)
DISCUZ_VOTES = re.compile(
    r"vote up ?[+-]?\d* ?vote down.{0,20}|[+-]?\d+ ?\|? ?reply(?: ?-.{0,20})?", re.I
)
DISCUZ_REPLY_TO = re.compile(r"reply to\s+(\S.{0,60})", re.I)
# What a list below a title says of the article besides its date: “in Boats”, “1 comment”, “by Ann”.
POST_DATA = whole_line(
    r"(?:by|in|on|posted|filed|tagged|tags?|categor(?:y|ies)|von|par|por|di|da|door|av|af|przez|автор)\b.{0,80}",
    r"(?:leave|add|post|write) (?:a )?(?:comment|reply)|(?:permalink|print|e-?mail|edit|share|tweet)",
    r"\d{1,6} (?:views?|likes?|shares?|min(?:ute)?s?(?: read)?|reads?|votes?)|uncategori[sz]ed",
)
# Below the title of a page of Hacker News and the like.
POINTS = re.compile(r"\d[\d,.]* points? (?:submitted )?by \S.{0,200}", re.I)
POINTS_COMMENTS = re.compile(r"\|\s*(\d{1,6})\s(?:comments?|replies)\b", re.I)
# What stands behind the name and the date there.
THREAD_LINKS = re.compile(
    r"(?:\s*\|\s*(?:root|parent|next|prev|context|link|favorite|flag|on: .{1,80}))+\s*(?:\[[–—+\d -]{1,6}(?: more)?\])?$|\s*\[[–—+-]\]$",
    re.I,
)
# Where a row of buttons begins, and below it the names of other articles.
SHARING = whole_line(
    r"(?:share|rate) this(?: post)?:?",
    r"like loading\.*",
    r"teilen(?: mit)?:",
    r"partager\s?:",
    r"comparte(?: esto)?:",
)
ENDS_CLOSED = re.compile(r"comments (?:and pings )?are (?:now |currently )?closed\W*$", re.I)
# Blogger's other articles, below the form of every page of its newer themes.
OTHER_ARTICLES = whole_line(
    r"popular posts from this blog",
    r"posts les plus consultés de ce blog",
    r"beliebte posts aus diesem blog",
    r"entradas (?:más )?populares de este blog",
    r"post popolari in questo blog",
    r"postagens mais visitadas deste blog",
    r"populaire posts van deze blog",
)

# ---------------------------------------------------------------- the heading of the comments

NUMBER_WORDS = {
    word.casefold(): number
    for number, words in {
        0: "no zero aucun aucune pas_de keine kein ningún ningun sin nessun nessuna geen inga ingen nenhum "
        "nenhuma sem brak нет žádné hiç ei_yhtään هیچ بدون لا لا_توجد no_hay pas_encore_de noch_keine nog_geen aún_no_hay "
        "todavía_no_hay cap nema нема няма niciun ni žiadne belum_ada tidak_ada χωρίς 无 無",
        1: "one a an un une uno una ein eine een één eén en én ett et um uma jeden jedna один одна jedno bir yksi μία یک "
        "واحد واحدة אחת אחד éin unha одно едно един egy ένα jedan satu 一",
        2: "two deux zwei dos due twee två to dois dwa два",
        3: "three trois drei tres tre drie três trzy три",
        4: "four quatre vier cuatro quattro",
        5: "five cinq fünf cinco cinque vijf fem",
        6: "six sechs seis sei zes sex seks",
        7: "seven sept sieben siete sette",
        8: "eight huit acht ocho",
        9: "nine neuf neun nueve",
        10: "ten dix zehn diez tien",
        11: "eleven onze elf",
        12: "twelve douze zwölf",
    }.items()
    for word in set_of(words)
}
_COMMENTS = (
    r"(?:תגובות|תגובה|מחשבות|מחשבה|responses?|comments?|thoughts?|opinions?|repl(?:y|ies)|réponses?|commentaires?|réflexions?|réactions?|avis|gedanken?|(?:leser-?)?kommentare?|"
    r"antwort(?:en)?|reaktion(?:en|er)?|comentarios?|respuestas?|pensamientos?|opini(?:ón|ones|ão|ões)|reacciones|comentários?|"
    r"respostas?|pensamentos?|ideias?|considera(?:ção|ções)|comentaris?|respostes|pensaments?|"
    r"comment[oi]|rispost[ae]|pensier[oi]|reacties?|gedachte[ns]?|antwoord(?:en)?|opmerking(?:en)?|kommentarer?|kommentit?|kommenttia?|vastaus(?:ta)?|"
    r"ajatus(?:ta)?|svar|tank(?:e|ar|er)|mening(?:er)?|"
    r"komentarz[ey]?|odpowiedzi|odpowiedź|myśl[i]?|uwag[ai]?|komentář[eů]?|odpověď|odpovědi|myšlen(?:ka|ky|ek)|komentár(?:e|ov)?|"
    r"komentar(?:a|i|ja|ji|jev|ai|as|ų)?|комментари[йяиев]+|ответ(?:ов|а|ы)?|мысл[ьией]+|мнени[еяй]|отзыв\w*|"
    r"коментар(?:а|і|ів|и|ь)?|мишљењ[ае]|дум(?:ка|ки|ок)|yorum(?:lar)?|yanıt|düşünce|σχόλι[αο]|απάντηση|απαντήσεις|σκέψ(?:η|εις)|"
    r"hozzászólás|megjegyzés|gondolat|comentarii|comentariu|răspuns(?:uri)?|gând(?:uri)?|دیدگاه(?:‌?ها)?|نظر(?:ات|ی)?|پاسخ|فکر|"
    r"تعليق(?:ات|ان)?|ردود|رد|آراء|رأي|أفكار|فكرة|tanggapan|pemikiran|bình luận|nhận xét|phản hồi|"
    r"コメント|件のコメント|件のフィードバック|[条條][评評][论論]|[条條则則个個]?(?:回复|回覆|回應|留言|迴響|评论|評論)|个想法|개의\s(?:댓글|생각|응답)|댓글)"
)
_NUMBER = (
    r"(?:\d{1,3}(?:[,.'’\u2009\u202f\u00a0\s]\d{3})+|\d{1,7}|"
    + "|".join(sorted((re.escape(w) for w in NUMBER_WORDS), key=len, reverse=True))
    + ")"
)
_TO = (
    r"(?:to|on|about|for|so far|in response|à|sur|pour|au sujet|de|zu|auf|über|en|a|sobre|para|em|su|riguardo|op|over|på|om|omkring|till?|do|w|"
    r"na|nt|u|pada|untuk|về|la|despre|a\(z\)|erről|artikkel\w+|к|на|для|о|до|към|за|στο|σχετικά|για|için|برای|به|در|على|علی|حول|ל|על|בנושא)"
)
HEADINGS = [
    # 7 Responses to “Title”; 22 thoughts on “Title; 9 comments: ; 5 Comments so far
    re.compile(
        rf"\W{{0,3}}(?:there (?:are|is) |showing |هناك )?({_NUMBER})\s*(?:user |reader |de )?{_COMMENTS}(?:\s*[:：.!»↓▼}})\]]*|\s+{_TO}\b.*|(?-i:\s+[A-ZÄÖÜÉ][^.!?…“”\"]{{2,60}})|"
        r"\s+and \d{1,4} (?:track|ping)backs?\W{0,3}|\s*[|»:,·•–—-]\s*(?:leave|add|post|skip|jump|write|read|feed|rss|comments?)\b.{0,60}|\s+(?:add|ajouter|añadir|agrega|adicione|aggiungi) .{1,30}|\s+yet\b.{0,40}|"
        r"\s*[\[(].{0,60}[\])]|\)?\s*[-…]\s*\(?(?:post|read)\b.{0,40}|\s?[:：]\s.{1,200}|\s*[:：–—-]?\s*[“\"«„‘'「《].*)",
        re.I,
    ),
    # Comments (2); Voir les Commentaires (33); Comments: 4; Comments [3]
    re.compile(
        rf"\W{{0,3}}(?:view |show |all |reader |user |voir les |alle |ver |هناك )*(?:{_COMMENTS}|discussion)\s*(?:[(\[（]\s*({_NUMBER})\s*[)\]）]|[:：]\s*({_NUMBER}))\W{{0,3}}(?:\|\s*(?:trackback|トラックバック)\W*\d*\W*)?",
        re.I,
    ),
    # “Title” has 3 comments; 「Title」への3件のフィードバック; 《Title》上有 3 条评论
    re.compile(
        rf"[在对對]?[“\"«„「《〈].{{1,250}}[”\"»“」》〉][^”\"»“」》〉]{{0,20}}?({_NUMBER})\s*{_COMMENTS}(?:があります)?\W{{0,3}}",
        re.I,
    ),
    # The same without quotation marks, where the language tells.
    re.compile(
        rf".{{1,250}}?(?:\siçin\s({_NUMBER})\s(?:yanıt|yorum)|:\s({_NUMBER})\sком+ентар\w+|有\s?[“「]\s?({_NUMBER})\s?則迴響\s?|"
        rf"\s?への\s?({_NUMBER})\s?件の(?:フィードバック|コメント)|의\s댓글\s({_NUMBER})개)\W{{0,3}}",
        re.I,
    ),
    # This article has 4 comments
    re.compile(
        rf"this (?:article|post|entry|story|page) has ({_NUMBER}) {_COMMENTS}(?: so far)?\W{{0,3}}",
        re.I,
    ),
    # (3) Comments
    re.compile(rf"[(\[]({_NUMBER})[)\]]\s*{_COMMENTS}\W{{0,3}}", re.I),
    # תגובה אחת ל-; رد واحد على: one
    re.compile(
        rf"(?:هناك\s)?(?:תגובה|מחשבה|رد|رأي|تعليق|فكرة)\s(אחת|واحدة?)(?:\s?[:：]?|\s+{_TO}.*)", re.I
    ),
    # 댓글 3개; 有 3 条评论
    re.compile(rf"(?:{_COMMENTS}|有|共)\s*({_NUMBER})\s*(?:개|件|{_COMMENTS})?\W{{0,3}}", re.I),
]
# A quotation that goes on to the end of the line.
UNCLOSED = re.compile(r"\s[“\"«„][^“”\"«»„]+$")
# None, in languages that say it in other ways than “no” and a noun.
NO_COMMENTS = whole_line(
    r"(?:hiç|henüz) yorum yok",
    r"ei kommentteja",
    r"nincsenek megjegyzések",
    r"niciun comentariu",
    r"δεν υπάρχουν σχόλια",
    r"немає коментарів",
    r"אין תגובות",
    r"ليست هناك تعليقات",
    r"هیچ نظری موجود نیست",
    r"没有评论|沒有留言",
    r"댓글 없음",
    r"コメントは(?:まだ)?(?:ありません|まだありません)|コメントなし",
    r"không có nhận xét nào",
)
_PLURAL = (
    r"(?:comments|responses|replies|commentaires|réponses|réactions|kommentare|antworten|comentarios|respuestas|comentários|"
    r"respostas|commenti|risposte|reacties|opmerkingen|kommentarer|kommentit|komentarze|komentáře|komentari|комментарии|отзывы|"
    r"коментари|коментарі|yorumlar|σχόλια|hozzászólás(?:ok)?|comentarii|comentaris|دیدگاه[‌ ]?های?|نظرات|تعليقات|التعليقات|תגובות|"
    r"コメント|评论|評論|迴響|留言|댓글)"
)
# Comments; Comments on "Title"; Kommentare; no number in it
HEADING_BARE = re.compile(
    r"(?:この記事への|この投稿への|この記事に対する)コメント(?:一覧)?|"
    rf"\W{{0,3}}(?:(?:reader|user|your|all|the|les|die|los|los|i|de) )?"
    rf"(?:{_PLURAL}|discussion|conversation|diskussion)"
    rf"(?:\s+{_TO}\b.{{0,250}}|\s*[:：]?\W{{0,3}})",
    re.I,
)
# Typepad's link above the comments, and its notice below them.
TYPEPAD_FEED = whole_line(
    r"(?:feed )?you can follow this conversation by subscribing to the comment feed for this post"
)
TYPEPAD_CLOSED = whole_line(r"the comments to this entry are closed")
PINGBACKS_HEADING = re.compile(
    r"\W{0,3}(?:\d{1,4}\s+|one\s+|no\s+)?(?:trackbacks?|pingbacks?|pings?)(?:\s*(?:/|&|and|,|\+)\s*(?:trackbacks?|pingbacks?|pings?))?"
    r"(?:\s*\(\d+\)|\s+(?:to|on|for|so far)\b.*)?\W{0,3}",
    re.I,
)

# ---------------------------------------------------------------- within the comments

PINGBACK = re.compile(
    r"(pingback|trackback|ping|retroenlace|retroenllaç|rétrolien|backlink|tilbaketråkk|tilbakeping|paluuviite|visszajelzés|"
    r"geri bildirim|povratni ping|ping balik|уведомление|παράθεμα|פינגבא?ק|بازتاب|تعقيب|ピンバック|トラックバック|핑백|"
    r"引用通告|通告)s?\s?(?:[:：]|\s(?:by|from|von|de|par))\s*(.*)",
    re.I,
)
EXCERPT = re.compile(r"\[?\[(?:…|\.{3})\]\]?.*\[(?:…|\.{3})\]\]?\W*", re.S)
BUTTON_WORD = any_of(
    _LIKE_WORDS
    + "reply replies delete edit quote share flag collapse permalink like unlike upvote downvote "
    "répondre réponse réponses supprimer modifier éditer citer signaler signaler_un_abus permalien "
    "antwort antworten löschen bearbeiten zitieren melden responder respuestas eliminar borrar suprimir editar citar "
    "denunciar enlace_permanente respostas excluir apagar rispondi risposte elimina modifica cita segnala "
    "beantwoorden beantwoord reageren reageer antwoord verwijderen bewerken bewerk citeren rapporteer "
    "svara svar radera ta_bort redigera anmäl rapportera citera besvar slett slet rediger endre vastaa poista muokkaa "
    "odpowiedz odpowiedzi usuń edytuj cytuj ответить ответы удалить изменить редактировать цитировать "
    "відповісти видалити odpovědět smazat vymazat upravit odpovedať odstrániť yanıtla yanıtlar cevapla sil düzenle "
    "απάντηση διαγραφή válasz törlés răspunde răspundeți ștergere respon balas hapus trả_lời xóa "
    "odgovori izbriši obriši uredi отговор одговори השב מחק הגב رد الرد حذف تحرير پاسخ پاسخ_دادن پاسخ_دهید ویرایش "
    "返信 返信する 削除 編集 引用 回复 回覆 删除 刪除 编辑 編輯 답글 응답 삭제 편집"
)
BUTTON = button_line(
    # Reply; ReplyDelete; Me gustaMe gusta
    rf"(?:{BUTTON_WORD}\s?){{1,4}}",
    r"reply to (?:this|[^:;,!?]{1,39}[^:;,.!?])",
    r"reply\)?(?: ?\(?(?:thread|parent)\)?){1,2}",
    r"reply ?link",
    r"(?:log|sign) ?in to (?:reply|leave a comment)",
    r"(?:comment permalink|link(?: to this(?: comment)?)?)",
    r"quote this",
    r"flag(?: this)?(?: comment)?",
    r"report(?: (?:as )?(?:abuse|abusive|this|comment|spam|user|inappropriate))?|complain about this comment",
    r"like(?: like)? ?\(?\d*\)?",
    r"(?:liked by|aimé par|gefällt|le gusta a|curtido por|piace a|gillas av) \d+ .{1,12}",
    r"loading\.*",
    r"(?:show|hide|view)(?: \d+)? (?:more )?repl(?:y|ies)(?: ?\(\d+\))?",
    r"your comment is awaiting moderation",
    r"expand full comment|(?:read|show|view|see) (?:full|whole|entire|more of this|all of this) comment|collapse comment",
    r"vote up ?[+-]?\d* ?vote down(?: {0,3}reply)?|[+-]?\d+ ?vote (?:up|down)(?: {0,3}reply)?",
    r"\(edit\)",
    r"load more(?:\.*| comments)",
    r"add comment",
    r"(?:répondre à|responder a|rispondi a) [^:;,!?]{1,39}[^:;,.!?]",
    r"auf .{1,40} antworten",
    r"הגב ל.{1,40}",
    r"connectez-vous pour répondre|zum antworten anmelden|anmelden,? um zu antworten|accede para responder|"
    r"inicie sess[ãa]o para responder|accedi per rispondere|logga in för att svara|logg inn for å svare|"
    r"zaloguj się, aby odpowiedzieć|войдите, чтобы ответить",
)
# Of these, the one that stands below every comment.
_REPLY = any_of(
    "reply répondre antworten responder rispondi beantwoorden reageer reageren svara svar besvar vastaa odpowiedz ответить "
    "відповісти odpovědět odpovedať yanıtla cevapla απάντηση válasz răspunde răspundeți respon balas پاسخ پاسخ_دادن رد الرد "
    "השב הגב 返信 返信する 回复 回覆 답글"
)
# LikeLike, J’aimeJ’aime: the button of WordPress.com and its label.
LIKES = re.compile(rf"({_LIKE})\s?\1", re.I)
REPLY = button_line(
    r"expand full comment",
    rf"(?:log ?in to )?{_REPLY}(?:\s?{BUTTON_WORD}){{0,2}}(?: ?↓)?",
    rf"(?:{_LIKE}\s?){{2}}",
)
# Blogger's two buttons as one word; the comment below them may be glued to it.
TWO_BUTTONS = re.compile(
    r"((?:ReplyDelete|RépondreSupprimer|AntwortenLöschen|Responder(?:Excluir|Eliminar|Borrar|Suprimir|Apagar)|RispondiElimina|"
    r"BeantwoordenVerwijderen|Svara(?:Radera|Ta bort)|SvarSlett?|VastaaPoista|OdpowiedzUsuń|ОтветитьУдалить|ВідповістиВидалити|"
    r"YanıtlaSil|OdpovědětVymazat|ΑπάντησηΔιαγραφή|VálaszTörlés|RăspundețiȘtergere|ResponElimina|BalasHapus)"
    r"(?:Replies|Réponses|Antworten|Risposte|Reacties|Respostas|Respuestas|Ответы|Odpowiedzi|Svar)?)(.*)"
)
# The second of them alone, below a reply; what follows it may be glued to it.
LONE_DELETE = re.compile(
    r"(Delete|Supprimer|Löschen|Excluir|Eliminar|Borrar|Suprimir|Apagar|Elimina|Verwijderen|Radera|Ta bort|Slett|Slet|"
    r"Poista|Usuń|Удалить|Видалити|Sil|Vymazat|Διαγραφή|Törlés|Ștergere|Hapus)(?:(?=[A-ZÀ-ÖØ-ÞА-ЯΑ-Ω“\"«„(])(.+))?"
)
# Other pages of the same thread.
_OLDER_OR_NEWER = (
    r"(?:older|newer|previous|next|earlier|more|recent|anciens|précédents|nouveaux|antérieurs|ultérieurs|suivants|"
    r"plus (?:anciens|récents)|récents|ältere|neuere|(?:más )?(?:antiguos|anteriores|recientes|siguientes|nuevos|viejos)|"
    r"(?:mais )?(?:antigos|recentes|anteriores)|(?:més )?(?:antics|recents|anteriors)|(?:più |meno )?(?:vecchi|precedenti|recenti|nuovi|seguenti)|"
    r"oudere|nieuwere|nieuwe|äldre|nyare|ældre|eldre|nyere|vanhemmat|uudemmat|nowsze|starsze|starší|novější|stariji|noviji|"
    r"предыдущие|следующие|старые|новые|старіші|новіші|по-стари|по-нови|(?:daha )?(?:eski|yeni)|korábbi|újabb|"
    r"mai (?:vechi|noi)|παλ(?:αι)?ιότερα|ν[εέ][οώ]τερα|(?:ישנות|חדשות)(?: יותר)?|(?:ال)?أ(?:قدم|حدث)|قدیمی‌تر|تازه‌تر|کهنه‌تر|پیشین|"
    r"過去の|以前の|古い|新しい|最新の|较[早旧新]|較[早舊新]的|早前|이전|다음|예전|새로운)"
)
PAGING = whole_line(
    rf"{_OLDER_OR_NEWER}\s?{_PLURAL}|{_PLURAL}\s{_OLDER_OR_NEWER}",
    r"(?:older|newer|previous|next|earlier|more|recent) comment",
    # Comment navigation
    r"comments? navigation|(?:kommentarnavi|kommentar-navi|kommentarsnavi|reactienavi|hozzászólás navi)\w+|kommentar navigation|"
    r"nav[ei]g\w+(?: \w+){0,2} (?:com+ent|kom+ent|reacti)\w*|нав[иі]гац\w+ \w+ ком+ентар\w+|"
    r"nawigacja po komentarzach|kommenttien selaus|yorum (?:dolaşımı|gezinmesi)|πλοήγηση σχολίων|ניווט ב?תגובות|ناوبری دیدگاه|"
    r"تصفح التعليقات|コメントナビゲーション|评论导航|評論導航列|댓글 (?:네비게이션|탐색)",
    r"(?:page )?\d+ of \d+",
    r"comment pages?:?.*",
    r"(?:load|show|view) (?:more|older|newer|all) comments.{0,12}",
    r"sort by.{0,40}",
    r"(?:newest|oldest|best)(?: first)?",
    r"newest ?oldest.{0,20}",
    r"(?:subscribe|rss).{0,40}(?:comments|feed|post|entry).{0,20}",
    r"(?:add|skip to|jump to).{0,20}(?:yours|comments?|form).{0,10}",
    r"comments? (?:rss|feed).{0,20}",
    r"feed for comments.{0,30}",
)

# ---------------------------------------------------------------- after the comments

CLOSED = whole_line(
    r"(?:ה)?תגובות(?: .{0,40})? סגורות(?: .{0,40})?",
    r"סגור לתגובות.{0,40}",
    r"(?!.*\b(?:I|my)\b)(?:sorry,? )?(?:the |all |new |further )?(?:comments?|comment (?:form|section|thread)s?|commenting|discussion|responses|thread)"
    r"(?: .{0,50}?)? (?:is|are|has been|have been|were|was) (?:now |currently )?(?:closed|disabled|off|turned off|switched off|locked|not allowed|"
    r"no longer (?:open|accepted|allowed|possible))(?: (?:for|on|to|at|after|by|here|now|due|because|in|as)\b.{0,80})?",
    r"(?:comments?|discussion) (?:now )?(?:closed|disabled|off)(?: (?:on|for) .{0,200})?",
    r"both comments and pings are (?:now |currently )?closed",
    r"(?:this|the) (?:post|entry|article|story|topic|thread|blog|page|discussion) (?:is|has been) (?:now )?(?:closed|locked)(?: (?:to|for) .{0,40})?",
    r"(?:you can )?no (?:new|more|further) comments?(?: .{0,40})?",
    r"responses are currently closed.{0,60}",
    r"(?:désolé, )?(?:les |tous les )?commentaires(?: .{0,40})? (?:sont|ont été) (?:désormais |maintenant |actuellement )?(?:fermés|clos|désactivés|verrouillés).{0,30}",
    r"commentaires? (?:fermés?|clos|désactivés?)(?: sur .{0,200})?|les commentaires ne sont pas (?:permis|autorisés)",
    r"(?:la )?discussion est (?:close|fermée)",
    r"(?:die |alle )?(?:kommentare|kommentarfunktion|diskussion|kommentierung)(?: .{0,40})? (?:ist|sind|wurden?) (?:nun |jetzt |derzeit |leider )?"
    r"(?:geschlossen|deaktiviert|beendet|abgeschaltet|gesperrt)",
    r"kommentare (?:geschlossen|deaktiviert)(?: für .{0,200})?",
    r"(?:los |las )?(?:comentarios|respuestas)(?: .{0,40})? (?:están|han sido|estan) (?:cerrad[oa]s|desactivad[oa]s|deshabilitad[oa]s)",
    r"comentarios (?:cerrados|desactivados)(?: en .{0,200})?",
    r"(?:i )?commenti(?: .{0,40})? (?:sono|sono stati) (?:chiusi|disabilitati)",
    r"commenti (?:chiusi|disabilitati)(?: su .{0,200})?",
    r"(?:os )?comentários(?: .{0,40})? (?:estão|foram) (?:fechados|encerrados|desativados|desabilitados)",
    r"comentários (?:fechados|encerrados|desativados)(?: em .{0,200})?",
    r"(?:de )?(?:reacties|reactiemogelijkheid|commentaren)(?: .{0,40})? (?:zijn|is) (?:gesloten|uitgeschakeld)",
    r"reacties (?:gesloten|uitgeschakeld).{0,200}",
    r"reageren is niet (?:meer |langer )?mogelijk",
    # New comments are not allowed
    r"aucun nouveau commentaire n['’]est autorisé|es sind keine neuen kommentare zulässig|no se permiten comentarios nuevos|"
    r"nuevos comentarios no permitidos|não são permitidos novos comentários|non sono consentiti nuovi commenti|"
    r"nieuwe reacties zijn niet toegestaan|nye kommentarer er ikke till?a[td]t|det är inte tillåtet att lägga till nya kommentarer|"
    r"uusia kommentteja ei sallita|nie są dozwolone nowe komentarze|добавление комментариев запрещено|"
    r"yeni yorumlara izin verilmiyor|コメントを投稿することはできません|不允许发表新评论",
    r"(?:kommentarer|kommentarerna|kommentarene|kommentering|kommentarsf(?:ältet|unktionen)|kommentarf(?:ältet|unktionen|eltet))"
    r"(?: .{0,40})? (?:är|er|har) (?:nu )?(?:stäng[dt]a?|inaktiverade|lukket|stengt|avstäng[dt]a?|avslått|slået fra)",
    r"kommentarer inaktiverade.{0,200}|kommentering avstängd",
    r"(?:der er |det er )?(?:lukket|stengt) for kommentarer(?: (?:til|på) .{1,200})?",
    r"(?:możliwość komentowania|komentowanie)(?: .{0,60})? (?:jest|została) (?:wyłączon[ae]|zamknięt[ae])",
    r"komentowanie (?:wyłączone|zamknięte)",
    r"komentarze (?:są |zostały )?(?:zamknięte|wyłączone).{0,30}",
    r"комментарии(?: .{0,200})? (?:закрыты|отключены|запрещены)",
    r"(?:обсуждение|комментирование) (?:закрыто|запрещено)",
    r"коментари(?:те)? са (?:затворени|изключени|забранени)|затворено за коментаре|коментари су онемогућени",
    r"коментарі закрит[іо]",
    r"komentáře (?:jsou |byly )?(?:uzavřeny|uzavřené|vypnuty|zakázány)|komentáre sú (?:uzavreté|zakázané)",
    r"komentari su (?:zatvoreni|isključeni)|komentarji so zaprti|komentar ditutup|els comentaris estan tancats",
    r"komentáře nejsou povoleny",
    r"(?:.{1,200} için )?yorumlar (?:kapalı|kapatıldı|kapatılmış).{0,20}",
    r"yorum yapma kapalı.{0,30}",
    r"kommentointi (?:on suljettu|ei ole käytössä)",
    r"kommentit (?:on )?(?:suljettu|pois päältä).{0,40}",
    r"τα σχόλια (?:(?:είναι|έχουν) (?:κλειστά|κλείσει|απενεργοποιημένα)|δεν επιτρέπονται)",
    r"δεν επιτρέπεται σχολιασμός",
    r"(?:a )?hozzászólások (?:lezárva|le vannak zárva|letiltva|jelenleg nem engedélyezettek.{0,30})|hozzászólás jelenleg nem lehetséges",
    r"comentariile (?:nu )?sunt (?:închise|dezactivate|permise)",
    r"(?:دیدگاه|نظر|کامنت)\u200c?\s?(?:ها|ات)?(?:ی .{0,40})? (?:بسته|غیرفعال|غیر فعال) (?:شده\u200c?\s?(?:اند|است)|است|هستند|می\u200c?باشند|می\u200c?باشد)",
    r"امکان (?:ارسال|ثبت|درج) (?:دیدگاه|نظر) وجود ندارد",
    r"(?:ال)?تعليقات (?:مغلقة|مغلقه|معطلة)(?: .{0,40})?",
    r"باب التعليق(?:ات)? مغلق",
    r"(?:.{1,200}\sは\s?)?コメント(?:は|を)受け付けていません",
    r"コメントを?は?(?:閉じられています|停止中です|終了しました|締め切りました).{0,5}",
    r"(?:评论|評論|留言|迴響)(?:功能)?(?:已|已经|已經)?被?(?:关闭|關閉)",
    r"댓글[이은] (?:닫혀 ?있습니다|닫혔습니다|마감 ?됐습니다)",
    r"댓글을 (?:달|쓸) 수 없습니다",
)
# What bloggers say above the form; an article may end in asking for comments.
MESSAGE = re.compile(
    r"(?!.*(?:\?|\b(?:below|tell|let (?:me|us) know)\b))"
    r"(?:(?:many )?(?:thanks|thank you)\b|i (?:love|read|appreciate)\b|(?:all|your) comments?\b).*",
    re.I,
)
OPEN = whole_line(
    r"(?:כתיבת|השארת|הוספת|כתוב|הוסף)(?: רשומת)? תגובה(?: .{0,30})?",
    r"(?:please )?(?:leave|post|add|write|submit|make|enter|give) (?:a|your|an|us a|us your) (?:new )?(?:reply|comment|response|thought|note|message|feedback|remark)s?"
    r"(?: (?:to|for|below|here|on|cancel)\b.{0,60}| ?»| cancel ?reply| ?\(.{0,40}\)| now)?",
    r"(?:leave|post|add|write) (?:new )?(?:reply|comment|response)s?(?: .{0,30})?",
    r"share your (?:thoughts?|opinions?|comments?|views?)(?: .{0,40})?",
    r"comments: post a comment|コメントをお書きください",
    r"(?:this (?:web)?site|ce site|diese (?:website|seite)|este (?:sitio|site|blog)|questo sito|deze (?:web)?site|denna webbplats|"
    r"dette (?:nettstedet|websted)|tämä sivusto|ta (?:strona|witryna)|этот сайт|bu site|このサイト).{0,60}akismet.{0,160}",
    r"(?:please enable javascript to view the |blog )?comments powered by .{1,20}",
    r"join (?:the|in the) (?:discussion|conversation)(?: .{0,30})?",
    r"have your say",
    r"be the first (?:one )?to (?:comment|reply|respond|leave a|post a|write a|share|add).{0,60}",
    r"speak your mind",
    r"your (?:comment|reply)(?: here)?",
    r"(?:you must|you need to|please|you have to) (?:be )?(?:log(?:ged)? ?in|sign(?:ed)? ?in|register(?:ed)?)(?: or .{1,20})?(?: in)? (?:to|in order to|before) .{0,40}"
    r"(?:comment|reply|commenting|respond|discussion).{0,20}",
    r"(?:log ?in|sign ?in|login|register)(?: .{0,20})? to (?:post(?: a)? |leave a |add a |join the |write a )?(?:comments?|reply|discussion|conversation|respond)(?: .{0,20})?",
    r"log ?in(?: with)?",
    r"your e-?mail (?:address )?(?:will not be|is never|won['’]t be|is not) (?:published|shared|displayed).{0,80}",
    r"required fields are marked.{0,10}",
    r"comment form",
    r"cancel reply",
    r"enter your comment(?: here)?\.*",
    r"verify your comment",
    r"comment as:?.{0,30}",
    r"post comment",
    r"submit comment",
    r"note: only a member of this blog may post a comment",
    r"fill in your details below or click an icon to log in:?",
    r"notify me of (?:new|follow-?up) (?:comments|posts).{0,30}",
    r"(?:laisser|laissez|ajouter|ajoutez|écrire|écrivez|poster|postez|publier|enregistrer) (?:un |une |votre )?(?:nouveau )?(?:commentaires?|réponse|avis)(?: .{0,40})?",
    r"votre commentaire",
    r"votre adresse (?:e-?mail|de messagerie|courriel|électronique).{0,80}",
    r"annuler la réponse",
    r"vous devez (?:être connecté|vous connecter).{0,60}",
    r"(?:schreibe?n?|hinterlasse?n?|verfasse?n?|gib|füge)(?: sie)? (?:uns |mir )?(?:einen?|eine|deinen?|ihren) (?:kommentare?|antwort|reaktion)(?: .{0,40})?",
    r"(?:einen )?kommentar (?:verfassen|schreiben|hinterlassen|hinzufügen|veröffentlichen|abgeben|abschicken)",
    r"antwort (?:abbrechen|hinterlassen|schreiben)",
    r"(?:deine|ihre) e-?mail-?adresse wird nicht veröffentlicht.{0,80}",
    r"du musst (?:angemeldet|eingeloggt) sein.{0,60}",
    r"sie müssen .{0,30}(?:angemeldet|eingeloggt) sein.{0,60}",
    r"(?:deja|dejar|dejá|escribe|escribir|publicar|publica|añadir|añade|agregar|enviar) (?:(?:un|una|tu|su) )?(?:nuevo )?(?:comentario|respuesta|contestación|opinión)(?: .{0,40})?",
    r"(?:deixa|publica) un comentari(?: .{0,60})?",
    r"(?:tu|su) dirección de correo .{0,80}",
    r"cancelar (?:la )?respuesta",
    r"(?:lascia|scrivi|inserisci|aggiungi|posta|pubblica|invia) (?:(?:un|una|il tuo) )?(?:commento|risposta)(?: .{0,40})?",
    r"(?:il tuo|l['’]) ?indirizzo e-?mail non sarà pubblicato.{0,80}",
    r"annulla risposta",
    r"(?:deixe|deixar|escreva|adicione|adicionar|escrever|postar|publicar|enviar|fazer) (?:(?:um|uma|o seu|seu|sua) )?(?:comentário|resposta)(?: .{0,40})?",
    r"o seu endereço de e-?mail .{0,80}",
    r"cancelar resposta",
    r"(?:geef|plaats|laat|schrijf) (?:een|je|uw) (?:reactie|antwoord|commentaar)(?: .{0,40})?",
    r"(?:een )?reactie (?:plaatsen|posten|achterlaten|toevoegen|annuleren)",
    r"(?:het|je|uw) e-?mailadres wordt niet gepubliceerd.{0,80}",
    r"(?:lämna|skriv|lägg till|skicka|send|legg igjen|legg inn|tilføj|efterlad) (?:ett|en|et|din) (?:svar|kommentar)(?: .{0,40})?",
    r"(?:din|din) e-?(?:post|mail)(?:adress|adresse)? .{0,80}",
    r"avbryt svar",
    r"kommentera|kommenter innlegget|kommentoi",
    r"(?:dodaj|zostaw|napisz|prześlij) (?:komentarz|odpowiedź)(?: .{0,40})?",
    r"anuluj pisanie odpowiedzi",
    r"twój adres e-?mail nie zostanie opublikowany.{0,80}",
    r"(?:добавить|оставить|написать|отправить|оставьте) (?:свой |новый |ваш )?(?:комментарий|ответ|отзыв)(?: .{0,40})?",
    r"отменить ответ",
    r"ваш (?:адрес email|e-?mail) не будет опубликован.{0,80}",
    r"(?:napsat|přidat|vložit|napište|zanechat) (?:komentář|odpověď)(?: .{0,40})?",
    r"okomentovat|zverejnenie komentára|(?:zanechať|pridaj|pridať) komentár",
    r"(?:залишити|додати|дописати|написати) (?:відповідь|коментар)",
    r"вашият коментар|оставете коментар|публикуване на коментар|оставите (?:коментар|одговор)",
    r"(?:objavi|ostavi|ostavite|napišite) (?:komentar|odgovor)|komentiraj",
    r"(?:tinggalkan|posting|tulis) (?:komentar|balasan)|đăng nhận xét|để lại (?:bình luận|phản hồi)",
    # You must be logged in to post a comment
    r"(?:(?:disculpa|lo siento), )?deb(?:es?|e usted) (?:estar conectado|iniciar sesión|acceder).{0,60}|"
    r"(?:você precisa|é preciso|tem de|precisa) .{0,20}(?:login|sessão|logado|autenticado).{0,60}|devi essere connesso .{0,60}|"
    r"je moet .{0,20}(?:inloggen|ingelogd).{0,60}|du måste vara inloggad .{0,60}|du (?:skal|må) (?:være|vere) (?:logget ind|innlogget).{0,60}|"
    r"sinun (?:täytyy|on) .{0,20}kirjaut.{0,60}|musisz się zalogować.{0,60}|для отправки комментария .{0,60}|"
    r"pro přidávání komentářů .{0,60}|yorum (?:yapabilmek|yazabilmek) için .{0,60}|trebuie să fii autentificat .{0,60}|"
    r"コメントを投稿するにはログイン.{0,20}|.{0,10}(?:登录|登入)(?:后|後|以|才).{0,10}(?:评论|評論|留言|迴響).{0,5}|برای نوشتن دیدگاه .{0,60}|"
    r"يجب أن?ت? .{0,60}(?:تعليق|التعليق).{0,20}",
    # Your email address will not be published
    r"sähköpostiosoitettasi ei julkaista.{0,80}|vaše e-mailová adresa nebude zveřejněna.{0,80}|az e-?mail-?\s?címet nem tesszük közzé.{0,80}|"
    r"adresa ta de email nu va fi publicată.{0,80}|e-posta (?:hesabınız|adresiniz) yayı[nm]lanmayacak.{0,80}|"
    r"η ηλ\. διεύθυνσή? σας δεν δημοσιεύεται.{0,80}|alamat email anda tidak akan dipublikasikan.{0,80}|"
    r"メールアドレスが公開されることはありません.{0,60}|.{0,12}(?:邮箱|电子邮件|電子郵件)地址不会?會?被?公[开開].{0,60}|האימייל לא יוצג.{0,80}",
    r"(?:.{1,200} için )?(?:bir )?(?:cevap|yanıt|yorum) (?:yazın|yaz|gönder|bırakın|bırak|yapın|yap|ekle)(?: .{0,40})?",
    r"(?:jätä|kirjoita|lähetä|lisää) (?:kommentti|vastaus)(?: .{0,40})?",
    r"(?:αφήστε|γράψτε|προσθήκη|δημοσίευση) .{0,20}(?:σχόλιο|σχολίου|απάντηση)(?: .{0,40})?|σχολιάστε",
    r"(?:szólj hozzá|hozzászólás írása|megjegyzés küldése|megjegyzés hozzáfűzése|vélemény,? hozzászólás)",
    r"(?:lasă|lăsați|scrie|trimiteți) un (?:comentariu|răspuns)(?: .{0,40})?",
    r"(?:دیدگاه|نظر|پاسخ)(?:تان|ی|\u200cتان|‌ خود| خود)?(?: را)? (?:بنویسید|بگذارید|بدهید|ارسال کنید|بنویس)",
    r"(?:ارسال|نوشتن|افزودن|ثبت) (?:یک )?(?:دیدگاه|نظر|پاسخ)(?: .{0,30})?",
    r"یک پاسخ بنویسید|پاسخی بگذارید|بیان دیدگاه",
    r"لغو پاسخ",
    r"نشانی ایمیل شما منتشر نخواهد شد.{0,80}",
    r"(?:اترك|أضف|اكتب|إرسال|أرسل|إضافة) (?:رد[اً]{0,2}|تعليق[اً]{0,2}|تعليقك)(?: .{0,30})?",
    r"إلغاء الرد",
    r"لن يتم نشر عنوان بريدك الإلكتروني.{0,80}",
    r"コメントを(?:残す|投稿|書く|送信|追加)(?:する)?|コメントする",
    r"コメントをどうぞ.{0,80}",
    r"(?:发表|發表|撰写|添加|写|留下|发布|發佈|張貼)(?:一?个?)?(?:评论|評論|回复|回覆|留言|迴響).{0,12}",
    r"取消回复",
    r"댓글 (?:남기기|쓰기|달기)",
    r"답글 남기기",
)
_BLOGGER_LINK = any_of(
    "newer_post newer_posts older_post older_posts home article_plus_récent article_plus_ancien accueil neuerer_post älterer_post startseite "
    "entrada_más_reciente entrada_antigua página_principal inicio postagem_mais_recente postagem_mais_antiga mensagem_mais_recente "
    "mensagem_antiga página_inicial post_più_recente post_più_vecchio home_page nieuwere_post oudere_post homepage "
    "nyare_inlägg äldre_inlägg startsida nyere_innlegg eldre_innlegg startsiden nyere_opslag ældre_opslag start "
    "uudempi_teksti vanhempi_viesti etusivu nowszy_post starszy_post strona_główna следующее предыдущее главная_страница "
    "sonraki_kayıt önceki_kayıt ana_sayfa 次の投稿 前の投稿 ホーム 较新的博文 较早的博文 主页 較新的文章 較舊的文章 首頁 "
    "پیام_جدیدتر پیام_قدیمی‌تر صفحهٔ_اصلی رسالة_أحدث رسالة_أقدم الصفحة_الرئيسية"
)
# Lines that stand around a page and belong to none of its parts.
FURNITURE = whole_line(
    r"recent (?:posts|comments|entries)",
    r"popular posts",
    r"archives?",
    r"categories",
    r"tags?",
    r"meta",
    r"blogroll",
    r"links",
    r"about(?: me)?",
    r"copyright .{0,80}",
    r"©.{0,80}",
    r"all rights reserved.{0,40}",
    r"(?:this page is )?powered by .{0,60}",
    # Blogger's links below a post
    rf"(?:{_BLOGGER_LINK}\s?){{1,3}}",
    r"(?:inscription à|abonnieren|suscribirse a|assinar|subscrever|iscriviti a|abonneren op|prenumerera på|abonner på|subskrybuj|"
    r"подписаться на|kaydol)\s?:?\s.{1,60}\(atom\)",
    r"archives du blog|blog-?archiv|archivo del blog|arquivo do blog(?:ue)?|archivio blog|blogarchief|bloggarkiv|archiwum bloga|"
    r"архив блога|blog arşivi",
    r"qui êtes-vous|über mich|datos personales|quem sou eu|acerca de mim|informazioni personali|over mij|om mi?e?g|o mnie|обо мне|hakkımda",
    r"(?:fourni par|con la tecnología de|tecnologia do|obsługiwane przez) .{1,40}",
    r"membres|seguidores|follower|lettori fissi|volgers",
    r"messages les plus consultés|beliebte posts|entradas populares|postagens mais visitadas|post più popolari|populaire posts|"
    r"populära inlägg|popularne posty|популярные сообщения",
    r"(?:articles|commentaires) récents|neueste (?:beiträge|kommentare)|(?:entradas|comentarios) recientes|(?:posts|comentários) recentes|"
    r"(?:articoli|commenti) recenti|recente (?:berichten|reacties)|senaste (?:inläggen|kommentarer)na?|najnowsze (?:wpisy|komentarze)|"
    r"свежие (?:записи|комментарии)|son (?:yazılar|yorumlar)|最近の(?:投稿|コメント)|近期(?:文章|评论)",
    r"archiv|archivos|arquivos?|archivi|archief|arkiv|archiwa|архивы|arşivler|アーカイブ|بایگانی",
    r"catégories|kategorien|categor[íi]as|categorie(?:ën)?|kategorier|kategorie|рубрики|kategoriler|カテゴリー|دسته\u200c?ها",
    r"search",
    r"follow(?: (?:us|me|on|this blog|blog).{0,30})?",
    r"log in",
    r"entries (?:rss|feed)",
    r"subscribe to: .{0,60}",
    r"links to this post",
    r"create a link",
    r"blog archive",
    r"share this.{0,40}",
    r"previous(?: (?:post|entry|article).{0,80})?",
    r"next(?: (?:post|entry|article).{0,80})?",
    r"name ?\*?",
    r"e-?mail ?\*?",
    r"website",
    r"comment ?\*?",
    r"save my name.{0,100}",
    r"home",
    r"trackbacks?",
    r"pingbacks?",
)
