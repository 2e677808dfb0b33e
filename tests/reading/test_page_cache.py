import gzip
import time
from math import inf

import brotli
import pytest
import zstandard
from django.core.cache import cache
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import RequestFactory

from commentary.models import Article
from commentary.reading import page_cache
from commentary.reading.versions import LookedUpVersion, article_version, site_version
from commentary.resilience import changes
from commentary.resilience.changes import SITE

ADDRESS = "https://example.org/articles/bees/"
MARKS = {"7": "1", SITE: "1"}
FIRST = LookedUpVersion("1", "7", "1", inf, 0)


@pytest.fixture(autouse=True)
def _empty_cache(monkeypatch):
    """Start with an empty cache, and no version changes while a page is rendered."""
    cache.clear()
    monkeypatch.setattr(page_cache, "current_mark", MARKS.get)


class Page:
    """A renderer that counts its calls."""

    def __init__(self, text: str = "Bees") -> None:
        self.text, self.rendered = text, 0

    def __call__(self) -> str:
        self.rendered += 1
        return self.text


def ask(page, version="1", address=ADDRESS, about="7", until=inf, **headers):
    """Request a page as the middleware does."""
    if isinstance(version, str):
        version = LookedUpVersion(version, about, MARKS[about], until, time.time())
    request = RequestFactory().get("/", headers=headers)
    response = page_cache.public_page(request, address, version, page)
    page_cache.store(response)
    return response


def test_a_version_is_rendered_once_for_both_encodings():
    page = Page()
    plain, small = ask(page), ask(page, **{"Accept-Encoding": "gzip"})
    assert plain.content == gzip.decompress(small.content) == b"Bees"
    assert page.rendered == 1


def test_only_public_pages_may_be_stored_by_nginx_which_must_revalidate_them():
    page, moment = ask(Page()), "@1"  # a second after 1970 began: expired
    assert page["X-Accel-Expires"] == moment
    unchanged = ask(Page(), **{"If-None-Match": page["ETag"]})
    assert (unchanged.status_code, unchanged["X-Accel-Expires"]) == (304, moment)
    assert "X-Accel-Expires" not in page_cache.public_page(
        RequestFactory().get("/"), ADDRESS, FIRST, Page(), own=True
    )


def test_a_new_version_is_rendered_again():
    page = Page()
    first = ask(page)
    page.text = "More bees"
    second = ask(page, version="2")
    assert (first.content, second.content) == (b"Bees", b"More bees")
    assert first["ETag"] != second["ETag"]


def test_a_page_changed_while_rendering_is_neither_stored_nor_tagged(monkeypatch):
    """It may contain the new text under the old version."""
    monkeypatch.setattr(page_cache, "current_mark", lambda about: "2")
    between = ask(Page("More bees"), version="1")
    assert between.content == b"More bees"
    assert "ETag" not in between
    assert between["Cache-Control"] == "private, no-store"
    assert cache._cache == {}
    monkeypatch.undo()
    monkeypatch.setattr(page_cache, "current_mark", MARKS.get)
    assert "ETag" in ask(Page("More bees"), version="2")


@pytest.mark.parametrize("about", ["article", "site"])
def test_a_comment_posted_while_rendering_is_not_cached_under_the_old_version(
    article, comment, monkeypatch, about
):
    monkeypatch.undo()

    def version() -> LookedUpVersion:
        if about == "site":
            return site_version()
        return article_version(Article.objects.for_version().get(pk=article.pk))

    def render() -> str:
        comment("Late words")
        return "Late words"

    before = version()
    answer = ask(render, version=before)
    assert "ETag" not in answer
    assert cache._cache == {}
    assert version().text != before.text
    assert "ETag" in ask(Page("Late words"), version=version())


def test_a_new_version_replaces_the_old_one():
    for version in range(5):
        ask(Page(), version=str(version))
    assert len(cache._cache) == 1


def test_only_compressed_bytes_are_stored():
    text = "Bees dance. " * 1_000
    assert ask(Page(text)).content.decode() == text
    (stored,) = cache._cache.values()
    assert len(stored) < 2_000


