"""Languages for tests whose messages are those of the source, changed."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings as django_settings
from django.utils import translation

from tools.messages import messages

KEPT = re.compile(
    r"%\(\w+\)[#0+ -]*\d*(?:\.\d+)?[a-z]|%[a-z%]|\{\w*\}|<[^>]*>|&\w+;|\\n|https?:\S+"
)
LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "àƀćđéƒğħíĵķĺɱńóƥɋřšŧúṽŵẋýžÀƁĆĐÉƑĞĦÍĴĶĹṀŃÓƤɊŘŠŦÚṼŴẊÝŽ",
)
WORD = re.compile(r"[^\W\d_]+")
ENGLISH = re.compile(r"[A-Za-z]{2,}")
# What commands print in every language: options, settings, paths, URLs, hashes, and names in capitals;
# and errors of the system.
CODE = re.compile(
    r"No such file or directory|--?[a-z][\w-]*|\b[A-Z][A-Z_-]+\b|\S*[/_]\S*|\S+\.\w+|\b[0-9a-f]{16,}\b|%\(\w+\)s"
)


def with_other_letters(text: str) -> str:
    return text.translate(LETTERS)


def with_long_words(text: str) -> str:
    """Write every word twice, without a space."""
    return WORD.sub(lambda word: word[0] * 2, text)


def english_in_output(output: str) -> list[str]:
    """Return the lines of a command's output with English words."""
    return [line for line in output.splitlines() if ENGLISH.search(CODE.sub(" ", line))]


def changed(text: str, change: Callable[[str], str]) -> str:
    """Return a message changed, except in its placeholders and tags."""
    kept, rest = KEPT.findall(text), KEPT.split(text)
    parts = zip(map(change, rest), [*kept, ""], strict=True)
    return "".join(part + hold for part, hold in parts)


@cache
def sources() -> list[Catalog]:
    """Return the messages of the project, and those of Django that it shows."""
    found = [messages()]
    for name in ("conf", "contrib/admin", "contrib/auth", "contrib/contenttypes"):
        path = Path(django.__file__).parent / name / "locale/en/LC_MESSAGES/django.po"
        with path.open("rb") as file:
            found.append(read_po(file))
    return found


@contextmanager
def pseudo_language(
    code: str, change: Callable[[str], str], settings, folder: Path
) -> Iterator[str]:
    """Add a language like "de-xa" to Django, for which a catalogue is written to a folder, and make
    it the language of the site.
    """
    catalog = Catalog(fuzzy=False)
    for source in sources():
        for message in source:
            if message.id:
                forms = (message.id,) if isinstance(message.id, str) else message.id
                texts = tuple(changed(form, change) for form in forms)
                text = texts if message.pluralizable else texts[0]
                catalog.add(message.id, text, context=message.context)
    language, variant = code.split("-")
    path = folder / f"{language}_{variant.upper()}" / "LC_MESSAGES"
    path.mkdir(parents=True)
    with (path / "django.mo").open("wb") as file:
        write_mo(file, catalog)
    settings.LOCALE_PATHS = [folder]
    settings.LANGUAGES = [*django_settings.LANGUAGES, (code, code)]
    settings.LANGUAGE_CODE = code
    with translation.override(code):
        yield code
