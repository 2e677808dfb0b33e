"""Importing a corrected file merges: what changed only in the source is updated, with history, and
what was changed or decided here is kept.
"""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentary import discussions
from commentary.discussions import revisions, tree
from commentary.importing import store
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.models import (
    Article,
    AuditEntry,
    Comment,
    Discussion,
    GoneComment,
    ImportConflict,
    ImportRun,
    Revision,
)
from tests.conftest import drawing
from tests.importing.exports import wxr, wxr_comment, wxr_item

pytestmark = pytest.mark.django_db

KEPT = "differs from the stored version, which was kept"


def bring(data: bytes, **options):
    return import_source(SourceFile.from_bytes("export.xml", data), **options)


def of_site(*comments: str, **fields) -> bytes:
    return wxr(wxr_item(*comments, **fields))


def comment(key: object) -> Comment:
    return Comment.objects.get(source_key=str(key))


class TestTexts:
    def test_a_text_changed_in_the_source_is_updated_with_history(self, ed):
        bring(of_site(wxr_comment(1, "First")))
        report = bring(of_site(wxr_comment(1, "Better", comment_author="Ada L.")))
        assert report.warnings == [
            "comment 1 updated from this file: the text changed, the name changed"
        ]
        updated = comment(1)
        assert (updated.name, updated.body, updated.edited_at) == ("Ada L.", "Better", None)
        assert "Better" in updated.body_html
        kept = Revision.objects.get(comment=updated)
        assert (kept.name, kept.body) == ("Ada", "First")
        assert revisions.imported(updated) == revisions.Text("Ada L.", "Better")
        entry = AuditEntry.objects.get(comment=updated)
        assert (entry.verb, entry.actor, entry.actor_name) == ("update", None, "source")
        assert entry.kept["run"] == ImportRun.objects.latest("pk").pk

    def test_an_update_can_be_undone_and_the_next_import_keeps_that(self, ed):
        bring(of_site(wxr_comment(1, "First")))
        bring(of_site(wxr_comment(1, "Better")))
        discussions.undo(AuditEntry.objects.get(verb="update"), ed)
        assert comment(1).body == "First"
        report = bring(of_site(wxr_comment(1, "Better"), wxr_comment(2)))
        assert (comment(1).body, report.warnings) == ("First", [])

    def test_a_text_changed_in_the_source_and_here_is_kept(self, ed):
        bring(of_site(wxr_comment(1, "First"), wxr_comment(2, "Second")))
        discussions.correct(comment(1), ed, "Ada", "Ours")
        discussions.correct(comment(2), ed, "Ada", "Better")
        report = bring(of_site(wxr_comment(1, "Better"), wxr_comment(2, "Better")))
        assert report.warnings == [f"comment 1 {KEPT}: the text changed, and it was edited here"]
        assert (comment(1).body, comment(2).body) == ("Ours", "Better")
        assert report.outcome == "differs"

    def test_a_name_changed_in_the_source_is_updated_beside_a_text_edited_here(self, ed):
        bring(of_site(wxr_comment(1, "First")))
        discussions.correct(comment(1), ed, "Ada", "Ours")
        bring(of_site(wxr_comment(1, "First", comment_author="Ada L.")))
        assert (comment(1).name, comment(1).body) == ("Ada L.", "Ours")
        assert comment(1).edited_at is not None
        assert revisions.imported(comment(1)) == revisions.Text("Ada L.", "First")
        # The text here is not mistaken for the source's.
        bring(of_site(wxr_comment(1, "First", comment_author="Ada L."), wxr_comment(2)))
        assert comment(1).body == "Ours"

    def test_a_text_restored_here_follows_the_source_again(self, ed):
        bring(of_site(wxr_comment(1, "First")))
        discussions.correct(comment(1), ed, "Ada", "Ours")
        bring(of_site(wxr_comment(1, "Better")))
        discussions.restore(comment(1), ed)
        bring(of_site(wxr_comment(1, "Best")))
        assert comment(1).body == "Best"

    def test_each_of_several_updates_is_compared_with_the_one_before(self, ed):
        for text in ("First", "Second", "Third"):
            bring(of_site(wxr_comment(1, text)))
        assert comment(1).body == "Third"
        discussions.correct(comment(1), ed, "Ada", "Ours")
        assert bring(of_site(wxr_comment(1, "Third"), wxr_comment(2))).warnings == []
        discussions.restore(comment(1), ed)
        assert comment(1).body == "Third"

    def test_another_comment_with_the_same_id_is_added(self):
        bring(of_site(wxr_comment(1, "First")))
        first = comment(1).pk
        later = {"comment_date_gmt": "2012-01-01 10:00:00", "comment_approved": "spam"}
        report = bring(of_site(wxr_comment(1, "Quite another", **later)))
        assert report.counts["comments"] == 1
        assert (comment(1).body, comment(1).status) == ("Quite another", "spam")
        kept = comment("1 (gone 1)")
        assert (kept.pk, kept.body, kept.status) == (first, "First", "approved")

    @pytest.mark.parametrize(
        ("text", "stored"),
        [("The knot of the week slips", True), ("Something else entirely, I think", False)],
    )
    def test_an_undated_text_is_updated_only_if_it_shares_words(self, text, stored):
        undated = {"comment_date": "", "comment_date_gmt": "", "comment_approved": "1"}
        bring(of_site(wxr_comment(1, "The knot of the week slips, always", **undated)))
        report = bring(of_site(wxr_comment(1, text, **undated | {"comment_approved": "spam"})))
        assert (comment(1).body == text) is stored
        assert (comment(1).status == "spam") is stored
        assert (report.counts["updated"], report.counts["differing"]) == (stored, not stored)

    def test_a_dry_run_reports_updates_and_stores_nothing(self):
        bring(of_site(wxr_comment(1, "First")))
        report = bring(of_site(wxr_comment(1, "Better")), dry_run=True)
        assert report.counts["updated"] == 1
        assert comment(1).body == "First"

    def test_a_file_matched_only_by_its_link_changes_nothing(self):
        site = b"<wp:base_blog_url>https://quay.example</wp:base_blog_url>"
        bring(of_site(wxr_comment(1, "First")).replace(site, b""))
        report = bring(of_site(wxr_comment(1, "Better")).replace(site, b""))
        assert comment(1).body == "First"
        assert report.counts["updated"] == 0


