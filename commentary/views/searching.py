"""The results of a search: as a page, as a feed and as JSON. What it finds is public, so they are
public pages as well."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from .. import search as engine
from ..api.routes import JSON
from ..api.shapes import found_shape
from ..models import Article, Comment, Discussion
from ..reading.page_cache import public_page
from ..syndication.atom import Feed
from .machines import FEED, PER_FEED, cursor_of, feed_of, machine_page, site_of

PER_PAGE = 20
KINDS = {"articles": "article", "comments": "comment"}
PLACE = re.compile(r"(?:(\d{1,6})\.)?(\d{1,19})", re.ASCII)  # the score, if ranked, and the moment


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Articles and comments with `?q=`, of one kind (`in`), best first or by date (`sort`).

    `on` keeps to one article, as `on:` in the query does. `from` leads on. What takes too long is
    answered 503, with what would help.
    """
    text = request.GET.get("q", "")
    if on := engine.clean(request.GET.get("on", "")):
        text = f'on:"{on}" {text}'.strip()
    query = engine.parse(text)
    kind = request.GET.get("in", "")
    asked = {
        "q": query.text,
        "in": kind if kind in KINDS else "",
        "sort": "date" if request.GET.get("sort") == "date" else "",
        "from": request.GET.get("from", ""),
    }
    place = PLACE.fullmatch(asked["from"]) if asked["from"] else None
    if asked["from"] and not place or place and int(place[2]) > engine.END:
        raise Http404
    by_date = asked["sort"] == "date" or not query.sought
    if place and bool(place[1]) == by_date:
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
            Discussion.objects.site_version(),
            lambda: render_to_string(
                "commentary/search.html", context | _found(query, asked, by_date, place), request
            ),
        )
    except engine.TooBroad:
        broad = context | {"is_too_broad": True}
        return _too_broad(render(request, "commentary/search.html", broad))


def _too_broad(response: HttpResponse) -> HttpResponse:
    """What took too long: nobody keeps the answer, and later it may be another."""
    response.status_code = 503
    response["Cache-Control"] = "no-store"
    response["Retry-After"] = "60"
    return response


