from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentary import discussions, search
from commentary.models import Article, Comment
from tests.conftest import Status, make_article
from tests.syndication.test_feeds import ATOM, entries, links, read, texts

pytestmark = pytest.mark.django_db
BEES = "/search.atom?q=bees"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def many(article, count: int) -> None:
    """Comments on bees, one a day."""
    begin = datetime(2011, 5, 5, tzinfo=UTC)
    rows = [
        Comment(body=f"Bees {i}", dated_at=begin + timedelta(days=i // 2)) for i in range(count)
    ]
    discussions.import_comments(article.pk, rows, [None] * count)


def test_it_has_the_search_results_newest_first_with_full_text(client, article, comment):
    Article.objects.update(published_at="2011-05-05T09:15Z")
    article.refresh_from_db()
    article.save()
    comment("Old bees. " + "And more words. " * 60, name="Ann", dated_at="2010-01-01T00:00Z")
    comment("Wasps", dated_at="2012-01-01T00:00Z")
    comment("New <bees>", dated_at="2013-01-01T00:00Z")
    root = read(client.get(BEES))
    assert texts(root, "title") == [
        "Anonymous on Why bees dance",
        "Why bees dance",
        "Ann on Why bees dance",
    ]
    assert texts(root, "content")[0] == "<p>New &lt;bees&gt;</p>"
    assert texts(root, "content")[2].count("And more words.") == 60
    assert root.findtext(f"{ATOM}title").startswith("Search: bees - ")
    assert links(root)["self"] == links(root)["first"] == f"http://testserver{BEES}"
    assert links(root)["alternate"] == "http://testserver/search/?q=bees&sort=date"


def test_it_can_be_limited_to_one_kind(client, article, comment):
    comment("Bees")
    articles, comments = (
        read(client.get(f"{BEES}&in={kind}")) for kind in ("articles", "comments")
    )
    assert texts(articles, "title") == ["Why bees dance"]
    assert texts(comments, "title") == ["Anonymous on Why bees dance"]
    assert links(comments)["alternate"] == "http://testserver/search/?q=bees&in=comments&sort=date"


def test_an_entry_equals_the_one_in_other_feeds(client, comment):
    comment("Bees", name="Ann")
    here = entries(read(client.get(f"{BEES}&in=comments")))[0]
    there = entries(read(client.get("/comments.atom")))[0]
    assert [(e.tag, e.text, dict(e.attrib)) for e in here] == [
        (e.tag, e.text, dict(e.attrib)) for e in there
    ]


def test_following_next_reads_everything_once(client, article):
    many(article, 119)
    seen: list[str] = []
    address, documents = f"{BEES}&in=comments", 0
    while address:
        root = read(client.get(address))
        assert links(root)["self"] == f"http://testserver{address}"
        assert root.findtext(f"{ATOM}id") == f"http://testserver{BEES}&in=comments"
        seen += texts(root, "id")
        address = links(root).get("next", "").removeprefix("http://testserver")
        documents += 1
    assert (len(seen), len(set(seen)), documents) == (119, 119, 3)


def test_many_rows_take_the_same_number_of_queries(client, article):
    def count() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            read(client.get(BEES))
        return len(queries)

    article.published_at = "2020-01-01T00:00Z"
    article.save()
    many(article, 3)
    few = count()
    many(article, 297)
    for i in range(30):
        make_article(f"Bees {i}")
    # The version, the languages, the matches, longer words if few texts have the word, comments,
    # their latest decisions, and articles with authors and links.
    assert count() <= few <= 11 + 7 * (connection.vendor == "postgresql")


def test_it_is_cached_and_never_stale(client, comment, mo, django_assert_num_queries):
    said = comment("Bees", name="Ann")
    first = client.get(BEES)
    assert not first.cookies
    assert first["Cache-Control"] == "public, no-cache"
    assert first["X-Robots-Tag"] == "noindex"
    with django_assert_num_queries(1):
        again = client.get(BEES, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    discussions.remove(said, by=mo)
    after = client.get(BEES, headers={"If-None-Match": first["ETag"]})
    assert texts(read(after), "title") == ["Why bees dance"]


@pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.SPAM, Status.REMOVED])
def test_unpublished_content_is_not_in_it(client, comment, mo, status):
    comment("Bees CANARY", status=status)
    make_article("Bees CANARY", is_published=False)
    client.force_login(mo)
    assert b"CANARY" not in client.get(BEES).content


@pytest.mark.parametrize(
    "asked",
    ["", "q=", "q=bees&in=", "q=bees&in=people"]
    + [f"q=bees&before={place}" for place in ("", "x", "-1", "1.5", "9" * 19, "٣", "1%00")],
)
def test_invalid_parameters_are_a_bad_request(client, db, asked):
    assert client.get(f"/search.atom?{asked}").status_code == 400


@pytest.mark.parametrize("query", ["!", " ", "%00", "%ED%A0%80", "by:%22%22", "a%0Cb", "\ufffe"])
def test_the_feed_is_well_formed_for_any_query(client, article, query):
    read(client.get(f"/search.atom?q={query}"))


def test_a_timeout_is_reported_and_not_cached(client, article, monkeypatch):
    def never(*args, **kwargs):
        raise search.TooBroad

    monkeypatch.setattr(search, "find", never)
    response = client.get(BEES)
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert response["Cache-Control"] == "no-store"


def test_only_get_and_head_are_allowed(client, db):
    assert client.post(BEES).status_code == 405


def test_the_results_page_links_to_it(client, article):
    page = client.get("/search/?q=bees+%22a+b%22&in=comments&sort=date").content.decode()
    line = next(line for line in page.splitlines() if "/search.atom" in line)
    address = line.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert parse_qs(urlsplit(address).query) == {"q": ['bees "a b"'], "in": ["comments"]}
    assert "/search.atom" not in client.get("/search/").content.decode()
