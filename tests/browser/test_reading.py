import random
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from commentary import discussions
from commentary.models import Article, Comment
from tests.browser.checks import assert_accessible, is_wider_than_the_screen, violations
from tests.conftest import make_article


def focused(page: Page) -> str:
    """The id of the comment whose number has the focus."""
    return page.evaluate("document.activeElement.closest('.comment')?.id")


def body(page: Page, number: int):
    return page.locator(f"#comment-{number} .comment-body")


def test_every_comment_is_laid_out_before_scrolling(visit, site):
    """A full-page capture includes everything, and the scroll bar has the right size."""
    page = visit(site["huge"])
    height = "document.documentElement.scrollHeight"
    before = page.evaluate(height)
    assert page.evaluate(
        """[...document.querySelectorAll(".thread .comment")].every(
            (comment) => comment.checkVisibility({contentVisibilityAuto: true}))"""
    )
    page.evaluate(f"scrollTo(0, {height})")
    page.wait_for_timeout(100)
    assert page.evaluate(height) == before


PAGES = ["home", "article", "huge", "later", "since", "branch", "point", "form", "report", "more"]
PAGES += ["author", "authors", "commenter", "responses", "archive", "acts", "api", "past"]
PAGES += ["no day", "found", "not found", "404", "410", "keys"]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation_on_any_page(visit, site, name):
    page = visit(site[name])
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert_accessible(page, (360, 768, 1440), mirrored=True)


@pytest.fixture
def long_threads(transactional_db) -> Article:
    """Threads that are longer than the space reserved before they are laid out."""
    article = Article.objects.create(title="Long", slug="long", body="Text.", is_published=True)
    dice = random.Random(4)
    parents: list[int | None] = [None, None, None]
    for i in range(3, 160):
        parents.append(None if dice.random() < 0.2 else dice.randrange(max(0, i - 40), i))
    words = ["Some words. " * dice.randrange(1, 60) for _ in parents]
    discussions.import_comments(
        article.pk, [Comment(body=body, name="Ann") for body in words], parents
    )
    return article


@pytest.mark.parametrize("width", [360, 1440])
def test_threads_not_laid_out_yet_do_not_overlap_others(visit, long_threads, width):
    page = visit("/")
    page.set_viewport_size({"width": width, "height": 900})
    for address in ("", "branches/1/"):
        page.goto(page.url.split("/articles/")[0] + long_threads.get_absolute_url() + address)
        assert violations(page) == []


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
@pytest.mark.parametrize("width", [360, 1440])
def test_links_reach_comments_that_are_not_laid_out_yet(visit, long_threads, width, motion):
    page = visit("/")
    page.emulate_media(reduced_motion=motion)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(page.url + long_threads.get_absolute_url()[1:])
    for number in (90, 20, 50):
        page.evaluate("number => { location.hash = `#comment-${number}`; }", number)
        expect(page.locator(f"#comment-{number}")).to_be_in_viewport(ratio=0.3)
    page.locator("#comment-1 .comment-number").focus()
    for _ in range(30):
        page.keyboard.press("j")
        expect(page.locator(":focus")).to_be_in_viewport(ratio=1)


def test_pages_are_mirrored_for_right_to_left_languages(visit, site, settings):
    settings.LANGUAGE_CODE = "ar"
    page = visit(site["article"])
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
        assert not is_wider_than_the_screen(page)
        assert violations(page) == []


@pytest.mark.parametrize("script", [True, False])
def test_a_branch_collapses_and_expands_with_and_without_javascript(visit, site, script):
    page = visit(site["article"], script=script)
    summary = page.locator("#comment-1 ~ .replies > summary")
    expect(body(page, 2)).to_be_visible()
    summary.click()
    expect(body(page, 2)).to_be_hidden()
    expect(body(page, 15)).to_be_visible()
    summary.click()
    expect(body(page, 2)).to_be_visible()


def test_clicking_the_depth_line_collapses_the_branch(visit, site):
    page = visit(site["article"])
    replies = page.locator("#comment-1 ~ .replies")
    replies.scroll_into_view_if_needed()
    box = replies.bounding_box()
    page.mouse.click(box["x"] + 3, max(box["y"], 0) + 120)
    expect(body(page, 2)).to_be_hidden()


def test_without_javascript_everything_is_readable_and_no_dead_control_is_shown(visit, site):
    page = visit(site["article"], script=False)
    for number in [*range(1, 9), 12, 14, 15, 16, 17]:
        expect(body(page, number)).to_be_visible()
    for control in page.locator(".needs-script").all():
        expect(control).to_be_hidden()


