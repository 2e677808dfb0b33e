"""The TimeMap of an article (RFC 7089, section 5): the addresses of its pages as of former days."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models import Article
from .article_base import find_article
from .memento import LINK_FORMAT, first_day, last_day, link_value, memento_datetime, memento_links
from .page_cache import public_page
from .versions import article_version


@require_safe
def time_map(request: HttpRequest, slug: str, year: int | None = None) -> HttpResponse:
    """List the days of a year, or without `year` the TimeMaps of all years, so that no document has
    more than 366 days. Nothing is read from the database but the article.

    Raises Http404 for a year without a day that is over.
    """
    article = find_article(request, slug)
    first, last = first_day(article), last_day()
    if first > last or (year is not None and not first.year <= year <= last.year):
        raise Http404
    address = request.build_absolute_uri(article.get_absolute_url())
    links = _years(address, article) if year is None else _days(address, article, year)
    return public_page(
        request,
        request.build_absolute_uri(request.path) + f"#{last}",
        article_version(article),
        lambda: ",\n".join([*memento_links(address), *links]) + "\n",
        content_type=LINK_FORMAT,
    )


def _years(address: str, article: Article) -> Iterator[str]:
    """Yield links to the TimeMaps of the years."""
    first, last = first_day(article), last_day()
    for year in range(first.year, last.year + 1):
        days = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
        begin, end = map(memento_datetime, days)
        here = f"{address}timemap/{year}/"
        yield link_value(here, "timemap", **{"type": LINK_FORMAT, "from": begin, "until": end})


def _days(address: str, article: Article, year: int) -> Iterator[str]:
    """Yield links to the pages of a year's days."""
    first, last = first_day(article), last_day()
    day, end = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
    while day <= end:
        names = {first: "first ", last: "last "}
        relation = f"{names.get(day, '')}memento" if first != last else "first last memento"
        yield link_value(f"{address}on/{day}/", relation, datetime=memento_datetime(day))
        day += timedelta(days=1)
