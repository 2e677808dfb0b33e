"""Copies the body of an article from the parsed page into our own elements. Furniture is left out;
elements that articles can't have are replaced by their content.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ..text.phrases.patterns import lazy_re_compile
from .code_blocks import code_of, is_code
from .elements import BLOCK, INLINE, Child, Element
from .embeds import LAZY_CLASS, LAZY_PLAYERS, read_embed, read_lazy_player
from .flow import BREAK
from .links import linkable
from .outline import BLOCKS, PageOutline
from .pictures import IMAGE_NAME, Pictures
from .tables import is_layout

MAX_DEPTH = 60  # maximum nesting; deeper elements are replaced by their content

KEPT = {
    **{tag: tag for tag in (INLINE | BLOCK) - {"img", "pre"}},
    "h1": "h2",
    "strike": "s",
    "acronym": "abbr",
    "tt": "code",
    "dir": "ul",
    "menu": "ul",
}
PREFORMATTED = frozenset(["pre", "listing", "xmp", "plaintext"])
IMAGES = frozenset(("img", "amp-img", "amp-anim"))
EMBEDS = frozenset(
    (
        "iframe",
        "amp-iframe",
        "object",
        "embed",
        "video",
        "audio",
        *(name for name, _ in LAZY_PLAYERS),
    )
)
NEVER = frozenset(
    [
        "script",
        "style",
        "template",
        "svg",
        "input",
        "select",
        "textarea",
        "button",
        "option",
        "optgroup",
        "datalist",
        "head",
        "title",
        "link",
        "meta",
        "base",
        "applet",
        "canvas",
        "map",
        "area",
        "noembed",
        "noframes",
        "frame",
        "frameset",
        "dialog",
        "rp",
    ]
)
_GALLERY = lazy_re_compile(
    r"(?:^|\s)(?:gallery|tiled-gallery|wp-block-gallery|blocks-gallery-grid|ngg-galleryoverview|galleryid-\S+|"
    r"wp-block-jetpack-tiled-gallery|wp-block-jetpack-slideshow|image-gallery-embed|kg-gallery-card)(?=$|\s)"
)
_GALLERY_ITEM = lazy_re_compile(
    r"(?:^|\s)(?:gallery-item|tiled-gallery-item|tiled-gallery__item|blocks-gallery-item|ngg-gallery-thumbnail-box|"
    r"kg-gallery-image)(?=$|\s)"
)
_FIGURE = lazy_re_compile(
    r"(?:^|\s)(?:wp-caption|tr-caption-container|captioned-image-container|image-caption-container)(?=$|\s)"
)
_CAPTION = lazy_re_compile(
    r"(?:^|[\s_-])(?:\w*captions?|wp-caption-text|captiontext|\w*imagecomment_txt|bildunterschrift|bildtext|bildnachweis|legende?|image-subline|photo-?credits?|"
    r"image-?credits?|picture-?credits?)(?=$|[\s_-])"
)
# A box with one picture and a few words about it.
_PICTURE_BOX = lazy_re_compile(
    r"(?:^|[\s_-])(?:img\w*|images?|photos?|bild(?:er)?|pictures?|fotos?|media|visual|figure|imgbox|imagebox)(?=$|[\s_-])"
)
MAX_PICTURE_WORDS = 300
_ANCHORS = ("", "#", "¶", "§", "🔗", "⚓", "∞")  # labels of links from headings to themselves
_NUMBER = lazy_re_compile(r"\s*(-?\d{1,6})\s*$")
_LANGUAGE = lazy_re_compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_DIRECTIONS = ("ltr", "rtl", "auto")


@dataclass
class Frame:
    """An open element of the page: where it ends, and the element that receives its content."""

    end: int
    target: Element
    is_block: bool = False
    depth: int = 0
    picture_link: str = ""
    in_gallery: bool = False


@dataclass
class Copied:
    """The result of copying: `content`, the copied text nodes, and the text nodes that are
    furniture, each with the reason.
    """

    content: list[Child] = field(default_factory=list)
    used: list[int] = field(default_factory=list)
    furniture: list[tuple[int, str]] = field(default_factory=list)


class BodyCopier:
    """Copies elements of a page. `skip` maps furniture elements to reasons; `base` is the URL of
    the page, "" if unknown.
    """

    def __init__(self, outline: PageOutline, skip: Mapping[int, str], base: str) -> None:
        self.outline, self.skip, self.base = outline, skip, base
        self.pictures = Pictures(outline, base)
        self.copied = Copied()
        self.frames: list[Frame] = []
        self._ids: list[str] = []
        self._last_embed = ""

    def copy(self, bodies: Iterable[int]) -> Copied:
        """Copy the content of several elements, one after the other."""
        for body in bodies:
            root = Element("div")
            self.frames = [Frame(self.outline.end[body], root)]
            self._children(body + 1, self.outline.end[body])
            self.copied.content += [BREAK, *root.children, BREAK]
        return self.copied

    def _children(self, at: int, end: int) -> None:
        while at < end:
            while at >= self.frames[-1].end:
                self._close()
            at = self._node(at)
        while len(self.frames) > 1:
            self._close()

    @property
    def _target(self) -> Element:
        return self.frames[-1].target

    def _close(self) -> None:
        frame = self.frames.pop()
        if frame.is_block:
            self._target.children.append(BREAK)

    def _open(self, number: int, element: Element | None, *, is_block: bool = False) -> int:
        """Enter an element of the page. Its content goes into `element`, or into the enclosing one."""
        above = self.frames[-1]
        frame = Frame(
            self.outline.end[number],
            above.target,
            is_block,
            above.depth,
            above.picture_link,
            above.in_gallery,
        )
        if element is not None and above.depth < MAX_DEPTH:
            element.marks = self._ids
            self._ids = []
            above.target.children.append(element)
            frame.target, frame.depth = element, above.depth + 1
            frame.is_block = False
        elif is_block or element is not None and element.is_block:
            above.target.children.append(BREAK)
            frame.is_block = True
        self.frames.append(frame)
        return number + 1

    def _node(self, number: int) -> int:
        """Copy one node. Return the number of the node to continue with."""
        outline = self.outline
        tag = outline.tags[number]
        text = outline.text[number]
        if number in self.skip:
            return self._leave_out(number, self.skip[number])
        if text is not None:
            return self._text(number, text)
        if tag[:1] == "-":
            return outline.end[number]
        if tag == "noscript" and outline.silent[number]:
            return self._noscript(number)
        if tag in EMBEDS:
            self._embed(read_embed(outline, number, self.base))
            return outline.end[number]
        if tag in NEVER:
            return self._leave_out(number, tag)
        if tag in IMAGES:
            self._image(number)
            return number + 1
        if outline.silent[number]:
            return self._leave_out(number, "hidden")
        return self._element(number, tag)

    def _text(self, number: int, text: str) -> int:
        target = self._target
        target.children.append(text)
        if not text.isspace():
            self.copied.used.append(number)
            if self._ids:
                self._give_ids()
            self._last_embed = ""
        return number + 1

    def _give_ids(self) -> None:
        """Move collected ids to the element that continues the block, if it is a small one."""
        target = self._target
        if target.tag not in ("div", "blockquote", "ul", "ol", "table", "tbody", "tr", "figure"):
            target.marks = [*target.marks, *self._ids]
            self._ids = []

    def _leave_out(self, number: int, reason: str) -> int:
        outline = self.outline
        if outline.tags[number] in BLOCKS:
            self._target.children.append(BREAK)
        if outline.tags[number] not in ("script", "style"):
            for at in range(number, outline.end[number]):
                text = outline.text[at]
                if text and not text.isspace():
                    self.copied.furniture.append((at, reason))
        return outline.end[number]

    def _embed(self, figure: Element | None) -> None:
        if figure is None:
            return
        (link,) = (c for c in figure.children if isinstance(c, Element))
        if link.attributes["href"] != self._last_embed:
            self._last_embed = link.attributes["href"]
            self._target.children.append(figure)

    def _noscript(self, number: int) -> int:
        """Copy only the pictures and players from a `noscript` element."""
        outline = self.outline
        at = number + 1
        while at < outline.end[number]:
            if outline.tags[at] == "img":
                self._image(at, is_noscript=True)
            elif outline.tags[at] in EMBEDS:
                self._embed(read_embed(outline, at, self.base))
                at = outline.end[at]
                continue
            at += 1
        return outline.end[number]

    def _image(self, number: int, *, is_noscript: bool = False) -> None:
        picture = self.pictures.read(number, self.frames[-1].picture_link, is_noscript)
        if picture is not None:
            self._target.children.append(picture)

    def _element(self, number: int, tag: str) -> int:
        outline = self.outline
        attributes = outline.attributes[number]
        classes = (attributes.get("class") or "").lower() if attributes else ""
        name = attributes.get("id") or (attributes.get("name") if tag == "a" else "")
        if name and len(name) < 200:
            self._ids = [*self._ids, name]
        if tag in PREFORMATTED or is_code(outline, number, tag, classes):
            return self._code(number)
        if classes:
            if LAZY_CLASS.search(classes):
                self._embed(read_lazy_player(outline, number))
                return self._open(number, None, is_block=True)
            special = self._figure_part(tag, classes) or self._picture_box(number, tag, classes)
            if special is not None:
                return self._open_figure_part(number, special)
        if tag == "a":
            return self._link(number)
        if self.frames[-1].in_gallery and tag in (
            "ul",
            "ol",
            "li",
            "dl",
            "dt",
            "dd",
            "table",
            "tr",
            "td",
            "tbody",
        ):
            return self._open(number, None, is_block=True)
        made = KEPT.get(tag)
        if made is None:
            return self._open(number, None, is_block=tag in BLOCKS)
        element = Element(made, _attributes_of(made, attributes, self.base))
        if tag == "table" and is_layout(outline, number):
            element.attributes["class"] = "layout"
        return self._open(number, element)

    def _figure_part(self, tag: str, classes: str) -> str | None:
        if _GALLERY.search(classes) and tag not in ("a", "img", "body"):
            return "gallery"
        if self.frames[-1].in_gallery and (_GALLERY_ITEM.search(classes)):
            return "figure"
        if _FIGURE.search(classes):
            return "figure"
        if "wp-caption-dt" in classes.split():
            return None  # has the picture
        if tag not in ("a", "figure", "ul", "table") and _CAPTION.search(classes):
            return "figcaption"
        return None

    def _picture_box(self, number: int, tag: str, classes: str) -> str | None:
        """Return "figure" for a box with one picture and a few words."""
        outline = self.outline
        if tag not in ("div", "span", "aside", "section") or not _PICTURE_BOX.search(classes):
            return None
        if not 0 < outline.size(number) <= MAX_PICTURE_WORDS or outline.linked(number):
            return None
        inner = outline.tags[number : outline.end[number]]
        is_plain = not self.frames[-1].in_gallery and "figure" not in inner
        return "figure" if is_plain and sum(tag in IMAGES for tag in inner) == 1 else None

    def _open_figure_part(self, number: int, kind: str) -> int:
        if kind == "figcaption":
            if self._target.tag == "figcaption":
                return self._open(number, None, is_block=True)
            return self._open(number, Element("figcaption"))
        element = Element("figure", {"class": "gallery"} if kind == "gallery" else {})
        at = self._open(number, element)
        self.frames[-1].in_gallery = True
        return at

    def _link(self, number: int) -> int:
        outline = self.outline
        attributes = outline.attributes[number]
        raw = (attributes.get("href") or "").strip()
        href = linkable(raw, self.base)
        has_picture = any(outline.tags[at] in IMAGES for at in range(number, outline.end[number]))
        if has_picture and (IMAGE_NAME.search(href) or _is_picture_page(attributes, href)):
            at = self._open(number, None)
            self.frames[-1].picture_link = raw if IMAGE_NAME.search(href) else ""
            return at
        if raw.startswith("#"):
            href = raw
            if not has_picture and outline.all_text(number) in _ANCHORS:
                return outline.end[number]
        if not href:
            return self._open(number, None)
        kept = {"href": href}
        if title := " ".join((attributes.get("title") or "").split()):
            kept["title"] = title
        return self._open(number, Element("a", kept))

    def _code(self, number: int) -> int:
        element, texts = code_of(self.outline, number, self.skip)
        self.copied.used += texts
        if element is not None:
            element.marks, self._ids = self._ids, []
            self._target.children.append(element)
        return self.outline.end[number]


def _is_picture_page(attributes: dict[str, str | None], href: str) -> bool:
    """Return whether the link around a picture leads to that picture's own page."""
    return "attachment" in (attributes.get("rel") or "") or "attachment_id=" in href


