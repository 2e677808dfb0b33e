"""Which copies of a picture are served, and at which addresses; known from its size alone."""

import re

WIDTHS = (480, 960, 1600)  # pixels: a phone, a text column at twice its resolution, a large screen
ADDRESS = "/media/{sha256}-{width}.webp"
NAME = re.compile(r"([0-9a-f]{64})-(\d{1,5})\.webp")


def widths_of(width: int) -> list[int]:
    """The widths of the copies of a picture that is `width` pixels wide, ascending. None is larger
    than the original."""
    return [*(step for step in WIDTHS if step < width), min(width, WIDTHS[-1])][: len(WIDTHS)]


def height_at(width: int, original: tuple[int, int]) -> int:
    """The height in pixels of the copy that is `width` wide."""
    return max(1, round(original[1] * width / original[0]))


def address_of(sha256: str, width: int) -> str:
    """Where a copy is served."""
    return ADDRESS.format(sha256=sha256, width=width)
