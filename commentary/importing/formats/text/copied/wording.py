"""Wording around the comments of whole pages, in addition to `phrases`."""

import re

from ..phrases.patterns import any_of, lazy_re_compile, whole_line

# A line of a comment form, or the invitation above it.
FORM = lazy_re_compile(
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
TWICE = lazy_re_compile(r"(\w{3,14}?)\1\w{0,3}(?:\s.{0,30})?|(\w{3,14})\s\2", re.I)
# The address of a comment, to be shared.
OWN_LINK = lazy_re_compile(r"https?://\S{3,500}#(?:comment|kommentar|c)-?\d+", re.I)
# The alternative text of a commenter's picture: “Avatar Ann”, “Profile picture of Ann”.
PICTURE_OF = lazy_re_compile(
    r"(?:user |author )?(?:gr)?avatar(?: ?image|bild)?(?:\s(?:of|for|von|für|de|di|van|por|para))?\s+(?=\S)|"
    r"(?:profile|user) (?:picture|photo|image)(?:\s(?:of|for))?\s+(?=\S)|(?:profil|benutzer|nutzer)bild(?:\s(?:von|für))?\s+(?=\S)|"
    r"kommentarbild von\s+(?=\S)|photo (?:de profil )?de\s+(?=\S)|foto (?:de perfil |del profilo |di profilo )?(?:de|di|van|von|do|da)\s+(?=\S)|profielfoto van\s+(?=\S)|"
    r"(?:picture|photo|image) of\s+(?=\S)|zdjęcie profilowe\s+(?=\S)",
    re.I,
)
# The same behind a name: “Ann Avatar”, “Ann’s profile picture”.
PICTURE = lazy_re_compile(
    r"(?:['’]s)?\W{0,2}(?:user |profile )?(?:(?:gr)?avatar|picture|photo|image|icon|logo|(?:profil|benutzer)?(?:bild|foto))\W{0,2}",
    re.I,
)
# The link below the teaser of an article.
READ_ON = lazy_re_compile(
    r"(?:continue|keep) reading|read (?:more|on|the rest|full)|weiter ?lesen|mehr lesen|zum artikel|lire (?:la suite|plus)|"
    r"(?:seguir|sigue) leyendo|leer más|continua a leggere|leggi (?:tutto|di più)|ler mais|continuar lendo|lees (?:meer|verder)|"
    r"läs mer|les mer|læs mere|czytaj (?:dalej|więcej)|číst dál|читать (?:далее|дальше|полностью)|続きを読む|阅读更多|閱讀更多|더 읽기",
    re.I,
)
# Links above an article that only a whole page has.
ACCOUNT_LINK = whole_line(
    r"(?:sign|log)[ -]?(?:in|up|out)(?: \W? ?(?:sign|log)[ -]?(?:in|up))?|register|create (?:an )?account|my account|subscribe(?: now)?|open in app|"
    r"become a member|support us|you are not (?:logged|signed) in\W{0,3}(?:log ?in\W{0,3})?|vous n['’]êtes pas (?:identifié|connecté)(?:\(e\))?|"
    r"(?:du bist|sie sind) nicht (?:angemeldet|eingeloggt)|no has iniciado sesión|non sei (?:autenticato|connesso)",
    r"anmelden|abmelden|einloggen|registrieren|jetzt abonnieren|abonnieren|mein konto",
    r"(?:se )?connecter|connexion|déconnexion|s['’]inscrire|inscription|identification|s['’](?:abonner|identifier)|mon compte",
    r"(?:iniciar|inicia|inicie|cerrar) sesión|registrarse|regístrate|suscr[ií]b(?:ete|irse)|mi cuenta",
    r"accedi|registrati|abbonati|iscriviti|fazer login|entrar|cadastre-se|assine(?: já)?",
    r"inloggen|registreren|word lid|logga in|bli medlem|log ind|logg inn|"
    r"zaloguj(?: się)?|zarejestruj(?: się)?|přihlásit(?: se)?|kirjaudu(?: sisään)?|giriş yap|üye ol",
    r"войти|вход|выйти|регистрация|зарегистрироваться|подписаться|увійти|реєстрація|"
    r"ورود|ثبت ?نام|تسجيل الدخول|ログイン|会員登録|新規登録|登录|登入|注册|로그인|회원가입",
)
# Links of menus and past them, of which a trimmed text has at most one.
MENU_LINK = whole_line(
    r"(?:skip|jump) to .{3,30}|(?:springe )?zum (?:haupt)?inhalt(?: springen)?|aller au contenu(?: principal)?|passer au contenu|"
    r"(?:ir|saltar|omitir|pasar).{0,12} al? contenido(?: principal)?|(?:vai|salta) al contenuto|(?:pular|ir) para o conteúdo|"
    r"(?:ga )?naar (?:de )?inhoud|hoppa till innehåll|przejdź do treści|перейти к (?:содержимому|контенту)",
    r"home(?: ?page)?|about(?: us| me)?|contact(?: us)?|archives?|search|menu|faq|links|news(?:letter)?|blog|shop|forum|board index|members?|login",
    r"startseite|über (?:uns|mich)|kontakt|archiv|suche|menü|impressum|datenschutz|aktuelles|termine",
    r"accueil|à propos|recherche|actualités|liens|liste des membres|règles|inicio|portada|acerca de|quiénes somos|contacto|buscar|archivo|noticias",
    r"chi siamo|contatti|cerca|archivio|início|sobre|contato|busca|over (?:ons|mij)|zoeken|strona główna|o (?:nas|mnie)|szukaj",
    r"главная|о (?:нас|сайте|проекте|блоге)|контакты|поиск|архив|меню|ホーム|検索|メニュー|記事一覧|全記事一覧|お問い合わせ|首页|关于|搜索|홈|검색",
)
# Lines next to the byline: how long it takes to read, counts, and buttons.
NEXT_TO_BYLINE = whole_line(
    r"[\d.,]{1,7}\s?[km]?|[\d.,]{1,9}\s?[km]?\s(?:subscribers?|followers?|views?|reads?|abonnenten|aufrufe|abonnés|vues|"
    r"suscriptores|seguidores|visualizaciones|visualizzazioni|iscritti|weergaven|abonnees|visningar|prenumeranter|просмотров|подписчиков)(?: .{4,30})?|(?:(?:reading time|lesezeit|temps de lecture|lecture|tiempo de lectura|время чтения)\W{0,3})?"
    r"\d{1,3}\s?(?:-\s?\d{1,3}\s?)?(?:min(?:ute)?s?|minuten|minuti|minutos|мин(?:ут[аы]?)?|分)\.?(?: (?:read|to read|reading|lesezeit|de lecture|de lectura|di lettura|чтения))?",
    r"follow(?:ing)?|listen|save|share|gift|folgen|anhören|merken|teilen|suivre|écouter|partager|seguir|escuchar|compartir|guardar|поделиться|сохранить",
)
# What forums show of a member, above a date or number.
PROFILE_LABEL = lazy_re_compile(
    r"(?:joined?|join date|member since|registered|registration date|posts|messages|location|"
    r"registriert(?: seit)?|mitglied seit|dabei seit|beigetreten|anmeldedatum|beiträge|ort|wohnort|"
    r"inscri(?:t(?:e)? le|ption)|date d['’]inscription|membre depuis|registrad[oa](?: el| em)?|miembro desde|membro desde|"
    r"registrato(?: il)?|iscritto(?: il)?|geregistreerd|lid sinds|aangemeld|medlem sedan|registrerad|tilmeldt|zarejestrowany|"
    r"dołączył(?:a)?|зарегистрирован(?:а)?|регистрация|на сайте с|登録日|注册时间|註冊時間)(?![^\W\d_])\s?:?",
    re.I,
)
# What forums call their members.
MEMBER_RANK = lazy_re_compile(
    r"(?:(?:senior|junior|full|active|regular|new|super|premium|registered|advanced|power|honorary|veteran|trusted|frequent|top|"
    r"erfahrene[rs]?|neue[rs]?|registrierte[rs]?|aktive[rs]?|fortgeschrittene[rs]?) )?"
    r"(?:members?|users?|posters?|contributor|newbie|veteran|mitglied(?:er)?|benutzer|foren-?\w+|membres?|miembros?|membros?|utenti?|"
    r"leden|medlem(?:mar)?|użytkownik|участник|пользователь|новичок)",
    re.I,
)
# The rating of a recipe above the text of a comment.
RATING = lazy_re_compile(
    r"(?:\d(?:[.,]\d)?|one|two|three|four|five)(?: out of \d| von \d)? (?:stars?|sterne?n?)|[★☆⭐]+",
    re.I,
)
# What is between buttons, and words next to them.
BETWEEN_BUTTONS = lazy_re_compile(r"[\s•|›»·/(),-]+")
BUTTON_TOO = lazy_re_compile(
    r"\d+|share|link|embed|save|context|hide|award|follow|recommend|empfehlen|recommander|recomendar|denunciar|"
    r"ветка|развернуть|permalink|likes?|votes?|up|down|report|flag|quote|edit|teilen|melden|zitieren|gefällt|mir|partager|signaler|compartir|"
    r"citar|citer|rispondi|condividi|this|abuse|alerter|valorar|positivo|negativo|mensaje|message|comment|hace|kommentieren|"
    r"disagree|agree|helpful|react|seguir|segui|folgen|abonnieren|subscribe|follow|unfollow|bookmark|copy|print|more|mehr|plus|"
    r"поделиться|пожаловаться|жалоба|нравится|檢舉|舉報|举报|分享|点赞|讚|赞|공감|비공감|신고|通報|いいね",
    re.I,
)
# A weekday before a date.
_DAYS = any_of(
    "mon tue tues wed thu thur thurs fri sat sun mo di mi do fr sa so lun mar mer jeu ven sam dim lu ma me je ve "
    "mié jue vie sáb dom gio sab ma wo vr za zo pon wt śr czw pt sob nd пн вт ср чт пт сб вс"
)
INTRODUCES_TIME = lazy_re_compile(
    r"(?:(?:(?:comment|issue|online|article|post|reply|answer|review|message|story|entry|topic|last|first|originally|was|artikel|beitrag|"
    r"kommentar|antwort|nachricht|eintrag|thema|zuletzt|commentaire|message|comentario|mensaje|commento|messaggio|reactie|bericht)\s+)?(?:posted|e?published|commented|written|added|submitted|said|wrote|veröffentlicht|geschrieben|"
    r"verfasst|publié|posté|publicado|pubblicato|geplaatst|date|datum|fecha|data|envoyé|écrit)\b\s*)?"
    rf"(?:\b(?:on|at|am|vom|den|der|le|el|il|em|op|à|en|do|dne|dnia|the)\b)?\s*(?:{_DAYS}\b\.?)?\W*",
    re.I,
)
# The caption of a picture names its source.
CAPTION = lazy_re_compile(
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
