"""Dates at the ends of the calendar, which some time zones move outside of it."""

import pytest
from django.core.cache import cache

from tests.conftest import make_article

pytestmark = pytest.mark.django_db
A = "/articles/at-the-end/"


@pytest.fixture(autouse=True, params=["America/Los_Angeles", "UTC", "Asia/Kolkata"])
def _zone(request, settings):
    cache.clear()
    settings.TIME_ZONE = request.param


@pytest.mark.parametrize("stamp", ["0001-01-01T00:00Z", "9999-12-31T23:59Z"])
@pytest.mark.parametrize(
    "path", ["/", A, f"{A}cite/", f"{A}cite.bib", "/articles.json", "/articles.atom"]
)
def test_an_article_of_the_first_or_last_day_is_shown(client, stamp, path):
    make_article("At the end", published_at=stamp)
    assert client.get(path).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("day", ["0001-01-01", "0001-01-02", "9999-12-30", "9999-12-31"])
@pytest.mark.parametrize(
    "path",
    [
        A + "?since={}",
        A + "?at={}",
        A + "on/{}/",
        A + "new/?since={}",
        A + "new/?since={}&from=1",
        "/search/?q=words before:{}",
        "/search/?q=words after:{}",
        "/archive/1/",
        "/archive/1/01/",
        "/archive/9999/",
        "/archive/9999/12/",
    ],
)
def test_a_day_at_the_end_of_the_calendar_is_answered(client, path, day):
    make_article("At the end", published_at="2026-01-01T00:00Z")
    assert client.get(path.format(day)).status_code in (200, 301, 302, 400, 404)


@pytest.mark.parametrize("stamp", ["0001-01-01T00:00Z", "9999-12-31T23:59Z"])
@pytest.mark.parametrize("path", ["timegate/", "timemap/", "timemap/1/", "timemap/9999/"])
def test_its_former_days_are_listed_or_missing(client, stamp, path):
    make_article("At the end", published_at=stamp)
    assert client.get(A + path).status_code in (200, 302, 404)
