"""Layouts of comments: the lines with name and time that all comments of a page have."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from .. import dates, phrases
from ..head import declared_in
from ..lines import ENDS_SENTENCE, SHORT, CaptureRows, fits, is_heading, is_sentence
from ..names import signed_header, stored_name
from .names import LABEL_LINE, name_in, spoken, without_role
from .shapes import frequent, line_shape
from .stamps import Stamp, said, stamp_in, stamps_of
from .wording import BETWEEN_BUTTONS, BUTTON_TOO, PICTURE_OF, TWICE

# Where the name is: in a line above the time, below it, before it on its line, or nowhere;
# "said" is a line “NAME says:” without a time; "around" a name above the text and a time below it.
Place = Literal["above", "below", "before", "none", "said", "around"]
FAR = 400  # rows; no comment is longer
MOST_HEADER_ROWS = 4
MOST_NAMESAKES = 4  # people with the same first name, and nobody with another one
NEAR_HEADING = 9  # rows between the heading of the comments and the first one
_NICKNAME = re.compile(r"[^\W\d_]\d+$")  # “piet78”, whose number belongs to no time


class LayoutKey(NamedTuple):
    """A comment layout: where the name is, the format of the time, and whether both are below the
    text.
    """

    place: Place
    shape: str
    is_below: bool = False


@dataclass(slots=True)
class HeaderRows:
    """The name and time of one comment, in rows `first` up to, but not including, `end`. The first
    row may be its subject.
    """

    first: int
    end: int
    name: str
    date: datetime | None = None
    has_stamp: bool = True
    has_subject: bool = False
    stamp_below: int | None = None  # the row of the time, if it is below the text


@dataclass(slots=True)
class CommentLayout:
    """The comments of a page that have the same layout, and how likely it is that they are
    comments.
    """

    key: LayoutKey
    headers: list[HeaderRows]
    score: float = 0.0
    buttons: set[str] = field(default_factory=set)  # shapes of lines that most comments end with

    @property
    def first(self) -> int:
        return self.headers[0].first


def layouts_of(page: CaptureRows) -> list[CommentLayout]:
    """Return the possible layouts of the comments on a page, the best first."""
    stamps = stamps_of(page)
    groups: defaultdict[tuple[str, bool], list[Stamp]] = defaultdict(list)
    for stamp in stamps:
        groups[stamp.shape, bool(stamp.before)].append(stamp)
    found: list[CommentLayout] = []
    for (shape, is_inline), group in groups.items():
        found.extend(_layouts_in(page, shape, is_inline, group))
        if not is_inline:
            found.extend(_around(page, shape, [stamp.row for stamp in group]))
    found.extend(_said(page))
    for layout in found:
        weigh_layout(page, layout)
    return sorted(found, key=lambda layout: -layout.score)


def _layouts_in(
    page: CaptureRows, shape: str, is_inline: bool, group: list[Stamp]
) -> Iterator[CommentLayout]:
    labels = labels_near(page, [stamp.row for stamp in group])
    if is_inline:
        before: defaultdict[str, int] = defaultdict(int)
        for stamp in group:
            before[stamp.before] += 1
        often = max(before, key=lambda text: before[text])
        is_label = name_in(often) in (None, "", often)  # such as “Commented”
        if is_label and before[often] > 2 and before[often] * 10 > len(group) * 6:
            is_inline = False
    places: tuple[Place, ...] = ("before",) if is_inline else ("above", "below", "none")
    made = []
    for place in places:
        headers = [h for s in group if (h := header_rows(page, s, place, labels))]
        if headers and (place in ("above", "before") or len(headers) * 2 > len(group)):
            made.append((place, headers))
    for place, headers in made:
        headers = below_heading(page, without_quoted(page, headers))
        remove_common_word(headers)
        if place in ("before", "above"):
            add_subjects(page, headers)
        yield CommentLayout(LayoutKey(place, shape), headers)
        if place == "before":
            yield CommentLayout(LayoutKey(place, shape, is_below=True), headers)


def remove_common_word(headers: list[HeaderRows]) -> None:
    """Remove a word that all names start with, such as the text of an icon, unless it is a title such
    as “Dr.”, or may be the first name of a few people.
    """
    words = {header.name.partition(" ")[0] for header in headers}
    rests = [header.name.partition(" ")[2] for header in headers]
    if len(words) != 1 or not all(rests) or len(set(rests)) < 3:
        return
    [word] = words
    if word.casefold().rstrip(".") in phrases.HONORIFICS:
        return
    is_name = word[0].isupper() and not LABEL_LINE.fullmatch(word)
    if not is_name or len(set(rests)) > MOST_NAMESAKES:
        for header, rest in zip(headers, rests, strict=True):
            header.name = rest


def add_subjects(page: CaptureRows, headers: list[HeaderRows]) -> None:
    """Add the lines above most headers that are closer to them than to the text above."""
    rows = page.rows
    known = [
        header
        for header in headers
        if header.first > 0
        and (
            rows[header.first - 1].is_marked or rows[header.first - 1].gap > rows[header.first].gap
        )
        and not rows[header.first - 1].role
        and is_subject(said(rows[header.first - 1]))
    ]
    subjects = {line_shape(said(rows[header.first - 1])) for header in known}
    if len(known) > 1 and len(known) * 10 >= len(headers) * 8 and len(subjects) * 2 > len(known):
        for header in known:
            header.first, header.has_subject = header.first - 1, True


def is_subject(text: str) -> bool:
    """Return whether a line may be the subject of a comment."""
    return len(text) <= SHORT and not text.endswith((".", ",", ":", ";")) and len(text) > 2


def below_heading(page: CaptureRows, headers: list[HeaderRows]) -> list[HeaderRows]:
    """Remove headers above the heading of the comments, such as the title and date of the article."""
    for number, header in enumerate(headers[:-1], 1):
        between = range(header.end, headers[number].first)
        near = range(max(headers[number].first - NEAR_HEADING, header.end), headers[number].first)
        is_above = is_comments_heading if number == 1 else is_counting_heading
        if number < 3 and any(is_above(page, k) for k in near) and len(between) > 2:
            return headers[number:]
    return headers


def is_counting_heading(page: CaptureRows, i: int) -> bool:
    """Return whether a row is a heading with the number of comments."""
    return is_comments_heading(page, i) and declared_in(said(page.rows[i])) is not None


def without_quoted(page: CaptureRows, headers: list[HeaderRows]) -> list[HeaderRows]:
    """Remove headers that are quoted at the start of another comment, directly below its header."""
    rows = page.rows
    kept: list[HeaderRows] = []
    for header in headers:
        above = kept[-1] if kept and len(headers) > 2 else None
        if (
            above is None
            or header.first > above.end
            or header.first == above.end
            and rows[header.first].gap > rows[above.first].gap
        ):
            kept.append(header)
    return kept


def labels_near(page: CaptureRows, rows: list[int]) -> set[str]:
    """Return the shapes of lines that are next to most of these rows, such as “Author”."""
    if len(rows) < 3:
        return set()
    near = [{line_shape(said(r)) for r in page.rows[max(i - 3, 0) : i]} for i in rows]
    return frequent(near, max(3, len(rows) * 0.8))


def header_rows(
    page: CaptureRows, stamp: Stamp, place: Place, labels: set[str]
) -> HeaderRows | None:
    """Return the header with this time if its name is in this place."""
    rows, i = page.rows, stamp.row
    date = dates.read_stamp(stamp.text)
    if place == "none":
        return HeaderRows(i, i + 1, "", date)
    if place == "before":
        is_numbered = _NICKNAME.search(stamp.before)
        header = None if is_numbered else signed_header(said(rows[i]))
        name = name_in(header.author if header else stamp.before)
        if header and name is None:
            name = without_role(header.author)
        if name is None and phrases.BUTTON.fullmatch(stamp.after):
            name = stored_name(stamp.before)  # however long, as the title of a page that links here
        if name is None:
            return None
        if name and stamp.before in (f"@{name}", f"-{name}"):
            name = stamp.before
        return HeaderRows(start_of_header(page, i, name, labels), i + 1, name, date)
    if place == "below":
        if i + 1 >= len(rows) or len(rows[i + 1].text) > SHORT:
            return None
        below = said(rows[i + 1])
        labelled = phrases.LABELLED_NAME.fullmatch(below)
        if not labelled and not spoken(below.rstrip(",") + ":"):
            return None
        name = name_in(labelled[1] if labelled else below.rstrip(",") + ":")
        return None if name is None else HeaderRows(i, i + 2, name, date)
    k = i - 1
    while k > i - MOST_HEADER_ROWS and k >= 0 and is_header_label(said(rows[k]), labels):
        k -= 1
    if k < 0 or rows[k].is_notice or rows[i].gap > 1:
        return None
    name = name_in(said(rows[k]))
    if name is None:
        return None
    return HeaderRows(start_of_header(page, k, name, labels), i + 1, name, date)


def is_header_label(text: str, labels: set[str]) -> bool:
    """Return whether a line in a header is a role, a number or a repeated label."""
    if len(text) > SHORT:
        return False
    return bool(LABEL_LINE.fullmatch(text)) or line_shape(text) in labels


def start_of_header(page: CaptureRows, named: int, name: str, labels: set[str]) -> int:
    """Return the first row of a header: above the name may be the same name, a number or an avatar."""
    first, rows = named, page.rows
    for k in range(named - 1, max(named - MOST_HEADER_ROWS, -1), -1):
        text = said(rows[k])
        if len(text) > SHORT or rows[k].role:
            break
        bare = PICTURE_OF.sub("", text, count=1).strip(" :")
        if name and bare in (name, f"@{name}") or phrases.AVATAR.match(text):
            first = k
        elif not (LABEL_LINE.fullmatch(text) and not rows[k + 1].gap > 1):
            break
        elif phrases.COUNTER.fullmatch(text):
            first = k
    return first


def _said(page: CaptureRows) -> Iterator[CommentLayout]:
    """Yield the layouts of lines “NAME says:” without a time."""
    groups: defaultdict[str, list[HeaderRows]] = defaultdict(list)
    for i, row in enumerate(page.rows):
        text = said(row)
        if len(text) > SHORT:
            continue
        said_name = spoken(text)
        ending = text[len(said_name) :].strip().casefold() if said_name else ""
        is_numbered = bool(said_name) and row.value is not None
        if not ending.endswith((":", "…", "..", "：")) and not is_numbered:
            continue
        below = said(page.rows[i + 1]) if i + 1 < len(page.rows) else ""
        if (stamp := stamp_in(below)) and not stamp[0]:
            continue  # a layout with times
        if (name := name_in(text)) is not None:
            groups[ending].append(HeaderRows(i, i + 1, name, has_stamp=False))
    for ending, headers in groups.items():
        yield CommentLayout(LayoutKey("said", ending), headers)


def _around(page: CaptureRows, shape: str, stamps: list[int]) -> Iterator[CommentLayout]:
    """Yield the layout of comments that start with a name below the time of the last one."""
    headers = [
        named_below(page, above, stamp)
        for above, stamp in zip([above_first(page, stamps[0]), *stamps], stamps, strict=False)
    ]
    known = [header for header in headers if header.name]
    if len(known) > 1 and len(known) * 5 >= len(headers) * 4:
        yield CommentLayout(LayoutKey("around", shape), headers)


def above_first(page: CaptureRows, stamp: int) -> int:
    """Return the row above the name of the text that ends above a time."""
    first = stamp
    for i in range(stamp - 1, max(stamp - FAR, 0), -1):
        row = page.rows[i]
        if row.role not in ("", "button") or first - i > NEAR_HEADING:
            break
        if is_sentence(row):
            first = i
    while first > 0 and not is_name_line(said(page.rows[first - 1])) and stamp - first < FAR:
        first -= 1
    return first - 2


def is_name_line(text: str) -> bool:
    """Return whether a line may be the name above a text, and not its first words."""
    return bool(not text.endswith((",", ":")) and name_in(text))


def named_below(page: CaptureRows, above: int, stamp: int) -> HeaderRows:
    """Return the header below a row, of the comment that ends with a time."""
    rows = page.rows
    first = end = above + 1
    while end < stamp - 2 and LABEL_LINE.fullmatch(said(rows[end])[:SHORT]):
        end += 1
    while end < stamp - 2 and said(rows[end + 1]) == said(rows[end]):
        end += 1
    name = name_in(said(rows[end])) if end < stamp and is_name_line(said(rows[end])) else None
    date = dates.read_stamp(said(rows[stamp]))
    header = HeaderRows(first, first if name is None else end + 1, name or "", date)
    header.stamp_below = stamp
    return header


def texts_between(page: CaptureRows, layout: CommentLayout) -> Iterator[tuple[int, int]]:
    """Yield the rows between the headers of a layout: below each, or above each if it is below its
    text. The last one below, or the first one above, has an unknown end and is empty.
    """
    headers = layout.headers
    if layout.key.is_below:
        for above, header in zip([None, *headers], headers, strict=False):
            yield (above.end if above else header.first, header.first)
        return
    for header, below in zip(headers, [*headers[1:], None], strict=True):
        end = header.end if header.stamp_below is None else header.stamp_below + 1
        yield (header.end, below.first if below else end)


def weigh_layout(page: CaptureRows, layout: CommentLayout) -> None:
    """Set the score of a layout, and the lines that its comments end with."""
    rows, headers = page.rows, layout.headers
    spans = list(texts_between(page, layout))
    known = [span for span in spans if span[1] > span[0] and span[1] - span[0] < FAR]
    ends = [{line_shape(said(rows[k])) for k in range(max(a, b - 3), b)} for a, b in known]
    layout.buttons = {
        shape
        for shape in frequent(ends, max(2, len(known) * 0.6))
        if len(known) > 2 or is_button_line(shape)
    }
    score = 0.0
    for (a, b), header in zip(spans, headers, strict=True):
        score += 0.5 + 0.5 * bool(header.name) + 0.5 * header.has_stamp
        if b == a:
            score += 0.5
        elif b - a >= FAR:
            score -= 1
        elif has_words(page, a, b, layout.buttons):
            score += 1
            score += any(
                ends_comment(rows[k].text, layout.buttons) for k in range(max(a, b - 3), b)
            )
        else:
            score -= 1.5
    # Related articles have as many times, but titles instead of names and no text of their own.
    names = [h.name for h in headers]
    long_names = sum(len(name.split()) > 4 for name in names)
    score -= 1.5 * long_names
    if layout.key.place == "none":
        score *= 0.4
    if layout.key.place == "before" or layout.key.is_below:
        score *= _direction(page, layout)
    above = next(
        (
            k
            for k in range(layout.first - 1, max(layout.first - NEAR_HEADING, -1), -1)
            if is_comments_heading(page, k)
        ),
        None,
    )
    if above is not None:
        score += 3
    elif len(headers) == 1:
        header = headers[0]
        signs = _is_followed_by_button(page, header) + 2 * is_introduced(page, header)
        score -= max(3 - 1.5 * signs, 0)
    layout.score = score


def _direction(page: CaptureRows, layout: CommentLayout) -> float:
    """Return how well the text is on the side of its header that the layout says."""
    rows, first, last = page.rows, layout.headers[0], layout.headers[-1]
    above = rows[first.first - 1] if first.first else None
    below = rows[last.end] if last.end < len(rows) else None
    ends_here = (
        below is None
        or below.role
        or fits(phrases.FURNITURE, below)
        or fits(phrases.UNDER_BODY, below)
    )
    starts_here = above is None or above.role
    is_signed = any(fits(phrases.COMMENT_SIGNED, rows[h.end - 1]) for h in (first, last))
    votes = 2 * bool(starts_here) - 2 * bool(ends_here) - 3 * is_signed + 0.5
    return 1.0 if (votes < 0) == layout.key.is_below else 0.5


def has_sentences(page: CaptureRows, layout: CommentLayout) -> bool:
    """Return whether enough of the texts are more than a few words, unlike those of teasers."""
    spans = [(a, b) for a, b in texts_between(page, layout) if b > a]
    told = sum(
        any(
            len(row.text) > 60 or len(row.text) > 8 and ENDS_SENTENCE.search(row.text)
            for row in page.rows[a:b]
        )
        for a, b in spans
    )
    return told * 5 >= len(spans) * 2


def has_words(page: CaptureRows, first: int, end: int, buttons: set[str]) -> bool:
    """Return whether there is text in these rows apart from buttons."""
    for row in page.rows[first:end]:
        text = said(row)
        if line_shape(text) in buttons or row.role or len(text) < 2:
            continue
        if len(text.split()) > 2 or ENDS_SENTENCE.search(text):
            return True
    return False


def ends_comment(text: str, buttons: set[str]) -> bool:
    """Return whether a line is a button below a comment, or several."""
    if len(text) > SHORT:
        return False
    return line_shape(text) in buttons or is_button_line(text)


def is_button_line(text: str) -> bool:
    """Return whether a line consists of buttons and numbers: “3 Reply Share ›”."""
    if phrases.BUTTON.fullmatch(text.strip("↓↑→← ")) or TWICE.fullmatch(text):
        return True
    parts = [part for part in BETWEEN_BUTTONS.split(text) if part]
    return any(map(phrases.BUTTON.fullmatch, parts)) and all(
        phrases.BUTTON.fullmatch(part) or BUTTON_TOO.fullmatch(part) for part in parts
    )


def starts_with_button(text: str) -> bool:
    """Return whether the first words of a line are a button."""
    words = text.split()[:5]
    return any(phrases.BUTTON.fullmatch(" ".join(words[: k + 1])) for k in range(len(words)))


def is_comments_heading(page: CaptureRows, i: int) -> bool:
    """Return whether a row is the heading of the comments."""
    text = said(page.rows[i])
    if len(text) > 2 * SHORT or is_button_line(text):
        return False
    return page.rows[i].role == "heading" or is_heading(text)


def is_introduced(page: CaptureRows, header: HeaderRows) -> bool:
    """Return whether a header has “NAME says:” or “Comment by NAME”."""
    rows = page.rows[header.first : header.end]
    texts = [said(row) for row in rows if len(row.text) <= 2 * SHORT]
    return any(
        text.endswith(":") and spoken(text) or phrases.COMMENT_SIGNED.fullmatch(text)
        for text in texts
    )


def _is_followed_by_button(page: CaptureRows, header: HeaderRows) -> bool:
    near = page.rows[header.end + 1 : header.end + 12]
    return any(phrases.BUTTON.fullmatch(row.text) for row in near if len(row.text) <= SHORT)


def merged(page: CaptureRows, layout: CommentLayout) -> CommentLayout:
    """Add the headers of the same kind that have another format of the time, such as another
    weekday, where a comment of the layout ends.
    """
    if layout.key.place == "said" or layout.key.is_below:
        return layout
    known = {row for header in layout.headers for row in range(header.first, header.end)}
    starts = [header.first for header in layout.headers]
    more: list[HeaderRows] = []
    for stamp in stamps_of(page):
        if stamp.row in known or stamp.row < starts[0] - 60:
            continue
        place: Place = "before" if stamp.before else "above"
        header = header_rows(page, stamp, place, set())
        if header is None or header.first in known or header.first == 0:
            continue
        is_after_button = ends_comment(said(page.rows[header.first - 1]), layout.buttons)
        is_after_heading = is_comments_heading(page, header.first - 1) and not any(
            is_comments_heading(page, k) for k in range(header.end, starts[0])
        )
        is_inside = starts[0] < header.first < starts[-1]
        is_alike = stamp.shape == layout.key.shape and is_inside and not layout.buttons
        if is_after_heading and is_inside:
            continue
        if (
            is_alike
            or is_after_button
            and layout.buttons
            or is_after_heading
            and header.first > starts[0] - 60
            and header.first < starts[0]
        ):
            more.append(header)
            known.update(range(header.first, header.end))
    if more:
        merged_headers = sorted([*layout.headers, *more], key=lambda header: header.first)
        layout.headers = merged_headers
    return layout
