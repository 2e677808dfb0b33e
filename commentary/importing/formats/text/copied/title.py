"""The title of a whole page: the line above the text that most looks like one."""

import math
import re
import unicodedata
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import NamedTuple

from .. import phrases
from ..head import declared_in
from ..lines import SHORT, CaptureRows, Row, fits, is_around, is_date_line, is_sentence
from ..names import byline_names, looks_like_name
from ..phrases.patterns import lazy_re_compile
from .head import is_meta, start_of_body
from .knowledge import SiteKnowledge
from .shapes import line_shape, mark_of
from .stamps import said, stamp_in
from .wording import ACCOUNT_LINK, CAPTION, MENU_LINK, NEXT_TO_BYLINE

MOST_ABOVE = 1_000  # rows above the text among which the title is looked for
OPENING = 12  # rows of the text whose words are compared with those of a title
NEAR = 3  # rows above and below a line whose lengths are compared
LONG = 110  # characters
MOST_WORDS = 10  # more don't make a line more likely to be a title
CERTAIN = 0.6  # share of the likelihood that a certain title has
CLEAR_LEAD = 3.0  # of a line that is much more likely than another one
PLACE_BONUS = 5.0  # for a line in the place where other pages of the site have their title

# How much each sign (`signs_at`) says that a line is the title: the weights of a logistic regression
# (one choice among the lines of a page, or none) over the titles of 800 public pages.
NO_TITLE = 4.0
WEIGHTS = {
    "in file name": 3.2,
    "in the text": 3.1,
    "in heading of comments": 2.6,
    "has a time": -2.5,
    "unlike a title": -2.1,
    "long": -2.1,
    "in a menu": -1.5,
    "below a time": 1.3,
    "in capitals": 1.3,
    "in the text itself": -1.25,
    "same line above": 1.1,
    "below a gap": 1.0,
    "elsewhere too": 0.95,
    "above a subtitle": 0.9,
    "near a byline": 0.9,
    "first line": -0.75,
    "a sentence": -1.5,
    "between lines": 0.7,
    "repeated": -0.65,
    "ends with another line": -0.65,
    "may be a name": -0.55,
    "far from the text": -0.35,
    "longest": 0.3,
    "words": 0.3,
}
_HOST = lazy_re_compile(
    r"\b(?:www\.)?(?:[a-z0-9-]+\.)+(?:com|org|net|info|blog|me|[a-z]{2})(?=\W|_|$)"
)
_WORDS = lazy_re_compile(r"[^\W\d_]{3,}")
_LABELLED = lazy_re_compile(
    r"(?:preis|price|prix|übersetzer|translator|verlag|publisher|isbn|kategorie|category|thema|topic|tags?|erschienen|"
    r"headline|breadcrumb|impressum|imprint|navigation|menü?|suche|search|mehr zum thema|more|werbung|anzeige|advertisement)\b",
    re.I,
)
_ANSWER = lazy_re_compile(r"(?:re|aw|antw|sv|rép|rv|odp)\s?:", re.I)
_PERSON = lazy_re_compile(r"(?:prof|dr|dipl|herr|frau|mr|mrs|ms|sir)\b\.?\s", re.I)
_PICTURE_FILE = lazy_re_compile(r"\.(?:jpe?g|png|gif|webp|svg|bmp)$", re.I)
_QUOTED = lazy_re_compile(r"[“\"«„‘'「《»](.{3,})$")
_UNSPACED = lazy_re_compile(r"[\u3040-\u30ff\u3400-\u9fff]")  # scripts without spaces between words
_ENDS_UNLIKE_TITLE = (".", ",", ";", ":", "。", "،", "；", "：")
_ENDS_LIKE_LABEL = (":", "»", "›", "→")


class Candidate(NamedTuple):
    """A row that may be the title; a score is a logarithm of odds."""

    row: int
    score: float


def letters_of(text: str) -> str:
    """Return only the letters and digits of a text, for comparison."""
    return re.sub(r"\W+", "", text).casefold()


def find_page_title(
    page: CaptureRows, end: int, heading: int | None, site: SiteKnowledge, name: list[str]
) -> tuple[int | None, bool]:
    """Return the row of the title, and whether it is certain: much more likely than all others
    together, or quoted in the heading of the comments.
    """
    quoted = quoted_title(page, heading)
    found = []
    for i, score in title_candidates(page, end, heading, name):
        is_quoted = letters_of(said(page.rows[i])) == quoted
        if site.title_place in places_of_title(page, i):
            score += PLACE_BONUS
        elif site.is_repeated(page, i) and not is_quoted:
            score -= PLACE_BONUS
        found.append(Candidate(i, score))
    if not found:
        return None, False
    best, share = max(shares_of(found), key=lambda one: one[1])
    return best, share >= CERTAIN or letters_of(said(page.rows[best])) == quoted


