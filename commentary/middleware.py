"""Rules for every request: allowed HTTP, time limits, outages and redirects of former URLs."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.db.models import Exists, QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
)
from django.urls import ResolverMatch, reverse
from django.utils.translation import activate, get_language, override

from .models import Article, Author, chosen_language
from .monitoring.metrics_page import metrics_page
from .reading import errors
from .reading.former_addresses import present_address
from .reading.misses import count_miss
from .reading.moved_comments import present_comment, readable_articles
from .reading.page_cache import current_page, store
from .resilience import probes
from .resilience.outages import outage_of, within
from .resilience.read_only import MAINTENANCE, is_read_only
from .text.former_addresses import names_former_page
from .text.picture_sizes import PREFIX

METHODS = {"GET", "HEAD", "POST", "OPTIONS"}
FORM = "application/x-www-form-urlencoded"

Handler = Callable[[HttpRequest], HttpResponse]


class ProbesMiddleware:
    """Answers health checks and the metrics for any Host header.

    No other middleware runs, so a check can't fail because of one.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        probe = metrics_page if path == "/metrics" else probes.PROBES.get(path)
        return self.get_response(request) if probe is None else probe(request)


class OutageMiddleware:
    """Limits the time of a request, and answers 503 if the database is unavailable.

    A locked, full, unreachable or unresponsive database is turned into `errors.unavailable`, so
    views need not handle it. This covers errors in views; errors in other middleware are handled by
    `errors.server_error`.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with within(settings.REQUEST_SECONDS):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        outage = outage_of(error)
        return None if outage is None else errors.unavailable(request, outage)


class StoredPagesMiddleware:
    """Answers with a stored page that is still current, before all other middleware, and stores new
    pages with the headers that it has added.

    Only readers without cookies get stored pages. If the database fails, or the host name isn't
    allowed, the view answers.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Earlier sites identified pages by parameters of the home page.
        if request.method in ("GET", "HEAD") and not (
            request.path == "/" and names_former_page(request.META["QUERY_STRING"])
        ):
            with suppress(DatabaseError, DisallowedHost):
                if response := current_page(request):
                    return response
        response = self.get_response(request)
        store(response)
        return response


class ReadOnlyMiddleware:
    """Answers 503 to whatever would change something while the site is in read-only mode.

    The page has what was sent, in a form that sends it again.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        if request.method == "POST" and is_read_only():
            return errors.unavailable(request, MAINTENANCE)
        return None


class EditorLanguageMiddleware:
    """Shows the admin and the pages of accounts in the language that the editor chose. Public pages
    have the site's language, and so the same bytes for everyone.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with override(get_language()):  # ends what `process_view` chose
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match and match.namespaces and match.namespaces[0] in ("admin", "accounts"):
            activate(chosen_language(request.user))
        return None


class StrictHttpMiddleware:
    """Refuses requests that no page accepts, before anything reads them.

    Django answers 200 to any method on a view that does not restrict it. It also raises inside its
    CSRF check, outside every handler, if a form names a charset such as utf-7.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            response = HttpResponse("Method not allowed.", status=405, content_type="text/plain")
            response["Allow"] = ", ".join(sorted(METHODS))
            return response
        charset = (request.content_params or {}).get("charset", "utf-8")
        if request.content_type == FORM and charset.lower() != "utf-8":
            return HttpResponse(
                "Forms must be sent as UTF-8.", status=415, content_type="text/plain"
            )
        if "\0" in request.path:
            return HttpResponse("Invalid URL.", status=400, content_type="text/plain")
        return self.get_response(request)


class FormerAddressMiddleware:
    """Redirects a former slug to the same page under the current slug, for every kind of page, the
    pages of a moved comment to those of its present place, and the URLs of earlier sites to what was
    imported from them.

    Runs only after a 404, so existing pages take no extra query. Caches must revalidate the
    redirect, because a slug can be changed back and a move be undone.
    """

    OF_AUTHORS = frozenset({"author", "author_feed"})
    # Routes whose `number` is that of a comment.
    OF_COMMENTS = frozenset(
        {"permalink", "branch", "branch_feed", "comment_json", "cite", "reply", "report"}
    )

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Earlier sites identified pages by query parameters that the home page ignores.
        if request.path == "/" and names_former_page(request.META["QUERY_STRING"]):
            moved = self._of_earlier_site(request)
            if moved is None:
                count_miss(request)
            return moved or self.get_response(request)
        response, match = self.get_response(request), request.resolver_match
        if response.status_code != 404:
            return response
        if not match or match.app_name != "commentary":
            return self._moved(request) or errors.with_suggestions(request, response)
        present = self._present_page(request, match) if "slug" in match.kwargs else None
        if present is None:
            return self._moved(request) or errors.with_suggestions(request, response)
        address = reverse(match.view_name, kwargs={**match.kwargs, **present})
        asked = request.META.get("QUERY_STRING", "")
        moved = HttpResponsePermanentRedirect(
            f"{address}?{asked}" if asked else address,
            # 308: the comment is posted again
            preserve_request=request.method not in ("GET", "HEAD"),
        )
        moved["Cache-Control"] = "no-cache"
        return moved

    def _moved(self, request: HttpRequest) -> HttpResponse | None:
        """Redirect like `_of_earlier_site`, or count the request if its path is of no page here."""
        moved = self._of_earlier_site(request)
        match = request.resolver_match
        is_page = match is not None and match.url_name not in ("article", "author")
        if moved is None and not is_page and not (match and request.GET):
            count_miss(request)
        return moved

    def _of_earlier_site(self, request: HttpRequest) -> HttpResponse | None:
        """Redirect a URL that an imported page, comment, feed or picture had. Missing files of this
        site need no look-up: they are answered by threads that may not wait for the database.
        """
        if request.method not in ("GET", "HEAD"):
            return None
        if request.path.startswith((settings.STATIC_URL, PREFIX)):
            return None
        present = present_address(request)
        if present is None:
            return None
        moved = HttpResponsePermanentRedirect(present)
        moved["Cache-Control"] = "no-cache"
        return moved

    def _present_page(self, request: HttpRequest, match: ResolverMatch) -> Mapping[str, Any] | None:
        """Return the arguments of the route that have changed, with their current values."""
        if slug := self._present_slug(request, match):
            return {"slug": slug}
        if match.url_name not in self.OF_COMMENTS or "number" not in match.kwargs:
            return None
        article = readable_articles(request).filter(slug=match.kwargs["slug"])
        pk = article.values_list("pk", flat=True).first()
        return None if pk is None else present_comment(request, pk, match.kwargs["number"])

    def _present_slug(self, request: HttpRequest, match: ResolverMatch) -> str | None:
        """Return the current slug of the page that used to have this one, if the user may see that
        page.
        """
        slug, of_author = match.kwargs["slug"], match.url_name in self.OF_AUTHORS
        pages: QuerySet = Author.objects.with_counts() if of_author else readable_articles(request)
        # If a page has this slug now, the 404 has another cause.
        present = (Author if of_author else Article)._default_manager.filter(slug=slug)
        found = pages.filter(~Exists(present), former_slugs__slug=slug)
        return found.values_list("slug", flat=True).first()
