"""Versions change with everything that readers can see, only then, and never repeat."""

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commentary import discussions
from commentary.discussions import tree
from commentary.models import Article, AuditEntry, Author, Comment, Discussion, PointLink
from commentary.models.site import state
from tests.conftest import keys, make_article

S = Comment.Status
pytestmark = pytest.mark.django_db


def versions(article):
    return Discussion.objects.get(pk=article.pk).page_version, state().version


@pytest.fixture
def import_comments(article):
    def add(status, body="Words", **fields):
        return discussions.import_comments(
            article.pk, [Comment(body=body, **fields)], [None], [status]
        )[0]

    return add


class TestUndoOfSeveral:
    """Undoing several decisions is visible if any part of it is."""

    @pytest.fixture
    def pending(self, import_comments):
        return import_comments(S.PENDING, "Pending")

    def check(self, client, article, entries, ed, gone):
        address = article.get_absolute_url()
        shown = client.get(address)
        assert gone in shown.content.decode()
        discussions.undo_many(keys(entries), by=ed)
        now = client.get(address, headers={"If-None-Match": shown["ETag"]})
        assert now.status_code == 200
        assert gone not in now.content.decode()
        assert tree.check() == []

    def test_undoing_an_approval_and_a_correction_of_a_pending_comment(
        self, client, article, import_comments, pending, ed
    ):
        approved = discussions.approve(import_comments(S.PENDING, "Unread words"), by=ed)
        corrected = discussions.correct(pending, ed, "", "Corrected")
        self.check(client, article, [approved, corrected], ed, "Unread words")

    def test_undoing_a_public_and_a_pending_correction_changes_the_version(
        self, client, article, import_comments, pending, ed
    ):
        public = discussions.correct(
            import_comments(S.APPROVED, "Said"), ed, "", "Corrected in public"
        )
        corrected = discussions.correct(pending, ed, "", "Corrected")
        self.check(client, article, [public, corrected], ed, "Corrected in public")

    def test_undoing_a_closure_and_a_correction_of_a_pending_comment(
        self, client, article, import_comments, pending, ed
    ):
        import_comments(S.APPROVED)
        closed = discussions.close(article.discussion, by=ed, reason="Heated words")
        corrected = discussions.correct(pending, ed, "", "Corrected")
        self.check(client, article, [closed, corrected], ed, "Heated words")

    def test_undoing_an_author_badge_and_a_correction_of_a_pending_comment(
        self, article, import_comments, pending, ed
    ):
        author = Author.objects.create(name="Ada", slug="ada")
        confirmed = discussions.confirm(import_comments(S.APPROVED), author, ed)
        corrected = discussions.correct(pending, ed, "", "Corrected")
        before = versions(article)
        discussions.undo_many(keys([confirmed, corrected]), by=ed)
        assert versions(article) != before

    def test_undoing_a_point_link_and_a_correction_of_a_pending_comment(
        self, import_comments, pending, ed, article
    ):
        said = import_comments(S.APPROVED)
        linked = discussions.link(said, 1, ed)
        corrected = discussions.correct(pending, ed, "", "Corrected")
        before = versions(article)
        discussions.undo_many(keys([linked, corrected]), by=ed)
        assert PointLink.objects.get().state == PointLink.State.DISMISSED
        assert versions(article) != before


class TestInvisible:
    """No page or list may reveal what readers can't see."""

    def acts(self, article, import_comments, ed):
        pending = import_comments(S.PENDING)
        rejected = import_comments(S.REJECTED)
        spam = import_comments(S.SPAM, name="Buy")
        author = Author.objects.create(name="Ada", slug="ada")
        sender = discussions.Sender(writer="ann")
        own = discussions.submit(article.pk, None, "Held", sender, "key")
        public = import_comments(S.APPROVED)
        yield lambda: import_comments(S.PENDING)
        yield lambda: discussions.correct(pending, ed, "", "Corrected")
        yield lambda: discussions.confirm(pending, author, ed)
        yield lambda: discussions.link(pending, 1, ed)
        yield lambda: discussions.reject(pending, by=ed)
        yield lambda: discussions.mark_spam(rejected, by=ed)
        yield lambda: discussions.keep(public, by=ed)
        yield lambda: discussions.report_comment(public, sender, "spam")
        yield lambda: discussions.submit(article.pk, None, "Held too", sender, "key 2")
        yield lambda: discussions.edit_comment(own, sender, "Held, edited", "Ann")
        yield lambda: discussions.edit_comment(own, sender, "Held, edited", "Ann")
        yield lambda: discussions.withdraw_comment(own, sender)
        yield lambda: discussions.decide("approve", [public.key], ed)
        yield lambda: discussions.correct(public, ed, public.name, public.body)
        yield lambda: discussions.correct(article, ed, article.title, article.body)
        yield lambda: discussions.reopen(article.discussion, by=ed)
        yield lambda: discussions.reopen(public, by=ed)
        yield lambda: Comment.objects.get(pk=spam.pk).save()
        yield lambda: tree.repair(article.pk)
        yield lambda: discussions.undo_many(
            keys(AuditEntry.objects.filter(comment__in=[pending, rejected]).exclude(verb="submit")),
            by=ed,
        )

    def test_invisible_changes_do_not_change_a_version(self, article, import_comments, ed):
        done = 0
        for act in self.acts(article, import_comments, ed):
            before = versions(article)
            act()
            assert versions(article) == before, f"act {done}"
            done += 1
        assert done == 20
        assert tree.check() == []


