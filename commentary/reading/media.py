"""Serves copies of pictures."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from ..media import open_copy

YEAR = 365 * 24 * 3600


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve a copy of a picture. It never changes, because its URL contains the digest of its
    bytes.
    """
    copy = open_copy(name)
    if copy is None:
        raise Http404
    response = FileResponse(copy, content_type="image/webp")
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    # Applies when someone opens the picture's URL directly.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-site"
    return response
