"""How long users stay signed in, and what ends a session."""

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from config import sessions

HOUR = 3600


@pytest.fixture
def wait(monkeypatch):
    """`wait(60)` advances the time of sessions by a minute."""
    passed = 0.0
    now = sessions.time()

    def wait(seconds: float) -> None:
        nonlocal passed
        passed += seconds

    monkeypatch.setattr(sessions, "time", lambda: now + passed)
    return wait


def is_signed_in(client) -> bool:
    return client.get("/admin/").status_code == 200


def test_a_session_ends_after_two_hours_without_a_request(client, stella, wait):
    client.force_login(stella)
    wait(1.9 * HOUR)
    assert is_signed_in(client)
    wait(1.9 * HOUR)
    assert is_signed_in(client)
    wait(2.1 * HOUR)
    assert not is_signed_in(client)


def test_a_session_ends_twelve_hours_after_signing_in(client, stella, wait):
    client.force_login(stella)
    for _ in range(11):
        wait(HOUR)
        assert is_signed_in(client)
    wait(1.1 * HOUR)
    assert not is_signed_in(client)


def test_an_expired_session_does_not_come_back(client, stella, wait):
    client.force_login(stella)
    key = client.cookies["sessionid"].value
    wait(3 * HOUR)
    assert not is_signed_in(client)
    wait(-3 * HOUR)
    client.cookies["sessionid"] = key
    assert not is_signed_in(client)


def test_requests_in_quick_succession_write_nothing(client, stella, wait):
    client.force_login(stella)
    assert is_signed_in(client)
    wait(60)
    with CaptureQueriesContext(connection) as queries:
        assert is_signed_in(client)
    assert queries.captured_queries
    assert all(query["sql"].lstrip().startswith("SELECT") for query in queries.captured_queries)


def sign_in(client) -> str:
    form = {"username": "stella", "password": "correct horse battery", "next": "/admin/"}
    assert client.post("/admin/login/", form).status_code == 302
    return client.cookies["sessionid"].value


def test_signing_in_begins_a_new_session(client, stella, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    client.cookies["sessionid"] = "a" * 32  # known to an attacker
    first = sign_in(client)
    assert first != "a" * 32
    client.post("/admin/logout/")
    assert sign_in(client) != first


def test_signing_out_ends_the_session_for_good(client, stella):
    client.force_login(stella)
    key = client.cookies["sessionid"].value
    client.post("/admin/logout/")
    client.cookies["sessionid"] = key  # of someone who copied it
    assert not is_signed_in(client)


def test_a_disabled_account_is_signed_out(client, stella):
    client.force_login(stella)
    assert is_signed_in(client)
    stella.is_active = False
    stella.save()
    assert not is_signed_in(client)


def test_an_outage_while_a_session_is_stored_is_answered_with_503(client, stella, wait):
    client.force_login(stella)
    assert is_signed_in(client)
    wait(0.2 * HOUR)

    def fail(execute, sql, *rest):
        if sql.startswith('UPDATE "commentary_staffsession"'):
            raise OperationalError("the connection is closed")
        return execute(sql, *rest)

    client.raise_request_exception = False
    with connection.execute_wrapper(fail):
        answer = client.get("/admin/")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert is_signed_in(client)
