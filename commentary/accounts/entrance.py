"""Signing in: the password, then a code, a recovery code or a passkey."""

from collections.abc import Callable

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import SignInAttempt
from ..models.outbox import is_mail_configured
from .adapters import STEP
from .factors import check_code, factors_of, use_recovery_code
from .forms import (
    CodeForm,
    RecoveryCodeForm,
    SignInForm,
    attempts_left,
    too_many_attempts,
)
from .letters import CODE_USED, send_notice
from .pages import account_page, form_answer, next_address
from .sign_in import ATTEMPT, TooManyAttempts, begin_second_step, codes_left, log_failure
from .stages import SecondFactorStage, in_second_step

Method = SignInAttempt.Method
MAX_PENDING = 900  # seconds from the password to the end of the second step


@account_page
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for the password. The admin serves this page as its own."""
    wanted = next_address(request)
    if request.method != "POST" and request.user.is_authenticated and request.user.is_staff:
        return HttpResponseRedirect(wanted or reverse("admin:index"))
    form = SignInForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid() and form.user is not None:
        begin_sign_in(request, attempt=getattr(form.user, ATTEMPT, None))
        record_authentication(request, form.user, method="password")
        return perform_login(request, Login(user=form.user, redirect_url=wanted or None))
    response = form_answer(
        request,
        "accounts/sign_in.html",
        form,
        next=wanted,
        has_mail=is_mail_configured(),
        provider=_provider(),
    )
    if response.status_code == 422:
        response.status_code = 200  # like the page of Django that this one replaces
    return response


def begin_sign_in(request: HttpRequest, attempt: int | None, method: str = "") -> None:
    """Keep in the session what `StaffAdapter.login` records at the end."""
    request.session[STEP] = {"attempt": attempt, "method": method}
    request.session.set_expiry(MAX_PENDING)


def second_step_done(request: HttpRequest, stage: SecondFactorStage, method: str) -> HttpResponse:
    """Sign in, after the second factor was right or was set up."""
    step = request.session.get(STEP, {})
    request.session[STEP] = {**step, "method": step.get("method") or method}
    record_authentication(request, stage.login.user, method="mfa", type=method)
    return stage.exit()


@account_page
@in_second_step
def code(request: HttpRequest, stage: SecondFactorStage) -> HttpResponse:
    """Ask for the code of the authenticator app, or for a passkey."""
    user = stage.login.user
    factors = factors_of(user)
    if not factors.count:
        return redirect("admin:login")
    form = CodeForm(request.POST or None)
    wrong = _("That code is not valid. Codes change every 30 seconds: enter the current one.")
    is_sent = request.method == "POST" and factors.app and form.is_valid()
    if is_sent and _is_right(request, user, form, check_code, Method.CODE, wrong):
        return second_step_done(request, stage, Method.CODE)
    return form_answer(request, "accounts/code.html", form, factors=factors)


@account_page
@in_second_step
def recovery_code(request: HttpRequest, stage: SecondFactorStage) -> HttpResponse:
    """Ask for a recovery code."""
    user = stage.login.user
    form = RecoveryCodeForm(request.POST or None)
    wrong = _("That recovery code is not valid, or it was used before.")
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and _is_right(request, user, form, use_recovery_code, Method.RECOVERY, wrong):
        send_notice(user, CODE_USED, request)
        return second_step_done(request, stage, Method.RECOVERY)
    return form_answer(request, "accounts/recovery_code.html", form, factors=factors_of(user))


def _is_right(
    request: HttpRequest,
    user: User,
    form: CodeForm | RecoveryCodeForm,
    check: Callable[[User, str], bool],
    method: str,
    wrong: str,
) -> bool:
    """Return whether the code in the form is right; otherwise its errors say what is left."""
    try:
        is_right = second_step(
            request, user, method, lambda: check(user, form.cleaned_data["code"])
        )
    except TooManyAttempts:
        form.add_error(None, too_many_attempts())
        return False
    if not is_right:
        left = attempts_left(codes_left(user, request))
        form.add_error("code", ValidationError(f"{wrong} {left}"))
    return is_right


def second_step(
    request: HttpRequest, user: User | None, method: str, check: Callable[[], bool]
) -> bool:
    """Return what `check` returns, and record the attempt if it failed. Raises TooManyAttempts
    without calling it.
    """
    attempt = begin_second_step(request, user, method)
    is_right = check()
    if is_right:
        attempt.delete()  # the sign-in itself is recorded at its end
    else:
        log_failure(attempt)
    return is_right


def _provider() -> str:
    """Return the name of the provider of single sign-on; "" without one."""
    return settings.OIDC_NAME if settings.OIDC_URL else ""
