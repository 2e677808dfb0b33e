"""Looks for signs that a page was read incorrectly: facts that contradict each other, and text of one
part in another.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from ....text.markup import plain_text
from ...doubts import OF_COMMENTS, Doubt, Part, count_differs
from ...records import CommentRecord, Comments
from ..text import phrases
from . import comment_dates as dates
from .article import PageArticle
from .byline_names import BYLINE, is_account, is_first_and_last, is_name
from .comment_area import declared_count
from .comments import PageComments
from .dom import Document, text_nodes
from .entries import names_of
from .field_patterns import META, is_label, without_stamp
from .generic import AREA, has_date_and_text
from .items import Excluded
from .json_ld import article_items, person_names, text_value
from .page_facts import PageFacts, PageReading, reading_of
from .thread_profiles import THREADS
from .titles import compared

# What is wrong if the first post of a thread isn't the article, or if a line of a comment has
# another meaning.
_OPENING: tuple[Part, ...] = ("title", "authors", "date", "text")
_LINES: tuple[Part, ...] = ("comment names", "comment dates", "comment texts")
THREAD_NAMES = frozenset(profile.name for profile in THREADS)
SHORT_LINE = 70  # characters of a line that may state an author or a date
LONGEST_NAME = 60
MANY_NAMES = 4
MANY_LINES = 2  # dated lines in an article that are probably of comments
MUCH_LEFT = 200  # characters among the comments without a known meaning
EARLIER = timedelta(days=2)  # by which a comment may be older than its article
MIN_REMARKS, MIN_REMARK = 2, 25  # dated texts, and the weight of each
MANY_ELEMENTS = 500
COMMENT_ELEMENTS = (
    "[id^=comment], [id^=li-comment], [id^=cmt], [id^=reply], [id^=post], [id^=msg], [id^=p], "
    "[itemtype$='/Comment'], [itemtype$='/UserComments']"
)
COMMENT_NAME = re.compile(
    r"(?:li-|div-)?(?:comment|cmt|reply|post_?message|msg|p(?=\d{3}))[-_]?[a-z]?\d+", re.I
)
_NO_NAME = re.compile(
    r"(?<!\w)(?:19|20)\d\d\b|https?:|[|•»#]|\b(?:re|aw)\s*:|\b(?:says?|said|wrote|posted|reply|replies|ago|likes?|points?|favou?rites?|"
    r"no title|member|guest post|anonymous user)\b|無題",
    re.I,
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
        *_title(page, facts),
        *_authors(page, facts),
        *_dates(page, facts, comments),
        *_text(article, facts),
        *_comments(comments, facts),
        *_count(comments, of_all_pages),
        *_thread(comments),
        *_unread(page, document, comments),
    ]
    is_told = bool(facts.authors and facts.date and _is_shown(page, facts.title))
    if not article.is_certain and (found or not is_told):
        found.append(Doubt("article detected only by its length", "article", ["text"]))
    if not _is_complete(comments):
        found += comments.uncertain
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
            "the first post of a thread of an unknown forum is the article", "layout", _OPENING
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
        yield Doubt(f"{missed} elements with ids of comments were not read", "missed", OF_COMMENTS)
    has_area = not result.comments and document.css_first(AREA) is not None
    if has_area and (rows := _remarks(page)) >= MIN_REMARKS:
        yield Doubt(f"{rows} dated texts were not read as comments", "missed", OF_COMMENTS)


def _remarks(page: PageReading) -> int:
    """Return how many short lines with a date are each followed by a text that is no link."""
    outline, around, prose = page.outline, page.around, page.around.prose
    count = 0
    is_open = False
    start = outline.end[page.main.bodies[-1]] if page.main.is_certain else page.main.bodies[0]
    for number in prose.blocks[bisect_left(prose.blocks, start) :]:
        if number in around.cut:
            continue
        words = prose.words(number)
        if len(words) <= SHORT_LINE and _is_dated(words):
            is_open = True
        elif is_open and prose.weights[number] >= MIN_REMARK:
            count += 1
            is_open = False
    return count


# --- the article


def _title(page: PageReading, facts: PageFacts) -> Iterator[Doubt]:
    title = compared(facts.title)
    stated = [page.head.title, page.head.first("og:title"), page.head.first("twitter:title")]
    stated += [text_value(item.get("headline")) for item in article_items(page.items)]
    known = [compared(text) for text in stated if text]
    if not title:
        yield Doubt("no title found", "title", ["title"])
    elif known and not any(
        title in text or text in title or _shares(title, text) for text in known
    ):
        yield Doubt("the title differs from that in the page's metadata", "title", ["title"])
    elif dates.find_stamp(facts.title[-60:]) and _has_clock(facts.title):
        yield Doubt("the title contains a time", "title", ["title"])
    elif _is_site(page, facts):
        yield Doubt("the title may be the name of the site", "title", ["title"])


def _shares(title: str, other: str) -> bool:
    """Return whether two titles have a long word in common: many sites state another wording."""
    return any(len(word) > 3 and word in other for word in title.split())


def _has_clock(words: str) -> bool:
    return bool(re.search(r"\d:\d\d", words))


def _is_site(page: PageReading, facts: PageFacts) -> bool:
    """Return whether the title is the shorter part of the page's title and no heading near the text."""
    outline = page.outline
    shown = [n for n in outline.css("h1, h2, h3, h4") if outline.words(n) == facts.title]
    rest = page.head.title.replace(facts.title, "", 1)
    return not shown and len(rest.strip(" |-–—:»·")) > len(facts.title) * 1.5


