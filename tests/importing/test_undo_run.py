"""The undo of an import run removes exactly what the run made and restores what it changed, except
what was answered, edited or decided since. A redo brings it back exactly.
"""

import json
import os
import random
from contextlib import suppress
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from commentary import discussions
from commentary.discussions import tree
from commentary.discussions.verification import expected_heads, verify
from commentary.importing.records import SourceError
from commentary.importing.redo_run import redo_run
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.importing.undo_plan import plan_undo
from commentary.importing.undo_run import CannotUndo, undo_run
from commentary.models import (
    Article,
    AuditEntry,
    AuditHead,
    Author,
    Comment,
    Discussion,
    FormerAddress,
    FormerAnchor,
    ImportChange,
    ImportConflict,
    ImportRun,
    PointLink,
    Revision,
    SiteAuditEntry,
    Source,
    SourceChunk,
    StaffNote,
    UndoneRows,
    tallies,
)
from commentary.models.site import state
from commentary.models.stored_rows import packed, unpacked
from tests.importing.exports import (
    disqus,
    disqus_post,
    disqus_thread,
    wxr,
    wxr_comment,
    wxr_item,
)
from tests.importing.stored_tables import assert_same, stored_tables

pytestmark = pytest.mark.django_db


def bring(data: bytes, name: str = "export.xml") -> ImportRun:
    """Import a file and return its run."""
    before = set(ImportRun.objects.values_list("pk", flat=True))
    import_source(SourceFile.from_bytes(name, data))
    (run,) = ImportRun.objects.exclude(pk__in=before)
    return run


def of_site(*comments: str, **fields) -> bytes:
    return wxr(wxr_item(*comments, **fields))


def comment(key: object) -> Comment:
    return Comment.objects.get(source_key=str(key))


def reply(to: Comment, body: str = "An answer", **fields) -> Comment:
    """Add a comment that was written here."""
    made = discussions.import_comments(
        to.discussion_id, [Comment(body=body, **fields)], [to], ["approved"]
    )
    return made[0]


def reasons(run: ImportRun) -> list[tuple[int | None, str]]:
    return [(kept.number, kept.reason) for kept in plan_undo(run).kept]


@pytest.fixture(autouse=True)
def proven(db):
    """The audit log can be verified after every test, also against its head before the undo."""
    yield
    assert verify().problems == []


def assert_sound() -> None:
    assert tree.check() == []
    assert tallies.wrong() == []


FIRST = of_site(
    wxr_comment(1, "First"),
    wxr_comment(2, "Second", comment_parent=1),
    wxr_comment(3, "Third", comment_author=""),
)


