"""The cache of public pages: the same bytes for everyone, stored compressed, always revalidated.

A public page sets no cookie and contains no token, so any cache may store it; "no-cache" makes
caches revalidate it, which the ETag makes cheap. Readers with one of our cookies get a private page
that is never stored. Callers pass a URL, a version and a render function.

The way of a request: `middleware.StoredPagesMiddleware` asks for the `current_page`, which takes one
short query. If there is none, a view calls `public_page`, and the middleware passes its response to
`store` with the headers that all other middleware has added.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, cast

from django.conf import settings
from django.core.cache import cache as stored
from django.core.signals import setting_changed
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.request import split_domain_port
from django.utils import timezone
from django.utils.http import parse_etags

from ..discussions.cookies import is_personal
from ..discussions.identity import account_of
from ..models.marks import look_of
from ..models.site_settings import ENVIRONMENT, settings_known
from ..resilience.changes import SITE, came_after
from ..resilience.replica import from_replica
from .codings import CODINGS, QUICKEST, accepted
from .one_renderer import rendered, wait_for
from .versions import LookedUpVersion, current_mark

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
SETTINGS_SHOWN = (
    *ENVIRONMENT.values(),
    "LANGUAGE_CODE",
    "TEXT_LANGUAGE",
    "TIME_ZONE",
    "PUBLIC_AUDIT",
    "PUBLIC_HISTORY",
    "AUTO_CLOSE_DAYS",
    "ARTICLES_PER_PAGE",
    "COMMENTS_PER_PAGE",
    "PAGE_BYTES",
)
# What middleware adds to every page depends on these.
SETTINGS_SENT = (
    "MIDDLEWARE",
    "CONTENT_SECURITY_POLICY",
    "PERMISSIONS_POLICY",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_HSTS_PRELOAD",
    "SECURE_REFERRER_POLICY",
    "SECURE_CROSS_ORIGIN_OPENER_POLICY",
    "X_FRAME_OPTIONS",
)
# Lets nginx store a page that it must revalidate at each request: it expired in 1970. nginx stores
# nothing else, see deploy/nginx.conf, and removes this header.
PROXY_EXPIRES = "X-Accel-Expires"
IN_1970 = "@1"
# Headers that depend on the request.
OF_REQUEST = frozenset(
    [
        "Cache-Control",
        "Content-Encoding",
        "Content-Length",
        "ETag",
        "Set-Cookie",
        "Vary",
        PROXY_EXPIRES,
    ]
)
SHOWN = (".py", ".html", ".css", ".js", ".svg", ".mo", ".json")
HTML = "text/html; charset=utf-8"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
NOINDEX = MappingProxyType({"X-Robots-Tag": "noindex"})


class StoredPage(NamedTuple):
    """A stored page with the headers that don't depend on the request.

    `about`, `mark` and `until` are those of its version, which was looked up at `made_at`. `bodies`
    has the page by content coding; those in `small` are as small as they get.
    """

    tag: str
    address: str
    headers: dict[str, str]
    about: str
    mark: str
    until: float
    made_at: float
    bodies: dict[str, bytes]
    small: frozenset[str] = frozenset()

    @property
    def is_current(self) -> bool:
        """Whether the page is what would be rendered now. One query."""
        now = timezone.now().timestamp()
        return now < self.until and current_mark(self.about) == self.mark

    @property
    def plain(self) -> bytes:
        """The page without compression."""
        coding, body = next(iter(self.bodies.items()))
        return CODINGS[coding].decompress(body)

    def encoded(self, codings: tuple[str, ...]) -> tuple[str, bytes]:
        """Return a coding that the client accepts, "" for none, and the page in it."""
        for coding in codings:
            if coding in self.bodies:
                return coding, self.bodies[coding]
        if codings:
            return codings[0], CODINGS[codings[0]].quick(self.plain)
        return "", self.plain


class PageResponse(HttpResponse):
    """A response with a page: one that `is_new` and has to be stored, or a stored one. A stored
    page is compressed better as soon as it has been sent, since more readers may ask for it.
    """

    def __init__(
        self, key: str, page: StoredPage, codings: tuple[str, ...], is_new: bool = False
    ) -> None:
        coding, body = page.encoded(codings)
        super().__init__(body, headers=page.headers)
        self["Content-Length"] = str(len(body))
        if coding:
            self["Content-Encoding"] = coding
        self.key, self.page, self.codings, self.is_new = key, page, codings, is_new

    def close(self) -> None:
        super().close()
        if not self.is_new and self.codings and self.codings[0] not in self.page.small:
            _make_smaller(self.key, self.page, self.codings[0])


class UncachedRequest(HttpRequest):
    """A request that we make ourselves, for an export. Its page is rendered without the cache, as
    for a reader without cookies.
    """

    HOST = "archive.invalid"

    def get_host(self) -> str:
        return self.HOST


def public_page(
    request: HttpRequest,
    address: str,
    version: LookedUpVersion,
    render: Callable[[], str],
    own: bool = False,
    content_type: str = HTML,
    headers: Mapping[str, str] = NO_HEADERS,
) -> HttpResponse:
    """Answer with the page at `address`, from the cache or from `render`: 200 or 304.

    `address` is the page's URL with only the query parameters that matter. `own` is set if the page
    has content that only this visitor may see. `headers` are more headers of every answer.
    """
    headers = {"Content-Type": content_type, **headers}

    def body() -> bytes:
        with settings_known(look_of(version.text)):
            return render().encode()

    def body_from_replica() -> bytes:
        with settings_known(look_of(version.text)):
            page = from_replica(version.mark, lambda: current_mark(version.about), render)
        return body() if page is None else page.encode()

    if isinstance(request, UncachedRequest):
        return HttpResponse(body(), headers=headers)
    # A session cookie that isn't valid gets the public page, so it can't be used to cause load.
    if own or account_of(request) is not None:
        return _private(HttpResponse(body(), headers=headers))
    tag, key = _tag(address, version), _key(request, address)
    page = _stored_page(key, address, tag)
    if page is None and _has_it(request, tag) and not is_personal(request):
        return _public(_not_modified(headers), tag, "not_modified")
    page = page or wait_for(_name(key, tag), lambda: _stored_page(key, address, tag))
    if page is None:
        return _new_page(
            request, key, StoredPage(tag, address, headers, *version[1:], {}), body_from_replica
        )
    if page.mark != version.mark or page.until != version.until:
        page = page._replace(mark=version.mark, until=version.until, made_at=version.read_at)
        stored.set(key, tuple(page), timeout=KEEP)
    return _answer(request, key, page)


def _new_page(
    request: HttpRequest, key: str, page: StoredPage, render: Callable[[], bytes]
) -> HttpResponse:
    """Return a page that isn't stored yet, for `store`."""
    is_new = False
    try:
        body = render()
        # The page may contain something committed since its version was read, so it can't be stored.
        is_new = page.is_current
    finally:
        if not is_new:
            rendered(_name(key, page.tag))
    if not is_new:
        return _private(HttpResponse(body, headers=page.headers))
    codings = _accepted(request)
    coding = next((coding for coding in QUICKEST if coding in codings), "gzip")
    page = page._replace(bodies={coding: CODINGS[coding].quick(body)})
    response = PageResponse(key, page, codings, is_new=True)
    return _private(response) if is_personal(request) else _public(response, page.tag, "miss")


