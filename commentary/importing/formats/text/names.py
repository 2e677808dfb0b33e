"""Name and date lines above comments, and bylines below titles.

A name that can't be distinguished from a sentence stays in the text.
"""

import re
import unicodedata

from ...records import CommentKind
from . import dates, phrases
from .lines import (
    ENDS_SENTENCE,
    MARKER,
    SHORT,
    UNSEEN,
    WEAK_BULLETS,
    CaptureRows,
    Header,
    is_date_line,
    is_heading,
)
from .phrases.patterns import lazy_re_compile

DIRECTION = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
SHORTENED = (
    r"(?:[^\W\d_]|mr|mrs|ms|mme|mlle|dr|dra|sra?|srta|st|jr|no|nr|prof|ing|dipl|hon|fr|rev|ph\.?d|m\.?d|esq|inc|ltd|"
    r"co|гр)\."
)
ENDS_SHORTENED = lazy_re_compile(rf"\b{SHORTENED}$", re.I)
# Before other words of a name, as in “Dott. Rossi”; at its end “Father.” ends a sentence.
_TITLES = "|".join(map(re.escape, sorted(phrases.HONORIFICS, key=len, reverse=True)))
ANY_SHORTENED = lazy_re_compile(rf"\b(?:{SHORTENED}|(?:{_TITLES})\.(?=\s))", re.I)
LONGEST_STAMP = 80  # characters, including surrounding ones
INNER_STOP = lazy_re_compile(r"[.!?…;]\s+\w")


def stored_name(name: str) -> str:
    """Return a name as it is stored, "" for Anonymous and its translations."""
    name = phrases.AVATAR.sub("", name, count=1) if "vatar" in name else name
    name = phrases.ADDRESSEE.sub("", phrases.STANDING.sub("", phrases.POST_AUTHOR.sub("", name)))
    name = " ".join(name.translate(DIRECTION).strip(UNSEEN + " \t:|/,–—·•-").split())
    return "" if is_nobody(name) else name


def is_nobody(name: str) -> bool:
    """Return whether a name is “Anonymous:”, “(Anonymous)”, or a translation."""
    return name.strip(" :：()").casefold() in phrases.ANONYMOUS


def looks_like_name(text: str) -> bool:
    """Return whether a text is a short line that doesn't look like a sentence."""
    text = text.strip(UNSEEN + " ") if len(text) <= SHORT else ""
    parts = text.split()
    if not parts or len(text) > 60 or len(parts) > 6:
        return False
    if MARKER.match(text) or "://" in text or not any(sign.isalpha() for sign in text):
        return False
    if not text[0].isalnum() and text[0] not in "_~'’" and unicodedata.category(text[0]) != "So":
        return False
    if ENDS_SENTENCE.search(text) and not ENDS_SHORTENED.search(text):
        return False
    if INNER_STOP.search(ANY_SHORTENED.sub("", text)) or has_sentence_words(parts):
        return False
    if is_exclamation(text) or is_of_page(text):
        return False
    # “Lovely little piece” is not a name; “A concerned citizen” and “Jan van der Meer” are.
    plain = [p for p in parts[1:] if p[0].islower() and p.casefold() not in phrases.PARTICLES]
    plain = [p for p in plain if not ENDS_SHORTENED.fullmatch(p)]
    starts = 2 if parts[0].casefold() in ("a", "an", "the") else 1
    return len(plain) < 3 and not (plain and len(plain) == len(parts) - 1 > starts)


def is_exclamation(text: str) -> bool:
    """Return whether a text is an exclamation: “Brilliant”, “Happy birthday”, “From the article”."""
    if phrases.NOT_NAME_START.match(text[0].lower() + text[1:]):
        return True
    if phrases.GREETING.match(text):
        return True
    return text.casefold().strip(" .!~:)") in phrases.EXCLAMATIONS


