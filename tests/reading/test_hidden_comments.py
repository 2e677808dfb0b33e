"""A pending or rejected comment can't be distinguished from a missing one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import Status

pytestmark = pytest.mark.django_db
ARTICLE = "/articles/why-bees-dance/"
PAGES = [
    f"{ARTICLE}comments/%s/",
    f"{ARTICLE}comments/%s/edit/",
    f"{ARTICLE}comments/%s/withdraw/",
    f"{ARTICLE}comments/%s/ask/",
    f"{ARTICLE}comments/%s/report/",
    f"{ARTICLE}comments/%s.json",
    f"{ARTICLE}branches/%s/",
    f"{ARTICLE}branches/%s.atom",
    f"{ARTICLE}reply/%s/",
    f"{ARTICLE}new/?seen=0&from=%s",
]
MISSING = 99


@pytest.fixture(params=["reader", "writer"])
def asker(request, article, respond, settings) -> Client:
    """A client without a cookie, and one with a cookie."""
    client = Client()
    if request.param == "writer":
        respond(client, "Mine")
    return client


def answers(asker: Client, ask, number: int) -> tuple[int, bytes, int]:
    """Return status, body and number of queries."""
    with CaptureQueriesContext(connection) as queries:
        response = ask(asker, number)
    return response.status_code, response.content, len(queries)


@pytest.mark.slow
@pytest.mark.parametrize("status", [Status.PENDING, Status.REJECTED, Status.SPAM])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_hidden_comment_responds_and_costs_like_a_missing_one(
    asker, comment, page, status
):
    comment("Public")
    hidden = comment("CANARY", status=status)

    def ask(client, number):
        return client.get(page % number)

    ask(asker, MISSING)  # warms what is computed once per process
    assert answers(asker, ask, hidden.number) == answers(asker, ask, MISSING)
    assert ask(asker, MISSING).status_code == 404


@pytest.mark.parametrize("what", ["respond", "report", "withdraw", "edit", "ask"])
def test_actions_on_a_hidden_comment_change_and_reveal_nothing(asker, comment, respond, what):
    hidden = comment("CANARY", status=Status.PENDING)

    def ask(client, number):
        if what == "respond":
            return respond(client, "Words", reply=str(number), stamp="x")
        return client.post(f"{ARTICLE}comments/{number}/{what}/", {"why": "spam", "body": "x"})

    ask(asker, MISSING)
    there, missing = (answers(asker, ask, n) for n in (hidden.number, MISSING))
    assert (there[0], there[2]) == (missing[0], missing[2])


def test_a_reply_to_a_hidden_comment_is_refused_like_one_to_a_missing_one(comment, respond):
    hidden = comment("CANARY", status=Status.PENDING)
    asker = Client()
    respond(asker, "Words", reply=str(MISSING))

    def ask(client, number):
        return respond(client, "Words", reply=str(number))

    there, missing = (answers(asker, ask, n) for n in (hidden.number, MISSING))
    assert (there[0], there[2]) == (missing[0], missing[2]) == (409, missing[2])
