"""Two small rules for every request: what HTTP we accept, and what browsers may switch on."""

from collections.abc import Callable

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
