"""Tree structure: parents and order. Runs on PostgreSQL and SQLite."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commentary import discussions
from commentary.discussions import tree
from commentary.models import Comment, Discussion
from commentary.models.comment import TREES_PER_DISCUSSION, UnsafeStructure
from commentary.models.discussion import LockOrderError
from tests.conftest import drawing, make_article

pytestmark = pytest.mark.django_db


def corrupt(comment: Comment, **columns) -> None:
    """Write structure in a way that our code never does."""
    sets = ", ".join(f"{name} = %s" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE commentary_comment SET {sets} WHERE id = %s", [*columns.values(), comment.pk]
        )


class TestInsert:
    def test_comments_are_numbered_by_arrival_and_read_parents_first(self, article, threads):
        assert drawing(article) == "1\n  2\n  3\n    4\n5\n6"

    def test_a_root_gets_its_own_tree_in_the_range_of_its_discussion(self, comment):
        root = comment("A root")
        assert root.tree_id == root.discussion_id * TREES_PER_DISCUSSION + 1
        assert (root.lft, root.rght, root.level) == (1, 2, 0)

    def test_a_reply_is_inserted_where_its_parent_is_now(self, article, comment):
        parent = comment("Parent")
        stale = Comment.objects.get(pk=parent.pk)
        comment("First reply", parent=parent)
        discussions.import_comments(article.pk, [Comment(body="Second reply")], [stale])
        assert drawing(article) == "1\n  2\n  3"
        assert tree.check() == []

    def test_a_parent_in_another_discussion_is_refused(self, article, comment):
        other = make_article("Another")
        parent = comment("Here")
        with pytest.raises(Comment.DoesNotExist):
            tree.insert(other.pk, Comment(body="There"), parent.pk)

    def test_a_reply_below_the_depth_limit_is_refused(self, article, comment, settings):
        settings.COMMENT_MAX_DEPTH = 1
        reply = comment("Reply", parent=comment("Root"))
        with pytest.raises(tree.TooDeep, match="at most 1 level deep"):
            tree.insert(article.pk, Comment(body="Too deep"), reply.pk)
        assert Comment.objects.count() == 2

    @pytest.mark.parametrize("size", [3, 30])
    def test_a_reply_takes_four_statements_regardless_of_the_threads_size(
        self, article, comment, size
    ):
        parent = comment("Root")
        for _ in range(size):
            comment("Reply", parent=parent)
        with CaptureQueriesContext(connection) as queries:
            tree.insert(article.pk, Comment(body="One more"), parent.pk)
        statements = [q for q in queries if "SAVEPOINT" not in q["sql"]]
        assert len(statements) == 4


class TestClaim:
    def test_the_version_is_replaced_when_a_visible_change_is_released(self, article):
        before = Discussion.objects.get(pk=article.pk).version
        with tree.lock_discussion(article.pk), tree.lock_discussion(article.pk) as discussion:
            discussion.mark_visible()
        assert Discussion.objects.get(pk=article.pk).version == discussion.version != before

    def test_the_version_stays_without_visible_changes(self, article):
        before = Discussion.objects.get(pk=article.pk).version
        with tree.lock_discussion(article.pk):
            tree.insert(article.pk, Comment(body="Pending"))
        assert Discussion.objects.get(pk=article.pk).version == before

    def test_the_same_discussion_can_be_locked_again_inside(self, article):
        with tree.lock_discussion(article.pk), tree.lock_discussion(article.pk) as discussion:
            assert discussion.pk == article.pk

    def test_another_discussion_cannot_be_locked_inside(self, article):
        other = make_article("Another")
        with (
            tree.lock_discussion(article.pk),
            pytest.raises(LockOrderError),
            tree.lock_discussion(other.pk),
        ):
            pass

    def test_the_lock_ends_with_its_block_even_after_an_error(self, article):
        with pytest.raises(ZeroDivisionError), tree.lock_discussion(article.pk):
            raise ZeroDivisionError
        with pytest.raises(UnsafeStructure):
            Comment.require_lock()

    def test_locking_a_missing_discussion_names_it(self, db):
        with pytest.raises(Discussion.DoesNotExist), tree.lock_discussion(4711):
            pass


class TestMove:
    @pytest.mark.parametrize(
        ("number", "under", "shape"),
        [
            (5, 4, "1\n  2\n  3\n    4\n      5\n6"),  # a root below another thread
            (3, 5, "1\n  2\n5\n  3\n    4\n6"),  # a branch into another thread
            (4, 2, "1\n  2\n    4\n  3\n5\n6"),  # within its thread
            (3, None, "1\n  2\n3\n  4\n5\n6"),  # a branch becomes a root, ordered by its number
            (2, 1, "1\n  2\n  3\n    4\n5\n6"),  # no change
        ],
    )
    def test_moving_a_comment_moves_its_branch(self, article, threads, number, under, shape):
        by_number = {c.number: c.pk for c in threads}
        tree.move(article.pk, by_number[number], by_number.get(under))
        assert drawing(article) == shape
        assert tree.check() == []

    @pytest.mark.parametrize("under", [1, 4])
    def test_a_comment_cannot_be_moved_below_itself(self, article, threads, under):
        by_number = {c.number: c.pk for c in threads}
        with pytest.raises(tree.BadMove):
            tree.move(article.pk, by_number[1], by_number[under])
        assert drawing(article) == "1\n  2\n  3\n    4\n5\n6"

    def test_a_parent_in_another_discussion_is_refused(self, article, threads):
        with pytest.raises(Comment.DoesNotExist):
            tree.move(make_article("Another").pk, threads[0].pk, None)


class TestGuards:
    """Every path that bypasses the tree functions fails, or writes no structure."""

    def test_a_stale_save_does_not_restore_the_old_parent(self, article, threads):
        stale = next(c for c in threads if c.number == 4)
        tree.move(article.pk, stale.pk, None)
        stale.body = "Edited"
        stale.save()
        assert drawing(article) == "1\n  2\n  3\n4\n5\n6"
        assert Comment.objects.get(pk=stale.pk).body_html == "<p>Edited</p>"

    def test_a_save_with_a_new_parent_moves_nothing(self, article, threads):
        threads[1].parent = threads[4]
        threads[1].save()
        assert drawing(article) == "1\n  2\n  3\n    4\n5\n6"
        assert tree.check() == []

    def test_a_stale_save_does_not_undo_a_decision(self, comment):
        made = comment("Text")
        stale = Comment.objects.get(pk=made.pk)
        discussions.remove(made, by="test")
        stale.save()
        assert Comment.objects.get(pk=made.pk).status == Comment.Status.REMOVED

    @pytest.mark.parametrize(
        "attempt",
        [
            lambda c: Comment(discussion_id=c.discussion_id, body="x", number=9).save(),
            lambda c: c.save(update_fields=["parent"]),
            lambda c: c.save(update_fields=["status"]),
            lambda c: c.delete(),
            lambda c: Comment.objects.all().delete(),
            lambda c: Comment.objects.filter(pk=c.pk).update(parent=None),
            lambda c: Comment.objects.filter(pk=c.pk).update(lft=7),
            lambda c: Comment.objects.bulk_update([c], ["lft"]),
            lambda c: Comment.objects.bulk_create([Comment(body="x")]),
            lambda c: c.move_to(None),
            lambda c: Comment(body="x").insert_at(None, save=True),
            lambda c: Comment.objects.rebuild(),
            lambda c: Comment.objects.partial_rebuild(c.tree_id),
            lambda c: Comment.objects.build_tree_nodes({"body": "x"}),
            lambda c: Comment.objects.delay_mptt_updates(),
            lambda c: Comment.objects.disable_mptt_updates(),
            lambda c: Comment.objects._create_space(2, 1, c.tree_id),
            lambda c: Comment.objects._close_gap(2, 1, c.tree_id),
            lambda c: Comment.objects.insert_node(Comment(body="x"), c, "last-child", save=True),
        ],
    )
    def test_unsafe_methods_are_refused(self, article, threads, attempt):
        with pytest.raises(UnsafeStructure), transaction.atomic():
            attempt(threads[1])
        assert drawing(article) == "1\n  2\n  3\n    4\n5\n6"
        assert tree.check() == []

    def test_the_database_refuses_a_tree_in_two_discussions(self, comment):
        made = comment("Text")
        with pytest.raises(IntegrityError), transaction.atomic():
            corrupt(made, tree_id=made.tree_id + TREES_PER_DISCUSSION)

    def test_postgresql_refuses_two_comments_with_the_same_left_edge(self, threads):
        if connection.vendor != "postgresql":
            return  # SQLite has no deferred UNIQUE; check() finds it there
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            corrupt(threads[1], lft=threads[2].lft, rght=threads[2].rght)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


shapes = st.lists(st.integers(min_value=-1, max_value=10_000), min_size=1, max_size=40)


def parents_of(shape: list[int]) -> list[int | None]:
    """Convert a drawn list to parents: each entry points to an earlier one, or to none."""
    return [None if i == 0 or p < 0 else p % i for i, p in enumerate(shape)]


class TestReplyCount:
    """Every comment counts the approved comments below it, after every change."""

    @staticmethod
    def counts() -> list[int]:
        in_order = Comment.objects.in_reading_order()
        return list(in_order.values_list("reply_count", flat=True))

    def test_a_new_comment_counts_for_all_its_ancestors(self, article, threads):
        assert self.counts() == [3, 0, 1, 0, 0, 0]
        tree.insert(article.pk, Comment(body="Pending"), threads[3].pk)
        assert self.counts() == [3, 0, 1, 0, 0, 0, 0]

    def test_decisions_and_undo_update_the_counts(self, article, threads):
        gone = [threads[i].key for i in (1, 2, 3)]
        outcome = discussions.decide("remove", gone, by="test")
        assert self.counts() == [0, 0, 0, 0, 0, 0]
        discussions.undo(outcome.entries[1], by="test")
        assert self.counts() == [1, 0, 0, 0, 0, 0]
        discussions.decide("approve", gone, by="test")
        assert self.counts() == [3, 0, 1, 0, 0, 0]
        assert tree.check() == []

    def test_moving_a_branch_updates_the_reply_counts(self, article, threads):
        tree.move(article.pk, threads[2].pk, threads[4].pk)
        assert self.counts() == [1, 0, 2, 1, 0, 0]
        tree.move(article.pk, threads[2].pk, None)
        assert tree.check() == []

    def test_a_branch_of_mixed_statuses_counts_the_approved(self, article, threads):
        S = Comment.Status
        new = [Comment(body="x") for _ in range(4)]
        discussions.import_comments(
            article.pk, new, [threads[3], 0, 1, 0], [S.PENDING, S.APPROVED, S.SPAM, S.APPROVED]
        )
        assert self.counts() == [5, 0, 3, 2, 2, 0, 0, 0, 0, 0]
        assert tree.check() == []


class TestGraft:
    @pytest.mark.slow
    @settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(shape=shapes, more=shapes)
    def test_bulk_insert_builds_the_same_tree_as_inserting_one_by_one(self, db, shape, more):
        grafted, inserted = make_article("Grafted"), make_article("Inserted")
        try:
            for batch in (shape, more):
                parents = parents_of(batch)
                discussions.import_comments(grafted.pk, [Comment(body="x") for _ in batch], parents)
                pks: list[int] = []
                for parent in parents:
                    above = None if parent is None else pks[parent]
                    pks.append(tree.insert(inserted.pk, Comment(body="x"), above).pk)
            assert drawing(grafted) == drawing(inserted)
            tree.repair(inserted.pk)  # also the counts, which moderation maintains
            assert tree.check() == []
        finally:
            transaction.set_rollback(False)
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM commentary_comment")
                cursor.execute("DELETE FROM commentary_discussion")
                cursor.execute("DELETE FROM commentary_article")

    def test_bulk_insert_adds_branches_below_stored_comments(self, article, threads):
        new = [Comment(body=str(i)) for i in range(3)]
        discussions.import_comments(article.pk, new, [threads[1], 0, None])
        assert drawing(article) == "1\n  2\n    7\n      8\n  3\n    4\n5\n6\n9"
        assert tree.check() == []

    def test_bulk_insert_adds_below_two_comments_of_one_tree(self, article, threads):
        discussions.import_comments(
            article.pk, [Comment(body="x"), Comment(body="y")], [threads[0], threads[1]]
        )
        discussions.import_comments(article.pk, [Comment(body="z")], [threads[0]])
        assert drawing(article) == "1\n  2\n    8\n  3\n    4\n  7\n  9\n5\n6"
        assert tree.check() == []

    def test_bulk_insert_renders_the_text(self, article):
        tree.bulk_insert(article.pk, [Comment(body="1 < 2")], [None])
        assert Comment.objects.get().body_html == "<p>1 &lt; 2</p>"

    def test_a_parent_after_its_reply_is_refused(self, article):
        with pytest.raises(ValueError, match="does not come before"):
            tree.bulk_insert(article.pk, [Comment(body="a"), Comment(body="b")], [1, None])
        assert not Comment.objects.exists()

    def test_a_chain_five_thousand_deep_is_stored(self, article):
        chain = [Comment(body=str(i)) for i in range(5_000)]
        discussions.import_comments(article.pk, chain, [None, *range(4_999)])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as after a large import: otherwise the check is slow
        last = Comment.objects.get(number=5_000)
        assert (last.level, last.lft, last.rght) == (4_999, 5_000, 5_001)
        assert tree.check() == []

    def test_a_comment_added_afterwards_gets_its_own_key(self, article):
        tree.bulk_insert(article.pk, [Comment(body="a"), Comment(body="b")], [None, 0])
        tree.insert(article.pk, Comment(body="c"))
        assert drawing(article) == "1\n  2\n3"


class TestVoices:
    def anonymous_numbers(self) -> list[int | None]:
        return list(Comment.objects.order_by("number").values_list("anonymous_number", flat=True))

    def test_anonymous_numbers_follow_the_order_of_comments(self, article):
        batch = [Comment(body="a"), Comment(body="b", name="Bo"), Comment(body="c")]
        tree.bulk_insert(article.pk, batch, [None, 0, None])
        tree.insert(article.pk, Comment(body="d", name="Di"))
        tree.insert(article.pk, Comment(body="e"))
        assert self.anonymous_numbers() == [1, None, 2, None, 3]

    def test_a_pingback_has_no_anonymous_number(self, article):
        tree.bulk_insert(article.pk, [Comment(body="a", kind=Comment.Kind.PINGBACK)], [None])
        assert self.anonymous_numbers() == [None]

    def test_anonymous_numbers_are_counted_per_article(self, article):
        tree.insert(article.pk, Comment(body="a"))
        tree.insert(make_article("Another").pk, Comment(body="b"))
        assert self.anonymous_numbers() == [1, 1]

    def test_a_comment_that_loses_its_name_gets_the_next_number_and_keeps_it(
        self, article, comment
    ):
        comment("a"), comment("b", name="Bo")
        two = Comment.objects.get(number=2)
        with tree.lock_discussion(article.pk) as discussion:
            for name in ("", "Bo", ""):
                two.name = name
                two.save()
                tree.assign_anonymous_number(discussion, two)
                two.refresh_from_db()
        comment("c")
        assert self.anonymous_numbers() == [1, 2, 3]

    def test_an_anonymous_number_above_the_last_one_is_found_and_repaired(self, article, comment):
        comment("a"), comment("b")
        Discussion.objects.update(last_anonymous_number=1)
        assert [b.rule for b in tree.check()] == [
            "no number may exceed the last number of the discussion"
        ]
        tree.repair(article.pk)
        assert Discussion.objects.get().last_anonymous_number == 2

    def test_editors_see_the_anonymous_number(self, comment):
        only = comment("a")
        assert str(only) == "#1 Anonymous"
        comment("b", name="Bo"), comment("c")
        assert [str(c) for c in Comment.objects.order_by("number")] == [
            "#1 Anonymous 1",
            "#2 Bo",
            "#3 Anonymous 2",
        ]


class TestCheckAndRepair:
    def test_a_correct_tree_is_not_written(self, article, threads):
        assert tree.check() == []
        assert tree.repair(article.pk) == 0

    @pytest.mark.parametrize(
        ("number", "columns", "named"),
        [
            (4, {"lft": 40, "rght": 41}, 4),
            (3, {"level": 3}, 3),
            (2, {"rght": 9}, 2),
            (1, {"rght": 20}, 1),
            (3, {"reply_count": 9}, 3),
        ],
    )
    def test_a_broken_comment_is_named_and_repaired(self, article, threads, number, columns, named):
        corrupt(next(c for c in threads if c.number == number), **columns)
        broken = tree.check()
        assert any(f"comment #{named} " in str(b) for b in broken)
        assert tree.repair(article.pk) >= 1
        assert tree.check() == []
        assert drawing(article) == "1\n  2\n  3\n    4\n5\n6"

    def test_a_circle_is_cut_at_its_oldest_comment(self, article, threads):
        by_number = {c.number: c for c in threads}
        corrupt(by_number[3], parent_id=by_number[4].pk)
        assert tree.check() != []
        tree.repair(article.pk)
        assert tree.check() == []
        assert drawing(article) == "1\n  2\n3\n  4\n5\n6"

    def test_wrong_counts_are_found_and_repaired(self, article, threads):
        Discussion.objects.update(approved_count=99, last_number=2)
        rules = {b.rule for b in tree.check()}
        assert rules == {
            "the counts of a discussion must match its comments",
            "no number may exceed the last number of the discussion",
        }
        tree.repair(article.pk)
        assert tree.check() == []
        discussion = Discussion.objects.get()
        assert (discussion.approved_count, discussion.last_number) == (6, 6)
