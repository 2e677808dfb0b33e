"""The page with the form for a response to a point."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from .article_base import find_article
from .form_page import empty_form


@require_safe
def respond_to_point(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show the form for a response to a point of the article. 404 if there is no such point."""
    article = find_article(request, slug)
    if number not in article.points:
        raise Http404
    return empty_form(request, article, point=number)
