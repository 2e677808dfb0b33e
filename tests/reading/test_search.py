import re
from urllib.parse import unquote_plus

import pytest
from django.core.cache import cache
from django.db import connection

from commentary import discussions, search
from commentary.models import Author, Byline, Comment
from commentary.reading import page_cache
from tests.conftest import Status, make_article

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def text(response) -> str:
    return response.content.decode()


def find(client, q: str, **more) -> str:
    response = client.get("/search/", {"q": q, **more})
    assert response.status_code == 200
    return text(response)


def test_comments_are_found_and_shown_with_their_article(client, article, threads):
    page = find(client, "how so")
    assert "1 result for “how so”" in page
    assert 'href="/articles/why-bees-dance/comments/2/"' in page
    assert "<mark>How</mark> <mark>so</mark>?" in page
    assert "in reply to" in page
    assert "#1 <bdi>Ann</bdi>" in page


def test_articles_are_found_by_title_and_point(client):
    article = make_article("The bées", body="First.\n\n4. About hives.\n\n5. Of Bees again.")
    author = Author.objects.create(name="Juan Cole", slug="juan-cole")
    Byline.objects.create(article=article, author=author)
    page = find(client, "bees")
    assert "The <mark>bées</mark>" in page
    assert "Article by Juan Cole, Date not preserved." in page
    assert "Found in the title and in" in page
    assert '#point-5">point 5</a>' in page
    assert "point-4" not in page


@pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.SPAM, Status.REMOVED])
def test_unpublished_content_is_treated_as_missing(client, comment, status):
    comment("Words here", name="Ann")
    comment("CANARY here", name="Canary", status=status)
    for query in ("{}", "{} here", "by:{}", "{}*", "status:{}", '"{} here"', "status:pending {}"):
        hidden = find(client, query.format("canary"))
        missing = find(client, query.format("canarx"))
        assert hidden.replace("canary", "canarx") == missing
        assert "CANARY" not in hidden


def test_drafts_and_their_comments_are_not_found(client, comment, article):
    comment("CANARY")
    article.body = "CANARY"
    article.save()
    assert "2 results" in find(client, "canary")
    article.is_published = False
    article.save()
    assert "No results" in find(client, "canary")
    assert "No results" in find(client, "on:why-bees-dance")
    assert "No results" in find(client, "on:bees")


def test_a_decision_takes_effect_at_once(client, comment):
    said = comment("A word")
    first = client.get("/search/?q=word")
    assert "<mark>word</mark>" in text(first)
    asked = {"If-None-Match": first["ETag"]}
    assert client.get("/search/?q=word", headers=asked).status_code == 304
    discussions.remove(said, by="test")
    after = client.get("/search/?q=word", headers=asked)
    assert after.status_code == 200
    assert "No results" in text(after)


def test_it_sets_no_cookie_and_can_be_cached(client, threads):
    response = client.get("/search/?q=lovely")
    assert not response.cookies
    assert response["Cache-Control"] == "public, no-cache"
    assert 'name="robots" content="noindex"' in text(response)


# If few texts have the word, its longer forms are searched too: on PostgreSQL each in the newest
# texts and in all.
@pytest.mark.parametrize(("count", "more"), [(3, (1, 3)), (300, (0, 0))])
def test_the_number_of_queries_is_the_same_for_many_comments(
    client, article, count, more, django_assert_num_queries
):
    discussions.import_comments(
        article.pk, [Comment(body=f"word {i}") for i in range(count)], [None] * count
    )
    # The version before and after, the languages, the matches, ranking and display; PostgreSQL also
    # gets a timeout.
    is_postgresql = connection.vendor == "postgresql"
    with django_assert_num_queries(6 + 4 * is_postgresql + more[is_postgresql]):
        find(client, "word")
    with django_assert_num_queries(1):
        find(client, "word")


