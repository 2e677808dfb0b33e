"""Text to safe HTML, and the one place where HTML is declared safe.

Sanitising is the last step of every rendering; nothing is added to its result. Also the plain
notation in which an article's body is stored and edited."""

import html
import json
import re
from collections.abc import Callable, Iterator, Sequence

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from .web_addresses import host_of, is_plain

TAGS = {"p", "br", "a", "em", "strong", "blockquote", "ul", "ol", "li", "code", "pre"}
ARTICLE_TAGS = {"h2", "h3", "h4"}  # of an article alone: a comment has no sections
FOREIGN_TAGS = {"b", "i", "u", "s", "del", "ins", "cite", "q", "sub", "sup", "abbr", "small"}
# A web address runs to the next space, angle bracket or quotation mark: one pass, no backtracking.
ADDRESS = re.compile(r"https?://[^\s<>\"'“”‘’«»]{1,2000}", re.IGNORECASE)
# As above, and as many write it.
ADDRESS_OR_WWW = re.compile(
    r"(?:https?://|(?<![\w@./:=-])www\.(?=[\w-]+\.\w))[^\s<>\"'“”‘’«»]{1,2000}", re.IGNORECASE
)
TRAILING = ".,;:!?…。，、；：！？"  # belongs to the sentence, not to an address at its end
BRACKETS = {")": "(", "]": "[", "}": "{"}
EMPTY_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")


def _keep_web(tag: str, attribute: str, value: str) -> str | None:
    """The value of an attribute that stays; None for a link that browsers would have to repair, or
    that leads elsewhere than to the web."""
    return None if attribute == "href" and not is_plain(value) else value


def _keep_web_and_mail(tag: str, attribute: str, value: str) -> str | None:
    is_mail = value.lower().startswith("mailto:") and "@" in value
    return value if is_mail else _keep_web(tag, attribute, value)


def cleaner(link_rel: str | None, more_tags: frozenset[str] = frozenset()) -> nh3.Cleaner:
    """Made once: it is five times as fast as one made for each text.

    Of attributes only `href` stays ("*" stands for those that nh3 would keep on every tag). Links of
    articles may lead to a mailbox.
    """
    own = {"href"} if link_rel else {"href", "rel"}
    schemes = {"http", "https"} | ({"mailto"} if more_tags else set())
    tags = TAGS | FOREIGN_TAGS if link_rel else TAGS
    return nh3.Cleaner(
        tags=tags | more_tags,
        attributes={"*": set(), "a": own},
        attribute_filter=_keep_web_and_mail if more_tags else _keep_web,
        url_schemes=schemes,
        url_relative="deny",
        link_rel=link_rel,
    )


OURS = cleaner(None)  # links that we wrote, with the rel that we gave them
THEIRS = cleaner("nofollow ugc noopener")
NO_LINKS = nh3.Cleaner(tags=(TAGS | FOREIGN_TAGS) - {"a"}, attributes={"*": set()})
THEIR_ARTICLES = cleaner("nofollow noopener", frozenset(ARTICLE_TAGS))


def sanitise(fragment: str, by: nh3.Cleaner = OURS) -> SafeString:
    """`fragment` with every tag, attribute and address scheme removed that is not on our list."""
    return SafeString(by.clean(fragment))


def link_addresses(
    text: str, is_link: Callable[[str], bool] = is_plain, pattern: re.Pattern[str] = ADDRESS
) -> str:
    """`text` escaped for HTML, with those of its web addresses made links that `is_link` accepts."""
    parts, at = [], 0
    for match in pattern.finditer(text):
        address = _without_end(match.group())
        target = address if "://" in address else f"http://{address}"
        if not is_link(target):
            continue
        parts.append(html.escape(text[at : match.start()]))
        link = f'<a href="{html.escape(target)}" rel="nofollow ugc noopener">'
        parts.append(f"{link}{html.escape(address)}</a>")
        at = match.start() + len(address)
    parts.append(html.escape(text[at:]))
    return "".join(parts)


