"""Decisions: allowed statuses, who made them, and one audit entry each."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from commentary import discussions
from commentary.discussions import tree
from commentary.models import AuditEntry, Comment, Discussion, PointLink
from tests.conftest import keys, make_article

S = Comment.Status
pytestmark = pytest.mark.django_db

ALLOWED = [
    (verb, start)
    for verb, (allowed, _) in discussions.DECISIONS.items()
    for start in S
    if start in allowed
]
REFUSED = [
    (verb, start)
    for verb, (allowed, _) in discussions.DECISIONS.items()
    for start in S
    if start not in allowed
]


@pytest.fixture
def in_state(article):
    """A comment with a status, without audit entries."""

    def make(status):
        return discussions.import_comments(article.pk, [Comment(body="Text")], [None], [status])[0]

    return make


class TestDecide:
    @pytest.mark.parametrize(("verb", "start"), ALLOWED)
    def test_a_decision_changes_the_status_and_is_recorded_once(self, in_state, ed, verb, start):
        comment = in_state(start)
        getattr(discussions, verb)(comment, by=ed, reason=" because ")
        comment.refresh_from_db()
        assert comment.status == discussions.DECISIONS[verb][1]
        entry = AuditEntry.objects.get()
        assert (entry.actor, entry.actor_name, entry.verb) == (ed, "ed", verb)
        assert (entry.before, entry.after, entry.reason) == (start, comment.status, "because")
        assert tree.check() == []

    @pytest.mark.parametrize(("verb", "start"), REFUSED)
    def test_a_refused_decision_records_nothing(self, in_state, ed, verb, start):
        comment = in_state(start)
        with pytest.raises(discussions.AlreadyDecided):
            getattr(discussions, verb)(comment, by=ed)
        comment.refresh_from_db()
        assert comment.status == start
        assert not AuditEntry.objects.exists()

    def test_a_stale_instance_is_decided_by_the_stored_status(self, in_state, ed):
        comment = in_state(S.PENDING)
        stale = Comment.objects.get(pk=comment.pk)
        discussions.approve(comment, by=ed)
        with pytest.raises(discussions.AlreadyDecided):
            discussions.reject(stale, by=ed)

    def test_the_version_changes_only_for_visible_changes(self, in_state, article, ed):
        for verb, start in ALLOWED:
            comment = in_state(start)
            before = Discussion.objects.get().version
            getattr(discussions, verb)(comment, by=ed)
            end = discussions.DECISIONS[verb][1]
            is_seen = start != end and bool({start, end} & {S.APPROVED, S.REMOVED})
            assert (Discussion.objects.get().version != before) is is_seen, (verb, start)

    def test_a_held_comment_waits_for_a_decision_again(self, comment, article, ed, client):
        root = comment("The start")
        made = comment("Text to hold", parent=root)
        comment("A reply", parent=made)
        sender = discussions.Sender(writer="reader")
        report = discussions.report_comment(made, sender, "attack")
        entry = discussions.hold(made, by=ed, reason="to check")
        assert Comment.objects.pending().get() == made
        assert "Text to hold" not in client.get(article.get_absolute_url()).content.decode()
        report.refresh_from_db()
        assert report.closed_entry is None  # approving or rejecting answers it
        assert Discussion.objects.get().pending_count == 1
        discussions.undo(entry, by=ed)
        assert "Text to hold" in client.get(article.get_absolute_url()).content.decode()
        discussions.hold(made, by=ed)
        approved = discussions.approve(made, by=ed)
        report.refresh_from_db()
        assert report.closed_entry == approved
        assert tree.check() == []


class TestClosing:
    def test_a_discussion_is_closed_and_reopened(self, article, ed):
        entry = discussions.close(article.discussion, by=ed, reason="Heated")
        discussion = Discussion.objects.get()
        assert discussion.is_closed
        assert discussion.closed_entry == entry
        assert (entry.verb, entry.reason, entry.comment) == ("close", "Heated", None)
        discussions.reopen(discussion, by=ed)
        assert not Discussion.objects.get().is_closed

    def test_a_branch_is_closed_and_reopened(self, threads, ed):
        discussions.close(threads[2], by=ed)
        assert Comment.objects.get(pk=threads[2].pk).is_closed
        assert not Discussion.objects.get().is_closed
        entry = discussions.reopen(threads[2], by=ed)
        assert entry.comment == threads[2]
        assert not Comment.objects.get(pk=threads[2].pk).is_closed

    def test_closing_twice_records_nothing(self, article, ed, mo):
        first = discussions.close(article.discussion, by=ed)
        assert discussions.close(article.discussion, by=mo) is None
        assert Discussion.objects.get().closed_entry == first
        discussions.reopen(article.discussion, by=ed)
        assert discussions.reopen(article.discussion, by=mo) is None
        assert AuditEntry.objects.count() == 2

    def test_reopening_a_discussion_leaves_a_closed_branch_closed(self, article, threads, ed):
        discussions.close(threads[0], by=ed)
        discussions.close(article.discussion, by=ed)
        discussions.reopen(article.discussion, by=ed)
        assert Comment.objects.get(pk=threads[0].pk).is_closed

    def test_the_source_can_close_a_discussion(self, article):
        entry = discussions.close(article.discussion, by="source", reason="Comments are closed.")
        assert (entry.actor, entry.actor_name) == (None, "source")


def test_published_comments_are_imported_as_approved(article):
    discussions.import_comments(article.pk, [Comment(body="a"), Comment(body="b")], [None, 0])
    assert set(Comment.objects.values_list("status", flat=True)) == {S.APPROVED}
    assert Discussion.objects.get().approved_count == 2
    assert tree.check() == []


class TestManyAtOnce:
    def test_a_bulk_decision_is_one_batch_and_names_refused_comments(self, in_state, ed, mo):
        fresh = [in_state(S.PENDING) for _ in range(3)]
        discussions.approve(fresh[0], by=mo)
        outcome = discussions.decide("reject", keys(fresh), by=ed, reason="Off topic")
        assert {e.batch for e in outcome.entries} == {outcome.batch}
        assert len(outcome.entries) == 2
        assert outcome.refused == {
            fresh[0].key: "It is now approved. Last decision: approved, by mo."
        }
        assert tree.check() == []

    def test_a_decision_made_for_another_status_is_refused(self, in_state, ed, mo):
        comment = in_state(S.PENDING)
        seen = comment.version
        comment.body = "Edited meanwhile"
        comment.save()
        outcome = discussions.decide("approve", [comment.key], by=ed, versions={comment.key: seen})
        assert list(outcome.refused) == [comment.key]
        comment.refresh_from_db()
        assert comment.status == S.PENDING

    @pytest.mark.parametrize("size", [3, 30])
    def test_many_rows_take_the_same_number_of_queries(
        self, in_state, ed, size, django_assert_max_num_queries
    ):
        ids = [in_state(S.PENDING).key for _ in range(size)]
        with django_assert_max_num_queries(11):
            discussions.decide("approve", ids, by=ed)


class TestStale:
    """Decisions that others made meanwhile are refused and explained, with as many queries for
    many.
    """

    @pytest.fixture
    def everywhere(self, db):
        """A pending comment in each of several articles."""

        def make(size):
            made = []
            for i in range(size):
                article = make_article(f"Article {i}")
                made += discussions.import_comments(
                    article.pk, [Comment(body="x")], [None], [S.PENDING]
                )
            return made

        return make

    @pytest.mark.parametrize("size", [3, 30])
    def test_stale_selected_comments_take_a_fixed_number_of_queries(
        self, everywhere, ed, mo, size, django_assert_max_num_queries
    ):
        versions = {c.key: c.version for c in everywhere(size)}
        discussions.decide("approve", versions, by=mo)
        with django_assert_max_num_queries(3):
            outcome = discussions.decide("reject", versions, by=ed, versions=versions)
        assert len(outcome.refused) == size
        assert set(outcome.refused.values()) == {
            "It is now approved. Last decision: approved, by mo."
        }

    @pytest.mark.parametrize("size", [3, 30])
    def test_stale_undo_takes_a_fixed_number_of_queries(
        self, everywhere, ed, mo, size, django_assert_max_num_queries
    ):
        entries = discussions.decide("approve", keys(everywhere(size)), by=mo).entries
        discussions.undo_many(keys(entries), by=mo)
        with django_assert_max_num_queries(3):
            outcome = discussions.undo_many(keys(entries), by=ed)
        assert len(outcome.refused) == size

    @pytest.mark.parametrize("size", [3, 30])
    def test_stale_point_links_take_a_fixed_number_of_queries(
        self, everywhere, ed, size, django_assert_max_num_queries
    ):
        for comment in everywhere(size):
            discussions.link(comment, 1, by=ed)
        states = dict.fromkeys(keys(PointLink.objects.all()), PointLink.State.SUGGESTED)
        with django_assert_max_num_queries(1):
            outcome = discussions.decide_point_links("unlink", states, ed, states)
        assert len(outcome.refused) == size


class TestUndo:
    @pytest.mark.parametrize(("verb", "start"), ALLOWED)
    def test_undo_restores_the_previous_status(self, in_state, ed, mo, verb, start):
        comment = in_state(start)
        entry = getattr(discussions, verb)(comment, by=ed)
        undone = discussions.undo(entry, by=mo)
        comment.refresh_from_db()
        assert comment.status == start
        assert (undone.verb, undone.undoes, undone.actor) == ("undo", entry, mo)
        assert tree.check() == []

    def test_an_entry_is_undone_only_once(self, in_state, ed):
        entry = discussions.approve(in_state(S.PENDING), by=ed)
        discussions.undo(entry, by=ed)
        with pytest.raises(discussions.AlreadyDecided, match="Already undone"):
            discussions.undo(entry, by=ed)

    def test_later_decisions_of_others_are_kept(self, in_state, ed, mo):
        comment = in_state(S.PENDING)
        entry = discussions.approve(comment, by=ed)
        discussions.remove(comment, by=mo)
        assert discussions.obstacles([entry]) == {entry.key: "mo made a later decision: removed."}
        with pytest.raises(discussions.AlreadyDecided, match="mo made a later decision"):
            discussions.undo(entry, by=ed)

    def test_undoing_a_batch_skips_comments_decided_since(self, in_state, ed, mo):
        comments = [in_state(S.PENDING) for _ in range(3)]
        outcome = discussions.decide("approve", keys(comments), by=ed)
        discussions.remove(comments[1], by=mo)
        undone = discussions.undo_many(keys(outcome.entries), by=ed)
        assert len(undone.entries) == 2
        assert len(undone.refused) == 1
        states = [Comment.objects.get(pk=c.pk).status for c in comments]
        assert states == [S.PENDING, S.REMOVED, S.PENDING]

    def test_undoing_a_closure_reopens_only_what_it_closed(self, article, threads, ed):
        inner = discussions.close(threads[2], by=ed)
        outer = discussions.close(threads[0], by=ed)
        discussions.undo(outer, by=ed)
        assert not Comment.objects.get(pk=threads[0].pk).is_closed
        assert Comment.objects.get(pk=threads[2].pk).closed_entry == inner

    def test_undoing_a_reopening_restores_the_closure(self, article, ed):
        until = timezone.now() + timedelta(days=3)
        closed = discussions.close(article.discussion, by=ed, until=until)
        discussions.undo(discussions.reopen(article.discussion, by=ed), by=ed)
        discussion = Discussion.objects.get()
        assert (discussion.closed_entry, discussion.closed_until) == (closed, until)


class TestTimes:
    def at(self, monkeypatch, moment):
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    def test_a_closure_with_an_end_opens_by_itself_and_renews_the_page(
        self, article, ed, monkeypatch
    ):
        now = timezone.now()
        discussions.close(article.discussion, by=ed, until=now + timedelta(days=1))
        discussion = Discussion.objects.get()
        assert discussion.is_closed
        before = discussion.page_version
        self.at(monkeypatch, now + timedelta(days=2))
        assert not discussion.is_closed
        assert discussion.page_version != before

    def test_a_scheduled_closure_takes_effect_at_its_time(self, article, ed, monkeypatch):
        now = timezone.now()
        discussions.close(article.discussion, by=ed, start=now + timedelta(days=1))
        discussion = Discussion.objects.get()
        assert not discussion.is_closed
        self.at(monkeypatch, now + timedelta(days=2))
        assert discussion.is_closed

    def test_a_branch_closed_until_a_date_renews_the_page_then(
        self, article, threads, ed, monkeypatch
    ):
        now = timezone.now()
        discussions.close(threads[0], by=ed, until=now + timedelta(days=1))
        discussion = Discussion.objects.get()
        before = discussion.page_version
        self.at(monkeypatch, now + timedelta(days=2))
        assert discussion.page_version != before
        assert not Comment.objects.closed().exists()

    def test_a_discussion_closes_automatically_until_someone_reopens_it(
        self, article, ed, settings
    ):
        settings.AUTO_CLOSE_DAYS = 30
        article.published_at = timezone.now() - timedelta(days=31)
        article.save()
        discussion = Discussion.objects.get()
        assert discussion.is_closed
        discussions.reopen(discussion, by=ed)
        assert not Discussion.objects.get().is_closed

    @pytest.mark.parametrize(("days", "closed"), [(0, False), (40, False), (20, True)])
    def test_an_article_can_have_its_own_auto_close_days(self, article, settings, days, closed):
        settings.AUTO_CLOSE_DAYS = 1
        article.published_at = timezone.now() - timedelta(days=31)
        article.save()
        Discussion.objects.update(auto_close_days=days)
        assert Discussion.objects.get().is_closed is closed


def test_postgresql_refuses_to_change_or_delete_an_entry(article, ed):
    discussions.close(article.discussion, by=ed)
    if connection.vendor != "postgresql":
        return  # SQLite has no protection against direct access to its file
    for statement in (
        "UPDATE commentary_auditentry SET reason = 'x'",
        "DELETE FROM commentary_auditentry",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
