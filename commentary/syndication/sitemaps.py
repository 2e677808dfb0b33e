"""Sitemaps (sitemaps.org): all pages for search engines to index, with their last change.

Articles and authors are divided into ranges of 1,000 primary keys, so the time for a sitemap
doesn't depend on the number of articles. The index uses stored counts, see `models.tallies`.
Django's sitemaps count, skip and load rows instead, see docs/decisions.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..models import Article, Author, TextPage
from ..models.tallies import (
    PER_PART,
    add_up,
    count_by_author,
    count_by_author_part,
    count_by_part,
    count_by_year,
)
from ..models.text_page import MAX_PAGES
from ..reading.machine_page import machine_page, site_of
from ..reading.parameters import HIGHEST_NUMBER
from ..reading.versions import site_version
from ..text.dates import iso

XML = "application/xml"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
Line = tuple[str, datetime | None]  # a URL and its last change, if known


def articles_between(first: int, end: int) -> list[Line]:
    """Return the articles with keys from `first` up to but not including `end`."""
    part = {"pk__gte": first, "pk__lt": end}
    # Without the range of discussions, PostgreSQL may read all of them.
    beside = {f"discussion__{bound}": key for bound, key in part.items()}
    rows = Article.objects.published().filter(**part, **beside).order_by("pk")
    changed = rows.values_list("slug", "discussion__changed_at")
    return [(_path("article", slug), last) for slug, last in changed]


def authors_of(first: int, end: int) -> list[Line]:
    """Return the authors of published articles with keys from `first` up to but not including
    `end`.
    """
    counts = count_by_author(first, end)
    rows = Author.objects.filter(pk__in=counts).order_by("pk").values_list("pk", "slug")
    return [(_path("author", slug), counts[pk].changed_at) for pk, slug in rows]


SECTIONS = {"articles": articles_between, "authors": authors_of}


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
    """Return a sitemap. Raises Http404 if `write` returns None."""

    def render() -> str:
        text = write(site_of(request))
        if text is None:
            raise Http404
        return text

    here = request.build_absolute_uri(request.path)
    return machine_page(request, here, site_version(), render, XML)


def index(site: str) -> str:
    """Return the index of all non-empty sitemaps. `site` is the site's URL without a trailing
    slash.
    """
    lines: list[Line] = [(site + _path("sitemap_pages"), None)]
    for name, parts in (("articles", count_by_part()), ("authors", count_by_author_part())):
        start = (site + _path("sitemap_part", name, 0)).removesuffix("0.xml")
        lines += [(f"{start}{part}.xml", count.changed_at) for part, count in parts.items()]
    return _document("sitemapindex", "sitemap", lines)


def pages(site: str) -> str:
    """Return the sitemap of pages that belong to no article or author."""
    years = count_by_year()
    last = add_up(years.values()).changed_at
    lines: list[Line] = [(_path("home"), last), (_path("authors"), last)]
    if years:
        lines.append((_path("years"), last))
    for year, count in years.items():
        path = _path("archive") if year is None else _path("archive", year)
        lines.append((path, count.changed_at))
    for page in TextPage.objects.filter(is_published=True)[:MAX_PAGES]:
        lines.append((page.get_absolute_url(), page.changed_at))
    if settings.PUBLIC_AUDIT:
        lines.append((_path("moderation_log"), None))
    lines.append((_path("api"), None))
    return _document("urlset", "url", ((site + path, last) for path, last in lines))


def part_of(site: str, name: str, number: int) -> str | None:
    """Return the sitemap of one range of a section, or None if it is empty."""
    first = number * PER_PART
    lines = SECTIONS[name](first, first + PER_PART)
    addresses = ((site + path, last) for path, last in lines)
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
