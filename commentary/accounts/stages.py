"""The second step of signing in, as django-allauth calls it after a password."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.account.authentication import get_authentication_records
from allauth.account.stages import LoginStage, LoginStageController
from allauth.mfa.webauthn.internal.flows import did_use_passwordless_login
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from .factors import has_second_factor

P = ParamSpec("P")


class SecondFactorStage(LoginStage):
    """Asks for the second factor, or to set one up where it is required. Nobody is signed in
    before. A passkey is both factors.
    """

    key = "second_factor"
    urlname = "accounts:code"

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if did_use_passwordless_login(self.request, user) or self._is_done_elsewhere(user):
            return None, True
        if has_second_factor(user):
            return HttpResponseRedirect(reverse("accounts:code"), status=303), True
        if settings.REQUIRE_SECOND_FACTOR:
            return HttpResponseRedirect(reverse("accounts:second_factor"), status=303), True
        return None, True

    def _is_done_elsewhere(self, user: User) -> bool:
        """Return whether the provider of single sign-on has asked for a second factor."""
        records = get_authentication_records(self.request, user)
        methods = {record.get("method") for record in records}
        return settings.OIDC_SECOND_FACTOR and "socialaccount" in methods


def pending_stage(request: HttpRequest) -> SecondFactorStage | None:
    """Return the second step of whoever has given the right password and is not signed in yet."""
    stage = LoginStageController.enter(request, SecondFactorStage.key)
    if stage is None or stage.login.user is None or not stage.login.user.is_active:
        return None
    return stage


def in_second_step(
    view: Callable[Concatenate[HttpRequest, SecondFactorStage, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Pass the stage to a view, which is only for the second step."""

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        stage = pending_stage(request)
        if stage is None:
            return redirect("admin:login")
        return view(request, stage, *args, **kwargs)

    return page
