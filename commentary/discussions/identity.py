"""Who sends a comment or a report: known by a cookie of their own, without an account.

The cookie holds the id of a writer, signed, and is set when somebody posts or reports, never for a
mere reader. Addresses are neither stored nor logged, only keyed hashes of networks.
"""

import hashlib
import hmac
import ipaddress
import re
import time

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from . import Sender
from .cookies import has_session

SALT = "commentary.writer"
COOKIE_AGE = 365 * 24 * 3600  # seconds
ROTATION = 30 * 24 * 3600  # seconds after which networks are hashed under another key
WRITER = "w."  # before the id in the cookie: older ones hold a key that it is made of
UNKNOWN = "unknown"  # the network of every address that cannot be read
# With a port as proxies write it: "192.0.2.1:8080", "[2001:db8::1]:8080".
ADDRESS = re.compile(r"\[(?P<six>[^\]]*)\](?::\d*)?|(?P<four>[\d.]+):\d*|(?P<bare>[^\[\]]*)")
PREFIXES = {4: 24, 6: 64}  # version of IP: the length of what is taken for one network


def sender_of(request: HttpRequest, seed: str = "") -> Sender:
    """Who sends this request.

    Somebody without our cookie gets a new id, made of `seed`, the key of the form they send: so a
    first form sent twice comes from one writer. Give the answer to `remember`.
    """
    networks = networks_of(request)
    return Sender(
        writer=known_writer(request) or _new_writer(seed),
        network=networks[0],
        networks=networks,
        editor=editor_of(request),
        account=account_of(request),
    )


def known_writer(request: HttpRequest) -> str:
    """The id of somebody who posted or reported before; empty for a mere reader, and for a cookie
    that is not signed by us. It outlives SECRET_KEY, as long as the former key is a fallback when
    the cookie is signed again."""
    value = request.get_signed_cookie(
        settings.WRITER_COOKIE_NAME, default="", salt=SALT, max_age=COOKIE_AGE
    )
    if not value:
        return ""
    return value.removeprefix(WRITER) if value.startswith(WRITER) else _hash("writer", value)


def remember(request: HttpRequest, response: HttpResponse, seed: str = "") -> HttpResponse:
    """`response` with the cookie by which `sender_of` knows this writer again."""
    response.set_signed_cookie(
        settings.WRITER_COOKIE_NAME,
        WRITER + (known_writer(request) or _new_writer(seed)),
        salt=SALT,
        max_age=COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def account_of(request: HttpRequest) -> User | None:
    """Whoever is signed in. A request without a session cookie opens none."""
    user = request.user if has_session(request) else None
    return user if isinstance(user, User) else None


def editor_of(request: HttpRequest) -> User | None:
    """Whoever is signed in and may moderate."""
    user = account_of(request)
    return user if user and user.has_perm("commentary.moderate") else None


def network_of(request: HttpRequest) -> str:
    """The hash of the sender's network, as it is stored."""
    return networks_of(request)[0]


def networks_of(request: HttpRequest) -> tuple[str, ...]:
    """The hash of the sender's network under the key of these 30 days, then under those by which it
    may have been stored before: of the 30 days before, and of former values of SECRET_KEY.

    All addresses that cannot be read, as behind a unix socket, are one network.
    """
    network = _network(client_address(request))
    period = int(time.time() // ROTATION)
    return tuple(
        _hash(f"network {at}", network, secret)
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        for at in (period, period - 1)
    )


def _network(text: str) -> str:
    """The first address of the network of an address, with or without a port."""
    if match := ADDRESS.fullmatch(text.strip(' "')):
        text = match["six"] or match["four"] or match["bare"]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return UNKNOWN
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    network = ipaddress.ip_network((address, PREFIXES[address.version]), strict=False)
    return str(network.network_address)


def client_address(request: HttpRequest) -> str:
    """What the outermost of TRUSTED_PROXIES saw; without them, who connected.

    Each proxy adds to the right of X-Forwarded-For, so what a client wrote there itself stands
    further left and is not looked at. With fewer entries than proxies, who connected counts.
    """
    count = settings.TRUSTED_PROXIES
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if 0 < count <= len(passed) and passed[-count]:
        return passed[-count]
    return request.META.get("REMOTE_ADDR", "")


def _new_writer(seed: str) -> str:
    """The id of a new writer: nobody who does not know `seed` can tell it."""
    if not seed:
        raise ValueError("A new writer needs the key of a form.")
    key = salted_hmac(f"{SALT}.first", seed, algorithm="sha256").hexdigest()
    return _hash("writer", key)


def _hash(what: str, value: str, secret: str | None = None) -> str:
    secret = settings.SECRET_KEY if secret is None else secret
    key = hashlib.sha256(f"commentary {what}\0{secret}".encode()).digest()
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()
