"""Formatted text of articles: sanitised HTML with few elements, called the normal form.

A stored picture has ``media:SHA256`` as its `src`, with its width and height. For a picture that is
not stored, `src` is its original URL, which pages never load. `article_blocks` divides a text into
points, and `article_display` shows it.
"""

import html
import re
from collections.abc import Mapping
from typing import NamedTuple

import nh3

from .markup import OUR_TAG
from .web_addresses import is_plain

_BLOCKS = (
    "p h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre hr figure figcaption table caption thead tbody "
    "tfoot tr th td details summary"
)
_INLINE = "code em strong b i s u del ins sub sup small q abbr cite kbd samp var mark br a img"
BLOCK_TAGS = frozenset(_BLOCKS.split())
INLINE_TAGS = frozenset(_INLINE.split())
# In the order in which the importer writes them.
ATTRIBUTES = {
    "a": ("href", "title"),
    "abbr": ("title",),
    "figure": ("class",),
    "img": ("src", "alt", "width", "height"),
    "li": ("value",),
    "ol": ("start", "reversed", "type"),
    "td": ("colspan", "rowspan"),
    "th": ("scope", "colspan", "rowspan"),
}
ATTRIBUTES_OF_ALL = ("id", "lang", "dir")
FIGURES = {"gallery", "embed"}
MEDIA = re.compile(r"media:([0-9a-f]{64})")
FRAGMENT = re.compile(r"#[\w.:-]{1,200}")
# Attributes whose values are restricted, besides `href` and `class`.
VALUES = {
    **dict.fromkeys(("value", "start"), re.compile(r"-?\d{1,7}")),
    **dict.fromkeys(("width", "height"), re.compile(r"[1-9]\d{0,5}")),
    **dict.fromkeys(("colspan", "rowspan"), re.compile(r"[1-9]\d{0,2}")),
    "id": re.compile(r"[\w.:-]{1,200}"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "lang": re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*"),
    "scope": re.compile(r"(?:row|col)(?:group)?"),
    "type": re.compile(r"[1aAiI]"),
}


def _filtered(tag: str, attribute: str, value: str) -> str | None:
    """Keep an attribute only if the normal form allows its value."""
    if attribute == "href":
        is_mail = value.lower().startswith("mailto:") and "@" in value
        return value if is_mail or FRAGMENT.fullmatch(value) or is_plain(value) else None
    if attribute == "class":
        return value if value in FIGURES else None
    allowed = VALUES.get(attribute)
    return value if allowed is None or allowed.fullmatch(value) else None


def _cleaner(link_rel: str | None) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags={*BLOCK_TAGS, *INLINE_TAGS},
        attributes={"*": set(ATTRIBUTES_OF_ALL)}
        | {tag: set(ATTRIBUTES[tag]) for tag in ATTRIBUTES},
        attribute_filter=_filtered,
        url_schemes={"http", "https", "mailto", "media"},
        url_relative="pass_through",
        link_rel=link_rel,
    )


STORED = _cleaner(None)
CLEANER = _cleaner("nofollow noopener")  # for what is shown

IMAGE = re.compile(r"<img\b(?:[^<>\"]|\"[^\"]*\")*>")
ATTRIBUTE = re.compile(r"([a-z]+)=\"([^\"]*)\"")
BLOCK_EDGE = re.compile(rf"</?(?:{'|'.join([*_BLOCKS.split(), 'br'])})\b[^<>]*>")


class Preserved(NamedTuple):
    """A stored picture: its SHA-256, and its size in pixels."""

    sha256: str
    width: int
    height: int


class Picture(NamedTuple):
    """A picture in an article's HTML. `sha256` is empty if the picture is not stored; `source` is
    its original URL, or empty if it is stored.
    """

    sha256: str
    source: str
    alt: str
    width: int
    height: int

    @property
    def is_shown(self) -> bool:
        """Whether it is stored and could be decoded."""
        return bool(self.sha256 and self.width and self.height)


def clean(fragment: str) -> str:
    """Return the fragment in normal form. Anything not allowed is removed rather than escaped."""
    return str(STORED.clean(fragment))


def picture_of(tag: str) -> Picture:
    """Return the picture of an `<img>` tag in normal form."""
    values = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(tag)}
    source = values.get("src", "")
    found = MEDIA.fullmatch(source)
    width, height = (int(values.get(n, "0") or 0) for n in ("width", "height"))
    return Picture(
        found[1] if found else "", "" if found else source, values.get("alt", ""), width, height
    )


def pictures_in(fragment: str) -> list[Picture]:
    """Return the pictures of a fragment in normal form, in order."""
    return [picture_of(tag) for tag in IMAGE.findall(fragment)]


FIGURE = re.compile(
    r"<figure>(?P<inside>(?:(?!</?figure\b).)*)</figure>|(?P<alone><img\b(?:[^<>\"]|\"[^\"]*\")*>)",
    re.S,
)
CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.S)


def captioned(fragment: str) -> list[tuple[Picture, str | None]]:
    """Return the pictures of a text with their captions."""
    found: list[tuple[Picture, str | None]] = []
    for match in FIGURE.finditer(fragment):
        inside = match["inside"] if match["alone"] is None else match["alone"]
        caption = CAPTION.search(inside)
        words = " ".join(plain(caption[1]).split()) if caption else None
        found += [(picture_of(tag), words or None) for tag in IMAGE.findall(inside)]
    return found


def with_pictures(fragment: str, preserved: Mapping[str, Preserved]) -> str:
    """Return the fragment with its stored pictures. `preserved` maps each `src` to the stored
    picture; others are left as they are.
    """

    def replaced(tag: re.Match[str]) -> str:
        picture = picture_of(tag[0])
        stored = preserved.get(picture.source or f"media:{picture.sha256}")
        if stored is None:
            return tag[0]
        return (
            f'<img src="media:{stored.sha256}" alt="{html.escape(picture.alt)}"'
            f' width="{stored.width}" height="{stored.height}">'
        )

    return IMAGE.sub(replaced, fragment)


def plain(fragment: str) -> str:
    """Return the text of a fragment in normal form, with blocks separated by newlines."""
    words = OUR_TAG.sub("", BLOCK_EDGE.sub("\n", fragment))
    return re.sub(r"\n[^\S\n]*(?:\n[^\S\n]*)+", "\n\n", html.unescape(words)).strip()