def _without_end(address: str) -> str:
    """`address` without the punctuation that follows it; a bracket that it opened itself, as in the
    addresses of encyclopedias, stays."""
    end = len(address)
    unmatched: dict[str, int] = {}
    while end:
        last = address[end - 1]
        if opener := BRACKETS.get(last):
            if last not in unmatched:
                unmatched[last] = address.count(last) - address.count(opener)
            if unmatched[last] <= 0:
                break
            unmatched[last] -= 1
        elif last not in TRAILING:
            break
        end -= 1
    return address[:end]


def paragraphs(text: str) -> list[str]:
    """The paragraphs of `text`, which are parted by empty lines."""
    return [p for p in EMPTY_LINES.split(text.strip("\n")) if p.strip()]


def render_text(text: str) -> SafeString:
    """Plain text to HTML: paragraphs, line breaks, links. Linear in the length of `text`."""
    return sanitise(
        "".join("<p>" + link_addresses(p).replace("\n", "<br>") + "</p>" for p in paragraphs(text))
    )


def markdown(is_link: Callable[[str], bool]) -> MarkdownIt:
    """A parser of restricted Markdown that makes links of the addresses that `is_link` accepts, and
    leaves the others as they were typed."""
    # Raw HTML is text, and there are no images, headings, tables or rules.
    parser = MarkdownIt("zero", {"html": False, "breaks": True, "maxNesting": 20}).enable(
        ["emphasis", "link", "autolink", "backticks", "escape", "newline", "entity"]
        + ["blockquote", "list", "code", "fence"]
    )
    parser.validateLink = is_link  # type: ignore[assignment,method-assign]

    def render_words(
        self: RendererHTML, tokens: Sequence[Token], at: int, options: object, env: object
    ) -> str:
        """Words between markup; bare addresses among them become links, but not inside one."""
        words = tokens[at].content
        if tokens[at].meta.get("in_link"):
            return html.escape(words)
        return link_addresses(words, is_link)

    parser.add_render_rule("text", render_words)
    return parser


def leads_off_site(address: str) -> bool:
    """Whether an address leads to a host in some browser, however it is written."""
    return bool(host_of(address))


MARKDOWN = markdown(is_plain)
ANY_LINKS = markdown(leads_off_site)  # what rules look for
ANY_LINKS.normalizeLink = str  # type: ignore[assignment,method-assign] # as they were typed


def render_markdown(text: str) -> SafeString:
    """Restricted Markdown to HTML: paragraphs, emphasis, quotes, lists, links, code.

    Bare web addresses become links as in plain text. `text` is bounded before it comes here.
    """
    return sanitise(_render_markdown(MARKDOWN, text))


def _render_markdown(parser: MarkdownIt, text: str) -> str:
    tokens = parser.parse(text)
    for token in tokens:
        in_link = False
        for part in token.children or ():
            if part.type == "link_open":
                part.attrSet("rel", "nofollow ugc noopener")
            in_link = part.type != "link_close" and (in_link or part.type == "link_open")
            part.meta["in_link"] = in_link
    return str(parser.renderer.render(tokens, parser.options, {}))


HREF = re.compile(
    r"""<a\b[^<>]*?\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""", re.IGNORECASE
)


def links_of(rendered: str) -> list[str]:
    """The addresses that the links of some HTML lead to, within the site or off it."""
    return [html.unescape(one or other or bare) for one, other, bare in HREF.findall(rendered)]


def links_in(text: str, markup: str = "markdown") -> list[str]:
    """The addresses off the site that a text links to or tries to: also those that are not made
    links when it is shown. What rules look at."""
    if markup == "html":
        rendered = text if "<" in text else ""
    elif markup == "text":
        rendered = link_addresses(text, leads_off_site)
    else:
        rendered = _render_markdown(ANY_LINKS, text)
    return [address for address in links_of(rendered) if leads_off_site(address)]


