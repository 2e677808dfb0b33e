"""Lists show numbers of articles without counting them, from counts that triggers keep."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commentary import discussions
from commentary.models import Article, Author, Byline, Comment, Discussion, tallies
from tests.conftest import Status, make_article, rows_for_many_tests

pytestmark = pytest.mark.django_db
ZONES = ["America/New_York", "UTC", "Asia/Kolkata", "Pacific/Kiritimati"]


@pytest.fixture(params=ZONES)
def zone(request, settings):
    settings.TIME_ZONE = request.param
    timezone.get_default_timezone.cache_clear()
    yield request.param
    timezone.get_default_timezone.cache_clear()


def acts(article, ed):
    """Return actions that change a count, or must not."""
    ada, bea = (Author.objects.create(name=n, slug=n.lower()) for n in ("Ada", "Bea"))
    said, waiting = discussions.import_comments(
        article.pk, [Comment(body="Well"), Comment(body="Hm")], [None, None],
        [Status.APPROVED, Status.PENDING],
    )  # fmt: skip
    draft = make_article("A draft", is_published=False)

    def set_date(moment):
        article.published_at = moment
        article.save()

    def publish(one, wish):
        one.is_published = wish
        one.save(update_fields=["is_published"])

    yield lambda: Byline.objects.create(article=article, author=ada)
    yield lambda: Byline.objects.create(article=draft, author=ada)
    yield lambda: discussions.approve(waiting, by=ed)
    yield lambda: discussions.remove(said, by=ed)
    yield lambda: set_date("2012-01-01T00:30Z")
    yield lambda: set_date("2011-12-31T23:30Z")
    yield lambda: set_date(None)
    yield lambda: discussions.import_comments(draft.pk, [Comment(body="More")], [None])
    yield lambda: publish(draft, True)
    yield lambda: publish(article, False)
    yield lambda: Byline.objects.filter(article=draft).update(author=bea)
    yield lambda: Byline.objects.all().delete()
    yield lambda: publish(article, True)
    yield lambda: Article.objects.update(published_at="2020-02-29T00:00Z")
    yield lambda: Article.objects.update(is_published=False)
    yield lambda: Article.objects.bulk_create(
        Article(title=f"{i}", slug=f"bulk-{i}", is_published=i % 3 > 0, published_at=day(i))
        for i in range(30)
    )
    yield lambda: Discussion.objects.bulk_create(
        Discussion(article=one, approved_count=one.pk % 5)
        for one in Article.objects.filter(slug__startswith="bulk")
    )
    yield lambda: discussions.undo_many([entry.key for entry in discussions_entries()], by=ed)
    yield lambda: Discussion.objects.filter(article__slug__startswith="bulk").delete()
    yield lambda: Article.objects.filter(slug__startswith="bulk").delete()


def day(i: int) -> datetime | None:
    return datetime(2019, 12, 31, 20, tzinfo=UTC) + timedelta(hours=i) if i % 7 else None


def discussions_entries():
    from commentary.models import AuditEntry

    return AuditEntry.objects.filter(verb__in=["approve", "remove"])


def test_each_count_matches_its_rows_after_every_action(article, ed):
    done = 0
    for act in acts(article, ed):
        act()
        done += 1
        assert tallies.wrong() == [], f"act {done}"
    assert done == 20


def test_articles_are_counted_by_years_and_months_in_the_time_zone_of_the_site(zone):
    """Counts are kept by month in UTC; articles in the first and last hours of a month are
    reassigned.
    """
    start = datetime(2010, 12, 30, tzinfo=UTC)
    articles = Article.objects.bulk_create(
        Article(
            title=f"{i}", slug=f"a{i}", is_published=i % 11 > 0,
            published_at=start + timedelta(hours=i * 5),
        )
        for i in range(450)
    )  # fmt: skip
    Discussion.objects.bulk_create(
        Discussion(article=one, approved_count=n % 4) for n, one in enumerate(articles)
    )
    public = Article.objects.published()
    years = tallies.count_by_year()
    assert sorted(years, reverse=True) == list(years)
    assert sum(count.articles for count in years.values()) == public.count()
    for year in (2010, 2011):
        months = tallies.count_by_month(year)
        for month in range(1, 13):
            found = public.filter(timeline_at__year=year, timeline_at__month=month)
            rows = list(found.values_list("discussion__approved_count", flat=True))
            count = months.get(month, tallies.NONE)
            assert (count.articles, count.responses) == (len(rows), sum(rows)), (year, month)
            assert set(public.in_month(year, month)) == set(found)
        assert years[year][:2] == tallies.add_up(months.values())[:2]


@pytest.mark.parametrize("stamp", ["0001-01-01T12:00Z", "9999-12-31T12:00Z"])
def test_the_first_and_the_last_year_of_the_calendar_are_counted(stamp, client):
    make_article("At the end", published_at=stamp)
    year = int(stamp[:4])
    assert {y: count.articles for y, count in tallies.count_by_year().items()} == {year: 1}
    assert client.get("/").status_code == 200
    assert b"At the end" in client.get(f"/archive/{year}/").content


def test_pages_of_all_articles_are_consecutive_slices(db):
    for i in range(17):
        hours = datetime(2011, 1, 31, 12, tzinfo=UTC) + timedelta(days=i * 9)
        make_article(f"Article {i}", published_at=None if i % 5 == 4 else hours)
    whole = list(Article.objects.published().newest_first())
    for start in range(18):
        for size in (1, 3, 20):
            assert tallies.newest_articles(start, start + size) == whole[start : start + size]


def test_changes_to_different_articles_do_not_wait_for_a_count(transactional_db, article):
    """Two transactions publish in the same month; each commits while the other is open."""
    if connection.vendor == "sqlite":  # only one transaction can write at a time
        return
    both = Barrier(2, timeout=30)

    def publish(title: str) -> None:
        try:
            with transaction.atomic():
                make_article(title, published_at="2012-05-05T00:00Z")
                both.wait()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(publish, ["One", "Two"]))
    assert tallies.wrong() == []
    assert tallies.count_by_year()[2012].articles == 2


# Changes of one article that don't lock its discussion, and a new comment, which does.
CHANGES = {
    "publish": lambda pk: Article.objects.filter(pk=pk).update(is_published=True),
    "unpublish": lambda pk: Article.objects.filter(pk=pk).update(is_published=False),
    "date": lambda pk: Article.objects.filter(pk=pk).update(timeline_at="2014-04-04T00:00Z"),
    "comment": lambda pk: discussions.import_comments(pk, [Comment(body="Well")], [None]),
    "add an author": lambda pk: Byline.objects.create(
        article_id=pk, author=Author.objects.get(name="Bea")
    ),
    "replace an author": lambda pk: Byline.objects.filter(article=pk, author__name="Ada").update(
        author=Author.objects.get(name="Cid")
    ),
    "remove an author": lambda pk: Byline.objects.filter(article=pk, author__name="Ada").delete(),
}


def test_the_counts_are_checked_in_one_snapshot(article, django_assert_num_queries):
    """Comments made while it runs are not reported as miscounted."""
    with django_assert_num_queries(1):
        assert tallies.wrong() == []


@pytest.mark.parametrize("first", CHANGES)
def test_counts_stay_exact_if_an_article_is_changed_twice_at_once(transactional_db, first):
    """The second change starts before the first is committed."""
    ada, _bea, _cid = (Author.objects.create(name=n, slug=n) for n in ("Ada", "Bea", "Cid"))
    others = CHANGES.keys() - {first}
    assert others

    def second(act: str, pk: int) -> None:
        try:
            CHANGES[act](pk)
        finally:
            connection.close()

    miscounted = {}
    for other in sorted(others):
        for is_public in (True, False):
            one = make_article(f"{other} {is_public}", is_published=is_public)
            Byline.objects.create(article=one, author=ada)
            discussions.import_comments(one.pk, [Comment(body="So")], [None])
            thread = Thread(target=second, args=(other, one.pk))
            with transaction.atomic():
                CHANGES[first](one.pk)
                thread.start()
                wait_until_done_or_blocked(thread)
            thread.join()
            if wrong := tallies.wrong():
                miscounted[other, is_public] = wrong
                tallies.repair()
    assert miscounted == {}


def wait_until_done_or_blocked(thread: Thread) -> None:
    """Wait until this thread is done, or its statement waits for a lock of our transaction."""
    if connection.vendor == "sqlite":  # only one transaction can write at a time
        thread.join(0.05)
        return
    with connection.cursor() as cursor:
        while thread.is_alive():
            cursor.execute(
                "SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone():
                return
            thread.join(0.005)


LISTS = [
    "/", "/?page=70", "/archive/2011/", "/archive/2011/03/", "/archive/undated/", "/authors/",
    "/authors/ada/", "/articles.atom", "/authors/ada.atom", "/articles.json", "/sitemap.xml",
    "/sitemaps/pages.xml", "/sitemaps/authors-0.xml", "/comments.atom", "/responses/",
]  # fmt: skip


MOST_ROWS = 700  # that a step of a query plan may read


@pytest.fixture(scope="class")
def archive(django_db_setup, django_db_blocker) -> Iterator[None]:
    with rows_for_many_tests(django_db_blocker):
        if connection.vendor == "postgresql":
            # Rows that other tests rolled back remain in the tables and indexes, and change the plans.
            with connection.cursor() as cursor:
                cursor.execute("TRUNCATE commentary_article CASCADE")
        ada, bea = Author.objects.bulk_create(
            [Author(name="Ada", slug="ada", pk=1), Author(name="Bea", slug="bea", pk=2)]
        )
        first = datetime(2002, 1, 1, tzinfo=UTC)
        articles = Article.objects.bulk_create(
            Article(
                title=f"Article {i}", slug=f"a{i}", is_published=True,
                published_at=first + timedelta(days=2 * i) if i % 20 else None,
            )
            for i in range(4_000)
        )  # fmt: skip
        Discussion.objects.bulk_create(Discussion(article=one) for one in articles)
        Byline.objects.bulk_create(
            Byline(article=one, author=ada if i % 10 else bea) for i, one in enumerate(articles)
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield


class TestLists:
    @pytest.mark.parametrize("address", LISTS)
    def test_lists_read_only_the_articles_they_show(self, client, archive, address):
        """EXPLAIN ANALYZE shows how many of the 4,000 articles each step of a query plan read."""
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address.format(author=archive)).status_code == 200
        with connection.cursor() as cursor:
            for query in queries:
                if connection.vendor == "sqlite":
                    cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                    plan = "\n".join(row[3] for row in cursor.fetchall())
                    is_cut = "LIMIT" in query["sql"] and "TEMP B-TREE" not in plan
                    assert is_cut or "SCAN commentary_article\n" not in f"{plan}\n", query["sql"]
                    continue
                plan = plan_of(cursor, query["sql"])
                if most_rows(plan) > MOST_ROWS:
                    # Reading all 4,000 narrow rows of a joined table may cost less than 200 look-ups.
                    # When there are more, the look-ups must be cheap.
                    cursor.execute("SET enable_hashjoin = off; SET enable_mergejoin = off")
                    plan = plan_of(cursor, query["sql"])
                    cursor.execute("RESET enable_hashjoin; RESET enable_mergejoin")
                assert most_rows(plan) <= MOST_ROWS, (most_rows(plan), query["sql"])


def plan_of(cursor, sql: str) -> dict:
    """Run a statement and return its query plan."""
    cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
    return cursor.fetchone()[0][0]["Plan"]


def most_rows(plan: dict) -> float:
    """Return the largest number of rows read by one step of a query plan."""
    removed = sum(plan.get(f"Rows Removed by {by}", 0) for by in ("Filter", "Index Recheck"))
    here = (plan["Actual Rows"] + removed) * plan["Actual Loops"]
    return max([here, *map(most_rows, plan.get("Plans", []))])