def test_urls_that_can_be_invented_share_a_limited_number_of_entries(monkeypatch):
    monkeypatch.setattr(page_cache, "VARIANTS", 10)
    page = Page()
    ask(page)
    for i in range(500):
        ask(Page(str(i)), address=f"{ADDRESS}?after={i}")
        ask(Page(str(i)), address=f"{ADDRESS}?at=1900-01-01&after={i}")
    assert len(cache._cache) <= 11
    ask(page)
    assert page.rendered == 1  # no other page replaced it


def test_invented_ports_share_the_limited_entries_too(monkeypatch):
    monkeypatch.setattr(page_cache, "VARIANTS", 10)
    for port in range(1, 300):
        ask(Page(), address=f"http://testserver:{port}/", host=f"testserver:{port}")
    assert len(cache._cache) <= 11


def test_a_page_is_never_returned_for_another_url(monkeypatch):
    monkeypatch.setattr(page_cache, "VARIANTS", 1)
    for word in ("A", "B", "A"):
        assert ask(Page(word), address=f"{ADDRESS}?q={word}").content.decode() == word


class TestStale:
    """Responses while the current version can't be looked up."""

    def ask(self, path="/articles/bees/", **headers):
        return page_cache.stale_page(RequestFactory().get(path, headers=headers))

    @pytest.fixture(autouse=True)
    def _stored(self):
        ask(Page("Bees"), address="http://testserver/articles/bees/")
        ask(Page("Older"), address="http://testserver/?page=2", about=SITE)
        ask(Page("<feed/>"), address="http://testserver/articles.atom", about=SITE)

    def test_a_cached_page_is_returned_and_marked_as_stale(self):
        response = self.ask()
        assert (response.status_code, response.content) == (200, b"Bees")
        assert "X-Accel-Expires" not in response
        assert response["Warning"].startswith("110 ")
        assert response["Cache-Control"] == "public, no-cache"
        tag = response["ETag"]
        assert self.ask(**{"if-none-match": tag}).status_code == 304
        assert gzip.decompress(self.ask(**{"accept-encoding": "gzip"}).content) == b"Bees"

    @pytest.mark.parametrize(
        ("path", "text"),
        [
            ("/?page=2", b"Older"),
            ("/articles/bees/?utm_source=x&fbclid=y", b"Bees"),
            ("/articles.atom", b"<feed/>"),
        ],
    )
    def test_a_cached_page_is_found_by_its_url(self, path, text):
        assert self.ask(path).content == text

    @pytest.mark.parametrize(
        "path", ["/", "/?page=3", "/articles/bees/?sent=1", "/articles/bees/?reply=article"]
    )
    def test_no_other_page_is_returned_instead(self, path):
        assert self.ask(path) is None

    def test_readers_with_a_cookie_get_the_public_page_uncached(self, settings):
        request = RequestFactory().get("/articles/bees/")
        request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
        response = page_cache.stale_page(request)
        assert response.content == b"Bees"
        assert response["Cache-Control"] == "private, no-store"

    def test_a_page_older_than_a_change_of_its_content_is_not_returned(self):
        changes._mark((8,))
        assert self.ask().content == b"Bees"
        assert self.ask("/?page=2") is None  # a list may show any article
        changes._mark((7,))
        assert self.ask() is None

    def test_a_page_from_before_a_deployment_is_not_returned(self, settings):
        settings.SITE_NAME = "Another"
        assert self.ask() is None


def test_pages_of_two_urls_are_kept_separate():
    assert ask(Page("A"), address=ADDRESS).content == b"A"
    assert ask(Page("B"), address=ADDRESS + "?sort=newest").content == b"B"


def test_a_client_that_has_the_page_causes_no_rendering():
    tag = ask(Page())["ETag"]
    cache.clear()
    page = Page()
    response = ask(page, **{"If-None-Match": tag})
    assert response.status_code == 304
    assert page.rendered == 0


@pytest.mark.parametrize("asked", ['W/"other", {tag}', "*", "{strong}"])
def test_every_form_of_the_etag_in_a_request_matches(asked):
    tag = ask(Page())["ETag"]
    asked = asked.format(tag=tag, strong=tag.removeprefix("W/"))
    assert ask(Page(), **{"If-None-Match": asked}).status_code == 304


@pytest.mark.parametrize("asked", ['W/"other"', '"', "nonsense", ""])
def test_a_client_with_another_version_gets_the_page(asked):
    assert ask(Page(), **{"If-None-Match": asked}).status_code == 200