class TestVisible:
    def acts(self, article, import_comments, ed):
        pending, public = import_comments(S.PENDING), import_comments(S.APPROVED)
        author = Author.objects.create(name="Ada", slug="ada")
        yield lambda: import_comments(S.APPROVED)
        yield lambda: import_comments(S.REMOVED)
        yield lambda: discussions.approve(pending, by=ed)
        yield lambda: discussions.correct(public, ed, "", "Corrected")
        yield lambda: discussions.correct(article, ed, "Other title", "Other body")
        yield lambda: discussions.confirm(public, author, ed)
        yield lambda: discussions.link(public, 1, ed)
        yield lambda: discussions.close(public, by=ed)
        yield lambda: discussions.reopen(public, by=ed)
        yield lambda: discussions.close(article.discussion, by=ed)
        yield lambda: discussions.undo(AuditEntry.objects.first(), by=ed)
        yield lambda: tree.move(article.pk, pending.pk, public.pk)
        yield lambda: discussions.remove(public, by=ed)
        yield lambda: Comment.objects.get(pk=pending.pk).save()
        yield lambda: Article.objects.get(pk=article.pk).save()
        yield lambda: make_article("Another")

    def test_visible_changes_change_the_version(self, article, import_comments, ed):
        seen = [versions(article)]
        for act in self.acts(article, import_comments, ed):
            act()
            seen.append(versions(article))
        assert len(seen) == 17
        sites = [site for _, site in seen]
        assert len(set(sites)) == len(sites)
        pages = [page for page, _ in seen[:-1]]  # another article is not on this one's page
        assert len(set(pages)) == len(pages)

    def test_publishing_changes_the_version_and_editing_a_draft_does_not(self, article):
        draft = make_article("A draft", is_published=False)
        before = versions(draft)
        draft.body = "Other words"
        draft.save()
        assert versions(draft) == before
        seen = [before]
        for is_published in (True, False):
            draft.is_published = is_published
            draft.save(update_fields=["is_published"])
            seen.append(versions(draft))
        assert len({page for page, _ in seen}) == len({site for _, site in seen}) == 3

    def test_an_instance_loaded_before_the_approval_still_changes_the_version(
        self, article, import_comments, ed
    ):
        comment = import_comments(S.PENDING)
        stale = Comment.objects.get(pk=comment.pk)
        discussions.approve(comment, by=ed)
        before = versions(article)
        stale.body = "Other words"
        stale.save()
        assert versions(article) != before


def test_a_restored_backup_never_repeats_a_version(article, import_comments):
    """After a restore or the promotion of a lagging replica, rows have former values. The next
    change must not give a page the ETag of a lost one.
    """
    rows = list(Discussion.objects.values("article_id", "version", "changed_at"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, token FROM commentary_site_change")
        tokens = cursor.fetchall()
    import_comments(S.APPROVED, "Lost with the old server")
    lost = versions(article)
    for row in rows:
        Discussion.objects.filter(pk=row.pop("article_id")).update(**row)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM commentary_site_change")
        cursor.executemany("INSERT INTO commentary_site_change VALUES (%s, %s)", tokens)
    import_comments(S.APPROVED, "Said on the new server")
    page, site = versions(article)
    assert page != lost[0]
    assert site != lost[1]


def test_an_article_created_again_after_a_restore_has_another_version(db):
    first, second = Discussion().version, Discussion().version
    assert first != second


class TestSiteVersion:
    def closed(self, article, **columns):
        Discussion.objects.filter(pk=article.pk).update(**columns)

    def test_the_version_changes_at_each_scheduled_moment_and_no_other(self, article, settings):
        now = timezone.now()
        hours = lambda n: now + timedelta(hours=n)  # noqa: E731
        settings.AUTO_CLOSE_DAYS = 10
        Article.objects.update(published_at=hours(5) - timedelta(days=10))
        own = make_article("Own age", published_at=hours(3) - timedelta(days=4))
        self.closed(own, auto_close_days=4)
        entry = discussions.close(article.discussion, by="ed", start=hours(1), until=hours(2))
        assert entry
        seen = []
        for hour in (0.5, 0.9, 1.5, 1.9, 2.5, 2.9, 3.5, 4.9, 5.5, 9):
            with mock.patch.object(timezone, "now", lambda hour=hour: hours(hour)):
                seen.append(state().version)
        changed = [a != b for a, b in zip(seen, seen[1:], strict=False)]
        assert changed == [False, True, False, True, False, True, False, True, False]

    def test_the_site_version_scans_no_table(self, article, settings):
        """Every part is answered by an index, so that it costs the same with 100,000 articles."""
        settings.AUTO_CLOSE_DAYS = 30
        with CaptureQueriesContext(connection) as queries:
            state()
        assert len(queries) == 1
        assert set(scanned(queries[0]["sql"])) <= {"commentary_site_change"}


def scanned(sql: str) -> list[str]:
    """Return the tables that a statement reads from the first row to the last."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            plan = "\n".join(row[3] for row in cursor.fetchall())
            return re.findall(r"SCAN (commentary_\w+)(?! USING)", plan)
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
        return re.findall(r"Seq Scan on (commentary_\w+)", plan)
