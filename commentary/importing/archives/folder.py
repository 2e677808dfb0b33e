"""Files in a folder: saved pages with their resources, and mirrors made by wget and HTTrack."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from ..messages import gettext as _
from ..records import SourceError
from ..source import open_regular
from .capture import FoundCapture

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
# What browsers put after "Title" for the folder with the resources of "Title.html": a word of their
# language, such as "_files", "-Dateien", "_elemei" or "_файлы".
PARTS = re.compile(r"[_.-][^\W\d_]{4,20}|[_.-]filer?")

HOST = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+(?!html?$|files$)[a-z]{2,24}(?:[:+]\d{2,5})?", re.I)
INDEX = re.compile(r"(?:^|(?<=/))index\.(?:html?|php)(?=$|\?)", re.I)
ADDED = re.compile(r"(\?[^/]*?)\.html?$", re.I)  # by wget -E, after a query


def file_entries(name: str, path: Path, problems: list[str]) -> Iterator[FoundCapture]:
    """Yield a file as an entry. Mirrors name the folder of a site after its host."""
    try:
        path.lstat()
    except OSError as failure:
        problems.append(
            _("%(name)s: cannot be read: %(reason)s") % {"name": name, "reason": failure.strerror}
        )
        return
    yield FoundCapture(name, str(path), address=mirror_address(name))


def mirror_address(name: str) -> str:
    """Return the URL that a mirror saved as `name`, or "" if the name doesn't begin with a host."""
    host, slash, rest = name.partition("/")
    if not slash or not HOST.fullmatch(host):
        return ""
    if "?" not in rest and "@" in rest and INDEX.search(rest.partition("@")[0]):
        rest = rest.replace("@", "?", 1)  # as wget writes it for Windows
    rest = INDEX.sub("", ADDED.sub(r"\1", rest))
    path, mark, query = rest.partition("?")
    quoted = quote(path, safe="/%:@!$&'()*+,;=~", errors="replace")
    return f"http://{host.replace('+', ':')}/{quoted}{mark}{quote(query, safe='=&%+;,/:@!$', errors='replace')}"


def parts_of(page: Path) -> list[Path]:
    """Return the folders next to a page that hold its resources."""
    try:
        beside = sorted(page.parent.iterdir())
    except OSError:
        return []
    return [
        folder
        for folder in beside
        if folder.name.startswith(page.stem)
        and PARTS.fullmatch(folder.name[len(page.stem) :])
        and folder.is_dir()
        and not folder.is_symlink()
    ]


def read_file(entry: FoundCapture, limit: int) -> bytes:
    """Return at most `limit` + 1 bytes of a file. Raises SourceError if it cannot be read."""
    try:
        with open_regular(Path(entry.place), follow_links=False) as file:
            return file.read(limit + 1)
    except OSError as failure:
        raise SourceError(
            entry.name, 0, _("cannot be read: %(reason)s") % {"reason": failure.strerror}
        ) from failure