def _authors(page: PageReading, facts: PageFacts) -> Iterator[Doubt]:
    for name in facts.authors:
        if (
            _NO_NAME.search(name)
            or len(name.split()) > 5
            or len(name) > LONGEST_NAME
            or is_label(name)
        ):
            yield Doubt(f"“{name}” may not be the author's name", "names", ["authors"])
            return
    if len(facts.authors) >= MANY_NAMES:
        yield Doubt(f"{len(facts.authors)} authors found", "names", ["authors"])
    stated = [
        n
        for item in article_items(page.items)[:2]
        for n in person_names(item.get("author"), page.items)
    ]
    # The name of a site is often stated as the author.
    given = {compared(name) for name in stated if is_first_and_last(name)}
    if (
        given
        and facts.authors
        and not any(compared(name) in other for name in facts.authors for other in given)
    ):
        yield Doubt("the author differs from that in the page's metadata", "names", ["authors"])
    if not facts.authors and (line := _line_by(page)):
        yield Doubt(f"“{line}” may state the author", "names", ["authors"])


def _line_by(page: PageReading) -> str:
    """Return a short line outside the comments that seems to name the author."""
    outline, around, prose = page.outline, page.around, page.around.prose
    container = page.main.container
    title = container
    for number in outline.css("h1, h2"):
        title = min(title, number)
    for number in prose.blocks:
        if number < title or number > outline.end[page.main.bodies[-1]] + 30:
            continue
        if number in around.comments or number in around.cut:
            continue
        for line in prose.lines(number)[:6]:
            if len(line) > SHORT_LINE:
                continue
            found = BYLINE.search(line)
            name = found["name"].strip() if found else ""
            stamp = dates.find_stamp(line)
            if name and not any(map(str.isdigit, name[:3])) and (is_name(name) or is_account(name)):
                return line
            rest = without_stamp(line).strip(" ,.|·•–—-/:") if stamp and stamp[0] else ""
            if (
                rest
                and len(rest.split()) <= 4
                and not META.fullmatch(rest)
                and rest[0].isupper()
                and is_name(rest)
            ):
                return line
    return ""


def _dates(page: PageReading, facts: PageFacts, comments: PageComments) -> Iterator[Doubt]:
    if facts.date is None:
        if line := _dated_line(page):
            yield Doubt(f"“{line}” may state the date of the article", "article", ["date"])
        return
    found = [c.date for c in comments.comments if c.date is not None and c.kind == "comment"]
    day = facts.date.replace(tzinfo=None)
    early = [date for date in found if date.replace(tzinfo=None) < day - EARLIER]
    if early:
        noun = "comment is" if len(early) == 1 else "comments are"
        yield Doubt(f"{len(early)} {noun} older than the article", "article", ["date"])
    elif (facts.date.hour or facts.date.minute) and any(date == facts.date for date in found):
        yield Doubt("the date of the article is that of a comment", "article", ["date"])
    stated = [text_value(item.get("datePublished")) for item in article_items(page.items)]
    stated += [page.head.first("article:published_time")]
    days = {d.date() for text in stated if text and (d := dates.machine_date(text))}
    if days and not any(abs((other - facts.date.date()).days) <= 1 for other in days):
        yield Doubt("the date differs from that in the page's metadata", "article", ["date"])


def _dated_line(page: PageReading) -> str:
    """Return a short line with a date around the article, outside its text and the comments."""
    outline, around, prose = page.outline, page.around, page.around.prose
    for number in prose.blocks:
        if (
            number in around.comments
            or number in around.cut
            or number > outline.end[page.main.bodies[-1]] + 40
        ):
            continue
        for line in prose.lines(number)[:6]:
            stamp = dates.find_stamp(line) if len(line) <= 2 * SHORT_LINE else None
            if (
                stamp
                and stamp[0] is not None
                and not re.search(r"©|\(c\)|copyright|updated|aktualisiert", line, re.I)
            ):
                return line[:SHORT_LINE]
    return ""


