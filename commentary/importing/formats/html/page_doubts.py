"""Looks for signs that a page was read incorrectly: facts that contradict each other, and text of one
part in another.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterator

from ....text.markup import plain_text
from ...doubts import OF_COMMENTS, Doubt, Part, count_differs, kind_of
from ...messages import gettext as _
from ...messages import ngettext
from ...records import CommentRecord, Comments
from ..text import phrases
from ..text.phrases.patterns import lazy_re_compile
from . import comment_dates as dates
from .article import PageArticle
from .article_doubts import SHORT_LINE, ArticleDoubts, is_dated, is_no_name
from .byline_dates import MODIFIED
from .comments import PageComments
from .dated_rows import LONG_LINK
from .dom import Document, Node, text_nodes
from .entries import names_of
from .field_patterns import is_label
from .furniture import RIGHTS
from .generic import has_date_and_text
from .items import Excluded, ancestors
from .outline import PageOutline
from .page_facts import PageFacts, PageReading, reading_of
from .thread_profiles import THREADS

# What is wrong if the first post of a thread isn't the article, or if a line of a comment has
# another meaning.
_OPENING: tuple[Part, ...] = ("title", "authors", "date", "text")
_LINES: tuple[Part, ...] = ("comment names", "comment dates", "comment texts")
THREAD_NAMES = frozenset(profile.name for profile in THREADS)
MUCH_LEFT = 200  # characters among the comments without a known meaning
MIN_REMARKS, MIN_REMARK = 2, 25  # dated texts, and the weight of each
MANY_ELEMENTS = 500
COMMENT_ELEMENTS = (
    "[id^=comment], [id^=li-comment], [id^=cmt], [id^=reply], [id^=post], [id^=msg], [id^=p], "
    "[itemtype$='/Comment'], [itemtype$='/UserComments']"
)
_DIGITS = lazy_re_compile(r"\d+")
COMMENT_NAME = lazy_re_compile(
    r"(?:li-|div-)?(?:comment|cmt|reply|post_?message|msg|p(?=\d{3}))[-_]?[a-z]?\d+", re.I
)


def doubts_of_page(
    document: Document,
    facts: PageFacts,
    article: PageArticle,
    comments: PageComments,
    of_all_pages: Comments,
) -> list[str]:
    """Return reasons why the article of a page or its comments may have been read incorrectly.

    `of_all_pages` are its comments and those on the other pages of the article.
    """
    page = reading_of(document)
    found: list[str] = [
        *ArticleDoubts(page, facts, article, comments).all(),
        *_comments(comments, facts),
        *_count(comments, of_all_pages),
        *_thread(comments),
        *_unread(page, document, comments),
    ]
    is_told = bool(facts.authors and facts.date and _is_shown(page, facts.title))
    if not article.is_certain and (found or not is_told):
        found.append(Doubt(_("article detected only by its length"), "article", ["text"]))
    is_loose = any(kind_of(doubt) == "layout" for doubt in comments.uncertain)
    if is_loose or not _is_complete(comments):
        found += comments.uncertain
    return found


def doubts_of_entry(document: Document, article: PageArticle) -> list[str]:
    """Return reasons why an entry of a list of articles may have been read incorrectly."""
    facts = PageFacts(
        title=article.title,
        authors=article.authors,
        date=article.date,
        canonical=article.url,
    )
    reader = ArticleDoubts(reading_of(document), facts, article, PageComments())
    found: list[str] = [*reader.names(), *reader.text()]
    if not article.title:
        found.append(Doubt(_("no title found"), "title", ["title"]))
    return found


def _is_shown(page: PageReading, title: str) -> bool:
    """Return whether the title is a heading of the page."""
    return any(page.outline.words(n) == title for n in page.outline.css("h1, h2, h3, h4"))


def _is_complete(result: PageComments) -> bool:
    """Return whether comments that were detected by their shape have all that comments have."""
    people = [c for c in result.comments if c.kind == "comment" and c.status == "approved"]
    is_shape = result.layout is not None and result.layout[0] == "shape"
    named = sum(bool(c.author) for c in people)
    is_named = len(people) > 1 and named * 2 > len(people)
    return is_shape and is_named and all(c.date and c.text for c in people)


def _thread(result: PageComments) -> Iterator[Doubt]:
    is_shape = result.layout is not None and result.layout[0] == "shape"
    if result.opening and is_shape:
        yield Doubt(
            _("the first post of a thread of an unknown forum is the article"), "layout", _OPENING
        )


def _count(result: PageComments, comments: Comments) -> Iterator[Doubt]:
    """Compare the number that the page states with the comments that were read."""
    declared = result.declared_count
    if declared is None or result.pages.by_number:
        return
    kinds = Counter(comment.kind == "comment" for comment in comments)
    there = sum(c.status != "removed" for c in comments)
    if declared not in (len(comments), kinds[True], there):
        # Known layouts show where each comment ends: the others are on pages without links to each
        # other, or aren't shown any more.
        is_known = result.layout is not None and result.layout[0] == "family"
        is_of_rest = is_known and 0 < len(comments) < declared
        parts = () if is_of_rest else OF_COMMENTS
        yield Doubt(count_differs(declared, len(comments)), "count", parts)


def _unread(page: PageReading, document: Document, result: PageComments) -> Iterator[Doubt]:
    """Look for elements with ids of comments that were not read as comments."""
    known = {use.node.mem_id for use in result.text_uses}
    excluded = Excluded(document)
    outline, main = page.outline, page.main
    bodies = {*main.bodies, *(up for body in main.bodies for up in outline.above(body))}
    missed = 0
    for node in document.css(COMMENT_ELEMENTS)[:MANY_ELEMENTS]:
        names = [name for name in names_of(node.attributes) if COMMENT_NAME.fullmatch(name)]
        if not names and "itemtype" not in node.attributes or excluded.holds(node):
            continue
        if bodies.isdisjoint(page.outline.numbers([node])) and has_date_and_text(node):
            missed += not any(text.mem_id in known for text in text_nodes(node))
    if missed > (0 if result.comments else 1):
        yield Doubt(
            ngettext(
                "%(missed)s elements with ids of comments were not read",
                "%(missed)s elements with ids of comments were not read",
                missed,
            )
            % {"missed": missed},
            "missed",
            OF_COMMENTS,
        )
    if (rows := _remarks(page, known)) >= MIN_REMARKS:
        yield Doubt(
            ngettext(
                "%(rows)s dated texts were not read as comments",
                "%(rows)s dated texts were not read as comments",
                rows,
            )
            % {"rows": rows},
            "missed",
            OF_COMMENTS,
        )


def _remarks(page: PageReading, known: Container[int]) -> int:
    """Return how many short lines with a date, below the article, are each followed by a text that is
    neither a link nor in a comment. Lines below the linked title of another article don't count.
    `known` are the text nodes of the comments.
    """
    outline, around, prose = page.outline, page.around, page.around.prose
    count = 0
    is_open = is_title = False
    start = outline.end[page.main.bodies[-1]] if page.main.is_certain else page.main.bodies[0]
    for number in prose.blocks[bisect_left(prose.blocks, start) :]:
        if number in around.cut or outline.nodes[prose.texts[number][0]].mem_id in known:
            is_open = False
            continue
        words = prose.words(number)
        is_teaser, is_title = is_title, _is_link(outline, number) and len(words) > LONG_LINK
        if len(words) <= SHORT_LINE and _shows_time(words):
            is_open = not is_teaser
        elif is_open and prose.weights[number] >= MIN_REMARK:
            count += 1
            is_open = False
    return count


def _is_link(outline: PageOutline, number: int) -> bool:
    """Return whether a block consists of a link, as the title of another article does."""
    return 2 * outline.linked(number) > outline.size(number)


def _shows_time(line: str) -> bool:
    return is_dated(line) or dates.is_relative(line)


# --- the comments


def _comments(result: PageComments, facts: PageFacts) -> Iterator[Doubt]:
    people = [c for c in result.comments if c.kind == "comment" and c.status != "removed"]
    if not people:
        return
    yield from _names(people, facts)
    undated = sum(c.date is None for c in people)
    if 0 < undated < len(people):
        yield Doubt(
            ngettext(
                "%(undated)s of %(n)s comments have no date",
                "%(undated)s of %(n)s comments have no date",
                undated,
            )
            % {"undated": undated, "n": len(people)},
            "names",
            ["comment dates"],
        )
    if repeated := _repeated_line(people):
        yield Doubt(
            _("“%(repeated)s” in the comments may be a button of the page")
            % {"repeated": repeated},
            "names",
            _LINES,
        )
    pieces = [_odd_line(c) for c in people]
    if odd := next(filter(None, pieces), ""):
        yield Doubt(
            _("“%(odd)s” in a comment may be part of another one") % {"odd": odd}, "names", _LINES
        )
    if end := _end_of_page(people[-1]):
        yield Doubt(
            _("“%(end)s” in the last comment may be part of the page") % {"end": end}, "end", _LINES
        )
    if _is_flattened(result):
        what = _("comments are nested on the page, but none is a reply")
        yield Doubt(what, "layout", ["comment parents"])
    left = [
        " ".join((use.node.text_content or "").split())
        for use in result.text_uses
        if use.use == "left over"
    ]
    if result.layout is None or result.layout[-1] in THREAD_NAMES:
        return  # posts of forums contain much about their writers
    inside = [text for text in left if any(map(str.isalpha, text)) and not is_label(text)]
    if sum(map(len, inside)) > max(MUCH_LEFT, sum(len(c.text) for c in people) // 4):
        yield Doubt(
            _("“%(text)s” among the comments was not recognised")
            % {"text": inside[0][:SHORT_LINE]},
            "missed",
            OF_COMMENTS,
        )


def _end_of_page(comment: CommentRecord) -> str:
    """Return the last line of a comment if it tells when the page was changed, or its rights."""
    *_others, last = _lines(comment) or [""]
    is_short = bool(_others) and len(last) <= 2 * SHORT_LINE
    stamp = dates.find_stamp(last) if is_short else None
    is_change = bool(stamp and MODIFIED.match(last))
    return last[:SHORT_LINE] if is_change or is_short and RIGHTS.match(last) else ""


def _is_flattened(result: PageComments) -> bool:
    """Return whether comments stand at different depths of the page but none is read as a reply."""
    if any(comment.parent for comment in result.comments) or len(result.comments) < 2:
        return False
    texts: dict[str, list[Node]] = {}
    for use in result.text_uses:
        if use.use == "comment":
            texts.setdefault(use.owner, []).append(use.node)
    depths = {_depth(nodes) for nodes in texts.values() if len(nodes) > 1}
    return len(depths) > 1


def _depth(nodes: list[Node]) -> int:
    """Return the depth of the element around some nodes."""
    first, last = (
        [above.mem_id for above in ancestors(node)][::-1] for node in (nodes[0], nodes[-1])
    )
    return sum(a == b for a, b in zip(first, last, strict=False))


def _names(people: list[CommentRecord], facts: PageFacts) -> Iterator[Doubt]:
    names = [c.author for c in people]
    unnamed = sum(not name for name in names)
    if unnamed * 2 > len(names):
        yield Doubt(
            ngettext(
                "%(unnamed)s of %(n)s comments have no name",
                "%(unnamed)s of %(n)s comments have no name",
                unnamed,
            )
            % {"unnamed": unnamed, "n": len(names)},
            "names",
            ["comment names"],
        )
    for name in names:
        if name and (is_no_name(name) or name == facts.title):
            yield Doubt(
                _("“%(name)s” may not be a name") % {"name": name[:SHORT_LINE]}, "names", _LINES
            )
            return
    if common := _common_word(names):
        yield Doubt(
            _("“%(common)s” may be no part of the names") % {"common": common},
            "names",
            ["comment names"],
        )
    if len(names) >= 4 and len(set(names)) == 1 and names[0] and names[0] not in facts.authors:
        yield Doubt(
            ngettext(
                "all %(n)s comments are signed “%(names)s”",
                "all %(n)s comments are signed “%(names)s”",
                len(names),
            )
            % {"n": len(names), "names": names[0]},
            "names",
            ["comment names"],
        )


def _common_word(names: list[str]) -> str:
    """Return the word with which the names of different people all begin or end."""
    words = [name.split() for name in {*names} if name]
    for at in (0, -1):
        found = {word[at] for word in words}
        if len(words) > 2 and len(found) == 1 and all(len(word) > 1 for word in words):
            return found.pop()
    return ""


def _repeated_line(people: list[CommentRecord]) -> str:
    """Return a short line with which most comments begin or end."""
    for at in (0, -1):
        ends = [shown[at] for c in people if len(shown := _lines(c)) > 1]
        counts = Counter(_DIGITS.sub("0", line) for line in ends)
        line, count = counts.most_common(1)[0] if counts else ("", 0)
        is_often = count > 2 or count == len(people) == 2 and len(line) < SHORT_LINE // 2
        if is_often and count * 3 > len(people) and len(line) <= SHORT_LINE:
            return next(end for end in ends if _DIGITS.sub("0", end) == line)
    return ""


def _lines(comment: CommentRecord) -> list[str]:
    text = plain_text(comment.text) if comment.markup == "html" else comment.text
    return [line for line in (" ".join(line.split()) for line in text.split("\n")) if line]


def _odd_line(comment: CommentRecord) -> str:
    """Return a line of a comment that looks like the name, the date or the buttons of a comment."""
    lines = _lines(comment)
    for line in lines if len(lines) > 1 else ():
        if len(line) <= SHORT_LINE and (
            is_dated(line) and len(line) < 50 or len(line) < 30 and phrases.BUTTON.fullmatch(line)
        ):
            return line
    first = lines[0] if lines else ""
    said = (
        phrases.NAME_SAID.fullmatch(first) if len(lines) > 1 and len(first) < SHORT_LINE else None
    )
    if comment.author and first == comment.author or said and said[1]:
        return first
    return ""
