"""Wording around comments: headings, buttons, pingbacks and other pages of a thread."""

import re

from .body import _LIKE, _LIKE_WORDS
from .patterns import any_of, button_line, lazy_re_compile, set_of, whole_line

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
    r"コメント|件のコメント|件のフィードバック|件の返信|[条條][评評][论論]|[条條则則个個]?(?:回复|回覆|回應|留言|迴響|评论|評論)|个想法|개의\s(?:댓글|생각|응답)|댓글)"
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
    # 7 Responses to “Title”; 22 thoughts on “Title”; 9 comments: ; 5 Comments so far
    re.compile(
        rf"\W{{0,3}}(?:(?:talk ?back|feedback|replies|responses|discussion|diskussion|reader reactions)\s?[:–—-]\s|there (?:are|is) |showing |هناك )?({_NUMBER})\s*(?:user |reader |de )?{_COMMENTS}(?:\s*[:：.!»↓▼}})\]]*|\s+{_TO}\b.*|(?-i:\s+[A-ZÄÖÜÉ][^.!?…“”\"]{{2,60}})|"
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
    # The same without quotation marks, in languages where it is clear.
    re.compile(
        rf".{{1,250}}?(?:\siçin\s({_NUMBER})\s(?:yanıt|yorum)|:\s({_NUMBER})\sком+ентар\w+|有\s?[“「]\s?({_NUMBER})\s?則迴響\s?|"
        rf"\s?への\s?({_NUMBER})\s?件の(?:フィードバック|コメント|返信)|의\s댓글\s({_NUMBER})개)\W{{0,3}}",
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
# A quotation that continues to the end of the line.
UNCLOSED = lazy_re_compile(r"\s[“\"«„][^“”\"«»„]+$")
# No comments, in languages that don't say it with “no” and a noun.
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
HEADING_BARE = lazy_re_compile(
    r"(?:この記事への|この投稿への|この記事に対する)コメント(?:一覧)?|"
    rf"\W{{0,3}}(?:(?:reader|user|your|all(?: the)?|the|(?:tous )?les|die|alle|(?:todos )?los|(?:tutti )?i|de) )?"
    rf"(?:{_PLURAL}|discussion|conversation|diskussion)"
    rf"(?:\s+{_TO}\b.{{0,250}}|\s*[:：]?\W{{0,3}})",
    re.I,
)
# Typepad's link above the comments, and its notice below them.
TYPEPAD_FEED = whole_line(
    r"(?:feed )?you can follow this conversation by subscribing to the comment feed for this post"
)
TYPEPAD_CLOSED = whole_line(r"the comments to this entry are closed")
PINGBACKS_HEADING = lazy_re_compile(
    r"\W{0,3}(?:\d{1,4}\s+|one\s+|no\s+)?(?:trackbacks?|pingbacks?|pings?)(?:\s*(?:/|&|and|,|\+)\s*(?:trackbacks?|pingbacks?|pings?))?"
    r"(?:\s*\(\d+\)|\s+(?:to|on|for|so far)\b.*)?\W{0,3}",
    re.I,
)

PINGBACK = lazy_re_compile(
    r"(pingback|trackback|ping|retroenlace|retroenllaç|rétrolien|backlink|tilbaketråkk|tilbakeping|paluuviite|visszajelzés|"
    r"geri bildirim|povratni ping|ping balik|уведомление|παράθεμα|פינגבא?ק|بازتاب|تعقيب|ピンバック|トラックバック|핑백|"
    r"引用通告|通告)s?\s?(?:[:：]|\s(?:by|from|von|de|par))\s*(.*)",
    re.I,
)
EXCERPT = lazy_re_compile(r"\[?\[(?:…|\.{3})\]\]?.*\[(?:…|\.{3})\]\]?\W*", re.S)
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
# The buttons that appear below every comment.
_REPLY = any_of(
    "reply répondre antworten responder rispondi beantwoorden reageer reageren svara svar besvar vastaa odpowiedz ответить "
    "відповісти odpovědět odpovedať yanıtla cevapla απάντηση válasz răspunde răspundeți respon balas پاسخ پاسخ_دادن رد الرد "
    "השב הגב 返信 返信する 回复 回覆 답글"
)
# LikeLike, J’aimeJ’aime: the button of WordPress.com followed by its label.
LIKES = lazy_re_compile(rf"({_LIKE})\s?\1", re.I)
REPLY = button_line(
    r"expand full comment",
    rf"(?:log ?in to )?{_REPLY}(?:\s?{BUTTON_WORD}){{0,2}}(?: ?↓)?",
    rf"(?:{_LIKE}\s?){{2}}",
)
# Blogger's two buttons as one word; the next comment may follow without a space.
TWO_BUTTONS = lazy_re_compile(
    r"((?:ReplyDelete|RépondreSupprimer|AntwortenLöschen|Responder(?:Excluir|Eliminar|Borrar|Suprimir|Apagar)|RispondiElimina|"
    r"BeantwoordenVerwijderen|Svara(?:Radera|Ta bort)|SvarSlett?|VastaaPoista|OdpowiedzUsuń|ОтветитьУдалить|ВідповістиВидалити|"
    r"YanıtlaSil|OdpovědětVymazat|ΑπάντησηΔιαγραφή|VálaszTörlés|RăspundețiȘtergere|ResponElimina|BalasHapus)"
    r"(?:Replies|Réponses|Antworten|Risposte|Reacties|Respostas|Respuestas|Ответы|Odpowiedzi|Svar)?)(.*)"
)
# Only the second button, below a reply; text may follow without a space.
LONE_DELETE = lazy_re_compile(
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
# Links to the other comments of a thread that has several pages.
OTHER_COMMENTS = whole_line(
    rf"{_OLDER_OR_NEWER}\s?{_PLURAL}|{_PLURAL}\s{_OLDER_OR_NEWER}",
    r"(?:older|newer|previous|next|earlier|more|recent) comment",
    r"(?:load|show|view) (?:more|older|newer|all) comments.{0,12}",
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