class TestAuditLog:
    """The undo of an import says in the log what it removed from it; see `audit_chain`."""

    def test_the_log_of_a_removed_article_stays_provable(self, ed):
        run = bring(wxr(wxr_item(wxr_comment(1), comment_status="closed"), wxr_item(number=11)))
        (entry,) = AuditEntry.objects.all()
        head = AuditHead.keep(verify().heads)
        undo_run(run, ed)
        assert not AuditEntry.objects.exists()
        removed = SiteAuditEntry.objects.get(details__article=entry.discussion_id)
        expected = {"length": 1, "head": entry.digest, "run": run.pk}
        assert expected.items() <= removed.details.items()
        assert (removed.verb, removed.actor_name) == ("remove_article", "ed")
        assert verify(expected_heads(head)).problems == []
        without = AuditHead.keep(verify().heads)
        redo_run(run, ed)
        assert verify(expected_heads(head)).problems == []
        assert verify(expected_heads(without)).problems == []
        assert SiteAuditEntry.objects.first().verb == "restore_article"

    def test_entries_removed_with_comments_are_named(self, ed):
        bring(FIRST)
        mine = comment(1)
        discussions.close(mine.discussion, by=ed)
        run = bring(of_site(*BODIES_CHANGED))
        added = list(AuditEntry.objects.filter(verb="update").order_by("position"))
        assert len(added) == 2
        discussions.reopen(mine.discussion, by=ed)
        head = AuditHead.keep(verify().heads)
        undo_run(run, ed)
        entry = AuditEntry.objects.get(verb="undo_import")
        assert entry.kept["removed"] == [[2, [one.digest for one in added]]]
        assert not AuditEntry.objects.filter(pk__in=[one.pk for one in added]).exists()
        assert verify(expected_heads(head)).problems == []
        redo_run(run, ed)
        assert AuditEntry.objects.filter(pk__in=[one.pk for one in added]).count() == 2
        assert verify(expected_heads(head)).problems == []

    @pytest.mark.parametrize("is_new", [True, False])
    def test_rows_that_an_earlier_version_removed_are_chained_by_the_redo(self, ed, is_new):
        run = bring(of_site(wxr_comment(1, "First"), comment_status="closed"))
        if not is_new:
            discussions.reopen(Discussion.objects.get(), by=ed)
            run = bring(of_site(wxr_comment(1, "First, corrected")))
        entries = AuditEntry.objects.count()
        undo_run(run, ed)
        for kept in UndoneRows.objects.filter(kind__in=("auditentry", "discussion")):
            value = unpacked(kept.data)
            at = [n for n, name in enumerate(value["columns"]) if name not in OF_CHAIN]
            value["columns"] = [value["columns"][n] for n in at]
            value["rows"] = [[row[n] for n in at] for row in value["rows"]]
            kept.data = packed(value)
            kept.save()
        redo_run(run, ed)
        assert AuditEntry.objects.exclude(verb__in=AuditEntry.OF_IMPORTS).count() == entries
        assert verify().problems == []


OF_CHAIN = {"position", "salt", "digest", "reason_digest", "log_length", "log_head"}
BODIES_CHANGED = (
    wxr_comment(1, "First, corrected"),
    wxr_comment(2, "Second, corrected", comment_parent=1),
    wxr_comment(3, "Third", comment_author=""),
)


