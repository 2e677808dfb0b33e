"""Lists of articles and authors: home, an author's page, a random article."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from ..models import Article, Author
from .parameters import parse_number
from .site_page import site_page

AUTHORS_BESIDE = 6  # beside the list of articles; all of them have a page of their own


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """Home: the articles, newest first, with the archive and the authors beside them."""

    def beside() -> dict[str, Any]:
        authors = Author.objects.with_counts()
        return {
            "years": Article.objects.published().count_by_year(),
            "authors": authors[:AUTHORS_BESIDE],
            "author_count": authors.count(),
        }

    return list_page(request, "article_list", Article.objects.published(), beside, here="articles")


@require_safe
def author_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """The articles of one author; 404 for somebody with drafts alone."""
    author = get_object_or_404(Author.objects.with_counts(), slug=slug)
    articles = Article.objects.published().filter(authors=author)
    return list_page(request, "author_detail", articles, here="authors", author=author)


@require_safe
def author_list(request: HttpRequest) -> HttpResponse:
    """Everybody who wrote a published article."""
    return site_page(
        request,
        request.build_absolute_uri(request.path),
        "author_list",
        lambda: {"authors": list(Author.objects.with_counts()), "here": "authors"},
    )


@require_safe
def random_article(request: HttpRequest) -> HttpResponse:
    """To any article; home where there is none. Nobody keeps the answer."""
    article = Article.objects.published().any_one()
    response = redirect(article or "commentary:article_list")
    response["Cache-Control"] = "no-store"
    return response


def list_page(
    request: HttpRequest,
    name: str,
    articles: Any,
    beside: Callable[[], dict[str, Any]] = dict,
    **context: Any,
) -> HttpResponse:
    """One page of `articles`, in the template `name`. A page that does not exist is a 404."""
    asked = request.GET.get("page", "1")
    here = request.build_absolute_uri(request.path)

    def content() -> dict[str, Any]:
        around = beside()
        paginator = Paginator(articles.newest_first().for_list(), settings.ARTICLES_PER_PAGE)
        if "years" in around:  # which count them all
            paginator.count = sum(year["count"] for year in around["years"])
        try:
            page = paginator.page(asked)
        except InvalidPage as invalid:
            raise Http404 from invalid
        return {
            **context,
            **around,
            "page": page,
            "pages": paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
            # Counted only where a template shows it: home does not.
            "totals": SimpleLazyObject(
                lambda: articles.aggregate(responses=Sum("discussion__approved_count"))
            ),
        }

    number = parse_number(asked)
    if number is None:
        raise Http404
    return site_page(request, here if number == 1 else f"{here}?page={number}", name, content)