DECOMPRESS = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "zstd": zstandard.decompress,
    None: bytes,
}


@pytest.mark.parametrize(
    ("accepted", "first", "later"),
    [
        ("gzip", "gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd", "br"),
        ("gzip, br", "gzip", "br"),
        ("br", "br", "br"),
        ("zstd", "zstd", "zstd"),
        ("br;q=0.3, GZIP;q=0.5", "gzip", "gzip"),
        ("gzip; q = 0.5", "gzip", "gzip"),
        ("x-gzip", "gzip", "gzip"),
        ("*", "zstd", "br"),
        ("*, br;q=0", "zstd", "zstd"),
        ("identity, gzip;q=0.5", None, None),
        ("", None, None),
        ("gzip;q=0", None, None),
        ("gzip; q=0.0", None, None),
        ("gzip;q=2", None, None),
        ("gzip;q=x", None, None),
        ("x-notgzip", None, None),
        (";;,,=;q", None, None),
    ],
)
def test_it_is_compressed_as_the_client_accepts(accepted, first, later):
    """At first quickly, and better once it has been read again."""
    text, codings = "Bees dance. " * 100, []
    for _ in range(3):
        response = ask(Page(text), **{"Accept-Encoding": accepted})
        coding = response.get("Content-Encoding")
        assert DECOMPRESS[coding](response.content).decode() == text
        assert response["Vary"] == "Accept-Encoding"
        assert response["Content-Length"] == str(len(response.content))
        codings.append(coding)
        sent(response)
    assert (codings[0], codings[2]) == (first, later)


def test_each_coding_is_made_once_for_a_version(monkeypatch):
    made = []

    def count(name):
        coding = page_cache.CODINGS[name]
        small = lambda body: made.append(name) or coding.small(body)  # noqa: E731
        return coding._replace(small=small)

    monkeypatch.setattr(page_cache, "CODINGS", {name: count(name) for name in page_cache.CODINGS})
    tags = set()
    for _ in range(4):
        for accepted in ("gzip", "br, gzip", "zstd", "identity"):
            response = ask(Page("Bees " * 99), **{"Accept-Encoding": accepted})
            tags.add(response["ETag"])
            sent(response)
    assert sorted(made) == ["br", "gzip", "zstd"]
    assert len(tags) == 1


def test_a_page_read_once_is_not_compressed_again():
    sent(ask(Page("Bees " * 99), **{"Accept-Encoding": "gzip"}))
    (key,) = (key.split(":", 2)[2] for key in cache._cache)
    assert page_cache.StoredPage(*cache.get(key)).small == frozenset()


def sent(response) -> None:
    """Close a response as the server does after sending it, but keep the test's connection."""
    request_finished.disconnect(close_old_connections)
    response.close()
    request_finished.connect(close_old_connections)


def test_a_page_is_not_sent_after_a_closure_in_it_has_started():
    """Its mark doesn't change at that time, but its version does."""
    request = RequestFactory().get("/articles/bees/")
    address = "http://testserver/articles/bees/"
    ask(Page("Open"), address=address, until=time.time() + 60)
    assert page_cache.current_page(request).content == b"Open"
    ask(Page("Open"), address=address, until=time.time() - 1)
    assert page_cache.current_page(request) is None
    assert page_cache.stale_page(request) is None


def test_a_change_of_visible_settings_changes_the_pages(settings):
    tags = {ask(Page())["ETag"]}
    for name, value in (
        ("SITE_NAME", "Another"),
        ("LANGUAGE_CODE", "ar"),
        ("TIME_ZONE", "Asia/Tokyo"),
        ("PUBLIC_AUDIT", False),
        ("PUBLIC_HISTORY", False),
        ("AUTO_CLOSE_DAYS", 9),
    ):
        setattr(settings, name, value)
        tags.add(ask(Page())["ETag"])
    assert len(tags) == 7


def test_a_deployment_of_other_files_changes_the_pages(settings, tmp_path):
    (tmp_path / "page.html").write_text("one")
    settings.STATICFILES_DIRS = [tmp_path]
    one = page_cache._digest()
    (tmp_path / "page.html").write_text("two")
    two = page_cache._digest()
    (tmp_path / "page.html").rename(tmp_path / "other.html")
    assert len({one, two, page_cache._digest()}) == 3