class TestStatuses:
    @pytest.mark.parametrize(
        ("approved", "now"), [("spam", "spam"), ("trash", "removed"), ("0", "approved")]
    )
    def test_a_status_never_decided_here_follows_the_source(self, approved, now):
        bring(of_site(wxr_comment(1), wxr_comment(2, comment_parent=1)))
        bring(of_site(wxr_comment(1), wxr_comment(2, comment_parent=1, comment_approved=approved)))
        assert comment(2).status == now
        assert comment(1).reply_count == (now == "approved")
        assert tree.check() == []
        bring(of_site(wxr_comment(1), wxr_comment(2, comment_parent=1), wxr_comment(3)))
        assert comment(2).status == "approved"
        assert tree.check() == []

    def test_a_status_decided_here_is_kept(self, ed):
        bring(of_site(wxr_comment(1), wxr_comment(2), wxr_comment(3)))
        discussions.remove(comment(1), by=ed)
        discussions.keep(comment(2), by=ed)
        discussions.undo(discussions.remove(comment(3), by=ed), ed)
        spam = [wxr_comment(n, comment_approved="spam") for n in (1, 2, 3)]
        report = bring(of_site(*spam))
        assert [comment(n).status for n in (1, 2, 3)] == ["removed", "approved", "approved"]
        assert report.warnings[0] == f"comment 1 {KEPT}: was approved, now spam, but removed here"

    def test_a_status_of_the_source_that_was_undone_here_is_kept(self, ed):
        bring(of_site(wxr_comment(1)))
        bring(of_site(wxr_comment(1, comment_approved="spam")))
        discussions.undo(AuditEntry.objects.get(verb="mark_spam"), ed)
        bring(of_site(wxr_comment(1, comment_approved="spam"), wxr_comment(2)))
        assert comment(1).status == "approved"


