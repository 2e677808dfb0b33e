"""URLs that are not found are counted for editors: bounded, cheap, and without personal data."""

import sqlite3

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentary.models import FormerAddress, MissedAddress
from commentary.models import missed_address as table
from commentary.reading import misses
from commentary.text.former_addresses import key_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def budget(monkeypatch):
    """A fresh budget, so that other tests don't use it up."""
    fresh = misses.Budget(1_000)
    monkeypatch.setattr(misses, "budget", fresh)
    return fresh


def counted() -> dict[str, int]:
    return dict(MissedAddress.objects.values_list("address", "times"))


def test_a_missing_page_is_counted_in_all_its_spellings(client, article):
    for address in (
        "/2011/bees/",
        "/2011/Bees",
        "/2011/bees/?utm_source=x",
        "/2011/bees/index.html",
    ):
        assert client.get(address).status_code == 404
    assert counted() == {"http://testserver/2011/bees/": 4}


def test_parameters_that_identify_a_page_are_kept(client, article):
    client.get("/index.php?p=12&email=ann@example.org&token=abc")
    client.get("/?p=13&fbclid=x")
    client.get("/?p=ann@example.org")
    client.get("/index.php?p=12&sid=0123456789abcdef0123456789abcdef")
    client.get("/index.php?p=12&t=123e4567-e89b-12d3-a456-426614174000")
    assert counted() == {"http://testserver/index.php?p=12": 3, "http://testserver/?p=13": 1}


def test_a_deleted_article_is_counted_but_not_what_pages_lack(client, article, comment):
    comment("Words")
    client.get("/articles/gone/")
    for address in ("comments/99/", "branches/99/", "?after=x", "points/9/"):
        assert client.get(f"/articles/why-bees-dance/{address}").status_code == 404
    assert counted() == {"http://testserver/articles/gone/": 1}


@pytest.mark.parametrize(
    "address",
    ["/.env", "/wp-login.php", "/xmlrpc.php", "/shell.php", "/favicon.ico", "/backup.zip"]
    + ["/static/x.css", "/media/x.webp", "/admin/nothing/", "/ann@example.org/", "/" + "x" * 400]
    + [
        "/reset/0123456789abcdef0123456789abcdef/",
        "/r/123e4567-e89b-12d3-a456-426614174000",
        "/.well-known/change-password",
        "/",
    ],
)
def test_requests_of_programs_and_secrets_are_not_counted(client, article, address):
    client.get(address)
    assert counted() == {}


def test_other_methods_and_redirects_are_not_counted(client, article):
    FormerAddress.objects.create(article=article, address="http://a.example/b", key=key_of("/b"))
    client.get("/b/")
    client.head("/nothing/")
    client.post("/nothing/")
    assert counted() == {}


def test_the_table_is_bounded_and_keeps_what_is_asked_for_most(client, article, monkeypatch):
    monkeypatch.setattr(table, "MAX_MISSES", 60)
    for _ in range(2):
        client.get("/a-real-link/")
    for number in range(200):
        client.get(f"/robot-{number}/")
    assert MissedAddress.objects.count() <= 60
    assert counted()["http://testserver/a-real-link/"] == 2


def test_a_flood_is_not_written(client, article, budget):
    budget.most = budget.left = 5.0
    for number in range(20):
        assert client.get(f"/robot-{number}/").status_code == 404
    assert 5 <= len(counted()) <= 7


def test_nothing_about_the_reader_is_stored():
    names = {field.name for field in MissedAddress._meta.get_fields()}
    assert names == {"id", "address", "key", "times", "first_at", "last_at"}


@pytest.mark.parametrize(
    ("address", "most"),
    [("/2011/3/", 11), ("/2011/bees/", 19), ("/old/honey-cake-and-bread/", 34)],
)
def test_a_missing_page_takes_few_queries(
    client, article, django_assert_max_num_queries, address, most
):
    """Those that count it, and those that search for its words, three times at most."""
    for _ in range(2):  # added, then counted again; savepoints and pragmas included
        with django_assert_max_num_queries(most):
            client.get(address)
    assert list(counted().values()) == [2]


if connection.vendor == "sqlite":  # only SQLite locks everything

    @pytest.mark.django_db(transaction=True)
    def test_a_missing_page_waits_only_briefly_for_another_writer(client):
        writer = sqlite3.connect(connection.settings_dict["NAME"])
        writer.execute("BEGIN IMMEDIATE")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/nothing/").status_code == 404
        writer.rollback()
        writer.close()
        said = [query["sql"] for query in queries]
        assert f"PRAGMA busy_timeout = {misses.LOCK_MILLISECONDS}" in said
        assert misses.LOCK_MILLISECONDS <= 100
        assert counted() == {}
