from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from .article_base import _find_comment, _gone, _mine, _place, _sort, find_article


@require_safe
def comment_permalink(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """To the page on which the comment stands, in the order asked for; 410 if it was removed, 404
    if it is not shown to whoever asks."""
    article = find_article(request, slug)
    mine = _mine(request, article.pk)
    comment = _find_comment(article, number, mine)
    also = () if comment.is_public else mine
    if not (comment.is_public or comment.pk in also):
        return _gone(request, article, comment)
    return redirect(_place(article, comment, _sort(request), also))
