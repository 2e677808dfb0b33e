"""Identify commenters by a signed cookie, without accounts.

The cookie contains the commenter's id. It is set when someone posts or reports, never when they
only read. IP addresses are neither stored nor logged, only keyed hashes of networks.
"""

import hashlib
import hmac
import ipaddress
import re
import time
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from ..models import Submission
from . import Sender
from .cookies import has_session

SALT = "commentary.writer"
COOKIE_AGE = 365 * 24 * 3600  # seconds
ROTATION = 30 * 24 * 3600  # seconds after which the key for hashing networks changes
# prefix of the id in the cookie; older cookies hold a key from which the id is derived
WRITER = "w."
UNKNOWN = "unknown"  # replaces the network of every unreadable address
# With a port, as written by proxies: "192.0.2.1:8080", "[2001:db8::1]:8080".
ADDRESS = re.compile(r"\[(?P<six>[^\]]*)\](?::\d*)?|(?P<four>[\d.]+):\d*|(?P<bare>[^\[\]]*)")
PREFIXES = {4: 24, 6: 64}  # IP version: prefix length of a network


def sender_of(request: HttpRequest, seed: str = "") -> Sender:
    """Return who sent this request.

    Without our cookie, the writer id is derived from `seed`, the key of the form, so that a first
    form sent twice has one writer. Pass the same seed to `remember`.
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
    """Return the commenter's id from the cookie; "" without a cookie or if its signature is
    invalid.

    The id survives a change of SECRET_KEY while the former key is in SECRET_KEY_FALLBACKS, because
    the cookie is signed again at the next post.
    """
    value = request.get_signed_cookie(
        settings.WRITER_COOKIE_NAME, default="", salt=SALT, max_age=COOKIE_AGE
    )
    if not value:
        return ""
    return value.removeprefix(WRITER) if value.startswith(WRITER) else _hash("writer", value)


class Signature(NamedTuple):
    """How a commenter signs."""

    name: str = ""
    email: str = ""


def last_signature(request: HttpRequest) -> Signature:
    """Return the name and e-mail address of the reader's latest comment, on any article. One query,
    none without the cookie.
    """
    writer = known_writer(request)
    if not writer:
        return Signature()
    sent = Submission.objects.everywhere().filter(writer=writer).order_by("-created_at")
    latest = sent.values_list("comment__name", "email").first()
    return Signature(*latest) if latest else Signature()


def remember(request: HttpRequest, response: HttpResponse, seed: str = "") -> HttpResponse:
    """Set the cookie by which `sender_of` recognises this commenter, and return `response`."""
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
    """Return the signed-in user, or None. Without a session cookie no session is opened."""
    user = request.user if has_session(request) else None
    return user if isinstance(user, User) else None


def editor_of(request: HttpRequest) -> User | None:
    """Return the signed-in user if they may moderate, else None."""
    return account_of(request) if has_permission(request, "moderate") else None


def has_permission(request: HttpRequest, permission: str) -> bool:
    """Return whether the signed-in user has a permission of this app. Without a session cookie no
    session is opened.
    """
    user = account_of(request)
    return user is not None and user.has_perm(f"commentary.{permission}")


def network_of(request: HttpRequest) -> str:
    """Return the hash of the sender's network under the current key."""
    return networks_of(request)[0]


def networks_of(request: HttpRequest) -> tuple[str, ...]:
    """Return the hashes under which the sender's network may be stored, the current one first.

    They use the keys of this and of the previous 30 days, with SECRET_KEY and each of its
    fallbacks. All unreadable addresses, as behind a Unix socket, count as one network.
    """
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return _hashes(client_address(request), int(time.time() // ROTATION), secrets)


@lru_cache(maxsize=1_000)  # every request is logged with one
def _hashes(address: str, period: int, secrets: tuple[str, ...]) -> tuple[str, ...]:
    network = _network(address)
    return tuple(
        _hash(f"network {at}", network, secret) for secret in secrets for at in (period, period - 1)
    )


def network_words(request: HttpRequest) -> str:
    """Return the sender's network as people read it, such as "203.0.113.x"; "" if it is unknown."""
    first = _network(client_address(request))
    if first == UNKNOWN:
        return ""
    return f"{first}/{PREFIXES[6]}" if ":" in first else f"{first.rpartition('.')[0]}.x"


def _network(text: str) -> str:
    """Return the first address of the network that an address, with or without a port, is in."""
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
    """Return the client's address as seen by the outermost of TRUSTED_PROXIES.

    Each proxy appends to the right of X-Forwarded-For, so entries further left come from the client
    and are ignored. Without proxies, or with fewer entries than proxies, it is the address of the
    connection.
    """
    count = settings.TRUSTED_PROXIES
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if 0 < count <= len(passed) and passed[-count]:
        return passed[-count]
    return request.META.get("REMOTE_ADDR", "")


def _new_writer(seed: str) -> str:
    """Return the id of a new commenter, which can't be guessed without `seed`."""
    if not seed:
        raise ValueError("A new writer needs the key of a form.")
    key = salted_hmac(f"{SALT}.first", seed, algorithm="sha256").hexdigest()
    return _hash("writer", key)


def _hash(what: str, value: str, secret: str | None = None) -> str:
    secret = settings.SECRET_KEY if secret is None else secret
    key = hashlib.sha256(f"commentary {what}\0{secret}".encode()).digest()
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()
