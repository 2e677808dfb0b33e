"""One thing that an archive holds: a page, a picture, a style sheet."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Entry:
    """A capture before it is listed, as a loader finds it.

    `name` is the path of a file within the input, or the address in a WARC file. `address` is where
    it was saved from, empty if the archive does not say. `media_type` and `charset` are as declared.
    `bundle` names what it is part of: its page's file, its WARC file; of files in a folder it is
    empty. `place` is for the loader alone: where the bytes are. `digest` is the payload digest of a
    WARC record, `is_revisit` says that its bytes are in another record of that digest.
    """

    name: str
    place: str
    address: str = ""
    media_type: str = ""
    charset: str = ""
    size: int = 0
    saved_at: datetime | None = None
    bundle: str = ""
    digest: str = ""
    is_revisit: bool = False
    content_id: str = ""


@dataclass(slots=True)
class Capture:
    """A capture of an archive, which can be read."""

    number: int
    entry: Entry
    _read: Callable[[Entry, int], bytes]

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def address(self) -> str:
        return self.entry.address

    def read(self, limit: int) -> bytes:
        """The bytes, as they were before any coding of the transfer. Raises SourceError if they are
        more than `limit`, broken off, or cannot be read."""
        return self._read(self.entry, limit)
