"""Pages about the site."""

import pytest
from django.core.cache import cache

from commentary.models import SiteSettings, TextPage, site_frame
from tests.reading.test_site_file import SVG

pytestmark = pytest.mark.django_db


def write(title: str = "Imprint", **fields) -> TextPage:
    fields = {"slug": title.lower(), "is_published": True} | fields
    return TextPage.objects.create(title=title, **fields)


def text(response) -> str:
    return response.content.decode()


def test_a_page_shows_its_markdown_without_scripts(client):
    write(text='# Us\n\n*We* <script>alert(1)</script> [write](https://a.example/ "x").')
    page = text(client.get("/pages/imprint/"))
    assert "<h1><bdi>Imprint</bdi></h1>" in page
    assert "<em>We</em>" in page
    assert "alert" not in page
    assert '<link rel="canonical" href="http://testserver/pages/imprint/">' in page
    assert "<title>Imprint - Commentary</title>" in page


def test_a_draft_is_missing_for_everyone(client, ed):
    write(is_published=False)
    assert client.get("/pages/imprint/").status_code == 404
    assert site_frame().pages == ()
    client.force_login(ed)
    assert client.get("/pages/imprint/").status_code == 404


def test_an_unpublished_page_disappears_at_once(client):
    page = write()
    assert client.get("/pages/imprint/").status_code == 200
    page.is_published = False
    page.save()
    assert client.get("/pages/imprint/").status_code == 404


def test_it_is_cached(client, django_assert_num_queries):
    write()
    client.get("/pages/imprint/")
    with django_assert_num_queries(1):
        client.get("/pages/imprint/")


def test_pages_are_linked_in_their_order():
    write("Privacy", position=2)
    write("Policy", is_comment_policy=True, in_footer=False)
    write("Imprint", position=1)
    frame = site_frame()
    assert [link.label for link in frame.pages] == ["Imprint", "Privacy"]
    assert frame.comment_policy == ("Policy", "/pages/policy/")


@pytest.mark.parametrize("path", ["/", "/articles/why-bees-dance/", "/authors/", "/api/"])
@pytest.mark.parametrize("change", ["settings", "page", "unpublished page"])
def test_every_stored_page_is_renewed_when_the_site_or_a_page_of_it_changes(
    client, article, path, change
):
    page = write()
    row = SiteSettings.load()
    cache.clear()
    tag = client.get(path)["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    if change == "settings":
        row.name = "The Quay"
        row.save()
    elif change == "page":
        page.title = "Who we are"
        page.save()
    else:
        page.is_published = False
        page.save()
    answer = client.get(path, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert ("The Quay" in text(answer)) == (change == "settings")


def test_published_pages_are_in_the_sitemap(client):
    write()
    write("Draft", is_published=False)
    sitemap = text(client.get("/sitemaps/pages.xml"))
    assert "<loc>http://testserver/pages/imprint/</loc>" in sitemap
    assert "/pages/draft/" not in sitemap


@pytest.mark.parametrize("status", [400, 403, 404])
def test_error_pages_have_the_name_of_the_site(client, status, rf):
    from commentary.reading import errors

    row = SiteSettings.load()
    row.name = "The Quay"
    row.save()
    client.get("/")
    view = {400: errors.bad_request, 403: errors.forbidden, 404: errors.not_found}[status]
    assert "The Quay" in text(view(rf.get("/nowhere"), Exception()))


def test_the_footer_and_the_form_link_to_pages(client, article):
    write("Policy", is_comment_policy=True, in_footer=False)
    write("Imprint")
    row = SiteSettings.load()
    row.footer_links = "Contact = mailto:us@example.org"
    row.save()
    page = text(client.get("/articles/why-bees-dance/respond/"))
    form, footer = page.split('<footer class="site-foot">')
    assert '<a href="/pages/policy/"><bdi>Policy</bdi></a>' in form
    assert "/pages/policy/" not in footer
    assert '<a href="/pages/imprint/"><bdi>Imprint</bdi></a>' in footer
    assert '<a href="mailto:us@example.org"><bdi>Contact</bdi></a>' in footer


def test_pages_show_the_logo_the_icon_and_the_theme(client, article):
    row = SiteSettings.load()
    row.set_file("logo", SVG)
    row.accent = "#2f6b3a, #93d3a0"
    row.save()
    page = text(client.get("/articles/why-bees-dance/"))
    frame = site_frame()
    assert (
        f'<img class="site-logo" src="{frame.logo.address}" width="48" height="28" alt="">' in page
    )
    assert f'<link rel="icon" href="{frame.logo.address}" type="image/svg+xml">' in page
    theme = f'<link rel="stylesheet" href="{frame.theme_address}">'
    assert page.index("commentary.css") < page.index(theme)
    assert page.rindex('rel="stylesheet"') == page.index(theme) + len("<link ")
