"""Formatted text of articles: sanitised HTML with few elements, called the normal form.

A stored picture has ``media:SHA256`` as its `src`, with its width and height. For a picture that is
not stored, `src` is its original URL, which pages never load.
"""

import html
import re
from collections.abc import Mapping
from typing import NamedTuple

import nh3
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .markup import OUR_TAG, sanitise
from .picture_sizes import address_of, height_at, widths_of
from .trusted import trusted
from .web_addresses import is_plain

BLOCKS = (
    "p h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre hr figure figcaption table caption thead tbody "
    "tfoot tr th td details summary"
)
WORDS = "code em strong b i s u del ins sub sup small q abbr cite kbd samp var mark br a img"
ATTRIBUTES = {
    "*": {"lang", "dir", "id"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "figure": {"class"},
    "img": {"src", "alt", "width", "height"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"scope", "colspan", "rowspan"},
}
FIGURES = {"gallery", "embed"}
MEDIA = re.compile(r"media:([0-9a-f]{64})")
FRAGMENT = re.compile(r"#[\w.:-]{1,200}")
NUMBER = re.compile(r"-?\d{1,7}")
NUMBERS = {"value", "start", "width", "height", "colspan", "rowspan"}


def _filtered(tag: str, attribute: str, value: str) -> str | None:
    """Keep an attribute only if the normal form allows its value."""
    if attribute == "href":
        is_mail = value.lower().startswith("mailto:") and "@" in value
        return value if is_mail or FRAGMENT.fullmatch(value) or is_plain(value) else None
    if attribute == "class":
        return value if value in FIGURES else None
    if attribute in NUMBERS:
        return value if NUMBER.fullmatch(value) else None
    return value


CLEANER = nh3.Cleaner(
    tags={*BLOCKS.split(), *WORDS.split()},
    attributes=ATTRIBUTES,
    attribute_filter=_filtered,
    url_schemes={"http", "https", "mailto", "media"},
    url_relative="pass_through",
    link_rel="nofollow noopener",
)

IMAGE = re.compile(r"<img\b(?:[^<>\"]|\"[^\"]*\")*>")
ATTRIBUTE = re.compile(r"([a-z]+)=\"([^\"]*)\"")
BLOCK_EDGE = re.compile(rf"</?(?:{'|'.join([*BLOCKS.split(), 'br'])})\b[^<>]*>")


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


def clean(fragment: str) -> str:
    """Return the fragment in normal form. Anything not allowed is removed rather than escaped."""
    return str(CLEANER.clean(fragment))


def _picture(tag: str) -> Picture:
    values = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(tag)}
    source = values.get("src", "")
    found = MEDIA.fullmatch(source)
    width, height = (int(values.get(n, "0") or 0) for n in ("width", "height"))
    return Picture(
        found[1] if found else "", "" if found else source, values.get("alt", ""), width, height
    )


def pictures_in(fragment: str) -> list[Picture]:
    """Return the pictures of a fragment in normal form, in order."""
    return [_picture(tag) for tag in IMAGE.findall(fragment)]


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
        found += [(_picture(tag), words or None) for tag in IMAGE.findall(inside)]
    return found


def with_pictures(fragment: str, preserved: Mapping[str, Preserved]) -> str:
    """Return the fragment with its stored pictures. `preserved` maps each `src` to the stored
    picture.
    """

    def replaced(tag: re.Match[str]) -> str:
        picture = _picture(tag[0])
        stored = preserved.get(picture.source)
        if stored is None:
            return tag[0]
        return (
            f'<img src="media:{stored.sha256}" alt="{html.escape(picture.alt)}"'
            f' width="{stored.width}" height="{stored.height}">'
        )

    return IMAGE.sub(replaced, fragment)


def render(fragment: str) -> SafeString:
    """Return a fragment in normal form as pages show it, sanitised again."""
    seen = 0

    def shown(tag: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        return _shown(_picture(tag[0]), is_first=seen == 1)

    return trusted(IMAGE.sub(shown, sanitise(fragment, CLEANER)))


SIZES = "(min-width: 48em) 44em, 100vw"  # the width of the text column, see static/commentary


def _shown(picture: Picture, is_first: bool) -> str:
    alt = html.escape(picture.alt)
    if not (picture.sha256 and picture.width and picture.height):
        return _missing(picture)
    size = (picture.width, picture.height)
    widths = widths_of(picture.width)
    largest = widths[-1]
    copies = ", ".join(f"{address_of(picture.sha256, width)} {width}w" for width in widths)
    several = f' srcset="{copies}" sizes="{SIZES}"' if len(widths) > 1 else ""
    later = "" if is_first else ' loading="lazy"'
    return (
        f'<img src="{address_of(picture.sha256, largest)}"{several} alt="{alt}"'
        f' width="{largest}" height="{height_at(largest, size)}"{later} decoding="async">'
    )


def _missing(picture: Picture) -> str:
    """Return the placeholder for a picture that cannot be shown."""
    words = html.escape(picture.alt or picture.source.rpartition("/")[2])
    label = html.escape(_("Picture not preserved"))
    if is_plain(picture.source):
        href = html.escape(picture.source)
        words = f'<a href="{href}" rel="nofollow noopener">{words or href}</a>'
    return f'<span class="missing-picture"><b>{label}</b> {words}</span>'


def plain(fragment: str) -> str:
    """Return the text of a fragment in normal form, with blocks separated by newlines."""
    words = OUR_TAG.sub("", BLOCK_EDGE.sub("\n", fragment))
    return re.sub(r"\n[^\S\n]*(?:\n[^\S\n]*)+", "\n\n", html.unescape(words)).strip()
