"""Sign-in: limits per account and network, identical responses, and the record of attempts."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.utils import timezone

from commentary.models import SignInAttempt
from tests.conftest import member, staff

pytestmark = pytest.mark.django_db

RIGHT = "correct horse battery"


@pytest.fixture(autouse=True)
def no_second_step(settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def sign_in(name: str, password: str = "wrong", address: str = "192.0.2.1", **extra):
    form = {"username": name, "password": password, "next": "/admin/"}
    return Client().post("/admin/login/", form, REMOTE_ADDR=address, **extra)


def fail(name: str, times: int = 5, **kwargs) -> list[int]:
    return [sign_in(name, **kwargs).status_code for _ in range(times)]


def later(minutes: int) -> None:
    moment = timezone.now() - timedelta(minutes=minutes)
    SignInAttempt.objects.update(created_at=moment)


def test_the_right_password_signs_in_after_four_wrong_ones(stella):
    assert fail("stella", 4) == [200] * 4
    assert sign_in("stella", RIGHT).status_code == 302


def test_after_five_wrong_passwords_the_right_one_is_refused(stella):
    assert fail("stella") == [200] * 5
    refused = sign_in("stella", RIGHT, address="198.51.100.7")
    assert (refused.status_code, refused["Retry-After"]) == (429, "900")
    assert "Too many failed sign-in attempts" in refused.content.decode()
    assert "sessionid" not in refused.cookies


def test_further_attempts_neither_sign_in_nor_extend_the_lockout(stella):
    fail("stella")
    later(14)
    assert fail("stella", 3) == [429] * 3
    later(16)
    assert sign_in("stella", RIGHT).status_code == 302


def test_other_accounts_are_not_locked_out(stella, mo):
    fail("stella")
    assert sign_in("mo", RIGHT).status_code == 302


@pytest.mark.parametrize("name", ["STELLA", "Stella ", "ｓｔｅｌｌａ"])
def test_spellings_of_a_name_share_one_limit(stella, name):
    fail("stella")
    assert sign_in(name, RIGHT).status_code == 429


def test_a_network_is_locked_out_after_twenty_wrong_passwords(stella):
    for i in range(20):
        assert sign_in(f"name{i}", address=f"192.0.2.{i}").status_code == 200
    assert sign_in("stella", RIGHT, address="192.0.2.99").status_code == 429
    assert sign_in("stella", RIGHT, address="198.51.100.1").status_code == 302


def test_unreadable_addresses_share_one_limit(stella):
    for i in range(20):
        sign_in(f"name{i}", address=["", "unknown", "unix:"][i % 3])
    assert sign_in("stella", RIGHT, address="").status_code == 429


def test_a_client_cannot_change_its_network_with_a_header(stella):
    for i in range(20):
        sign_in(f"name{i}", HTTP_X_FORWARDED_FOR=f"203.0.{i}.1")
    assert sign_in("stella", RIGHT, HTTP_X_FORWARDED_FOR="203.0.113.1").status_code == 429


def page(response) -> str:
    text = response.content.decode()
    return re.sub(r'value="[^"]*"', "", text)


def test_an_unknown_name_gets_the_same_responses(stella):
    known = [sign_in("stella", address="192.0.2.1") for _ in range(7)]
    unknown = [sign_in("nobody", address="198.51.100.1") for _ in range(7)]
    assert [r.status_code for r in known] == [r.status_code for r in unknown]
    assert [page(r) for r in known] == [page(r) for r in unknown]


def test_a_refused_attempt_hashes_no_password(stella, monkeypatch):
    fail("stella")
    fail("nobody", address="198.51.100.1")

    def hashing(*args, **kwargs):
        raise AssertionError("a password was hashed")

    monkeypatch.setattr("django.contrib.auth.hashers.check_password", hashing)
    monkeypatch.setattr("django.contrib.auth.base_user.check_password", hashing)
    monkeypatch.setattr("django.contrib.auth.models.User.set_password", hashing)
    assert sign_in("stella", RIGHT).status_code == 429
    assert sign_in("nobody", address="198.51.100.1").status_code == 429


def test_every_attempt_is_recorded_without_what_was_typed(stella):
    sign_in("stella", RIGHT)
    sign_in("my secret password")
    fail("stella", 7)
    rows = SignInAttempt.objects.order_by("pk").values_list("user__username", "outcome", "times")
    assert list(rows) == [
        ("stella", "accepted", 1),
        (None, "wrong", 1),
        *[("stella", "wrong", 1)] * 5,
        ("stella", "refused", 2),
    ]
    stored = " ".join(str(vars(attempt)) for attempt in SignInAttempt.objects.all())
    assert "secret" not in stored
    assert "192.0.2" not in stored


def test_attempts_cannot_fill_the_table(stella):
    for i in range(40):
        sign_in(f"name{i}")
    assert SignInAttempt.objects.count() == 21
    later(60 * 24 * 91)
    sign_in("name")
    assert SignInAttempt.objects.count() == 1


def test_auditors_can_read_the_record_but_not_change_it(client, stella):
    sign_in("stella")
    amy = member("amy", "Auditor")
    # A transactional test may have emptied the tables, including the group's permissions.
    from django.contrib.auth.models import Permission

    Group.objects.get(name="Auditor").permissions.add(
        Permission.objects.get(codename="view_signinattempt")
    )
    client.force_login(amy)
    text = client.get("/admin/commentary/signinattempt/").content.decode()
    assert "Wrong user name or password" in text
    assert client.post("/admin/commentary/signinattempt/add/").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_simultaneous_attempts_are_limited():
    staff("stella")

    def attempt(_: int) -> int:
        try:
            return sign_in("stella").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(16)))
    assert sorted(answers) == [200] * 5 + [429] * 11
