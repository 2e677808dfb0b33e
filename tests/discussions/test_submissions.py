"""The one door for comments written here, and what their writers may do to them afterwards."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commentary import discussions
from commentary.discussions import Sender, tree
from commentary.models import (
    AuditEntry,
    Author,
    Comment,
    Discussion,
    Report,
    Revision,
    Rule,
    Submission,
)

S = Comment.Status
pytestmark = pytest.mark.django_db

ANN = Sender(writer="ann", network="net-a")
BO = Sender(writer="bo", network="net-b")


@pytest.fixture
def open_door(db):
    """No rule holds anything."""
    Rule.objects.update(is_active=False)


@pytest.fixture
def submit(article):
    keys = iter(range(1_000_000))

    def send(body="Words", parent=None, sender=ANN, key=None, **fields):
        key = key or f"key-{next(keys)}"
        return discussions.submit(
            article.pk, parent.pk if parent else None, body, sender, key, **fields
        )

    return send


class TestSubmit:
    def test_what_no_rule_holds_is_public_at_once_and_unreviewed(self, open_door, submit):
        comment = submit("*Indeed*", name="Ann")
        assert (comment.status, comment.body_html) == (S.APPROVED, "<p><em>Indeed</em></p>\n")
        assert list(Comment.objects.unreviewed()) == [comment]
        assert Discussion.objects.get().approved_count == 1
        assert tree.check() == []

    def test_a_first_comment_is_held_and_says_why(self, submit):
        comment = submit()
        assert comment.status == S.PENDING
        held = comment.submission.held[0]
        assert (held["label"], held["why"]) == (
            "First comment of a writer",
            "no approved comments yet",
        )
        entry = AuditEntry.objects.get()
        assert (entry.verb, entry.actor_name, entry.after) == ("submit", "a reader", "pending")
        assert Discussion.objects.get().pending_count == 1

    def test_after_one_approval_the_next_passes(self, submit, ed):
        discussions.approve(submit("First"), by=ed)
        assert submit("Second").status == S.APPROVED

    def test_a_name_anybody_can_type_lets_nobody_pass(self, submit, ed):
        discussions.approve(submit("First", name="Ann", email="ann@example.org"), by=ed)
        same = submit("Hello", sender=BO, name="Ann", email="ann@example.org")
        assert same.status == S.PENDING

    def test_a_rule_that_rejects_rejects(self, submit):
        Rule.objects.create(kind="words", pattern="cheap shelving", action="reject")
        assert submit("Buy CHEAP shélving now").status == S.REJECTED

    def test_an_editor_passes_every_rule_and_closed_doors(self, article, submit, ed):
        discussions.close(article.discussion, by=ed)
        comment = submit(
            "https://example.org/ https://example.org/", sender=Sender("ed", editor=ed)
        )
        assert comment.status == S.APPROVED
        assert not Comment.objects.unreviewed().exists()

    def test_a_form_sent_twice_is_one_comment(self, submit):
        first, second = submit("Once", key="same"), submit("Once", key="same")
        assert first.pk == second.pk
        assert Comment.objects.count() == Submission.objects.count() == 1

    def test_one_writers_key_is_not_anothers(self, submit):
        submit("Mine", key="same")
        assert submit("Yours", key="same", sender=BO).body == "Yours"

    def test_the_same_words_again_are_refused(self, submit):
        submit("The same   words")
        with pytest.raises(discussions.Duplicate):
            submit("the same words")

    @pytest.mark.parametrize("where", ["discussion", "thread", "above"])
    def test_a_closed_place_takes_nothing(self, article, threads, submit, ed, where):
        by_number = {c.number: c for c in threads}
        parent = by_number[4]
        place = {"discussion": article.discussion, "thread": parent, "above": by_number[1]}[where]
        discussions.close(place, by=ed)
        with pytest.raises(discussions.NotOpen):
            submit(parent=parent)
        assert Comment.objects.count() == 6
        assert Discussion.objects.get().last_number == 6

    def test_a_thread_beside_a_closed_one_stays_open(self, threads, submit, ed):
        discussions.close(threads[0], by=ed)
        assert submit(parent=threads[4]).parent_id == threads[4].pk

    @pytest.mark.parametrize("status", [S.PENDING, S.REJECTED, S.SPAM, S.REMOVED])
    def test_what_is_not_public_cannot_be_answered(self, comment, submit, status):
        with pytest.raises(discussions.NotOpen):
            submit(parent=comment("Gone", status=status))

    def test_too_many_from_one_network_wait(self, submit, settings):
        settings.POSTS_PER_MINUTE = 2
        submit("One")
        submit("Two", sender=Sender(writer="other", network=ANN.network))
        with pytest.raises(discussions.TooMany) as refusal:
            submit("Three")
        assert refusal.value.retry_after == 60
        assert submit("Four", sender=BO)

    @pytest.mark.parametrize(
        "limit", ["ARTICLE_POSTS_PER_MINUTE", "SITE_POSTS_PER_MINUTE", "QUEUE_MAX"]
    )
    def test_too_many_over_all_wait(self, submit, settings, limit):
        setattr(settings, limit, 1)
        submit("One")
        with pytest.raises(discussions.TooMany):
            submit("Two", sender=BO)

    @pytest.mark.parametrize("size", [7, 1_000])
    def test_it_costs_ten_statements_whatever_the_size(self, article, submit, size):
        parents = [None, *([0] * (size - 1))]
        stored = discussions.import_comments(
            article.pk, [Comment(body="x") for _ in parents], parents
        )
        with CaptureQueriesContext(connection) as queries:
            submit(parent=stored[3])
        statements = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
        assert len(statements) == 10, "\n".join(statements)


class TestTrust:
    """Whose words may appear unread: known by cookie and by name."""

    @pytest.fixture
    def known(self, submit, ed):
        """`known("Ann")` adds a comment of Ann's cookie that a moderator read and approved."""

        def add(name="Ann", body="A first word"):
            made = submit(body, name=name)
            discussions.approve(made, by=ed) if made.status != S.APPROVED else None
            made.refresh_from_db()
            return made

        return add

    @pytest.mark.parametrize("name", ["Ann", "ANN", "Ａｎｎ"])
    def test_a_known_cookie_with_its_name_passes(self, known, submit, name):
        known()
        assert submit("Second", name=name).status == S.APPROVED

    @pytest.mark.parametrize("name", ["Bo", "Аnn", "Ann L.", "Anné", ""])
    def test_a_known_cookie_with_another_name_is_new(self, known, submit, name):
        known()
        assert submit("Second", name=name).status == S.PENDING

    def test_whoever_was_unnamed_is_new_by_a_name(self, known, submit):
        known(name="")
        assert submit("Second").status == S.APPROVED
        assert submit("Third", name="Ann").status == S.PENDING

    def test_each_name_is_read_once(self, known, submit):
        known()
        known(name="Bo", body="By another name")
        assert submit("Second", name="Ann").status == submit("Third", name="Bo").status
        assert submit("Fourth", name="Cleo").status == S.PENDING

    @pytest.mark.parametrize(
        "name", ["ed", "ЕD", "Edith Burns", "edith  burns", "The real Edith Burns"]
    )
    def test_the_name_of_an_account_is_held_whatever_the_rules(self, open_door, submit, ed, name):
        ed.first_name, ed.last_name = "Edith", "Burns"
        ed.save()
        held = submit(name=name)
        assert held.status == S.PENDING
        assert held.submission.held == [
            {
                "rule": None,
                "label": "Reserved name",
                "why": "belongs to an account on this site",
                "found": [],
            }
        ]

    @pytest.mark.parametrize("name", ["Maren Oduya", "MAREN ODUYA", "Mаren Oduyа", "maren_oduya"])
    def test_the_name_of_an_author_is_held_whatever_the_rules(self, open_door, submit, name):
        Author.objects.create(name="Maren Oduya", slug="maren-oduya")
        held = submit(name=name)
        assert (held.status, held.submission.held[0]["why"]) == (
            S.PENDING,
            "belongs to an author on this site",
        )
        assert submit("Other", name="Maren").status == S.APPROVED

    def test_somebody_signed_in_uses_their_own_name_and_nobody_elses(
        self, open_door, submit, stella, mo
    ):
        stella_here = Sender(writer="stella", account=stella)
        assert submit(name="Stella", sender=stella_here).status == S.APPROVED
        assert submit("Two", name="Mo", sender=stella_here).status == S.PENDING

    def test_an_edit_of_a_first_comment_is_read_again(self, known, submit):
        comment = known()
        edited = discussions.edit(comment, ANN, "A first word https://evil.example", "Ann")
        assert edited.status == S.PENDING
        assert [reason["rule"] is not None for reason in edited.submission.held]

    def test_small_steps_are_read_each(self, known, ed):
        comment = known()
        for body in ("A first word.", "A first word. Buy"):
            comment = discussions.edit(comment, ANN, body, "Ann")
            assert comment.status == S.PENDING
            discussions.approve(comment, by=ed)
            comment.refresh_from_db()

    def test_two_comments_do_not_vouch_for_each_others_edits(self, known):
        one, two = known(), known(body="Another")
        Submission.objects.update(is_reviewed=True)
        assert discussions.edit(one, ANN, "Buy", "Ann").status == S.APPROVED  # two was read
        assert discussions.edit(two, ANN, "Buy, too", "Ann").status == S.PENDING

    def test_an_edit_to_another_name_is_new(self, known):
        known(body="Another")
        comment = known()
        Submission.objects.update(is_reviewed=True)
        assert discussions.edit(comment, ANN, comment.body, "Bo").status == S.PENDING

    def test_an_edit_to_the_name_of_an_account_is_held(self, open_door, submit, ed):
        comment = submit(name="Ann")
        assert discussions.edit(comment, ANN, comment.body, "Ed").status == S.PENDING

    def test_links_that_an_edit_adds_are_links_in_a_first_comment(self, open_door, submit):
        Rule.objects.create(kind=Rule.Kind.NEW_LINKS, least=1)
        comment = submit(name="Ann")
        assert comment.status == S.APPROVED
        edited = discussions.edit(comment, ANN, "See [x](//evil.example)", "Ann")
        assert edited.status == S.PENDING

    def test_what_editors_write_is_not_held(self, submit, ed):
        sender = Sender(writer="ed", editor=ed, account=ed)
        comment = submit(name="Ed", sender=sender)
        assert discussions.edit(comment, sender, "Better", "Ed").status == S.APPROVED


