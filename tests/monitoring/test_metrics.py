"""The metrics: what is counted, who may read it, and at what cost."""

import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from commentary.models import Comment, OutboxMessage
from commentary.models.discussion import lock_discussion
from tests.test_run import ROOT

TOKEN = "0123456789abcdef"
GIVEN = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def read(client, settings):
    """`read()` returns the values by name and labels."""
    settings.METRICS_TOKEN = TOKEN

    def values() -> dict[str, float]:
        text = client.get("/metrics", headers=GIVEN).content.decode()
        return {
            sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    return values


# --- access


@pytest.mark.django_db
@pytest.mark.parametrize("given", [{}, GIVEN, {"authorization": "Bearer "}, {"authorization": ""}])
def test_without_a_token_in_the_settings_there_are_no_metrics(client, given):
    response = client.get("/metrics", headers=given, REMOTE_ADDR="127.0.0.1")
    assert response.status_code == 404
    assert "commentary_" not in response.content.decode()


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer ", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer é"],
)  # fmt: skip
def test_a_wrong_token_is_refused(client, settings, given):
    # No database mark: a query would fail this test.
    settings.METRICS_TOKEN = TOKEN
    response = client.get("/metrics", headers={"authorization": given}, REMOTE_ADDR="127.0.0.1")
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert "commentary_" not in response.content.decode()


@pytest.mark.django_db
def test_the_metrics_are_never_stored(client, settings):
    settings.METRICS_TOKEN = TOKEN
    response = client.get("/metrics", headers=GIVEN)
    assert response["Content-Type"].startswith("text/plain; version=")
    assert "no-store" in response["Cache-Control"]
    assert client.post("/metrics", headers=GIVEN).status_code == 405


# --- what is counted


@pytest.mark.django_db
def test_requests_are_counted_by_method_route_and_status(client, article, read):
    page = "commentary_requests_total GET commentary:article 200"
    missing = "commentary_requests_total GET none 404"
    time = "commentary_request_seconds_count commentary:article"
    before = read()
    for path in (article.get_absolute_url(), article.get_absolute_url(), "/no/such", "/no/such2"):
        client.get(path)
    now = read()
    assert now[page] - before.get(page, 0) == 2
    assert now[missing] - before.get(missing, 0) == 2
    assert now[time] - before.get(time, 0) == 2


@pytest.mark.django_db
def test_paths_and_methods_of_clients_add_no_labels(client, article, read):
    for n in range(30):
        client.get(f"/articles/none-{n}/")
        client.generic(f"FOO{n}", f"/x{n}")
    routes = {name.rsplit(" ", 2)[1] for name in read() if name.startswith("commentary_requests")}
    methods = {name.split(" ")[1] for name in read() if name.startswith("commentary_requests")}
    assert methods <= {"GET", "HEAD", "POST", "OPTIONS", "other"}
    assert not any("none-" in route or "/x" in route for route in routes)


@pytest.mark.django_db
def test_pages_are_counted_by_where_they_came_from(client, article, read):
    def counts() -> list[float]:
        now = read()
        return [
            now.get(f"commentary_page_cache_total {x}", 0) for x in ("miss", "hit", "not_modified")
        ]

    before = counts()
    tag = client.get(article.get_absolute_url())["ETag"]
    for _ in range(2):
        client.get(article.get_absolute_url())
    client.get(article.get_absolute_url(), headers={"if-none-match": tag})
    assert [now - was for now, was in zip(counts(), before, strict=True)] == [1, 2, 1]


@pytest.mark.django_db
def test_waits_for_locks_are_measured(article, read):
    before = read()["commentary_lock_wait_seconds_count"]
    with lock_discussion(article.pk), lock_discussion(article.pk):
        pass
    assert read()["commentary_lock_wait_seconds_count"] - before == 1


@pytest.mark.django_db
def test_the_queue_and_the_outbox_are_measured(comment, read):
    assert read()["commentary_queue_pending"] == 0
    assert read()["commentary_outbox_oldest_seconds"] == 0
    ago = timezone.now() - timedelta(hours=1)
    for body in ("One", "Two"):
        comment(body, status=Comment.Status.PENDING)
    Comment.objects.everywhere().update(created_at=ago)
    OutboxMessage.objects.create(kind="x", created_at=ago, next_attempt_at=timezone.now())
    OutboxMessage.objects.create(kind="x", created_at=ago, next_attempt_at=None)
    now = read()
    assert (now["commentary_queue_pending"], now["commentary_outbox_pending"]) == (2, 1)
    assert 3600 <= now["commentary_queue_oldest_seconds"] < 3700
    assert 3600 <= now["commentary_outbox_oldest_seconds"] < 3700
    assert now["commentary_database_up"] == 1


@pytest.mark.django_db
def test_reading_the_metrics_takes_three_queries(client, settings, django_assert_num_queries):
    settings.METRICS_TOKEN = TOKEN
    with django_assert_num_queries(3):
        client.get("/metrics", headers=GIVEN)


@pytest.mark.django_db
def test_metrics_are_answered_while_the_database_is_down(read, monkeypatch):
    def fail(*args):
        raise OperationalError

    monkeypatch.setattr("commentary.monitoring.metrics_page.site.pending_total", fail)
    now = read()
    assert now["commentary_database_up"] == 0
    assert "commentary_queue_pending" not in now
    assert "commentary_lock_wait_seconds_count" in now


def test_every_metric_is_documented():
    text = (ROOT / "docs/operators/monitoring.md").read_text()
    ours = {m.name for m in REGISTRY.collect() if m.name.startswith("commentary_")}
    from commentary.monitoring.metrics_page import HELP

    assert len(ours) == 5
    for name in {*ours, *HELP}:
        assert re.search(rf"`{name}(_total)?[{{`]", text), name


# --- several processes

COUNT = """
import django, os; django.setup()
from commentary.observability.metrics import count_request, count_imported, render_counts
count_request("GET", "commentary:home", 200, 0.01, "")
count_imported(5)
print(render_counts().decode())
"""
IDLE = "import django; django.setup()"


def test_all_processes_of_a_machine_add_up(tmp_path):
    env = {
        "VAR_DIR": str(tmp_path), "METRICS_TOKEN": TOKEN, "SECRET_KEY": "tests-only-" + "0" * 50,
        "ALLOWED_HOSTS": "x", "DJANGO_SETTINGS_MODULE": "config.settings", "PATH": "",
    }  # fmt: skip

    def run(code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=env,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    run(COUNT)
    run(IDLE)
    text = run(COUNT)
    assert (
        'commentary_requests_total{method="GET",route="commentary:home",status="200"} 2.0' in text
    )
    assert "commentary_import_comments_total 10.0" in text
    files = list((tmp_path / "metrics").iterdir())
    assert len(files) == 4  # a process that counted nothing leaves none
    run("import config.start as s; s.load_settings(); s.start_metrics()")
    assert list((tmp_path / "metrics").iterdir()) == []
