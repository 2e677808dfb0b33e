"""Wording around names, and words that distinguish names from sentences."""

import re

from .patterns import any_of, lazy_re_compile, set_of

# Shown by some pages after the name of the article's author.
POST_AUTHOR = lazy_re_compile(
    r"(?:post author|article author|auteur de l[’']article|beitragsautor(?:in)?|autor de la entrada|"
    r"berichtauteur|autore articolo|autor do post|inläggs(?:ets )?författare|innleggsforfatter(?:en)?|indlæggets forfatter|"
    r"автор записи|autor wpisu|autor articol|autor de l['’]entrada|kirjoittaja|投稿作成者|文章作者|نویسنده(?: نوشته)?)\W*$",
    re.I,
)
BEFORE_NAME = lazy_re_compile(
    r"^(?:(?:#?\d{1,5}\.?\s+)?(?:(?:posted|written|submitted|comment) )?(?:by|from)|(?:kommentar|geschrieben|verfasst|gepostet) von|"
    r"commentaire (?:n°\d+ )?(?:posté )?(?:de|par)|(?:posté|écrit|rédigé|publié) par|comentario (?:de|por)|"
    r"(?:escrito|publicado|enviado|postado) por|commento di|(?:scritto|inviato|postato) da|reactie (?:van|door)|"
    r"(?:geplaatst|geschreven) door|(?:postat|skrivet|skrevet) av|(?-i:Von|Par|Por|Door|Av)|投稿者|reply|#\d{1,5})\s*:?\s+(?=\S)",
    re.I,
)
# “Submitted by NAME on DATE”, “by NAME on DATE”; a subject may be above it.
BY = lazy_re_compile(
    r"(?:(?:posted|submitted|written) )?by |(?:verfasst |geschrieben )?von |(?:publié |soumis )?par |enviado por ",
    re.I,
)
# A label before a name on its own line.
LABELLED_NAME = lazy_re_compile(
    r"(?:(?:comment|commented|posted|written|submitted) (?:by|from)|from(?=\s?:)|kommentar von|commentaire de|comentario de|"
    r"commento di|reactie van|postat av|skrivet av|publicerad av|投稿者|名前)\s?[:：]\s*(\S.{0,60})",
    re.I,
)
# Drupal marks names that may not be those of an account.
UNVERIFIED = (
    r"(?:not|un)[ -]?verified|nicht (?:über|ge)prüft|non vérifié|(?:utente )?non verificato|niet gecontroleerd|niet geverifieerd|"
    r"(?:ej|inte) verifierad|overifierad|ikke (?:bekræftet|efterprøvet|verifi(?:sert|ceret))|ei varmistettu|vahvistamaton|nem ellenőrzött|neověřen[oý]|niezweryfikowany|не проверено|未検証|no verificado|não verificado"
)
# “(not verified)”, “[Visitor]”: the status of a commenter.
STANDING = lazy_re_compile(
    rf"\s*[\[(](?:{UNVERIFIED}|visitor|guest|member|unregistered|besucher|gast|invité|visiteur|membre|mitglied|miembro|membro|"
    r"ospite|гость|visitante)[\])]$",
    re.I,
)
# “Unknown’s avatar”, “Ann’s avatar” above Ann’s name: the alternative text of an image.
AVATAR = lazy_re_compile(
    r"^(?:avatar (?:de|di|von|van|of) )?(?:inconnu|desconocido|desconhecido|unbekannt|sconosciuto|onbekend|unknown|"
    r"(?P<who>.{1,40}?)(?=(?:['’]s avatar)?\s(?P=who)$))(?:['’]s avatar)?\s+(?=\S)",
    re.I,
)
# “#1” above a comment.
COUNTER = lazy_re_compile(r"#?\d{1,4}\.?")
# SAPO: “De NAME a DATE”.
BETWEEN_DE_AND_A = lazy_re_compile(r"^De (.+) a$")
# A link next to the name, reduced to its text.
AFTER_NAME = lazy_re_compile(r"[\s|/–—-]+\(?(?:permalink|link|#\d{0,6}|reply)\)?[\s|/]*$", re.I)
OWN_NUMBER = lazy_re_compile(r"#\d{1,5}")
# Titles and forms of address before names, without final dots. They belong to the names.
HONORIFICS = set_of(
    "mr mrs ms mx miss dr prof professor doctor sir lady lord dame rev reverend fr father mother sister brother capt "
    "captain col gen lt sgt maj hon judge rabbi imam sheikh herr frau fräulein hr doktor doktorin professorin mag dipl "
    "dipl.-ing dipl-ing ing med pfarrer pfr pater schwester m mme mlle mgr me pr docteur docteure professeur maître "
    "monsieur madame mademoiselle père sœur abbé sr sra srta don doña d dña dra lic arq ingeniero ingeniera señor señora "
    "señorita profesor profesora fray dom dona sig sig.ra sig.na signor signora signorina dott dott.ssa dottor "
    "dottoressa avv geom arch mons suor padre dhr mevr mevrouw meneer drs ir ds fru frk fröken pan pani hab inż ks "
    "г-н г-жа господин госпожа доктор д-р др проф профессор отец κ κα δρ sri shri smt haji pak ibu bapak "
    "دکتر مهندس آقای خانم استاد حاج سید الدكتور الدكتورة الأستاذ الأستاذة السيد السيدة الشيخ"
)
# Introduces a signature below a comment, by language.
COMMENT_BY = (
    r"(?:comment(?:ed)? by|kommentar (?:von|av|af|fra)|commentaire (?:par|de)|comentario (?:por|de)|comentário (?:por|de)|commento (?:di|da)|"
    r"reactie (?:door|van)|komentarz (?:od|autorstwa|przez)|комментарий от|коментар (?:от|від)|komentář od|komentar od|yorum yapan|comentari (?:de|per)|"
    r"kommentti|hozzászólás|comentariu de)"
)
COMMENT_SIGNED = lazy_re_compile(rf"{COMMENT_BY}\s.*", re.I)
SIGNS_COMMENT = lazy_re_compile(rf"(?:posted|comment|left|written) by:.*|{COMMENT_BY}\s.*", re.I)
COUNTED_NAME = lazy_re_compile(r"#?(\d{1,5})\.?\s+(.*[^\W\d_].*)")
# The word between a name and the text. The first group needs nothing after it.
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
NAME_SAID = lazy_re_compile(rf"(.*?)(?:^|\s){SAID}\s?(:|\.{{2,}}|…|：)?\s?:?", re.I)
NAME_SAID_GLUED = lazy_re_compile(
    r"(.+?)\s?(?:より|(?:さん)?の(?:コメント|発言)|说道|說道|说|說|表示|提到|님의 말| ?말하길|(?:님의 |님 |의 )?댓글)\s*([:：]|\.{3}|…)\s*"
)
SAID_NAME = lazy_re_compile(r"(?:يقول|قال|كتب)\s+(.{1,60}?)\s*:")
# The end of “NAME on” or “NAME said,” when the date is on the next line.
BEFORE_DATE = lazy_re_compile(rf"\s+(?:on|at|le|am|el|il|em|op|den|{SAID},)$", re.I)
# “Ann in reply to Bob”, “Ann → Bob”: only the first is the commenter.
ADDRESSEE = lazy_re_compile(
    r"\s+(?:in (?:reply|response) to|en réponse à|als antwort auf|en respuesta a|in risposta a|→)\s.*",
    re.I,
)
ACCOUNT = lazy_re_compile(r"^(?:blogger|openid|livejournal|typepad|wordpress|ο/η)\s+(?=\S)", re.I)
ACCOUNT_OR_NONE = lazy_re_compile(ACCOUNT.pattern + r"|^anonymous\s+(?=\S)", re.I)
ANONYMOUS = set_of(
    "anonymous anon anonyme anonym anonymus anónimo anônimo anonimo anoniem anonymní anonim "
    "anonimowy аноним анонимно anonyymi anonymt ανώνυμος isimsiz adsız ناشناس بی_نام مجهول غير_معرف 匿名 "
    "匿名さん 익명 says said..."
)
# Words that occur in sentences but not in names.
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
# Those that join a quotation to a sentence: “What Ann said:”.
JOINING_WORDS = set_of("when why how what where which because but also if here there yes no")
# Pronouns, which aren't names before “said”: “And then he said...”
POINTING_WORDS = set_of("i he she they we you it this that")
# Those that are also names at the start of a line.
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
# Short openings in the place of a name; no name follows them.
NOT_NAME_START = lazy_re_compile(
    r"(?i:great|nice|good|well|excellent|interesting|awesome|amazing|beautiful|lovely|love|wonderful|"
    r"fantastic|brilliant|perfect|gorgeous|so|no|oh|ah|and|or|edit|update|note|first|second|one|two|"
    r"as|in|on|at|with|about|another|more|some|all|any|every|a few|a couple|poor|sounds|looks|welcome|sending|"
    r"take|keep|back|off|vote|spoiler|trigger|big|definitely|count|quote|"
    r"super|bravo|toll|schön|gut|genau|bueno|excelente|bello|bella|mooi|bra|"
    r"belle|bonne|bon|qué|buen|buena|un|una|muito|boa|bom|очень|спасибо|с|خیلی)\b\s+(?=[^\W\d_A-ZÀ-ÖА-Я])",
)
# Others, regardless of what follows.
GREETING = lazy_re_compile(
    r"(?:happy (?:birthday|new|easter|holidays?|thanksgiving|anniversary|christmas|belated|(?:mon|tues|wednes|thurs|"
    r"fri|satur|sun)day)|merry (?:christmas|xmas)|(?:best|kind|warm) (?:wishes|regards)|(?:greetings|regards|hello) from|"
    r"frohe[s]?|(?:liebe|viele|schöne|herzliche) grüße|(?:schöne|gute|tolle|guter|schöner|toller) (?=[A-ZÄÖÜ])|"
    r"joyeux noël|bonne année|feliz (?:navidad|año|natal)|с новым годом|(?:go|to|for|from|by|re|point|number|option|"
    r"question|answer) (?=\S))\b",
    re.I,
)
# A line with only one of these is an exclamation, not a name.
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
