"""The archive by year and month."""

import pytest

from tests.conftest import local
from tests.reading.test_home import text, write

pytestmark = pytest.mark.django_db


def test_each_year_is_one_row_with_its_twelve_months(client):
    write("One", published_at=local("2011-03-05T00:00"))
    write("Two", published_at=local("2011-03-06T00:00"))
    write("Three", published_at=local("2009-11-06T00:00"))
    write("Undated")
    write("CANARY", published_at=local("2008-12-06T00:00"), is_published=False)
    page = text(client.get("/archive/"))
    assert page.index("/archive/2011/") < page.index("/archive/2009/")
    assert "2008" not in page
    assert page.count('<div class="months">') == 2
    assert page.count("<span>Dec</span>") == 2
    assert '<a href="/archive/2011/03/">Mar ' in page
    assert "3 articles from 2009 to 2011" in page
    assert '<a href="/archive/undated/">1 without a date</a>' in page


def test_an_empty_archive_says_so(client):
    assert "No articles have been published yet." in text(client.get("/archive/"))
    write("Undated")
    assert "1 article without a date" in text(client.get("/archive/"))


@pytest.mark.parametrize("stamp", ["0001-01-01T12:00Z", "9999-12-31T12:00Z"])
def test_the_first_and_the_last_year_of_the_calendar_are_listed(client, stamp):
    write("At the end", published_at=stamp)
    assert f'<a href="/archive/{int(stamp[:4])}/">' in text(client.get("/archive/"))


def test_months_are_those_of_the_time_zone_of_the_site(client, settings):
    settings.TIME_ZONE = "Asia/Kolkata"
    write("Then", published_at=local("2011-12-31T23:30"))
    write("Later", published_at=local("2012-01-01T00:30"))
    page = text(client.get("/archive/"))
    assert '<a href="/archive/2011/12/">Dec ' in page
    assert '<a href="/archive/2012/01/">Jan ' in page


def test_it_is_cached_until_something_changes(client, django_assert_num_queries):
    write("One", published_at=local("2011-03-05T00:00"))
    tag = client.get("/archive/")["ETag"]
    with django_assert_num_queries(1):
        assert client.get("/archive/", headers={"If-None-Match": tag}).status_code == 304
    write("Two", published_at=local("2011-03-05T00:00"))
    assert client.get("/archive/", headers={"If-None-Match": tag}).status_code == 200
