"""Converts the HTML of an article, as found in exports, into normal form."""

from .article_body import BodyCopier
from .dom import UnreadablePage, parse
from .elements import find_all, write
from .flow import blocks_of
from .footnotes import tie_links
from .outline import PageOutline


def normal_form(fragment: str, base: str = "") -> tuple[str, dict[str, list[str]]]:
    """Return a fragment in normal form, and for each `src` in it the URLs of the image, best first.

    `base` is the base of relative URLs. A fragment that is too complex to parse is returned empty.
    """
    try:
        document = parse(f"<!DOCTYPE html><html><body>{fragment}</body></html>")
    except UnreadablePage:
        return "", {}
    outline = PageOutline(document)
    copier = BodyCopier(outline, {}, base)
    copied = copier.copy([outline.tags.index("body")])
    blocks = [*tie_links(blocks_of(copied.content), base)]
    used = {image.attributes["src"] for image in find_all([*blocks], "img")}
    return write([*blocks]), {s: f for s, f in copier.pictures.found.items() if s in used}
