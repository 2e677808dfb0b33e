"""The queue while several editors work in it: claims, new comments, and corrections in a row."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commentary import discussions
from commentary.discussions import revisions
from commentary.models import AuditEntry, Claim, Comment, Revision, StaffSession
from tests.conftest import make_article, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_posting_limits")]
S = Comment.Status
QUEUE = "/admin/moderation/"


@pytest.fixture
def held(article):
    def send(body, writer="one", to=None) -> Comment:
        sender = discussions.Sender(writer=writer)
        return discussions.submit((to or article).pk, None, body, sender, f"key {body}", "Hal")

    return send


@pytest.fixture
def maren(db):
    user = member("maren", "Moderator")
    user.first_name = "Maren"
    user.save()
    return user


def looks_at(user, made) -> None:
    Claim.make(user, made.key)


def claims(page) -> dict[int, str]:
    return {item.comment.pk: item.claim for item in page.context["items"] if item.claim}


class TestClaims:
    def test_others_see_who_selected_a_comment(self, client, as_ed, held, maren, ed):
        one, _two = held("One"), held("Two")
        client.force_login(maren)
        assert claims(client.get(QUEUE, {"item": str(one.key)})) == {}  # not one's own
        client.force_login(ed)
        page = client.get(QUEUE)
        assert claims(page) == {one.pk: "Maren is looking at this"}
        assert "Maren is looking at this" in page.content.decode()
        assert client.get(QUEUE, {"item": str(one.key)}).context["claim"]

    @pytest.mark.parametrize("page", ["/admin/commentary/comment/{key}/change/", "{on}moderate/"])
    def test_looking_at_its_own_page_counts(self, client, as_ed, held, maren, ed, page):
        made = held("One")
        on = f"{made.discussion.article.get_absolute_url()}comments/{made.number}/"
        address = page.format(key=made.key, on=on)
        client.force_login(maren)
        assert client.get(address).status_code == 200
        client.force_login(ed)
        assert claims(client.get(QUEUE)) == {made.pk: "Maren is looking at this"}
        assert "Maren is looking at this" in client.get(address).content.decode()

    def test_a_claim_ends_by_itself_and_with_the_next(self, as_ed, held, maren):
        one, two = held("One"), held("Two")
        looks_at(maren, one)
        looks_at(maren, two)
        assert claims(as_ed.get(QUEUE)).keys() == {two.pk}
        Claim.objects.update(seen_at=timezone.now() - Claim.LASTS - timedelta(seconds=1))
        assert claims(as_ed.get(QUEUE)) == {}

    def test_a_claim_keeps_nobody_from_deciding(self, as_ed, held, maren):
        one = held("One")
        looks_at(maren, one)
        as_ed.post(QUEUE, {"one": f"approve:{one.key}:{one.version}"})
        one.refresh_from_db()
        assert one.status == S.APPROVED

    def test_several_names_are_joined(self, held, maren, mo, ed):
        one = held("One")
        for user in (maren, mo, member("zoe", "Editor")):
            looks_at(user, one)
        assert Claim.of_others(ed) == {one.key: "Maren, mo and zoe are looking at this"}

    def test_it_is_one_statement_to_claim_and_one_to_read(self, held, maren, ed):
        made = [held(f"Text {i}") for i in range(3)]
        for some in made:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                looks_at(maren, some)
            assert len(queries) == 1
        with CaptureQueriesContext(connection) as queries:
            Claim.of_others(ed)
        assert len(queries) == 1
        assert Claim.objects.count() == 1

    def test_more_rows_take_no_more_queries(self, as_ed, held, maren):
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                as_ed.get(QUEUE)
            return len(queries)

        looks_at(maren, held("One"))
        as_ed.get(QUEUE)
        few = cost()
        for i in range(5):
            looks_at(member(f"m{i}", "Moderator"), held(f"Text {i}"))
        assert cost() == few

    def test_nothing_is_claimed_by_a_key_without_a_comment(self, as_ed):
        assert as_ed.get(QUEUE, {"item": "9-9"}).status_code == 200
        assert not Claim.objects.exists()


def news_of(page) -> str:
    return page.context["news"]


class TestNews:
    def test_it_says_how_many_are_new_and_where(self, as_ed, held):
        held("One")
        asked = news_of(as_ed.get(QUEUE))
        assert as_ed.get(asked).json() == {"words": "", "show": QUEUE, "claims": {}}
        for i in range(3):
            held(f"Later {i}")
        assert as_ed.get(asked).json()["words"] == "3 new"

    def test_an_empty_queue_tells_of_the_first_comment(self, as_ed, held):
        asked = news_of(as_ed.get(QUEUE))
        held("One")
        assert as_ed.get(asked).json()["words"] == "1 new"

    def test_what_is_new_is_shown_on_a_page_of_its_own_if_there_is_a_next_page(
        self, as_ed, held, monkeypatch
    ):
        for i in range(26):
            held(f"Text {i}")
        page = as_ed.get(QUEUE)
        assert page.context["next_page"]
        new = [held("Later"), held("Latest")]
        shown = as_ed.get(as_ed.get(news_of(page)).json()["show"])
        assert [item.comment.pk for item in shown.context["items"]] == [c.pk for c in new]

    def test_decided_comments_and_other_articles_are_not_counted(self, as_ed, ed, held, article):
        held("One")
        asked = news_of(as_ed.get(QUEUE, {"article": article.pk}))
        discussions.reject(held("Rejected"), by=ed)
        held("Elsewhere", to=make_article("Another"))
        assert as_ed.get(asked).json()["words"] == ""

    def test_new_reports_are_counted(self, as_ed, ed, held):
        discussions.approve(held("One"), by=ed)
        one, two = Comment.objects.get(), held("Two")  # by a known writer
        reader = discussions.Sender(writer="reader")
        discussions.report_comment(one, reader, "spam")
        asked = news_of(as_ed.get(QUEUE, {"state": "reported"}))
        discussions.report_comment(two, reader, "spam")
        discussions.report_comment(two, discussions.Sender(writer="another"), "spam")
        assert as_ed.get(asked).json()["words"] == "1 new"

    @pytest.mark.parametrize("state", ["approved", "decided"])
    def test_other_tabs_tell_only_of_claims(self, as_ed, held, state):
        asked = news_of(as_ed.get(QUEUE, {"state": state}))
        held("One")
        assert as_ed.get(asked).json()["words"] == ""

    def test_it_renews_the_claim_and_tells_of_others(self, as_ed, ed, held, maren):
        one, two = held("One"), held("Two")
        asked = news_of(as_ed.get(QUEUE, {"item": str(one.key)}))
        Claim.objects.update(seen_at=timezone.now() - Claim.LASTS)
        looks_at(maren, two)
        answer = as_ed.get(asked).json()
        assert answer["claims"] == {str(two.key): "Maren is looking at this"}
        assert Claim.of_others(maren) == {one.key: "ed is looking at this"}

    def test_it_is_private_cheap_and_does_not_keep_anyone_signed_in(self, as_ed, held):
        one = held("One")
        asked = news_of(as_ed.get(QUEUE, {"item": str(one.key)}))
        session = as_ed.session
        session["seen"] = before = session["seen"] - 1_000
        session.save()
        with CaptureQueriesContext(connection) as queries:
            answer = as_ed.get(asked)
        assert "private" in answer["Cache-Control"] and "no-store" in answer["Cache-Control"]
        of_account = ("commentary_staffsession", 'FROM "auth_user"')  # with its language
        asked = [q["sql"] for q in queries if not any(one in q["sql"] for one in of_account)]
        ours = [sql for sql in asked if "commentary_" in sql]
        assert len(ours) == 3  # the claim, the count, and the claims of others
        assert StaffSession.objects.get().get_decoded()["seen"] == before

    def test_it_is_for_moderators(self, client, stella):
        asked = f"{QUEUE}news/"
        assert client.get(asked).status_code == 302
        client.force_login(stella)
        assert client.get(asked).status_code == 403

    @pytest.mark.parametrize("query", ["since=x", "since=-1-2", "since=9-9&item=x&state=nope"])
    def test_invalid_values_are_ignored(self, as_ed, query):
        assert as_ed.get(f"{QUEUE}news/?{query}").status_code == 200


class TestQuickEdit:
    def form(self, made, **fields) -> dict[str, str]:
        made.refresh_from_db()
        return {"correct": str(made.key), "edition": revisions.edition(made), **fields}

    def test_the_row_has_the_text_and_the_edition(self, as_ed, held):
        made, other = held("Bees danse"), held("Other")
        page = as_ed.get(QUEUE, {"item": str(made.key), "edit": "1"})
        text = page.content.decode()
        assert text.count('name="text" rows="5"') == 1
        assert re.search(r"autofocus>Bees danse</textarea>", text)
        forms = {i.comment.pk: i.edit for i in page.context["items"]}
        assert forms[made.pk].edition == revisions.edition(made) and forms[other.pk] is None

    def test_the_text_is_corrected_openly_and_can_be_undone(self, as_ed, ed, held):
        made = held("Bees danse")
        page = as_ed.post(QUEUE, self.form(made, text="Bees dance"), follow=True)
        made.refresh_from_db()
        assert (made.body, made.edited_by_editor, made.status) == ("Bees dance", True, S.PENDING)
        assert Revision.objects.get().body == "Bees danse"
        text = page.content.decode()
        assert f"Corrected <strong>#{made.number}</strong>" in text
        assert "(edited by an editor)" in text
        undo = re.search(r'name="undo" value="(entry:[^"]+)"', text)[1]
        as_ed.post(QUEUE, {"undo": undo})
        made.refresh_from_db()
        assert made.body == "Bees danse"

    def test_a_stale_form_overwrites_nothing_and_loses_nothing(self, as_ed, mo, held):
        made = held("Bees danse")
        form = self.form(made, text="Bees dance")
        discussions.correct(made, mo, made.name, "Bees dance, he said")
        page = as_ed.post(QUEUE, form)
        assert page.status_code == 409
        made.refresh_from_db()
        assert made.body == "Bees dance, he said"
        (item,) = page.context["items"]
        assert item.edit.text == "Bees dance" and item.edit.current == "Bees dance, he said"
        again = as_ed.post(QUEUE, {**form, "edition": item.edit.edition})
        assert again.status_code == 303
        made.refresh_from_db()
        assert made.body == "Bees dance"

    @pytest.mark.parametrize("edition", ["", None])
    def test_a_form_without_an_edition_is_refused(self, as_ed, held, edition):
        made = held("Text")
        form = {"correct": str(made.key), "text": "Other"}
        if edition is not None:
            form["edition"] = edition
        assert as_ed.post(QUEUE, form).status_code == 409
        made.refresh_from_db()
        assert made.body == "Text"

    @pytest.mark.parametrize("text", ["", "   ", "x" * 10_001])
    def test_an_unusable_text_is_refused_and_kept(self, as_ed, held, text):
        made = held("Text")
        page = as_ed.post(QUEUE, self.form(made, text=text))
        assert page.status_code == 409 and page.context["items"][0].edit.error
        made.refresh_from_db()
        assert made.body == "Text"

    def test_an_unchanged_text_changes_nothing(self, as_ed, held):
        made = held("One\n\nTwo")
        page = as_ed.post(QUEUE, self.form(made, text="One\r\n\r\nTwo\r\n"), follow=True)
        assert "The text is unchanged." in page.content.decode()
        assert not AuditEntry.objects.filter(verb="correct").exists()

    def test_after_a_decision_the_next_row_is_not_edited(self, as_ed, held):
        made, _next = held("One"), held("Two")
        page = as_ed.get(QUEUE, {"item": str(made.key), "edit": "1"})
        assert "edit=1" not in page.context["here"]

    def test_who_may_not_change_comments_may_not_correct(self, client, mo, held):
        made = held("Text")
        client.force_login(mo)
        assert client.post(QUEUE, self.form(made, text="Other")).status_code == 403

    def test_only_a_comment_is_corrected(self, as_ed):
        assert as_ed.post(QUEUE, {"correct": "9-9", "text": "X"}).status_code == 404
        assert as_ed.post(QUEUE, {"correct": "x", "text": "X"}).status_code == 400