def is_of_page(text: str) -> bool:
    """Return whether a text is page wording that comments quote: “Leave a Reply”, “12 Responses”."""
    return bool(phrases.OPEN.fullmatch(text) or phrases.CLOSED.fullmatch(text)) or is_heading(text)


def has_sentence_words(parts: list[str]) -> bool:
    """Return whether a word shows that this is a sentence. Names that are such words are
    capitalised.
    """
    first = parts[0].casefold().strip("'’,!") if parts else ""
    return first in phrases.SENTENCE_WORDS - phrases.NAMES_TOO or any(
        part in phrases.SENTENCE_WORDS or part[:2] in ("I", "I'", "I’") for part in parts
    )


def is_called(parts: list[str]) -> bool:
    """Return whether the words next to “says” or a time are a name, as in “Just Me”."""
    is_capital = len(parts) > 1 and all(part[0].isupper() for part in parts)
    if is_capital and not any(part.casefold() in phrases.JOINING_WORDS for part in parts):
        return not any(part[:2] in ("I", "I'", "I’") for part in parts)
    return not has_sentence_words(parts)


def is_nickname(parts: list[str]) -> bool:
    """Return whether the words before “said...” on its own line are a name, as in “you can call me
    Al”.

    No conjunction may join them to a sentence, and the last one may not be a pronoun.
    """
    if not 0 < len(parts) < 9 or parts[-1].casefold() in phrases.POINTING_WORDS:
        return False
    return not any(part.casefold() in phrases.JOINING_WORDS for part in parts)


# ---------------------------------------------------------------- above comments


def header_at(page: CaptureRows, i: int) -> Header:
    """Return the header of an entry that would start at row `i`."""
    if i not in page.headers:
        page.headers[i] = read_header_at(page, i)
    return page.headers[i]


def read_header_at(page: CaptureRows, i: int) -> Header:
    first = page.rows[i]
    lines = [first.rest if first.is_marked else first.text]
    if len(lines[0]) > SHORT * 2:
        return Header()
    for row in page.rows[i + 1 : i + 4]:
        if first.is_marked and row.column <= first.column:
            break
        is_speech = row.bullet in tuple(WEAK_BULLETS) and len(lines) > 1
        if row.is_marked and row.gap and not is_speech:
            break
        lines.append(row.text)
    return read_header(lines, [row.gap for row in page.rows[i : i + 4]])


def read_header(lines: list[str], gaps: list[int]) -> Header:
    """Return name and date from the first lines of an entry. `gaps` are the numbers of blank lines
    above each.
    """
    first = lines[0] if lines and len(lines[0]) <= SHORT * 2 else ""
    if not first:
        return Header()
    if len(lines) > 1 and first[0] == "#" and phrases.COUNTER.fullmatch(first):
        header = read_header(lines[1:], gaps[1:])
        header.lines += 1
        return header
    if found := phrases.PINGBACK.fullmatch(first):
        kind: CommentKind = "trackback" if found[1][0] in "tT" else "pingback"
        return with_date_below(Header(stored_name(found[2]), None, kind, 1, True), lines)
    found_header = signed_header(first) or date_for_name(lines) or said_header(lines, gaps)
    if found_header := found_header or labelled_header(lines):
        return with_date_below(found_header, lines)
    if len(lines) > 2 and is_only_said(lines[1]) and looks_like_name(first):
        return with_date_below(Header(stored_name(first), lines=2, is_certain=True), lines)
    name = phrases.BEFORE_DATE.sub("", first)
    if has_date_below(lines, gaps) and not is_long_sentence(name):
        name = phrases.BEFORE_NAME.sub("", name, count=1)
        return with_date_below(Header(stored_name(name), lines=1), lines)
    if len(lines) > 1 and is_nobody(first):
        return with_date_below(Header(lines=1, is_certain=True), lines)
    if len(lines) > 1 and gaps[1] and looks_like_name(first):
        header = Header(stored_name(first), lines=1, is_doubtful=is_phrase(first))
        return with_date_below(header, lines)
    return Header()


