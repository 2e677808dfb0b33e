"""The home page: articles, newest first."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models import Article, Author
from .lists import list_page

AUTHORS_BESIDE = 6  # next to the list of articles; the others are on the page of authors


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Home: list articles, newest first, with the archive and some authors."""

    def beside() -> dict[str, Any]:
        authors = Author.objects.with_counts()
        return {
            "years": Article.objects.published().count_by_year(),
            "authors": authors[:AUTHORS_BESIDE],
            "author_count": authors.count(),
        }

    return list_page(request, "home", Article.objects.published(), beside, here="articles")
