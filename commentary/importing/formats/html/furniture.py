"""Finds the parts of a page that are not its article: menus, sidebars, share buttons, lists of
other articles, forms, and the comment area.
"""

import re
import zlib
from bisect import bisect_left
from collections.abc import Collection, Iterable
from functools import lru_cache

from ..text.phrases.patterns import lazy_re_compile
from .dom import Document
from .outline import BLOCKS, PageOutline, Spans, outline_of
from .prose import Prose

# Containers of comments. The comment reader finds them more exactly; these keep comments out of
# articles if it finds none.
COMMENT_AREAS = (
    ".comments-body, .comments-head, #comments, #comments-area, .comments-area, #commentlist, .commentlist, .comment-list, #respond, "
    ".comment-respond, #commentform, #disqus_thread, #comment-wrapper, .comment-wrapper, #Comments, "
    "#comments-content, #comments-block, #comment_list, .wp-block-comments, .wp-block-post-comments, "
    "#livefyre-comments, #idc-container, .fb-comments, #discussion.comments-page, .comments-page, "
    ".comments-section, .serendipity_comments, .comment-thread, [itemprop=comment], "
    "[itemtype$='/Comment'], [itemtype$='/UserComments'], #commentblock, #postcomment, .b-tree-root, "
    ".ljcmt_full, .entry-comments, .entry-pings, #wpdcom, #wc-comm-wrapper, .trackbacks, #trackbacks, "
    "#disqus-comments, .disqus-comments, #isso-thread, .giscus, #remark42, .commentWrap, #komento, "
    "#kommentare, #commentaires, #comentarios, #jc, #facebook-comments, .facebook-comments, #commento"
)
# The id of one comment.
COMMENT_ID = lazy_re_compile(
    r"(?:li-|div-|dsq-)?comment[-_]?(?:\d{1,19}|[0-9a-f]{12,40})|(?:ljcmt|cmt-?)\d{1,19}"
)
CUT = (
    "nav, menu, [role=navigation], [role=search], [role=complementary], [role=banner], "
    "[role=contentinfo], [role=dialog], [role=alert], button, select, input, textarea, dialog, "
    ".sharedaddy, .jp-relatedposts, .addtoany_share_save_container, .addthis_toolbox, .shariff, "
    ".breadcrumb, .breadcrumbs, .pagination, .page-links, .pager, .wp-pagenavi, .nav-links, "
    ".post-navigation, .navigation, .mw-editsection, .printfooter, .catlinks, #toc, .toc, .ez-toc-container, "
    "#ez-toc-container, .lwptoc, .mw-jump-link, .navbox, .vertical-navbox, .noprint, .no-print, .printhide, "
    "[data-nosnippet], [aria-label=Breadcrumb i], [aria-label=breadcrumbs i], ins.adsbygoogle, "
    ".cookie-notice, #cookie-law-info-bar, #cookie-notice, .cc-window, .navigation-links, "
    ".page-link, .post-page-numbers, .td-a-rec, .td-adspot-title, .smartbanner, .screen-reader-text"
)
# Names of furniture, even if it contains whole sentences.
_STRONG = (
    r"sidebars?|widget-area|footer|foot|bottombar|colophon|copyright|impressum|imprint|"
    r"newsletter|subscribe|subscription|subscriptions|mailchimp|mc4wp|paypal|donate|donation|patreon|steady|"
    r"cookie|cookies|consent|gdpr|dsgvo|popup|modal|(?<!js-)lightbox|tooltip|dropdown|flyout|offcanvas|"
    r"related|relateds|related-?posts?|related-?articles?|recommended|recommendations?|recommend|similar|yarpp|jp-relatedposts|crp|"
    r"outbrain|taboola|plista|more-?articles|more-?news|more-?stories|mostread|most-read|popular|trending|latest|recent|"
    r"teasers?|read-?more|readmore|weiterlesen|mehr-?zum-?thema|"
    r"author-?box|authorbox|author-?bio|about-?author|about-?the-?author|author-?info|author-?card|bio|biography|autor-?box|"
    r"tagcloud|disclaimer|paywall\S*|pum|pum-\S+|popmake|saboxplugin-\S+|saboxplugin|news-letter\S*|next-?story|next-?posts?|prev-?next|"
    r"next-post-\S+|about-?me|about-?us|social-?follow|skyscraper|"
    r"comments?|comment-?list|kommentare?|commentaires|respond|disqus"
)
# Names of furniture that contains little text.
_WEAK = (
    r"nav|navi|navbar|navigation|menus?|submenu|mainmenu|breadcrumbs?|pagination|paging|pager|pagenav|skip|jump|toolbar|"
    r"topbar|toc|sitemap|side|aside|widgets?|masthead|banner|banners|logo|branding|login|signin|signup|register|search|"
    r"searchform|langswitch|language-switcher|"
    r"share|shares|sharing|sharer|shariff|teilen|partager|compartir|compartilhar|condividi|share-?buttons?|social|socials|sociable|addthis|addtoany|a2a|sharedaddy|followus|"
    r"follow-us|facebook|twitter|pinterest|whatsapp|flattr|vgwort|social-?bookmarks?|bookmarking|privacy|overlay|also|"
    r"ads?|adv|advert|adverts|advertisement|advertising|adsense|adslot|adbox|advertentie|annons|annonse|reklame|mainos|anzeige|anzeigen|werbung|sponsors?|sponsored|"
    r"promo|promos|promotion|promobox|affiliate|cta|marketing|publicidad|publicite|reklama|"
    r"tags|taglist|tag-?list|tag-?links|post-?tags|entry-?tags|article-?tags|keywords|categories|cat-?links|catlinks|"
    r"category-?list|meta-?data|metadata|postmeta|post-?meta|entry-?meta|article-?meta|articlemeta|post-?info|entry-?info|"
    r"byline|bylines|dateline|post-?details|posted-?on|commentmeta|postmetadata|"
    r"rating|ratings|ratingblock|rate|vote|voting|votes|karma|stars|views|hits|"
    r"print|print-?link|printbutton|printer|feed|rss|trackback|trackbacks|pingback|permalink|edit-?link|"
    r"discussion|credits|legal"
)
STRONG = lazy_re_compile(rf"(?:^|[\s_:-])(?:{_STRONG})(?=$|[\s_:-])")
WEAK = lazy_re_compile(rf"(?:^|[\s_:-])(?:{_WEAK})(?=$|[\s_:-])")
# Names that always mean an article, and names from theme layouts.
ARTICLE = lazy_re_compile(
    r"(?:^|[\s_-])(?:article-?body|article-?content|article-?text|entry-?content|post-?content|post-?body|story-?body|"
    r"e-content|hentry|content-?area|main-?content|single-post|body-?text|wp-block-post-content|site-main|mw-parser-output)(?=$|[\s_-])"
)
NEVER = frozenset(["-document", "html", "body", "main", "article", "h1"])
# Headings of lists of other articles and of buttons.
INVITATION = lazy_re_compile(
    r"(?:share (?:this|with|on|via|it)|teilen (?:mit|sie)|(?:beitrag|artikel|seite|post) teilen|teile(?:n)?(?: dies(?:es)?| mit)|sharen mit|"
    r"(?:you (?:may|might) (?:also )?(?:like|enjoy)|related (?:posts?|articles?|stories|content|topics|links|news|reading)|"
    r"(?:more|read|also|see|similar|recommended|popular|latest|recent|other) (?:on|from|in|also|articles?|posts?|stories|news)\b|"
    r"similar (?:posts?|articles?)|recommended|read (?:more|next|also)|(?:das könnte|könnte) (?:dich|sie|ihnen|euch|dir)|"
    r"(?:ähnliche|verwandte|weitere|neueste|letzte|neue|beliebte|mehr|passende) (?:beiträge|artikel|themen|nachrichten|meldungen|posts|zum thema|aus|von)|"
    r"zum weiterlesen|lesen sie auch|lesen sie mehr|auch interessant|mehr zum thema|siehe auch|"
    r"articles? (?:liés|similaires|connexes|associés)|à lire (?:aussi|également)|sur le même (?:sujet|thème)|lire aussi|"
    r"(?:artículos|entradas|noticias) (?:relacionad[oa]s|similares)|también te puede|posts relacionados|artigos relacionados|"
    r"articoli correlati|leggi anche|potrebbe interessarti|gerelateerde|lees ook|relaterte|relaterade|podobne (?:wpisy|artykuły)|"
    r"похожие|читайте также|関連記事|相关文章|مطالب مرتبط|"
    r"about the author|über den autor|über die autorin|über autor|follow us|folge uns|follow me|folgen sie|"
    r"(?:subscribe|abonnieren|newsletter|sign up)\b.{0,40}|like this:?|gefällt mir:?|wird geladen.*|loading.*|"
    r"tags?:?|schlagw(?:ort|örter|orte):?|stichw(?:ort|orte|örter):?|keywords?:?|kategorien?:?|categor(?:y|ies):?|"
    r"advertisements?|anzeigen?|werbung|publicité|publicidad))\b.{0,40}",
    re.I,
)
# What follows an article: questions about it, and buttons of the page.
QUESTION = lazy_re_compile(
    r"\W*(?:was this (?:article|post|page|information) (?:helpful|useful)|did you (?:like|enjoy) th|rate this|how (?:useful|helpful) was|"
    r"war (?:dieser|der) (?:artikel|beitrag) (?:hilfreich|interessant)|hat (?:ihnen|dir|euch) (?:der|dieser) (?:artikel|beitrag)|"
    r"wie hat (?:ihnen|dir)|(?:artikel|beitrag|seite) (?:drucken|teilen|merken|versenden|bewerten|kommentieren)|"
    r"cet article vous a|(?:te|le) ha (?:gustado|parecido|resultado)|¿te (?:gustó|ha)|ti è (?:piaciuto|stato)|"
    r"(?:yes|ja|oui|sí|sì) ?/? ?(?:no|nein|non)\b|social ?media\b|escucha esta|listen to this)",
    re.I,
)
RIGHTS = lazy_re_compile(r"\W{0,3}(?:©|\(c\) ?\d{4}|copyright\b|all rights reserved)", re.I)
MAX_NAMES = 2_000  # characters of the classes of one element
MAX_REPEATED = 0.85  # maximum share of the prose of a page that can be furniture
MIN_REPEATED = 3  # minimum length in characters of a repeated block that counts as furniture