class TestArticles:
    def test_title_and_text_changed_in_the_source_are_updated(self, ed):
        bring(of_site(wxr_comment(1)))
        slug = Article.objects.get().slug
        changed = of_site(wxr_comment(1)).replace(b"On ropes.", b"On good ropes.")
        report = bring(changed.replace(b"<title>Ropes", b"<title>Lines"))
        assert report.warnings == [
            "article ropes-knots updated from this file: the title changed, the text changed"
        ]
        article = Article.objects.get()
        assert (article.title, article.body) == ("Lines & knots", "<p>On good ropes.</p>")
        assert article.slug == slug
        discussions.undo(AuditEntry.objects.get(verb="update"), ed)
        assert Article.objects.get().body == "<p>On ropes.</p>"

    def test_a_text_edited_here_is_kept(self, ed):
        bring(of_site(wxr_comment(1)))
        article = Article.objects.get()
        discussions.correct(article, ed, article.title, "<p>Ours.</p>")
        report = bring(of_site(wxr_comment(1)).replace(b"On ropes.", b"On good ropes."))
        assert report.warnings == [
            f"article ropes-knots {KEPT}: the text changed, and it was edited here"
        ]
        assert Article.objects.get().body == "<p>Ours.</p>"

    def test_a_discussion_closes_and_reopens_with_the_source(self):
        bring(of_site(wxr_comment(1)))
        bring(of_site(wxr_comment(1), comment_status="closed"))
        assert Discussion.objects.get().closed_entry.actor_name == "source"
        bring(of_site(wxr_comment(1), wxr_comment(2)))
        found = Discussion.objects.get()
        assert (found.closed_entry, found.is_set_by_hand) == (None, False)

    def test_a_discussion_reopened_here_stays_open(self, ed):
        bring(of_site(wxr_comment(1), comment_status="closed"))
        discussions.reopen(Discussion.objects.get(), ed)
        report = bring(of_site(wxr_comment(1), wxr_comment(2), comment_status="closed"))
        assert (Discussion.objects.get().closed_entry, report.warnings) == (None, [])

    def test_a_closure_of_the_source_undone_here_stays_undone(self, ed):
        bring(of_site(wxr_comment(1), comment_status="closed"))
        discussions.undo(AuditEntry.objects.get(verb="close"), ed)
        bring(of_site(wxr_comment(1), wxr_comment(2), comment_status="closed"))
        assert Discussion.objects.get().closed_entry is None