def test_all_replies_can_be_collapsed_at_once(visit, site):
    page = visit(site["article"])
    button = page.get_by_role("button", name="Fold all")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(body(page, 2)).to_be_hidden()
    expect(body(page, 16)).to_be_hidden()
    expect(body(page, 1)).to_be_visible()
    button.click()
    expect(body(page, 8)).to_be_visible()


def test_without_replies_there_is_no_collapse_control(visit, transactional_db):
    article = make_article("Why bees dance")
    discussions.import_comments(article.pk, [Comment(body="Alone.")], [None])
    page = visit(article.get_absolute_url())
    page.get_by_text("Tools", exact=True).click()
    expect(page.get_by_label("Single-key shortcuts")).to_be_visible()
    expect(page.get_by_role("button", name="Fold all")).to_have_count(0)


def test_a_link_to_a_collapsed_comment_expands_it(visit, site):
    page = visit(site["article"])
    page.get_by_role("button", name="Fold all").click()
    page.evaluate("location.hash = '#comment-8'")
    expect(body(page, 8)).to_be_visible()
    expect(body(page, 8)).to_be_in_viewport()


def test_a_url_with_an_invalid_escape_does_no_harm(visit, site):
    page = visit(site["article"] + "#%E0%A4%A")
    page.get_by_role("button", name="Fold all").click()
    expect(body(page, 2)).to_be_hidden()


def test_shortcuts_move_through_the_thread(visit, site):
    page = visit(site["article"])
    page.locator("#comment-1 .comment-number").focus()
    walk = []
    for key in "jjjpkttt":
        page.keyboard.press(key)
        walk.append(focused(page).removeprefix("comment-"))
    assert walk == ["2", "3", "4", "3", "2", "15", "17", "17"]


def test_shortcuts_find_the_parent_of_a_branch(visit, site):
    page = visit(site["branch"])
    page.locator("#comment-8 .comment-number").focus()
    page.keyboard.press("p")
    assert focused(page) == "comment-7"


def test_shortcuts_collapse_a_branch_and_skip_it(visit, site):
    page = visit(site["article"])
    page.locator("#comment-1 .comment-number").focus()
    page.keyboard.press("f")
    expect(body(page, 2)).to_be_hidden()
    page.keyboard.press("j")
    assert focused(page) == "comment-15"
    page.keyboard.press("k")
    page.keyboard.press("f")
    expect(body(page, 2)).to_be_visible()


def test_shortcuts_can_be_turned_off_and_stay_off(visit, site):
    page = visit(site["article"])
    page.get_by_text("Tools", exact=True).click()
    page.get_by_label("Single-key shortcuts").uncheck()
    page.reload()
    expect(page.get_by_label("Single-key shortcuts")).not_to_be_checked()
    page.locator("#comment-1 .comment-number").focus()
    page.keyboard.press("j")
    assert focused(page) == "comment-1"


def test_shortcuts_do_nothing_outside_the_thread(visit, site):
    page = visit(site["article"])
    page.locator(".site-name").focus()
    page.keyboard.press("j")
    assert focused(page) is None


def test_the_first_tab_stop_skips_to_the_content(visit, site):
    page = visit(site["article"])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_permalink_scrolls_to_its_comment(visit, site):
    page = visit(f"{site['article']}comments/15/")
    assert page.url.endswith("#comment-15")
    expect(body(page, 15)).to_be_in_viewport()


@pytest.mark.parametrize("script", [True, False])
def test_deep_replies_are_read_on_the_page_and_on_their_own(visit, site, script):
    page = visit(site["article"], script=script)
    expect(body(page, 11)).to_be_visible()
    page.goto(f"{page.url}branches/8/")
    for number in (7, 8, 9, 10, 11):
        expect(body(page, number)).to_be_visible()
    expect(body(page, 15)).to_have_count(0)
    page.get_by_role("link", name="Thread #1").click()
    expect(body(page, 1)).to_be_in_viewport()
    expect(body(page, 15)).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_threads_are_read_page_by_page(visit, site, script):
    page = visit(site["huge"], script=script)
    page.get_by_role("link", name="Show 6 more replies in this thread").click()
    expect(body(page, 32)).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Next 2 threads").click()
    expect(body(page, 6)).to_be_visible()
    expect(body(page, 4)).to_have_count(0)
    page.get_by_role("link", name="Previous threads").click()
    expect(body(page, 4)).to_be_visible()


def test_a_link_to_a_comment_on_another_page_opens_that_page(visit, site):
    page = visit(f"{site['huge']}#comment-6")
    expect(body(page, 6)).to_be_in_viewport()
    assert page.url.endswith("?after=4#comment-6")


