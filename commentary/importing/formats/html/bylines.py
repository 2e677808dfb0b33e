"""Finds the title, authors and date of an article in the most reliable sources on its page."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice, takewhile

from ..text.phrases.patterns import lazy_re_compile
from . import comment_dates as dates
from .byline_context import ANY_FAMILY, BylineContext
from .byline_dates import (
    HAS_TIME,
    MODIFIED,
    Precision,
    before_date,
    in_attributes,
    in_words,
)
from .byline_names import (
    BYLINE,
    EXPLICIT_BYLINE,
    LONGEST_NAME,
    clean_author,
    is_account,
    is_explicit,
    is_first_and_last,
    is_lower_nickname,
    is_name,
    name_after_by,
    name_beside_date,
    split_names,
)
from .field_patterns import without_stamp
from .furniture import INVITATION, PageParts
from .head import Head
from .json_ld import Item, person_names, text_value
from .main_text import MainText
from .titles import TitleReader, compared

LONGEST_BYLINE = 200
MANY_BEFORE, MANY_INSIDE, MANY_BEHIND = 8, 5, 6  # blocks where a byline is looked for
MANY_AT_END = 4
MANY_LINES, LONGEST_LINE = 4, 80  # short lines at the start of a block with line breaks
LONG_TEXT = 40  # weight of a paragraph that begins the text
MANY_NEAR = 60  # nodes above the title where the day is looked for
GLUED = lazy_re_compile(r"[^\W\d_]\d|[^\W\d_A-Z][A-Z]")
DATELINE = 60  # characters at the beginning of the text
_AUTHOR_CLASS = lazy_re_compile(
    r"(?:^|[\s_-])(?:post|entry|article|meta|document)?[-_]{0,2}(?:author|autor|auteur|auth)(?:[-_]?(?:name|link|s))?(?=$|\s)|"
    r"author[-_]?name|(?:^|\s)(?:authors|byline|writer|redakteur)(?=$|\s)",
    re.I,
)
_WRITTEN_BY = lazy_re_compile(
    r"written|verfasst|geschrieben|écrit|escrito|scritto|geschreven|author|autor|skriv", re.I
)
# Names of elements below an article that tell who published it, when and where.
_DATA_CLASS = lazy_re_compile(
    r"(?:^|[\s_-])(?:post|entry)?-?(?:meta|metadata|postmetadata|utility|info|foot|footer|posted|byline|credits)(?=$|[\s_-])"
)
# The start of headings of other articles.
_OTHERS = lazy_re_compile(
    r"(?:ähnliche|verwandte|weitere|weiterführende|mehr|more|related|similar|other|further|latest|recent|read|see|autres?|voir|lire|"
    r"otr[ao]s|más|altr[ei]|outr[ao]s|mais|meer|andere|fler|flere)\b",
    re.I,
)
_LONGEST_DATA = 700  # characters
_PUBLISHED = lazy_re_compile(
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
_TIME_ONLY = lazy_re_compile(
    r"(?<!\d)([01]?\d|2[0-3])[:.h]([0-5]\d)(?::[0-5]\d)?\s*([ap])?\.?\s?(?:m\b)?", re.I
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


class BylineReader(BylineContext):
    """Reads the byline of the article at `main`."""

    def __init__(
        self,
        around: PageParts,
        main: MainText,
        head: Head | None = None,
        items: list[Item] | None = None,
    ) -> None:
        super().__init__(around, main, head, items)
        self.titles = TitleReader(around, main, head, items)
        self.byline = PageByline()
        self.early: tuple[int, int] | None = None  # a time shown before the day

    def read(self) -> PageByline:
        """Return the byline, with each part from the best source that has it."""
        byline = self.byline
        byline.title, byline.title_number = self.titles.read()
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

    # --- authors

    def _without_more(self, names: list[str], stated: list[str]) -> list[str]:
        """Return a name as the page's data states it if more is shown with it, such as a place."""
        for name in stated if len(names) == 1 else ():
            if names[0].casefold().startswith(f"{name.casefold()} "):
                return [name]
        return names

    def _authors(self) -> list[str]:
        stated = [
            n for item in self.articles[:2] for n in person_names(item.get("author"), self.items)
        ]
        for family in self.families:
            for selector in family.author:
                if names := self._names_at(selector):
                    return self._without_more(names, stated)
        if names := [n for n in self._clean_all(stated[:20]) if not self.titles.is_site(n)]:
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
        for number in self.found((selector,)):
            if not self.is_near(number) and number not in self.zone and found:
                continue
            if number in self.around.cut and number not in self.zone:
                continue
            words = self.outline.value(number, "content") or self._apart(number)
            if by := BYLINE.search(words[:LONGEST_BYLINE]):
                words = by["name"]
            if names := self._clean_all(split_names(words)):
                found += names
                self.byline.numbers.append(number)
            if len(found) > 12:
                break
        return list(dict.fromkeys(found))

    def _apart(self, number: int) -> str:
        """Return the text of an element, with spaces where a number follows a name directly because
        only its style separates them."""
        words = self.outline.words(number)
        if not GLUED.search(words):
            return words
        texts = [t.strip() for t in self.outline.text[number : self.outline.end[number]] if t]
        texts = [text for text in texts if text]
        is_name_first = len(texts) > 1 and is_first_and_last(texts[0])
        return texts[0] if is_name_first else " ".join(" ".join(texts).split())

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
                name = name_after_by(found["name"])
                rest = words[found.end() - len(found["name"]) + len(name) :]
                is_told = is_explicit(words[: found.start("name")])
                is_timed = bool(HAS_TIME.search(rest[:40]))
                is_dated = is_told or is_timed or any(True for _ in in_words(rest[:40]))
                if (names := self._clean_all(split_names(name))) and all(
                    is_name(n)
                    or is_dated
                    and is_account(n)
                    or is_told
                    and is_timed
                    and is_lower_nickname(n)
                    for n in names
                ):
                    self.byline.numbers.append(number)
                    return names
        return self._names_in_data() or self._names_beside_dates() or self._names_alone()

    def _names_in_data(self) -> list[str]:
        """Return the names in a sentence about the article: "This entry was posted by Ann on …"."""
        for number in self._data_blocks():
            words = self.around.prose.words(number)
            found = EXPLICIT_BYLINE.search(words) if len(words) <= _LONGEST_DATA else None
            names = self._clean_all(split_names(name_after_by(found["name"]))) if found else []
            if names and all(map(is_name, names)):
                self.byline.numbers.append(number)
                return names
        return []

    def _data_blocks(self) -> Iterator[int]:
        """Return the blocks in the zone of the article whose names are those of its metadata."""
        outline, blocks = self.outline, self.around.prose.blocks
        start = bisect_left(blocks, self.zone.start)
        for number in blocks[start : bisect_left(blocks, self.zone.stop)]:
            names = outline.names(number) or outline.names(outline.parent[number])
            if _DATA_CLASS.search(names) and number not in self.around.comments:
                yield number

    def _names_alone(self) -> list[str]:
        """Return the name that is set apart below the title, or below the text like a signature."""
        for number, words in self._short_blocks():
            if len(words) > LONGEST_NAME or not is_first_and_last(words) or _OTHERS.match(words):
                continue
            if self.titles.is_site(words) or INVITATION.fullmatch(words):
                continue
            if self._is_set_apart(number) and (names := self._clean_all([words])):
                self.byline.numbers.append(number)
                return names
        return []

    def _is_set_apart(self, number: int) -> bool:
        """Return whether a block is at the right, or wholly emphasised, and next to the text or the
        title."""
        outline, main = self.outline, self.main
        prose = self.around.prose
        inside = prose.blocks[bisect_left(prose.blocks, main.bodies[0]) :]
        end, repeated = outline.end[main.bodies[-1]], self.around.repeated
        texts = [
            n for n in inside if n < end and prose.weights[n] >= LONG_TEXT and n not in repeated
        ]
        if not texts or texts[0] < number <= texts[-1]:
            return False
        attributes = outline.attributes[number]
        style = f"{attributes.get('align') or ''} {attributes.get('style') or ''}".lower()
        if "right" in style or outline.tags[number] == "address":
            return True
        return all(
            any(outline.tags[n] in ("i", "em") for n in outline.above(text) if n > number)
            for text in prose.texts[number]
        )

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
            numbers = [n for n in numbers if self.is_near(n)]
        for number in dict.fromkeys(numbers):
            if number in self.around.comments or outline.tags[number] in ("h1", "h2"):
                continue
            words = self.around.prose.apart(number)
            lines = self.around.prose.lines(number)
            if len(lines) > 1:
                short = takewhile(lambda line: len(line) < LONGEST_LINE, lines)
                is_short = len(words) < LONGEST_BYLINE
                last = [] if is_short else lines[-1:]
                for line in lines if is_short else islice(short, MANY_LINES):
                    if len(line) > 3:
                        yield number, line
                for line in last:
                    if 3 < len(line) < LONGEST_LINE:
                        yield number, line
            if 3 < len(words) < LONGEST_BYLINE:
                yield number, words

    def _clean_all(self, names: list[str]) -> list[str]:
        cleaned = [
            name for n in names if (name := clean_author(n)) and not self._is_site_only(name)
        ]
        return list(dict.fromkeys(cleaned))

    def _is_site_only(self, name: str) -> bool:
        return compared(name) == compared(self.byline.title)

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
        if best[0] is not None and best[1] == "day":
            times = (self.early, *(self._time_of(number) for number in self.byline.numbers))
            if time := next((time for time in times if time), None):
                return best[0].replace(hour=time[0], minute=time[1]), "minute"
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
                *ANY_FAMILY.date,
            )
        )
        for name in _PUBLISHED_META[8:]:
            yield from in_attributes(
                self.head.meta.get(name, ())[:1] if name in self.head.meta else ()
            )
        yield from self._day_heading()
        yield from self._dates_in_text()

    def _day_heading(self) -> Iterator[tuple[datetime, Precision]]:
        """Return the day from the nearest heading above the title that is only a day."""
        outline, title = self.outline, self.byline.title_number
        for number in reversed(range(max(0, title - MANY_NEAR), max(0, title))):
            if outline.tags[number] not in ("h2", "h3", "h4") or number in self.around.comments:
                continue
            words = outline.words(number)
            found = dates.find_stamp(words)
            if found and found[0] and not any(map(str.isalnum, without_stamp(words))):
                self.byline.numbers.append(number)
                yield found[0].replace(hour=0, minute=0), "day"
                return

    def _dates_at(self, selectors: Sequence[str]) -> Iterator[tuple[datetime, Precision]]:
        day: datetime | None = None
        early: tuple[int, int] | None = None
        for number in self.found(selectors):
            if number in self.around.cut and number not in self.zone:
                continue
            if self._is_modified(number) and not selectors[0].startswith(".updated"):
                continue
            for date, precision in self._dates_of(number):
                self.byline.numbers.append(number)
                day = day or date
                if early and precision == "day":
                    date, precision = date.replace(hour=early[0], minute=early[1]), "minute"
                yield date, precision
            if time := self._time_of(number):
                early = early or (None if day else time)
                self.early = self.early or early
                if day:
                    yield day.replace(hour=time[0], minute=time[1]), "minute"

    def _is_modified(self, number: int) -> bool:
        outline = self.outline
        names = f"{outline.names(number)} {outline.value(number, 'itemprop')}".casefold()
        return bool(MODIFIED.search(names)) and "publish" not in names

    def _dates_of(self, number: int) -> Iterator[tuple[datetime, Precision]]:
        attributes = self.outline.attributes[number]
        given = [attributes.get(name) or "" for name in ("datetime", "content", "title")]
        given += [v or "" for k, v in attributes.items() if k.startswith("data-") and "time" in k]
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
            is_change = bool(MODIFIED.search(before_date(words)))
            if is_change and (published := _PUBLISHED.search(words)):
                yield from in_words(words[published.end() :])  # "Updated: … | Published: …"
            elif not is_change:
                spaced = " ".join(
                    self.outline.text[n] or "" for n in self.around.prose.texts[number]
                )
                for found in list(in_words(words)) or in_words(spaced[:LONGEST_BYLINE]):
                    self.byline.numbers.append(number)
                    yield found
        yield from self._dateline()
        yield from self._dates_in_data()
        yield from self._dates_at((".updated", "[itemprop~=dateModified]"))

    def _dates_in_data(self) -> Iterator[tuple[datetime, Precision]]:
        """Return the dates in sentences about the article, and of a date below its title."""
        for number in self._data_blocks():
            words = self.around.prose.words(number)[:LONGEST_BYLINE]
            if not MODIFIED.search(before_date(words)):
                yield from in_words(words)
        title = self.byline.title_number
        if title >= 0 and "br" in self.outline.tags[title : self.outline.end[title]]:
            yield from in_words(self.outline.words(title)[-LONGEST_BYLINE:])

    def _dateline(self) -> Iterator[tuple[datetime, Precision]]:
        """Return the date at the start of the text."""
        beginning = self.outline.words(self.main.bodies[-1])[:DATELINE]
        found = dates.find_stamp(beginning)
        if found and found[0] is not None and found[1] < 3:
            yield found[0].replace(hour=0, minute=0), "day"
