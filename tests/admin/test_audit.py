"""The audit log: auditors read it, moderators undo from it, nobody changes it."""

import csv
import io
import json
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from commentary import discussions
from commentary.discussions import tree
from commentary.discussions.audit import append_to_site
from commentary.discussions.verification import verify
from commentary.models import AuditEntry, Comment, Discussion, SiteAuditEntry
from tests.admin import FRAME
from tests.conftest import keys, member

pytestmark = pytest.mark.django_db
S = Comment.Status
LIST = "/admin/commentary/auditentry/"
UNDO_MANY = f"{LIST}undo/"


@pytest.fixture
def waiting(article):
    """Three pending comments."""
    return discussions.import_comments(
        article.pk, [Comment(body=f"Text {i}") for i in range(3)], [None] * 3, [S.PENDING] * 3
    )


@pytest.fixture
def batch(waiting, mo):
    """Their approval in one batch."""
    return discussions.decide("approve", keys(waiting), mo).entries


def statuses() -> list[str]:
    return list(Comment.objects.order_by("pk").values_list("status", flat=True))


def undo_page(entry: AuditEntry) -> str:
    return reverse("admin:commentary_auditentry_undo", args=[entry.key])


class TestOne:
    def test_get_shows_a_preview_and_post_undoes(self, as_mo, batch):
        page = as_mo.get(undo_page(batch[0])).content.decode()
        assert "1 decision can be undone" in page
        assert set(statuses()) == {S.APPROVED}
        answer = as_mo.post(undo_page(batch[0]), {"confirmed": "1"}, follow=True)
        assert "1 decision undone." in answer.content.decode()
        assert statuses() == [S.PENDING, S.APPROVED, S.APPROVED]
        assert AuditEntry.objects.get(verb="undo").undoes == batch[0]

    def test_later_decisions_of_others_stay_and_are_named(self, as_mo, ed, batch):
        discussions.remove(Comment.objects.get(pk=batch[0].comment_id), by=ed)
        page = as_mo.get(undo_page(batch[0])).content.decode()
        assert "1 entry will be skipped" in page
        assert "ed made a later decision: removed." in page
        answer = as_mo.post(undo_page(batch[0]), {"confirmed": "1"}, follow=True)
        assert "ed made a later decision: removed." in answer.content.decode()
        assert statuses()[0] == S.REMOVED

    def test_the_entry_page_offers_to_undo_it_or_the_whole_batch(self, as_mo, batch):
        page = as_mo.get(reverse("admin:commentary_auditentry_change", args=[batch[0].key]))
        labels = [str(label) for _, label in page.context["pages"]]
        assert labels == ["Undo", "Undo the whole batch", "See the whole batch"]
        for address, _ in page.context["pages"]:
            assert as_mo.get(address).status_code == 200

    def test_a_whole_batch_is_undone_at_once(self, as_mo, batch):
        address = f"{undo_page(batch[1])}?batch"
        assert "3 decisions can be undone" in as_mo.get(address).content.decode()
        as_mo.post(address, {"confirmed": "1"})
        assert set(statuses()) == {S.PENDING}
        assert Discussion.objects.get().pending_count == 3
        assert tree.check() == []

    def test_a_missing_object_is_a_404(self, as_mo):
        assert as_mo.get(f"{LIST}4711/undo/").status_code == 404

    def test_other_methods_are_refused(self, as_mo, batch):
        assert as_mo.put(undo_page(batch[0])).status_code == 405


