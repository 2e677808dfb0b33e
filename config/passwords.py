"""Reject passwords that only look long."""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SHORTEST = 12  # characters
LOOK_ALIKES = str.maketrans("@013$57", "aolesst")  # as in "p@55w0rd"


class CommonPartsValidator(CommonPasswordValidator):
    """Rejects a short part that is repeated, and common passwords with digits or signs added."""

    def validate(self, password: str, user: object = None) -> None:
        text = password.casefold().strip()
        words = {re.sub(r"[\W\d_]+", "", form) for form in (text, text.translate(LOOK_ALIKES))}
        if is_repeated(text) or any(is_repeated(word) or self.is_common(word) for word in words):
            raise ValidationError(
                _("This password is made of parts that are easy to guess."),
                code="password_common_parts",
            )

    def get_help_text(self) -> str:
        return _("Your password can’t be a common password repeated or with numbers added.")

    def is_common(self, word: str) -> bool:
        """Return whether a word is empty, a common password, or two of them."""
        return not word or any(
            {word[:end], word[end:]} <= self.passwords | {""} for end in range(1, len(word) + 1)
        )


def is_repeated(text: str) -> bool:
    """Return whether a text repeats a part that is shorter than a password may be."""
    return any(
        text == (text[:size] * len(text))[: len(text)]
        for size in range(1, min(SHORTEST, len(text) // 2 + 1))
    )
