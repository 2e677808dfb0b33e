"""Second factors of an account: an authenticator app, passkeys and recovery codes.

They are rows of django-allauth's table. The secret of an app is sealed, and each of its codes is
accepted once. Of recovery codes only keyed hashes are stored.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from qrcode import QRCode

from ..models import StaffSession
from .sealing import Unreadable, seal, unseal

Type = Authenticator.Type
CODES = 10  # recovery codes
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that look alike
SALT = "commentary.accounts.recovery_codes"


@dataclass
class Factors:
    """The second factors of an account. `recovery_left` is None without recovery codes."""

    app: Authenticator | None = None
    passkeys: list[Authenticator] = field(default_factory=list)
    recovery_left: int | None = None

    @property
    def count(self) -> int:
        return len(self.passkeys) + bool(self.app)


def factors_of(user: User) -> Factors:
    """Return the second factors of an account. One query."""
    found = Factors()
    for row in Authenticator.objects.filter(user=user).order_by("pk"):
        if row.type == Type.TOTP:
            found.app = row
        elif row.type == Type.WEBAUTHN:
            found.passkeys.append(row)
        elif row.type == Type.RECOVERY_CODES:
            found.recovery_left = len(row.data["hashes"])
    return found


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=(Type.TOTP, Type.WEBAUTHN)).exists()


# --- authenticator apps


def new_secret() -> str:
    return generate_totp_secret()


def in_groups(secret: str) -> str:
    """Return a secret in groups of four letters, as people type it."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def app_address(user: User, secret: str) -> str:
    """Return the otpauth: address that an app reads from the QR code."""
    adapter = get_adapter()
    issuer, label = adapter.get_totp_issuer(), adapter.get_totp_label(user)
    values = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(f'{issuer}:{label}')}?{values}"


@dataclass
class QrDrawing:
    """A QR code as an SVG path of unit squares."""

    size: int
    path: str


def qr_drawing(text: str) -> QrDrawing:
    code = QRCode(border=2)
    code.add_data(text)
    rows = code.get_matrix()
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on)
    return QrDrawing(len(rows), "".join(squares))


def matching_step(secret: str, typed: str, after: int = 0) -> int | None:
    """Return the time step whose code was typed, if it is about now and later than `after`."""
    code = normalize_user_code(typed)
    for step in yield_hotp_counters_from_time():
        expected = format_hotp_value(hotp_value(secret, step))
        if step > after and secrets.compare_digest(expected.encode(), code.encode()):
            return step
    return None


def set_app(user: User, secret: str, step: int) -> None:
    """Use this authenticator app from now on, instead of another one. Its code of `step` is used up."""
    Authenticator.objects.update_or_create(
        user=user,
        type=Type.TOTP,
        defaults={
            "data": {"secret": seal(secret), "step": step},
            "created_at": timezone.now(),
            "last_used_at": None,
        },
    )


def check_code(user: User, typed: str) -> bool:
    """Return whether a code of the app is right, and use it up."""
    with transaction.atomic():
        app = _locked(user, Type.TOTP)
        if app is None:
            return False
        try:
            secret = unseal(app.data["secret"])
        except Unreadable:
            return False
        step = matching_step(secret, typed, after=app.data["step"])
        if step is None:
            return False
        app.data, app.last_used_at = {"secret": seal(secret), "step": step}, timezone.now()
        app.save()
    return True


# --- recovery codes


def new_recovery_codes(user: User) -> list[str]:
    """Replace the recovery codes, and return the new ones, which can't be read again."""
    codes = ["".join(secrets.choice(LETTERS) for _ in range(8)) for _ in range(CODES)]
    Authenticator.objects.update_or_create(
        user=user,
        type=Type.RECOVERY_CODES,
        defaults={
            "data": {"hashes": [next(_hashes(user, code)) for code in codes]},
            "created_at": timezone.now(),
            "last_used_at": None,
        },
    )
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def use_recovery_code(user: User, typed: str) -> bool:
    """Return whether a recovery code is right, and use it up."""
    with transaction.atomic():
        row = _locked(user, Type.RECOVERY_CODES)
        if row is None:
            return False
        tried = set(_hashes(user, normalize_user_code(typed)))
        left = [stored for stored in row.data["hashes"] if stored not in tried]
        if len(left) == len(row.data["hashes"]):
            return False
        row.data, row.last_used_at = {"hashes": left}, timezone.now()
        row.save()
    return True


def _hashes(user: User, code: str) -> Iterator[str]:
    """Yield the hashes of a code under the present key and former ones."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        text = f"{user.pk}\0{code}"
        yield salted_hmac(SALT, text, secret=key, algorithm="sha256").hexdigest()


# --- removal


def remove_factor(user: User, pk: int) -> bool:
    """Remove an app or a passkey, unless it is the last one of an account that needs one. Return
    whether it was removed. Recovery codes go with the last one.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        rows = Authenticator.objects.filter(user=user, type__in=(Type.TOTP, Type.WEBAUTHN))
        others = rows.exclude(pk=pk).exists()
        if settings.REQUIRE_SECOND_FACTOR and not others:
            return False
        removed, _rows = rows.filter(pk=pk).delete()
        if not others:
            Authenticator.objects.filter(user=user).delete()
    return bool(removed)


def forget_second_factors(user: User) -> None:
    """Remove all second factors and end all sessions of someone who lost them."""
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        StaffSession.objects.filter(account=user).delete()


def _locked(user: User, kind: str) -> Authenticator | None:
    """Return the row of a kind, which nobody else can use at the same time."""
    return Authenticator.objects.select_for_update().filter(user=user, type=kind).first()
