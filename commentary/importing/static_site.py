"""Puts the posts and comments of a Jekyll or Hugo site into one source, whose lines can be shown."""

import re
from collections.abc import Iterable
from pathlib import Path

from .source import STATIC_SITE, open_regular

# Posts of Jekyll; comments of Staticman; the settings of Jekyll.
FILE = re.compile(
    r"(?:^|/)(?:(?:_posts|_drafts)/.+\.(?:md|markdown|mkd|html?)|_?data/comments/.+\.(?:ya?ml|json))$"
)
SETTINGS = re.compile(r"(?:^|/)_config\.ya?ml$")
HUGO_COMMENT = re.compile(r"(?:^|/)data/comments/.+\.(?:ya?ml|json)$")
HUGO_POST = re.compile(r"(?:^|/)content/.+\.(?:md|markdown)$")
MAX_FILE = 5_000_000  # bytes of a file


def files_of(names: Iterable[str]) -> list[str]:
    """Return which of the files in a folder belong to a static site; none if it isn't one."""
    names = list(names)
    found = [name for name in names if FILE.search(name)]
    if any(HUGO_COMMENT.search(name) for name in found):
        found += [name for name in names if HUGO_POST.search(name)]
    return sorted([*(n for n in names if SETTINGS.search(n)), *found]) if found else []


def write_source(folder: str, names: Iterable[str], target: Path) -> list[str]:
    """Write the files into one source. Returns those that can't be read or are too large."""
    refused = []
    with target.open("wb") as out:
        out.write(STATIC_SITE + b"\n")
        for name in names:
            try:
                with open_regular(Path(folder, name), follow_links=False) as file:
                    data = file.read(MAX_FILE + 1)
            except OSError:
                data = None
            if data is None or len(data) > MAX_FILE:
                refused.append(name)
                continue
            text = data.decode("utf-8", "replace").removeprefix("\ufeff")
            lines = re.split(r"\r\n|\r|\n", text)
            if not lines[-1]:
                lines.pop()
            line = " ".join(name.encode("utf-8", "replace").decode().split())
            out.write("\n".join([f"==== {len(lines)} {line}", *lines, ""]).encode())
    return refused
