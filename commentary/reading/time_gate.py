"""The TimeGate of an article (RFC 7089, section 4.1): from a moment to the page as of that moment."""

from datetime import UTC, datetime

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import parse_http_date
from django.views.decorators.http import require_safe

from .article_base import find_article
from .memento import day_at, first_day, last_day, memento_links


@require_safe
def time_gate(request: HttpRequest, slug: str) -> HttpResponse:
    """Redirect to the page of the day before the moment in `Accept-Datetime`, or to the latest.

    Raises BadRequest for an invalid date, and Http404 for an article that has existed for less than
    a day.
    """
    article = find_article(request, slug)
    if first_day(article) > last_day():
        raise Http404
    day = last_day()
    if asked := request.headers.get("Accept-Datetime"):
        try:
            day = day_at(article, datetime.fromtimestamp(parse_http_date(asked), UTC))
        except (ValueError, OverflowError) as error:
            raise BadRequest("Accept-Datetime must be an HTTP date.") from error
    response = HttpResponseRedirect(f"{article.get_absolute_url()}on/{day}/")
    original = request.build_absolute_uri(article.get_absolute_url())
    response["Link"] = ", ".join(memento_links(original))
    response["Vary"] = "Accept-Datetime"
    response["Cache-Control"] = "no-cache"
    return response