def shares_of(candidates: list[Candidate]) -> list[tuple[int, float]]:
    """Return the rows with the likelihood of each to be the title, which are 1 together with that of
    none being it.
    """
    most = max((one.score for one in candidates), default=NO_TITLE)
    odds = [math.exp(one.score - most) for one in candidates]
    whole = sum(odds) + math.exp(NO_TITLE - most)
    return [(one.row, part / whole) for one, part in zip(candidates, odds, strict=True)]


def find_likely_title(page: CaptureRows, found: int, end: int) -> int:
    """Return the row of the title of a text that has nothing above its title, or only a few lines:
    the one found by its place, unless another one is much more likely.
    """
    scores = {one.row: one.score for one in title_candidates(page, end, None, [])}
    best = max(scores, key=lambda i: scores[i], default=found)
    return best if scores.get(best, 0) - scores.get(found, 0) >= CLEAR_LEAD else found


def places_of_title(page: CaptureRows, i: int) -> set[int]:
    """Return what identifies the place of a row on the pages of a site: the lines above and below."""
    rows = page.rows
    near = {k: line_shape(said(rows[i + k])) for k in (-2, -1, 1) if 0 <= i + k < len(rows)}
    return {mark_of(f"{k}\n{shape}") for k, shape in near.items() if shape} or {0}


def title_candidates(
    page: CaptureRows, end: int, heading: int | None, name: list[str]
) -> list[Candidate]:
    """Return the rows that may be the title, the lowest first."""
    rows = page.rows
    body = start_of_body(page, end)
    lines = [letters_of(said(row)) for row in rows]
    context = TitleContext(
        page,
        body,
        lines,
        whole="\n".join(lines),
        alone={line for line in lines if len(line) > 11},
        opening=[letters_of(row.text) for row in rows[body : body + OPENING]],
        quoted=quoted_title(page, heading),
        name=name,
        metas={
            i: is_meta(rows[i])
            for i in range(max(body - MOST_ABOVE - NEAR, 0), min(body + NEAR, len(rows)))
        },
    )
    distance = 0  # lines up to the body that belong to neither
    found = []
    for i in range(min(body, len(rows) - 1), max(body - MOST_ABOVE, 0) - 1, -1):
        row, text = rows[i], lines[i]
        if i + 1 < body and not context.metas[i + 1]:
            distance += 1
        if page.is_assigned(row) or len(text) < 3:
            continue
        if may_be_title(row, bool(context.quoted) and text == context.quoted):
            signs = signs_at(context, i, distance)
            found.append(Candidate(i, sum(WEIGHTS[sign] * n for sign, n in signs.items())))
    return found


@dataclass(frozen=True, slots=True)
class TitleContext:
    """What lines that may be the title are compared with: the letters of all lines, each by itself
    and together, and of those at the start of the text; the title in the heading of the comments,
    and the words of the file name.
    """

    page: CaptureRows
    body: int
    lines: list[str]
    whole: str
    alone: set[str]
    opening: list[str]
    quoted: str
    name: list[str]
    metas: dict[int, bool]  # whether the rows above the text belong to neither


def signs_at(context: TitleContext, i: int, distance: int) -> dict[str, float]:
    """Return the signs for and against a row being the title, `distance` lines above the text."""
    rows, body, text, quoted = context.page.rows, context.body, context.lines[i], context.quoted
    shown, above, below = said(rows[i]), rows[i - 1] if i else None, rows[i + 1 : i + 2]
    words = count_words(shown)
    is_quoted = (
        text == quoted
        or len(text) > 8
        and (text in quoted or quoted in text and len(quoted) < len(text) * 1.3)
    )
    others = context.whole.count(text) - 1 if len(text) > 11 else 0
    near = [
        count_words(said(rows[k]))
        for k in range(max(0, i - NEAR), min(body, i + NEAR + 1))
        if k != i and not context.metas[k]
    ]
    is_dated_above = above is not None and context.metas[i - 1] and bool(stamp_in(said(above)))
    is_name = words < 4 and shown.istitle() and looks_like_name(shown)
    return {
        "in file name": named_share(shown, context.name),
        "in the text": told_share(shown, context.opening[i == body :]),
        "in heading of comments": bool(quoted and is_quoted),
        "has a time": bool(stamp_in(shown)),
        "unlike a title": unlike_title(rows[i]),
        "long": len(shown) > LONG,
        "in a menu": in_menu(context.page, i, body),
        "below a time": is_dated_above,
        "in capitals": words < 3 and shown.isupper(),
        "in the text itself": i == body,
        "same line above": bool(i) and context.lines[i - 1] == text,
        "below a gap": rows[i].gap > 0,
        "elsewhere too": min(others, 2 if words > 3 else 1),
        "above a subtitle": has_subtitle(context.page, i, body),
        "near a byline": 3 - rows_to_head(context.page, i),
        "first line": i == 0,
        "a sentence": is_sentence(rows[i]),
        "between lines": not rows[i].gap and not any(row.gap for row in below),
        "repeated": words > 1 and context.lines.count(text) > 1,
        "ends with another line": ends_with_other(text, context.alone),
        "may be a name": is_name,
        "far from the text": math.log1p(distance),
        "longest": bool(near) and words > max(near),
        "words": min(words, MOST_WORDS),
    }


