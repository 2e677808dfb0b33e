"""The page of an article: its text and its threads."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from ..models import Article, Comment
from .article_base import (
    ArticleContext,
    article_context,
    find_article,
    own_comments,
    parse_after,
    parse_sort,
    parse_view,
    sent_notice,
    with_place,
)
from .history import history_page, no_such_day_page, parse_since, with_since
from .memento import cite_as, memento_links
from .page_cache import public_page
from .pagination import COUNT_MOST, query
from .parameters import ThreadCursor, parse_day, parse_number
from .site_page import Context
from .versions import article_version

# Query parameters of pages that have their own URLs now.
MOVED = frozenset(["reply", "point", "at"])


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an article and its comments. One query if the page is cached.

    `?since=2026-01-31` marks comments that are new since that day. Commenters also see the state of
    their own comments, and the result of the one they just sent (`?sent=9`). Former query
    parameters redirect, see `_moved`.
    """
    article = find_article(request, slug)
    if any(name in request.GET for name in MOVED):
        return _moved(request, article)
    sort, view = parse_sort(request), parse_view(request)
    after = parse_after(request, lambda text: ThreadCursor.parse(text, sort))
    here = query(sort, after.written(sort) if after else "", view)
    mine = own_comments(request, article.pk)
    sent = sent_notice(request, article)
    since = parse_since(request)
    if "since" in request.GET and since is None:
        return no_such_day_page(request, article, None, 400)

    def content() -> Context:
        context = article_context(request, article.pk, sort, after, mine, view=view)
        notice = with_place(sent, context["comments"])
        return {**context, "sent": notice, "new": since and _new(context, since)}

    address = request.build_absolute_uri(request.path)
    return public_page(
        request,
        address + with_since(here, since),
        article_version(article),
        lambda: render_to_string("commentary/article.html", content(), request),
        own=bool(mine or sent),
        headers={"Link": ", ".join([cite_as(address), *memento_links(address, is_original=True)])},
    )


def _moved(request: HttpRequest, article: Article) -> HttpResponse:
    """Redirect query parameters of former URLs: `?reply=7`, `?reply=article&point=3`, `?point=3`
    and `?at=2026-01-31`. Without JavaScript, the form "View as of" still sends the last one.
    """
    address = article.get_absolute_url()
    point = parse_number(request.GET.get("point", ""))
    if "reply" in request.GET:
        answers = parse_number(request.GET["reply"])
        if answers is not None:
            return _permanently(f"{address}reply/{answers}/")
        if request.GET["reply"] != "article":
            raise Http404
        place = f"points/{point}/" if point in article.points else ""
        return _permanently(f"{address}{place}respond/")
    after = query(after=str(parse_after(request, parse_number) or ""))
    if "point" in request.GET:
        if point is None:
            raise Http404
        return _permanently(f"{address}points/{point}/{after}")
    day = parse_day(request.GET["at"])
    if day is None:
        return history_page(request, article, None)
    return _permanently(f"{address}on/{day}/{after}")


def _permanently(address: str) -> HttpResponse:
    """Return a 301 that caches must revalidate, like all former URLs: see
    `FormerAddressMiddleware`.
    """
    response = HttpResponsePermanentRedirect(address)
    response["Cache-Control"] = "no-cache"
    return response


def _new(context: ArticleContext, since: date) -> Context:
    """Mark the comments of the page that are new since a day, and link each to the next.

    Returns their number here and in total (None if there are too many to count).
    """
    address, came = context["address"], Comment.objects.came_since(context["article"].pk, since)
    shown = {comment.id: comment for comment in context["comments"]}
    here = set(came.filter(pk__in=shown).values_list("pk", flat=True))
    marked = [comment for pk, comment in shown.items() if pk in here]
    following = [f"#comment-{comment.number}" for comment in marked[1:]]
    if marked:
        following.append(f"{address}new/?since={since}&from={marked[-1].number}")
    for comment, way in zip(marked, following, strict=True):
        comment.classes += " is-new"
        comment.next_new = way
    in_all = came[: COUNT_MOST + 1].count()
    return {
        "since": since,
        "here": len(marked),
        "in_all": in_all if in_all <= COUNT_MOST else None,
        "first": f"#comment-{marked[0].number}" if marked else f"{address}new/?since={since}",
    }
