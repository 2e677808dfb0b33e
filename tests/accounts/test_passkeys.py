"""What passkeys answer to anything that a browser would not send. tests/browser/test_accounts.py
uses real ones.
"""

import json
from base64 import urlsafe_b64encode

import pytest
from django.test import Client

from commentary.accounts import passkey_steps
from commentary.accounts.factors import set_app
from commentary.models import SignInAttempt, StaffSession
from tests.conftest import staff

pytestmark = pytest.mark.django_db

RIGHT = "correct horse battery"


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def credential(**response: str) -> str:
    """Return a response with these parts, and no right signature."""
    return json.dumps(
        {
            "id": b64(b"1" * 16),
            "rawId": b64(b"1" * 16),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }
    )


def client_data(kind: str, challenge: str = "x", origin: str = "http://testserver") -> str:
    return b64(json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode())


GARBAGE = [
    "",
    "x",
    "null",
    "1",
    "[]",
    "{}",
    '"text"',
    "{" * 5000,
    "[" * 15_000,
    "é" * 30_000,
    '{"id": 1}',
    '{"id": "AA", "rawId": "AA", "response": []}',
    '{"id": "AA", "rawId": "AA", "response": {"userHandle": 1}}',
    '{"response": null}',
    credential(),
    credential(clientDataJSON="!", authenticatorData="!", signature="!", userHandle="!"),
    credential(clientDataJSON=b64(b"\xff"), attestationObject=b64(b"\xa1\xff\x00")),
    credential(clientDataJSON=client_data("webauthn.create"), attestationObject=b64(b"\xbf")),
    credential(
        clientDataJSON=client_data("webauthn.get"),
        authenticatorData=b64(b"\0" * 37),
        signature=b64(b"1"),
        userHandle=b64(b"1"),
    ),
    credential(
        clientDataJSON=client_data("webauthn.get"),
        authenticatorData=b64(b"\xff" * 500),
        signature=b64(b"1"),
        userHandle=b64(b"\xff\xfe"),
    ),
    credential(
        clientDataJSON=client_data("webauthn.get"),
        authenticatorData=b64(b"\0" * 37),
        signature=b64(b"1"),
        userHandle=b64(b"z" * 4000),
    ),
]


@pytest.mark.parametrize("response", GARBAGE)
def test_anything_else_is_refused_and_signs_nobody_in(client, stella, response):
    options = client.post("/account/passkey/").json()
    assert len(options["publicKey"]["challenge"]) >= 22
    answer = client.post("/account/passkey/", {"response": response})
    assert answer.status_code == 422
    assert answer.json() == {"error": "That passkey is not valid here."}
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("response", GARBAGE)
def test_nothing_else_is_added(client, stella, response):
    client.post("/admin/login/", {"username": "stella", "password": RIGHT})
    assert "publicKey" in client.post("/account/passkey/add/").json()
    answer = client.post("/account/passkey/add/", {"response": response})
    assert answer.status_code == 422
    assert client.get("/admin/").status_code == 302


def test_a_response_without_a_challenge_is_refused(client, stella):
    answer = client.post("/account/passkey/", {"response": GARBAGE[-3]})
    assert answer.status_code == 422


def test_failures_are_limited_by_network_and_lock_nobody_else_out(stella, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    for _ in range(20):
        Client().post("/account/passkey/", {"response": "{}"})
    assert Client().post("/account/passkey/", {"response": "{}"}).status_code == 429
    elsewhere = Client(REMOTE_ADDR="198.51.100.1")
    form = {"username": "stella", "password": RIGHT}
    assert elsewhere.post("/admin/login/", form).status_code == 302
    assert SignInAttempt.objects.filter(user=None, outcome="badcode").count() == 20


def test_challenges_cannot_fill_the_table_of_sessions(db, monkeypatch):
    monkeypatch.setattr(passkey_steps, "MAX_CHALLENGES", 3)
    answers = [Client().post("/account/passkey/").status_code for _ in range(5)]
    assert answers == [200] * 3 + [429] * 2
    assert StaffSession.objects.count() == 3
    assert Client(REMOTE_ADDR="198.51.100.1").post("/account/passkey/").status_code == 200


@pytest.mark.parametrize("path", ["", "add/", "code/", "confirm/"])
def test_each_takes_forms_of_this_site_only(stella, path):
    assert Client().get(f"/account/passkey/{path}").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/account/passkey/{path}", {"response": "{}"}).status_code == 403


@pytest.mark.parametrize("path", ["add/", "code/", "confirm/"])
def test_others_need_a_password_first(client, stella, path):
    answer = client.post(f"/account/passkey/{path}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_who_has_a_second_factor_cannot_add_a_passkey_with_the_password_alone(client, stella):
    set_app(stella, "A" * 32, step=0)
    client.post("/admin/login/", {"username": "stella", "password": RIGHT})
    assert client.post("/account/passkey/add/")["Location"] == "/account/code/"


def test_a_session_confirmed_long_ago_adds_no_passkey(client, stella):
    client.force_login(stella)
    assert "/account/confirm/" in client.post("/account/passkey/add/")["Location"]


def test_the_name_of_the_site_is_shown_with_passkeys(client, stella, settings):
    settings.SITE_NAME = "The Lantern"
    other = staff("maxine")
    client.post("/admin/login/", {"username": other.username, "password": RIGHT})
    options = client.post("/account/passkey/add/").json()["publicKey"]
    assert options["rp"] == {"id": "testserver", "name": "The Lantern"}
    assert options["user"]["name"] == "maxine"
    assert options["authenticatorSelection"]["userVerification"] == "required"
