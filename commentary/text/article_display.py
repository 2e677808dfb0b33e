"""Shows formatted text of articles (see `article_html`) on our pages, and elsewhere.

On pages, tables and code scroll in boxes of their own, embedded videos are cards with a link, and
pictures have placeholders if they are not stored. Elsewhere (feeds, the API) the text stays as it
is, with absolute URLs of pictures.
"""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from .article_html import CLEANER, IMAGE, Picture, picture_of, plain
from .markup import sanitise
from .picture_sizes import address_of, height_at, widths_of
from .trusted import trusted
from .web_addresses import is_plain

# The width of the text column and of a picture in a gallery, see static/commentary.
COLUMN = (
    "(min-width: 78.8rem) 40rem, (min-width: 38.9rem) calc(31.68rem + 10.56vw), "
    "(min-width: 25rem) 92vw, calc(100vw - 2rem)"
)
GALLERY = (
    "(min-width: 78.8rem) 12.83rem, (min-width: 38.9rem) calc(10.06rem + 3.52vw), "
    "(min-width: 25rem) calc(46vw - 0.375rem), calc(50vw - 1.375rem)"
)
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:\s+[a-z]+(?:=\"[^\"]*\")?)*)\s*>")
HEADING = re.compile(r"h([2-6])")
GAP = r"(?:\s|&nbsp;|<br>)*"
EMPTY = re.compile(rf"<(h[2-6])(?:\s[^<>]*)?>{GAP}</\1>|<a(?:\s+[a-z]+=\"[^\"]*\")*>{GAP}</a>")
EMPTY_HEAD_CELL = re.compile(rf"<th((?:\s+[a-z]+=\"[^\"]*\")*)>({GAP})</th>")
SCOPE = re.compile(r"\sscope=\"[^\"]*\"")
NUMERIC_CELL = re.compile(
    r"<td((?:\s+[a-z]+=\"[^\"]*\")*)>(\s*[+\-−]?[£$€¥]?\d[\d.,\s'’]{0,20}[%€£¥]?\s*)</td>"
)
CAPTION = re.compile(r"\s*<caption(?:\s[^<>]*)?>(.*?)</caption>", re.S)
EMBED = re.compile(r"<figure(?:\s+[a-z]+=\"[^\"]*\")*\sclass=\"embed\"[^<>]*>(.*?)</figure>", re.S)
LINK = re.compile(r"<a(?:\s[^<>]*?)?\shref=\"([^\"]*)\"[^<>]*>(.*?)</a>", re.S)
CAPTION_BELOW = re.compile(r"<figcaption.*?</figcaption>", re.S)
LINK_TAG = re.compile(r"</?a\b(?:[^<>\"]|\"[^\"]*\")*>")
ID = re.compile(r"\s(id|href)=\"(#?)([\w.:-]+)\"")
OF_NOTES = re.compile(r"(?:fn|ref)-[\w.:-]+")
REL = re.compile(r"\srel=\"[^\"]*\"")
VIDEOS = {"youtube.com": "YouTube", "youtu.be": "YouTube", "vimeo.com": "Vimeo"}
VIDEOS["dailymotion.com"] = "Dailymotion"
DEEPEST = 6


class Seen(NamedTuple):
    """The state before a part of an article. `headings` are the levels above, each as written
    and as shown.
    """

    pictures: int = 0
    tables: int = 0
    code: int = 0
    headings: tuple[tuple[int, int], ...] = ()

    def after(self, tag: str) -> "Seen":
        """Return the state after a start tag."""
        if tag == "img":
            return self._replace(pictures=self.pictures + 1)
        if tag == "table":
            return self._replace(tables=self.tables + 1)
        if tag == "pre":
            return self._replace(code=self.code + 1)
        if found := HEADING.fullmatch(tag):
            level = int(found[1])
            above = tuple(pair for pair in self.headings if pair[0] < level)
            shown = above[-1][1] + 1 if above else 2
            return self._replace(headings=(*above, (level, min(shown, DEEPEST))))
        return self


