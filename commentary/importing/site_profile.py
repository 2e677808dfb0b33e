"""What a repair teaches about a site: with which lines its comments start, how names and dates are
written there, and which lines are page furniture.

A profile is applied by turning it into marks, so a file that is read with it is built like one that
an editor has marked. It is exported as TOML.

Patterns of a text are lines in which NAME, PARENT, DATE and NUMBER stand for what varies; “ / ”
separates a line from the next one, as in “NAME / DATE”. Those of a saved page are the elements
around a text node, as in “div.post > b.name”, and may be followed by “ :: ” and such a line.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from .formats.text import dates
from .formats.text.lines import is_date_line
from .formats.text.marked import byline_of, read_date
from .formats.text.names import stored_name
from .formats.text.phrases.patterns import lazy_re_compile
from .messages import gettext as _
from .records import SourceError
from .repair import (
    MARKED,
    OF_COMMENT,
    FirstReading,
    Mark,
    MarkKind,
    Rebuilt,
    RebuiltComment,
    SourceLine,
)

MAX_PATTERNS = 20  # of one kind
MAX_LENGTH = 300  # characters of a pattern, and of a line compared with one
MIN_LITERAL = 2  # letters or signs besides what varies, without which a line is too general
PLACES = re.compile(r"NAME|PARENT|DATE|NUMBER")
OF_PLACE = {
    "NAME": r"(?P<name>\S.{0,58}?)",
    "PARENT": r"(?P<parent>\S.{0,58}?)",
    "DATE": r"(?P<date>(?=.*\d).{2,60}?)",
    "NUMBER": r"\d[\d.,]*",
}
STAMP = lazy_re_compile(dates.STAMP, re.I)
LEAD = re.compile(r"(?:on|at|am|le|el|il|op|den)\s+", re.I)  # before a date
MAX_PLACES = {"NAME": 1, "PARENT": 1, "DATE": 1, "NUMBER": 6}  # in one line of a pattern
NEXT = " / "  # between the lines of a pattern
PATH = " :: "  # between the elements around a text node and its line


@dataclass(frozen=True, slots=True)
class LineMatch:
    """What lines that match a pattern say; `lines` are their numbers."""

    name: str = ""
    parent: str = ""
    date: str = ""
    lines: tuple[int, ...] = ()


class _Pattern:
    """One pattern, compiled."""

    def __init__(self, text: str) -> None:
        path, sign, template = text.rpartition(PATH)
        is_path = not sign and " > " in text
        self.path = text if is_path else path
        self.parts = [] if is_path else [_compiled(part) for part in template.split(NEXT)]

    def match(self, lines: Sequence[SourceLine], number: int) -> LineMatch | None:
        """Return what line `number` and, if the pattern has several lines, the next ones say."""
        line = lines[number - 1]
        if line.is_blank or self.path and self.path != line.path:
            return None
        said: dict[str, str] = {}
        numbers: list[int] = []
        at = number
        for part in self.parts:
            while numbers and at <= len(lines) and lines[at - 1].is_blank:
                at += 1
            if at > len(lines):
                return None
            text = " ".join(lines[at - 1].text.split())
            found = part.fullmatch(text) if len(text) <= MAX_LENGTH else None
            if found is None:
                return None
            said |= {key: value for key, value in found.groupdict().items() if value}
            numbers.append(at)
            at += 1
        date = said.get("date", "")
        if date and not STAMP.search(dates.plain_digits(date)):
            return None
        return LineMatch(
            said.get("name", ""), said.get("parent", ""), date, tuple(numbers or [number])
        )


def _is_usable(text: str) -> bool:
    """Return whether a pattern has few enough places in each line, so that comparing takes little
    time.
    """
    lines = text.rpartition(PATH)[2].split(NEXT)
    counts = [Counter(PLACES.findall(line)) for line in lines]
    return len(lines) <= 3 and all(
        count <= MAX_PLACES[place] for line in counts for place, count in line.items()
    )


def _compiled(template: str) -> re.Pattern[str]:
    parts: list[str] = []
    last = 0
    for place in PLACES.finditer(template):
        parts.append(_literal(template[last : place.start()]))
        parts.append(OF_PLACE[place[0]])
        last = place.end()
    return re.compile("".join([*parts, _literal(template[last:])]))


def _literal(text: str) -> str:
    return r"\s+".join(re.escape(part) for part in text.split(" ")) if text else ""


@dataclass
class LayoutRules:
    """The layout of the pages of a site. `site` is a host, or the path of a folder.

    `starts` are the lines with which a comment starts, `bylines` other lines in it that have only its
    name or date. `title`, `authors` and `heading` (of the comments, with their number) are lines
    above them; `title_line` is the number of the title among the lines with text, 0 if `title` is
    used or it isn't known.
    """

    name: str
    site: str
    format: str
    starts: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    furniture: list[str] = field(default_factory=list)
    heading: str = ""
    title: str = ""
    title_line: int = 0
    authors: str = ""

    # --- TOML

    def as_toml(self) -> str:
        """Return the profile as a TOML file."""
        return "\n".join(
            [
                "# The layout of the pages of a site, for import_commentary --profile.",
                "# NAME, PARENT, DATE and NUMBER stand for what varies.",
                f"name = {_quoted(self.name)}",
                f"site = {_quoted(self.site)}",
                f"format = {_quoted(self.format)}",
                "",
                "[article]",
                f"title = {_quoted(self.title)}",
                f"title_line = {self.title_line}",
                f"authors = {_quoted(self.authors)}",
                f"heading = {_quoted(self.heading)}",
                "",
                "[comments]",
                f"starts = {_list(self.starts)}",
                f"bylines = {_list(self.bylines)}",
                "",
                "[page]",
                f"furniture = {_list(self.furniture)}",
                "",
            ]
        )

    @classmethod
    def from_toml(cls, text: str, name: str = "profile") -> "LayoutRules":
        """Read a profile. Raises SourceError, naming the file `name`."""
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as failure:
            raise SourceError(
                name, 0, _("is not valid TOML: %(reason)s") % {"reason": failure}
            ) from failure
        article, comments, page = (
            _table(data, key, name) for key in ("article", "comments", "page")
        )
        made = cls(
            _text(data, "name", name),
            _text(data, "site", name),
            _text(data, "format", name),
            _texts(comments, "starts", name),
            _texts(comments, "bylines", name),
            _texts(page, "furniture", name),
            _text(article, "heading", name),
            _text(article, "title", name),
            _number(article, "title_line", name),
            _text(article, "authors", name),
        )
        if made.format not in ("text", "html"):
            raise SourceError(name, 0, _("format must be “text” or “html”"))
        texts = (*made.starts, *made.bylines, *made.furniture)
        for text in (*texts, made.heading, made.title, made.authors):
            if not _is_usable(text):
                raise SourceError(
                    name,
                    0,
                    _("too many places in “%(text)s”; use each only once") % {"text": text[:60]},
                )
        if not made.starts:
            raise SourceError(
                name, 0, _("starts must list at least one line that starts a comment")
            )
        return made

    # --- use

    @cached_property
    def _compiled(self) -> dict[str, list[_Pattern]]:
        kinds = {
            "starts": self.starts,
            "bylines": self.bylines,
            "furniture": self.furniture,
            "heading": [self.heading] if self.heading else [],
            "title": [self.title] if self.title else [],
            "authors": [self.authors] if self.authors else [],
        }
        return {kind: [_Pattern(text) for text in texts] for kind, texts in kinds.items()}

    def matching(self, kind: str, lines: Sequence[SourceLine], number: int) -> LineMatch | None:
        """Return what a line says if it matches a pattern of this kind, or None."""
        found = (pattern.match(lines, number) for pattern in self._compiled[kind])
        return next((match for match in found if match is not None), None)

    def marks_for(self, lines: Sequence[SourceLine], reading: FirstReading) -> list[Mark]:
        """Return the marks for a source of the site, [] if no comment starts as described."""
        if reading.format != self.format:
            return []
        dates.look_over([line.text for line in lines])
        starts = {
            number: match
            for number in range(1, len(lines) + 1)
            if (match := self.matching("starts", lines, number)) is not None
        }
        if not starts:
            return []
        return list(self._marks(lines, reading, starts))

    def _marks(
        self, lines: Sequence[SourceLine], reading: FirstReading, starts: dict[int, LineMatch]
    ) -> Iterator[Mark]:
        first = min(starts)
        above = [n for n in range(1, first) if not lines[n - 1].is_blank]
        # Comments that were read above the first one belong to the article.
        wrong = [n for n in above if reading.uses[n - 1].kind in OF_COMMENT]
        if wrong:
            yield _mark("text", wrong)
        furniture = [
            n
            for n in range(1, len(lines) + 1)
            if n not in starts
            and (
                self.matching("furniture", lines, n)
                or (n < first and self.matching("heading", lines, n))
            )
        ]
        title = self._title(lines, above)
        if title:
            yield _mark("title", [title])
        authors = [n for n in above if n != title and self.matching("authors", lines, n)]
        if authors:
            yield _mark("author", authors[:1])
        yield _mark("comment", list(starts))
        # What was read as the start of a comment, and is none here.
        read_starts: dict[str, int] = {}
        for number, use in enumerate(reading.uses, 1):
            if use.kind in OF_COMMENT and number > first:
                read_starts.setdefault(use.owner, number)
        others = [n for n in read_starts.values() if n not in starts and n not in furniture]
        others += _orphans(lines, reading, starts, {*others, *furniture})
        if others:
            yield _mark("above", sorted(others))
        if furniture:
            yield _mark("furniture", furniture)
        yield from self._details(lines, starts, set(furniture))

    def _title(self, lines: Sequence[SourceLine], above: list[int]) -> int:
        """Return the line of the title, or 0."""
        for number in above:
            if self.matching("title", lines, number):
                return number
        at = self.title_line
        return above[at - 1] if not self.title and 0 < at <= len(above) else 0

    def _details(
        self, lines: Sequence[SourceLine], starts: dict[int, LineMatch], furniture: set[int]
    ) -> Iterator[Mark]:
        """Yield the marks about names, dates and parents."""
        ordered = sorted(starts)
        bylines: list[int] = []
        by_name: dict[str, int] = {}
        details: list[Mark] = []
        for at, start in enumerate(ordered):
            stop = ordered[at + 1] if at + 1 < len(ordered) else len(lines) + 1
            said = [starts[start]]
            for number in range(start + 1, stop):
                match = None if number in furniture else self.matching("bylines", lines, number)
                if match is not None:
                    bylines.append(number)
                    said.append(match)
            head = starts[start]
            if head.name or head.date or head.parent:  # these lines have only what they name
                bylines += head.lines
            name = next((match.name for match in said if match.name), "")
            dated = next((match.date for match in said if match.date), "")
            date = read_date(dated) if dated else None
            parent = by_name.get(stored_name(said[0].parent).casefold()) if said[0].parent else None
            if name:
                by_name[stored_name(name).casefold()] = start
            if name or date or parent:
                details.append(
                    Mark(
                        "details",
                        ((start, start),),
                        stored_name(name) or "Anonymous" if name else None,
                        date.replace(tzinfo=None).isoformat(timespec="minutes") if date else None,
                        parent,
                    )
                )
        if bylines:
            yield _mark("author", sorted(bylines))
        yield from details

    def declared_in(self, lines: Sequence[SourceLine]) -> int | None:
        """Return the number of comments in the heading of a page, or None."""
        for number, line in enumerate(lines, 1):
            found = re.search(r"\d[\d.,]*", line.text)
            if found and self.matching("heading", lines, number):
                return int(re.sub(r"\D", "", found[0]))
        return None


def _orphans(
    lines: Sequence[SourceLine],
    reading: FirstReading,
    starts: dict[int, LineMatch],
    others: set[int],
) -> list[int]:
    """Return the lines between the starts of comments that were read as page furniture, and those
    below the last one if only its name was read.
    """
    found: list[int] = []
    ordered = sorted(starts)
    for at, start in enumerate(ordered):
        is_last = at + 1 == len(ordered)
        stop = len(lines) + 1 if is_last else ordered[at + 1]
        head = {start, *starts[start].lines}
        for number in range(start + 1, stop):
            if is_last and lines[number - 1].is_blank and number > max(head) + 1:
                break
            if number in head or number in others or lines[number - 1].is_blank:
                continue
            if reading.uses[number - 1].kind != "furniture":
                if is_last:
                    break
            elif not lines[number - 1].path:
                found.append(number)
    return found


def _mark(kind: MarkKind, numbers: list[int]) -> Mark:
    """Return a mark with each line as a range of its own."""
    return Mark(kind, tuple((n, n) for n in numbers))


# --- learning


def learn(
    name: str, site: str, format: str, lines: Sequence[SourceLine], rebuilt: Rebuilt
) -> LayoutRules:
    """Return the profile that the marks of one source teach."""
    dates.look_over([line.text for line in lines])
    profile = LayoutRules(name, site, format)
    names = {one.record.author for one in rebuilt.comments} - {""}
    found = Counter(
        pattern for one in rebuilt.comments if (pattern := _start_of(lines, one, names, format))
    )
    starts = {one.numbers[0] for one in rebuilt.comments}
    for text, _count in found.most_common(MAX_PATTERNS):
        if not _is_usable(text):
            continue
        compiled = _Pattern(text)
        matching = {n for n in range(1, len(lines) + 1) if compiled.match(lines, n) is not None}
        if len(matching - starts) * 20 <= len(matching & starts):
            profile.starts.append(text)
    first = min(starts, default=len(lines) + 1)
    for one in rebuilt.comments:
        for number in one.numbers[1:]:
            line = lines[number - 1]
            use = rebuilt.uses[number - 1]
            is_byline = use.kind == "byline" or is_date_line(" ".join(line.text.split()))
            if is_byline and (text := _pattern_of(line, one, names)):
                _add(profile.bylines, text)
    for number, use in enumerate(rebuilt.uses, 1):
        line = lines[number - 1]
        if use.kind == "title" and not profile.title_line:
            above = [n for n in range(1, number + 1) if not lines[n - 1].is_blank]
            profile.title_line = len(above) if format == "text" else 0
            profile.title = line.path if format == "html" else ""
        elif use.kind == "author" and not profile.authors:
            profile.authors = _author_pattern(line, format)
        elif use.kind == "furniture" and use.reason == MARKED and len(line.text) <= MAX_LENGTH:
            text = line.path if format == "html" else _with_numbers(" ".join(line.text.split()))
            if format == "html":
                text += PATH + _with_numbers(" ".join(line.text.split()))
            _add(profile.furniture, text)
            if number < first and "NUMBER" in text and _is_usable(text):
                profile.heading = text
    return profile


def _add(patterns: list[str], text: str) -> None:
    if text and _is_usable(text) and text not in patterns and len(patterns) < 5 * MAX_PATTERNS:
        patterns.append(text[:MAX_LENGTH])


def _start_of(
    lines: Sequence[SourceLine], one: RebuiltComment, names: set[str], format: str
) -> str:
    """Return the pattern of the first line of a comment, "" if it is too general."""
    line = lines[one.numbers[0] - 1]
    text = _pattern_of(line, one, names)
    if format == "html":
        return line.path + PATH + text if text and text != "NAME" else line.path
    if _is_general(text) and len(one.numbers) > 1:
        below = _pattern_of(lines[one.numbers[1] - 1], one, names)
        text = text + NEXT + below if text and "DATE" in below else ""
    return "" if _is_general(text) else text


def _is_general(text: str) -> bool:
    """Return whether a pattern would match any short line."""
    if "NAME" in text and "DATE" in text:
        return False
    return len(re.findall(r"\w|[^\w\s]", PLACES.sub("", text))) < MIN_LITERAL


def _pattern_of(line: SourceLine, one: RebuiltComment, names: set[str]) -> str:
    """Return a line with NAME, PARENT and DATE in the places of these; "" if it shows none."""
    text = " ".join(line.text.split())
    if len(text) > MAX_LENGTH or PLACES.search(text) or NEXT in text or PATH in text:
        return ""
    marks: list[tuple[int, int, str]] = []
    stamp = STAMP.search(dates.plain_digits(text))
    if stamp and len(stamp[0]) > 2:
        lead = LEAD.match(stamp[0])
        marks.append((stamp.start() + (lead.end() if lead else 0), stamp.end(), "DATE"))

    def place(name: str, kind: str) -> bool:
        found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.I) if name else None
        if not found or any(s < found.end() and found.start() < e for s, e, _ in marks):
            return False
        marks.append((found.start(), found.end(), kind))
        return True

    place(one.record.author, "NAME")
    others = sorted(names - {one.record.author}, key=len, reverse=True)
    any(place(other, "PARENT") for other in others)
    if not any(kind in ("NAME", "DATE") for *_, kind in marks):
        return ""
    made, last = "", 0
    for start, end, kind in sorted(marks):
        made += _with_numbers(text[last:start]) + kind
        last = end
    return made + _with_numbers(text[last:])


def _with_numbers(text: str) -> str:
    return re.sub(r"\d[\d.,]*", "NUMBER", text)


def _author_pattern(line: SourceLine, format: str) -> str:
    if format == "html":
        return line.path
    text = " ".join(line.text.split())
    names, _date = byline_of(text)
    stamp = STAMP.search(dates.plain_digits(text))
    if stamp:
        lead = LEAD.match(stamp[0])
        start = stamp.start() + (lead.end() if lead else 0)
        text = text[:start] + "DATE" + text[stamp.end() :]
    for name in names[:1]:
        text = text.replace(name, "NAME", 1)
    return text if PLACES.search(text) and PLACES.sub("", text).strip() else ""


# --- TOML values


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda c: f"\\u{ord(c[0]):04x}", escaped) + '"'


def _list(texts: Sequence[str]) -> str:
    return "[" + "".join(f"\n  {_quoted(text)}," for text in texts) + ("\n]" if texts else "]")


def _table(data: dict[str, object], key: str, name: str) -> dict[str, object]:
    found = data.get(key, {})
    if not isinstance(found, dict):
        raise SourceError(name, 0, _("%(key)s must be a table") % {"key": key})
    return found


def _text(data: dict[str, object], key: str, name: str) -> str:
    found = data.get(key, "")
    if not isinstance(found, str) or len(found) > 500:
        raise SourceError(
            name, 0, _("%(key)s must be a text of at most 500 characters") % {"key": key}
        )
    return found


def _texts(data: dict[str, object], key: str, name: str) -> list[str]:
    found = data.get(key, [])
    if not isinstance(found, list) or len(found) > 5 * MAX_PATTERNS:
        raise SourceError(
            name,
            0,
            _("%(key)s must be a list of at most %(limit)s texts")
            % {"key": key, "limit": 5 * MAX_PATTERNS},
        )
    if not all(isinstance(text, str) and 0 < len(text) <= 500 for text in found):
        raise SourceError(
            name, 0, _("%(key)s must be a list of texts of at most 500 characters") % {"key": key}
        )
    return found


def _number(data: dict[str, object], key: str, name: str) -> int:
    found = data.get(key, 0)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 1_000:
        raise SourceError(name, 0, _("%(key)s must be a number below 1,000") % {"key": key})
    return found
