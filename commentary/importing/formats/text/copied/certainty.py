"""Reasons to doubt what was read from a whole page."""

from collections import Counter
from itertools import takewhile

from ....doubts import Doubt, count_differs
from ....messages import gettext as _
from ....messages import ngettext
from ....records import ArticleRecord
from .. import phrases
from ..entries import TextEntry
from ..head import declared_in
from ..lines import ENDS_SENTENCE, SHORT, CaptureRows, Row, fits, is_sentence
from ..names import looks_like_name
from .knowledge import SiteKnowledge
from .layouts import has_sentences, layouts_of
from .names import is_plausible, spoken
from .shapes import line_shape
from .stamps import is_button_line, said, stamp_in
from .thread import Thread
from .wording import ELSEWHERE, MEMBER_RANK, PROFILE_LABEL

LONGEST_BUTTON = 40  # characters
LEAST_WORD = 4  # characters
MOST_IN_NAME = 7  # words
LEAST_LABELS = 3  # lines at the edge of a comment that are no sentences
LEAST_BELOW_LAST = 2  # the same below the last comment, where a sidebar may begin
NEAR = 6  # rows between a header and its text
SHARE_WITH_LABELS = 0.05  # of the comments; in long threads, some people write lists
SHORT_STAMP = 20  # characters next to a time
SHARE_ALIKE = 0.4  # of the comments
LEAST_UNUSED = 4.0  # score of lines with names and times that may be comments


def weigh_page(
    page: CaptureRows,
    record: ArticleRecord,
    thread: Thread | None,
    site: SiteKnowledge,
    has_certain_title: bool,
) -> None:
    """Collect reasons to doubt the title and the comments of a page."""
    doubt = page.doubts.append
    people = [c for c in record.comments if c.kind == "comment"]
    declared = record.declared_count
    if not has_certain_title:
        doubt(Doubt(_("the title is uncertain"), "title"))
    agrees = declared in (len(people), len(record.comments))
    is_part = any(
        fits(phrases.OTHER_COMMENTS, row, SHORT) and not fits(ELSEWHERE, row, SHORT)
        for row in page.rows
    )
    if declared is not None and not agrees and not (is_part and 0 < len(people) < declared):
        doubt(Doubt(count_differs(declared, len(record.comments)), "count"))
    if thread is None:
        if not record.comments and declared != 0 and (sign := sign_of_comments(page)):
            what = _("line %(number)s looks like part of a comment, but none was recognised") % {
                "number": sign.number
            }
            doubt(Doubt(what, "missed"))
        elif not record.comments and declared != 0 and (number := line_of_unused_layout(page)):
            what = _(
                "line %(number)s looks like the name and time of a comment, but none was recognised"
            ) % {"number": number}
            doubt(Doubt(what, "missed"))
        return
    entries = [entry for entry in thread.entries if entry.kind == "comment"]
    empty = sum(not entry.text and not entry.has_replies for entry in entries)
    if empty:
        doubt(
            Doubt(
                ngettext(
                    "%(n)s comment has no text",
                    "%(n)s comments have no text",
                    empty,
                )
                % {"n": empty},
                "empty",
            )
        )
    if line := line_in_many(entries):
        doubt(
            Doubt(
                _("the line “%(line)s” is in several comments, but may be no part of them")
                % {"line": line},
                "layout",
            )
        )
    if inside := header_inside(entries):
        doubt(
            Doubt(
                _("line %(number)s looks like the time of another comment")
                % {"number": inside.number},
                "missed",
            )
        )
    if button := button_inside(entries):
        what = _("line %(number)s in a comment looks like buttons of the page") % {
            "number": button.number
        }
        doubt(Doubt(what, "layout"))
    if label := labels_at_edges(entries):
        doubt(
            Doubt(
                _("line %(number)s may be no part of the comment") % {"number": label.number},
                "layout",
            )
        )
    if declared is None and (outside := header_outside(page, thread, site)):
        what = _("line %(number)s looks like the name and time of another comment") % {
            "number": outside.number
        }
        doubt(Doubt(what, "missed"))
    nameless = sum(not entry.author and not entry.is_signed for entry in entries)
    if nameless and nameless * 2 < len(entries):
        doubt(
            Doubt(
                ngettext(
                    "%(n)s comments have neither a name nor a time, unlike the others",
                    "%(n)s comments have neither a name nor a time, unlike the others",
                    nameless,
                )
                % {"n": nameless},
                "names",
            )
        )
    odd = [e.author for e in entries if e.author and not is_plausible(e.author.lstrip("@-"))]
    labels = [e.author for e in entries if is_like_label(e.author)]
    if len(odd) * 3 > len(entries) or labels:
        doubt(Doubt(_("“%(name)s” may not be a name") % {"name": (labels or odd)[0]}, "names"))
    if declared is None:
        if not thread.has_clear_end:
            doubt(Doubt(_("the end of the last comment is uncertain"), "end"))
        ended = sum(entry.has_button or has_introduction(entry) for entry in entries)
        if ended * 2 < len(entries) and site.layout is None:
            doubt(Doubt(_("comments detected only from names and dates"), "layout"))


