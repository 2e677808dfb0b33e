"""Reasons to doubt what was read from a text or page, and the confidence that follows from them.

Warnings are not doubts: they name something that is missing or differs, but not that the article
may have been read incorrectly.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple, get_args

from .fields import printable
from .messages import gettext as _
from .messages import ngettext
from .records import ArticleRecord

DoubtKind = Literal[
    "heading",
    "layout",
    "start",
    "end",
    "title",
    "article",
    "names",
    "count",
    "empty",
    "missed",
    "encoding",
    "no page",
    "other",
]
# The parts of an article and its comments that a doubt may be about.
Part = Literal[
    "title",
    "authors",
    "date",
    "text",
    "comment names",
    "comment dates",
    "comment texts",
    "comment parents",
]
ALL_PARTS: frozenset[Part] = frozenset(get_args(Part))
OF_COMMENTS: frozenset[Part] = frozenset(p for p in ALL_PARTS if p.startswith("comment "))
# For each kind, by how many percent one reason of it lowers the confidence. Each reason by
# itself makes an article uncertain.
LEVELS: dict[DoubtKind, int] = {
    "heading": 20,
    "title": 20,
    "end": 20,
    "empty": 20,
    "count": 30,
    "layout": 40,
    "start": 40,
    "names": 40,
    "encoding": 40,
    "article": 40,
    "other": 40,
    "missed": 60,
    "no page": 80,
}
SURE, UNCERTAIN = 85, 50  # the lowest confidence in percent that is called so
MAX_REASONS = 20  # of one kind of message that are kept for an article
MAX_LENGTH = 500  # characters of a message that are kept


def count_differs(declared: int, found: int | str) -> str:
    """Return the doubt that a page declares a different number of comments than were found."""
    text = ngettext(
        "expected %(n)s comment, found %(found)s",
        "expected %(n)s comments, found %(found)s",
        declared,
    )
    return text % {"n": declared, "found": found}


class Doubt(str):
    """A reason in words, with its kind. A plain string among doubts is of the kind "other".

    `parts` are those that may be wrong, by default all. Without any, only something else may be
    missing, and what was read is certain.
    """

    kind: DoubtKind
    parts: frozenset[Part]

    def __new__(
        cls, text: str, kind: DoubtKind = "other", parts: Iterable[Part] = ALL_PARTS
    ) -> "Doubt":
        doubt = super().__new__(cls, text)
        doubt.kind = kind
        doubt.parts = frozenset(parts)
        return doubt


def kind_of(doubt: str) -> DoubtKind:
    return doubt.kind if isinstance(doubt, Doubt) else "other"


def doubted_parts(doubts: Iterable[str]) -> frozenset[Part]:
    """Return the parts of an article and its comments that may have been read incorrectly."""
    parts = (doubt.parts if isinstance(doubt, Doubt) else ALL_PARTS for doubt in doubts)
    return frozenset[Part]().union(*parts)


def confidence(doubts: Iterable[str]) -> int:
    """Return the confidence in an article, in percent: 100 without doubts, below SURE with any.

    Several reasons of one kind count once, since one cause often has many signs.
    """
    sure = 100.0
    for kind in {kind_of(doubt) for doubt in doubts}:
        sure *= (100 - LEVELS[kind]) / 100
    return int(sure)


def level(confidence: int) -> Literal["sure", "uncertain", "doubtful"]:
    """Return a confidence in words."""
    return "sure" if confidence >= SURE else "uncertain" if confidence >= UNCERTAIN else "doubtful"


class Reason(NamedTuple):
    """A doubt as it is stored and reported."""

    kind: str
    text: str


def reasons(doubts: Iterable[str]) -> list[Reason]:
    """Return doubts by kind, those that weigh most first, each once."""
    found = sorted(dict.fromkeys(doubts), key=lambda doubt: -LEVELS[kind_of(doubt)])
    return [Reason(kind_of(doubt), printable(doubt)[:MAX_LENGTH]) for doubt in found[:MAX_REASONS]]


def kinds_text(found: Iterable[Reason]) -> str:
    """Return the kinds of reasons as stored: "|names|start|", or "" if there are none."""
    kinds = sorted({reason.kind for reason in found})
    return f"|{'|'.join(kinds)}|" if kinds else ""


MIN_ALIKE = 5  # comments by one person that are doubted if there is nobody else
MIN_LONG = 3_000  # characters of a last comment that may contain other text of the page
TIMES_LONGER = 5  # than the longest of the other comments
STRAY = 200  # characters for each unreadable one, from which on the encoding is doubted


def doubt_encoding(record: ArticleRecord, stray_bytes: int, size: int) -> None:
    """Add a doubt if much of a text or page is unreadable."""
    if stray_bytes * STRAY > size:
        record.doubts.append(
            Doubt(
                ngettext(
                    "%(n)s character is unreadable in this encoding",
                    "%(n)s characters are unreadable in this encoding",
                    stray_bytes,
                )
                % {"n": stray_bytes},
                "encoding",
            )
        )


def doubt_comments(record: ArticleRecord) -> None:
    """Add doubts that follow from the comments of a text, in which only the wording shows who wrote
    which part.
    """
    comments = [comment for comment in record.comments if comment.kind == "comment"]
    names = {comment.author for comment in comments}
    if len(comments) >= MIN_ALIKE and len(names) == 1 and names.isdisjoint({"", *record.authors}):
        name = comments[0].author
        record.doubts.append(
            Doubt(
                ngettext(
                    "all %(n)s comments are signed “%(name)s”",
                    "all %(n)s comments are signed “%(name)s”",
                    len(comments),
                )
                % {"n": len(comments), "name": name},
                "names",
            )
        )
    *others, last = map(len, (comment.text for comment in comments)) if comments else (0,)
    if len(others) > 1 and last >= MIN_LONG and last > TIMES_LONGER * max(others):
        record.doubts.append(
            Doubt(
                _("the last comment is much longer than the others; text below it may be in it"),
                "end",
            )
        )
