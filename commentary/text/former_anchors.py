"""URL fragments that led to comments on earlier sites, in all the spellings that blogs used."""

import re
from collections.abc import Iterator

MAX_LENGTH = 100  # characters of a stored fragment
HIGHEST = 2**31 - 1  # of the numbers that comments can have here
# What systems put before the id of a comment. "" stands for the id itself.
PREFIXES = (
    "comment-",
    "",
    "c",
    "li-comment-",
    "div-comment-",
    "IDComment",
    "comment",
    "comment_",
    "comments-",
    "cmt",
    "cmt-",
    "dsq-comment-",
    "isso-",
    "remark42__comment-",
    "commento-",
    "comment-id-",
    "commentid-",
    "reaction-",
    "reply-",
)
ID = re.compile(
    rf"(?:{'|'.join(sorted(filter(None, PREFIXES), key=len, reverse=True))})?"
    r"(\d{1,20}|[0-9a-f]{8}-[0-9a-f-]{20,40}|[0-9a-f]{20,64})",
    re.IGNORECASE,
)
OWN = re.compile(r"comment-([1-9]\d{0,9})")
# Keys that imports give to comments without an id.
MADE = re.compile(r"digest .*|(?=\d*[a-f])[0-9a-f]{16}(?:-\d+)?")
REPEATED = re.compile(r"(.+) \(\d+\)")


def number_in(name: str) -> int | None:
    """Return the number that our own pages would take a fragment for, or None."""
    found = OWN.fullmatch(name)
    return int(found[1]) if found and int(found[1]) <= HIGHEST else None


def spellings_of(asked: str) -> list[str]:
    """Return the names to look up for a fragment without "#": itself and its other spellings."""
    found = ID.fullmatch(asked)
    others = [f"{prefix}{found[1]}" for prefix in PREFIXES] if found else []
    return [*dict.fromkeys([asked[:MAX_LENGTH], *others])]


def stored_anchors(source_ids: str | None, source_key: str, is_numbered: bool) -> Iterator[str]:
    """Yield the names under which a stored comment is found: its fragments in `source_ids`, and the
    id that its source gave it unless a fragment contains it. With `is_numbered`, comments without
    fragments had the usual one, "comment-12".
    """
    fragments = [word[1:] for word in (source_ids or "").split() if word.startswith("#")]
    names = [name for name in fragments if 0 < len(name) <= MAX_LENGTH]
    repeated = REPEATED.fullmatch(source_key)
    given = repeated[1] if repeated else source_key
    ids = {found[1] for name in names if (found := ID.fullmatch(name))}
    if given and not MADE.fullmatch(given) and given not in ids and given not in names:
        names.append(f"comment-{given}" if is_numbered and given.isdecimal() else given)
    yield from dict.fromkeys(names)
