"""Imported items with their source, later changes, and reports of import runs."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from commentary import discussions
from commentary.discussions import tree
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.models import Article, AuditEntry, Comment, ImportRun, Revision
from tests.admin import FRAME
from tests.conftest import keys
from tests.importing.exports import wxr, wxr_comment, wxr_item

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
CAPTURE = """\
The Bell at the Ferry

By Ines Anker

The bell rings when the ferry is <full>.

2 comments:

Bo said...

I never heard it.
It was broken for years.

October 3, 2010 at 6:30 AM

Anonymous said...

<script>alert("hostile")</script> & more

October 4, 2010 at 6:30 AM

Post a Comment
"""


def imported(text: str = CAPTURE, name: str = "bell.txt") -> Article:
    report = import_source(SourceFile.from_bytes(name, text.encode()))
    return Article.objects.get(slug=report.articles[0])


@pytest.fixture
def bell() -> Article:
    return imported()


@pytest.fixture
def bo(bell) -> Comment:
    return Comment.objects.get(name="Bo")


def source_of(item: Article | Comment) -> str:
    return reverse(
        f"admin:commentary_{type(item).__name__.lower()}_source",
        args=[getattr(item, "key", item.pk)],
    )


def text_of(answer) -> str:
    return answer.content.decode()


def marked(page: str) -> list[int]:
    """The numbers of the lines that the page marks."""
    stretches = re.findall(r'<ol class="capture-lines is-marked".*?</ol>', page, re.S)
    return [int(n) for stretch in stretches for n in re.findall(r'id="line-(\d+)"', stretch)]


class TestShowTheSource:
    def test_a_comment_is_shown_next_to_its_lines(self, as_ed, bo):
        page = text_of(as_ed.get(source_of(bo)))
        assert marked(page) == list(range(9, 15))
        assert 'id="line-5"' in page
        assert "The bell rings when the ferry is &lt;full&gt;." in page
        assert "The name and text match the source." in page

    def test_an_article_is_shown_next_to_its_own_lines(self, as_ed, bell):
        page = text_of(as_ed.get(source_of(bell)))
        assert {1, 3, 5} <= set(marked(page))
        assert not {9, 11, 12, 18} & set(marked(page))

    def test_the_content_of_a_source_is_escaped(self, as_ed, bell):
        hostile = Comment.objects.get(body__contains="hostile")
        page = text_of(as_ed.get(source_of(hostile)))
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(&quot;hostile&quot;)&lt;/script&gt; &amp; more" in page

    def test_links_in_unpublished_text_are_shown_as_text(self, as_ed, bell, ed):
        text = CAPTURE.replace("It was broken", "https://example.org/deal It was broken")
        gong = imported(text.replace("Bell", "Gong"), "gong.txt")
        held = Comment.objects.get(name="Bo", discussion=gong.pk)
        assert 'href="https://example.org/deal' in text_of(as_ed.get(source_of(held)))
        discussions.mark_spam(held, by=ed)
        assert 'href="https://example.org/deal' not in text_of(as_ed.get(source_of(held)))

    def test_earlier_and_later_lines_are_linked(self, as_ed):
        gong = imported(CAPTURE.replace("Post a", "Filler.\n\n" * 300 + "Post a"))
        page = text_of(as_ed.get(f"{source_of(gong)}?first=250"))
        assert 'id="line-250"' in page
        assert 'id="line-449"' in page
        assert 'id="line-249"' not in page
        assert 'id="line-450"' not in page
        assert '?first=50#capture" rel="prev"' in page
        assert '?first=450#capture" rel="next"' in page
        assert "Back to the lines of this article" in page

    @pytest.mark.parametrize("first", ["x", "-3", "99999999999", "9999999", "٣"])
    def test_a_line_that_does_not_exist_is_not_an_error(self, as_ed, bo, first):
        assert as_ed.get(source_of(bo), {"first": first}).status_code == 200

    def test_an_updated_comment_is_shown_with_the_source_of_its_update(self, as_ed):
        for name, text in (("first.xml", "Old words"), ("second.xml", "New words")):
            data = wxr(wxr_item(wxr_comment(1, text)))
            import_source(SourceFile.from_bytes(name, data))
        made = Comment.objects.get()
        page = text_of(as_ed.get(source_of(made)))
        assert "second.xml" in page and "first.xml" not in page
        assert "The name and text match the source." in page
        entry = made.audit_entries.get()
        as_ed.post(source_of(made), {"undo": entry.pk})
        assert Comment.objects.get().body == "Old words"

    def test_comments_written_here_have_no_source(self, as_ed, comment):
        made = comment("Written here")
        assert as_ed.get(source_of(made)).status_code == 404
        change = reverse("admin:commentary_comment_change", args=[made.pk])
        assert "Show the source" not in text_of(as_ed.get(change))

    @pytest.mark.parametrize("model", ["article", "comment"])
    def test_admin_pages_link_to_the_source(self, as_ed, bell, bo, model):
        item = bell if model == "article" else bo
        page = text_of(as_ed.get(reverse(f"admin:commentary_{model}_change", args=[item.pk])))
        assert f'href="{source_of(item)}"' in page

    def test_the_source_of_a_comment_links_to_its_admin_page(self, as_ed, bo):
        change = reverse("admin:commentary_comment_change", args=[bo.key])
        assert f'href="{change}"' in text_of(as_ed.get(source_of(bo)))

    def test_the_queue_links_to_the_source(self, as_ed, bo):
        page = text_of(as_ed.get(reverse("admin:commentary_queue"), {"item": str(bo.key)}))
        assert f'href="{source_of(bo)}"' in page

    def test_the_source_is_shown_only_to_those_who_may_view_comments(self, client, stella, bo):
        assert client.get(source_of(bo)).status_code == 302
        client.force_login(stella)
        assert client.get(source_of(bo)).status_code == 403
        assert client.post(source_of(bo)).status_code == 403

    def test_other_methods_are_refused(self, as_ed, bo):
        assert as_ed.put(source_of(bo)).status_code == 405

    @pytest.mark.parametrize("size", [3, 300])
    def test_many_rows_take_the_same_number_of_queries(
        self, as_ed, size, django_assert_max_num_queries
    ):
        entries = "".join(
            f"Bo{i} said...\n\nWords {i}.\n\nOctober 3, 2010 at 6:30 AM\n\n" for i in range(size)
        )
        article = imported(CAPTURE.replace("Post a", entries + "Post a"))
        assert article.discussion.approved_count == size + 2
        for item in (article, article.discussion.comments.last()):
            with django_assert_max_num_queries(19 + FRAME):
                as_ed.get(source_of(item))


class TestEditedSince:
    def correct(self, client, comment: Comment, **changes: str) -> None:
        form = {"name": comment.name, "body": comment.body, "author": ""}
        dates = {"dated_at_0": "2010-10-03", "dated_at_1": "06:30:00"}
        address = reverse("admin:commentary_comment_change", args=[comment.pk])
        assert client.post(address, form | dates | changes).status_code == 302

    def test_a_correction_is_recorded_and_shown_word_by_word(self, as_ed, bo):
        self.correct(as_ed, bo, body=bo.body.replace("never", "always"), name="Bo B.")
        page = text_of(as_ed.get(source_of(bo)))
        assert re.search(r"<del>.*?never.*?</del><ins>.*?always.*?</ins>", page)
        assert re.search(r"<ins><span class=\"hidden-text\">\[added: </span> ?", page)
        entry = AuditEntry.objects.get(verb="correct")
        assert (entry.actor_name, entry.comment_id) == ("ed", bo.pk)
        bo.refresh_from_db()
        assert bo.edited_at is not None

    def test_saving_the_form_unchanged_changes_nothing(self, as_ed, bo):
        self.correct(as_ed, bo, body=bo.body.replace("\n", "\r\n") + "\r\n")
        assert not Revision.objects.exists()
        assert not AuditEntry.objects.filter(verb="correct").exists()

    def test_restoring_brings_back_the_source_text(self, as_ed, bo, ed):
        body = bo.body
        for words in ("First", "Second"):
            discussions.correct(bo, ed, "Somebody", words)
        assert as_ed.post(source_of(bo), {"restore": "1", "reason": "As it was"}).status_code == 303
        bo.refresh_from_db()
        assert (bo.name, bo.body, bo.edited_at) == ("Bo", body, None)
        entry = AuditEntry.objects.get(verb="restore")
        assert (entry.actor_name, entry.reason) == ("ed", "As it was")
        page = text_of(as_ed.get(source_of(bo)))
        assert "The name and text match the source." in page
        assert tree.check() == []

    def test_restoring_can_be_undone_from_the_page(self, as_ed, bo, ed):
        discussions.correct(bo, ed, "Bo", "Other words")
        bo.refresh_from_db()
        edited_at = bo.edited_at
        discussions.restore(bo, ed)
        entry = AuditEntry.objects.get(verb="restore")
        assert f'name="undo" value="{entry.pk}"' in text_of(as_ed.get(source_of(bo)))
        as_ed.post(source_of(bo), {"undo": entry.pk})
        bo.refresh_from_db()
        assert (bo.body, bo.edited_at) == ("Other words", edited_at)
        assert AuditEntry.objects.get(verb="undo").undoes == entry

    def test_an_older_change_is_not_undone_before_a_newer_one(self, as_ed, bo, ed):
        old = discussions.correct(bo, ed, "Bo", "First")
        discussions.correct(bo, ed, "Bo", "Second")
        answer = as_ed.post(source_of(bo), {"undo": old.pk}, follow=True)
        assert "ed made a later decision: text corrected." in text_of(answer)
        bo.refresh_from_db()
        assert bo.body == "Second"

    def test_undoing_both_changes_gives_the_original_text(self, bo, ed):
        body = bo.body
        entries = [discussions.correct(bo, ed, "Bo", words) for words in ("First", "Second")]
        assert len(discussions.undo_many(keys(entries), ed).entries) == 2
        bo.refresh_from_db()
        assert bo.body == body

    def test_a_correction_does_not_prevent_the_undo_of_a_decision(self, bo, ed):
        removal = discussions.remove(bo, by=ed)
        discussions.correct(bo, ed, "Bo", "Other words")
        discussions.undo(removal, ed)
        bo.refresh_from_db()
        assert (bo.status, bo.body) == ("approved", "Other words")
        assert tree.check() == []

    def test_articles_are_corrected_restored_and_undone_too(self, as_ed, bell):
        words = bell.title, bell.body
        discussions.correct(bell, by=User.objects.get(), name="Another title", body="Another body")
        page = text_of(as_ed.get(source_of(bell)))
        assert "Edited since the import." in page
        version = Article.objects.get().discussion.version
        as_ed.post(source_of(bell), {"restore": "1"})
        bell.refresh_from_db()
        assert (bell.title, bell.body) == words
        assert Article.objects.get().discussion.version != version
        as_ed.post(source_of(bell), {"undo": AuditEntry.objects.get(verb="restore").pk})
        bell.refresh_from_db()
        assert (bell.title, bell.body) == ("Another title", "Another body")

    def test_correcting_an_article_keeps_its_earlier_version(self, as_ed, bell):
        management = {
            f"{prefix}-{name}": "0"
            for prefix in ("bylines", "related")
            for name in ("TOTAL_FORMS", "INITIAL_FORMS")
        }
        form = {"title": "Another title", "slug": bell.slug, "body": bell.body} | management
        address = reverse("admin:commentary_article_change", args=[bell.pk])
        assert as_ed.post(address, form).status_code == 302
        assert Revision.objects.get().name == "The Bell at the Ferry"
        assert AuditEntry.objects.get(verb="correct").discussion_id == bell.pk

    def test_without_edit_permission_the_source_can_be_viewed_but_not_restored(
        self, client, mo, ed, bo
    ):
        discussions.correct(bo, ed, "Bo", "Other words")
        client.force_login(mo)
        page = text_of(client.get(source_of(bo)))
        assert "<ins>" in page
        assert "Restore the source" not in page
        assert client.post(source_of(bo), {"restore": "1"}).status_code == 403
        bo.refresh_from_db()
        assert bo.body == "Other words"

    def test_an_invalid_change_is_refused(self, as_ed, bo):
        assert as_ed.post(source_of(bo), {"undo": "4711"}).status_code == 400

    def test_correcting_a_pending_comment_does_not_change_the_public_page(self, bo, ed, article):
        held = discussions.import_comments(article.pk, [Comment(body="Held")], [None], ["pending"])[
            0
        ]
        version = article.discussion.__class__.objects.get(pk=article.pk).version
        discussions.correct(held, ed, "", "Other words")
        assert article.discussion.__class__.objects.get(pk=article.pk).version == version


class TestImportRun:
    def page_of(self, client, run: ImportRun, **query: str):
        return client.get(reverse("admin:commentary_importrun_change", args=[run.pk]), query)

    def test_the_report_has_counts_that_add_up_and_the_articles(self, as_ed, bell):
        page = text_of(self.page_of(as_ed, ImportRun.objects.get()))
        assert "lines accounted for." in page
        assert f'<a href="{source_of(bell)}"><bdi>The Bell at the Ferry</bdi>' in page
        assert bell.get_absolute_url() in page

    def test_unrecognised_lines_are_shown_with_text_and_reason(self, as_ed, bell):
        run = ImportRun.objects.get()
        left = {"first": 11, "last": 12, "use": "left over", "owner": "", "reason": "no header"}
        run.ledger = [*run.ledger, left]
        run.save()
        page = text_of(self.page_of(as_ed, run))
        block = page.partition('id="unrecognised"')[2].partition('id="warnings"')[0]
        assert "I never heard it." in block
        assert "no header" in block

    def test_the_ledger_names_the_owner_of_lines(self, as_ed, bell, bo):
        page = text_of(self.page_of(as_ed, ImportRun.objects.get()))
        block = page.partition('id="ledger"')[2]
        assert re.search(
            rf'line-9">9–14</a>.*?href="{source_of(bo)}"><bdi>#1 Bo</bdi>', block, re.S
        )

    def test_each_item_of_an_export_is_a_separate_entry(self, as_ed, bell):
        run = ImportRun.objects.get()
        item = {"use": "left over", "owner": "", "reason": "no author"}
        run.ledger = [{"first": n, "last": n, **item} for n in (3, 4, 4)]
        run.save()
        run.source.format = "wordpress"
        run.source.save()
        assert "Unrecognised (3)" in text_of(self.page_of(as_ed, run))

    def test_the_list_shows_which_runs_are_unfinished(self, as_ed, bell):
        ImportRun.objects.update(finished_at=None)
        page = text_of(as_ed.get(reverse("admin:commentary_importrun_changelist")))
        assert "not finished" in page

    def test_the_list_shows_what_each_run_imported_and_did_not_recognise(self, as_ed, bell):
        ImportRun.objects.update(counts={"articles": 31, "comments": 47, "items left over": 53})
        page = text_of(as_ed.get(reverse("admin:commentary_importrun_changelist")))
        cells = ("articles", 31), ("comments", 47), ("unrecognised", 53)
        assert all(f'<td class="field-{name}">{count}</td>' in page for name, count in cells)

    def test_a_running_import_shows_progress_and_refreshes(self, as_ed, bell):
        run = ImportRun.objects.get()
        run.finished_at, run.bytes_read = None, run.source.size // 2
        run.counts = {"articles": 1, "comments": 1234, "read so far": 2001, "being stored": 900}
        run.save()
        answer = self.page_of(as_ed, run)
        assert answer["Refresh"] == "5"
        assert "49 %" in text_of(answer) or "50 %" in text_of(answer)
        assert (
            "2,001 items read. 1 article stored. 1,234 comments so far. 900 comments are being stored."
            in text_of(answer)
        )
        assert "Refresh" not in self.page_of(as_ed, run, pause="")

    def test_a_stalled_import_explains_what_to_do(self, as_ed, bell):
        then = timezone.now() - timedelta(minutes=5)
        ImportRun.objects.update(finished_at=None, updated_at=then)
        answer = self.page_of(as_ed, ImportRun.objects.get())
        assert "Stalled" in text_of(answer)
        assert "Refresh" not in answer

    def test_a_finished_import_does_not_refresh(self, as_ed, bell):
        assert "Refresh" not in self.page_of(as_ed, ImportRun.objects.get())

    def test_every_use_of_a_line_or_item_has_a_name(self, as_ed, settings):
        settings.LANGUAGE_CODE = "de"
        article = {"type": "article", "id": "a", "title": "Seile", "body": "<p>Über Seile.</p>"}
        lines = [{"type": "commentary", "version": 1, "site": "https://quay.example"}, article]
        text = "\n".join(json.dumps(line) for line in lines)
        import_source(SourceFile.from_bytes("export.jsonl", text.encode()))
        page = text_of(self.page_of(as_ed, ImportRun.objects.get()))
        assert "<strong>ignoriert</strong>" in page
        assert "ignored" not in page

    @pytest.mark.parametrize("size", [3, 300])
    def test_many_rows_take_the_same_number_of_queries(
        self, as_ed, bell, size, django_assert_max_num_queries
    ):
        run = ImportRun.objects.get()
        left = {"first": 11, "last": 12, "use": "left over", "owner": "", "reason": "why"}
        run.ledger = [left | {"reason": f"why {i}"} for i in range(size)]
        run.warnings = ["Beware"] * size
        run.save()
        with django_assert_max_num_queries(18 + FRAME):
            page = text_of(self.page_of(as_ed, run))
        assert page.count("<strong>unrecognised</strong>") == 2 * min(size, 25)
        assert f"Unrecognised ({size})" in page

    def test_lists_have_links_to_further_pages(self, as_ed, bell):
        run = ImportRun.objects.get()
        run.warnings = [f"Warning {i}." for i in range(60)]
        run.save()
        page = text_of(self.page_of(as_ed, run, warnings="2"))
        assert "Warning 25." in page
        assert "Warning 24." not in page
        assert '?warnings=3#warnings" rel="next"' in page

    def test_the_lines_of_a_source_are_paginated(self, as_ed, bell):
        address = reverse("admin:commentary_source_lines", args=[bell.source_id])
        page = text_of(as_ed.get(address, {"first": "11", "last": "12"}))
        assert marked(page) == [11, 12]
        assert 'id="line-3"' in page

    def test_import_runs_are_shown_only_to_those_who_may_view_them(self, client, stella, bell):
        run = ImportRun.objects.get()
        client.force_login(stella)
        assert self.page_of(client, run).status_code == 403
        address = reverse("admin:commentary_source_lines", args=[bell.source_id])
        assert client.get(address).status_code == 403


EXPORTS = sorted((ROOT / "fixtures").glob("*/*"))


@pytest.mark.parametrize("path", EXPORTS, ids=lambda path: path.name)
def test_items_of_every_export_format_show_their_source(as_ed, path):
    import_source(SourceFile.from_bytes(path.name, path.read_bytes()))
    run = ImportRun.objects.get()
    for item in (run.source.articles.first(), run.comments.last()):
        page = text_of(as_ed.get(source_of(item)))
        if run.source.encoding != "binary":
            assert marked(page)
    address = reverse("admin:commentary_importrun_change", args=[run.pk])
    assert "accounted for." in text_of(as_ed.get(address))
