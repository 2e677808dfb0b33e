"""Closing for a period, automatically, and from the queue; and what the pages show."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from commentary import discussions
from commentary.admin.closures import closure_version, describe_closure
from commentary.models import AuditEntry, Comment, Discussion

pytestmark = pytest.mark.django_db
S = Comment.Status
QUEUE = "/admin/moderation/"


def text(moment) -> str:
    """Format a time as the browser's control submits it."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def button(place: Comment | Discussion) -> str:
    """The value of a button that closes or reopens, as the page shows it now."""
    now = type(place)._default_manager.get(pk=place.pk)
    key = f"comment:{place.key}" if isinstance(place, Comment) else f"discussion:{place.pk}"
    return f"{key}:{closure_version(now)}"


def act(model: str, verb: str, pk: int) -> str:
    return reverse(f"admin:commentary_{model}_{verb}", args=[pk])


@pytest.mark.parametrize(
    ("hours", "state"),
    [((None, None), "closed"), ((1, None), "open"), ((-2, -1), "open"), ((-1, 1), "closed")],
)
def test_the_list_of_discussions_is_filtered_by_the_closure_now(as_mo, mo, article, hours, state):
    discussion, now = article.discussion, timezone.now()
    start, until = (hour and now + timedelta(hours=hour) for hour in hours)
    discussions.close(discussion, mo, start=start, until=until)
    found = {
        name: list(
            as_mo.get(f"/admin/commentary/discussion/?state={name}").context["cl"].result_list
        )
        for name in ("open", "closed")
    }
    assert found == {"open": [], "closed": []} | {state: [discussion]}


class TestActPage:
    def test_a_place_can_be_closed_until_a_date(self, as_mo, threads):
        until = timezone.now() + timedelta(days=2)
        form = {"reason": "Cooling down", "until": text(until)}
        as_mo.post(act("comment", "close", threads[0].pk), form)
        closed = Comment.objects.get(pk=threads[0].pk)
        assert closed.is_closed
        assert abs(closed.closed_until - until) < timedelta(minutes=1)
        assert describe_closure(closed).startswith("Closed by mo on ")
        assert "until" in describe_closure(closed)
        assert describe_closure(closed).endswith("Cooling down")

    def test_a_place_can_be_closed_from_a_date(self, as_mo, article):
        start = timezone.now() + timedelta(days=2)
        as_mo.post(act("article", "close", article.pk), {"start": text(start)})
        discussion = Discussion.objects.get()
        assert not discussion.is_closed
        assert describe_closure(discussion).startswith("Open – will be closed by mo on ")

    @pytest.mark.parametrize(
        ("start", "until"), [(-1, None), (None, -1), (3, 2), (None, "x"), ("x", None)]
    )
    def test_invalid_dates_are_reported_next_to_the_field(self, as_mo, article, start, until):
        def sent(days) -> str:
            if days is None or days == "x":
                return days or ""
            return text(timezone.now() + timedelta(days=days))

        answer = as_mo.post(
            act("article", "close", article.pk),
            {"reason": "Kept", "start": sent(start), "until": sent(until)},
        )
        assert answer.status_code == 200
        page = answer.content.decode()
        assert 'class="errorlist"' in page
        assert 'value="Kept"' in page
        assert not AuditEntry.objects.exists()

    def test_reopening_asks_only_for_a_reason(self, as_mo, article):
        page = as_mo.get(act("article", "reopen", article.pk)).content.decode()
        assert 'name="reason"' in page
        assert 'name="until"' not in page


class TestAge:
    @pytest.fixture
    def old(self, article):
        article.published_at = timezone.now() - timedelta(days=30)
        article.save()
        return article

    def test_an_editor_can_set_the_days_until_auto_close(self, client, ed, old):
        client.force_login(ed)
        before = Discussion.objects.get().version
        address = reverse("admin:commentary_discussion_change", args=[old.pk])
        client.post(address, {"auto_close_days": "7", "pending_count": "99", "version": "1"})
        discussion = Discussion.objects.get()
        assert discussion.auto_close_days == 7
        assert discussion.is_closed_by_age
        assert discussion.pending_count == 0
        assert discussion.version != before
        assert "Closed automatically on" in client.get(address).content.decode()

    def test_a_moderator_can_only_view_the_settings(self, as_mo, old):
        address = reverse("admin:commentary_discussion_change", args=[old.pk])
        assert 'name="auto_close_days"' not in as_mo.get(address).content.decode()
        assert as_mo.post(address, {"auto_close_days": "7"}).status_code == 403

    def test_saving_the_settings_does_not_overwrite_other_changes(self, client, ed, old, comment):
        from commentary.admin.discussions import DiscussionAdmin

        stale = Discussion.objects.get()
        comment("Meanwhile")
        stale.auto_close_days = 9
        from django.contrib import admin

        DiscussionAdmin(Discussion, admin.site).save_model(None, stale, None, True)
        assert Discussion.objects.get().approved_count == 1

    def test_the_state_shows_when_comments_close_automatically(self, old):
        Discussion.objects.update(auto_close_days=60)
        words = describe_closure(Discussion.objects.select_related("article").get())
        assert words.startswith("Open – closes automatically on ")

    def test_a_discussion_reopened_by_hand_is_shown_as_open(self, as_mo, old):
        Discussion.objects.update(auto_close_days=7)
        as_mo.post(act("article", "reopen", old.pk))
        assert describe_closure(Discussion.objects.select_related("article").get()) == "Open."


