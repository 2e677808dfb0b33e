"""The one form every source format is turned into before anything is stored.

A format module yields ArticleRecords and fills a Ledger. Nothing here knows Django, files or
the layout of any format.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from .fields import printable

BlockKind = Literal["paragraph", "point", "heading", "related"]
CommentKind = Literal["comment", "pingback", "trackback"]
Status = Literal["pending", "approved", "rejected", "spam", "removed"]
Markup = Literal["text", "markdown", "html"]


class SourceError(Exception):
    """A source that cannot be imported, with the place and what to do about it.

    Shown to the operator as ``name:line: reason``, which is printable whatever the file is called
    or says; `line` counts from 1, 0 means the whole file.
    """

    def __init__(self, name: str, line: int, reason: str) -> None:
        name, reason = printable(name), printable(reason)
        super().__init__(f"{name}:{line}: {reason}")
        self.name, self.line, self.reason = name, line, reason


@dataclass(slots=True)
class Block:
    """One block of an article's body, with the lines (first, last) it was read from.

    `number` is set on points alone. `label` (related blocks alone) is the label line as the
    source has it ("related video:"), `url` its address where the source gives one.
    """

    kind: BlockKind
    text: str
    number: int | None = None
    label: str = ""
    url: str = ""
    lines: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class CommentRecord:
    """One contribution. `key` names it within its article, and stays the same when the source is
    read again; `parent` is the key of the comment it answers, which of an export may be in another
    record of the article, or in another file. An empty `author` is Anonymous.

    `text` holds the paragraphs, separated by one empty line; a single newline is a line break of
    the source. `date` without a time zone is the wall clock of the source, None is unknown. `account`
    is the id of the account at the source that wrote it, empty for none. `author_url` is the address
    that the source links the name to. `old_ids` are the fragments ("#comment-12") and addresses that
    led to this comment at the source.
    """

    key: str
    text: str
    author: str = ""
    parent: str | None = None
    date: datetime | None = None
    kind: CommentKind = "comment"
    status: Status = "approved"
    markup: Markup = "text"
    lines: tuple[int, int] = (0, 0)
    account: str = ""
    author_url: str = ""
    old_ids: list[str] = field(default_factory=list)


MADE_KEY = re.compile(r"digest [0-9a-f]{16}(?: \(\d+\))?|(.+) \(\d+\)")


def digest_key(comment: CommentRecord) -> str:
    """What names a comment to which its source gave no id: what it says, wherever in a file."""
    said = "\0".join((comment.author, str(comment.date), comment.text))
    return f"digest {hashlib.sha256(said.encode(errors='replace')).hexdigest()[:16]}"


def comment_key(given: str, count: int) -> str:
    """What names the `count`th comment of this id."""
    return given if count == 1 else f"{given} ({count})"


def id_given(key: str) -> str | None:
    """The id that its source gave the comment of this key; None if it gave none."""
    made = MADE_KEY.fullmatch(key)
    return made[1] if made else key


class Comments(Protocol):
    """The comments of one article, parents before their replies: a list, or what reads them from
    the disk each time it is gone through."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[CommentRecord]: ...


@dataclass(slots=True)
class ArticleRecord:
    """One article and its comments, parents before their replies.

    `declared_count` is the number the source states, `declared_heading` the line that states it,
    and neither need agree with `comments`. `closed` is None when the source does not say. An
    article has either `blocks` or, from an export, `body_html`. `other_keys` are those under which
    an earlier export may have brought it. `accounts` has the ids of accounts at the source whose
    holders are its authors, with their names in `authors`. `names_site` is False where nothing but
    the link tells whose article it is.
    `doubts` say why the article may have been told from its comments wrongly; `is_recognised` is
    False for a text without any sign of a page.
    `url` is the canonical address, `old_addresses` are all others that led to the article. `pictures`
    has for each `src` in `body_html` the addresses at which the picture may be found, the best first.
    """

    key: str
    title: str = ""
    authors: list[str] = field(default_factory=list)
    date: datetime | None = None
    url: str = ""
    blocks: list[Block] = field(default_factory=list)
    body_html: str = ""
    is_published: bool = True
    declared_count: int | None = None
    declared_heading: str = ""
    closed: bool | None = None
    closing_notice: str = ""
    language: str = ""
    comments: Comments = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    lines: tuple[int, int] = (0, 0)
    other_keys: list[str] = field(default_factory=list)
    accounts: dict[str, str] = field(default_factory=dict)
    names_site: bool = True
    doubts: list[str] = field(default_factory=list)
    is_recognised: bool = True
    old_addresses: list[str] = field(default_factory=list)
    pictures: dict[str, list[str]] = field(default_factory=dict)


