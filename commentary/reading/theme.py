"""The stylesheet of the site's theme."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models import site_frame
from .media import YEAR


@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """Serve the theme. The URL in pages names its version, which never changes."""
    frame = site_frame()
    response = HttpResponse(frame.theme, content_type="text/css; charset=utf-8")
    response["ETag"] = f'"{frame.theme_digest}"'
    is_current = request.GET.get("v") == frame.theme_digest
    response["Cache-Control"] = (
        f"public, max-age={YEAR}, immutable" if is_current else "public, no-cache"
    )
    return response