class TestDatesAndParents:
    LATER = {"comment_date_gmt": "2011-06-03 18:00:00"}

    def test_a_date_changed_in_the_source_is_updated_and_can_be_undone(self, ed):
        bring(of_site(wxr_comment(1)))
        report = bring(of_site(wxr_comment(1, **self.LATER)))
        assert report.warnings == ["comment 1 updated from this file: the date changed"]
        assert comment(1).dated_at == datetime(2011, 6, 3, 18, tzinfo=UTC)
        discussions.undo(AuditEntry.objects.get(verb="redate"), ed)
        assert comment(1).dated_at == datetime(2011, 6, 3, 15, 5, tzinfo=UTC)
        assert bring(of_site(wxr_comment(1, **self.LATER), wxr_comment(2))).warnings == []

    def test_a_date_corrected_here_is_kept(self, ed):
        bring(of_site(wxr_comment(1)))
        ours = datetime(2010, 1, 1, tzinfo=UTC)
        discussions.redate(comment(1), ours, False, ed)
        assert bring(of_site(wxr_comment(1), wxr_comment(2))).warnings == []
        bring(of_site(wxr_comment(1, **self.LATER)))
        assert comment(1).dated_at == ours
        assert ImportConflict.objects.get().field == "date"

    def test_moved_replies_follow_the_source_with_their_branches(self, ed):
        chain = [wxr_comment(n, f"Text {n}", comment_parent=n - 1) for n in (1, 2, 3)]
        bring(of_site(*chain, wxr_comment(4, "Text 4")))
        moved = wxr_comment(2, "Text 2", comment_parent=4)
        report = bring(of_site(chain[0], moved, chain[2], wxr_comment(4, "Text 4")))
        assert report.warnings == [
            "comment 2 updated from this file: was a reply to 1, now a reply to 4"
        ]
        assert drawing(Article.objects.get()) == "1\n4\n  2\n    3"
        assert (comment(1).reply_count, comment(4).reply_count) == (0, 2)
        assert tree.check() == []
        discussions.undo(AuditEntry.objects.get(verb="move"), ed)
        assert drawing(Article.objects.get()) == "1\n  2\n    3\n4"
        assert tree.check() == []

    def test_comments_that_change_places_are_both_moved(self):
        bring(of_site(wxr_comment(1, "A"), wxr_comment(2, "B", comment_parent=1)))
        bring(of_site(wxr_comment(2, "B"), wxr_comment(1, "A", comment_parent=2)))
        assert drawing(Article.objects.get()) == "2\n  1"
        assert tree.check() == []

    def test_a_reply_moves_below_a_comment_that_is_new_in_the_file(self):
        bring(of_site(wxr_comment(1, "A"), wxr_comment(2, "B", comment_parent=1)))
        bring(
            of_site(wxr_comment(1, "A"), wxr_comment(3, "C"), wxr_comment(2, "B", comment_parent=3))
        )
        assert comment(2).parent == comment(3)
        assert tree.check() == []

    def test_a_reply_moved_here_is_kept(self, ed):
        bring(
            of_site(wxr_comment(1, "A"), wxr_comment(2, "B", comment_parent=1), wxr_comment(3, "C"))
        )
        discussions.move_comment(comment(2), comment(3).pk, ed)
        same = [wxr_comment(1, "A"), wxr_comment(2, "B", comment_parent=1), wxr_comment(3, "C")]
        assert bring(of_site(*same, wxr_comment(4, "D"))).warnings == []
        assert comment(2).parent == comment(3)
        bring(of_site(wxr_comment(1, "A"), wxr_comment(2, "B"), wxr_comment(3, "C")))
        assert comment(2).parent == comment(3)
        conflict = ImportConflict.objects.get()
        assert (conflict.field, conflict.then, conflict.now, conflict.here) == (
            "parent",
            "1",
            "",
            "3",
        )
        discussions.decide_conflicts("use_source", [conflict.key], ed)
        assert comment(2).parent is None


class TestPublication:
    DRAFT = {"status": "private"}

    def test_an_article_becomes_a_draft_and_is_published_with_its_source(self):
        bring(of_site(wxr_comment(1)))
        report = bring(of_site(wxr_comment(1), **self.DRAFT))
        assert report.warnings == [
            "article ropes-knots updated from this file: was published, now a draft"
        ]
        assert not Article.objects.get().is_published
        bring(of_site(wxr_comment(1), wxr_comment(2)))
        assert Article.objects.get().is_published

    def test_a_draft_published_here_stays_public(self, ed):
        bring(of_site(wxr_comment(1), **self.DRAFT))
        discussions.publish(Article.objects.get(), True, ed)
        assert bring(of_site(wxr_comment(1), wxr_comment(2), **self.DRAFT)).warnings == []
        assert Article.objects.get().is_published

    def test_the_date_of_an_article_follows_the_source(self):
        bring(of_site(wxr_comment(1)))
        bring(of_site(wxr_comment(1), post_date_gmt="2011-06-02 09:00:00"))
        assert Article.objects.get().published_at == datetime(2011, 6, 2, 9, tzinfo=UTC)


