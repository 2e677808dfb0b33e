"""Finds the title, authors and date of an article in the most reliable sources on its page."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape

from . import comment_dates as dates
from .byline_dates import HAS_TIME, Precision, in_attributes, in_words
from .byline_names import (
    BYLINE,
    LONGEST_NAME,
    NAME_END,
    clean_author,
    is_account,
    is_explicit,
    is_name,
    name_beside_date,
    split_names,
)
from .families import FAMILIES, Family
from .furniture import INVITATION, PageParts
from .head import Head
from .json_ld import Item, article_items, person_names, text_value, types_of
from .main_text import MainText
from .outline import PageOutline

LONGEST_TITLE = 400
MIN_TITLE = 12  # characters; longer headings are almost always titles
LONGEST_BYLINE = 200
MANY_BEFORE, MANY_INSIDE, MANY_BEHIND = 8, 5, 6  # blocks where a byline is looked for
MANY_AT_END = 2
LONG_TEXT = 40  # weight of a paragraph that begins the text
DATELINE = 60  # characters at the beginning of the text
_ANY = next(f for f in FAMILIES if f.name == "any")
_HARD = re.compile(r"\s*(?:\||::|»|«)\s*|\s+[-–—·•/]\s+")
# A heading for the parts of a page rather than for its article.
_LABEL_OF_PAGE = re.compile(
    r"(?:haupt)?inhalt|hauptnavigation|navigation|detail(?:ansicht|seite|s)|men[uü]|suche|search|(?:main )?content|"
    r"contenu(?: principal)?|contenido(?: principal)?|user|page|seite|artikel|article|news|blog",
    re.I,
)
_TITLE_LEAD = re.compile(
    r"^(?:permalink(?: to| for)?|permanent link(?: to| for)?)\s*:?\s*[“\"]?", re.I
)
_AUTHOR_CLASS = re.compile(
    r"(?:^|[\s_-])(?:post|entry|article|meta|document)?[-_]{0,2}(?:author|autor|auteur|auth)(?:[-_]?(?:name|link|s))?(?=$|\s)|"
    r"author[-_]?name|(?:^|\s)(?:authors|byline|writer|redakteur)(?=$|\s)",
    re.I,
)
_WRITTEN_BY = re.compile(
    r"written|verfasst|geschrieben|écrit|escrito|scritto|geschreven|author|autor|skriv", re.I
)
_MODIFIED = re.compile(r"updated|modified|last-?mod|aktualisiert|geändert", re.I)
_PUBLISHED = re.compile(
    r"\b(?:published|posted|first published|veröffentlicht|erstellt|publié|publicado|pubblicato|gepubliceerd)\b",
    re.I,
)
_PUBLISHED_META = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "article:published",
    "og:published_time",
    "rnews:datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "article.published",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "published-date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.date",
    "dc.date.created",
    "dc.date",
    "dc:date",
    "citation_publication_date",
    "date",
    "timestamp",
)
_AUTHOR_META = (
    "author",
    "article:author",
    "dc.creator",
    "dc:creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
    "citation_author",
)
_TIME_ONLY = re.compile(
    r"(?<!\d)([01]?\d|2[0-3])[:.h]([0-5]\d)(?::[0-5]\d)?\s*([ap])?\.?\s?(?:m\b)?", re.I
)
_SITE_TITLES = ".site-title, #site-title, a[rel=home], #blog-title, #header h1, .blog-title"
_HOME = re.compile(
    r"(?:https?://[^/?#]+)?/(?:index\.(?:html?|php))?|\.?/?|(?:\.\./)+(?:index\.html?)?"
)


@dataclass(slots=True)
class PageByline:
    """Title, authors and date of an article; `precision` applies to the date and is "" without one.

    `numbers` are the elements that they were read from.
    """

    title: str = ""
    authors: list[str] = field(default_factory=list)
    date: datetime | None = None
    precision: Precision = ""
    title_number: int = -1
    numbers: list[int] = field(default_factory=list)


class BylineReader:
    """Reads the byline of the article at `main`. For an entry of a list, head and items are empty
    and only the entry itself is searched.
    """

    def __init__(
        self,
        around: PageParts,
        main: MainText,
        head: Head | None = None,
        items: list[Item] | None = None,
    ) -> None:
        self.is_entry = head is None
        self.around, self.main = around, main
        self.outline: PageOutline = around.outline
        self.head, self.items = head or Head(), items or []
        self.articles = article_items(self.items)
        self.families: list[Family] = [*([main.family] if main.family else []), _ANY]
        self.byline = PageByline()
        self.zone = range(0)

    def read(self) -> PageByline:
        """Return the byline, with each part from the best source that has it."""
        byline = self.byline
        byline.title, byline.title_number = self._title()
        self.zone = self._zone()
        byline.authors = self._authors()
        byline.date, byline.precision = self._date()
        return byline

    def _zone(self) -> range:
        """Return the part of the page that contains the article, its title and its byline."""
        outline, main = self.outline, self.main
        number, title = main.container, self.byline.title_number
        if 0 <= title < number:
            number = next((n for n in outline.above(number) if outline.is_below(title, n)), number)
        return range(number, outline.end[number])

    def _found(self, selectors: Iterable[str]) -> Iterator[int]:
        """Return matching elements outside comments, those inside the article first."""
        for selector in selectors:
            numbers = [n for n in self.outline.css(selector) if n not in self.around.comments]
            inside = [n for n in numbers if self._is_near(n)]
            if inside or self.is_entry:
                yield from inside
            else:
                yield from (n for n in numbers if n not in self.around.cut or n in self.zone)

    def _is_near(self, number: int) -> bool:
        container = self.main.container
        return container <= number < self.outline.end[container]

    # --- title

    def _title(self) -> tuple[str, int]:
        stated = self._stated_titles()
        shown = list(self._shown_titles())
        for title, number in shown:
            if any(_same(title, other) for other in stated):
                return title, number
        parts = self._parts_of_page_title()
        named = [
            (title, number)
            for title, number in shown
            if _plain(title) in parts and not self._is_site(title)
        ]
        if named:
            return self._below_site_title(named)
        headings = [n for _, n in shown if self.outline.tags[n] == "h1"]
        only = self.outline.words(headings[0]) if len(headings) == 1 else ""
        is_label = bool(self.head.title and _LABEL_OF_PAGE.fullmatch(only))
        only = "" if is_label else only
        if len(only) > MIN_TITLE and not self._is_site(only):
            return only, headings[0]
        if only and headings[0] > self.main.container and self._is_near(headings[0]):
            return only, headings[0]  # a title that is also the name of the site
        if stated:
            number = next((n for t, n in shown if _plain(t) and _plain(t) in _plain(stated[0])), -1)
            return stated[0], number
        page_title = self._page_title()
        for title, number in shown if not is_label or self._is_site(page_title) else []:
            if not self._is_site(title):
                return title, number
        return page_title, -1

    def _below_site_title(self, named: list[tuple[str, int]]) -> tuple[str, int]:
        """Return the first of some headings that the page title contains, or the one next to the text
        if the first is far above it, like the name of a site."""
        first = named[0][1]
        if self.outline.tags[first] == "h1" and not self._is_near(first):
            body = self.main.bodies[0]
            for title, number in named[1:]:
                if first < number and (self._is_near(number) or number < body):
                    return title, number
        return named[0]

    def _parts_of_page_title(self) -> set[str]:
        """Return the possible article titles in the page title: each part, and each run of parts."""
        parts = [p for p in _HARD.split(self.head.title) if p.strip()][:8]
        runs = (parts[i:j] for i in range(len(parts)) for j in range(i + 1, len(parts) + 1))
        found = {_plain(" ".join(run)) for run in runs}
        first, colon, rest = self.head.title.partition(": ")
        return (found | {_plain(rest)} if colon else found) - {""}

    def _stated_titles(self) -> list[str]:
        """Return the titles from metadata, without the name of the site."""
        found = [text_value(item.get("headline")) for item in self.articles]
        found += [self.head.first("og:title"), self.head.first("twitter:title")]
        for number in self._found(("meta[itemprop~=headline]",)):
            found.insert(0, self.outline.value(number, "content"))
        cleaned = [self._without_site(unescaped(t)) for t in found if t]
        return [t for t in dict.fromkeys(cleaned) if t and not self._is_site(t)]

    def _shown_titles(self) -> Iterator[tuple[str, int]]:
        outline, body = self.outline, self.main.bodies[0]
        seen: set[int] = set()
        selectors = [s for f in self.families for s in f.title] + ["[itemprop~=headline]"]
        for number in [*self._found(selectors), *self._headings(body)]:
            if number in seen or outline.tags[number] == "meta":
                continue
            seen.add(number)
            title = _TITLE_LEAD.sub("", outline.words(number)).strip(" \u200e\u200f")
            if INVITATION.fullmatch(title) and outline.tags[number] != "h1":
                continue
            if title and len(title) <= LONGEST_TITLE:
                yield title, number

    def _headings(self, body: int) -> list[int]:
        """Return headings: the nearest before the text first, and those of level 1 before others."""
        outline = self.outline
        numbers = [
            n
            for n, tag in enumerate(outline.tags)
            if tag in ("h1", "h2", "h3") and not outline.silent[n] and n not in self.around.comments
        ]
        end = outline.end[body]
        before = [n for n in numbers if n < body][::-1]
        inside = [n for n in numbers if body <= n < end and outline.size(n)][:3]
        first = [n for n in inside[:2] + before if outline.tags[n] == "h1"]
        rest = [n for n in before if outline.tags[n] == "h2" and n not in self.around.cut][:3]
        return first + rest + [n for n in inside if n not in first]

    def _site_names(self) -> set[str]:
        names = {self.head.first("og:site_name"), self.head.first("application-name")}
        for item in self.items:
            if "website" in types_of(item):
                names.add(text_value(item.get("name")))
            names.update(person_names(item.get("publisher"), self.items))
        for number in self.outline.css(_SITE_TITLES)[:4]:
            names.add(self.outline.words(number))
        for number in self.outline.css("h1 a[href], h2 a[href]")[:4]:
            if _HOME.fullmatch(self.outline.value(number, "href").strip()):
                names.add(self.outline.words(number))
        return {_plain(n) for n in names if n and len(n) < 100}

    def _is_site(self, title: str) -> bool:
        if not hasattr(self, "_sites"):
            self._sites = self._site_names()
        return _plain(title) in self._sites

    def _without_site(self, title: str) -> str:
        """Remove the name of the site from the start or end of a title."""
        parts = [p for p in _HARD.split(title) if p]
        if len(parts) > 1:
            for whole, rest in (
                (parts[-1], title[: title.rfind(parts[-1])]),
                (parts[0], title[len(parts[0]) :]),
            ):
                if self._is_site(whole):
                    return rest.strip(" |-–—:»«·•/")
        first, colon, rest = title.partition(": ")
        return rest.strip() if colon and self._is_site(first) else title.strip()

    def _page_title(self) -> str:
        """Return the content of the `title` element, without the name of the site if it can be
        identified.
        """
        title = self._without_site(self.head.title)
        if title != self.head.title:
            return title
        parts = [p for p in _HARD.split(title) if p.strip()]
        return max(parts[:2], key=len).strip() if len(parts) > 1 else title

    # --- authors

    def _authors(self) -> list[str]:
        for family in self.families:
            for selector in family.author:
                names = self._names_at(selector)
                if names:
                    return names
        stated = [
            n for item in self.articles[:2] for n in person_names(item.get("author"), self.items)
        ]
        if names := [n for n in self._clean_all(stated[:20]) if not self._is_site(n)]:
            return names
        if names := self._names_at("[itemprop~=author]") or self._names_by_class():
            return names
        if names := self._names_in_text():
            return names
        if _WRITTEN_BY.search(self.head.first("twitter:label1")):
            return self._clean_all([self.head.first("twitter:data1")])
        given = [v for name in _AUTHOR_META for v in self.head.meta.get(name, ())][:5]
        return self._clean_all([g for g in given if not g.startswith("http")][:1])

    def _names_at(self, selector: str) -> list[str]:
        found: list[str] = []
        for number in self._found((selector,)):
            if not self._is_near(number) and number not in self.zone and found:
                continue
            if number in self.around.cut and number not in self.zone:
                continue
            words = self.outline.value(number, "content") or self.outline.words(number)
            if by := BYLINE.search(words[:LONGEST_BYLINE]):
                words = by["name"]
            if names := self._clean_all(split_names(words)):
                found += names
                self.byline.numbers.append(number)
            if len(found) > 12:
                break
        return list(dict.fromkeys(found))

    def _names_by_class(self) -> list[str]:
        """Return the names in the first element near the article with an author class."""
        outline = self.outline
        for number in self.zone:
            own = outline.attributes[number]
            if (
                not own
                or number in self.around.comments
                or not _AUTHOR_CLASS.search(own.get("class") or "")
            ):
                continue
            if 1 < outline.size(number) < LONGEST_NAME:
                names = self._clean_all(split_names(outline.words(number)))
                if names and all(is_name(n) for n in names):
                    self.byline.numbers.append(number)
                    return names
        return []

    def _names_in_text(self) -> list[str]:
        """Return the names after "by" and similar words in short blocks around the text."""
        for number, words in self._short_blocks():
            if found := BYLINE.search(words):
                name = NAME_END.split(found["name"], maxsplit=1)[0]
                rest = words[found.end() - len(found["name"]) + len(name) :]
                is_dated = any(True for _ in in_words(rest[:40]))
                is_dated = is_dated or is_explicit(words[: found.start("name")])
                if (names := self._clean_all(split_names(name))) and all(
                    is_name(n) or is_dated and is_account(n) for n in names
                ):
                    self.byline.numbers.append(number)
                    return names
        return self._names_beside_dates()

    def _names_beside_dates(self) -> list[str]:
        """Return the names next to a date in a short block, without "by": "Ann Lee, 3 May 2012"."""
        prose, end = self.around.prose, self.outline.end[self.main.bodies[-1]]
        inside = prose.blocks[bisect_left(prose.blocks, self.main.bodies[0]) :]
        inside = inside[: bisect_left(inside, end)]
        texts = [at for at, n in enumerate(inside) if prose.weights[n] >= LONG_TEXT]
        text = inside[texts[0]] if texts else end
        signature = inside[texts[-1] + 1 :][:1] if texts else []
        for number, words in self._short_blocks():
            if number > text and number not in signature:
                continue  # it may be above a comment
            if names := self._clean_all(split_names(name_beside_date(words))):
                self.byline.numbers.append(number)
                return names
        return []

    def _short_blocks(self) -> Iterator[tuple[int, str]]:
        """Return the short blocks around the title, at the start of the text and after it, with their
        text.
        """
        outline, blocks = self.outline, self.around.prose.blocks
        first, end = self.main.bodies[0], outline.end[self.main.bodies[-1]]
        title = self.byline.title_number
        top = title if 0 <= title < end else first
        at, start, stop = (bisect_left(blocks, n) for n in (top, first, end))
        numbers = [
            *blocks[at : at + MANY_BEHIND],
            *reversed(blocks[max(0, at - MANY_BEFORE) : at]),
            *blocks[start : start + MANY_INSIDE],
            *reversed(blocks[max(start, stop - MANY_AT_END) : stop]),
            *(n for n in blocks[stop : stop + MANY_BEHIND] if n in self.zone),
        ]
        if self.is_entry:
            numbers = [n for n in numbers if self._is_near(n)]
        for number in dict.fromkeys(numbers):
            if number in self.around.comments or outline.tags[number] in ("h1", "h2"):
                continue
            words = self.around.prose.words(number)
            if 3 < len(words) < LONGEST_BYLINE:
                yield number, words

    def _clean_all(self, names: list[str]) -> list[str]:
        cleaned = [
            name for n in names if (name := clean_author(n)) and not self._is_site_only(name)
        ]
        return list(dict.fromkeys(cleaned))

    def _is_site_only(self, name: str) -> bool:
        return _plain(name) == _plain(self.byline.title)

    # --- date

    def _date(self) -> tuple[datetime | None, Precision]:
        best: tuple[datetime | None, Precision] = (None, "")
        for date, precision in self._dates():
            if (
                best[0] is None
                or best[1] == "day"
                and precision != "day"
                and date.date() == best[0].date()
            ):
                best = date, precision
            if best[1] in ("minute", "second"):
                break
        return best

    def _dates(self) -> Iterator[tuple[datetime, Precision]]:
        yield from self._dates_at(self.families[0].date if len(self.families) > 1 else ())
        for name in _PUBLISHED_META[:8]:
            yield from in_attributes(
                self.head.meta.get(name, ())[:1] if name in self.head.meta else ()
            )
        for item in self.articles:
            yield from in_attributes(
                [text_value(item.get("datePublished")), text_value(item.get("dateCreated"))]
            )
        yield from self._dates_at(
            (
                "[itemprop~=datePublished]",
                "[itemprop~=dateCreated]",
                "[property~='dc:date']",
                "[property~='schema:datePublished']",
                *_ANY.date,
            )
        )
        for name in _PUBLISHED_META[8:]:
            yield from in_attributes(
                self.head.meta.get(name, ())[:1] if name in self.head.meta else ()
            )
        yield from self._dates_in_text()

    def _dates_at(self, selectors: Sequence[str]) -> Iterator[tuple[datetime, Precision]]:
        day: datetime | None = None
        for number in self._found(selectors):
            if number in self.around.cut and number not in self.zone:
                continue
            if self._is_modified(number) and not selectors[0].startswith(".updated"):
                continue
            for date, precision in self._dates_of(number):
                self.byline.numbers.append(number)
                day = day or date
                yield date, precision
            if day and (time := self._time_of(number)):
                yield day.replace(hour=time[0], minute=time[1]), "minute"

    def _is_modified(self, number: int) -> bool:
        outline = self.outline
        names = f"{outline.names(number)} {outline.value(number, 'itemprop')}".casefold()
        return bool(_MODIFIED.search(names)) and "publish" not in names

    def _dates_of(self, number: int) -> Iterator[tuple[datetime, Precision]]:
        attributes = self.outline.attributes[number]
        given = [attributes.get(name) or "" for name in ("datetime", "content", "title")]
        yield from in_attributes([g for g in given if g][:2])
        if title := (attributes.get("title") or "")[:LONGEST_BYLINE]:
            yield from in_words(title)
        words = self.outline.words(number)
        yield from in_words(words[:LONGEST_BYLINE])

    def _time_of(self, number: int) -> tuple[int, int] | None:
        """Return the time of day shown by an element without a date."""
        title = self.outline.value(number, "title").strip()
        if _TIME_ONLY.fullmatch(title):  # as in Twenty Ten: the time is in the link's title
            words = title
        else:
            words = self.outline.words(number)[:LONGEST_BYLINE]
        found = _TIME_ONLY.search(words)
        if not found or any(True for _ in in_words(words)) or not HAS_TIME.search(words):
            return None
        hour, half = int(found[1]), (found[3] or "").lower()
        hour = hour % 12 + 12 * (half == "p") if half and hour <= 12 else hour
        return hour, int(found[2])

    def _dates_in_text(self) -> Iterator[tuple[datetime, Precision]]:
        for number, words in self._short_blocks():
            if _MODIFIED.search(words[:20]) and (published := _PUBLISHED.search(words)):
                yield from in_words(words[published.end() :])  # "Updated: … | Published: …"
            elif not _MODIFIED.search(words[:20]):
                spaced = " ".join(
                    self.outline.text[n] or "" for n in self.around.prose.texts[number]
                )
                for found in list(in_words(words)) or in_words(spaced[:LONGEST_BYLINE]):
                    self.byline.numbers.append(number)
                    yield found
        yield from self._dateline()
        yield from self._dates_at((".updated", "[itemprop~=dateModified]"))

    def _dateline(self) -> Iterator[tuple[datetime, Precision]]:
        """Return the date at the start of the text."""
        beginning = self.outline.words(self.main.bodies[-1])[:DATELINE]
        found = dates.find_stamp(beginning)
        if found and found[0] is not None and found[1] < 3:
            yield found[0].replace(hour=0, minute=0), "day"


def unescaped(text: str) -> str:
    """Decode a metadata text whose entities were escaped twice."""
    return unescape(text) if "&" in text and ";" in text else text


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).casefold().strip()


def _same(one: str, other: str) -> bool:
    a, b = _plain(one), _plain(other)
    return bool(a) and (
        a == b
        or len(a) > 12
        and (b.startswith(a) or a.startswith(b))
        and min(len(a), len(b)) > 0.6 * max(len(a), len(b))
    )
