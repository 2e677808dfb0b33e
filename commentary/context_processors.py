"""Variables of every template."""

from django.http import HttpRequest

from .models import frame_variables


def site(request: HttpRequest) -> dict[str, object]:
    """Provide `site`, what frames every page, and `site_name`, its name."""
    return frame_variables()
