"""The list of an archive's captures, which moves to disk when it is long."""

import pickle
import sqlite3
from collections.abc import Iterator

from .addresses import file_name, original_name, resource_key
from .capture import FoundCapture

COLUMNS = "number, key, file, original, bundle, content_id, digest, is_revisit, entry"


class Index:
    """Captures by number, key, file name and digest."""

    def __init__(self) -> None:
        # An unnamed SQLite database is in memory while small, and deleted when it is closed.
        self._rows = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute("PRAGMA cache_size = -32000")
        self._rows.execute(
            "CREATE TABLE captures (number INTEGER PRIMARY KEY, key, file, original, bundle,"
            " content_id, digest, is_revisit, entry)"
        )
        self._rows.execute("BEGIN")
        for column in ("key", "file", "original", "content_id", "digest"):
            self._rows.execute(f"CREATE INDEX by_{column} ON captures ({column})")

    def __len__(self) -> int:
        return int(self._rows.execute("SELECT count(*) FROM captures").fetchone()[0])

    def add(self, entry: FoundCapture) -> None:
        key = resource_key(entry.address) if entry.address else resource_key_of_path(entry.name)
        name = file_name(key)
        self._rows.execute(
            f"INSERT INTO captures ({COLUMNS}) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                key,
                name.casefold(),
                original_name(name).casefold(),
                entry.bundle,
                entry.content_id,
                entry.digest,
                entry.is_revisit,
                pickle.dumps(entry, pickle.HIGHEST_PROTOCOL),
            ),
        )

    def __iter__(self) -> Iterator[tuple[int, FoundCapture]]:
        """Yield all captures in the order in which they were added."""
        number = 0
        while some := self._rows.execute(
            "SELECT number, entry FROM captures WHERE number > ? ORDER BY number LIMIT 500",
            (number,),
        ).fetchall():
            for number, entry in some:
                yield number, pickle.loads(entry)  # noqa: S301 (our own, of this process)

    def entry(self, number: int) -> FoundCapture:
        """The capture of this number."""
        row = self._rows.execute(
            "SELECT entry FROM captures WHERE number = ?", (number,)
        ).fetchone()
        return pickle.loads(row[0])  # noqa: S301

    def where(
        self, column: str, value: str, limit: int = 200
    ) -> list[tuple[int, str, FoundCapture]]:
        """Return number, key and entry of the captures with this value, latest first."""
        found = self._rows.execute(
            f"SELECT number, key, entry FROM captures WHERE {column} = ?"
            " ORDER BY number DESC LIMIT ?",
            (value, limit),
        )
        rows = [(number, key, pickle.loads(entry)) for number, key, entry in found]  # noqa: S301
        return [row for row in rows if not row[2].status]


def resource_key_of_path(path: str) -> str:
    """Return the key of a file in a folder. A "?" in its name stands for a query, as in mirrors."""
    return resource_key("/" + path.replace("%", "%25").replace("?", "%3F").replace("#", "%23"))[1:]