@lru_cache(maxsize=50_000)
def kind_of_name(names: str) -> str:
    """Return what the classes and the id of an element mean: "article", "strong" or "weak"
    furniture, or "".

    Cached, because the same names recur within a page and across the pages of a site.
    """
    if len(names) > MAX_NAMES or not names:
        return ""
    if ARTICLE.search(names):
        return "article"
    if STRONG.search(names):
        return "strong"
    return "weak" if WEAK.search(names) else ""


class PageParts:
    """The parts of a page outside its article: `comments` contains its comments, `cut` is
    furniture, `repeated` are the blocks that most pages of the site have. Prose in them no longer
    counts.
    """

    def __init__(
        self,
        outline: PageOutline,
        prose: Prose,
        comment_area: Iterable[int] = (),
        repeated: Collection[int] = frozenset(),
    ) -> None:
        self.outline, self.prose = outline, prose
        self.total = outline.size(0)
        self.comments = Spans(outline, [*comment_area, *self._comment_areas()])
        self.repeated = self._repeated(repeated) if repeated else frozenset()
        prose.leave_out(lambda number: number in self.comments or number in self.repeated)
        self.most = max(prose.value(0), prose.value(prose.densest()))
        self.marked = sorted(
            [*outline.css("h1")[:3], *outline.css("main, [role=main], [itemprop~=articleBody]")]
        )
        self.kinds = [kind_of_name(names) if names else "" for names in outline.all_names]
        self.named = [n for n, kind in enumerate(self.kinds) if kind == "article"]
        self.cut = Spans(outline, self._furniture())
        prose.leave_out(
            lambda number: number in self.comments or number in self.cut or number in self.repeated
        )

    def _repeated(self, fingerprints: Collection[int]) -> frozenset[int]:
        """Return the blocks with these fingerprints; none if they are most of the prose. Then the
        other pages are copies or lists with whole articles.
        """
        weights = self.prose.weights
        found = frozenset(
            number
            for number, words in blocks_with_text(self.outline)
            if len(words) >= MIN_REPEATED
            and fingerprint(words) in fingerprints
            and number not in self.comments
        )
        prose = sum(w for n, w in weights.items() if w > 0 and n not in self.comments)
        shared = sum(max(0.0, weights.get(number, 0.0)) for number in found)
        return found if shared <= MAX_REPEATED * prose else frozenset()

    def _comment_areas(self) -> list[int]:
        """Return the elements that contain comments, except those that also contain the article."""
        outline = self.outline
        single = [
            number
            for number in outline.css("[id]")
            if COMMENT_ID.fullmatch(outline.value(number, "id"))
        ]
        return single + [
            number
            for number in outline.css(COMMENT_AREAS)
            if outline.tags[number] not in NEVER or outline.value(number, "itemprop")
            if not _wraps_article(outline, number)
        ]

    def _furniture(self) -> list[int]:
        outline = self.outline
        found = [
            number
            for number in outline.css(CUT)
            if outline.tags[number] not in NEVER and not self._may_be_article(number)
        ]
        kinds = self.kinds
        for number, tag in enumerate(outline.tags):
            if outline.silent[number] or tag in NEVER or tag[:1] == "-":
                continue
            if tag in ("footer", "aside", "form"):
                if not self._may_be_article(number):
                    found.append(number)
            elif kinds[number] in ("strong", "weak") and self._is_named_furniture(number):
                found.append(number)
        return found

    def _is_named_furniture(self, number: int) -> bool:
        kind = self.kinds[number]
        value = self.prose.value(number)
        limit = 0.7 * self.most if kind == "strong" else min(150, 0.3 * self.most)
        if value > limit > 0 or self._is_marked(number, self.marked):
            return False
        is_small = kind == "strong" and value < 0.3 * self.most
        if not is_small and self._is_marked(number, self.named):
            return False
        if "lightbox" in self.outline.all_names[number] and self._is_picture(number):
            return False
        return not _is_inline_text(self.outline, number)

    def _is_picture(self, number: int) -> bool:
        """Return whether an element contains a picture and hardly any text."""
        outline = self.outline
        return outline.size(number) < 80 and "img" in outline.tags[number : outline.end[number]]

    def _may_be_article(self, number: int) -> bool:
        value = self.prose.value(number)
        if value > 0.5 * self.most > 0 or self._is_marked(number, self.marked):
            return True
        is_small = self.kinds[number] == "strong" and value < 0.3 * self.most
        return not is_small and self._is_marked(number, self.named)

    def _is_marked(self, number: int, marked: list[int]) -> bool:
        """Return whether an element is or contains one of these."""
        at = bisect_left(marked, number)
        return at < len(marked) and marked[at] < self.outline.end[number]


