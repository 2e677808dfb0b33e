"""The title of a whole page, and where its text ends."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice, pairwise

from .. import phrases
from ..head import declared_in, is_above_body
from ..lines import (
    ENDS_SENTENCE,
    SHORT,
    CaptureRows,
    Row,
    fits,
    is_around,
    is_date_line,
    is_sentence,
)
from ..names import byline_names, looks_like_name
from .knowledge import SiteKnowledge
from .shapes import line_mark
from .stamps import said, stamp_in
from .wording import ACCOUNT_LINK, CAPTION, MENU_LINK, NEXT_TO_BYLINE

PLACE_BONUS = 6.0  # for a line in the place where other pages of the site have their title
MOST_ABOVE = 1_000  # rows above the text among which the title is looked for
CERTAIN, LEAD = 8.5, 1.0  # score of a certain title, and its lead over the second best line
CERTAIN_ALONE, LEAD_ALONE = 9.5, 1.5  # on pages on which no comments show where the article is
CLEAR_LEAD = 3.0  # of a title that looks like a sentence
OPENING = 12  # rows of the text whose words are compared with those of a title
_HOST = re.compile(r"\b(?:www\.)?(?:[a-z0-9-]+\.)+(?:com|org|net|info|blog|me|[a-z]{2})(?=\W|_|$)")
_WORDS = re.compile(r"[^\W\d_]{3,}")
_LABELLED = re.compile(
    r"(?:preis|price|prix|übersetzer|translator|verlag|publisher|isbn|kategorie|category|thema|topic|tags?|erschienen|"
    r"headline|breadcrumb|impressum|imprint|navigation|menü?|suche|search|mehr zum thema|more|werbung|anzeige|advertisement)\b",
    re.I,
)
_ANSWER = re.compile(r"(?:re|aw|antw|sv|rép|rv|odp)\s?:", re.I)
_PERSON = re.compile(r"(?:prof|dr|dipl|herr|frau|mr|mrs|ms|sir)\b\.?\s", re.I)
FAR_APART = 13  # rows between sentences that belong to different texts
LEAST_TEXT = 250  # characters
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|bmp)$", re.I)
_QUOTED = re.compile(r"[“\"«„‘'「《»](.{3,})$")


def letters_of(text: str) -> str:
    """Return only the letters and digits of a text, for comparison."""
    return re.sub(r"\W+", "", text).casefold()


def find_page_title(
    page: CaptureRows,
    end: int,
    heading: int | None,
    site: SiteKnowledge,
    name: list[str],
    has_comments: bool,
) -> tuple[int | None, bool]:
    """Return the row of the title, and whether it is certain."""
    least, lead = (CERTAIN, LEAD) if has_comments else (CERTAIN_ALONE, LEAD_ALONE)
    best, best_score, second = None, 0.0, 0.0
    for i, score in title_candidates(page, end, heading, name):
        text = said(page.rows[i])
        if place_of_title(page, i) == site.title_place is not None:
            score += PLACE_BONUS
        elif site.is_repeated(page, i) and letters_of(text) != quoted_title(page, heading):
            score -= PLACE_BONUS
        if score >= best_score:
            best, best_score, second = i, score, best_score
        else:
            second = max(second, score)
    if best is None or best_score < least or best_score - second < lead:
        return best, False
    text = said(page.rows[best])
    is_in_place = place_of_title(page, best) == site.title_place is not None
    if letters_of(text) == quoted_title(page, heading) or is_in_place and not unlike_title(text):
        return best, True
    is_named = named_share(text, name) >= 0.5
    if not is_named and may_be_subtitle(page, best):
        return best, False
    is_told = is_named or len(text.split()) > 2
    unlike = unlike_title(text)
    is_alike = not unlike or unlike < 2 and best_score - second >= CLEAR_LEAD
    return best, is_told and is_alike and not has_other_at_end(page, best)


def find_likely_title(page: CaptureRows, found: int, end: int) -> int:
    """Return the row of the title of a text that has nothing above its title, or only a few lines:
    the one found by its place, unless another one is much more likely.
    """
    scores = dict(title_candidates(page, end, None, []))
    best = max(scores, key=lambda i: scores[i], default=found)
    return best if scores.get(best, 0) - scores.get(found, 0) >= CLEAR_LEAD else found


def place_of_title(page: CaptureRows, i: int) -> int:
    """Return what identifies the place of a row on the pages of a site: the line above it."""
    return line_mark(said(page.rows[i - 1])) if i else 0


def title_candidates(
    page: CaptureRows, end: int, heading: int | None, name: list[str]
) -> Iterator[tuple[int, float]]:
    """Yield the rows that may be the title, with a score."""
    rows = page.rows
    body = start_of_body(page, end)
    lines = [letters_of(said(row)) for row in rows]
    quoted = quoted_title(page, heading)
    whole = "\n".join(lines)
    alone = {line for line in lines if len(line) > 11}
    distance = 0  # lines up to the body that belong to neither
    opening = [letters_of(row.text) for row in rows[body : body + OPENING]]
    for i in range(min(body, len(rows) - 1), max(body - MOST_ABOVE, 0) - 1, -1):
        row, text = rows[i], lines[i]
        if i < body and not is_meta(rows[i + 1]) and i + 1 < body:
            distance += 1
        if page.is_assigned(row):
            continue
        if not may_be_title(row, bool(quoted) and text == quoted) or len(text) < 3:
            continue
        shown = said(row)
        score = 1.0
        if quoted and (
            text == quoted
            or len(text) > 8
            and (text in quoted or quoted in text and len(quoted) < len(text) * 1.3)
        ):
            score += 8
        words = len(shown.split())
        elsewhere = whole.count(text) - 1 if len(text) > 11 else 0
        if elsewhere:  # in a breadcrumb or a link; menus are repeated too
            score += min(elsewhere, 2) if words > 3 else 1 if rows_to_head(page, i) < 2 else -1
        score += 3 * named_share(shown, name)
        score += 2.5 * told_share(shown, opening[i == body :])
        score -= unlike_title(shown)
        if ends_with_other(text, alone):  # the path to the page
            score -= 3
        if i and is_meta(rows[i - 1]) and stamp_in(said(rows[i - 1])):
            score += 1.5
        if in_menu(page, i, body):
            score -= 2
        if has_subtitle(page, i, body):
            score += 1.5
        if is_author_line(page, i):
            score -= 3
        score += 3.0 - rows_to_head(page, i)
        score += 2.0 if words > 4 else 1.0 if words > 2 else 0.5 * (words == 2)
        score += max(0.0, 4.0 - distance * 0.5)
        yield i, score


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


def told_share(text: str, opening: list[str]) -> float:
    """Return how many of the words of a line the start of the text has, from 0 to 1."""
    words = [word for word in _WORDS.findall(text.casefold()) if len(word) > 3]
    if not words:
        return 0.0
    return sum(any(word[:6] in line for line in opening) for word in words) / max(len(words), 2)


def has_other_at_end(page: CaptureRows, i: int) -> bool:
    """Return whether a row ends with the whole text of another row."""
    lines = {line for row in page.rows if len(line := letters_of(said(row))) > 11}
    return ends_with_other(letters_of(said(page.rows[i])), lines)


def ends_with_other(text: str, lines: set[str]) -> bool:
    """Return whether a line ends with all of another line."""
    return any(text[k:] in lines for k in range(3, len(text) - 11))


def unlike_title(text: str) -> float:
    """Return how much a line looks like a sentence, a label, a name or a caption."""
    found = 0.0
    if ENDS_SENTENCE.search(text) and not text.endswith(("?", "!", "…", "”", "“")):
        found += 1.5 if len(text) < 80 else 4
    if len(text) > 110:
        found += 1.5
    if text.endswith((":", "»", "›", "→")) or _LABELLED.match(text):
        found += 2.0
    if is_file_name(text):
        found += 4.0
    if _PERSON.match(text):
        found += 2.5
    if text[0].islower() or text.isdigit() or "©" in text or " > " in text:
        found += 1.5
    return found


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


def may_be_subtitle(page: CaptureRows, i: int) -> bool:
    """Return whether a row directly below another one that is as long may be its subtitle."""
    above = page.rows[i - 1] if i and not page.rows[i].gap else None
    if above is None or not may_be_title(above) or is_meta(above):
        return False
    is_path = letters_of(said(above)).endswith(letters_of(said(page.rows[i])))
    return len(said(above).split()) > 2 and not unlike_title(said(above)) and not is_path


def is_author_line(page: CaptureRows, i: int) -> bool:
    """Return whether a row is the name of the author: a short line between a longer one and the date."""
    if not 0 < i < len(page.rows) - 1:
        return False
    stamp = stamp_in(said(page.rows[i + 1]))
    above = max(len(said(row).split()) for row in page.rows[max(i - 2, 0) : i])
    words = said(page.rows[i]).split()
    is_short = len(words) < 4 and above > len(words) + 1
    return is_short and stamp is not None and not stamp[0] and looks_like_name(" ".join(words))


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


def is_meta(row: Row) -> bool:
    """Return whether a row between title and body belongs to neither: a date, a byline, a button."""
    text = said(row)
    if is_above_body(row) or is_around(row) or len(text) < 3:
        return True
    if len(text) > SHORT * 2:
        return False
    if stamp_in(text) or declared_in(text) is not None or phrases.POST_DATA.fullmatch(text):
        return True
    if NEXT_TO_BYLINE.fullmatch(text):
        return True
    return bool(fits(phrases.UNDER_BODY, row) or fits(phrases.SHARING, row, 40))


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


def start_of_body(page: CaptureRows, end: int) -> int:
    """Return the row where the text starts: the first sentence of the longest run of text."""
    rows = page.rows
    best: list[int] = []
    run: list[int] = []
    size = most = 0
    for i in range(min(end, len(rows))):
        if not is_sentence(rows[i]):
            continue
        if run and i - run[-1] > FAR_APART:
            run, size = [], 0
        run.append(i)
        size += len(rows[i].text)
        if size > most:
            best, most = list(run), size
    above, first = 0, best[0] if best else 0
    for i, following in pairwise(best):  # a motto or a notice above the title
        above += len(rows[i].text)
        if following - i > 2 and above < LEAST_TEXT and above * 5 < most:
            first = following
    return first


def end_of_article(page: CaptureRows, first: int, end: int, site: SiteKnowledge) -> int:
    """Return the row where the text of the article ends, above links, tags and an author's profile."""
    rows = page.rows
    texts = [i for i in range(first, end) if is_sentence(rows[i]) and not site.is_repeated(page, i)]
    if not texts:
        return end
    half = first + (texts[-1] - first) // 2
    for i in range(first, end):
        row = rows[i]
        is_below = (
            site.is_repeated(page, i)
            or fits(phrases.SHARING, row, 40)
            or fits(phrases.OTHER_PAGES, row, 60)
            or fits(phrases.OTHER_ARTICLES, row, SHORT)
        )
        if i >= half and is_below:
            return i
        if i > texts[-1] and (
            fits(phrases.UNDER_BODY, row) or is_around(row) or stamp_in(said(row))
        ):
            return i
    return end
