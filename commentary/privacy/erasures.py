"""The list of erasures, by which they are repeated after a backup is restored.

It is a file outside the database, since a restored database doesn't know of later erasures. It
names comments by their keys and people by keyed hashes.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

SALT = "commentary.privacy.erasures"


@dataclass(frozen=True)
class Erasure:
    """An erasure: when, of which comments (keys of discussions and numbers), and of whom: `people`
    are keyed hashes of mailboxes and of writers.
    """

    at: str
    comments: tuple[tuple[int, int], ...]
    people: tuple[str, ...]
    keep_text: bool

    def names(self, value: str) -> bool:
        """Return whether a mailbox or writer is one of `people`."""
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return bool(value) and any(hash_of(value, key) in self.people for key in keys)


def hash_of(value: str, key: str | None = None) -> str:
    """Return the keyed hash of a mailbox or writer."""
    return salted_hmac(SALT, value, secret=key, algorithm="sha256").hexdigest()


def erasure_file() -> Path:
    return Path(settings.VAR_DIR) / "erasures.jsonl"


def add_erasures(erasures: Iterable[Erasure]) -> None:
    """Add erasures to the list, so that they are on the disk. Those it has already are skipped."""
    file = erasure_file()
    known = set(read_erasures(file))
    new = [one for one in erasures if one not in known]
    if not new:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as stream:
        stream.writelines(json.dumps(asdict(one)) + "\n" for one in new)
        stream.flush()
        os.fsync(stream.fileno())


def read_erasures(file: Path) -> list[Erasure]:
    """Return the erasures in a list, none if there is no such file. Raises ValueError."""
    if not file.exists():
        return []
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            values = json.loads(line)
            comments = tuple((int(key), int(at)) for key, at in values["comments"])
            people = tuple(map(str, values["people"]))
            found.append(Erasure(str(values["at"]), comments, people, bool(values["keep_text"])))
        except (ValueError, TypeError, KeyError) as failure:
            raise ValueError(
                _("%(path)s: line %(line)s is not an erasure") % {"path": file, "line": number}
            ) from failure
    return found
