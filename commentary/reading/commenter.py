"""The comments that are signed with one name."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from ..models import Comment
from ..text.names import name_key
from .pagination import COUNT_MOST, NewestPage
from .responses import responses_page


@require_safe
def commenter(request: HttpRequest, name: str) -> HttpResponse:
    """The comments signed with a name, the newest first; 404 where there is none. However the name
    is written, its page has one address. Who gave no name has none."""
    signed = name_key(name, gettext("Anonymous"))
    if not signed:
        raise Http404
    if signed != name:
        return redirect("commentary:commenter", signed)
    comments = Comment.objects.signed(signed)

    def about(page: NewestPage) -> dict[str, Any]:
        if not page.comments:
            raise Http404
        # As the newest of them writes it.
        newest = page.comments[0].name
        return {"name": newest, "extent": comments.extent(COUNT_MOST), "most": COUNT_MOST}

    return responses_page(request, "commenter", comments, about)
