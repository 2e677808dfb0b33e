"""A backup is a folder, with a manifest that lists its files with their checksums."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

FORMAT, VERSION = "commentary-backup", 1
MANIFEST = "manifest.json"
MEDIA = "media"
ERASURES = "erasures.jsonl"
TEMPLATE = "settings.env"
PIECE = 1 << 20  # bytes read at once

Watch = Callable[[str, int], None]  # what is being done, and how many more bytes of it are done


class BackupError(Exception):
    """A backup can't be made, read or restored. The message says why."""


@dataclass
class Manifest:
    """What a backup contains. `files` has the size and SHA-256 of each, `rows` the number of rows of
    each table, `migrations` those that the database has.
    """

    created_at: str
    database: str  # "postgresql" or "sqlite"
    server: str
    rows: dict[str, int]
    migrations: list[str]
    files: dict[str, tuple[int, str]] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        text = json.dumps({"format": FORMAT, "version": VERSION, **asdict(self)}, indent=1)
        with (folder / MANIFEST).open("w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a backup. Raises BackupError."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except OSError as failure:
        raise BackupError(
            _("%(folder)s is not a backup: %(file)s: %(reason)s")
            % {"folder": folder, "file": MANIFEST, "reason": failure.strerror}
        ) from failure
    except ValueError as failure:
        raise _damaged_manifest(folder) from failure
    if not isinstance(found, dict) or found.pop("format", None) != FORMAT:
        raise BackupError(_("%(folder)s is not a backup of Commentary") % {"folder": folder})
    if found.pop("version", None) != VERSION:
        raise BackupError(
            _("%(folder)s was made by a later version of Commentary") % {"folder": folder}
        )
    try:
        return Manifest(**found)
    except TypeError as failure:
        raise _damaged_manifest(folder) from failure


def _damaged_manifest(folder: Path) -> BackupError:
    return BackupError(_("%(folder)s: %(file)s is damaged") % {"folder": folder, "file": MANIFEST})


def copy_file(source: Path, target: Path, watch: Watch, what: str) -> tuple[int, str]:
    """Copy a file so that it is on the disk, and return its size and SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as reader, target.open("xb") as writer:
        total = hashlib.sha256()
        size = 0
        while piece := reader.read(PIECE):
            writer.write(piece)
            total.update(piece)
            size += len(piece)
            watch(what, len(piece))
        writer.flush()
        os.fsync(writer.fileno())
    return size, total.hexdigest()


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the regular files in a folder and its subfolders, in order. Links are left out."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path


def verify_files(folder: Path, manifest: Manifest, watch: Watch) -> None:
    """Compare all files with the manifest. Raises BackupError with the first ones that differ."""
    wrong = []
    for name, (size, digest) in manifest.files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            wrong.append(_("%(file)s leads out of the folder") % {"file": name})
            continue
        try:
            found = file_digest(path, watch)
        except OSError as failure:
            wrong.append(f"{name}: {failure.strerror}")
            continue
        if found != (size, digest):
            wrong.append(_("%(file)s is damaged") % {"file": name})
    known = {*manifest.files, MANIFEST}
    wrong += [
        _("%(file)s is not part of the backup") % {"file": path.relative_to(folder)}
        for path in files_below(folder)
        if str(path.relative_to(folder)) not in known
    ]
    if wrong:
        text = f"{folder}: {'; '.join(wrong[:5])}"
        if more := len(wrong[5:]):
            and_more = ngettext("%(list)s, and %(n)d more", "%(list)s, and %(n)d more", more)
            text = and_more % {"list": text, "n": more}
        raise BackupError(text)


def file_digest(path: Path, watch: Watch) -> tuple[int, str]:
    """Return the size and SHA-256 of a file."""
    total, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            total.update(piece)
            size += len(piece)
            watch(_("checksums"), len(piece))
    return size, total.hexdigest()
