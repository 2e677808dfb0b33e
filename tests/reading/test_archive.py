import pytest

from commentary.models import Article
from commentary.reading import archive
from tests.conftest import local
from tests.reading.test_home import text, write

pytestmark = pytest.mark.django_db


def test_a_year_lists_only_its_articles(client):
    write("Then", published_at=local("2011-12-31T23:00"))
    write("Later", published_at=local("2012-01-01T01:00"))
    write("Undated")
    page = text(client.get("/archive/2011/"))
    assert "Then" in page
    assert "Later" not in page
    assert "Undated" not in page


def test_undated_articles_have_their_own_page(client):
    write("Then", published_at=local("2011-12-31T23:00"))
    write("Undated")
    page = text(client.get("/archive/undated/"))
    assert "Undated" in page
    assert "Then" not in page


def test_a_month_lists_only_its_articles(client):
    write("Then", published_at=local("2011-03-31T23:00"))
    write("Later", published_at=local("2011-04-01T01:00"))
    write("Next year", published_at=local("2012-03-01T01:00"))
    page = text(client.get("/archive/2011/03/"))
    assert "<h1>March 2011</h1>" in page
    assert "Then" in page
    assert "Later" not in page
    assert "Next year" not in page


def test_a_year_lists_titles_by_month_in_the_order_of_their_dates(client):
    write("Two", "Ann", published_at=local("2011-03-06T00:00"))
    write("One", published_at=local("2011-03-05T00:00"))
    write("Three", published_at=local("2011-11-06T00:00"))
    write("CANARY", published_at=local("2011-12-06T00:00"), is_published=False)
    page = text(client.get("/archive/2011/"))
    assert '<h2 id="m3">March <span class="quiet">2</span></h2>' in page
    assert page.index("One") < page.index("Two") < page.index('id="m11"') < page.index("Three")
    assert '<a href="#m3">Mar</a>' in page
    assert "<span>Apr</span>" in page
    assert "#m12" not in page
    assert "<bdi>Ann</bdi>" in page


def test_a_year_with_many_articles_leads_to_its_months(client, monkeypatch):
    monkeypatch.setattr(archive, "TITLES_PER_PAGE", 2)
    for month in ("03", "03", "03", "11"):
        write(
            f"In {month}",
            slug=f"a{Article.objects.count()}",
            published_at=local(f"2011-{month}-06T00:00"),
        )
    page = text(client.get("/archive/2011/"))
    assert '<a href="/archive/2011/03/">Mar <span>3</span></a>' in page
    assert "title-list" not in page
    assert "4 articles" in page
    assert client.get("/archive/2011/?page=2").status_code == 404
    march = text(client.get("/archive/2011/03/"))
    assert '<a href="/archive/2011/03/" aria-current="page">Mar</a>' in march
    assert '<a href="/archive/2011/11/">Nov</a>' in march
    assert march.count("In 03") == 2
    assert "Articles 1 to 2 of 3" in march
    assert text(client.get("/archive/2011/03/?page=2")).count("In 03") == 1
    assert client.get("/archive/2011/03/?page=3").status_code == 404


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/New_York"])
def test_an_article_is_under_the_month_in_the_time_zone_of_the_site(client, settings, zone):
    settings.TIME_ZONE = zone
    write("Then", published_at=local("2011-03-31T23:30"))
    write("Later", published_at=local("2011-04-01T00:30"))
    page = text(client.get("/archive/2011/"))
    assert page.index('id="m3"') < page.index("Then") < page.index('id="m4"') < page.index("Later")


@pytest.mark.parametrize("month", ["0", "00", "3", "13", "003", "٠٣", "x"])
def test_an_invalid_month_is_a_404(client, month):
    assert client.get(f"/archive/2011/{month}/").status_code == 404


def test_a_month_without_articles_says_so(client):
    assert "No articles from March 2011." in text(client.get("/archive/2011/03/"))


def test_post_is_refused(client):
    assert client.post("/archive/2011/").status_code == 405
    assert client.post("/archive/undated/").status_code == 405


def test_a_year_without_articles_says_so(client):
    write("CANARY", published_at=local("2011-12-31T23:00"), is_published=False)
    page = text(client.get("/archive/2011/"))
    assert "No articles from 2011." in page
    assert "CANARY" not in page
    assert "Every article has a date." in text(client.get("/archive/undated/"))


@pytest.mark.parametrize("year", ["0", "10000", "9" * 30])
def test_an_invalid_year_is_a_404(client, year):
    assert client.get(f"/archive/{year}/").status_code == 404


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize(
    ("zone", "queries"),
    [("UTC", 5), ("Asia/Kolkata", 6)],  # one counts the hours between two months
)
def test_the_number_of_queries_is_the_same_for_many_articles(
    client, settings, zone, queries, count, django_assert_num_queries
):
    settings.TIME_ZONE = zone
    for i in range(count):
        write(f"Article {i}", f"Author{i}", published_at=local("2011-03-05T00:00"))
    with django_assert_num_queries(queries):
        client.get("/archive/2011/")
    with django_assert_num_queries(queries):
        client.get("/archive/2011/03/")
    with django_assert_num_queries(1):  # cached
        client.get("/archive/2011/")


def test_it_answers_304_until_something_changes(client):
    write("One", published_at=local("2011-03-05T00:00"))
    tag = client.get("/archive/2011/")["ETag"]
    assert client.get("/archive/2011/", headers={"If-None-Match": tag}).status_code == 304
    write("Two", published_at=local("2011-03-05T00:00"))
    assert client.get("/archive/2011/", headers={"If-None-Match": tag}).status_code == 200
