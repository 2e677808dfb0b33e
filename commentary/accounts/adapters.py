"""How django-allauth uses this site: no sign-up, no messages, and sealed secrets."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from ..discussions.identity import network_words
from ..models import SignInAttempt, StaffSession, site_frame
from . import sealing
from .devices import device_words
from .sign_in import record_sign_in

STEP = "sign_in"  # in the session, while someone signs in: {"attempt": key, "method": …}
CONFIRMED = "confirmed"  # in the session: when the user last proved who they are
Method = SignInAttempt.Method


class StaffAdapter(DefaultAccountAdapter):
    """Accounts are created by invitation and by operators only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return ["commentary.accounts.stages.SecondFactorStage"]

    def add_message(self, *args: object, **kwargs: object) -> None:
        """Say nothing: our pages say what happened."""

    def send_notification_mail(self, *args: object, **kwargs: object) -> None:
        """Send nothing."""

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        return redirect("admin:login")

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in after all steps, and record it."""
        step = request.session.pop(STEP, {})
        StaffSession.objects.filter(expire_date__lt=timezone.now()).delete()
        super().login(request, user)
        request.session.set_expiry(None)  # as in the settings; it was short until now
        request.session["device"] = device_words(request)
        request.session["network"] = network_words(request)
        request.session[CONFIRMED] = timezone.now().timestamp()
        record_sign_in(
            user, step.get("attempt"), step.get("method") or _method(request, user), request
        )


class FactorAdapter(DefaultMFAAdapter):
    """Secrets are sealed, and apps and passkeys show the name of the site."""

    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        return site_frame().name

    def get_totp_label(self, user: User) -> str:
        return user.get_username()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        host = context.request.get_host()
        return {"id": host.rpartition(":")[0] or host, "name": site_frame().name}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, object]:
        entity = super().get_public_key_credential_user_entity(user)
        name = user.get_username()
        return {**entity, "name": name, "display_name": user.get_full_name() or name}


def _method(request: HttpRequest, user: User) -> str:
    """Return how someone signed in without a second step."""
    methods = {record.get("method") for record in get_authentication_records(request, user)}
    if "mfa" in methods:
        return Method.PASSKEY
    return Method.SINGLE_SIGN_ON if "socialaccount" in methods else Method.PASSWORD
