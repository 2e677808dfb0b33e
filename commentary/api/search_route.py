import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from .. import search as engine
from ..models import Article, Comment
from ..reading.machine_page import site_of
from ..reading.search import PER_PAGE
from ..reading.search_documents import Part, _part
from .routes import JSON
from .shapes import found_shape


@require_safe
def search_json(request: HttpRequest) -> HttpResponse:
    """The same for the read API."""

    def write(part: Part) -> str:
        content = {
            "query": part.query.text,
            "notes": part.query.notes,
            "count": part.total,
            "results": _shapes(engine.results(part.query, part.hits), site_of(request)),
            "next": part.older or None,
        }
        return json.dumps(content, ensure_ascii=False)

    return _part(request, JSON, PER_PAGE, write)


def _shapes(results: Sequence[engine.Result], site: str) -> list[dict[str, Any]]:
    articles = Article.objects.for_results().in_bulk({result.article.pk for result in results})
    said = [result.comment.pk for result in results if result.comment]
    comments = Comment.objects.approved().for_api().in_bulk(said)
    return [
        found_shape(
            articles[result.article.pk],
            result.comment and comments[result.comment.pk],
            result.text,
            site,
        )
        for result in results
        if result.article.pk in articles
        and (result.comment is None or result.comment.pk in comments)
    ]
