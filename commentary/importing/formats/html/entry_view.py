"""The state of reading one comment: its entry, the selector matches of the profile, and the use of
each piece of its text.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ...fields import without_tracking
from ...records import CommentKind, Status
from . import comment_dates as dates
from .dom import Node
from .entries import Entry, EntryPart, numbers_in
from .field_patterns import LONGEST_NAME, META, STRONG, WAYBACK, without_stamp
from .profile import Profile

Stamp = tuple[datetime | None, int, int]  # a date, and the range of its pieces


@dataclass(slots=True)
class Reading:
    """The content of one entry. `named_parent` is the id of the stated parent; `stamped` is the
    exact time from a link, in addition to the displayed date. `html` is the text with its links and
    emphasis, "" if it has none. `uses` contains the use of each piece, `bodies` the parts that
    contain only the text.
    """

    author: str = ""
    author_url: str = ""
    date: datetime | None = None
    text: str = ""
    html: str = ""
    kind: CommentKind = "comment"
    moderation: Status = "approved"
    named_parent: str = ""
    uses: list[str] = field(default_factory=list)
    bodies: list[int] = field(default_factory=list)
    has_author: bool = False
    has_date: bool = False
    is_link: bool = False


@dataclass(slots=True)
class Hits:
    """The parts of an entry that match the selectors of a profile, by field, best first."""

    author: list[int] = field(default_factory=list)
    url: list[int] = field(default_factory=list)
    date: list[int] = field(default_factory=list)
    body: list[int] = field(default_factory=list)
    furniture: list[int] = field(default_factory=list)
    pending: list[int] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)


FIELDS = ("author", "url", "date", "body")
MARKS = ("furniture", "pending", "deleted")


def hits_of(
    profile: Profile | None, entries: list[Entry], css: Callable[[str], list[Node]]
) -> list[Hits]:
    """Return the selector matches of a profile for each entry."""
    hits = [Hits() for _entry in entries]
    if profile is None:
        return hits
    owners = {node: i for i, entry in enumerate(entries) for node in entry.by_id}
    wanted = [(name, selector) for name in FIELDS for selector in getattr(profile, name)]
    wanted += [(name, getattr(profile, name)) for name in MARKS if getattr(profile, name)]
    for name, selector in wanted:
        for node in css(selector):
            owner = owners.get(node.mem_id)
            if owner is not None:
                getattr(hits[owner], name).append(entries[owner].by_id[node.mem_id])
    return hits


@dataclass(frozen=True, slots=True)
class PageContext:
    """Page data for reading fields: `resolve` makes URLs absolute; `is_local` is True if the page
    wrongly adds +00:00 to local times; `numbers` maps the URL fragments of all comments to their ids;
    `repeated` contains the lines, without their numbers, that are no part of the texts.
    """

    resolve: Callable[[str], str]
    is_local: bool = False
    numbers: Mapping[str, str] = field(default_factory=dict)
    repeated: frozenset[str] = frozenset()

    def number_of(self, name: str) -> str:
        """Return the id of the comment to which a fragment or an attribute leads, "" if to none."""
        if name in self.numbers:
            return self.numbers[name]
        if name in self.numbers.values():
            return name
        numbers = numbers_in(name)
        return numbers[-1] if numbers else ""


class EntryView:
    """An entry with its page data and the fields read so far."""

    def __init__(self, entry: Entry, hits: Hits, page: PageContext) -> None:
        self.entry, self.hits, self.page = entry, hits, page
        self.reading = Reading(uses=[""] * len(entry.pieces))
        self.quoted = self.parts_in(("blockquote", "pre", "q", "code"))

    def parts_in(self, tags: tuple[str, ...]) -> set[int]:
        """Return the parts inside elements with these tags."""
        found: set[int] = set()
        for number, part in enumerate(self.entry.parts):
            if part.tag in tags or part.parent in found:
                found.add(number)
        return found

    def mark(self, first: int, last: int, use: str) -> None:
        uses = self.reading.uses
        for at in range(first, last):
            uses[at] = uses[at] or use

    def free_text(self, first: int, last: int) -> list[str]:
        """Return the text of lines among some pieces, without pieces that already have a use."""
        lines: list[list[str]] = []
        line = None
        for at in range(first, last):
            piece = self.entry.pieces[at]
            if piece.line != line:
                lines.append([])
                line = piece.line
            use = self.reading.uses[at]
            if not use:
                lines[-1].append(piece.text)
            elif use == "date" and dates.is_relative(piece.text):
                continue
            elif use == "date" and not META.fullmatch(rest := without_stamp(piece.text)):
                lines[-1].append(f" {rest} ")
        texts = (" ".join("".join(pieces).split()) for pieces in lines)
        return [text for text in texts if text]

    def is_used(self, part: EntryPart) -> bool:
        return any(self.reading.uses[part.first : part.last])

    def stamp_in(self, first: int, last: int) -> Stamp | None:
        """Return the first date among some pieces, with its pieces: that of one piece, unless several
        together give the time of the same day.
        """
        whole = self._stamp_across(first, last)
        if whole is None or last - first == 1:
            return whole
        for at in range(first, last):
            found = dates.find_stamp(" ".join(self.entry.pieces[at].text.split()))
            if found and (date := found[0]):
                same_day = whole[0] is not None and whole[0].date() == date.date()
                is_exact = bool(date.hour or date.minute)
                return whole if same_day and not is_exact else (date, at, at + 1)
        return whole

    def _stamp_across(self, first: int, last: int) -> Stamp | None:
        """Return the first date in the joined text of some pieces, with its pieces."""
        text, starts = self.joined(first, last)
        found = dates.find_stamp(text)
        if found is None:
            return None
        date, start, end = found
        begins = max(i for i, at in enumerate(starts) if at <= start)
        piece = self.entry.pieces[first + begins]
        if self.entry.parts[piece.part].tag in STRONG and not any(map(str.isdigit, piece.text)):
            begins += 1  # "Di" is a name here, not a short form of Tuesday
        ends = max(i for i, at in enumerate(starts) if at < max(end, 1))
        return date, first + begins, first + ends + 1

    def joined(self, first: int, last: int) -> tuple[str, list[int]]:
        """Return the text of some pieces with single spaces, and the position of each piece in it."""
        text = ""
        starts: list[int] = []
        line = None
        for piece in self.entry.pieces[first:last]:
            words = " ".join(piece.text.split())
            is_apart = piece.line != line or piece.text[:1].isspace()
            is_apart = is_apart or text[-1:].isalpha() and words[:1].isdigit()
            if text and is_apart and not text.endswith(" "):
                text += " "
            starts.append(len(text))
            text += words + (" " if piece.text[-1:].isspace() else "")
            line = piece.line
        return text.rstrip(), starts

    def lines_between(self, first: int, last: int) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        start = first
        for at in range(first + 1, last + 1):
            if at == last or self.entry.pieces[at].line != self.entry.pieces[start].line:
                if start < last:
                    found.append((start, at))
                start = at
        return found

    def address(self, href: str | None) -> str:
        """Return the absolute URL of a commenter's link; "" for links within the page."""
        href = (href or "").strip()
        if not href or href.startswith(("#", "javascript", "mailto:", "data:")):
            return ""
        if "replytocom=" in href or "#respond" in href or self.leads_here(href):
            return ""
        if href.partition("#")[2] in self.page.numbers:
            return ""  # to another comment
        address = WAYBACK.sub("", self.page.resolve(href))
        address = without_tracking(address) if "utm_" in address else address
        return address if address.startswith(("http://", "https://")) else ""

    def leads_here(self, href: str) -> bool:
        fragment = href.partition("#")[2]
        if known := self.page.numbers.get(fragment):
            return known == self.entry.number
        return bool(fragment) and (
            fragment in self.entry.ids or self.entry.number in numbers_in(fragment)
        )

    def is_long(self, part: EntryPart) -> bool:
        """Return whether a part contains more than a name and its surroundings."""
        return len(self.entry.text(part.first, part.last)) > 3 * LONGEST_NAME
