"""Encrypts secrets that are stored, with keys derived from SECRET_KEY.

A former key that is listed in SECRET_KEY_FALLBACKS still opens them.
"""

import hashlib
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """The secret was sealed with a key that is no longer listed."""


def seal(text: str) -> str:
    """Return a text encrypted."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return the text that was sealed. Raises Unreadable."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error


def _keys() -> MultiFernet:
    return MultiFernet(
        [
            Fernet(
                urlsafe_b64encode(hashlib.sha256(f"commentary accounts\0{key}".encode()).digest())
            )
            for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        ]
    )