def seen_after(fragment: str, seen: Seen) -> Seen:
    """Return the state after a fragment in normal form."""
    for tag in TAG.finditer(fragment):
        if not tag[1]:
            seen = seen.after(tag[2])
    return seen


def for_page(fragment: str, seen: Seen = Seen()) -> SafeString:  # noqa: B008 # immutable
    """Return a part of an article in normal form as our pages show it, sanitised again."""
    return trusted("".join(_Page(seen).shown(_tidy(sanitise(fragment, CLEANER)))))


def for_elsewhere(fragment: str, site: str) -> SafeString:
    """Return a part of an article for feeds and the API. `site` is the URL of the site without a
    slash at the end.
    """

    def shown(tag: re.Match[str]) -> str:
        picture = picture_of(tag[0])
        if not picture.is_shown:
            return f"[{html.escape(picture.alt or _('Picture not preserved'))}]"
        size = (picture.width, picture.height)
        width = widths_of(picture.width)[-1]
        return (
            f'<img src="{html.escape(site)}{address_of(picture.sha256, width)}"'
            f' alt="{html.escape(picture.alt)}" width="{width}" height="{height_at(width, size)}">'
        )

    return trusted(IMAGE.sub(shown, sanitise(fragment, CLEANER)))


def _tidy(fragment: str) -> str:
    """Remove empty headings and links, and turn empty header cells into data cells, for accessible
    pages.
    """
    fragment = EMPTY.sub("", fragment)
    fragment = EMPTY_HEAD_CELL.sub(lambda cell: f"<td{SCOPE.sub('', cell[1])}></td>", fragment)
    return NUMERIC_CELL.sub(r'<td class="number"\1>\2</td>', EMBED.sub(_card, fragment))


def _card(figure: re.Match[str]) -> str:
    """Return embedded content as a card with a link. Nothing is loaded from there."""
    link = LINK.search(figure[1])
    if link is None or not is_plain(html.unescape(link[1])):
        return figure[0]
    host = (urlsplit(html.unescape(link[1])).hostname or "").removeprefix("www.")
    service = next((VIDEOS[of] for of in VIDEOS if host == of or host.endswith(f".{of}")), "")
    if service:
        kind = _("A %(service)s video was embedded here") % {"service": service}
    else:
        kind = _("Other content was embedded here")
    opens = _("Opens %(host)s. Nothing is loaded from there until you follow the link.")
    words = LINK_TAG.sub("", link[2]).strip() or link[1]
    caption = CAPTION_BELOW.search(figure[1])
    return (
        f'<figure><div class="link-card is-embed{" is-video" if service else ""}">'
        f'<p class="link-card-kind">{_ours(kind)}</p><p class="link-card-title" dir="auto">'
        f'<a href="{link[1]}" rel="nofollow noopener external">{words}</a></p>'
        f'<p class="link-card-address">{_ours(opens % {"host": host})}</p></div>'
        f"{caption[0] if caption else ''}</figure>"
    )


