"""The moderation pages in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from commentary import discussions
from commentary.models import AuditEntry, Comment, Rule
from tests.browser.checks import assert_accessible, violations
from tests.conftest import member

S = Comment.Status
QUEUE = "/admin/moderation/"
HELD = 'Both branches publish figures: https://figures.example.org/north <b>bold</b> "deals"'


def send(article, body, number, parent=None, name="") -> Comment:
    """Send a comment as a reader."""
    sender = discussions.Sender(writer=f"writer-{number}")
    pk = parent.pk if parent else None
    return discussions.submit(article.pk, pk, body, sender, f"key for {body}", name)


@pytest.fixture
def busy(room, ines):
    """Add items to every tab of the queue. Return the URLs of the pages by kind."""
    root = Comment.objects.get()
    held = send(room, HELD, 1, root)
    send(room, "ما الذي تغيّر في الفروع الصغيرة؟ لا أجد أرقامها.", 2, name="سلمى")
    send(room, "You two should settle this somewhere else.", 3, root, name="Dov Abramsky")
    long = "A" * 300 + " and " + "https://shop.example/" + "b" * 300
    send(room, long, 4, name="N" * 150)
    for number in range(5, 9):
        send(room, f"Text {number}.", number, name="Hal Verne")
    mine = list(Comment.objects.filter(name="Hal Verne").order_by("pk"))
    discussions.approve(mine[0], by=ines)
    discussions.approve(mine[1], by=ines)
    discussions.reject(mine[2], by=ines, reason="Off topic")
    reader = discussions.Sender(writer="reader")
    discussions.report_comment(mine[0], reader, "attack", "He calls me names")
    discussions.report_comment(mine[0], discussions.Sender(writer="another"), "off_topic")
    send(room, "And one more that nobody held.", 5)
    rule = Rule.objects.create(kind="words", pattern="figures\ndeals")
    entry = AuditEntry.objects.filter(verb="reject").get()
    discussions.close(mine[1], by=ines, reason="Dispute between people")
    discussions.correct(mine[0], ines, "Ann", "Corrected words", "a typo")
    return {
        "pending": f"{QUEUE}?item={held.key}",
        "edit": f"{QUEUE}?item={held.key}&edit=1",
        "reported": f"{QUEUE}?state=reported&item={mine[0].key}",
        "unreviewed": f"{QUEUE}?state=unreviewed",
        "empty": f"{QUEUE}?q=nothing+like+it",
        "decided": f"{QUEUE}?state=decided",
        "same": f"{QUEUE}?same={mine[0].key}",
        "overview": "/admin/",
        "handover": "/admin/handover/",
        "approved": f"{QUEUE}?state=approved",
        "all pages": "/admin/pages/",
        "articles": "/admin/commentary/article/",
        "article": f"/admin/commentary/article/{room.pk}/change/",
        "new article": "/admin/commentary/article/add/",
        "comments": "/admin/commentary/comment/",
        "comment": f"/admin/commentary/comment/{held.key}/change/",
        "rules": "/admin/commentary/rule/",
        "rule": f"/admin/commentary/rule/{rule.pk}/change/",
        "act": f"/admin/commentary/comment/{held.key}/close/",
        "discussion": f"/admin/commentary/discussion/{room.pk}/change/",
        "audit": "/admin/commentary/auditentry/",
        "entry": f"/admin/commentary/auditentry/{entry.key}/change/",
        "undo": f"/admin/commentary/auditentry/{entry.key}/undo/",
        "versions": f"/admin/commentary/comment/{mine[0].key}/versions/",
        "names": "/admin/names/?old=Hal+Verne&new=Hal",
        "join": f"/admin/join/?of={room.pk}",
        "undo of a user": "/admin/commentary/auditentry/undo/user/"
        f"?who={ines.pk}&since=2020-01-01T00:00&until=2999-01-01T00:00",
    }


PAGES = ["pending", "edit", "reported", "unreviewed", "empty", "decided", "same"]
PAGES += [
    "overview",
    "handover",
    "approved",
    "all pages",
    "articles",
    "article",
    "new article",
    "comments",
    "comment",
]
PAGES += [
    "rules",
    "rule",
    "preview",
    "act",
    "discussion",
    "audit",
    "entry",
    "undo",
    "undo of a user",
    "versions",
    "names",
    "join",
]


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation_on_any_page(busy, ines, enter, name):
    page = enter(ines, busy["rule" if name == "preview" else name])
    if name == "preview":
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_text("would have matched")).to_be_visible()
    if name == "pending":
        page.keyboard.press("r")
        expect(page.locator(".undo-bar")).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert_accessible(page)


def focused(page: Page) -> str:
    """The title that has the focus."""
    return page.evaluate("document.activeElement.closest('.queue-title a')?.textContent || ''")


def press(page: Page, key: str) -> None:
    """Press a key that submits the form, and wait for the next page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def test_fifty_comments_are_decided_and_undone_with_the_keyboard_only(room, ines, enter, visit):
    sent = [send(room, f"Held text {i}.", i) for i in range(50)]
    page = enter(ines, QUEUE)
    page.locator(".queue-title a").first.focus()
    page.keyboard.press("j")
    assert focused(page) == f"Anonymous {sent[1].anonymous_number} #{sent[1].number}"
    page.keyboard.press("k")
    verbs = ["a", "r", "a", "s", "a"] * 10
    for made, key in zip(sent, verbs, strict=True):
        assert focused(page) == f"Anonymous {made.anonymous_number} #{made.number}"
        press(page, key)
    expect(page.get_by_text("No comments are waiting for review.")).to_be_visible()
    in_state = Comment.objects.filter(pk__in=[c.pk for c in sent]).order_by("pk")
    states = {"a": S.APPROVED, "r": S.REJECTED, "s": S.SPAM}
    assert [c.status for c in in_state] == [states[key] for key in verbs]

    reader = visit(room.get_absolute_url(), script=False)
    expect(reader.get_by_text("Held text 49.")).to_be_visible()
    expect(reader.get_by_text("Held text 1.", exact=True)).to_have_count(0)

    press(page, "u")
    assert focused(page) == f"Anonymous {sent[49].anonymous_number} #{sent[49].number}"
    reader.reload()
    expect(reader.get_by_text("Held text 49.")).to_have_count(0)

    page.goto(page.url.split("?")[0] + "?state=decided&size=100")
    everything = page.locator("[data-select-all]")
    everything.focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("50 selected")).to_be_visible()
    page.keyboard.press("Tab")
    press(page, "Enter")
    expect(page.get_by_text("49 decisions undone.")).to_be_visible()
    assert {c.status for c in in_state.all()} == {S.PENDING}
    reader.reload()
    expect(reader.get_by_text("Held text")).to_have_count(0)


