"""The ten commonest tasks of editors take at most three actions from the overview, on a phone too.

An action is a click, or a key that has an effect, on an open page. Text typed into a field belongs to
the action that submits it.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from commentary import discussions
from commentary.models import AuditEntry, Comment, Discussion, Rule
from tests.browser.checks import is_wider_than_the_screen
from tests.browser.test_moderation import send
from tests.conftest import member

S = Comment.Status
MOST_ACTIONS = 3
OVERVIEW = "/admin/"

pytestmark = pytest.mark.parametrize("width", [1280, 390])


@dataclass
class Walk:
    """A page on which actions are counted."""

    page: Page
    actions: int = 0

    def act(self, target: Locator) -> None:
        """Click, which is one action. Afterwards the page must fit the screen."""
        self.actions += 1
        target.click()
        self.page.wait_for_load_state()
        assert not is_wider_than_the_screen(self.page)

    def submit(self, field: Locator, text: str) -> None:
        """Type into a field and press Enter, which is one action."""
        self.actions += 1
        field.fill(text)
        field.press("Enter")
        self.page.wait_for_load_state()

    def find(self, text: str) -> None:
        """Use the box above every page."""
        self.submit(self.page.get_by_label("Find a comment by number"), text)

    def select(self, made: Comment) -> Locator:
        """Open a waiting comment in the queue. Return its row."""
        self.act(self.page.locator("#longest + form .queue-title a", has_text=f"#{made.number}"))
        return self.page.locator(f"#item-{made.pk}")

    def undo_bar(self) -> Locator:
        return self.page.locator(".undo-bar")


@pytest.fixture
def walk(room, ines, enter, width):
    """`walk()` opens the overview."""
    walks = []

    def begin() -> Walk:
        walks.append(Walk(enter(ines, OVERVIEW, width=width)))
        assert not is_wider_than_the_screen(walks[-1].page)
        return walks[-1]

    yield begin
    (walked,) = walks
    assert 0 < walked.actions <= MOST_ACTIONS


def on_site(made: Comment) -> str:
    """Return the address of a comment as a reader copies it."""
    return f"https://example.org{Comment.objects.get(pk=made.pk).get_absolute_url()}"


def status(made: Comment) -> str:
    return Comment.objects.get(pk=made.pk).status


def test_approve_one(room, walk):
    made = send(room, "Held text.", 1)
    here = walk()
    here.act(here.page.get_by_role("button", name=f"Approve #{made.number}"))
    expect(here.undo_bar()).to_contain_text("Approved")
    assert status(made) == S.APPROVED


def test_reject_with_a_reason(room, walk):
    made = send(room, "Held text.", 1)
    here = walk()
    row = here.select(made)
    here.act(row.locator("summary", has_text="Reason"))
    row.get_by_label("Your own reason").fill("Off topic")
    here.act(row.get_by_role("button", name="Reject"))
    expect(here.undo_bar()).to_contain_text("Rejected")
    assert AuditEntry.objects.get(verb="reject").reason == "Off topic"


def test_ban_a_spammer_and_remove_all_of_theirs(room, ines, walk):
    public = send(room, "Buy shelves.", 1, name="Sal")
    discussions.approve(public, by=ines)
    waiting = send(room, "Buy more shelves: https://shop.example", 1, name="Sal Again")
    other = send(room, "Not by the spammer.", 2)
    here = walk()
    here.select(waiting)
    here.act(here.page.get_by_role("button", name="Block, and mark all as spam"))
    expect(here.undo_bar()).to_contain_text("2 comments marked as spam")
    assert [status(made) for made in (public, waiting, other)] == [S.SPAM, S.SPAM, S.PENDING]
    assert Rule.objects.get(kind="commenter").action == "reject"


def test_close_a_thread_for_a_week(room, walk):
    made = send(room, "Held text.", 1, Comment.objects.get())
    here = walk()
    here.select(made)
    here.act(here.page.locator(".context summary", has_text="Close thread #1"))
    here.act(here.page.get_by_role("button", name="Close for a week thread #1"))
    expect(here.undo_bar()).to_contain_text("thread #1")
    closed = Comment.objects.get(number=1)
    assert timedelta(days=6) < closed.closed_until - timezone.now() < timedelta(days=8)


def test_find_a_comment_from_its_url(room, walk):
    made = Comment.objects.get()
    here = walk()
    here.find(on_site(made))
    expect(here.page.locator("textarea[name=body]")).to_have_value(made.body)


def test_undo_a_colleagues_bulk_mistake(room, walk):
    made = [send(room, f"Held text {i}.", i) for i in range(3)]
    tomas = member("tomas", "Moderator")
    discussions.decide("reject", [one.key for one in made], tomas)
    here = walk()
    here.act(here.page.get_by_role("link", name="Undo: tomas rejected 3 entries"))
    here.act(here.page.get_by_role("button", name="Undo"))
    expect(here.page.get_by_text("3 decisions undone.")).to_be_visible()
    assert {status(one) for one in made} == {S.PENDING}


def test_answer_a_question(room, walk):
    made = send(room, "Which branch do you mean?", 1)
    here = walk()
    row = here.select(made)
    here.act(row.locator("summary", has_text="Reply"))
    row.get_by_label("Reply as").fill("The one by the river.")
    here.act(row.get_by_role("button", name="Approve and reply"))
    expect(here.undo_bar()).to_contain_text("and replied as")
    made.refresh_from_db()
    assert made.replies.get().body == "The one by the river."


def test_fix_a_typo_openly(room, walk):
    made = Comment.objects.get()
    here = walk()
    here.find(on_site(made))
    body = here.page.locator("textarea[name=body]")
    body.fill(made.body.replace("brought", "bought"))
    here.act(here.page.get_by_role("button", name="Save", exact=True))
    made.refresh_from_db()
    assert "bought" in made.body and made.edited_by_editor


def test_move_a_misplaced_branch(room, walk):
    discussions.import_comments(
        room.pk, [Comment(body="Misplaced."), Comment(body="Its reply.")], [None, 0]
    )
    made = Comment.objects.get(body="Misplaced.")
    here = walk()
    here.find(on_site(made))
    here.page.get_by_label("Move with its replies below number").fill("1")
    here.act(here.page.get_by_role("button", name="Preview the move"))
    here.act(here.page.get_by_role("button", name="Move", exact=True))
    made.refresh_from_db()
    assert made.parent.number == 1 and made.replies.get().body == "Its reply."


def test_see_what_happened_since_yesterday(room, walk):
    made = send(room, "Held text.", 1)
    discussions.reject(made, member("tomas", "Moderator"), "Off topic")
    here = walk()
    here.act(here.page.get_by_role("link", name="Since your last visit"))
    here.act(here.page.get_by_role("link", name="A day"))
    expect(here.page.get_by_text("Off topic")).to_be_visible()
    assert Discussion.objects.get().pending_count == 0