@pytest.mark.parametrize("sort", ["", "date"])
def test_pages_link_to_each_other_and_show_each_text_once(client, article, sort):
    discussions.import_comments(
        article.pk, [Comment(body="word " * (1 + i % 7)) for i in range(50)], [None] * 50
    )
    response = client.get("/search/", {"q": "word", "sort": sort})
    seen: list[str] = []
    for _ in range(3):
        page = text(response)
        seen += [
            part.split("/")[0]
            for part in page.split('<h2><a href="/articles/why-bees-dance/comments/')[1:]
        ]
        more = page.partition('rel="next"')[0].rpartition('href="?')[2].partition('"')[0]
        if 'rel="next"' not in page:
            break
        response = client.get("/search/?" + more.replace("&amp;", "&"))
    assert sorted(map(int, seen)) == list(range(1, 51))


def test_a_phrase_search_continues_with_older_texts(client, comment, monkeypatch):
    monkeypatch.setattr(search.matching, "WINDOW", 2)
    for body in ("Bees dance", "Dance, bees", "All bees dance", "Dance for bees", "dance bees"):
        comment(body)
    page = find(client, '"bees dance"', **{"in": "comments"})
    assert "in the newest articles and comments" in page
    assert "Search older articles and comments" in page
    seen: list[str] = []
    while True:
        found = page.split('<h2><a href="/articles/why-bees-dance/comments/')[1:]
        seen += [part.split("/")[0] for part in found]
        if 'rel="next"' not in page:
            break
        more = page.partition('rel="next"')[0].rpartition('href="?')[2].partition('"')[0]
        page = text(client.get("/search/?" + more.replace("&amp;", "&")))
    assert seen == ["3", "1"]


@pytest.mark.parametrize(
    "place", ["x", "1.x", "9" * 19, "-1", "1.", "٣", "1.1", "1" * 40, "' OR 1"]
)
def test_an_invalid_cursor_is_a_404(client, threads, place):
    answer = client.get("/search/", {"q": "word", "sort": "date", "from": place})
    assert answer.status_code == 404


def test_one_article_can_be_searched_from_its_page(client, article, threads):
    assert 'name="on" value="why-bees-dance"' in text(client.get(article.get_absolute_url()))
    make_article("A lovely other")
    page = find(client, "lovely", on="why-bees-dance")
    assert "1 result" in page
    assert 'value="on:&quot;why-bees-dance&quot; lovely"' in page


def test_an_invalid_date_is_reported(client, threads):
    assert "“2026-99-99” is not a valid date" in find(client, "lovely before:2026-99-99")


def test_without_results_other_searches_are_suggested(client, threads):
    page = find(client, "lovely piece by:nobody")
    assert "No results for “lovely piece by:nobody”." in page
    assert 'href="?q=lovely+piece"' in page
    page = find(client, "lovely ottomans")
    assert 'href="?q=lovely"' in page
    assert 'href="?q=ottomans"' not in page and 'href="?q=otto' not in page  # these have no results


@pytest.mark.parametrize("query", ["Óttomans", "u.s.", "lovely OR Ottomans", "xyz before:never"])
def test_no_suggestion_repeats_the_search_or_finds_nothing(client, threads, query):
    page = find(client, query)
    assert "No results" in page
    tried = re.findall(r'href="\?q=([^"&]+)"', page.partition("Try instead")[2])
    asked = search.parse_query(query).terms
    assert all(search.parse_query(unquote_plus(wish)).terms != asked for wish in tried)


def test_without_a_query_it_shows_search_tips(client):
    page = text(client.get("/search/"))
    assert "Search tips" in page
    assert "no word" not in page
    assert "Enter at least one word to search for." in find(client, "😀")


def test_post_is_refused(client):
    assert client.post("/search/").status_code == 405


def test_a_timeout_is_reported_and_not_cached(client, threads, monkeypatch):
    def never(*args, **kwargs):
        raise search.TooBroad

    monkeypatch.setattr(search, "find", never)
    response = client.get("/search/?q=lovely")
    assert response.status_code == 503
    assert "This search timed out." in text(response)
    assert response["Cache-Control"] == "no-store"


def test_any_number_of_searches_fills_a_limited_part_of_the_cache(client, threads, monkeypatch):
    monkeypatch.setattr(page_cache, "VARIANTS", 5)
    for i in range(40):
        find(client, f"word{i}")
    assert len(cache._cache) <= 5
