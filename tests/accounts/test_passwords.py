"""Which passwords are accepted, and how they are hashed."""

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher, check_password, make_password
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "PasswordPassword",
        "password-password",
        "password1password1",
        "p@ssw0rdp@ssw0rd",
        "Password123456!",
        "123456password",
        "qwertyqwerty",
        "letmeinqwerty",
        "dragonmonkey2026",
        "aaaaaaaaaaaaa",
        "abcabcabcabcab",
        "121212121212",
        "!!!!!!1111111",
        "  password    ",
        "short",
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(username="ed"))


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "vT9#qLw2zRk!",
        "wir-backen-brot-am-see",
        "密码是一个很长的中文句子吧",
    ],
)
def test_a_long_random_password_is_accepted(password):
    validate_password(password, User(username="ed"))


def test_a_password_of_a_thousand_characters_is_accepted_whole():
    password = "a heron on the weir, " * 50
    validate_password(password, User(username="ed"))
    stored = make_password(password)
    assert check_password(password, stored)
    assert not check_password(password[:-1], stored)


# --- hashing


def sign_in(name: str, password: str = "correct horse battery") -> int:
    form = {"username": name, "password": password, "next": "/admin/"}
    return Client().post("/admin/login/", form).status_code


def test_an_older_hash_is_replaced_at_sign_in(stella, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
    stella.password = make_password("correct horse battery", hasher="pbkdf2_sha256")
    stella.save()
    assert sign_in("stella") == 302
    stella.refresh_from_db()
    assert stella.password.startswith("scrypt$")
    assert sign_in("stella") == 302


@pytest.fixture
def hashed(settings, monkeypatch) -> list[str]:
    """The passwords that were hashed with scrypt."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
    passwords: list[str] = []
    real = ScryptPasswordHasher.encode

    def encode(self, password, salt, n=None, r=None, p=None):
        passwords.append(password)
        return real(self, password, salt, n, r, p)

    monkeypatch.setattr(ScryptPasswordHasher, "encode", encode)
    return passwords


def test_known_and_unknown_names_cost_the_same_hash(stella, hashed):
    stella.set_password("correct horse battery")
    stella.save()
    hashed.clear()
    sign_in("stella", "wrong")
    known = len(hashed)
    sign_in("nobody", "wrong")
    assert (known, len(hashed) - known) == (1, 1)


def test_a_flood_of_sign_ins_hashes_few_passwords(stella, hashed):
    for n in range(60):
        sign_in(f"name{n}" if n % 2 else "stella", "wrong")
    assert len(hashed) <= 20  # the limit of a network
