"""Closing, reopening and deciding in the admin, individually and in bulk."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commentary.models import AuditEntry, Comment, Discussion
from tests.conftest import keys

pytestmark = pytest.mark.django_db


def address_of(model: str, verb: str, pk: int) -> str:
    return reverse(f"admin:commentary_{model}_{verb}", args=[pk])


class TestOne:
    def test_closing_asks_for_a_reason_and_then_closes(self, as_mo, article):
        address = address_of("discussion", "close", article.pk)
        assert 'name="reason"' in as_mo.get(address).content.decode()
        assert not Discussion.objects.get().is_closed
        answer = as_mo.post(address, {"reason": "Heated"}, follow=True)
        assert "Comments closed on 1 article." in answer.content.decode()
        assert Discussion.objects.get().closed_entry.reason == "Heated"
        assert AuditEntry.objects.get().actor_name == "mo"

    @pytest.mark.parametrize(
        ("wish", "leads_to"),
        [
            ("/articles/why-bees-dance/?after=4#comment-7", None),
            ("", "/admin/commentary/discussion/{}/change/"),
            ("https://elsewhere.example/", "/admin/commentary/discussion/{}/change/"),
            ("//elsewhere.example/", "/admin/commentary/discussion/{}/change/"),
        ],
    )
    def test_an_action_returns_to_the_page_it_was_started_from(
        self, as_mo, article, wish, leads_to
    ):
        address = f"{address_of('discussion', 'close', article.pk)}?{urlencode({'next': wish})}"
        back = wish if leads_to is None else leads_to.format(article.pk)
        assert f'href="{back}"' in as_mo.get(address).content.decode()
        assert as_mo.post(address)["Location"] == back

    def test_an_article_closes_and_reopens_its_discussion(self, as_mo, article):
        as_mo.post(address_of("article", "close", article.pk))
        assert Discussion.objects.get().is_closed
        as_mo.post(address_of("article", "reopen", article.pk))
        assert not Discussion.objects.get().is_closed

    def test_a_branch_closes_and_reopens(self, as_mo, threads):
        as_mo.post(address_of("comment", "close", threads[0].pk), {"reason": "Off the subject"})
        assert Comment.objects.get(pk=threads[0].pk).is_closed
        as_mo.post(address_of("comment", "reopen", threads[0].pk))
        assert not Comment.objects.get(pk=threads[0].pk).is_closed

    def test_removing_twice_reports_that_it_was_already_handled(self, as_mo, threads):
        as_mo.post(address_of("comment", "remove", threads[1].pk))
        answer = as_mo.post(address_of("comment", "remove", threads[1].pk), follow=True)
        assert "was skipped: it was already handled" in answer.content.decode()
        assert AuditEntry.objects.filter(verb="remove").count() == 1

    def test_the_page_offers_only_actions_that_change_something(self, as_mo, threads):
        page = as_mo.get(reverse("admin:commentary_comment_change", args=[threads[0].pk]))
        offered = [str(label) for _, label in page.context["pages"]]
        assert offered == ["Keep", "Hold", "Mark as spam", "Remove", "Close thread"]

    def test_a_missing_object_is_a_404(self, as_mo, db):
        assert as_mo.post(address_of("comment", "close", 4711)).status_code == 404

    def test_other_methods_are_refused(self, as_mo, article):
        assert as_mo.put(address_of("discussion", "close", article.pk)).status_code == 405


class TestMany:
    def test_the_list_action_asks_once_and_acts_on_all_rows(self, as_mo, threads):
        address = reverse("admin:commentary_comment_changelist")
        ticked = {"action": "close", "_selected_action": keys(threads[:2])}
        asked = as_mo.post(address, ticked)
        assert asked.content.decode().count('name="_selected_action"') == 2
        assert not Comment.objects.exclude(closed_entry=None).exists()
        as_mo.post(address, ticked | {"confirmed": "1", "reason": "Old"})
        assert Comment.objects.exclude(closed_entry=None).count() == 2
        assert set(AuditEntry.objects.filter(verb="close").values_list("reason", flat=True)) == {
            "Old"
        }

    @pytest.mark.parametrize("verb", ["remove", "close"])
    def test_a_bulk_action_is_undone_as_one(self, as_mo, threads, verb):
        as_mo.post(
            reverse("admin:commentary_comment_changelist"),
            {"action": verb, "_selected_action": keys(threads[:3]), "confirmed": "1"},
        )
        batches = AuditEntry.objects.filter(verb=verb).values_list("batch", flat=True)
        assert len(batches) == 3
        assert len(set(batches)) == 1
        assert batches[0] is not None

    def test_deciding_on_many_takes_the_same_number_of_statements_as_on_two(
        self, as_mo, article, comment
    ):
        def statements(many: int) -> int:
            ticked = [comment("More").key for _ in range(many)]
            with CaptureQueriesContext(connection) as queries:
                as_mo.post(
                    reverse("admin:commentary_comment_changelist"),
                    {"action": "remove", "_selected_action": ticked, "confirmed": "1"},
                )
            assert not Comment.objects.filter(body="More").approved().exists()
            return len(queries)

        assert statements(20) == statements(2)

    def test_discussions_can_be_closed_from_the_list_of_articles(self, as_mo, article):
        as_mo.post(
            reverse("admin:commentary_article_changelist"),
            {"action": "close", "_selected_action": [article.pk], "confirmed": "1"},
        )
        assert Discussion.objects.get().is_closed


class TestPermission:
    ADDRESSES = [
        ("article", "close"),
        ("article", "reopen"),
        ("discussion", "close"),
        ("discussion", "reopen"),
        ("comment", "close"),
        ("comment", "reopen"),
        ("comment", "approve"),
        ("comment", "reject"),
        ("comment", "mark_spam"),
        ("comment", "remove"),
    ]

    @pytest.mark.parametrize(("model", "verb"), ADDRESSES)
    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize("staff", [True, False])
    def test_without_the_permission_every_action_is_forbidden(
        self, client, stella, threads, model, verb, method, staff
    ):
        stella.is_staff = staff
        stella.save()
        client.force_login(stella)
        pk = threads[0].pk if model == "comment" else threads[0].discussion_id
        assert getattr(client, method)(address_of(model, verb, pk)).status_code == 403
        assert not AuditEntry.objects.exclude(actor_name="test").exists()

    def test_without_the_permission_the_list_action_is_missing(self, client, stella, threads):
        client.force_login(stella)
        address = reverse("admin:commentary_comment_changelist")
        ticked = {"action": "close", "_selected_action": [threads[0].key], "confirmed": "1"}
        assert client.post(address, ticked).status_code == 403

    def test_a_visitor_is_asked_to_sign_in(self, client, article):
        answer = client.post(address_of("discussion", "close", article.pk))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("admin:login"))

    def test_a_post_from_another_site_is_refused(self, mo, article):
        from django.test import Client

        client = Client(enforce_csrf_checks=True)
        client.force_login(mo)
        assert client.post(address_of("discussion", "close", article.pk)).status_code == 403

    @pytest.mark.parametrize("group", ["ed", "mo"])
    @pytest.mark.parametrize(
        "model",
        ["article", "author", "comment", "discussion", "auditentry", "importrun", "source"],
    )
    def test_no_group_can_delete_and_every_group_can_view(
        self, client, request, threads, group, model
    ):
        client.force_login(request.getfixturevalue(group))
        assert client.get(reverse(f"admin:commentary_{model}_changelist")).status_code == 200
        answer = client.post(reverse(f"admin:commentary_{model}_delete", args=[threads[0].pk]))
        assert answer.status_code in (403, 302)
        assert Comment.objects.count() == len(threads)