def test_a_batch_is_approved_and_undone_without_javascript(room, ines, enter, visit):
    for i in range(3):
        send(room, f"Held text {i}.", i)
    page = enter(ines, QUEUE, script=False)
    for box in page.locator("input[name=pick]").all():
        box.check()
    page.locator(".bulk-bar").get_by_role("button", name="Approve").click()
    expect(page.get_by_text("3 comments approved.")).to_be_visible()
    reader = visit(room.get_absolute_url(), script=False)
    expect(reader.get_by_text("Held text")).to_have_count(3)
    page.locator(".undo-bar").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("3 decisions undone.")).to_be_visible()
    reader.reload()
    expect(reader.get_by_text("Held text")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False])
def test_a_closed_thread_shows_readers_the_reason(room, ines, enter, visit, script):
    held = send(room, "Held text.", 1, Comment.objects.get())
    address = room.get_absolute_url()
    reader = visit(address, script=False)
    with reader.expect_response(lambda answer: answer.url.endswith(address)) as before:
        reader.reload()
    page = enter(ines, f"{QUEUE}?item={held.key}", script=script)
    page.locator("summary", has_text="Close thread #1").click()
    page.get_by_label("Dispute between people").check()
    page.get_by_label("Note shown to readers").first.fill("Take a walk")
    page.get_by_role("button", name="Close thread #1").click()
    expect(page.locator(".undo-bar")).to_contain_text("thread #1")
    with reader.expect_response(lambda answer: answer.url.endswith(address)) as after:
        reader.reload()
    expect(reader.get_by_text("Dispute between people: Take a walk")).to_be_visible()
    assert "set-cookie" not in after.value.headers
    assert after.value.headers["etag"] != before.value.headers["etag"]
    assert reader.context.cookies() == []
    page.get_by_role("button", name="Reopen thread #1").click()
    expect(page.locator(".undo-bar")).to_contain_text("Reopened thread #1")
    reader.reload()
    expect(reader.get_by_text("Take a walk")).to_have_count(0)


