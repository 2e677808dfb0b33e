"""Error pages.

They show nothing from the request and don't read its body, except for the page that offers to
submit a form again, and the words of an address that is missing.
"""

import sys
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from ..models import SiteFrame, remembered_frame, site_frame
from ..observability.events import log_reason, request_id
from ..resilience.outages import Outage, outage_of
from ..resilience.read_only import MAINTENANCE
from ..text.picture_sizes import PREFIX
from .page_cache import stale_page
from .suggestions import asked_words, suggested

LABELS = {
    "body": _("Your response"),
    "name": _("Name"),
    "note": _("Details"),
    "reason": _("Reason"),
}


class Sent(NamedTuple):
    """A submitted field. It has a `label` if a person typed it, and is hidden otherwise."""

    name: str
    value: str
    label: str = ""

    @property
    def rows(self) -> int:
        """The height of the text box."""
        return min(2 + self.value.count("\n") + len(self.value) // 80, 15)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, for requests rejected by Django."""
    return render(request, "400.html", _frame_of(remembered_frame()), status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return render(request, "403.html", _frame_of(remembered_frame()), status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, the same for missing and for non-public pages.

    Missing files are answered without the database, by threads that may not wait for it.
    """
    is_file = request.path.startswith((settings.STATIC_URL, PREFIX))
    try:
        frame = remembered_frame() if is_file else site_frame()
    except Error:  # the page needs nothing else from the database
        frame = remembered_frame()
    context = {**_frame_of(frame), "asked": " ".join(asked_words(request))}
    response = render(request, "404.html", context, status=404)
    response.missing = context  # type: ignore[attr-defined] # for `with_suggestions`
    return response


def with_suggestions(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the page of `not_found` with articles that its address may have meant. Other responses
    are returned as they are.
    """
    context: dict[str, Any] = getattr(response, "missing", {})
    articles = suggested(context["asked"].split()) if context else []
    if not articles:
        return response
    return render(request, "404.html", {**context, "articles": articles}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 if a part that the site depends on has failed."""
    outage = outage_of(sys.exc_info()[1])
    if outage is not None:
        return unavailable(request, outage)
    return HttpResponse(_page("500.html"), status=500)


def unavailable(request: HttpRequest, outage: Outage) -> HttpResponse:
    """Answer with the cached page if there is one, otherwise 503.

    The 503 page holds everything that was submitted, in a form that submits it again.
    """
    stale = stale_page(request) if request.method in ("GET", "HEAD") else None
    if stale is not None:
        return stale
    again = _sent(request) if request.method == "POST" else []
    context = {
        "is_post": request.method == "POST",
        "nothing_saved": outage.nothing_saved,
        "is_read_only": outage.is_read_only,
        "address": request.get_full_path(),
        "again": again,
    }
    response = HttpResponse(_page("503.html", **context), status=503)
    response["Retry-After"] = str(outage.retry_after)
    response["Cache-Control"] = "private, no-store"
    log_reason(outage.cause, is_expected=outage is MAINTENANCE)
    response._has_been_logged = True  # type: ignore[attr-defined] # stops Django logging a second line
    return response


def _page(template: str, **context: object) -> str:
    """Render a template without the request, whose context processors may query the database."""
    return render_to_string(template, {**_frame_of(remembered_frame()), **context})


def _frame_of(frame: SiteFrame) -> dict[str, object]:
    """Return the variables of the context processor, read already."""
    return {"site": frame, "site_name": frame.name, "reference": request_id()}


def _sent(request: HttpRequest) -> list[Sent]:
    """Return the submitted fields.

    Returns nothing if the form may come from another site or contains a password.
    """
    if not getattr(request, "csrf_processing_done", False):
        return []
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
    except (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return []
    if any("password" in name for name, _value in fields):
        return []
    return [Sent(name, value, _label(name, value)) for name, value in fields]


def _label(name: str, value: str) -> str:
    if name in LABELS and value:
        return str(LABELS[name])
    words = name.replace("_", " ").replace("-", " ").capitalize()
    return words if any(sign.isspace() for sign in value) else ""
