"""The private feed of an editor: how many comments are pending. Its secret address is the key."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from ..models import Comment, DigestPreference, site, site_frame
from .atom import ATOM

MAX_COUNTED = 10_000
MAX_KEY = 64  # characters


@require_safe
def waiting_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer with a feed of one entry if comments are pending, which changes with their number."""
    rows = DigestPreference.objects.select_related("user")
    found = rows.filter(feed_key=token).first() if 0 < len(token) <= MAX_KEY else None
    if found is None or not found.user.has_perm("commentary.moderate"):
        raise Http404
    count = site.pending_total(MAX_COUNTED)
    pending = Comment.objects.filter(status=Comment.Status.PENDING)
    newest = pending.order_by("-created_at", "-pk").values_list("created_at", flat=True).first()
    queue = request.build_absolute_uri(reverse("admin:commentary_queue"))
    name = site_frame().name
    here = request.build_absolute_uri()
    feed = Atom1Feed(title=name, link=queue, description=None, author_name=name, feed_url=here)
    if count:
        told = ngettext("%(n)d comment is pending", "%(n)d comments are pending", count)
        at = newest or timezone.now()
        feed.add_item(
            title=told % {"n": count},
            link=queue,
            description="",
            unique_id=f"{queue}#{count}-{at:%Y%m%dT%H%M%S}",
            updateddate=at,
        )
    response = HttpResponse(feed.writeString("utf-8"), content_type=f"{ATOM}; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
