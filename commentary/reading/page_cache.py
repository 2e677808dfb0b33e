"""Public pages as bytes: the same for everybody, kept ready, and asked about each time.

A public page sets no cookie and holds no token, so any cache may store it; "no-cache" makes that
cache ask before it answers, and the ETag makes the answer cheap. Whoever carries a
cookie of ours gets a page of his own, which nobody stores. A page is handed in as an address, a version
and a renderer; it is stored compressed."""

import gzip
import hashlib
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache as stored
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.request import split_domain_port
from django.utils.http import parse_etags

from ..discussions.cookies import has_session, is_personal
from ..models import Article, Discussion
from ..resilience.changes import SITE, came_after

KEEP = 7 * 24 * 3600  # seconds; a page that changed is replaced sooner, under its own key
VARIANTS = 1_000  # places for pages whose addresses can be made up
# Those that any page reads; with others, such as utm_source, it is the same page.
PARAMETERS = frozenset(
    [
        "after",
        "at",
        "before",
        "from",
        "in",
        "on",
        "page",
        "point",
        "q",
        "reply",
        "seen",
        "sent",
        "since",
        "sort",
    ]
)
LEVEL = 6  # of gzip: nearly as small as 9, in half the time
SETTINGS_SHOWN = (
    "SITE_NAME",
    "LANGUAGE_CODE",
    "TIME_ZONE",
    "PUBLIC_AUDIT",
    "AUTO_CLOSE_DAYS",
    "ARTICLES_PER_PAGE",
    "THREADS_PER_PAGE",
    "REPLIES_PER_THREAD",
    "COMMENTS_PER_PAGE",
)
SHOWN = (".py", ".html", ".css", ".js", ".svg", ".mo", ".json")
HTML = "text/html; charset=utf-8"


class Page(NamedTuple):
    """A page as it is stored. `about` is what its version is of, see `changes`; `made_at` is when
    somebody began to make it."""

    tag: str
    address: str
    content_type: str
    about: str
    made_at: float
    zipped: bytes


def article_version(article: Article) -> str:
    """The version of every page about one article. It begins with its key: an address may change
    hands. `article` is of `ArticleQuerySet.for_version`."""
    return f"{article.pk}.{article.discussion.page_version}"


def current_version(version: str) -> str:
    """What `version` is by now, in one query; the same for a page that nothing changes."""
    about = _about(version)
    if about == SITE:
        return Discussion.objects.site_version() if version else version
    article = Article.objects.for_version().filter(pk=about).first()
    return article_version(article) if article else ""


def _about(version: str) -> str:
    """The key of the article that a version is of, or SITE."""
    about, stop, _rest = version.partition(".")
    return about if stop and about.isdigit() else SITE


def public_page(
    request: HttpRequest,
    address: str,
    version: str,
    render: Callable[[], str],
    own: bool = False,
    content_type: str = HTML,
) -> HttpResponse:
    """Answer with the page at `address`, which `render` makes: 200 or 304.

    `address` is the page's own, with what matters of the query and nothing else. `version` is
    another whenever the page would read differently: that of an article (`article_version`), that
    of the site, or "" for what only a deploy changes. `own` says that the page holds what only this
    visitor may see.
    """
    # A cookie that opens nothing gets what everybody gets: it cannot make us work.
    if own or has_session(request) and request.user.is_authenticated:
        return _private(HttpResponse(render().encode(), content_type=content_type))
    tag = _tag(address, version)
    if _has_it(request, tag) and not is_personal(request):
        return _public(HttpResponseNotModified(), tag)
    key = _key(request, address)
    page = _stored_page(key, address)
    if page is None or page.tag != tag:
        began, body = time.time(), render().encode()
        # What was committed meanwhile may be on the page: it is of neither version.
        if current_version(version) != version:
            return _private(HttpResponse(body, content_type=content_type))
        zipped = gzip.compress(body, LEVEL, mtime=0)
        page = Page(tag, address, content_type, _about(version), began, zipped)
        stored.set(key, tuple(page), timeout=KEEP)
    return _answer(request, page)


def stale_page(request: HttpRequest) -> HttpResponse | None:
    """The page that is stored for this address, while nobody can be asked whether it is still the
    newest; None if there is none, or if what it is about has changed since it was made: it could
    show what was removed."""
    address = request.build_absolute_uri(request.path)
    if not PARAMETERS.isdisjoint(request.GET):
        address += f"?{request.META['QUERY_STRING']}"
    page = _stored_page(_key(request, address), address)
    if page is None or came_after(page.about, page.made_at):
        return None
    if _has_it(request, page.tag) and not is_personal(request):
        response: HttpResponse = _public(HttpResponseNotModified(), page.tag)
    else:
        response = _answer(request, page)
    if page.content_type != HTML:
        response["X-Robots-Tag"] = "noindex"
    response["Warning"] = '110 - "Response is Stale"'
    return response


def _answer(request: HttpRequest, page: Page) -> HttpResponse:
    """The stored page, compressed for those who say that they can read it so."""
    if _takes_gzip(request):
        response = HttpResponse(page.zipped, content_type=page.content_type)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(gzip.decompress(page.zipped), content_type=page.content_type)
    return _private(response) if is_personal(request) else _public(response, page.tag)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


def _public(response: HttpResponse, tag: str) -> HttpResponse:
    response["ETag"] = tag
    response["Cache-Control"] = "public, no-cache"
    response["Vary"] = "Accept-Encoding"
    return response


def _has_it(request: HttpRequest, tag: str) -> bool:
    """Whether the request names this very page; a weak tag counts as itself (RFC 9110, 13.1.2)."""
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in asked or tag in asked or tag.removeprefix("W/") in asked


def _takes_gzip(request: HttpRequest) -> bool:
    for part in request.headers.get("Accept-Encoding", "").lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _stored_page(key: str, address: str) -> Page | None:
    found = stored.get(key)
    page = Page(*found) if found else None
    return page if page and page.address == address else None


def _key(request: HttpRequest, address: str) -> str:
    """Where the page is stored. A new version takes the place of the old one, so that the cache
    holds no pages that can never be asked for again.

    Anybody can make up addresses with other parameters, or with another port in their host: all of
    those share a number of places, and cannot drive out the pages that readers come for.
    """
    key = hashlib.sha256(repr((address, _look())).encode()).hexdigest()
    port = split_domain_port(request.get_host())[1]
    if "?" in address or port not in ("", request.META.get("SERVER_PORT")):
        key = f"{int(key, 16) % VARIANTS}-of-{VARIANTS}"
    return f"page:{key}"


def _tag(address: str, version: str) -> str:
    """The ETag of a page; weak, because it is the same for every encoding."""
    mark = repr((address, version, _look()))
    return f'W/"{hashlib.sha256(mark.encode()).hexdigest()[:32]}"'


def _look() -> tuple[list[Any], str]:
    """What all pages look different with: settings and files."""
    shown = [getattr(settings, name) for name in SETTINGS_SHOWN]
    return shown, _build() if not settings.DEBUG else _digest()


def _digest() -> str:
    """A digest of every file that pages are made of, so that no deploy serves older bytes."""
    templates: list[Any] = settings.TEMPLATES
    places = [Path(__file__).parent.parent, *settings.STATICFILES_DIRS]
    places += [folder for engine in templates for folder in engine["DIRS"]]
    digest = hashlib.sha256()
    for folder in map(Path, places):
        for file in sorted(folder.rglob("*")):
            if file.suffix in SHOWN:
                digest.update(f"{file.relative_to(folder)}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


_build = cache(_digest)
