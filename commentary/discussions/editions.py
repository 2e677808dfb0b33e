"""Editions: fingerprints that stop a form from overwriting changes its sender has not seen.

A form carries the edition of the values it shows. If they have changed by the time it is sent,
nothing is stored and the form is shown again with both versions.
"""

import hashlib
from collections.abc import Iterator, Mapping


def edition_of(values: Mapping[str, object]) -> str:
    """Return a fingerprint of the values, with one part for each value."""
    return ".".join(
        hashlib.sha256(f"{name}={value}".encode()).hexdigest()[:12]
        for name, value in values.items()
    )


def changed(values: Mapping[str, object], seen: str) -> Iterator[str]:
    """Yield the names of the values that differ from the edition `seen`.

    A form without an edition shows nothing of what it would overwrite: all values differ.
    """
    parts = seen.split(".")
    for i, (name, part) in enumerate(zip(values, edition_of(values).split("."), strict=True)):
        if i >= len(parts) or parts[i] != part:
            yield name
