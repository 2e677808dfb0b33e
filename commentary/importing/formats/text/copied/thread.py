"""The comments of a whole page: from a layout to entries."""

from collections import Counter
from dataclasses import dataclass, field

from ....messages import gettext_noop
from .. import dates, phrases
from ..entries import TextEntry, joined, read_excerpt
from ..head import declared_in
from ..lines import ENDS_SENTENCE, LONGEST, SHORT, CaptureRows, Row, fits, is_around, is_date_line
from ..names import looks_like_name, stored_name
from ..phrases.patterns import lazy_re_compile
from .head import start_of_body
from .knowledge import FEW, SiteKnowledge
from .layouts import (
    CommentLayout,
    HeaderRows,
    ends_comment,
    has_sentences,
    is_comments_heading,
    layouts_of,
    merged,
    starts_with_button,
    texts_between,
)
from .names import LABEL_LINE
from .shapes import frequent, line_shape
from .stamps import is_button_line, said, stamp_in
from .wording import (
    BETWEEN_BUTTONS,
    BUTTON_TOO,
    ELSEWHERE,
    FORM,
    OWN_LINK,
    PICTURE_OF,
    RATING,
    READ_ON,
    TWICE,
)

LEAST_SCORE = 2.0  # of a layout with comments
KNOWN_BONUS = 6.0  # for the layout of the site
FAR_HEADING = 60  # rows between the heading and the first comment, with a form between them
PROFILE = 10  # rows of a forum post above its text
FAR_SIGNED = 6  # rows of a forum post below its text
_GLUED_BUTTON = lazy_re_compile(r"(?<=[.!?…])[A-ZÀ-ÖØ-ÞА-ЯЁ][^\W\d_A-Z]{3,12}$")
_PROFILE = lazy_re_compile(r"\s?[^\W\d_][^:.]{2,25}:\s?\d")
SHORT_RUN = 4  # short lines in a row below the last comment: a menu or a sidebar


@dataclass(slots=True)
class Thread:
    """The comments of a page in rows `first` to `end`. `has_clear_end` is False if the end of the
    last comment was guessed; `edges` are the shapes of lines around the texts, `shape` that of the times.
    """

    entries: list[TextEntry]
    first: int
    end: int
    has_clear_end: bool = True
    edges: set[str] = field(default_factory=set)
    shape: str = ""


def best_layout(page: CaptureRows, site: SiteKnowledge) -> CommentLayout | None:
    """Return the layout of the comments on a page, or None."""
    found = [one for one in layouts_of(page) if one.key == site.layout or is_evident(page, one)]
    if not found:
        return None

    def worth(layout: CommentLayout) -> float:
        return layout.score + KNOWN_BONUS * (layout.key == site.layout)

    best = max(found, key=worth)
    return merged(page, best) if worth(best) >= LEAST_SCORE else None


def is_evident(page: CaptureRows, layout: CommentLayout) -> bool:
    """Return whether something other than names and times shows that these are comments: a heading
    above, buttons, or a notice or form below.
    """
    first, last = layout.headers[0].first, layout.headers[-1]
    if layout.score < LEAST_SCORE or not has_sentences(page, layout):
        return False
    if len(layout.headers) == 1 and is_byline_of_article(page, layout.headers[0]):
        return False
    if layout.key.place not in ("none", "around") and any(
        is_comments_heading(page, k) for k in range(max(first - 9, 0), first)
    ):
        return True
    ended = sum(
        any(phrases.BUTTON.fullmatch(said(page.rows[k])[:SHORT]) for k in range(max(a, b - 3), b))
        for a, b in texts_between(page, layout)
        if b > a
    )
    if ended * 2 >= len(layout.headers) and ended > 1 or layout.key.place == "said":
        return True
    if end_alike(layout):
        return True
    if layout.key.place == "around" and (layout.buttons or layout.has_buttons):
        return any(
            is_comments_heading(page, k) and declared_in(said(page.rows[k]))
            for k in range(max(first - FAR_HEADING, 0), first)
        )
    if layout.key.place in ("none", "around"):
        return False
    return any(
        row.is_notice or fits(FORM, row, SHORT) for row in page.rows[last.end : last.end + 30]
    )


