"""Removes parts of an article's text that don't belong to it: lists of links to other articles,
buttons, bylines.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator

from ...messages import gettext_noop
from ..text import phrases
from ..text.phrases.patterns import lazy_re_compile
from .byline_dates import MODIFIED, in_words
from .byline_names import EXPLICIT_BYLINE, LEAD
from .comment_area import declared_count
from .families import FAMILIES
from .field_patterns import META, without_stamp
from .furniture import INVITATION, QUESTION, RIGHTS, PageParts
from .main_text import MainText
from .outline import BLOCKS, PageOutline
from .page_facts import PageFacts

MAX_BYLINE, SHORT_BYLINE = 200, 60  # characters
# Links to the feed or the trackbacks of a post, in WordPress.
_FEED_LINK = lazy_re_compile(
    r"/\d{4}/\S*/(?:feed|trackback)/?$|[?&]feed=(?:comments-)?(?:rss2?|atom)&(?:amp;)?p=\d"
)
MANY_AT_ENDS = 3  # blocks at either end of the text
MANY_BYLINES = 4  # blocks at the beginning of the text
_PARTED = lazy_re_compile(r"[()\[\]|·•]+")
# A link to a page next to this one, rather than to a picture.
_PAGE_NAME = lazy_re_compile(r"^(?:\.{0,2}/)*(?:[\w-]+/)*(?:[\w-]+\.(?:html?|php|asp))?$")
MAX_LINK = 250
MOST_ABOVE = 0.8  # maximum share of the prose above the title, of that below it
MAX_INVITED = 900  # maximum number of characters of prose after an invitation
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_TITLES = _HEADINGS | frozenset(["p", "strong", "b", "div", "span", "dt", "summary", "header"])
_BOXES = frozenset(
    [
        "ul",
        "ol",
        "dl",
        "div",
        "section",
        "table",
        "aside",
        "nav",
        "article",
        "footer",
        "header",
        "center",
        "tbody",
        "tr",
        "td",
        "li",
        "form",
        "fieldset",
    ]
)
_MEDIA = frozenset(("img", "iframe", "video", "audio", "object", "embed", "pre", "picture", "math"))
_LINES = frozenset(("p", "div", "h2", "h3", "h4", "li", "blockquote"))
# A paragraph that only links to another article.
_SEE_ALSO = lazy_re_compile(
    r"\W{0,4}(?:(?:see|read|watch|listen) (?:also|more|next|too)|also (?:read|see)|more (?:on|from|about)|related|recommended|don['’]t miss|"
    r"mehr (?:zum thema|dazu|lesen|infos|von)|lesen sie|lies auch|lest auch|siehe auch|auch interessant|weiterlesen|zum thema|passend dazu|hier geht|"
    r"à lire|lire aussi|lire la suite|voir aussi|(?:lea|lee|vea|mira|ve)(?: también| más)?\b|(?:le |te )?puede[sn]? (?:interesar|ver)\w*|"
    r"también te|leia|veja|leggi|czytaj|zobacz|przeczytaj|lees|les også|läs|читайте|смотрите|关联|関連)",
    re.I,
)


_TAGS = lazy_re_compile(r"\W{0,3}(?:technorati|del\.icio\.us|post|blog)?\s?tags\s?:", re.I)


def leave_out(
    around: PageParts,
    main: MainText,
    facts: PageFacts,
) -> dict[int, str]:
    """Return the elements inside the bodies of an article that don't belong to it, with reasons."""
    skip: dict[int, str] = {}
    for number in around.comments:
        skip[number] = "comments"
    for number in around.cut:
        skip.setdefault(number, gettext_noop("page furniture"))
    for family in FAMILIES:
        if family.cut and (family is main.family or family.name == "wordpress"):
            for number in around.outline.css(family.cut):
                skip.setdefault(number, gettext_noop("page furniture"))
    for body in main.bodies:
        skip.pop(body, None)
    trimmer = _Trimmer(around, skip, facts, main)
    trimmer.leave_out_repeated()
    for body in main.bodies:
        trimmer.trim(body)
    return skip


