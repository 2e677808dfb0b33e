"""The page with all actions of editors on one comment."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from ..discussions.identity import account_of, has_permission
from ..models import Article, Claim, Comment
from .article_base import find_article, find_comment, own_comments


@require_safe
def moderate(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """List the decisions about a comment, for moderators, and its corrections, for editors. Others see
    that this user is looking at it.

    They return to the page `?next=`, or to the comment. The script loads the list into that page.
    Never cached. 403 for others.
    """
    may_edit = has_permission(request, "change_comment")
    may_moderate = has_permission(request, "moderate")
    if not (may_edit or may_moderate):
        raise PermissionDenied
    article = Article.objects.get(pk=find_article(request, slug).pk)
    comment = find_comment(article, number, own_comments(request, article.pk))
    address = article.get_absolute_url()
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = address
    context = {
        "article": article,
        "comment": comment,
        "may_edit_comments": may_edit,
        "may_moderate": may_moderate,
        "back": back,
        "is_pending": comment.status == Comment.Status.PENDING,
        "is_closed": comment.is_closed,
    }
    if user := account_of(request):
        Claim.make(user, comment.key)
        context["claim"] = Claim.of_others(user).get(comment.key, "")
    response = render(request, "commentary/moderate.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