def is_phrase(text: str) -> bool:
    """Return whether only the first word has a capital: “Concerned citizen”, but also “Lovely
    pictures”.
    """
    parts = text.split()
    return len(parts) > 1 and parts[0][0].isupper() and all(part[0].islower() for part in parts[1:])


def signed_header(first: str) -> Header | None:
    """Read a name and a time on one line: “NAME on DATE at TIME said:”, “NAME10:41 AM”, Blogger's."""
    first = " ".join(first.split())
    if first.endswith("]") or "|" in first:
        first = phrases.THREAD_LINKS.sub("", first)
    if not dates.MAY_SHOW_STAMP.search(dates.plain_digits(first)) or is_date_line(first):
        return None
    found = dates.AT_TIME_NAME.fullmatch(first)
    if found and (said := phrases.NAME_SAID.fullmatch(found[2])):
        name, stamp = phrases.ACCOUNT_OR_NONE.sub("", said[1], count=1), found[1]
    elif (found := dates.AT_TIME_BY.fullmatch(first)) and looks_like_name(found[2]):
        name, stamp = found[2], found[1]
    elif found := dates.NAME_SAID_AT.fullmatch(first):
        name, stamp = phrases.ACCOUNT_OR_NONE.sub("", found[1], count=1), found[2]
    else:
        said = phrases.NAME_SAID.fullmatch(first) or phrases.NAME_SAID_GLUED.fullmatch(first)
        before = said[1] if said and said[1] else first
        head, tail = before[:-LONGEST_STAMP], before[-LONGEST_STAMP:]
        found = dates.STAMP_AT_END.fullmatch(dates.plain_digits(tail))
        if not found or not (head + found[1]).strip():
            return None
        name, stamp = head + tail[: found.end(1)], found[2]
        if inner := phrases.NAME_SAID.fullmatch(name.rstrip(" ,–—-|")):
            name = inner[1]
        name = phrases.AFTER_NAME.sub("", phrases.BEFORE_NAME.sub("", name, count=1))
        name = phrases.BETWEEN_DE_AND_A.sub(r"\1", name.strip())
        bare = name.strip(" ,/–—-|·(")
        is_name = looks_like_name(bare) or 1 < len(bare.split()) < 4 and is_called(bare.split())
        if not inner and not (said and said[1]) and not is_name:
            return None
    date = dates.read_stamp(stamp)
    return Header(stored_name(name), date, lines=1, is_certain=True, has_stamp=True)


def date_for_name(lines: list[str]) -> Header | None:
    """Read a date in place of the name; the name may follow it."""
    if not is_date_line(lines[0]):
        return None
    date = dates.read_stamp(lines[0])
    header = Header("", date, lines=1, is_certain=True, has_stamp=True)
    below = lines[1] if len(lines) > 1 and len(lines[1]) <= SHORT else ""
    said = phrases.NAME_SAID.fullmatch(below.rstrip(","))
    found = phrases.LABELLED_NAME.fullmatch(below)
    if said and (said[2] or below.endswith(",")) and said[1]:
        header.author, header.lines = stored_name(said[1]), 2
    elif found:
        header.author, header.lines = stored_name(found[1]), 2
    return header


def said_header(lines: list[str], gaps: list[int]) -> Header | None:
    """Read “NAME says:” or “NAME said...”. Without punctuation, text must follow."""
    said = phrases.NAME_SAID.fullmatch(lines[0]) or phrases.NAME_SAID_GLUED.fullmatch(lines[0])
    if not said:
        said = phrases.SAID_NAME.fullmatch(lines[0])
        return Header(stored_name(said[1]), lines=1, is_certain=True) if said else None
    name = phrases.ACCOUNT.sub("", said[1], count=1)
    parts = name.split()
    most = 6 if said[2] in (":", "：") else 10  # “said...” does not end a sentence
    is_person = len(parts) <= most and len(name) <= SHORT and is_called(parts)
    is_person = (
        is_person or is_alone(lines, gaps) and said[2] in ("...", "…") and is_nickname(parts)
    )
    if has_date_below(lines, gaps) or said[2] and is_person:
        return Header(stored_name(name), lines=1, is_certain=True)
    if is_exclamation(lines[0]):
        return None
    if len(lines) > 1 and (not name or gaps[1] and looks_like_name(name)):
        return Header(stored_name(name), lines=1)
    return None


