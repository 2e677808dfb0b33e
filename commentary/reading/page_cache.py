"""The cache of public pages: the same bytes for everyone, stored compressed, always revalidated.

A public page sets no cookie and contains no token, so any cache may store it; "no-cache" makes
caches revalidate it, which the ETag makes cheap. Readers with one of our cookies get a private page
that is never stored. Callers pass a URL, a version and a render function.
"""

import gzip
import hashlib
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, cast

from django.conf import settings
from django.core.cache import cache as stored
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.request import split_domain_port
from django.utils.http import parse_etags

from ..discussions.cookies import is_personal
from ..discussions.identity import account_of
from ..models import Article, Discussion
from ..models.site import look_of, with_look
from ..models.site_settings import ENVIRONMENT, settings_known
from ..resilience.changes import SITE, came_after
from ..resilience.replica import from_replica

KEEP = 7 * 24 * 3600  # seconds; a changed page is replaced under its key before that
VARIANTS = 1_000  # entries for pages whose URLs can be invented
# Parameters that some page reads. Others, such as utm_source, don't change the page.
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
        "view",
    ]
)
LEVEL = 6  # of gzip: nearly as small as 9, in half the time
SETTINGS_SHOWN = (
    *ENVIRONMENT.values(),
    "LANGUAGE_CODE",
    "TIME_ZONE",
    "PUBLIC_AUDIT",
    "PUBLIC_HISTORY",
    "AUTO_CLOSE_DAYS",
    "ARTICLES_PER_PAGE",
    "COMMENTS_PER_PAGE",
    "PAGE_BYTES",
)
SHOWN = (".py", ".html", ".css", ".js", ".svg", ".mo", ".json")
HTML = "text/html; charset=utf-8"
# Lets nginx store a page that it must revalidate at each request: it expired in 1970. nginx stores
# nothing else, see deploy/nginx.conf, and removes this header.
PROXY_EXPIRES = "X-Accel-Expires"
IN_1970 = "@1"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
NOINDEX = MappingProxyType({"X-Robots-Tag": "noindex"})


class StoredPage(NamedTuple):
    """A stored page. `made_at` is when rendering began."""

    tag: str
    address: str
    headers: dict[str, str]
    version: str
    made_at: float
    zipped: bytes

    @property
    def about(self) -> str:
        """The subject of the version, see `changes`."""
        return _about(self.version)


class UncachedRequest(HttpRequest):
    """A request that we make ourselves, for an export. Its page is rendered without the cache, as
    for a reader without cookies.
    """

    HOST = "archive.invalid"

    def get_host(self) -> str:
        return self.HOST


def article_version(article: Article) -> str:
    """Return the version of all pages about an article from `ArticleQuerySet.for_version`.

    It starts with the key, because a slug can pass to another article.
    """
    look = article.site_look  # type: ignore[attr-defined]
    return with_look(f"{article.pk}.{article.discussion.page_version}", look)


def current_version(version: str) -> str:
    """Return the current value of `version`, in one query."""
    about = _about(version)
    if about == SITE:
        return Discussion.objects.site_version() if version else version
    article = Article.objects.current(int(about))
    return article_version(article) if article else ""


def _about(version: str) -> str:
    """Return the key of the article that a version belongs to, or SITE."""
    about, stop, _rest = version.partition(".")
    return about if stop and about.isdigit() else SITE


def public_page(
    request: HttpRequest,
    address: str,
    version: str,
    render: Callable[[], str],
    own: bool = False,
    content_type: str = HTML,
    headers: Mapping[str, str] = NO_HEADERS,
) -> HttpResponse:
    """Answer with the page at `address`, from the cache or from `render`: 200 or 304.

    `address` is the page's URL with only the query parameters that matter. `version` changes
    whenever the page does: the version of an article (`article_version`) or of the site, or "" if
    only a deployment changes the page. `own` is set if the page has content that only this visitor
    may see. `headers` are more headers of every answer.
    """
    headers = {"Content-Type": content_type, **headers}

    def rendered() -> bytes:
        with settings_known(look_of(version)):
            return render().encode()

    def rendered_from_replica() -> bytes | None:
        with settings_known(look_of(version)):
            page = from_replica(version, lambda: current_version(version), render)
        return None if page is None else page.encode()

    if isinstance(request, UncachedRequest):
        return HttpResponse(rendered(), headers=headers)
    # A session cookie that isn't valid gets the public page, so it can't be used to cause load.
    if own or account_of(request) is not None:
        return _private(HttpResponse(rendered(), headers=headers))
    tag = _tag(address, version)
    if _has_it(request, tag) and not is_personal(request):
        return _public(_not_modified(headers), tag, "not_modified")
    key = _key(request, address)
    page, result = _stored_page(key, address), "hit"
    if page is None or page.tag != tag:
        result = "miss"
        began, body = time.time(), rendered_from_replica() or rendered()
        # The page may contain something committed since `version` was read, so it can't be stored.
        if current_version(version) != version:
            return _private(HttpResponse(body, headers=headers))
        zipped = gzip.compress(body, LEVEL, mtime=0)
        page = StoredPage(tag, address, headers, version, began, zipped)
        stored.set(key, tuple(page), timeout=KEEP)
    return _answer(request, page, result)


