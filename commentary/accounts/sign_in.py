"""Limits of failed attempts to sign in, per account and network; every attempt is recorded.

The limits are counted in the database, so all processes share them, and before a password is
hashed, so that a refusal costs almost nothing. Unknown names are limited like known ones, so the
response doesn't reveal whether an account exists. See docs/decisions/0001-sign-in-limits.md.
"""

import hashlib
import unicodedata
from datetime import timedelta

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_out
from django.db import connection, transaction
from django.db.models import F
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from ..discussions.identity import network_of
from ..models import SignInAttempt
from ..observability.events import log_event
from .devices import device_words

PERIOD = timedelta(minutes=15)
PER_ACCOUNT = 5  # wrong passwords within PERIOD, and as many wrong codes
PER_NETWORK = 20
RESET_PERIOD = timedelta(hours=1)
RESETS_PER_ACCOUNT = 3  # e-mails within RESET_PERIOD
KEPT = timedelta(days=90)

Outcome, Method = SignInAttempt.Outcome, SignInAttempt.Method
FAILED = (Outcome.WRONG, Outcome.WRONG_CODE)
ATTEMPT = "sign_in_attempt"  # attribute of a user who gave the right password: the row's key


class TooManyAttempts(Exception):
    """This account or network has too many wrong passwords or codes for now."""