def store(response: HttpResponse) -> None:
    """Store the page of a response from `public_page`, if it is new, with all headers."""
    if isinstance(response, PageResponse) and response.is_new:
        headers = {name: text for name, text in response.items() if name not in OF_REQUEST}
        page = response.page._replace(headers=headers)
        stored.set(response.key, tuple(page), timeout=KEEP)
        rendered(_name(response.key, page.tag))


def current_page(request: HttpRequest) -> HttpResponse | None:
    """Return the cached page for the URL of a reader without cookies, if it is still current. One
    query; none if the page isn't stored.
    """
    if is_personal(request):
        return None
    key, page = _page_of(request)
    return _answer(request, key, page) if page and page.is_current else None


def stale_page(request: HttpRequest) -> HttpResponse | None:
    """Return the cached page for this URL while the database is unavailable.

    Returns None if there is none, or if its subject has changed since it was made, because it might
    show a comment removed since.
    """
    key, page = _page_of(request)
    if page is None or timezone.now().timestamp() >= page.until:
        return None
    if came_after(page.about if page.about.isdigit() else SITE, page.made_at):
        return None
    response = _answer(request, key, page)
    response["Warning"] = '110 - "Response is Stale"'
    response.headers.pop(PROXY_EXPIRES, None)  # a proxy would repeat the warning
    return response


