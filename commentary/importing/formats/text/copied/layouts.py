"""Layouts of comments: the lines with name and time that all comments of a page have."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from .. import phrases
from ..head import declared_in
from ..lines import ENDS_SENTENCE, SHORT, CaptureRows, fits, is_heading, is_sentence
from ..names import looks_like_name
from .headers import (
    FAR,
    NEAR_HEADING,
    HeaderRows,
    Place,
    above_first,
    header_rows,
    is_label_line,
    labels_near,
    named_below,
)
from .names import LABEL_LINE, name_in, spoken
from .shapes import frequent, line_shape
from .stamps import Stamp, is_button_line, said, stamp_in, stamps_of
from .wording import FORM

FEW = 3  # headers that may have something in common
MOST_NAMESAKES = 4  # people with the same first name, and nobody with another one
SAME_TIME = 0.3  # of the score of times that are all the same, such as those of a profile
BARE_DATE = 0.8  # of the score of dates without a time if there are as many with one
LABELLED = 0.4  # of the score of times with a label, such as “Joined:”, which are often others


class LayoutKey(NamedTuple):
    """A comment layout: where the name is, the format of the time, and whether both are below the
    text.
    """

    place: Place
    shape: str
    is_below: bool = False


@dataclass(slots=True)
class CommentLayout:
    """The comments of a page that have the same layout, and how likely it is that they are
    comments.
    """

    key: LayoutKey
    headers: list[HeaderRows]
    score: float = 0.0
    is_labelled: bool = False
    has_buttons: bool = False  # on the lines of the times
    buttons: set[str] = field(default_factory=set)  # shapes of lines that most comments end with

    @property
    def first(self) -> int:
        return self.headers[0].first


def layouts_of(page: CaptureRows) -> list[CommentLayout]:
    """Return the possible layouts of the comments on a page, the best first."""
    heading = next((i for i in range(len(page.rows)) if is_comments_heading(page, i)), FAR)
    groups: defaultdict[tuple[str, bool, bool, bool], list[Stamp]] = defaultdict(list)
    for stamp in stamps_of(page):
        if not stamp.is_byline or stamp.row > heading:
            sort = bool(stamp.before), stamp.is_labelled, stamp.is_behind_buttons
            groups[stamp.shape, *sort].append(stamp)
    found: list[CommentLayout] = []
    for (shape, is_inline, _, is_behind_buttons), group in groups.items():
        if not is_behind_buttons:
            found.extend(_layouts_in(page, shape, is_inline, group))
        if not is_inline:
            found.extend(_around(page, shape, [stamp.row for stamp in group], is_behind_buttons))
    found.extend(_said(page))
    timed = max((len(group) for (shape, *_), group in groups.items() if ":" in shape), default=0)
    for layout in found:
        weigh_layout(page, layout)
        told = [header.date for header in layout.headers if header.date]
        if len(told) >= FEW and len(told) == len(layout.headers) and len(set(told)) == 1:
            layout.score *= SAME_TIME
        is_bare = layout.headers[0].has_stamp and ":" not in layout.key.shape and bool(told)
        if is_bare and 1 < timed >= len(layout.headers):
            layout.score *= BARE_DATE
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
        is_label = is_label and not (" " in often and often.istitle())  # one person wrote them all
        if is_label and before[often] > 2 and before[often] * 10 > len(group) * 6:
            is_inline = False
    places: tuple[Place, ...] = ("before",) if is_inline else ("above", "below", "after", "none")
    if is_inline:
        group = without_common_words(group)
    made = []
    for place in places:
        headers = [h for s in group if (h := header_rows(page, s, place, labels))]
        is_most = place in ("above", "before") or len(headers) * 2 > len(group)
        if headers and is_most and (place not in ("below", "after") or are_named(headers)):
            made.append((place, headers))
    for place, headers in made:
        headers = below_heading(page, without_quoted(page, headers))
        remove_common_words(headers)
        if place in ("before", "above"):
            add_subjects(page, headers)
        layout = CommentLayout(LayoutKey(place, shape), headers)
        layout.is_labelled = group[0].is_labelled
        yield layout
        if place in ("before", "after"):
            yield CommentLayout(
                LayoutKey(place, shape, is_below=True), headers, is_labelled=layout.is_labelled
            )


def without_common_words(group: list[Stamp]) -> list[Stamp]:
    """Return times without the words before all names, such as “See the profile of”."""
    split = [stamp.before.split() for stamp in group]
    if len({stamp.before for stamp in group}) < FEW:
        return group
    most = min(map(len, split)) - 1
    same = next((k for k in range(most) if len({words[k] for words in split}) > 1), most)
    if same < 2 or not any(word.islower() for word in split[0][:same]):
        return group
    return [
        replace(stamp, before=" ".join(words[same:]))
        for stamp, words in zip(group, split, strict=True)
    ]


def are_named(headers: list[HeaderRows]) -> bool:
    """Return whether the lines or words behind the times of these headers are names: introduced as
    such, or not all the same.
    """
    if any(header.is_introduced for header in headers):
        return True
    names = [header.name for header in headers if header.name]
    alike = sum(looks_like_name(name) for name in names)
    if len(set(names)) < 2 or alike * 10 < len(names) * 7:
        return False
    with_text = sum(above.end < below.first for above, below in pairwise(headers))
    return with_text * 10 >= (len(headers) - 1) * 8


def remove_common_words(headers: list[HeaderRows]) -> None:
    """Remove words that all names start with, such as “Submitted by” or the text of an icon, unless
    it is a title such as “Dr.”, or may be the first name of a few people; and signs at their ends.
    """
    split = [header.name.split() for header in headers]
    if len({header.name for header in headers}) < 2 or not all(split):
        return
    most = min(map(len, split)) - 1
    same = next((k for k in range(most) if len({words[k] for words in split}) > 1), most)
    if same > 1 and any(word.islower() for word in split[0][:same]):
        for header, words in zip(headers, split, strict=True):
            header.name = " ".join(words[same:])
    last = {words[-1] for words in split}
    if len(last) == 1 and not any(map(str.isalnum, last.pop())):
        for header in headers:
            header.name = header.name.rpartition(" ")[0]
    firsts = {header.name.partition(" ")[0] for header in headers}
    rests = [header.name.partition(" ")[2] for header in headers]
    if len(firsts) != 1 or not all(rests) or len(set(rests)) < 3:
        return
    [word] = firsts
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


def _around(
    page: CaptureRows, shape: str, stamps: list[int], has_buttons: bool
) -> Iterator[CommentLayout]:
    """Yield the layout of comments that start with a name below the time of the last one. Buttons
    may be next to the times.
    """
    below = sum(i + 1 < len(page.rows) and is_button_line(said(page.rows[i + 1])) for i in stamps)
    has_buttons = has_buttons or below > 1 and below * 10 >= len(stamps) * 8
    headers = [
        named_below(page, above, stamp)
        for above, stamp in zip([above_first(page, stamps[0]), *stamps], stamps, strict=False)
    ]
    known = [header for header in headers if header.name]
    is_known = len({header.name for header in known}) > 1 or has_buttons
    is_most = len(known) * 5 >= len(headers) * 4
    if is_known and is_most and (has_buttons or not has_comment_below(page, stamps[-1])):
        layout = CommentLayout(LayoutKey("around", shape), headers)
        layout.has_buttons = has_buttons
        yield layout


def has_comment_below(page: CaptureRows, stamp: int) -> bool:
    """Return whether a name and a text are below the last time, so that it is above its comment."""
    below = page.rows[stamp + 1 : stamp + 1 + 2 * NEAR_HEADING]
    text = next((k for k, row in enumerate(below) if is_sentence(row)), 0)
    above = [said(row) for row in below[:text] if not is_label_line(said(row))]
    return bool(above) and not any(row.role for row in below[:text]) and looks_like_name(above[0])


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
    if layout.is_labelled:
        score *= LABELLED
    if layout.key.place in ("before", "after") or layout.key.is_below:
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
        or fits(FORM, below, SHORT)
    )
    starts_here = above is None or above.role
    is_signed = any(fits(phrases.COMMENT_SIGNED, rows[h.end - 1]) for h in (first, last))
    is_posted = any(fits(phrases.SIGNS_COMMENT, rows[h.end - 1]) for h in (first, last))
    near = range(first.first - 1, max(first.first - NEAR_HEADING, -1), -1)
    heading = next((k for k in near if is_comments_heading(page, k)), None)
    has_text = heading is not None and has_words(page, heading + 1, first.first, layout.buttons)
    begins_text = below is not None and is_sentence(below)
    votes = 2 * bool(starts_here) - 2 * bool(ends_here) - 3 * is_signed - is_posted + 0.5
    votes += 1.5 * _is_followed_by_button(page, last)
    votes += 0.5 * (heading is not None) - 1.5 * has_text + begins_text
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


def starts_with_button(text: str) -> bool:
    """Return whether the first words of a line are a button."""
    words = text.split()[:5]
    return any(phrases.BUTTON.fullmatch(" ".join(words[: k + 1])) for k in range(len(words)))


def is_comments_heading(page: CaptureRows, i: int) -> bool:
    """Return whether a row is the heading of the comments."""
    text = said(page.rows[i])
    if len(text) > 2 * SHORT or is_button_line(text):
        return False
    if page.rows[i].role == "heading" or is_heading(text):
        return True
    return " | " in text and declared_in(text) is not None


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
    return any(is_button_line(said(row)) for row in near if len(row.text) <= SHORT)


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
