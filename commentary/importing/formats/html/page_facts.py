"""Reads facts about a saved page: its kind, its article, and its URLs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from weakref import WeakKeyDictionary

from ..text.phrases.patterns import lazy_re_compile
from . import comment_dates as dates
from .byline_dates import Precision
from .bylines import BylineReader
from .dom import Document, Node
from .families import THREAD_FAMILIES
from .furniture import PageParts
from .head import Head, read_head
from .json_ld import article_items, comment_count, number_of, read_items
from .main_text import MainText, find_main_text
from .outline import PageOutline, outline_of
from .page_addresses import finish, read_addresses
from .page_kind import Kind, read_kind
from .prose import Prose
from .threads import Opening

_DAY_PATH = lazy_re_compile(r"/((?:19|20)\d\d)/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?=/)")


@dataclass(slots=True)
class PageFacts:
    """Facts about a page. `name` and `address` are those of its capture; `own_address` is the URL
    in the page itself, for captures without one.

    `canonical` is the URL of its article, "" if unknown; `old_addresses` are all other URLs. `base`
    resolves relative URLs. `date` has the `precision` of the page, and a zone only if the page has
    one. `declared_count` is the number of comments in its metadata.
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
    declared_count: int | None = None
    generator: str = ""
    family: str = ""
    post_id: str = ""
    saved_by: str = ""


class PageReading:
    """A parsed page, with the data that both facts and article need."""

    def __init__(self, document: Document) -> None:
        self.outline = outline_of(document)
        self.prose = Prose(self.outline)
        self.head = read_head(self.outline)
        self.items = read_items(document)
        self._used: tuple[frozenset[int], Collection[int]] = frozenset(), frozenset()
        self._divide()

    def _divide(self) -> None:
        self.around = PageParts(self.outline, self.prose, *self._used)
        self.main = find_main_text(self.around, self.head.first("generator"))

    def use(self, area: Iterable[Node], repeated: Collection[int], title: str) -> None:
        """Use these elements as the comment area, except any that contain the title of the article,
        and these fingerprints as those of page furniture.
        """
        headings = self.outline.css("h1, h2, h3, h4")
        titles = [n for n in headings if self.outline.words(n) == title]
        numbers = frozenset(
            number
            for number in self.outline.numbers(area)
            if not any(self.outline.is_below(title, number) for title in titles)
        )
        if (numbers, repeated) != self._used:
            self._used = numbers, repeated
            self._divide()

    def use_opening(self, opening: Opening) -> None:
        """Use the opening post of a thread as the main text, unless a family of threads has it."""
        family = self.main.family
        if family and family.takes_first:
            return
        root, *_ = self.outline.numbers([opening.root]) or [-1]
        bodies = sorted(self.outline.numbers(opening.bodies)) or [root]
        if root >= 0:
            self.main = MainText(bodies, root, None, is_certain=bool(opening.bodies))


# Readings are stored with their documents.
_READINGS: WeakKeyDictionary[Document, PageReading] = WeakKeyDictionary()


def reading_of(document: Document) -> PageReading:
    """Return the reading of a page, which is computed once per document."""
    reading = _READINGS.get(document)
    if reading is None:
        reading = _READINGS[document] = PageReading(document)
    return reading


def page_facts(document: Document, name: str = "", address: str = "") -> PageFacts:
    """Return the facts about a page. `name` is the name of its capture, `address` the URL in its
    archive.
    """
    page = reading_of(document)
    outline, head, main = page.outline, page.head, page.main
    language = _language(outline, head)
    dates.use(language, dates.read_order(document) if "/" in outline.words(0) else None)
    addresses = read_addresses(outline, head, address)
    byline = BylineReader(page.around, main, head, page.items).read()
    kind = read_kind(page.around, main, head, addresses, byline.title)
    if main.family in THREAD_FAMILIES and kind.kind == "list":
        kind.kind, kind.reasons = "article", []  # a thread is a list of posts
    is_article = kind.kind == "article"
    finish(addresses, _permalink(page, byline.title_number) if is_article else "")
    if byline.date is None and is_article and (day := _day_of(addresses.canonical)):
        byline.date, byline.precision = day, "day"
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
        declared_count=_declared_count(page),
        generator=head.first("generator"),
        family=main.family.name if main.family else "",
        post_id=addresses.post_id,
        saved_by=addresses.saved_by,
    )


def _day_of(address: str) -> datetime | None:
    """Return the day in the URL of an article."""
    found = _DAY_PATH.search(address)
    if found is None:
        return None
    year, month, day = map(int, found.groups())
    try:
        return datetime(year, month, day)
    except ValueError:
        return None


def read_byline_again(
    document: Document, facts: PageFacts, area: Iterable[Node], repeated: Collection[int]
) -> None:
    """Read authors and date again now that the comments of a page are known, because those of a
    comment may have been used by mistake."""
    page = reading_of(document)
    before = page.around
    page.use(area, repeated, facts.title)
    if page.around is before:
        return
    byline = BylineReader(page.around, page.main, page.head, page.items).read()
    if byline.title == facts.title:
        facts.authors = byline.authors
        if byline.date or not _day_of(facts.canonical):
            facts.date, facts.precision = byline.date, byline.precision


def open_thread(document: Document, facts: PageFacts, opening: Opening) -> None:
    """Use the opening post of a thread as the article of a page, with its author and date."""
    reading_of(document).use_opening(opening)
    facts.authors = [opening.author] if opening.author else facts.authors
    date = opening.date
    if date is not None:
        facts.date = date
        is_day = not (date.hour or date.minute or date.second or date.tzinfo)
        facts.precision = "day" if is_day else "minute"


def _language(outline: PageOutline, head: Head) -> str:
    """Return the declared language of a page."""
    language = ""
    for number in range(min(len(outline), 400)):
        if outline.tags[number] in ("html", "body"):
            language = (
                language or outline.value(number, "lang") or outline.value(number, "xml:lang")
            )
    language = language or head.first("content-language", "language", "og:locale")
    return language.strip().replace("_", "-").partition(",")[0][:20]


def _permalink(page: PageReading, title: int) -> str:
    """Return the URL of the article from its title, its byline or metadata."""
    outline = page.outline
    if title >= 0:
        for at in (*range(title, outline.end[title]), *list(outline.above(title))[:2]):
            if outline.tags[at] == "a" and (href := outline.value(at, "href")) and "#" not in href:
                return href
    container = page.main.container
    selector = "a[rel~=bookmark][href], a.permalink[href], a.timestamp-link[href], a.u-url[href], a.entry-permalink[href], a[title='permanent link'][href]"
    for number in outline.css(selector):
        if container <= number < outline.end[container] and number not in page.around.comments:
            return outline.value(number, "href")
    for item in article_items(page.items):
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
    """Return the URL from the links for replying to the article (LiveJournal states it nowhere
    else).
    """
    for number in page.outline.css(
        "a[href*='mode=reply'], a[href*='#comments'], a[href*='#respond']"
    ):
        href = page.outline.value(number, "href").partition("#")[0]
        if href.startswith("http"):
            return href
    return ""


def _declared_count(page: PageReading) -> int | None:
    for item in article_items(page.items):
        if (count := comment_count(item)) is not None:
            return count
    for number in page.outline.css("[itemprop=commentCount]"):
        words = page.outline.value(number, "content") or page.outline.words(number)
        if (count := number_of(words)) is not None:
            return count
    return None
