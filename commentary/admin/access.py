"""Who may use a page of the admin, and which account is using it."""

from collections.abc import Callable

from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponseBase]
READ = ("GET", "HEAD")
READ_AND_WRITE = (*READ, "POST")


def actor(request: HttpRequest) -> User:
    """Return the account of the request. Raises PermissionDenied for visitors who are not signed
    in.
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def is_moderator(request: HttpRequest) -> bool:
    """Return whether the user may decide about comments."""
    return request.user.has_perm("commentary.moderate")


def protect(
    site: AdminSite,
    view: View,
    is_allowed: Callable[[HttpRequest], bool],
    methods: tuple[str, ...] = READ_AND_WRITE,
) -> View:
    """Return `view` as an admin page for users who are allowed.

    Other signed-in users get 403; visitors get the sign-in page.
    """
    protected = site.admin_view(require_http_methods(methods)(view))

    def page(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        # Before the admin's own check, which would answer with the sign-in page.
        if request.user.is_authenticated and not is_allowed(request):
            raise PermissionDenied
        return protected(request, **kwargs)

    return page
