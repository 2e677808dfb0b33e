"""Comments of an export, kept until their article is read, and sorted so that parents come first.

In exports parents may come later, be missing, belong to another page or form a circular reply chain, and two
comments may have the same id. No comment is lost because of this. Large numbers of comments go to a
temporary file, so memory use is limited.
"""

import pickle
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence

from .messages import gettext as _
from .records import MADE_KEY, CommentRecord, Comments, comment_key, digest_key

MAX_HELD = 4_000_000  # characters of comments in memory before they are written to disk
BATCH = 500  # comments read from disk at once


class Spool:
    """Comments of many articles in any order; `comments_of` returns those of one article."""

    def __init__(self) -> None:
        self._held: dict[str, list[CommentRecord]] = {}
        self._size = 0
        self.names: set[str] = set()
        self._disk: sqlite3.Connection | None = None
        self._is_indexed = False

    def add(self, article: str, comment: CommentRecord) -> None:
        """Add a comment to an article; `article` is any of its keys."""
        comment.key = comment.key or digest_key(comment)
        self.names.add(article)
        self._held.setdefault(article, []).append(comment)
        self._size += len(comment.text) + 400
        if self._size > MAX_HELD:
            self._write()

    def comments_of(self, *articles: str, warnings: list[str]) -> Comments:
        """Return the comments of an article with these keys, parents first, adding problems to
        `warnings`.

        A list or, if there are many, an object with a length that can be iterated repeatedly.
        """
        if self._disk is None:
            found = [comment for name in articles for comment in self._held.get(name, ())]
            return parents_first(sorted(found, key=lambda c: c.lines[0]), warnings)
        if self._held:
            self._write()
        if not self._is_indexed:
            self._disk.execute("CREATE INDEX by_article ON comments (article)")
            self._is_indexed = True
        return SpooledComments(self._disk, articles, warnings)

    def _write(self) -> None:
        """Move all comments from memory to a temporary file, which is deleted when the process
        ends.
        """
        if self._disk is None:
            # Threads take turns: one writes while reading the export, another reads while storing.
            self._disk = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            self._disk.execute("PRAGMA journal_mode = OFF")
            self._disk.execute("CREATE TABLE comments (article, key, parent, line, record)")
        self._disk.execute("BEGIN")
        self._disk.executemany(
            "INSERT INTO comments VALUES (?, ?, ?, ?, ?)",
            (
                (article, c.key, c.parent, c.lines[0], pickle.dumps(c, pickle.HIGHEST_PROTOCOL))
                for article, comments in self._held.items()
                for c in comments
            ),
        )
        self._disk.execute("COMMIT")
        self._held, self._size = {}, 0


class SpooledComments:
    """The comments of one article on disk, parents before their replies."""

    def __init__(
        self, disk: sqlite3.Connection, article: Sequence[str], warnings: list[str]
    ) -> None:
        self._disk = disk
        self._rows = array("q", (row for (row,) in self._select("rowid", article)))
        places = _places(self._select("key, line", article), warnings)
        parents = (parent for (parent,) in self._select("parent", article))
        self._parents, self._dropped = _parents(parents, places, warnings)
        self._order = _order(self._parents)
        # Other records have the correct key.
        keys = list(places)
        self._keys = {
            place: keys[place]
            for place, (key,) in enumerate(self._select("key", article))
            if key != keys[place]
        }

    def _select(self, columns: str, article: Sequence[str]) -> sqlite3.Cursor:
        marks = ", ".join("?" * len(article))
        return self._disk.execute(
            f"SELECT {columns} FROM comments WHERE article IN ({marks}) ORDER BY line, rowid",
            article,
        )

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[CommentRecord]:
        for at in range(0, len(self._order), BATCH):
            places = self._order[at : at + BATCH]
            marks = ", ".join("?" * len(places))
            found = dict(
                self._disk.execute(
                    f"SELECT rowid, record FROM comments WHERE rowid IN ({marks})",
                    [self._rows[place] for place in places],
                )
            )
            for place in places:
                # Written by this process, to a file that no one else can open.
                record = pickle.loads(found[self._rows[place]])  # noqa: S301
                record.key = self._keys.get(place, record.key)
                if place in self._dropped:
                    record.parent = None
                yield record


