"""What the pages of many sites and languages say: the tables the text reader goes by.

Each table is a regular expression or a set; all are meant for one short line. Nothing here
decides anything; `text_capture` says which table counts where.
"""

import re


def any_of(words: str) -> str:
    """An alternation of the words, parted by white space; `_` stands for a space in a word."""
    found = sorted({word.replace("_", " ") for word in words.split()}, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in found) + ")"


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
    r"berichtauteur|autore articolo|autor do post|inläggsförfattare|автор записи|autor wpisu|نویسنده)\W*$",
    re.I,
)
BEFORE_NAME = re.compile(
    r"^(?:(?:#?\d{1,5}\.?\s+)?(?:(?:posted|written|comment) )?(?:by|from)|kommentar von|commentaire (?:de|par)|"
    r"comentario de|(?-i:Von|Par|Por|Door|Av)|reply|#\d{1,5})\s*:?\s+(?=\S)",
    re.I,
)
# A link beside the name, which stayed as a word.
AFTER_NAME = re.compile(r"[\s|/–—-]+\(?(?:permalink|link|#\d{0,6}|reply)\)?[\s|/]*$", re.I)
OWN_NUMBER = re.compile(r"#\d{1,5}")
COUNTED_NAME = re.compile(r"#?(\d{1,5})\.?\s+(.*[^\W\d_].*)")
# What parts a name from its words. The first group needs nothing after it.
SAID = any_of(
    "הגיב אמר כתב הגיבה אמרה כתבה אמר/ה says said wrote writes commented asks replied dit a_dit écrit a_écrit sagt sagte schrieb schreibt "
    "meint meinte dijo dice escribió comentó ha_dicho disse diz escreveu comentou ha_detto ha_scritto scrive zegt "
    "zei schreef schrijft säger skriver skrev sade sa sier siger mówi pisze powiedział powiedział(a) "
    "napisał napisała napisał(a) говорит пишет сказал сказала сказал(а) написал написала написал(а) "
    "каже коментує сказав říká řekl řekl(a) napsal napsala napsal(a) mondja mondta írta szerint "
    "dedi_ki diyor_ki yazdı a_spus spune sanoo kirjoitti λέει είπε hat_gesagt hat_geschrieben heeft_gezegd sagde ha_dit "
    "комментирует kaže spunea گفت گفته می‌گوید می_گوید نوشت يقول قال قالت تقول كتب كتبت"
)
NAME_SAID = re.compile(rf"(.*?)(?:^|\s){SAID}\s?(:|\.{{2,}}|…|：)?\s?:?", re.I)
NAME_SAID_GLUED = re.compile(
    r"(.+?)\s?(?:より|さんのコメント|说道|說道|说|說|表示|提到|님의 말| ?말하길|(?:님의 |님 )?댓글)\s*([:：]|\.{3}|…)\s*"
)
SAID_NAME = re.compile(r"(?:يقول|قال|كتب)\s+(.{1,60}?)\s*:")
# What is left of “NAME on DATE” and of “NAME said, DATE” when the date stands on the next line.
BEFORE_DATE = re.compile(rf"\s+(?:on|at|le|am|el|il|em|op|den|{SAID},)$", re.I)
# “Ann in reply to Bob”, “Ann → Bob”: only the first of them speaks.
ADDRESSEE = re.compile(
    r"\s+(?:in (?:reply|response) to|en réponse à|als antwort auf|en respuesta a|in risposta a|→)\s.*",
    re.I,
)
ACCOUNT = re.compile(r"^(?:blogger|openid|livejournal|typepad|wordpress)\s+(?=\S)", re.I)
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
    "bedankt niet ik tack jag är inte takk tak jeg است بود شما این که سلام ممنون هذا شكرا"
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
    r"pages?",
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
        r"(?:(?:skriven|skrevet|publicerad|publisert|upplagd|lagt inn|indsendt|text)\s+)?(?:av|af)\b:?|(?:text|tekst)\s*:",
        "och og &",
    ),
    (r"(?:napisane\s+)?przez\b:?|autor\s*:", "i &"),
    (r"автор\w*\s*:?|написал[аи]?\s*:?", "и &"),
    (r"(?:نوشته[‌ٔ]?\s*(?:ی|از)?|به\s+قلم|نویسنده)\s*:?", "و"),
    (r"(?:بقلم|بواسطة|كتبه?|الكاتب)\s*:?", "و"),
    (r"(?:מאת|נכתב על ידי)\s*:?", "ו"),
    (r"(?:yazan|yazar)\s*:?", "ve &"),
    (r"(?:αναρτήθηκε\s+)?από\b:?|συντάκτης\s*:", "και &"),
    (r"(?:文|作者|著者?|執筆|投稿者|글쓴이|글|작성자)\s*[/:：]", "、 和 と"),
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
RELATED_BARE = whole_line(r"related (?:videos?|articles?|posts?|stor(?:y|ies)|links?|reading)")
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
    r"email this ?blogthis! ?share to .*",
    r"post navigation",
    r"(?:filed under|filed in|posted in|tagged(?: with| as)?)\s*:?\s.{1,200}",
    r"(?:tags|labels|categor(?:y|ies)|topics|étiquettes|catégories?|schlagw[oö]rte?r?|kategorien?|"
    r"etiquetas|categorías?)\s*:\s.{1,200}",
    r"bookmark the permalink.{0,60}",
    r"permalink",
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
    r"teilen(?: mit)?:?",
    r"partager\s?:?",
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
    r"this page is powered by blogger\..{0,20}",
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
    word: number
    for number, words in {
        0: "no zero aucun aucune pas_de keine kein ningún ningun sin nessun nessuna geen inga ingen nenhum "
        "nenhuma sem brak нет žádné hiç ei_yhtään هیچ بدون لا لا_توجد no_hay pas_encore_de noch_keine",
        1: "one a an un une uno una ein eine een één eén en én ett et um uma jeden jedna один одна jedno bir yksi μία یک "
        "واحد واحدة אחת אחד",
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
    r"(?:תגובות|תגובה|מחשבות|responses?|comments?|thoughts?|opinions?|repl(?:y|ies)|réponses?|commentaires?|réflexions?|avis|gedanken?|kommentare?|"
    r"antwort(?:en)?|reaktion(?:en|er)?|comentarios?|respuestas?|pensamientos?|opini(?:ón|ones)|reacciones|comentários?|"
    r"respostas?|pensamentos?|ideias?|"
    r"comment[oi]|rispost[ae]|pensier[oi]|reacties?|gedachten?|opmerking(?:en)?|kommentarer?|kommentit?|kommenttia?|vastaus(?:ta)?|"
    r"ajatus(?:ta)?|svar|tank(?:e|ar|er)|"
    r"komentarz[ey]?|odpowiedzi|odpowiedź|myśl[i]?|komentář[eů]?|odpověď|odpovědi|комментари[йяиев]+|ответ(?:ов|а|ы)?|мысл[ьией]+|отзыв\w*|"
    r"коментар(?:і|ів|ь)?|дум(?:ка|ки|ок)|yorum(?:lar)?|yanıt|düşünce|σχόλι[αο]|απάντηση|απαντήσεις|σκέψ(?:η|εις)|"
    r"hozzászólás|megjegyzés|gondolat|comentarii|comentariu|răspuns(?:uri)?|gând(?:uri)?|دیدگاه(?:‌?ها)?|نظر(?:ات)?|پاسخ|"
    r"تعليق(?:ات)?|ردود|رد|آراء|رأي|コメント|件のコメント|件のフィードバック|条评论|條評論|条回复|[則则](?:回應|留言|迴響)|个想法|"
    r"条留言|评论|留言|개의\s(?:댓글|생각|응답)|댓글)"
)
_NUMBER = (
    r"(?:\d{1,3}(?:[,.'’\u2009\u202f\u00a0\s]\d{3})+|\d{1,7}|"
    + "|".join(sorted((re.escape(w) for w in NUMBER_WORDS), key=len, reverse=True))
    + ")"
)
_TO = (
    r"(?:to|on|about|for|so far|in response|à|sur|pour|au sujet|de|zu|auf|über|en|a|sobre|para|em|su|op|over|på|om|til|do|"
    r"na|nt|u|la|despre|a\(z\)|erről|artikkeliin|artikkelista|к|на|для|о|до|στο|για|için|برای|به|در|على|علی|حول|ל|על)"
)
HEADINGS = [
    # 7 Responses to “Title”; 22 thoughts on “Title; 9 comments: ; 5 Comments so far
    re.compile(
        rf"\W{{0,3}}(?:there (?:are|is) |showing )?({_NUMBER})\s*(?:user |reader )?{_COMMENTS}(?:\s*[:：.!»↓▼]*|\s+{_TO}\b.*|"
        r"\s+and \d{1,4} (?:track|ping)backs?\W{0,3}|\s*[|»:,·•–—-]\s*(?:leave|add|post|skip|jump|write|read|feed|rss|comments?)\b.{0,60}|\s+add yours.{0,5}|\s+yet\b.{0,40}|"
        r"\s*[\[(].{0,60}[\])]|\)?\s*[-…]\s*\(?(?:post|read)\b.{0,40}|\s?[:：]\s.{1,200}|\s*[:：–—-]?\s*[“\"«„‘'「《].*)",
        re.I,
    ),
    # Comments (2); Voir les Commentaires (33); Comments: 4; Comments [3]
    re.compile(
        rf"\W{{0,3}}(?:view |show |all |reader |user |voir les |alle |ver |user )*(?:{_COMMENTS}|discussion)\s*(?:[(\[（]\s*({_NUMBER})\s*[)\]）]|[:：]\s*({_NUMBER}))\W{{0,3}}",
        re.I,
    ),
    # “Title” has 3 comments; 「Title」への3件のフィードバック; 《Title》上有 3 条评论
    re.compile(
        rf"[在对對]?[“\"«„「《〈].{{1,250}}[”\"»“」》〉][^”\"»“」》〉]{{0,20}}?({_NUMBER})\s*{_COMMENTS}\W{{0,3}}",
        re.I,
    ),
    # The same without quotation marks, where the language tells.
    re.compile(
        rf".{{1,250}}?(?:\siçin\s({_NUMBER})\s(?:yanıt|yorum)|:\s({_NUMBER})\sкомментари\w+|"
        rf"\s?への\s?({_NUMBER})\s?件の(?:フィードバック|コメント)|의\s댓글\s({_NUMBER})개)\W{{0,3}}",
        re.I,
    ),
    # (3) Comments
    re.compile(rf"[(\[]({_NUMBER})[)\]]\s*{_COMMENTS}\W{{0,3}}", re.I),
    # תגובה אחת ל-; رد واحد على: one
    re.compile(rf"(?:תגובה|رد|رأي|تعليق)\s(אחת|واحد)(?:\s?[:：]?|\s+{_TO}.*)", re.I),
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
)
# Comments; Comments on "Title"; Kommentare; no number in it
HEADING_BARE = re.compile(
    rf"\W{{0,3}}(?:(?:reader|user|your|all|the|les|die|los|los|i|de) )?"
    rf"(?:comments|responses|replies|commentaires|réponses|kommentare|antworten|comentarios|respuestas|comentários|"
    rf"respostas|commenti|risposte|reacties|kommentarer|kommentit|komentarze|komentáře|комментарии|отзывы|yorumlar|σχόλια|"
    rf"hozzászólások|comentarii|دیدگاه‌?ها|نظرات|تعليقات|التعليقات|コメント|评论|댓글|discussion|conversation|diskussion)"
    rf"(?:\s+{_TO}\b.{{0,250}}|\s*[:：]?\W{{0,3}})",
    re.I,
)
PINGBACKS_HEADING = re.compile(
    r"\W{0,3}(?:\d{1,4}\s+|one\s+|no\s+)?(?:trackbacks?|pingbacks?|pings?)(?:\s*(?:/|&|and|,|\+)\s*(?:trackbacks?|pingbacks?|pings?))?"
    r"(?:\s*\(\d+\)|\s+(?:to|on|for|so far)\b.*)?\W{0,3}",
    re.I,
)

