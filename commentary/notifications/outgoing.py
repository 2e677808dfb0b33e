"""POST to a URL that an administrator entered: no redirect is followed, and by default no address
of a private network is contacted (SSRF).

The address is checked after the name was resolved, and the connection goes to the address that was
checked, so that a name that resolves differently the next time reaches nothing else.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

TIMEOUT, TOTAL_TIMEOUT = 10, 20  # seconds: for each step, and for all together
MAX_URL = 500  # characters
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class RefusedUrl(Exception):
    """A URL must not be contacted. The message says why."""


def check_url(url: str) -> SplitResult:
    """Return the parts of a URL that may be contacted as far as one can see without resolving its
    name. Raises RefusedUrl.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise RefusedUrl(_("This is not a URL.")) from error
    if len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url or not host:
        raise RefusedUrl(_("This is not a URL."))
    if "@" in parts.netloc or parts.fragment:
        raise RefusedUrl(_("A URL with a user name or a fragment is not possible."))
    is_loopback = host == "localhost" or _is_loopback(host)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback):
        raise RefusedUrl(_("Use https:// at the start of the URL."))
    address = _as_address(host)
    if address is not None or is_loopback:
        _require_public(address or ipaddress.ip_address("127.0.0.1"))
    return parts


def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a POST and return the status of the response, which is not read. Raises RefusedUrl,
    OSError or HTTPException.
    """
    parts = check_url(url)
    host, is_tls = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(place[0]) for *_kind, place in found]
    for address in addresses:  # all of them: a name must not mix public and private ones
        _require_public(ipaddress.ip_address(address.partition("%")[0]))
    connection = _PinnedConnection(host, port, addresses[0], is_tls)
    timer = threading.Timer(TOTAL_TIMEOUT, connection.abort)
    timer.start()
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", path, body, dict(headers))
        return connection.getresponse().status
    finally:
        timer.cancel()
        connection.close()


class _PinnedConnection(http.client.HTTPConnection):
    """A connection to one address, with the name of the host in the request and in the certificate."""

    def __init__(self, host: str, port: int, address: str, is_tls: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self.address, self.is_tls = address, is_tls
        self.default_port = 443 if is_tls else 80

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), TIMEOUT)
        if self.is_tls:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)

    def abort(self) -> None:
        """End the connection from another thread."""
        sock = self.sock
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it has ended already


def _as_address(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    address = _as_address(host)
    return address is not None and address.is_loopback


def _require_public(address: Address) -> None:
    """Raise RefusedUrl for an address of a private or special network, unless they are allowed."""
    if settings.WEBHOOK_ALLOW_PRIVATE:
        return
    for one in (address, *_embedded(address)):
        if not one.is_global or one.is_multicast or one.is_reserved:
            raise RefusedUrl(
                _(
                    "%(address)s is in a private network. The operator can set WEBHOOK_ALLOW_PRIVATE."
                )
                % {"address": address}
            )


def _embedded(address: Address) -> list[ipaddress.IPv4Address]:
    """Return the IPv4 addresses that an IPv6 address leads to."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64 or address.packed[:12] == bytes(12):
        found.append(ipaddress.IPv4Address(address.packed[12:]))
    return [one for one in found if one is not None]
