"""What one saved page says of itself: what it is, whose article it holds, and where that was."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakKeyDictionary

from . import comment_dates as dates
from .bylines import BylineReader, Precision
from .dom import Document, Node
from .furniture import PageParts
from .head import Head, read_head
from .json_ld import Item, articles_of, comment_count, number_of, read_items
from .main_text import find_main_text
from .outline import Outline, outline_of
from .page_addresses import finish, read_addresses
from .page_kind import Kind, read_kind
from .prose import Prose


@dataclass(slots=True)
class PageFacts:
    """Facts about a page. `name` and `address` are those of its capture; `own_address` is where the
    page says it was saved from, if its capture does not know.

    `canonical` is the address of its article, "" if nothing tells; `old_addresses` are all others
    that the page names. `base` is what its addresses are relative to. `date` has the `precision` that
    the page gives it, and no zone where the page gives none. `declared_count` is the number of
    comments that the page states for machines. `others` is how many entries of a list it holds.
    """

    name: str = ""
    address: str = ""
    own_address: str = ""
    kind: Kind = "article"
    reasons: list[str] = field(default_factory=list)
    title: str = ""
    authors: list[str] = field(default_factory=list)
    date: datetime | None = None
    precision: Precision = ""
    canonical: str = ""
    old_addresses: list[str] = field(default_factory=list)
    base: str = ""
    language: str = ""
    direction: str = ""
    declared_count: int | None = None
    generator: str = ""
    site_name: str = ""
    family: str = ""
    post_id: str = ""
    saved_by: str = ""
    entry_count: int = 0


class PageReading:
    """A page taken apart as far as facts and article both need it."""

    def __init__(self, document: Document) -> None:
        self.outline = outline_of(document)
        self.prose = Prose(self.outline)
        self.head = read_head(self.outline)
        self.comment_area: frozenset[int] = frozenset()
        self._divide()

    def _divide(self) -> None:
        self.around = PageParts(self.outline, self.prose, self.comment_area)
        self.main = find_main_text(self.around, self.head.first("generator"))

    def use_area(self, area: Iterable[Node]) -> None:
        """Take these elements for those that hold the comments."""
        numbers = frozenset(self.outline.numbers(area))
        if numbers != self.comment_area:
            self.comment_area = numbers
            self._divide()


# The reading of a page goes with its document.
_READINGS: WeakKeyDictionary[Document, PageReading] = WeakKeyDictionary()


def reading_of(document: Document) -> PageReading:
    """The reading of a page, which is made once as long as the document is kept."""
    reading = _READINGS.get(document)
    if reading is None:
        reading = _READINGS[document] = PageReading(document)
    return reading


def page_facts(document: Document, name: str = "", address: str = "") -> PageFacts:
    """The facts that a page states. `name` is what its capture is called, `address` where the archive
    says that it was saved from."""
    page = reading_of(document)
    outline, head, main = page.outline, page.head, page.main
    language, direction = _language(outline, head)
    dates.use(language, dates.read_order(document) if "/" in outline.words(0) else None)
    items = read_items(document)
    addresses = read_addresses(outline, head, address)
    byline = BylineReader(page.around, main, head, items).read()
    kind = read_kind(page.around, main, head, addresses, byline.title)
    is_article = kind.kind == "article"
    finish(addresses, _permalink(page, byline.title_number, items) if is_article else "")
    return PageFacts(
        name=name,
        address=address,
        own_address=addresses.own,
        kind=kind.kind,
        reasons=kind.reasons,
        title=byline.title,
        authors=byline.authors,
        date=byline.date,
        precision=byline.precision,
        canonical=addresses.canonical,
        old_addresses=addresses.old,
        base=addresses.base,
        language=language,
        direction=direction,
        declared_count=_declared_count(page, items),
        generator=head.first("generator"),
        site_name=head.first("og:site_name"),
        family=main.family.name if main.family else "",
        post_id=addresses.post_id,
        saved_by=addresses.saved_by,
        entry_count=len(kind.entries),
    )


def _language(outline: Outline, head: Head) -> tuple[str, str]:
    """Language and direction of a page, as it states them."""
    language = direction = ""
    for number in range(min(len(outline), 400)):
        if outline.tags[number] in ("html", "body"):
            language = (
                language or outline.value(number, "lang") or outline.value(number, "xml:lang")
            )
            direction = direction or outline.value(number, "dir").lower()
    language = language or head.first("content-language", "language", "og:locale")
    return language.strip().replace("_", "-").partition(",")[0][:20], direction


def _permalink(page: PageReading, title: int, items: list[Item]) -> str:
    """The address that the article gives itself: in its title, its byline, or for machines."""
    outline = page.outline
    if title >= 0:
        for at in (*range(title, outline.end[title]), *list(outline.above(title))[:2]):
            if outline.tags[at] == "a" and (href := outline.value(at, "href")) and "#" not in href:
                return href
    container = page.main.container
    selector = "a[rel~=bookmark][href], a.permalink[href], a.timestamp-link[href], a.u-url[href], a.entry-permalink[href]"
    for number in outline.css(selector):
        if container <= number < outline.end[container] and number not in page.around.comments:
            return outline.value(number, "href")
    for item in articles_of(items):
        for name in ("url", "mainEntityOfPage", "@id"):
            value = item.get(name)
            value = value.get("@id") if isinstance(value, dict) else value
            if isinstance(value, str) and value.startswith("http"):
                return value
    for number in outline.css("[itemprop=mainEntityOfPage], link[itemprop=url]"):
        if number not in page.around.comments and (href := outline.value(number, "href")):
            return href
    return _replied_to(page)


def _replied_to(page: PageReading) -> str:
    """The address that links to answer an article lead to (LiveJournal names it nowhere else)."""
    for number in page.outline.css(
        "a[href*='mode=reply'], a[href*='#comments'], a[href*='#respond']"
    ):
        href = page.outline.value(number, "href").partition("#")[0]
        if href.startswith("http"):
            return href
    return ""


def _declared_count(page: PageReading, items: list[Item]) -> int | None:
    for item in articles_of(items):
        if (count := comment_count(item)) is not None:
            return count
    for number in page.outline.css("[itemprop=commentCount]"):
        words = page.outline.value(number, "content") or page.outline.words(number)
        if (count := number_of(words)) is not None:
            return count
    return None
