"""Split texts into segments, so that templates can highlight what a rule or search found."""

import re
import unicodedata
from collections.abc import Iterable

MAX_MARKED = 50  # different phrases in one text

Segment = tuple[str, bool]  # text, and whether it is marked


def highlight(text: str, phrases: Iterable[str] = ()) -> list[Segment]:
    """Return `text` in segments, with every occurrence of `phrases` marked.

    Matches whole words; between the words of a phrase there may be anything but letters.
    """
    text = unicodedata.normalize("NFC", text).strip()
    patterns = []
    for phrase in list(dict.fromkeys(phrases))[:MAX_MARKED]:
        if phrase.lower().startswith(("http://", "https://")):
            patterns.append(re.escape(phrase))
        elif words := phrase.split():
            patterns.append(r"(?<!\w)" + r"\W++".join(map(re.escape, words)) + r"(?!\w)")
    if not patterns:
        return [(text, False)]
    segments: list[Segment] = []
    end = 0
    for match in re.finditer("|".join(patterns), text):
        segments += [(text[end : match.start()], False), (match.group(), True)]
        end = match.end()
    return [segment for segment in [*segments, (text[end:], False)] if segment[0]]
