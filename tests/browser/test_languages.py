"""The pages in every language: nothing is cut off, and axe finds nothing from right to left."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from commentary import discussions
from commentary.models import Comment
from config.languages import INTERFACE_LANGUAGES
from tests.browser.checks import is_wider_than_the_screen, violations
from tests.conftest import Status

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
