"""Records: the common form of all source formats before anything is stored.

A format module yields ArticleRecords and fills a Ledger. Nothing here depends on Django, files or a
format.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypedDict

from .fields import printable
from .messages import gettext as _
from .messages import gettext_noop

BlockKind = Literal["paragraph", "point", "heading", "related"]
CommentKind = Literal["comment", "pingback", "trackback"]
Status = Literal["pending", "approved", "rejected", "spam", "removed"]
Markup = Literal["text", "markdown", "html"]


class SourceError(Exception):
    """A source that can't be imported, with the place and what to do about it.

    Shown to the operator as ``name:line: reason``, which is always printable. `line` counts from 1;
    0 means the whole file.
    """

    def __init__(self, name: str, line: int, reason: str) -> None:
        name, reason = printable(name), printable(reason)
        super().__init__(f"{name}:{line}: {reason}")
        self.name, self.line, self.reason = name, line, reason


@dataclass(slots=True)
class Block:
    """One block of an article's body, with the first and last line it was read from.

    `number` is set only for points. For related blocks, `label` is the label in the source
    ("related video:") and `url` the link, if known.
    """

    kind: BlockKind
    text: str
    number: int | None = None
    label: str = ""
    url: str = ""
    lines: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class CommentRecord:
    """One comment.

    `key` identifies it within its article, and is the same whenever the source is read; `parent` is
    the key of its parent, which in an export may be in another record of the article or in another
    file. An empty `author` is Anonymous.

    `text` has paragraphs separated by an empty line; a single newline is a line break. `date`
    without a time zone is local time at the source; None means unknown. `account` is the id of the
    commenter's account at the source, or empty. `author_url` is the link on the name. `old_ids` are
    the fragments ("#comment-12") and URLs that led to this comment at the source. `language` is the
    tag of its language if the source states it.
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
    language: str = ""


MADE_KEY = re.compile(r"digest [0-9a-f]{16}(?: \(\d+\))?|(.+) \(\d+\)")


def digest_key(comment: CommentRecord) -> str:
    """Return a key for a comment without an id, computed from its content."""
    said = "\0".join((comment.author, str(comment.date), comment.text))
    return f"digest {hashlib.sha256(said.encode(errors='replace')).hexdigest()[:16]}"


def comment_key(given: str, count: int) -> str:
    """Return the key of the `count`th comment with this id."""
    return given if count == 1 else f"{given} ({count})"


def id_given(key: str) -> str | None:
    """Return the id that the source gave to the comment with this key, or None."""
    made = MADE_KEY.fullmatch(key)
    return made[1] if made else key


class FoundFile(Protocol):
    """A file included in the import, such as a picture."""

    @property
    def name(self) -> str: ...

    def read(self, limit: int) -> bytes:
        """Return the bytes. Raises SourceError if there are more than `limit`, or if they cannot be
        read.
        """
        ...


class Comments(Protocol):
    """The comments of one article, parents before their replies.

    Either a list, or an object that reads them from disk on each iteration.
    """

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[CommentRecord]: ...


