"""Items of an archive: pages, images, style sheets."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class FoundCapture:
    """A capture before it is listed, as found by a loader.

    `name` is the path of a file within the input, or the URL in a WARC file. `address` is the URL
    it was saved from, empty if unknown. `media_type` and `charset` are as declared. `bundle` is the
    file it is part of: the page's file or the WARC file; empty for files in a folder. `place` tells
    the loader where the bytes are. `digest` is the payload digest of a WARC record; `is_revisit`
    means that the bytes are in another record with that digest.
    `status` is the HTTP status of an error page, otherwise empty.
    """

    name: str
    place: str
    address: str = ""
    media_type: str = ""
    charset: str = ""
    bundle: str = ""
    digest: str = ""
    is_revisit: bool = False
    status: str = ""
    content_id: str = ""


@dataclass(slots=True)
class Capture:
    """A capture in an archive, which can be read."""

    number: int
    entry: FoundCapture
    _read: Callable[[FoundCapture, int], bytes] = lambda _entry, _limit: b""

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def address(self) -> str:
        return self.entry.address

    def read(self, limit: int) -> bytes:
        """Return the decoded bytes.

        Raises SourceError if there are more than `limit`, or they are truncated or unreadable.
        """
        return self._read(self.entry, limit)