class TestTexts:
    """An entry that changed text shows both texts instead of "Before: -, After: -"."""

    def page(self, client, entry):
        answer = client.get(reverse("admin:commentary_auditentry_change", args=[entry.key]))
        return answer.content.decode()

    @pytest.fixture
    def written_here(self, article):
        sender = discussions.Sender(writer="ann")
        return discussions.submit(article.pk, None, "First words", sender, "key", name="Ann")

    def test_a_correction_of_a_comment_written_here_shows_both_texts(self, as_mo, written_here, ed):
        entry = discussions.correct(written_here, ed, "Anne", "<b>Second</b> words")
        discussions.correct(written_here, ed, "Anne", "Third words")
        page = self.page(as_mo, entry)
        assert "First words" in page
        assert "&lt;b&gt;Second&lt;/b&gt; words" in page
        assert "Third words" not in page
        assert ">Before:<" not in page

    def test_the_undo_of_a_correction_shows_both_texts(self, as_mo, written_here, ed, mo):
        entry = discussions.undo(discussions.correct(written_here, ed, "", "Second words"), mo)
        page = self.page(as_mo, entry)
        assert page.index("Second words") < page.index("First words")

    def test_an_edit_by_the_commenter_shows_both_texts(self, as_mo, written_here):
        discussions.edit_comment(
            written_here, discussions.Sender(writer="ann"), "Second words", "Ann"
        )
        page = self.page(as_mo, AuditEntry.objects.get(verb="edit"))
        assert page.index("First words") < page.index("Second words")

    def test_a_correction_of_an_article_shows_both_texts(self, as_mo, article, ed):
        entry = discussions.correct(article, ed, "How bees dance", "In circles")
        page = self.page(as_mo, entry)
        assert page.index("<bdi>Why bees dance") < page.index("<bdi>How bees dance")
        assert "In circles" in page

    def test_a_decision_shows_its_states(self, as_mo, batch):
        assert "pending" in self.page(as_mo, batch[0])


class TestMany:
    def test_selected_entries_are_previewed_and_then_undone(self, as_mo, batch):
        ticked = {"action": "undo_selected", "_selected_action": keys([batch[0], batch[2]])}
        asked = as_mo.post(LIST, ticked).content.decode()
        assert "2 decisions can be undone" in asked
        assert asked.count('name="_selected_action"') == 2
        assert set(statuses()) == {S.APPROVED}
        as_mo.post(LIST, ticked | {"confirmed": "1"})
        assert statuses() == [S.PENDING, S.APPROVED, S.PENDING]

    def test_all_entries_in_a_filter_can_be_undone(self, as_mo, ed, waiting, mo):
        for made, who in zip(waiting, (mo, ed, mo), strict=True):
            discussions.reject(made, by=who)
        query = f"?who={mo.pk}"
        assert f"{UNDO_MANY}?who={mo.pk}" in as_mo.get(LIST + query).content.decode()
        page = as_mo.get(UNDO_MANY + query)
        assert len(page.context["preview"].possible) == 2
        answer = as_mo.post(
            UNDO_MANY + query, {"confirmed": "1", "_selected_action": page.context["preview"].keys}
        )
        assert answer.status_code == 302
        assert statuses() == [S.PENDING, S.REJECTED, S.PENDING]

    def test_decisions_on_one_comment_are_undone_together(self, as_mo, waiting, mo):
        made = waiting[0]
        first = discussions.approve(made, by=mo)
        second = discussions.remove(made, by=mo)
        entries = [first, second]
        assert discussions.obstacles(entries) == {}
        assert list(discussions.obstacles(entries, together=False)) == [first.key]
        outcome = discussions.undo_many(keys(entries), by=mo)
        assert len(outcome.entries) == 2
        assert statuses()[0] == S.PENDING
        discussion = Discussion.objects.get()
        assert (discussion.pending_count, discussion.removed_count) == (3, 0)
        assert tree.check() == []

    def test_nothing_is_undone_twice(self, as_mo, batch, mo):
        discussions.undo_many(keys(batch), by=mo)
        outcome = discussions.undo_many(keys(batch), by=mo)
        assert outcome.entries == []
        assert set(outcome.refused.values()) == {"Already undone."}

    def test_closures_are_undone_along_with_decisions(self, as_mo, article, waiting, mo):
        closed = discussions.close(article.discussion, by=mo, reason="Heated")
        rejected = discussions.reject(waiting[0], by=mo)
        outcome = discussions.undo_many(keys([closed, rejected]), by=mo)
        assert len(outcome.entries) == 2
        assert not Discussion.objects.get().is_closed

    def test_more_than_a_thousand_entries_are_refused(self, as_mo, batch, monkeypatch):
        monkeypatch.setattr("commentary.admin.audit.MAX_BATCH", 2)
        answer = as_mo.get(UNDO_MANY, follow=True)
        assert "Select at most 2 at once." in answer.content.decode()

    def test_an_invalid_url_undoes_nothing(self, as_mo, batch):
        for query in ("?who=x", "?of_batch=x", "?nonsense__x=1", "?created_at__gte=x"):
            assert as_mo.get(UNDO_MANY + query).status_code in (200, 302)
            assert as_mo.get(LIST + query).status_code in (200, 302)


