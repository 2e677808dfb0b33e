"""Decisions: from which state to which, by whom, recorded once."""

import pytest

from commentary import moderation, tree
from commentary.models import AuditEntry, Comment, Discussion

S = Comment.Status
pytestmark = pytest.mark.django_db

ALLOWED = [
    (verb, start)
    for verb, (allowed, _) in moderation.DECISIONS.items()
    for start in S
    if start in allowed
]
REFUSED = [
    (verb, start)
    for verb, (allowed, _) in moderation.DECISIONS.items()
    for start in S
    if start not in allowed
]


@pytest.fixture
def in_state(article):
    """A comment in a state, with no entry about it yet."""

    def make(status):
        return moderation.admit(article.pk, [Comment(body="Text")], [None], [status])[0]

    return make


class TestDecide:
    @pytest.mark.parametrize(("verb", "start"), ALLOWED)
    def test_it_moves_and_records_once(self, in_state, ed, verb, start):
        comment = in_state(start)
        getattr(moderation, verb)(comment, by=ed, reason=" because ")
        comment.refresh_from_db()
        assert comment.status == moderation.DECISIONS[verb][1]
        entry = AuditEntry.objects.get()
        assert (entry.actor, entry.actor_name, entry.verb) == (ed, "ed", verb)
        assert (entry.before, entry.after, entry.reason) == (start, comment.status, "because")
        assert tree.check() == []

    @pytest.mark.parametrize(("verb", "start"), REFUSED)
    def test_it_refuses_and_records_nothing(self, in_state, ed, verb, start):
        comment = in_state(start)
        with pytest.raises(moderation.AlreadyDecided):
            getattr(moderation, verb)(comment, by=ed)
        comment.refresh_from_db()
        assert comment.status == start
        assert not AuditEntry.objects.exists()

    def test_a_stale_instance_decides_by_what_is_stored(self, in_state, ed):
        comment = in_state(S.PENDING)
        stale = Comment.objects.get(pk=comment.pk)
        moderation.approve(comment, by=ed)
        with pytest.raises(moderation.AlreadyDecided):
            moderation.reject(stale, by=ed)

    def test_every_decision_moves_the_version(self, in_state, article, ed):
        comment = in_state(S.PENDING)
        before = Discussion.objects.get().version
        moderation.approve(comment, by=ed)
        assert Discussion.objects.get().version > before


class TestClosing:
    def test_a_discussion_closes_and_reopens(self, article, ed):
        entry = moderation.close(article.discussion, by=ed, reason="Heated")
        discussion = Discussion.objects.get()
        assert discussion.is_closed
        assert discussion.closed_entry == entry
        assert (entry.verb, entry.reason, entry.comment) == ("close", "Heated", None)
        moderation.reopen(discussion, by=ed)
        assert not Discussion.objects.get().is_closed

    def test_a_branch_closes_and_reopens(self, threads, ed):
        moderation.close(threads[2], by=ed)
        assert Comment.objects.get(pk=threads[2].pk).is_closed
        assert not Discussion.objects.get().is_closed
        entry = moderation.reopen(threads[2], by=ed)
        assert entry.comment == threads[2]
        assert not Comment.objects.get(pk=threads[2].pk).is_closed

    def test_twice_changes_and_records_nothing(self, article, ed, mo):
        first = moderation.close(article.discussion, by=ed)
        assert moderation.close(article.discussion, by=mo) is None
        assert Discussion.objects.get().closed_entry == first
        moderation.reopen(article.discussion, by=ed)
        assert moderation.reopen(article.discussion, by=mo) is None
        assert AuditEntry.objects.count() == 2

    def test_reopening_a_discussion_leaves_a_closed_branch_closed(self, article, threads, ed):
        moderation.close(threads[0], by=ed)
        moderation.close(article.discussion, by=ed)
        moderation.reopen(article.discussion, by=ed)
        assert Comment.objects.get(pk=threads[0].pk).is_closed

    def test_the_source_may_close(self, article):
        entry = moderation.close(article.discussion, by="source", reason="Comments are closed.")
        assert (entry.actor, entry.actor_name) == (None, "source")


def test_admit_stores_what_a_source_published_as_approved(article):
    moderation.admit(article.pk, [Comment(body="a"), Comment(body="b")], [None, 0])
    assert set(Comment.objects.values_list("status", flat=True)) == {S.APPROVED}
    assert Discussion.objects.get().approved_count == 2
    assert tree.check() == []
