"""The translations are complete, compiled, and have what the English messages have."""

import gettext
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from babel.dates import get_month_names
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import translation
from django.utils.dateformat import format as date_text

from config.languages import INTERFACE_LANGUAGES
from tools.messages import LOCALE, ROOT, all_forms, file_text, messages, updated

FILES = sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))
PARTS = re.compile(
    r"%\(\w+\)[#0+ -]*\d*(?:\.\d+)?[a-z]|%[a-z%]|\{\w*\}|</?[a-z][^>]*>|&\w+;|`[^`]+`"
)
DAYS = [date(2026, month, 1) for month in range(1, 13)]
WITHOUT_NUMBER = 3  # Forms for none, one and two may leave out the number.


@pytest.fixture(scope="module")
def source() -> Catalog:
    return messages()


def catalog_of(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, path.parts[-3])


def key_of(message: Message) -> tuple[object, str | None]:
    return message.id, message.context


def parts_of(text: str) -> Counter[str]:
    return Counter(PARTS.findall(text))


def test_every_language_of_the_interface_has_a_catalogue():
    codes = {path.parts[-3].replace("_", "-").lower() for path in FILES}
    assert codes | {"en"} == INTERFACE_LANGUAGES.keys()


@pytest.mark.parametrize("path", FILES, ids=[path.parts[-3] for path in FILES])
def test_a_catalogue_is_complete_and_has_the_messages_of_the_source(path, source):
    catalog = catalog_of(path)
    untranslated = [m.id for m in catalog if m.id and (m.fuzzy or not all_forms(m))]
    assert not untranslated
    assert path.read_text() == file_text(updated(catalog, source)), "run make messages"


@pytest.mark.parametrize("path", FILES, ids=[path.parts[-3] for path in FILES])
def test_a_catalogue_is_compiled(path):
    with path.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in catalog_of(path):
        if message.id:
            several = isinstance(message.id, tuple | list)
            first = message.id[0] if several else message.id
            wanted = message.string[0] if several else message.string
            name = f"{message.context}\x04{first}" if message.context else first
            found = compiled._catalog.get(name, compiled._catalog.get((name, 0)))
            assert found == wanted, "run make messages"


@pytest.mark.parametrize("path", FILES, ids=[path.parts[-3] for path in FILES])
def test_a_translation_has_the_placeholders_and_tags_of_the_message(path):
    wrong = []
    for message in catalog_of(path):
        if not message.id:
            continue
        several = isinstance(message.id, tuple | list)
        sources = list(message.id) if several else [message.id]
        texts = list(message.string) if several else [message.string]
        for number, text in enumerate(texts):
            allowed = [parts_of(one) for one in sources]
            if parts_of(text) not in allowed and not (
                several and number < WITHOUT_NUMBER and parts_of(text) <= allowed[-1]
            ):
                wrong.append((message.id, text))
            if text[:1].isspace() != sources[0][:1].isspace():
                wrong.append((message.id, text))
    assert not wrong


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ar", "de", "fa", "zh-hans"])
def test_what_django_lacks_is_in_the_catalogues(client, settings, language):
    settings.LANGUAGE_CODE = language
    root = User.objects.create_superuser("root", "root@example.org", "x")
    client.force_login(root)
    user = reverse("admin:auth_user_change", args=[root.pk])
    pages = (
        client.get(user),
        client.post(
            reverse("admin:auth_user_password_change", args=[root.pk]),
            {"password1": "a", "password2": "a", "usable_password": "true"},
        ),
    )
    texts = "".join(page.content.decode() for page in pages)
    shown = (
        "Raw passwords", "Reset password", "Breadcrumbs", "Brotkrümel", "Please correct", "too short",
        "Password-based",
    )  # fmt: skip
    assert [text for text in shown if text in texts] == []


@pytest.mark.parametrize("path", FILES, ids=[path.parts[-3] for path in FILES])
def test_months_have_the_names_of_cldr(path):
    with translation.override(translation.to_language(path.parts[-3])):
        long, short = ([date_text(day, form) for day in DAYS] for form in ("F", "b"))
    assert long == list(get_month_names("wide", locale=path.parts[-3]).values())
    assert short == list(get_month_names("abbreviated", "stand-alone", path.parts[-3]).values())


# What a page puts between its messages and values is different in other languages: see the tags
# `comma`, `colon` and `full_stop`, and the filter `in_brackets`.
PUNCTUATION = re.compile(r"(?:\}\}|⟧)\s?(?:[.,:;%]|\()")


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda p: p.name)
def test_templates_have_no_punctuation_of_their_own(path):
    """Except in the descriptions of the API, which are in English, and in what Django's template has."""
    if path.name in ("api.html", "search_form.html"):
        return
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    blocks = r"\{% blocktranslate.*?endblocktranslate %\}|\{% (?:translate|comma|colon|semicolon)\b.*?%\}"
    text = re.sub(blocks, "⟧", text, flags=re.DOTALL)
    text = re.sub(r"<(style|script).*?</\1>|<[^>]*>|\{%.*?%\}", "", text, flags=re.DOTALL)
    assert PUNCTUATION.findall(text) == []
