"""Looks for signs that the title, the authors, the date or the text of an article was read
incorrectly: other candidates near it, and facts that contradict each other.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from html import unescape
from urllib.parse import urlsplit

from ....text.markup import plain_text
from ...doubts import OF_COMMENTS, Doubt
from ...messages import gettext as _
from ...messages import ngettext
from ..text import calendar, phrases
from ..text.phrases.patterns import lazy_re_compile
from . import comment_dates as dates
from .article import PageArticle
from .byline_dates import HAS_TIME, MODIFIED
from .byline_names import (
    BYLINE,
    EXPLICIT_BYLINE,
    is_account,
    is_first_and_last,
    is_name,
    name_after_by,
)
from .comment_area import declared_count
from .comments import PageComments
from .field_patterns import META, WRITER_COUNT, is_label, without_stamp
from .furniture import INVITATION, QUESTION
from .json_ld import article_items, person_names, text_value
from .page_facts import PageFacts, PageReading
from .titles import compared

SHORT_LINE = 70  # characters of a line that may state an author or a date
LONG_LINE = 300  # characters of a sentence with the data of an article
LONGEST_NAME = 60
LONGEST_INITIAL = 2  # "R."
MANY_NAMES = 4
MANY_LINES = 2  # dated lines in an article that are probably of comments
MANY_ABOVE, MANY_BELOW = 4, 4  # blocks around an article that may contain its byline
LONG_TEXT = 60  # weight of a block with text of the article
EARLIER = timedelta(days=2)  # by which a comment may be older than its article
OFFER_LINES = 3  # at the end of the text
FEW_SIGNS = 16  # characters of a text that is probably not all of it
FIRST_LINES, LAST_LINES = 3, 6  # of the text, which may be of the page instead
_NO_NAME = lazy_re_compile(
    r"(?<!\w)(?:19|20)\d\d\b|https?:|[|•»#]|\b(?:re|aw)\s*:|\b(?:says?|said|wrote|posted|reply|replies|ago|likes?|points?|favou?rites?|"
    r"no title|member|guest post|anonymous user)\b|無題",
    re.I,
)
# Words of an offer, or of a notice for the whole site, below an article.
_OFFER = lazy_re_compile(
    r"newsletter|subscri(?:be|ption)|abonnier|abonnez|suscr[ií]b|iscrivi|sign up|log ?in\b|registrier|telegram|whatsapp|datenschutz|"
    r"privacy policy|terms of use|cookies?\b|©|\(c\) ?\d{4}|copyright|all rights reserved|alle rechte|tous droits|todos los derechos|"
    r"free trial|probe-?abo|printausgabe|e-?paper|jetzt (?:testen|weiterlesen)|\w\+ (?:weiter)?lesen|subscribers only|réservé aux abonnés|solo para suscriptores|"
    r"click here|hier klicken|cliquez ici|haz clic",
    re.I,
)
_ENDS_OF_LINKS = lazy_re_compile(
    r"(?:<(p|h[2-6]|li)>\s*(?:<(?:strong|b|em)>)?<a [^>]*>(?:(?!</a>).){12,200}</a>(?:</(?:strong|b|em)>)?\s*</\1>\s*(?:</?[uo]l>\s*)*){2,}\Z",
    re.S,
)
# Contact data, what is said about the author, and names of files: lines behind the text.
_ABOUT = lazy_re_compile(
    r"\W*(?:tel(?:efon|éfono|éphone)?|phone|fax|e-?mail|kontakt|contact|contacto)\s?\.?\s?:.{3,80}|[\w.+-]+@[\w-]+\.[\w.]{2,20}|"
    r"\W*(?:(?:zu[mr]?|über)(?: den| die| der| unseren?)? )?autor(?:in|en|innen|\*innen|:innen)?\W*:?|"
    r"\W*(?:der autor|die autorin|the (?:author|writer)|l['’]auteure?|el autor|la autora|l['’]autore|l['’]autrice|o autor|a autora) (?:ist|is|est|es|è|é)\b.*|"
    r"\S{3,120}\.(?:jpe?g|png|gif|webp)",
    re.I,
)
_HOST = lazy_re_compile(r"(?:[\w-]+\.){1,4}[a-z]{2,6}")
_JOINT = lazy_re_compile(
    r"(?-i:in|on|at|an|am|im|and|und|et|y|e|og|och|en|with|mit|for|für|from|aus|from|via|the|to|bei|IN|AN|UND|AND|ON|AT)"
)
_ALL_OF = lazy_re_compile(
    r"\b(?:all|alle|tous|todos) (?:posts|articles|artikel|beiträge|les articles|los artículos)\b",
    re.I,
)
_LONE = lazy_re_compile(r"<p>([^<>]{2,30})</p>\s*(?=<p>([^<>]+))")
# The beginning of a line that belongs to the page rather than to the text.
_OF_PAGE = lazy_re_compile(
    r"\W*(?:posted|filed|published|submitted|categor\w*|kategorie\w*|catégories?|tags?\b|tagged|etiquetas|labels?|"
    r"veröffentlicht|abgelegt|publié|publicado|pubblicato|rédigé|permalink|trackback|bookmark|reblog|share|teilen|partager|compartir|"
    r"print|drucken|(?:our |my |the |unser |notre )?newsletter|subscribe|sign up|abonnie|advertisement|anzeige|publicité|publicidade?|about the|about (?=[A-Z])|über d|"
    r"à propos|read more|related|leave a|follow|like this|copyright|©|all rights|previous|next|log ?in|register|cookies?)\b",
    re.I,
)


_MONTHS = frozenset(name for names in calendar.MONTHS for name in names)
_YEARLESS = lazy_re_compile(
    r"\W*(?:\d{1,2}(?:st|nd|rd|th|\.)?\s(?P<month>[^\W\d_]{3,10})|(?P<first>[^\W\d_]{3,10})\.?\s\d{1,2}(?:st|nd|rd|th)?)\.?"
    r"(?:,?\s(?:at |um |à )?\d{1,2}[:.]\d\d(?:\s?[ap]m)?)?\W*",
    re.I,
)


def is_no_name(name: str) -> bool:
    """Return whether a name contains something else than a name, such as a date or a label."""
    words = name.split()
    is_odd = bool(_NO_NAME.search(name)) or len(name) > LONGEST_NAME or len(words) > 5
    is_numbered = len(words) > 1 and any(map(str.isdigit, name.replace("<3", "")))
    is_open = any(name.count(a) != name.count(b) for a, b in ("()", "[]"))
    is_letterless = not any(map(str.isalpha, name))
    return is_odd or is_numbered or is_open or is_letterless or is_yearless(name)


def is_no_author(name: str) -> bool:
    """Return whether the name of an author contains more than a name: a label, or the start of what
    stands behind it.
    """
    words = name.split()
    is_cut = len(words) > 1 and (_JOINT.fullmatch(words[0]) or _JOINT.fullmatch(words[-1]))
    is_double = len(words) > 1 and words[0].casefold() == words[1].casefold()
    is_double = is_double and len(words[0]) > LONGEST_INITIAL
    return (
        is_double
        or bool(is_cut)
        or bool(re.search(r"\w:|\s/|/\s", name))
        or bool(_ALL_OF.search(name))
    )


def is_yearless(line: str) -> bool:
    """Return whether a line consists of a date without a year, as near to a comment: "Jan 30"."""
    found = _YEARLESS.fullmatch(line)
    return found is not None and (found["month"] or found["first"]).casefold() in _MONTHS


def is_dated(line: str) -> bool:
    """Return whether a line consists of a date and few other words."""
    found = dates.find_stamp(line)
    if found is None or found[0] is None:
        return False
    rest = (line[: found[1]] + line[found[2] :]).strip()
    return len(rest) <= 40 and not line.endswith((".", "!", "?", "…"))


class ArticleDoubts:
    """The doubts about an article, from its page and from what was read."""

    def __init__(
        self, page: PageReading, facts: PageFacts, article: PageArticle, comments: PageComments
    ) -> None:
        self.page, self.facts, self.article = page, facts, article
        self.comments = [c for c in comments.comments if c.kind == "comment"]

    def all(self) -> Iterator[Doubt]:
        yield from self.title()
        yield from self.authors()
        yield from self.date()
        yield from self.text()

    @cached_property
    def lines_above(self) -> list[str]:
        """The short lines above the text of the article, from some blocks above its title on."""
        return list(self._lines(*self._span_above()))

    @cached_property
    def lines_below(self) -> list[str]:
        """The short lines below the last paragraph of the article."""
        return list(self._lines(*self._span_below()))

    def _long_blocks(self) -> list[int]:
        prose, main = self.page.around.prose, self.page.main
        start, end = main.bodies[0], self.page.outline.end[main.bodies[-1]]
        inside = prose.blocks[bisect_left(prose.blocks, start) : bisect_left(prose.blocks, end)]
        return [n for n in inside if prose.weights[n] >= LONG_TEXT]

    def _span_above(self) -> tuple[int, int]:
        outline, blocks = self.page.outline, self.page.around.prose.blocks
        first = self.page.main.bodies[0]
        shown = [n for n in outline.css("h1, h2, h3") if outline.words(n) == self.facts.title]
        title = min([n for n in shown if n <= first] or [first])
        long = self._long_blocks()
        stop = bisect_left(blocks, long[0] if long else first)
        return max(0, bisect_left(blocks, title) - MANY_ABOVE), stop

    def _span_below(self) -> tuple[int, int]:
        blocks = self.page.around.prose.blocks
        long = self._long_blocks()
        end = self.page.outline.end[self.page.main.bodies[-1]]
        start = bisect_left(blocks, long[-1]) + 1 if long else bisect_left(blocks, end)
        return start, max(start, bisect_left(blocks, end)) + MANY_BELOW

    def _lines(self, start: int, stop: int) -> Iterator[str]:
        around = self.page.around
        for number in around.prose.blocks[start:stop]:
            lines = [] if number in around.comments else around.prose.lines(number)[:8]
            if len(lines) == 1:
                lines = around.prose.apart(number).split(" · ")
            yield from (line for line in lines if len(line) > 2)

    # --- the title

    def title(self) -> Iterator[Doubt]:
        page, facts = self.page, self.facts
        title = compared(facts.title)
        stated = [page.head.title, page.head.first("og:title"), page.head.first("twitter:title")]
        stated += [text_value(item.get("headline")) for item in article_items(page.items)]
        known = [compared(text) for text in stated if text]
        if not title:
            yield Doubt(_("no title found"), "title", ["title"])
        elif known and not any(
            title in text or text in title or _shares(title, text) for text in known
        ):
            yield Doubt(_("the title differs from that in the page's metadata"), "title", ["title"])
        elif dates.find_stamp(facts.title[-60:]) and re.search(r"\d:\d\d", facts.title):
            yield Doubt(_("the title contains a time"), "title", ["title"])
        elif (stamp := dates.find_stamp(facts.title[:60])) and stamp[0] and not stamp[1]:
            yield Doubt(_("the title begins with a date"), "title", ["title"])
        elif self._is_site():
            yield Doubt(_("the title may be the name of the site"), "title", ["title"])

    def _is_site(self) -> bool:
        """Return whether the title is the shorter part of the page's title and no heading near the
        text.
        """
        outline, title = self.page.outline, self.facts.title
        shown = [n for n in outline.css("h1, h2, h3, h4") if outline.words(n) == title]
        rest = self.page.head.title.replace(title, "", 1)
        return not shown and len(rest.strip(" |-–—:»·")) > len(title) * 1.5

    # --- the authors

    def names(self) -> Iterator[Doubt]:
        """Look for authors that are no names."""
        names = self.facts.authors
        for name in names:
            if is_no_name(name) or is_no_author(name) or is_label(name) or not self._is_apart(name):
                yield Doubt(
                    _("“%(name)s” may not be the author's name") % {"name": name},
                    "names",
                    ["authors"],
                )
                return
        if len(names) >= MANY_NAMES:
            yield Doubt(
                ngettext(
                    "%(n)s author found",
                    "%(n)s authors found",
                    len(names),
                )
                % {"n": len(names)},
                "names",
                ["authors"],
            )

    def authors(self) -> Iterator[Doubt]:
        names = self.facts.authors
        odd = list(self.names())
        yield from odd
        if odd:
            return
        # The name of a site is often stated as the author.
        stated = {compared(name) for name in self._stated() if is_first_and_last(name)}
        if stated and names and not any(compared(n) in other for n in names for other in stated):
            yield Doubt(
                _("the author differs from that in the page's metadata"), "names", ["authors"]
            )
        elif line := self._line_by():
            yield Doubt(
                _("“%(line)s” may state the author") % {"line": line[:SHORT_LINE]},
                "names",
                ["authors"],
            )

    def _stated(self) -> list[str]:
        page = self.page
        items = article_items(page.items)[:2]
        return [n for item in items for n in person_names(item.get("author"), page.items)]

    def _is_apart(self, name: str) -> bool:
        """Return whether a name is a whole text somewhere on the page, or words of one."""
        pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        outline = self.page.outline
        first = name.split()[0]
        texts = (" ".join(t.split()) for t in outline.text if t and first in t)
        if any(pattern.search(text) for text in texts):
            return True
        if any(name in value for values in self.page.head.meta.values() for value in values):
            return True
        spaced = " ".join(" ".join(t for t in outline.text if t).split())
        return bool(pattern.search(spaced)) or name in self._stated()

    def _line_by(self) -> str:
        """Return a short line at the article that seems to name another author than those found."""
        names = [compared(name) for name in self.facts.authors]
        for line in self.lines_above if names else (*self.lines_above, *self.lines_below):
            if len(line) > LONG_LINE:
                continue
            by = BYLINE.search(line) if len(line) <= 2 * SHORT_LINE else None
            by = by or EXPLICIT_BYLINE.search(line)
            name = name_after_by(by["name"]).strip() if by else ""
            is_other = not any(other in compared(line) for other in names)
            is_text = bool(name) and not any(map(str.isdigit, name[:3]))
            if is_other and is_text and (is_name(name) or is_account(name)):
                return line
        return "" if names else self._line_with_name()

    def _line_with_name(self) -> str:
        """Return a line above the text that may be a name: one with a date, or next to one."""
        lines = self.lines_above
        stamps = [dates.find_stamp(line) if len(line) <= SHORT_LINE else None for line in lines]
        dated = [bool(stamp and stamp[0]) for stamp in stamps]
        for at, line in enumerate(lines):
            rest = (without_stamp(line) if dated[at] else line).strip(" ,.|·•–—-/:")
            is_odd = not rest or len(line) > SHORT_LINE or line == self.facts.title
            if is_odd or len(rest.split()) > 4 or META.fullmatch(rest) or is_label(rest):
                continue
            if dated[at] and rest[0].isupper() and is_name(rest):
                return line
            is_near = any(dated[max(0, at - 2) : at + 3])
            if is_near and is_first_and_last(rest) and not INVITATION.fullmatch(rest):
                return line
        return ""

    # --- the date

    def date(self) -> Iterator[Doubt]:
        page, date = self.page, self.facts.date
        if date is None:
            if line := self._dated_line():
                yield Doubt(
                    _("“%(line)s” may state the date of the article") % {"line": line},
                    "article",
                    ["date"],
                )
            return
        found = [c.date for c in self.comments if c.date is not None]
        day = date.replace(tzinfo=None)
        early = sum(other.replace(tzinfo=None) < day - EARLIER for other in found)
        stated = [text_value(item.get("datePublished")) for item in article_items(page.items)]
        stated += [page.head.first("article:published_time")]
        days = {d.date() for text in stated if text and (d := dates.machine_date(text))}
        if early:
            yield Doubt(
                ngettext(
                    "%(n)s comment is older than the article",
                    "%(n)s comments are older than the article",
                    early,
                )
                % {"n": early},
                "article",
                ["date"],
            )
        elif (date.hour or date.minute) and any(other == date for other in found):
            yield Doubt(_("the date of the article is that of a comment"), "article", ["date"])
        elif days and not any(abs((other - date.date()).days) <= 1 for other in days):
            yield Doubt(_("the date differs from that in the page's metadata"), "article", ["date"])
        elif line := self._other_date(date, is_stated=bool(days)):
            yield Doubt(
                _("“%(line)s” may state the date of the article") % {"line": line},
                "article",
                ["date"],
            )

    def _dated_line(self) -> str:
        """Return a short line with a date around the article, outside its text and the comments."""
        for line in (*self.lines_above, *self.lines_below):
            stamp = dates.find_stamp(line) if len(line) <= 2 * SHORT_LINE else None
            if stamp and stamp[0] and not _is_of_change(line):
                return line[:SHORT_LINE]
        return ""

    def _other_date(self, date: datetime, *, is_stated: bool) -> str:
        """Return a short line at the article with a time of day that was not read, or with another
        day, unless the metadata state the day.
        """
        is_day = self.facts.precision == "day"
        for at, line in enumerate((*self.lines_above, *self.lines_below)):
            if len(line) > LONG_LINE or _is_of_change(line) or WRITER_COUNT.match(line):
                continue
            stamp = dates.find_stamp(line) if len(line) <= 2 * SHORT_LINE else None
            found = stamp[0] if stamp else None
            is_same = found is not None and found.date() == date.date()
            is_sign = "@" in line or bool(BYLINE.search(line)) and len(line) <= SHORT_LINE
            if is_day and HAS_TIME.search(line) and (is_same or not found and is_sign):
                return line[:SHORT_LINE]
            is_above = not is_stated and at < len(self.lines_above)
            if found and is_above and abs((found.date() - date.date()).days) > 1:
                return line[:SHORT_LINE]
        return ""

    # --- the text

    def text(self) -> Iterator[Doubt]:
        body = self.article.body_html
        text = plain_text(body)
        lines = [line for line in (" ".join(line.split()) for line in text.split("\n")) if line]
        short = [line for line in lines if len(line) <= SHORT_LINE]
        dated = [line for line in short if is_dated(line) or is_yearless(line)]
        ends = [*lines[:FIRST_LINES], *lines[FIRST_LINES:][-LAST_LINES:]]
        if len(dated) >= MANY_LINES and len(dated) * 12 >= len(lines):
            what = _("the article contains several dated lines, which may be comments")
            yield Doubt(what, "end", ["text"])
        elif any(is_dated(line) and len(line) < 45 for line in lines[:2] + lines[-2:]):
            yield Doubt(_("the article begins or ends with a date"), "end", ["text"])
        buttons = (
            line
            for line in short
            if len(line) < 40 and (phrases.BUTTON.fullmatch(line) or _states_count(line))
        )
        if button := next(buttons, ""):
            yield Doubt(
                _("“%(button)s” in the article may be a button of the page") % {"button": button},
                "end",
                ["text"],
            )
        if any(map(self._is_byline, ends)):
            yield Doubt(_("the article begins or ends with a byline"), "end", ["text"])
        elif len(names := _lone_words(self.article.body_html)) >= MANY_NAMES - 1:
            what = _("“%(names)s” in the article may be the name of a commenter") % {
                "names": names[0]
            }
            yield Doubt(what, "end", ["text", *OF_COMMENTS])
        elif odd := next(filter(self._is_of_page, ends), "") or _offer(lines[-OFFER_LINES:]):
            yield Doubt(
                _("“%(odd)s” in the article may be part of the page") % {"odd": odd[:SHORT_LINE]},
                "end",
                ["text"],
            )
        elif label := _line_behind(lines):
            what = _("“%(label)s” at the end of the article may be part of the page") % {
                "label": label[:SHORT_LINE]
            }
            yield Doubt(what, "end", ["text"])
        elif _ENDS_OF_LINKS.search(self.article.body_html):
            yield Doubt(_("the article ends with links, which may be of the page"), "end", ["text"])
        if self._has_icons():
            yield Doubt(_("pictures of the article may be icons of the page"), "end", ["text"])
        if not self.article.words:
            yield Doubt(_("the article has no text"), "empty", ["text"])
        elif len(text.strip()) <= FEW_SIGNS and not self.article.pictures and "<a " not in body:
            yield Doubt(
                _("the article consists only of “%(text)s”") % {"text": text.strip()},
                "empty",
                ["text"],
            )

    def _is_byline(self, line: str) -> bool:
        """Return whether a line at either end of the text names the author or states the date."""
        if len(line) > LONG_LINE:
            return False
        names = [name.casefold() for name in self.facts.authors if len(name) > 4]
        plain = line.casefold()
        if any(
            name in plain and (len(line) <= SHORT_LINE or plain.startswith(name)) for name in names
        ):
            return True
        if BYLINE.match(line) and len(line) < 50 or EXPLICIT_BYLINE.search(line):
            return True
        stamp, date = dates.find_stamp(line[: dates.LONGEST]), self.facts.date
        return bool(stamp and stamp[0] and date and stamp[0].date() == date.date())

    def _is_of_page(self, line: str) -> bool:
        return len(line) < 80 and line[-1] not in ".?!…)" and bool(_OF_PAGE.match(line))

    def _has_icons(self) -> bool:
        article = self.article
        names = {
            name
            for src in article.pictures
            if (name := urlsplit(src).path.rpartition("/")[2]) and not src.startswith("data")
        }
        repeated = Counter(re.findall(r'<img [^>]*src="([^"]+)"', article.body_html))
        icons = sum(name.lower().endswith(".gif") for name in names)
        return any(n > 2 for n in repeated.values()) or icons > 2


def _lone_words(html: str) -> list[str]:
    """Return paragraphs of an article that are as short as a name, each before a longer one, if these
    are many.
    """
    found = []
    for short, rest in _LONE.findall(html):
        is_name_like = 0 < len(short.split()) <= 3 and short[-1] not in ".,:;!?…)"
        if is_name_like and len(rest) > len(short):
            found.append(unescape(short))
    return found if 4 * len(found) > html.count("<p>") else []


def _line_behind(lines: list[str]) -> str:
    """Return one of the last lines if it introduces what follows the article, asks about it, or is
    about its author.
    """
    if len(lines) < 2:
        return ""
    last = lines[-1]
    if len(last) <= SHORT_LINE and last.endswith((":", "：")):
        return last
    ends = [line for line in lines[FIRST_LINES:][-LAST_LINES:] if len(line) <= LONG_LINE]
    return next((line for line in ends if QUESTION.match(line) or _ABOUT.fullmatch(line)), "")


def _offer(lines: list[str]) -> str:
    """Return a line that offers something or states the rights of the site, or is only a host."""
    for line in lines:
        if len(line) <= LONG_LINE and (_OFFER.search(line) or _HOST.fullmatch(line)):
            return line
    return ""


def _shares(title: str, other: str) -> bool:
    """Return whether two titles have a long word in common: many sites state another wording."""
    return any(len(word) > 3 and word in other for word in title.split())


def _is_of_change(line: str) -> bool:
    """Return whether a date is that of a change, or of the copyright."""
    return bool(MODIFIED.search(line) or re.search(r"©|\(c\)|copyright", line, re.I))


def _states_count(line: str) -> bool:
    """Return whether a line states a number of comments."""
    return bool(re.search(r"\d", line)) and declared_count(line) is not None