def _found(
    query: engine.Query, asked: dict[str, str], by_date: bool, place: re.Match[str] | None
) -> dict[str, Any]:
    """What one page shows of what `query` finds, from `place` on."""
    if query.is_empty:
        return {}
    before = int(place[2]) if place and by_date else None
    most = engine.CAP if before is None else PER_PAGE  # later pages by date count nothing
    hits = everything = engine.find(query, before=before, most=most)
    if kind := KINDS.get(asked.get("in", "")):
        hits = hits.of(kind) if _is_all(hits) else engine.find(query, kind, before, most=most)
    if by_date:
        rows = [(0, hit) for hit in hits.newest]
    else:
        rows = engine.rank(query, hits.newest)
        if place:
            score, moment = int(place[1]), int(place[2])
            rows = [row for row in rows if (row[0], row[1].moment) < (score, moment)]
    page = rows[:PER_PAGE]
    base = _without(asked, "from")
    following = ""
    if len(rows) > PER_PAGE:
        score, last = page[-1]
        following = str(last.moment) if by_date else f"{score}.{last.moment}"
    older = {**base, "sort": "date", "from": hits.until}
    return {
        "results": engine.results(query, [hit for _score, hit in page]),
        "count": hits.total,
        "is_capped": hits.is_capped,
        # Later pages by date, and more than are counted, do not know how many there are of each.
        "totals": everything if before is None and _is_all(everything) else None,
        "is_all": _is_all(hits),
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


def _is_all(hits: engine.Hits) -> bool:
    return not hits.is_capped and hits.until is None


def _without(asked: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in asked.items() if key != name}


def _wider(query: engine.Query) -> list[tuple[str, str]]:
    """Other queries to try when nothing is found, each with its address: the words without the
    fields, and each word by itself. None that asks for the same in other letters, or finds nothing."""
    sought = [" ".join(term.words) for term in query.sought]
    plain = " ".join(f'"{words}"' if " " in words else words for words in sought)
    tries = [plain, *(sought if len(sought) > 1 else []), *(f"{w}*" for w in _stems(sought))]
    queries = {wish: engine.parse(wish) for wish in dict.fromkeys(tries) if wish}
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
    """Beginnings of words, which find them in other forms."""
    return [w[: max(4, len(w) - 2)] for w in sought if w.isalpha() and len(w) > 4][:2]


# --- for machines


class Part(NamedTuple):
    """What one document for machines says of what `query` finds, newest first.

    `asked` is the query and the kind as parameters; `first`, `here` and `older` are the complete
    addresses of the first document, of this one and of the next, "" if this is the last.
    """

    query: engine.Query
    hits: Sequence[engine.Hit]
    total: int | None
    asked: dict[str, str]
    first: str
    here: str
    older: str


@require_safe
def search_feed(request: HttpRequest) -> HttpResponse:
    """The articles and comments with `?q=`, of one kind (`in`), as a feed; `before` leads on."""

    def write(part: Part) -> str:
        site = site_of(request)
        page = f"{site}{reverse('commentary:search')}?{urlencode({**part.asked, 'sort': 'date'})}"
        title = _("Search: %(query)s") % {"query": part.query.text}
        return feed_of(
            Feed(title, site, page, part.first, part.here, part.older), _entries(part.hits)
        )

    return _part(request, FEED, PER_FEED, write)


def _entries(hits: Sequence[engine.Hit]) -> list[Article | Comment]:
    comments = Comment.objects.approved().of_published().for_feed()
    articles = Article.objects.published().for_feed()
    said = comments.in_bulk([hit.comment_id for hit in hits if hit.comment_id])
    written = articles.in_bulk([hit.article_id for hit in hits if not hit.comment_id])
    rows = [said.get(h.comment_id) if h.comment_id else written.get(h.article_id) for h in hits]
    return [row for row in rows if row]


@require_safe
def search_json(request: HttpRequest) -> HttpResponse:
    """The same for the read API."""

    def write(part: Part) -> str:
        content = {
            "query": part.query.text,
            "notes": part.query.notes,
            "count": part.total,
            "results": _shapes(engine.results(part.query, part.hits), site_of(request)),
            "next": part.older or None,
        }
        return json.dumps(content, ensure_ascii=False)

    return _part(request, JSON, PER_PAGE, write)


def _shapes(results: Sequence[engine.Result], site: str) -> list[dict[str, Any]]:
    articles = Article.objects.for_results().in_bulk({result.article.pk for result in results})
    said = [result.comment.pk for result in results if result.comment]
    comments = Comment.objects.approved().for_api().in_bulk(said)
    return [
        found_shape(
            articles[result.article.pk],
            result.comment and comments[result.comment.pk],
            result.text,
            site,
        )
        for result in results
        if result.article.pk in articles
        and (result.comment is None or result.comment.pk in comments)
    ]


def _part(
    request: HttpRequest, content_type: str, size: int, write: Callable[[Part], str]
) -> HttpResponse:
    """A document of at most `size` texts, or 503; 400 for what was not asked as described."""
    text, kind = request.GET.get("q", ""), request.GET.get("in")
    if not text:
        raise BadRequest("q is missing.")
    if kind is not None and kind not in KINDS:
        raise BadRequest("in must be articles or comments.")
    before = cursor_of(request, "before", _moment)
    query = engine.parse(text)
    asked = {"q": query.text} | ({"in": kind} if kind else {})
    first = f"{request.build_absolute_uri(request.path)}?{urlencode(asked)}"
    here = first if before is None else f"{first}&before={before}"

    def render() -> str:
        hits = engine.find(query, KINDS.get(kind or "", ""), before)
        page = hits.newest[:size]
        end = page[-1].moment if len(hits.newest) > size else hits.until
        older = "" if end is None else f"{first}&before={end}"
        total = hits.total if _is_all(hits) else None
        return write(Part(query, page, total, asked, first, here, older))

    try:
        return machine_page(request, here, Discussion.objects.site_version(), render, content_type)
    except engine.TooBroad:
        return _too_broad(HttpResponse("It takes too long.", content_type="text/plain"))


def _moment(text: str) -> int | None:
    """The place in time that `text` spells, if it could be one."""
    place = PLACE.fullmatch(text)
    moment = int(place[2]) if place and not place[1] else engine.END + 1
    return moment if moment <= engine.END else None
