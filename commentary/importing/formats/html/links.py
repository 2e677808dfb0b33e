"""Resolves the URLs of a page, and decides which can be linked."""

import re
from urllib.parse import SplitResult, urljoin, urlsplit

from ..text.phrases.patterns import lazy_re_compile

_CONTROL = lazy_re_compile(r"[\x00-\x20\x7f\u200b\ufeff]+")
_SCHEME = lazy_re_compile(r"([a-z][a-z0-9+.-]*):", re.I)
LINKED = ("http", "https", "mailto", "ftp", "tel", "xmpp", "irc", "magnet", "doi", "geo", "news")
# The folder that a browser saves with a page: "Title_files", in the languages of browsers.
SAVED_FOLDER = lazy_re_compile(
    r"(?:^|/)[^/]{1,200}[_-](?:files|file|Dateien|Datei|archivos|fichiers|bestanden|pliki|arquivos|ficheiros|filer|"
    r"tiedostot|soubory|elemei|dosyalar|файлы|fails|datoteke|fitxers|failid|bylos|fájlok|αρχεία)/",
    re.I,
)
# Web archives put their own URL before that of the page.
_WAYBACK = lazy_re_compile(
    r"^https?://(?:web\.archive\.org|wayback\.[\w.-]+)/web/\d{4,14}(?:[a-z]{2}_)?/"
)


def split_address(address: str) -> SplitResult:
    """Split a URL; return empty parts for an invalid one."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def cleaned(address: str | None) -> str:
    """Remove the spaces and control characters that browsers ignore in a URL."""
    if not address:
        return ""
    address = address.strip()
    return _CONTROL.sub("", address) if _SCHEME.match(_CONTROL.sub("", address[:40])) else address


def resolved(address: str | None, base: str) -> str:
    """Resolve a URL relative to `base`, if there is one. Return "" for an invalid URL."""
    address = cleaned(address)
    if not address:
        return ""
    if address.startswith("//"):
        scheme = split_address(base).scheme if base else ""
        address = f"{scheme or 'http'}:{address}"
    elif base and not _SCHEME.match(address):
        try:
            address = urljoin(base, address)
        except ValueError:
            return ""
    return _WAYBACK.sub("", address) if "/web/" in address[:80] else address


def linkable(address: str | None, base: str) -> str:
    """Return the URL for a link in an article, absolute or relative; "" for scripts and similar."""
    address = resolved(address, base)
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() not in LINKED:
        # "localhost:80/x" has no scheme either, but can't be linked
        return ""
    return address.replace(" ", "%20")


def host_without_www(address: str) -> str:
    """Return the host of a URL in lower case, without "www."; "" if it has none."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def is_of_site(address: str, base: str) -> bool:
    """Return whether two URLs have the same host, or one host is a subdomain of the other."""
    one, other = host_without_www(address), host_without_www(base)
    return bool(one) and (one == other or one.endswith("." + other) or other.endswith("." + one))
