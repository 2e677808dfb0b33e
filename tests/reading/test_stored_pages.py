"""Stored pages are answered before sessions, routes and views, but never instead of a newer page."""

import gzip

import pytest
from django.core.cache import cache
from django.http import HttpResponse

from commentary import discussions, middleware
from commentary.models import Article, Author, Byline, Comment, SiteSettings, TextPage
from tests.conftest import make_article

PAGES = [
    "/",
    "/articles/why-bees-dance/",
    "/articles/why-bees-dance/?sort=newest",
    "/articles/why-bees-dance/?since=2026-01-01",
    "/articles/why-bees-dance/branches/1/",
    "/articles/why-bees-dance/comments/1/more/",
    "/articles/why-bees-dance/comments/1/cite/",
    "/articles/why-bees-dance.atom",
    "/articles/why-bees-dance.json",
    "/articles/why-bees-dance/timemap/",
    "/authors/",
    "/authors/ada/",
    "/commenters/ann/",
    "/responses/",
    "/moderation/",
    "/archive/",
    "/articles/why-bees-dance/points/1/",
    "/pages/imprint/",
    "/comments.atom",
    "/search/?q=bees",
    "/search.json?q=bees",
    "/sitemap.xml",
    "/api/",
    "/keys/",
]


@pytest.fixture(autouse=True)
def _content(article, threads):
    cache.clear()
    ada = Author.objects.create(name="Ada", slug="ada")
    Byline.objects.create(article=article, author=ada)
    article.body, article.published_at = "1. Bees dance.", "2011-05-05T09:15Z"
    article.save()
    TextPage.objects.create(title="Imprint", slug="imprint", text="Who we are.", is_published=True)


@pytest.fixture
def viewed(monkeypatch) -> list[str]:
    """The paths of requests that no stored page answered."""
    paths: list[str] = []
    found = middleware.current_page

    def current_page(request) -> HttpResponse | None:
        response = found(request)
        if response is None:
            paths.append(request.get_full_path())
        return response

    monkeypatch.setattr(middleware, "current_page", current_page)
    return paths


def shown(response) -> tuple[int, dict[str, str], bytes]:
    body = response.content
    if response.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    kept = {"Content-Length", "Content-Encoding", "X-Request-ID"}
    return (
        response.status_code,
        {name: value for name, value in response.headers.items() if name not in kept},
        body,
    )


@pytest.mark.parametrize("path", PAGES)
def test_a_stored_page_is_the_page_that_the_view_returned(client, viewed, path):
    first = shown(client.get(path))
    assert first[0] == 200
    assert shown(client.get(path)) == first
    assert shown(client.get(path, headers={"Accept-Encoding": "gzip"})) == first
    other = client.get(path, headers={"If-None-Match": first[1]["ETag"]})
    assert (other.status_code, other.content) == (304, b"")
    expected = {name: value for name, value in first[1].items() if name != "Content-Type"}
    assert {name: other.get(name) for name in expected} == expected
    if "cite" not in path and "timemap" not in path:  # stored for one day
        assert viewed == [path]


def change_title(article):
    article.title = "Another"
    article.save()


def unpublish(article):
    article.is_published = False
    article.save()


def rename(article):
    article.slug = "another"
    article.save()


def unpublish_text_page(article):
    page = TextPage.objects.get()
    page.is_published = False
    page.save()


def rename_author(article):
    author = Author.objects.get()
    author.slug = author.name = "dora"
    author.save()


def change_the_site(article):
    site = SiteSettings.objects.get()
    site.tagline = "On bees"
    site.save()


CHANGES = [
    change_title,
    unpublish,
    rename,
    unpublish_text_page,
    rename_author,
    change_the_site,
    lambda article: discussions.remove(Comment.objects.get(number=1), by="ed", reason="rude"),
    lambda article: discussions.close(article.discussion, by="ed", reason="settled"),
    lambda article: make_article("A new one"),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_no_page_is_older_than_a_change(client, change):
    for path in PAGES:
        client.get(path)
    change(Article.objects.get())
    warm = [shown(client.get(path)) for path in PAGES]
    cache.clear()
    assert warm == [shown(client.get(path)) for path in PAGES]


def test_readers_with_a_cookie_get_the_page_from_the_view(client, viewed, settings):
    client.get("/articles/why-bees-dance/")
    client.cookies[settings.WRITER_COOKIE_NAME] = "x"
    assert client.get("/articles/why-bees-dance/")["Cache-Control"] == "private, no-store"
    assert len(viewed) == 2


def test_a_stored_home_page_does_not_hide_the_pages_of_an_earlier_site(client):
    client.get("/")
    assert client.get("/?p=12").content == client.get("/?p=12").content
    cache.clear()
    assert shown(client.get("/?p=12"))[0] == 200


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_only_reading_is_answered_from_the_store(client, method, viewed):
    client.get("/")
    assert getattr(client, method)("/").status_code == 405
    assert viewed == ["/"]


def test_a_page_is_stored_under_the_same_url_for_every_host(client, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    for host in ("one.example", "two.example"):
        page = client.get("/articles/why-bees-dance/", headers={"host": host})
        assert f"http://{host}/articles/why-bees-dance/" in page.content.decode()
    assert client.get("/", headers={"host": "other.example"}).status_code == 400
