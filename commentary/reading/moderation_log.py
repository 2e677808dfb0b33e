from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ..models import AuditEntry
from .site_page import site_page

ACTS_PER_PAGE = 50  # of the public list of closings and removals


# --- what editors did


@require_safe
def audit_list(request: HttpRequest) -> HttpResponse:
    """The closings and removals that stand, newest first, with their reasons; 404 if the site
    keeps them to itself. `?before=` a key leads on."""
    if not settings.PUBLIC_AUDIT:
        raise Http404
    before = request.GET.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) <= 18):
        raise Http404
    here = request.build_absolute_uri(request.path)

    def content() -> dict[str, Any]:
        acts = AuditEntry.objects.public().order_by("-pk")
        if before:
            acts = acts.filter(pk__lt=int(before))
        page = list(acts[: ACTS_PER_PAGE + 1])
        older = str(page[ACTS_PER_PAGE - 1].pk) if len(page) > ACTS_PER_PAGE else ""
        return {"acts": page[:ACTS_PER_PAGE], "before": before, "older": older}

    return site_page(
        request, f"{here}?before={int(before)}" if before else here, "audit_list", content
    )
