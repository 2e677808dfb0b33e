"""The beginning of an article for lists: its first words and its first picture, from pieces of its
body, so that no list reads whole texts.
"""

import re

from django.utils.text import Truncator

from .article_html import Picture, pictures_in, plain
from .body import parse_body
from .markup import plain_text

BEGINNING = 3_000  # characters of a body in which an excerpt is found
PICTURES = 4_000  # characters from the first stored picture in which one that is shown is found
STORED_PICTURE = '<img src="media:'  # how a stored picture begins in normal form
EXCERPT_LENGTH = 220  # characters; pages show two lines
# Elements without running text, which may be cut off at the end.
NO_TEXT = re.compile(
    r"<(h[1-6]|figure|figcaption|table|pre|script|style)\b.*?(?:</\1>|\Z)", re.S | re.I
)
CUT_TAG = re.compile(r"<[^<>\"]*(?:\"[^\"]*\"[^<>\"]*)*(?:\"[^\"]*)?\Z|&[#\w]*\Z")


def excerpt_of(markup: str, beginning: str) -> str:
    """Return the first words of an article on one line. `beginning` is the start of its body."""
    if markup == "text":
        words = " ".join(b.text for b in parse_body(beginning) if b.kind != "heading")
    else:
        running = NO_TEXT.sub(" ", CUT_TAG.sub("", beginning) if _is_cut(beginning) else beginning)
        words = plain(running) if markup == "rich" else plain_text(running)
    return Truncator(" ".join(words.split())).chars(EXCERPT_LENGTH, truncate="…")


def first_picture(fragment: str) -> Picture | None:
    """Return the first picture in a piece of a formatted text that can be shown."""
    return next((picture for picture in pictures_in(fragment) if picture.is_shown), None)


def _is_cut(beginning: str) -> bool:
    return len(beginning) >= BEGINNING
