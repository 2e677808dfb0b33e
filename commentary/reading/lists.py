"""Code shared by pages that list articles: home, the archive, and authors' pages."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from django.conf import settings
from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse

from ..models import Article, Author
from ..models.queries.articles import ArticleQuerySet
from ..models.tallies import Tally, newest_articles
from .parameters import parse_number
from .site_page import Context, site_page


class AllArticles:
    """All published articles, newest first. A page reads only its own articles, wherever it starts."""

    ordered = True

    def __getitem__(self, part: slice) -> Sequence[Article]:
        return newest_articles(part.start, part.stop)


Rows: TypeAlias = AllArticles | ArticleQuerySet | list[Author]


class CountedPaginator(Paginator):
    """A paginator that gets the number of rows as an argument."""

    def __init__(self, rows: Rows, count: int, per_page: int) -> None:
        # Django would only use its length, which `count` replaces.
        super().__init__(rows, per_page)  # type: ignore[arg-type]
        self.count = count  # replaces Django's count


def elided_pages(page: Page) -> Iterator[str | int]:
    """Return the numbers of the pages to link to, with gaps."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


def article_list_page(
    request: HttpRequest,
    name: str,
    articles: ArticleQuerySet | None,
    beside: Callable[[], tuple[Tally, Context]],
    **context: object,
) -> HttpResponse:
    """Render one page of `articles` (None for all) with the template `name`.

    `beside` returns the total number and the other template variables. Raises Http404 for a missing
    page.
    """
    asked = request.GET.get("page", "1")
    here = request.build_absolute_uri(request.path)

    def content() -> Context:
        totals, around = beside()
        rows = (
            AllArticles()
            if articles is None
            else articles.newest_first().for_list().with_beginnings()
        )
        paginator = CountedPaginator(rows, totals.articles, settings.ARTICLES_PER_PAGE)
        try:
            page = paginator.page(asked)
        except InvalidPage as invalid:
            raise Http404 from invalid
        return {
            **context,
            **around,
            "page": page,
            "pages": elided_pages(page),
            "times": Article.objects.filter(pk__in=[article.pk for article in page]).latest_times(),
            "totals": totals,
        }

    number = parse_number(asked)
    if number is None:
        raise Http404
    return site_page(request, here if number == 1 else f"{here}?page={number}", name, content)