class LimitedBackend(ModelBackend):
    """Django's ModelBackend with rate limits, which also takes an e-mail address for a name. Raises
    TooManyAttempts before checking a password.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: object,
    ) -> User | None:
        if username is None or password is None:
            return None
        name = user_name(username)
        # Without a request there is no network to limit.
        network = None if request is None else network_of(request)
        attempt = begin(name, network, "" if request is None else device_words(request))
        user = super().authenticate(request, username=name, password=password, **kwargs)
        if user is None:
            log_failure(attempt)
            return None
        attempt.outcome, attempt.user = Outcome.STARTED, user
        attempt.save(update_fields=["outcome", "user"])
        setattr(user, ATTEMPT, attempt.pk)
        return user

    def get_user(self, user_id: int) -> User | None:
        """Return the account like Django, together with the language that was chosen for it."""
        user = User.objects.select_related("language_preference").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


def user_name(typed: str) -> str:
    """Return the name of the account with this user name or e-mail address, or what was typed."""
    if "@" not in typed or User.objects.filter(username=typed).exists():
        return typed
    found = User.objects.filter(email__iexact=typed.strip(), is_staff=True, is_active=True)
    names = list(found.values_list("username", flat=True)[:2])
    return names[0] if len(names) == 1 else typed


def begin(name: str, network: str | None, device: str = "") -> SignInAttempt:
    """Record an attempt with a password, and return it. Raises TooManyAttempts.

    It counts as wrong until the password is found right, so that simultaneous attempts are limited
    too.
    """
    user = User.objects.filter(username=name).first()
    return _record(_account_of(name), network, user, Outcome.WRONG, Method.PASSWORD, device)


def begin_second_step(request: HttpRequest, user: User | None, method: str) -> SignInAttempt:
    """Record an attempt with a code or passkey like `begin`. Without a user, as with a passkey that
    names nobody yet, only the network is limited.
    """
    account = "" if user is None else _second_step_of(user)
    network, device = network_of(request), device_words(request)
    return _record(account, network, user, Outcome.WRONG_CODE, method, device)


def begin_reset(name: str, network: str, device: str) -> User | None:
    """Record that someone asked for a new password by e-mail, and return the account that gets one:
    None if there is none, or it was sent several lately. Raises TooManyAttempts for a network that
    asks for many.
    """
    account = _hash_of(f"reset\0{unicodedata.normalize('NFKC', name).casefold().strip()}")
    user = User.objects.filter(username=name).first()
    with transaction.atomic():
        _lock(account, network)
        asked = SignInAttempt.objects.filter(
            created_at__gt=timezone.now() - RESET_PERIOD, outcome=Outcome.RESET
        )
        if asked.filter(network=network).count() >= PER_NETWORK:
            log_event("password reset refused", is_warning=True)
            raise TooManyAttempts
        is_often = asked.filter(account=account).count() >= RESETS_PER_ACCOUNT
        SignInAttempt.objects.create(
            user=user,
            account=account,
            network=network,
            outcome=Outcome.RESET,
            device=device if user else "",
        )
    log_event("password reset asked for", account=user.pk if user else None)
    return None if is_often else user


def passwords_left(typed: str, request: HttpRequest) -> int:
    """Return how many wrong passwords are left before this name or network is refused."""
    return _left(_account_of(user_name(typed)), network_of(request))


def codes_left(user: User, request: HttpRequest) -> int:
    """Return how many wrong codes are left before this account or network is refused."""
    return _left(_second_step_of(user), network_of(request))


def record_sign_in(user: User, attempt: int | None, method: str, request: HttpRequest) -> None:
    """Record that someone has signed in. `attempt` is the row of the first step, if there was one."""
    log_event("signed in", account=user.pk, method=method)
    if attempt is not None:
        first = SignInAttempt.objects.filter(pk=attempt, user=user, outcome=Outcome.STARTED)
        if first.update(outcome=Outcome.ACCEPTED, method=method, created_at=timezone.now()):
            return
    SignInAttempt.objects.create(
        user=user,
        outcome=Outcome.ACCEPTED,
        method=method,
        network=network_of(request),
        device=device_words(request),
    )


@receiver(user_logged_out)
def log_sign_out(user: User | None = None, **kwargs: object) -> None:
    if user is not None:
        log_event("signed out", account=user.pk)


def log_failure(attempt: SignInAttempt) -> None:
    """Log a wrong password, code or passkey. What was typed is not logged."""
    account = attempt.user_id
    log_event("sign-in failed", is_warning=True, account=account, method=attempt.method)


def _account_of(name: str) -> str:
    return _hash_of(unicodedata.normalize("NFKC", name).casefold().strip())


def _second_step_of(user: User) -> str:
    return _hash_of(f"second step\0{user.pk}")


def _hash_of(key: str) -> str:
    return salted_hmac("commentary.accounts.sign_in", key, algorithm="sha256").hexdigest()


def _left(account: str, network: str) -> int:
    failed = SignInAttempt.objects.filter(
        created_at__gt=timezone.now() - PERIOD, outcome__in=FAILED
    )
    of_account = PER_ACCOUNT - failed.filter(account=account).count()
    return max(0, min(of_account, PER_NETWORK - failed.filter(network=network).count()))


def _record(
    account: str, network: str | None, user: User | None, failure: str, method: str, device: str
) -> SignInAttempt:
    """Store an attempt with the outcome that it has unless it succeeds. Raises TooManyAttempts."""
    SignInAttempt.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    with transaction.atomic():
        _lock(account, network)
        since = timezone.now() - PERIOD
        recent = SignInAttempt.objects.filter(created_at__gt=since)
        wrong = recent.filter(outcome__in=FAILED)
        attempt = SignInAttempt(
            user=user,
            account=account,
            network=network or "",
            outcome=failure,
            method=method,
            device=device if user else "",
        )
        is_network = network is not None and wrong.filter(network=network).count() >= PER_NETWORK
        if is_network or (account and wrong.filter(account=account).count() >= PER_ACCOUNT):
            attempt.outcome = Outcome.REFUSED
            if is_network:  # regardless of the name tried
                attempt.user, attempt.account, attempt.device = None, "", ""
            same = recent.filter(
                outcome=Outcome.REFUSED, account=attempt.account, network=attempt.network
            )
            if not same.update(times=F("times") + 1):
                attempt.save()
        else:
            attempt.save()
    if attempt.outcome == Outcome.REFUSED:
        log_event("sign-in refused", is_warning=True, account=attempt.user_id, method=method)
        raise TooManyAttempts
    return attempt


def _lock(account: str, network: str | None) -> None:
    """Make others who count attempts of this account or network wait until the transaction ends."""
    if connection.vendor != "postgresql":
        return  # SQLite has one writer at a time anyway
    keys = [f"account {account}"] if account else []
    keys += [] if network is None else [f"network {network}"]
    numbers = sorted(
        int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True) for key in keys
    )
    with connection.cursor() as cursor:
        for number in numbers:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
