"""Signing in with an OpenID Connect provider. Loaded only if OIDC_URL is set.

It creates no accounts. An identity of the provider belongs to the editor whose e-mail address the
provider has verified, from its first sign-in on.
"""

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect import views
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from requests import RequestException

from ..models import SignInAttempt
from .entrance import begin_sign_in
from .pages import account_page
from .passkey_steps import has_many_challenges

PROVIDER = "provider"  # the id of the provider in the settings


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Identities sign in to accounts that exist."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the account of an identity, or refuse it."""
        if sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise ImmediateHttpResponse(_refused(request))
        user = sociallogin.user if sociallogin.is_existing else _editor_of(sociallogin)
        if user is None or not (user.is_active and user.is_staff):
            raise ImmediateHttpResponse(_refused(request))
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)
        begin_sign_in(request, attempt=None, method=SignInAttempt.Method.SINGLE_SIGN_ON)

    def on_authentication_error(
        self, request: HttpRequest, provider: object, **kwargs: object
    ) -> None:
        raise ImmediateHttpResponse(_failed(request))

    def send_notification_mail(self, *args: object, **kwargs: object) -> None:
        """Send nothing."""


@account_page
def single_sign_on(request: HttpRequest) -> HttpResponse:
    """Redirect to the provider."""
    if has_many_challenges(request):
        return _failed(request, 429)
    try:
        return views.login(request, PROVIDER)
    except (RequestException, ValueError, KeyError):  # unreachable, or no provider
        return _failed(request, 503)


@account_page
def single_sign_on_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the answer of the provider."""
    try:
        return views.callback(request, PROVIDER)
    except (RequestException, ValueError, KeyError):
        return _failed(request)


def cancelled(request: HttpRequest) -> HttpResponse:
    """Show the sign-in page again."""
    return redirect("admin:login")


def _editor_of(sociallogin: SocialLogin) -> User | None:
    """Return the editor with a verified e-mail address of an identity, if it is only one."""
    verified = [row.email for row in sociallogin.email_addresses if row.verified and row.email]
    found = [
        user
        for email in verified
        for user in User.objects.filter(email__iexact=email, is_staff=True)[:2]
    ]
    return found[0] if len(found) == 1 else None


def _refused(request: HttpRequest) -> HttpResponse:
    reason = _("No account of an editor has your e-mail address, or it is not verified.")
    return render(request, "accounts/no_single_sign_on.html", {"reason": reason}, status=403)


def _failed(request: HttpRequest, status: int = 403) -> HttpResponse:
    reason = _("Please try again later, or sign in another way.")
    return render(request, "accounts/no_single_sign_on.html", {"reason": reason}, status=status)


# With the names by which django-allauth finds them.
urlpatterns = [
    path("", single_sign_on, name="single_sign_on"),
    path("cancelled/", cancelled, name="socialaccount_login_cancelled"),
    path("<str:provider_id>/back/", single_sign_on_back, name="openid_connect_callback"),
]
