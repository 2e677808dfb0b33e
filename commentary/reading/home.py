"""The home page: articles, newest first."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models.tallies import Tally, add_up, busiest_authors, count_by_year
from .lists import article_list_page
from .site_page import Context

AUTHORS_BESIDE = 6  # next to the list of articles; the others are on the page of authors


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Home: list articles, newest first, with the archive and some authors."""

    def beside() -> tuple[Tally, Context]:
        years, (authors, author_count) = count_by_year(), busiest_authors(0, AUTHORS_BESIDE)
        return add_up(years.values()), {
            "years": years.items(),
            "authors": authors,
            "author_count": author_count,
        }

    return article_list_page(request, "home", None, beside, here="articles")