def test_the_next_item_gets_the_focus_with_and_without_javascript(room, ines, enter):
    first, second, third = (send(room, f"Held text {i}.", i) for i in range(3))
    for script, made, following in ((True, first, second), (False, second, third)):
        page = enter(ines, QUEUE, script=script)
        page.locator(f"#item-{made.pk}").get_by_role("button", name="Approve").click()
        expect(page.locator(f"#item-{following.pk} .queue-title a")).to_be_focused()


def test_shortcuts_are_ignored_while_typing_or_when_turned_off(room, ines, enter):
    made = send(room, "Held text.", 1)
    page = enter(ines, f"{QUEUE}?item={made.key}")
    page.locator(".queue-item summary", has_text="Reason").click()
    field = page.locator(f"input[name=reason-{made.key}]")
    field.fill("")
    field.press_sequentially("arsdxu")
    expect(field).to_have_value("arsdxu")
    page.keyboard.press("Enter")
    page.get_by_label("Single-key shortcuts").uncheck()
    page.locator(".queue-title a").focus()
    page.keyboard.press("a")
    made.refresh_from_db()
    assert made.status == S.PENDING
    page.locator(".queue-actions").get_by_role("button", name="Reject").click()
    expect(page.locator(".undo-bar")).to_be_visible()
    assert AuditEntry.objects.get(verb="reject").reason == "arsdxu"


def test_keys_decide_about_the_selected_comments_if_there_are_any(room, ines, enter):
    made = [send(room, f"Held text {i}.", i) for i in range(4)]
    page = enter(ines, QUEUE)
    expect(page.locator(f"#item-{made[0].pk} .queue-title a")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    press(page, "r")
    expect(page.get_by_text("2 comments rejected.").first).to_be_visible()
    states = [Comment.objects.get(pk=one.pk).status for one in made]
    assert states == [S.PENDING, S.REJECTED, S.REJECTED, S.PENDING]
    expect(page.locator("body > [role=status]")).to_contain_text("2 comments rejected.")


@pytest.mark.parametrize("width", [1440, 360])
def test_the_undo_stays_in_view_and_covers_no_focus(room, ines, enter, width):
    made = [send(room, f"Held text {i}.", i) for i in range(20)]
    page = enter(ines, f"{QUEUE}?item={made[0].key}", width=width)
    press(page, "a")
    for one in (made[15], made[3]):
        title = page.locator(f"#item-{one.pk} .queue-title a")
        title.focus()
        title.scroll_into_view_if_needed()
        expect(page.locator(".undo-bar")).to_be_in_viewport(ratio=1)
        bar, row = page.locator(".undo-bar").bounding_box(), title.bounding_box()
        assert row["y"] >= bar["y"] + bar["height"]


@pytest.mark.parametrize("script", [True, False])
def test_a_person_gets_a_note_an_answer_and_a_block(room, ines, enter, script):
    made = send(room, "Which branch do you mean?", 1, name="Hal")
    later = send(room, "Buy shelves.", 1, name="Hal")
    page = enter(ines, f"{QUEUE}?item={made.key}", script=script)
    page.get_by_label("Add a note").fill("Asked the same last week")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator("#notes")).to_contain_text("Asked the same last week")
    item = page.locator(f"#item-{made.pk}")
    item.locator("summary", has_text="Reply").click()
    item.get_by_label("Reply as").fill("The one by the river.")
    item.get_by_role("button", name="Approve and reply").click()
    expect(page.locator(".undo-bar")).to_contain_text("and replied as")
    made.refresh_from_db()
    assert made.status == S.APPROVED and made.replies.get().body == "The one by the river."
    expect(page.locator("#notes")).to_contain_text("on #2")
    page.locator(".context summary", has_text="Block or trust this person").click()
    page.get_by_label("Mark their waiting comments as spam").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".undo-bar")).to_contain_text("1 comment marked as spam")
    later.refresh_from_db()
    assert later.status == S.SPAM
    page.locator(".undo-bar").get_by_role("button", name="Undo").click()
    later.refresh_from_db()
    assert later.status == S.PENDING


