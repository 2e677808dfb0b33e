"""The moderation log: the public part of the audit log."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models import AuditEntry, Comment
from .machine_page import arrival_of, newest_arrivals
from .site_page import Context, site_page

ACTS_PER_PAGE = 50  # entries of the moderation log


@require_safe
def moderation_log(request: HttpRequest) -> HttpResponse:
    """List closures and removals in effect with their reasons, newest first.

    `?before=` is the cursor of the last entry on the previous page. 404 if PUBLIC_AUDIT is off.
    """
    if not settings.PUBLIC_AUDIT:
        raise Http404
    entries = AuditEntry.objects.public()
    try:
        before = arrival_of(request, "before", entries)
    except BadRequest:
        raise Http404 from None
    here = request.build_absolute_uri(request.path)

    def content() -> Context:
        acts, older = newest_arrivals(entries, before, ACTS_PER_PAGE)
        return {"acts": acts, "is_later": before is not None, "older": older}

    address = here if before is None else f"{here}?before={before}"
    # Scheduled closures that start or end don't change the version of the site.
    is_kept = not Comment.objects.closing_or_opening_later().exists()
    return site_page(request, address, "moderation_log", content, is_kept)
