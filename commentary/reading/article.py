from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from ..models import Comment
from .article_base import _after, _mine, _sent, _sort, _version, article_context, find_article
from .history import _as_it_was, _no_such_day, _since, _with_day
from .page_cache import public_page
from .pagination import COUNT_MOST, query
from .parameters import ThreadCursor
from .point import _point_detail
from .reply import _asked_form

# --- one article


@require_safe
def article_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """An article and its comments: one query when the page is kept ready, a handful when not.

    `?reply=7` or `?reply=article` asks for the page with a form in place, the latter with the
    `&point=3` that it is about; `?point=3` alone for the responses on that point, `?at=2026-01-31`
    for the page as it was at the end of that day. `?since=2026-01-31` marks what came from that day
    on. Who wrote here before sees what of his own nobody else sees, with a word on what he just
    `?sent=9`.
    """
    article = find_article(request, slug)
    if "reply" in request.GET:
        return _asked_form(request, article, request.GET["reply"])
    if "point" in request.GET:
        return _point_detail(request, article)
    if "at" in request.GET:
        return _as_it_was(request, article, request.GET["at"])
    sort = _sort(request)
    after = _after(request, lambda text: ThreadCursor.parse(text, sort))
    here = query(sort, after.written(sort) if after else "")
    mine = _mine(request, article.pk)
    sent = _sent(request, article)
    since = _since(request)
    if "since" in request.GET and since is None:
        return _no_such_day(request, article, None, 400)

    def content() -> dict[str, Any]:
        context = article_context(request, article.pk, sort, after, mine)
        return context | {"sent": sent, "new": since and _new(context, since)}

    return public_page(
        request,
        request.build_absolute_uri(request.path) + _with_day(here, since),
        _version(article),
        lambda: render_to_string("commentary/article_detail.html", content(), request),
        own=bool(mine or sent),
    )


def _new(context: dict[str, Any], since: date) -> dict[str, Any]:
    """Mark what of the page came from a day on, each with the way to the next; how many there are
    here and in all, None for more than are counted."""
    address, came = context["address"], Comment.objects.came_since(context["article"].pk, since)
    shown = {comment["id"]: comment for comment in context["comments"]}
    here = set(came.filter(pk__in=shown).values_list("pk", flat=True))
    marked = [comment for pk, comment in shown.items() if pk in here]
    following = [f"#comment-{comment['number']}" for comment in marked[1:]]
    if marked:
        following.append(f"{address}new/?since={since}&from={marked[-1]['number']}")
    for comment, way in zip(marked, following, strict=True):
        comment["state"] += " is-new"
        comment["next_new"] = way
    in_all = came[: COUNT_MOST + 1].count()
    return {
        "since": since,
        "here": len(marked),
        "in_all": in_all if in_all <= COUNT_MOST else None,
        "first": f"#comment-{marked[0]['number']}" if marked else f"{address}new/?since={since}",
    }