def test_on_a_phone_buttons_are_in_two_columns_above_the_context(busy, ines, enter):
    page = enter(ines, busy["pending"], width=360)
    item = page.locator(".queue-item.is-current")
    boxes = [b.bounding_box() for b in item.locator(".queue-actions button").all()]
    assert boxes[0]["y"] == boxes[1]["y"] < boxes[2]["y"]
    assert page.locator(".context").bounding_box()["y"] > item.bounding_box()["y"]
    page.get_by_role("link", name="Back to #2 in the queue").click()
    expect(item).to_be_in_viewport()


def test_hostile_content_neither_runs_nor_opens(room, ines, enter):
    made = send(room, "<script>document.title='x'</script> https://x.example/ <img src=x>", 1)
    page = enter(ines, f"{QUEUE}?item={made.key}")
    assert "Moderation" in page.title() or "Pending" in page.title()
    assert page.locator(".queue-text a, .queue-text img, .queue-text script").count() == 0
    assert page.locator("a[href*='x.example']").count() == 0


def test_new_comments_and_claims_appear_without_moving_rows(room, ines, enter):
    made = send(room, "Held text.", 1)
    page = enter(ines, "/admin/")
    page.clock.install()
    page.goto(page.url + "moderation/")
    before = page.locator(f"#item-{made.pk}").bounding_box()
    news = page.locator(".queue-news [role=status]")
    expect(news.locator("a")).to_be_hidden()
    later = send(room, "Sent while the page is open.", 2)
    maren = member("maren", "Moderator")
    enter(maren, f"{QUEUE}?item={made.key}", script=False)
    page.clock.run_for(25_000)
    expect(news).to_contain_text("1 new")
    expect(page.locator(f"#item-{made.pk} .claim")).to_have_text("maren is looking at this")
    assert page.locator(".queue-item").count() == 1
    after = page.locator(f"#item-{made.pk}").bounding_box()
    assert (before["x"], before["y"]) == (after["x"], after["y"])
    assert violations(page) == []
    news.get_by_role("link", name="show").click()
    expect(page.locator(f"#item-{later.pk}")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_text_is_corrected_in_its_row(room, ines, enter, script):
    made = send(room, "Bees danse.", 1)
    page = enter(ines, QUEUE, script=script)
    item = page.locator(f"#item-{made.pk}")
    item.get_by_role("link", name="Edit").click()
    box = item.get_by_label(f"Text of #{made.number}")
    expect(box).to_be_focused()
    box.fill("Bees dance.")
    item.get_by_role("button", name="Save text").click()
    expect(page.locator(".undo-bar")).to_contain_text(f"Corrected #{made.number}")
    expect(item).to_contain_text("(edited by an editor)")
    expect(item.locator(".queue-text")).to_have_text("Bees dance.")
    made.refresh_from_db()
    assert (made.body, made.status) == ("Bees dance.", S.PENDING)