# ---------------------------------------------------------------- within the comments

PINGBACK = re.compile(
    r"(pingback|trackback|ping|retroenlace|rétrolien|backlink)s?\s?(?:[:：]|\s(?:by|from|von|de|par))\s*(.*)",
    re.I,
)
EXCERPT = re.compile(r"\[?\[(?:…|\.{3})\]\]?.*\[(?:…|\.{3})\]\]?\W*", re.S)
BUTTON = button_line(
    r"reply(?: to (?:this|[^:;,!?]{1,39}[^:;,.!?]))?(?: ?↓)?",
    r"reply\)?(?: ?\(?(?:thread|parent)\)?){1,2}",
    r"log ?in to (?:reply|leave a comment)(?: ?↓)?",
    r"sign in to reply",
    r"reply ?delete(?: ?replies)?",
    r"delete",
    r"replies",
    r"reply ?link",
    r"replydeletereplies",
    r"quote(?: this)?",
    r"(?:comment )?permalink",
    r"link(?: to this(?: comment)?)?",
    r"edit",
    r"flag(?: this)?(?: comment)?",
    r"report(?: (?:as )?(?:abuse|abusive|this|comment|spam|user|inappropriate))?",
    r"(?:like|unlike)(?: like)?(?: ?\(?\d*\)?)?",
    r"liked by \d+ (?:person|people)",
    r"loading\.*",
    r"share",
    r"collapse",
    r"(?:show|hide|view)(?: \d+)? (?:more )?repl(?:y|ies)(?: ?\(\d+\))?",
    r"upvote|downvote",
    r"your comment is awaiting moderation",
    r"\(edit\)",
    r"load more(?:\.*| comments)",
    r"add comment",
    r"répondre(?: à [^:;,!?]{1,39}[^:;,.!?])?",
    r"connectez-vous pour répondre",
    r"supprimer",
    r"signaler",
    r"antworten?",
    r"auf .{1,40} antworten",
    r"zum antworten anmelden",
    r"anmelden,? um zu antworten",
    r"löschen",
    r"zitieren",
    r"responder(?: a [^:;,!?]{1,39}[^:;,.!?])?",
    r"accede para responder",
    r"eliminar",
    r"respondereliminar(?:respuestas)?",
    r"respuestas",
    r"inicie sess[ãa]o para responder",
    r"excluir",
    r"responderexcluir(?:respostas)?",
    r"respostas",
    r"rispondi(?:elimina)?",
    r"accedi per rispondere",
    r"elimina",
    r"beantwoorden",
    r"reageren?",
    r"reageer",
    r"verwijderen",
    r"svara",
    r"svar",
    r"logga in för att svara",
    r"ta bort",
    r"logg inn for å svare",
    r"besvar",
    r"slet",
    r"slett",
    r"odpowiedz",
    r"zaloguj się, aby odpowiedzieć",
    r"usuń",
    r"ответить(?: ↓)?",
    r"войдите, чтобы ответить",
    r"удалить",
    r"odpovědět",
    r"smazat",
    r"yanıtla",
    r"cevapla",
    r"sil",
    r"vastaa",
    r"poista",
    r"απάντηση",
    r"válasz",
    r"răspunde",
    r"הגב(?: ל.{1,40})?",
    r"پاسخ(?: دادن)?",
    r"پاسخ دهید",
    r"رد",
    r"الرد",
    r"حذف",
    r"返信",
    r"削除",
    r"回复",
    r"回覆",
    r"删除",
    r"답글",
    r"응답",
    r"삭제",
)
# Of these, the one that stands below every comment.
REPLY = button_line(
    r"(?:log ?in to )?reply(?: ?↓)?",
    r"reply ?delete(?: ?replies)?",
    r"répondre(?:supprimer)?",
    r"antworten(?:löschen)?",
    r"responder(?:excluir|eliminar)?",
    r"rispondi(?:elimina)?",
    r"beantwoorden(?:verwijderen)?",
    r"reageren?",
    r"svara?",
    r"odpowiedz(?:usuń)?",
    r"ответить(?:удалить)?",
    r"odpovědět",
    r"yanıtla",
    r"vastaa",
    r"απάντηση",
    r"پاسخ",
    r"رد",
    r"返信",
    r"回复",
    r"回覆",
    r"답글",
)
# Blogger's two buttons as one word; the comment below them may be glued to it.
TWO_BUTTONS = re.compile(
    r"((?:ReplyDelete|RépondreSupprimer|AntwortenLöschen|RispondiElimina|BeantwoordenVerwijderen|"
    r"Responder(?:Excluir|Eliminar|Apagar)|ОтветитьУдалить|OdpowiedzUsuń|SvaraRadera)"
    r"(?:Replies|Réponses|Antworten|Risposte|Reacties|Respostas|Respuestas|Ответы|Odpowiedzi|Svar)?)(.*)"
)
# Other pages of the same thread.
PAGING = whole_line(
    r"(?:older|newer|previous|next|earlier|more|recent) comments?",
    r"comments? navigation",
    r"(?:page )?\d+ of \d+",
    r"comment pages?:?.*",
    r"(?:anciens|précédents|nouveaux) commentaires",
    r"commentaires (?:plus anciens|plus récents|précédents|suivants)",
    r"(?:ältere|neuere) kommentare",
    r"kommentar-?navigation",
    r"comentarios (?:más )?(?:antiguos|anteriores|recientes|siguientes)",
    r"(?:load|show|view) (?:more|older|newer|all) comments.{0,12}",
    r"(?:oudere|nieuwere) reacties",
    r"commenti (?:più )?(?:vecchi|precedenti|recenti)",
    r"nowsze komentarze|starsze komentarze",
    r"(?:предыдущие|следующие|старые|новые) комментарии",
    r"sort by.{0,40}",
    r"(?:newest|oldest|best)(?: first)?",
    r"(?:äldre|nyare|ældre|eldre) kommentarer",
    r"comentários (?:mais )?(?:antigos|recentes|anteriores)",
    r"newest ?oldest.{0,20}",
    r"(?:subscribe|rss).{0,40}(?:comments|feed|post|entry).{0,20}",
    r"(?:add|skip to|jump to).{0,20}(?:yours|comments?|form).{0,10}",
    r"comments? (?:rss|feed).{0,20}",
    r"feed for comments.{0,30}",
    r"دیدگاه‌های (?:قدیمی‌تر|تازه‌تر)",
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
    r"commentaires? (?:fermés?|désactivés?)(?: sur .{0,200})?",
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
    r"(?:kommentarer|kommentarerna|kommentarene|kommentering|kommentarfältet)(?: .{0,40})? (?:är|er|har) (?:nu )?"
    r"(?:stängda?|stängd|inaktiverade|lukket|stengt|avstängda|avslått|slået fra)",
    r"kommentarer inaktiverade.{0,200}",
    r"(?:możliwość komentowania|komentowanie)(?: .{0,60})? (?:jest|została) (?:wyłączon[ae]|zamknięt[ae])",
    r"komentowanie (?:wyłączone|zamknięte)",
    r"komentarze (?:są |zostały )?(?:zamknięte|wyłączone).{0,30}",
    r"комментарии(?: .{0,40})? (?:закрыты|отключены|запрещены)",
    r"(?:обсуждение|комментирование) закрыто",
    r"коментарі закрит[іо]",
    r"komentáře (?:jsou |byly )?(?:uzavřeny|uzavřené|vypnuty|zakázány)",
    r"komentáře nejsou povoleny",
    r"yorumlar (?:kapalı|kapatıldı|kapatılmış).{0,20}",
    r"yorum yapma kapalı.{0,30}",
    r"kommentointi (?:on suljettu|ei ole käytössä)",
    r"kommentit (?:on )?(?:suljettu|pois päältä).{0,40}",
    r"τα σχόλια (?:(?:είναι|έχουν) (?:κλειστά|κλείσει|απενεργοποιημένα)|δεν επιτρέπονται)",
    r"(?:a )?hozzászólások (?:lezárva|le vannak zárva|jelenleg nem engedélyezettek.{0,30})",
    r"comentariile sunt (?:închise|dezactivate)",
    r"(?:دیدگاه|نظر|کامنت)\u200c?\s?(?:ها|ات)?(?:ی .{0,40})? (?:بسته|غیرفعال|غیر فعال) (?:شده\u200c?\s?(?:اند|است)|است|هستند|می\u200c?باشند|می\u200c?باشد)",
    r"امکان (?:ارسال|ثبت|درج) (?:دیدگاه|نظر) وجود ندارد",
    r"(?:ال)?تعليقات (?:مغلقة|مغلقه|معطلة)(?: .{0,40})?",
    r"باب التعليق(?:ات)? مغلق",
    r"コメントは受け付けていません",
    r"コメントを?は?(?:閉じられています|停止中です|終了しました|締め切りました).{0,5}",
    r"(?:评论|評論|留言|迴響)(?:功能)?(?:已|已经|已經)(?:关闭|關閉|被关闭)",
    r"댓글[이은] (?:닫혀 ?있습니다|닫혔습니다)",
    r"댓글을 (?:달|쓸) 수 없습니다",
)
# What bloggers say above the form.
MESSAGE = re.compile(
    r"(?:.*\b(?:comments?|commenting)\b|(?:many )?(?:thanks|thank you)\b|i (?:love|read|appreciate)\b).*",
    re.I,
)
OPEN = whole_line(
    r"(?:כתיבת|השארת|הוספת|כתוב|הוסף)(?: רשומת)? תגובה(?: .{0,30})?",
    r"(?:please )?(?:leave|post|add|write|submit|make|enter|give) (?:a|your|an|us a|us your) (?:new )?(?:reply|comment|response|thought|note|message|feedback|remark)s?"
    r"(?: (?:to|for|below|here|on|cancel)\b.{0,60}| ?»| cancel ?reply| ?\(.{0,40}\)| now)?",
    r"(?:leave|post|add|write) (?:reply|comment|response)s?(?: .{0,30})?",
    r"share your (?:thoughts?|opinions?|comments?|views?)(?: .{0,40})?",
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
    r"kommentar (?:verfassen|schreiben|hinterlassen|hinzufügen|veröffentlichen|abgeben|abschicken)",
    r"antwort (?:abbrechen|hinterlassen|schreiben)",
    r"(?:deine|ihre) e-?mail-?adresse wird nicht veröffentlicht.{0,80}",
    r"du musst (?:angemeldet|eingeloggt) sein.{0,60}",
    r"sie müssen .{0,30}(?:angemeldet|eingeloggt) sein.{0,60}",
    r"(?:deja|dejar|dejá|escribe|escribir|publicar|publica|añadir|añade|agregar|enviar) (?:un|una|tu|su) (?:nuevo )?(?:comentario|respuesta|opinión)(?: .{0,40})?",
    r"(?:tu|su) dirección de correo .{0,80}",
    r"cancelar (?:la )?respuesta",
    r"(?:lascia|scrivi|aggiungi|posta|pubblica|invia) (?:un|una|il tuo) (?:commento|risposta)(?: .{0,40})?",
    r"(?:il tuo|l['’]) ?indirizzo e-?mail non sarà pubblicato.{0,80}",
    r"annulla risposta",
    r"(?:deixe|deixar|escreva|adicione|adicionar|postar|publicar|enviar|fazer) (?:um|uma|o seu|seu|sua) (?:comentário|resposta)(?: .{0,40})?",
    r"o seu endereço de e-?mail .{0,80}",
    r"cancelar resposta",
    r"(?:geef|plaats|laat|schrijf) (?:een|je|uw) (?:reactie|antwoord|commentaar)(?: .{0,40})?",
    r"(?:een )?reactie (?:plaatsen|posten|achterlaten|toevoegen|annuleren)",
    r"(?:het|je|uw) e-?mailadres wordt niet gepubliceerd.{0,80}",
    r"(?:lämna|skriv|lägg till|skicka|send|legg igjen|legg inn|tilføj|efterlad) (?:ett|en|et|din) (?:svar|kommentar)(?: .{0,40})?",
    r"(?:din|din) e-?(?:post|mail)(?:adress|adresse)? .{0,80}",
    r"avbryt svar",
    r"kommentera",
    r"(?:dodaj|zostaw|napisz|prześlij) (?:komentarz|odpowiedź)(?: .{0,40})?",
    r"anuluj pisanie odpowiedzi",
    r"twój adres e-?mail nie zostanie opublikowany.{0,80}",
    r"(?:добавить|оставить|написать|отправить|оставьте) (?:свой |новый |ваш )?(?:комментарий|ответ|отзыв)(?: .{0,40})?",
    r"отменить ответ",
    r"ваш (?:адрес email|e-?mail) не будет опубликован.{0,80}",
    r"(?:napsat|přidat|vložit|napište) (?:komentář|odpověď)(?: .{0,40})?",
    r"okomentovat",
    r"(?:залишити|додати) (?:відповідь|коментар)",
    r"(?:bir )?(?:cevap|yanıt|yorum) (?:yazın|yaz|gönder|bırakın|yapın|ekle)(?: .{0,40})?",
    r"(?:jätä|kirjoita|lähetä|lisää) (?:kommentti|vastaus)(?: .{0,40})?",
    r"(?:αφήστε|γράψτε|προσθήκη|δημοσίευση) .{0,20}(?:σχόλιο|σχολίου|απάντηση)(?: .{0,40})?",
    r"(?:szólj hozzá|hozzászólás írása|megjegyzés küldése|vélemény,? hozzászólás)",
    r"(?:lasă|trimiteți) un (?:comentariu|răspuns)(?: .{0,40})?",
    r"(?:دیدگاه|نظر|پاسخ)(?:تان|ی|\u200cتان|‌ خود| خود)?(?: را)? (?:بنویسید|بگذارید|بدهید|ارسال کنید|بنویس)",
    r"(?:ارسال|نوشتن|افزودن|ثبت) (?:یک )?(?:دیدگاه|نظر|پاسخ)(?: .{0,30})?",
    r"لغو پاسخ",
    r"نشانی ایمیل شما منتشر نخواهد شد.{0,80}",
    r"(?:اترك|أضف|اكتب|إرسال|أرسل|إضافة) (?:ردا?ً?|تعليقا?ً?|تعليقك)(?: .{0,30})?",
    r"إلغاء الرد",
    r"لن يتم نشر عنوان بريدك الإلكتروني.{0,80}",
    r"コメントを(?:残す|投稿|書く|送信|追加)(?:する)?",
    r"コメントをどうぞ",
    r"(?:发表|發表|撰写|添加|写|留下|发布|發佈|張貼)(?:一?个?)?(?:评论|評論|回复|回覆|留言|迴響).{0,12}",
    r"取消回复",
    r"댓글 (?:남기기|쓰기|달기)",
    r"답글 남기기",
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
    r"powered by .{0,60}",
    r"(?:newer posts? ?)?older posts? ?(?:home)?",
    r"newer posts? ?home",
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
