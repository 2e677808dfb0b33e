"""Submitting comments, and editing, withdrawing and reporting them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commentary import discussions
from commentary.discussions import Sender, limits, tree
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
    """Disable all moderation rules."""
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
    def test_a_comment_that_no_rule_holds_is_published_unreviewed(self, open_door, submit):
        comment = submit("*Indeed*", name="Ann")
        assert (comment.status, comment.body_html) == (S.APPROVED, "<p><em>Indeed</em></p>\n")
        assert list(Comment.objects.unreviewed()) == [comment]
        assert Discussion.objects.get().approved_count == 1
        assert tree.check() == []

    def test_a_first_comment_is_held_with_the_reason(self, submit):
        comment = submit()
        assert comment.status == S.PENDING
        held = comment.submission.held[0]
        assert (held["label"], held["why"]) == (
            "First-time commenter",
            "no approved comments yet",
        )
        entry = AuditEntry.objects.get()
        assert (entry.verb, entry.actor_name, entry.after) == ("submit", "a reader", "pending")
        assert Discussion.objects.get().pending_count == 1

    def test_after_one_approval_the_next_comment_is_published(self, submit, ed):
        discussions.approve(submit("First"), by=ed)
        assert submit("Second").status == S.APPROVED

    def test_a_name_alone_is_no_proof_of_identity(self, submit, ed):
        discussions.approve(submit("First", name="Ann", email="ann@example.org"), by=ed)
        same = submit("Hello", sender=BO, name="Ann", email="ann@example.org")
        assert same.status == S.PENDING

    def test_a_rejecting_rule_rejects(self, submit):
        Rule.objects.create(kind="words", pattern="cheap shelving", action="reject")
        assert submit("Buy CHEAP shélving now").status == S.REJECTED

    def test_editors_bypass_rules_and_closures(self, article, submit, ed):
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

    def test_form_keys_of_different_writers_do_not_collide(self, submit):
        submit("Mine", key="same")
        assert submit("Yours", key="same", sender=BO).body == "Yours"

    def test_repeating_the_same_text_is_refused(self, submit):
        submit("The same   words")
        with pytest.raises(discussions.Duplicate):
            submit("the same words")

    @pytest.mark.parametrize("where", ["discussion", "thread", "above"])
    def test_a_closed_place_accepts_no_comments(self, article, threads, submit, ed, where):
        by_number = {c.number: c for c in threads}
        parent = by_number[4]
        place = {"discussion": article.discussion, "thread": parent, "above": by_number[1]}[where]
        discussions.close(place, by=ed)
        with pytest.raises(discussions.NotOpen):
            submit(parent=parent)
        assert Comment.objects.count() == 6
        assert Discussion.objects.get().last_number == 6

    def test_a_thread_next_to_a_closed_one_stays_open(self, threads, submit, ed):
        discussions.close(threads[0], by=ed)
        assert submit(parent=threads[4]).parent_id == threads[4].pk

    @pytest.mark.parametrize("status", [S.PENDING, S.REJECTED, S.SPAM, S.REMOVED])
    def test_an_unpublished_comment_cannot_be_replied_to(self, comment, submit, status):
        with pytest.raises(discussions.NotOpen):
            submit(parent=comment("Gone", status=status))

    @pytest.fixture(params=[0, 100])
    def few(self, request, monkeypatch):
        """Count large limits too, or only small ones."""
        monkeypatch.setattr(limits, "FEW", request.param)

    def test_comments_from_one_network_are_rate_limited(self, submit, settings, few):
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
    def test_comments_on_the_whole_site_are_rate_limited(self, submit, settings, limit, few):
        setattr(settings, limit, 1)
        submit("One")
        with pytest.raises(discussions.TooMany):
            submit("Two", sender=BO)

    def test_large_limits_are_counted_only_on_a_busy_site(self, submit, settings, monkeypatch):
        monkeypatch.setattr(limits, "FEW", 0)
        settings.POSTS_PER_MINUTE = settings.SITE_POSTS_PER_MINUTE = 3
        settings.POSTS_PER_HOUR = settings.ARTICLE_POSTS_PER_MINUTE = 4
        counted = []
        for body in ("One", "Two", "Three"):
            with CaptureQueriesContext(connection) as queries:
                submit(body)
            counted.append(sum("OFFSET" in query["sql"] for query in queries))
        assert counted == [0, 0, 1]  # the third is as many as allowed, and its own
        with pytest.raises(discussions.TooMany) as refusal:
            submit("Four")
        assert refusal.value.retry_after == 60
        Submission.objects.update(created_at=timezone.now() - timedelta(minutes=2))
        submit("Four")
        with pytest.raises(discussions.TooMany) as refusal:
            submit("Five")
        assert refusal.value.retry_after == 3600

    @pytest.mark.parametrize("size", [7, 1_000])
    def test_it_takes_seven_statements_regardless_of_size(self, article, submit, size):
        parents = [None, *([0] * (size - 1))]
        stored = discussions.import_comments(
            article.pk, [Comment(body="x") for _ in parents], parents
        )
        with CaptureQueriesContext(connection) as queries:
            submit(parent=stored[3])
        statements = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
        # SQLite takes the three rows one by one.
        assert len(statements) == (7 if connection.vendor == "postgresql" else 9), "\n".join(
            statements
        )


class TestTrust:
    """Whose comments may be published unreviewed: known by cookie and name."""

    @pytest.fixture
    def known(self, submit, ed):
        """`known("Ann")` adds a reviewed and approved comment with Ann's cookie."""

        def add(name="Ann", body="A first word"):
            made = submit(body, name=name)
            discussions.approve(made, by=ed) if made.status != S.APPROVED else None
            made.refresh_from_db()
            return made

        return add

    @pytest.mark.parametrize("name", ["Ann", "ANN", "Ａｎｎ"])
    def test_a_known_cookie_with_its_name_is_published(self, known, submit, name):
        known()
        assert submit("Second", name=name).status == S.APPROVED

    @pytest.mark.parametrize("name", ["Bo", "Аnn", "Ann L.", "Anné", ""])
    def test_a_known_cookie_with_another_name_is_new(self, known, submit, name):
        known()
        assert submit("Second", name=name).status == S.PENDING

    def test_a_formerly_unnamed_commenter_is_new_under_a_name(self, known, submit):
        known(name="")
        assert submit("Second").status == S.APPROVED
        assert submit("Third", name="Ann").status == S.PENDING

    def test_every_new_name_is_reviewed_once(self, known, submit):
        known()
        known(name="Bo", body="By another name")
        assert submit("Second", name="Ann").status == submit("Third", name="Bo").status
        assert submit("Fourth", name="Cleo").status == S.PENDING

    @pytest.mark.parametrize(
        "name", ["ed", "ЕD", "Edith Burns", "edith  burns", "The real Edith Burns"]
    )
    def test_the_name_of_an_account_is_always_held(self, open_door, submit, ed, name):
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
    def test_the_name_of_an_author_is_always_held(self, open_door, submit, name):
        Author.objects.create(name="Maren Oduya", slug="maren-oduya")
        held = submit(name=name)
        assert (held.status, held.submission.held[0]["why"]) == (
            S.PENDING,
            "belongs to an author on this site",
        )
        assert submit("Other", name="Maren").status == S.APPROVED

    def test_signed_in_users_may_use_only_their_own_name(self, open_door, submit, stella, mo):
        stella_here = Sender(writer="stella", account=stella)
        assert submit(name="Stella", sender=stella_here).status == S.APPROVED
        assert submit("Two", name="Mo", sender=stella_here).status == S.PENDING

    def test_an_edit_of_a_first_comment_is_reviewed_again(self, known, submit):
        comment = known()
        edited = discussions.edit_comment(comment, ANN, "A first word https://evil.example", "Ann")
        assert edited.status == S.PENDING
        assert [reason["rule"] is not None for reason in edited.submission.held]

    def test_repeated_small_edits_are_each_reviewed(self, known, ed):
        comment = known()
        for body in ("A first word.", "A first word. Buy"):
            comment = discussions.edit_comment(comment, ANN, body, "Ann")
            assert comment.status == S.PENDING
            discussions.approve(comment, by=ed)
            comment.refresh_from_db()

    def test_two_comments_do_not_vouch_for_each_others_edits(self, known):
        one, two = known(), known(body="Another")
        Submission.objects.update(is_reviewed=True)
        # The second one was reviewed.
        assert discussions.edit_comment(one, ANN, "Buy", "Ann").status == S.APPROVED
        assert discussions.edit_comment(two, ANN, "Buy, too", "Ann").status == S.PENDING

    def test_an_edit_to_another_name_is_new(self, known):
        known(body="Another")
        comment = known()
        Submission.objects.update(is_reviewed=True)
        assert discussions.edit_comment(comment, ANN, comment.body, "Bo").status == S.PENDING

    def test_an_edit_to_the_name_of_an_account_is_held(self, open_door, submit, ed):
        comment = submit(name="Ann")
        assert discussions.edit_comment(comment, ANN, comment.body, "Ed").status == S.PENDING

    def test_links_added_by_an_edit_count_as_links_in_a_first_comment(self, open_door, submit):
        Rule.objects.create(kind=Rule.Kind.NEW_LINKS, least=1)
        comment = submit(name="Ann")
        assert comment.status == S.APPROVED
        edited = discussions.edit_comment(comment, ANN, "See [x](//evil.example)", "Ann")
        assert edited.status == S.PENDING

    def test_comments_by_editors_are_not_held(self, submit, ed):
        sender = Sender(writer="ed", editor=ed, account=ed)
        comment = submit(name="Ed", sender=sender)
        assert discussions.edit_comment(comment, sender, "Better", "Ed").status == S.APPROVED