@dataclass(slots=True)
class ArticleRecord:
    """One article and its comments, parents before their replies.

    `declared_count` is the number stated by the source and `declared_heading` the line that states
    it; the number of `comments` may differ. `closed` is None if unknown. An article has either
    `blocks` or, from an export, `body_html`. `other_keys` are those under which an earlier export
    may have imported it. `accounts` maps account ids at the source to names in `authors`.
    `names_site` is False if only the link identifies the site.

    `language` is that declared by the source, or if `language_is_detected`, that of the text.

    `doubts` are reasons why comments and article may not have been separated correctly;
    `is_recognised` is False for a text that doesn't look like a page.

    `url` is the canonical URL, `old_addresses` are all others that led to the article. `pictures`
    maps each `src` in `body_html` to the URLs where the image may be found, best first; `find_file`
    finds them in the import. `is_part` means that only comments are in the source, since the article
    is in another one. `is_of_file` means that the source gives the article no address, so that `key`
    identifies it only among those of a file with this name. `source_html` is the body as an export has it. `markup` is "rich" for a
    `body_html` in normal form, see `text.article_html`.
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
    language_is_detected: bool = False
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
    markup: Literal["html", "rich"] = "html"
    source_html: str = ""
    find_file: Callable[[str], FoundFile | None] | None = None
    is_part: bool = False
    is_of_file: bool = False


Use = Literal["article", "comment", "furniture", "blank", "left over"]


@dataclass(slots=True)
class LedgerLine:
    """How one line was used.

    `owner` is the key of the comment it belongs to; `reason` says why it is page furniture or
    unrecognised.
    """

    use: Use
    owner: str = ""
    reason: str = ""


class LedgerSpan(TypedDict):
    """Lines, or items of an export, with the same use, as the ledger of an import run has them."""

    first: int
    last: int
    use: str
    owner: str
    reason: str


class Ledger:
    """How every line of a text was used; each line has exactly one use."""

    def __init__(self, line_count: int) -> None:
        self.lines: list[LedgerLine | None] = [None] * line_count

    def add(self, number: int, use: Use, owner: str = "", reason: str = "") -> None:
        """Account for line `number` (from 1). Raises ValueError if it already is."""
        if self.lines[number - 1] is not None:
            raise ValueError(f"line {number} is in the ledger twice")
        self.lines[number - 1] = LedgerLine(use, owner, reason)

    def give_up(self, owners: Collection[str], reason: str) -> None:
        """Account for the lines of comments with these keys as unrecognised."""
        for line in self.lines:
            if line and line.use == "comment" and line.owner in owners:
                line.use, line.owner, line.reason = "left over", "", reason

    def unaccounted(self) -> list[int]:
        """Return the numbers of lines without a use; there must be none."""
        return [n for n, line in enumerate(self.lines, 1) if line is None]

    def counts(self) -> dict[str, int]:
        """Return the number of lines per use, and the total under "read"."""
        counts = {"read": len(self.lines)}
        for use in ("article", "comment", "furniture", "blank", "left over"):
            counts[use] = sum(1 for line in self.lines if line and line.use == use)
        return counts

    def as_json(self) -> list[LedgerSpan]:
        """Return runs of lines with the same use."""
        runs: list[LedgerSpan] = []
        for number, line in enumerate(self.lines, 1):
            if line is None:
                continue
            run = LedgerSpan(
                first=number, last=number, use=line.use, owner=line.owner, reason=line.reason
            )
            if runs and runs[-1] == run | {"first": runs[-1]["first"], "last": number - 1}:
                runs[-1]["last"] = number
            else:
                runs.append(run)
        return runs


# The items of exports, which warnings name in the language of the site.
ITEMS = {
    "article": gettext_noop("article"),
    "comment": gettext_noop("comment"),
    "entry": gettext_noop("entry"),
    "item": gettext_noop("item"),
    "page": gettext_noop("page"),
    "post": gettext_noop("post"),
    "thread": gettext_noop("thread"),
}
MAX_LEDGER_ENTRIES = 1_000  # entries per use


class ItemLedger:
    """How every item of an export was used, with its first line.

    A format counts each item in `seen` when it finds it, and calls `add` when its use is known.
    `dropped` counts values that can't be imported, by kind. `warnings` concern the whole file and
    name items not imported; `is_whole` is False if reading stopped early. Used comments are only
    counted. For every other use the first 1,000 entries are listed, and one more says how many
    follow, and between which lines.
    """

    def __init__(self) -> None:
        self.seen = 0
        self.used: dict[str, int] = {}
        self.entries: list[LedgerSpan] = []
        self.warnings: list[str] = []
        self.dropped: Counter[str] = Counter()
        self.is_whole = True
        self._more: dict[str, LedgerSpan] = {}

    def add(self, item: str, line: int, use: str, owner: str = "", reason: str = "") -> None:
        """Account for the `item` ("post", "comment", …) that starts at `line`."""
        count = self.used[use] = self.used.get(use, 0) + 1
        if use == "comment":
            return
        owner, reason = printable(owner), printable(reason)
        entry = LedgerSpan(first=line, last=line, use=use, owner=owner, reason=reason or item)
        if count <= MAX_LEDGER_ENTRIES:
            self.entries.append(entry)
        elif count == MAX_LEDGER_ENTRIES + 1:
            self._more[use] = entry | {"owner": "", "reason": ""}
        else:
            self._more[use]["last"] = line
        if use == "left over" and count <= MAX_LEDGER_ENTRIES:
            if owner:
                values = {"item": _(ITEMS.get(item, item)), "owner": owner, "reason": reason}
                reason = _("%(item)s %(owner)s: %(reason)s") % values
            if line:
                reason = _("line %(line)s: %(reason)s") % {"line": line, "reason": reason}
            self.warnings.append(reason)

    def unaccounted(self) -> int:
        """Return how many items were seen but not added, or added more than once."""
        return abs(self.seen - sum(self.used.values()))

    def counts(self) -> dict[str, int]:
        """Return the number of items per use, and the total under "read"."""
        return {"read": self.seen, "left over": 0} | self.used

    def as_json(self) -> list[LedgerSpan]:
        """Return the listed entries."""
        text = _("and %(n)s more like these, up to the last line")
        return self.entries + [
            more | {"reason": text % {"n": f"{self.used[use] - MAX_LEDGER_ENTRIES:,}"}}
            for use, more in self._more.items()
        ]
