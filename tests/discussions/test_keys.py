"""Decisions, undo and point links take row keys, which include the discussion. A key with another
discussion finds nothing.
"""

import re

import pytest

from commentary import discussions
from commentary.discussions import tree
from commentary.models import AuditEntry, Comment, Discussion, PointLink, RowKey
from tests.conftest import keys, make_article
from tests.discussions.test_statements import sender, unnamed

pytestmark = pytest.mark.django_db
S = Comment.Status
QUEUE, POINT_LINKS = "/admin/moderation/", "/admin/points/"
COMMENTS, ENTRIES = "/admin/commentary/comment/", "/admin/commentary/auditentry/"


@pytest.fixture
def pending(article):
    """Return two pending comments that mention points."""
    article.body = "1. Bees dance\n\n2. Bees sting"
    article.save()
    sent = [
        discussions.submit(article.pk, None, f"Point {i + 1}", sender(), f"key {i}") for i in (0, 1)
    ]
    discussions.suggest_point_links(article.pk)
    return sent


@pytest.fixture
def elsewhere(db):
    """Return the key of another discussion."""
    return make_article("Elsewhere").pk


def moved(row, discussion: int) -> RowKey:
    return RowKey(discussion, row.pk)


def statuses() -> set[str]:
    return set(Comment.objects.values_list("status", flat=True))


class TestKey:
    @pytest.mark.parametrize("key", [RowKey(3, 231), RowKey(0, 0), RowKey(2**63 - 1, 1)])
    def test_parse_reads_what_str_writes(self, key):
        assert RowKey.parse(str(key)) == key

    @pytest.mark.parametrize(
        "text",
        ["", "3", "3-", "-231", "3-231-4", "3--1", "x-1", "٣-1", "1-9223372036854775808", " 1-1"],
    )
    def test_other_texts_are_not_keys(self, text):
        assert RowKey.parse(text) is None


class TestOtherDiscussion:
    def test_a_decision_with_a_foreign_key_is_refused(self, pending, elsewhere, ed):
        wrong = moved(pending[0], elsewhere)
        outcome = discussions.decide("approve", [wrong, pending[1].key], ed)
        assert [entry.comment_id for entry in outcome.entries] == [pending[1].pk]
        assert outcome.refused == {wrong: "Comment not found."}

    def test_swapped_keys_find_nothing(self, article, elsewhere, ed):
        here, there = (
            discussions.import_comments(pk, [Comment(body="x")], [None], [S.PENDING])[0]
            for pk in (article.pk, elsewhere)
        )
        wrong = [RowKey(here.discussion_id, there.pk), RowKey(there.discussion_id, here.pk)]
        outcome = discussions.decide("approve", wrong, ed)
        assert set(outcome.refused) == set(wrong) and not outcome.entries
        assert statuses() == {S.PENDING}

    def test_a_decision_on_a_foreign_point_link_is_refused(self, pending, elsewhere, ed):
        wrong = moved(PointLink.objects.first(), elsewhere)
        outcome = discussions.decide_point_links("link", [wrong], ed)
        assert outcome.refused == {wrong: "Link not found."}
        assert not PointLink.objects.accepted().exists()

    @pytest.mark.parametrize("others", [0, 1])
    def test_undo_of_a_foreign_entry_is_refused(self, pending, elsewhere, ed, others):
        first, second = discussions.decide("approve", keys(pending), ed).entries
        wrong = moved(first, elsewhere)
        outcome = discussions.undo_many([wrong, second.key][: 1 + others], ed)
        assert outcome.refused == {wrong: "Entry not found."}
        assert len(outcome.entries) == others

    def test_a_single_undo_of_a_foreign_entry_is_refused(self, pending, elsewhere, ed):
        entry = discussions.approve(pending[0], ed)
        entry.discussion_id = elsewhere
        with pytest.raises(discussions.AlreadyDecided, match="Entry not found"):
            discussions.undo(entry, ed)