class TestWholeArticles:
    def test_an_undone_import_leaves_nothing(self, ed):
        before = stored_tables()
        run = bring(wxr(wxr_item(wxr_comment(1), comment_status="closed"), wxr_item(number=11)))
        after = stored_tables()
        assert Article.objects.count() == 2
        assert undo_run(run, ed)
        assert_same(stored_tables(), before)
        assert not SourceChunk.objects.exists()
        assert not Author.objects.exists()
        run.refresh_from_db()
        assert run.undo_state == "undone"
        assert_sound()
        assert redo_run(run, ed)
        assert_same(stored_tables(), after)
        run.refresh_from_db()
        assert (run.undo_state, [r["what"] for r in run.reversals]) == ("", ["undo", "redo"])
        assert_sound()

    def test_it_can_be_undone_and_redone_any_number_of_times(self, ed):
        before = stored_tables()
        run = bring(FIRST)
        after = stored_tables()
        for _ in range(3):
            undo_run(run, ed)
            assert_same(stored_tables(), before)
            redo_run(run, ed)
            assert_same(stored_tables(), after)
        assert not ImportChange.objects.filter(is_undone=True).exists()

    def test_another_article_is_left_alone(self, ed):
        bring(FIRST)
        before = stored_tables()
        run = bring(wxr(wxr_item(wxr_comment(9), number=11)), "other.xml")
        undo_run(run, ed)
        assert_same(stored_tables(), before)

    def test_the_same_file_can_be_imported_again_after_the_undo(self, ed):
        run = bring(FIRST)
        undo_run(run, ed)
        again = bring(FIRST)
        assert again.pk != run.pk
        assert Comment.objects.count() == 3
        assert Source.objects.get().chunks.exists()
        assert Source.objects.get().lines[0].startswith("<?xml")

    def test_an_article_that_was_imported_again_is_not_redone(self, ed):
        run = bring(FIRST)
        undo_run(run, ed)
        bring(FIRST)
        now = stored_tables()
        redo_run(run, ed)
        assert_same(stored_tables(), now)
        assert_sound()

    def test_a_redone_article_gets_another_slug_if_its_own_is_taken(self, ed):
        run = bring(FIRST)
        slug = Article.objects.get().slug
        undo_run(run, ed)
        Article.objects.create(title="Ours", slug=slug)
        redo_run(run, ed)
        assert Article.objects.exclude(title="Ours").get().slug == f"{slug}-2"
        undo_run(run, ed)
        assert Article.objects.get().title == "Ours"

    def test_an_interrupted_import_can_be_undone(self, ed):
        before = stored_tables()
        whole = wxr(wxr_item(wxr_comment(1)), wxr_item(number=11))
        cut = whole[: whole.rindex(b"<item>") + 40] + b"<![CDATA[" + b"x" * 300_000
        with suppress(SourceError):
            import_source(SourceFile.from_bytes("export.xml", cut))
        run = ImportRun.objects.get()
        ImportRun.objects.update(finished_at=None)
        run.refresh_from_db()
        assert run.changes.exists()
        with pytest.raises(CannotUndo, match="still running"):
            undo_run(run, ed)
        ImportRun.objects.update(updated_at=run.updated_at - timedelta(minutes=3))
        run.refresh_from_db()
        undo_run(run, ed)
        assert_same(stored_tables(), before)
        assert bring(whole).pk != run.pk  # it does not continue the undone one

    def test_a_text_capture_can_be_undone(self, ed):
        text = (
            "On tides\nBy Ann Lee\nPosted on March 3, 2009\n\nThe tide comes in twice a day.\n\n"
            "2 Comments\n\nBo Berg says:\nMarch 4, 2009 at 9:01 am\n\nIndeed it does.\n\n"
            "Cy Dahl says:\nMarch 5, 2009 at 7:30 pm\n\nNot in the Baltic.\n"
        )
        before = stored_tables()
        run = bring(text.encode(), "tides.txt")
        after = stored_tables()
        assert Comment.objects.count() == 2
        undo_run(run, ed)
        assert_same(stored_tables(), before)
        redo_run(run, ed)
        assert_same(stored_tables(), after)

    def test_an_undo_is_refused_for_runs_without_a_record(self, ed):
        run = bring(FIRST)
        ImportRun.objects.update(undo_state="unrecorded")
        run.refresh_from_db()
        with pytest.raises(CannotUndo, match="earlier version"):
            undo_run(run, ed)
        assert Comment.objects.count() == 3


