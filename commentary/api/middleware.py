"""Headers and error format common to all responses of the read API."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from .schemas import Problem, as_json

DETAILS = {
    400: "The URL or one of its parameters is invalid. Take cursors from next links; searches need q.",
    404: "Nothing public was found at this URL.",
    405: "Only GET and HEAD are allowed.",
    410: "This comment has been removed.",
    503: "The request can’t be answered right now. Retry after the number of seconds in Retry-After;"
    " for searches, use less common words.",
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
