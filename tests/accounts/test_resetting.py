"""A new password by e-mail: for whom, how often, and what it does not replace."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commentary.accounts import factors, letters
from commentary.models import OutboxMessage, SignInAttempt
from commentary.notifications.kinds import RENDERERS
from commentary.notifications.messages import Mail
from tests.conftest import staff

pytestmark = pytest.mark.django_db

GOOD = "a heron on the weir"
PAGE = "/account/forgotten/"


@pytest.fixture(autouse=True)
def mail(settings) -> None:
    settings.EMAIL_TRANSPORT = {"backend": "django.core.mail.backends.locmem.EmailBackend"}
    settings.SITE_URL = "https://comments.example"


@pytest.fixture
def sam(db) -> User:
    user = staff("sam")
    user.email = "sam@example.org"
    user.save()
    return user


def ask(name: str, address: str = "192.0.2.1"):
    return Client().post(PAGE, {"username": name}, REMOTE_ADDR=address)


def mails() -> list[tuple[str, Mail]]:
    """Return the recipients and texts of what the worker would send."""
    found = []
    for message in OutboxMessage.objects.order_by("pk"):
        if (text := RENDERERS[message.kind](message)) is not None:
            found.append((message.recipient, text))
    return found


def link() -> str:
    ((_recipient, text),) = mails()
    return re.findall(r"https://comments\.example(/account/reset/\S+)", text.body)[0]


@pytest.mark.parametrize("name", ["sam", "sam@example.org", "Sam@Example.org"])
def test_the_link_sets_a_new_password_once(sam, name, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    elsewhere = Client()
    elsewhere.force_login(sam)
    ask(name)
    assert [recipient for recipient, _text in mails()] == ["sam@example.org"]
    path = link()
    assert "For <strong>sam</strong>" in Client().get(path).content.decode()
    page = Client().post(path, {"password": GOOD}, follow=True)
    assert page.redirect_chain[-1][0] == "/admin/login/"
    assert "Your password is changed." in page.content.decode()
    assert elsewhere.get("/admin/").status_code == 302
    assert Client().post(path, {"password": "another heron there"}).status_code == 410
    answer = Client().post("/admin/login/", {"username": "sam", "password": GOOD})
    assert answer["Location"] == "/admin/"


def test_the_owner_is_told_about_the_change(sam):
    ask("sam")
    Client().post(link(), {"password": GOOD})
    recipient, text = mails()[-1]
    assert recipient == "sam@example.org"
    assert "The password of your account was changed." in text.body
    assert "https://comments.example/account/" in text.body
    assert GOOD not in text.body


def test_it_does_not_replace_the_second_factor(sam):
    factors.set_app(sam, "A" * 32, step=0)
    ask("sam")
    Client().post(link(), {"password": GOOD})
    answer = Client().post("/admin/login/", {"username": "sam", "password": GOOD})
    assert answer["Location"] == "/account/code/"


@pytest.mark.parametrize("name", ["nobody", "nobody@example.org", "off", "reader", "blank"])
def test_the_answer_does_not_reveal_whether_an_account_exists(sam, name):
    for other, values in (
        ("off", {"is_active": False, "email": "off@example.org"}),
        ("reader", {"is_staff": False, "email": "reader@example.org"}),
        ("blank", {"email": ""}),
    ):
        staff(other)
        User.objects.filter(username=other).update(**values)
    known, unknown = ask("sam"), ask(name)
    assert known.status_code == unknown.status_code == 200
    assert known.content == unknown.content
    assert OutboxMessage.objects.count() == 2
    assert [recipient for recipient, _text in mails()] == ["sam@example.org"]


def test_both_take_the_same_queries(sam):
    counts = []
    for name in ("sam", "nobody"):
        with CaptureQueriesContext(connection) as queries:
            ask(name)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_few_are_sent_within_an_hour(sam):
    for _ in range(5):
        assert ask("sam").status_code == 200
    assert len(mails()) == 3
    SignInAttempt.objects.update(
        created_at=SignInAttempt.objects.latest("pk").created_at - timedelta(hours=2)
    )
    ask("sam")
    assert len(mails()) == 4


def test_a_network_asks_for_few(sam):
    answers = [ask(f"name{i}").status_code for i in range(22)]
    assert answers == [200] * 20 + [429] * 2
    assert ask("sam", "198.51.100.1").status_code == 200
    assert SignInAttempt.objects.count() == 21


def test_asking_locks_nobody_out(sam, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    for _ in range(20):
        ask("sam")
    form = {"username": "sam", "password": "correct horse battery"}
    assert Client().post("/admin/login/", form, REMOTE_ADDR="192.0.2.1").status_code == 302


def test_a_weak_password_is_refused_and_the_link_stays(sam):
    ask("sam")
    path = link()
    for weak in ("", "short", "passwordpassword", "sam@example.org"):
        assert Client().post(path, {"password": weak}).status_code == 422
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["x/y", "MQ/y", "é/é", "____/____", "LTE/x-x", "OTk5OTk5OTk5OTk5OTk5OTk5/x-x"]
)
def test_another_link_is_refused(sam, path):
    assert Client().get(f"/account/reset/{path}/").status_code == 410


def test_the_link_of_another_account_is_refused(sam):
    other = letters.reset_path(staff("other")).split("/")[-2]
    own = letters.reset_path(sam).split("/")[-3]
    assert Client().get(f"/account/reset/{own}/{other}/").status_code == 410


def test_without_e_mail_nothing_is_offered(sam, settings):
    assert PAGE in Client().get("/admin/login/").content.decode()
    settings.EMAIL_TRANSPORT = {}
    assert PAGE not in Client().get("/admin/login/").content.decode()
    assert "Ask whoever runs it" in ask("sam").content.decode()
    assert not OutboxMessage.objects.exists()


def test_the_link_is_not_stored(sam):
    ask("sam")
    assert OutboxMessage.objects.get().details == {"account": sam.pk}