# What looks like a tag and is none: an arrow, a heart, a sum.
BARE_LESS = re.compile(r"<(?!/?[a-zA-Z][^<>]*>)")
BLOCK = re.compile(
    r"<(/?)(p|ul|ol|li|blockquote|pre|div|section|article|header|footer|h[1-6]|table|thead|tbody|"
    r"tr|dl|dt|dd|figure|figcaption|center|address|fieldset|form|hr)\b[^<>]*>",
    re.IGNORECASE,
)
KEPT_BLOCKS = {"p", "ul", "ol", "li", "blockquote", "pre"}
IN_LINE = {"p"} | ARTICLE_TAGS  # their newlines are what they are in HTML
ARTICLE_BLOCKS = KEPT_BLOCKS | ARTICLE_TAGS
CELL_END = re.compile(r"</t[dh]\b[^<>]*>", re.IGNORECASE)
BREAK_AT_END = re.compile(r"<br\b[^<>]*>[^\S\n]*\n", re.IGNORECASE)
EMPTY = re.compile(r"<p>(?:\s|<br>|&nbsp;)*</p>")
# A link to a picture that is not shown has no words to press.
EMPTY_LINK = re.compile(r"<a\b[^<>]*>\s*</a>")
HEADING = re.compile(r"<(/?)h([1-6])\b[^<>]*>", re.IGNORECASE)
LINK_OR_IMAGE = re.compile(r"<(/?)(a|img)\b[^<>]*>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"\b(src|alt|title)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)


# A block parts the words around it where it begins and where it ends.
THEIR_BREAK = re.compile(
    r"<(?:br|hr|/li|/td|/tr|/?(?:blockquote|div|h[1-6]|ol|p|pre|table|ul))\b[^<>]*>", re.I
)
# Tags as the sanitiser writes them.
OUR_BREAK = re.compile(r"<(?:br|/li|/?(?:blockquote|h[1-6]|ol|p|pre|ul))>")
OUR_TAG = re.compile(r'<[^<>"]*(?:"[^"]*"[^<>"]*)*>')


def render_html(text: str) -> SafeString:
    """HTML of an export to our own, laid out as on the pages that it comes from.

    Blocks we do not keep become paragraphs. Between blocks, empty lines part paragraphs and
    newlines are line breaks; in a paragraph, an item or preformatted text, a newline is what it is
    in HTML. Bare web addresses become links. Linear in the length of `text`.
    """
    if "<" not in text and "&" not in text and "\0" not in text:  # most comments: no markup
        laid_out = _run(_tidy(text).replace(">", "&gt;"), is_flat=False)
        rendered = SafeString(EMPTY.sub("", laid_out.replace("\xa0", "&nbsp;")))
    else:
        rendered = _render_foreign(_tidy(text), KEPT_BLOCKS, THEIRS)
    if not ADDRESS_OR_WWW.search(text):
        return rendered
    linked = "".join(_with_links(rendered))
    return rendered if linked == rendered else sanitise(linked, THEIRS)


NO_LINKS_IN = ("a", "code", "pre")


def _with_links(fragment: str) -> Iterator[str]:
    """The pieces of a fragment that was sanitised, with its bare addresses made links, but not in a
    link or in code."""
    at, inside = 0, 0
    for tag in OUR_TAG.finditer(fragment):
        yield _linked(fragment[at : tag.start()]) if not inside else fragment[at : tag.start()]
        name = tag.group().strip("</>").split(" ", 1)[0]
        if name in NO_LINKS_IN:
            inside += -1 if tag.group().startswith("</") else 1
        yield tag.group()
        at = tag.end()
    yield _linked(fragment[at:])


def _linked(text: str) -> str:
    if not ADDRESS_OR_WWW.search(text):
        return text
    return link_addresses(html.unescape(text), pattern=ADDRESS_OR_WWW)


def render_article_html(text: str) -> SafeString:
    """As `render_html`, of a whole article: its headings begin at the second level, below the
    title, and its pictures, which would be asked of another host, are links to them."""
    text = HEADING.sub(lambda tag: f"<{tag[1]}h{min(max(int(tag[2]), 2), 4)}>", _tidy(text))
    return _render_foreign("".join(_without_images(text)), ARTICLE_BLOCKS, THEIR_ARTICLES)


