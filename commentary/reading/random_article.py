"""Redirect to a random article."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from ..models import Article


@require_safe
def random_article(request: HttpRequest) -> HttpResponse:
    """Redirect to a random article, or home if there is none. Never cached."""
    article = Article.objects.published().any_one()
    response = redirect(article or "commentary:home")
    response["Cache-Control"] = "no-store"
    return response
