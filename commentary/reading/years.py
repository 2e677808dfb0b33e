"""The archive: all years with their months."""

from datetime import date
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models.tallies import add_up, count_by_year_and_month
from .site_page import Context, site_page


class Month(NamedTuple):
    """A month of the archive and its number of articles."""

    first: date
    total: int


class Year(NamedTuple):
    """A year of the archive, its number of articles, and its twelve months."""

    number: int
    total: int
    months: list[Month]


@require_safe
def years(request: HttpRequest) -> HttpResponse:
    """List the years and months with the numbers of their articles, latest first."""

    def content() -> Context:
        counts = count_by_year_and_month()
        undated = counts.pop(None, {})
        found = [
            Year(
                year,
                add_up(months.values()).articles,
                [
                    Month(date(year, m, 1), months[m].articles if m in months else 0)
                    for m in range(1, 13)
                ],
            )
            for year, months in counts.items()
            if year is not None
        ]
        return {
            "years": found,
            "count": sum(year.total for year in found),
            "undated": add_up(undated.values()).articles,
            "here": "archive",
        }

    return site_page(request, request.build_absolute_uri(request.path), "years", content)
