"""Which passwords are accepted."""

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


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
