"""The comments signed with one name."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from ..models import Comment
from ..text.names import name_key
from .comment_lists import CommentList
from .pagination import COUNT_MOST
from .responses import responses_page
from .site_page import Context


@require_safe
def commenter(request: HttpRequest, name: str) -> HttpResponse:
    """List the comments signed with a name, newest first.

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
        # The spelling of the latest comment.
        newest = page.comments[0].name
        return {"name": newest, "extent": comments.extent(COUNT_MOST), "most": COUNT_MOST}

    return responses_page(request, "commenter", comments, about)
