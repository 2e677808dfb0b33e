"""Who sends a comment or a report: known by a cookie of his own, without an account.

The cookie holds a random key, signed, and is set when somebody posts or reports, never for a mere
reader. What is stored of it, and of the address it came from, are keyed hashes; neither the key
nor the address is stored or logged.
"""

import hashlib
import hmac
import ipaddress
import time

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from .moderation import Sender
from .pages import has_session

SALT = "commentary.writer"
COOKIE_AGE = 365 * 24 * 3600  # seconds
ROTATION = 30 * 24 * 3600  # seconds after which networks are hashed under another key
PREFIXES = {4: 24, 6: 64}  # version of IP: the length of what is taken for one network


def sender_of(request: HttpRequest, seed: str = "") -> Sender:
    """Who sends this request.

    Somebody without our cookie gets a new key, made of `seed`, the key of the form he sends: so a
    first form sent twice comes from one writer. Give the answer to `remember`.
    """
    return Sender(
        writer=_hash("writer", _key(request) or _first_key(seed)),
        network=network_of(request),
        editor=editor_of(request),
        account=account_of(request),
    )


def known_writer(request: HttpRequest) -> str:
    """The writer hash of somebody who posted or reported before; empty for a mere reader, and for
    a cookie that is not signed by us."""
    key = _key(request)
    return _hash("writer", key) if key else ""


def remember(request: HttpRequest, response: HttpResponse, seed: str = "") -> HttpResponse:
    """`response` with the cookie by which `sender_of` knows this writer again."""
    response.set_signed_cookie(
        settings.WRITER_COOKIE_NAME,
        _key(request) or _first_key(seed),
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
    """The hash of the sender's network, under a key that changes every 30 days; empty if the
    address cannot be read, as behind a unix socket."""
    try:
        address = ipaddress.ip_address(client_address(request))
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    network = ipaddress.ip_network((address, PREFIXES[address.version]), strict=False)
    return _hash(f"network {int(time.time() // ROTATION)}", str(network.network_address))


def client_address(request: HttpRequest) -> str:
    """The address that the outermost of TRUSTED_PROXIES saw; without them, who connected.

    Each proxy adds to the right of X-Forwarded-For, so what a client wrote there itself stands
    further left and is not looked at. With fewer entries than proxies, who connected counts.
    """
    count = settings.TRUSTED_PROXIES
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if 0 < count <= len(passed) and passed[-count]:
        return passed[-count].strip("[]")
    return request.META.get("REMOTE_ADDR", "")


def _key(request: HttpRequest) -> str:
    """The key in the writer's cookie; empty if there is none of ours."""
    key = request.get_signed_cookie(
        settings.WRITER_COOKIE_NAME, default="", salt=SALT, max_age=COOKIE_AGE
    )
    return key or ""


def _first_key(seed: str) -> str:
    """The key of a new writer: nobody who does not know `seed` can tell it."""
    if not seed:
        raise ValueError("A new writer needs the key of a form.")
    return salted_hmac(f"{SALT}.first", seed, algorithm="sha256").hexdigest()


def _hash(what: str, value: str) -> str:
    key = hashlib.sha256(f"commentary {what}\0{settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()
