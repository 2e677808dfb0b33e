"""Health checks."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from commentary.resilience import probes


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch):
    monkeypatch.setattr(probes, "_migrated", False)


def lines(response) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in response.content.decode().splitlines())


def test_healthz_answers_without_using_anything(client):
    # No database mark: a query would fail this test.
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["10.1.2.3:8000", "evil.example", "a b", "[::1", ""])
def test_it_answers_for_any_host_and_without_tls(client, settings, path, host):
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["example.org"], True
    assert client.get(path, headers={"host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_post_is_refused(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_a_site_with_all_its_parts_is_ready(client, django_assert_num_queries):
    assert lines(client.get("/readyz")) == dict.fromkeys(
        ("database", "migrations", "traffic", "cache", "disk"), "ok"
    )
    with django_assert_num_queries(1):
        assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_site_with_an_unapplied_migration_is_not_ready(client):
    recorder = MigrationRecorder(connection)
    last = max(name for app, name in recorder.applied_migrations() if app == "commentary")
    recorder.record_unapplied("commentary", last)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert lines(response)["migrations"] == "not all applied"
    recorder.record_applied("commentary", last)
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_full_disk_is_reported_while_the_site_stays_readable(client, monkeypatch):
    monkeypatch.setattr(probes, "LEAST_FREE", 1 << 70)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert lines(response)["disk"] == "nearly full"


@pytest.mark.django_db
def test_a_machine_that_is_drained_is_not_ready_but_answers(client, settings, tmp_path):
    settings.VAR_DIR = str(tmp_path)
    (tmp_path / "drain").touch()
    response = client.get("/readyz")
    assert (response.status_code, lines(response)["traffic"]) == (503, "draining")
    assert client.get("/healthz").status_code == client.get("/").status_code == 200
    (tmp_path / "drain").unlink()
    assert client.get("/readyz").status_code == 200
