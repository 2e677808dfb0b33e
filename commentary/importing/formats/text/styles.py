"""Read comments by how they are separated: the readers for each style of `Start`."""

from .blocks import read_blocks, read_nameless, read_names, read_signed, read_voted
from .entries import TextEntry
from .lines import CaptureRows, Start
from .lists import read_numbered_list


def read_entries(
    page: CaptureRows, start: Start, declared: int | None
) -> tuple[list[TextEntry], int]:
    """Return the entries in page order, and the row after the last one."""
    if start.style == "none":
        return [], start.first if start.heading is None else start.heading + 1
    readers = {
        "list": read_numbered_list,
        "voted": read_voted,
        "blocks": read_blocks,
        "signed": read_signed,
        "names": read_names,
    }
    if start.style == "nameless":
        return read_nameless(page, start.first, declared)
    return readers[start.style](page, start.first)