class TestIdentity:
    """Comments are recognised although the source changed their ids, names, dates or texts."""

    TEXTS = (
        "The rope of the ferry was replaced in March",
        "Nobody has seen the old anchor since the storm",
        "Thanks",
        "I would rather trust a chain than a rope",
    )

    def stored(self) -> dict[str, tuple[str, int]]:
        """Return body and primary key of the imported comments by their keys."""
        rows = Comment.objects.exclude(source_key="").values_list("source_key", "body", "pk")
        return {key: (body, pk) for key, body, pk in rows}

    def file(self, first: int, texts=TEXTS, parents=(), **fields) -> bytes:
        comments = []
        for number, text in enumerate(texts, first):
            at = {"comment_date_gmt": f"2011-06-03 10:{len(text):02}:00", **fields}
            parent = dict(parents).get(number, 0)
            comments.append(wxr_comment(number, text, comment_parent=parent, **at))
        return of_site(*comments)

    def test_renumbered_comments_are_the_same_ones(self, ed):
        bring(self.file(1, parents=[(2, 1)]))
        before = dict(self.stored().values())
        discussions.remove(comment(1), by=ed)
        report = bring(self.file(101, parents=[(102, 101)]))
        assert dict(self.stored().values()) == before
        assert set(self.stored()) == {"101", "102", "103", "104"}
        assert comment(101).status == "removed"
        assert comment(102).parent == comment(101)
        assert report.warnings == []

    def test_a_comment_inserted_at_the_top_of_a_renumbered_source_is_the_only_new_one(self):
        bring(self.file(1))
        before = dict(self.stored().values())
        report = bring(self.file(1, ("A new one, above all the others", *self.TEXTS)))
        assert report.counts["comments"] == 1
        after = dict(self.stored().values())
        assert before.items() <= after.items()
        assert comment(1).body == "A new one, above all the others"
        assert comment(2).pk == before[self.TEXTS[0]]

    def test_a_removed_comment_gives_its_id_to_another_one(self):
        bring(self.file(1))
        before = dict(self.stored().values())
        report = bring(self.file(1, (self.TEXTS[0], *self.TEXTS[2:])))
        assert report.counts["comments"] == 0
        assert dict(self.stored().values()) == before
        assert comment(2).body == "Thanks"
        assert comment("2 (gone 1)").body == self.TEXTS[1]

    def part(self, *comments: tuple[int, str, int]) -> bytes:
        """Return one file of several, with numbers, texts and parents."""
        return of_site(
            *(
                wxr_comment(
                    *(n, text),
                    comment_parent=parent,
                    comment_date_gmt=f"2011-06-03 10:{len(text):02}:00",
                )
                for n, text, parent in comments
            )
        )

    @pytest.mark.parametrize("order", ["first part first", "second part first"])
    def test_replies_in_a_renumbered_source_of_two_files_keep_their_parents(self, order):
        a, b, c, d = self.TEXTS
        bring(self.part((1, a, 0), (2, b, 0)))
        bring(self.part((3, d, 1), (4, f"{c} to you", 2), (9, "No reply to anyone at all", 0)))
        parts = [
            self.part((1, "A new one, above all the others", 0), (2, a, 0), (3, b, 0)),
            self.part(
                *((4, d, 2), (5, f"{c} to you", 3), (10, "No reply to anyone at all", 0)),
                *((11, "A new reply to the first one", 2), (12, "Another, to the second one", 3)),
            ),
        ]
        for part in parts if order == "first part first" else parts[::-1]:
            bring(part)
        above = dict(Comment.objects.values_list("body", "parent__body"))
        assert above == {
            "A new one, above all the others": None,
            a: None,
            b: None,
            d: a,
            f"{c} to you": b,
            "No reply to anyone at all": None,
            "A new reply to the first one": a,
            "Another, to the second one": b,
        }
        assert tree.check() == []

    def test_a_reply_to_a_comment_in_a_file_not_imported_yet_waits_for_it(self):
        a, b, _c, d = self.TEXTS
        bring(self.part((1, a, 0), (2, b, 0)))
        bring(self.part((3, d, 1)))
        new = (5, "A new reply to the second one", 3)
        bring(self.part((4, d, 2), new, (6, "And one to the new one", 1)))
        assert comment(5).parent is None and comment(6).parent is None
        assert comment(4).parent.body == a
        bring(self.part((1, "A new one, above all the others", 0), (2, a, 0), (3, b, 0)))
        above = dict(Comment.objects.values_list("source_key", "parent__source_key"))
        assert above == {"1": None, "2": None, "3": None, "4": "2", "5": "3", "6": "1"}

    def test_a_corrected_word_in_a_renumbered_source_is_an_update(self):
        bring(self.file(1))
        first = comment(1).pk
        corrected = self.TEXTS[0].replace("March", "April")
        report = bring(self.file(11, (corrected, *self.TEXTS[1:]), comment_date_gmt=""))
        assert report.counts["comments"] == 0
        assert (comment(11).pk, comment(11).body) == (first, corrected)

    def test_a_comment_without_id_is_recognised_by_the_text_that_was_not_taken_over(self, ed):
        def at(text: str, name: str) -> bytes:
            return of_site(wxr_comment("", text, comment_author=name), wxr_comment("", "The other"))

        bring(at("Agreed, on point 1", "Ada"))
        first = Comment.objects.get(number=1)
        discussions.correct(first, ed, first.name, "Ours")
        bring(at("Agreed, on point two", "Ada"))
        bring(at("Agreed, on point two", "Cyrus Moor"))
        assert Comment.objects.count() == 2
        first.refresh_from_db()
        assert (first.name, first.body) == ("Cyrus Moor", "Ours")

    def test_an_id_that_is_given_again_to_a_few_unsigned_words_is_another_comment(self):
        def of(text: str, minute: int) -> bytes:
            date = f"2011-06-03 15:{minute:02}:00"
            return of_site(wxr_comment(1, text, comment_author="", comment_date_gmt=date))

        bring(of("Agreed, on point 1", 5))
        bring(of("Agreed, on point 3", 20))
        assert sorted(Comment.objects.values_list("body", flat=True)) == [
            "Agreed, on point 1",
            "Agreed, on point 3",
        ]
        bring(of("Agreed, on point 3", 25))  # the same words: its date was corrected
        assert Comment.objects.count() == 2

    def test_comments_without_ids_are_recognised_after_corrections(self):
        def undated_ids(texts: tuple[str, ...]) -> bytes:
            dates = (f"2011-06-03 10:{minute:02}:00" for minute in range(9))
            return of_site(
                *(
                    wxr_comment("", t, comment_date_gmt=d)
                    for t, d in zip(texts, dates, strict=False)
                )
            )

        one, two, three, four = self.TEXTS
        bring(undated_ids(self.TEXTS))
        before = list(Comment.objects.order_by("number").values_list("pk", flat=True))
        report = bring(undated_ids((f"{one} again", two, "Thank you", four, "And a new one, last")))
        assert report.counts["comments"] == 1
        rows = Comment.objects.order_by("number").values_list("pk", "body")
        assert [pk for pk, _ in rows][:4] == before
        assert [body for _, body in rows] == [
            *(f"{one} again", two, "Thank you", four, "And a new one, last")
        ]

    def test_a_corrected_name_date_or_text_changes_one_comment(self):
        bring(self.file(1))
        for fields in (
            {"comment_author": "Ada Lind"},
            {"comment_author": "Ada Lind", "comment_date_gmt": "2012-01-01 00:00:00"},
        ):
            assert bring(self.file(1, **fields)).counts["comments"] == 0
        assert Comment.objects.count() == len(self.TEXTS)
        assert set(Comment.objects.values_list("name", flat=True)) == {"Ada Lind"}