def _whole(value: str | None, low: int, high: int) -> str:
    found = _NUMBER.match(value or "")
    return str(int(found[1])) if found and low <= int(found[1]) <= high else ""


_ONE: dict[str, Callable[[str | None], str]] = {
    "start": lambda v: _whole(v, -100_000, 100_000),
    "value": lambda v: _whole(v, -100_000, 100_000),
    "colspan": lambda v: _whole(v, 2, 100),
    "rowspan": lambda v: _whole(v, 2, 1_000),
    "type": lambda v: v if v in ("1", "a", "A", "i", "I") else "",
    "scope": lambda v: v if v in ("row", "col", "rowgroup", "colgroup") else "",
    "title": lambda v: " ".join((v or "").split()),
}
_KEPT_ATTRIBUTES = {
    "ol": ("start", "type"),
    "li": ("value",),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan", "scope"),
    "abbr": ("title",),
}


def _attributes_of(tag: str, attributes: dict[str, str | None], base: str) -> dict[str, str]:
    """Return the attributes that are kept on an article element."""
    if not attributes:
        return {}
    kept = {
        name: value
        for name in _KEPT_ATTRIBUTES.get(tag, ())
        if name in attributes and (value := _ONE[name](attributes[name]))
    }
    if tag == "ol" and "reversed" in attributes:
        kept["reversed"] = ""
    if tag == "blockquote" and (cite := linkable(attributes.get("cite"), base)):
        kept["cite"] = cite
    if (language := attributes.get("lang")) and _LANGUAGE.fullmatch(language):
        kept["lang"] = language
    if (direction := (attributes.get("dir") or "").lower()) in _DIRECTIONS:
        kept["dir"] = direction
    return kept