def parents_first(comments: Iterable[CommentRecord], warnings: list[str]) -> list[CommentRecord]:
    """Sort comments so that parents come before replies, otherwise keeping their order.

    Problems are added to `warnings`. A parent that is not among them keeps its key: it may be
    stored, or come later. A parent that would make a circular reply chain is dropped. Linear in the
    number of comments.
    """
    comments = list(comments)
    places = _places(((c.key, c.lines[0]) for c in comments), warnings)
    parents, dropped = _parents((c.parent for c in comments), places, warnings)
    for place, (comment, key) in enumerate(zip(comments, places, strict=True)):
        comment.key = key
        if place in dropped:
            comment.parent = None
    return [comments[place] for place in _order(parents)]


def _places(comments: Iterable[tuple[str, int]], warnings: list[str]) -> dict[str, int]:
    """Return the position of each comment by key, from keys and lines. Repeated keys are replaced."""
    places: dict[str, int] = {}
    repeated: dict[str, int] = {}
    for place, (given, line) in enumerate(comments):
        key = given
        while key in places:
            repeated[given] = repeated.get(given, 1) + 1
            key = comment_key(given, repeated[given])
        if given.startswith("digest ") and MADE_KEY.fullmatch(given):
            warnings.append(
                _("line %(line)s: comment without an ID; stored as %(key)s")
                % {"line": line, "key": key}
            )
        elif key != given:
            warnings.append(
                _("comment %(given)s appears more than once; stored as %(key)s")
                % {"given": given, "key": key}
            )
        places[key] = place
    return places


def _parents(
    parents: Iterable[str | None], places: dict[str, int], warnings: list[str]
) -> tuple["array[int]", set[int]]:
    """Return for each position that of its parent (-1 if absent), and the positions whose parent
    was dropped because of a circle.
    """
    found = array("l")
    for parent in parents:
        found.append(-1 if parent is None else places.get(parent, -1))
    openings: list[int] = []
    if any(place >= i for i, place in enumerate(found)):
        openings = _circle_openings(found)
        if openings:
            keys = list(places)
        for place in openings:
            warnings.append(_("comment %(key)s: circular reply chain") % {"key": keys[place]})
            found[place] = -1
    return found, set(openings)


def _circle_openings(parents: "array[int]") -> list[int]:
    """Return the first comment of each circle."""
    openings, settled = [], bytearray(len(parents))
    for start in range(len(parents)):
        path: dict[int, None] = {}
        place = start
        while place >= 0 and not settled[place] and place not in path:
            path[place] = None
            place = parents[place]
        if place in path:
            circle = list(path)
            openings.append(min(circle[circle.index(place) :]))
        for place in path:
            settled[place] = 1
    return openings


def _order(parents: "array[int]") -> Sequence[int]:
    """Return the positions with parents before replies.

    Numbers are given in this order, so it follows the file wherever parents allow.
    """
    if all(parent < place for place, parent in enumerate(parents)):
        return range(len(parents))
    replies: dict[int, list[int]] = {}
    for place, parent in enumerate(parents):
        replies.setdefault(parent, []).append(place)
    latest = array("l", parents)
    waiting, placed = list(reversed(replies.get(-1, []))), []
    while waiting:
        place = waiting.pop()
        above = parents[place]
        latest[place] = max(place, latest[above] if above >= 0 else -1)
        placed.append(place)
        waiting.extend(reversed(replies.get(place, ())))
    return sorted(placed, key=latest.__getitem__)  # stable sort: parents stay before their replies
