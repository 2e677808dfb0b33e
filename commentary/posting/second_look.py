"""The page on which a commenter asks for another look at a rejected comment."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from .. import discussions
from ..discussions import identity
from .answers import nobody_stores, refusal_status, see_comment, with_retry_after
from .forms import AskForm
from .own_comment import own_comment_at


@require_http_methods(["GET", "HEAD", "POST"])
@nobody_stores
def second_look(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show the sender why their own comment was rejected; POST asks an editor to look again."""
    comment, writer = own_comment_at(request, slug, number)
    if request.method != "POST" and not discussions.may_ask_again(comment, writer):
        raise Http404
    form = AskForm(request.POST if request.method == "POST" else None)
    refused, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                sender = identity.sender_of(request)
                asked = discussions.ask_again(comment, sender, form.cleaned_data["note"])
            except discussions.Refusal as refusal:
                form.add_error(None, str(refusal))
                refused, status = refusal, refusal_status(refusal)
            else:
                return see_comment(request, comment.discussion.article, asked)
    context = {
        "comment": comment,
        "article": comment.discussion.article,
        "reason": comment.last_reason,
        "form": form,
        "may_ask": discussions.may_ask_again(comment, writer),
    }
    page = render(request, "commentary/second_look.html", context, status=status)
    return with_retry_after(page, refused) if refused else page
