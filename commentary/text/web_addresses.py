"""Parse web addresses as browsers do, to find the host that a link leads to. Pure functions.

Follows the URL Standard (https://url.spec.whatwg.org) where it affects the host: slashes may be
backslashes, repeated or missing; the host may be percent-encoded, in Punycode, or an IPv4 address
written as one number.
"""

import re
import unicodedata
from ipaddress import IPv4Address
from urllib.parse import unquote

# Browsers remove these anywhere in an address, and EDGES at its ends.
DROPPED = re.compile(r"[\t\n\r]")
EDGES = "".join(map(chr, range(0x21)))
PARTS = re.compile(r"(?:(https?):)?([/\\]*)([^/\\?#]*)", re.IGNORECASE)
# The form a stored link must have, so that every program sees the same host: nothing that browsers
# would repair, and no user name.
PLAIN = re.compile(r"https?://[^\s/\\?#@<>\"'`{|}^%]+(?:[/?#][^\s<>\"]*)?", re.IGNORECASE)
PORT = re.compile(r":[0-9]*$")
DOTS = str.maketrans("。．｡", "...")
UNSEEN = re.compile("[\u00ad\u034f\u180b-\u180f\u200b-\u200d\u2060\u2064\ufe00-\ufe0f\ufeff]")


def is_plain(address: str) -> bool:
    """Return whether an address is an absolute web address that every program reads the same way."""
    return PLAIN.fullmatch(address) is not None


def host_of(address: str) -> str:
    """Return the host that a browser would contact, folded by `fold_host`.

    "" for an address within the site or with another scheme.
    """
    address = DROPPED.sub("", address).strip(EDGES)
    parts = PARTS.match(address)
    if parts is None:
        return ""
    scheme, slashes, authority = parts.groups()
    if not scheme and len(slashes) < 2:
        return ""
    return fold_host(PORT.sub("", authority.rpartition("@")[2]))


def fold_host(host: str) -> str:
    """Return one spelling for all forms of a host: lower case, Unicode instead of Punycode, no
    trailing dot, IPv4 addresses as four numbers.
    """
    host = unquote(host, errors="replace")
    host = UNSEEN.sub("", unicodedata.normalize("NFKC", host).translate(DOTS)).casefold()
    labels = host.strip(".").split(".")
    host = unicodedata.normalize("NFKC", ".".join(map(_decoded, labels)).casefold())
    return _ipv4(host) or host


def is_below(host: str, domain: str) -> bool:
    """Return whether a folded host is a folded domain or one of its subdomains."""
    return host == domain or host.endswith("." + domain)


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label


def _ipv4(host: str) -> str:
    """Return the dotted form of an IPv4 address in any notation that browsers accept, "" for a
    name.

    One to four numbers, decimal, octal or hexadecimal; the last one fills the remaining bytes.
    """
    numbers = []
    for part in host.split("."):
        digits, base = part, 10
        if part.startswith("0x"):
            digits, base = part[2:] or "0", 16
        elif len(part) > 1 and part.startswith("0"):
            digits, base = part[1:], 8
        if not re.fullmatch(r"[0-9a-f]{1,40}", digits):
            return ""
        try:
            numbers.append(int(digits, base))
        except ValueError:
            return ""
    *first, last = numbers
    if len(first) > 3 or any(n > 255 for n in first) or last >= 256 ** (4 - len(first)):
        return ""
    return str(IPv4Address(sum(n << (24 - 8 * i) for i, n in enumerate(first)) + last))
