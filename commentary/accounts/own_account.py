"""The pages on which editors see and change how they sign in, and where they are signed in."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import SignInAttempt, choose_language
from .adapters import CONFIRMED
from .entrance import second_step
from .factors import check_code, factors_of, remove_factor
from .forms import CodeForm, ConfirmForm, attempts_left, too_many_attempts
from .letters import FACTOR_REMOVED, send_notice
from .own_sessions import end_other_sessions, end_session, recent_attempts, sessions_of
from .pages import account_page, confirm_first, for_staff, form_answer, is_confirmed, next_address
from .sign_in import ATTEMPT, KEPT, TooManyAttempts, codes_left, passwords_left

Method = SignInAttempt.Method


@account_page
@for_staff
def account(request: HttpRequest, user: User) -> HttpResponse:
    """Show how the user signs in and where; remove a passkey or an app, end sessions, choose a
    language.
    """
    if request.method == "POST":
        if "remove" in request.POST and not is_confirmed(request):
            return confirm_first(request)
        _change(request, user)
        return HttpResponseRedirect(reverse("accounts:account"), status=303)
    context = {
        "user": user,
        "factors": factors_of(user),
        "sessions": sessions_of(user, request),
        "attempts": recent_attempts(user, request),
        "kept_days": KEPT.days,
        "languages": settings.LANGUAGES,
        "chosen": getattr(user, "language_preference", None),
    }
    return render(request, "accounts/account.html", context)


def _change(request: HttpRequest, user: User) -> None:
    if "end-others" in request.POST:
        count = end_other_sessions(user, request)
        text = ngettext("%d session was signed out.", "%d sessions were signed out.", count)
        messages.success(request, text % count)
    elif "end" in request.POST:
        if end_session(user, request.POST["end"]):
            messages.success(request, _("Signed out there."))
    elif "language" in request.POST:
        choose_language(user, request.POST["language"])
    else:
        _remove(request, user, request.POST.get("remove", ""))


def _remove(request: HttpRequest, user: User, pk: str) -> None:
    if pk.isdecimal() and len(pk) < 19:
        if remove_factor(user, int(pk)):
            send_notice(user, FACTOR_REMOVED, request)
            messages.success(request, _("Removed. It no longer signs you in."))
        else:
            messages.error(request, _("Add another second factor before you remove this one."))


@account_page
@for_staff
def confirm_identity(request: HttpRequest, user: User) -> HttpResponse:
    """Ask for the password, or for a code if there is none, before second factors are changed."""
    wanted = next_address(request, reverse("accounts:account"))
    form: CodeForm | ConfirmForm
    if user.has_usable_password():
        form = ConfirmForm(request.POST or None)
    else:
        form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _is_proof(request, user, form):
        confirmed(request)
        return redirect(wanted)
    context = {"next": wanted, "factors": factors_of(user)}
    return form_answer(request, "accounts/confirm.html", form, **context)


def confirmed(request: HttpRequest) -> None:
    """Let the user change second factors for some minutes."""
    request.session[CONFIRMED] = timezone.now().timestamp()


def _is_proof(request: HttpRequest, user: User, form: CodeForm | ConfirmForm) -> bool:
    """Return whether the password or code is right; otherwise the form says what is left."""
    try:
        if isinstance(form, ConfirmForm):
            password = form.cleaned_data["password"]
            found = authenticate(request, username=user.get_username(), password=password)
            # It only confirms a session, and is no sign-in of its own.
            SignInAttempt.objects.filter(pk=getattr(found, ATTEMPT, 0)).delete()
            is_right, field = found == user, "password"
        else:
            code, field = form.cleaned_data["code"], "code"
            is_right = second_step(request, user, Method.CODE, lambda: check_code(user, code))
    except TooManyAttempts:
        form.add_error(None, too_many_attempts())
        return False
    if not is_right:
        wrong = _("The password is wrong.") if field == "password" else _("That code is not valid.")
        count = (
            passwords_left(user.get_username(), request)
            if field == "password"
            else codes_left(user, request)
        )
        form.add_error(field, ValidationError(f"{wrong} {attempts_left(count)}"))
    return is_right
