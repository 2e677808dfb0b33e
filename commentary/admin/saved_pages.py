"""Shows imported saved pages in a sandboxed frame."""

from collections.abc import Iterable, Mapping

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ..importing.formats.html.dom import UnreadablePage
from ..importing.formats.html.marked_page import FIRST, POLICY, marked_page, page_texts
from ..models import Source

FRAME_POLICY = {"frame-src": ["'self'"]}  # policy of pages that contain the frame
START = f"#{FIRST}"  # id that the frame scrolls to


def is_page(source: Source) -> bool:
    """Return whether a source is a saved page."""
    return source.format == "html"


def texts_of_page(source: Source) -> dict[int, str]:
    """Return the text nodes of a saved page by number, or nothing if it is unreadable."""
    try:
        return dict(enumerate(page_texts(b"".join(source.read()), source.encoding), 1))
    except UnreadablePage:
        return {}


def page_response(source: Source, spans: Iterable[Mapping[str, object]]) -> HttpResponse:
    """Return a saved page as a document of its own, with ranges of text nodes marked."""
    numbers: set[int] = set()
    for span in spans:
        numbers.update(range(int(str(span["first"])), int(str(span["last"])) + 1))
    try:
        response = HttpResponse(marked_page(b"".join(source.read()), source.encoding, numbers))
    except UnreadablePage as refusal:
        words = _("This page can’t be shown: %(reason)s") % {"reason": refusal}
        response = HttpResponse(words, content_type="text/plain; charset=utf-8")
    response["Content-Security-Policy"] = POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
