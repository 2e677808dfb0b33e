"""Navigation from one new comment to the next."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from ..models import Comment
from ..text.dates import from_milliseconds
from .article_base import comment_address, find_article, find_comment
from .history import no_such_day_page, parse_since, with_since
from .parameters import parse_number


@require_safe
def new_comments(request: HttpRequest, slug: str) -> HttpResponse:
    """Redirect to the first new comment in reading order, or to the responses if there is none.

    New comments are those since the day `?since=`, or published after the time `?seen=`. With
    `?from=`, comments up to that one are skipped.
    """
    article = find_article(request, slug)
    since, seen = parse_since(request), from_milliseconds(request.GET.get("seen", ""))
    if "since" in request.GET and since is None:
        return no_such_day_page(request, article, None, 400)
    if since is not None:
        came = Comment.objects.came_since(article.pk, since)
    elif seen is not None:
        came = Comment.objects.public_after(article.pk, seen)
    else:
        raise Http404
    start = parse_number(request.GET.get("from", ""))
    if start is not None:
        came = came.behind(find_comment(article, start))
    following = came.in_reading_order().first()
    if following is None:
        return redirect(f"{article.get_absolute_url()}#responses")
    page, _, anchor = comment_address(article, following).partition("#")
    path, mark, asked = page.partition("?")
    return redirect(f"{path}{with_since(mark + asked, since)}#{anchor}")
