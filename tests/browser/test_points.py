"""Points and the comments linked to them, in a real browser."""

import pytest
from playwright.sync_api import expect

from commentary import discussions
from commentary.discussions.points import Points
from commentary.models import Comment, PointLink
from tests.browser.checks import is_wider_than_the_screen, violations
from tests.conftest import make_article, member

ADDRESS = "/articles/three-points/"
POINT_LINKS = "/admin/points/"


@pytest.fixture
def ed(transactional_db):
    return member("ed", "Editor")


@pytest.fixture
def article(transactional_db, ed):
    """Three points and three comments that each mention one; the first link is accepted."""
    on = make_article("Three points", body="1. One.\n\n2. Two.\n\n3. Three.")
    comments = [Comment(body=f"I doubt point {n}.", name="Ann") for n in (1, 2, 3)]
    discussions.import_comments(on.pk, comments, [None] * 3, points=Points(on.points))
    discussions.decide_point_links("link", [PointLink.objects.get(point=1).key], ed)
    return on


def states() -> list[str]:
    return list(PointLink.objects.order_by("point").values_list("state", flat=True))


def assert_sound(page) -> None:
    assert not is_wider_than_the_screen(page)
    assert violations(page) == []


@pytest.mark.parametrize(("width", "is_beside"), [(360, False), (768, False), (1440, True)])
def test_excerpts_are_next_to_the_point_on_wide_screens(visit, article, width, is_beside):
    page = visit(ADDRESS, width=width)
    note = page.locator("#point-1 .point-notes")
    expect(note.get_by_role("link", name="1 response on point 1")).to_be_visible()
    excerpts = note.locator(".point-excerpts")
    assert excerpts.is_visible() == is_beside
    if is_beside:
        point, beside = page.locator("#point-1 .point-text").bounding_box(), note.bounding_box()
        assert beside["x"] > point["x"] + point["width"]
        assert abs(beside["y"] - point["y"]) < 16
    assert_sound(page)


def test_points_and_responses_link_to_each_other_without_javascript(visit, article):
    page = visit(ADDRESS, script=False)
    page.get_by_role("link", name="1 response on point 1").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 response on point 1")
    assert_sound(visit(f"{ADDRESS}points/1/", width=360))
    page.get_by_role("link", name="View in thread").click()
    assert page.url.endswith("#comment-1")
    page.get_by_role("link", name="Respond to point 3").click()
    expect(page.get_by_label("Which point")).to_have_value("3")


@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_no_violation_on_the_page_of_point_links(enter, ed, article, width):
    assert_sound(enter(ed, POINT_LINKS, width=width))
    assert_sound(
        enter(ed, f"{POINT_LINKS}?comment={Comment.objects.get(number=1).key}", width=width)
    )


def test_point_links_are_decided_with_the_keyboard(enter, ed, article):
    page = enter(ed, POINT_LINKS)
    page.locator(".queue-title a").first.focus()
    page.keyboard.press("a")
    expect(page.get_by_role("status")).to_contain_text("Accepted the link from #2 to point 2.")
    assert states() == ["accepted", "accepted", "suggested"]
    expect(page.locator(".queue-title a").first).to_be_focused()
    page.keyboard.press("r")
    expect(page.get_by_role("status")).to_contain_text("Dismissed the link from #3 to point 3.")
    assert states() == ["accepted", "accepted", "dismissed"]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".queue-item")).to_have_count(1)
    assert states() == ["accepted", "accepted", "suggested"]


def test_all_point_links_are_decided_at_once_without_javascript(enter, ed, article):
    page = enter(ed, POINT_LINKS, script=False)
    page.get_by_role("button", name="Accept all in this filter").click()
    expect(page.get_by_text("No suggested links are waiting")).to_be_visible()
    assert states() == ["accepted"] * 3


def test_styles_of_article_text_do_not_apply_to_the_notes_next_to_points(visit, article):
    page = visit(ADDRESS)
    gap = "element => getComputedStyle(element).marginBlockStart"
    assert page.locator(".point-excerpts li > p").first.evaluate(gap) == "0px"