class TestOwn:
    def test_an_edit_keeps_the_earlier_version(self, submit):
        comment = discussions.edit_comment(submit("Befor", name="Ann"), ANN, "Before", "Ann")
        assert (comment.body, comment.status) == ("Before", S.PENDING)
        assert comment.edited_at
        assert Revision.objects.get().body == "Befor"
        assert tree.check() == []

    def test_a_commenter_who_removes_their_name_gets_an_anonymous_number(self, submit):
        submit("First")
        comment = discussions.edit_comment(submit("Second", name="Ann"), ANN, "Second", "")
        assert comment.commenter == "Anonymous 2"

    def test_an_edit_is_screened_again(self, submit, ed):
        comment = submit("Fine")
        discussions.approve(comment, by=ed)
        Rule.objects.create(kind="words", pattern="shelving")
        edited = discussions.edit_comment(comment, ANN, "Buy shelving", "")
        assert edited.status == S.PENDING
        assert Discussion.objects.get().approved_count == 0
        assert tree.check() == []

    def test_an_edit_does_not_release_a_held_comment(self, submit, open_door, ed):
        Rule.objects.create(kind="words", pattern="shelving")
        comment = submit("Shelving")
        assert discussions.edit_comment(comment, ANN, "Harmless", "").status == S.PENDING

    @pytest.mark.parametrize("act", ["edit", "withdraw"])
    def test_nobody_else_can_edit_or_withdraw(self, submit, act):
        comment = submit()
        with pytest.raises(discussions.NotYours):
            discussions.withdraw_comment(
                comment, BO
            ) if act == "withdraw" else discussions.edit_comment(comment, BO, "Mine now", "")

    def test_a_public_comment_can_be_changed_only_within_the_window(
        self, open_door, submit, settings
    ):
        comment = submit()
        assert discussions.edit_comment(comment, ANN, "Quickly", "").body == "Quickly"
        late = timezone.now() - timedelta(seconds=settings.EDIT_WINDOW + 1)
        Submission.objects.update(created_at=late)
        with pytest.raises(discussions.NotYours):
            discussions.edit_comment(comment, ANN, "Too late", "")

    @pytest.mark.parametrize(("approved", "after"), [(False, S.REJECTED), (True, S.REMOVED)])
    def test_withdrawing_removes_the_text_from_the_page(self, submit, ed, approved, after):
        comment = submit()
        if approved:
            discussions.approve(comment, by=ed)
        discussions.withdraw_comment(comment, ANN)
        comment.refresh_from_db()
        assert comment.status == after
        assert tree.check() == []


