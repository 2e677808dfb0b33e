import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentary import discussions, search
from commentary.models import Author, Byline, Comment
from tests.api.test_api import ask, refusal
from tests.conftest import Status, make_article

pytestmark = pytest.mark.django_db
BEES = "/search.json?q=bees"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def test_results_show_what_was_found_and_where_it_matches(client, article, comment):
    ada = Author.objects.create(name="Ada", slug="ada")
    Byline.objects.create(article=article, author=ada)
    asked = comment("Do they?", name="Bo")
    comment("All the bées dance", parent=asked, name="Ann", dated_at="2011-05-05T09:15Z")
    answer = ask(client, BEES)
    assert (answer["query"], answer["notes"], answer["count"]) == ("bees", [], 2)
    assert answer["next"] is None
    found, titled = answer["results"]
    assert found["article"] == ask(client, "/articles.json")["articles"][0]
    comment_page = ask(client, "/articles/why-bees-dance/comments/2.json")
    assert found["comment"] == {k: v for k, v in comment_page.items() if k != "article"}
    assert found["excerpt"] == [
        {"text": "All the ", "is_match": False},
        {"text": "bées", "is_match": True},
        {"text": " dance", "is_match": False},
    ]
    assert (titled["article"]["authors"], titled["comment"]) == (["Ada"], None)


def test_results_can_be_limited_to_one_kind(client, article, comment):
    comment("Bees")
    for kind, is_comment in (("articles", False), ("comments", True)):
        results = ask(client, f"{BEES}&in={kind}")["results"]
        assert [bool(found["comment"]) for found in results] == [is_comment]


def test_following_next_reads_everything_once_and_counts_the_rest(client, article):
    discussions.import_comments(article.pk, [Comment(body="Bees") for _ in range(50)], [None] * 50)
    path, seen, counts = f"{BEES}&in=comments", [], []
    while path:
        answer = ask(client, path)
        seen += [found["comment"]["number"] for found in answer["results"]]
        counts.append(answer["count"])
        path = answer["next"]
    assert seen == list(range(50, 0, -1))
    assert counts == [50, 30, 10]


def test_results_beyond_the_cap_have_no_count(client, article):
    rows = [Comment(body="Bees") for _ in range(search.CAP)]  # plus the article
    discussions.import_comments(article.pk, rows, [None] * len(rows))
    assert ask(client, BEES)["count"] is None
    assert ask(client, f"{BEES}&in=comments")["count"] == search.CAP


def test_unusable_parts_of_a_query_are_noted(client, article):
    answer = ask(client, "/search.json?q=bees+after:2026-99-99")
    assert answer["count"] == 1
    assert "2026-99-99" in answer["notes"][0]


@pytest.mark.parametrize("query", ["!", " ", "%00", "%ED%A0%80", "by:%22%22", "nowhere"])
def test_a_query_without_matches_gives_an_empty_list(client, article, query):
    answer = ask(client, f"/search.json?q={query}")
    assert (answer["results"], answer["count"], answer["next"]) == ([], 0, None)


def test_many_rows_take_the_same_number_of_queries(client, article):
    def count() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            ask(client, BEES)
        return len(queries)

    article.published_at = "2020-01-01T00:00Z"
    article.save()
    discussions.import_comments(article.pk, [Comment(body="Bees") for _ in range(3)], [None] * 3)
    few = count()
    discussions.import_comments(
        article.pk, [Comment(body="Bees") for _ in range(297)], [None] * 297
    )
    # The version, the languages, the matches, longer words if few texts contain the word, and the
    # content of comments and articles.
    assert count() <= few <= 13 + 7 * (connection.vendor == "postgresql")


def test_it_is_cached_and_never_stale(client, comment, mo, django_assert_num_queries):
    said = comment("Bees", name="Ann")
    first = client.get(BEES)
    assert not first.cookies
    assert first["Cache-Control"] == "public, no-cache"
    assert first["Access-Control-Allow-Origin"] == "*"
    assert first["X-Robots-Tag"] == "noindex"
    with django_assert_num_queries(1):
        again = client.get(BEES, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    discussions.remove(said, by=mo)
    after = client.get(BEES, headers={"If-None-Match": first["ETag"]})
    assert after.json()["count"] == 1


@pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.SPAM, Status.REMOVED])
def test_unpublished_content_is_treated_as_missing(client, comment, mo, status):
    comment("CANARY", status=status, name="Canary")
    make_article("CANARY", is_published=False)
    client.force_login(mo)
    for query in ("{}", "by:{}", "{}*", "status:{}", "on:{}"):
        hidden = client.get("/search.json", {"q": query.format("canary")})
        missing = client.get("/search.json", {"q": query.format("canarx")})
        assert hidden.content.replace(b"canary", b"canarx") == missing.content


@pytest.mark.parametrize(
    "asked",
    ["", "q=", "q=bees&in=", "q=bees&in=people"]
    + [f"q=bees&before={place}" for place in ("", "x", "-1", "1.5", "9" * 19, "٣", "1%00")],
)
def test_invalid_parameters_are_refused(client, db, asked):
    assert refusal(client.get(f"/search.json?{asked}"))["status"] == 400


def test_a_timeout_is_a_problem_and_not_cached(client, article, monkeypatch):
    def never(*args, **kwargs):
        raise search.TooBroad

    monkeypatch.setattr(search, "find", never)
    response = client.get(BEES)
    assert refusal(response)["status"] == 503
    assert (response["Retry-After"], response["Cache-Control"]) == ("60", "no-store")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_only_get_and_head_are_allowed(client, db, method):
    assert refusal(client.generic(method, BEES))["status"] == 405
