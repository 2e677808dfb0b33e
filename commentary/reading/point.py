"""The comments linked to one point of an article."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from ..models import Comment, PointLink
from .article_base import find_article, parse_after, reading_context, shared_context
from .memento import cite_as
from .outline import flat_list
from .page_cache import public_page
from .pagination import fit, query, weight_of
from .parameters import HIGHEST_NUMBER, parse_number
from .site_page import Context
from .versions import article_version


@require_safe
def point(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show the public comments linked to a point, oldest first; `?after=7` continues."""
    article = find_article(request, slug)
    if number > HIGHEST_NUMBER:
        raise Http404
    after = parse_after(request, parse_number)
    address = request.build_absolute_uri(request.path)
    here = address + query(after=str(after or ""))
    return public_page(
        request,
        here,
        article_version(article),
        lambda: render_to_string(
            "commentary/point.html",
            {**point_context(request, article.pk, number, after), "canonical": here},
            request,
        ),
        headers={"Link": cite_as(address)},
    )


def point_context(request: HttpRequest, pk: int, point: int, after: int | None = None) -> Context:
    """Return the context of the page of one point.

    Raises Http404 if the point doesn't exist or nothing comes after `after`.
    """
    shared, size = shared_context(request, pk), settings.COMMENTS_PER_PAGE
    points, address = shared["article"].points, shared["address"]
    if point not in points:
        raise Http404
    links = PointLink.objects.accepted().of_public().filter(discussion=pk, point=point)
    unread = links.filter(comment__number__gt=after or 0).order_by("comment__number")
    found = list(unread.values_list("comment", "comment__number")[: size + 1])
    if after is not None and not found:
        raise Http404
    in_discussion = Comment.objects.filter(discussion_id=pk)
    linked = in_discussion.filter(pk__in=[comment for comment, _ in found[:size]])
    rows = sorted(linked.for_reading(), key=lambda row: row.number)
    rows = rows[: fit(map(weight_of, rows))]
    parents = in_discussion.filter(
        pk__in={row.parent_id for row in rows if row.parent_id}
    ).for_reading()
    reading = reading_context(shared, rows, {})
    more, here = len(found) > len(rows), f"{address}points/{point}/"
    return {
        **shared,
        "point": point,
        "here": here,
        "text": points[point],
        "blocks": [block for block in shared["article"].blocks if block.number == point],
        "count": links.count(),
        "reading": reading,
        "comments": flat_list(rows, parents, reading),
        "next_page": here + query(after=str(rows[-1].number)) if more else None,
        "is_later": after is not None,
    }
