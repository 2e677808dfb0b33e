import gzip

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from commentary import pages

ADDRESS = "https://example.org/articles/bees/"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


class Page:
    """A renderer that counts how often it is asked."""

    def __init__(self, text: str = "Bees") -> None:
        self.text, self.rendered = text, 0

    def __call__(self) -> str:
        self.rendered += 1
        return self.text


def ask(page, version="1", address=ADDRESS, **headers):
    return pages.public_page(RequestFactory().get("/", headers=headers), address, version, page)


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


def test_a_new_version_takes_the_place_of_the_old_one():
    for version in range(5):
        ask(Page(), version=str(version))
    assert len(cache._cache) == 2  # one for each encoding


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
    one = pages._digest()
    (tmp_path / "page.html").write_text("two")
    two = pages._digest()
    (tmp_path / "page.html").rename(tmp_path / "other.html")
    assert len({one, two, pages._digest()}) == 3
