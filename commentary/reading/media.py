"""The pictures of articles."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from ..media import open_copy

YEAR = 365 * 24 * 3600


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """A copy of a picture. Its address names its bytes, so it never changes."""
    copy = open_copy(name)
    if copy is None:
        raise Http404
    response = FileResponse(copy, content_type="image/webp")
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    # Also if somebody opens it by itself: it is a picture, and nothing else.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-site"
    return response
