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
