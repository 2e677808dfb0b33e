"""Archive, search and history agree with the date a page prints, in whatever time zone the site is."""

import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import Permission
from django.core import serializers
from django.core.cache import cache
from django.urls import reverse

from commentary import discussions
from commentary.apps import place_clocks
from commentary.models import Article, Comment, ImportRun, Source
from commentary.models.tallies import count_by_month, count_by_year
from commentary.text.dates import Dated
from tests.conftest import edition, make_article, staff

pytestmark = pytest.mark.django_db
ZONES = ["America/New_York", "UTC", "Asia/Tokyo"]
MIDNIGHT = datetime(2012, 1, 1, tzinfo=UTC)
LATE = MIDNIGHT - timedelta(minutes=1)


@pytest.fixture(params=ZONES)
def zone(request, settings):
    settings.TIME_ZONE = request.param
    cache.clear()
    return request.param


def text(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def articles(client, address: str) -> list[str]:
    """Return the titles in a list, in order."""
    return re.findall(r"Article [A-Z]", text(client, address).partition("<main")[2])


@pytest.fixture
def clocks(zone):
    """Two captures without a time zone: the last minute of a year, and the first."""
    for title, clock in (("Article A", LATE), ("Article B", MIDNIGHT)):
        make_article(title, body="Dance.", published_at=clock, date_is_local=True)


def test_an_article_is_archived_under_the_date_it_prints(client, clocks):
    assert "31 Dec 2011" in text(client, "/articles/article-a/")
    assert "1 Jan 2012" in text(client, "/articles/article-b/")
    assert set(articles(client, "/archive/2011/12/")) == {"Article A"}
    assert set(articles(client, "/archive/2012/01/")) == {"Article B"}
    assert set(articles(client, "/archive/2012/")) == {"Article B"}
    years = {year: count.articles for year, count in count_by_year().items()}
    assert list(years.items()) == [(2012, 1), (2011, 1)]
    assert {month: count.articles for month, count in count_by_month(2012).items()} == {1: 1}
    assert client.get("/archive/2012/02/").content.decode().count("Article B") == 0


def test_search_uses_the_printed_date(client, clocks):
    for query, found in {
        "before:2012-01-01": {"Article A"},
        "before:2012": {"Article A"},
        "after:2011-12-31": {"Article B"},
        "after:2011": {"Article B"},
        "after:2012-01-01": set(),
        "before:2011-12-31": set(),
    }.items():
        page = client.get("/search.json", {"q": f"dance {query}"}).json()
        assert {hit["article"]["title"] for hit in page["results"]} == found, query


def test_history_starts_on_the_printed_date(client, clocks):
    assert client.get("/articles/article-b/on/2011-12-31/").status_code == 404
    assert client.get("/articles/article-b/on/2012-01-01/").status_code == 200
    assert 'min="2012-01-01"' in text(client, "/articles/article-b/")
    assert client.get("/articles/article-a/on/2011-12-30/").status_code == 404
    assert client.get("/articles/article-a/on/2011-12-31/").status_code == 200


def test_the_sitemap_lists_the_years_that_pages_print(client, clocks):
    found = re.findall(r"/archive/(\d+)/", text(client, "/sitemaps/pages.xml"))
    assert sorted(found) == ["2011", "2012"]


def test_instants_and_local_times_are_sorted_as_printed(client, zone):
    """10:00 local time is between 9:30 and 10:30 in the site's time zone."""
    for title, minutes in (("Article C", 630), ("Article A", 570)):
        when = Dated(datetime(2012, 5, 5, tzinfo=UTC), True).instant + timedelta(minutes=minutes)
        make_article(title, published_at=when)
    make_article("Article B", published_at="2012-05-05T10:00Z", date_is_local=True)
    shown = articles(client, "/archive/2012/05/")
    assert list(dict.fromkeys(shown)) == ["Article A", "Article B", "Article C"]


def test_comments_are_sorted_as_printed_too(client, zone, article):
    run = ImportRun.objects.create(
        source=Source.objects.create(name="a.txt", sha256="0" * 64, size=1)
    )
    noon = Dated(datetime(2012, 5, 5, 12, tzinfo=UTC), True).instant
    rows = [
        Comment(body="Clock", name="Ann", dated_at="2012-05-05T12:30Z", date_is_local=True),
        Comment(body="Later", name="Ann", dated_at=noon + timedelta(hours=1)),
        Comment(body="Earlier", name="Ann", dated_at=noon),
        Comment(body="Eve", name="Ann", dated_at="2012-05-04T23:59Z", date_is_local=True),
    ]
    for row in rows:
        row.import_run = run
    discussions.import_comments(article.pk, rows, [None] * 4)
    page = text(client, "/responses/")
    places = [page.index(body) for body in ("Later", "Clock", "Earlier", "Eve")]
    assert places == sorted(places)
    about = text(client, "/commenters/ann/")
    assert re.search(r"4 May 2012</time>\s*to\s*<time[^>]*>5 May 2012", about), about[:3000]
    found = client.get("/search.json?q=by:ann+before:2012-05-05").json()["results"]
    assert [hit["comment"]["text"] for hit in found] == ["Eve"]


def test_every_way_to_write_a_date_updates_the_timeline(zone, article, comment):
    first = comment("First", dated_at=MIDNIGHT, date_is_local=True)
    first.dated_at = datetime(2012, 3, 1, tzinfo=UTC)
    first.save(update_fields=["dated_at"])
    assert Dated(Comment.objects.get().timeline_at).day == date(2012, 3, 1)
    Comment.objects.filter(pk=first.pk).update(dated_at=datetime(2012, 4, 1, tzinfo=UTC))
    assert Dated(Comment.objects.get().timeline_at).day == date(2012, 4, 1)
    Comment.objects.update(dated_at=None)
    assert Comment.objects.get().timeline_at is None
    article.published_at, article.date_is_local = datetime(2012, 5, 1, tzinfo=UTC), True
    article.save()
    assert [*Article.objects.in_month(2012, 5)] == [article]
    with pytest.raises(TypeError):
        Article.objects.update(date_is_local=False)


def test_a_fixture_is_dated_in_the_zone_where_it_is_loaded(zone):
    make_article("Article B", published_at=MIDNIGHT, date_is_local=True)
    columns = ("title", "slug", "published_at", "date_is_local", "created_at", "changed_at")
    stored = serializers.serialize("json", Article.objects.all(), fields=columns)
    Article.objects.update(published_at=None)
    for row in serializers.deserialize("json", stored):
        row.save()
    assert Article.objects.filter(timeline_at__year=2012).count() == 1


@pytest.mark.parametrize("clock", ["2012-03-11T02:30", "2012-11-04T01:30", "0001-01-01T00:00"])
def test_an_hour_skipped_or_repeated_in_the_sites_time_zone_is_shown_unchanged(
    client, settings, clock
):
    settings.TIME_ZONE = "America/New_York"
    make_article("Article B", published_at=f"{clock}Z", date_is_local=True)
    row = client.get("/articles/article-b.json").json()
    assert row["date"] == f"{clock}:00"


def test_changing_the_time_zone_recomputes_local_times(client, settings, comment):
    settings.TIME_ZONE = "America/New_York"
    make_article("Article B", body="Dance.", published_at=MIDNIGHT, date_is_local=True)
    comment("Words", dated_at=LATE, date_is_local=True)
    comment("An instant", dated_at=LATE)
    settings.TIME_ZONE = "Asia/Tokyo"
    said = StringIO()
    place_clocks(using="default", verbosity=1, stdout=said)
    assert (
        said.getvalue().count(
            "Updated the order of 1 dates without a time zone (TIME_ZONE: Asia/Tokyo)."
        )
        == 2
    )
    assert Article.objects.in_month(2012, 1).count() == 1
    first, second = Comment.objects.order_by("number")
    assert first.timeline_at.isoformat() == "2011-12-31T14:59:00+00:00"
    assert second.timeline_at == second.dated_at
    found = client.get("/search.json?q=dance+after:2011").json()["results"]
    assert len(found) == 1
    place_clocks(using="default", verbosity=1, stdout=(again := StringIO()))
    assert again.getvalue() == ""


# --- the admin


def test_the_admin_shows_and_keeps_the_local_time_of_the_source(client, zone, ed):
    article = make_article("Article B", published_at=MIDNIGHT, date_is_local=True)
    client.force_login(ed)
    listed = text(client, reverse("admin:commentary_article_changelist"))
    assert "1 Jan 2012" in listed
    address = reverse("admin:commentary_article_change", args=[article.pk])
    page = text(client, address)
    typed = {
        part: re.search(rf'name="published_at_{part}" value="([^"]*)"', page)[1] for part in (0, 1)
    }
    assert typed == {0: "2012-01-01", 1: "00:00:00"}
    empty = {
        f"{prefix}-{key}": "0"
        for prefix in ("bylines", "related")
        for key in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    form = empty | {"title": "Article B", "slug": "article-b", "body": "", "is_published": "on"}

    def save(day: str, hour: str) -> Article:
        shown = {"edition": edition(client.get(address))}
        date_and_time = {"published_at_0": day, "published_at_1": hour}
        answer = client.post(address, form | shown | date_and_time)
        assert answer.status_code == 302, answer.content.decode()
        return Article.objects.get()

    kept = save("2012-01-01", "00:00:00")
    assert (kept.published_at, kept.date_is_local) == (datetime(2012, 1, 1, tzinfo=UTC), True)
    assert save("2012-03-11", "02:30").published_on == date(2012, 3, 11)
    assert [*Article.objects.in_month(2012, 3)] == [kept]
    assert save("", "").published_at is None


def test_users_who_can_only_view_see_the_date_as_readers_do(client, zone, comment):
    article = make_article("Article B", published_at=MIDNIGHT, date_is_local=True)
    words = comment("Words", dated_at=MIDNIGHT, date_is_local=True)
    looker = staff("Looker")
    names = ["view_article", "view_comment"]
    looker.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(looker)
    for row in (article, words):
        name = f"admin:commentary_{row._meta.model_name}_change"
        page = text(client, reverse(name, args=[row.pk]))
        assert '<time datetime="2012-01-01T00:00">1 Jan 2012, 00:00</time>' in page
        assert 'name="' + ("published_at" if row is article else "dated_at") not in page


def test_feeds_have_no_time_zone_for_a_local_time(client, zone, article, comment):
    comment("Clock", dated_at=MIDNIGHT, date_is_local=True)
    comment("Instant", dated_at="2012-01-01T00:00Z")
    page = text(client, f"/articles/{article.slug}.atom")
    published = re.findall("<published>(.*?)</published>", page)
    assert len(published) == 1
    assert datetime.fromisoformat(published[0]) == datetime(2012, 1, 1, tzinfo=UTC)