class TestMerges:
    """A second import that changes what the first one stored."""

    def assert_exact(self, second: bytes, ed: User, name: str = "export.xml") -> ImportRun:
        """Assert that the undo and the redo of a second import are exact."""
        before = stored_tables()
        run = bring(second, name)
        after = stored_tables()
        assert any(after[table] != before[table] for table in ("Comment", "Article", "Discussion"))
        undo_run(run, ed)
        assert_same(stored_tables(), before)
        assert_sound()
        redo_run(run, ed)
        assert_same(stored_tables(), after)
        assert_sound()
        undo_run(run, ed)
        assert_same(stored_tables(), before)
        return run

    def test_new_comments(self, ed):
        bring(FIRST)
        second = of_site(
            wxr_comment(1, "First"),
            wxr_comment(2, "Second", comment_parent=1),
            wxr_comment(3, "Third", comment_author=""),
            wxr_comment(4, "Fourth", comment_parent=1),
            wxr_comment(5, "Fifth", comment_parent=4),
            wxr_comment(6, "Sixth", comment_author=""),
        )
        self.assert_exact(second, ed)

    def test_texts_names_and_statuses(self, ed):
        bring(FIRST)
        second = of_site(
            wxr_comment(1, "Better", comment_author="Ada L."),
            wxr_comment(2, "Second", comment_parent=1, comment_approved="spam"),
            wxr_comment(3, "Third again", comment_author=""),
        )
        self.assert_exact(second, ed)

    def test_a_name_that_is_lost(self, ed):
        bring(FIRST)
        second = of_site(
            wxr_comment(1, "First", comment_author=""),
            wxr_comment(2, "Second", comment_parent=1),
            wxr_comment(3, "Third", comment_author=""),
        )
        self.assert_exact(second, ed)

    def test_the_article_and_its_closure(self, ed):
        bring(FIRST)
        second = FIRST.replace(b"Ropes &amp; knots", b"Knots").replace(b"On ropes", b"On knots")
        second = second.replace(b"<![CDATA[open]]>", b"<![CDATA[closed]]>")
        self.assert_exact(second, ed)
        assert Article.objects.get().title == "Ropes & knots"
        assert not Discussion.objects.get().is_closed

    def test_points_of_a_changed_article(self, ed):
        listed = "<ol><li>One of them</li><li>Two of them</li><li>Three</li></ol>"
        first = FIRST.replace(b"Second", b"I like point 2").replace(b"Third", b"Point 3, no")
        bring(first.replace(b"<p>On ropes.</p>", listed.encode()))
        assert PointLink.objects.exists()
        more = listed.replace("</ol>", "<li>Four</li></ol>").encode()
        second = first.replace(b"<p>On ropes.</p>", more).replace(b"point 2", b"point 4")
        self.assert_exact(second, ed)

    def test_a_changed_text_that_mentions_the_same_point(self, ed):
        listed = b"<ol><li>One of them</li><li>Two of them</li></ol>"
        first = FIRST.replace(b"Second", b"I like point 2").replace(b"<p>On ropes.</p>", listed)
        bring(first)
        assert PointLink.objects.count() == 1
        self.assert_exact(first.replace(b"I like point 2", b"I really like point 2"), ed)
        assert PointLink.objects.count() == 1

    def test_replies_that_found_their_parents(self, ed):
        bring(of_site(wxr_comment(2, "Reply", comment_parent=1), wxr_comment(3, "More")))
        second = of_site(wxr_comment(1, "Parent"), wxr_comment(2, "Reply", comment_parent=1))
        self.assert_exact(second, ed)
        assert comment(2).source_parent_key == "1"

    def test_dates_parents_and_publication(self, ed):
        bring(
            of_site(
                *(wxr_comment(n, "Same", comment_parent=int(n in (2, 3, 4))) for n in range(1, 6))
            )
        )
        later = {"comment_date_gmt": "2011-06-04 10:00:00", "comment_date": "2011-06-04 11:00:00"}
        second = of_site(
            wxr_comment(1, "Same"),
            wxr_comment(2, "Same", comment_parent=1),
            wxr_comment(3, "Same", comment_parent=5),
            wxr_comment(4, "Same", comment_parent=1, **later),
            wxr_comment(5, "Same"),
            status="draft",
            post_date_gmt="2011-06-02 09:00:00",
        )
        run = self.assert_exact(second, ed)
        redo_run(run, ed)
        assert comment(3).parent == comment(5)

    def test_a_root_that_becomes_a_reply_to_a_new_comment(self, ed):
        bring(of_site(wxr_comment(1), wxr_comment(2), wxr_comment(3, comment_parent=2)))
        self.assert_exact(
            of_site(
                wxr_comment(1),
                wxr_comment(4, comment_parent=1),
                wxr_comment(2, comment_parent=4),
                wxr_comment(3, comment_parent=1),
            ),
            ed,
        )

    def test_import_conflicts(self, ed):
        bring(FIRST)
        discussions.correct(comment(1), ed, "Ada", "Ours")
        second = FIRST.replace(b"First", b"Better").replace(b"Second", b"Better too")
        self.assert_exact(second, ed)
        run = bring(second)
        assert ImportConflict.objects.count() == 1
        self.assert_exact(second.replace(b"Better", b"Best"), ed)
        undo_run(run, ed)
        assert not ImportConflict.objects.exists()

    def test_an_import_conflict_that_was_decided_is_kept(self, ed):
        bring(FIRST)
        discussions.correct(comment(1), ed, "Ada", "Ours")
        run = bring(FIRST.replace(b"First", b"Better").replace(b"Second", b"Better too"))
        ImportConflict.objects.update(state="ours")
        assert reasons(run) == [(1, "decided")]
        undo_run(run, ed)
        assert ImportConflict.objects.get().state == "ours"
        assert (comment(1).body, comment(2).body) == ("Ours", "Second")

    def test_comments_of_another_system(self, ed):
        bring(FIRST)
        second = disqus(
            disqus_thread(1, "https://quay.example/10/", title="Ropes &amp; knots"),
            disqus_post(71, 1),
            disqus_post(72, 1, 71),
        )
        self.assert_exact(second, ed, "disqus.xml")

    def test_a_branch_that_was_decided_before_keeps_its_decision(self, ed):
        bring(FIRST)
        discussions.remove(comment(2), by=ed)
        discussions.correct(comment(3), ed, "Cy", "Ours")
        second = of_site(
            wxr_comment(1, "Better"),
            wxr_comment(2, "Second, better", comment_parent=1),
            wxr_comment(3, "Third, better", comment_author=""),
        )
        self.assert_exact(second, ed)

    def test_runs_are_undone_in_either_order(self, ed):
        empty = stored_tables()
        first = bring(FIRST)
        one = stored_tables()
        second = bring(FIRST.replace(b"First", b"Better"))
        undo_run(second, ed)
        assert_same(stored_tables(), one)
        undo_run(first, ed)
        assert_same(stored_tables(), empty)
        redo_run(first, ed)
        assert_same(stored_tables(), one)
        redo_run(second, ed)
        assert comment(1).body == "Better"
        undo_run(first, ed)
        assert comment(1).body == "Better"  # kept: the second run changed it
        assert not Comment.objects.filter(source_key="3").exists()
        assert_sound()

    def test_runs_that_changed_the_same_comment_are_redone_in_their_order(self, ed):
        bring(FIRST)
        states, runs = [stored_tables()], []
        for text in (b"Better", b"Best", b"Really the best"):
            runs.append(bring(FIRST.replace(b"First", text)))
            states.append(stored_tables())
        for run, tables in zip(reversed(runs), states[-2::-1], strict=True):
            undo_run(run, ed)
            assert_same(stored_tables(), tables)
        for run, tables in zip(runs, states[1:], strict=True):
            redo_run(run, ed)
            assert_same(stored_tables(), tables)
        undo_run(runs[2], ed)
        assert_same(stored_tables(), states[2])

    def test_a_new_comment_with_the_former_number_of_another_one(self, ed):
        text = "A sentence that is long enough to be recognised anywhere"
        bring(of_site(wxr_comment(1, text), wxr_comment(2, "Second")))
        second = of_site(
            wxr_comment(1, "Something else entirely", comment_author="Bo", comment_date_gmt=""),
            wxr_comment(3, text),
        )
        self.assert_exact(second, ed)

    def test_a_change_is_not_redone_without_the_earlier_one_that_it_was_based_on(self, ed):
        bring(FIRST)
        first, second = (bring(FIRST.replace(b"First", text)) for text in (b"Better", b"Best"))
        undo_run(second, ed)
        undo_run(first, ed)
        redo_run(second, ed)
        assert comment(1).body == "First"
        assert_sound()

    def test_a_redone_run_waits_for_its_article(self, ed):
        first = bring(FIRST)
        second = bring(of_site(wxr_comment(4)))
        after = stored_tables()
        undo_run(second, ed)
        undo_run(first, ed)
        redo_run(second, ed)
        assert not Comment.objects.exists()
        redo_run(first, ed)
        redo_run(second, ed)
        assert_same(stored_tables(), after)


