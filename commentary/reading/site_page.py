"""Pages about several articles, with the version of the whole site."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from .page_cache import public_page
from .versions import site_version

# The template variables of any page.
Context: TypeAlias = Mapping[str, object]


def site_page(
    request: HttpRequest,
    address: str,
    name: str,
    content: Callable[[], Context],
    is_kept: bool = True,
) -> HttpResponse:
    """Return a public page that has the version of the site. Stored only if `is_kept`."""
    return public_page(
        request,
        address,
        site_version(),
        lambda: render_to_string(
            f"commentary/{name}.html", {**content(), "address": address}, request
        ),
        own=not is_kept,
    )
