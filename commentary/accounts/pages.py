"""What all pages of accounts share."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django import forms
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from .adapters import CONFIRMED
from .forms import LOCKED

P = ParamSpec("P")
LOCKED_SECONDS = 900
FRESH = 900  # seconds after signing in during which second factors can be changed


def account_page(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Make a view a page that nobody stores and whose forms are in no error report."""
    guarded = sensitive_post_parameters()(never_cache(view))
    return require_http_methods(["GET", "HEAD", "POST"])(guarded)


def for_staff(
    view: Callable[Concatenate[HttpRequest, User, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Pass the signed-in editor to a view. Visitors get the sign-in page."""

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or not user.is_staff:
            return redirect(with_next("admin:login", request.get_full_path()))
        return view(request, user, *args, **kwargs)

    return page


def with_next(route: str, address: str) -> str:
    return f"{reverse(route)}?{urlencode({'next': address})}"


def next_address(request: HttpRequest, otherwise: str = "") -> str:
    """Return the page to go to afterwards, which is always one of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else otherwise


def is_confirmed(request: HttpRequest) -> bool:
    """Return whether the user has proved who they are within the last minutes."""
    at = request.session.get(CONFIRMED, 0)
    return 0 <= timezone.now().timestamp() - at < FRESH


def confirm_first(request: HttpRequest) -> HttpResponse:
    """Redirect to the page that asks for the password, and then back to this one."""
    return HttpResponseRedirect(with_next("accounts:confirm", request.path), status=303)


def form_answer(
    request: HttpRequest, template: str, form: forms.Form, **context: object
) -> HttpResponse:
    """Show a page with a form: 422 with errors, 429 after too many attempts."""
    is_locked = any(
        error.code == LOCKED for errors in form.errors.as_data().values() for error in errors
    )
    status = 429 if is_locked else 422 if form.errors else 200
    response = render(request, template, {"form": form, **context}, status=status)
    if is_locked:
        response["Retry-After"] = str(LOCKED_SECONDS)
    return response