@pytest.mark.parametrize("size", [3, 30])
def test_list_and_preview_take_the_same_number_of_queries_for_many_entries(
    as_mo, article, mo, size, django_assert_max_num_queries
):
    made = discussions.import_comments(
        article.pk, [Comment(body="x") for _ in range(size)], [None] * size, [S.PENDING] * size
    )
    discussions.decide("approve", keys(made), mo)
    with django_assert_max_num_queries(10 + FRAME):
        as_mo.get(LIST)
    with django_assert_max_num_queries(10 + FRAME):
        as_mo.get(f"{UNDO_MANY}?verb=approve")


class TestWho:
    """Access to each page and action, for every kind of account."""

    @pytest.fixture
    def users(self, ed, mo, stella):
        return {
            "visitor": None,
            "staff": stella,
            "auditor": member("ada", "Auditor"),
            "moderator": mo,
            "editor": ed,
        }

    # (URL, visitor, staff without a group, Auditor, Moderator, Editor)
    GET = [
        ("/admin/moderation/", 302, 403, 403, 200, 200),
        (LIST, 302, 403, 200, 200, 200),
        (f"{LIST}{{entry}}/change/", 302, 403, 200, 200, 200),
        (f"{LIST}{{entry}}/undo/", 302, 403, 403, 200, 200),
        (f"{UNDO_MANY}?verb=approve", 302, 403, 403, 200, 200),
        (f"{LIST}add/", 302, 403, 403, 403, 403),
        (f"{LIST}{{entry}}/delete/", 302, 403, 403, 403, 403),
        ("/admin/commentary/rule/", 302, 403, 403, 200, 200),
        ("/admin/commentary/rule/add/", 302, 403, 403, 403, 200),
        ("/admin/commentary/rule/{rule}/change/", 302, 403, 403, 200, 200),
        ("/admin/commentary/rule/{rule}/delete/", 302, 403, 403, 403, 403),
        ("/admin/commentary/discussion/", 302, 403, 403, 200, 200),
        ("/admin/commentary/discussion/{article}/change/", 302, 403, 403, 200, 200),
        ("/admin/commentary/discussion/{article}/close/", 302, 403, 403, 200, 200),
        ("/admin/commentary/comment/", 302, 403, 403, 200, 200),
        ("/admin/commentary/comment/{comment}/close/", 302, 403, 403, 200, 200),
        ("/admin/commentary/article/add/", 302, 403, 403, 403, 200),
        ("/admin/commentary/source/", 302, 403, 403, 200, 200),
    ]
    POST = [
        ("/admin/moderation/", {"one": "approve:{article}-{comment}:1"}, 302, 403, 403, 303, 303),
        ("/admin/moderation/", {"undo": "entry:{article}-{entry}"}, 302, 403, 403, 303, 303),
        (f"{LIST}{{entry}}/undo/", {"confirmed": "1"}, 302, 403, 403, 302, 302),
        (UNDO_MANY, {"confirmed": "1"}, 302, 403, 403, 302, 302),
        (f"{LIST}{{entry}}/change/", {"verb": "x"}, 302, 403, 403, 403, 403),
        ("/admin/commentary/rule/add/", {"kind": "first"}, 302, 403, 403, 403, 200),
        ("/admin/commentary/rule/{rule}/change/", {"kind": "first"}, 302, 403, 403, 403, 200),
        ("/admin/commentary/discussion/{article}/close/", {}, 302, 403, 403, 302, 302),
        ("/admin/commentary/comment/{comment}/remove/", {}, 302, 403, 403, 302, 302),
        (
            "/admin/commentary/discussion/{article}/change/",
            {"auto_close_days": "3"},
            302,
            403,
            403,
            403,
            302,
        ),
    ]

    @pytest.mark.parametrize("who", ["visitor", "staff", "auditor", "moderator", "editor"])
    def test_access_to_pages_and_actions_by_account(self, client, users, batch, article, who):
        from commentary.models import Rule

        keys = {
            "entry": batch[0].pk,
            "comment": batch[0].comment_id,
            "rule": Rule.objects.first().pk,
            "article": article.pk,
        }
        at = list(users).index(who)
        if users[who]:
            client.force_login(users[who])
        for address, *expected in self.GET:
            answer = client.get(address.format(**keys))
            assert answer.status_code == expected[at], ("GET", address)
            if who == "visitor":
                assert answer["Location"].startswith("/admin/login/")
        entries = AuditEntry.objects.count()
        for address, form, *expected in self.POST:
            sent = {name: value.format(**keys) for name, value in form.items()}
            answer = client.post(address.format(**keys), sent)
            assert answer.status_code == expected[at], ("POST", address)
        if who in ("visitor", "staff", "auditor"):
            assert AuditEntry.objects.count() == entries
            assert set(statuses()) == {S.APPROVED}

    def test_an_auditor_sees_the_audit_log_but_cannot_undo(self, client, users, batch):
        client.force_login(users["auditor"])
        page = client.get(LIST + "?verb=approve").content.decode()
        assert "undo_selected" not in page
        assert "Undo everything" not in page


