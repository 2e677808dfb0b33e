"""What the script of passkeys asks for: options, and where to go after a response.

Each answer is JSON: the options, `{"location": …}` or `{"error": …}`.
"""

from collections.abc import Callable
from datetime import timedelta

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ..discussions.identity import network_words
from ..models import SignInAttempt, StaffSession
from .devices import device_words
from .enrolment import factor_added, for_enrolment
from .entrance import MAX_PENDING, begin_sign_in, second_step_done
from .factors import factors_of
from .letters import PASSKEY_ADDED, send_notice
from .own_account import confirmed
from .pages import for_staff, next_address
from .passkeys import (
    MAX_PASSKEYS,
    WrongPasskey,
    add_passkey,
    creation_options,
    mark_used,
    request_options,
    used_passkey,
)
from .sign_in import TooManyAttempts, begin_second_step, log_failure
from .stages import SecondFactorStage, in_second_step

Method = SignInAttempt.Method
# Visitors who ask for a challenge, of one network within MAX_PENDING.
MAX_CHALLENGES = 60


@never_cache
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey alone."""
    if "response" not in request.POST:
        if has_many_challenges(request):
            return _error(_("Too many sign-in attempts. Please try again in 15 minutes."), 429)
        return JsonResponse(request_options(None))

    def done(passkey: Authenticator) -> HttpResponse:
        user = passkey.user
        begin_sign_in(request, attempt=None, method=Method.PASSKEY)
        record_authentication(request, user, method="mfa", type="webauthn", passwordless=True)
        return perform_login(request, Login(user=user, redirect_url=next_address(request) or None))

    return _used(request, None, done)


@never_cache
@require_POST
@in_second_step
def passkey_code(request: HttpRequest, stage: SecondFactorStage) -> HttpResponse:
    """Use a passkey instead of a code, after the password."""
    user = stage.login.user
    if "response" not in request.POST:
        return JsonResponse(request_options(user))

    def done(passkey: Authenticator) -> HttpResponse:
        return second_step_done(request, stage, Method.SECURITY_KEY)

    return _used(request, user, done)


@never_cache
@require_POST
@for_staff
def passkey_confirm(request: HttpRequest, user: User) -> HttpResponse:
    """Use a passkey instead of the password, before second factors are changed."""
    if "response" not in request.POST:
        return JsonResponse(request_options(user))

    def done(passkey: Authenticator) -> HttpResponse:
        confirmed(request)
        return _location(next_address(request, "/account/"))

    return _used(request, user, done)


@never_cache
@require_POST
@for_enrolment
def passkey_add(request: HttpRequest, user: User, stage: SecondFactorStage | None) -> HttpResponse:
    """Add a passkey to the account."""
    if len(factors_of(user).passkeys) >= MAX_PASSKEYS:
        words = ngettext(
            "This account has %d passkey. Remove one first.",
            "This account has %d passkeys. Remove one first.",
            MAX_PASSKEYS,
        )
        return _error(words % MAX_PASSKEYS, 422)
    if "response" not in request.POST:
        return JsonResponse(creation_options(user))
    try:
        add_passkey(user, request.POST["response"], device_words(request))
    except WrongPasskey:
        return _error(_("The passkey could not be added. Please try again."), 422)
    send_notice(user, PASSKEY_ADDED, request)
    return _location(factor_added(request, user, _("The passkey is added."))["Location"])


def _used(
    request: HttpRequest, user: User | None, done: Callable[[Authenticator], HttpResponse]
) -> HttpResponse:
    """Check the passkey in a request, and answer with the location of what `done` returns."""
    try:
        attempt = begin_second_step(
            request, user, Method.PASSKEY if user is None else Method.SECURITY_KEY
        )
    except TooManyAttempts:
        text = _("Too many failed sign-in attempts. Please try again in 15 minutes.")
        return _error(text, 429)
    try:
        passkey = used_passkey(user, request.POST["response"])
    except WrongPasskey:
        log_failure(attempt)
        return _error(_("That passkey is not valid here."), 422)
    if not (passkey.user.is_active and passkey.user.is_staff):
        log_failure(attempt)
        return _error(_("That passkey is not valid here."), 422)
    attempt.delete()  # the sign-in itself is recorded at its end
    mark_used(passkey)
    return _location(done(passkey)["Location"]) if user is None else _redirected(done(passkey))


def _redirected(response: HttpResponse) -> HttpResponse:
    """Turn a redirect into JSON."""
    return _location(response["Location"]) if "Location" in response else response


def _location(address: str) -> JsonResponse:
    return JsonResponse({"location": address})


def _error(text: str, status: int) -> JsonResponse:
    return JsonResponse({"error": text}, status=status)


def has_many_challenges(request: HttpRequest) -> bool:
    """Return whether this network has as many visitors with a challenge as it may have. A challenge
    is a session, so anybody can create them.
    """
    network, now = network_words(request), timezone.now()
    StaffSession.objects.filter(expire_date__lt=now).delete()
    if request.session.session_key is None:
        since = now - timedelta(seconds=MAX_PENDING)
        visitors = StaffSession.objects.filter(account=None, network=network, began_at__gt=since)
        if visitors.count() >= MAX_CHALLENGES:
            return True
        request.session["network"], request.session["began"] = network, now.timestamp()
        request.session.set_expiry(MAX_PENDING)
    return False