class _Page:
    """Writes the tags of one part for display on pages."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen
        self.in_gallery = self.in_link = self.in_summary = 0
        self.headings: list[int] = []
        self.figures: list[bool] = []

    def shown(self, fragment: str) -> Iterator[str]:
        at = 0
        for tag in TAG.finditer(fragment):
            yield fragment[at : tag.start()]
            yield self._closing(tag) if tag[1] else self._opening(tag, fragment)
            at = tag.end()
        yield fragment[at:]

    def _opening(self, tag: re.Match[str], fragment: str) -> str:
        name, attributes = tag[2], ID.sub(_own_id, tag[3])
        self.seen = self.seen.after(name)
        if name == "img":
            return self._picture(tag[0])
        if name == "a":
            if self.in_summary:  # a control can't contain a link
                return ""
            self.in_link += 1
            is_inside = ' href="#' in attributes
            return f"<a{REL.sub('', attributes) if is_inside else attributes}>"
        if name == "figure":
            self.figures.append('class="gallery"' in attributes)
            self.in_gallery += self.figures[-1]
        elif name == "summary":
            self.in_summary += 1
        elif name == "details" and not fragment.startswith("<summary", tag.end()):
            return f"<details{attributes}><summary>{html.escape(_('Details'))}</summary>"
        elif name == "table":
            caption = CAPTION.match(fragment, tag.end())
            words = " ".join(plain(caption[1]).split()) if caption else ""
            label = _("Table %(number)s") % {"number": self.seen.tables}
            label = f"{label}: {words}" if words else label
            return f'<div class="scroller"{_region(label)}><table{attributes}>'
        elif name == "pre":
            label = _("Code %(number)s") % {"number": self.seen.code}
            return f"<pre{attributes}{_region(label)}>"
        elif HEADING.fullmatch(name):
            self.headings.append(self.seen.headings[-1][1])
            return f"<h{self.headings[-1]}{attributes}>"
        return f"<{name}{attributes}>"

    def _closing(self, tag: re.Match[str]) -> str:
        name = tag[2]
        if name == "a":
            if self.in_summary:
                return ""
            self.in_link -= 1
        elif name == "figure" and self.figures:
            self.in_gallery -= self.figures.pop()
        elif name == "summary":
            self.in_summary -= 1
        elif name == "table":
            return "</table></div>"
        elif HEADING.fullmatch(name) and self.headings:
            return f"</h{self.headings.pop()}>"
        return tag[0]

    def _picture(self, tag: str) -> str:
        picture = picture_of(tag)
        if not picture.is_shown:
            return _missing(picture)
        alt = picture.alt or (_("Linked picture") if self.in_link else "")
        size, widths = (picture.width, picture.height), widths_of(picture.width)
        largest = widths[-1]
        copies = ", ".join(f"{address_of(picture.sha256, width)} {width}w" for width in widths)
        sizes = GALLERY if self.in_gallery else COLUMN
        several = f' srcset="{copies}" sizes="{sizes}"' if len(widths) > 1 else ""
        # The first picture is likely to be visible at once.
        how = ' fetchpriority="high"' if self.seen.pictures == 1 else ' loading="lazy"'
        return (
            f'<img src="{address_of(picture.sha256, largest)}"{several} alt="{html.escape(alt)}"'
            f' width="{largest}" height="{height_at(largest, size)}"{how} decoding="async">'
        )


def _own_id(attribute: re.Match[str]) -> str:
    """Prefix the ids of an article, except those of footnotes, so that they differ from the ids of our
    page.
    """
    name, mark, value = attribute.groups()
    if (name == "href") != bool(mark):
        return attribute[0]
    return f' {name}="{mark}{value if OF_NOTES.fullmatch(value) else f"in-{value}"}"'


def _region(label: str) -> str:
    """Return the attributes of a box that scrolls, for keyboards and screen readers."""
    return f' role="region" aria-label="{html.escape(label)}" tabindex="0"'


def _ours(words: str) -> str:
    """Return words of the interface, in its language and direction, for the inside of an article."""
    direction = "rtl" if get_language_bidi() else "ltr"
    return f'<bdi lang="{get_language() or "en"}" dir="{direction}">{html.escape(words)}</bdi>'


def _missing(picture: Picture) -> str:
    """Return the placeholder of a picture that is not shown: its description and its original URL.

    It may stand within a paragraph or a link.
    """
    parts = [f"<b>{_ours(_('This picture was not preserved'))}</b>"]
    if picture.alt:
        parts.append(f"<i>{_ours(_('Described as:'))} <bdi>“{html.escape(picture.alt)}”</bdi></i>")
    if is_plain(picture.source):
        words = _("Original URL: %(address)s") % {"address": picture.source}
        parts.append(f"<i>{_ours(words)}</i>")
    return f'<span class="missing-picture">{" ".join(parts)}</span>'
