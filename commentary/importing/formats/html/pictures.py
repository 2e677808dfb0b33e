"""Decides which images of an article are pictures, and finds the URLs of each."""

import re
from collections.abc import Mapping, Sequence

from ..text.phrases.patterns import lazy_re_compile
from .elements import Element
from .links import SAVED_FOLDER, resolved
from .outline import PageOutline

# Attributes that contain the URL of a picture, best version first.
ORIGINAL = ("data-orig-file", "data-full-url", "data-large-file", "data-large_image", "data-image")
LAZY = (
    "data-lazy-src",
    "data-src",
    "data-original",
    "data-original-src",
    "data-echo",
    "data-hi-res-src",
    "data-canonical-src",
    "data-pin-media",
    "data-cfsrc",
    "data-ezsrc",
    "data-actualsrc",
    "data-url",
    "data-img-src",
    "data-mce-src",
    "data-savepage-src",
)
SETS = ("data-lazy-srcset", "data-srcset", "srcset")
IMAGE_NAME = lazy_re_compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|tiff?|svg|heic)(?:$|[?#])", re.I)
SIZE_SUFFIX = lazy_re_compile(
    r"-\d{1,5}x\d{1,5}(?=\.\w{2,5}$)|-(?:scaled|rotated|e\d{9,14})(?=\.\w{2,5}$)"
)
_BLANK_NAME = lazy_re_compile(
    r"(?:^|[/_-])(?:blank|spacer|space|transparent|trans|pixel|clear|cleardot|placeholder|lazy(?:-?load)?|loading|loader|"
    r"gr[ae]y|white|1x1|1px|empty|dot|x|s|t|p|null|shim|trenner)(?:[_-]?\d+)?\.(?:gif|png|svg|jpe?g)(?:$|[?#])",
    re.I,
)
_BLANK_DATA = lazy_re_compile(
    r"data:image/(?:gif;base64,R0lGODlhAQAB|svg\+xml(?![^,]*,.{0,20000}?(?:<|%3c)(?:path|image|circle|rect [^>]{0,80}fill|text|g|use|line|"
    r"poly\w+|ellipse)\b)(?!;base64,\w{400}))|data:image/gif;base64,R0lGODdhAQAB|data:,?$|data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB",
    re.I | re.S,
)
_NO_PICTURE = lazy_re_compile(
    r"//stats\.|/stats?/|feedburner\.com/~|feeds\.\w+\.com/~|pixel\.(?:wp|quantserve)|//b\.scorecardresearch|/count\.|vgwort|"
    r"doubleclick\.net|google-analytics|googlesyndication|/track(?:er|ing)?[./?]|gravatar\.com|/avatars?/|/avatar\.\w{3,4}(?:$|\?)|//(?:l-)?userpic\.|/userpics?/|counter\.\w+/|/(?:hit)?count(?:er)?(?:\.(?:cgi|pl|exe|php))?\?|"
    r"blogger\.googleusercontent\.com/tracker|resources\.blogblog\.com/img/|/icon18_|b?logger_comment|paypal(?:objects)?\.com/|"
    r"flattr\.com|zemanta\.com/|amazon-adsystem|/assoc-amazon|assoc-amazon\.|linksynergy|/smilies/|"
    r"/(?:share|social)[_-]?(?:icons?|buttons?)?/|addthis\.com|addtoany\.com|sharethis\.com",
    re.I,
)
_CLASSES = lazy_re_compile(
    r"(?:^|[\s_-])(?:avatar|gravatar|userpic|user-head-img|photo-author|tracking|tracker|pixel|share-?icon|social-?icon|"
    r"printfriendly|pf-button|icon-action|lazy-hidden-placeholder|author-image|author-photo|logo)(?=$|[\s_-])"
)
# Names of elements around the picture of a person.
_PORTRAIT = lazy_re_compile(
    r"(?:^|[\s_-])(?:avatars?|gravatar|user-?pics?|(?:author|profile|user)-?(?:image|photo|pic(?:ture)?|avatar))(?=$|[\s_-])"
)
SMILEY = lazy_re_compile(
    r"(?:^|\s)(?:wp-smiley|emoji|smiley|smilies|emoticon|wpml-ls-flag)(?=$|\s)"
)
_SET_ENTRY = lazy_re_compile(
    r"\s*([^\s,][^\s]*[^\s,]|[^\s,])(?:\s+([\d.]+)([wxh])[^,]*)?\s*(?:,|$)"
)
_SCHEME = lazy_re_compile(r"([a-z][a-z0-9+.-]*):", re.I)
MAX_PICTURES = 2_000
MAX_CANDIDATES = 40
_SIZE = lazy_re_compile(r"\s*(\d{1,5})(?:px)?\s*$")


class Pictures:
    """The pictures of one article. `found` maps the `src` of each to the URLs where it may be
    found, best first.
    """

    def __init__(self, outline: PageOutline, base: str) -> None:
        self.outline, self.base = outline, base
        self.found: dict[str, list[str]] = {}
        self._by_name: dict[str, Element] = {}
        self._last: Element | None = None
        self._last_from_noscript = False
        self._data = 0
        self._figure = -1

    def read(self, number: int, link: str = "", is_noscript: bool = False) -> Element | str | None:
        """Return the picture for an `img`: an element, the text of a smiley, or None for counters,
        buttons and repeated pictures. `link` is the URL around it, if it leads to an image.
        """
        outline = self.outline
        attributes = outline.attributes[number]
        if SMILEY.search((attributes.get("class") or "").lower()):
            return attributes.get("alt") or ""
        candidates = self._candidates(number)
        if link:
            is_original = any(stem_of(link) == stem_of(c) for c in candidates)
            candidates.insert(0 if is_original else len(candidates), self._as_written([link])[0])
        if is_no_picture(attributes, candidates) or len(self.found) >= MAX_PICTURES:
            return None
        if self._is_portrait(number):
            return None
        if double := self._double(number, candidates, is_noscript):
            self._add_candidates(double, candidates)
            return None
        if not candidates:
            return None
        picture = self._element(attributes, candidates)
        self._last, self._last_from_noscript = picture, is_noscript
        return picture

    def _element(self, attributes: dict[str, str | None], candidates: list[str]) -> Element:
        shown = (attributes.get("src") or "").strip()
        (shown,) = self._as_written([shown])
        source = shown if shown in candidates else candidates[0]
        if source.startswith(("data:", "cid:", "file:")):
            self._data += 1
            source = f"data-{self._data}"
        known = self.found.setdefault(source, [])
        known += [c for c in self._both(candidates) if c not in known]
        kept = {"src": source, "alt": " ".join((attributes.get("alt") or "").split())}
        for name in ("width", "height"):
            if (size := _SIZE.match(attributes.get(name) or "")) and int(size[1]):
                kept[name] = size[1]
        return Element("img", kept)

    def _both(self, candidates: list[str]) -> list[str]:
        """Return candidates as absolute URLs, each followed by the form used on the page."""
        found: dict[str, None] = {}
        for candidate in candidates[:MAX_CANDIDATES]:
            full = candidate if candidate.startswith("data:") else resolved(candidate, self.base)
            if SAVED_FOLDER.search(candidate):
                found[candidate] = None
            found[full] = None
            found[candidate] = None
        return [c for c in found if c]

    def _candidates(self, number: int) -> list[str]:
        attributes = self.outline.attributes[number]
        given = [attributes.get(name) for name in (*ORIGINAL, *LAZY)]
        sets = [attributes.get(name) for name in SETS]
        parent = self.outline.parent[number]
        if parent >= 0 and self.outline.tags[parent] == "picture":
            for at in self.outline.children(parent):
                if self.outline.tags[at] == "source":
                    source = self.outline.attributes[at]
                    sets += [source.get(name) for name in SETS]
        found: list[str] = []
        for address in [
            *given,
            *(a for s in sets if s for a in from_set(s)),
            attributes.get("src"),
        ]:
            address = (address or "").strip()
            if address and not is_placeholder(address) and address not in found:
                found.append(address)
        real = [a for a in found if not a.startswith("data:")]
        return self._as_written(real or found)

    def _as_written(self, candidates: list[str]) -> list[str]:
        """Return absolute URLs, except for files in the folder saved with the page."""
        return [
            c if c.startswith("data:") or SAVED_FOLDER.search(c) else resolved(c, self.base) or c
            for c in candidates
        ]

    def _double(self, number: int, candidates: list[str], is_noscript: bool) -> Element | None:
        """Return the previous picture if this is its `noscript` version, or the same file again in
        one figure.
        """
        last = self._last
        figure = next((n for n in self.outline.above(number) if self._is_figure(n)), -1)
        is_again = figure >= 0 and figure == self._figure and bool(candidates)
        self._figure = figure
        if last is None or is_noscript == self._last_from_noscript and not is_again:
            return None
        known = self.found[last.attributes["src"]]
        stems = {stem_of(c) for c in known}
        return last if not candidates or any(stem_of(c) in stems for c in candidates) else None

    def _is_portrait(self, number: int) -> bool:
        """Return whether the element directly around a picture is for the picture of a person."""
        above = self.outline.parent[number]
        if above >= 0 and self.outline.tags[above] == "a":
            above = self.outline.parent[above]
        return above >= 0 and bool(_PORTRAIT.search(self.outline.all_names[above]))

    def _is_figure(self, number: int) -> bool:
        """Return whether an element is a figure with one picture, as far as its names tell."""
        is_gallery = "galler" in self.outline.names(number)
        return self.outline.tags[number] == "figure" and not is_gallery

    def _add_candidates(self, picture: Element, candidates: list[str]) -> None:
        known = self.found[picture.attributes["src"]]
        known += [c for c in self._both(candidates) if c not in known]


def is_no_picture(
    attributes: Mapping[str, str | None], candidates: Sequence[str] | None = None
) -> bool:
    """Return whether an image is a counter, an avatar or a button, by its attributes and by the URLs
    where it may be found.
    """
    for name in ("width", "height"):
        size = _SIZE.match(attributes.get(name) or "")
        if size and int(size[1]) <= 2:
            return True
    classes = (attributes.get("class") or "").lower()
    if _CLASSES.search(classes) or SMILEY.search(classes):
        return True
    if candidates is None:
        candidates = [attributes.get("src") or ""]
        if is_placeholder(candidates[0]):
            return True
    return any(_NO_PICTURE.search(c) for c in candidates[:3] if not c.startswith("data:"))


def from_set(value: str) -> list[str]:
    """Return the URLs of a `srcset`, largest first."""
    entries: list[tuple[float, int, str]] = []
    if value.lstrip().startswith("data:"):
        return []
    for found in _SET_ENTRY.finditer(value):
        address, size, unit = found.groups()
        try:
            weight = float(size or 1) * (1000 if unit == "x" else 1)
        except ValueError:
            weight = 1.0
        entries.append((-weight, len(entries), address))
        if len(entries) >= MAX_CANDIDATES:
            break
    return [address for _, _, address in sorted(entries)]


def is_placeholder(address: str) -> bool:
    """Return whether a URL is that of a placeholder for a picture that loads later."""
    if address.startswith("data:"):
        return bool(_BLANK_DATA.match(address))
    scheme = _SCHEME.match(address)
    is_unknown = scheme is not None and scheme[1].lower() not in (
        "http",
        "https",
        "ftp",
        "cid",
        "file",
    )
    return is_unknown or address.startswith("#") or bool(_BLANK_NAME.search(address))


def stem_of(address: str) -> str:
    """Return the file name of a picture without folder, query and size."""
    if address.startswith("data:"):
        return address[:200]
    name = re.split(r"[?#]", address, maxsplit=1)[0].rstrip("/").rpartition("/")[2]
    return SIZE_SUFFIX.sub("", name).lower()
