"""Setting up a second factor, and the recovery codes that come with it.

Both pages are for editors who are signed in, and for those who must set one up to sign in.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import SignInAttempt, site_frame
from .entrance import second_step, second_step_done
from .factors import (
    app_address,
    factors_of,
    has_second_factor,
    in_groups,
    matching_step,
    new_recovery_codes,
    new_secret,
    qr_drawing,
    set_app,
)
from .forms import CodeForm, attempts_left, too_many_attempts
from .letters import APP_SET, CODES_MADE, send_notice
from .pages import account_page, confirm_first, form_answer, is_confirmed, with_next
from .sealing import Unreadable, seal, unseal
from .sign_in import TooManyAttempts, codes_left
from .stages import SecondFactorStage, pending_stage

Method = SignInAttempt.Method
SECRET = "new_app_secret"  # in the session, sealed: of the app that is being set up
CODES = "new_recovery_codes"  # in the session, sealed: until they are put in a safe place

View = Callable[[HttpRequest, User, SecondFactorStage | None], HttpResponse]


def for_enrolment(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """Pass a view the account: that of an editor who proved who they are a short time ago, or that
    of someone who must set up a second factor to sign in, with the stage.
    """

    @wraps(view)
    def page(request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and user.is_staff:
            return view(request, user, None) if is_confirmed(request) else confirm_first(request)
        stage = pending_stage(request)
        if stage is None:
            return redirect(with_next("admin:login", request.path))
        # Someone with a second factor must use it before they can add another one.
        if has_second_factor(stage.login.user) and not _shown_codes(request, stage.login.user):
            return redirect("accounts:code")
        return view(request, stage.login.user, stage)

    return page


@account_page
@for_enrolment
def second_factor(
    request: HttpRequest, user: User, stage: SecondFactorStage | None
) -> HttpResponse:
    """Set up an authenticator app or add a passkey."""
    if stage is not None and _shown_codes(request, user):
        return redirect("accounts:recovery_codes")
    secret = _secret(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and user.has_usable_password() and form.is_valid():
        step = _matching(request, user, secret, form)
        if step is not None:
            set_app(user, secret, step)
            del request.session[SECRET]
            send_notice(user, APP_SET, request)
            return factor_added(request, user, _("Your authenticator app is set up."))
    address = app_address(user, secret)
    context = {"secret": in_groups(secret), "qr": qr_drawing(address), "address": address}
    return form_answer(
        request,
        "accounts/second_factor.html",
        form,
        is_pending=stage is not None,
        factors=factors_of(user),
        has_password=user.has_usable_password(),
        **context,
    )


def factor_added(request: HttpRequest, user: User, done: str) -> HttpResponse:
    """Redirect to new recovery codes after the first factor of an account, else to the account."""
    if factors_of(user).recovery_left is None:
        _make_codes(request, user)
        return redirect("accounts:recovery_codes")
    messages.success(request, done)
    return redirect("accounts:account")


@account_page
@for_enrolment
def recovery_codes(
    request: HttpRequest, user: User, stage: SecondFactorStage | None
) -> HttpResponse:
    """Show new recovery codes until their owner says that they are in a safe place; `make` makes
    new ones.
    """
    codes = _shown_codes(request, user)
    if request.method == "POST" and "make" in request.POST and stage is None:
        if not has_second_factor(user):
            return redirect("accounts:second_factor")
        _make_codes(request, user)
        send_notice(user, CODES_MADE, request)
        return HttpResponseRedirect(request.path, status=303)
    if not codes:
        return redirect("accounts:account")
    if request.method == "POST" and "kept" in request.POST:
        del request.session[CODES]
        if stage is not None:
            return second_step_done(request, stage, Method.PASSWORD)
        count = len(codes)
        text = ngettext(
            "%(count)d new recovery code.", "%(count)d new recovery codes.", count
        )  # the page of the account shows how many are left
        messages.success(request, text % {"count": count})
        return redirect("accounts:account")
    if request.GET.get("format") == "txt":
        return _as_file(codes, user)
    is_refused = request.method == "POST"
    context = {"codes": codes, "is_refused": is_refused}
    status = 422 if is_refused else 200
    return render(request, "accounts/recovery_codes.html", context, status=status)


def _as_file(codes: list[str], user: User) -> HttpResponse:
    title = _("Recovery codes of %(user)s for %(site)s") % {
        "user": user.get_username(),
        "site": site_frame().name,
    }
    hint = _("Each code signs you in once.")
    text = "\n".join([title, hint, "", *codes, ""])
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return response


def _make_codes(request: HttpRequest, user: User) -> None:
    request.session[CODES] = seal(" ".join([str(user.pk), *new_recovery_codes(user)]))


def _shown_codes(request: HttpRequest, user: User) -> list[str]:
    """Return the new recovery codes of this account that it has not put in a safe place yet."""
    try:
        owner, *codes = unseal(request.session.get(CODES, "")).split()
    except Unreadable:
        return []
    return codes if owner == str(user.pk) else []


def _secret(request: HttpRequest) -> str:
    """Return the secret of the app that is being set up, the same one while the page is open."""
    try:
        return unseal(request.session.get(SECRET, ""))
    except Unreadable:
        secret = new_secret()
        request.session[SECRET] = seal(secret)
        return secret


def _matching(request: HttpRequest, user: User, secret: str, form: CodeForm) -> int | None:
    """Return the time step of the code in the form; otherwise its errors say what is left."""
    found: list[int | None] = []

    def check() -> bool:
        found.append(matching_step(secret, form.cleaned_data["code"]))
        return found[0] is not None

    try:
        second_step(request, user, Method.CODE, check)
    except TooManyAttempts:
        form.add_error(None, too_many_attempts())
        return None
    if found[0] is None:
        wrong = _(
            "That code is not valid. Check the clock of your device, and enter the current one."
        )
        left = attempts_left(codes_left(user, request))
        form.add_error("code", ValidationError(f"{wrong} {left}"))
    return found[0]
