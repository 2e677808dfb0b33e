"""The repair of an imported source in a real browser."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from commentary.models import Article, Comment, Source
from tests.browser.test_moderation import enter, ines
from tests.browser.test_reading import LEVELS, is_wider_than_the_screen, violations
from tests.importing.test_repair import HARBOUR

__all__ = ["enter", "ines"]


@pytest.fixture
def harbour(transactional_db, tmp_path) -> Source:
    """A page whose comments were read as its article."""
    return imported(tmp_path, HARBOUR)


def imported(folder: Path, text: str, name: str = "harbour-notes-2009.txt") -> Source:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    options = {"format": "text", "stdout": io.StringIO(), "stderr": io.StringIO()}
    call_command("import_commentary", str(file), **options)
    source = Source.objects.get(name=str(file))
    assert not Comment.objects.exists()
    return source


def address(source: Source) -> str:
    return f"/admin/commentary/repair/source/{source.pk}/"


def tick(page: Page, *numbers: int) -> int:
    for number in numbers:
        page.locator(f"#line-{number} input").check()
    return len(numbers)


def press(page: Page, name: str) -> int:
    page.get_by_role("button", name=name, exact=True).first.click()
    return 1


@pytest.mark.parametrize("script", [True, False])
def test_a_wrongly_split_file_is_repaired_in_few_steps(enter, ines, harbour, script):
    page = enter(ines, address(harbour), script=script)
    steps = tick(page, 1, 2, 8, 11, 17, 18) + press(page, "Page furniture")
    steps += tick(page, 3) + press(page, "Title")
    steps += tick(page, 4) + press(page, "Author or date")
    steps += tick(page, 9, 15) + press(page, "New comment")
    steps += tick(page, 12)
    page.get_by_text("Name, date, reply to, range").click()
    page.get_by_label("Name", exact=True).fill("keeper")
    page.get_by_label("Date", exact=True).fill("10 Mar 2009, 23:00")
    page.get_by_label("In reply to").select_option(label="Comment 1, T. Brandvik")
    steps += 4 + press(page, "New comment")
    steps += press(page, "Preview")
    expect(page.get_by_text("Preview. Nothing is stored yet.")).to_be_visible()
    steps += press(page, "Store")
    expect(page.get_by_text("Stored: 3 comments added; article changed.")).to_be_visible()
    assert steps <= 25
    article = Article.objects.get()
    assert article.title == "What the gauge remembers"
    names = list(Comment.objects.approved().in_reading_order().values_list("name", flat=True))
    assert names == ["T. Brandvik", "keeper", "Old Hand"]


def test_lines_are_marked_with_the_keyboard(enter, ines, harbour):
    page = enter(ines, address(harbour))
    page.locator("#line-9 input").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="New comment", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#line-9")).to_have_class("repair-line is-comment is-start")
    expect(page.locator("#line-12")).to_have_class("repair-line is-comment")


def test_shift_selects_a_range(enter, ines, harbour):
    page = enter(ines, address(harbour))
    page.locator("#line-9 input").click()
    page.locator("#line-14 input").click(modifiers=["Shift"])
    assert page.locator(".repair-line input:checked").count() == 6
    expect(page.locator("#chosen")).to_have_text("The selected lines are (6):")


@pytest.mark.parametrize("width", [1440, 360, 320])
def test_axe_finds_no_violation_and_nothing_is_cut_off(enter, ines, harbour, width):
    page = enter(ines, address(harbour), width=width)
    tick(page, 9, 15)
    press(page, "New comment")
    press(page, "Preview")
    for summary in page.locator("main summary, #content summary").all():
        if not summary.evaluate("el => el.parentElement.open"):
            summary.click()
    assert violations(page, LEVELS) == []
    assert not is_wider_than_the_screen(page)
