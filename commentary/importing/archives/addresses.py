"""URLs in archives: one key for all spellings of a URL, and the names an image may be stored under."""

import re
import unicodedata
from urllib.parse import unquote, urljoin, urlsplit

from ...text.former_addresses import VARIANT

PROXY = re.compile(r"i\d\.wp\.com/(.+)", re.IGNORECASE)
FILE_VARIANT = re.compile(rf"{VARIANT}(?=\.[^.]+$)")
SIZE = re.compile(r"-(\d{1,5})x(\d{1,5})(?=\.[^.]+$)")


def resource_key(address: str) -> str:
    """Return a key shared by all spellings of a URL.

    Host without ``www.``, path and query, percent-decoded and in NFC, without scheme and fragment.
    Relative URLs keep their path.
    """
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


def resolve_url(base: str, address: str) -> str:
    """Resolve a URL found in a page at `base`; return it unchanged if that fails."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return address.strip()


def file_name(key: str) -> str:
    """Return the last part of a key, without the query."""
    return without_query(key).rstrip("/").rpartition("/")[2]


def original_name(name: str) -> str:
    """Return the name of the original if `name` is a variant of an image, otherwise `name`."""
    return FILE_VARIANT.sub("", name)


def pixels(name: str) -> int:
    """Return the number of pixels of a variant given in its name, or 0."""
    size = SIZE.search(name)
    return int(size[1]) * int(size[2]) if size else 0


def folder_of(key: str) -> str:
    """Return everything before the last part of a key."""
    return without_query(key).rstrip("/").rpartition("/")[0]


def shared_folders(one: str, other: str) -> int:
    """Return how many folders, counted from the end, two keys have in common."""
    count = 0
    for a, b in zip(
        reversed(folder_of(one).split("/")), reversed(folder_of(other).split("/")), strict=False
    ):
        if a != b:
            break
        count += 1
    return count
