"""The page about keyboard shortcuts."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from .page_cache import public_page
from .versions import look_version


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Describe the keyboard shortcuts. The script shows this page as a dialog."""
    return public_page(
        request,
        request.build_absolute_uri(request.path),
        look_version(),
        lambda: render_to_string("commentary/keys.html", {}, request),
    )
