"""The admin site: Django's, with additional pages that don't belong to a model.

Imports nothing from the application, because Django creates it before loading any admin module.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import BadRequest
from django.db import DataError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _


class EditorsRoom(AdminSite):
    """Django's admin site with pages of our own, listed above the models of an app."""

    site_header = site_title = "Commentary"
    site_url = "/"
    index_title = _("Overview")
    enable_nav_sidebar = False  # its links are on the page of all pages

    # What the application adds: the tabs above every page, the name and look of the site, what the
    # overview shows, and the page for signing in.
    room: Callable[[HttpRequest], object]
    frame_variables: Callable[[], dict[str, object]]
    overview: Callable[[HttpRequest], dict[str, object]]
    sign_in_page: Callable[[HttpRequest], HttpResponse]
    password_changed: Callable[[HttpRequest], None]

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.pages: list[tuple[str, dict[str, Any]]] = []

    def add_page(
        self,
        route: str,
        view: Callable[["EditorsRoom"], Callable[..., HttpResponse]],
        *,
        app: str,
        name: str,
        label: Any,
        permission: str,
    ) -> None:
        """Serve `view(site)` at `route`, and link to it for users with the permission. A page without
        a label is reached only from other pages.
        """
        page = {"view": view, "app": app, "name": name, "label": label, "permission": permission}
        self.pages.append((route, page))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        room = SimpleLazyObject(lambda: self.room(request))
        # Django's pages for signing in have other variables with the names of these.
        return {**super().each_context(request), **self.frame_variables(), "room": room}

    def index(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> TemplateResponse:
        """Show the overview instead of a list of all models."""
        return super().index(request, {**self.overview(request), **(extra_context or {})})

    def app_index(  # type: ignore[override] # a redirect
        self, request: HttpRequest, app_label: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Show the list of all pages instead of the models of one app."""
        return redirect("admin:commentary_pages")

    def login(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Show our sign-in page, which asks for a second factor."""
        return self.sign_in_page(request)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Change the password as in Django, and tell the owner of the account."""
        response = super().password_change(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            self.password_changed(request)
        return response

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Wrap a view as in Django, and don't send URLs of admin pages to other sites."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                response = inner(request, *args, **kwargs)
            except (DataError, OperationalError) as error:
                # ?pk__regex=( and other lookups that no list offers
                if request.method not in ("GET", "HEAD") or not _is_of_value(error):
                    raise
                raise BadRequest("The database cannot look this up.") from error
            response.headers.setdefault("Referrer-Policy", "same-origin")
            return response

        return outer

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own = [path(route, page["view"](self), name=page["name"]) for route, page in self.pages]
        return [*own, *super().get_urls()]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        for page in (page for _route, page in self.pages if page["label"]):
            for app in apps:
                if app["app_label"] == page["app"] and request.user.has_perm(page["permission"]):
                    app["models"].insert(0, self._link(page))
        return apps

    def _link(self, page: dict[str, Any]) -> dict[str, object]:
        """Describe a page like a model, for the admin's templates."""
        return {
            "name": page["label"],
            "object_name": page["name"],
            "perms": {"add": False, "change": True, "delete": False, "view": True},
            "admin_url": reverse(f"admin:{page['name']}", current_app=self.name),
            "add_url": None,
            "view_only": False,
        }


def _is_of_value(error: DataError | OperationalError) -> bool:
    """Return whether the database rejected a value. SQLite calls Python functions such as REGEXP,
    and reports their errors as its own.
    """
    return isinstance(error, DataError) or "user-defined function" in str(error)
