"""Editors choose the language in which they work; public pages keep that of the site."""

import pytest
from django.urls import reverse

from commentary.accounts.letters import _notice
from commentary.models import LanguagePreference, OutboxMessage
from config.languages import INTERFACE_LANGUAGES, interface_language


@pytest.fixture
def account() -> str:
    return reverse("accounts:account")


def html_of(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize(
    ("code", "direction"), [("de", 'lang="de"'), ("fa", 'lang="fa" dir="rtl"')]
)
def test_the_admin_has_the_language_that_an_editor_chose(client, ed, account, code, direction):
    client.force_login(ed)
    before = html_of(client.get(account))
    assert '<html lang="en"' in before
    assert client.post(account, {"language": code}).status_code == 303
    for path in (account, reverse("admin:index"), reverse("admin:commentary_queue")):
        assert f"<html {direction}" in html_of(client.get(path))
    assert f'value="{code}" lang="{code}" selected' in html_of(client.get(account))


def test_public_pages_keep_the_language_of_the_site(client, ed, article, account):
    client.force_login(ed)
    client.post(account, {"language": "de"})
    page = html_of(client.get(article.get_absolute_url(), headers={"Accept-Language": "ja"}))
    assert '<html lang="en"' in page


def test_a_choice_is_withdrawn_and_unknown_languages_are_ignored(client, ed, account):
    client.force_login(ed)
    client.post(account, {"language": "de"})
    client.post(account, {"language": "xx"})
    assert LanguagePreference.objects.get(user=ed).language == "de"
    client.post(account, {"language": ""})
    assert not LanguagePreference.objects.exists()
    assert '<html lang="en"' in html_of(client.get(account))


def test_mail_about_an_account_is_in_the_language_of_its_owner(ed):
    LanguagePreference.objects.create(user=ed, language="de")
    message = OutboxMessage(details={"account": ed.pk, "event": "app set", "device": "Firefox"})
    written = _notice(message)
    assert written
    assert "Konto" in written.subject


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("pt", "pt-br"),
        ("pt-PT", "pt-br"),
        ("zh-CN", "zh-hans"),
        ("zh-Hans-SG", "zh-hans"),
        ("zh-TW", "en"),
        ("it", "en"),
        ("fa-IR", "fa"),
    ],
)
def test_a_language_without_a_catalogue_gets_the_nearest_or_english(tag, code):
    assert interface_language(tag) == code
    assert code in INTERFACE_LANGUAGES
