"""Numbers in URLs and forms of the admin, and how many rows one action may take."""

from django.core.exceptions import BadRequest

from ..reading.parameters import HIGHEST_KEY, HIGHEST_NUMBER, parse_key

MAX_BATCH = 1_000  # rows of one action
MAX_LINE = HIGHEST_NUMBER


def number(text: str, highest: int = HIGHEST_KEY) -> int:
    """A number in a URL, `highest` at most; 0 for anything else."""
    return min(parse_key(text) or 0, highest)


def key(text: str) -> int:
    """A key that a button or a checkbox sends. Raises BadRequest for anything else."""
    found = parse_key(text)
    if found is None:
        raise BadRequest("Not a number.")
    return found
