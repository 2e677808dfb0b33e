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


@pytest.mark.parametrize("page", ["/admin/", "/admin/commentary/"])
def test_the_settings_and_pages_of_the_site_have_a_section(client, ed, page):
    client.force_login(ed)
    sections = {app["name"]: app["models"] for app in client.get(page).context["app_list"]}
    places = [model["admin_url"] for model in sections["Site"]]
    assert places == ["/admin/commentary/textpage/", "/admin/commentary/sitesettings/"]
    assert not {model["admin_url"] for model in sections["Commentary"]} & set(places)
    assert client.get(places[1], follow=True).status_code == 200
