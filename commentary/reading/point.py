from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string

from ..models import Article, Comment, PointLink
from .article_base import _after, _reading, _shared_context, _version
from .outline import flat_list
from .page_cache import public_page
from .parameters import parse_number

# --- the responses on one point


def _point_detail(request: HttpRequest, article: Article) -> HttpResponse:
    """The public responses that are linked to `?point=3`, the oldest first; `&after=7` goes on."""
    point, after = parse_number(request.GET["point"]), _after(request, parse_number)
    if point is None:
        raise Http404
    here = request.build_absolute_uri(request.path) + _point_query(point, after)
    return public_page(
        request,
        here,
        _version(article),
        lambda: render_to_string(
            "commentary/point_detail.html",
            point_context(request, article.pk, point, after) | {"canonical": here},
            request,
        ),
    )


def _point_query(point: int, after: int | None) -> str:
    return f"?point={point}" if after is None else f"?point={point}&after={after}"


def point_context(
    request: HttpRequest, pk: int, point: int, after: int | None = None
) -> dict[str, Any]:
    """What a page of the responses on one point shows. 404 for a point that is not there, or where
    nothing comes after `after`."""
    shared, size = _shared_context(request, pk), settings.COMMENTS_PER_PAGE
    points, address = shared["article"].points, shared["address"]
    if point not in points:
        raise Http404
    links = PointLink.objects.accepted().of_public().filter(discussion=pk, point=point)
    unread = links.filter(comment__number__gt=after or 0).order_by("comment__number")
    found = list(unread.values_list("comment", "comment__number")[: size + 1])
    if after is not None and not found:
        raise Http404
    linked = Comment.objects.filter(pk__in=[comment for comment, _ in found[:size]])
    rows = sorted(linked.for_reading(), key=lambda row: row.number)
    parents = Comment.objects.filter(pk__in={row.parent_id for row in rows} - {None}).for_reading()
    more = len(found) > size
    return shared | {
        "point": point,
        "text": points[point],
        "blocks": [block for block in shared["article"].blocks if block.number == point],
        "count": links.count(),
        "comments": flat_list(rows, parents, _reading(shared, rows, {})),
        "next_page": address + _point_query(point, found[size - 1][1]) if more else None,
        "is_later": after is not None,
    }
