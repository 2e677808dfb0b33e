"""What readers see of decisions and edits: another look, badges, and what changed."""

import pytest
from playwright.sync_api import expect

from commentary import discussions
from commentary.models import Comment
from tests.browser.checks import assert_accessible

S = Comment.Status


@pytest.mark.parametrize("script", [True, False])
def test_a_commenter_asks_for_another_look(room, ines, visit, settings, script):
    settings.FORM_LEAST_AGE = 0
    page = visit(f"{room.get_absolute_url()}respond/", script=script)
    page.get_by_label("Your response").fill("See point 2.")
    page.get_by_role("button", name="Post").click()
    expect(page.get_by_text("Your comment is awaiting moderation.")).to_be_visible()
    made = Comment.objects.get(body="See point 2.")
    discussions.reject(made, ines, "Off topic")
    page.goto(page.url.split("?")[0])
    expect(page.get_by_text("Reason: Off topic")).to_be_visible()
    page.get_by_role("link", name="Ask for another look").click()
    page.wait_for_url("**/ask/")
    if script:
        assert_accessible(page)
    page.get_by_label("What should the editor know?").fill("It answers the article.")
    page.get_by_role("button", name="Ask for another look").click()
    expect(page.get_by_text("You asked for another look.")).to_be_visible()
    made.refresh_from_db()
    assert made.status == S.PENDING


def test_badges_the_log_and_the_history_are_accessible(room, ines, visit):
    sender = discussions.Sender(writer="w", network="n", editor=ines, account=ines)
    mine = discussions.submit(room.pk, None, "We asked both branches.", sender, "k", "Ines")
    discussions.correct(Comment.objects.get(pk=mine.pk), ines, "Ines", "We asked all branches.")
    page = visit(room.get_absolute_url())
    expect(page.locator(f"#comment-{mine.number} .badge", has_text="Editor")).to_be_visible()
    assert_accessible(page)
    home = page.url.split("/articles/")[0]
    page.goto(f"{home}/moderation/")
    expect(page.get_by_text(f"Comment #{mine.number} by an editor")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{home}{room.get_absolute_url()}comments/{mine.number}/history/")
    page.locator("summary", has_text="What changed").click()
    expect(page.locator("del")).to_contain_text("both")
    expect(page.locator("ins")).to_contain_text("all")
    assert_accessible(page)
