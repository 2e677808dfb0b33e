"""Finds the title of an article in the most reliable sources on its page."""

import re
from collections.abc import Iterator
from html import unescape

from ..text.phrases.patterns import lazy_re_compile
from .byline_context import BylineContext
from .byline_dates import in_words
from .furniture import INVITATION
from .json_ld import person_names, text_value, types_of

LONGEST_TITLE = 400
LONG_TEXT = 80  # weight of a paragraph
MANY_ABOVE = 6  # blocks at the top of a page where the name of its site may be
MIN_TITLE = 12  # characters; longer headings are almost always titles
_HARD = lazy_re_compile(r"\s*(?:\||::|»|«)\s*|\s+[-–—·•/:]\s+")
# A heading for the parts of a page rather than for its article.
_LABEL_OF_PAGE = lazy_re_compile(
    r"(?:haupt)?inhalt|hauptnavigation|navigation|detail(?:ansicht|seite|s)|men[uü]|suche|search|(?:main )?content|"
    r"contenu(?: principal)?|contenido(?: principal)?|user|page|seite|artikel|article|news|blog",
    re.I,
)
_TITLE_LEAD = lazy_re_compile(
    r"^(?:permalink(?: to| for)?|permanent link(?: to| for)?)\s*:?\s*[“\"]?", re.I
)
_SITE_TITLES = ".site-title, #site-title, a[rel=home], #blog-title, #header h1, .blog-title"
_PAGE_OF_TITLE = lazy_re_compile(
    r"\s*[(\[](?:page|seite|página|pagina|стр\.?)\s*\d{1,4}[)\]]", re.I
)
_HOME = lazy_re_compile(
    r"(?:https?://[^/?#]+)?/(?:index\.(?:html?|php))?|\.?/?|(?:\./)?index\.(?:html?|php)|(?:\.\./)+(?:index\.html?)?"
)


