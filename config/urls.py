"""Mounts the public pages and the admin."""

from django.contrib import admin
from django.urls import include, path

handler400 = "commentary.views.errors.bad_request"
handler403 = "commentary.views.errors.forbidden"
handler404 = "commentary.views.errors.not_found"
handler500 = "commentary.views.errors.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("commentary.urls")),
]
