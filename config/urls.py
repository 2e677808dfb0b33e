"""The URLs of the public pages and the admin."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

handler400 = "commentary.reading.errors.bad_request"
handler403 = "commentary.reading.errors.forbidden"
handler404 = "commentary.reading.errors.not_found"
handler500 = "commentary.reading.errors.server_error"

urlpatterns = [
    # django-allauth returns here when a sign-in is interrupted.
    path("admin/login/", admin.site.login, name="account_login"),
    path("admin/", admin.site.urls),
    path("account/", include("commentary.accounts.urls")),
    *(
        [path("account/oidc/", include("commentary.accounts.single_sign_on"))]
        if settings.OIDC_URL
        else []
    ),
    path("", include("commentary.urls")),
]
