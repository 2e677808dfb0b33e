"""The metrics of this site as Prometheus reads them: `/metrics`."""

from collections.abc import Iterator

from django.conf import settings
from django.db import Error, connection
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ..models import Comment, OutboxMessage, site
from ..observability.metrics import render_counts
from ..resilience.outages import within

SECONDS = 3  # timeout of all queries together
MOST = 10_000  # messages and discussions that are counted


@never_cache
@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """Answer with all metrics if the request has the token. Without METRICS_TOKEN nobody gets them."""
    if not settings.METRICS_TOKEN:
        return HttpResponse("Not found.\n", content_type="text/plain", status=404)
    given = request.headers.get("Authorization", "")
    if not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        headers = {"WWW-Authenticate": "Bearer"}
        return HttpResponse(
            "The token is missing or wrong.\n", "text/plain", status=401, headers=headers
        )
    registry = CollectorRegistry()
    registry.register(DatabaseCollector())
    text = render_counts() + generate_latest(registry)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


class DatabaseCollector(Collector):
    """Reads what is waiting from the database. Each query reads a limited number of rows by an
    index.
    """

    def collect(self) -> Iterator[GaugeMetricFamily]:
        gauges: dict[str, float] = {}
        try:
            with within(SECONDS):
                gauges = _waiting()
        except Error:
            connection.close()
        up = {"commentary_database_up": 1.0 if gauges else 0.0}
        for name, value in (gauges | up).items():
            yield GaugeMetricFamily(name, HELP[name], value)


HELP = {
    "commentary_database_up": "Whether the database answers.",
    "commentary_queue_pending": "Pending comments.",
    "commentary_queue_oldest_seconds": "Age of the oldest pending comment.",
    "commentary_outbox_pending": "Messages that are not sent yet.",
    "commentary_outbox_oldest_seconds": "Age of the oldest message that is not sent yet.",
}


def _waiting() -> dict[str, float]:
    """Return the gauges of the queue and the outbox. Three queries."""
    now = timezone.now()
    oldest = Comment.objects.pending().order_by("created_at", "pk").values_list("created_at")
    asked = oldest.first()
    rows = OutboxMessage.objects.filter(next_attempt_at__isnull=False)
    messages = rows.order_by("next_attempt_at", "pk")[:MOST].aggregate(
        count=Count("pk"), first=Min("created_at")
    )
    return {
        "commentary_queue_pending": site.pending_total(MOST),
        "commentary_queue_oldest_seconds": (now - asked[0]).total_seconds() if asked else 0,
        "commentary_outbox_pending": messages["count"],
        "commentary_outbox_oldest_seconds": (
            (now - messages["first"]).total_seconds() if messages["first"] else 0
        ),
    }