def _text(article: PageArticle, facts: PageFacts) -> Iterator[Doubt]:
    text = plain_text(article.body_html)
    lines = [" ".join(line.split()) for line in text.split("\n")]
    lines = [line for line in lines if line]
    short = [line for line in lines if len(line) <= SHORT_LINE]
    dated = [line for line in short if _is_dated(line)]
    if len(dated) >= MANY_LINES and len(dated) * 12 >= len(lines):
        yield Doubt(
            "the article contains several dated lines, which may be comments", "end", ["text"]
        )
    elif any(
        _is_dated(line) and len(line) < 45
        for line in lines[:2] + lines[-2:]
        if len(line) <= SHORT_LINE
    ):
        yield Doubt("the article begins or ends with a date", "end", ["text"])
    buttons = [
        line
        for line in short
        if len(line) < 40 and (phrases.BUTTON.fullmatch(line) or _states_count(line))
    ]
    if buttons:
        yield Doubt(f"“{buttons[0]}” in the article may be a button of the page", "end", ["text"])
    names = [name.casefold() for name in facts.authors if len(name) > 4]
    ends = [line for line in lines[:3] + lines[-2:] if len(line) <= SHORT_LINE]
    is_named = any(name in line.casefold() for name in names for line in ends)
    if is_named or any(BYLINE.match(line) and len(line) < 50 for line in lines[:2] + lines[-2:]):
        yield Doubt("the article begins or ends with a byline", "end", ["text"])
    counts = Counter(
        name
        for src in article.pictures
        if (name := urlsplit(src).path.rpartition("/")[2]) and not src.startswith("data")
    )
    icons = sum(name.lower().endswith(".gif") for name in counts)
    repeated = re.findall(r'<img [^>]*src="([^"]+)"', article.body_html)
    again = [src for src, n in Counter(repeated).items() if n > 2]
    if again or icons > 2:
        yield Doubt("pictures of the article may be icons of the page", "end", ["text"])
    if not article.words:
        yield Doubt("the article has no text", "empty", ["text"])


def _states_count(line: str) -> bool:
    """Return whether a line states a number of comments."""
    return bool(re.search(r"\d", line)) and declared_count(line) is not None


def _is_dated(line: str) -> bool:
    found = dates.find_stamp(line)
    if found is None or found[0] is None:
        return False
    rest = (line[: found[1]] + line[found[2] :]).strip()
    return len(rest) <= 40 and not line.endswith((".", "!", "?", "…"))


# --- the comments


def _comments(result: PageComments, facts: PageFacts) -> Iterator[Doubt]:
    people = [c for c in result.comments if c.kind == "comment" and c.status != "removed"]
    if not people:
        return
    yield from _names(people, facts)
    undated = sum(c.date is None for c in people)
    if 0 < undated < len(people):
        yield Doubt(f"{undated} of {len(people)} comments have no date", "names", ["comment dates"])
    if repeated := _repeated_line(people):
        yield Doubt(f"“{repeated}” in the comments may be a button of the page", "names", _LINES)
    pieces = [_odd_line(c) for c in people]
    if odd := next(filter(None, pieces), ""):
        yield Doubt(f"“{odd}” in a comment may be part of another one", "names", _LINES)
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
            f"“{inside[0][:SHORT_LINE]}” among the comments was not recognised",
            "missed",
            OF_COMMENTS,
        )


def _names(people: list[CommentRecord], facts: PageFacts) -> Iterator[Doubt]:
    names = [c.author for c in people]
    unnamed = sum(not name for name in names)
    if unnamed * 2 > len(names):
        yield Doubt(f"{unnamed} of {len(names)} comments have no name", "names", ["comment names"])
    for name in names:
        if name and (
            _NO_NAME.search(name)
            or len(name) > LONGEST_NAME
            or len(name.split()) > 5
            or name == facts.title
        ):
            yield Doubt(f"“{name[:SHORT_LINE]}” may not be a name", "names", _LINES)
            return
    if len(names) >= 4 and len(set(names)) == 1 and names[0] and names[0] not in facts.authors:
        yield Doubt(
            f"all {len(names)} comments are signed “{names[0]}”", "names", ["comment names"]
        )


def _repeated_line(people: list[CommentRecord]) -> str:
    """Return a short line with which most comments begin or end."""
    for at in (0, -1):
        lines = Counter(shown[at] for c in people if len(shown := _lines(c)) > 1)
        line, count = lines.most_common(1)[0] if lines else ("", 0)
        if count > 2 and count * 3 > len(people) and len(line) <= SHORT_LINE:
            return line
    return ""


def _lines(comment: CommentRecord) -> list[str]:
    text = plain_text(comment.text) if comment.markup == "html" else comment.text
    return [line for line in (" ".join(line.split()) for line in text.split("\n")) if line]


def _odd_line(comment: CommentRecord) -> str:
    """Return a line of a comment that looks like the name, the date or the buttons of a comment."""
    lines = _lines(comment)
    for line in lines if len(lines) > 1 else ():
        if len(line) <= SHORT_LINE and (
            _is_dated(line) and len(line) < 50 or len(line) < 30 and phrases.BUTTON.fullmatch(line)
        ):
            return line
    first = lines[0] if lines else ""
    if comment.author and first == comment.author:
        return first
    return ""
