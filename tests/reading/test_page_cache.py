import gzip

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from commentary.models import Article, Discussion
from commentary.reading import page_cache
from commentary.resilience import changes

ADDRESS = "https://example.org/articles/bees/"


@pytest.fixture(autouse=True)
def _empty_cache(monkeypatch):
    """Nothing is stored, and no version changes while a page is made."""
    cache.clear()
    monkeypatch.setattr(page_cache, "current_version", lambda version: version)


class Page:
    """A renderer that counts how often it is asked."""

    def __init__(self, text: str = "Bees") -> None:
        self.text, self.rendered = text, 0

    def __call__(self) -> str:
        self.rendered += 1
        return self.text


def ask(page, version="1", address=ADDRESS, **headers):
    return page_cache.public_page(
        RequestFactory().get("/", headers=headers), address, version, page
    )


def test_it_renders_a_version_once_for_both_encodings():
    page = Page()
    plain, small = ask(page), ask(page, **{"Accept-Encoding": "gzip"})
    assert plain.content == gzip.decompress(small.content) == b"Bees"
    assert page.rendered == 1


def test_it_renders_again_when_the_version_moves():
    page = Page()
    first = ask(page)
    page.text = "More bees"
    second = ask(page, version="2")
    assert (first.content, second.content) == (b"Bees", b"More bees")
    assert first["ETag"] != second["ETag"]


def test_what_changed_while_it_was_made_is_neither_stored_nor_tagged(monkeypatch):
    """It may hold the newer words under the version of the older."""
    monkeypatch.setattr(page_cache, "current_version", lambda version: "2")
    between = ask(Page("More bees"), version="1")
    assert between.content == b"More bees"
    assert "ETag" not in between
    assert between["Cache-Control"] == "private, no-store"
    assert cache._cache == {}
    assert "ETag" in ask(Page("More bees"), version="2")


@pytest.mark.parametrize("about", ["article", "site"])
def test_a_comment_that_arrives_while_a_page_is_made_is_not_kept_under_the_version_before(
    article, comment, monkeypatch, about
):
    monkeypatch.undo()

    def version() -> str:
        if about == "site":
            return Discussion.objects.site_version()
        return page_cache.article_version(Article.objects.for_version().get(pk=article.pk))

    def render() -> str:
        comment("Late words")
        return "Late words"

    before = version()
    answer = ask(render, version=before)
    assert "ETag" not in answer
    assert cache._cache == {}
    assert version() != before
    assert "ETag" in ask(Page("Late words"), version=version())


def test_a_new_version_takes_the_place_of_the_old_one():
    for version in range(5):
        ask(Page(), version=str(version))
    assert len(cache._cache) == 1


def test_only_compressed_bytes_are_stored():
    text = "Bees dance. " * 1_000
    assert ask(Page(text)).content.decode() == text
    (stored,) = cache._cache.values()
    assert len(stored) < 1_000


def test_addresses_that_anybody_can_make_up_share_a_number_of_places(monkeypatch):
    monkeypatch.setattr(page_cache, "VARIANTS", 10)
    page = Page()
    ask(page)
    for i in range(500):
        ask(Page(str(i)), address=f"{ADDRESS}?after={i}")
        ask(Page(str(i)), address=f"{ADDRESS}?at=1900-01-01&after={i}")
    assert len(cache._cache) <= 11
    ask(page)
    assert page.rendered == 1  # none of them took its place


def test_ports_that_anybody_can_make_up_share_them_as_well(monkeypatch):
    monkeypatch.setattr(page_cache, "VARIANTS", 10)
    for port in range(1, 300):
        ask(Page(), address=f"http://testserver:{port}/", host=f"testserver:{port}")
    assert len(cache._cache) <= 11


def test_a_page_never_stands_for_another_in_its_place(monkeypatch):
    monkeypatch.setattr(page_cache, "VARIANTS", 1)
    for word in ("A", "B", "A"):
        assert ask(Page(word), address=f"{ADDRESS}?q={word}").content.decode() == word