class TestGone:
    """Comments that their source no longer has are flagged and kept."""

    ONE, TWO, THREE = (wxr_comment(n, f"Comment number {n} about ropes") for n in (1, 2, 3))

    def gone(self) -> list[str]:
        rows = GoneComment.objects.order_by("comment__source_key")
        return list(rows.values_list("comment__source_key", flat=True))

    def test_a_comment_missing_from_the_file_is_flagged_until_it_is_found_again(self):
        bring(of_site(self.ONE, self.TWO))
        bring(of_site(self.ONE))
        assert GoneComment.objects.get().run == ImportRun.objects.latest("pk")
        assert self.gone() == ["2"]
        bring(of_site(self.ONE, self.THREE))
        assert self.gone() == ["2"]
        bring(of_site(self.ONE, self.TWO, self.THREE))
        assert self.gone() == []
        assert Comment.objects.count() == 3

    def test_the_files_of_one_import_count_together(self):
        bring(of_site(self.ONE, self.TWO, self.THREE))
        batch = uuid4()
        bring(of_site(self.ONE), batch=batch)
        bring(of_site(self.TWO), batch=batch)
        assert self.gone() == ["3"]

    def test_the_items_of_one_file_count_together(self):
        bring(of_site(self.ONE, self.TWO, self.THREE))
        bring(wxr(wxr_item(self.ONE), wxr_item(self.THREE)))
        assert self.gone() == ["2"]

    def test_another_part_of_a_discussion_flags_nothing(self):
        bring(of_site(self.ONE, self.TWO))
        bring(of_site(self.THREE))
        assert self.gone() == []