Use = Literal["article", "comment", "furniture", "blank", "left over"]


@dataclass(slots=True)
class LedgerLine:
    """What became of one line. `owner` is the key of the comment that used it, `reason` says why
    a line is furniture or was left over."""

    use: Use
    owner: str = ""
    reason: str = ""


class Ledger:
    """What became of every line of one text: each line has exactly one use."""

    def __init__(self, line_count: int) -> None:
        self.lines: list[LedgerLine | None] = [None] * line_count

    def add(self, number: int, use: Use, owner: str = "", reason: str = "") -> None:
        """Account for line `number` (from 1). Raises ValueError when it is accounted for already."""
        if self.lines[number - 1] is not None:
            raise ValueError(f"line {number} is in the ledger twice")
        self.lines[number - 1] = LedgerLine(use, owner, reason)

    def unaccounted(self) -> list[int]:
        """The numbers of the lines that ended nowhere; empty when the reading was sound."""
        return [n for n, line in enumerate(self.lines, 1) if line is None]

    def counts(self) -> dict[str, int]:
        """How many lines each use took, with their sum under "read"."""
        counts = {"read": len(self.lines)}
        for use in ("article", "comment", "furniture", "blank", "left over"):
            counts[use] = sum(1 for line in self.lines if line and line.use == use)
        return counts

    def as_json(self) -> list[dict[str, object]]:
        """Runs of lines with one fate, ready for JSON: first, last, use, owner, reason."""
        runs: list[dict[str, object]] = []
        for number, line in enumerate(self.lines, 1):
            if line is None:
                continue
            fate = {"use": line.use, "owner": line.owner, "reason": line.reason}
            if (
                runs
                and all(runs[-1][k] == v for k, v in fate.items())
                and runs[-1]["last"] == number - 1
            ):
                runs[-1]["last"] = number
            else:
                runs.append({"first": number, "last": number, **fate})
        return runs


MAX_LISTED = 1_000  # entries of one use


class ItemLedger:
    """What became of every item of an export, with the line it begins at.

    A format counts each item in `seen` when it meets it, and puts it down when it knows its fate.
    `dropped` counts what there is no place for here, by what it is.
    `warnings` are about the file as a whole, and name what was left over; `is_whole` is False when
    reading stopped before its end. Comments that were used are counted. Of everything else the
    first 1,000 entries of a use are listed, and one more says how many follow and between which
    lines they are.
    """

    def __init__(self) -> None:
        self.seen = 0
        self.used: dict[str, int] = {}
        self.entries: list[dict[str, object]] = []
        self.warnings: list[str] = []
        self.dropped: Counter[str] = Counter()
        self.is_whole = True
        self._more: dict[str, dict[str, object]] = {}

    def add(self, item: str, line: int, use: str, owner: str = "", reason: str = "") -> None:
        """Account for the `item` ("post", "comment", …) that begins at `line`."""
        count = self.used[use] = self.used.get(use, 0) + 1
        if use == "comment":
            return
        owner, reason = printable(owner), printable(reason)
        entry = {"first": line, "last": line, "use": use, "owner": owner, "reason": reason or item}
        if count <= MAX_LISTED:
            self.entries.append(entry)
        elif count == MAX_LISTED + 1:
            self._more[use] = entry | {"owner": "", "reason": ""}
        else:
            self._more[use]["last"] = line
        if use == "left over" and count <= MAX_LISTED:
            where, what = f"line {line}: " if line else "", f"{item} {owner}: " if owner else ""
            self.warnings.append(f"{where}{what}{reason}")

    def unaccounted(self) -> int:
        """How many items were met and not put down, or put down more than once."""
        return abs(self.seen - sum(self.used.values()))

    def counts(self) -> dict[str, int]:
        """How many items each use took, with their sum under "read"."""
        return {"read": self.seen, "left over": 0} | self.used

    def as_json(self) -> list[dict[str, object]]:
        """What is listed, ready for JSON."""
        return self.entries + [
            more
            | {
                "reason": f"and {self.used[use] - MAX_LISTED:,} more like these, up to the last line"
            }
            for use, more in self._more.items()
        ]
