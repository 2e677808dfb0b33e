"""The page of an article for links to an earlier site that may name one comment there and another one here."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from .article_base import article_context, find_article
from .page_cache import public_page
from .versions import article_version


@require_safe
def former(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an article with the URL fragments that its comments had at their source.

    Former URLs redirect here if "#comment-3" was another comment than our number 3. A browser keeps
    the fragment, which only it knows, so the page has no fragments of ours, and its links to numbers
    lead to the page of the article. The script then leads on to the comment, or to that page.
    """
    article = find_article(request, slug)

    def content() -> str:
        context = article_context(request, article.pk, is_former=True)
        return render_to_string("commentary/article.html", {**context, "is_former": True}, request)

    return public_page(
        request,
        request.build_absolute_uri(request.path),
        article_version(article),
        content,
    )
