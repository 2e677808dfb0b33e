"""The read API: what everybody may read, as JSON. Described by `openapi.json`.

The answers are public pages, see `pages`, with the versions of those for people; errors become
problem details on their way out, see `middleware.ReadApiMiddleware`.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from ..models import Article, Comment, Discussion
from ..reading.article_base import number_of
from ..reading.machine_page import (
    cursor_of,
    find_published,
    keyset,
    machine_page,
    site_of,
    version_of,
)
from ..reading.page_cache import public_page
from .shapes import article_line, article_page, comment_shape

PER_PAGE = 100  # articles, or comments
JSON = "application/json"
DESCRIPTION = Path(__file__).parent / "openapi.json"


@require_safe
def article_list_json(request: HttpRequest) -> HttpResponse:
    """The articles, those added last first; `?before=` leads on."""
    before = cursor_of(request, "before")

    def content(first: str, site: str) -> dict[str, Any]:
        rows = Article.objects.published().for_list()
        articles, following = keyset(rows, "-pk", before, PER_PAGE)
        return {
            "articles": [article_line(article, site) for article in articles],
            "next": f"{first}?before={following}" if following else None,
        }

    return _json(request, "before", before, Discussion.objects.site_version(), content)


@require_safe
def article_json(request: HttpRequest, slug: str) -> HttpResponse:
    """One article, its text and its comments in the order of their numbers; `?after=` leads on."""
    found = find_published(slug)
    after = cursor_of(request, "after")

    def content(first: str, site: str) -> dict[str, Any]:
        article = Article.objects.for_page().get(pk=found.pk)
        rows = Comment.objects.filter(discussion_id=found.pk).shown().for_api()
        comments, following = keyset(rows, "number", after, PER_PAGE)
        return article_page(
            article, comments, f"{first}?after={following}" if following else None, site
        )

    return _json(request, "after", after, version_of(found), content)


@require_safe
def comment_json(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One comment; 410 if it was removed, 404 if it is not public."""
    found = find_published(slug)
    if number_of(str(number)) is None:
        raise Http404
    readable = Comment.objects.filter(discussion_id=found.pk).readable()
    comment = get_object_or_404(readable.for_api(), number=number)
    if comment.status == Comment.Status.REMOVED:
        return HttpResponse(status=410)

    def content(first: str, site: str) -> dict[str, Any]:
        article = Article.objects.for_page().get(pk=found.pk)
        return comment_shape(comment, article, site) | {"article": article_line(article, site)}

    return _json(request, "", None, version_of(found), content)


def _json(
    request: HttpRequest,
    name: str,
    cursor: int | None,
    version: str,
    content: Callable[[str, str], dict[str, Any]],
) -> HttpResponse:
    """A page of JSON. `content` is handed the address of the first page and that of the site."""
    first = request.build_absolute_uri(request.path)
    here = first if cursor is None else f"{first}?{name}={cursor}"

    def render() -> str:
        return json.dumps(content(first, site_of(request)), ensure_ascii=False)

    return machine_page(request, here, version, render, JSON)


# --- what describes it


@cache
def description() -> str:
    """The OpenAPI description, as it is kept in the project."""
    return DESCRIPTION.read_text()


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of the API, for programs."""
    here = request.build_absolute_uri(request.path)
    return machine_page(request, here, "", description, JSON)


@require_safe
def api(request: HttpRequest) -> HttpResponse:
    """The description of the API, for people."""
    here = request.build_absolute_uri(request.path)

    def render() -> str:
        context = described(json.loads(description())) | {"address": here}
        return render_to_string("commentary/api.html", context, request)

    return public_page(request, here, "", render)


def described(api: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI description as its page shows it: `about`, `operations` and `shapes`."""
    return {
        "about": api["info"]["description"],
        "operations": [
            operation | {"path": path, "answers": list(operation["responses"].items())}
            for path, methods in api["paths"].items()
            for operation in methods.values()
        ],
        "shapes": [
            {
                "name": name,
                "about": shape["description"],
                "fields": [
                    {"name": field, "kind": _kind(schema), "about": schema.get("description", "")}
                    for field, schema in shape["properties"].items()
                ],
            }
            for name, shape in api["components"]["schemas"].items()
        ],
    }


def _kind(schema: dict[str, Any]) -> str:
    """What a schema lets through, in a few words."""
    if "$ref" in schema:
        return schema["$ref"].rpartition("/")[2]
    if "oneOf" in schema:
        return " or ".join(map(_kind, schema["oneOf"]))
    if "enum" in schema:
        return ", ".join("null" if value is None else value for value in schema["enum"])
    if schema["type"] == "array":
        return f"list of {_kind(schema['items'])}"
    kinds = schema["type"]
    return kinds if isinstance(kinds, str) else " or ".join(kinds)
