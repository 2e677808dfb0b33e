"""Damaged source files: small valid files, and ways to damage them.

Every case is determined by its number, so a finding can be reproduced.
"""

import gzip
import random
import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.importing import exports

FIXTURES = Path(__file__).parents[2] / "fixtures"
ELEMENT = re.compile(rb"<([\w:]+)(?=[\s>])[^<>]*>.*?</\1>", re.S)
NUMBER = re.compile(rb"\d+")
NAME = re.compile(rb"(?<=[</])[\w:]+")

# Input that breaks parsers: tokens of XML, JSON and SQL, invalid characters, and repetition.
TOKENS = [
    b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"&#0;",
    b"&#xD800;",
    b"&nbsp;&bogus;&",
    b"</item>",
    b"</channel></rss>",
    b"<wp:comment>",
    b"<post><parent/>",
    b'{"id":',
    b"\0",
    b"\x1a",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    "\u202e\u2028\x85\u200b\ufeff".encode(),
    "e\u0301\U0001f41d".encode(),
    b"a" * 10_000,
    b"<a>" * 3_000,
    b"[" * 3_000,
    b"\n" * 3_000,
    b"\n1. A\n\n  \xe2\x80\xa2 B\n",
    b"\nComments are closed.\n",
    b"\n3 Responses\n",
    b"\nAda said...\n",
    b"99999999999999999999",
    b"-1",
    b"1e400",
    b"0000-00-00 00:00:00",
    b"9999-12-31 23:59:60",
]


@cache
def samples() -> list[tuple[str, bytes]]:
    """Yield name and bytes of valid files of every format."""
    found = [
        (path.name, path.read_bytes()) for path in sorted(FIXTURES.rglob("*")) if path.is_file()
    ]
    comments = [exports.wxr_comment(n, comment_parent=str(n - 1)) for n in range(1, 9)]
    wxr = exports.wxr(exports.wxr_item(*comments), exports.wxr_item(number=11))
    posts = [exports.disqus_post(n, 1, n - 1 if n > 4 else None) for n in range(2, 10)]
    disqus = exports.disqus(exports.disqus_thread(1), *posts)
    backup = exports.remark42(
        *(exports.remark42_comment(f"c{n}", f"c{n - 1}" if n % 3 else "") for n in range(9))
    )
    rows = [(1, n, n - 1 or None, 1.4e9 + n, 1, f"Text {n}", "Ada") for n in range(1, 9)]
    with tempfile.TemporaryDirectory() as folder:
        isso = exports.isso(Path(folder), [(1, "/ropes/", "Ropes")], rows)
    return [
        *found,
        ("wxr.xml", wxr),
        ("disqus.xml", disqus),
        ("backup.json", backup),
        ("backup.json.gz", gzip.compress(backup, mtime=0)),
        ("isso.db", isso),
    ]


def case(number: int) -> tuple[str, bytes]:
    """Return name and bytes of the case with this number."""
    dice = random.Random(number)
    name, data = dice.choice(samples())
    packed = name.endswith(".gz") and dice.random() < 0.7
    if packed:
        data = gzip.decompress(data)
    for _ in range(dice.choice([1, 1, 1, 2, 3, 6])):
        data = dice.choice(SPOILERS)(dice, data)
    if packed:
        data = gzip.compress(data, 1, mtime=0)
    return f"{number}-{name}", data


# --- caching


def _flip(dice: random.Random, data: bytes) -> bytes:
    spoiled = bytearray(data)
    for _ in range(dice.choice([1, 2, 8, 64])):
        if spoiled:
            spoiled[dice.randrange(len(spoiled))] ^= 1 << dice.randrange(8)
    return bytes(spoiled)


def _cut(dice: random.Random, data: bytes) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _behead(dice: random.Random, data: bytes) -> bytes:
    return data[dice.randrange(min(len(data), 200) + 1) :]


def _span(dice: random.Random, data: bytes) -> tuple[int, int]:
    start = dice.randrange(len(data) + 1)
    return start, min(len(data), start + dice.choice([1, 10, 100, 1_000]))


def _leave_out(dice: random.Random, data: bytes) -> bytes:
    start, end = _span(dice, data)
    return data[:start] + data[end:]


