"""Logos and favicons: SVG or PNG files, checked before they are served.

Pages show them as pictures, in which browsers run no scripts and load nothing; they are served with
a policy for the case that someone opens their address.
"""

import re
import struct
from typing import NamedTuple
from xml.etree import ElementTree

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MAX_LOGO = 100_000  # bytes
MAX_SIDE = 4_096  # pixels
TYPES = {"svg": "image/svg+xml", "png": "image/png"}
SVG = "{http://www.w3.org/2000/svg}"
PNG = b"\x89PNG\r\n\x1a\n"
REFUSED_ELEMENTS = {"script", "foreignobject", "iframe", "audio", "video", "handler", "listener"}
NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)(?:px)?\s*")
OUTSIDE = re.compile(r"@import|url\(\s*[\"']?(?!#)", re.I)
UNSAFE = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\?xml-stylesheet", re.I)


class LogoProblem(ValueError):
    """A file can't be a logo. The message is a sentence."""


class Logo(NamedTuple):
    """A checked file: its kind ("svg" or "png"), and its width in pixels if it is 1 pixel high."""

    kind: str
    ratio: float

    def width_at(self, height: int) -> int:
        """Return the width in pixels at this height."""
        return max(1, round(self.ratio * height))


def read_logo(data: bytes) -> Logo:
    """Check a file. Raises LogoProblem."""
    if len(data) > MAX_LOGO:
        raise LogoProblem(_("The file is larger than %(most)d kB.") % {"most": MAX_LOGO // 1_000})
    width, height = _png_size(data) if data.startswith(PNG) else _svg_size(data)
    if not (0 < width <= MAX_SIDE * 16 and height > 0 and 1 / 20 <= width / height <= 20):
        raise LogoProblem(_("The picture is empty, too large or far too long."))
    return Logo("png" if data.startswith(PNG) else "svg", width / height)


def _png_size(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR" or len(data) < 33 or b"IEND" not in data[-16:]:
        raise LogoProblem(_("The PNG file is damaged."))
    width, height = struct.unpack(">II", data[16:24])
    if max(width, height) > MAX_SIDE:
        raise LogoProblem(
            ngettext(
                "The picture is wider or higher than %(most)d pixel.",
                "The picture is wider or higher than %(most)d pixels.",
                MAX_SIDE,
            )
            % {"most": MAX_SIDE}
        )
    return width, height


def _svg_size(data: bytes) -> tuple[float, float]:
    if UNSAFE.search(data):
        raise LogoProblem(_("An SVG file may not have a DOCTYPE, entities or stylesheets."))
    try:
        root = ElementTree.fromstring(data.decode("utf-8-sig"))
    except (ElementTree.ParseError, ValueError) as failure:
        raise LogoProblem(_("Choose an SVG or PNG file.")) from failure
    if root.tag != f"{SVG}svg":
        raise LogoProblem(_("Choose an SVG or PNG file."))
    for element in root.iter():
        _check(element)
    return _size(root)


def _check(element: ElementTree.Element) -> None:
    """Refuse elements and attributes that run scripts or load other files."""
    name = element.tag.rpartition("}")[2].lower()
    texts = [element.text or ""] if name == "style" else []
    if name in REFUSED_ELEMENTS:
        raise LogoProblem(_("An SVG file may not contain <%(name)s>.") % {"name": name})
    for key, value in element.attrib.items():
        attribute = key.rpartition("}")[2].lower()
        is_link = attribute in ("href", "src") and not value.strip().startswith("#")
        if attribute.startswith("on") or is_link:
            raise LogoProblem(
                _("An SVG file may not contain scripts or links to other files (%(name)s).")
                % {"name": attribute}
            )
        texts.append(value)
    if any(OUTSIDE.search(text) for text in texts):
        raise LogoProblem(_("An SVG file may not load other files."))


def _size(root: ElementTree.Element) -> tuple[float, float]:
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    if len(box) == 4:
        try:
            return float(box[2]), float(box[3])
        except ValueError:
            pass
    sides = [NUMBER.fullmatch(root.get(name, "")) for name in ("width", "height")]
    if not all(sides):
        raise LogoProblem(_("An SVG file needs a viewBox, or a width and height in pixels."))
    return float(sides[0][1]), float(sides[1][1])  # type: ignore[index] # checked above
