"""The repair of an imported source in a real browser."""

import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from commentary.models import Article, Comment, Source
from tests.browser.checks import is_wider_than_the_screen, violations
from tests.importing.test_repair import HARBOUR


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
    expect(page.locator("#chosen")).to_have_text("The 6 selected lines are")


@pytest.mark.parametrize("width", [1440, 360, 320])
def test_axe_finds_no_violation_and_nothing_is_cut_off(enter, ines, harbour, width):
    page = enter(ines, address(harbour), width=width)
    tick(page, 9, 15)
    press(page, "New comment")
    press(page, "Preview")
    for summary in page.locator("main summary, #content summary").all():
        if not summary.evaluate("el => el.parentElement.open"):
            summary.click()
    assert violations(page) == []
    assert not is_wider_than_the_screen(page)


PEOPLE = ("Vera Lind", "Old Hand", "J. Aalto", "T. Brandvik", "Miro", "Edda Quist", "Sam", "keeper")


def quay(n: int) -> str:
    """A page of a site whose layout is not recognised."""
    parts = [
        "The Harbour Notes",
        "Home | About | Archive | Subscribe",
        f"The crane of quay {n}",
        f"Posted by J. Aalto on {n % 28 + 1} June 2010",
        f"It stood still for {n} days, and nobody asked why it did.",
        "",
        f"{n + 40} people have something to say",
    ]
    for k in range(3 + n % 4):
        who, other = PEOPLE[(n + k) % 8], PEOPLE[(n + k - 1) % 8]
        if k % 3 == 1:
            parts += [
                f"{who} >> {other}",
                f"Answer {k} about quay {n}: the wind.",
                f"Jun {k + 3}, 10pm",
            ]
        else:
            parts += [f"{who} said on {k + 2} June 2010", f"Remark {k} about quay {n}."]
            parts += ["reply · share · flag"]
    return "\n".join([*parts, f"Show {n + 30} more", ""])


def test_a_repair_teaches_a_profile_that_repairs_50_other_files(
    enter, ines, transactional_db, tmp_path
):
    folder = tmp_path / "harbour"
    folder.mkdir()
    for n in range(51):
        (folder / f"quay-{n:02}.txt").write_text(quay(n), encoding="utf-8")
    options = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    call_command("import_commentary", str(folder), **options)
    wanted = sum(3 + n % 4 for n in range(51))
    assert Comment.objects.count() < wanted, "the files were read wrongly"
    source = Source.objects.get(name__endswith="quay-00.txt")
    page = enter(ines, address(source))
    # The page has three comments, in lines 8, 11 and 14. Of the second one only the name was read, as
    # the end of the first.
    steps = tick(page, 1, 2, 7, 10, 16, 17) + press(page, "Page furniture")
    steps += tick(page, 8, 11, 14) + press(page, "New comment")
    steps += tick(page, 12, 13, 15) + press(page, "Part of the comment above")
    steps += tick(page, 4, 13) + press(page, "Author or date")
    page.get_by_text("Name, date, reply to, range").click()
    steps += 1 + tick(page, 11)
    page.get_by_label("Name", exact=True).fill("Old Hand")
    page.get_by_label("In reply to").select_option(label="Comment 1, Vera Lind")
    steps += 2 + press(page, "Set for the selected comments")
    steps += press(page, "Store this version")
    expect(page.get_by_text("Stored:")).to_be_visible()
    steps += press(page, "Try these rules on the other files")
    expect(page.get_by_role("heading", name="Effect on the other files (50)")).to_be_visible()
    assert page.locator("input[name=pick]:checked").count() == 50
    use = "Read the selected files again with the profile"
    steps += press(page, use)
    expect(page.get_by_text("read again with the profile.", exact=False).first).to_be_visible()
    while page.locator("input[name=pick]:checked").count():  # on a slow machine, more than once
        steps += press(page, use)
    assert steps <= 30
    assert Comment.objects.approved().count() == wanted
    texts = list(Comment.objects.approved().values_list("body", flat=True))
    assert all(
        re.fullmatch(r"(?:Remark|Answer) \d about quay \d+(?:: the wind)?\.", t) for t in texts
    )
    answers = Comment.objects.approved().filter(body__startswith="Answer")
    assert all(answer.parent is not None for answer in answers)
    assert not Article.objects.exclude(title__startswith="The crane of quay").exists()


@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_no_violation_in_the_effect_of_a_profile(
    enter, ines, transactional_db, tmp_path, width
):
    folder = tmp_path / "harbour"
    folder.mkdir()
    for n in range(3):
        (folder / f"quay-{n:02}.txt").write_text(quay(n), encoding="utf-8")
    options = {"stdout": io.StringIO(), "stderr": io.StringIO()}
    call_command("import_commentary", str(folder), **options)
    page = enter(ines, address(Source.objects.get(name__endswith="quay-00.txt")), width=width)
    tick(page, 8, 14)
    press(page, "New comment")
    press(page, "Try these rules on the other files")
    expect(page.locator(".effects tbody tr")).to_have_count(2)
    assert violations(page) == []
    assert not is_wider_than_the_screen(page)
