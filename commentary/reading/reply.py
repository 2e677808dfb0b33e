"""The page with the reply form below a comment."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from .article_base import find_article
from .form_page import empty_form
from .parameters import HIGHEST_NUMBER


@require_safe
def reply(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show the reply form below a comment."""
    article = find_article(request, slug)
    if number > HIGHEST_NUMBER:
        raise Http404
    return empty_form(request, article, number)
