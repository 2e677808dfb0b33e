"""Memento (RFC 7089): the TimeGate and the TimeMap of an article, and the headers of its pages."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import http_date

from tests.conftest import local, make_article

pytestmark = pytest.mark.django_db
A = "/articles/why-bees-dance/"
HERE = f"http://testserver{A}"
LINK = re.compile(r'<([^>]+)>; rel="([^"]+)"((?:; \w+="[^"]*")*)')


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def bees():
    return make_article("Why bees dance", published_at="2024-12-30T12:00Z")


def links(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for address, relation, _rest in LINK.findall(text):
        found.setdefault(relation, []).append(address)
    return found


def gate(client, moment: str = "", path: str = A):
    headers = {"Accept-Datetime": moment} if moment else {}
    return client.get(f"{path}timegate/", headers=headers)


def test_an_article_links_to_its_time_gate_and_time_map(client, bees):
    found = links(client.get(A)["Link"])
    assert found["timegate"] == [f"{HERE}timegate/"] and found["timemap"] == [f"{HERE}timemap/"]


def test_the_page_of_a_day_is_a_memento(client, bees):
    response = client.get(f"{A}on/2025-01-02/")
    assert response["Memento-Datetime"] == http_date(local("2025-01-03").timestamp())
    assert links(response["Link"])["original"] == [HERE]
    again = client.get(f"{A}on/2025-01-02/", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert again["Memento-Datetime"] == response["Memento-Datetime"]


def test_a_page_without_a_day_is_no_memento(client, bees):
    for path in (A, f"{A}on/2020-01-02/", f"{A}on/2999-01-01/"):
        assert "Memento-Datetime" not in client.get(path)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("Fri, 03 Jan 2025 00:00:00 GMT", "2025-01-02"),
        ("Fri, 03 Jan 2025 23:59:59 GMT", "2025-01-02"),
        ("Mon, 01 Jan 1990 00:00:00 GMT", "2024-12-30"),
        ("Friday, 03-Jan-25 12:00:00 GMT", "2025-01-02"),
    ],
)
def test_the_time_gate_leads_to_the_page_as_of_a_moment(client, bees, settings, moment, day):
    settings.TIME_ZONE = "UTC"
    response = gate(client, moment)
    assert response.status_code == 302 and response["Location"] == f"{A}on/{day}/"
    assert response["Vary"] == "Accept-Datetime"
    assert client.get(response["Location"]).status_code == 200


def test_the_time_gate_leads_to_the_latest_page_without_a_moment_or_after_the_end(client, bees):
    yesterday = timezone.localdate() - timedelta(days=1)
    for moment in ("", http_date((timezone.now() + timedelta(days=400)).timestamp())):
        assert gate(client, moment)["Location"] == f"{A}on/{yesterday}/"


@pytest.mark.parametrize("moment", ["yesterday", "2025-01-03", "Fri, 99 Jan 2025 00:00:00 GMT"])
def test_the_time_gate_refuses_what_is_no_http_date(client, bees, moment):
    assert gate(client, moment).status_code == 400


def test_the_datetime_of_each_memento_leads_back_to_it(client, bees):
    lines = client.get(f"{A}timemap/2024/").content.decode().splitlines()
    days = re.findall(
        r'<([^>]+on/[^>]+)>; rel="[^"]*memento"; datetime="([^"]+)"', "\n".join(lines)
    )
    assert [address for address, _ in days] == [f"{HERE}on/2024-12-{d}/" for d in (30, 31)]
    for address, moment in days:
        assert f"http://testserver{gate(client, moment)['Location']}" == address
        assert client.get(address)["Memento-Datetime"] == moment


def test_the_time_map_lists_the_years_and_each_year_its_days(client, bees):
    response = client.get(f"{A}timemap/")
    assert response["Content-Type"] == "application/link-format"
    found = links(response.content.decode())
    year = timezone.localdate().year
    assert found["original"] == [HERE] and found["timegate"] == [f"{HERE}timegate/"]
    assert found["timemap"][1:3] == [f"{HERE}timemap/2024/", f"{HERE}timemap/2025/"]
    days = links(client.get(f"{A}timemap/2025/").content.decode())
    assert len(days["memento"]) == 365
    assert client.get(f"{A}timemap/2023/").status_code == 404
    assert client.get(f"{A}timemap/{year + 1}/").status_code == 404
    assert links(client.get(f"{A}timemap/2024/").content.decode())["first memento"]


def test_an_article_of_today_has_no_mementos(client):
    make_article("News", published_at=timezone.now())
    for end in ("timegate/", "timemap/"):
        assert client.get(f"/articles/news/{end}").status_code == 404


def test_a_draft_has_no_mementos(client, bees):
    bees.is_published = False
    bees.save()
    for end in ("timegate/", "timemap/", "timemap/2025/"):
        assert client.get(A + end).status_code == 404


def test_a_time_map_takes_queries_for_the_article_alone(client, bees):
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{A}timemap/2025/")
    assert len(queries) <= 2
