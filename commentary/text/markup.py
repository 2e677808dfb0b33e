"""Render text as safe HTML. The only module that marks HTML as safe.

Sanitising is the last step of every renderer; nothing is added to its result. Also defines the
notation of article bodies.
"""

import html
import json
import re
from collections.abc import Callable, Iterator, Sequence

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from .trusted import trusted
from .web_addresses import host_of, is_plain

TAGS = {"p", "br", "a", "em", "strong", "blockquote", "ul", "ol", "li", "code", "pre"}
ARTICLE_TAGS = {"h2", "h3", "h4"}  # allowed in articles only
FOREIGN_TAGS = {"b", "i", "u", "s", "del", "ins", "cite", "q", "sub", "sup", "abbr", "small"}
# A web address ends at a space, an angle bracket or a quotation mark. One pass, no backtracking.
ADDRESS = re.compile(r"https?://[^\s<>\"'“”‘’«»]{1,2000}", re.IGNORECASE)
# The same, or starting with "www." without a scheme.
ADDRESS_OR_WWW = re.compile(
    r"(?:https?://|(?<![\w@./:=-])www\.(?=[\w-]+\.\w))[^\s<>\"'“”‘’«»]{1,2000}", re.IGNORECASE
)
TRAILING = (
    ".,;:!?…。，、；：！？"  # punctuation that is not part of an address at the end of a sentence
)
BRACKETS = {")": "(", "]": "[", "}": "{"}
EMPTY_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")


def _keep_web(tag: str, attribute: str, value: str) -> str | None:
    """Keep an attribute, except an `href` that is not a plain web address."""
    return None if attribute == "href" and not is_plain(value) else value


def _keep_web_and_mail(tag: str, attribute: str, value: str) -> str | None:
    is_mail = value.lower().startswith("mailto:") and "@" in value
    return value if is_mail else _keep_web(tag, attribute, value)


def cleaner(link_rel: str | None, more_tags: frozenset[str] = frozenset()) -> nh3.Cleaner:
    """Return a cleaner. Reusing it is five times as fast as making one for each text.

    The only attribute kept is `href` ("*" replaces nh3's defaults for all tags). Links in articles
    may also be mailto addresses.
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


OURS = cleaner(None)  # for links that we wrote, with our rel
THEIRS = cleaner("nofollow ugc noopener")
NO_LINKS = nh3.Cleaner(tags=(TAGS | FOREIGN_TAGS) - {"a"}, attributes={"*": set()})
THEIR_ARTICLES = cleaner("nofollow noopener", frozenset(ARTICLE_TAGS))


def sanitise(fragment: str, by: nh3.Cleaner = OURS) -> SafeString:
    """Remove every tag, attribute and URL scheme from `fragment` that is not allowed."""
    return trusted(by.clean(fragment))


def link_addresses(
    text: str, is_link: Callable[[str], bool] = is_plain, pattern: re.Pattern[str] = ADDRESS
) -> str:
    """Return `text` escaped for HTML, with the web addresses that `is_link` accepts as links."""
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
    """Strip trailing punctuation from `address`.

    Keeps a closing bracket that has an opening one, as in Wikipedia URLs.
    """
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
    """Return the paragraphs of `text`, which are separated by empty lines."""
    return [p for p in EMPTY_LINES.split(text.strip("\n")) if p.strip()]


def render_text(text: str) -> SafeString:
    """Render plain text as HTML: paragraphs, line breaks, links. Linear in the length of `text`."""
    return sanitise(
        "".join("<p>" + link_addresses(p).replace("\n", "<br>") + "</p>" for p in paragraphs(text))
    )


def markdown(is_link: Callable[[str], bool]) -> MarkdownIt:
    """Return a parser of restricted Markdown that links the addresses `is_link` accepts and leaves
    others as typed.
    """
    # Raw HTML is escaped, and there are no images, headings, tables or rules.
    parser = MarkdownIt("zero", {"html": False, "breaks": True, "maxNesting": 20}).enable(
        ["emphasis", "link", "autolink", "backticks", "escape", "newline", "entity"]
        + ["blockquote", "list", "code", "fence"]
    )
    parser.validateLink = is_link  # type: ignore[assignment,method-assign]

    def render_words(
        self: RendererHTML, tokens: Sequence[Token], at: int, options: object, env: object
    ) -> str:
        """Render text between markup, with bare addresses as links unless already inside a link."""
        words = tokens[at].content
        if tokens[at].meta.get("in_link"):
            return html.escape(words)
        return link_addresses(words, is_link)

    parser.add_render_rule("text", render_words)
    return parser


def leads_off_site(address: str) -> bool:
    """Return whether any browser would resolve an address to another host, however it is written."""
    return bool(host_of(address))


MARKDOWN = markdown(is_plain)
ANY_LINKS = markdown(leads_off_site)  # used by moderation rules
ANY_LINKS.normalizeLink = str  # type: ignore[assignment,method-assign] # keep addresses as typed


def render_markdown(text: str) -> SafeString:
    """Render restricted Markdown as HTML: paragraphs, emphasis, quotes, lists, links, code.

    Bare web addresses become links as in plain text. Callers limit the length of `text`.
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
    """Return the targets of all links in rendered HTML."""
    return [html.unescape(one or other or bare) for one, other, bare in HREF.findall(rendered)]


