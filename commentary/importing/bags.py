"""Archives that `export_archive` wrote: BagIt folders with a JSON Lines export."""

import logging
from os.path import isfile
from pathlib import Path

import bagit

from .messages import gettext as _
from .records import SourceError

LINES = "commentary.jsonl"
DECLARATION = "bagit.txt"


def is_archive_folder(path: str) -> bool:
    """Return whether a path is an archive written by `export_archive`."""
    folder = Path(path)
    return path != "-" and isfile(folder / DECLARATION) and isfile(folder / "data" / LINES)


def checked_archive(path: str) -> Path:
    """Return the JSON Lines export of an archive whose checksums are right. Raises SourceError."""
    logging.getLogger("bagit").setLevel(logging.CRITICAL)
    try:
        bagit.Bag(path).validate()
    except (bagit.BagError, OSError, ValueError) as failure:
        why = " ".join(str(failure).split())[:500]
        raise SourceError(
            path, 0, _("the archive is damaged: %(reason)s") % {"reason": why}
        ) from failure
    return Path(path) / "data" / LINES