class TestConflicts:
    """What was changed here and in the source is kept, and waits for an editor."""

    @pytest.fixture
    def conflict(self, ed):
        bring(of_site(wxr_comment(1, "First"), wxr_comment(2, "Second")))
        discussions.correct(comment(1), ed, "Ada", "Ours")
        bring(of_site(wxr_comment(1, "Better"), wxr_comment(2, "Second")))
        return ImportConflict.objects.get()

    def test_the_three_texts_are_stored(self, conflict):
        assert (conflict.then, conflict.now, conflict.here) == ("First", "Better", "Ours")
        assert (conflict.field, conflict.comment, conflict.state) == ("text", comment(1), "open")
        assert conflict.run == ImportRun.objects.latest("pk")

    def test_a_repeated_import_does_not_double_it(self, conflict):
        bring(of_site(wxr_comment(1, "Better"), wxr_comment(2, "Second"), wxr_comment(3)))
        assert ImportConflict.objects.get().run == conflict.run
        bring(of_site(wxr_comment(1, "Best"), wxr_comment(2, "Second")))
        found = ImportConflict.objects.get()
        assert (found.then, found.now, found.here) == ("First", "Best", "Ours")

    def test_ours_is_kept_for_good_until_the_source_changes_again(self, conflict, ed):
        discussions.decide_conflicts("keep_ours", [conflict.key], ed)
        again = of_site(wxr_comment(1, "Better"), wxr_comment(2, "Second"), wxr_comment(3))
        assert bring(again).warnings == []
        assert ImportConflict.objects.get().state == "ours"
        bring(of_site(wxr_comment(1, "Best"), wxr_comment(2, "Second")))
        found = ImportConflict.objects.get()
        assert (found.state, found.then, found.now) == ("open", "Better", "Best")
        assert comment(1).body == "Ours"

    def test_the_text_of_the_source_is_used_and_followed_from_then_on(self, conflict, ed):
        discussions.decide_conflicts("use_source", [conflict.key], ed)
        entry = AuditEntry.objects.get(verb="update")
        assert (comment(1).body, entry.actor) == ("Better", ed)
        assert revisions.imported(comment(1)).body == "Better"
        bring(of_site(wxr_comment(1, "Best"), wxr_comment(2, "Second")))
        assert comment(1).body == "Best"

    @pytest.mark.parametrize("verb", ["keep_ours", "use_source"])
    def test_a_decision_can_be_undone(self, conflict, ed, verb):
        outcome = discussions.decide_conflicts(verb, [conflict.key], ed)
        discussions.undo(outcome.entries[0], ed)
        assert comment(1).body == "Ours"
        assert ImportConflict.objects.get().state == "open"

    def test_it_is_resolved_when_a_later_import_agrees(self, conflict):
        bring(of_site(wxr_comment(1, "Ours"), wxr_comment(2, "Second")))
        assert ImportConflict.objects.get().state == "agreed"
        assert comment(1).body == "Ours"

    def test_it_is_resolved_when_the_source_takes_its_change_back(self, conflict):
        bring(of_site(wxr_comment(1, "First"), wxr_comment(2, "Second"), wxr_comment(3)))
        assert (ImportConflict.objects.get().state, comment(1).body) == ("agreed", "Ours")

    def test_the_name_of_the_source_is_used_without_its_text(self, conflict, ed):
        discussions.correct(comment(1), ed, "Our Ada", "Ours")
        bring(of_site(wxr_comment(1, "Better", comment_author="Ada L."), wxr_comment(2, "Second")))
        name = ImportConflict.objects.get(field="name")
        discussions.decide_conflicts("use_source", [name.key], ed)
        assert (comment(1).name, comment(1).body) == ("Ada L.", "Ours")
        same = wxr_comment(1, "Better", comment_author="Ada L.")
        bring(of_site(same, wxr_comment(2, "Second"), wxr_comment(3)))
        assert (comment(1).name, comment(1).body) == ("Ada L.", "Ours")

    def test_a_status_decided_here_is_a_conflict(self, ed):
        bring(of_site(wxr_comment(1)))
        discussions.remove(comment(1), by=ed)
        bring(of_site(wxr_comment(1, comment_approved="spam")))
        conflict = ImportConflict.objects.get()
        assert (conflict.then, conflict.now, conflict.here) == ("approved", "spam", "removed")
        discussions.decide_conflicts("use_source", [conflict.key], ed)
        assert comment(1).status == "spam"
        bring(of_site(wxr_comment(1), wxr_comment(2)))  # it follows the source again
        assert comment(1).status == "approved"

    def test_a_title_and_a_body_are_two_conflicts(self, ed):
        bring(of_site(wxr_comment(1)))
        discussions.correct(Article.objects.get(), ed, "Our ropes", "<p>Ours.</p>")
        changed = of_site(wxr_comment(1)).replace(b"On ropes.", b"On good ropes.")
        bring(changed.replace(b"<title>Ropes", b"<title>Lines"))
        found = ImportConflict.objects.order_by("field")
        assert [c.field for c in found] == ["body", "title"]
        discussions.decide_conflicts("use_source", [found[0].key], ed)
        article = Article.objects.get()
        assert (article.title, article.body) == ("Our ropes", "<p>On good ropes.</p>")

    def test_a_change_seen_by_nobody_is_not_overwritten(self, conflict, ed):
        seen = {conflict.key: discussions.conflict_edition(conflict)}
        discussions.correct(comment(1), ed, "Ada", "Ours again")
        outcome = discussions.decide_conflicts("use_source", [conflict.key], ed, seen)
        assert "changed after you opened" in outcome.refused[conflict.key]
        assert comment(1).body == "Ours again"


def test_an_edit_made_while_the_article_is_not_locked_yet_is_kept(ed, monkeypatch):
    bring(of_site(wxr_comment(1)))
    store_article = store.store_article

    def edited_meanwhile(*args):
        article, is_new = store_article(*args)
        discussions.correct(Article.objects.get(), ed, "Our ropes", article.body)
        return article, is_new

    monkeypatch.setattr(store, "store_article", edited_meanwhile)
    corrected = of_site(wxr_comment(1), wxr_comment(2))
    bring(corrected.replace(b"Ropes &amp; knots", b"Their ropes"))
    assert Article.objects.get().title == "Our ropes"
    assert ImportConflict.objects.get().field == ImportConflict.Field.TITLE


def test_unchanged_comments_need_no_queries_of_their_own():
    def queries(number: int) -> int:
        comments = [wxr_comment(f"{number}{n}", f"Text {n}") for n in range(number)]
        item = wxr_item(*comments, number=number)
        bring(wxr(item))
        with CaptureQueriesContext(connection) as found:
            bring(wxr(item, head=" "))
        assert not any("FOR UPDATE" in query["sql"] for query in found.captured_queries)
        return len(found)

    assert queries(3) == queries(60)
