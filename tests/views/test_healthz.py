import pytest
from django.db import OperationalError

from commentary.views import machines


def test_it_is_well_when_the_database_answers(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")
    assert "no-store" in response["Cache-Control"]


def test_it_is_ill_when_the_database_does_not(client, monkeypatch):
    class Down:
        def cursor(self):
            raise OperationalError("down")

    monkeypatch.setattr(machines, "connection", Down())
    response = client.get("/healthz")
    assert response.status_code == 503
    assert b"OperationalError" not in response.content


@pytest.mark.parametrize("address", ["/healthz", "/robots.txt"])
def test_it_refuses_to_be_posted_to(client, address):
    assert client.post(address).status_code == 405


def test_robots_may_read_all_but_the_admin_and_the_forms(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain"
    assert response.content == (
        b"User-agent: *\nDisallow: /admin/\nDisallow: /*?reply=\nDisallow: /*?at=\n"
        b"Disallow: /random/\nSitemap: http://testserver/sitemap.xml\n"
    )
