"""Headers and error format common to all responses of the read API."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from .schemas import Problem, as_json

DETAILS = {
    400: "The address or one of its parameters cannot be read. A cursor is the number in a next link,"
    " and a search needs q.",
    404: "Nothing public has this address.",
    405: "Only GET and HEAD are answered here.",
    410: "This comment was public and has been removed.",
    503: "This cannot be answered just now. Try again after the seconds in Retry-After; a search for"
    " less common words may be answered at once.",
}


class ReadApiMiddleware:
    """Outermost: adds common headers to responses of the read API, and formats errors.

    Scripts on any site may read the API, because it contains only what everyone may read and
    ignores cookies. Every error, wherever it was raised, becomes a problem document (RFC 9457)
    instead of a page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.endswith(".json"):
            return response
        response["Access-Control-Allow-Origin"] = "*"
        if response.status_code >= 400:
            status = HTTPStatus(response.status_code)
            problem = Problem(
                type="about:blank",
                title=status.phrase,
                status=status.value,
                detail=DETAILS.get(status, status.description or status.phrase),
            )
            response.content = as_json(problem).encode()
            response.headers.pop("Content-Encoding", None)
            response["Content-Type"] = "application/problem+json"
            response["Content-Length"] = str(len(response.content))
        return response
