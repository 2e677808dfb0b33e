"""Builds the article and comments of a source again from marks, with which an editor says what its
lines are.

`rebuild` is a pure function of the lines, of how they were read at first, and of the marks. The lines
of a saved page are its text nodes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, NamedTuple, Required, TypedDict, cast, get_args

from .formats.text.marked import Details, MarkedEntry, byline_of, marked_blocks, read_marked
from .messages import gettext as _
from .messages import gettext_noop
from .records import Block, CommentKind, CommentRecord, Ledger, LedgerSpan, Markup, Use

MarkKind = Literal["title", "author", "text", "comment", "above", "furniture", "details"]
LineKind = Literal[
    "title", "author", "text", "comment", "byline", "furniture", "blank", "left over"
]
MARKS: tuple[MarkKind, ...] = get_args(MarkKind)
LOOSE = ("text", "left over")  # what was not recognised may be in the text of the article
OF_COMMENT = ("comment", "byline")
OF_ARTICLE = ("title", "author", "text")
MARKED = gettext_noop("marked by an editor")
Joint = Literal["", " ", "\n", "\n\n"]


class MarkJson(Details):
    """A mark as JSON."""

    kind: Required[MarkKind]
    ranges: Required[list[list[int]]]


class CommentReading(TypedDict):
    """A comment of a first reading as JSON."""

    key: str
    text: str
    author: str
    date: str | None
    parent: str | None
    kind: CommentKind
    markup: Markup
    lines: list[int]


class ArticleReading(TypedDict):
    """The article of a first reading."""

    title: str
    body: str
    markup: str
    authors: list[str]
    date: str | None
    date_is_local: bool


class ReadingJson(TypedDict):
    """A first reading as JSON. `spans` are lines with the same use: first, last, and the use."""

    format: str
    spans: list[tuple[int, int, LineKind, str, str]]
    comments: list[CommentReading]
    article: ArticleReading | None


class SourceLine(NamedTuple):
    """A line of a text, or a text node of a page.

    `joint` is what separates it from the one above: a paragraph ("\\n\\n"), a line break, or less
    for text nodes of one line. `path` are the elements that contain a text node.
    """

    text: str
    joint: Joint = "\n"
    path: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class Mark:
    """What an editor says about lines, given as ranges of numbers from 1.

    “comment” starts a comment at each range; what follows and was read as the same thing belongs to
    it. “above” joins lines, or the comment that starts there, to the comment above. “title” replaces
    the former title. “details” only sets the values of comments. `name`, `date` (ISO 8601, "" for
    unknown) and `parent` (a line of the parent, 0 for none) are None if they are to be read from the
    lines.
    """

    kind: MarkKind
    ranges: tuple[tuple[int, int], ...]
    name: str | None = None
    date: str | None = None
    parent: int | None = None

    @property
    def details(self) -> Details:
        """The values that the mark sets."""
        given: Details = {}
        if self.name is not None:
            given["name"] = self.name
        if self.date is not None:
            given["date"] = self.date
        if self.parent is not None:
            given["parent"] = self.parent
        return given

    def as_json(self) -> MarkJson:
        return {"kind": self.kind, "ranges": [list(r) for r in self.ranges], **self.details}

    @classmethod
    def from_json(cls, data: MarkJson) -> "Mark":
        ranges = tuple((int(first), int(last)) for first, last in data["ranges"])
        return cls(data["kind"], ranges, data.get("name"), data.get("date"), data.get("parent"))


@dataclass(slots=True)
class LineUse:
    """What a line is. `owner` is the key of its comment; `reason` is that of the ledger."""

    kind: LineKind
    owner: str = ""
    reason: str = ""


@dataclass
class FirstReading:
    """How a source was read at first: what each line is, the comments by their keys, and the article
    if a repair may change it.

    `comments` may include comments of the article that are not in this source.
    """

    format: str
    uses: list[LineUse]
    comments: dict[str, CommentRecord] = field(default_factory=dict)
    article: ArticleReading | None = None

    def as_json(self) -> ReadingJson:
        spans: list[tuple[int, int, LineKind, str, str]] = []
        for number, use in enumerate(self.uses, 1):
            known = (use.kind, use.owner, use.reason)
            if spans and spans[-1][2:] == known:
                spans[-1] = (spans[-1][0], number, *known)
            else:
                spans.append((number, number, *known))
        return {
            "format": self.format,
            "spans": spans,
            "comments": [_comment_json(comment) for comment in self.comments.values()],
            "article": self.article,
        }

    @classmethod
    def from_json(cls, data: ReadingJson) -> "FirstReading":
        uses = [
            LineUse(kind, owner, reason)
            for first, last, kind, owner, reason in data["spans"]
            for _ in range(first, last + 1)
        ]
        comments = map(_comment_from_json, data["comments"])
        known = {comment.key: comment for comment in comments}
        return cls(data["format"], uses, known, data["article"])


def _comment_json(comment: CommentRecord) -> CommentReading:
    return {
        "key": comment.key,
        "text": comment.text,
        "author": comment.author,
        "date": comment.date.isoformat() if comment.date else None,
        "parent": comment.parent,
        "kind": comment.kind,
        "markup": comment.markup,
        "lines": list(comment.lines),
    }


def _comment_from_json(data: CommentReading) -> CommentRecord:
    first, last = data["lines"]
    return CommentRecord(
        data["key"],
        data["text"],
        data["author"],
        data["parent"],
        date=datetime.fromisoformat(data["date"]) if data["date"] else None,
        kind=data["kind"],
        markup=data["markup"],
        lines=(first, last),
    )


def uses_of(ledger: Iterable[LedgerSpan], count: int) -> list[LineUse]:
    """Return the uses of `count` lines from the ledger of an import run."""
    uses = [LineUse("left over") for _ in range(count)]
    for span in ledger:
        kind = cast(LineKind, "text" if span["use"] == "article" else span["use"])
        for number in range(span["first"], min(span["last"], count) + 1):
            uses[number - 1] = LineUse(kind, span["owner"], span["reason"])
    return uses


def name_head(
    uses: list[LineUse], lines: Sequence[SourceLine], title: str, authors: list[str]
) -> None:
    """Find the title and the authors among the lines of the article, and set what these are."""
    wanted = " ".join(title.split()).casefold()
    found_title = not wanted
    for use, line in zip(uses, lines, strict=True):
        if use.kind not in LOOSE:
            continue
        text = " ".join(line.text.split()).casefold()
        if not found_title and text == wanted:
            use.kind, found_title = "title", True
        elif use.kind == "text" and len(text) <= 200 and found_title:
            if any(name.casefold() in text for name in authors) and byline_of(line.text)[0]:
                use.kind = "author"
            else:
                return


@dataclass
class RebuiltComment:
    """A comment as the marks say. `is_read` is False if its lines are those it was read from at
    first, and nothing was set; `is_new` if it did not exist before.
    """

    record: CommentRecord
    numbers: list[int]
    is_read: bool
    is_new: bool


@dataclass
class Rebuilt:
    """The result of the marks.

    `uses` are those of all lines. `comments` are in the order of their lines, but parents before
    their replies. `gone` are the keys of comments that the marks discard, each with the key of the
    comment that its first line belongs to now, or None. `title`, `authors`, `date` and `body` are
    None if their lines are the same as at first; `blocks` has the body of a text.
    """

    uses: list[LineUse]
    comments: list[RebuiltComment]
    gone: dict[str, str | None]
    title: str | None = None
    authors: list[str] | None = None
    date: datetime | None = None
    body: list[int] | None = None
    blocks: list[Block] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def article_lines(self) -> tuple[int, int]:
        """The first and last line of the article."""
        found = [n for n, use in enumerate(self.uses, 1) if use.kind in OF_ARTICLE]
        return (found[0], found[-1]) if found else (1, max(len(self.uses), 1))

    def ledger(self) -> Ledger:
        """Return the uses as a ledger."""
        ledger = Ledger(len(self.uses))
        for number, use in enumerate(self.uses, 1):
            kind: Use = (
                "article"
                if use.kind in OF_ARTICLE
                else "comment"
                if use.kind in OF_COMMENT
                else cast(Use, use.kind)
            )
            ledger.add(number, kind, use.owner if kind == "comment" else "", use.reason)
        return ledger


def rebuild(
    lines: Sequence[SourceLine], reading: FirstReading, marks: Iterable[Mark], prefix: str = "line "
) -> Rebuilt:
    """Return the article and comments of a source as the marks say.

    A new comment gets its first line after `prefix` as its key. Marks about lines that don't exist
    are ignored.
    """
    marking = _Marking(lines, reading)
    for mark in marks:
        marking.apply(mark)
    return _Result(lines, reading, marking, prefix).rebuilt()


class _Marking:
    """What each line is, while marks are applied. A new comment is owned by "+" and a line."""

    def __init__(self, lines: Sequence[SourceLine], reading: FirstReading) -> None:
        self.lines = lines
        self.uses = [replace(use) for use in reading.uses]
        self.details: dict[str, Details] = {}
        self.split_from: dict[str, str] = {}

    def apply(self, mark: Mark) -> None:
        runs = list(self._runs(mark))
        if mark.kind == "comment":
            self._start_comments(runs, mark)
        elif mark.kind == "above":
            starts = self._starts()
            for run in runs:
                self._join(run, starts)
        elif mark.kind == "details":
            for owner in {self.uses[n - 1].owner for run in runs for n in run} - {""}:
                self._set(owner, mark)
        else:
            if mark.kind == "title" and runs:
                self._replace_title(runs[0][0])
            for number in (n for run in runs for n in run):
                use = self.uses[number - 1]
                if mark.kind == "author" and use.kind in OF_COMMENT:
                    use.kind = "byline"
                else:
                    self.uses[number - 1] = LineUse(mark.kind, "", MARKED)

    def _replace_title(self, first: int) -> None:
        """Make the lines of the former title page furniture above line `first`, and text below it."""
        for number, use in enumerate(self.uses, 1):
            if use.kind == "title":
                kind: LineKind = "furniture" if number < first else "text"
                self.uses[number - 1] = LineUse(kind, "", gettext_noop("another title"))

    def _runs(self, mark: Mark) -> Iterator[list[int]]:
        """Yield the lines of each range of a mark that have text, in page order, each line once."""
        reached = 0
        for first, last in sorted(mark.ranges):
            numbers = range(max(first, reached + 1, 1), min(last, len(self.lines)) + 1)
            run = [number for number in numbers if not self.lines[number - 1].is_blank]
            reached = max(reached, last)
            if run:
                yield run

    def _set(self, owner: str, mark: Mark) -> None:
        if given := mark.details:
            self.details.setdefault(owner, {}).update(given)

    def _starts(self) -> dict[str, int]:
        """Return the first line of each comment."""
        starts: dict[str, int] = {}
        for number, use in enumerate(self.uses, 1):
            if use.kind in OF_COMMENT:
                starts.setdefault(use.owner, number)
        return starts

    def _start_comments(self, runs: list[list[int]], mark: Mark) -> None:
        starts = self._starts()
        for at, run in enumerate(runs):
            following = runs[at + 1] if at + 1 < len(runs) else None
            first = self.uses[run[0] - 1]
            is_start = first.kind in OF_COMMENT and starts[first.owner] == run[0]
            owner = first.owner if is_start else f"+{run[0]}"
            if first.kind in OF_COMMENT and not is_start:
                self.split_from[owner] = first.owner
            old = replace(self.uses[run[-1] - 1])
            for number in run:
                kind: LineKind = "byline" if self.uses[number - 1].kind == "byline" else "comment"
                self.uses[number - 1] = LineUse(kind, owner)
            stop = following[0] if following else len(self.lines) + 1
            if not (is_start and old.owner == owner):
                self._follow(owner, old, range(run[-1] + 1, stop), following is not None)
            self._set(owner, mark)

    def _follow(self, owner: str, old: LineUse, numbers: range, is_between: bool) -> None:
        """Give the lines after the start of a comment to it, if they were the same thing."""
        for number in numbers:
            use = self.uses[number - 1]
            if old.kind in OF_COMMENT:
                if use.kind in OF_COMMENT and use.owner == old.owner:
                    use.owner = owner
                continue
            if use.kind in OF_COMMENT or use.reason == MARKED and not is_between:
                return
            is_same = use.kind in LOOSE if old.kind in LOOSE else use.kind == old.kind
            is_near = old.kind in LOOSE or is_between or self._is_inside(number, numbers.start - 1)
            if is_same and is_near:
                self.uses[number - 1] = LineUse("comment", owner)

    def _is_inside(self, number: int, start: int) -> bool:
        """Return whether a text node is in the element that contains the name at the start of a
        comment, as far as its path says. Lines of a text always are.
        """
        path = self.lines[start - 1].path
        box = path.split(" > ")[-2:-1]
        return not path or bool(box) and box[0] in self.lines[number - 1].path.split(" > ")

    def _join(self, run: list[int], starts: dict[str, int]) -> None:
        """Join lines to the comment above them. `starts` are the first lines of the comments."""
        above = (self.uses[n - 1] for n in range(run[0] - 1, 0, -1))
        target = next((use.owner for use in above if use.kind in OF_COMMENT), None)
        if target is None:
            return
        whole = {
            use.owner
            for use in (self.uses[n - 1] for n in run)
            if use.kind in OF_COMMENT and starts[use.owner] in run
        }
        for number in run:
            self.uses[number - 1] = LineUse("comment", target)
        for use in self.uses if whole else ():
            if use.kind in OF_COMMENT and use.owner in whole:
                use.owner = target


class _Result:
    """The comments and the article of marked lines."""

    def __init__(
        self, lines: Sequence[SourceLine], reading: FirstReading, marking: _Marking, prefix: str
    ) -> None:
        self.lines, self.reading, self.marking = lines, reading, marking
        self.prefix = prefix
        self.before = _by_owner(reading.uses)
        self.now = _by_owner(marking.uses)
        self.problems: list[str] = []

    def key_of(self, owner: str) -> str:
        return self.prefix + owner[1:] if owner.startswith("+") else owner

    def rebuilt(self) -> Rebuilt:
        known = self.reading.comments
        uses = self.marking.uses
        read = {
            owner: MarkedEntry(
                [n for n in numbers if uses[n - 1].kind == "comment"],
                [n for n in numbers if uses[n - 1].kind == "byline"],
                self.marking.details.get(owner, {}),
            )
            for owner, numbers in self.now.items()
            if self._is_touched(owner)
        }
        read_marked(self.lines, list(read.values()))
        for marked in read.values():
            for number in marked.furniture:
                self.marking.uses[number - 1] = LineUse("furniture", "", "button")
        empty = [owner for owner, marked in read.items() if marked.is_empty]
        for owner in empty:
            for number in self.now.pop(owner):
                if uses[number - 1].kind in OF_COMMENT:
                    uses[number - 1] = LineUse(
                        "left over", "", gettext_noop("comment without text")
                    )
        parents = self._parents()
        comments: dict[str, RebuiltComment] = {}
        for owner in self.now:
            parent = parents[owner]
            key, above = self.key_of(owner), self.key_of(parent) if parent else None
            numbers = self.now[owner]
            span = (numbers[0], numbers[-1])
            entry = read.get(owner)
            if entry is None:
                record = replace(known[owner], parent=above, lines=span)
            else:
                former = known.get(owner)
                kind: CommentKind = entry.kind
                if former is not None and kind == "comment":
                    kind = former.kind
                record = CommentRecord(
                    key,
                    entry.text,
                    entry.author,
                    above,
                    date=self._date(entry, former),
                    kind=kind,
                    lines=span,
                )
            is_new = owner not in known
            comments[owner] = RebuiltComment(record, numbers, entry is not None, is_new)
        for use in uses:
            use.owner = self.key_of(use.owner)
        gone: dict[str, str | None] = {}
        for key, numbers in self.before.items():
            if key in known and key not in self.now:
                heir = uses[numbers[0] - 1]
                gone[key] = heir.owner if heir.kind in OF_COMMENT else None
        result = Rebuilt(uses, self._in_order(comments, parents), gone, problems=self.problems)
        self._add_article(result)
        return result

    def _is_touched(self, owner: str) -> bool:
        """Return whether a comment must be read again."""
        if owner not in self.reading.comments or self.now[owner] != self.before.get(owner):
            return True
        details = self.marking.details.get(owner, {})
        is_byline = any(self.marking.uses[n - 1].kind == "byline" for n in self.now[owner])
        return is_byline or "name" in details or "date" in details

    def _date(self, entry: MarkedEntry, former: CommentRecord | None) -> datetime | None:
        """Return the date of a comment; one with a time zone stays if the clock is the same."""
        if former and former.date and entry.date == former.date.replace(tzinfo=None):
            return former.date
        if former and entry.date is None and "date" not in entry.details:
            return former.date
        return entry.date

    def _parents(self) -> dict[str, str | None]:
        """Return the parents of all comments, by owner, without circular reply chains."""
        parents = {owner: self._parent_of(owner) for owner in self.now}
        for owner in parents:
            seen, above = {owner}, parents[owner]
            while above is not None and above in parents and above not in seen:
                seen.add(above)
                above = parents[above]
            if above is not None and above == owner:
                self.problems.append(
                    _("line %(line)s: a comment can’t reply to one of its own replies")
                    % {"line": self.now[owner][0]}
                )
                parents[owner] = None
        return parents

    def _parent_of(self, owner: str) -> str | None:
        given = self.marking.details.get(owner, {}).get("parent")
        if given == 0:
            return None
        if given is not None and 0 < given <= len(self.lines):
            use = self.marking.uses[given - 1]
            if use.kind in OF_COMMENT and use.owner in self.now and use.owner != owner:
                return use.owner
        source: str | None = owner
        while source is not None and source in self.marking.split_from:
            source = self.marking.split_from[source]
        known = self.reading.comments.get(source or "")
        above = known.parent if known else None
        for _step in range(len(self.reading.comments) + 1):
            if above is None or above in self.now or above not in self.before:
                break
            # What it replied to is no longer a separate comment.
            heir = self.marking.uses[self.before[above][0] - 1]
            if heir.kind in OF_COMMENT and heir.owner in self.now and heir.owner != owner:
                return heir.owner
            above = self.reading.comments[above].parent if above in self.reading.comments else None
        return above if above != owner else None

    def _in_order(
        self, comments: dict[str, RebuiltComment], parents: dict[str, str | None]
    ) -> list[RebuiltComment]:
        """Return comments in the order of their lines, but parents before their replies."""
        ordered: dict[str, RebuiltComment] = {}
        for owner in sorted(comments, key=lambda owner: comments[owner].numbers[0]):
            chain = []
            above: str | None = owner
            while above is not None and above in comments and above not in ordered:
                chain.append(above)
                above = parents[above]
            for one in reversed(chain):
                ordered[one] = comments[one]
        return list(ordered.values())

    def _add_article(self, result: Rebuilt) -> None:
        """Read the parts of the article whose lines have changed."""
        title = self._changed("title")
        if title:
            result.title = " ".join(" ".join(self.lines[n - 1].text.split()) for n in title)
        authors = self._changed("author")
        if authors is not None:
            result.authors = []
            for number in authors:
                names, date = byline_of(self.lines[number - 1].text)
                result.authors += [name for name in names if name not in result.authors]
                result.date = result.date or date
        body = self._changed("text")
        if body is not None:
            result.body = body
            if self.reading.format == "text":
                kept = set(body)
                texts = [line.text for line in self.lines]
                result.blocks = marked_blocks(
                    [text if n in kept else "" for n, text in enumerate(texts, 1)]
                )

    def _changed(self, kind: LineKind) -> list[int] | None:
        """Return the lines of a kind, or None if they are the same as at first."""
        now = [n for n, use in enumerate(self.marking.uses, 1) if use.kind == kind]
        before = [n for n, use in enumerate(self.reading.uses, 1) if use.kind == kind]
        return None if now == before else now


def _by_owner(uses: Sequence[LineUse]) -> dict[str, list[int]]:
    """Return the lines of each comment."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, use in enumerate(uses, 1):
        if use.kind in OF_COMMENT:
            found[use.owner].append(number)
    return dict(found)
