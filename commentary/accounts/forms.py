"""Forms for signing in."""

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .sign_in import TooManyAttempts, passwords_left

LOCKED = "locked"  # the code of the error after too many attempts
ONE_TIME = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
ONCE = {"autocomplete": "off", "autocapitalize": "none", "autofocus": True}


def too_many_attempts() -> ValidationError:
    return ValidationError(
        _("Too many failed sign-in attempts. Please try again in 15 minutes."), code=LOCKED
    )


def attempts_left(count: int) -> str:
    """Return the sentence that ends every error of a wrong password or code."""
    return ngettext("%(count)d attempt left.", "%(count)d attempts left.", count) % {"count": count}


class PasswordField(forms.CharField):
    """A password that is already in use."""

    def __init__(self) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
        super().__init__(
            label=gettext_lazy("Password"), strip=False, widget=widget, max_length=4096
        )


class NewPasswordField(forms.CharField):
    """A password that someone chooses."""

    def __init__(self, required: bool = True) -> None:
        super().__init__(
            label=gettext_lazy("Password"),
            required=required,
            strip=False,
            max_length=4096,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "minlength": "12"}),
            help_text=gettext_lazy(
                "At least 12 characters. A few ordinary words are fine; pasting is too."
            ),
        )


class SignInForm(forms.Form):
    """User name or e-mail, and password. `user` is the account once the form is valid."""

    username = forms.CharField(
        label=gettext_lazy("User name or e-mail"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "username webauthn", "autocapitalize": "none", "autofocus": True}
        ),
    )
    password = PasswordField()

    def __init__(self, *args: object, request: HttpRequest, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type] # passed on
        self.request = request
        self.user: User | None = None

    def clean(self) -> dict[str, object]:
        data = self.cleaned_data
        if "username" in data and "password" in data:
            self.user = self._checked(data["username"], data["password"])
        return data

    def _checked(self, username: str, password: str) -> User:
        try:
            user = authenticate(self.request, username=username, password=password)
        except TooManyAttempts as refused:
            raise too_many_attempts() from refused
        if isinstance(user, User) and user.is_staff:
            return user
        left = attempts_left(passwords_left(username, self.request))
        raise ValidationError(_("The user name or password is wrong.") + " " + left)


class CodeForm(forms.Form):
    """The code of an authenticator app."""

    code = forms.CharField(
        label=gettext_lazy("Six-digit code"),
        max_length=20,
        widget=forms.TextInput(attrs=ONE_TIME),
        help_text=gettext_lazy("Spaces do not matter."),
    )


class RecoveryCodeForm(forms.Form):
    """A recovery code."""

    code = forms.CharField(
        label=gettext_lazy("Recovery code"),
        max_length=20,
        widget=forms.TextInput(attrs=ONCE),
        help_text=gettext_lazy("Like 4f9k-2mqx."),
    )


class ConfirmForm(forms.Form):
    """The password of someone who is signed in."""

    password = PasswordField()
