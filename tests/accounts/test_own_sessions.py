"""Where an editor is signed in, signing out there, and the history of sign-ins."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from commentary.models import OutboxMessage, SignInAttempt, StaffSession
from tests.conftest import staff

pytestmark = pytest.mark.django_db

RIGHT = "correct horse battery"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture(autouse=True)
def password_only(settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def enter(agent: str = FIREFOX, address: str = "203.0.113.7", name: str = "stella") -> Client:
    """Sign in, and return the client."""
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    answer = client.post("/admin/login/", {"username": name, "password": RIGHT})
    assert answer["Location"] == "/admin/"
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def name_of(client: Client, device: str) -> str:
    sessions = client.get("/account/").context["sessions"]
    (line,) = [line for line in sessions if line.device == device]
    return line.name


def test_sessions_are_listed_with_device_and_network_in_words(stella):
    phone, laptop = enter(IPHONE, "2001:db8:1:2::7"), enter()
    lines = laptop.get("/account/").context["sessions"]
    found = [(line.device, line.network, line.is_this) for line in lines]
    assert found == [
        ("Firefox on Linux", "203.0.113.x", True),
        ("Safari on iPhone", "2001:db8:1:2::/64", False),
    ]
    page = laptop.get("/account/").content.decode()
    assert "203.0.113.7" not in page
    keys = StaffSession.objects.values_list("session_key", flat=True)
    assert not [key for key in keys if key in page]
    assert is_signed_in(phone)


def test_another_session_is_signed_out(stella):
    phone, laptop = enter(IPHONE), enter()
    answer = laptop.post("/account/", {"end": name_of(laptop, "Safari on iPhone")})
    assert (answer.status_code, answer["Location"]) == (303, "/account/")
    assert is_signed_in(laptop) and not is_signed_in(phone)


def test_all_others_are_signed_out_at_once(stella):
    others, here = [enter(IPHONE), enter()], enter()
    page = here.post("/account/", {"end-others": "1"}, follow=True)
    assert "2 sessions were signed out." in page.content.decode()
    assert is_signed_in(here) and not any(map(is_signed_in, others))


def test_nobody_else_is_signed_out(stella):
    staff("other")
    other, here = enter(IPHONE, name="other"), enter()
    here.post("/account/", {"end": name_of(other, "Safari on iPhone")})
    here.post("/account/", {"end-others": "1"})
    assert is_signed_in(other)


@pytest.mark.parametrize("name", ["", "x", "é", "0" * 40])
def test_an_unknown_session_ends_nothing(stella, name):
    here = enter()
    assert here.post("/account/", {"end": name}).status_code == 303
    assert is_signed_in(here)


def test_sessions_that_a_new_password_ended_are_not_listed(stella):
    phone, laptop = enter(IPHONE), enter()
    new = "a heron on the weir"
    form = {"old_password": RIGHT, "new_password1": new, "new_password2": new}
    assert laptop.post("/admin/password_change/", form).status_code == 302
    assert not is_signed_in(phone)
    assert [line.is_this for line in laptop.get("/account/").context["sessions"]] == [True]


def test_the_owner_is_told_by_mail_that_the_password_was_changed(stella, settings):
    settings.EMAIL_TRANSPORT, settings.SITE_URL = {"backend": "x"}, "https://comments.example"
    User.objects.filter(pk=stella.pk).update(email="stella@example.org")
    here, new = enter(), "a heron on the weir"
    form = {"old_password": "wrong", "new_password1": new, "new_password2": new}
    here.post("/admin/password_change/", form)
    assert not OutboxMessage.objects.exists()
    here.post("/admin/password_change/", form | {"old_password": RIGHT})
    message = OutboxMessage.objects.get()
    assert (message.recipient, message.details["event"]) == ("stella@example.org", "password set")

    root = Client()
    root.force_login(User.objects.create_superuser("root"))
    form = {"usable_password": "true", "password1": RIGHT + "2", "password2": RIGHT + "2"}
    answer = root.post(f"/admin/auth/user/{stella.pk}/password/", form)
    assert answer.status_code == 302
    assert OutboxMessage.objects.filter(details__event="password set").count() == 2


def test_a_session_of_a_deleted_account_is_no_error(stella):
    here = enter()
    stella.delete()
    assert not StaffSession.objects.exists()
    assert here.get("/account/").status_code == 302


def test_the_history_shows_successes_and_failures_of_this_account_only(stella):
    staff("other")
    enter(name="other")
    Client().post("/admin/login/", {"username": "stella", "password": "wrong"})
    here = enter()
    lines = here.get("/account/").context["attempts"]
    outcomes = [(line.attempt.outcome, line.attempt.device, line.is_here) for line in lines]
    assert outcomes == [
        ("accepted", "Firefox on Linux", True),
        ("wrong", "Unknown browser", False),
    ]
    page = here.get("/account/").content.decode()
    assert "Wrong user name or password" in page and "this network" in page


def test_the_history_ends_after_90_days(stella):
    enter()
    SignInAttempt.objects.update(created_at=timezone.now() - timedelta(days=91))
    assert len(enter().get("/account/").context["attempts"]) == 1


def test_expired_sessions_are_deleted_at_the_next_sign_in(stella):
    enter()
    StaffSession.objects.update(expire_date=timezone.now() - timedelta(hours=1))
    enter()
    assert StaffSession.objects.count() == 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 "
            "Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("curl/8.0", "Unknown browser"),
        ("", "Unknown browser"),
        ("<b>Firefox/1 Linux</b>" * 100, "Firefox on Linux"),
    ],
)
def test_devices_are_named_in_words(stella, agent, words):
    assert enter(agent).get("/account/").context["sessions"][0].device == words