class TestErasedReasons:
    @pytest.fixture
    def entry(self, waiting, mo):
        return discussions.reject(waiting[0], mo, "is Ann from next door")

    def test_a_superuser_erases_a_reason_after_a_question(self, client, ed, entry):
        ed.is_superuser = True
        ed.save()
        client.force_login(ed)
        page = client.get(reverse("admin:commentary_auditentry_change", args=[entry.key]))
        (address,) = [a for a, label in page.context["pages"] if label == "Erase the reason"]
        assert "is Ann from next door" in client.get(address).content.decode()
        assert AuditEntry.objects.get(pk=entry.pk).reason
        answer = client.post(address, follow=True)
        assert "Reason erased." in answer.content.decode()
        assert "next door" not in answer.content.decode()
        assert AuditEntry.objects.get(pk=entry.pk).reason == ""
        assert client.get(address).status_code == 404
        assert verify().problems == []
        assert "reason erased" in client.get(LIST).content.decode().lower()

    def test_nobody_else_may(self, as_mo, entry):
        page = as_mo.get(reverse("admin:commentary_auditentry_change", args=[entry.key]))
        assert "Erase the reason" not in page.content.decode()
        address = reverse("admin:commentary_auditentry_erase", args=[entry.key])
        assert as_mo.get(address).status_code == as_mo.post(address).status_code == 403


def test_auditors_read_the_site_audit_log(client, ed):
    append_to_site(SiteAuditEntry.REMOVE, {"article": 7, "run": 3}, ed)
    client.force_login(member("auditor", "Auditor"))
    page = client.get("/admin/commentary/siteauditentry/").content.decode()
    assert "article removed" in page
    assert client.get("/admin/commentary/siteauditentry/1/change/").status_code == 200
    assert client.get("/admin/commentary/siteauditentry/add/").status_code == 403


class TestDownload:
    def lines(self, client, kind, query=""):
        answer = client.get(f"{LIST}audit-log.{kind}{query}")
        assert answer.streaming
        assert f"audit-log.{kind}" in answer["Content-Disposition"]
        return b"".join(answer.streaming_content).decode()

    @pytest.fixture
    def log(self, batch, waiting, ed):
        discussions.remove(Comment.objects.get(pk=waiting[0].pk), ed, "=HYPERLINK(1), “no”")
        return list(AuditEntry.objects.order_by("-created_at", "-pk"))

    def test_any_filter_is_downloaded_as_csv_and_json(self, client, log, mo, monkeypatch):
        monkeypatch.setattr("commentary.admin.audit_download.ROWS_AT_ONCE", 2)
        client.force_login(member("auditor", "Auditor"))
        rows = json.loads(self.lines(client, "json"))
        assert [row["entry"] for row in rows] == [str(entry.key) for entry in log]
        assert rows[0]["reason"] == "=HYPERLINK(1), “no”"
        assert rows[0]["digest"] == log[0].digest
        table = list(csv.DictReader(io.StringIO(self.lines(client, "csv"))))
        assert [row["entry"] for row in table] == [row["entry"] for row in rows]
        assert table[0]["reason"] == "'=HYPERLINK(1), “no”"
        assert table[0] | {"reason": ""} == {
            name: "" if value is None or name == "reason" else str(value)
            for name, value in rows[0].items()
        }
        assert {row["user"] for row in json.loads(self.lines(client, "json", f"?who={mo.pk}"))} == {
            "mo"
        }
        assert json.loads(self.lines(client, "json", "?q=nothing-like-this")) == []

    def test_the_list_links_to_the_files_of_its_filter(self, as_mo, log):
        page = as_mo.get(f"{LIST}?verb=remove&p=1").content.decode()
        assert f"{LIST}audit-log.csv?verb=remove" in page
        assert as_mo.get(f"{LIST}audit-log.exe").status_code == 404

    def test_only_who_reads_the_log_may(self, client, stella, log):
        client.force_login(stella)
        assert client.get(f"{LIST}audit-log.json").status_code == 403


