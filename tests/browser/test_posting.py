"""Writing comments, first without JavaScript, then with it."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from commentary import discussions
from commentary.models import Article, Comment, Rule
from tests.browser.checks import assert_accessible
from tests.browser.test_walks import click, home_of, press

ADDRESS = "/articles/why-bees-dance/"


@pytest.fixture(autouse=True)
def _first_comments_wait_and_nobody_is_too_fast(transactional_db, settings):
    # A transactional test leaves empty tables, without the rows from migrations.
    Rule.objects.get_or_create(kind=Rule.Kind.FIRST)
    settings.FORM_LEAST_AGE = 0


@pytest.fixture
def write(visit, site):
    """`write(page, "Words")` fills in the open form and submits it."""

    def fill(page: Page, words: str, button: str = "Post", **fields: str) -> None:
        page.get_by_label("Your response", exact=True).fill(words)
        for label, value in fields.items():
            page.get_by_label(label).fill(value)
        page.get_by_role("button", name=button).click()

    return fill


def check(page: Page, sign: str) -> None:
    """Check the accessibility of the page that contains `sign`."""
    expect(page.locator(sign)).to_be_visible()
    page.wait_for_load_state()
    assert_accessible(page)


def test_without_javascript_a_commenter_sees_their_own_pending_comment(visit, site, write):
    page = visit(site["article"], script=False)
    page.locator("#comment-1").get_by_role("link", name="Reply to #1", exact=True).click()
    write(page, "*Bees*, indeed.", "Preview", Name="Hal Verne")
    expect(page.get_by_role("region", name="Preview of your comment")).to_contain_text("Hal Verne")
    expect(page.locator(".preview em")).to_have_text("Bees")
    page.get_by_label("E-mail").fill("hal@example")
    page.get_by_role("button", name="Post").click()
    expect(page).to_have_title("Error: Why bees dance - Commentary")
    expect(page.get_by_label("Your response", exact=True)).to_have_value("*Bees*, indeed.")
    expect(page.get_by_label("Name")).to_have_value("Hal Verne")
    page.get_by_label("E-mail").fill("")
    page.get_by_role("button", name="Post").click()
    expect(page.get_by_role("status")).to_contain_text("Your comment is awaiting moderation.")
    page.get_by_role("link", name="See your comment").click()
    mine = page.locator(".comment.is-pending")
    expect(mine).to_be_in_viewport()
    expect(mine).to_contain_text("Only you can see this comment until an editor approves it.")

    other = visit(site["article"])
    expect(other.locator("#comment-1")).to_be_visible()
    assert "indeed" not in other.content()

    mine.get_by_role("link", name="Edit").click()
    write(page, "Bees, and wasps.", "Save changes")
    expect(page.locator(".comment.is-pending")).to_contain_text("Bees, and wasps.")
    expect(page.locator(".comment.is-pending")).to_contain_text("edited")

    discussions.approve(Comment.objects.get(body="Bees, and wasps."), by="test")
    other.reload()
    expect(other.locator("#responses")).to_contain_text("Bees, and wasps.")
    page.goto(page.url)
    page.locator("#comment-18").get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw comment").click()
    expect(page.get_by_role("status")).to_contain_text("Your comment has been withdrawn.")
    other.reload()
    expect(other.locator("#responses")).not_to_contain_text("Bees, and wasps.")


def test_without_javascript_a_reader_reports_and_withdraws_the_report(visit, site):
    page = visit(site["article"], script=False)
    page.locator("#comment-2").get_by_role("link", name="More").click()
    page.get_by_role("link", name="Report #2").click()
    page.get_by_label("Attacks a person").check()
    page.get_by_role("button", name="Send report").click()
    expect(page.get_by_role("status")).to_contain_text("Your report was sent.")
    page.get_by_role("button", name="Withdraw report").click()
    expect(page.get_by_role("button", name="Send report")).to_be_visible()


def test_with_javascript_the_form_opens_in_place_and_closes_again(visit, site):
    page = visit(site["article"])
    link = page.locator("#comment-2").get_by_role("link", name="Reply to #2", exact=True)
    link.click()
    area = page.locator("#reply-2").get_by_label("Your response", exact=True)
    expect(area).to_be_focused()
    assert page.url.endswith(ADDRESS)
    assert (
        page.evaluate("document.getElementById('reply-2').previousElementSibling.id") == "comment-2"
    )
    page.keyboard.press("Escape")
    expect(page.locator("#reply-2")).to_have_count(0)
    expect(link).to_be_focused()
    link.click()
    page.locator("#reply-2").get_by_role("link", name="Cancel").click()
    expect(page.locator("#reply-2")).to_have_count(0)
    page.get_by_role("link", name="Write a response").first.click()
    expect(page.locator("#reply").get_by_label("Your response", exact=True)).to_be_focused()


def select(page: Page, selector: str) -> None:
    """Select the text of an element, as with the mouse."""
    page.locator(selector).evaluate("element => getSelection().selectAllChildren(element)")


def test_with_javascript_selected_words_are_quoted_in_the_reply(visit, site):
    page = visit(site["article"])
    words = page.locator("#comment-1 .comment-body p").first.inner_text()
    select(page, "#comment-1 .comment-body p >> nth=0")
    page.keyboard.press("r")
    box = page.locator("#reply-1").get_by_label("Your response", exact=True)
    expect(box).to_have_value(f"> {words}\n\n")
    expect(box).to_be_focused()
    page.keyboard.type("Indeed.")
    select(page, "#comment-1 .comment-body p >> nth=0")
    page.locator("#comment-1").get_by_role("link", name="Reply to #1", exact=True).click()
    expect(box).to_have_value(f"> {words}\n\nIndeed.\n\n> {words}\n\n")


def test_with_javascript_nothing_is_quoted_without_a_selection(visit, site):
    page = visit(site["article"])
    select(page, "#comment-1 .comment-body p >> nth=0")
    page.locator("h1").click()
    page.locator("#comment-1").get_by_role("link", name="Reply to #1", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#reply-1").get_by_label("Your response", exact=True)).to_have_value("")


def test_with_javascript_a_draft_survives_closing_reloading_and_an_error(visit, site):
    page = visit(site["article"])
    reply = page.locator("#comment-2").get_by_role("link", name="Reply to #2", exact=True)
    area = page.locator("#reply-2").get_by_label("Your response", exact=True)
    reply.click()
    area.fill("Typed for an hour")
    page.keyboard.press("Escape")
    reply.click()
    expect(area).to_have_value("Typed for an hour")
    page.reload()
    reply.click()
    expect(area).to_have_value("Typed for an hour")
    page.get_by_label("E-mail").fill("nonsense")
    page.get_by_role("button", name="Post").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.goto(page.url.split("respond")[0])
    reply.click()
    expect(area).to_have_value("Typed for an hour")
    page.get_by_role("button", name="Post").click()
    expect(page.get_by_role("status")).to_contain_text("awaiting moderation")
    reply.click()
    expect(area).to_have_value("")


def test_with_javascript_a_form_that_cannot_be_shown_opens_the_page_with_the_reason(visit, site):
    page = visit(site["article"])
    discussions.close(Comment.objects.get(body="The first."), by="test", reason="off the subject")
    page.locator("#comment-2").get_by_role("link", name="Reply to #2", exact=True).click()
    expect(page.locator("#reply-2")).to_contain_text("Reason: off the subject.")
    assert "reply/2/" in page.url


def test_axe_finds_no_violation_on_pages_for_commenters(visit, site, write):
    page = visit(f"{site['article']}reply/1/")
    check(page, "#reply-1")
    write(page, "> A quote\n\n- one\n- two\n\n`code`", "Preview", Name="Hal Verne")
    check(page, ".preview")
    page.get_by_label("E-mail").fill("x")
    write(page, " ")
    check(page, ".error-summary")
    page.get_by_label("E-mail").fill("")
    write(page, "Waiting.")
    check(page, ".comment.is-pending")
    for name, sign in (("Edit", "#edit-body"), ("Withdraw", "h1:has-text('Withdraw')")):
        page.locator(".comment.is-pending").get_by_role("link", name=name).click()
        check(page, sign)
        page.get_by_role("link", name="Cancel").click()


def test_axe_finds_no_violation_on_pages_for_reports(visit, site):
    page = visit(f"{site['article']}comments/2/report/")
    check(page, "h1:has-text('Report')")
    page.get_by_role("button", name="Send report").click()
    check(page, ".error-summary")
    page.get_by_label("Off topic").check()
    page.get_by_role("button", name="Send report").click()
    check(page, ".notice-done")


@pytest.mark.parametrize(
    ("path", "sign"),
    [
        ("/moderation/", "h1"),
        (f"{ADDRESS}respond/", "form#reply"),
        (f"{ADDRESS}reply/16/", "#reply-16 .notice"),
    ],
)
def test_axe_finds_no_violation_on_pages_that_link_to_forms(visit, site, path, sign):
    check(visit(path), sign)


@pytest.mark.parametrize(("script", "use"), [(False, click), (True, press)])
def test_a_guest_posts_edits_returns_to_what_is_new_and_withdraws(visit, site, script, use):
    """Without JavaScript, and by keyboard only."""
    page = visit(site["huge"], script=script)
    home = home_of(page)
    page.goto(home + site["article"])
    use(page, page.get_by_role("link", name="Reply to #12", exact=True), "")
    form = page.locator("form#reply-12")
    expect(form.locator(".answered")).to_have_text("Late, to the first.")
    for label, words in (
        ("Your response", "Indeed."),
        ("Name", "Hal"),
        ("E-mail", "h@example.org"),
    ):
        form.get_by_label(label).fill(words)
    use(page, form.get_by_role("button", name="Post"), "")

    mine = page.locator("#comment-18.is-pending")
    for words in ("Indeed.", "Indeed, and more."):
        expect(mine).to_contain_text(words)
        expect(mine).to_be_in_viewport()
        assert page.url.endswith("?sent=18#comment-18")
        link = page.get_by_role("status").get_by_role("link", name="See your comment")
        expect(link).to_have_attribute("href", "#comment-18")
        if words == "Indeed.":
            use(page, mine.get_by_role("link", name="Edit"), "")
            page.get_by_label("Your response", exact=True).fill("Indeed, and more.")
            use(page, page.get_by_role("button", name="Save changes"), "")

    page.goto(home + site["huge"])
    use(page, page.get_by_role("link", name="Write a response").first, "")
    expect(page.locator("form#reply").get_by_label("Name")).to_have_value("Hal")
    expect(page.locator("form#reply").get_by_label("E-mail")).to_have_value("h@example.org")

    huge = Article.objects.get(title="Why so many").pk
    Comment.objects.filter(discussion_id=huge).update(
        created_at="2026-11-12T09:00Z", public_at="2026-11-12T09:00Z"
    )
    parents = Comment.objects.filter(discussion_id=huge, number__in=(2, 6)).order_by("number")
    discussions.import_comments(huge, [Comment(body="Just said.") for _ in range(2)], list(parents))
    if script:
        page.goto(home)
        use(page, page.get_by_role("link", name="2 new", exact=True), "")
    else:
        page.goto(home + site["huge"])
        page.get_by_text("Tools", exact=True).click()
        page.get_by_label("Show responses added since").fill(timezone.localdate().isoformat())
        page.get_by_label("Show responses added since").locator("xpath=..//button").click()
        page.get_by_role("link", name="2 new since").click()
    for number in (33, 34):
        new = page.locator(f"#comment-{number}")
        expect(new).to_be_in_viewport()
        expect(new.get_by_text("New", exact=True)).to_be_visible()
        if script and number == 33:
            new.locator(".comment-number").focus()
            page.keyboard.press("n")
        elif number == 33:
            new.get_by_role("link", name="Next new").click()

    page.goto(f"{home}{site['article']}#comment-18")
    use(page, mine.get_by_role("link", name="Withdraw"), "")
    use(page, page.get_by_role("button", name="Withdraw comment"), "")
    expect(page.get_by_role("status")).to_contain_text("Your comment has been withdrawn.")
    expect(page.locator("#comment-18")).to_have_count(0)