def is_byline_of_article(page: CaptureRows, header: HeaderRows) -> bool:
    """Return whether the longest text of the page is directly below a header, and no heading of
    comments is above it.
    """
    body = start_of_body(page, len(page.rows))
    near = range(max(header.first - FAR_HEADING, 0), header.first)
    is_near = header.end <= body <= header.end + PROFILE
    return is_near and not any(is_comments_heading(page, k) for k in near)


def end_alike(layout: CommentLayout) -> bool:
    """Return whether all comments end with the same line and have short names, not titles."""
    names = [header.name for header in layout.headers if header.name]
    if len(names) < FEW or not layout.buttons or layout.key.place in ("none", "around"):
        return False
    if any(READ_ON.search(shape) for shape in layout.buttons):
        return False  # teasers of articles
    alike = sum(looks_like_name(name) and len(name.split()) < 4 for name in names)
    return len(set(names)) > 1 and alike * 10 >= len(names) * 9


def read_thread(
    page: CaptureRows, layout: CommentLayout, site: SiteKnowledge, opening: HeaderRows | None = None
) -> Thread:
    """Read the comments of a layout, whose first header may belong to the article (`opening`)."""
    headers, spans = layout.headers, list(texts_between(page, layout))
    posts = [(opening.end, headers[0].first), *spans] if opening else spans
    buttons = layout.buttons | set(site.buttons) | repeated_ends(page, posts)
    buttons -= shapes_of_texts(page, spans, buttons)
    clear = True
    if layout.key.is_below:
        start, clear = start_of_first(page, headers[0])
        spans[0] = (start, spans[0][1])
        first, end = start, headers[-1].end
    else:
        end = spans[-1][1]
        if headers[-1].stamp_below is None:
            end, clear = end_of_last(
                page, posts_of(headers, opening), buttons, site, has_buttons(page, spans, buttons)
            )
            spans[-1] = (spans[-1][0], end)
        first = headers[0].first
    entries: list[TextEntry] = []
    if are_signed_again(page, headers, spans):
        buttons |= {line_shape(header.name) for header in headers}
    for header, (a, b) in zip(headers, spans, strict=True):
        entries.append(entry_of(page, header, a, b, buttons))
        if not layout.key.is_below:
            entries[-1:] = with_pingbacks(page, entries[-1], buttons)
    above, below = pingbacks_above(page, first), pingbacks_below(page, end)
    entries = [*above, *entries, *below]
    nest(entries)
    return Thread(entries, first - len(above), end + len(below), clear, buttons, layout.key.shape)


def posts_of(headers: list[HeaderRows], opening: HeaderRows | None) -> list[HeaderRows]:
    """Return the headers of the comments, and that of the article if it has one like theirs."""
    return [opening, *headers] if opening else headers


def are_signed_again(
    page: CaptureRows, headers: list[HeaderRows], spans: list[tuple[int, int]]
) -> bool:
    """Return whether most texts have the name of the header below them too, as a forum's posts do."""
    signed = sum(
        any(said(row) == header.name for row in page.rows[max(a, b - FAR_SIGNED) : b])
        for header, (a, b) in zip(headers, spans, strict=True)
    )
    return signed > 1 and signed * 10 >= len(headers) * 8


def pingbacks_above(page: CaptureRows, first: int) -> list[TextEntry]:
    """Return the pingbacks between the heading of the comments and the first one."""
    start = first
    while start and is_pingback(page.rows[start - 1]):
        start -= 1
    return [pingback_of(page, row) for row in page.rows[start:first]]


def pingbacks_below(page: CaptureRows, end: int) -> list[TextEntry]:
    """Return the pingbacks directly below the last comment."""
    stop = end
    while stop < len(page.rows) and is_pingback(page.rows[stop]):
        stop += 1
    return [pingback_of(page, row) for row in page.rows[end:stop]]


def is_pingback(row: Row) -> bool:
    """Return whether a row is “Pingback: Title”."""
    return len(row.text) < LONGEST and bool(phrases.PINGBACK.fullmatch(said(row)))


def pingback_of(page: CaptureRows, row: Row) -> TextEntry:
    """Return the pingback in a row."""
    entry = TextEntry(row.column, kind="pingback", rows=[(row, row.text)])
    if found := phrases.PINGBACK.fullmatch(said(row)):
        entry.author = stored_name(found[2])
    page.assign(row, "comment", owner=entry)
    return entry


