from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..models import Discussion
from ..reading.article_base import number_of
from ..reading.machine_page import machine_page, site_of
from . import sitemaps

XML = "application/xml"


# --- for search engines


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The index of the maps."""
    return _sitemap(request, sitemaps.index)


@require_safe
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    """The map of lists."""
    return _sitemap(request, sitemaps.pages)


@require_safe
def sitemap_part(request: HttpRequest, section: str, part: int) -> HttpResponse:
    """The map of a part of the articles, or of the authors."""
    if section not in sitemaps.SECTIONS or number_of(str(part)) is None:
        raise Http404
    return _sitemap(request, lambda site: sitemaps.part(site, section, part))


def _sitemap(request: HttpRequest, write: Callable[[str], str | None]) -> HttpResponse:
    def render() -> str:
        text = write(site_of(request))
        if text is None:
            raise Http404
        return text

    here = request.build_absolute_uri(request.path)
    return machine_page(request, here, Discussion.objects.site_version(), render, XML)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be read by machines as well."""
    lines = (
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /*?reply=",
        "Disallow: /*?at=",
        "Disallow: /random/",
        f"Sitemap: {site_of(request)}{reverse('commentary:sitemap')}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