def _render_foreign(text: str, kept: set[str], by: nh3.Cleaner) -> SafeString:
    # Most comments have no tag at all, or none of a block.
    has_blocks = "<" in text and BLOCK.search(text)
    laid_out = "".join(_laid_out(text, kept)) if has_blocks else _run(text, is_flat=False)
    clean = sanitise(laid_out, by)
    bare = EMPTY.sub("", EMPTY_LINK.sub("", clean))
    return clean if bare == clean else sanitise(bare, by)


def _without_images(text: str) -> Iterator[str]:
    at, in_link = 0, False
    for tag in LINK_OR_IMAGE.finditer(text):
        if tag[2].lower() == "a":
            in_link = not tag[1]
            continue
        values = {name.lower(): one or other for name, one, other in ATTRIBUTE.findall(tag[0])}
        source = values.get("src", "")
        words = values.get("alt") or values.get("title") or source.split("/")[-1]
        words = words and f"[{words}]"
        yield text[at : tag.start()]
        is_link = source.startswith(("https://", "http://")) and not in_link
        yield f'<a href="{source}">{words}</a>' if is_link else words
        at = tag.end()
    yield text[at:]


def plain_text(fragment: str) -> str:
    """The words of an HTML fragment, blocks and line breaks as newlines."""
    spaced = THEIR_BREAK.sub("\n", _tidy(fragment))
    return EMPTY_LINES.sub("\n\n", html.unescape(nh3.clean(spaced, tags=set()))).strip()


def rendered_text(fragment: str) -> str:
    """As `plain_text`, of what was rendered here: its tags are known to be sound, so that no parser
    has to look at it. Every comment that is stored passes through."""
    if "<" in fragment:
        fragment = OUR_TAG.sub("", OUR_BREAK.sub("\n", fragment))
    return html.unescape(fragment).strip()


def _tidy(text: str) -> str:
    """`text` with one kind of newline, without comments, and with bare angle brackets escaped."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "<" not in text:
        return text
    if "<!--" not in text:
        return BARE_LESS.sub("&lt;", text)
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts.append(text[at:start])
        at = end + len("-->")
    parts.append(text[at:])
    return BARE_LESS.sub("&lt;", "".join(parts))


def _laid_out(text: str, kept_blocks: set[str]) -> Iterator[str]:
    at, items, in_paragraph, in_pre = 0, 0, False, False
    for tag in BLOCK.finditer(text):
        closing, name = bool(tag[1]), tag[2].lower()
        if in_pre and not (closing and name == "pre"):
            continue
        is_flat = in_paragraph or in_pre or items > 0
        yield _run(text[at : tag.start()], is_flat)
        kept = f"<{tag[1]}{name}>" if name in kept_blocks else ""
        yield kept or ("\n" if is_flat else "")
        if name == "li":
            items = max(items + (-1 if closing else 1), 0)
        in_paragraph = bool(kept) and not closing and name in IN_LINE
        in_pre = kept == "<pre>"
        at = tag.end()
    yield _run(text[at:], in_paragraph or in_pre or items > 0)


def _run(text: str, is_flat: bool) -> str:
    """What stands between two tags of blocks; in what is not flat, its lines are as on the page."""
    if is_flat:
        return text
    if "<" in text:
        text = BREAK_AT_END.sub("\n", CELL_END.sub(" ", text))
    return "".join("<p>" + p.replace("\n", "<br>") + "</p>" for p in paragraphs(text.strip()))


def data_block(value: object, kind: str) -> SafeString:
    """`value` as a `<script>` that holds data of a media type: browsers run none of it, and
    nothing in it can end it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return format_html('<script type="{}">{}</script>', kind, mark_safe(text))  # noqa: S308


RENDERERS = {"text": render_text, "markdown": render_markdown, "html": render_html}


POINT = re.compile(r"(\d{1,6})\.[^\S\n]+(?=\S)")
NOTATION = re.compile(r"(\\+)?(?:\d{1,6}\.\s|##\s)")
