"""Comments, by the URL fragments that they had at their source."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from ..models import Comment, FormerAnchor
from ..text.former_anchors import number_in
from .article_base import find_article, own_comments
from .moved_comments import present_comment


@require_safe
def former_comment(request: HttpRequest, slug: str) -> HttpResponse:
    """Redirect a fragment or id of an earlier site, `?id=comment-4711`, to its comment.

    With `ours`, the page that had the link is one of ours, so "comment-7" is our number 7 if there
    is one. An unknown fragment leads to the responses of the article.
    """
    article = find_article(request, slug)
    asked = request.GET.get("id", "").strip().rpartition("#")[2].replace("\0", "")
    number = number_in(asked) if "ours" in request.GET else None
    if number is None or number > article.discussion.last_number:
        number = FormerAnchor.objects.number_of(article.pk, asked)
    address = article.get_absolute_url()
    known = Comment.objects.filter(discussion_id=article.pk)
    known = known.known(own_comments(request, article.pk))
    if number is not None and known.filter(number=number).exists():
        return redirect(f"{address}comments/{number}/")
    if number is None or number > article.discussion.last_number:
        return redirect(f"{address}#responses")
    present = present_comment(request, article.pk, number)
    return (
        redirect("commentary:permalink", **present) if present else redirect(f"{address}#responses")
    )
