"""An exported archive in a real browser, opened from its folder without a server."""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from selectolax.lexbor import LexborHTMLParser

from tests.browser.checks import is_wider_than_the_screen, violations
from tests.exporting.sites import archive, archived_site, shared_folder

__all__ = ["archive", "archived_site", "shared_folder"]
pytestmark = pytest.mark.django_db(transaction=True)
PERMALINKS = 40


@pytest.fixture
def look(chromium: Browser, archive: Path) -> Iterator[Callable[..., Page]]:
    """`look("index.html", script=False)` opens a page of the archive.

    At the end the test fails if a page requested anything outside the folder, or a missing file.
    """
    contexts, complaints = [], []
    home = (archive / "data" / "html").as_uri()

    def asked(request: Request) -> None:
        if not request.url.startswith(home):
            complaints.append(f"asked for {request.url}")

    def missed(request: Request) -> None:
        # The search asks for words that no text has, and axe for style sheets, which it may not.
        # A request that the end of the test interrupts fails too, but its file is there.
        if request.failure != "net::ERR_FILE_NOT_FOUND":
            return
        if "/search/words-" not in request.url and request.resource_type not in ("xhr", "fetch"):
            complaints.append(f"missing {request.url}")

    def open_page(file: str, width: int = 1440, script: bool = False) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", asked)
        page.on("requestfailed", missed)
        page.goto(f"{home}/{file}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def test_permalinks_land_without_script(look, archive):
    html = archive / "data" / "html"
    places = []
    for path in sorted(html.glob("articles/**/*.html")):
        page = LexborHTMLParser(path.read_text())
        for link in page.css("a[href*='#comment-'], a[href*='#point-'], a[href*='#responses']"):
            places.append((str(path.relative_to(html)), link.attributes["href"]))
    assert len(places) > 150
    page = look("index.html")
    for file, href in random.Random(1).sample(places, PERMALINKS):
        page.goto(f"{html.as_uri()}/{file}")
        page.locator(f"a[href='{href}']").first.evaluate("a => a.scrollIntoView()")
        page.goto(page.locator(f"a[href='{href}']").first.evaluate("a => a.href"))
        target = page.locator(":target")
        expect(target).to_have_count(1)
        expect(target).to_be_in_viewport()


def test_a_reader_walks_through_the_archive_without_script(look):
    page = look("index.html")
    page.get_by_role("link", name="Archive").first.click()
    page.get_by_role("link", name=re.compile(r"^\d+ without a date$")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Date not preserved")
    page.get_by_role("link", name="With a picture").first.click()
    picture = page.locator(".prose img")
    expect(picture).to_have_js_property("naturalWidth", 40)
    replies = page.locator("details.replies").first
    inside = replies.locator("article.comment").first
    expect(inside).to_be_visible()
    replies.locator("summary").first.click()
    expect(inside).to_be_hidden()
    page.get_by_role("link", name="Search").first.click()
    expect(page.get_by_text("Searching needs JavaScript")).to_be_visible()
    page.get_by_role("link", name="Articles by year").click()
    expect(page).to_have_url(re.compile(r"/archive/index\.html$"))


def test_the_search_works_from_the_folder(look):
    page = look("search.html", script=True)
    words = page.get_by_label("Words, all of which must occur")
    words.fill("reply STAYS")
    expect(page.locator("#results li")).to_have_count(1)
    expect(page.locator("#found")).to_have_text("1 result")
    page.locator("#results a").click()
    expect(page.locator(":target")).to_contain_text("A reply that stays")
    page.go_back()
    for text, count in (("örn", 0), ("zzzz", 0), ("pendingword", 0), ("corr", 1), ("Cleo word", 1)):
        words.fill(text)
        expect(page.locator("#found")).not_to_be_empty()
        expect(page.locator("#results li")).to_have_count(count)


@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_no_violation_in_an_archive(look, width):
    for file in ("index.html", "search.html", "authors/index.html"):
        page = look(file, width, script=True)
        assert violations(page) == []
        assert not is_wider_than_the_screen(page)
