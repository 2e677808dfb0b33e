"""The articles of a year or a month, and those without a date."""

from datetime import MAXYEAR, date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models import Article
from .lists import list_page

MONTHS = [f"{month:02}" for month in range(1, 13)]


@require_safe
def archive_year(request: HttpRequest, year: int) -> HttpResponse:
    """The articles of one year, with its months beside them."""
    return _archive(request, year)


@require_safe
def archive_month(request: HttpRequest, year: int, month: str) -> HttpResponse:
    """The articles of one month, which is named by two digits: "03"."""
    if month not in MONTHS:
        raise Http404
    return _archive(request, year, MONTHS.index(month) + 1)


@require_safe
def archive_undated(request: HttpRequest) -> HttpResponse:
    """The articles whose date is not known."""
    return _archive(request, None)


def _archive(request: HttpRequest, year: int | None, month: int | None = None) -> HttpResponse:
    if year is not None and not 1 <= year <= MAXYEAR:
        raise Http404
    articles = Article.objects.published()
    found = articles.in_month(year, month) if year and month else articles.in_year(year)

    def beside() -> dict[str, Any]:
        return {"months": articles.count_by_month(year) if year else []}

    day = date(year, month, 1) if year and month else None
    return list_page(request, "archive", found, beside, here="archive", year=year, month=day)
