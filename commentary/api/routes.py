"""The read API: everything that everyone may read, as JSON.

Responses are public pages with the same versions as the HTML pages (see `reading.page_cache`).
Errors are converted to problem documents by `api.middleware`.
"""

import json
from collections.abc import Callable, Sequence
from typing import Annotated, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe
from pydantic import BaseModel, Field, TypeAdapter

from .. import search as engine
from ..models import Article, Comment
from ..reading.machine_page import (
    arrival_of,
    cursor_of,
    find_published,
    keyset,
    machine_page,
    newest_arrivals,
    site_of,
)
from ..reading.page_cache import public_page
from ..reading.parameters import HIGHEST_NUMBER
from ..reading.search import PER_PAGE as RESULTS_PER_PAGE
from ..reading.search_documents import ResultDocument, search_document
from ..reading.versions import LookedUpVersion, article_version, look_version, site_version
from . import schemas, serializers
from .openapi import Operation, Parameter, describe, description, page_context
from .schemas import as_json

PER_PAGE = 100  # articles, or comments
JSON = "application/json"
NUMBER = TypeAdapter(Annotated[int, Field(ge=0, le=2**31 - 1)])
ARRIVAL = TypeAdapter(Annotated[str, Field(pattern=r"^[0-9]{1,17}-[0-9]{1,18}$")])
BAD_CURSOR = "400 if the cursor is invalid."
NO_ARTICLE = "No published article has this slug."
SLUG = Parameter(
    "slug",
    TypeAdapter(Annotated[str, Field(pattern=r"^[-\w]+$", max_length=100)]),
    "The slug of the article, as in its URL.",
)


@describe(
    Operation(
        path="/articles.json",
        id="listArticles",
        summary="List all articles, 100 per page, most recently added first",
        answer=schemas.ArticleList,
        answer_is="A page of articles.",
        parameters=[
            Parameter(
                "before",
                ARRIVAL,
                "Cursor: the position of the last article on the previous page, as in its next link.",
            )
        ],
        other_errors=BAD_CURSOR,
    )
)
@require_safe
def article_list_json(request: HttpRequest) -> HttpResponse:
    """List articles, most recently added first; `?before=` continues."""
    rows = Article.objects.published().for_list()
    before = arrival_of(request, "before", rows)

    def content(first: str, site: str) -> schemas.ArticleList:
        articles, following = newest_arrivals(rows, before, PER_PAGE)
        return schemas.ArticleList(
            articles=[serializers.article_line(article, site) for article in articles],
            next=f"{first}?before={following}" if following else None,
        )

    return _json(request, "before", before, site_version(), content)


@describe(
    Operation(
        path="/articles/{slug}.json",
        id="readArticle",
        summary="Get an article with its text and up to 100 comments",
        answer=schemas.ArticleWithComments,
        answer_is="The article.",
        parameters=[
            SLUG,
            Parameter(
                "after",
                NUMBER,
                "Cursor: the number of the last comment on the previous page, as in its next link."
                " Pass the highest number you know to get only new comments.",
            ),
        ],
        errors={404: NO_ARTICLE},
        other_errors=BAD_CURSOR,
    )
)
@require_safe
def article_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Return an article with its text, and its comments by number; `?after=` continues."""
    found = find_published(slug)
    after = cursor_of(request, "after")

    def content(first: str, site: str) -> schemas.ArticleWithComments:
        article = Article.objects.for_page(found.pk).get()
        rows = Comment.objects.filter(discussion_id=found.pk).shown().for_api([found.pk])
        comments, following = keyset(rows, "number", after, PER_PAGE)
        return serializers.article_page(
            article, comments, f"{first}?after={following}" if following else None, site
        )

    return _json(request, "after", after, article_version(found), content)


@describe(
    Operation(
        path="/articles/{slug}/comments/{number}.json",
        id="readComment",
        summary="Get one comment",
        answer=schemas.CommentOfArticle,
        answer_is="The comment.",
        parameters=[
            SLUG,
            Parameter("number", NUMBER, "The number of the comment, unique within its article."),
        ],
        errors={
            404: "No public comment has this number.",
            410: "The comment has been removed.",
        },
    )
)
@require_safe
def comment_json(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Return one comment. 410 if it was removed, 404 if it isn't public."""
    found = find_published(slug)
    if number > HIGHEST_NUMBER:
        raise Http404
    readable = Comment.objects.filter(discussion_id=found.pk).readable()
    comment = get_object_or_404(readable.for_api([found.pk]), number=number)
    if comment.status == Comment.Status.REMOVED:
        return HttpResponse(status=410)

    def content(first: str, site: str) -> schemas.CommentOfArticle:
        article = Article.objects.for_page(found.pk).get()
        return serializers.comment_with_article(comment, article, site)

    return _json(request, "", None, article_version(found), content)