def line_in_many(entries: list[TextEntry]) -> str:
    """Return a short line that several comments have besides other text, such as a button that wasn't
    recognised, or "".
    """
    shapes: Counter[str] = Counter()
    for entry in entries:
        lines = {
            line_shape(said(row)) for row, _line in entry.said if len(row.text) < LONGEST_BUTTON
        }
        shapes.update(lines if len(entry.said) > 1 else ())
    least = max(2, len(entries) * SHARE_ALIKE)
    shape, count = max(shapes.items(), key=lambda item: item[1], default=("", 0))
    return shape if count >= least else ""


def header_inside(entries: list[TextEntry]) -> Row | None:
    """Return a line inside a comment that has only a time, below one that may be a name, or a name
    and a time.
    """
    for entry in entries:
        for row, _line in entry.said[1:]:
            stamp = stamp_in(said(row)) if len(row.text) <= SHORT else None
            is_named = stamp is not None and looks_like_name(stamp[0]) and "/" not in stamp[0]
            if is_named and stamp and not stamp[2]:
                return row
        for (above, _line), (row, _same), (below, _next) in zip(
            entry.said, entry.said[1:], entry.said[2:], strict=False
        ):
            stamp = stamp_in(said(row))
            is_time = stamp is not None and not stamp[0] and len(stamp[2]) < SHORT_STAMP
            if is_time and below.number - row.number < 3 and looks_like_name(said(above)):
                return row
    return None


def button_inside(entries: list[TextEntry]) -> Row | None:
    """Return a line inside a comment that has only buttons or a short number, such as votes."""
    for entry in entries:
        for row, _line in entry.said[1:]:
            text = said(row)
            is_number = len(text) < LEAST_WORD and bool(text.strip("+-").isdigit())
            if len(text) <= SHORT and is_button_line(text) or is_number:
                return row
    return None


def is_like_label(name: str) -> bool:
    """Return whether a name has signs of a label: a colon, many words, or the wording of profiles."""
    is_of_profile = PROFILE_LABEL.match(name) or MEMBER_RANK.fullmatch(name)
    return ":" in name or len(name.split()) > MOST_IN_NAME or bool(is_of_profile)


def has_introduction(entry: TextEntry) -> bool:
    """Return whether a comment starts with “NAME says:”."""
    texts = [said(row) for row, _ in entry.rows[:2] if len(row.text) <= SHORT]
    return any(text.endswith(":") and spoken(text) for text in texts)


def line_of_unused_layout(page: CaptureRows) -> int | None:
    """Return the first line of several with a name and a time that have texts below them."""
    for layout in layouts_of(page):
        names = [header.name for header in layout.headers]
        alike = sum(map(looks_like_name, names))
        is_named = len(set(names)) > 1 and alike * 10 >= len(names) * 7
        if is_named and layout.score >= LEAST_UNUSED and has_sentences(page, layout):
            return page.rows[layout.first].number
    return None


def counts_comments(text: str) -> bool:
    """Return whether a short line starts with a number of comments: “4 Comments - powered by …”."""
    return len(text) <= SHORT and bool(declared_in(" ".join(text.split()[:2])))


def labels_at_edges(entries: list[TextEntry]) -> Row | None:
    """Return the first of several lines at the start or end of a text that are no sentences, unlike
    the rest of it: they may be about the author, or page furniture.
    """
    found: list[Row] = []
    for entry in entries:
        texts = [said(row) for row, _line in entry.said]
        if not any(ENDS_SENTENCE.search(text) for text in texts):
            continue
        for rows in (entry.said, entry.said[::-1]):
            run = list(takewhile(lambda part: may_be_label(said(part[0])), rows))
            is_last = entry is entries[-1] and rows is not entry.said
            if len(run) >= (LEAST_BELOW_LAST if is_last else LEAST_LABELS):
                found.append(run[0][0])
    return found[0] if found and len(found) >= len(entries) * SHARE_WITH_LABELS else None


def may_be_label(text: str) -> bool:
    """Return whether a line is as short as a label and doesn't end like a sentence."""
    return len(text) < LONGEST_BUTTON and not ENDS_SENTENCE.search(text)


def header_outside(page: CaptureRows, thread: Thread, site: SiteKnowledge) -> Row | None:
    """Return a line below the comments with a name and a time like theirs and a text below it."""
    for layout in layouts_of(page):
        for header in layout.headers:
            is_below = header.first >= thread.end and layout.key.shape == thread.shape
            if not is_below or not header.name or not looks_like_name(header.name):
                continue
            texts = range(header.end, min(header.end + NEAR, len(page.rows)))
            if any(is_sentence(page.rows[i]) and not site.is_repeated(page, i) for i in texts):
                return page.rows[header.first]
    return None


def sign_of_comments(page: CaptureRows) -> Row | None:
    """Return a line that is next to comments only: “NAME says:”, a signature, or a button."""
    for row in page.rows:
        text = said(row)
        if len(text) > SHORT:
            continue
        if phrases.TWO_BUTTONS.fullmatch(text) or phrases.COMMENT_SIGNED.fullmatch(text):
            return row
        if text.endswith(":") and spoken(text) and len(text.split()) < 6:
            return row
    counting = [row for row in page.rows if counts_comments(said(row))]
    if len(counting) == 1:
        return counting[0]
    replies = [row for row in page.rows if phrases.REPLY.fullmatch(row.text[:SHORT])]
    return replies[0] if len(replies) > 1 else None
