"""The newest comments on all articles."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models import Comment
from ..models.queries.comments import CommentQuerySet
from .article_base import parse_after
from .comment_lists import LIST_SORTS, CommentList, ListCursor, comment_list
from .pagination import query
from .parameters import RepliesCursor, TimelineCursor
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
    sort: str = LIST_SORTS[0],
) -> HttpResponse:
    """Render one page of `comments` with the template `name`. `about` returns extra context."""
    after: ListCursor | None
    if sort == "replies":
        after = parse_after(request, RepliesCursor.parse)
    else:
        after = parse_after(request, TimelineCursor.parse)

    def address(after: str = "") -> str:
        return request.path + query(sort, after, default=LIST_SORTS[0])

    def content() -> Context:
        page = comment_list(comments.for_list(), sort, after)
        return {
            **about(page),
            "page": page,
            "is_later": after is not None,
            "path": request.path,
            "sort": sort,
            "first_page": address(),
            "next_page": address(page.next) if page.next else "",
        }

    here = request.build_absolute_uri(address(str(after or "")))
    return site_page(request, here, name, content)
