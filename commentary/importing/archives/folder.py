"""Files in a folder: saved pages with their resources, and mirrors made by wget and HTTrack."""

from pathlib import Path

from ..records import SourceError
from ..source import open_regular
from .capture import Entry

# Files that mirroring programs leave next to the pages.
REMAINS = {
    "robots.txt",
    ".listing",
    "wget-log",
    "hts-log.txt",
    "backblue.gif",
    "fade.gif",
    "cookies.txt",
    ".ds_store",
    "thumbs.db",
}
# Suffixes of the folder in which browsers store the resources of "Title.html".
PARTS = ("_files", "-files", ".files", "_archivos", "-Dateien", "_fichiers", "_bestanden", "_filer")


def entry(name: str, path: Path) -> Entry:
    """Return a file as a capture. Its original URL is unknown unless the page states it."""
    return Entry(name, str(path), size=path.lstat().st_size)


def parts_of(page: Path) -> list[Path]:
    """Return the folders next to a page that hold its resources."""
    return [
        folder
        for ending in PARTS
        if (folder := page.with_name(page.stem + ending)).is_dir() and not folder.is_symlink()
    ]


def read(entry: Entry, limit: int) -> bytes:
    """Return at most `limit` + 1 bytes of a file. Raises SourceError if it cannot be read."""
    try:
        with open_regular(Path(entry.place), follow_links=False) as file:
            return file.read(limit + 1)
    except OSError as failure:
        raise SourceError(entry.name, 0, f"cannot be read: {failure.strerror}") from failure