def _repeat(dice: random.Random, data: bytes) -> bytes:
    start, end = _span(dice, data)
    return data[:start] + data[start:end] * dice.choice([2, 3, 50]) + data[end:]


def _insert(dice: random.Random, data: bytes) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.choice(TOKENS) + data[at:]


def _splice(dice: random.Random, data: bytes) -> bytes:
    other = dice.choice(samples())[1]
    return data[: dice.randrange(len(data) + 1)] + other[dice.randrange(len(other) + 1) :]


def _recode(dice: random.Random, data: bytes) -> bytes:
    encoding = dice.choice(["utf-16", "utf-16-le", "utf-32", "cp1252", "utf-7"])
    return data.decode("utf-8", "replace").encode(encoding, "replace")


# --- lines


def _of_lines(change: Callable[[random.Random, list[bytes]], None]) -> Callable:
    def spoil(dice: random.Random, data: bytes) -> bytes:
        lines = data.split(b"\n")
        change(dice, lines)
        return b"\n".join(lines)

    return spoil


def _swap(dice: random.Random, lines: list[bytes]) -> None:
    a, b = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]


def _shuffle(dice: random.Random, lines: list[bytes]) -> None:
    dice.shuffle(lines)


def _drop(dice: random.Random, lines: list[bytes]) -> None:
    del lines[dice.randrange(len(lines))]


def _indent(dice: random.Random, lines: list[bytes]) -> None:
    by = dice.choice([b" ", b"  ", b"\t", "\xa0".encode(), b" " * 5_000])
    for at in range(*sorted((dice.randrange(len(lines)), dice.randrange(len(lines))))):
        lines[at] = by + lines[at]


def _dedent(dice: random.Random, lines: list[bytes]) -> None:
    for at in range(dice.randrange(len(lines)), len(lines)):
        lines[at] = lines[at].lstrip()


def _take_away_blanks(dice: random.Random, lines: list[bytes]) -> None:
    lines[:] = [line for line in lines if line.strip() or dice.random() < 0.3]


# --- elements and numbers


def _elements(dice: random.Random, data: bytes) -> list[re.Match[bytes]]:
    found = list(ELEMENT.finditer(data[:200_000], dice.randrange(len(data) // 2 + 1)))
    return dice.sample(found, min(2, len(found)))


def _drop_element(dice: random.Random, data: bytes) -> bytes:
    for found in _elements(dice, data)[:1]:
        return data[: found.start()] + data[found.end() :]
    return data


def _double_element(dice: random.Random, data: bytes) -> bytes:
    for found in _elements(dice, data)[:1]:
        return data[: found.end()] + found[0] * dice.choice([1, 20]) + data[found.end() :]
    return data


def _nest_element(dice: random.Random, data: bytes) -> bytes:
    found = _elements(dice, data)
    if len(found) < 2:
        return data
    into, what = found
    at = into[0].index(b">") + 1 + into.start()
    return data[:at] + what[0] + data[at:]


def _rename(dice: random.Random, data: bytes) -> bytes:
    names = [m[0] for m in NAME.finditer(data)]
    return data.replace(dice.choice(names), dice.choice(names)) if names else data


def _renumber(dice: random.Random, data: bytes) -> bytes:
    found = list(NUMBER.finditer(data))
    some = dice.sample(found, min(3, len(found)))
    for number in sorted(some, key=re.Match.start, reverse=True):
        other = dice.choice([dice.choice(found)[0], b"0", b"-7", b"", b"9" * 25, b"x"])
        data = data[: number.start()] + other + data[number.end() :]
    return data


SPOILERS: list[Callable[[random.Random, bytes], bytes]] = [
    _flip,
    _cut,
    _behead,
    _leave_out,
    _repeat,
    _insert,
    _insert,
    _splice,
    _recode,
    _of_lines(_swap),
    _of_lines(_shuffle),
    _of_lines(_drop),
    _of_lines(_indent),
    _of_lines(_dedent),
    _of_lines(_take_away_blanks),
    _drop_element,
    _double_element,
    _nest_element,
    _rename,
    _renumber,
    _renumber,
]
