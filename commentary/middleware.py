"""Small rules for every request: what HTTP we accept, what browsers may switch on, and what the
answers of the read API have in common."""

import json
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
FORM = "application/x-www-form-urlencoded"
POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "camera", "geolocation", "gyroscope",
        "microphone", "payment", "usb", "browsing-topics",
    )
)  # fmt: skip

Handler = Callable[[HttpRequest], HttpResponse]


class StrictHttpMiddleware:
    """Outermost: refuses what no page of ours takes, before anything reads the request.

    Django answers 200 to any method on a view that does not limit it, and raises inside its CSRF
    check, past every handler, when a form names a charset such as utf-7.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            response = HttpResponse("Method not allowed.", status=405, content_type="text/plain")
            response["Allow"] = ", ".join(sorted(METHODS))
            return response
        charset = (request.content_params or {}).get("charset", "utf-8")
        if request.content_type == FORM and charset.lower() != "utf-8":
            return HttpResponse("Send forms as UTF-8.", status=415, content_type="text/plain")
        if "\0" in request.path:
            return HttpResponse("Bad address.", status=400, content_type="text/plain")
        return self.get_response(request)


class PermissionsPolicyMiddleware:
    """Tells browsers that no page here uses a camera, a microphone and the like."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", POLICY)
        return response


DETAILS = {
    400: "The address or one of its parameters cannot be read. A cursor is the number in a next link,"
    " and a search needs q.",
    404: "Nothing public has this address.",
    405: "Only GET and HEAD are answered here.",
    410: "This comment was public and has been removed.",
    503: "This takes too long just now: search for something less common, or again in a minute.",
}


class ReadApiMiddleware:
    """Outermost: gives every answer of the read API what it has in common.

    Any page on any site may read it, for it holds nothing but what everybody may read and takes no
    cookie into account. Whatever refused a request and wherever, the answer is a problem (RFC
    9457) and not a page for people.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.endswith(".json"):
            return response
        response["Access-Control-Allow-Origin"] = "*"
        if response.status_code >= 400:
            status = HTTPStatus(response.status_code)
            problem = {
                "type": "about:blank",
                "title": status.phrase,
                "status": status,
                "detail": DETAILS.get(status, status.description or status.phrase),
            }
            response.content = json.dumps(problem).encode()
            response["Content-Type"] = "application/problem+json"
            response["Content-Length"] = str(len(response.content))
        return response
