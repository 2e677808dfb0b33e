"""Identifying commenters by a cookie and a hashed network, never by what they type."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from commentary.discussions import identity
from commentary.reading.comment_form import CommentForm


def ask(cookie: str | None = None, **meta):
    request = RequestFactory().get("/", **meta)
    if cookie is not None:
        request.COOKIES["commentary_writer"] = cookie
    return request


def cookie_of(seed: str = "form") -> str:
    return identity.remember(ask(), HttpResponse(), seed).cookies["commentary_writer"].value


# --- commenters


def test_a_reader_without_a_cookie_has_no_identity():
    assert identity.known_writer(ask()) == ""


def test_a_writer_is_recognised_by_their_cookie():
    first = identity.sender_of(ask(), "form").writer
    assert identity.known_writer(ask(cookie_of())) == first
    assert identity.sender_of(ask(cookie_of()), "another form").writer == first


def test_a_first_form_sent_twice_has_one_writer_and_two_forms_have_two():
    one, again, other = (identity.sender_of(ask(), seed).writer for seed in ("a", "a", "b"))
    assert one == again != other


@pytest.mark.parametrize("forged", ["", "made-up", "key:1vabcd:name_key", ":::", "é"])
def test_a_cookie_with_a_foreign_signature_is_ignored(forged):
    assert identity.known_writer(ask(forged)) == ""


def test_a_cookie_with_one_changed_letter_is_ignored():
    cookie = cookie_of()
    assert identity.known_writer(ask("x" + cookie[1:])) == ""


def test_a_writer_without_a_cookie_needs_a_form_key():
    with pytest.raises(ValueError, match="key of a form"):
        identity.sender_of(ask())


def test_a_writer_stays_the_same_when_the_secret_key_is_rotated(settings):
    cookie = cookie_of()
    writer = identity.known_writer(ask(cookie))
    assert len(writer) == 64
    former = settings.SECRET_KEY
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [former], "another" * 8
    assert identity.known_writer(ask(cookie)) == writer
    signed_again = identity.remember(ask(cookie), HttpResponse(), "x").cookies["commentary_writer"]
    settings.SECRET_KEY_FALLBACKS = []
    assert identity.known_writer(ask(signed_again.value)) == writer
    assert identity.known_writer(ask(cookie)) == ""


def test_a_cookie_of_an_earlier_version_is_accepted(settings):
    response = HttpResponse()
    response.set_signed_cookie("commentary_writer", "random key", salt=identity.SALT)
    old = response.cookies["commentary_writer"].value
    writer = identity.known_writer(ask(old))
    again = identity.remember(ask(old), HttpResponse()).cookies["commentary_writer"].value
    assert len(writer) == 64 and identity.known_writer(ask(again)) == writer


def test_the_cookie_lasts_a_year_and_is_hidden_from_scripts_and_other_sites(settings):
    settings.SESSION_COOKIE_SECURE = True
    settings.WRITER_COOKIE_NAME = "__Host-writer"
    cookie = identity.remember(ask(), HttpResponse(), "form").cookies["__Host-writer"]
    assert cookie["httponly"] and cookie["secure"]
    assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")
    assert cookie["max-age"] == 365 * 24 * 3600


# --- networks


def network(address: str, **headers) -> str:
    return identity.network_of(ask(REMOTE_ADDR=address, **headers))


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("198.51.100.7", "198.51.100.200", True),
        ("198.51.100.7", "198.51.101.7", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:198.51.100.7", "198.51.100.9", True),
    ],
)
def test_a_network_is_an_address_prefix(one, two, same):
    assert (network(one) == network(two)) is same


def test_the_hash_reveals_nothing_of_the_address():
    assert "198" not in bytes.fromhex(network("198.51.100.7")).decode("latin-1")
    assert len(network("198.51.100.7")) == 64


@pytest.mark.parametrize(
    "address",
    ["unix:", "nonsense", "unknown", "_hidden", "300.1.2.3", "1.2.3.4.5:6", "[::g]:1", "é"],
)
def test_unreadable_addresses_are_one_network(settings, address):
    unknown = network("")
    assert len(unknown) == 64
    assert network(address) == unknown != network("198.51.100.7")
    settings.TRUSTED_PROXIES = 1
    assert network("198.51.100.7", HTTP_X_FORWARDED_FOR=address) == unknown


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("198.51.100.7:8080", "198.51.100.7"),
        ("[2001:db8::1]:8080", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ('"[2001:db8::1]:8080"', "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%25eth0]:80", "fe80::1"),
        ("[::ffff:198.51.100.7]:80", "198.51.100.7"),
    ],
)
def test_an_address_with_a_port_is_read(settings, written, address):
    settings.TRUSTED_PROXIES = 1
    assert network("192.0.2.1", HTTP_X_FORWARDED_FOR=written) == network(address)


def test_a_network_is_recognised_by_every_key_it_may_be_stored_with(settings, monkeypatch):
    monkeypatch.setattr(identity.time, "time", lambda: 31 * 24 * 3600)
    before = network("198.51.100.7")
    monkeypatch.setattr(identity.time, "time", lambda: 61 * 24 * 3600)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 8
    sender = identity.sender_of(ask(REMOTE_ADDR="198.51.100.7"), "form")
    assert before in sender.known_networks and sender.network != before


def test_forms_stay_valid_when_the_secret_key_is_rotated(article, settings):
    settings.FORM_LEAST_AGE = 0
    stamp = CommentForm(article=article).stamp
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 8
    assert CommentForm({"body": "Words", "stamp": stamp}, article=article).is_valid()


def test_the_network_key_changes_every_thirty_days(monkeypatch):
    def at(day: int) -> str:
        monkeypatch.setattr(identity.time, "time", lambda: day * 24 * 3600)
        return network("198.51.100.7")

    assert at(30) == at(59) != at(60)


@pytest.mark.parametrize(
    ("proxies", "passed", "address"),
    [
        (0, "203.0.113.1", "198.51.100.7"),  # no proxy is trusted: the address of the connection
        (1, "203.0.113.1", "203.0.113.1"),
        # Entries written by the client are further left.
        (1, "192.0.2.66, 203.0.113.1", "203.0.113.1"),
        (2, "192.0.2.66, 203.0.113.1, 10.0.0.1", "203.0.113.1"),
        (2, "203.0.113.1", "198.51.100.7"),  # the request bypassed the outer proxy
        (1, "", "198.51.100.7"),
        (1, "[2001:db8::1]:80", "[2001:db8::1]:80"),
    ],
)
def test_the_address_is_the_one_seen_by_the_outermost_trusted_proxy(
    settings, proxies, passed, address
):
    settings.TRUSTED_PROXIES = proxies
    request = ask(REMOTE_ADDR="198.51.100.7", HTTP_X_FORWARDED_FOR=passed)
    assert identity.client_address(request) == address


# --- editors


def test_only_moderators_send_as_editors(client, mo, stella):
    assert identity.editor_of(ask()) is None
    for user, editor in ((mo, mo), (stella, None)):
        request = ask()
        request.COOKIES["sessionid"] = "any"
        request.user = user
        assert identity.editor_of(request) == editor


def test_without_a_session_cookie_the_user_is_not_looked_up():
    assert not hasattr(ask(), "user")
    assert identity.sender_of(ask(), "form").editor is None