def links_in(text: str, markup: str = "markdown") -> list[str]:
    """Return the addresses outside the site that a text links to or tries to, for moderation rules.

    Includes addresses that are not rendered as links.
    """
    if markup == "html":
        rendered = text if "<" in text else ""
    elif markup == "text":
        rendered = link_addresses(text, leads_off_site)
    else:
        rendered = _render_markdown(ANY_LINKS, text)
    return [address for address in links_of(rendered) if leads_off_site(address)]


# Looks like a tag but isn't: an arrow, a heart, an inequality.
BARE_LESS = re.compile(r"<(?!/?[a-zA-Z][^<>]*>)")
BLOCK = re.compile(
    r"<(/?)(p|ul|ol|li|blockquote|pre|div|section|article|header|footer|h[1-6]|table|thead|tbody|"
    r"tr|dl|dt|dd|figure|figcaption|center|address|fieldset|form|hr)\b[^<>]*>",
    re.IGNORECASE,
)
KEPT_BLOCKS = {"p", "ul", "ol", "li", "blockquote", "pre"}
IN_LINE = {"p"} | ARTICLE_TAGS  # in these, newlines have no meaning, as in HTML
ARTICLE_BLOCKS = KEPT_BLOCKS | ARTICLE_TAGS
CELL_END = re.compile(r"</t[dh]\b[^<>]*>", re.IGNORECASE)
BREAK_AT_END = re.compile(r"<br\b[^<>]*>[^\S\n]*\n", re.IGNORECASE)
EMPTY = re.compile(r"<p>(?:\s|<br>|&nbsp;)*</p>")
# A link around an image that is not shown has no text.
EMPTY_LINK = re.compile(r"<a\b[^<>]*>\s*</a>")
HEADING = re.compile(r"<(/?)h([1-6])\b[^<>]*>", re.IGNORECASE)
LINK_OR_IMAGE = re.compile(r"<(/?)(a|img)\b[^<>]*>", re.IGNORECASE)
SMILEY = re.compile(
    r"\bclass\s*=\s*[\"'](?:[^\"'<>]*\s)?(?:wp-smiley|emoji|smiley)\b", re.IGNORECASE
)
ATTRIBUTE = re.compile(r"\b(src|alt|title)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)


# The start and end of a block separate words.
THEIR_BREAK = re.compile(
    r"<(?:br|hr|/li|/td|/tr|/?(?:blockquote|div|h[1-6]|ol|p|pre|table|ul))\b[^<>]*>", re.I
)
# Tags as written by the sanitiser.
OUR_BREAK = re.compile(r"<(?:br|/li|/?(?:blockquote|h[1-6]|ol|p|pre|ul))>")
OUR_TAG = re.compile(r'<[^<>"]*(?:"[^"]*"[^<>"]*)*>')


def render_html(text: str) -> SafeString:
    """Render HTML from an export, laid out as on the original pages.

    Blocks that we don't keep become paragraphs. Between blocks, empty lines separate paragraphs and
    newlines are line breaks, as in WordPress; inside a paragraph, list item or preformatted text,
    newlines have their HTML meaning. Bare web addresses become links. Linear in the length of
    `text`. Pictures become links, so that nothing is loaded from other hosts.
    """
    if "<img" in text:
        text = "".join(_with_images_as_links(text))
    if "<" not in text and "&" not in text and "\0" not in text:  # most comments have no markup
        laid_out = _run(_tidy(text).replace(">", "&gt;"), is_flat=False)
        rendered = trusted(EMPTY.sub("", laid_out.replace("\xa0", "&nbsp;")))
    else:
        rendered = _render_foreign(_tidy(text), KEPT_BLOCKS, THEIRS)
    if not ADDRESS_OR_WWW.search(text):
        return rendered
    linked = "".join(_with_links(rendered))
    return rendered if linked == rendered else sanitise(linked, THEIRS)


NO_LINKS_IN = ("a", "code", "pre")


def _with_links(fragment: str) -> Iterator[str]:
    """Yield the pieces of a sanitised fragment with bare addresses as links, except in links and
    code.
    """
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
    """Render the HTML of a whole article, like `render_html`.

    Headings start at level 2, below the title. Images become links, so that nothing is loaded from
    other hosts.
    """
    text = HEADING.sub(lambda tag: f"<{tag[1]}h{min(max(int(tag[2]), 2), 4)}>", _tidy(text))
    return _render_foreign("".join(_without_images(text)), ARTICLE_BLOCKS, THEIR_ARTICLES)


def _render_foreign(text: str, kept: set[str], by: nh3.Cleaner) -> SafeString:
    # Most comments have no tags, or no block tags.
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


def _with_images_as_links(text: str) -> Iterator[str]:
    """Yield the pieces of a comment with a link for each image on the web, and the text of smileys.
    Other images, and those in links, are left out.
    """
    at, in_link = 0, False
    for tag in LINK_OR_IMAGE.finditer(text):
        if tag[2].lower() == "a":
            in_link = not tag[1]
            continue
        values = {name.lower(): one or other for name, one, other in ATTRIBUTE.findall(tag[0])}
        source, alt = values.get("src", ""), values.get("alt", "")
        yield text[at : tag.start()]
        if SMILEY.search(tag[0]):
            yield alt
        elif source.startswith(("https://", "http://")) and not in_link:
            yield f'<a href="{source}">[{alt or source.partition("?")[0].split("/")[-1]}]</a>'
        at = tag.end()
    yield text[at:]


def plain_text(fragment: str) -> str:
    """Return the text of an HTML fragment, with newlines for blocks and line breaks."""
    spaced = THEIR_BREAK.sub("\n", _tidy(fragment))
    return EMPTY_LINES.sub("\n\n", html.unescape(nh3.clean(spaced, tags=set()))).strip()


def rendered_text(fragment: str) -> str:
    """Return the text of HTML rendered here, like `plain_text`.

    The tags are well-formed, so no parser is needed; every stored comment passes through this.
    """
    if "<" in fragment:
        fragment = OUR_TAG.sub("", OUR_BREAK.sub("\n", fragment))
    return html.unescape(fragment).strip()


def _tidy(text: str) -> str:
    """Normalise newlines, remove comments and escape bare angle brackets."""
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
    """Lay out the text between two block tags; unless `is_flat`, newlines become line breaks."""
    if is_flat:
        return text
    if "<" in text:
        text = BREAK_AT_END.sub("\n", CELL_END.sub(" ", text))
    return "".join("<p>" + p.replace("\n", "<br>") + "</p>" for p in paragraphs(text.strip()))


def data_block(value: object, kind: str) -> SafeString:
    """Return `value` as a `<script>` data block of this media type.

    Browsers don't execute it, and its content can't end the element.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return format_html('<script type="{}">{}</script>', kind, trusted(text))


RENDERERS = {"text": render_text, "markdown": render_markdown, "html": render_html}


POINT = re.compile(r"(\d{1,6})\.[^\S\n]+(?=\S)")
NOTATION = re.compile(r"(\\+)?(?:\d{1,6}\.\s|##\s)")
