"""Sorts the paths given to an import into exports and text captures, which are read one by one, and
saved pages, which are read together with the files they use.
"""

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from . import static_site
from .archives import Archive
from .archives.archive import SUFFIXES as ARCHIVES
from .archives.folder import REMAINS, mirror_address, parts_of
from .fields import printable
from .formats import detect, suffixes
from .formats.html import SUFFIXES as PAGES
from .formats.html.survey import ASSET, PAGE
from .messages import gettext as _
from .packed import is_zip, unpack
from .records import SourceError
from .source import HTML_PAGE, SourceFile, open_regular

# Files that exports refer to. Other files that are not imported are reported.
IMAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?|ico)$", re.I)
HEAD = 20_000  # bytes examined to recognise a page
Skip = Callable[[str, str], None]  # called with each skipped path and the reason


class File(NamedTuple):
    """A file to import.

    Symbolic links are followed in paths given by the user, but not inside folders. `path` may
    contain any bytes; `name` is its printable form. A file of a ZIP file is at another `path`, and
    has the name `label`. `problem` says why it can't be read, if that is known already.
    """

    path: str
    follow_links: bool = True
    label: str = ""
    problem: str = ""

    @property
    def name(self) -> str:
        return printable(self.label or self.path)


@dataclass
class Input:
    """The files in one path. `files` are imported one by one; `pages` says whether `archive`
    contains saved pages, and not only files that exports refer to.
    """

    files: list[File] = field(default_factory=list)
    archive: Archive = field(default_factory=Archive)
    has_pages: bool = False


def open_input(path: str, skip: Skip) -> Input:
    """Search a path. Everything in a folder that is not imported is reported, except hidden files
    and the logs of mirroring programs.
    """
    found = Input()
    if path != "-" and is_zip(path):
        _add_zip(found, path, path, skip)
    elif path == "-" or not os.path.isdir(path):
        _add_single(found, path)
    else:
        _add_folder(found, path, skip)
    return found


def resource_folders(paths: Iterable[str]) -> set[str]:
    """Return those of the paths that are folders with the resources of a saved page among them, as
    in ``FOLDER/*``. They are read with their page.
    """
    given = {os.path.abspath(path): path for path in paths if path != "-"}
    pages = [p for p in given if os.path.isfile(p) and _is_page(p, os.path.basename(p))]
    parts = {str(folder) for page in pages for folder in parts_of(Path(page))}
    return {given[folder] for folder in parts if folder in given}


def add_media(found: Input, folder: str, skip: Skip) -> None:
    """Add the files of a folder that exports may refer to, such as WordPress uploads."""
    for entry in _regular_files(folder, skip):
        found.archive.add(_name_in(folder, entry), Path(entry))


def _add_single(found: Input, path: str) -> None:
    name = os.path.basename(path)
    if path == "-" or not (name.lower().endswith(ARCHIVES) or _is_page(path, name)):
        found.files.append(File(path))
        return
    found.has_pages = True
    # A symbolic link given as the path is followed.
    real = Path(os.path.realpath(path))
    found.archive.add(name, real)
    for folder in parts_of(Path(path)):
        for entry in _regular_files(str(folder), lambda _path, _why: None):
            found.archive.add(f"{folder.name}/{_name_in(str(folder), entry)}", Path(entry))


def _add_static_site(found: Input, path: str, names: list[str], label: str, skip: Skip) -> None:
    """Add the posts and comments of a static site as one file."""
    target = found.archive.new_folder() / "site"
    for name in static_site.write_source(path, names, target):
        skip(os.path.join(path, name), _("cannot be read, or is too large"))
    found.files.append(File(str(target), follow_links=False, label=label or path))


def _add_zip(found: Input, path: str, label: str, skip: Skip) -> None:
    """Add the files in a ZIP file, as if it were a folder named `label`."""
    folder = found.archive.new_folder()
    try:
        unpack(Path(path), folder, lambda name, why: skip(f"{label}/{name}", why))
    except SourceError as refusal:
        found.files.append(File(path, label=label, problem=refusal.reason))
        return
    except OSError as failure:
        why = _("cannot be read: %(reason)s") % {"reason": failure.strerror or failure}
        found.files.append(File(path, label=label, problem=why))
        return
    _add_folder(found, str(folder), skip, label)