@describe(
    Operation(
        path="/search.json",
        id="search",
        summary="Search articles and comments, 20 results per page, newest first",
        answer=schemas.SearchPage,
        answer_is="A page of search results.",
        parameters=[
            Parameter(
                "q",
                TypeAdapter(Annotated[str, Field(min_length=1)]),
                'The query, as on the search page: words, "an exact phrase", -excluded, prefix*,'
                " by:name, author:name, on:article, before:2026-01-31, after:2025.",
                is_required=True,
            ),
            Parameter(
                "in",
                TypeAdapter(Literal["articles", "comments"]),
                "Return only articles or only comments. Defaults to both.",
            ),
            Parameter(
                "before",
                TypeAdapter(Annotated[int, Field(ge=0, le=2**63 - 1)]),
                "Cursor from the next link of the previous page.",
            ),
        ],
        errors={503: "The search timed out. Use less common words."},
        other_errors="400 if q is missing, in is not articles or comments, or the cursor is not a"
        " number.",
    )
)
@require_safe
def search_json(request: HttpRequest) -> HttpResponse:
    """Search for `?q=`, optionally one kind (`in`), newest first; `before` continues."""

    def write(part: ResultDocument) -> str:
        return as_json(
            schemas.SearchPage(
                query=part.query.text,
                notes=list(part.query.notes),
                count=part.total,
                results=_results(engine.results(part.query, part.hits), site_of(request)),
                next=part.older or None,
            )
        )

    return search_document(request, JSON, RESULTS_PER_PAGE, write)


def _results(results: Sequence[engine.Result], site: str) -> list[schemas.SearchResult]:
    """Return the results that are still public. Two queries."""
    keys = {result.article.pk for result in results}
    articles = Article.objects.for_results().in_bulk(keys)
    said = [(result.article.pk, result.comment.pk) for result in results if result.comment]
    comments = Comment.objects.approved().among(said).for_api(keys).in_bulk()
    return [
        serializers.found(
            articles[result.article.pk],
            result.comment and comments[result.comment.pk],
            result.text,
            site,
        )
        for result in results
        if result.article.pk in articles
        and (result.comment is None or result.comment.pk in comments)
    ]


def _json(
    request: HttpRequest,
    name: str,
    cursor: object,
    version: LookedUpVersion,
    content: Callable[[str, str], BaseModel],
) -> HttpResponse:
    """Return a page of JSON. `content` gets the URL of the first page and of the site."""
    first = request.build_absolute_uri(request.path)
    here = first if cursor is None else f"{first}?{name}={cursor}"

    def render() -> str:
        return as_json(content(first, site_of(request)))

    return machine_page(request, here, version, render, JSON)


# --- the description


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI description."""
    here = request.build_absolute_uri(request.path)

    def render() -> str:
        return json.dumps(description(), ensure_ascii=False, indent=2)

    return machine_page(request, here, look_version(), render, JSON)


@require_safe
def api(request: HttpRequest) -> HttpResponse:
    """Show the description of the API for people."""
    here = request.build_absolute_uri(request.path)

    def render() -> str:
        return render_to_string("commentary/api.html", page_context() | {"address": here}, request)

    return public_page(request, here, look_version(), render)
