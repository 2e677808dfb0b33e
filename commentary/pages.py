"""Public pages as bytes: the same for everybody, kept ready, and asked about each time.

A public page sets no cookie and holds no token, so any cache may store it; "no-cache" makes that
cache ask before it answers, and the ETag makes the answer cheap. Whoever carries a
cookie of ours gets a page of his own, which nobody stores. Imports nothing of ours: a page is handed in
as an address, a version and a renderer.
"""

import gzip
import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache as stored
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

KEEP = 7 * 24 * 3600  # seconds; a page that changed is replaced sooner, under its own key
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


def has_session(request: HttpRequest) -> bool:
    """Whether the request carries our session cookie. Asking does not open the session."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def is_personal(request: HttpRequest) -> bool:
    """Whether the request carries a cookie by which we could know somebody."""
    return has_session(request) or settings.WRITER_COOKIE_NAME in request.COOKIES


def public_page(
    request: HttpRequest,
    address: str,
    version: str,
    render: Callable[[], str],
    own: bool = False,
    content_type: str = HTML,
    places: int = 0,
) -> HttpResponse:
    """Answer with the page at `address`, which `render` makes: 200 or 304.

    `address` is the page's own, with what matters of the query and nothing else; `version` is
    another whenever the page would read differently. `own` says that the page holds what this
    visitor alone may see. Of a kind of page that anybody can make more of, by asking, at most so
    many `places` are kept, and one takes the place of another.
    """
    if own or is_personal(request):
        # A cookie that opens nothing gets what everybody gets: it cannot make us work.
        known = has_session(request) and request.user.is_authenticated
        if own or known:
            body = render().encode()
        else:
            tag = _tag(address, version)
            body = _stored_page(address, tag, render, False, places)
        response = HttpResponse(body, content_type=content_type)
        response["Cache-Control"] = "private, no-store"
        return response
    zipped = _takes_gzip(request)
    tag = _tag(address, version)
    if _has_it(request, tag):
        return _public(HttpResponseNotModified(), tag)
    body = _stored_page(address, tag, render, zipped, places)
    response = HttpResponse(body, content_type=content_type)
    if zipped:
        response["Content-Encoding"] = "gzip"
    return _public(response, tag)


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


def _zip(body: bytes) -> bytes:
    return gzip.compress(body, LEVEL, mtime=0)


def _stored_page(
    address: str, tag: str, render: Callable[[], str], zipped: bool, places: int
) -> bytes:
    """The bytes of the page, from the cache if those have this tag.

    One place for each address and encoding: a new version replaces the old one, so the cache
    holds no pages that can never be asked for again.
    """
    key = hashlib.sha256(address.encode()).hexdigest()
    if places:
        key = f"{int(key, 16) % places}-of-{places}"
    kept = stored.get(f"page:{key}:{'gzip' if zipped else 'identity'}")
    if kept and kept[0] == tag:
        return kept[1]
    body = render().encode()
    small = _zip(body)
    stored.set_many(
        {f"page:{key}:identity": (tag, body), f"page:{key}:gzip": (tag, small)}, timeout=KEEP
    )
    return small if zipped else body


def _tag(address: str, version: str) -> str:
    """The ETag of a page; weak, because it is the same for every encoding."""
    shown = [getattr(settings, name) for name in SETTINGS_SHOWN]
    mark = repr((address, version, shown, _build() if not settings.DEBUG else _digest()))
    return f'W/"{hashlib.sha256(mark.encode()).hexdigest()[:32]}"'


def _digest() -> str:
    """A digest of every file that pages are made of, so that no deploy serves older bytes."""
    templates: list[Any] = settings.TEMPLATES
    places = [Path(__file__).parent, *settings.STATICFILES_DIRS]
    places += [folder for engine in templates for folder in engine["DIRS"]]
    digest = hashlib.sha256()
    for folder in map(Path, places):
        for file in sorted(folder.rglob("*")):
            if file.suffix in SHOWN:
                digest.update(f"{file.relative_to(folder)}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


_build = cache(_digest)
