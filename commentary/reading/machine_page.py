"""Pages for programs: code shared by feeds, sitemaps, search documents and the read API.

They are the same for everyone; editors see no drafts here.
"""

from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from ..models import Article, AuditEntry, Comment
from ..models.queries.arrival import NEWEST_FIRST, arrived_before
from .page_cache import NOINDEX, public_page
from .parameters import ArrivalCursor, parse_key, parse_number
from .versions import LookedUpVersion

Row = TypeVar("Row", bound=Article | Comment | AuditEntry)


def site_of(request: HttpRequest) -> str:
    """Return the URL of this site without a trailing slash."""
    return request.build_absolute_uri("/").rstrip("/")


def machine_page(
    request: HttpRequest,
    address: str,
    version: LookedUpVersion,
    render: Callable[[], str],
    content_type: str,
) -> HttpResponse:
    """Answer with a public page that search engines may fetch but should not index."""
    return public_page(
        request, address, version, render, content_type=content_type, headers=NOINDEX
    )


def find_published(slug: str) -> Article:
    """Return a published article with its page version, in one query. Raises Http404 otherwise."""
    return get_object_or_404(Article.objects.published().for_version().with_slug(slug))


def cursor_of(
    request: HttpRequest, name: str, parse: Callable[[str], int | None] = parse_number
) -> int | None:
    """Parse the cursor in the parameter `name`, None if it is missing. Raises BadRequest if it is
    invalid.
    """
    asked = request.GET.get(name)
    cursor = None if asked is None else parse(asked)
    if asked is not None and cursor is None:
        raise BadRequest(f"{name} must be a number.")
    return cursor


def arrival_of(request: HttpRequest, name: str, rows: QuerySet) -> ArrivalCursor | None:
    """Parse the cursor of a list ordered by arrival; None if it is missing.

    Cursors of earlier releases contain only the key of a row, and take an extra query for its time.
    Raises BadRequest if the cursor is invalid.
    """
    asked = request.GET.get(name)
    if asked is None:
        return None
    cursor, key = ArrivalCursor.parse(asked), parse_key(asked)
    if cursor is None and key is not None:
        at = rows.model._base_manager.filter(pk=key).values_list("created_at", flat=True).first()
        cursor = at and ArrivalCursor(at, key)
    if cursor is None:
        raise BadRequest(f"{name} must be a cursor.")
    return cursor


def newest_arrivals(
    rows: QuerySet[Row], cursor: ArrivalCursor | None, size: int
) -> tuple[list[Row], str]:
    """Return the newest `size` rows before the cursor, and the next cursor, "" for the last page."""
    if cursor is not None:
        rows = arrived_before(rows, *cursor)
    found = list(rows.order_by(*NEWEST_FIRST)[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return found[:size], str(ArrivalCursor(last.created_at, last.pk)) if last else ""


def keyset(
    rows: QuerySet[Row], column: str, cursor: int | None, size: int
) -> tuple[list[Row], str]:
    """Return the first `size` rows ordered by `column`, a number within one discussion, that come
    after the cursor ("-number" is newest first), and the next cursor, "" for the last page.
    """
    name = column.removeprefix("-")
    if cursor is not None:
        rows = rows.filter(**{f"{name}__{'lt' if name != column else 'gt'}": cursor})
    found = list(rows.order_by(column)[: size + 1])
    return found[:size], str(getattr(found[size - 1], name)) if len(found) > size else ""
