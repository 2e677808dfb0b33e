"""Variables of every template. Reads only settings, so that public pages can be cached."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    """Provide `site_name`, the name of the site as shown to visitors."""
    return {"site_name": settings.SITE_NAME}
