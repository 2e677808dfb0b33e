"""The person behind a comment in the queue: history, notes, blocking, replies and saved texts."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from commentary import discussions
from commentary.admin.queue import filters, people
from commentary.discussions.verification import verify
from commentary.models import AuditEntry, Comment, Rule, SavedText, SiteAuditEntry, StaffNote
from tests.conftest import make_article, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_posting_limits")]
S = Comment.Status
QUEUE = "/admin/moderation/"


@pytest.fixture
def held(article):
    sent = []

    def send(body, writer="one", to=None, name="Hal") -> Comment:
        sent.append(body)
        sender = discussions.Sender(writer=writer)
        place = (to or article).pk
        made = discussions.submit(place, None, body, sender, f"key {len(sent)}", name)
        return Comment.objects.get(pk=made.pk)

    return send


def pick(comment: Comment) -> str:
    comment.refresh_from_db()
    return f"{comment.key}:{comment.version}"


def pane(client, comment: Comment):
    """The context of the page on which a comment is selected."""
    return client.get(QUEUE, {"item": str(comment.key)}).context["context"]


class TestHistory:
    def test_the_pane_lists_the_comments_of_the_same_person_with_what_was_decided(
        self, as_ed, ed, held
    ):
        elsewhere = held("Elsewhere", to=make_article("Another"))
        refused, waiting = held("Refused"), held("Waiting")
        held("By someone else", writer="two")
        discussions.reject(refused, by=ed, reason="Off topic")
        history = pane(as_ed, waiting).person.history
        assert [past.comment.pk for past in history] == [refused.pk, elsewhere.pk]
        assert history[0].reason == "Off topic" and history[0].excerpt == "Refused"
        page = as_ed.get(QUEUE, {"item": str(waiting.key)}).content.decode()
        assert "“Off topic”" in page and "Elsewhere" in page

    def test_the_list_is_short_and_takes_the_same_queries(
        self, as_ed, held, django_assert_max_num_queries
    ):
        made = [held(f"Text {i}") for i in range(people.MAX_HISTORY + 3)]
        one = Comment.objects.select_related("submission").get(pk=made[0].pk)
        with django_assert_max_num_queries(3):
            found = people.person_of(one)
        assert len(found.history) == people.MAX_HISTORY

    def test_nothing_is_known_about_the_writer_of_an_imported_comment(self, as_ed, comment):
        person = pane(as_ed, comment("Imported")).person
        assert person.history == person.rules == []


class TestNotes:
    def test_a_note_is_shown_at_every_comment_of_the_person(self, as_ed, ed, held):
        first, second = held("First"), held("Second", to=make_article("Another"))
        other = held("Other", writer="two")
        answer = as_ed.post(
            f"{QUEUE}?item={first.key}", {"note": str(first.key), "text": " A troll? "}
        )
        assert answer.status_code == 303 and str(first.key) in answer["Location"]
        (note,) = StaffNote.objects.all()
        assert (note.body, note.author, note.author_name) == ("A troll?", ed, "ed")
        for made, count in ((first, 1), (second, 1), (other, 0)):
            assert len(pane(as_ed, made).person.notes) == count
        counts = {i.comment.pk: i.note_count for i in as_ed.get(QUEUE).context["items"]}
        assert counts == {first.pk: 1, second.pk: 1, other.pk: 0}

    def test_a_note_on_an_imported_comment_is_shown_there(self, as_ed, comment):
        one, two = comment("One"), comment("Two")
        as_ed.post(QUEUE, {"note": str(one.key), "text": "From the old site"})
        assert len(pane(as_ed, one).person.notes) == 1
        assert pane(as_ed, two).person.notes == []
        page = as_ed.get(QUEUE, {"state": "approved"})
        counts = {i.comment.pk: i.note_count for i in page.context["items"]}
        assert counts == {one.pk: 1, two.pk: 0}

    def test_notes_are_on_the_page_of_the_comment_in_the_admin(self, as_ed, held):
        made, other = held("First"), held("Second")
        as_ed.post(QUEUE, {"note": str(made.key), "text": "Checked <b>both</b>"})
        for shown in (made, other):
            page = as_ed.get(f"/admin/commentary/comment/{shown.key}/change/").content.decode()
            assert "Checked &lt;b&gt;both&lt;/b&gt;" in page

    def test_only_its_author_deletes_a_note(self, as_ed, mo, held):
        made = held("Text")
        as_ed.post(QUEUE, {"note": str(made.key), "text": "Mine"})
        mine = StaffNote.objects.get()
        theirs = StaffNote.objects.create(
            discussion_id=made.discussion_id, comment=made, author=mo, author_name="mo", body="X"
        )
        as_ed.post(QUEUE, {"delete-note": str(theirs.key)})
        as_ed.post(QUEUE, {"delete-note": str(mine.key)})
        assert list(StaffNote.objects.all()) == [theirs]

    @pytest.mark.parametrize("text", ["", "  ", "\0"])
    def test_an_empty_note_is_refused(self, as_ed, held, text):
        page = as_ed.post(QUEUE, {"note": str(held("Text").key), "text": text}, follow=True)
        assert "Write a note before saving it." in page.content.decode()
        assert not StaffNote.objects.exists()

    def test_a_note_that_is_too_long_is_refused_and_shown_again(self, as_ed, held):
        form = {"note": str(held("Text").key), "text": "x" * StaffNote.MAX_LENGTH + "y"}
        page = as_ed.post(QUEUE, form, follow=True).content.decode()
        assert "use at most 2000 characters" in page
        assert "xy" in page
        assert not StaffNote.objects.exists()

    def test_a_line_break_of_a_note_counts_as_one_character(self, as_ed, held):
        lines = ["x" * 999, "y" * 1000]
        form = {"note": str(held("Text").key), "text": "\r\n".join(lines)}
        as_ed.post(QUEUE, form)
        assert StaffNote.objects.get().body == "\n".join(lines)

    def test_a_note_about_nothing_is_refused(self, as_ed):
        assert as_ed.post(QUEUE, {"note": "9-9", "text": "X"}).status_code == 404
        assert as_ed.post(QUEUE, {"note": "x", "text": "X"}).status_code == 400


class TestBlock:
    FORM = {"measure": "reject", "days": "30"}

    def test_new_comments_of_the_person_are_rejected_until_the_end(self, as_ed, held, client):
        made = held("Buy things")
        as_ed.post(QUEUE, {"block": str(made.key), **self.FORM})
        rule = Rule.objects.get(kind="commenter")
        assert rule.pattern == "one"
        assert timedelta(days=29) < rule.ends_at - timezone.now() < timedelta(days=31)
        assert held("Again").status == S.REJECTED
        assert held("Not me", writer="two").status == S.PENDING
        Rule.objects.filter(pk=rule.pk).update(ends_at=timezone.now() - timedelta(minutes=1))
        assert held("Later").status == S.PENDING

    def test_comments_can_be_held_without_an_end(self, as_ed, ed, held):
        made = held("Text")
        discussions.approve(made, by=ed)
        assert held("Known").status == S.APPROVED
        as_ed.post(QUEUE, {"block": str(made.key), "measure": "hold", "days": "0"})
        assert Rule.objects.get(kind="commenter").ends_at is None
        assert held("Held").status == S.PENDING

    def test_the_block_is_undone_with_the_comments_marked_as_spam(self, as_ed, ed, held):
        made, public, other = held("One"), held("Two"), held("Other", writer="two")
        discussions.approve(public, by=ed)
        page = as_ed.post(QUEUE, {"block": str(made.key), "spam": "on", **self.FORM}, follow=True)
        text = page.content.decode()
        assert "New comments of this person are rejected" in text
        assert "1 comment marked as spam" in text
        states = [Comment.objects.get(pk=c.pk).status for c in (made, public, other)]
        assert states == [S.SPAM, S.APPROVED, S.PENDING]
        undo = re.search(r'name="undo" value="(rule:[^"]+)"', text)[1]
        as_ed.post(QUEUE, {"undo": undo})
        made.refresh_from_db()
        assert made.status == S.PENDING
        assert not Rule.objects.get(kind="commenter").is_active

    def test_all_comments_of_the_person_can_be_marked_as_spam(self, as_ed, ed, held):
        waiting, public, refused = held("One"), held("Two"), held("Three")
        other = held("Other", writer="two")
        discussions.approve(public, by=ed)
        discussions.reject(refused, by=ed)
        page = as_ed.post(
            QUEUE, {"block": str(waiting.key), "spam": "all", **self.FORM}, follow=True
        )
        assert "2 comments marked as spam" in page.content.decode()
        made = (waiting, public, refused, other)
        states = [Comment.objects.get(pk=c.pk).status for c in made]
        assert states == [S.SPAM, S.SPAM, S.REJECTED, S.PENDING]
        undo = re.search(r'name="undo" value="(rule:[^"]+)"', page.content.decode())[1]
        as_ed.post(QUEUE, {"undo": undo})
        states = [Comment.objects.get(pk=c.pk).status for c in made]
        assert states == [S.PENDING, S.APPROVED, S.REJECTED, S.PENDING]

    def test_another_page_undoes_it_too(self, as_ed, held):
        as_ed.post(QUEUE, {"block": str(held("One").key), **self.FORM})
        page = as_ed.get("/admin/points/").content.decode()
        undo = re.search(r'name="undo" value="(rule:[^"]+)"', page)[1]
        assert as_ed.post("/admin/points/", {"undo": undo}).status_code == 303
        assert not Rule.objects.get(kind="commenter").is_active

    def test_the_pane_shows_the_block_and_ends_it(self, as_ed, held):
        made = held("One")
        as_ed.post(QUEUE, {"block": str(made.key), **self.FORM})
        (rule,) = pane(as_ed, made).person.rules
        as_ed.post(QUEUE, {"unblock": rule.pk})
        assert pane(as_ed, made).person.rules == []

    def test_a_second_block_replaces_the_first(self, as_ed, held):
        made = held("One")
        for measure in ("reject", "hold"):
            as_ed.post(QUEUE, {"block": str(made.key), "measure": measure, "days": "7"})
        (rule,) = pane(as_ed, made).person.rules
        assert rule.action == "hold"

    def test_who_may_not_add_rules_may_not_block(self, client, mo, held):
        client.force_login(mo)
        made = held("One")
        page = client.get(QUEUE, {"item": str(made.key)}).content.decode()
        assert "Block or trust this person" not in page
        assert client.post(QUEUE, {"block": str(made.key), **self.FORM}).status_code == 403
        assert not Rule.objects.filter(kind="commenter").exists()

    @pytest.mark.parametrize(
        "form", [{"measure": "x", "days": "7"}, {"measure": "hold", "days": "8"}]
    )
    def test_other_values_are_refused(self, as_ed, held, form):
        assert as_ed.post(QUEUE, {"block": str(held("One").key), **form}).status_code == 400

    def test_an_imported_comment_names_nobody_to_block(self, as_ed, comment):
        made = comment("Imported")
        assert as_ed.post(QUEUE, {"block": str(made.key), **self.FORM}).status_code == 400

    def test_only_rules_about_people_are_ended_in_the_queue(self, as_ed, held):
        other = Rule.objects.create(kind="words", pattern="deals")
        as_ed.post(QUEUE, {"unblock": other.pk})
        other.refresh_from_db()
        assert other.is_active


class TestTrust:
    FORM = {"measure": "trust", "days": "30"}

    def test_new_comments_of_the_person_are_published_until_the_end(self, as_ed, held):
        made = held("Text")
        page = as_ed.post(QUEUE, {"block": str(made.key), **self.FORM}, follow=True)
        assert "New comments of this person are published at once" in page.content.decode()
        rule = Rule.objects.get(kind="commenter")
        assert held("Known").status == S.APPROVED
        assert held("Not me", writer="two").status == S.PENDING
        Rule.objects.filter(pk=rule.pk).update(ends_at=timezone.now() - timedelta(minutes=1))
        assert held("Later", name="Hal Again").status == S.PENDING

    def test_what_was_published_at_once_is_listed_as_unread(self, as_ed, held):
        as_ed.post(QUEUE, {"block": str(held("Text").key), **self.FORM})
        published = held("Known")
        assert list(Comment.objects.unreviewed()) == [published]
        assert published.submission.held == []

    def test_it_is_undone(self, as_ed, held):
        page = as_ed.post(QUEUE, {"block": str(held("One").key), **self.FORM}, follow=True)
        undo = re.search(r'name="undo" value="(rule:[^"]+)"', page.content.decode())[1]
        as_ed.post(QUEUE, {"undo": undo})
        assert held("Two").status == S.PENDING

    def test_it_ends_a_block_and_a_block_ends_it(self, as_ed, held):
        made = held("One")
        for measure, status in (("reject", S.REJECTED), ("trust", S.APPROVED), ("hold", S.PENDING)):
            as_ed.post(QUEUE, {"block": str(made.key), "measure": measure, "days": "7"})
            assert [rule.action for rule in pane(as_ed, made).person.rules] == [measure]
            assert held(f"After {measure}").status == status

    def test_a_trusted_persons_waiting_comments_are_not_spam(self, as_ed, held):
        made = held("One")
        as_ed.post(QUEUE, {"block": str(made.key), "spam": "on", **self.FORM})
        made.refresh_from_db()
        assert made.status == S.PENDING


class TestLogOfRules:
    def entries(self) -> list[tuple]:
        rows = SiteAuditEntry.objects.order_by("position")
        return [(e.actor_name, e.verb, e.details["action"], e.details["is_active"]) for e in rows]

    def test_a_block_its_end_and_its_undo_are_in_the_log_of_the_site(self, as_ed, held):
        made = held("One")
        as_ed.post(QUEUE, {"block": str(made.key), "measure": "reject", "days": "7"})
        as_ed.post(QUEUE, {"block": str(made.key), "measure": "trust", "days": "0"})
        (rule,) = pane(as_ed, made).person.rules
        as_ed.post(QUEUE, {"unblock": rule.pk})
        as_ed.post(QUEUE, {"unblock": rule.pk})  # again
        assert self.entries() == [
            ("ed", "add_rule", "reject", True),
            ("ed", "change_rule", "reject", False),
            ("ed", "add_rule", "trust", True),
            ("ed", "change_rule", "trust", False),
        ]
        assert verify().problems == []

    def test_the_log_does_not_say_what_a_rule_matches(self, as_ed, held):
        made = held("One", writer="a-writer")
        as_ed.post(QUEUE, {"block": str(made.key), "measure": "reject", "days": "7"})
        assert "a-writer" not in str(SiteAuditEntry.objects.get().details)

    def test_it_is_shown_in_the_admin_and_at_the_next_hand_over(self, as_ed, held, client):
        made = held("One")
        as_ed.post(QUEUE, {"block": str(made.key), "measure": "reject", "days": "0"})
        pk = Rule.objects.get(kind="commenter").pk
        client.force_login(member("aud", "Auditor"))
        log = client.get("/admin/commentary/siteauditentry/").content.decode()
        assert "Commenter: reject" in log and f"/admin/commentary/rule/{pk}/change/" in log
        client.force_login(member("mia", "Moderator"))
        page = client.get("/admin/handover/").content.decode()
        assert "Rules changed by others" in page and "Commenter: reject" in page


class TestReply:
    def test_a_comment_is_approved_and_answered_and_both_are_undone(self, as_ed, held):
        made = held("A question?")
        form = {"one": f"approve_reply:{pick(made)}", f"reply-{made.key}": "An answer."}
        page = as_ed.post(QUEUE, form | {"nonce": "n"}, follow=True).content.decode()
        made.refresh_from_db()
        answer = made.replies.get()
        assert (made.status, answer.status, answer.body) == (S.APPROVED, S.APPROVED, "An answer.")
        assert answer.name == "ed"
        assert f"and replied as <strong>#{answer.number}</strong>" in page
        undo = re.search(r'name="undo" value="(reply:[^"]+ entry:[^"]+)"', page)[1]
        as_ed.post(QUEUE, {"undo": undo})
        states = [Comment.objects.get(pk=pk).status for pk in (made.pk, answer.pk)]
        assert states == [S.PENDING, S.REMOVED]

    def test_the_same_form_sent_twice_posts_one_reply(self, as_ed, ed, held):
        made = held("A question?")
        discussions.approve(made, by=ed)
        form = {"one": f"reply:{pick(made)}", f"reply-{made.key}": "An answer.", "nonce": "n"}
        as_ed.post(QUEUE, form)
        as_ed.post(QUEUE, form)
        assert made.replies.count() == 1

    def test_a_saved_reply_is_sent_if_nothing_is_typed(self, as_ed, ed, held):
        saved = SavedText.objects.create(kind="reply", text="Thank you, corrected.")
        made = held("A typo")
        form = {"one": f"approve_reply:{pick(made)}", f"saved-reply-{made.key}": str(saved.pk)}
        as_ed.post(QUEUE, form)
        assert made.replies.get().body == "Thank you, corrected."

    def test_a_stale_form_neither_approves_nor_replies_and_keeps_the_text(self, as_ed, ed, held):
        made = held("A question?")
        form = {"one": f"approve_reply:{pick(made)}", f"reply-{made.key}": "An answer."}
        discussions.mark_spam(made, by=ed)
        page = as_ed.post(QUEUE, form, follow=True).content.decode()
        assert "The reply was not posted. It is now spam." in page
        assert "Your reply: An answer." in page
        made.refresh_from_db()
        assert made.status == S.SPAM and not made.replies.exists()

    @pytest.mark.parametrize("text", ["", "  ", "x" * 10_001])
    def test_an_empty_or_too_long_reply_approves_nothing(self, as_ed, held, text):
        made = held("A question?")
        as_ed.post(QUEUE, {"one": f"approve_reply:{pick(made)}", f"reply-{made.key}": text})
        made.refresh_from_db()
        assert made.status == S.PENDING and not made.replies.exists()

    def test_a_reply_to_a_comment_that_is_not_public_is_refused(self, as_ed, held):
        made = held("A question?")
        form = {"one": f"reply:{pick(made)}", f"reply-{made.key}": "An answer."}
        page = as_ed.post(QUEUE, form, follow=True).content.decode()
        assert "That comment no longer exists." in page and not made.replies.exists()


class TestSavedReasons:
    def test_the_saved_reason_precedes_own_words(self, as_ed, held):
        saved = SavedText.objects.create(kind="reason", text="Off topic")
        made = [held(f"Text {i}") for i in range(3)]
        for comment, own in ((made[0], ""), (made[1], "see the rules")):
            form = {f"saved-reason-{comment.key}": saved.pk, f"reason-{comment.key}": own}
            as_ed.post(QUEUE, form | {"one": f"reject:{pick(comment)}"})
        bulk = {"bulk": "reject", "pick": pick(made[2]), "saved-reason": saved.pk, "reason": "x"}
        as_ed.post(QUEUE, bulk)
        reasons = AuditEntry.objects.filter(verb="reject").order_by("pk")
        assert [entry.reason for entry in reasons] == [
            "Off topic", "Off topic: see the rules", "Off topic: x"
        ]  # fmt: skip

    @pytest.mark.parametrize("value", ["x", "999", "-1", "9" * 40])
    def test_an_unknown_one_is_ignored(self, as_ed, held, value):
        made = held("Text")
        form = {f"saved-reason-{made.key}": value, f"reason-{made.key}": "own"}
        as_ed.post(QUEUE, form | {"one": f"reject:{pick(made)}"})
        assert AuditEntry.objects.get(verb="reject").reason == "own"

    def test_editors_manage_them_and_moderators_only_see_them(self, client, ed, mo):
        address = "/admin/commentary/savedtext/"
        client.force_login(ed)
        form = {"kind": "reason", "text": "Off topic", "position": "0"}
        assert client.post(f"{address}add/", form).status_code == 302
        saved = SavedText.objects.get()
        for wrong in ("", "two\nlines", "x" * 301):
            assert client.post(f"{address}add/", form | {"text": wrong}).status_code == 200
        assert client.post(f"{address}{saved.pk}/delete/", {"post": "yes"}).status_code == 302
        assert not SavedText.objects.exists()
        client.force_login(mo)
        assert client.get(address).status_code == 200
        assert client.get(f"{address}add/").status_code == 403


class TestNewestFirst:
    def test_pages_of_decided_comments_follow_each_other(self, as_ed, comment, monkeypatch):
        monkeypatch.setattr(filters, "PAGE_SIZES", (2,))
        made = [comment(f"Text {i}") for i in range(5)]
        seen, address = [], f"{QUEUE}?state=approved&size=2"
        while address:
            page = as_ed.get(address)
            seen += [item.comment.number for item in page.context["items"]]
            address = page.context["next_page"]
        assert seen == sorted((c.number for c in made), reverse=True)

    def test_after_a_decision_the_next_older_comment_is_selected(self, as_ed, comment):
        first, second, third = (comment(f"Text {i}") for i in range(3))
        answer = as_ed.post(f"{QUEUE}?state=approved", {"one": f"remove:{pick(second)}"})
        assert f"item={first.key}" in answer["Location"]
        assert third.is_public


def test_the_first_row_has_the_focus_on_arrival(as_ed, held):
    first, second = held("One"), held("Two")
    page = as_ed.get(QUEUE).content.decode()
    assert page.count("autofocus") == 1
    assert page.index("autofocus") < page.index(f"item-{second.pk}")
    page = as_ed.get(QUEUE, {"item": str(second.key)}).content.decode()
    assert page.count("autofocus") == 1
    assert (
        page.index("autofocus") > page.index(f"item-{second.pk}") > page.index(f"item-{first.pk}")
    )
