"""Code shared by pages that list articles: home, the archive, and authors' pages."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from .parameters import parse_number
from .site_page import site_page


def list_page(
    request: HttpRequest,
    name: str,
    articles: Any,
    beside: Callable[[], dict[str, Any]] = dict,
    **context: Any,
) -> HttpResponse:
    """Render one page of `articles` with the template `name`. Raises Http404 for a missing page."""
    asked = request.GET.get("page", "1")
    here = request.build_absolute_uri(request.path)

    def content() -> dict[str, Any]:
        around = beside()
        paginator = Paginator(articles.newest_first().for_list(), settings.ARTICLES_PER_PAGE)
        if "years" in around:  # their sum is the total
            paginator.count = sum(year["count"] for year in around["years"])
        try:
            page = paginator.page(asked)
        except InvalidPage as invalid:
            raise Http404 from invalid
        return {
            **context,
            **around,
            "page": page,
            "pages": paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
            # Lazy, because home does not show it.
            "totals": SimpleLazyObject(
                lambda: articles.aggregate(responses=Sum("discussion__approved_count"))
            ),
        }

    number = parse_number(asked)
    if number is None:
        raise Http404
    return site_page(request, here if number == 1 else f"{here}?page={number}", name, content)
