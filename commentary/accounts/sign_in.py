"""Signing in with a password: limited for each account and network, and every attempt recorded.

The limits are counted in the database, so all processes share them, and before a password is hashed,
so that being refused costs next to nothing. Names of no account are counted as others are: nobody
can tell from the answer whether an account exists. See docs/decisions/0001-sign-in-limits.md.
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
PER_ACCOUNT = 5  # wrong passwords in that period
PER_NETWORK = 20
KEPT = timedelta(days=90)

Outcome = SignInAttempt.Outcome


class TooManyAttempts(Exception):
    """This account, or this network, had its wrong passwords for now."""


class LimitedBackend(ModelBackend):
    """Django's accounts; raises TooManyAttempts instead of looking at a password too many."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: object,
    ) -> User | None:
        if username is None or password is None:
            return None
        # Without a request nobody comes from anywhere. An address that cannot be read is one network.
        attempt = begin(username, None if request is None else network_of(request))
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if user is not None:
            SignInAttempt.objects.filter(pk=attempt.pk).update(outcome=Outcome.ACCEPTED, user=user)
        return user


def begin(name: str, network: str | None) -> SignInAttempt:
    """An attempt that counts as wrong until its password is found right: so those that are made
    at once are limited too. Raises TooManyAttempts."""
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
            if is_network:  # whatever names it tries
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
    """Let nobody else count attempts of this account or network until the transaction ends."""
    if connection.vendor != "postgresql":
        return  # SQLite has one writer at a time anyway
    keys = [f"account {account}"] + ([] if network is None else [f"network {network}"])
    numbers = sorted(
        int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True) for key in keys
    )
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