class _Trimmer:
    def __init__(
        self, around: PageParts, skip: dict[int, str], facts: PageFacts, main: MainText
    ) -> None:
        self.around, self.skip, self.facts = around, skip, facts
        self.outline: PageOutline = around.outline
        self.prose = around.prose
        self.most = sum(map(self.prose.value, main.bodies))
        # An article found only by its amount of text contains more that doesn't belong to it.
        self.is_loose = main.family is None or main.family.name == "any"

    def leave_out_repeated(self) -> None:
        """Remove the blocks that most pages of the site have, and no blocks inside them."""
        for block in self.around.repeated:
            for number in self.prose.texts.get(block, ()):
                self.skip.setdefault(number, gettext_noop("on most pages of the site"))

    def trim(self, body: int) -> None:
        """Remove link lists, invitations and the byline."""
        outline = self.outline
        at, end = body + 1, outline.end[body]
        while at < end:
            if at in self.skip:
                at = outline.end[at]
                continue
            if outline.tags[at] in BLOCKS and (reason := self._reason(at, body)):
                self.skip[at] = reason
                at = outline.end[at]
                continue
            at += 1
        self._comments(body)
        self._tail(body)
        self._changed(body)
        self._counts(body)
        self._byline(body)
        self._signature(body)
        self._feeds(body)
        if self.is_loose:
            self._ends(body)
            self._above_title(body)

    def _reason(self, number: int, body: int) -> str:
        outline = self.outline
        size, linked = outline.size(number), outline.linked(number)
        if not size:
            return ""
        tag = outline.tags[number]
        if tag in _BOXES and self._is_links(number, size, linked):
            return gettext_noop("links to other pages")
        if tag in _TITLES and 3 <= size <= 90 and INVITATION.fullmatch(outline.words(number)):
            return self._invitation(number, size, linked, body)
        is_link = self.is_loose and tag in _LINES and 2 * linked > size and size < MAX_LINK
        if is_link and _SEE_ALSO.match(outline.words(number)):
            return gettext_noop("link to another article")
        if tag in _LINES and linked and size < MAX_LINK:
            words = outline.words(number)
            label = _TAGS.match(words)
            return "tags" if label and 2 * linked > len(words) - label.end() else ""
        return ""

    def _is_links(self, number: int, size: int, linked: int) -> bool:
        """Return whether a box contains only links, several of them."""
        if not self.is_loose or linked * 2 < size:
            return False
        value = self.prose.value(number)
        if value > 0.2 * size or value > 0.1 * self.most:
            return False
        return linked > 0.75 * size or self._count_links(number) >= 4

    def _count_links(self, number: int) -> int:
        outline = self.outline
        return sum(1 for at in range(number, outline.end[number]) if outline.tags[at] == "a")

    def _invitation(self, number: int, size: int, linked: int, body: int) -> str:
        """Return why an invitation is removed, together with its target."""
        outline = self.outline
        following = self._next(number)
        if following is not None:
            after, after_linked = outline.size(following), outline.linked(following)
            if after and (
                after_linked > 0.5 * after or self.is_loose and self._is_teasers(following)
            ):
                self.skip[following] = gettext_noop("links to other pages")
                return gettext_noop("links to other pages")
        box = self._box_that_begins_with(number, body)
        if box != number and self.prose.value(box) < min(MAX_INVITED, 0.3 * self.most):
            self.skip[box] = gettext_noop("links to other pages")
            return gettext_noop("links to other pages")
        is_link = linked >= 0.5 * size
        return (
            gettext_noop("call to action")
            if is_link or self.is_loose and outline.tags[number] in _HEADINGS
            else ""
        )

    def _is_teasers(self, number: int) -> bool:
        """Return whether a box contains several headings or pictures with links, and little text."""
        outline = self.outline
        value = self.prose.value(number)
        linked = outline.linked(number)
        return (
            linked > 0.2 * outline.size(number)
            and value < 0.25 * self.most
            and self._count_links(number) > 1
        )

    def _next(self, number: int) -> int | None:
        """Return the block that directly follows."""
        outline = self.outline
        parent = outline.parent[number]
        following = outline.end[number]
        while following < outline.end[parent]:
            text = outline.text[following]
            if text is None and outline.tags[following] in BLOCKS:
                return following
            if text and not text.isspace():
                return None
            following = outline.end[following]
        return None

    def _box_that_begins_with(self, number: int, body: int) -> int:
        """Return the outermost element in the body that starts with this one."""
        outline = self.outline
        box = number
        for above in outline.above(number):
            if above == body or outline.tags[above] not in BLOCKS:
                break
            if any((outline.text[at] or "").strip() for at in range(above, number)):
                break
            box = above
        return box

    def _leaves(self, body: int) -> Iterator[int]:
        """Return the innermost blocks with text that are not removed."""
        outline = self.outline
        at, end = body + 1, outline.end[body]
        while at < end:
            if at in self.skip or outline.silent[at]:
                at = outline.end[at]
                continue
            if at in self.prose.weights:
                yield at
            at += 1

    def _ends(self, body: int) -> None:
        """Remove what is before the first paragraph and after the last one."""
        leaves = list(self._leaves(body))
        good = [n for n in leaves if self._is_text(n)]
        if not good:
            return
        for number in leaves:
            if number == good[0]:
                break
            if self.outline.end[number] > good[0] or self._is_caption(number):
                continue
            if self.outline.tags[number] not in ("p", "h2", "h3") or self.outline.linked(number):
                self._drop(number, gettext_noop("before the text"))
        last = self.outline.end[good[-1]]
        for number in range(last, self.outline.end[body]):
            if self.outline.tags[number] == "a" and self._is_picture_button(number):
                self._drop(number, gettext_noop("after the text"))
        for number, following in zip(leaves, [*leaves[1:], -1], strict=True):
            if number >= last and not self._is_kept_end(number):
                is_title = self.outline.tags[number] in _HEADINGS and following >= 0
                if not (is_title and self._is_list_or_table(following)):
                    self._drop(number, gettext_noop("after the text"))

    def _above_title(self, body: int) -> None:
        """Remove what is above the title if the body is the whole page: banners, logos, columns."""
        outline = self.outline
        title = next(
            (
                n
                for n in outline.css("h1, h2, h3, b, strong")
                if outline.words(n) == self.facts.title
            ),
            -1,
        )
        if not outline.is_below(title, body):
            return
        for number in range(body, title):
            if outline.tags[number] == "img" and not self._is_caption(number):
                self._drop(number, gettext_noop("above the title"))
        leaves = [n for n in self._leaves(body) if not self._is_caption(n)]
        above = [n for n in leaves if outline.end[n] <= title]
        below = [n for n in self._leaves(body) if n >= title]
        if sum(map(self._prose_of, above)) < MOST_ABOVE * sum(map(self._prose_of, below)):
            for number in above:
                self._drop(number, gettext_noop("above the title"))

    def _prose_of(self, number: int) -> float:
        return max(0.0, self.prose.weights[number])

    def _drop(self, number: int, reason: str) -> None:
        if not any(n in self.skip for n in self.outline.above(number)):
            self.skip[number] = reason

    def _is_text(self, number: int) -> bool:
        weight = self.prose.weights[number]
        return (
            weight >= 40 or weight >= 12 and self.outline.tags[number] in ("p", "blockquote", "pre")
        )

    def _is_picture_button(self, number: int) -> bool:
        """Return whether a link to another page consists of a small picture."""
        outline = self.outline
        inner = [n for n in range(number, outline.end[number]) if outline.tags[n] == "img"]
        href = outline.value(number, "href")
        is_page = bool(_PAGE_NAME.search(href)) and not self._is_caption(number)
        return len(inner) == 1 and is_page and outline.size(number) == 0

    def _is_caption(self, number: int) -> bool:
        outline = self.outline
        return any(outline.tags[n] == "figure" for n in (number, *outline.above(number)))

    def _is_kept_end(self, number: int) -> bool:
        """Return whether a short block after the last paragraph may continue it."""
        outline = self.outline
        is_content = outline.tags[number] in (
            "li",
            "td",
            "th",
            "dt",
            "dd",
            "figcaption",
            "pre",
            "blockquote",
            "p",
        )
        return is_content and outline.linked(number) < 0.75 * outline.size(number)

    def _is_list_or_table(self, number: int) -> bool:
        """Return whether a block is part of a list or a table that stays."""
        tag = self.outline.tags[number]
        return tag in ("li", "td", "th", "dt", "dd", "pre") and self._is_kept_end(number)

    def _comments(self, body: int) -> None:
        """Remove a comment heading in the text, and everything after it."""
        leaves = list(self._leaves(body))
        first = next(
            (
                n
                for n in self.around.comments
                if self.outline.is_below(n, body) and not self._is_before_text(n, leaves)
            ),
            None,
        )
        if first is None:
            return
        before = [n for n in leaves if n < first and self.outline.end[n] <= first]
        if before and self._is_heading_of_comments(self.outline.words(before[-1])):
            self._drop(before[-1], "comments")
        texts = [
            n for block in [body, *leaves] for n in self.prose.texts.get(block, ()) if n < first
        ]
        if texts and self._is_heading_of_comments(self.outline.words(max(texts))):
            self._drop(max(texts), "comments")
        if not self.is_loose:
            return
        for number in leaves:
            if number > first:
                self._drop(number, gettext_noop("after the comments"))
        end = self.outline.end[first]
        texts = [
            n for block in [body, *leaves] for n in self.prose.texts.get(block, ()) if n >= end
        ]
        if sum(self.outline.size(n) for n in texts) < 0.1 * self.most:
            for number in texts:
                self._drop(number, gettext_noop("after the comments"))

    def _is_before_text(self, number: int, leaves: list[int]) -> bool:
        """Return whether much of the article follows an element for comments, such as a link with
        their number below the title.
        """
        after = sum(max(0.0, self.prose.weights[n]) for n in leaves if n > number)
        return after > 0.25 * self.most > 0

    def _is_heading_of_comments(self, words: str) -> bool:
        if len(words) > MAX_BYLINE:
            return False
        return declared_count(words) is not None or bool(phrases.HEADING_BARE.fullmatch(words))

    def _byline(self, body: int) -> None:
        """Remove short blocks before the text that only repeat the author and the date."""
        facts = self.facts
        names = [n.casefold() for n in facts.authors if len(n) > 2 or not n.isascii()]
        own = [body] if body in self.prose.weights else []
        for count, at in enumerate([*own, *self._leaves(body)]):
            numbers = self._leading(at)
            words = " ".join("".join(self.outline.text[n] or "" for n in numbers).split())
            if count > MANY_BYLINES or len(words) > MAX_BYLINE:
                break
            is_sentence = words.endswith((".", "!", "?", "。"))
            has_name = any(
                words.casefold().strip(" .").endswith(name)
                or name in words.casefold()
                and not is_sentence
                for name in names
            )
            has_date = facts.date is not None and any(
                date.date() == facts.date.date() for date, _ in in_words(words)
            )
            is_short = len(words) < SHORT_BYLINE or has_date and _is_dates(words)
            if has_name and has_date or (has_name or has_date) and is_short:
                for number in numbers:
                    self._drop(number, "byline")

    def _changed(self, body: int) -> None:
        """Remove blocks at both ends that only tell when the page was changed."""
        leaves = list(self._left(body))
        for number in dict.fromkeys([*leaves[:MANY_AT_ENDS], *leaves[-MANY_AT_ENDS:]]):
            words = self.outline.words(number)
            if len(words) > SHORT_BYLINE or not MODIFIED.search(words[:30]):
                continue
            rest = MODIFIED.sub(" ", without_stamp(words))
            if rest != MODIFIED.sub(" ", words) and META.fullmatch(rest):
                self._drop(number, gettext_noop("date of a change"))

    def _tail(self, body: int) -> None:
        """Remove the last blocks while they are buttons, rights, questions about the article, or
        labels of what was removed behind them.
        """
        for number in list(reversed(list(self._left(body))[1:]))[:MANY_AT_ENDS]:
            words = self.outline.words(number)
            is_label = words.endswith((":", "：")) and not self._has_media_behind(number, body)
            if len(words) > SHORT_BYLINE or not (
                is_label
                or QUESTION.match(words)
                or RIGHTS.match(words)
                or phrases.BUTTON.fullmatch(words)
            ):
                return
            self._drop(number, gettext_noop("after the text"))

    def _has_media_behind(self, number: int, body: int) -> bool:
        """Return whether a picture, a video or code follows a block in the body."""
        outline = self.outline
        behind = range(number, outline.end[body])
        return any(outline.tags[n] in _MEDIA and not outline.silent[n] for n in behind)

    def _counts(self, body: int) -> None:
        """Remove a line at the end with the number of comments and buttons, each in brackets or
        between bars: "(5 comments) (Post a new comment)".
        """
        for number in list(self._left(body))[1:][-MANY_AT_ENDS:]:
            words = self.outline.words(number)
            parts = [part for part in map(str.strip, _PARTED.split(words)) if part]
            if len(words) > SHORT_BYLINE or words == "".join(parts):
                continue
            counts = [declared_count(part) is not None for part in parts]
            buttons = (phrases.BUTTON, phrases.OPEN)
            if any(counts) and all(
                is_count or any(pattern.fullmatch(part) for pattern in buttons)
                for is_count, part in zip(counts, parts, strict=True)
            ):
                self._drop(number, gettext_noop("number of comments"))

    def _left(self, body: int) -> Iterator[int]:
        """Return the innermost blocks of which some text is left."""
        texts = self.prose.texts
        return (n for n in self._leaves(body) if not all(text in self.skip for text in texts[n]))

    def _signature(self, body: int) -> None:
        """Remove one of the last blocks that only repeats the authors and perhaps the date."""
        if not self.facts.authors:
            return
        for number in list(self._left(body))[1:][-MANY_AT_ENDS:]:
            words = self.outline.words(number)
            if not 1 < len(words) <= 2 * SHORT_BYLINE:
                continue
            rest = LEAD.sub("", without_stamp(words)).casefold()
            is_named = any(name.casefold() in rest for name in self.facts.authors)
            for name in self.facts.authors:
                rest = rest.replace(name.casefold(), " ", 1)
            if is_named and (EXPLICIT_BYLINE.match(words) or META.fullmatch(rest)):
                self._drop(number, "byline")

    def _feeds(self, body: int) -> None:
        """Remove a sentence at the end that links to the feed of the comments or to trackbacks."""
        for number in list(self._leaves(body))[-3:]:
            inside = range(number, self.outline.end[number])
            if self.outline.size(number) <= MAX_BYLINE and any(
                _FEED_LINK.search(self.outline.value(n, "href"))
                for n in inside
                if self.outline.tags[n] == "a"
            ):
                self._drop(number, "feed")

    def _leading(self, block: int) -> list[int]:
        """Return the text nodes of a block before its first paragraph."""
        prose, end = self.prose, self.outline.end[block]
        at = bisect_right(prose.blocks, block)
        inner = prose.blocks[at : bisect_right(prose.blocks, end - 1)]
        end = next((n for n in inner if self._is_text(n)), end)
        return [number for number in prose.texts[block] if number < end]


def _is_dates(words: str) -> bool:
    """Return whether a line consists only of dates with their labels."""
    for _date in range(3):
        words = without_stamp(words)
    return bool(META.fullmatch(MODIFIED.sub(" ", _ZONE.sub(" ", words))))


_ZONE = lazy_re_compile(r"\b(?:[A-Z]{1,3}[SD]T|GMT|UTC|CET|MEZ)\b")
