"""The newest comments on all articles."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models import Comment
from ..models.queries.comments import CommentQuerySet
from .article_base import parse_after
from .comment_lists import CommentList, newest_comments
from .pagination import query
from .parameters import TimelineCursor
from .site_page import Context, site_page


@require_safe
def responses(request: HttpRequest) -> HttpResponse:
    """List the newest comments on all articles. `?after=` is a `TimelineCursor`."""
    return responses_page(request, "responses", Comment.objects.approved().of_published())


def responses_page(
    request: HttpRequest,
    name: str,
    comments: CommentQuerySet,
    about: Callable[[CommentList], Context] = lambda page: {},
) -> HttpResponse:
    """Render one page of `comments` with the template `name`. `about` returns extra context."""
    after = parse_after(request, TimelineCursor.parse)

    def content() -> Context:
        page = newest_comments(comments.for_list(), after)
        return {**about(page), "page": page, "is_later": after is not None, "path": request.path}

    here = request.build_absolute_uri(request.path)
    return site_page(request, here + query(after=str(after or "")), name, content)
