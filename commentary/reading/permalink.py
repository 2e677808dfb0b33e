"""Permalinks of comments."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from ..models import Article, Comment, FormerAnchor
from .article_base import (
    comment_address,
    find_article,
    find_comment,
    gone_page,
    own_comments,
    parse_sort,
)
from .memento import cite_as


@require_safe
def permalink(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Redirect to the page that shows the comment, in the requested order.

    If no comment has this number, it may be the id of a comment at its source. A number that a
    comment has is never taken for an id: see `former` for links to an earlier site.

    410 if it was removed, 404 if this reader can't see it.
    """
    article = find_article(request, slug)
    mine = own_comments(request, article.pk)
    try:
        comment = find_comment(article, number, mine)
    except Http404:
        comment = _find_by_former_id(article, number)
    also = () if comment.is_public else mine
    if not (comment.is_public or comment.pk in also):
        return gone_page(request, article, comment)
    response = redirect(comment_address(article, comment, parse_sort(request), also))
    response["Link"] = cite_as(request.build_absolute_uri(request.path))
    return response


def _find_by_former_id(article: Article, number: int) -> Comment:
    """Return the public comment that had this id at its source. Raises Http404 if there is none, or if
    a comment here has this number, even one that is not public.
    """
    # Looked up in any case, so that a hidden comment costs as many queries as a missing one.
    ours = FormerAnchor.objects.number_of(article.pk, f"comment-{number}")
    if ours is None or number <= article.discussion.last_number:
        raise Http404
    return find_comment(article, ours)
