"""Content codings of stored pages, and which of them a client accepts."""

import gzip
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import brotli
import zstandard


class Coding(NamedTuple):
    """A content coding: `quick` takes the least time, `small` makes pages smaller that are read more
    than once. See docs/performance.md for sizes and times.
    """

    quick: Callable[[bytes], bytes]
    small: Callable[[bytes], bytes]
    decompress: Callable[[bytes], bytes]


def _zstd(level: int) -> Callable[[bytes], bytes]:
    return lambda body: zstandard.compress(body, level)


# The smallest first.
CODINGS = {
    "br": Coding(
        lambda body: brotli.compress(body, quality=3),
        lambda body: brotli.compress(body, quality=5),
        brotli.decompress,
    ),
    "zstd": Coding(_zstd(3), _zstd(6), zstandard.decompress),
    "gzip": Coding(
        lambda body: gzip.compress(body, 1, mtime=0),
        lambda body: gzip.compress(body, 6, mtime=0),
        gzip.decompress,
    ),
}
QUICKEST = ("zstd", "gzip", "br")


@lru_cache(500)
def accepted(header: str) -> tuple[str, ...]:
    """Return the codings that an Accept-Encoding header allows, the preferred first (RFC 9110,
    12.5.3).
    """
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        name, _, parameter = (piece.strip() for piece in part.partition(";"))
        weights[name.removeprefix("x-")] = _weight(parameter)
    others = weights.get("*", 0.0)
    plain = weights.get("identity", 0.0)
    found = {name: weights.get(name, others) for name in CODINGS}
    chosen = [name for name, weight in found.items() if weight > 0 and weight >= plain]
    return tuple(sorted(chosen, key=lambda name: -found[name]))


def _weight(parameter: str) -> float:
    """Return the value of `q=0.5`: 1 if there is none, 0 if it is invalid."""
    name, _, value = parameter.replace(" ", "").partition("=")
    if name != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