class TestOwn:
    def test_a_writer_edits_and_the_old_words_are_kept(self, submit):
        comment = discussions.edit(submit("Befor", name="Ann"), ANN, "Before", "Ann")
        assert (comment.body, comment.status) == ("Before", S.PENDING)
        assert comment.edited_at
        assert Revision.objects.get().body == "Befor"
        assert tree.check() == []

    def test_whoever_takes_his_name_away_is_told_from_the_other_unnamed(self, submit):
        submit("First")
        comment = discussions.edit(submit("Second", name="Ann"), ANN, "Second", "")
        assert comment.commenter == "Anonymous 2"

    def test_an_edit_is_screened_again(self, submit, ed):
        comment = submit("Fine")
        discussions.approve(comment, by=ed)
        Rule.objects.create(kind="words", pattern="shelving")
        edited = discussions.edit(comment, ANN, "Buy shelving", "")
        assert edited.status == S.PENDING
        assert Discussion.objects.get().approved_count == 0
        assert tree.check() == []

    def test_what_was_held_is_not_freed_by_an_edit(self, submit, open_door, ed):
        Rule.objects.create(kind="words", pattern="shelving")
        comment = submit("Shelving")
        assert discussions.edit(comment, ANN, "Harmless", "").status == S.PENDING

    @pytest.mark.parametrize("act", ["edit", "withdraw"])
    def test_nobody_else_may(self, submit, act):
        comment = submit()
        with pytest.raises(discussions.NotYours):
            discussions.withdraw(comment, BO) if act == "withdraw" else discussions.edit(
                comment, BO, "Mine now", ""
            )

    def test_what_is_public_may_be_changed_in_the_window_alone(self, open_door, submit, settings):
        comment = submit()
        assert discussions.edit(comment, ANN, "Quickly", "").body == "Quickly"
        late = timezone.now() - timedelta(seconds=settings.EDIT_WINDOW + 1)
        Submission.objects.update(created_at=late)
        with pytest.raises(discussions.NotYours):
            discussions.edit(comment, ANN, "Too late", "")

    @pytest.mark.parametrize(("approved", "after"), [(False, S.REJECTED), (True, S.REMOVED)])
    def test_withdrawing_takes_the_text_off_the_page(self, submit, ed, approved, after):
        comment = submit()
        if approved:
            discussions.approve(comment, by=ed)
        discussions.withdraw(comment, ANN)
        comment.refresh_from_db()
        assert comment.status == after
        assert tree.check() == []


