"""The page of an article as of the end of a day. See `snapshot`."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..models import Article
from ..text.dates import end_of
from . import snapshot
from .article_base import find_article, parse_after, reading_context, shared_context
from .memento import memento_headers
from .outline import BranchContext, outline
from .page_cache import public_page
from .pagination import NoSuchPage, query
from .parameters import parse_day, parse_number
from .site_page import Context
from .versions import article_version


def parse_since(request: HttpRequest) -> date | None:
    """Return the day in `?since=`, if it is valid."""
    return parse_day(request.GET.get("since", ""))


def with_since(here: str, since: date | None) -> str:
    """Add `since` to the query string `here`."""
    return here if since is None else f"{here}{'&' if here else '?'}since={since}"


@require_safe
def history(request: HttpRequest, slug: str, day: str) -> HttpResponse:
    """Show an article as of the end of a day; `?after=7` continues.

    An error page explains an invalid date, a day that has not ended, and a day before the article
    existed.
    """
    return history_page(request, find_article(request, slug), parse_day(day))


def history_page(request: HttpRequest, article: Article, day: date | None) -> HttpResponse:
    """Answer like `history`; `day` is None if the date is invalid."""
    if day is None:
        return no_such_day_page(request, article, None, 400)
    if day >= timezone.localdate() or not snapshot.was_there(article, end_of(day)):
        return no_such_day_page(request, article, day, 404)
    after = parse_after(request, parse_number)
    return public_page(
        request,
        request.build_absolute_uri(request.path) + query(after=str(after or "")),
        article_version(article),
        lambda: render_to_string(
            "commentary/history.html",
            past_context(request, article.pk, day, after),
            request,
        ),
        headers=memento_headers(request, article, day),
    )


def no_such_day_page(
    request: HttpRequest, article: Article, day: date | None, status: int
) -> HttpResponse:
    context = {
        "article": Article.objects.get(pk=article.pk),
        "day": day,
        "is_over": day is not None and day < timezone.localdate(),
    }
    return render(request, "commentary/no_such_day.html", context, status=status)


def past_context(request: HttpRequest, pk: int, day: date, after: int | None) -> Context:
    """Return the context of an article's page as of the end of a day, without any actions.

    Raises Http404 if nothing comes after `after`.
    """
    shared = shared_context(request, pk)
    article, moment = shared["article"], end_of(day)
    snapshot.give_words(article, moment)
    try:
        page = snapshot.past_page(pk, moment, after)
    except NoSuchPage as missing:
        raise Http404 from missing
    closings = snapshot.Closings(shared["discussion"], [row.id for row in page.rows], moment)
    rows = [closings.on(row) for row in page.rows]
    reading = reading_context(shared, rows, {})._replace(is_open=False, everywhere=False)
    laid = outline(rows, reading, BranchContext(short=page.short))
    for comment in laid.comments:
        if comment.id in page.partly:
            comment.below = None
    here = f"{shared['address']}on/{day}/"
    return {
        **shared,
        "may_act": False,
        "notes": {},
        "day": day,
        "here": here,
        "is_closed": closings.is_closed(),
        "reading": reading,
        "comments": laid.comments,
        "page": page,
        "is_later": after is not None,
        "next_page": here + query(after=str(page.next)) if page.next else "",
    }