def stale_page(request: HttpRequest) -> HttpResponse | None:
    """Return the cached page for this URL while the database is unavailable.

    Returns None if there is none, or if its subject has changed since it was made, because it might
    show a comment removed since.
    """
    page = _page_of(request)
    if page is None or came_after(page.about, page.made_at):
        return None
    response = _answer(request, page)
    response["Warning"] = '110 - "Response is Stale"'
    response.headers.pop(PROXY_EXPIRES, None)  # a proxy would repeat the warning
    return response


def current_page(request: HttpRequest) -> HttpResponse | None:
    """Return the cached page for the URL of a reader without cookies, if it is still current. One
    query; none if the page isn't stored.
    """
    page = None if is_personal(request) else _page_of(request)
    if page is None or page.tag != _tag(page.address, page.version):
        return None
    return _answer(request, page) if current_version(page.version) == page.version else None


def _page_of(request: HttpRequest) -> StoredPage | None:
    """Return the page stored for the URL of a request."""
    address = request.build_absolute_uri(request.path)
    if not PARAMETERS.isdisjoint(request.GET):
        address += f"?{request.META['QUERY_STRING']}"
    return _stored_page(_key(request, address), address)


def _answer(request: HttpRequest, page: StoredPage, result: str = "hit") -> HttpResponse:
    """Return the stored page, compressed if the client accepts gzip; 304 if the client has it."""
    is_private = is_personal(request)
    if not is_private and _has_it(request, page.tag):
        return _public(_not_modified(page.headers), page.tag, "not_modified")
    if _takes_gzip(request):
        response = HttpResponse(page.zipped, headers=page.headers)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(gzip.decompress(page.zipped), headers=page.headers)
    return _private(response) if is_private else _public(response, page.tag, result)


def _not_modified(headers: Mapping[str, str]) -> HttpResponse:
    response = HttpResponseNotModified()
    for name, value in headers.items():
        if name != "Content-Type":
            response[name] = value
    return response


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response


def _public(response: HttpResponse, tag: str, result: str) -> HttpResponse:
    response.page_result = result  # type: ignore[attr-defined] # for the log and the metrics
    response["ETag"] = tag
    response["Cache-Control"] = "public, no-cache"
    response[PROXY_EXPIRES] = IN_1970
    response["Vary"] = "Accept-Encoding"
    return response


def _has_it(request: HttpRequest, tag: str) -> bool:
    """Return whether the client has this version. Weak tags match too (RFC 9110, 13.1.2)."""
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in asked or tag in asked or tag.removeprefix("W/") in asked


def _takes_gzip(request: HttpRequest) -> bool:
    for part in request.headers.get("Accept-Encoding", "").lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _stored_page(key: str, address: str) -> StoredPage | None:
    found = stored.get(key)
    page = StoredPage(*found) if found else None
    return page if page and page.address == address else None


def _key(request: HttpRequest, address: str) -> str:
    """Return the cache key of a page.

    A new version replaces the old one, so the cache holds no outdated pages. URLs with other
    parameters or another port can be invented, so they share VARIANTS keys and can't evict the
    pages that people read.
    """
    key = hashlib.sha256(repr((address, _look())).encode()).hexdigest()
    port = split_domain_port(request.get_host())[1]
    if "?" in address or port not in ("", request.META.get("SERVER_PORT")):
        key = f"{int(key, 16) % VARIANTS}-of-{VARIANTS}"
    return f"page:{key}"


def _tag(address: str, version: str) -> str:
    """Return the ETag of a page; weak, because it is the same for every encoding."""
    mark = repr((address, version, _look()))
    return f'W/"{hashlib.sha256(mark.encode()).hexdigest()[:32]}"'


def _look() -> tuple[list[str | int], str]:
    """Return what changes the look of all pages: settings and files."""
    shown = [getattr(settings, name) for name in SETTINGS_SHOWN]
    return shown, _build() if not settings.DEBUG else _digest()


def _digest() -> str:
    """Return a digest of all files that pages are made of, so that a deployment invalidates the
    cache.
    """
    places = [Path(__file__).parent.parent, *settings.STATICFILES_DIRS]
    for engine in settings.TEMPLATES:
        places += cast("list[Path]", engine["DIRS"])
    digest = hashlib.sha256()
    for folder in map(Path, places):
        for file in sorted(folder.rglob("*")):
            if file.suffix in SHOWN:
                digest.update(f"{file.relative_to(folder)}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


_build = cache(_digest)