class TestFromTheQueue:
    def test_a_thread_is_closed_with_a_reason_and_a_note(self, as_mo, threads):
        form = {"close": button(threads[0]), "why": "dispute", "note": "Be kind"}
        answer = as_mo.post(QUEUE, form)
        assert answer.status_code == 303
        closed = Comment.objects.get(pk=threads[0].pk)
        assert closed.closed_entry.reason == "Dispute between people: Be kind"
        page = as_mo.get(QUEUE).content.decode()
        assert "Closed thread <strong>#1</strong>." in page

    def test_with_other_as_reason_only_the_note_is_shown(self, as_mo, threads):
        form = {"close": button(threads[0]), "why": "other", "note": " Enough "}
        as_mo.post(QUEUE, form)
        assert Comment.objects.get(pk=threads[0].pk).closed_entry.reason == "Enough"

    @pytest.mark.parametrize(("pending", "end"), [("keep", S.PENDING), ("reject", S.REJECTED)])
    def test_an_article_is_closed_with_or_without_rejecting_pending_comments(
        self, as_mo, article, pending, end
    ):
        waiting = discussions.import_comments(
            article.pk, [Comment(body="a"), Comment(body="b")], [None, None], [S.PENDING] * 2
        )
        form = {"close": button(article.discussion), "why": "ended", "pending": pending}
        as_mo.post(QUEUE, form)
        assert Discussion.objects.get().closed_entry.reason == "Discussion has ended"
        assert {c.status for c in Comment.objects.filter(pk__in=[w.pk for w in waiting])} == {end}

    def test_a_closure_and_its_rejections_are_undone_together(self, as_mo, article):
        discussions.import_comments(article.pk, [Comment(body="a")], [None], [S.PENDING])
        form = {"close": button(article.discussion), "why": "ended", "pending": "reject"}
        as_mo.post(QUEUE, form)
        batch = AuditEntry.objects.first().batch
        assert AuditEntry.objects.filter(batch=batch).count() == 2
        as_mo.post(QUEUE, {"undo": f"batch:{batch}"})
        assert not Discussion.objects.get().is_closed
        assert Comment.objects.get().status == S.PENDING

    def test_closing_a_closed_place_changes_nothing(self, as_mo, ed, threads):
        discussions.close(threads[0], by=ed)
        form = {"close": button(threads[0]), "why": "other"}
        page = as_mo.post(QUEUE, form, follow=True).content.decode()
        assert "Already closed." in page
        assert AuditEntry.objects.filter(verb="close").count() == 1

    def test_a_date_in_the_past_is_refused(self, as_mo, threads):
        until = text(timezone.now() - timedelta(days=1))
        form = {"close": button(threads[0]), "why": "other", "until": until}
        page = as_mo.post(QUEUE, form, follow=True).content.decode()
        assert "Enter a future date and time" in page
        assert not AuditEntry.objects.filter(verb="close").exists()

    def test_reopening_can_be_undone(self, as_mo, ed, threads):
        discussions.close(threads[0], by=ed, reason="Heated")
        as_mo.post(QUEUE, {"reopen": button(threads[0])})
        assert not Comment.objects.get(pk=threads[0].pk).is_closed
        entry = AuditEntry.objects.get(verb="reopen")
        as_mo.post(QUEUE, {"undo": f"entry:{entry.key}"})
        again = Comment.objects.get(pk=threads[0].pk)
        assert again.is_closed
        assert again.closed_entry.reason == "Heated"

    def test_reopening_an_open_place_changes_nothing(self, as_mo, threads):
        page = as_mo.post(QUEUE, {"reopen": button(threads[0])}, follow=True)
        assert "Already open." in page.content.decode()