class TestExceptions:
    def test_an_answered_comment_is_kept_with_what_is_above_it(self, ed):
        run = bring(FIRST)
        answer = reply(comment(2))
        assert reasons(run) == [(2, "answered")]
        undo_run(run, ed)
        left = Comment.objects.in_reading_order()
        assert [c.source_key for c in left] == ["1", "2", ""]
        assert Article.objects.count() == 1
        assert_sound()
        answer.refresh_from_db()
        assert answer.parent == comment(2)
        run.refresh_from_db()
        redo_run(run, ed)
        assert Comment.objects.count() == 4
        assert_sound()

    def test_an_article_that_was_answered_is_kept(self, ed):
        run = bring(FIRST)
        discussions.import_comments(
            Article.objects.get().pk, [Comment(body="A")], [None], ["approved"]
        )
        assert reasons(run) == [(None, "answered")]
        undo_run(run, ed)
        assert Comment.objects.get().body == "A"
        assert_sound()

    @pytest.mark.parametrize(
        ("act", "reason"),
        [
            (lambda c, ed: discussions.correct(c, ed, "Ada", "Ours"), "edited"),
            (lambda c, ed: discussions.remove(c, by=ed), "decided"),
            (lambda c, ed: discussions.undo(discussions.remove(c, by=ed), ed), "decided"),
            (lambda c, ed: discussions.close(c, by=ed), "decided"),
            (lambda c, ed: c.save(), "edited"),
        ],
    )
    def test_a_comment_edited_or_decided_here_is_kept(self, ed, act, reason):
        run = bring(FIRST)
        act(comment(1), ed)
        assert reasons(run) == [(1, reason)]
        kept = Comment.objects.values().get(source_key="1")
        undo_run(run, ed)
        assert [c.source_key for c in Comment.objects.all()] == ["1"]
        now = Comment.objects.values().get(source_key="1")
        assert (now["body"], now["status"]) == (kept["body"], kept["status"])
        assert_sound()
        redo_run(run, ed)
        assert [c.source_key for c in Comment.objects.in_reading_order()] == ["1", "2", "3"]
        assert_sound()

    @pytest.mark.parametrize(
        "act",
        [
            lambda a, ed: discussions.correct(a, ed, "Ours", a.body),
            lambda a, ed: discussions.close(a.discussion, by=ed),
            lambda a, ed: Article.objects.filter(pk=a.pk).update(is_published=False),
            lambda a, ed: a.related.create(caption="See also"),
            lambda a, ed: FormerAddress.objects.create(
                article=a, address="http://a.example", key=""
            ),
        ],
    )
    def test_an_article_edited_or_decided_here_is_kept_without_its_comments(self, ed, act):
        run = bring(FIRST)
        article = Article.objects.get()
        act(article, ed)
        assert [number for number, _ in reasons(run)] == [None]
        undo_run(run, ed)
        assert Article.objects.get() == article
        assert not Comment.objects.exists()
        assert not FormerAnchor.objects.exists()
        assert_sound()
        redo_run(run, ed)
        assert Comment.objects.count() == 3
        assert FormerAnchor.objects.count() == 3

    def test_a_changed_text_is_not_restored_if_it_was_answered_or_edited_since(self, ed):
        bring(FIRST)
        run = bring(
            of_site(
                wxr_comment(1, "Better"),
                wxr_comment(2, "Second, better", comment_parent=1),
                wxr_comment(3, "Third, better", comment_author=""),
            )
        )
        reply(comment(2))
        discussions.correct(comment(3), ed, "", "Ours")
        assert reasons(run) == [(2, "answered"), (3, "edited")]
        undo_run(run, ed)
        assert [c.body for c in Comment.objects.order_by("number")] == [
            "First", "Second, better", "Ours", "An answer",
        ]  # fmt: skip
        assert Revision.objects.filter(comment=comment(2)).count() == 1
        assert_sound()

    def test_what_a_later_run_changed_is_kept(self, ed):
        first = bring(FIRST)
        bring(FIRST.replace(b"Second", b"Better"))
        assert reasons(first) == [(2, "imported")]
        undo_run(first, ed)
        assert [c.source_key for c in Comment.objects.in_reading_order()] == ["1", "2"]

    def test_numbers_given_since_are_not_given_again(self, ed):
        bring(FIRST)
        run = bring(of_site(wxr_comment(4), wxr_comment(5)))
        undo_run(run, ed)
        mine = reply(comment(1), "Ours")
        assert mine.number == 4
        redo_run(run, ed)
        assert sorted(Comment.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
        assert Comment.objects.get(number=4) == mine
        assert FormerAnchor.objects.get(name="comment-4").number == comment(4).number
        assert_sound()

    def test_a_text_edited_after_the_undo_is_not_changed_by_the_redo(self, ed):
        bring(FIRST)
        run = bring(FIRST.replace(b"First", b"Better").replace(b"Second", b"Also better"))
        undo_run(run, ed)
        discussions.correct(comment(1), ed, "Ada", "Ours")
        redo_run(run, ed)
        assert (comment(1).body, comment(2).body) == ("Ours", "Also better")


def test_a_page_and_the_lists_have_new_versions_after_the_undo_of_comments(ed):
    bring(FIRST)
    run = bring(of_site(wxr_comment(4)))
    version, of_site_before = Discussion.objects.get().version, state().version
    undo_run(run, ed)
    assert Discussion.objects.get().version != version
    assert state().version != of_site_before


def test_the_list_of_articles_has_a_new_version_after_the_undo_of_an_article(ed):
    run = bring(FIRST)
    before = state().version
    undo_run(run, ed)
    assert state().version != before


def test_an_undo_is_in_the_audit_log_of_articles_that_stay(ed):
    bring(FIRST)
    run = bring(of_site(wxr_comment(4)))
    undo_run(run, ed)
    entry = AuditEntry.objects.get(verb="undo_import")
    assert (entry.actor, entry.kept["run"], entry.kept["comments"]) == (ed, run.pk, 1)
    redo_run(run, ed)
    assert AuditEntry.objects.get(verb="redo_import").actor == ed
    run.refresh_from_db()
    assert [(r["what"], r["by"]) for r in run.reversals] == [("undo", "ed"), ("redo", "ed")]


@pytest.mark.parametrize("is_new", [True, False])
def test_notes_of_editors_go_and_come_back_with_their_comments(ed, is_new):
    run = bring(FIRST)
    if not is_new:
        run = bring(of_site(*[wxr_comment(n, "More", comment_author="Bo") for n in (1, 2, 3, 4)]))
    noted = comment(1 if is_new else 4)
    StaffNote.objects.create(
        discussion_id=noted.discussion_id,
        comment=noted,
        author=ed,
        author_name="ed",
        body="From the old site",
    )
    before = StaffNote.objects.values().get()
    undo_run(run, ed)
    assert not StaffNote.objects.exists()
    redo_run(run, ed)
    assert StaffNote.objects.values().get() == before


def test_the_plan_counts_what_the_undo_then_does(ed):
    bring(FIRST)
    run = bring(
        wxr(
            wxr_item(wxr_comment(1, "Better"), wxr_comment(4)),
            wxr_item(wxr_comment(7), wxr_comment(8), number=11),
        )
    )
    plan = plan_undo(run)
    assert (plan.articles, plan.comments, plan.restored, plan.kept_count) == (1, 3, 1, 0)
    assert json.dumps(plan.kept) == "[]"


# --- random edits


def random_export(dice: random.Random, rows: list[dict], **fields: str) -> bytes:
    """Return an export of one article with these comments, in random order of siblings."""
    return of_site(
        *(
            wxr_comment(
                row["id"],
                row["text"],
                comment_author=row["name"],
                comment_parent=row["parent"],
                comment_approved=row["status"],
                comment_date_gmt=f"2011-06-{row['day']:02} 15:05:00",
                comment_date=f"2011-06-{row['day']:02} 16:05:00",
            )
            for row in rows
        ),
        **fields,
    )


def first_rows(dice: random.Random) -> list[dict]:
    return [
        {
            "id": n,
            "text": f"Text {n} on point {dice.randint(1, 4)} of the knots",
            "name": dice.choice(["Ada", "Bo", "", "Cy"]),
            "parent": dice.choice([0, 0, *range(1, n)]),
            "status": dice.choice(["1", "1", "1", "0", "spam"]),
            "day": dice.randint(1, 28),
        }
        for n in range(1, dice.randint(2, 12))
    ]


def edit_rows(dice: random.Random, rows: list[dict]) -> None:
    """Change some comments of an export as its owner might."""
    for _ in range(dice.randint(1, 4)):
        row = dice.choice(rows)
        kind = dice.randrange(9)
        if kind == 0:
            row["text"] += dice.choice([" again", " as point 2 says", " – no"])
        elif kind == 1:
            row["name"] = dice.choice(["Ada L.", "", "Dee"])
        elif kind == 2:
            row["status"] = dice.choice(["1", "spam", "trash"])
        elif kind == 3:
            row["day"] = dice.randint(1, 28)
        elif kind == 4 and len(rows) > 2:
            rows.remove(row)
        elif kind == 5:
            row["parent"] = dice.choice([r["id"] for r in rows if r["id"] < row["id"]] or [0])
        elif kind == 6:  # the source renumbers its comments
            for one in rows:
                one["id"] += 100
                one["parent"] += 100 if one["parent"] else 0
        else:
            new = max(r["id"] for r in rows) + dice.randint(1, 3)
            extra = {"id": new, "text": f"New {new}", "parent": dice.choice([0, row["id"]])}
            rows.insert(dice.randrange(len(rows) + 1), row | extra)


def act_here(dice: random.Random, ed: User) -> None:
    """Let an editor or a reader do something."""
    comments = list(Comment.objects.exclude(source_key=""))
    if not comments:
        return
    one = dice.choice(comments)
    kind = dice.randrange(5)
    if kind == 0:
        discussions.correct(one, ed, one.name, one.body + " (corrected)")
    elif kind == 1 and one.is_public:
        discussions.remove(one, by=ed)
    elif kind == 2:
        reply(one)
    elif kind == 3:
        discussions.close(one, by=ed)
    else:
        discussions.correct(Article.objects.get(), ed, "Our title", Article.objects.get().body)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(int(os.environ.get("EDITS", "12"))))
