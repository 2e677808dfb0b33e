"""Parse numbers from URLs and forms of the admin."""

from django.core.exceptions import BadRequest

from ..models import RowKey
from ..reading.parameters import HIGHEST_KEY, HIGHEST_NUMBER, parse_key

MAX_BATCH = 1_000  # rows per action
MAX_LINE = HIGHEST_NUMBER


def number(text: str, highest: int = HIGHEST_KEY) -> int:
    """Return a number from a URL, at most `highest`; 0 for anything else."""
    return min(parse_key(text) or 0, highest)


def key(text: str) -> int:
    """Return the key sent by a button or checkbox. Raises BadRequest for anything else."""
    found = parse_key(text)
    if found is None:
        raise BadRequest("Not a number.")
    return found


def row_key(text: str) -> RowKey:
    """Return the key of a row sent by a button or checkbox. Raises BadRequest for anything else."""
    found = RowKey.parse(text)
    if found is None:
        raise BadRequest("Not the key of a row.")
    return found