class TestReport:
    def test_reports_by_one_reader_count_once(self, comment):
        target = comment("Rude")
        discussions.report_comment(target, ANN, Report.Why.ATTACK)
        discussions.report_comment(target, ANN, Report.Why.SPAM)
        discussions.report_comment(target, BO, Report.Why.ATTACK)
        assert Report.objects.open().count() == 2
        assert list(Comment.objects.reported()) == [target]

    @pytest.mark.parametrize("verb", ["keep", "remove", "mark_spam"])
    def test_a_decision_resolves_the_reports(self, comment, ed, verb):
        target = comment("Rude")
        discussions.report_comment(target, ANN, Report.Why.ATTACK)
        entry = getattr(discussions, verb)(target, by=ed)
        assert not Report.objects.open().exists()
        assert not Comment.objects.reported().exists()
        discussions.undo(entry, by=ed)
        assert Report.objects.open().count() == 1

    def test_a_report_can_be_withdrawn_and_made_again(self, comment):
        target = comment("Rude")
        discussions.report_comment(target, ANN, Report.Why.ATTACK)
        assert discussions.withdraw_report(target, ANN)
        assert not Comment.objects.reported().exists()
        assert not discussions.withdraw_report(target, ANN)
        discussions.report_comment(target, ANN, Report.Why.SPAM)
        assert Report.objects.open().get().why == Report.Why.SPAM

    def test_an_unpublished_comment_cannot_be_reported(self, comment):
        with pytest.raises(discussions.NotOpen):
            discussions.report_comment(comment("Waiting", status=S.PENDING), ANN, Report.Why.SPAM)

    def test_reports_are_rate_limited(self, comment, settings):
        settings.POSTS_PER_HOUR = 2
        targets = [comment(str(i)) for i in range(3)]
        for target in targets[:2]:
            discussions.report_comment(target, ANN, Report.Why.SPAM)
        with pytest.raises(discussions.TooMany):
            discussions.report_comment(targets[2], ANN, Report.Why.SPAM)
        assert Report.objects.count() == 2
