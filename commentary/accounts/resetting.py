"""A new password by e-mail. It never replaces the second factor."""

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlsafe_base64_decode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..discussions.identity import network_of
from ..models import StaffSession
from ..models.outbox import is_mail_configured
from .devices import device_words
from .forms import NewPasswordField, too_many_attempts
from .letters import PASSWORD_SET, send_notice, send_reset
from .pages import account_page, form_answer
from .sign_in import TooManyAttempts, begin_reset, user_name


class ForgottenForm(forms.Form):
    """Whose password is forgotten."""

    username = forms.CharField(
        label=gettext_lazy("User name or e-mail"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )


class ResetForm(forms.Form):
    """A new password for an account."""

    password = NewPasswordField()

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # passed on
        self.user = user

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


@account_page
def forgotten(request: HttpRequest) -> HttpResponse:
    """Send a link for a new password. The answer is the same whether or not the account exists."""
    form = ForgottenForm(request.POST or None)
    is_sent = request.method == "POST" and is_mail_configured() and form.is_valid()
    if is_sent:
        is_sent = _send(request, form)
    context = {"is_sent": is_sent, "is_mail_configured": is_mail_configured()}
    return form_answer(request, "accounts/forgotten.html", form, **context)


def _send(request: HttpRequest, form: ForgottenForm) -> bool:
    name = user_name(form.cleaned_data["username"])
    try:
        user = begin_reset(name, network_of(request), device_words(request))
    except TooManyAttempts:
        form.add_error(None, too_many_attempts())
        return False
    send_reset(user)
    return True


@account_page
def reset(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """Set a new password with the link in an e-mail, and end all sessions."""
    user = _user_of(key)
    if user is None or not default_token_generator.check_token(user, token):
        return render(request, "accounts/no_reset.html", status=410)
    form = ResetForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            user = User.objects.select_for_update().get(pk=user.pk)
            if not default_token_generator.check_token(user, token):
                return render(request, "accounts/no_reset.html", status=410)
            user.set_password(form.cleaned_data["password"])
            user.save(update_fields=["password"])
            StaffSession.objects.filter(account=user).delete()
            send_notice(user, PASSWORD_SET, request)
        messages.success(request, _("Your password is changed. Sign in with the new one."))
        return redirect("admin:login")
    return form_answer(request, "accounts/reset.html", form, user_name=user.get_username())


def _user_of(key: str) -> User | None:
    try:
        pk = int(urlsafe_base64_decode(key).decode("ascii"))
    except (ValueError, OverflowError):
        return None
    if not 0 < pk < 2**31:
        return None
    return User.objects.filter(pk=pk, is_active=True, is_staff=True).first()