def _page_of(request: HttpRequest) -> tuple[str, StoredPage | None]:
    """Return the cache key for the URL of a request, and the page stored under it."""
    address = request.build_absolute_uri(request.path)
    query = request.META["QUERY_STRING"]
    if query and not PARAMETERS.isdisjoint(request.GET):
        address += f"?{query}"
    key = _key(request, address)
    return key, _stored_page(key, address)


def _answer(request: HttpRequest, key: str, page: StoredPage) -> HttpResponse:
    """Return the stored page; 304 if the client has it."""
    is_private = is_personal(request)
    if not is_private and _has_it(request, page.tag):
        return _public(_not_modified(page.headers), page.tag, "not_modified")
    response = PageResponse(key, page, _accepted(request))
    return _private(response) if is_private else _public(response, page.tag, "hit")


def _make_smaller(key: str, page: StoredPage, coding: str) -> None:
    """Compress a stored page better; one process does."""
    if stored.add(f"compressing:{coding}:{_name(key, page.tag)}", 1, timeout=60):
        body = CODINGS[coding].small(page.plain)
        latest = _stored_page(key, page.address, page.tag)  # with codings added meanwhile
        if latest:
            bodies, small = latest.bodies | {coding: body}, latest.small | {coding}
            stored.set(key, tuple(latest._replace(bodies=bodies, small=small)), timeout=KEEP)


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
    known = request.META.get("HTTP_IF_NONE_MATCH", "")
    if not known or known == tag:
        return bool(known)
    asked = parse_etags(known)
    return "*" in asked or tag in asked or tag.removeprefix("W/") in asked


def _accepted(request: HttpRequest) -> tuple[str, ...]:
    return accepted(request.META.get("HTTP_ACCEPT_ENCODING", ""))


def _stored_page(key: str, address: str, tag: str = "") -> StoredPage | None:
    """Return the page stored under a key, if it has this address, and this tag if one is given."""
    found = stored.get(key)
    page = StoredPage(*found) if found else None
    if page is None or page.address != address or tag not in ("", page.tag):
        return None
    return page


def _key(request: HttpRequest, address: str) -> str:
    """Return the cache key of a page.

    A new version replaces the old one, so the cache holds no outdated pages. URLs with other
    parameters or another port can be invented, so they share VARIANTS keys and can't evict the
    pages that people read.
    """
    key = _hash(address)
    host = request.get_host()
    port = split_domain_port(host)[1] if ":" in host else ""
    if "?" in address or port not in ("", request.META.get("SERVER_PORT")):
        key = f"{int(key, 16) % VARIANTS}-of-{VARIANTS}"
    return f"page:{key}"


def _tag(address: str, version: LookedUpVersion) -> str:
    """Return the ETag of a page; weak, because it is the same for every encoding."""
    return f'W/"{_hash(address, version.text)[:32]}"'


def _name(key: str, tag: str) -> str:
    """Return the name under which processes agree on who makes a version of a page."""
    return f"{key}:{tag}"


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join((_look(), *parts)).encode()).hexdigest()


def _look() -> str:
    """Return what changes all pages or their headers: settings and files."""
    return _looked(_digest()) if settings.DEBUG else _known_look()


def _looked(files: str) -> str:
    shown = [getattr(settings, name) for name in SETTINGS_SHOWN + SETTINGS_SENT]
    return hashlib.sha256(repr((shown, files)).encode()).hexdigest()


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


@cache
def _known_look() -> str:
    return _looked(_build())


# Settings change only in tests.
setting_changed.connect(lambda **_change: _known_look.cache_clear(), weak=False)
