"""What the paths given to an import hold: exports and text captures, which are read one by one, and
saved pages, which are read together with everything they show."""

import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .archives import Archive
from .archives.archive import SUFFIXES as ARCHIVES
from .archives.folder import REMAINS, mirror_address, parts_of
from .fields import printable
from .formats import suffixes
from .formats.html import SUFFIXES as PAGES
from .formats.html.survey import ASSET, PAGE
from .source import HTML_PAGE, open_regular

# Exports refer to these; everything else that is not imported is named.
IMAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?|ico)$", re.I)
HEAD = 20_000  # bytes in which a page shows that it is one
Skip = Callable[[str, str], None]  # is told each path that is skipped, and why


class File(NamedTuple):
    """A file to import.

    Symbolic links are followed in paths given by the user, but not inside folders. `path` may
    contain any bytes; `name` is its printable form.
    """

    path: str
    follow_links: bool = True

    @property
    def name(self) -> str:
        return printable(self.path)


@dataclass
class Input:
    """What one path holds. `files` are imported one by one; `pages` says whether `archive` holds
    saved pages, and not only what files refer to."""

    files: list[File] = field(default_factory=list)
    archive: Archive = field(default_factory=Archive)
    has_pages: bool = False


def open_input(path: str, skip: Skip) -> Input:
    """Look through a path. Nothing that a folder holds is passed over in silence but hidden files and
    what mirrors leave behind."""
    found = Input()
    if path == "-" or not os.path.isdir(path):
        _add_single(found, path)
    else:
        _add_folder(found, path, skip)
    return found


def add_media(found: Input, folder: str, skip: Skip) -> None:
    """Add the files of a folder that may be referred to, such as the uploads of WordPress."""
    for entry in _regular_files(folder, skip):
        found.archive.add(_name_in(folder, entry), Path(entry))


def _add_single(found: Input, path: str) -> None:
    name = os.path.basename(path)
    if path == "-" or not (name.lower().endswith(ARCHIVES) or _is_page(path, name)):
        found.files.append(File(path))
        return
    found.has_pages = True
    # A link that was given is followed; what it leads to is what was meant.
    real = Path(os.path.realpath(path))
    found.archive.add(name, real)
    for folder in parts_of(Path(path)):
        for entry in _regular_files(str(folder), lambda _path, _why: None):
            found.archive.add(f"{folder.name}/{_name_in(str(folder), entry)}", Path(entry))


def _add_folder(found: Input, path: str, skip: Skip) -> None:
    files, others, rest = [], [], []
    known = suffixes() - PAGES
    for entry in _regular_files(path, skip):
        name = _name_in(path, entry)
        if os.path.basename(name).lower() in REMAINS or "/hts-cache/" in f"/{name}":
            continue
        if name.lower().endswith(ARCHIVES) or _is_page(entry, name):
            found.has_pages = True
            others.append(entry)
        elif Path(name).suffix.lower() in known and not mirror_address(name):
            files.append(entry)
        else:
            rest.append(entry)
    for entry in sorted(others + rest):
        name = _name_in(path, entry)
        if found.has_pages or IMAGE.search(name):
            found.archive.add(name, Path(entry))
        else:
            skip(entry, "unrecognised format")
    found.files = [File(entry, follow_links=False) for entry in files]
    if not found.files and not found.has_pages:
        found.files = [File(path)]  # refused with a reason


def _name_in(folder: str, entry: str) -> str:
    return os.path.relpath(entry, folder).replace(os.sep, "/")


def _is_page(path: str, name: str) -> bool:
    """Whether a file is an HTML page, by its name and how it begins. One that is named like an export
    or a text has to begin with the page itself."""
    suffix = Path(name).suffix.lower()
    if ASSET.search(name) or suffix == ".xml":
        return False
    try:
        with open_regular(Path(path)) as file:
            head = file.read(HEAD)
    except OSError:
        return False
    if suffix in suffixes() - PAGES:
        return HTML_PAGE.match(head[:4_000].decode("latin-1")) is not None
    return PAGE.search(head) is not None


def _regular_files(folder: str, skip: Skip) -> Iterator[str]:
    """The files in a folder and below, in the order of their names. Whatever else is there is told
    to `skip`."""
    waiting = _entries(folder, skip)
    while waiting:
        entry = waiting.pop()
        try:
            mode = os.lstat(entry).st_mode
        except OSError as failure:
            skip(entry, f"cannot be read: {failure.strerror}")
            continue
        if os.path.basename(entry).startswith("."):
            skip(entry, "hidden")
        elif stat.S_ISLNK(mode):
            skip(entry, "symbolic link")
        elif stat.S_ISDIR(mode):
            waiting += _entries(entry, skip)
        elif not stat.S_ISREG(mode):
            skip(entry, "not a regular file")
        else:
            yield entry


def _entries(folder: str, skip: Skip) -> list[str]:
    """The paths in a folder, the first one last."""
    try:
        return sorted((os.path.join(folder, name) for name in os.listdir(folder)), reverse=True)
    except OSError as failure:
        skip(folder, f"cannot be read: {failure.strerror}")
        return []