class TestStale:
    """What is answered when nobody can be asked which version is the newest."""

    def ask(self, path="/articles/bees/", **headers):
        return page_cache.stale_page(RequestFactory().get(path, headers=headers))

    @pytest.fixture(autouse=True)
    def _stored(self):
        ask(Page("Bees"), "7.1.0.0", "http://testserver/articles/bees/")
        ask(Page("Older"), "site/1", "http://testserver/?page=2")
        ask(Page("<feed/>"), "site/1", "http://testserver/articles.atom")

    def test_a_stored_page_is_answered_and_marked(self):
        response = self.ask()
        assert (response.status_code, response.content) == (200, b"Bees")
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
    def test_it_is_found_by_its_address(self, path, text):
        assert self.ask(path).content == text

    @pytest.mark.parametrize(
        "path", ["/", "/?page=3", "/articles/bees/?sent=1", "/articles/bees/?reply=article"]
    )
    def test_no_other_page_is_taken_for_it(self, path):
        assert self.ask(path) is None

    def test_who_carries_a_cookie_reads_what_everybody_reads_and_no_cache_keeps_it(self, settings):
        request = RequestFactory().get("/articles/bees/")
        request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
        response = page_cache.stale_page(request)
        assert response.content == b"Bees"
        assert response["Cache-Control"] == "private, no-store"

    def test_a_page_older_than_a_change_of_what_it_shows_is_not(self):
        changes._mark((8,))
        assert self.ask().content == b"Bees"
        assert self.ask("/?page=2") is None  # a list could show any article
        changes._mark((7,))
        assert self.ask() is None

    def test_a_page_made_before_a_deploy_is_not(self, settings):
        settings.SITE_NAME = "Another"
        assert self.ask() is None


def test_pages_of_two_addresses_are_kept_apart():
    assert ask(Page("A"), address=ADDRESS).content == b"A"
    assert ask(Page("B"), address=ADDRESS + "?sort=newest").content == b"B"


def test_it_renders_nothing_for_who_has_the_page_already():
    tag = ask(Page())["ETag"]
    cache.clear()
    page = Page()
    response = ask(page, **{"If-None-Match": tag})
    assert response.status_code == 304
    assert page.rendered == 0


@pytest.mark.parametrize("asked", ['W/"other", {tag}', "*", "{strong}"])
def test_it_knows_its_tag_in_every_form_a_request_may_name_it(asked):
    tag = ask(Page())["ETag"]
    asked = asked.format(tag=tag, strong=tag.removeprefix("W/"))
    assert ask(Page(), **{"If-None-Match": asked}).status_code == 304


@pytest.mark.parametrize("asked", ['W/"other"', '"', "nonsense", ""])
def test_it_sends_the_page_to_who_has_another(asked):
    assert ask(Page(), **{"If-None-Match": asked}).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "zipped"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("x-notgzip", False),
    ],
)
def test_it_compresses_for_those_who_say_so(accepted, zipped):
    response = ask(Page(), **{"Accept-Encoding": accepted})
    assert response.has_header("Content-Encoding") is zipped
    assert response["Vary"] == "Accept-Encoding"


def test_a_change_of_what_shows_of_the_settings_makes_other_pages(settings):
    tags = {ask(Page())["ETag"]}
    for name, value in (
        ("SITE_NAME", "Another"),
        ("LANGUAGE_CODE", "ar"),
        ("TIME_ZONE", "Asia/Tokyo"),
        ("PUBLIC_AUDIT", False),
        ("AUTO_CLOSE_DAYS", 9),
    ):
        setattr(settings, name, value)
        tags.add(ask(Page())["ETag"])
    assert len(tags) == 6


def test_a_deploy_of_other_files_makes_other_pages(settings, tmp_path):
    (tmp_path / "page.html").write_text("one")
    settings.STATICFILES_DIRS = [tmp_path]
    one = page_cache._digest()
    (tmp_path / "page.html").write_text("two")
    two = page_cache._digest()
    (tmp_path / "page.html").rename(tmp_path / "other.html")
    assert len({one, two, page_cache._digest()}) == 3
