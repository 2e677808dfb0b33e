"""Outermost: gives each request an id, and records it in the log and in the metrics."""

import logging
import re
import secrets
from collections.abc import Callable
from functools import lru_cache
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve

from ..discussions.identity import network_of
from ..observability import metrics
from ..observability.events import CurrentRequest, current_request, events_of

logger = logging.getLogger("commentary.requests")

HEADER = "X-Request-ID"
GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
# Routes whose URLs contain nothing but these are logged with their path. Others may contain a token
# or the name of a person.
NOT_PERSONAL = frozenset(
    {"slug", "number", "point", "day", "year", "month", "extension", "section", "part", "object_id"}
)
# Requests that machines make all the time.
QUIET = frozenset({"healthz", "readyz", "metrics", "static"})
NO_ROUTE = "none"
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})


class RequestLogMiddleware:
    """Writes one record per request. It names a person only by the key of an account, and the
    client only by the hash of its network.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        about = CurrentRequest(_id_of(request))
        request.log_record = about  # type: ignore[attr-defined] # for `config.logs.brief`
        token = current_request.set(about)
        try:
            response = self.get_response(request)
            seconds = perf_counter() - began
            response[HEADER] = about.id
            route, path = _route_and_path(request)
            method = request.method if request.method in METHODS else "other"
            page = getattr(response, "page_result", "")
            metrics.count_request(str(method), route, response.status_code, seconds, page)
            level = _level(response.status_code, route, about)
            if logger.isEnabledFor(level):
                fields = _fields(request, response, about, seconds)
                fields = {
                    "method": method,
                    "route": route,
                    **({"path": path} if path else {}),
                } | fields
                _write(level, f"{method} {path or route} {response.status_code}", fields)
            return response
        finally:
            current_request.reset(token)


def _id_of(request: HttpRequest) -> str:
    """Return the id that a trusted proxy gave this request, or a new one."""
    given = request.headers.get(HEADER, "") if settings.TRUSTED_PROXIES else ""
    return given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8)


def _level(status: int, route: str, about: CurrentRequest) -> int:
    if about.is_expected:
        return logging.INFO
    if status >= 500:
        return logging.ERROR
    if status >= 400 or about.has_warning:
        return logging.WARNING
    return logging.DEBUG if route in QUIET else logging.INFO


def _fields(
    request: HttpRequest, response: HttpResponse, about: CurrentRequest, seconds: float
) -> dict[str, object]:
    fields: dict[str, object] = {
        "status": response.status_code,
        "milliseconds": round(seconds * 1000, 1),
        "network": network_of(request)[:16],
    }
    if page := getattr(response, "page_result", ""):
        fields["page"] = page
    user = getattr(request, "_cached_user", None)  # if anything has asked who is signed in
    if user is not None and user.pk:
        fields["account"] = user.pk
    if about.reason:
        fields["reason"] = about.reason
    if about.events:
        fields["events"] = events_of(about)
    return fields


def _write(level: int, message: str, fields: dict[str, object]) -> None:
    """Log without looking for the calling function, which takes longer than all the rest."""
    record = logger.makeRecord(
        logger.name, level, "", 0, message, (), None, extra={"fields": fields}
    )
    logger.handle(record)


def _route_and_path(request: HttpRequest) -> tuple[str, str]:
    """Return the name of the route, and the path unless it may contain a token or a name."""
    match = request.resolver_match
    if match is None:
        return _resolved(request.path_info)
    return _of_match(match, request.path_info)


@lru_cache(maxsize=2_000)
def _resolved(path: str) -> tuple[str, str]:
    """Do the same for a request that was answered before it was routed, such as a stored page."""
    if path in PROBES:
        return path[1:], path
    if path.startswith(settings.STATIC_URL):
        return "static", path
    try:
        return _of_match(resolve(path), path)
    except Resolver404:
        return NO_ROUTE, ""


def _of_match(match: ResolverMatch, path: str) -> tuple[str, str]:
    is_personal = match.args or not NOT_PERSONAL.issuperset(match.kwargs)
    return match.view_name or NO_ROUTE, "" if is_personal else path
