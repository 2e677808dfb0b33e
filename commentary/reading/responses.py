"""Comments on several articles: the newest, and those signed with one name."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from ..models import Comment
from ..text.names import name_key
from .article_base import parse_after
from .pagination import COUNT_MOST, NewestPage, newest_page, query
from .parameters import TimelineCursor
from .site_page import site_page


@require_safe
def response_list(request: HttpRequest) -> HttpResponse:
    """The newest comments on all articles; `?after=` a moment leads on."""
    return _responses_page(request, "response_list", Comment.objects.approved().of_published())


@require_safe
def commenter_detail(request: HttpRequest, name: str) -> HttpResponse:
    """The comments signed with a name, the newest first; 404 where there is none. However the name
    is written, its page has one address. Who gave no name has none."""
    signed = name_key(name, gettext("Anonymous"))
    if not signed:
        raise Http404
    if signed != name:
        return redirect("commentary:commenter_detail", signed)
    comments = Comment.objects.signed(signed)

    def about(page: NewestPage) -> dict[str, Any]:
        if not page.comments:
            raise Http404
        # As the newest of them writes it.
        newest = page.comments[0].name
        return {"name": newest, "extent": comments.extent(COUNT_MOST), "most": COUNT_MOST}

    return _responses_page(request, "commenter_detail", comments, about)


def _responses_page(
    request: HttpRequest,
    name: str,
    comments: Any,
    about: Callable[[NewestPage], dict[str, Any]] = lambda page: {},
) -> HttpResponse:
    """One page of `comments` in the template `name`, with what is to be said `about` them."""
    after = parse_after(request, TimelineCursor.parse)

    def content() -> dict[str, Any]:
        page = newest_page(comments.for_list(), after)
        return about(page) | {"page": page, "is_later": after is not None, "path": request.path}

    here = request.build_absolute_uri(request.path)
    return site_page(request, here + query(after=str(after or "")), name, content)
