"""Reads the surroundings of the comments: their number, whether comments are closed, and the other
pages of the list.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ...fields import page_key
from ..text import phrases
from ..text.head import declared_in
from ..text.phrases.patterns import lazy_re_compile
from .dom import Document, Node, is_hidden, one_line, walk
from .items import ancestors, contains
from .notices import closing_notice
from .profiles import AREAS, FORMS

SHORT = 250
FURNITURE_TAGS = frozenset(("a", "button", "form", "nav", "label", "legend", "option"))
QUOTING = frozenset(("pre", "code", "blockquote", "template"))
NEAR = 8  # number of siblings before and after the comments that are searched
CLOSED_ELEMENTS = (
    "p.no-comments, .nocomments, .no-comments, .comments-closed, .commentsclosed, .comments_closed"
)
PAGE_LINK = lazy_re_compile(
    r"/comment-page-(\d{1,5})|[?&](?:cpage|commentPage|comment_page|commentspage)=(\d{1,5})", re.I
)
PAGER = (
    ".comment-navigation a, .comments-navigation a, .comments-pagination a, .comment-pager a, "
    ".wp-block-comments-pagination a, .comment-nav a, .comments-nav a, #comment-nav-above a, "
    "#comment-nav-below a, .commentnav a, .comments .pager a, #comments .pager a, "
    "#comments .nav-previous a, #comments .nav-next a, .paging-control-container a, .b-pager a, "
    ".comments-pages a, .page-links a, .crawler-nav a, .comment-pages a, [itemprop=pagination] a"
)
QUERY_PAGE = lazy_re_compile(r"[?&](?:page|start)=(\d{1,6})(?:&|#|$)")


@dataclass(frozen=True, slots=True)
class CommentPages:
    """The pages of a list of comments: the number of this one if known, and the URLs of others by
    number.
    """

    number: int | None = None
    by_number: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Surroundings:
    """Information found around the comments. `nodes` are the elements that contain them and are not
    part of the article; `used` maps text nodes to what they state.
    """

    nodes: list[Node] = field(default_factory=list)
    declared_count: int | None = None
    declared_heading: str = ""
    closed: bool | None = None
    closing_notice: str = ""
    used: dict[int, str] = field(default_factory=dict)


def area_of(document: Document, roots: list[Node]) -> list[Node]:
    """Return the elements that contain the comments and nothing of the article."""
    body = document.tree.body
    if not roots or body is None:
        return _without_inner(_empty_areas(document))
    common = _common(roots)
    area: list[Node]
    if common is None or _holds_article(common) or _has_text_before(common, roots[0]):
        area = _without_inner(roots)
    else:
        area = [_widest(common)]
    ids = {node.mem_id for node in area}
    for node in _empty_areas(document):
        if node.mem_id not in ids and not any(above.mem_id in ids for above in ancestors(node)):
            area.append(node)
            ids.add(node.mem_id)
    return _without_inner(area)


def _empty_areas(document: Document) -> list[Node]:
    """Return the elements with a class for comments, even if they are empty. Code samples with such
    names don't count.
    """
    return [
        node
        for node in document.css(f"{AREAS}, {FORMS}")
        if not _holds_article(node) and not any(a.tag in QUOTING for a in ancestors(node))
    ]


def _has_text_before(common: Node, first: Node) -> bool:
    """Return whether an element without a class for comments has paragraphs before its first
    comment.
    """
    if any(_is_comment_name(node) for node in [common, *_up_to(first, common)]):
        return False
    above = {node.mem_id for node in [first, *ancestors(first)]}
    child = common.first_child
    while child is not None and child.mem_id not in above:
        if child.is_element_node and child.tag in (
            "p",
            "div",
            "blockquote",
            "article",
            "section",
            "table",
            "tr",
        ):
            text = child.text().strip()
            if text and declared_count(" ".join(text.split())[:SHORT]) is None:
                return True
        child = child.next
    return False


def _without_inner(nodes: list[Node]) -> list[Node]:
    ids = {node.mem_id for node in nodes}
    return [n for n in nodes if not any(above.mem_id in ids for above in ancestors(n))]


def _common(nodes: list[Node]) -> Node | None:
    """Return the innermost element that contains all nodes."""
    first = list(ancestors(nodes[0]))
    shared = {node.mem_id for node in first}
    for node in nodes[1:]:
        shared &= {above.mem_id for above in ancestors(node)}
    return next((node for node in first if node.mem_id in shared), None)


def _holds_article(node: Node) -> bool:
    """Return whether an element also contains the title of the page or the text of an article."""
    if node.tag in ("body", "html", "main"):
        return True
    found = node.css_first(
        "h1, .post-body, .entry-body, .asset-body, [itemprop=articleBody], #post_1, .field-name-body, "
        ".field--name-body, .available-content"
    )
    if found is not None and not any(_is_comment_name(a) for a in [found, *_up_to(found, node)]):
        return True
    for content in node.css(".entry-content"):
        if not any(_is_comment_name(above) for above in [content, *_up_to(content, node)]):
            return True
    return False


def _up_to(inner: Node, outer: Node) -> list[Node]:
    found: list[Node] = []
    for node in ancestors(inner):
        found.append(node)
        if node.mem_id == outer.mem_id:
            break
    return found


_COMMENT_NAME = lazy_re_compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|hfeed|respond|discussion|replies)(?:$|[\s_-])", re.I
)


def _is_comment_name(node: Node) -> bool:
    attributes = node.attributes
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
    return bool(_COMMENT_NAME.search(names)) and node.tag not in ("body", "html")


def _widest(node: Node) -> Node:
    """Return the outermost element around the comments that has a class for comments."""
    best = node
    for above in ancestors(node):
        if above.tag in ("body", "html", "main") or _holds_article(above):
            break
        if _is_comment_name(above):
            best = above
    return best


def read_surroundings(
    document: Document,
    roots: list[Node],
    entry_nodes: set[int],
    address: str,
    counted: Callable[[], int | None],
) -> Surroundings:
    """Read the surroundings of the comments that start at `roots`. `counted` returns the number in
    the page's data and is called only if no text states one.
    """
    around = Surroundings(area_of(document, roots))
    lines = [*_lines_in(around.nodes, entry_nodes), *_lines_beside(around.nodes, bool(roots))]
    for node in document.css(CLOSED_ELEMENTS):
        lines.append((one_line(node), node))
    for text, node in lines:
        _read_line(text, node, around)
    if around.declared_count is None:
        _read_links(document, around, address)
    if around.declared_count is None:
        around.declared_count = _count_in_microdata(document)
    if around.declared_count is None:
        around.declared_count = counted()
    if (
        around.closed is None
        and document.css_first(f"{FORMS}, .comment-form iframe, #comment-editor") is not None
    ):
        around.closed = False
    return around


def _lines_in(nodes: Iterable[Node], entry_nodes: set[int]) -> list[tuple[str, Node]]:
    """Return short texts in the area outside the comments, one per innermost block."""
    found: list[tuple[str, Node]] = []
    seen: set[int] = set()
    for area in nodes:
        for node in walk(area, entry_nodes):
            if not node.is_text_node or node.is_empty_text_node or node.parent is None:
                continue
            holder = _block_of(node, area)
            if holder.mem_id in seen:
                continue
            seen.add(holder.mem_id)
            text = one_line(holder, entry_nodes)
            if len(text) <= SHORT:
                found.append((text, holder))
            own = " ".join((node.text_content or "").split())
            if own != text and len(own) <= SHORT:
                found.append((own, node))
    return found


def is_furniture_around(node: Node, chain: list[Node]) -> bool:
    """Return whether a text node around the comments belongs to a form, to links or to notices.
    `chain` contains the elements around it.
    """
    if any(above.tag in FURNITURE_TAGS or _is_form(above) for above in chain):
        return True
    text = " ".join((node.text_content or "").split())
    if not any(map(str.isalnum, text)):
        return True
    if len(text) > SHORT:
        return False
    return any(p.fullmatch(text) for p in (phrases.BUTTON, phrases.OPEN, phrases.FURNITURE))


def _block_of(node: Node, area: Node) -> Node:
    inline = ("a", "b", "i", "em", "strong", "span", "small", "font", "u", "cite", "q")
    here = node.parent or node
    while here.tag in inline and here.mem_id != area.mem_id and here.parent is not None:
        here = here.parent
    return here


def _lines_beside(nodes: list[Node], has_comments: bool) -> list[tuple[str, Node]]:
    """Return short siblings before and after the comments and after the element that contains them."""
    if not nodes:
        return []
    found: list[tuple[str, Node]] = []
    for first, last in ((nodes[0], nodes[-1]), (nodes[0].parent, nodes[-1].parent)):
        for node, is_back in ((first, True), (last, False)):
            here = node
            for _step in range(NEAR):
                here = None if here is None else here.prev if is_back else here.next
                if here is None:
                    break
                if here.is_element_node and is_hidden(here) or here.tag in ("article", "main"):
                    continue
                if here.is_element_node or here.is_text_node:
                    text = _short_text(here)
                    is_prose = is_back and not has_comments and _is_prose(here, text)
                    if text and not is_prose:
                        found.append((text, here))
    return found


def _is_prose(node: Node, text: str) -> bool:
    """Return whether an element above the comments may be a paragraph of the article about closed
    comments.
    """
    is_plain = node.tag in ("p", "-text", "blockquote", "li") and not node.attributes
    return is_plain and bool(closing_notice(text))


def _short_text(node: Node) -> str:
    if node.is_element_node and len(node.text()) > 4 * SHORT:
        return ""
    text = one_line(node)
    return text if len(text) <= SHORT else ""


def _read_line(text: str, node: Node, around: Surroundings) -> None:
    if not text:
        return
    if around.closed is not True and (notice := closing_notice(text)):
        around.closed, around.closing_notice = True, notice
        around.used[node.mem_id] = "closed"
    elif any(_is_form(above) for above in [node, *ancestors(node)]):
        return
    elif around.declared_count is None and (count := declared_count(text)) is not None:
        around.declared_count, around.declared_heading = count, text
        around.used[node.mem_id] = "heading"
    elif not around.declared_heading and phrases.HEADING_BARE.fullmatch(text):
        around.declared_heading = text
        around.used[node.mem_id] = "heading"


def _is_form(node: Node) -> bool:
    attributes = node.attributes or {}
    return attributes.get("id") in ("respond", "commentform") or "comment-respond" in (
        attributes.get("class") or ""
    )


COUNT_LEAD = lazy_re_compile(
    r"^(?:er zijn |er is |det finns |der er |det er |es sind |(?:your|our|readers?['’]?s?|visitors?['’]?s?|eure|ihre|vos|les|los|sus|tus|vuestros|os seus|i vostri|i|uw) (?=\w)|已|目前|es gibt |hay |il y a |ci sono |há |view |show |read |see |(?:view |show |read |see )?all (?=\d)|bisher )",
    re.I,
)
# Headings of hand-made pages.
READERS = lazy_re_compile(
    r"\W{0,3}(?:(?:comments?|words|letters|notes|replies|reactions|responses|feedback|opinions|thoughts) (?:from|by|of) "
    r"(?:our |the |my )?(?:readers?|visitors?|guests?|others|you)|"
    r"what (?:our |the |my |other )?(?:readers|visitors|guests|others|people|you) (?:wrote|write|said|say|think|thought)|"
    r"(?:your|readers?['’]?s?|visitors?['’]?s?) (?:comments|opinions|letters|responses|replies|thoughts|feedback|notes|views)|"
    r"(?:kommentare|stimmen|meinungen|zuschriften|reaktionen) (?:der|von|unserer) (?:leser\w*|besucher\w*|gäste)|"
    r"(?:leser|besucher)(?:briefe|kommentare|meinungen|stimmen|zuschriften)|(?:eure|ihre) (?:kommentare|meinungen)|"
    r"(?:vos|les) (?:commentaires|réactions|avis|réponses)(?: des (?:lecteurs|visiteurs))?|réactions des lecteurs|"
    r"(?:vuestros|sus|tus) comentarios|(?:comentarios|opiniones|mensajes) de (?:los|las|nuestr[oa]s) \w+|comentários dos (?:leitores|visitantes)|"
    r"(?:i vostri|i) commenti(?: dei (?:lettori|visitatori))?|reacties van (?:lezers|bezoekers))\W{0,3}",
    re.I,
)
COUNTED = lazy_re_compile(r"(.{3,80}?)\s*[(\[（]\s*(\d{1,6})\s*[)\]）]\W{0,3}")
DUAL = lazy_re_compile(
    r"\W{0,3}(?:تعليقان|ردان|رأيان|فكرتان)(?:\s(?:على|حول|في|ل)|\W|$)"
)  # Arabic has a dual
# "2 Messages de forum"
MESSAGES = lazy_re_compile(
    r"(\d{1,5})\s+(?:(?:forum )?(?:messages?|posts)(?: de forum)?|beiträge|mensajes|mensagens|messaggi|berichten|inlägg|wpisy|сообщени[ейя]|сообщения)\W{0,3}",
    re.I,
)
EASTERN_COUNT = lazy_re_compile(r"[（(](\d{1,6})\s?[件条個个개][)）]")
BRACED = lazy_re_compile(
    r"[{(\[]\s*(.{3,60}?)\s*(?:\|.{0,60})?[})\]]\s*(?:[-–—|].{0,80}|[(\[][^()\[\]]{3,60}[)\]])?"
)
# In the line below a post: "posted by Ann (14 comments total)".
TOTAL = lazy_re_compile(r"\((\d{1,6}) comments? total\)")


def declared_count(text: str) -> int | None:
    """Return the number of comments stated in a line."""
    if (counted := COUNTED.fullmatch(text)) and READERS.fullmatch(counted[1]):
        return int(counted[2])
    text = COUNT_LEAD.sub("", EASTERN_COUNT.sub(r"(\1)", text))
    if DUAL.match(text):
        return 2
    if messages := MESSAGES.fullmatch(text):
        return int(messages[1])
    count = declared_in(text)
    if count is None and (found := BRACED.fullmatch(text)):
        count = declared_in(found[1])
    return count


def _read_links(document: Document, around: Surroundings, address: str) -> None:
    """Read the number from the link to the comments, below the title or the text of the article."""
    counts: list[tuple[int, str, Node]] = []
    for node in document.css(
        ".comments-link, a[href$='#comments'], a[href$='#comment'], .comment-count, .comments-count, a[href='#Comments'], "
        ".subtext a[href*=item], .comments_label a, .byline .comments, .buttons a.comments, .post-ufi a[href$='/comments'], "
        ".copy .smallcopy"
    ):
        text = one_line(node)
        href = node.attributes.get("href") or ""
        if href and not _is_of_page(href.partition("#")[0].removesuffix("/comments"), address):
            continue
        if text and len(text) < 80 and (count := _stated_count(text, href)) is not None:
            counts.append((count, text, node))
    if counts and len({count for count, _text, _node in counts}) == 1:
        around.declared_count, around.declared_heading = counts[0][:2]


def _stated_count(text: str, href: str) -> int | None:
    """Return the number of comments in the text of a link to them or beside it."""
    if text.isdecimal():
        return int(text) if href.endswith("/comments") and len(text) < 6 else None
    total = TOTAL.search(text)
    return int(total[1]) if total else declared_count(text)


def _is_of_page(href: str, address: str) -> bool:
    """Return whether a link may lead to the page itself, as far as its URL is known."""
    return not href or not address or page_key(href) == page_key(address)


def _count_in_microdata(document: Document) -> int | None:
    for node in document.css(
        "[itemprop=commentCount], [property='schema:commentCount'], [property='sioc:num_replies']"
    ):
        attributes = node.attributes
        value = (attributes.get("content") or one_line(node)).strip()
        if value.isdigit() and len(value) < 8:
            return int(value)
    for node in document.css("[itemprop=interactionCount], [itemprop=interactionStatistic]"):
        content = node.attributes.get("content") or ""
        if found := re.fullmatch(r"UserComments:(\d{1,7})", content):
            return int(found[1])
        kind = node.css_first("[itemprop=interactionType]")
        number = node.css_first("[itemprop=userInteractionCount]")
        if kind is not None and number is not None:
            values = kind.attributes.get("content") or kind.attributes.get("href") or ""
            count = number.attributes.get("content") or ""
            if values.endswith("CommentAction") and count.isdigit() and len(count) < 8:
                return int(count)
    return None


def comment_pages(document: Document, address: str, resolve: Callable[[str], str]) -> CommentPages:
    """Find the other pages of the comments."""
    by_number: dict[int, str] = {}
    found = PAGE_LINK.search(address)
    number = int(found[1] or found[2]) if found else None
    for node in document.css(
        "a[href*='comment-page-'], a[href*='cpage='], a[href*='commentPage=']"
    ):
        href = node.attributes.get("href") or ""
        link = PAGE_LINK.search(href)
        if (
            link
            and "replytocom" not in href
            and not any(_is_entry(above) for above in ancestors(node))
        ):
            by_number.setdefault(int(link[1] or link[2]), resolve(href).partition("#")[0])
    for node in document.css(PAGER):
        href = resolve(node.attributes.get("href") or "").partition("#")[0]
        page = QUERY_PAGE.search(href)
        is_web = href.startswith(("http://", "https://", "/"))
        if page and is_web and href not in by_number.values():
            by_number.setdefault(int(page[1]), href)
    current = document.css_first(
        ".comment-navigation .current, .comments-pagination .current, .wp-block-comments-pagination .current, "
        "#comments .page-numbers.current, #comments .pager .current, .comments .pager-current"
    )
    if number is None and current is not None and (text := one_line(current)).isdigit():
        number = int(text)
    return CommentPages(number, by_number)


def _is_entry(node: Node) -> bool:
    return (node.id or "").startswith(("comment-", "li-comment-"))


__all__ = [
    "CommentPages",
    "Surroundings",
    "area_of",
    "comment_pages",
    "contains",
    "declared_count",
    "read_surroundings",
]
