"""Saved HTML pages as trees: decode bytes, parse text, and extract text from nodes.

Pages are untrusted. They are parsed once with the algorithm of browsers (selectolax, lexbor) and
only read; nothing is executed or downloaded. Pages that would take a parser too much time or memory
are refused first.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ...messages import gettext as _
from ..text.phrases.patterns import lazy_re_compile

Node = LexborNode

MAX_BYTES = 20_000_000
MAX_DEPTH = 2_000  # nested elements; browsers stop at 512, real pages reach 250
# Formatting elements that a browser reopens in every block because they were not closed.
MAX_REOPENED = 3_000_000
MANY_ATTRIBUTES = 100  # on one element; real pages never have more
MAX_COMPARED = 100_000_000  # pairs of attributes of such elements, which the parser compares
MAX_TAGS = 200_000  # a page with 10,000 comments has about 150,000
FEW_TAGS = 4_000  # fewer tags are harmless, however they are nested


class UnreadablePage(ValueError):
    """A page that is not parsed, with the reason."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# --- bytes to text

MARKS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
HEAD = 16_384  # bytes in which a page declares its encoding
CHARSET = re.compile(
    rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([A-Za-z0-9._:-]{1,40})|"
    rb"\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})",
    re.I,
)
LANGUAGE = re.compile(rb"<html[^>]{0,2000}?\slang\s*=\s*[\"']?([A-Za-z]{2,3})", re.I)
# Labels that browsers interpret as another codec than the one of that name.
MEANT = {
    **dict.fromkeys(
        ("iso-8859-1", "latin1", "latin-1", "iso8859-1", "us-ascii", "ascii", "cp-1252"), "cp1252"
    ),
    **dict.fromkeys(("utf8", "unicode-1-1-utf-8", "utf-16", "utf-16le", "utf-16be"), "utf-8"),
    **dict.fromkeys(("utf-32", "unicode", "utf-7"), "utf-8"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb_2312-80", "csgb2312"), "gb18030"),
    **dict.fromkeys(
        ("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j", "ms_kanji"), "cp932"
    ),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ksc5601", "korean", "windows-949"), "cp949"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "cn-big5"), "big5hkscs"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "tis-620", "windows-874"), "cp874"),
    **dict.fromkeys(("iso-8859-8-i", "logical"), "iso8859-8"),
    **dict.fromkeys(("macintosh", "x-mac-roman"), "mac-roman"),
    **dict.fromkeys(("x-euc-jp", "euc-jp"), "euc-jp"),
    **{f"{before}125{n}": f"cp125{n}" for n in range(9) for before in ("windows-", "win-", "x-cp")},
    "koi": "koi8-r",
    "koi8": "koi8-r",
}
READABLE = lazy_re_compile(
    r"utf-8|cp(?:125[0-8]|874|866|932|949)|iso-?8859-(?:[2-8]|1[03456])|koi8-[ru]|"
    r"gb18030|hz|big5hkscs|euc-jp|iso-2022-jp|mac-roman|x-mac-cyrillic|mac-cyrillic"
)
# Likely encodings of pages without a valid label, by language.
BY_LANGUAGE = {
    "ja": ("euc-jp", "cp932"),
    "zh": ("gb18030", "big5hkscs"),
    "ko": ("cp949",),
    **dict.fromkeys(("ru", "uk", "be", "bg", "sr", "mk"), ("cp1251",)),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "hr", "ro", "bs", "sq"), ("cp1250",)),
    **dict.fromkeys(("lt", "lv", "et"), ("cp1257",)),
    "el": ("cp1253",),
    "tr": ("cp1254",),
    "he": ("cp1255",),
    **dict.fromkeys(("ar", "fa", "ur"), ("cp1256",)),
    "vi": ("cp1258",),
    "th": ("cp874",),
}
TWICE = lazy_re_compile("[ÂÃâ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


@dataclass(frozen=True)
class Decoded:
    """The text of a page, its encoding, and how many bytes were unreadable and became U+FFFD."""

    text: str
    encoding: str
    stray: int = 0


def decode(data: bytes, declared: str = "") -> Decoded:
    """Decode a page.

    `declared` is the label that came with it (the charset of an HTTP header). A byte order mark
    takes precedence over it, and it over the page's own declaration. Non-ASCII bytes that are valid
    UTF-8 are UTF-8, whatever the labels say.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _replacing(data[len(mark) :], encoding)
    if b"\0" in data[:200] and (wide := _wide(data)):
        return _replacing(data, wide)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _other(data, declared)
    if "\x1b$" in text and "iso-2022-jp" in _labels(data, declared):
        return _replacing(data, "iso-2022-jp")
    return _once(text)


def _other(data: bytes, declared: str) -> Decoded:
    """Decode bytes that aren't entirely UTF-8."""
    labels = _labels(data, declared)
    as_utf_8 = _replacing(data, "utf-8")
    if as_utf_8.stray and _is_damaged_utf_8(as_utf_8, "utf-8" in labels[:1]):
        return as_utf_8
    for label in labels:
        if label != "utf-8":
            return _replacing(data, label)
    found = LANGUAGE.search(data[:HEAD])
    for encoding in BY_LANGUAGE.get(found[1].decode().lower() if found else "", ()):
        try:
            return Decoded(data.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
    return _replacing(data, "cp1252")


def _labels(data: bytes, declared: str) -> list[str]:
    """Return the declared encodings that can be read, in order of precedence."""
    given = [declared]
    if found := CHARSET.search(data[:HEAD]):
        given.append((found[1] or found[2]).decode("ascii"))
    names = [label.strip().strip("\"'").lower() for label in given]
    meant = [MEANT.get(name, MEANT.get(name.replace("_", "-"), name)) for name in names]
    return [name for name in meant if READABLE.fullmatch(name)]


def _is_damaged_utf_8(page: Decoded, is_declared: bool) -> bool:
    """Return whether a page is UTF-8 with a few invalid bytes."""
    multibyte = sum(1 for sign in page.text if sign > "\x7f") - page.stray
    return multibyte > (page.stray if is_declared else 4 * page.stray)


def _wide(data: bytes) -> str:
    """Return the encoding of a UTF-16 page without a byte order mark, or ""."""
    head = data[:200]
    if head[1::2].count(0) * 10 > len(head) * 4:
        return "utf-16-le"
    return "utf-16-be" if head[0::2].count(0) * 10 > len(head) * 4 else ""


def _replacing(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
    if encoding == "cp1252":  # like browsers, which treat those five bytes as control characters
        codec = {byte: chr(byte) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
        text = "".join(codec.get(b) or bytes((b,)).decode("cp1252") for b in data)
    return Decoded(text, encoding, text.count("\ufffd"))


def _once(text: str) -> Decoded:
    """Undo a second encoding if the whole text was encoded twice."""
    may_be = not text.isascii() and any(sign in text for sign in "ÂÃâ")
    if not may_be or not TWICE.search(text):
        return Decoded(text, "utf-8")
    try:
        before = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return Decoded(text, "utf-8")
    return Decoded(before, "utf-8")


# --- parsing

_SPACE = "[ \\t\\n\\f\\r]"
_ATTRIBUTE = (
    rf"(?:=[^ \t\n\f\r/>=]*+|[^ \t\n\f\r/>=]++)"
    rf"(?:{_SPACE}*+={_SPACE}*+(?:\"[^\"]*+\"|'[^']*+'|(?![\"'])[^ \t\n\f\r>]++|))?+"
)
# Comments, and tags with their attributes; scripts write "<\/div>".
TAG = lazy_re_compile(
    r"<!--(?:[^-]*+(?:-(?!->)[^-]*+)*+-->)?|"
    rf"<(\\?/)?([a-zA-Z][^ \t\n\f\r/>]*+)((?:[ \t\n\f\r/]++|{_ATTRIBUTE})*+)"
)
LONG_TAG = lazy_re_compile(
    rf"<[a-zA-Z][^ \t\n\f\r/>]*+(?:[ \t\n\f\r/]++{_ATTRIBUTE}){{{MANY_ATTRIBUTES},}}+"
)
ATTRIBUTE = lazy_re_compile(_ATTRIBUTE)
VOID = _names("area base br col embed hr img input link meta param source track wbr")
# Elements that need no end tag, or have no content.
UNCLOSED = VOID | _names(
    "body colgroup dd dt head html li optgroup option p rp rt tbody td tfoot th thead tr"
)
# Elements that a browser reopens in the next block if they were not closed.
FORMATTING = _names("a b big code em font i nobr s small strike strong tt u")


_SELECTOR = lazy_re_compile(r"\s*((?:[^,(\[]|\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\])+),?")
_UNSURE = lazy_re_compile(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\]")
_NAME = lazy_re_compile(r"([.#])([\w-]+)")
_HELD = lazy_re_compile(r"\[(?:id|class)\s*[*^$~|]?=\s*[\"']?([\w-]+)[\"']?(?:\s+i)?\s*\]")


@lru_cache(maxsize=4096)
def _parts_of(selectors: str) -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    """Split a list of selectors; return each with the classes and ids that must exist on the page,
    and with substrings that some class or id must contain.
    """
    found = []
    for part in _SELECTOR.finditer(selectors):
        selector = part[1].strip()
        names = tuple(
            f"{sign}{name.lower()}" for sign, name in _NAME.findall(_UNSURE.sub("", selector))
        )
        bare = re.sub(r":not\([^()]*\)", "", selector)
        held = tuple(text.lower() for text in _HELD.findall(bare))
        found.append((selector, names, held))
    return tuple(found)


class Document:
    """A parsed page. `tree` is the parse tree, `text` the source."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = LexborHTMLParser(text)
        root = self.tree.root
        assert root is not None  # the algorithm always creates an html element
        self.root: Node = root
        self._names: tuple[str, frozenset[str]] | None = None

    @cached_property
    def texts(self) -> list[Node]:
        """The visible text nodes of the page that aren't blank."""
        return list(text_nodes(self.root))

    @property
    def names(self) -> str:
        """Return all distinct classes, ids and types of the page, small enough to search."""
        return self._index()[0]

    def _index(self) -> tuple[str, frozenset[str]]:
        """Build `names`, and the classes and ids as selectors in lower case."""
        if self._names is None:
            classes = {node.attributes.get("class") or "" for node in self.tree.css("[class]")}
            ids = {node.attributes.get("id") or "" for node in self.tree.css("[id]")}
            names = classes | ids
            for key in ("itemtype", "typeof", "itemprop"):
                names |= {node.attributes.get(key) or "" for node in self.tree.css(f"[{key}]")}
            tokens = {f".{name.lower()}" for value in classes for name in value.split()}
            tokens |= {f"#{value.strip().lower()}" for value in ids}
            self._names = "\n".join(names), frozenset(tokens)
        return self._names

    def css(self, selectors: str) -> list[Node]:
        """Return the elements that match a list of selectors, each once, in page order."""
        selectors = self._possible(selectors)
        if not selectors:
            return []
        found = self.tree.css(selectors)
        if "," not in selectors:
            return found
        # The parser returns an element once for each matching part of the selector.
        return list({node.mem_id: node for node in found}.values())

    def css_first(self, selectors: str) -> Node | None:
        """Return the first element that matches a list of selectors, or None."""
        selectors = self._possible(selectors)
        return self.tree.css_first(selectors) if selectors else None

    def _possible(self, selectors: str) -> str:
        """Return the selectors whose classes and ids exist on the page. Searching for the others
        would take most of the time.
        """
        names, tokens = self._index()
        lower: str | None = None
        kept: list[str] = []
        for selector, needed, held in _parts_of(selectors):
            if any(name not in tokens for name in needed):
                continue
            if held:
                lower = names.lower() if lower is None else lower
                if any(text not in lower for text in held):
                    continue
            kept.append(selector)
        return ", ".join(kept)


def parse(text: str) -> Document:
    """Parse a page. Raises UnreadablePage if that would take too much time or memory."""
    if len(text) > MAX_BYTES:
        raise UnreadablePage(_("more than %(limit)s characters") % {"limit": f"{MAX_BYTES:,}"})
    compared = sum(len(ATTRIBUTE.findall(tag[0])) ** 2 for tag in LONG_TAG.finditer(text))
    if compared > MAX_COMPARED:
        raise UnreadablePage(_("an element with too many attributes"))
    if text.count("<") > FEW_TAGS:
        _check_nesting(text)
    return Document(text)


def _check_nesting(text: str) -> None:
    depth = formatting = reopened = tags = 0
    for found in TAG.finditer(text):
        is_end, name, attributes = found.groups()
        if not name:
            continue
        tags += not is_end
        if tags > MAX_TAGS:
            raise UnreadablePage(_("more than %(limit)s elements") % {"limit": f"{MAX_TAGS:,}"})
        name = name.lower()
        step = -1 if is_end else 1
        if name in FORMATTING:
            formatting = max(0, formatting + step)
        elif name not in UNCLOSED and not attributes.endswith("/"):
            depth = max(0, depth + step)
            if depth > MAX_DEPTH:
                raise UnreadablePage(
                    _("more than %(limit)s nested elements") % {"limit": f"{MAX_DEPTH:,}"}
                )
        if not is_end:
            reopened += formatting
    if reopened > MAX_REOPENED:
        raise UnreadablePage(_("too many elements that are never closed"))


# --- nodes to text

# Elements that browsers don't display.
UNSHOWN = _names(
    "script style noscript template head title textarea select option iframe object svg audio "
    "video canvas datalist noframes noembed"
)
HIDDEN_STYLE = lazy_re_compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
BLOCKS = _names(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre "
    "section summary table tbody tfoot thead tr ul caption"
)
SMILEY = lazy_re_compile(r"\b(?:wp-smiley|emoji|smiley|emoticon)\b", re.I)
SPACES = lazy_re_compile(r"[ \t\n\f\r]+")
EMPTY_LINES = lazy_re_compile(r"\n[ \t]*\n(?:[ \t]*\n)*")
NOTHING: Mapping[int, str] = MappingProxyType({})
OUR_MARKS = dict.fromkeys(range(4))  # control characters that mark text here
_BREAK, _BLOCK = "\0br", "\0block"


def is_hidden(node: Node) -> bool:
    """Return whether browsers hide an element, ignoring its ancestors."""
    if node.tag in UNSHOWN:
        return True
    attributes = node.attributes
    if not attributes:
        return False
    return "hidden" in attributes or bool(HIDDEN_STYLE.search(attributes.get("style") or ""))


def children(node: Node) -> Iterator[Node]:
    """Yield the child nodes, including text and comments."""
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


def walk(node: Node, skip: Container[int] = ()) -> Iterator[Node]:
    """Yield a node and its descendants in page order.

    Skips hidden elements and nodes whose `mem_id` is in `skip`.
    """
    stack = [node]
    while stack:
        here = stack.pop()
        if here.mem_id in skip:
            continue
        if not here.is_element_node:
            yield here
            continue
        if here is not node and is_hidden(here):
            continue
        yield here
        child = here.last_child
        while child is not None:
            stack.append(child)
            child = child.prev


def walk_with_ends(node: Node) -> Iterator[tuple[Node, bool]]:
    """Yield the nodes of `walk`, each with False, and each element again after its content, with
    True.
    """
    stack = [(node, False)]
    while stack:
        here, is_end = stack.pop()
        if not is_end and here is not node and here.is_element_node and is_hidden(here):
            continue
        yield here, is_end
        if is_end or not here.is_element_node:
            continue
        stack.append((here, True))
        child = here.last_child
        while child is not None:
            stack.append((child, False))
            child = child.prev


def text_nodes(node: Node, skip: Container[int] = ()) -> Iterator[Node]:
    """Yield the visible text nodes that aren't blank."""
    for here in walk(node, skip):
        if here.is_text_node and not here.is_empty_text_node:
            yield here


def paragraphs_of_node(node: Node, skip: Container[int] = ()) -> str:
    """Return the visible text of a node as paragraphs separated by empty lines.

    Line breaks become newlines. Preformatted text keeps its spaces.
    """
    return paragraphs_of(_pieces(node, skip))


Marks = Callable[[Node], tuple[str, str] | None]


def all_paragraphs(
    nodes: Iterable[Node],
    skip: Container[int] = (),
    instead: Mapping[int, str] = NOTHING,
    marks: Marks | None = None,
) -> str:
    """Like `paragraphs_of_node`, for several consecutive nodes. `instead` has other texts for text
    nodes, and `marks` returns what to write before and after the content of an element.
    """
    return paragraphs_of(piece for node in nodes for piece in _pieces(node, skip, instead, marks))


def one_line(node: Node, skip: Container[int] = ()) -> str:
    """Return the visible text of a node on one line."""
    text = "".join(" " if p is _BREAK or p is _BLOCK else p for p in _pieces(node, skip))
    return " ".join(unicodedata.normalize("NFC", text.replace("\x01", "")).split())


def paragraphs_of(pieces: Iterable[str]) -> str:
    """Join pieces of text, line breaks and block ends into paragraphs."""
    lines: list[str] = []
    line: list[str] = []
    for piece in pieces:
        if piece is _BREAK or piece is _BLOCK:
            lines.append("".join(line))
            line = []
            if piece is _BLOCK and lines[-1:] != [""]:
                lines.append("")
        else:
            line.append(piece)
    lines.append("".join(line))
    tidy = (_tidy(one) for one in lines)
    text = EMPTY_LINES.sub("\n\n", "\n".join(tidy)).strip("\n")
    return unicodedata.normalize("NFC", text)


def _tidy(line: str) -> str:
    """Collapse white space as browsers do, except in preformatted text, which is marked."""
    if "\x01" not in line:
        return SPACES.sub(" ", line).strip(" ")
    return line.replace("\x01", "").rstrip()


def _pieces(
    node: Node,
    skip: Container[int],
    instead: Mapping[int, str] = NOTHING,
    marks: Marks | None = None,
) -> Iterator[str]:
    """Yield text, `_BREAK` and `_BLOCK` in page order."""
    stack: list[Node | str | tuple[str]] = [node]
    pre = 0
    while stack:
        here = stack.pop()
        if isinstance(here, tuple):
            yield here[0]
            continue
        if isinstance(here, str):
            pre -= here == "pre"
            yield _BLOCK
            continue
        if here.mem_id in skip:
            continue
        if here.is_text_node:
            text = instead.get(here.mem_id) or here.text_content or ""
            yield from _text_pieces(text, pre > 0)
            continue
        if not here.is_element_node or here is not node and is_hidden(here):
            continue
        tag = here.tag or ""
        if tag == "br":
            yield _BREAK
        elif tag == "img":
            yield _smiley(here)
        elif tag == "cite" and _opens_quotation(here):
            stack.append(tag)
        elif tag in ("td", "th"):
            yield " "
        elif tag in BLOCKS:
            pre += tag == "pre"
            yield _BLOCK
            stack.append(tag)
        if marks and here is not node and (found := marks(here)):
            yield found[0]
            stack.append((found[1],))
        child = here.last_child
        while child is not None:
            stack.append(child)
            child = child.prev


def _opens_quotation(node: Node) -> bool:
    """Return whether an element names the author of a quotation above its text, as in forums."""
    parent = node.parent
    outer = parent.parent if parent is not None and parent.tag == "div" else parent
    return outer is not None and outer.tag == "blockquote" and node.prev is None


def _text_pieces(text: str, is_pre: bool) -> Iterator[str]:
    text = text.translate(OUR_MARKS)
    if not is_pre:
        yield text
        return
    first, *rest = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    yield "\x01" + first
    for line in rest:
        yield _BREAK
        yield "\x01" + line


def _smiley(image: Node) -> str:
    attributes = image.attributes
    return (attributes.get("alt") or "") if SMILEY.search(attributes.get("class") or "") else ""
