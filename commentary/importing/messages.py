"""Translate the messages of modules that also run in processes without Django, see `workers`.

These modules import `gettext as _` from here. A process without Django gets its language from
`use_language`; until then, its messages are in English.
"""

from gettext import NullTranslations, translation
from pathlib import Path

from django.apps import apps
from django.utils import translation as django_translation

LOCALE = Path(__file__).parents[1] / "locale"

_here = NullTranslations()  # of a process without Django


def gettext(message: str) -> str:
    """Return a message in the current language."""
    return django_translation.gettext(message) if apps.ready else _here.gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the form of a message for a number, in the current language."""
    if apps.ready:
        return django_translation.ngettext(singular, plural, number)
    return _here.ngettext(singular, plural, number)


def gettext_noop(message: str) -> str:
    """Mark a message that stays in English here, and is translated where it is shown."""
    return message


def current_language() -> str:
    """Return the language for `use_language` of another process."""
    return (django_translation.get_language() if apps.ready else None) or "en"


def use_language(language: str) -> None:
    """Set the language of this process, which doesn't use Django."""
    global _here
    locale = django_translation.to_locale(language)
    _here = translation("django", LOCALE, [locale], fallback=True)
