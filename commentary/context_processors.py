"""What every template may name. Reads settings alone, so that a public page stays public."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, str]:
    """`site_name`: the name of the site, as its visitors see it."""
    return {"site_name": settings.SITE_NAME}