class TitleReader(BylineContext):
    """Reads the title of an article, and the names of its site."""

    def read(self) -> tuple[str, int]:
        """Return the title, and the element with it or -1."""
        stated = self._stated_titles()
        shown = list(self._shown_titles())
        for title, number in shown:
            if any(_same(title, other) for other in stated):
                return title, number
        parts = self._parts_of_page_title()
        named = [
            (title, number)
            for title, number in shown
            if compared(title) in parts and not self.is_site(title)
        ]
        if named:
            return self._below_site_title(named)
        headings = [n for _, n in shown if self.outline.tags[n] == "h1"]
        only = self.outline.words(headings[0]) if len(headings) == 1 else ""
        is_label = bool(self.head.title and _LABEL_OF_PAGE.fullmatch(only))
        only = "" if is_label else only
        if len(only) > MIN_TITLE and not self.is_site(only):
            return only, headings[0]
        if only and headings[0] > self.main.container and self.is_near(headings[0]):
            return only, headings[0]  # a title that is also the name of the site
        if stated:
            number = next(
                (n for t, n in shown if compared(t) and compared(t) in compared(stated[0])), -1
            )
            return stated[0], number
        if not shown and (line := self._line_of_page_title(parts)):
            return line
        page_title = self._page_title()
        for title, number in shown if not is_label or self.is_site(page_title) else []:
            if not self.is_site(title):
                return title, number
        return page_title, -1

    def _line_of_page_title(self, parts: set[str]) -> tuple[str, int] | None:
        """Return the longest short line up to the end of the text that is a part of the page title, on
        pages without headings.
        """
        prose, end = self.around.prose, self.outline.end[self.main.bodies[0]]
        found: tuple[str, int] | None = None
        for block in prose.blocks:
            if block >= end:
                break
            for line in prose.lines(block) if prose.weights[block] < LONG_TEXT else ():
                is_part = len(line) <= LONGEST_TITLE and compared(line) in parts
                is_label = bool(_LABEL_OF_PAGE.fullmatch(line)) or self.is_site(line)
                is_best = found is None or len(line) > len(found[0])
                if is_part and is_best and line != self.head.title and not is_label:
                    texts = (n for n in prose.texts[block] if self.outline.words(n) == line)
                    found = line, next(texts, -1)
        return found

    def _below_site_title(self, named: list[tuple[str, int]]) -> tuple[str, int]:
        """Return the first of some headings that the page title contains, or the one next to the text
        if the first is far above it, like the name of a site."""
        first = named[0][1]
        if self.outline.tags[first] == "h1" and not self.is_near(first):
            body = self.main.bodies[0]
            for title, number in named[1:]:
                if first < number and (self.is_near(number) or number < body):
                    return title, number
        return named[0]

    def _parts_of_page_title(self) -> set[str]:
        """Return the possible article titles in the page title: each part, and each run of parts."""
        whole = _PAGE_OF_TITLE.sub("", self.head.title)
        parts = [p for p in _HARD.split(whole) if p.strip()][:8]
        runs = (parts[i:j] for i in range(len(parts)) for j in range(i + 1, len(parts) + 1))
        found = {compared(" ".join(run)) for run in runs}
        first, colon, rest = self.head.title.partition(": ")
        return (found | {compared(rest)} if colon else found) - {""}

    def _stated_titles(self) -> list[str]:
        """Return the titles from metadata, without the name of the site."""
        found = [text_value(item.get("headline")) for item in self.articles]
        found += [self.head.first("og:title"), self.head.first("twitter:title")]
        for number in self.found(("meta[itemprop~=headline]",)):
            found.insert(0, self.outline.value(number, "content"))
        cleaned = [self._without_site(unescaped(t)) for t in found if t]
        return [t for t in dict.fromkeys(cleaned) if t and not self.is_site(t)]

    def _shown_titles(self) -> Iterator[tuple[str, int]]:
        outline, body = self.outline, self.main.bodies[0]
        seen: set[int] = set()
        selectors = [s for f in self.families for s in f.title] + ["[itemprop~=headline]"]
        for number in [*self.found(selectors), *self._headings(body)]:
            if number in seen or outline.tags[number] == "meta":
                continue
            seen.add(number)
            title = _TITLE_LEAD.sub("", self._first_line(number)).strip(" \u200e\u200f")
            if INVITATION.fullmatch(title) and outline.tags[number] != "h1":
                continue
            if title and len(title) <= LONGEST_TITLE:
                yield title, number

    def _first_line(self, number: int) -> str:
        """Return the text of a heading, without a date in small type below it."""
        outline = self.outline
        words = outline.words(number)
        inside = range(number, outline.end[number])
        at = next((n for n in inside if outline.tags[n] == "br"), -1)
        if at < 0 or not any(True for _ in in_words(words[:LONGEST_TITLE])):
            return words
        return " ".join(" ".join(outline.text[n] or "" for n in range(number, at)).split()) or words

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
        links = self.outline.css("a[href]")[:MANY_ABOVE]
        for number in [*self.outline.css("h1 a[href], h2 a[href]")[:4], *links]:
            if _HOME.fullmatch(self.outline.value(number, "href").strip()):
                names.add(self.outline.words(number))
        return {compared(n) for n in names if n and len(n) < 100}

    def is_site(self, title: str) -> bool:
        if not hasattr(self, "_sites"):
            self._sites = self._site_names()
        return compared(title) in self._sites

    def _without_site(self, title: str) -> str:
        """Remove the name of the site from the start or end of a title."""
        parts = [p for p in _HARD.split(title) if p]
        if len(parts) > 1:
            for whole, rest in (
                (parts[-1], title[: title.rfind(parts[-1])]),
                (parts[0], title[len(parts[0]) :]),
            ):
                if self.is_site(whole):
                    return rest.strip(" |-–—:»«·•/")
        first, colon, rest = title.partition(": ")
        return rest.strip() if colon and self.is_site(first) else title.strip()

    def _page_title(self) -> str:
        """Return the content of the `title` element, without the name of the site if it can be
        identified.
        """
        title = self._without_site(self.head.title)
        if title != self.head.title:
            return title
        site, colon, rest = title.partition(": ")
        if (
            colon
            and rest.strip()
            and any(
                compared(self.around.prose.words(block)) == compared(site)
                for block in self.around.prose.blocks[:MANY_ABOVE]
            )
        ):
            return rest.strip()
        parts = [p for p in _HARD.split(title) if p.strip()]
        return max(parts[:2], key=len).strip() if len(parts) > 1 else title


def unescaped(text: str) -> str:
    """Decode a metadata text whose entities were escaped twice."""
    return unescape(text) if "&" in text and ";" in text else text


def compared(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).casefold().strip()


def _same(one: str, other: str) -> bool:
    a, b = compared(one), compared(other)
    return bool(a) and (
        a == b
        or len(a) > 12
        and (b.startswith(a) or a.startswith(b))
        and min(len(a), len(b)) > 0.6 * max(len(a), len(b))
    )
