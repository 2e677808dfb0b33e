"""Navigation to the comments of a day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from ..models import Comment
from .article_base import comment_address, find_article, parse_sort
from .history import no_such_day_page
from .parameters import parse_day


@require_safe
def jump(request: HttpRequest, slug: str) -> HttpResponse:
    """Redirect to the first comment written on the day `?to=2026-01-31` or later.

    If there is none, redirect to the last comment before, or to the responses if none has a date.
    """
    article = find_article(request, slug)
    day = parse_day(request.GET.get("to", ""))
    if day is None:
        return no_such_day_page(request, article, None, 400)
    comment = Comment.objects.nearest_to(article.pk, day)
    if comment is None:
        return redirect(f"{article.get_absolute_url()}#responses")
    return redirect(comment_address(article, comment, parse_sort(request)))
