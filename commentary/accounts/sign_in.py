"""Password sign-in with rate limits per account and network; every attempt is recorded.

The limits are counted in the database, so all processes share them, and before a password is
hashed, so that a refusal costs almost nothing. Unknown names are limited like known ones, so the
response doesn't reveal whether an account exists. See docs/decisions/0001-sign-in-limits.md.
"""

import hashlib
import unicodedata
from datetime import timedelta

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ..discussions.identity import network_of
from ..models import SignInAttempt

PERIOD = timedelta(minutes=15)
PER_ACCOUNT = 5  # wrong passwords within PERIOD
PER_NETWORK = 20
KEPT = timedelta(days=90)

Outcome = SignInAttempt.Outcome


class TooManyAttempts(Exception):
    """This account or network has too many wrong passwords for now."""


class LimitedBackend(ModelBackend):
    """Django's ModelBackend with rate limits. Raises TooManyAttempts before checking a password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: object,
    ) -> User | None:
        if username is None or password is None:
            return None
        # Without a request there is no network to limit.
        attempt = begin(username, None if request is None else network_of(request))
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if user is not None:
            SignInAttempt.objects.filter(pk=attempt.pk).update(outcome=Outcome.ACCEPTED, user=user)
        return user


def begin(name: str, network: str | None) -> SignInAttempt:
    """Record an attempt, and return it. Raises TooManyAttempts.

    It counts as wrong until the password is found right, so that simultaneous attempts are limited
    too.
    """
    key = unicodedata.normalize("NFKC", name).casefold().strip()
    account = salted_hmac("commentary.accounts.sign_in", key, algorithm="sha256").hexdigest()
    user = User.objects.filter(username=name).first()
    SignInAttempt.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    with transaction.atomic():
        _lock(account, network)
        since = timezone.now() - PERIOD
        recent = SignInAttempt.objects.filter(created_at__gt=since)
        wrong = recent.filter(outcome=Outcome.WRONG)
        attempt = SignInAttempt(
            user=user, account=account, network=network or "", outcome=Outcome.WRONG
        )
        is_network = network is not None and wrong.filter(network=network).count() >= PER_NETWORK
        if is_network or wrong.filter(account=account).count() >= PER_ACCOUNT:
            attempt.outcome = Outcome.REFUSED
            if is_network:  # regardless of the name tried
                attempt.user, attempt.account = None, ""
            same = recent.filter(
                outcome=Outcome.REFUSED, account=attempt.account, network=attempt.network
            )
            if not same.update(times=F("times") + 1):
                attempt.save()
        else:
            attempt.save()
    if attempt.outcome == Outcome.REFUSED:
        raise TooManyAttempts
    return attempt


def _lock(account: str, network: str | None) -> None:
    """Make others who count attempts of this account or network wait until the transaction ends."""
    if connection.vendor != "postgresql":
        return  # SQLite has one writer at a time anyway
    keys = [f"account {account}"] + ([] if network is None else [f"network {network}"])
    numbers = sorted(
        int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True) for key in keys
    )
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
