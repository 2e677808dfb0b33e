"""The home page: articles, newest first."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models import Author
from ..models.tallies import Tally, add_up, count_by_year
from .lists import article_list_page
from .site_page import Context

AUTHORS_BESIDE = 6  # next to the list of articles; the others are on the page of authors


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Home: list articles, newest first, with the archive and some authors."""

    def beside() -> tuple[Tally, Context]:
        years, authors = count_by_year(), Author.objects.with_counts()
        return add_up(years.values()), {
            "years": years.items(),
            "authors": authors[:AUTHORS_BESIDE],
            "author_count": authors.count(),
        }

    return article_list_page(request, "home", None, beside, here="articles")
