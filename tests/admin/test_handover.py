"""The hand-over page: what others decided, which own decisions were reversed, and what is old."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commentary import discussions
from commentary.admin import handover
from commentary.models import AuditEntry, Comment, SignInAttempt

pytestmark = pytest.mark.django_db
PAGE = "/admin/handover/"


@pytest.fixture
def pending(comment):
    return lambda text="Text": comment(text, status=Comment.Status.PENDING)


def signed_in(user, *hours_ago: int) -> None:
    for hours in hours_ago:
        attempt = SignInAttempt.objects.create(
            user=user, account="a", network="n", outcome=SignInAttempt.Outcome.ACCEPTED
        )
        at = timezone.now() - timedelta(hours=hours)
        SignInAttempt.objects.filter(pk=attempt.pk).update(created_at=at)


def test_the_last_visit_is_the_sign_in_before_this_one(mo):
    assert timezone.now() - handover.last_visit(mo) > timedelta(days=6)
    signed_in(mo, 30, 20, 0)
    ago = timezone.now() - handover.last_visit(mo)
    assert timedelta(hours=19) < ago < timedelta(hours=21)


def test_decisions_of_others_are_listed_and_ones_own_are_not(as_mo, mo, ed, pending):
    mine, theirs = pending(), pending()
    discussions.approve(mine, by=mo)
    discussions.reject(theirs, by=ed, reason="Off topic")
    discussions.decide("mark_spam", [pending().key, pending().key], ed)
    acts = as_mo.get(PAGE).context["acts"]
    assert [(act.entry.verb, act.count) for act in acts] == [("mark_spam", 2), ("reject", 1)]
    assert "Off topic" in as_mo.get(PAGE).content.decode()


def test_decisions_before_the_last_visit_are_left_out(mo, ed, pending):
    entry = discussions.approve(pending(), by=ed)
    assert handover.entries_of_others(mo, entry.created_at) == [entry]
    assert handover.entries_of_others(mo, entry.created_at + timedelta(seconds=1)) == []


def test_own_decisions_that_were_undone_or_replaced_are_listed(as_mo, mo, ed, pending):
    undone, replaced, kept, theirs = (pending() for _ in range(4))
    discussions.undo(discussions.reject(undone, by=mo), by=ed)
    discussions.approve(replaced, by=mo)
    discussions.remove(replaced, by=ed, reason="personal remark")
    discussions.approve(kept, by=mo)
    discussions.keep(kept, by=ed)
    discussions.approve(theirs, by=ed)
    discussions.remove(theirs, by=ed)
    found = as_mo.get(PAGE).context["reversals"]
    assert [(one.mine.comment_id, one.is_undone) for one in found] == [
        (replaced.pk, False),
        (undone.pk, True),
    ]
    page = as_mo.get(PAGE).content.decode()
    assert "undid your decision" in page


def test_what_one_reversed_oneself_is_not_listed(as_mo, mo, pending):
    made = pending()
    discussions.undo(discussions.reject(made, by=mo), by=mo)
    discussions.approve(made, by=mo)
    discussions.remove(made, by=mo)
    assert as_mo.get(PAGE).context["reversals"] == []


def test_the_oldest_waiting_comments_are_listed(as_mo, pending):
    made = [pending(f"Text {i}") for i in range(handover.OLDEST + 2)]
    oldest = as_mo.get(PAGE).context["oldest"]
    assert [item.comment.pk for item in oldest] == [c.pk for c in made[: handover.OLDEST]]


def test_a_quiet_time_says_so(as_mo):
    page = as_mo.get(PAGE).content.decode()
    for words in (
        "None of your decisions was reversed.",
        "No one else made a decision.",
        "No comments are waiting for review.",
    ):
        assert words in page


@pytest.mark.parametrize("days", ["x", "-1", "9" * 30, "\0"])
def test_unknown_periods_are_ignored(as_mo, days):
    assert as_mo.get(PAGE, {"days": days}).context["days"] == ""


def test_many_decisions_take_the_same_number_of_queries(as_mo, mo, ed, pending):
    def cost(count: int) -> int:
        for _ in range(count):
            discussions.approve(made := pending(), by=mo)
            discussions.remove(made, by=ed)
        as_mo.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            assert as_mo.get(PAGE).status_code == 200
        return len(queries)

    assert cost(3) == cost(30) <= 12
    assert AuditEntry.objects.count() == 66


def test_only_moderators_see_it(client, stella, as_mo):
    assert as_mo.get("/admin/pages/").content.decode().count(PAGE) == 1
    client.force_login(stella)
    assert client.get(PAGE).status_code == 403
