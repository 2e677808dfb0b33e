"""The list of all authors."""

from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models.tallies import busiest_authors
from .lists import CountedPaginator, elided_pages
from .parameters import parse_number
from .site_page import Context, site_page

AUTHORS_PER_PAGE = 100


@require_safe
def authors(request: HttpRequest) -> HttpResponse:
    """List the authors of published articles, those with most articles first."""
    number = parse_number(request.GET.get("page", "1"))
    if not number:
        raise Http404

    def content() -> Context:
        end = number * AUTHORS_PER_PAGE
        found, count = busiest_authors(end - AUTHORS_PER_PAGE, end)
        if not found and number > 1:
            raise Http404
        page = Page(found, number, CountedPaginator(found, count, AUTHORS_PER_PAGE))
        return {"page": page, "pages": elided_pages(page), "here": "authors"}

    here = request.build_absolute_uri(request.path)
    return site_page(request, here if number == 1 else f"{here}?page={number}", "authors", content)
