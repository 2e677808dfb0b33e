from datetime import timedelta
from unittest import mock

import pytest
from django.utils import timezone

from commentary import discussions
from commentary.models import AuditEntry
from commentary.reading.parameters import ArrivalCursor
from tests.conftest import Status, make_article

pytestmark = pytest.mark.django_db
LIST = "/moderation/"


def text(response) -> str:
    return response.content.decode()


def test_it_lists_closures_and_removals_with_their_reasons(client, article, comment, ed):
    discussions.close(comment("Heated"), by=ed, reason="off the subject")
    discussions.remove(comment("CANARY"), by=ed, reason="personal remark")
    discussions.close(article.discussion, by=ed, reason="settled")
    page = text(client.get(LIST))
    for words in (
        "Thread #1 closed",
        "off the subject",
        "Comment #2 removed",
        "personal remark",
        "Comments closed",
        "settled",
    ):
        assert words in page
    assert page.index("settled") < page.index("personal remark") < page.index("off the subject")
    assert "CANARY" not in page


def test_it_names_no_account(client, comment, ed):
    discussions.remove(comment("Rude"), by=ed)
    assert "<bdi>ed</bdi>" not in text(client.get(LIST))
    assert "No reason was given." in text(client.get(LIST))


def test_undone_decisions_are_not_listed(client, article, comment, ed):
    closed, removed = comment("Heated"), comment("Rude")
    discussions.close(closed, by=ed)
    discussions.reopen(closed, by=ed)
    discussions.remove(removed, by=ed)
    discussions.approve(removed, by=ed)
    discussions.undo(discussions.close(article.discussion, by=ed), by=ed)
    assert "No closed discussions, removed comments or comments by editors." in text(
        client.get(LIST)
    )


@pytest.mark.parametrize("place", ["discussion", "thread"])
def test_a_scheduled_closure_is_listed_only_while_it_is_in_effect(
    client, article, comment, ed, place
):
    now = timezone.now()
    closed = article.discussion if place == "discussion" else comment("Heated")
    start, end = now + timedelta(days=1), now + timedelta(days=2)
    discussions.close(closed, by=ed, reason="a quiet day", start=start, until=end)
    listed = []
    for moment in (now, start, end):
        with mock.patch.object(timezone, "now", lambda moment=moment: moment):
            listed.append("a quiet day" in text(client.get(LIST)))
    assert listed == [False, True, False]


def test_comments_that_were_never_public_are_not_mentioned(client, comment, ed):
    for status in (Status.PENDING, Status.REJECTED, Status.SPAM):
        discussions.close(comment("CANARY", status=status), by=ed, reason="CANARY")
    discussions.reject(comment("CANARY", status=Status.PENDING), by=ed, reason="CANARY")
    page = text(client.get(LIST))
    assert "No closed discussions, removed comments or comments by editors." in page
    assert "CANARY" not in page


def test_drafts_are_not_mentioned(client, comment, article, ed):
    discussions.remove(comment("Rude"), by=ed)
    article.is_published = False
    article.save()
    assert "Why bees dance" not in text(client.get(LIST))


def test_closures_at_the_source_are_not_listed(client, article):
    discussions.close(article.discussion, by="source", reason="Comments are closed.")
    assert "No closed discussions, removed comments or comments by editors." in text(
        client.get(LIST)
    )


def test_a_site_can_make_it_private(client, article, settings):
    assert LIST in text(client.get(article.get_absolute_url()))
    settings.PUBLIC_AUDIT = False
    assert client.get(LIST).status_code == 404
    assert LIST not in text(client.get(article.get_absolute_url()))


def test_older_entries_are_on_further_pages(client, ed):
    for i in range(51):
        discussions.close(make_article(f"Article {i}").discussion, by=ed, reason=f"why {i}.")
    page = text(client.get(LIST))
    assert "why 1." in page
    assert "why 0." not in page
    oldest_shown = AuditEntry.objects.get(reason="why 1.")
    cursor = str(ArrivalCursor(oldest_shown.created_at, oldest_shown.pk))
    assert f'href="?before={cursor}"' in page
    for before in (cursor, str(oldest_shown.pk)):  # the second one as in earlier releases
        assert "why 0." in text(client.get(LIST, {"before": before}))


@pytest.mark.parametrize("before", ["nonsense", "-1", "1.5", "٣", "9" * 30, "1 OR 1"])
def test_an_invalid_cursor_is_a_404(client, db, before):
    assert client.get(LIST, {"before": before}).status_code == 404


def test_it_is_public_and_sets_no_cookie(client, db):
    response = client.get(LIST)
    assert response["Cache-Control"] == "public, no-cache"
    assert not response.cookies
    assert client.post(LIST).status_code == 405


@pytest.mark.parametrize("count", [3, 30])
def test_it_takes_four_queries(client, ed, count, django_assert_num_queries):
    for i in range(count):
        discussions.close(make_article(f"Article {i}").discussion, by=ed)
    with django_assert_num_queries(4):
        client.get(LIST)


def test_reasons_are_escaped(client, comment, ed):
    discussions.remove(comment("Rude"), by=ed, reason="<script>alert(1)</script>")
    assert "<script>alert" not in text(client.get(LIST))