class TestReport:
    def test_a_reader_counts_once(self, comment):
        target = comment("Rude")
        discussions.report(target, ANN, Report.Why.ATTACK)
        discussions.report(target, ANN, Report.Why.SPAM)
        discussions.report(target, BO, Report.Why.ATTACK)
        assert Report.objects.open().count() == 2
        assert list(Comment.objects.reported()) == [target]

    @pytest.mark.parametrize("verb", ["keep", "remove", "mark_spam"])
    def test_a_decision_answers_the_reports(self, comment, ed, verb):
        target = comment("Rude")
        discussions.report(target, ANN, Report.Why.ATTACK)
        entry = getattr(discussions, verb)(target, by=ed)
        assert not Report.objects.open().exists()
        assert not Comment.objects.reported().exists()
        discussions.undo(entry, by=ed)
        assert Report.objects.open().count() == 1

    def test_a_report_is_taken_back_and_made_again(self, comment):
        target = comment("Rude")
        discussions.report(target, ANN, Report.Why.ATTACK)
        assert discussions.withdraw_report(target, ANN)
        assert not Comment.objects.reported().exists()
        assert not discussions.withdraw_report(target, ANN)
        discussions.report(target, ANN, Report.Why.SPAM)
        assert Report.objects.open().get().why == Report.Why.SPAM

    def test_what_is_not_public_cannot_be_reported(self, comment):
        with pytest.raises(discussions.NotOpen):
            discussions.report(comment("Waiting", status=S.PENDING), ANN, Report.Why.SPAM)

    def test_reports_are_limited(self, comment, settings):
        settings.POSTS_PER_HOUR = 2
        targets = [comment(str(i)) for i in range(3)]
        for target in targets[:2]:
            discussions.report(target, ANN, Report.Why.SPAM)
        with pytest.raises(discussions.TooMany):
            discussions.report(targets[2], ANN, Report.Why.SPAM)
        assert Report.objects.count() == 2
