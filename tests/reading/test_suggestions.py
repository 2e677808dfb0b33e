"""A missing page searches for the words of its address, within the limits of searches."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentary import search
from commentary.models import Article
from commentary.reading import suggestions
from tests.conftest import make_article
from tests.reading.test_home import text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def budget(monkeypatch):
    """A fresh budget, so that other tests don't use it up."""
    fresh = suggestions.Budget(1_000)
    monkeypatch.setattr(suggestions, "budget", fresh)
    return fresh


@pytest.mark.parametrize(
    "address",
    [
        "/2011/03/05/why-bees-dance.html",
        "/blog/why_bees_dance/",
        "/articles/bees-dance/",
        "/articles/bees-dance/comments/4/",
        "/Bees%20Dance",
        "/why-all-bees-dance-again",
    ],
)
def test_an_address_with_words_of_an_article_suggests_it(client, article, address):
    answer = client.get(address)
    assert answer.status_code == 404
    assert '<a href="/articles/why-bees-dance/">' in text(answer)
    assert "Were you looking for one of these?" in text(answer)


def test_the_words_are_in_the_search_box(client, article):
    page = text(client.get("/2011/honey-cake-1.html"))
    assert 'value="honey cake"' in page
    assert "Were you looking for" not in page


def test_drafts_are_never_suggested(client, article):
    Article.objects.update(is_published=False)
    assert "why-bees-dance/" not in text(client.get("/articles/why-bees-dance/"))


def test_nothing_of_the_address_becomes_html_or_search_operators(client, article):
    page = text(client.get('/<b>bees</b>-status:pending-"dance'))
    assert "<b>bees" not in page
    assert "status:" not in page


@pytest.mark.parametrize(
    "address",
    [
        "/.env",
        "/static/bees-dance.css",
        "/media/bees-dance.webp",
        "/wp-admin/bees",
        "/a@bees.example/",
        "/api/bees-dance/",
        "/" + "bees-" * 99,
    ],
)
def test_requests_of_programs_are_not_searched(client, article, address, monkeypatch):
    monkeypatch.setattr(suggestions.engine, "find_first", None)
    assert client.get(address).status_code in (301, 404)


@pytest.mark.parametrize("method", ["head", "post"])
def test_only_pages_are_searched(client, article, monkeypatch, method):
    monkeypatch.setattr(suggestions.engine, "find_first", None)
    assert getattr(client, method)("/bees-dance/").status_code == 404


def test_a_flood_of_missing_addresses_is_not_searched(client, article, budget):
    budget.most = budget.left = 3.0
    found = [b"why-bees-dance" in client.get("/bees-dance/").content for _ in range(10)]
    assert found[:3] == [True] * 3
    assert sum(found) <= 5


def test_a_search_that_takes_too_long_leaves_the_page_as_it_is(client, article, monkeypatch):
    def find(*args, **kwargs):
        raise search.TooBroad

    monkeypatch.setattr(suggestions.engine, "find_first", find)
    assert "Page not found" in text(client.get("/bees-dance/"))


def test_a_redirect_is_not_searched(client, article, monkeypatch):
    article.slug = "bees"
    article.save()
    monkeypatch.setattr(suggestions.engine, "find_first", None)
    assert client.get("/articles/why-bees-dance/").status_code == 301


@pytest.mark.parametrize(
    ("address", "most"),
    [("/2011/honey-cake-and-more/", 12), ("/2011/bees-cake-and-more/", 15), ("/bees-dance/", 15)],
)
@pytest.mark.django_db(transaction=True)
def test_an_address_missed_for_the_first_time_takes_few_queries(client, article, address, most):
    """The address is counted for the first time, and all words are tried together."""
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert 7 < len(queries) <= most


def test_all_words_are_better_than_the_longest(client, article):
    for number in range(suggestions.RANKED + 1):
        make_article(f"Dancers of {number}")
    found = re.findall('<li><a href="(/articles/[^"]*)"', text(client.get("/2011/why-bees-dance/")))
    assert found == ["/articles/why-bees-dance/"]
    assert len(re.findall('<li><a href="(/articles/[^"]*)"', text(client.get("/cake-dance/")))) == 5


def test_it_takes_the_same_queries_for_many_articles(client, article):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/2011/bees-dance/")
        return len(queries)

    cost()
    few = cost()
    for number in range(30):
        make_article(f"Bees dance {number}")
    assert cost() <= few + 2
