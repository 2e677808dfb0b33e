"""The page for editing one's own comment. A refused form keeps what was typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from .. import discussions
from ..discussions import identity, revisions
from ..discussions.points import Points
from .answers import nobody_stores, refusal_status, see_comment, with_retry_after
from .forms import EditForm
from .own_comment import find_own_comment


@require_http_methods(["GET", "HEAD", "POST"])
@nobody_stores
def edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Edit the sender's own comment."""
    comment = find_own_comment(request, slug, number)
    is_editor = identity.editor_of(request) is not None
    form = EditForm(request.POST or None, comment=comment, is_editor=is_editor)
    refused, current, status = None, None, 200
    edition = revisions.edition(comment)
    if request.method == "POST":
        status, edition = 422, request.POST.get("edition", "")
        if form.is_valid():
            try:
                data, sender = form.cleaned_data, identity.sender_of(request)
                article = comment.discussion.article
                edited = discussions.edit_comment(
                    comment,
                    sender,
                    data["body"],
                    data["name"],
                    Points(article.points),
                    edition,
                    article.text_language,
                )
            except discussions.Refusal as refusal:
                form.add_error(None, str(refusal))
                refused, status = refusal, refusal_status(refusal)
                if isinstance(refusal, discussions.Stale):
                    comment.refresh_from_db(fields=["name", "body"])
                    current = {"name": comment.name, "body": comment.body}
                    edition = revisions.edition(comment)
            else:
                return see_comment(request, comment.discussion.article, edited)
    context = {
        "comment": comment,
        "article": comment.discussion.article,
        "form": form,
        "current": current,
        "edition": edition,
    }
    page = render(request, "commentary/edit.html", context, status=status)
    return with_retry_after(page, refused) if refused else page