def test_collapsed_lists_stay_collapsed_until_a_link_leads_into_them(visit, site):
    page = visit(site["article"])
    page.locator("#comment-1 ~ .replies > summary").click()
    expect(body(page, 2)).to_be_hidden()
    page.reload()
    expect(body(page, 2)).to_be_hidden()
    expect(body(page, 16)).to_be_visible()
    page.goto(page.url.partition("#")[0] + "#comment-3")
    page.reload()
    expect(body(page, 3)).to_be_visible()
    page.reload()
    expect(body(page, 2)).to_be_visible()


def test_print_shows_the_text_and_no_controls(visit, site):
    page = visit(site["article"])
    page.get_by_role("button", name="Fold all").click()
    page.emulate_media(media="print", color_scheme="dark")
    for number in (1, 8, 16):
        expect(body(page, number)).to_be_visible()
    for control in ("nav", "form", ".thread-tools", ".comment-next", ".button", ".site-foot a"):
        for shown in page.locator(control).all():
            expect(shown).to_be_hidden()
    # Black on white, regardless of the screen's colours.
    painted = "el => [getComputedStyle(el).backgroundColor, getComputedStyle(el).color]"
    assert page.locator("html").evaluate(painted) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]


def test_links_to_comments_and_points_work_in_a_saved_page(visit, site, tmp_path):
    page = visit(site["article"])
    saved = tmp_path / "saved.html"
    saved.write_text(page.content(), encoding="utf-8")
    copy = page.context.new_page()
    copy.goto(saved.as_uri())
    assert (
        copy.evaluate("""() => [...document.querySelectorAll('a[href^="#"]')]
      .filter((link) => !document.getElementById(link.hash.slice(1))).map((link) => link.hash)""")
        == []
    )
    copy.get_by_role("link", name="#15 Bo").first.click()
    assert copy.url == f"{saved.as_uri()}#comment-15"
    expect(body(copy, 15)).to_be_in_viewport()


def test_comments_since_the_last_visit_are_visited_across_pages(visit, site):
    page = visit(site["huge"])
    expect(page.locator("[data-newest]")).to_be_hidden()
    huge = Article.objects.get(title="Why so many").pk
    first, second = Comment.objects.filter(discussion=huge, number__in=(2, 6)).order_by("number")
    discussions.import_comments(
        huge, [Comment(body="Just said.") for _ in range(3)], [first, second, None]
    )

    again = page.context.new_page()
    again.goto(page.url)
    again.get_by_role("link", name=re.compile("^1 new on this page since")).click()
    for number, is_last in ((33, False), (34, False), (35, True)):
        new = again.locator(f"#comment-{number}")
        expect(new).to_be_in_viewport()
        expect(new.get_by_text("New", exact=True)).to_be_visible()
        assert new.locator("header").inner_text().startswith("New")
        new.get_by_role("link", name="Next new").click()
        assert again.url.endswith("#responses") == is_last

    home = page.context.new_page()  # other articles, not opened yet, have no count
    home.goto(page.url.replace(site["huge"], "/"))
    expect(home.locator(".article-list .new-link")).to_have_count(0)
    discussions.import_comments(huge, [Comment(body="Late.")], [None])
    home.goto(page.url.replace(site["huge"], "/archive/undated/"))
    expect(home.get_by_role("link", name="New responses")).to_have_count(1)
    home.go_back()
    home.reload()
    home.get_by_role("link", name="1 new", exact=True).click()
    expect(home.locator("#comment-36")).to_be_in_viewport()
    expect(home.locator("#comment-36").get_by_text("New", exact=True)).to_be_visible()
    home.goto(page.url.replace(site["huge"], "/"))
    expect(home.locator(".article-list .new-link")).to_have_count(0)

    page.reload()  # so do the tab of the first visit, and all tabs until the visit ends
    expect(page.locator(".is-new")).to_have_count(1)
    again.goto(page.url)
    expect(again.locator(".is-new")).to_have_count(1)
    later = page.context.new_page()
    later.clock.set_fixed_time(datetime.now(UTC) + timedelta(minutes=31))
    later.goto(page.url)
    expect(later.locator("[data-newest]")).to_be_hidden()
    expect(later.locator(".is-new")).to_have_count(0)


def test_a_comment_approved_late_is_new_regardless_of_its_number(visit, site):
    huge = Article.objects.get(title="Why so many").pk
    first = Comment.objects.get(discussion=huge, number=2)
    held, _ = discussions.import_comments(
        huge,
        [Comment(body="Held."), Comment(body="At once.")],
        [first, first],
        [Comment.Status.PENDING, Comment.Status.APPROVED],
    )
    page = visit(site["huge"])
    discussions.approve(held, by="test")
    page.reload()
    expect(page.locator(".is-new")).to_have_count(1)
    expect(page.locator(f"#comment-{held.number}.is-new")).to_be_visible()
