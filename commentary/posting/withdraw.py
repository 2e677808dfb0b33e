"""The page for withdrawing one's own comment."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from .. import discussions
from ..discussions import identity
from .answers import nobody_stores, see_responses
from .own_comment import find_own_comment


@require_http_methods(["GET", "HEAD", "POST"])
@nobody_stores
def withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Withdraw the sender's own comment: GET asks for confirmation, POST withdraws."""
    comment = find_own_comment(request, slug, number)
    refused = ""
    if request.method == "POST":
        try:
            discussions.withdraw_comment(comment, identity.sender_of(request))
        except discussions.NotYours as refusal:
            refused = str(refusal)
        else:
            return see_responses(comment.discussion.article, number)
    context = {"comment": comment, "article": comment.discussion.article, "refusal": refused}
    return render(request, "commentary/withdraw.html", context, status=409 if refused else 200)
