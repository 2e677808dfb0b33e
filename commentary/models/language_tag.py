"""Validation of language tags (BCP 47)."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

is_language_tag = RegexValidator(
    r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z",
    _("Use a language tag such as “en”, “de” or “pt-BR”."),
)
