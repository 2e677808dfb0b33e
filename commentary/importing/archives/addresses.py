"""Addresses as archives know them: one key for all spellings of an address, and the names under
which a picture may be kept."""

import re
import unicodedata
from urllib.parse import unquote, urljoin, urlsplit

PROXY = re.compile(r"i\d\.wp\.com/(.+)", re.IGNORECASE)
# WordPress keeps "wall.jpg" beside "wall-300x200.jpg", "-scaled", "-rotated" and edited copies.
VARIANT = re.compile(r"(?:-\d{1,5}x\d{1,5}|-scaled|-rotated|-e\d{10,})+(?=\.[^.]+$)")
SIZE = re.compile(r"-(\d{1,5})x(\d{1,5})(?=\.[^.]+$)")


def resource_key(address: str) -> str:
    """What all spellings of one address have in common: host without ``www.``, path and query,
    percent-decoded and in NFC, without scheme and fragment. Relative addresses keep their path."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").removeprefix("www.")
        if parts.port not in (None, 80, 443):
            host += f":{parts.port}"
    except ValueError:
        return unicodedata.normalize("NFC", address.strip())
    path = unquote(parts.path) + (f"?{unquote(parts.query)}" if parts.query else "")
    key = unicodedata.normalize("NFC", host + path)
    proxied = PROXY.fullmatch(key.partition("?")[0])
    return proxied[1] if proxied else key


def without_query(key: str) -> str:
    return key.partition("?")[0]


def joined(base: str, address: str) -> str:
    """An address as it stands in a page at `base`; the address itself where that makes no sense."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return address.strip()


def file_name(key: str) -> str:
    """The last part of a key, without its query."""
    return without_query(key).rstrip("/").rpartition("/")[2]


def original_name(name: str) -> str:
    """The name of the picture that `name` is a variant of, or `name`."""
    return VARIANT.sub("", name)


def pixels(name: str) -> int:
    """How large a variant is by its name; 0 if the name does not say."""
    size = SIZE.search(name)
    return int(size[1]) * int(size[2]) if size else 0


def folder_of(key: str) -> str:
    """What stands before the last part of a key."""
    return without_query(key).rstrip("/").rpartition("/")[0]


def shared_folders(one: str, other: str) -> int:
    """How many folders above their last parts two keys have in common."""
    count = 0
    for a, b in zip(
        reversed(folder_of(one).split("/")), reversed(folder_of(other).split("/")), strict=False
    ):
        if a != b:
            break
        count += 1
    return count
