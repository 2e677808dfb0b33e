"""Wording in the body of the article: labels of related links, and what follows the text."""

import re

from .patterns import any_of, lazy_re_compile, whole_line

RELATED = lazy_re_compile(
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
# Inserted by site software between the body and the comments.
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

# Labels above a list that belongs to the article.
LIST_LABEL = whole_line(
    r"(?:directions?|instructions?|ingredients?|method|preparation|steps|procedure|you (?:will )?need)",
    r"(?:references|(?:foot)?notes|sources|bibliography|works cited|further reading|credits|citations)",
    r"(?:zutaten|zubereitung|quellen|literatur|anmerkungen|ingrédients|préparation|étapes|références|sources)",
    r"(?:ingredientes|preparación|preparo|modo de preparo|fuentes|referencias|ingredienti|preparazione|fonti|note)",
    r"(?:ingrediënten|bereiding|bronnen|ingredienser|källor|składniki|przygotowanie|źródła|ингредиенты|источники)",
)
# Sentences that site software adds to an article, anywhere on the page.
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
# Headings above lists of other articles.
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
# Tabs above a thread and sort options: “Comments2”, “Pingbacks (0)”, “Newest”.
TAB = whole_line(
    r"(?:comments?|responses?|replies|discussion|pingbacks?|trackbacks?|pings?|kommentare?|commentaires?|comentarios?|comentários?|commenti|"
    r"reacties|kommentarer|wordpress|blogger|site|facebook|google\+?|twitter|disqus|webmentions?|mentions?|reactions?|likes?|shares?|tweets?|ratings?|all|"
    r"newest|oldest|best|most (?:voted|liked|popular|recent|replies)|recent|popular|top|newest first|oldest first|login|subscribe|rss)"
    r"\s?[:(\[]?\s?\d{0,6}\s?[)\]]?",
)
# wpDiscuz: sort options, ranks above a name, votes, and the addressee of a reply.
DISCUZ_SORT = whole_line(
    r"newest ?oldest(?: ?most voted)?|(?:newest|oldest|most voted)(?: (?:newest|oldest|most voted)){1,2}"
)
DISCUZ_RANK = whole_line(
    r"guest|member|admin|administrator|author|editor|contributor|subscriber|active member|noble member|new member|trusted member"
)
DISCUZ_VOTES = lazy_re_compile(
    r"vote up ?[+-]?\d* ?vote down.{0,20}|[+-]?\d+ ?\|? ?reply(?: ?-.{0,20})?", re.I
)
DISCUZ_REPLY_TO = lazy_re_compile(r"reply to\s+(\S.{0,60})", re.I)
# Labels of the article in a list below its title, besides the date: “in Boats”, “1 comment”, “by
# Ann”.
POST_DATA = whole_line(
    r"(?:by|in|on|posted|filed|tagged|tags?|categor(?:y|ies)|von|par|por|di|da|door|av|af|przez|автор)\b.{0,80}",
    r"(?:leave|add|post|write) (?:a )?(?:comment|reply)|(?:permalink|print|e-?mail|edit|share|tweet)",
    r"\d{1,6} (?:views?|likes?|shares?|min(?:ute)?s?(?: read)?|reads?|votes?)|uncategori[sz]ed",
)
# Below the title on Hacker News and similar sites.
POINTS = lazy_re_compile(r"\d[\d,.]* points? (?:submitted )?by \S.{0,200}", re.I)
POINTS_COMMENTS = lazy_re_compile(r"\|\s*(\d{1,6})\s(?:comments?|replies)\b", re.I)
# After the name and date there.
THREAD_LINKS = lazy_re_compile(
    r"(?:\s*\|\s*(?:root|parent|next|prev|context|link|favorite|flag|on: .{1,80}))+\s*(?:\[[–—+\d -]{1,6}(?: more)?\])?$|\s*\[[–—+-]\]$",
    re.I,
)
# Starts a row of buttons, followed by titles of other articles.
SHARING = whole_line(
    r"(?:share|rate) this(?: post)?:?",
    r"like loading\.*",
    r"teilen(?: mit)?:",
    r"partager\s?:",
    r"comparte(?: esto)?:",
)
ENDS_CLOSED = lazy_re_compile(r"comments (?:and pings )?are (?:now |currently )?closed\W*$", re.I)
# Blogger's list of other articles, below the form in newer themes.
OTHER_ARTICLES = whole_line(
    r"popular posts from this blog",
    r"posts les plus consultés de ce blog",
    r"beliebte posts aus diesem blog",
    r"entradas (?:más )?populares de este blog",
    r"post popolari in questo blog",
    r"postagens mais visitadas deste blog",
    r"populaire posts van deze blog",
)
