from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..reading.machine_page import site_of


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers what to skip, and where the sitemaps are."""
    lines = (
        "User-agent: *",
        "Disallow: /account/",
        "Disallow: /admin/",
        "Disallow: /articles/*/reply/",
        "Disallow: /articles/*/respond/",
        "Disallow: /articles/*/points/*/respond/",
        "Disallow: /articles/*/comments/*/history/",
        "Disallow: /articles/*/comments/*/more/",
        "Disallow: /articles/*/on/",
        "Disallow: /random/",
        f"Sitemap: {site_of(request)}{reverse('commentary:sitemap')}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
