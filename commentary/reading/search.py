"""The search page."""

from dataclasses import replace
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_safe

from .. import search as engine
from .page_cache import public_page
from .parameters import SearchCursor
from .site_page import Context
from .versions import site_version

PER_PAGE = 20
KINDS = {"articles": "article", "comments": "comment"}


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search for `?q=`, optionally one kind (`in`), by relevance or date (`sort`).

    `on` limits the search to one article, like `on:` in the query. `from` is the cursor of a page.
    A search that times out is answered with 503 and advice on how to narrow it.
    """
    text = request.GET.get("q", "")
    if on := engine.displayed_query(request.GET.get("on", "")):
        text = f'on:"{on}" {text}'.strip()
    query = engine.parse_query(text)
    kind = request.GET.get("in", "")
    asked = {
        "q": query.text,
        "in": kind if kind in KINDS else "",
        "sort": "date" if request.GET.get("sort") == "date" else "",
        "from": request.GET.get("from", ""),
    }
    place = SearchCursor.parse(asked["from"], engine.END)
    if asked["from"] and place is None:
        raise Http404
    by_date = asked["sort"] == "date" or not query.sought
    if place and (place.score is None) != by_date:
        raise Http404
    asked = {name: value for name, value in asked.items() if value}
    here = request.build_absolute_uri(request.path)
    address = f"{here}?{urlencode(asked)}" if asked else here
    context = {
        "query": query,
        "here": "search",
        "address": address,
        "kind": kind if kind in KINDS else "",
        "by_date": by_date,
        "is_first": place is None,
    }
    try:
        return public_page(
            request,
            address,
            site_version(),
            lambda: render_to_string(
                "commentary/search.html",
                {**context, **_found(query, asked, by_date, place)},
                request,
            ),
        )
    except engine.TooBroad:
        broad = context | {"is_too_broad": True}
        return too_broad_page(render(request, "commentary/search.html", broad))


def too_broad_page(response: HttpResponse) -> HttpResponse:
    """Make the response a 503 that is not cached, since the search may succeed later."""
    response.status_code = 503
    response["Cache-Control"] = "no-store"
    response["Retry-After"] = "60"
    return response


def _found(
    query: engine.Query, asked: dict[str, str], by_date: bool, place: SearchCursor | None
) -> Context:
    """Return the context of one page of results, starting at `place`."""
    if query.is_empty:
        return {}
    before = place.moment if place and by_date else None
    most = engine.CAP if before is None else PER_PAGE  # later pages by date show no counts
    hits = everything = engine.find(query, before=before, most=most)
    if kind := KINDS.get(asked.get("in", "")):
        hits = hits.of(kind) if is_complete(hits) else engine.find(query, kind, before, most=most)
    if by_date:
        rows = [(0, hit) for hit in hits.newest]
    else:
        rows = engine.rank(query, hits.newest)
        if place:
            rows = [row for row in rows if (row[0], row[1].moment) < (place.score, place.moment)]
    page = rows[:PER_PAGE]
    base = _without(asked, "from")
    following = ""
    if len(rows) > PER_PAGE:
        score, last = page[-1]
        following = str(SearchCursor(None if by_date else score, last.moment))
    older = {**base, "sort": "date", "from": hits.until}
    return {
        "results": engine.results(query, [hit for _score, hit in page]),
        "count": hits.total,
        "is_capped": hits.is_capped,
        # Later pages by date, and results beyond the cap, have no counts by kind.
        "totals": everything if before is None and is_complete(everything) else None,
        "is_all": is_complete(hits),
        "tabs": {"all": urlencode(_without(base, "in"))}
        | {name: urlencode({**base, "in": name}) for name in KINDS},
        "following": urlencode({**base, "from": following}) if following else "",
        "older": urlencode(older) if hits.until and not following else "",
        "first": urlencode(base),
        "by_words": urlencode(_without(base, "sort")),
        "by_days": urlencode({**base, "sort": "date"}),
        "feed": f"{reverse('commentary:search_feed')}?{urlencode(_without(base, 'sort'))}",
        "cap": engine.CAP,
        "wider": [] if hits.total or everything.total else _wider(query),
    }


def is_complete(hits: engine.Matches) -> bool:
    return not hits.is_capped and hits.until is None


def _without(asked: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in asked.items() if key != name}


def _wider(query: engine.Query) -> list[tuple[str, str]]:
    """Return other queries with results to suggest when nothing is found, each with its parameters.

    They use the words without the fields, each word separately, and word beginnings.
    """
    sought = [" ".join(term.words) for term in query.sought]
    plain = " ".join(f'"{words}"' if " " in words else words for words in sought)
    tries = [plain, *(sought if len(sought) > 1 else []), *(f"{w}*" for w in _stems(sought))]
    queries = {wish: engine.parse_query(wish) for wish in dict.fromkeys(tries) if wish}
    other = {
        wish: other
        for wish, other in queries.items()
        if replace(other, text=query.text, notes=query.notes) != query
    }
    return [
        (wish, urlencode({"q": wish}))
        for wish in engine.with_results(dict(list(other.items())[:6]))
    ]


def _stems(sought: list[str]) -> list[str]:
    """Return beginnings of words, which match other forms."""
    return [w[: max(4, len(w) - 2)] for w in sought if w.isalpha() and len(w) > 4][:2]
