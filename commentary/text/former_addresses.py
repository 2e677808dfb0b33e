"""Keys of former URLs: the one that all spellings share, and those to look up for a request."""

import hashlib
import re
import unicodedata
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote_to_bytes, urlsplit

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
# Parameters that identify a list or a feed of a blog, on its home page.
LISTING = ("feed", "cat", "tag", "author", "author_name", "year", "monthnum", "m", "s", "paged")
COMMENT_PARAMETERS = ("replytocom", "thread", "comment", "commentid", "comment_id", "showcomment")
# Path endings of other versions of a page, such as AMP or print.
ENDINGS = re.compile(
    r"(?:/(?:feed|rss|rss2|atom|amp|print|printable|trackback|embed|mobile|email|comments)"
    r"(?:\.html?|\.xml)?|/comment-page-\d+|/page/\d+|/feed/(?:rss|rss2|atom|rdf)|/attachment/[^/]+"
    r"|\.amp(?=\.html$)|\.amp$){1,5}(?:\.html)?$"
)
BEGINNINGS = re.compile(r"^/(?:amp|print|m|mobile)(?=/)")
FEEDS = re.compile(
    r"/(?:feed|rss|rss2|atom|feed\.xml|index\.xml)(?:/(?:rss|rss2|atom|rdf))?$"
    r"|/feeds/\d+/comments/default$"
)
EXTENSION = re.compile(r"\.(?:html?|php|aspx?|shtml)$")
# WordPress stores "wall.jpg" with variants: "wall-300x200.jpg", "-scaled", "-rotated" and edited
# copies.
VARIANT = r"(?:-\d{1,5}x\d{1,5}|-scaled|-rotated|-e\d{10,20}){1,5}"
IMAGE_VARIANT = re.compile(rf"{VARIANT}(?=\.(?:jpe?g|png|gif|webp)$)")
ENCODED = re.compile(r"%[0-9a-f]{2}", re.I)
# What is copied with a link from the text around it.
AROUND = "\"'()<>[]{},.;:!*»«“”„‘’ \t"
# Not a session or a token, which may identify a reader.
SIMPLE = re.compile(
    r"(?=.{1,40}$)(?![0-9a-f]{8}-[0-9a-f]{4}-)[A-Za-z0-9]{1,20}(?:[_-][A-Za-z0-9]{1,20})*"
)
MAX_LENGTH = 2_000
MAX_NAMED = 5  # parameters that are looked up one by one


class Asked(NamedTuple):
    """A request for a former URL. `keys` are looked up in order, and the first one found is used;
    `is_feed` is set for a feed, and `comment` is the id of a comment in the URL. `path` is the path
    without case, and without the endings of other versions of the page; `whole` has them. `pairs`
    are the parameters."""

    keys: list[str]
    is_feed: bool
    comment: str
    path: str
    whole: str
    pairs: list[tuple[str, str]]


def _digest(path: str, query: list[tuple[str, str]]) -> str:
    text = repr((path, sorted(query)))
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _decoded(text: str) -> str:
    """Decode a percent-encoded path: once, or twice if it was encoded twice. Old sites used
    Western European encodings too."""
    for _ in range(2):
        raw = unquote_to_bytes(text.encode(errors="replace"))
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = raw.decode("cp1252", errors="replace")
        if not ENCODED.search(text):
            break
    return text


def _path(path: str) -> str:
    decoded = unicodedata.normalize("NFC", _decoded(path)).replace("+", " ").casefold()
    joined = "/" + "/".join(part for part in decoded.split("/") if part)
    return IMAGE_VARIANT.sub("", INDEX_FILE.sub("/", joined)).rstrip("/") or "/"


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        found = parse_qsl(query, keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return []
    # "&amp;" is what pages that escaped their links twice led to.
    return [(name.lower().removeprefix("amp;"), value.replace("\0", "")) for name, value in found]


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
    paths = _spellings(whole)
    keys = [_digest(whole, named), *(_digest(whole, [pair]) for pair in named[:MAX_NAMED])]
    for other in paths[1:]:
        keys.append(_digest(other, named))
    keys += [_digest(each, []) for each in paths if each != "/"]
    ids = (value for name, value in pairs if name in COMMENT_PARAMETERS)
    is_feed = FEEDS.search(whole) is not None or any(name == "feed" for name, _value in pairs)
    comment = next(ids, "")[:64]
    return Asked([*dict.fromkeys(keys)], is_feed, comment, _without_ending(whole), whole, pairs)


def _without_ending(whole: str) -> str:
    """Return a path without what was copied with it, and without the endings of other versions."""
    bare = whole.rstrip(AROUND).rstrip("/") or "/"
    return ENDINGS.sub("", BEGINNINGS.sub("", bare)) or "/"


def _spellings(whole: str) -> list[str]:
    """Return the paths that a request may mean, the most exact first."""
    found = [whole]
    for path in (whole.rstrip(AROUND).rstrip("/") or "/", _without_ending(whole)):
        stem = EXTENSION.sub("", path)
        found += [path, stem, f"{stem}.html"]
    return [*dict.fromkeys(found)]


def names_former_page(query: str) -> bool:
    """Return whether a query identifies a page or a list of an earlier site, such as ``?p=12``."""
    return any(name in NAMING + LISTING for name, _value in _pairs(query[:MAX_LENGTH]))


def naming_url(path: str, query: str) -> str:
    """Return a URL without the parameters that don't identify a page."""
    named = [
        f"{name}={value}"
        for name, value in _pairs(query[:MAX_LENGTH])
        if name in NAMING and SIMPLE.fullmatch(value)
    ]
    return path + ("?" + "&".join(named[:MAX_NAMED]) if named else "")
