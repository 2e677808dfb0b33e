"""Old links to comments, in a browser: only the browser knows the part of a URL after "#"."""

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from commentary import discussions
from commentary.models import Article, Comment, FormerAddress, FormerAnchor, ImportRun, Source
from commentary.text.former_addresses import key_of
from commentary.text.markup import plain_text
from tests.browser.old_sites import OldLink, evenly, write
from tests.conftest import make_article

PLACES = {"start": 1, "middle": 30, "other page": 90, "collapsed": 101, "in a long thread": 125}


def moved(slug: str, first_id: int, anchor: str = "comment-{}") -> Article:
    """Create an article with 130 comments, the last 40 below the first one. Comment 1 had the id
    `first_id` at its source.
    """
    article = make_article(slug.capitalize(), slug=slug, body="Text.\n\n" * 40)
    ids = [anchor.format(first_id + i) for i in range(130)]
    source = Source.objects.create(name=slug, sha256=slug, size=1)
    run = ImportRun.objects.create(source=source)
    new = [
        Comment(import_run=run, body=f"Was {name}.", source_key=name, source_ids=f"#{name}")
        for name in ids
    ]
    discussions.import_comments(article.pk, new, [None] * 90 + [0] * 40)
    FormerAnchor.objects.bulk_create(
        FormerAnchor.made(article.pk, name, number) for number, name in enumerate(ids, 1)
    )
    address = f"http://old.example/2011/05/{slug}/"
    FormerAddress.objects.create(article=article, address=address, key=key_of(address))
    return article


@pytest.fixture
def blog(transactional_db, settings) -> None:
    settings.COMMENTS_PER_PAGE = 40
    moved("large", 4711)
    moved("small", 2)
    moved("blogger", 900_000, "c{}")


def text_at(slug: str, number: int) -> str:
    first, anchor = {
        "large": (4711, "comment-"),
        "small": (2, "comment-"),
        "blogger": (900_000, "c"),
    }[slug]
    return f"Was {anchor}{first + number - 1}."


@pytest.mark.parametrize("slug", ["large", "small", "blogger"])
def test_an_old_link_shows_its_comment(visit, blog, slug):
    page = visit("/")
    home = page.url
    for place, number in PLACES.items():
        words = text_at(slug, number)
        fragment = words.removeprefix("Was ").removesuffix(".")
        page.goto("about:blank")
        page.goto(f"{home}2011/05/{slug}/?utm_source=x#{fragment}")
        expect(page.get_by_text(words, exact=True), place).to_be_in_viewport()
        assert "/former/" not in page.url


def test_other_spellings_of_a_fragment_show_the_comment(visit, blog):
    page = visit("/")
    home = page.url
    for fragment in ("IDComment4800", "li-comment-4800", "div-comment-4800", "c4800"):
        page.goto("about:blank")
        page.goto(f"{home}2011/05/large/#{fragment}")
        expect(page.get_by_text("Was comment-4800.", exact=True)).to_be_in_viewport()


def test_a_link_to_our_number_shows_our_comment(visit, blog):
    page = visit("/")
    home = page.url
    for number in PLACES.values():
        page.goto("about:blank")
        page.goto(f"{home}articles/small/#comment-{number}")
        expect(page.get_by_text(f"Was comment-{number + 1}.", exact=True)).to_be_in_viewport()


@pytest.mark.parametrize(("slug", "number"), [("large", 95), ("small", 95), ("small", 1)])
def test_without_javascript_the_page_has_the_old_fragments(visit, blog, slug, number):
    page = visit("/", script=False)
    fragment = text_at(slug, number).removeprefix("Was ").removesuffix(".")
    page.goto(f"{page.url}2011/05/{slug}/#{fragment}")
    expect(page.get_by_text(text_at(slug, number), exact=True)).to_be_in_viewport()


def test_without_javascript_a_form_finds_a_comment_on_another_page(visit, blog):
    page = visit("/", script=False)
    page.goto(f"{page.url}2011/05/large/#comment-4800")
    page.locator("summary", has_text="Tools").click()
    page.get_by_label("Comment from an old link").fill("comment-4800")
    page.locator("form", has=page.locator("#old-id")).get_by_role("button").click()
    expect(page.get_by_text("Was comment-4800.", exact=True)).to_be_in_viewport()


@pytest.mark.parametrize("script", [True, False])
def test_links_to_the_responses_and_their_form_arrive_there(visit, blog, script):
    page = visit("/", script=script)
    home = page.url
    fragments = {
        "respond": ".after-thread >> text=Write a response",
        "comments": "#responses-title",
    }
    if script:
        fragments |= {
            "commentform": ".after-thread >> text=Write a response",
            "disqus_thread": "#responses-title",
        }
    for fragment, place in fragments.items():
        page.goto("about:blank")
        page.goto(f"{home}2011/05/large/#{fragment}")
        expect(page.locator(place).first).to_be_in_viewport()


def test_a_comment_that_was_not_imported_leads_to_the_responses(visit, blog):
    page = visit("/")
    home = page.url
    for slug in ("large", "small"):
        page.goto(f"{home}2011/05/{slug}/#comment-999999")
        page.wait_for_url(f"**/articles/{slug}/#responses")
        expect(page.locator("#responses-title")).to_be_in_viewport()


@pytest.fixture
def archive(transactional_db, settings, tmp_path, capsys) -> tuple[list[OldLink], list[OldLink]]:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.COMMENTS_PER_PAGE = 8
    (tmp_path / "old").mkdir()
    links = write(tmp_path / "old", articles=6, comments=24)
    call_command("import_commentary", str(tmp_path / "old"))
    return links


def test_links_to_a_mixed_archive_show_their_articles_and_comments(visit, archive):
    pages, anchors = archive
    page = visit("/")
    home = page.url.removesuffix("/")
    for address, text in evenly(pages, 60):
        heading = re.search(
            "<h1[^>]*>(.*?)</h1>", page.request.get(home + address).text(), re.DOTALL
        )
        assert heading and plain_text(heading[1]).strip() == text, address
    for address, text in evenly(anchors, 60):
        page.goto("about:blank")
        page.goto(home + address)
        expect(page.get_by_text(text, exact=True), address).to_be_in_viewport()
        assert "/former/" not in page.url