def test_the_undo_of_the_last_of_several_random_imports_is_exact(ed, seed):
    dice = random.Random(seed)
    rows = first_rows(dice)
    bring(random_export(dice, rows))
    for _ in range(dice.randint(0, 2)):
        act_here(dice, ed)
    titles = ["Ropes &amp; knots", "Knots"]
    for _ in range(3):
        edit_rows(dice, rows)
        data = random_export(dice, rows, comment_status=dice.choice(["open", "closed"]))
        data = data.replace(b"Ropes &amp; knots", dice.choice(titles).encode())
        before = stored_tables()
        runs = set(ImportRun.objects.values_list("pk", flat=True))
        import_source(SourceFile.from_bytes("export.xml", data))
        run = ImportRun.objects.exclude(pk__in=runs).first()
        if run is None:  # the same bytes as before
            continue
        after = stored_tables()
        undo_run(run, ed)
        assert_same(stored_tables(), before)
        redo_run(run, ed)
        assert_same(stored_tables(), after)
        assert_sound()
        if dice.random() < 0.5:
            act_here(dice, ed)


@pytest.mark.parametrize("seed", range(int(os.environ.get("EDITS", "12")) // 2))
def test_an_undo_keeps_what_was_done_since_and_the_redo_brings_back_the_rest(ed, seed):
    dice = random.Random(1_000 + seed)
    rows = first_rows(dice)
    bring(random_export(dice, rows))
    edit_rows(dice, rows)
    rows[0]["text"] += " again"  # at least one change
    run = bring(random_export(dice, rows))
    for _ in range(dice.randint(1, 4)):
        act_here(dice, ed)
    human = {
        "entries": list(AuditEntry.objects.filter(actor=ed).values_list("pk", flat=True)),
        "replies": list(Comment.objects.filter(source_key="").values_list("pk", flat=True)),
    }
    bodies = dict(Comment.objects.filter(audit_entries__verb="correct").values_list("pk", "body"))
    for act in (undo_run, redo_run, undo_run):
        act(run, ed)
        assert_sound()
        assert AuditEntry.objects.filter(pk__in=human["entries"]).count() == len(human["entries"])
        assert Comment.objects.filter(pk__in=human["replies"]).count() == len(human["replies"])
        now = dict(Comment.objects.filter(pk__in=bodies).values_list("pk", "body"))
        assert now == bodies