def _add_folder(found: Input, path: str, skip: Skip, label: str = "") -> None:
    """Add the files in a folder. `label` is the name of the ZIP file that was unpacked there."""
    if label:
        tell, unpacked = skip, path

        def skip(entry: str, why: str) -> None:
            tell(f"{label}/{_name_in(unpacked, entry)}", why)

    files: list[str] = []
    packed: list[str] = []
    others: list[str] = []
    rest: list[str] = []
    known = suffixes() - PAGES
    entries = list(_regular_files(path, skip))
    site = set(static_site.files_of(_name_in(path, entry) for entry in entries))
    if site:
        _add_static_site(found, path, sorted(site), label, skip)
    for entry in entries:
        name = _name_in(path, entry)
        if name in site:
            continue
        if site:  # its other files, such as templates, are neither exports nor saved pages
            rest.append(entry)
            continue
        if os.path.basename(name).lower() in REMAINS or "/hts-cache/" in f"/{name}":
            continue
        if is_zip(entry):
            packed.append(entry)
        elif name.lower().endswith(ARCHIVES) or _is_page(entry, name):
            found.has_pages = True
            others.append(entry)
        elif Path(name).suffix.lower() in known and not mirror_address(name):
            (files if _is_export(entry, name) else rest).append(entry)
        else:
            rest.append(entry)
    for entry in sorted(others + rest):
        name = _name_in(path, entry)
        if found.has_pages or IMAGE.search(name):
            found.archive.add(name, Path(entry))
        else:
            skip(
                entry,
                _("not a post, comment or picture of the site")
                if site
                else _("unrecognised format"),
            )
    files.sort(key=_reading_order)
    found.files += [
        File(entry, follow_links=False, label=label and f"{label}/{_name_in(path, entry)}")
        for entry in files
    ]
    for entry in packed:
        if label:
            skip(entry, _("a ZIP file in a ZIP file"))
        else:
            _add_zip(found, entry, entry, skip)
    if not found.files and not found.has_pages:
        found.files = [File(path, label=label)]  # will be refused with a reason


def _reading_order(path: str) -> list[tuple[str, int]]:
    """Return a key that sorts the parts of an export by number: "topic" before "topic-2" before
    "topic-10".
    """
    parts = re.split(r"(\d{1,18})", os.path.splitext(path)[0])
    return [
        (text, int(number or "0"))
        for text, number in zip(parts[::2], [*parts[1::2], ""], strict=True)
    ]


def _is_export(path: str, name: str) -> bool:
    """Return whether a file of a folder is imported. Folders of sites have many JSON files and feeds,
    so these must be recognised.
    """
    if not name.lower().endswith((".json", ".json.gz", ".atom")):
        return True
    try:
        detect(SourceFile.start_of(name, Path(path)))
    except (SourceError, OSError):
        return False
    return True


def _name_in(folder: str, entry: str) -> str:
    return os.path.relpath(entry, folder).replace(os.sep, "/")


def _is_page(path: str, name: str) -> bool:
    """Return whether a file is an HTML page, judging by its name and start. A file with the
    extension of an export or a text must start with HTML.
    """
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
    """Return the regular files in a folder and its subfolders, sorted by name. `skip` is called for
    anything else.
    """
    waiting = _entries(folder, skip)
    while waiting:
        entry = waiting.pop()
        try:
            mode = os.lstat(entry).st_mode
        except OSError as failure:
            skip(entry, _("cannot be read: %(reason)s") % {"reason": failure.strerror})
            continue
        if os.path.basename(entry).startswith("."):
            skip(entry, _("hidden"))
        elif stat.S_ISLNK(mode):
            skip(entry, _("symbolic link"))
        elif stat.S_ISDIR(mode):
            waiting += _entries(entry, skip)
        elif not stat.S_ISREG(mode):
            skip(entry, _("not a regular file"))
        else:
            yield entry


def _entries(folder: str, skip: Skip) -> list[str]:
    """Return the paths in a folder in reverse order."""
    try:
        return sorted((os.path.join(folder, name) for name in os.listdir(folder)), reverse=True)
    except OSError as failure:
        skip(folder, _("cannot be read: %(reason)s") % {"reason": failure.strerror})
        return []
