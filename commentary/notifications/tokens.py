"""Signed tokens in links of e-mails. Each is for one purpose and one row, and can't be guessed."""

from django.core import signing

# Purposes.
CONFIRM, UNSUBSCRIBE, UNSUBSCRIBE_DIGEST = "confirm", "unsubscribe", "unsubscribe digest"
MAX_TOKEN = 200  # characters


def make_token(purpose: str, pk: int) -> str:
    """Return the token of a row."""
    return _signer(purpose).sign(str(pk))


def read_token(purpose: str, token: str) -> int | None:
    """Return the key of the row that a token is for, or None if it is invalid."""
    if len(token) > MAX_TOKEN:
        return None
    try:
        return int(_signer(purpose).unsign(token))
    except (signing.BadSignature, ValueError):
        return None


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(sep=".", salt=f"commentary.notifications.{purpose}")