class TestForms:
    """Messages for tampered forms of the admin. Nothing is changed."""

    def test_the_queue_reports_a_foreign_comment_as_not_found(self, as_mo, pending, elsewhere):
        wrong = moved(pending[0], elsewhere)
        for form in ({"one": f"approve:{wrong}:1"}, {"bulk": "approve", "pick": [f"{wrong}:1"]}):
            page = as_mo.post(QUEUE, form, follow=True).content.decode()
            assert "Comment not found." in page
        assert as_mo.post(QUEUE, {"close": f"comment:{wrong}", "why": "other"}).status_code == 404
        assert statuses() == {S.PENDING}

    def test_undo_in_the_queue_reports_a_foreign_entry_as_not_found(
        self, as_mo, pending, elsewhere, ed
    ):
        wrong = moved(discussions.approve(pending[0], ed), elsewhere)
        for form in ({"undo": f"entry:{wrong}"}, {"bulk": "undo", "pick": [str(wrong)]}):
            page = as_mo.post(f"{QUEUE}?state=decided", form, follow=True).content.decode()
            assert "Entry not found." in page
        assert statuses() == {S.PENDING, S.APPROVED}

    def test_a_foreign_point_link_is_reported_as_not_found(self, as_mo, pending, elsewhere, ed):
        discussions.approve(pending[0], ed)
        wrong = moved(PointLink.objects.first(), elsewhere)
        page = as_mo.post(POINT_LINKS, {"one": f"link:{wrong}:suggested"}, follow=True)
        assert "Link not found." in page.content.decode()
        wrong = moved(pending[0], elsewhere)
        assert as_mo.get(POINT_LINKS, {"comment": str(wrong)}).status_code == 404
        assert not PointLink.objects.accepted().exists()

    @pytest.mark.parametrize("verb", ["approve", "close"])
    def test_an_action_on_the_list_of_comments_skips_a_foreign_key(
        self, as_mo, pending, elsewhere, verb
    ):
        form = {"action": verb, "_selected_action": [str(moved(pending[0], elsewhere))]}
        page = as_mo.post(COMMENTS, form | {"confirmed": "1"}, follow=True).content.decode()
        assert "1 was skipped: not found." in page
        assert statuses() == {S.PENDING}
        assert not Comment.objects.filter(closed_entry__isnull=False).exists()

    def test_an_action_on_the_audit_log_skips_a_foreign_key(self, as_mo, pending, elsewhere, ed):
        wrong = str(moved(discussions.approve(pending[0], ed), elsewhere))
        form = {"action": "undo_selected", "confirmed": "1", "_selected_action": [wrong]}
        for address in (ENTRIES, f"{ENTRIES}undo/"):
            page = as_mo.post(address, form, follow=True).content.decode()
            assert "1 was skipped: not found." in page
        assert statuses() == {S.PENDING, S.APPROVED}

    def test_pages_of_a_row_answer_404_for_a_foreign_key(self, as_mo, pending, elsewhere, ed):
        entry = discussions.approve(pending[0], ed)
        assert as_mo.get(f"{COMMENTS}{pending[1].key}/approve/").status_code == 200
        assert as_mo.get(f"{COMMENTS}{moved(pending[1], elsewhere)}/approve/").status_code == 404
        assert as_mo.post(f"{ENTRIES}{moved(entry, elsewhere)}/undo/").status_code == 404

    @pytest.mark.parametrize("text", ["x", "1", "1-x"])
    def test_an_invalid_key_is_a_bad_request(self, as_mo, pending, text):
        form = {"action": "approve", "_selected_action": [text], "confirmed": "1"}
        assert as_mo.post(COMMENTS, form).status_code == 400

    def test_urls_with_only_the_id_still_work(self, as_mo, pending):
        for page in ("change", "history", "approve"):
            assert as_mo.get(f"{COMMENTS}{pending[0].pk}/{page}/").status_code == 200
            assert as_mo.get(f"{COMMENTS}{pending[0].key}/{page}/").status_code == 200

    def test_lists_link_to_the_full_key(self, as_mo, pending, ed):
        entry = discussions.approve(pending[0], ed)
        page = as_mo.get(COMMENTS).content.decode()
        assert f'href="{COMMENTS}{pending[0].key}/change/"' in page
        assert f'name="_selected_action" value="{pending[0].key}"' in page
        page = as_mo.get(ENTRIES).content.decode()
        assert f'name="_selected_action" value="{entry.key}"' in page

    def test_an_undo_stored_in_the_session_by_an_earlier_release_is_ignored(self, as_mo, pending):
        session = as_mo.session
        session["undo"] = "entry:12"
        session.save()
        assert as_mo.get(QUEUE).status_code == 200


# --- statements


def test_every_statement_of_decisions_and_undo_names_the_discussion(article, pending, ed, mo):
    """Also outside the lock. See decision 24."""
    other = make_article("Other")
    there = discussions.import_comments(other.pk, [Comment(body="x")], [None], [S.PENDING])
    chosen = keys([*pending, *there])
    links = keys(PointLink.objects.all())
    assert len(links) == 2
    with unnamed() as found:
        outcome = discussions.decide("approve", chosen, ed)
        discussions.decide("approve", chosen, mo, versions=dict.fromkeys(chosen, 1))
        discussions.undo_many(keys(outcome.entries), ed)
        discussions.undo_many(keys(outcome.entries), mo)
        linked = discussions.decide_point_links("link", links, ed)
        discussions.decide_point_links("link", links, mo)
        discussions.undo_many(keys(linked.entries), ed)
        discussions.link(pending[0], 2, ed)
        discussions.unlink(pending[0], 2, ed)
        for verb in ("approve", "remove"):
            entry = getattr(discussions, verb)(pending[0], ed)
        discussions.undo(entry, ed)
        for place in (pending[0], article.discussion):
            closed = discussions.close(place, ed)
            discussions.undo(closed, ed)
            discussions.close(place, ed)
            discussions.reopen(place, ed)
        for place in (pending[0], article):
            corrected = discussions.correct(place, ed, "Ann", "Point 1, corrected")
            discussions.undo(corrected, ed)
    assert found == [], "\n".join(found)


def test_restoring_a_text_names_the_discussion_in_every_statement(article, ed):
    (imported,) = discussions.import_comments(article.pk, [Comment(body="Source")], [None])
    discussions.correct(imported, ed, "", "Other")
    with unnamed() as found:
        discussions.restore(imported, ed)
    assert found == [], "\n".join(found)


def test_every_statement_after_an_admin_button_names_the_discussion(client, ed, pending, article):
    """Covers the whole request of each button, except the list it returns to."""
    client.force_login(ed)
    first = pending[0]
    with unnamed() as found:
        client.post(f"{COMMENTS}{first.key}/approve/")
        client.post(f"{COMMENTS}{first.key}/remove/")
        client.post(f"{COMMENTS}{first.key}/close/")
        entry = AuditEntry.objects.filter(discussion=article.pk, verb="close").get()
        client.post(f"{ENTRIES}{entry.key}/undo/", {"confirmed": "1"})
    ours = [text for text in found if not re.search(r"admin/queue|admin/lists", text)]
    assert ours == [], "\n".join(ours)
    assert tree.check() == []
    assert Discussion.objects.get(pk=article.pk).removed_count == 1