def without_accents(text: str) -> str:
    """Return a text with plain letters, as in file names."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def words_of_name(name: str) -> list[str]:
    """Return the words of a file name that may be from a title, without those of a host name."""
    stem = re.sub(r"\.\w{2,5}$", "", name.rpartition("/")[2]).casefold()
    stem = _HOST.sub(" ", stem)
    return [without_accents(word) for word in _WORDS.findall(stem) if not word.isdigit()]


def named_share(text: str, name: list[str]) -> float:
    """Return how many of the words of the file name a line has, from 0 to 1."""
    if not name:
        return 0.0
    folded = without_accents(text.casefold())
    return sum(word in folded for word in name) / len(name)


def count_words(text: str) -> int:
    """Return the number of words of a line; in scripts without spaces, about two signs are one."""
    return max(len(text.split()), len(_UNSPACED.findall(text)) // 2)


def told_share(text: str, opening: list[str]) -> float:
    """Return how many of the words of a line the start of the text has, from 0 to 1."""
    words = [word for word in _WORDS.findall(text.casefold()) if len(word) > 3]
    if _UNSPACED.search(text):
        words = [a + b for a, b in pairwise(_UNSPACED.findall(text))]
    if not words:
        return 0.0
    return sum(any(word[:6] in line for line in opening) for word in words) / max(len(words), 2)


def ends_with_other(text: str, lines: set[str]) -> bool:
    """Return whether a line ends with all of another line."""
    return any(text[k:] in lines for k in range(3, len(text) - 11))


def unlike_title(row: Row) -> int:
    """Return how many signs show that a line is a sentence, a label, a name or an item of a list."""
    text = said(row)
    return sum(
        (
            text.endswith(_ENDS_UNLIKE_TITLE),
            text.endswith(_ENDS_LIKE_LABEL) or bool(_LABELLED.match(text)),
            text[0].islower(),
            text.isdigit() or "©" in text or " > " in text or "|" in text,
            is_file_name(text),
            bool(_PERSON.match(text)),
            row.is_marked,
        )
    )


def is_file_name(text: str) -> bool:
    """Return whether a line is the name of a picture, which browsers copy in place of it."""
    is_one_word = " " not in text and any(sign in text for sign in "-–_")
    return bool(_PICTURE_FILE.search(text)) or is_one_word or text.count("_") > 1


def has_subtitle(page: CaptureRows, i: int, end: int) -> bool:
    """Return whether a longer line without a full stop, or one sentence, is between a row and the
    byline or the text.
    """
    if i + 2 > end or is_meta(page.rows[i + 1]):
        return False
    text, below = said(page.rows[i]), said(page.rows[i + 1])
    return len(text) < len(below) < 400 and len(text.split()) > 2 and not CAPTION.search(below)


def in_menu(page: CaptureRows, i: int, end: int) -> bool:
    """Return whether a row is among short lines, such as the entries of a menu."""
    near = page.rows[max(i - 2, 0) : min(i + 3, end)]
    return len(near) > 3 and all(len(said(row).split()) < 4 for row in near)


def quoted_title(page: CaptureRows, heading: int | None) -> str:
    """Return the title in the heading of the comments: 3 thoughts on “Title”."""
    if heading is None:
        return ""
    found = _QUOTED.search(page.rows[heading].text)
    return letters_of(found[1]) if found else ""


def may_be_title(row: Row, is_quoted: bool = False) -> bool:
    """Return whether a row can be a title. One that the heading of the comments quotes may be a date."""
    text = said(row)
    if not 2 < len(text) <= 200 or is_date_line(text) and not is_quoted:
        return False
    if row.role not in ("", "heading") or declared_in(text) is not None and not is_quoted:
        return False
    if fits(phrases.ABOVE_TITLE, row, 60) or is_around(row):
        return False
    if fits(ACCOUNT_LINK, row, 60) or fits(MENU_LINK, row, 60) or _ANSWER.match(text):
        return False
    if fits(NEXT_TO_BYLINE, row, SHORT):
        return False
    stamp = None if is_quoted else stamp_in(text)
    if stamp and not stamp[0] and not stamp[2] or CAPTION.search(text):
        return False
    return byline_names(text) is None and not fits(phrases.ADDRESS, row, 500)


def rows_to_head(page: CaptureRows, i: int) -> int:
    """Return how many lines are between a row and the date or byline below it, at most 3."""
    below = (row for row in page.rows[i + 1 : i + 12] if not fits(NEXT_TO_BYLINE, row, SHORT))
    for between, row in enumerate(islice(below, 3)):
        text = said(row)
        is_short = len(text) <= SHORT * 2
        if is_short and (byline_names(text) or stamp_in(text) or declared_in(text) is not None):
            return between
        if len(text) > SHORT:
            break
    return 3
