"""Computes from a picture's size which copies are served, and their URLs."""

import re

# Pixels, for a phone, a text column at double resolution, and a large screen.
WIDTHS = (480, 960, 1600)
PREFIX = "/media/"  # of the URLs of copies; see urls.py
NAME = re.compile(r"([0-9a-f]{64})-([1-9][0-9]{0,4})\.webp")


def widths_of(width: int) -> list[int]:
    """Return the widths of the copies of a picture `width` pixels wide, ascending. None exceeds the
    original.
    """
    return [*(step for step in WIDTHS if step < width), min(width, WIDTHS[-1])][: len(WIDTHS)]


def height_at(width: int, original: tuple[int, int]) -> int:
    """Return the height in pixels of the copy that is `width` wide."""
    return max(1, round(original[1] * width / original[0]))


def address_of(sha256: str, width: int) -> str:
    """Return the URL of a copy."""
    return f"{PREFIX}{sha256}-{width}.webp"


def largest_address(sha256: str, width: int) -> str:
    """Return the URL of the largest copy of a picture `width` pixels wide."""
    return address_of(sha256, widths_of(width)[-1])
