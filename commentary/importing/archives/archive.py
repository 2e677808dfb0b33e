"""An archive: all captures in the given paths, and a search for resources."""

import base64
import binascii
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote_to_bytes

from ..fields import printable
from ..messages import gettext as _
from ..records import SourceError
from . import bundle, folder, warc
from .addresses import (
    file_name,
    folder_of,
    original_name,
    pixels,
    resolve_url,
    resource_key,
    shared_folders,
    without_query,
)
from .capture import Capture, FoundCapture
from .index import Index, resource_key_of_path

WARC = (".warc", ".warc.gz", ".arc", ".arc.gz", ".wacz")
BUNDLES = (".mhtml", ".mht", ".webarchive")
SUFFIXES = WARC + BUNDLES
Found = tuple[int, str, FoundCapture]  # number, key, entry


class Archive:
    """The captures in some files.

    `problems` has one line for each file that could not be read, and `damage` one for each of which
    only a part was; `redirects` has pairs of URLs, of which the first led to the second. Use it as a
    context manager, which deletes temporary files.
    """

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.damage: list[tuple[str, str]] = []
        self.redirects: list[tuple[str, str]] = []
        self._index = Index()
        self._unpacked = tempfile.TemporaryDirectory()
        self._bundles = bundle.Bundles()

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *failure: object) -> None:
        self._unpacked.cleanup()

    def __len__(self) -> int:
        return len(self._index)

    def new_folder(self) -> Path:
        """Return an empty folder that is deleted with the archive's temporary files."""
        return Path(tempfile.mkdtemp(dir=self._unpacked.name))

    def add(self, name: str, path: Path) -> None:
        """List the captures in a file, or the file itself; `name` is its path within the input."""
        name = printable(name)
        lower = name.lower()
        if lower.endswith(WARC):
            entries: Iterable[FoundCapture] = warc.entries(
                name, path, self.redirects, self.problems, self.damage, Path(self._unpacked.name)
            )
        elif lower.endswith(BUNDLES):
            entries = self._bundles.entries(name, path, self.problems)
        else:
            entries = folder.file_entries(name, path, self.problems)
        for entry in entries:
            entry.name, entry.address = printable(entry.name), printable(entry.address)
            self._index.add(entry)

    def __iter__(self) -> Iterator[Capture]:
        """Yield all captures in the order in which they were added."""
        for number, entry in self._index:
            if not entry.is_revisit:
                yield Capture(number, entry, self._read)

    def numbered(self, number: int) -> Capture:
        """The capture of this number."""
        return Capture(number, self._index.entry(number), self._read)

    def find(self, address: str, page: Capture) -> Capture | None:
        """Return the capture that a page refers to as `address`, or None.

        The exact file is preferred, then a related name: the original of a smaller variant,
        otherwise the largest variant. Among equal names, the one that shares most of the path is
        used; one that shares only its name is used only if there is no other.
        """
        address = address.strip()
        if not address or address.startswith("#"):
            return None
        if address[:5].lower() == "data:":
            return self._inline(address)
        if address[:4].lower() == "cid:":
            return self._chosen(self._index.where("content_id", address[4:]), page)
        keys = self._keys(address, page)
        for key in keys:
            if found := self._index.where("key", key):
                return self._chosen(found, page)
        name = file_name(keys[0]).casefold()
        if "." not in name:
            return None
        if found := self._related(self._index.where("file", name), keys):
            return self._chosen(found, page)
        variants = self._related(self._index.where("original", original_name(name)), keys)
        if not variants:
            return None
        originals = [row for row in variants if file_name(row[1]).casefold() == original_name(name)]
        best = originals or [max(variants, key=lambda row: pixels(file_name(row[1])))]
        return self._chosen(best, page)

    def _keys(self, address: str, page: Capture) -> list[str]:
        """Return the keys that a URL may have in this archive, most exact first."""
        is_relative = "://" not in address and not address.startswith("//")
        keys = []
        if page.address or not is_relative:
            keys.append(resource_key(resolve_url(page.address, address)))
        if is_relative:
            base = "/" + resource_key_of_path(page.entry.bundle or page.name)
            path = resolve_url("file://" + base.replace("?", "%3F").replace("#", "%23"), address)
            keys.append(resource_key(path).lstrip("/"))
        return list(dict.fromkeys([*keys, *map(without_query, keys)]))

    def _related(self, rows: list[Found], keys: list[str]) -> list[Found]:
        """Return the captures that share most of the path; none if several share only their name."""
        if not rows:
            return []
        shared = [max(shared_folders(row[1], key) for key in keys) for row in rows]
        most = max(shared)
        best = [row for row, count in zip(rows, shared, strict=True) if count == most]
        return best if most > 0 or len({folder_of(row[1]) for row in rows}) == 1 else []

    def _chosen(self, rows: list[Found], page: Capture) -> Capture | None:
        """Return one of equally good captures: from the page's own bundle, otherwise the latest."""
        rows = [row for row in rows if row[2].bundle == page.entry.bundle] or rows
        for number, _key, entry in rows:
            if not entry.is_revisit:
                return Capture(number, entry, self._read)
        for _number, _key, entry in rows:
            for number, _key, original in self._index.where("digest", entry.digest):
                if entry.digest and not original.is_revisit:
                    return Capture(number, original, self._read)
        return None

    def _read(self, entry: FoundCapture, limit: int) -> bytes:
        lower = entry.bundle.lower()
        if lower.endswith(WARC):
            data = warc.read_record(entry, limit)
        elif lower.endswith(BUNDLES):
            data = self._bundles.read(entry)
        else:
            data = folder.read_file(entry, limit)
        if len(data) > limit:
            raise SourceError(
                entry.name, 0, _("is larger than %(limit)s bytes") % {"limit": f"{limit:,}"}
            )
        return data

    @staticmethod
    def _inline(address: str) -> Capture | None:
        """Decode a data: URL."""
        head, comma, body = address[5:].partition(",")
        if not comma:
            return None
        data = unquote_to_bytes(body)
        if head.rstrip().lower().endswith(";base64"):
            try:
                data = base64.b64decode(b"".join(data.split()) + b"==", validate=False)
            except binascii.Error:
                return None
        media_type = head.partition(";")[0].strip().lower()
        entry = FoundCapture("data:" + media_type, "", media_type=media_type)
        return Capture(0, entry, lambda _entry, _limit: data)