def labelled_header(lines: list[str]) -> Header | None:
    """Read “Comment from: NAME” above a text."""
    found = phrases.LABELLED_NAME.fullmatch(lines[0]) if len(lines) > 1 else None
    if not found or found[0][:4].casefold() == "from" and not is_date_line(lines[1]):
        return None  # “From: the town hall”
    return Header(stored_name(found[1]), lines=1, is_certain=True)


def is_alone(lines: list[str], gaps: list[int]) -> bool:
    """Return whether there is a blank line below the first line."""
    return len(lines) > 1 and gaps[1] > 0


def is_only_said(text: str) -> bool:
    """Return whether a line is only “says:”."""
    said = phrases.NAME_SAID.fullmatch(text[:SHORT])
    return bool(said and not said[1] and said[2])


def has_date_below(lines: list[str], gaps: list[int]) -> bool:
    """Return whether a date follows the first line, and text follows the date."""
    return len(lines) > 2 and gaps[1] < 2 and is_date_line(lines[1]) and not is_date_line(lines[2])


def with_date_below(header: Header, lines: list[str]) -> Header:
    if len(lines) > header.lines and is_date_line(lines[header.lines]):
        header.date = header.date or dates.read_stamp(lines[header.lines])
        header.lines += 1
        header.is_certain = header.has_stamp = True
    return header


def is_long_sentence(text: str) -> bool:
    return len(text) > SHORT or bool(ENDS_SENTENCE.search(text)) and len(text.split()) > 3


# ---------------------------------------------------------------- under titles


def byline_names(text: str) -> list[str] | None:
    """Return the authors in a byline, [] if they were lost, or None if it isn't a byline."""
    if len(text) > 250:
        return None
    if found := dates.DATE_THEN_BY.fullmatch(dates.plain_digits(text)):
        text = found[2]
    for pattern, joints in phrases.BYLINES:
        if found := pattern.fullmatch(text):
            return names_in_byline(found[1].strip(), joints)
    return None


def names_in_byline(rest: str, joints: list[str]) -> list[str] | None:
    """Return the names after “By”, up to the publication, section or date."""
    cut = dates.AFTER_NAMES.search(rest)
    names = rest[: cut.start()] if cut else rest
    if not cut and ENDS_SENTENCE.search(rest) and not ENDS_SHORTENED.search(rest):
        return None
    if not names.strip(" ,|–—-"):
        return [] if cut else None
    joint = "|".join(re.escape(word) for word in joints)
    joint = joint.upper() if names.isupper() else joint
    found: list[str] = []
    for part in re.split(rf"\s*[,،、;]\s*(?:(?:{joint})\s+)?|\s+(?:{joint})\s+", names):
        name = stored_name(part)
        if found and phrases.NAME_SUFFIX.fullmatch(name):
            found[-1] += ", " + name
        elif name:
            found.append(name)
    return found if all(is_byline_name(name.split()) for name in found) else None


def is_byline_name(parts: list[str]) -> bool:
    """Return whether words are a name: one word, or up to six.

    The first is capitalised or a particle, and one is capitalised, if the script has capitals.
    """
    if len(parts) == 1:
        return True
    if len(parts) > 6 or any(part in phrases.SENTENCE_WORDS for part in parts):
        return False
    if all(part.lower() == part.upper() for part in parts):
        return True
    begins = parts[0][0].isupper() or parts[0] in phrases.PARTICLES
    return begins and any(part[0].isupper() for part in parts)