class TestDecisionsOfOneUser:
    @pytest.fixture
    def page(self, batch, waiting, mo, ed):
        """The URL for the decisions of Mo; Ed has decided on one of the comments since."""
        discussions.remove(Comment.objects.get(pk=waiting[0].pk), by=ed)
        discussions.close(waiting[1], by=mo)
        query = {"who": mo.pk, "since": "2026-01-01T00:00", "until": "2999-01-01T00:00"}
        return f"{UNDO_MANY}user/?{urlencode(query)}"

    def test_a_preview_lists_what_is_undone_and_what_is_skipped(self, as_mo, page):
        assert "Show decisions" in as_mo.get(f"{UNDO_MANY}user/").content.decode()
        text = as_mo.get(page).content.decode()
        assert "3 decisions can be undone" in text
        assert "1 entry will be skipped" in text
        assert "ed made a later decision: removed." in text
        assert set(statuses()) == {S.APPROVED, S.REMOVED}

    def test_all_are_undone_except_conflicts(self, client, ed, page, waiting):
        client.force_login(ed)
        answer = client.post(page, follow=True)
        text = answer.content.decode()
        assert "3 decisions undone." in text
        assert "1 was skipped, because someone has decided since." in text
        assert statuses() == [S.REMOVED, S.PENDING, S.PENDING]
        assert not Comment.objects.get(pk=waiting[1].pk).is_closed
        undone = AuditEntry.objects.filter(verb="undo")
        assert {entry.actor_name for entry in undone} == {"ed"}
        assert verify().problems == []
        assert "1 entry will be skipped" in client.get(page).content.decode()

    def test_only_those_between_the_times(self, as_mo, page):
        earlier = page.replace("2999", "2026").replace("until=2026-01-01", "until=2026-01-02")
        assert "No decisions to undo in this period." in as_mo.get(earlier).content.decode()
        as_mo.post(earlier)
        assert not AuditEntry.objects.filter(verb="undo").exists()

    def test_times_in_the_wrong_order_are_refused(self, as_mo, page):
        wrong = page.replace("2999", "2020")
        assert "Must be later than the start." in as_mo.get(wrong).content.decode()
        assert as_mo.post(wrong).status_code == 200
        assert not AuditEntry.objects.filter(verb="undo").exists()

    def test_an_undo_that_takes_long_asks_to_continue(self, as_mo, page, monkeypatch):
        monkeypatch.setattr("commentary.admin.moderator_undo.AT_ONCE", 1)
        clock = iter([0.0, 1.0, 9.0])
        monkeypatch.setattr("commentary.admin.moderator_undo.monotonic", lambda: next(clock))
        answer = as_mo.post(page, follow=True)
        assert "Not all decisions are undone yet" in answer.content.decode()
        assert AuditEntry.objects.filter(verb="undo").count() == 1
        monkeypatch.undo()
        as_mo.post(page)
        assert AuditEntry.objects.filter(verb="undo").count() == 3

    def test_only_moderators_may(self, client, page):
        client.force_login(member("auditor", "Auditor"))
        assert client.get(page).status_code == client.post(page).status_code == 403
