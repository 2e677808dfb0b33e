"""Sitemaps (sitemaps.org): all pages that search engines should index, with their last change.

Articles and authors are divided into ranges of PER_MAP primary keys. The index takes one grouped
query per section and a sitemap one range scan, and no sitemap exceeds the protocol's limit.
Django's sitemaps would count, skip and load rows instead: see docs/decisions.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import F, IntegerField, Max, QuerySet
from django.db.models.functions import Cast, ExtractYear
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..models import Article, Author, Discussion
from ..reading.machine_page import machine_page, site_of
from ..reading.parameters import HIGHEST_NUMBER
from ..text.dates import iso

XML = "application/xml"
PER_MAP = 10_000  # keys; the protocol allows 50,000 URLs
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
Line = tuple[str, datetime | None]  # a URL and its last change, if known


class Section(NamedTuple):
    """Pages of one kind: their rows, the column of the last change, and their route."""

    rows: Callable[[], QuerySet]
    changed: str
    route: str


SECTIONS = {
    "articles": Section(lambda: Article.objects.published(), "discussion__changed_at", "article"),
    "authors": Section(
        lambda: Author.objects.filter(articles__is_published=True),
        "articles__discussion__changed_at",
        "author",
    ),
}


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The index of all sitemaps."""
    return _map(request, index)


@require_safe
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    """The sitemap of lists and of the API page."""
    return _map(request, pages)


@require_safe
def sitemap_part(request: HttpRequest, section: str, part: int) -> HttpResponse:
    """The sitemap of one range of articles or authors."""
    if section not in SECTIONS or part > HIGHEST_NUMBER:
        raise Http404
    return _map(request, lambda site: part_of(site, section, part))


def _map(request: HttpRequest, write: Callable[[str], str | None]) -> HttpResponse:
    """Answer with a sitemap. Raises Http404 if `write` returns None."""

    def render() -> str:
        text = write(site_of(request))
        if text is None:
            raise Http404
        return text

    here = request.build_absolute_uri(request.path)
    return machine_page(request, here, Discussion.objects.site_version(), render, XML)


def index(site: str) -> str:
    """Return the index of all non-empty sitemaps. `site` is the site's URL without a trailing
    slash.
    """
    lines: list[Line] = [(site + _path("sitemap_pages"), None)]
    in_part = Cast(F("pk") / PER_MAP, IntegerField())
    for name, section in SECTIONS.items():
        parts = section.rows().annotate(part=in_part).order_by("part").values_list("part")
        for part, last in parts.annotate(Max(section.changed)):
            lines.append((site + _path("sitemap_part", name, part), last))
    return _document("sitemapindex", "sitemap", lines)


def pages(site: str) -> str:
    """Return the sitemap of pages that belong to no article or author."""
    years = Article.objects.published().annotate(year=ExtractYear("timeline_at"))
    lasts = dict(years.order_by("year").values_list("year").annotate(Max("discussion__changed_at")))
    last = max(lasts.values(), default=None)
    lines: list[Line] = [(_path("home"), last), (_path("authors"), last)]
    for year, changed in lasts.items():
        path = _path("archive") if year is None else _path("archive", year)
        lines.append((path, changed))
    if settings.PUBLIC_AUDIT:
        lines.append((_path("moderation_log"), None))
    lines.append((_path("api"), None))
    return _document("urlset", "url", ((site + path, last) for path, last in lines))


def part_of(site: str, name: str, number: int) -> str | None:
    """Return the sitemap of one range of a section, or None if it is empty."""
    section, first = SECTIONS[name], number * PER_MAP
    rows = section.rows().filter(pk__gte=first, pk__lt=first + PER_MAP).order_by("pk")
    lines = list(rows.values_list("slug").annotate(Max(section.changed)))
    addresses = ((site + _path(section.route, slug), last) for slug, last in lines)
    return _document("urlset", "url", addresses) if lines else None


def _path(route: str, *args: object) -> str:
    return reverse(f"commentary:{route}", args=args)


def _document(root: str, item: str, lines: Iterable[Line]) -> str:
    parts = [f'<?xml version="1.0" encoding="utf-8"?>\n<{root} xmlns="{NAMESPACE}">\n']
    for address, last in lines:
        stamp = f"<lastmod>{iso(last)}</lastmod>" if last else ""
        parts.append(f"<{item}><loc>{escape(address)}</loc>{stamp}</{item}>\n")
    parts.append(f"</{root}>\n")
    return "".join(parts)
