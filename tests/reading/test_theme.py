"""The site's own stylesheet: colours, typefaces and extra rules."""

import pytest

from commentary.models import SiteSettings, site_frame

pytestmark = pytest.mark.django_db


def set_up(**values) -> SiteSettings:
    row = SiteSettings.load()
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row


def test_it_is_kept_for_ever_under_the_address_of_its_version(client):
    set_up(accent="#2f6b3a, #93d3a0", serif="Georgia, serif")
    answer = client.get(site_frame().theme_address)
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "--pencil: light-dark(#2f6b3a, #93d3a0);" in answer.content.decode()
    assert "--serif: Georgia, serif;" in answer.content.decode()


def test_under_other_addresses_it_is_revalidated(client):
    set_up(accent="#2f6b3a, #93d3a0")
    for address in ("/theme.css", "/theme.css?v=old"):
        assert client.get(address)["Cache-Control"] == "public, no-cache"


def test_its_address_changes_with_its_content():
    set_up(accent="#2f6b3a, #93d3a0")
    before = site_frame().theme_address
    set_up(stylesheet="a { color: red }")
    assert site_frame().theme_address != before


def test_a_site_without_a_theme_links_none(client):
    assert site_frame().theme_address == ""
    assert client.get("/theme.css").content == b""


def test_the_environment_wins_over_the_admin(client, settings):
    set_up(name="Ours", accent="#2f6b3a, #93d3a0", footer_links="A = /a/")
    settings.SITE_NAME, settings.SITE_ACCENT = "Theirs", "#27479a, #a3bcff"
    settings.SITE_FOOTER_LINKS = "B = /b/; C = /c/"
    frame = site_frame()
    assert frame.name == "Theirs"
    assert "#27479a" in frame.theme
    assert [link.label for link in frame.footer_links] == ["B", "C"]


def test_an_accent_that_can_no_longer_be_read_is_not_served(settings):
    """Such as that of a restored export, or on the paper of a newer stylesheet."""
    set_up(accent="#2f6b3a, #93d3a0")
    settings.SITE_STYLESHEET = b":root { --paper: light-dark(#2f6b30, #15171b); }"
    assert "#2f6b3a" not in site_frame().theme


def test_values_that_the_form_would_refuse_break_no_page(client, article):
    set_up(accent="red", footer_links="x", logo_name="a/b", favicon_name="../x")
    assert client.get("/").status_code == 200
    assert client.get(article.get_absolute_url()).status_code == 200