def repeated_ends(page: CaptureRows, spans: list[tuple[int, int]]) -> set[str]:
    """Return the shapes of lines that many comments start or end with, such as “0 likes”, and of
    longer ones that most have.

    The end of the last comment isn't known yet. It supports the others if there are few.
    """
    known = [span for span in spans if span[1] - span[0] > 1]
    if not known:
        return set()
    few = len(known) < FEW
    least, most = max(FEW, len(known) * 0.4), max(FEW, len(known) * 0.8)
    longest = max(b - a for a, b in known)
    last = page.rows[spans[-1][0] : spans[-1][0] + longest + 2] if spans[-1] not in known else []
    found: set[str] = set()
    for edge in (range(-4, 0), range(0, 3)):
        shapes = []
        for a, b in known:
            at = [k for k in ((b + e if e < 0 else a + e) for e in edge) if a <= k < b]
            shapes.append({line_shape(said(page.rows[k])) for k in at})
        if few:
            shapes.append({line_shape(said(row)) for row in last})
            least = most = len(shapes)
            shapes = [{one for one in at if not ENDS_SENTENCE.search(one)} for at in shapes]
        found |= {shape for shape in frequent(shapes, least) if len(shape) < 60}
        found |= frequent(shapes, most) if not few else set()
    # What forums show of the author, between the name and the text.
    profiles = [
        {line_shape(said(row)) for row in page.rows[a : min(b, a + PROFILE)]} for a, b in known
    ]
    if few:
        profiles.append({line_shape(said(row)) for row in last[:PROFILE]})
    if len(profiles) > 1:
        common = frequent(profiles, len(profiles) * 0.9)
        found |= {one for one in common if len(one) < 60 and not ENDS_SENTENCE.search(one)}
    return found


def shapes_of_texts(page: CaptureRows, spans: list[tuple[int, int]], buttons: set[str]) -> set[str]:
    """Return the shapes among those of buttons that are all the text that some comments have, as
    several people may have written “Thanks!”.
    """
    found: set[str] = set()
    counts = Counter(line_shape(said(row)) for a, b in spans for row in page.rows[a:b])
    for a, b in spans:
        rows = page.rows[a:b]
        if rows and all(is_edge(row, buttons) for row in rows):
            shapes = [line_shape(said(row)) for row in rows if not is_edge(row, set())]
            told = {shape for shape in shapes if ENDS_SENTENCE.search(shape)}
            found |= told or set(sorted(shapes, key=lambda shape: counts[shape])[:1])
    return found


def has_buttons(page: CaptureRows, spans: list[tuple[int, int]], buttons: set[str]) -> bool:
    """Return whether most comments end with a button, so that the last one does too."""
    known = [span for span in spans if span[1] > span[0]]
    ended = sum(
        any(ends_comment(said(page.rows[k]), buttons) for k in range(max(a, b - 4), b))
        for a, b in known
    )
    return len(known) > 0 and ended * 10 >= len(known) * 7


def start_of_first(page: CaptureRows, header: HeaderRows) -> tuple[int, bool]:
    """Return the row where the text above the first signature starts, and whether that is clear."""
    rows = page.rows
    for i in range(header.first - 1, max(header.first - 60, -1), -1):
        if is_comments_heading(page, i) or rows[i].is_notice:
            return i + 1, True
    i = header.first - 1
    while i > 0 and not rows[i].gap and not ENDS_SENTENCE.search(rows[i - 1].text):
        i -= 1
    return max(i, 0), False


