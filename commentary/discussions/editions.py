"""Which state of something a form was made for, so that nobody overwrites what they have not seen.

A form carries the edition of what it shows. What is sent for another edition than the present one is
shown again, with what was typed and what is there now, and changes nothing.
"""

import hashlib
from collections.abc import Iterator, Mapping


def edition_of(values: Mapping[str, object]) -> str:
    """A short text that is another one for other values, in parts: one for each value."""
    return ".".join(
        hashlib.sha256(f"{name}={value}".encode()).hexdigest()[:12]
        for name, value in values.items()
    )


def changed(values: Mapping[str, object], seen: str) -> Iterator[str]:
    """The names of the values that differ from those of the edition `seen`. A form without one, as
    programs send, is for whatever is there."""
    if not seen:
        return
    parts = seen.split(".")
    for i, (name, part) in enumerate(zip(values, edition_of(values).split("."), strict=True)):
        if i >= len(parts) or parts[i] != part:
            yield name
