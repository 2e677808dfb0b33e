"""The page of an author."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from ..models import Article, Author
from ..models.tallies import count_of_author
from .lists import article_list_page


@require_safe
def author(request: HttpRequest, slug: str) -> HttpResponse:
    """List the articles of one author. 404 for an author who has only drafts."""
    author = get_object_or_404(Author.objects.for_page(), slug=slug)
    articles = Article.objects.published().filter(authors=author)
    return article_list_page(
        request,
        "author",
        articles,
        lambda: (count_of_author(author.pk), {}),
        here="authors",
        author=author,
    )
