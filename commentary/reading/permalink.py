"""Permalinks of comments."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from .article_base import (
    comment_address,
    find_article,
    find_comment,
    gone_page,
    own_comments,
    parse_sort,
)


@require_safe
def permalink(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Redirect to the page that shows the comment, in the requested order.

    410 if it was removed, 404 if this reader can't see it.
    """
    article = find_article(request, slug)
    mine = own_comments(request, article.pk)
    comment = find_comment(article, number, mine)
    also = () if comment.is_public else mine
    if not (comment.is_public or comment.pk in also):
        return gone_page(request, article, comment)
    return redirect(comment_address(article, comment, parse_sort(request), also))
