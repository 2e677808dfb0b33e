"""Articles of a year or a month, and undated articles."""

from datetime import MAXYEAR, date

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models import Article
from ..models.tallies import NONE, Tally, add_up, count_by_month, count_undated
from .lists import article_list_page
from .site_page import Context

MONTHS = [f"{month:02}" for month in range(1, 13)]


@require_safe
def archive(
    request: HttpRequest, year: int | None = None, month: str | None = None
) -> HttpResponse:
    """List the articles of a year with links to its months, of a month ("03"), or undated articles."""
    if year is not None and not 1 <= year <= MAXYEAR or month not in (None, *MONTHS):
        raise Http404
    day = date(year, int(month), 1) if year and month else None
    articles = Article.objects.published()
    found = articles.in_month(day.year, day.month) if day else articles.in_year(year)

    def beside() -> tuple[Tally, Context]:
        if year is None:
            return count_undated(), {"months": []}
        months = count_by_month(year)
        totals = months.get(day.month, NONE) if day else add_up(months.values())
        return totals, {"months": [(date(year, m, 1), count) for m, count in months.items()]}

    return article_list_page(
        request, "archive", found, beside, here="archive", year=year, month=day
    )
