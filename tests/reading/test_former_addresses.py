"""URLs of earlier sites redirect to what was imported from them, and nowhere else."""

import re

import pytest
from django.core.management import call_command

from commentary.models import Article, FormerAddress
from commentary.text.former_addresses import key_of
from tests.importing.html.test_import import SAMPLES

pytestmark = pytest.mark.django_db

POST = "http://saltmarsh.example/2011/05/two-maps/"


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def mirror(capsys):
    call_command("import_commentary", str(SAMPLES / "16-wget-mirror"))
    return Article.objects.get(slug="two-maps")


def location(client, address: str, status: int = 301) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response["Location"]


@pytest.mark.parametrize(
    "address",
    [
        "/2011/05/two-maps/",
        "/2011/05/two-maps",
        "/2011/05/Two-Maps/",
        "/2011/05/two-maps/index.html",
        "/2011/05/two%2Dmaps/",
        "/2011/05/two-maps/?utm_source=feed&fbclid=x",
        "/2011/05/two-maps/?share=twitter",
        "/2011/05/two-maps/amp/",
        "/2011/05/two-maps/print/",
        "/2011/05/two-maps/trackback/",
        "/2011/05/two-maps/comment-page-2/",
        "/?p=31",
        "/?utm_source=x&p=31",
        "/index.php?p=31",
    ],
)
def test_every_spelling_of_a_former_url_leads_to_the_article(client, mirror, address):
    assert location(client, address) == "/articles/two-maps/"


def test_the_feed_of_an_article_leads_to_its_feed(client, mirror):
    assert location(client, "/2011/05/two-maps/feed/") == "/articles/two-maps.atom"


@pytest.mark.parametrize("address", ["/feed/", "/rss.xml", "/atom.xml", "/feeds/posts/default"])
def test_the_feed_of_the_site_leads_to_the_feed(client, address):
    assert location(client, address) == "/articles.atom"


def test_the_url_of_a_comment_redirects_to_it(client, mirror):
    assert location(client, "/2011/05/two-maps/?replytocom=44") == "/articles/two-maps/comments/2/"


def test_a_picture_is_found_at_its_former_url_in_every_size(client, mirror):
    for name in ("maps-300x225.jpg", "maps.jpg", "maps-1024x768.jpg"):
        address = location(client, f"/wp-content/uploads/2011/05/{name}")
        assert address.startswith("/media/")
        assert client.get(address).status_code == 200


def test_a_month_and_a_category_redirect_to_the_closest_list(client, mirror):
    assert location(client, "/2011/05/", 302) == "/archive/2011/05/"
    assert location(client, "/category/old-maps/", 302) == "/search/?q=old+maps"
    for address in ("/archive/2011/05/", "/search/?q=old+maps"):
        assert client.get(address).status_code == 200


def test_the_requested_host_decides_between_equal_paths(client, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    for host in ("one", "two"):
        article = Article.objects.create(title=host, slug=host, is_published=True)
        address = f"http://{host}.example/about/"
        FormerAddress.objects.create(article=article, address=address, key=key_of(address))
    for host in ("one", "two"):
        response = client.get("/about/", HTTP_HOST=f"{host}.example")
        assert response["Location"] == f"/articles/{host}/"


def test_a_draft_is_not_revealed(client, mirror):
    Article.objects.filter(pk=mirror.pk).update(is_published=False)
    assert client.get("/2011/05/two-maps/").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example/",
        "/\\evil.example/",
        "/http://evil.example/",
        "/?p=http://evil.example",
        "/?p=31%0d%0aLocation:%20http://evil.example",
        "/category///evil.example",
        "/category/%2F%2Fevil.example/",
        "/tag/https:evil.example/",
        "/2011/13/",
        "/?p=" + "9" * 3_000,
        "/" + "a/" * 1_500,
    ],
)
def test_no_url_leads_to_another_site(client, mirror, address):
    response = client.get(address)
    assert response.status_code in (200, 301, 302, 400, 404)
    if "Location" in response:
        assert response["Location"].startswith("/") and not response["Location"].startswith("//")


def test_a_redirect_ends_at_a_page(client, mirror):
    addresses = FormerAddress.objects.values_list("address", flat=True)
    for address in addresses:
        path = address.removeprefix("http://saltmarsh.example")
        response = client.get(path, follow=True)
        assert response.status_code == 200
        assert len(response.redirect_chain) <= 2


def test_existing_pages_take_no_extra_query(client, mirror, django_assert_max_num_queries):
    client.get("/")
    with django_assert_max_num_queries(1):
        client.get("/")


def test_a_post_to_a_former_url_is_not_redirected(client, mirror):
    assert client.post("/2011/05/two-maps/").status_code == 404


def test_a_comment_keeps_its_former_fragments(client, mirror):
    page = client.get(mirror.get_absolute_url()).content.decode()
    for number, former in ((1, 41), (2, 44), (3, 52)):
        before, after = page.split(f'<span id="comment-{former}"></span>')
        assert before.rsplit('id="comment-', 1)[1].startswith(f'{number}"')


def test_fragments_are_unique_on_a_page(client, mirror):
    comments = mirror.discussion.comments.order_by("number")
    for comment, ids in zip(
        comments, ("#comment-3 #c9", "#c9 #bad id", "#comment-3 #x<b>"), strict=True
    ):
        type(comment).objects.filter(pk=comment.pk).update(source_ids=ids)
    mirror.save()
    page = client.get(mirror.get_absolute_url()).content.decode()
    found = re.findall(r'id="([^"]*)"', page)
    assert len(found) == len(set(found))
    assert page.count('<span id="c9"></span>') == 1 and "<b>" not in page


def test_a_former_id_leads_to_a_comment_on_another_page(client, mirror, settings):
    address = f"{mirror.get_absolute_url()}comments/"
    assert location(client, f"{address}44/", 302).endswith("#comment-2")
    assert client.get(f"{address}99/").status_code == 404
    mirror.discussion.comments.filter(number=2).update(status="pending")
    assert client.get(f"{address}44/").status_code == 404
