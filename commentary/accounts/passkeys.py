"""The ceremonies of passkeys (WebAuthn), as django-allauth and python-fido2 do them.

Each has two halves: options with a challenge, which the session keeps, and the browser's response
to them. A response is anything that a client sent, so every error in it means that it is wrong.
"""

import json

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from cryptography.exceptions import InvalidSignature
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone

MAX_RESPONSE = 20_000  # characters
MAX_PASSKEYS = 20  # of an account
# What reading a hostile response can raise: JSON, base64, CBOR, keys and signatures.
WRONG = (
    ValidationError,
    InvalidSignature,
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)


class WrongPasskey(Exception):
    """The browser's response is not one to our challenge."""


def creation_options(user: User) -> dict[str, object]:
    """Return what the browser needs to create a passkey that signs in by itself."""
    return auth.begin_registration(user, passwordless=True)


def request_options(user: User | None) -> dict[str, object]:
    """Return what the browser needs to use a passkey of this account, or of any if None."""
    return auth.begin_authentication(user)


def add_passkey(user: User, response: str, name: str) -> None:
    """Store the passkey that a browser created. Raises WrongPasskey."""
    data = _parsed(response)
    try:
        auth.parse_registration_response(data)
        made = auth.complete_registration(data)
        is_verified = made.is_user_verified()
    except WRONG as error:
        raise WrongPasskey from error
    finally:
        auth.clear_state()
    if not is_verified:
        raise WrongPasskey
    auth.WebAuthn.add(user, name, data)


def used_passkey(user: User | None, response: str) -> Authenticator:
    """Return the passkey that a browser used. Without a user, it says itself whose it is, and must
    have verified its owner. Raises WrongPasskey.
    """
    data = _parsed(response)
    try:
        parsed = auth.parse_authentication_response(data)
        owner = user or auth.extract_user_from_response(data)
        passkey = auth.complete_authentication(owner, data)
        is_verified = parsed.response.authenticator_data.is_user_verified()
    except WRONG as error:
        raise WrongPasskey from error
    finally:
        auth.clear_state()  # each challenge is used once
    if user is None and not is_verified:
        raise WrongPasskey
    passkey.user = owner
    return passkey


def mark_used(passkey: Authenticator) -> None:
    Authenticator.objects.filter(pk=passkey.pk).update(last_used_at=timezone.now())


def _parsed(response: str) -> dict[str, object]:
    try:
        data = json.loads(response) if len(response) <= MAX_RESPONSE else None
    except (ValueError, RecursionError) as error:
        raise WrongPasskey from error
    if not isinstance(data, dict):
        raise WrongPasskey
    return data
