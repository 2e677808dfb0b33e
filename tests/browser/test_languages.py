"""The pages in every language: nothing is cut off, and axe finds nothing from right to left."""

from urllib.parse import urljoin

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import expect

from commentary import discussions
from commentary.models import Comment
from commentary.text.counts import IN_SCRIPTS, counted, script_forms
from config.languages import INTERFACE_LANGUAGES
from tests.browser.checks import is_wider_than_the_screen, text_problems, violations
from tests.browser.test_imports import bring
from tests.conftest import Status
from tests.importing.exports import wxr_comment
from tests.pseudo_locale import pseudo_language, with_long_words

LANGUAGES = sorted(INTERFACE_LANGUAGES.keys() - {"en"})
RIGHT_TO_LEFT = {"ar", "fa"}
PAGES = ["home", "article", "form", "found", "years", "past", "report", "acts"]


def assert_fits(page, language: str) -> None:
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.lang") == language
        assert not is_wider_than_the_screen(page), (page.url, width)
    if language in RIGHT_TO_LEFT:
        assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
        assert violations(page) == [], page.url


def test_scripts_write_numbers_in_the_plural_forms_of_every_language(visit, transactional_db):
    numbers = range(130)
    page = visit("/")
    for language in INTERFACE_LANGUAGES:
        with translation.override(language):
            forms = {name: script_forms(name) for name in IN_SCRIPTS}
            expected = {
                name: [counted(message(n), n, day="%(day)s") for n in numbers]
                for name, message in IN_SCRIPTS.items()
            }
        written = page.evaluate(
            """([language, forms, numbers]) => {
              document.documentElement.lang = language;
              return Object.fromEntries(Object.entries(forms).map(
                ([name, known]) => [name, numbers.map((n) => counted(known, n))]));
            }""",
            [language, forms, list(numbers)],
        )
        assert written == expected, language


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_for_readers_fit_the_screen(visit, site, settings, language):
    settings.LANGUAGE_CODE = language
    page = visit("/")
    start = page.url
    for name in PAGES:
        page.goto(start + site[name][1:])
        assert_fits(page, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_for_editors_fit_the_screen(enter, room, settings, language):
    settings.LANGUAGE_CODE = language
    root = User.objects.create_superuser("root", "root@example.org", "x")
    waiting = Comment(body="I doubt it.", name="Bo")
    discussions.import_comments(room.pk, [waiting], [None], [Status.PENDING])
    page = enter(root, reverse("admin:index"))
    start = page.url
    for name in (
        "index",
        "commentary_queue",
        "commentary_auditentry_changelist",
        "commentary_article_add",
    ):
        page.goto(start.replace(reverse("admin:index"), reverse(f"admin:{name}")))
        assert_fits(page, language)


def test_lists_of_the_admin_have_no_english_names_of_pictures(enter, room, settings):
    settings.LANGUAGE_CODE = "de"
    root = User.objects.create_superuser("root", "root@example.org", "x")
    page = enter(root, reverse("admin:commentary_article_changelist"))
    expect(page.locator("#result_list img").first).to_have_attribute("alt", "Ja")
    expect(page.get_by_role("textbox", name="Suche")).to_be_visible()
    names = page.evaluate("[...document.images].map((image) => image.alt)")
    assert not {"True", "False", "None", "Search"} & set(names)
    expect(page.locator(".paginator")).to_have_text("Artikel: 1")


@pytest.fixture
def long_words(settings, tmp_path):
    """Every word of the interface is written twice, without a space: no language has longer ones."""
    with pseudo_language("de-xa", with_long_words, settings, tmp_path):
        yield


def assert_has_room(page, paths: list[str]) -> None:
    """Assert that pages show all of their texts, on a phone and on a wide screen."""
    start = page.url
    for path in paths:
        page.goto(urljoin(start, path))
        assert page.evaluate("document.documentElement.lang") == "de-xa"
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        for width in (360, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert not is_wider_than_the_screen(page), (path, width)
            assert text_problems(page) == [], (path, width)


def test_pages_for_readers_have_room_for_words_twice_as_long(visit, site, long_words):
    names = ["home", "article", "form", "found", "archive", "years", "acts"]
    assert_has_room(visit("/robots.txt"), [site[name] for name in names])


def test_pages_for_editors_have_room_for_words_twice_as_long(enter, room, long_words):
    root = User.objects.create_superuser("root", "root@example.org", "x")
    waiting = Comment(body="I doubt it.", name="Bo")
    discussions.import_comments(room.pk, [waiting], [None], [Status.PENDING])
    run = bring(wxr_comment(1, "The rope is old"))
    paths = [
        reverse("admin:index"),
        reverse("admin:commentary_queue", query={"item": waiting.key}),
        reverse("admin:commentary_comment_change", args=[waiting.key]),
        reverse("admin:commentary_importrun_change", args=[run.pk]),
        reverse("admin:commentary_auditentry_changelist"),
        "/account/",
    ]
    assert_has_room(enter(root, "/robots.txt"), paths)
