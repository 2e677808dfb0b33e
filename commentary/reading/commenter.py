"""The comments signed with one name."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from ..models import Comment
from ..text.names import name_key
from .comment_lists import LIST_SORTS, CommentList
from .pagination import COUNT_MOST
from .responses import responses_page
from .site_page import Context


@require_safe
def commenter(request: HttpRequest, name: str) -> HttpResponse:
    """List the comments signed with a name: newest first, or `?sort=oldest` or `?sort=replies`.

    Other spellings of the name redirect to one URL. 404 if there are none; unsigned comments have
    no such page.
    """
    signed = name_key(name, gettext("Anonymous"))
    if not signed:
        raise Http404
    if signed != name:
        return redirect("commentary:commenter", signed)
    comments = Comment.objects.signed(signed)

    def about(page: CommentList) -> Context:
        if not page.comments:
            raise Http404
        shown = page.comments[0].name  # the spelling of the first comment on the page
        return {
            "name": shown,
            "signed": signed,
            "extent": comments.extent(COUNT_MOST),
            "most": COUNT_MOST,
        }

    sort = request.GET.get("sort", "")
    sort = sort if sort in LIST_SORTS else LIST_SORTS[0]
    return responses_page(request, "commenter", comments, about, sort)