def end_of_last(
    page: CaptureRows,
    headers: list[HeaderRows],
    buttons: set[str],
    site: SiteKnowledge,
    has_button: bool,
) -> tuple[int, bool]:
    """Return the row after the last comment, and whether its end is clear."""
    rows, i = page.rows, headers[-1].end
    inside = {said(row) for row in rows[headers[0].first : i]}
    above = {said(row) for row in rows[: headers[0].first] if may_be_link(said(row))} - inside
    stops = [
        k
        for k in range(i, len(rows))
        if is_after_comments(page, k, site) or k > i and said(rows[k]) in above
    ]
    stop = stops[0] if stops else len(rows)
    if has_button:
        while i < stop and is_edge(rows[i], buttons):
            i += 1
        for k in range(i + 1, min(stop + 1, len(rows))):
            if ends_comment(said(rows[k]), buttons) and not LABEL_LINE.fullmatch(said(rows[k])):
                while k + 1 < len(rows) and line_shape(said(rows[k + 1])) in buttons:
                    k += 1
                return k + 1, True
    if (button := first_button(page, i, stop)) is not None:
        return button + 1, True
    short = 0
    for k in range(i, stop):
        text = said(rows[k])
        is_short = len(text) < 60 and not ENDS_SENTENCE.search(text)
        short = short + 1 if is_short and k > i else 0
        if short >= SHORT_RUN:
            return k - SHORT_RUN + 1, False
    return stop, bool(stops) or stop == len(rows)


def may_be_link(text: str) -> bool:
    """Return whether a line above the comments may be a link that is repeated below them."""
    return 3 < len(text) <= 2 * SHORT and not ENDS_SENTENCE.search(text)


def first_button(page: CaptureRows, first: int, stop: int) -> int | None:
    """Return the first button “Reply” below a text in these rows."""
    return next((k for k in range(first + 1, stop) if is_reply_line(said(page.rows[k]))), None)


def is_reply_line(text: str) -> bool:
    """Return whether a line is the button “Reply”, or several with it: “1 | Reply”."""
    if len(text) > SHORT:
        return False
    parts = BETWEEN_BUTTONS.split(text)
    has_reply = any(phrases.REPLY.fullmatch(part) for part in (text, *parts) if part)
    return has_reply and is_button_line(text)


def is_after_comments(page: CaptureRows, i: int, site: SiteKnowledge) -> bool:
    """Return whether a row can only be below the comments: a notice, a form, furniture of the site."""
    row = page.rows[i]
    if phrases.BUTTON.fullmatch(row.text[:SHORT]):
        return False
    if row.is_notice or row.role in ("paging", "heading", "pingbacks"):
        return True
    if site.is_repeated(page, i) or fits(FORM, row, SHORT) or fits(ELSEWHERE, row, 60):
        return True
    is_other = fits(phrases.FURNITURE, row) or fits(phrases.OTHER_PAGES, row, 60)
    is_other = (
        is_other or fits(phrases.SHARING, row, 40) or fits(phrases.OTHER_ARTICLES, row, SHORT)
    )
    return bool(is_other) or is_around(row) and not row.role


def entry_of(
    page: CaptureRows, header: HeaderRows, first: int, end: int, buttons: set[str]
) -> TextEntry:
    """Return the comment with this header and text, without its buttons."""
    rows = page.rows
    entry = TextEntry(rows[header.first].column)
    entry.author, entry.date, entry.is_signed = header.name, header.date, header.has_stamp
    named = header.first + header.has_subject
    heads = [(row, row.text) for row in rows[named : header.end]]
    texts = [(row, said(row)) for row in rows[header.first : named]]
    texts += [(row, row.text) for row in rows[first:end]]
    if header.stamp_below is not None:
        heads.append((rows[header.stamp_below], rows[header.stamp_below].text))
        texts = [part for part in texts if part[0] is not rows[header.stamp_below]]
    if header.first >= end and texts and texts[0][0].value is not None:
        texts[0] = (texts[0][0], texts[0][0].rest)  # the number of the comment
    entry.rows = [*texts, *heads] if header.first >= end else [*heads, *texts]
    afters = (found[2] for row, _ in heads if (found := stamp_in(said(row))))
    entry.has_button = any(map(starts_with_button, afters))
    is_below = header.first >= end
    if is_below and len(texts) > 1 and said(texts[0][0]) == header.name:
        heads.append(texts.pop(0))  # the name above the text too
    for row, _ in heads:
        page.assign(row, "comment", owner=entry)
    while texts and is_above_text(texts[0][0], buttons, header.name):
        page.assign(texts.pop(0)[0], "furniture", gettext_noop("button"))
    while texts and (
        is_edge(texts[-1][0], buttons)
        or is_profile(said(texts[-1][0]), header.name)
        or is_picture_of(said(texts[-1][0]), header.name)
        or entry.has_button
        and len(texts) > 1
        and BUTTON_TOO.fullmatch(said(texts[-1][0]))
    ):
        page.assign(texts.pop()[0], "furniture", gettext_noop("button"))
        entry.has_button = True
    if (
        texts
        and (glued := _GLUED_BUTTON.search(texts[-1][1]))
        and phrases.BUTTON.fullmatch(glued[0])
    ):
        texts[-1] = (texts[-1][0], texts[-1][1][: glued.start()])
    set_text(page, entry, texts)
    return entry


