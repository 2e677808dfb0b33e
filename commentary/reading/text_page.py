"""Pages that editors write about the site, such as the imprint."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from ..media.references import with_stored_pictures
from ..models import TextPage
from ..text.article_display import for_page
from ..text.article_html import plain
from ..text.article_markdown import from_markdown
from .site_page import Context, site_page


@require_safe
def text_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a published page."""

    def content() -> Context:
        shown = get_object_or_404(TextPage.objects.filter(is_published=True), slug=slug)
        fragment, _unknown = with_stored_pictures(from_markdown(shown.text))
        return {"text_page": shown, "html": for_page(fragment), "words": plain(fragment)}

    return site_page(request, request.build_absolute_uri(request.path), "text_page", content)
