"""Wording below the comments: closing notices, reply forms, page furniture."""

import re

from .patterns import any_of, lazy_re_compile, whole_line

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
# Bloggers' texts above the form. Articles also end by asking for comments.
MESSAGE = lazy_re_compile(
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
# Lines around a page that belong to none of its parts.
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
