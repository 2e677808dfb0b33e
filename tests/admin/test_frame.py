"""The base template of every admin page."""

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["admin:index", "admin:login", "admin:commentary_queue"])
def test_every_page_links_the_icon_of_the_site(client, mo, page):
    if page != "admin:login":
        client.force_login(mo)
    head = client.get(reverse(page)).content.decode().partition("</head>")[0]
    assert 'rel="icon" href="/static/commentary/favicon.svg"' in head
    assert finders.find("commentary/favicon.svg")


def test_the_settings_and_pages_of_the_site_have_a_section(as_ed):
    sections = as_ed.get(reverse("admin:commentary_pages")).context["sections"]
    places = {str(one.label): [address for _name, address, _add in one.pages] for one in sections}
    own = ["/admin/commentary/textpage/", "/admin/commentary/sitesettings/"]
    assert places.pop("Site") == own
    assert not set(own) & {address for pages in places.values() for address in pages}
    assert as_ed.get(own[1], follow=True).status_code == 200


@pytest.mark.parametrize("app", ["commentary", "auth"])
def test_the_url_of_an_app_leads_to_the_list_of_all_pages(client, ed, app):
    client.force_login(ed)
    response = client.get(f"/admin/{app}/")
    assert (response.status_code, response["Location"]) == (302, reverse("admin:commentary_pages"))


def test_pictures_in_lists_are_named_in_the_language_of_the_page(as_ed, article, settings):
    settings.LANGUAGE_CODE = "de"
    page = as_ed.get("/admin/commentary/article/").content.decode()
    assert '/icon-yes.svg" alt="Ja">' in page
    assert '/search.svg" alt="Suche">' in page
    assert 'alt="True"' not in page
