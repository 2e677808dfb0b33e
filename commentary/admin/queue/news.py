"""What changes in the queue while it is open: new comments, and who looks at which comment."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext

from ...models import Claim, Report
from ...models.queries.arrival import arrived_after
from ...reading.parameters import BEGINNING_OF_TIME, ArrivalCursor
from ..access import READ, View, actor, is_moderator, protect
from .filters import Filters, arrival, comments
from .labels import PENDING, REPORTED, UNREVIEWED

MAX_NEW = 100  # new comments that are counted
WATCHED = (PENDING, REPORTED, UNREVIEWED)  # the tabs that tell of new comments


def newest_arrival(filters: Filters) -> ArrivalCursor | None:
    """Return the place of the newest row of a tab, None if it tells of no new ones. One query."""
    if filters.state not in WATCHED or filters.same:
        return None
    if filters.state == REPORTED:
        row = Report.objects.open().order_by("-created_at", "-pk").values_list("created_at", "pk")
    else:
        column = arrival(filters)
        row = comments(filters).order_by(f"-{column}", "-pk").values_list(column, "pk")
    newest = row.first()
    return ArrivalCursor(*newest) if newest else ArrivalCursor(BEGINNING_OF_TIME, 0)


def count_new(filters: Filters, since: ArrivalCursor) -> int:
    """Return how many comments came to a tab after the place `since`, up to a limit. One query."""
    if filters.state == REPORTED:
        reports = arrived_after(Report.objects.open(), *since)
        found = comments(filters).filter(reports__in=reports).distinct()
    else:
        found = arrived_after(comments(filters), *since, arrival(filters))
    return found.order_by()[: MAX_NEW + 1].count()


def news_address(filters: Filters, since: ArrivalCursor | None, is_last: bool) -> str:
    """Return the URL from which the script of a queue page learns what is new. On the last page new
    comments are shown below the others, and otherwise on a page of their own.
    """
    query = filters.url().partition("?")[2]
    asked = {"since": str(since)} if since else {}
    if is_last:
        asked["last"] = "1"
    parts = [part for part in (query, urlencode(asked)) if part]
    return f"{reverse('admin:commentary_queue_news')}?{'&'.join(parts)}"


def news_view(site: AdminSite) -> View:
    """Return the fragment that queue pages ask for: how many comments are new, where they are shown,
    and who looks at which comment.
    """

    def view(request: HttpRequest) -> JsonResponse:
        filters, user = Filters.read(request.GET), actor(request)
        since = ArrivalCursor.parse(request.GET.get("since", ""))
        if filters.item:
            Claim.make(user, filters.item)
        count = count_new(filters, since) if since else 0
        shown = f"{min(count, MAX_NEW)}{'+' if count > MAX_NEW else ''}"
        is_here = "last" in request.GET or filters.state == REPORTED
        news = {
            "words": ngettext("%(n)s new", "%(n)s new", count) % {"n": shown} if count else "",
            "show": filters.url(item=None) if is_here else filters.url(after=since, item=None),
            "claims": {str(key): words for key, words in Claim.of_others(user).items()},
        }
        response = JsonResponse(news)  # never stored, like all pages of the admin
        # A page that is left open does not keep its user signed in.
        request.session.modified = False
        return response

    return protect(site, view, is_moderator, READ)
