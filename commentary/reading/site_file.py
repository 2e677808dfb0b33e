"""Serves the logo and the favicon of the site."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models.site_settings import SiteFile, file_bytes
from .media import YEAR


@require_safe
def site_file(request: HttpRequest, name: str) -> HttpResponse:
    """Serve a file. It never changes, because its URL contains the digest of its bytes."""
    data = file_bytes(name)
    if data is None:
        raise Http404
    response = HttpResponse(data, content_type=SiteFile(name).content_type)
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    # Applies when someone opens the URL of an SVG file directly.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-site"
    return response
