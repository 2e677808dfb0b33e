import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commentary import discussions
from commentary.models import Comment, Report
from commentary.posting.forms import ReportForm
from tests.conftest import Status

pytestmark = pytest.mark.django_db
ADDRESS = "/articles/why-bees-dance/"
REPORT = f"{ADDRESS}comments/1/report/"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def rude(comment) -> Comment:
    return comment("Rude words")


@pytest.fixture
def report(rude):
    """`report(client, why="spam")` sends a report of `rude`."""

    def post(client, **data):
        data = {"why": "attack", "stamp": ReportForm(comment=rude).stamp} | data
        return client.post(REPORT, data)

    return post


def test_a_reader_reports_and_sees_a_confirmation(client, rude, report):
    assert "Rude words" in text(client.get(REPORT))
    response = report(client, note="The second word")
    assert (response.status_code, response["Location"]) == (303, REPORT)
    mine = Report.objects.get()
    assert (mine.comment, mine.why, mine.note) == (rude, "attack", "The second word")
    page = text(client.get(REPORT))
    assert "Your report was sent." in page
    assert "Withdraw report" in page


def test_reports_by_one_reader_count_once(client, report, rude):
    stamp = ReportForm(comment=rude).stamp
    for reader in (client, client, Client(), Client()):
        report(reader, stamp=stamp)  # the last two: the same form, before its response arrived
    assert Report.objects.count() == 1
    report(Client())
    assert Report.objects.count() == 2


def test_a_report_can_be_withdrawn_and_made_again(client, report):
    report(client)
    assert client.post(REPORT, {"do": "withdraw"})["Location"] == REPORT
    assert not Report.objects.open().exists()
    assert "Send report" in text(client.get(REPORT))
    report(client, why="spam")
    assert Report.objects.open().get().why == "spam"


def test_a_report_by_someone_else_cannot_be_withdrawn(client, report):
    report(client)
    other = Client()
    report(other)
    other.post(REPORT, {"do": "withdraw"})
    Client().post(REPORT, {"do": "withdraw"})
    assert Report.objects.open().count() == 1


def test_a_report_changes_nothing_for_others(client, report):
    before = Client().get(ADDRESS)
    report(client, note="CANARY")
    after = Client().get(ADDRESS)
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])
    assert "CANARY" not in text(Client().get(REPORT))


def test_missing_fields_are_reported(client, report):
    response = report(client, why="", note="Kept words")
    page = text(response)
    assert response.status_code == 422
    assert "<title>Error: " in page
    assert page.count("Choose what is wrong with the comment") == 2
    assert 'value="Kept words"' in page
    assert not response.cookies.get("commentary_writer")


def test_reports_are_rate_limited(comment, settings):
    settings.POSTS_PER_HOUR = 2
    for number in (1, 2, 3):
        made = comment(f"Words {number}")
        data = {"why": "spam", "stamp": ReportForm(comment=made).stamp}
        response = Client().post(f"{ADDRESS}comments/{number}/report/", data)
    assert response.status_code == 429
    assert response["Retry-After"] == "3600"
    assert Report.objects.count() == 2


def test_a_flood_of_reports_is_refused_without_locking_the_discussion(comment, settings):
    settings.POSTS_PER_HOUR = 1
    statements = []
    for number in (1, 2):
        made = comment(f"Words {number}")
        data = {"why": "spam", "stamp": ReportForm(comment=made).stamp}
        with CaptureQueriesContext(connection) as queries:
            response = Client().post(f"{ADDRESS}comments/{number}/report/", data)
        statements.append((response.status_code, "last_number = " in str(queries.captured_queries)))
    assert statements == [(303, True), (429, False)]


@pytest.mark.parametrize("status", [s for s in Status if s != Status.APPROVED])
def test_an_unpublished_comment_cannot_be_reported(client, comment, status):
    made = comment("CANARY", status=status)
    data = {"why": "spam", "stamp": ReportForm(comment=made).stamp}
    for response in (client.get(REPORT), client.post(REPORT, data)):
        assert response.status_code == 404
        assert "CANARY" not in text(response)
    assert not Report.objects.exists()


def test_a_comment_removed_meanwhile_needs_no_report(client, report, rude, monkeypatch):
    def remove_first(*args):
        discussions.remove(rude, by="test")
        raise discussions.NotOpen("That comment no longer exists.")

    monkeypatch.setattr(discussions, "report_comment", remove_first)
    response = report(client)
    assert response.status_code == 409
    assert "That comment no longer exists." in text(response)


def test_a_token_is_required_and_other_methods_are_refused(client, rude):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(REPORT, {"why": "spam"}).status_code == 403
    assert client.put(REPORT).status_code == client.delete(REPORT).status_code == 405


def test_viewing_the_form_sets_no_cookie_and_is_not_cached(client, rude):
    response = client.get(REPORT)
    assert set(response.cookies) == {"csrftoken"}
    assert "no-store" in response["Cache-Control"]


def test_additional_fields_change_nothing(client, report):
    report(client, status="removed", reporter="x", closed_entry="1", withdrawn_at="2026-01-01")
    mine = Report.objects.open().get()
    assert len(mine.reporter) == 64
    assert Comment.objects.get().status == Status.APPROVED
