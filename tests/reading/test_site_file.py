"""The logo and favicon of the site are served from it, and can do nothing."""

import pytest

from commentary.models import SiteSettings, site_frame
from config.environment import FileContent

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 28"><path d="M0 0h48v28"/></svg>'


def set_up(kind: str = "logo", data: bytes = SVG) -> None:
    row = SiteSettings.load()
    row.set_file(kind, data)
    row.save()


def test_a_logo_is_served_without_scripts_and_never_changes(client):
    set_up()
    logo = site_frame().logo
    assert (logo.width, logo.content_type) == (48, "image/svg+xml")
    answer = client.get(logo.address)
    assert answer.content == SVG
    assert answer["Content-Type"] == "image/svg+xml"
    assert "immutable" in answer["Cache-Control"]
    assert answer["Content-Security-Policy"].startswith("default-src 'none';")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_icon_is_the_favicon_or_else_the_logo():
    assert site_frame().icon is None
    set_up()
    assert site_frame().icon == site_frame().logo
    set_up("favicon", SVG.replace(b"48", b"28"))
    assert site_frame().icon.name.startswith("favicon-")


def test_a_logo_from_the_environment_wins(client, settings):
    set_up()
    stored = site_frame().logo
    settings.SITE_LOGO = FileContent(SVG.replace(b"48", b"56"))
    logo = site_frame().logo
    assert logo.width == 56
    assert client.get(logo.address).content == settings.SITE_LOGO
    assert client.get(stored.address).status_code == 404


@pytest.mark.parametrize("name", ["logo.svg", "logo-0123456789abcdef0123.svg", "favicon-.png", "x"])
def test_other_names_are_missing(client, name):
    set_up()
    assert client.get(f"/site/{name}").status_code == 404
