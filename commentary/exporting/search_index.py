"""A search index of an archive in scripts, which a page can read from a folder without a server."""

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ..text.folding import words

ENTRIES_PER_FILE = 500  # as in static/commentary/archive-search.js
BUCKET = 2  # letters that all words of a file start with
# Characters that would end the script or its line.
ESCAPED = {ord("<"): "\\u003c", 0x2028: "\\u2028", 0x2029: "\\u2029"}


class SearchEntry(NamedTuple):
    """What a result shows, and the text in which its words occur."""

    href: str
    title: str
    who: str
    excerpt: str
    text: str


def write_index(folder: Path, entries: Iterable[SearchEntry]) -> int:
    """Write the index into a folder and return the number of entries."""
    folder.mkdir()
    places: defaultdict[str, array[int]] = defaultdict(lambda: array("l"))
    held: list[list[str]] = []
    count = 0
    for entry in entries:
        for word in set(words(f"{entry.title} {entry.who} {entry.text}")):
            places[word].append(count)
        held.append([entry.href, entry.title, entry.who, entry.excerpt])
        count += 1
        if len(held) == ENTRIES_PER_FILE:
            _write_entries(folder, count, held)
    if held:
        _write_entries(folder, count, held)
    buckets: defaultdict[str, dict[str, list[int]]] = defaultdict(dict)
    for word in sorted(places):
        found = places[word]
        steps = [found[0], *(b - a for a, b in zip(found, found[1:], strict=False))]
        buckets[bucket_of(word)][word] = steps
    for name, content in buckets.items():
        _write_script(folder / f"words-{name}.js", "archiveWords", name, content)
    return count


def bucket_of(word: str) -> str:
    """Return the name of the file with a word: the code points of its first letters."""
    return "-".join(f"{ord(sign):x}" for sign in word[:BUCKET])


def _write_entries(folder: Path, count: int, held: list[list[str]]) -> None:
    number = (count - 1) // ENTRIES_PER_FILE
    _write_script(folder / f"entries-{number}.js", "archiveEntries", number, held)
    held.clear()


def _write_script(path: Path, function: str, name: object, content: object) -> None:
    values = json.dumps([name, content], ensure_ascii=False, separators=(",", ":"))
    path.write_text(f"{function}(...{values.translate(ESCAPED)});\n", encoding="utf-8")