def is_above_text(row: Row, buttons: set[str], name: str) -> bool:
    """Return whether a line between a header and its text belongs to neither."""
    text = said(row)
    is_number = len(text) < SHORT and bool(
        phrases.COUNTER.fullmatch(text) or RATING.fullmatch(text)
    )
    return is_number or is_edge(row, buttons) or is_profile(text, name)


def is_profile(text: str, name: str) -> bool:
    """Return whether a line is what a forum shows of an author: “AnnPosts: 95Joined: May 4, 2007”."""
    if not name or not text.startswith(name) or len(text) > 2 * SHORT:
        return False
    return bool(_PROFILE.match(text[len(name) :]))


def is_picture_of(text: str, name: str) -> bool:
    """Return whether a line is the alternative text of a commenter’s picture."""
    return bool(name) and len(text) <= SHORT and PICTURE_OF.sub("", text, count=1) == name != text


def set_text(page: CaptureRows, entry: TextEntry, texts: list[tuple[Row, str]]) -> None:
    for row, _ in texts:
        page.assign(row, "comment", owner=entry)
    if not entry.date and not entry.is_signed and texts and is_date_line(texts[-1][1]):
        entry.date = dates.read_stamp(texts[-1][1])
        texts = texts[:-1]
    entry.said = texts
    entry.text = joined(texts)
    if entry.kind == "comment":
        read_excerpt(entry)


def is_edge(row: Row, buttons: set[str]) -> bool:
    """Return whether a line at the start or end of a comment is no text."""
    text = said(row)
    if not text or ends_comment(text, buttons) or OWN_LINK.fullmatch(text):
        return True
    if line_shape(text) in buttons:
        return True
    if len(text) > SHORT:
        return False
    return bool(
        phrases.TWO_BUTTONS.fullmatch(text)
        or phrases.LIKES.fullmatch(text)
        or phrases.POST_AUTHOR.fullmatch(text)
        or TWICE.fullmatch(text)
        or text in ("o", "§", "+")
        or not any(map(str.isalnum, text))
        and len(text) < 3
        and text in "|·•–—-↓↑#"
    )


def with_pingbacks(page: CaptureRows, entry: TextEntry, buttons: set[str]) -> list[TextEntry]:
    """Return an entry without the pingbacks below its text, and those."""
    found = [entry]
    kept: list[tuple[Row, str]] = []
    for row, text in entry.said:
        if is_pingback(row):
            found.append(pingback_of(page, row))
        elif len(found) > 1:
            page.assign(
                row,
                "furniture",
                gettext_noop("button")
                if is_edge(row, buttons)
                else gettext_noop("next to a pingback"),
            )
        else:
            kept.append((row, text))
    if len(found) > 1:
        while kept and is_edge(kept[-1][0], buttons):
            page.assign(kept.pop()[0], "furniture", gettext_noop("button"))
        entry.rows = [part for part in entry.rows if page.use_of(part[0]) == "comment"]
        set_text(page, entry, kept)
    return found


def stands_in_text(entry: TextEntry, above: TextEntry) -> bool:
    """Return whether the name of an entry stands where the text above it does, which is indented
    below a name at the margin.
    """
    return any(row.column == entry.column for row, _ in above.said) and not any(
        row.is_marked for row, _ in (entry.rows[0], above.rows[0])
    )


def nest(entries: list[TextEntry]) -> None:
    """Make entries that are indented deeper than the one above replies to it."""
    stack: list[TextEntry] = []
    for entry in entries:
        while stack and (stack[-1].column > entry.column - 2 or stands_in_text(entry, stack[-1])):
            stack.pop()
        if stack and entry.kind == "comment":
            entry.parent, stack[-1].has_replies = stack[-1], True
        stack.append(entry)
