"""Articles of a year or a month, and undated articles, as lists of titles."""

from collections.abc import Iterable
from datetime import MAXYEAR, date
from itertools import groupby
from typing import NamedTuple

from django.core.paginator import InvalidPage
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models import Article
from ..models.tallies import NONE, add_up, count_by_month, count_undated
from ..text.dates import in_site_zone
from .lists import CountedPaginator, elided_pages
from .parameters import parse_number
from .site_page import Context, site_page

MONTHS = [f"{month:02}" for month in range(1, 13)]
TITLES_PER_PAGE = 400  # a year with more is divided into the pages of its months


class TitlesOfMonth(NamedTuple):
    """The articles of one month on a page, in the order of their dates. `first` is None for undated
    ones.
    """

    first: date | None
    total: int
    articles: list[Article]


@require_safe
def archive(
    request: HttpRequest, year: int | None = None, month: str | None = None
) -> HttpResponse:
    """List the titles of a year by month, of a month ("03"), or of undated articles.

    A year with more than TITLES_PER_PAGE articles lists its months. A month with more has several
    pages.
    """
    if year is not None and not 1 <= year <= MAXYEAR or month not in (None, *MONTHS):
        raise Http404
    asked = parse_number(request.GET.get("page", "1"))
    if not asked:
        raise Http404
    here = request.build_absolute_uri(request.path)
    address = here if asked == 1 else f"{here}?page={asked}"
    return site_page(request, address, "archive", lambda: _titles(year, month, asked))


def _titles(year: int | None, month: str | None, number: int) -> Context:
    months = count_by_month(year) if year is not None else {}
    shown = date(year, int(month), 1) if year is not None and month is not None else None
    if year is None:
        totals = count_undated()
    else:
        totals = months.get(shown.month, NONE) if shown else add_up(months.values())
    is_divided = year is not None and shown is None and totals.articles > TITLES_PER_PAGE
    articles = Article.objects.published()
    rows = articles.in_month(shown.year, shown.month) if shown else articles.in_year(year)
    rows = rows.order_by("timeline_at", "pk").for_titles().with_newest()
    paginator = CountedPaginator(rows, 0 if is_divided else totals.articles, TITLES_PER_PAGE)
    try:
        page = paginator.page(number)
    except InvalidPage as invalid:
        raise Http404 from invalid
    return {
        "year": year,
        "month": shown,
        "months": [
            (date(year, n, 1), months[n].articles if n in months else 0) for n in range(1, 13)
        ]
        if year is not None
        else [],
        "is_divided": is_divided,
        "page": page,
        "pages": elided_pages(page),
        "titles": list(_by_month(page.object_list, {n: t.articles for n, t in months.items()})),
        "totals": totals,
        "here": "archive",
    }


def _by_month(articles: Iterable[Article], counts: dict[int, int]) -> Iterable[TitlesOfMonth]:
    """Group articles by month, in their order. Undated articles are one group."""
    for first, found in groupby(articles, _month_of):
        rows = list(found)
        count = counts.get(first.month, len(rows)) if first else len(rows)
        yield TitlesOfMonth(first, count, rows)


def _month_of(article: Article) -> date | None:
    at = article.timeline_at
    return at and in_site_zone(at).date().replace(day=1)
