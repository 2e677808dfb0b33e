"""Variables of every template. They are read only when a template uses them."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .models import site_frame


def site(request: HttpRequest) -> dict[str, object]:
    """Provide `site`, what frames every page, and `site_name`, its name."""
    frame = SimpleLazyObject(site_frame)
    return {"site": frame, "site_name": SimpleLazyObject(lambda: frame.name)}
