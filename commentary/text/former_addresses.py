"""Keys of former URLs: the one that all spellings share, and those to look up for a request."""

import hashlib
import re
import unicodedata
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

# Parameters that identify a page. Others may have been added to the link.
NAMING = (
    "p",
    "page_id",
    "attachment_id",
    "post",
    "id",
    "t",
    "node",
    "story",
    "sid",
    "article",
    "entry",
)
INDEX_FILE = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE | re.ASCII)
COMMENT_PARAMETERS = ("replytocom", "thread")
# Path endings of other versions of a page, such as AMP or print.
ENDINGS = re.compile(
    r"(?:/(?:feed|rss|rss2|atom|amp|print|trackback|embed)|/comment-page-\d+|/page/\d+|/feed/(?:rss|rss2|atom|rdf))+$"
)
FEEDS = re.compile(r"/(?:feed|rss|rss2|atom)(?:/(?:rss|rss2|atom|rdf))?$")
# WordPress stores "wall.jpg" with variants: "wall-300x200.jpg", "-scaled", "-rotated" and edited
# copies.
VARIANT = r"(?:-\d{1,5}x\d{1,5}|-scaled|-rotated|-e\d{10,})+"
IMAGE_VARIANT = re.compile(rf"{VARIANT}(?=\.(?:jpe?g|png|gif|webp)$)")
MAX_LENGTH = 2_000


class Asked(NamedTuple):
    """A request for a former URL. `keys` are looked up in order, and the first one found is used;
    `is_feed` is set for a feed, and `comment` is the id of a comment in the URL."""

    keys: list[str]
    is_feed: bool
    comment: str


def _digest(path: str, query: list[tuple[str, str]]) -> str:
    text = repr((path, sorted(query)))
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _path(path: str) -> str:
    decoded = unicodedata.normalize("NFC", unquote(path)).casefold()
    return IMAGE_VARIANT.sub("", INDEX_FILE.sub("/", "/" + decoded.strip("/"))).rstrip("/") or "/"


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return []


def key_of(address: str) -> str:
    """Return the key under which a former URL is stored: its path without case, final slash and name
    of an index file, with the parameters that identify a page. It has no host, since hosts change."""
    try:
        parts = urlsplit(address[:MAX_LENGTH])
    except ValueError:
        return _digest(address[:MAX_LENGTH], [])
    named = [pair for pair in _pairs(parts.query) if pair[0] in NAMING]
    return _digest(_path(parts.path), named)


def asked_by(path: str, query: str) -> Asked:
    """Return the request with its possible keys, the most exact first."""
    pairs = _pairs(query[:MAX_LENGTH])
    named = [pair for pair in pairs if pair[0] in NAMING]
    whole = _path(path[:MAX_LENGTH])
    short = ENDINGS.sub("", whole) or "/"
    keys = [_digest(whole, named), *(_digest(whole, [pair]) for pair in named)]
    if whole != "/":
        keys.append(_digest(whole, []))
    if short != whole:
        keys += [_digest(short, named), *([_digest(short, [])] if short != "/" else [])]
    comment = next((value for name, value in pairs if name in COMMENT_PARAMETERS), "")
    return Asked([*dict.fromkeys(keys)], FEEDS.search(whole) is not None, comment[:64])


def names_former_page(query: str) -> bool:
    """Return whether a query identifies a page of an earlier site, such as ``?p=12``."""
    return any(name in NAMING for name, _value in _pairs(query[:MAX_LENGTH]))
