"""Files in a folder: saved pages with what they show, and the mirrors of wget and HTTrack."""

from pathlib import Path

from ..records import SourceError
from ..source import open_regular
from .capture import Entry

# What the makers of mirrors leave beside the pages; nobody's words.
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
# What browsers call the folder with the parts of the page "Title.html".
PARTS = ("_files", "-files", ".files", "_archivos", "-Dateien", "_fichiers", "_bestanden", "_filer")


def entry(name: str, path: Path) -> Entry:
    """A file as a capture. Where it was saved from, only its own words can tell."""
    return Entry(name, str(path), size=path.lstat().st_size)


def parts_of(page: Path) -> list[Path]:
    """The folders beside a page that hold its parts."""
    return [
        folder
        for ending in PARTS
        if (folder := page.with_name(page.stem + ending)).is_dir() and not folder.is_symlink()
    ]


def read(entry: Entry, limit: int) -> bytes:
    """At most `limit` + 1 bytes of a file. Raises SourceError if it cannot be read."""
    try:
        with open_regular(Path(entry.place), follow_links=False) as file:
            return file.read(limit + 1)
    except OSError as failure:
        raise SourceError(entry.name, 0, f"cannot be read: {failure.strerror}") from failure
