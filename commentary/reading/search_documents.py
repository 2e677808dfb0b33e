"""Search results for programs: code shared by the Atom feed and the JSON document."""

from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from .. import search as engine
from .machine_page import cursor_of, machine_page
from .parameters import parse_number
from .search import KINDS, is_complete, too_broad_page
from .versions import site_version


class ResultDocument(NamedTuple):
    """One document of search results, newest first.

    `asked` has the query and the kind as parameters. `first`, `here` and `older` are the absolute
    URLs of the first, this and the next document, "" if there is no next one.
    """

    query: engine.Query
    hits: Sequence[engine.Hit]
    total: int | None
    asked: dict[str, str]
    first: str
    here: str
    older: str


def search_document(
    request: HttpRequest, content_type: str, size: int, write: Callable[[ResultDocument], str]
) -> HttpResponse:
    """Answer with at most `size` results. 400 for invalid parameters, 503 if the search times out."""
    text, kind = request.GET.get("q", ""), request.GET.get("in")
    if not text:
        raise BadRequest("q is missing.")
    if kind is not None and kind not in KINDS:
        raise BadRequest("in must be articles or comments.")
    before = cursor_of(request, "before", _moment)
    query = engine.parse_query(text)
    asked = {"q": query.text} | ({"in": kind} if kind else {})
    first = f"{request.build_absolute_uri(request.path)}?{urlencode(asked)}"
    here = first if before is None else f"{first}&before={before}"

    def render() -> str:
        hits = engine.find(query, KINDS.get(kind or "", ""), before)
        page = hits.newest[:size]
        end = page[-1].moment if len(hits.newest) > size else hits.until
        older = "" if end is None else f"{first}&before={end}"
        total = hits.total if is_complete(hits) else None
        return write(ResultDocument(query, page, total, asked, first, here, older))

    try:
        return machine_page(request, here, site_version(), render, content_type)
    except engine.TooBroad:
        return too_broad_page(
            HttpResponse("This search timed out. Use less common words.", content_type="text/plain")
        )


def _moment(text: str) -> int | None:
    """Parse the position of a result in the search index."""
    return parse_number(text, engine.END)