def _wraps_article(outline: PageOutline, number: int) -> bool:
    """Return whether an element with a name for comments also contains the article."""
    if outline.size(number) * 2 < outline.size(0):
        return False
    end = outline.end[number]
    return any(
        outline.tags[at] == "h1" or ARTICLE.search(outline.names(at))
        for at in range(number + 1, min(end, number + 400))
    )


INLINE = frozenset(
    [
        "a",
        "b",
        "i",
        "em",
        "strong",
        "span",
        "font",
        "small",
        "big",
        "u",
        "code",
        "abbr",
        "cite",
        "q",
        "sub",
        "sup",
        "mark",
        "s",
    ]
)


def _is_inline_text(outline: PageOutline, number: int) -> bool:
    """Return whether an element is part of a sentence, next to text in a paragraph."""
    if outline.tags[number] not in INLINE:
        return False
    parent = outline.parent[number]
    return outline.tags[parent] in ("p", "em", "strong", "b", "i") and (
        outline.size(parent) > 2 * outline.size(number)
    )


def fingerprint(text: str) -> int:
    """Return a hash of the text of a block."""
    return zlib.crc32(text.casefold().encode())


def furniture_fingerprints(document: Document) -> set[int]:
    """Return the fingerprints of a page's leaf blocks with text. Blocks that most pages of a site
    share are furniture.
    """
    outline = outline_of(document)
    return {
        fingerprint(words) for _, words in blocks_with_text(outline) if len(words) >= MIN_REPEATED
    }


def blocks_with_text(outline: PageOutline) -> Iterable[tuple[int, str]]:
    """Return the blocks that directly contain text, with that text."""
    parts: dict[int, list[str]] = {}
    owner = [0] * len(outline)
    for number, tag in enumerate(outline.tags):
        parent = outline.parent[number]
        owner[number] = number if tag in BLOCKS else (owner[parent] if parent >= 0 else 0)
        text = outline.text[number]
        if text and not outline.silent[number] and not text.isspace():
            parts.setdefault(owner[number], []).append(text)
    for number, texts in parts.items():
        words = " ".join("".join(texts).split())
        if words:
            yield number, words
