"""The list of all authors."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models import Author
from .site_page import site_page


@require_safe
def authors(request: HttpRequest) -> HttpResponse:
    """List all authors of published articles."""
    return site_page(
        request,
        request.build_absolute_uri(request.path),
        "authors",
        lambda: {"authors": list(Author.objects.with_counts()), "here": "authors"},
    )
